"""A SimPy event that can be wound again: one kernel event for each service, and no new object.

SimPy's `Timeout` is built, used once and thrown away. A server needs one at a time, for ever, so it keeps its own.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from simpy import Environment, Event
from simpy.events import NORMAL, EventPriority

# After everything else of the same moment: a job that ends with the shift is done, not suspended.
LATE = EventPriority(2)
LAST = EventPriority(3)
MINUTES_PER_HOUR = 60.0
Call = Callable[[Event], None]


class Clock(Environment):
    """SimPy's environment with its agenda at hand, so that a station can enter the end of a job without a call.

    An entry is (minute, priority, next number, event), as `Environment.schedule` makes it. `minute` is `now` without
    the call that a property is.
    """

    def __init__(self) -> None:
        super().__init__()
        self.agenda: list[tuple[float, EventPriority, int, Event]] = self._queue
        self.number = self._eid
        self.minute = 0.0

    def step(self) -> None:
        """Process the next event, as `Environment.step` does, and let `minute` follow."""
        self.minute = self.peek()
        super().step()

    def run_through(self, last: Event) -> None:
        """Process events until *last*, which is on the agenda, has come.

        `Environment.run` with the body of its `step` drawn into the loop: the call and the guard against an event that
        stops the run cost a tenth of a short callback, every time.
        """
        agenda, event = self.agenda, None
        while event is not last:
            now, _, _, event = heappop(agenda)
            self._now = self.minute = now
            if type(event) is Timer:
                event.call(event)
                continue
            callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
            for callback in callbacks:
                callback(event)
            if not event._ok and not hasattr(event, "_defused"):
                raise event._value


class Timer(Event):
    """An event that calls one function after a delay, any number of times, one at a time; no process waits for it."""

    call: Call

    def __init__(self, env: Clock) -> None:
        super().__init__(env)
        self.clock = env
        self._ok = True
        self._value: Any = None
        self.call = _nothing

    @property
    def callbacks(self) -> list[Call]:
        """What `Environment.step` would call."""
        return [self.call]

    @callbacks.setter
    def callbacks(self, value: object) -> None:
        """An event of SimPy's is used once and then emptied; a timer is not."""

    def start(self, delay_min: float, call: Call) -> None:
        """Call *call* after *delay_min*."""
        self.call = call
        clock = self.clock  # `Environment.schedule`, inlined
        heappush(clock.agenda, (clock.minute + delay_min, NORMAL, next(clock.number), self))

    def cancel(self) -> None:
        """Fire into the void. The heap still holds the event, so the owner must take a new timer."""
        self.call = _nothing


def _nothing(_: Event) -> None:
    """Nobody waits any more."""


def occurrence(env: Clock, delay_min: float, priority: EventPriority = LATE) -> Event:
    """Event after *delay_min* that comes after all others of its moment unless another *priority* is given."""
    event = Event(env)
    event._ok, event._value = True, None
    env.schedule(event, priority, delay_min)
    return event


def late(env: Clock, delay_min: float) -> Event:
    """Event after *delay_min* that comes after all others of its moment, for a process to wait on."""
    return occurrence(env, delay_min, LATE)
