"""A rack and its slots: what a unit holds from loading to unloading."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf

from simpy import Environment, Event

from twin.sim.line.timer import Callbacks, Timer
from twin.sim.line.unit import Unit


class Slot:
    """A place in *rack* for one unit, with the timer of its burn-in."""

    __slots__ = ("on_end", "rack", "timer", "unit")

    def __init__(self, env: Environment, rack: Rack, burnt: Callable[[Slot, Event], None]) -> None:
        self.rack = rack
        self.unit: Unit | None = None
        self.timer = Timer(env)
        self.on_end: Callbacks = [partial(burnt, self)]


class Rack:
    """A rack of *slots* (infinite: as many as are asked for) in one electrical zone.

    At most *most_burning* units may draw power at a time. *burnt* is called with the slot when a burn-in ends.
    """

    __slots__ = (
        "_burnt",
        "_env",
        "burning",
        "down",
        "down_min",
        "down_since_min",
        "free",
        "most_burning",
        "occupied",
        "slots",
    )

    def __init__(
        self, env: Environment, slots: float, most_burning: float, burnt: Callable[[Slot, Event], None]
    ) -> None:
        self._env = env
        self._burnt = burnt
        self.slots = slots
        self.most_burning = most_burning
        self.occupied = 0
        self.burning = 0
        self.down = False
        self.down_min = 0.0
        self.down_since_min = 0.0
        self.free = [] if slots == inf else [Slot(env, self, burnt) for _ in range(int(slots))]

    def fail(self, now_min: float) -> None:
        """Take the rack out of use; what burns, burns on."""
        self.down = True
        self.down_since_min = now_min

    def repair(self, now_min: float) -> None:
        """Put the rack into use again."""
        self.down_min = self.down_until(now_min)
        self.down = False

    def down_until(self, now_min: float) -> float:
        """Minutes out of use until *now_min*."""
        return self.down_min + (now_min - self.down_since_min if self.down else 0.0)

    def take(self, unit: Unit) -> None:
        """Give *unit* a slot; the caller has seen that one is free."""
        slot = self.free.pop() if self.free else Slot(self._env, self, self._burnt)
        self.occupied += 1
        slot.unit = unit
        unit.slot = slot

    def give_back(self, slot: Slot) -> None:
        """*slot* is empty again."""
        assert slot.unit is not None
        slot.unit.slot = None
        slot.unit = None
        self.occupied -= 1
        self.free.append(slot)
