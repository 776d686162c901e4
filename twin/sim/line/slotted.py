"""Slotted machines: time goes in slots, and in each a machine is up or down by chance (Bernoulli machines).

As in Li and Meerkov, Production Systems Engineering, chapter 4: blocked before service, and what counts is the state
at the beginning of a slot. Stations are looked at from the end of the line, so that a place that is left in a slot can
be taken in the same slot, and a unit that comes in a slot is worked on in the next.
"""

from __future__ import annotations

from simpy import Environment, Event

from twin.model.stations import Station as Description
from twin.sim.line.energy import Meter
from twin.sim.line.operators import Operators
from twin.sim.line.server import Server
from twin.sim.line.station import Station
from twin.sim.line.streams import Draws, Streams
from twin.sim.line.timer import LATE, Callbacks, Timer
from twin.sim.line.unit import Target, Unit


class SlottedStation(Station):
    """Machines that make one unit in each slot in which they are up, have one, and have space for it."""

    __slots__ = ("_ahead", "_slot_min", "_standing", "_up", "_up_below", "blocked_slots", "down_slots", "starved_slots",
                 "working_slots")  # fmt: skip

    def __init__(
        self, env: Environment, spec: Description, pool: Operators, meter: Meter, streams: Streams, products: list[str]
    ) -> None:
        super().__init__(env, spec, pool, meter, streams, products)
        assert spec.slotted is not None
        self._slot_min = spec.slotted.slot_min
        self._up_below = spec.slotted.up_probability
        self._up: list[Draws] = [streams.uniform(f"{spec.name} {server.number}", "up") for server in self.servers]
        self._standing = 0
        self._ahead: tuple[Unit, Target, str] | None = None
        self.working_slots = self.blocked_slots = self.starved_slots = self.down_slots = 0

    def receive(self, unit: Unit, now_min: float) -> bool:
        """Put *unit* into the buffer; False when it is full."""
        if self.can_take(unit):
            self._join(unit, now_min)
            return True
        return self.loses and self._lose(unit, now_min)

    def can_take(self, unit: Unit) -> bool:  # noqa: ARG002 - the signature of every station
        """Tell whether there is space in the buffer."""
        return len(self.queue) < self.buffer

    def has_place(self, unit: Unit) -> bool:  # noqa: ARG002
        """Tell whether space in the buffer is neither taken nor promised: machines hold nothing."""
        return self.loses or len(self.queue) + self.reserved < self.buffer

    def pull(self, now_min: float) -> None:
        """Work begins at the next slot; only space is filled."""
        if self.refused:
            self._admit(now_min)

    def look(self) -> None:
        """Note how many units stand here at the beginning of the slot."""
        self._standing = len(self.queue)

    def work(self, slot: int, now_min: float) -> None:
        """Make what this slot allows; its units go on at its end, which is now."""
        for server, up in zip(self.servers, self._up, strict=True):
            if up.at(slot) >= self._up_below:
                self.down_slots += 1
            elif not self._standing and not self._material(now_min):
                self.starved_slots += 1
            elif not self._make(server, now_min):
                self.blocked_slots += 1
            else:
                self.working_slots += 1

    def _material(self, now_min: float) -> bool:
        return any(source.offer(now_min) is not None for source in self.sources)

    def _make(self, server: Server, now_min: float) -> bool:
        """Hand on the first unit that stands here, or material; False when there is no space for it."""
        from_line = self._standing > 0
        source = None if from_line else next(s for s in self.sources if s.offer(now_min) is not None)
        unit = self.queue[0] if source is None else source.offer(now_min)
        assert unit is not None
        if self._ahead is None or self._ahead[0] is not unit:  # a unit that was blocked keeps its way
            self._ahead = (unit, *self.router.goal(unit))
        _, goal, outcome = self._ahead
        if goal is not self and not goal.has_place(unit):
            return False
        self._ahead = None
        if source is None:
            self._standing -= 1
            self.queue.popleft()
            self.wait_min += now_min - unit.since_min
            self.waited += 1
        else:
            source.accept(now_min)
        self.starts += 1
        self._note(now_min - self._slot_min, "start", unit, server)
        self._note(now_min, "finish", unit, server, outcome)
        if goal is self:
            self._join(unit, now_min)
        elif not goal.receive(unit, now_min):
            raise RuntimeError(f"{goal.name} promised a place to a unit of {self.name} and had none")
        self._left(unit, server, now_min)
        if self.refused:
            self._admit(now_min)
        return True


class SlotClock:
    """The common beat of all slotted stations of one length, the most downstream first."""

    __slots__ = ("_callbacks", "_env", "_slot", "_slot_min", "_stations", "_timer")

    def __init__(self, env: Environment, slot_min: float, stations: list[SlottedStation]) -> None:
        self._env, self._slot_min, self._stations = env, slot_min, stations
        self._slot = 0
        self._timer = Timer(env)
        self._callbacks: Callbacks = [self._beat]
        self._wait()

    def _wait(self) -> None:
        self._timer.callbacks = self._callbacks
        # Counted from 0, so that a million slots end where they should; what else happens at that moment comes first.
        self._env.schedule(self._timer, LATE, (self._slot + 1) * self._slot_min - self._env.now)

    def _beat(self, _: Event) -> None:
        now = self._env.now
        for station in self._stations:
            station.look()
        for station in self._stations:
            station.work(self._slot, now)
        self._slot += 1
        self._wait()
