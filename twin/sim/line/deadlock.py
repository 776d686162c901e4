"""Deadlock: machines that wait for each other in a circle, each with a finished unit that the next has no space for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sites.errors import TwinError
from twin.sim.line.server import BLOCKED

if TYPE_CHECKING:
    from twin.sim.line.station import Station
    from twin.sim.line.unit import Target


class DeadlockError(TwinError):
    """The line has locked up: *stations* in the order in which each waits for the next, at *minute* of the run."""

    exit_code = 4

    def __init__(self, stations: list[str], minute: float) -> None:
        self.stations, self.minute = stations, minute
        circle = " -> ".join([*stations, stations[0]])
        super().__init__(
            f"deadlock at {minute / 60:.2f} h: {circle}: every machine holds a finished unit for which the next "
            f"station has no space; give one of them a larger buffer, or limit what enters the circle"
        )

    def __reduce__(self) -> tuple[type[DeadlockError], tuple[list[str], float]]:
        """Keep stations and time when the error comes from another process."""
        return type(self), (self.stations, self.minute)


def look_for_deadlock(station: Station, now_min: float) -> None:
    """Raise `DeadlockError` when no machine that *station* waits for, directly or through others, can ever go on.

    A set of stations is locked when all their machines hold finished units for full stations of the same set: an idle,
    working, paused or broken machine with work left would sooner or later make space (Holt 1972: a knot of waits).
    """
    locked: dict[str, Station] = {}
    to_visit: list[Station] = [station]
    while to_visit:
        here = to_visit.pop()
        if here.name in locked:
            continue
        if any(server.state != BLOCKED for server in here.servers):
            return
        locked[here.name] = here
        for server in here.servers:
            goal = _blocking_station(server.goal)
            if goal is None:
                return
            to_visit.append(goal)
    raise DeadlockError(_circle(station), now_min)


def _blocking_station(goal: Target | None) -> Station | None:
    from twin.sim.line.station import Station

    return goal if isinstance(goal, Station) else None


def _circle(station: Station) -> list[str]:
    """Names of the stations of a circle, found by following one wait after the other."""
    path: list[str] = []
    here: Station | None = station
    while here is not None and here.name not in path:
        path.append(here.name)
        here = _blocking_station(here.servers[0].goal)
    return path if here is None else path[path.index(here.name) :]
