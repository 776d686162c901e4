"""Operators of one skill: seats shared by the stations that need it, the most downstream served first."""

from __future__ import annotations

from math import inf, lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.sim.line.station import Station


class Operators:
    """People of one skill, counted in units of attention.

    Parameters: *people_per_cell*; *attends_at_once*, how many jobs one person attends at each station of the skill.
    One person has lcm(attends) units, and a job at a station takes lcm / attends of them: integers only, so that
    seats never leak by rounding. `contended` says that a station found a server but no seat.
    """

    __slots__ = ("capacity", "contended", "free", "stations", "units_per_cell", "units_per_person")

    def __init__(self, people_per_cell: int, attends_at_once: list[int]) -> None:
        self.units_per_person = lcm(*attends_at_once)
        self.units_per_cell: float = people_per_cell * self.units_per_person
        self.capacity: float = 0
        self.free: float = 0
        self.contended = False
        self.stations: list[Station] = []

    @classmethod
    def always_there(cls) -> Operators:
        """Attention without end, for stations that need no skill."""
        nobody = cls(0, [1])
        nobody.free = nobody.capacity = nobody.units_per_cell = inf
        return nobody

    def seats(self, attends_at_once: int) -> int:
        """Units of attention that one job takes where a person attends *attends_at_once*."""
        return self.units_per_person // attends_at_once

    def staff(self, cells: int) -> None:
        """Let the people of *cells* cells be there; `free` may turn negative until jobs are suspended."""
        if self.units_per_cell == inf:
            return
        capacity = self.units_per_cell * cells
        self.free += capacity - self.capacity
        self.capacity = capacity

    def suspend_excess(self, now_min: float) -> None:
        """Suspend the youngest jobs until no seat is taken that is not there."""
        if self.free >= 0:
            return
        at_work = [server for station in self.stations for server in station.at_work()]
        at_work.sort(key=lambda server: server.began_min)
        while self.free < 0:
            youngest = at_work.pop()
            youngest.station.suspend(youngest, now_min)

    def serve(self, now_min: float) -> None:
        """Give free seats to whoever waits, the most downstream station first."""
        self.contended = False
        for station in self.stations:
            station.pull(now_min)

    def serve_down_to(self, target: Station, now_min: float) -> None:
        """Give free seats to *target* and the stations below it, before another unit arrives at it."""
        for station in self.stations:
            station.pull(now_min)
            if station is target:
                return
