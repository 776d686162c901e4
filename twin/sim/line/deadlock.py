"""Deadlock: machines that wait for each other in a circle, each with a finished unit that the next has no space for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sites.errors import TwinError
from twin.sim.line.server import BLOCKED, FREE

if TYPE_CHECKING:
    from twin.sim.line.bench import Bench
    from twin.sim.line.source import Source
    from twin.sim.line.station import Station
    from twin.sim.line.unit import Target


class DeadlockError(TwinError):
    """The line has locked up: *stations* in the order in which each waits for the next, at *minute* of the run."""

    exit_code = 4

    def __init__(self, stations: list[str], minute: float) -> None:
        self.stations, self.minute = stations, minute
        circle = " -> ".join([*stations, stations[0]])
        super().__init__(
            f"deadlock at {minute / 60:.2f} h: {circle}: every machine waits for the next in this circle, and none can "
            f"ever go on; give one of the stations a larger buffer, or limit what enters the circle"
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
        if here.blocked_now < len(here.servers):
            return
        locked[here.name] = here
        for server in here.servers:
            goal = _blocking_station(server.goal)
            if goal is None:
                return
            to_visit.append(goal)
    raise DeadlockError(_circle(station), now_min)


def look_for_standstill(stations: Sequence[Station], sources: Sequence[Source]) -> None:
    """Raise `DeadlockError` when finished units wait for space at the end, and nothing is left that could make it.

    That is a circle which runs through a station that waits for parts: its machines are idle, so that no knot of
    blocked machines shows, but the missing part stands behind the blocked unit. Nothing works, is paused or repaired,
    and no material is to come for which there is space.
    """
    blocked = [server for station in stations for server in station.servers if server.state == BLOCKED]
    at_rest = all(
        server.state in (FREE, BLOCKED) and not server.down for station in stations for server in station.servers
    )
    if not blocked or not at_rest or any(_may_go_on(station) for station in stations):
        return
    if any(source.may_come() for source in sources):
        return
    path = _circle(min(blocked, key=lambda server: server.since_min).station)
    waits_for_parts = [s.name for s in stations if s.spec.parts and s.name not in path and any(s.waiting())]
    raise DeadlockError([*path, *waits_for_parts], max(server.since_min for server in blocked))


def _may_go_on(station: Station) -> bool:
    """The station is closed or its people are away, or it begins by a clock: at the next slot or shift, or for a part
    of a batch."""
    spec = station.spec
    away = any(pool.capacity <= 0 or pool.there.value < pool.there.most for pool in station.pools_there)
    by_clock = spec.slotted is not None or spec.batch is not None or spec.at_shift_end == "do_not_start"
    return station.open <= 0 or away or by_clock


def _blocking_station(goal: Target | None) -> Station | None:
    from twin.sim.line.station import Station

    return goal if isinstance(goal, Station) else None


def _circle(station: Station | Bench) -> list[str]:
    """Names of the stations of a circle, found by following one wait after the other."""
    path: list[str] = []
    here: Station | Bench | None = station
    while here is not None and here.name not in path:
        path.append(here.name)
        goals = [server.goal for server in here.servers if server.state == BLOCKED]
        here = _blocking_station(goals[0]) if goals else None
    return path if here is None else path[path.index(here.name) :]
