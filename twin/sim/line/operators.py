"""Operators: groups of people, the skills they have, and the seats that their attention offers to jobs.

A skill may be had by several groups and a group may have several skills, so people go where work is. Who is free
serves the repair of machines first, then the station that is furthest down the line.
"""

from __future__ import annotations

from collections import deque
from math import inf, lcm
from typing import TYPE_CHECKING, Protocol

from twin.model.shifts import MINUTES_PER_DAY
from twin.sim.line.energy import Level, Peak
from twin.sim.line.streams import Draws

if TYPE_CHECKING:
    from twin.sim.line.repairs import Repair
    from twin.sim.line.station import Station

DAY_BEGINS_MIN = 6 * 60  # a night shift belongs to the day on which it began


class Work(Protocol):
    """What takes a seat and can be stopped: a job on a server, or a repair."""

    def stop(self, now_min: float) -> None:
        """Free the seat, and keep what is left of the work."""


class Skill:
    """What people can do: the *pools* of those who can, the most special ones first, and `calls` for repairs."""

    __slots__ = ("calls", "name", "pools")

    def __init__(self, name: str) -> None:
        self.name = name
        self.pools: list[Operators] = []
        self.calls: deque[Repair] = deque()

    def call(self, repair: Repair, now_min: float) -> None:
        """Ask for one person to do *repair*; it waits its turn when nobody is free."""
        self.calls.append(repair)
        self.answer(now_min)

    def answer(self, now_min: float) -> None:
        """Send free people to the repairs that wait, first come first served."""
        while self.calls:
            pool = next((pool for pool in self.pools if pool.free >= pool.units_per_person), None)
            if pool is None:
                for pool in self.pools:
                    pool.contended = True
                return
            self.calls.popleft().begin(pool, now_min)


class Operators:
    """People of one group, counted in units of attention.

    Parameters: *name*; *attends_at_once*, how many jobs one person attends at each station they may work at;
    *people_per_cell* (crews) or *people* (a group of its own). One person has lcm(attends) units, and a job takes
    lcm / attends of them, or whole people: integers only, so that seats never leak by rounding. `contended` says that
    work found a server but no seat. *absent* draws decide each day who does not come, with *absence_fraction*.
    """

    __slots__ = (
        "_absent", "_share", "capacity", "contended", "free", "least_seats", "name", "other_busy", "people_per_cell",
        "repairs", "skills", "staffed", "stations", "there", "units_per_person",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        attends_at_once: list[int],
        people_per_cell: int,
        absent: Draws | None = None,
        absence_fraction: float = 0.0,
    ) -> None:
        self.name = name
        self.units_per_person = lcm(*attends_at_once)
        self.least_seats: float = self.units_per_person // max(attends_at_once)  # that any work here takes
        self.people_per_cell: float = people_per_cell
        self.capacity: float = 0
        self.free: float = 0
        self.contended = False
        self.stations: list[Station] = []
        self.skills: list[Skill] = []
        self.repairs: dict[Repair, None] = {}  # under way, in the order of beginning
        self.there = Peak()
        # Units of attention taken by repairs and by stations that several groups serve; the others' follows from work.
        self.other_busy = Level()
        self.staffed = 0
        self._absent, self._share = absent, absence_fraction

    @classmethod
    def always_there(cls) -> Operators:
        """Attention without end, for stations that need no skill."""
        nobody = cls("", [1], 0)
        nobody.free = nobody.capacity = nobody.people_per_cell = inf
        nobody.least_seats = 0
        return nobody

    def seats(self, attends_at_once: int, people_per_job: int = 1) -> int:
        """Units of attention that one job takes."""
        return people_per_job * self.units_per_person // attends_at_once

    def staff(self, cells: int, now_min: float) -> None:
        """Let the people of *cells* cells be there, less the absent; `free` may turn negative until jobs stop."""
        if self.people_per_cell == inf:
            return
        self.staffed = cells
        people = self._present(round(cells * self.people_per_cell), now_min)
        capacity = people * self.units_per_person
        self.free += capacity - self.capacity
        self.capacity = capacity
        self.there.set(now_min, people)

    def _present(self, people: int, now_min: float) -> int:
        """How many of *people* come on this day; a person is absent for the whole day."""
        if self._absent is None or not self._share:
            return people
        day = int((now_min - DAY_BEGINS_MIN) // MINUTES_PER_DAY) + 1
        return sum(self._absent.at(person, day) >= self._share for person in range(people))

    def suspend_excess(self, now_min: float) -> None:
        """Suspend the youngest work until no seat is taken that is not there; who finishes first is left at work."""
        if self.free >= 0:
            return
        at_work: list[tuple[float, Work]] = [(repair.began_min, repair) for repair in self.repairs]
        for station in self.stations:
            if station.stops_at_shift_end:
                at_work += [(server.began_min, server) for server in station.at_work() if server.pool is self]
        at_work.sort(key=_began)
        while self.free < 0 and at_work:
            at_work.pop()[1].stop(now_min)

    def serve(self, now_min: float) -> None:
        """Give free seats to whoever waits: repairs, then the most downstream station first."""
        if self.free < self.least_seats:
            return  # nobody's work fits; `contended` stays
        self.contended = False
        for skill in self.skills:
            if skill.calls:
                skill.answer(now_min)
        for station in self.stations:
            if station.active < station.open and (
                station.queue or station.held or station.refused or station.looks_ahead
            ):
                station.pull(now_min)

    def serve_down_to(self, target: Station, now_min: float) -> None:
        """Give free seats to *target* and the stations below it, before another unit arrives at it."""
        if self.free < self.least_seats:
            return
        for skill in self.skills:
            if skill.calls:
                skill.answer(now_min)
        for station in self.stations:
            if station.active < station.open and (
                station.queue or station.held or station.refused or station.looks_ahead
            ):
                station.pull(now_min)
            if station is target:
                return


def _began(entry: tuple[float, Work]) -> float:
    return entry[0]
