"""Electrical zones: racks that share a rating in kW, and the units in them that wait for power."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from heapq import heapify, heappop, heappush, heapreplace
from typing import TYPE_CHECKING

from twin.sim.line.energy import Peak

if TYPE_CHECKING:
    from twin.sim.line.slots import Rack
    from twin.sim.line.unit import Unit

_ROUNDING_KW = 1e-9  # relative to the rating of the zone


class Draw(Peak):
    """Power that the units on one feed draw [kW]: their rated power in all, times the *fraction* that heat leaves."""

    __slots__ = ("rated_kw", "units")

    def __init__(self) -> None:
        super().__init__()
        self.rated_kw = 0.0
        self.units = 0

    def switch(self, now_min: float, units: int, kw: float, fraction: float) -> None:
        """One unit of *kw* more draws power (*units* 1), or one less (-1); the last leaves nothing, not even dust."""
        self.units += units
        self.rated_kw = self.rated_kw + units * kw if self.units else 0.0
        value = self.rated_kw * fraction  # `set` inlined, for every unit comes here twice
        self.jumps_min += (value - self.value) * now_min
        self.value = value
        if self.value > self.most:
            self.most = self.value

    def throttle(self, now_min: float, fraction: float) -> None:
        """From now on the units draw *fraction* of their rated power."""
        self.set(now_min, self.rated_kw * fraction)


class Zone:
    """Racks on one feed of *rated_kw* (infinite: no limit).

    A unit takes its rated power from its start to the end of its run, throttled, paused or not, for it may want it
    again at any moment: `reserved_kw`, of `running` units. `kw` is what is drawn, `occupancy` the slots held.
    `ready` are units that stand in their slots and wait to be switched on, with their turn.
    """

    __slots__ = ("is_listed", "kw", "number", "occupancy", "racks", "rated_kw", "ready", "reserved_kw", "running")

    def __init__(self, number: int, rated_kw: float) -> None:
        self.number = number
        self.rated_kw = rated_kw
        self.racks: list[Rack] = []
        self.kw, self.occupancy = Draw(), Peak()
        self.reserved_kw = 0.0
        self.running = 0
        self.ready: deque[tuple[int, Unit]] = deque()
        self.is_listed = False

    def has_power(self, kw: float) -> bool:
        """Tell whether a unit of *kw* may be switched on beside those that run."""
        return self.reserved_kw + kw <= self.rated_kw * (1.0 + _ROUNDING_KW)

    def reserve(self, kw: float) -> None:
        """A unit of *kw* begins its run."""
        self.reserved_kw += kw
        self.running += 1

    def give_back(self, kw: float) -> None:
        """A unit of *kw* has ended its run; the last one leaves nothing behind, not even by rounding."""
        self.running -= 1
        self.reserved_kw = self.reserved_kw - kw if self.running else 0.0

    def first_ready(self) -> tuple[int, Unit] | None:
        """Turn and unit of the first that waits in a rack that is in use."""
        for turn, unit in self.ready:
            if unit.slot is not None and not unit.slot.rack.down:
                return turn, unit
        return None


class ReadyUnits:
    """Units that wait to be switched on: first come first served, but a zone without power holds up nobody elsewhere.

    Within a zone nobody is overtaken, not by a unit that needs less power either. Zones are listed by the turn of
    their first unit; one that has no power left is taken off the list until a run in it ends or a unit joins it.
    While nothing is `listed`, nobody waits whom a zone may be able to serve.
    """

    __slots__ = ("_turn", "_zones", "listed")

    def __init__(self, zones: Sequence[Zone]) -> None:
        self._zones = zones
        self.listed: list[tuple[int, int]] = []
        self._turn = 0

    def units(self) -> list[Unit]:
        """All who wait, in the order of readiness."""
        turns = [entry for zone in self._zones for entry in zone.ready]
        turns.sort(key=lambda entry: entry[0])
        return [unit for _, unit in turns]

    def add(self, zone: Zone, unit: Unit) -> None:
        """*unit* stands in its slot in *zone*."""
        zone.ready.append((self._turn, unit))
        self._turn += 1
        self.look_at(zone)

    def look_at(self, zone: Zone) -> None:
        """*zone* may have power again."""
        if zone.ready and not zone.is_listed:
            first = zone.first_ready()
            if first is not None:
                heappush(self.listed, (first[0], zone.number))
                zone.is_listed = True

    def look_at_all(self) -> None:
        """List all zones anew: a rack is in use again."""
        self.listed = []
        for zone in self._zones:
            first = zone.first_ready()
            zone.is_listed = first is not None
            if first is not None:
                self.listed.append((first[0], zone.number))
        heapify(self.listed)

    def first(self) -> tuple[Zone, Unit] | None:
        """Who comes next, with the zone; None when nobody waits that a zone could serve."""
        while self.listed:
            turn, number = self.listed[0]
            zone = self._zones[number]
            found = zone.first_ready()
            if found is None:
                self.set_aside()
            elif found[0] != turn:  # its rack has gone down since it was listed
                heapreplace(self.listed, (found[0], number))
            else:
                return zone, found[1]
        return None

    def set_aside(self) -> None:
        """The zone of the first unit has no power for it: go on with the others."""
        self._zones[heappop(self.listed)[1]].is_listed = False

    def take(self) -> None:
        """The first unit is switched on."""
        turn, number = heappop(self.listed)
        zone = self._zones[number]
        zone.is_listed = False
        if zone.ready[0][0] == turn:
            zone.ready.popleft()
        else:
            zone.ready.remove(next(entry for entry in zone.ready if entry[0] == turn))
        self.look_at(zone)
