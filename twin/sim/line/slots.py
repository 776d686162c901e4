"""A rack and its slots: what a unit holds from loading to unloading."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf

from simpy import Event

from twin.sim.line.energy import Peak
from twin.sim.line.timer import Call, Clock, Timer
from twin.sim.line.unit import Unit
from twin.sim.line.zones import Draw, Zone


class Slot:
    """A place in *rack* for one unit, with the timer of its burn-in."""

    __slots__ = ("on_end", "rack", "timer", "unit")

    def __init__(self, env: Clock, rack: Rack, burnt: Callable[[Slot, Event], None]) -> None:
        self.rack = rack
        self.unit: Unit | None = None
        self.timer = Timer(env)
        self.on_end: Call = partial(burnt, self)


class Rack:
    """A rack of *slots* (infinite: as many as are asked for) in one electrical *zone*.

    *burnt* is called with the slot when a burn-in ends. `kw` is what the rack draws, `occupancy` its slots held,
    `burning` the units in their runs, those that are paused among them. A rack *alone* in its zone keeps no book of
    its own: the zone's is the same.
    """

    __slots__ = (
        "_burnt", "_env", "burning", "down", "down_min", "down_since_min", "failures", "free", "kw", "number",
        "occupancy", "slots", "zone",
    )  # fmt: skip

    def __init__(
        self,
        env: Clock,
        number: int,
        zone: Zone,
        slots: float,
        burnt: Callable[[Slot, Event], None],
        *,
        alone: bool,
    ) -> None:
        self._env = env
        self._burnt = burnt
        self.number = number
        self.zone = zone
        self.slots = slots
        self.kw = zone.kw if alone else Draw()
        self.occupancy = zone.occupancy if alone else Peak()
        self.burning = 0
        self.failures = 0
        self.down = False
        self.down_min = 0.0
        self.down_since_min = 0.0
        self.free = [] if slots == inf else [Slot(env, self, burnt) for _ in range(int(slots))]
        zone.racks.append(self)

    @property
    def is_full(self) -> bool:
        """Tell whether no slot is free."""
        return not self.free and self.slots != inf

    @property
    def occupied(self) -> int:
        """Slots that are held now."""
        return round(self.occupancy.value)

    def fail(self, now_min: float) -> None:
        """Take the rack out of use; what burns, burns on."""
        self.down = True
        self.failures += 1
        self.down_since_min = now_min

    def repair(self, now_min: float) -> None:
        """Put the rack into use again."""
        self.down_min = self.down_until(now_min)
        self.down = False

    def down_until(self, now_min: float) -> float:
        """Minutes out of use until *now_min*."""
        return self.down_min + (now_min - self.down_since_min if self.down else 0.0)

    def take(self, unit: Unit, now_min: float) -> None:
        """Give *unit* a slot; the caller has seen that one is free."""
        slot = self.free.pop() if self.free else Slot(self._env, self, self._burnt)
        slot.unit = unit
        unit.slot = slot
        self.occupancy.change(now_min, 1.0)
        if self.zone.occupancy is not self.occupancy:
            self.zone.occupancy.change(now_min, 1)

    def give_back(self, slot: Slot, now_min: float) -> None:
        """*slot* is empty again."""
        assert slot.unit is not None
        slot.unit.slot = None
        slot.unit = None
        self.free.append(slot)
        self.occupancy.change(now_min, -1.0)
        if self.zone.occupancy is not self.occupancy:
            self.zone.occupancy.change(now_min, -1)

    def switch(self, now_min: float, units: int, kw: float, fraction: float) -> None:
        """One unit of *kw* more draws power here (*units* 1), or one less (-1)."""
        self.kw.switch(now_min, units, kw, fraction)
        if self.zone.kw is not self.kw:
            self.zone.kw.switch(now_min, units, kw, fraction)
