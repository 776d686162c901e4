"""Closed loops: a fixed number of carriers that units hold from the start of one station to the end of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.model.line import Carriers
from twin.sim.line.energy import Level

if TYPE_CHECKING:
    from twin.sim.line.station import Station
    from twin.sim.line.unit import Unit


class Loop:
    """The carriers of one loop: `free` of them wait at its *first* station, the others are with units."""

    __slots__ = ("count", "first", "free", "in_use", "name")

    def __init__(self, spec: Carriers) -> None:
        self.name, self.count = spec.name, spec.count
        self.free = spec.count
        self.in_use = Level()
        self.first: Station | None = None

    def take(self, unit: Unit, now_min: float) -> None:
        """Give *unit* a carrier; the caller has seen that one is free."""
        self.free -= 1
        self.in_use.change(now_min, 1.0)
        if unit.carriers is None:
            unit.carriers = []
        unit.carriers.append(self)

    def give_back(self, now_min: float) -> None:
        """A carrier is free again: work may start at the first station."""
        self.free += 1
        self.in_use.change(now_min, -1.0)
        if self.first is not None:
            self.first.pull(now_min)
