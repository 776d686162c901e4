"""Burn-in operators: each loads or unloads one unit at a time, unloading first."""

from __future__ import annotations

from collections import deque
from functools import partial
from heapq import heappush
from math import inf
from typing import TYPE_CHECKING

from simpy import Event
from simpy.events import NORMAL

from twin.sim.line.timer import Call, Clock, Timer
from twin.sim.line.unit import Unit

if TYPE_CHECKING:
    from twin.sim.line.racks import BurnInArea


class Handling:
    """One loading or unloading: the hands that do it, the unit, and the work left.

    An unloaded unit that finds no space stays in these hands: they are busy until it does.
    """

    __slots__ = ("done", "down", "hands", "remaining_min", "started_min", "timer", "unit", "unloads")

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.unit: Unit | None = None
        self.unloads = False
        self.down = False
        self.remaining_min = 0.0
        self.started_min = 0.0
        self.timer = Timer(hands.env)
        self.done: Call = partial(hands.finish, self)

    def handed_over(self, now_min: float) -> None:
        """The unit has found space."""
        self.hands.taken(self, now_min)


class Hands:
    """All burn-in operators who are there.

    Parameters: *area*, whose units they move; *load_min* and *unload_min*; *people_per_crew*.
    """

    __slots__ = (
        "_area", "_idle", "_load_min", "_per_crew", "_unload_min", "active", "blocked", "busy", "env",
        "held", "people",
    )  # fmt: skip

    def __init__(self, env: Clock, area: BurnInArea, load_min: float, unload_min: float, people_per_crew: int) -> None:
        self.env = env
        self.people: float = 0
        self.busy = 0
        self.active: dict[Handling, None] = {}  # in the order of starting; a set would not keep it
        self.blocked: set[Handling] = set()
        self.held: deque[Handling] = deque()
        self._idle: list[Handling] = []
        self._area = area
        self._load_min = load_min
        self._unload_min = unload_min
        self._per_crew = people_per_crew

    def staff(self, crews: float, now_min: float) -> None:
        """Let *crews* crews be there; operations that are too many stop, the youngest first."""
        self.people = inf if crews == inf else crews * self._per_crew
        while self.busy > self.people and self.active:
            operation, _ = self.active.popitem()
            operation.remaining_min = max(0.0, operation.remaining_min - (now_min - operation.started_min))
            operation.timer.cancel()
            operation.timer = Timer(self.env)
            self.held.appendleft(operation)
            self.busy -= 1
        self.serve(now_min)

    def serve(self, now_min: float) -> None:
        """Put free hands to work: what was stopped, then unloading, then loading."""
        area, idle = self._area, self._idle
        while self.busy < self.people:
            if self.held:
                operation = self.held.popleft()
            elif area.done:
                operation = idle.pop() if idle else Handling(self)
                operation.unit = area.done.popleft()
                operation.unloads = True
                operation.remaining_min = self._unload_min
            elif area.door:
                unit = area.next_to_load(now_min)
                if unit is None:
                    return
                operation = idle.pop() if idle else Handling(self)
                operation.unit = unit
                operation.unloads = False
                operation.remaining_min = self._load_min
            else:
                return
            self.busy += 1
            self.active[operation] = None
            operation.started_min = now_min
            timer, clock = operation.timer, self.env  # Timer.start, inlined
            timer.call = operation.done
            heappush(clock.agenda, (now_min + operation.remaining_min, NORMAL, next(clock.number), timer))

    def finish(self, operation: Handling, _: Event) -> None:
        """The operation is done: the unit is in its slot, or on its way."""
        now = self.env.minute
        area, unit = self._area, operation.unit
        assert unit is not None
        del self.active[operation]
        if operation.unloads:
            goal = area.on_failure if unit.failed else area.next
            assert goal is not None
            if not goal.receive(unit, now):
                self.blocked.add(operation)
                goal.keep_waiting(operation)
                return
            area.unloaded(unit, now)
        else:
            area.loaded(unit, now)
        operation.unit = None  # _put_down, inlined
        self._idle.append(operation)
        self.busy -= 1
        if area.done or area.door or self.held:
            self.serve(now)

    def taken(self, operation: Handling, now_min: float) -> None:
        """A unit that was blocked has been taken."""
        assert operation.unit is not None
        self.blocked.discard(operation)
        self._area.unloaded(operation.unit, now_min)
        self._put_down(operation, now_min)

    def _put_down(self, operation: Handling, now_min: float) -> None:
        operation.unit = None
        self._idle.append(operation)
        self.busy -= 1
        self.serve(now_min)

    def holding(self) -> list[Unit]:
        """Units in hands now: being loaded, unloaded or blocked."""
        operations = [*self.active, *self.blocked, *self.held]
        return [operation.unit for operation in operations if operation.unit is not None]
