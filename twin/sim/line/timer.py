"""A SimPy event that can be wound again: one kernel event for each service, and no new object.

SimPy's `Timeout` is built, used once and thrown away. A server needs one at a time, for ever, so it keeps its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simpy import Environment, Event
from simpy.events import NORMAL, EventPriority

# After everything else of the same moment: a job that ends with the shift is done, not suspended.
LATE = EventPriority(2)
LAST = EventPriority(3)
MINUTES_PER_HOUR = 60.0
Callbacks = list[Callable[[Event], None]]


class Clock(Environment):
    """SimPy's environment with its agenda at hand, so that a station can enter the end of a job without a call.

    An entry is (minute, priority, next number, event), as `Environment.schedule` makes it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.agenda: list[tuple[float, EventPriority, int, Event]] = self._queue
        self.number = self._eid


class Timer(Event):
    """An event that fires after a delay, any number of times, one at a time."""

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        self._ok = True
        self._value: Any = None

    def start(self, delay_min: float, callbacks: Callbacks) -> None:
        """Fire after *delay_min*; *callbacks* is shared, not copied."""
        self.callbacks = callbacks
        self.env.schedule(self, NORMAL, delay_min)

    def cancel(self) -> None:
        """Fire into the void. The heap still holds the event, so the owner must take a new timer."""
        self.callbacks = []


def late(env: Environment, delay_min: float) -> Timer:
    """Event after *delay_min* that comes after all others of its moment, for a process to wait on."""
    timer = Timer(env)
    env.schedule(timer, LATE, delay_min)
    return timer
