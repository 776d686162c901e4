"""Batches: a station whose machines begin when so many units of one product stand before it, or have waited long."""

from __future__ import annotations

from simpy import Event

from twin.model.stations import Station as Description
from twin.sim.line.energy import Meter
from twin.sim.line.operators import Operators
from twin.sim.line.special import SpecialStation
from twin.sim.line.streams import Streams
from twin.sim.line.timer import Call, Clock, Timer
from twin.sim.line.unit import Unit

_ROUNDING_MIN = 1e-9


class BatchStation(SpecialStation):
    """A special station of which every job is a batch; its process time is that of the first unit."""

    __slots__ = ("_batch", "_batch_timer", "_batch_wake")

    def __init__(
        self, env: Clock, spec: Description, pools: list[Operators], meter: Meter, streams: Streams,
        products: list[str],
    ) -> None:  # fmt: skip
        super().__init__(env, spec, pools, meter, streams, products)
        assert spec.batch is not None
        self._batch = spec.batch.units
        self._batch_timer = Timer(env)
        self._batch_wake: Call = self._waited_long_enough

    def can_take(self, unit: Unit) -> bool:
        """Tell whether there is space in the buffer: a batch gathers there."""
        return super().can_take(unit) if self._batch == 1 else len(self.queue) < self.buffer

    @property
    def _frees_places(self) -> bool:
        """Units of a batch stand in one place while they are worked on, and in several before."""
        return True

    def _next_units(self, now_min: float) -> list[Unit]:
        """Units of one product that start together: a whole batch, or what has waited long enough."""
        self._gather_material(now_min)
        self._admit(now_min)
        if not self.queue:
            return []
        first = self.queue[0]
        units = [unit for unit in self.queue if unit.product == first.product][: self._batch]
        if len(units) == self._batch:
            return units
        most_wait_min = self.spec.batch.most_wait_min if self.spec.batch is not None else None
        if most_wait_min is None:
            return []
        left_min = first.since_min + most_wait_min - now_min
        if left_min <= _ROUNDING_MIN:
            return units
        self._batch_timer.cancel()
        self._batch_timer = Timer(self.env)
        self._batch_timer.start(left_min, self._batch_wake)
        return []

    def _gather_material(self, now_min: float) -> None:
        """Let material stand before the station until it makes a batch."""
        for source in self.sources:
            while len(self.queue) < self._batch:
                unit = source.offer(now_min)
                if unit is None:
                    break
                source.accept(now_min)
                self._join(unit, now_min)

    def _waited_long_enough(self, _: Event) -> None:
        self.pull(self.env.now)
