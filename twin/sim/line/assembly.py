"""Assembly: a station that begins when so many of each part stand before it, and makes one unit of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from itertools import chain

from twin.model.stations import Station as Description
from twin.sim.line.energy import Meter
from twin.sim.line.operators import Operators
from twin.sim.line.server import Server
from twin.sim.line.special import SpecialStation
from twin.sim.line.streams import Streams
from twin.sim.line.timer import Clock
from twin.sim.line.unit import Holder, Unit

Absorb = Callable[[Unit, list[Unit], float], None]


class AssemblyStation(SpecialStation):
    """A station with a buffer for each part.

    The first part in the plant file becomes the product, with its number and its luck; the others go into it and are
    no longer units of their own. *absorb* tells the plant which. `makes` is the index of the product.
    """

    __slots__ = ("_absorb", "_makes", "_needs", "_parts_taken", "lines")

    def __init__(
        self, env: Clock, spec: Description, pools: list[Operators], meter: Meter, streams: Streams,
        products: list[str], absorb: Absorb,
    ) -> None:  # fmt: skip
        super().__init__(env, spec, pools, meter, streams, products)
        self._needs = {products.index(part): number for part, number in spec.parts.items()}
        self._makes = None if spec.makes is None else products.index(spec.makes)
        self._absorb = absorb
        self._parts_taken = 0
        self.lines: dict[int, deque[Unit]] = {part: deque() for part in self._needs}

    @property
    def came(self) -> int:
        """Parts that have gone into products."""
        return self._parts_taken

    def waiting(self) -> Iterable[Unit]:
        """Parts that stand before the station."""
        return chain.from_iterable(self.lines.values())

    def can_take(self, unit: Unit) -> bool:
        """Tell whether there is space for one more of that part."""
        return len(self.lines[unit.product]) < self.buffer

    def has_place(self, unit: Unit) -> bool:
        """Tell whether space for one more of that part is neither taken nor promised."""
        return self.loses or len(self.lines[unit.product]) + self.reserved < self.buffer

    def crowding(self) -> float:
        """Parts that wait, for each machine."""
        return sum(len(line) for line in self.lines.values()) / len(self.servers)

    @property
    def _frees_places(self) -> bool:
        """Places are those of parts: free when work on them begins."""
        return True

    def _put_in_line(self, unit: Unit) -> None:
        self.lines[unit.product].append(unit)

    def _take_from_line(self, unit: Unit) -> bool:
        line = self.lines[unit.product]
        if line and line[0] is unit:
            line.popleft()
            return True
        return False

    def _next_units(self, now_min: float) -> list[Unit]:
        """The parts of the next product, its main part first; empty while one is missing."""
        self._admit(now_min)
        for source in self.sources:
            while (unit := source.offer(now_min)) is not None and self._wants(unit):
                source.accept(now_min)
                self._join(unit, now_min)
        if any(len(self.lines[part]) < number for part, number in self._needs.items()):
            return []
        return [unit for part, number in self._needs.items() for unit in list(self.lines[part])[:number]]

    def _wants(self, unit: Unit) -> bool:
        return len(self.lines[unit.product]) < self._needs[unit.product]

    def _admit(self, now_min: float) -> None:
        """Let refused units in whose buffer has space, first come first served."""
        for holder in list(self.refused):
            unit = holder.unit
            if holder.down or unit is None or holder not in self.refused or not self.can_take(unit):
                continue
            self.refused.remove(holder)
            self._join(unit, now_min)
            holder.handed_over(now_min)

    def _take(self, units: list[Unit], now_min: float) -> list[Holder]:
        """Take the parts of one product: they all stand before the station."""
        for unit in units:
            self._take_from_line(unit)
            self.wait_min += now_min - unit.since_min
            self.waited += now_min > unit.since_min
        self._parts_taken += len(units)
        return []

    def _begin(self, server: Server, units: list[Unit], now_min: float) -> None:
        """Make one unit of the parts, and work on it."""
        main = units[0]
        self._absorb(main, units[1:], now_min)
        if self._makes is not None:
            main.product = self._makes
        super()._begin(server, [main], now_min)
