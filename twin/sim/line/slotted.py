"""Slotted machines: time goes in slots, and in each a machine is up or down by chance (Bernoulli machines).

As in Li and Meerkov, Production Systems Engineering, chapter 4: blocked before service, and what counts is the state
at the beginning of a slot. Stations are looked at from the end of the line, so that a place that is left in a slot can
be taken in the same slot, and a unit that comes in a slot is worked on in the next. Units stand in buffers only.
"""

from __future__ import annotations

from typing import NamedTuple

from simpy import Event

from twin.model.stations import Station as Description
from twin.sim.line.energy import Meter
from twin.sim.line.operators import Operators
from twin.sim.line.server import Server
from twin.sim.line.station import Station
from twin.sim.line.streams import Draws, Streams
from twin.sim.line.timer import LATE, Call, Clock, Timer
from twin.sim.line.unit import Target, Unit

WORKING, BLOCKED, STARVED, DOWN = STATES = ("working", "blocked", "starved", "down")


class _Making(NamedTuple):
    """What a server makes in the slot that runs: a *unit* from the buffer (none: of material) on its way to *goal*
    (none: found when it is made)."""

    server: Server
    unit: Unit | None
    goal: Target | None
    outcome: str


class SlottedStation(Station):
    """Machines that make one unit in each slot in which they are up, have one, and have space for it."""

    __slots__ = ("_ahead", "_begun_min", "_done", "_going", "_making", "_slot_min", "_this", "_up", "_up_below")

    def __init__(
        self, env: Clock, spec: Description, pool: Operators, meter: Meter, streams: Streams, products: list[str]
    ) -> None:
        super().__init__(env, spec, pool, meter, streams, products)
        assert spec.slotted is not None
        self._slot_min = spec.slotted.slot_min
        self._up_below = spec.slotted.up_probability
        self._up: list[Draws] = [streams.uniform(f"{spec.name} {server.number}", "up") for server in self.servers]
        self._making: list[_Making] = []
        self._going = 0  # units of the buffer that leave at the end of the slot
        self._ahead: tuple[Unit, Target, str] | None = None
        self._begun_min = 0.0
        self._done = dict.fromkeys(STATES, 0)  # slots of servers that are over, by state
        self._this = dict.fromkeys(STATES, 0)  # servers by state in the slot that runs

    def receive(self, unit: Unit, now_min: float) -> bool:
        """Put *unit* into the buffer; False when it is full."""
        if self.can_take(unit):
            self._join(unit, now_min)
            return True
        return self.loses and self._lose(unit, now_min)

    def receive_promised(self, unit: Unit, now_min: float) -> None:
        """Put a *unit* for which a place was promised into the buffer."""
        self.reserved -= 1
        self._join(unit, now_min)

    def can_take(self, unit: Unit) -> bool:  # noqa: ARG002 - the signature of every station
        """Tell whether there is space in the buffer that is not promised."""
        return len(self.queue) + self.reserved < self.buffer

    def has_place(self, unit: Unit) -> bool:  # noqa: ARG002
        """Tell whether there is space that is not promised: machines hold nothing."""
        return self.loses or len(self.queue) + self.reserved < self.buffer

    def has_place_at_end(self) -> bool:
        """Tell whether there will be space at the end of the slot, for another slotted machine."""
        return self.loses or len(self.queue) - self._going + self.reserved < self.buffer

    def _admit(self, now_min: float) -> None:
        """Let refused units into the buffer while there is space that is not promised."""
        while self.refused and len(self.queue) + self.reserved < self.buffer:
            holder = self._first_able()
            if holder is None:
                return
            assert holder.unit is not None
            self._join(holder.unit, now_min)
            holder.handed_over(now_min)

    def pull(self, now_min: float) -> None:
        """Work begins at the next slot; only space is filled."""
        if self.refused:
            self._admit(now_min)

    # ------------------------------------------------------------------ a slot

    def begin_slot(self, slot: int, now_min: float) -> None:
        """Decide what is made in this slot, by what stands here and what is free after it at its beginning."""
        self._making = []
        self._begun_min = now_min
        self._going = 0
        this = self._this
        this[WORKING] = this[BLOCKED] = this[STARVED] = this[DOWN] = 0
        place = 0
        for server, up in zip(self.servers, self._up, strict=True):
            if up.at(slot) >= self._up_below:
                this[DOWN] += 1
            elif place < len(self.queue):
                place += self._make_unit(server, self.queue[place], now_min)
            elif any(source.offer(now_min) is not None for source in self.sources):
                self._make_material(server)
            else:
                self._this[STARVED] += 1
        if self._making and self.extra_kw:
            self.meter.change(now_min, self.extra_kw * len(self._making))

    def _make_unit(self, server: Server, unit: Unit, now_min: float) -> bool:
        if self._ahead is None or self._ahead[0] is not unit:  # a unit that was blocked keeps its way
            self._ahead = (unit, *self.router.decide(unit))
        _, goal, outcome = self._ahead
        if goal is not self and not _has_place_at_end(goal, unit):
            self._this[BLOCKED] += 1
            return False
        self._ahead = None
        if goal is not self:
            goal.reserve()
        self._this[WORKING] += 1
        self._going += 1
        self._making.append(_Making(server, unit, goal, outcome))
        self._note(now_min, "start", unit, server)
        return True

    def _make_material(self, server: Server) -> None:
        goal = self.onward
        if goal is not None and not _has_place_at_end(goal, Unit(0, 0, 0.0)):
            self._this[BLOCKED] += 1
            return
        if goal is not None:
            goal.reserve()
        self._this[WORKING] += 1
        self._making.append(_Making(server, None, goal, "pass"))

    def end_slot(self, now_min: float) -> None:
        """Hand on what was made."""
        if self._making and self.extra_kw:
            self.meter.change(now_min, -self.extra_kw * len(self._making))
        making, self._making = self._making, []
        self._going = 0
        for made in making:
            if made.unit is None:
                self._hand_on_material(made, now_min)
                continue
            unit = self.queue.popleft()
            self.wait_min += now_min - unit.since_min
            self.waited += 1
            assert made.goal is not None
            self._hand_on(unit, made.goal, made.outcome, made.server, now_min)
        done, this = self._done, self._this
        for state in STATES:
            done[state] += this[state]
            this[state] = 0
        if self.refused:
            self._admit(now_min)

    def minutes_until(self, now_min: float) -> dict[str, float]:
        """Server-minutes until *now_min* by state, of slots that are over and of the one that runs."""
        passed_min = now_min - self._begun_min
        return {state: self._done[state] * self._slot_min + self._this[state] * passed_min for state in STATES}

    def promised(self) -> list[str]:
        """Names of the stations that have promised places to what is made in this slot."""
        goals = [made.goal for made in self._making]
        return [goal.name for goal in goals if isinstance(goal, Station) and goal is not self]

    def _hand_on_material(self, made: _Making, now_min: float) -> None:
        source = next((source for source in self.sources if source.offer(now_min) is not None), None)
        unit = None if source is None else source.offer(now_min)
        if source is None or unit is None:  # what was there at the beginning of the slot has gone elsewhere
            self._unmake(STARVED, made)
            return
        goal, outcome = (made.goal, made.outcome) if made.goal is not None else self.router.decide(unit)
        if made.goal is None and goal is not self:
            if not _has_place_at_end(goal, unit):
                self._unmake(BLOCKED, made)
                return
            goal.reserve()
        source.accept(now_min)
        self._hand_on(unit, goal, outcome, made.server, now_min)

    def _unmake(self, state: str, made: _Making) -> None:
        self._this[WORKING] -= 1
        self._this[state] += 1
        self.meter.take_back(self.extra_kw * self._slot_min)  # the slot was not one of work after all
        if isinstance(made.goal, Station):
            made.goal.reserved -= 1

    def _hand_on(self, unit: Unit, goal: Target, outcome: str, server: Server, now_min: float) -> None:
        self.starts += 1
        self.router.count(outcome)
        self._note(now_min, "finish", unit, server, outcome)
        if goal is self:
            self._join(unit, now_min)
        elif isinstance(goal, Station):
            goal.receive_promised(unit, now_min)
        else:
            goal.receive(unit, now_min)
        self._left(unit, server, now_min)


def _has_place_at_end(goal: Target, unit: Unit) -> bool:
    return goal.has_place_at_end() if isinstance(goal, SlottedStation) else goal.has_place(unit)


class SlotClock:
    """The common beat of all slotted stations of one length, the most downstream first."""

    __slots__ = ("_call", "_env", "_slot", "_slot_min", "_stations", "_timer")

    def __init__(self, env: Clock, slot_min: float, stations: list[SlottedStation]) -> None:
        self._env, self._slot_min, self._stations = env, slot_min, stations
        self._slot = 0
        self._timer = Timer(env)
        self._call: Call = self._beat
        self._begin()

    def _begin(self) -> None:
        for station in self._stations:
            station.begin_slot(self._slot, self._env.now)
        self._timer.call = self._call
        # Counted from 0, so that a million slots end where they should; what else happens at that moment comes first.
        self._env.schedule(self._timer, LATE, (self._slot + 1) * self._slot_min - self._env.now)

    def _beat(self, _: Event) -> None:
        now = self._env.now
        for station in self._stations:
            station.end_slot(now)
        self._slot += 1
        self._begin()
