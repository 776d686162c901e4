"""The repair of a machine: at once, or by a person of a skill who is wanted elsewhere too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simpy import Event

from twin.sim.line.operators import Operators, Skill
from twin.sim.line.timer import Call, Timer

if TYPE_CHECKING:
    from twin.sim.line.server import Server


class Repair:
    """One repair of *server*, of so many minutes of work; by somebody of *skill* (none: it needs nobody).

    It stops when that person leaves, and is taken up again before other repairs.
    """

    __slots__ = ("_call", "_pool", "_server", "_skill", "_started_min", "_timer", "began_min", "remaining_min")

    def __init__(self, server: Server, skill: Skill | None, work_min: float) -> None:
        self._server, self._skill = server, skill
        self._pool: Operators | None = None
        self._timer = Timer(server.timer.clock)
        self._call: Call = self._done
        self._started_min = 0.0
        self.began_min = 0.0
        self.remaining_min = work_min

    def ask(self, now_min: float) -> None:
        """Begin, or wait for somebody to begin."""
        if self._skill is None:
            self._timer.start(self.remaining_min, self._call)
            return
        self._skill.call(self, now_min)

    def begin(self, pool: Operators, now_min: float) -> None:
        """Somebody of *pool* takes the work up."""
        self._pool = pool
        pool.free -= pool.units_per_person
        pool.other_busy.change(now_min, pool.units_per_person)
        pool.repairs[self] = None
        self._started_min = self.began_min = now_min
        self._timer.start(self.remaining_min, self._call)
        self._server.station.note_repair(self._server, now_min)

    def stop(self, now_min: float) -> None:
        """The person leaves; the rest of the work waits for the next."""
        assert self._skill is not None
        self.remaining_min = max(0.0, self.remaining_min - (now_min - self._started_min))
        self._timer.cancel()
        self._timer = Timer(self._timer.clock)
        self._put_down(now_min)
        self._server.station.note_repair(self._server, now_min, "stop")
        self._skill.calls.appendleft(self)

    def _put_down(self, now_min: float) -> Operators:
        pool = self._pool
        assert pool is not None
        pool.free += pool.units_per_person
        pool.other_busy.change(now_min, -pool.units_per_person)
        del pool.repairs[self]
        self._pool = None
        return pool

    def _done(self, _: Event) -> None:
        now = self._timer.clock.minute
        pool = None if self._skill is None else self._put_down(now)
        self._server.station.repaired(self._server, now)
        if pool is not None and pool.contended:
            pool.serve(now)
