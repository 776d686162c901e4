"""A station: parallel servers behind a buffer, which work while seats and staff are there, and hand units on.

Written as callbacks on one timer for each server: a generator and a resource request for each unit cost four times
as much. `receive`, `finish` and `pull` are the path of every unit, with `_run` and `_leave_work` of the bench;
what they inline is said there.
"""

from __future__ import annotations

from collections import deque
from math import inf

from simpy import Environment, Event

from twin.model.line import Station as Description
from twin.sim.line.bench import Bench
from twin.sim.line.energy import Meter
from twin.sim.line.operators import Operators
from twin.sim.line.server import BLOCKED, FREE, Server
from twin.sim.line.source import Source
from twin.sim.line.streams import Streams
from twin.sim.line.unit import Holder, Target, Unit


class Station(Bench):
    """A bench with a buffer before it and a way on."""

    __slots__ = (
        "buffer", "first_pass", "next", "on_failure", "passes", "queue", "refused", "source", "starts",
        "wait_min",
    )  # fmt: skip

    def __init__(self, env: Environment, spec: Description, pool: Operators, meter: Meter, streams: Streams) -> None:
        super().__init__(env, spec, pool, meter, streams)
        self.first_pass = spec.first_pass_yield
        self.passes = streams.uniform(spec.name, "yield")
        self.next: Target | None = None
        self.on_failure: Target | None = None
        self.source: Source | None = None
        self.buffer = inf if spec.buffer is None else spec.buffer
        self.queue: deque[Unit] = deque()
        self.refused: deque[Holder] = deque()
        self.starts = 0
        self.wait_min = 0.0

    # ------------------------------------------------------------------ the path of every unit

    def receive(self, unit: Unit, now_min: float) -> bool:
        """Start *unit* or put it into the buffer; False when neither is possible."""
        if self.free and self.active < self.open:
            if self.pool.free >= self.seats:
                self._start(unit, now_min)
                return True
            self.pool.contended = True
        if len(self.queue) < self.buffer:
            unit.since_min = now_min
            self.queue.append(unit)
            return True
        return False

    def _start(self, unit: Unit, now_min: float) -> None:
        server = self.free.pop()
        if self.unlimited and not self.free:
            self.servers.append(Server(self.env, self))
            self.free.append(self.servers[-1])
        server.unit = unit
        server.began_min = now_min
        times = self.times.ready
        if not times:
            self.times.refill()
        server.remaining_min = times.pop()
        self.starts += 1
        self._run(server, now_min)

    def finish(self, server: Server, _: Event) -> None:
        """The job is done: hand the unit on, or keep it and block the server."""
        now = self.env.now
        self._leave_work(server, now)
        if self.first_pass < 1.0:
            passes = self.passes.ready
            if not passes:
                self.passes.refill()
            goal = self.next if passes.pop() < self.first_pass else self.on_failure
        else:
            goal = self.next
        unit, pool = server.unit, self.pool
        assert goal is not None
        assert unit is not None
        if pool.contended and goal.pool is pool:
            pool.serve_down_to(goal, now)
        if goal is self:
            # Back to the end of its own queue, which is one longer only until this server takes the first of it.
            unit.since_min = now
            self.queue.append(unit)
        elif not goal.receive(unit, now):
            server.state, server.goal, server.since = BLOCKED, goal, self.staffed_until(now)
            goal.keep_waiting(server)
            if pool.contended:
                pool.serve(now)
            return
        server.unit = None
        server.state = FREE
        self.free.append(server)
        self.active -= 1
        if pool.contended:
            pool.serve(now)
        elif self.queue or self.source is not None or self.held or self.refused:
            self.pull(now)

    def pull(self, now_min: float) -> None:
        """Start what can start: suspended jobs, the buffer, units that found it full, material, in this order."""
        pool = self.pool
        while self.active < self.open:
            if not self.held and not (self.free and (self.queue or self.refused or self.source is not None)):
                return
            if pool.free < self.seats:
                pool.contended = True
                return
            if self.held:
                self._resume(now_min)
            elif self.queue:
                unit = self.queue.popleft()
                self.wait_min += now_min - unit.since_min
                self._start(unit, now_min)
                if self.refused:
                    self._admit(now_min)
            elif not self._start_refused(now_min) and not self._start_material(now_min):
                return

    # ------------------------------------------------------------------ space

    def keep_waiting(self, holder: Holder) -> None:
        """Note that *holder* waits with a unit for space here."""
        self.refused.append(holder)

    def retry(self, now_min: float) -> None:
        """Take refused units: a machine that held one can hand it over again."""
        self._admit(now_min)
        self.pull(now_min)

    def _admit(self, now_min: float) -> None:
        """Let refused units into the buffer while there is space, first come first served."""
        while self.refused and len(self.queue) < self.buffer:
            holder = self._first_able()
            if holder is None:
                return
            unit = holder.unit
            assert unit is not None
            unit.since_min = now_min
            self.queue.append(unit)
            holder.handed_over(now_min)

    def _start_refused(self, now_min: float) -> bool:
        """Start a unit for which the buffer had no space."""
        holder = self._first_able()
        if holder is None:
            return False
        assert holder.unit is not None
        self._start(holder.unit, now_min)
        holder.handed_over(now_min)
        return True

    def _start_material(self, now_min: float) -> bool:
        """Start a unit of material, at the first station."""
        unit = self.source.take(now_min) if self.source is not None else None
        if unit is None:
            return False
        self._start(unit, now_min)
        return True

    def _first_able(self) -> Holder | None:
        """Take the first waiting holder that is not down: a down machine cannot hand its part over."""
        for place, holder in enumerate(self.refused):
            if not holder.down:
                del self.refused[place]
                return holder
        return None

    def unblock(self, server: Server, now_min: float) -> None:
        """*server*'s finished unit has been taken."""
        self.blocked_staffed_min += self.staffed_until(now_min) - server.since
        server.unit = server.goal = None
        server.state = FREE
        self.free.append(server)
        self.active -= 1
        self.pull(now_min)
