"""Set-ups: what it takes to change a machine from one product to another."""

from __future__ import annotations

from twin.model.stations import Station as Description
from twin.sim.line.streams import Draws, Streams
from twin.sim.line.unit import Unit


class SetUps:
    """The set-ups of one station; the entry that names both products holds before one that names the new one, and
    that before one that names the old one, or none."""

    __slots__ = ("_draws",)

    def __init__(self, spec: Description, products: list[str], streams: Streams) -> None:
        # By (old, new); -1 stands for any product.
        self._draws: dict[tuple[int, int], Draws] = {}
        for entry in spec.set_ups:
            old = -1 if entry.coming_from is None else products.index(entry.coming_from)
            new = -1 if entry.to is None else products.index(entry.to)
            purpose = f"set-up {entry.coming_from} {entry.to}"
            self._draws[old, new] = streams.times(spec.name, purpose, entry.time)

    def minutes(self, old: int, unit: Unit) -> float:
        """Minutes that a machine set up for product *old* (-1: for none yet) takes before it can work on *unit*."""
        if old in (-1, unit.product):
            return 0.0
        for key in ((old, unit.product), (-1, unit.product), (old, -1), (-1, -1)):
            draws = self._draws.get(key)
            if draws is not None:
                return draws.at(unit.number, unit.round)
        return 0.0
