"""A station: parallel servers behind a buffer, which work while seats and staff are there, and hand units on.

Written as callbacks on one timer for each server: a generator and a resource request for each unit cost four times
as much. The methods `receive`, `pull`, `_run` and `finish` are the path of every unit, and what they inline is
said there.
"""

from __future__ import annotations

from collections import deque
from math import inf

from simpy import Environment, Event

from twin.model.line import Station as Description
from twin.sim.line.energy import Meter
from twin.sim.line.operators import Operators
from twin.sim.line.server import BLOCKED, FREE, HELD, WORKING, Server
from twin.sim.line.source import Source
from twin.sim.line.streams import Blocks, Streams
from twin.sim.line.unit import Holder, Target, Unit


class Station:
    """One step of the line while it runs.

    Parameters: *spec*, the station of the plant file; *pool*, the people it needs; *meter*, the line's electricity.
    `active` counts servers that are at work, blocked or down; it may not rise above `open`, the servers of staffed cells.
    """

    def __init__(self, env: Environment, spec: Description, pool: Operators, meter: Meter, streams: Streams) -> None:
        self.env, self.spec, self.pool, self.meter = env, spec, pool, meter
        self.name = spec.name
        self.seats = pool.seats(spec.attends_at_once)
        self.times = streams.times(spec.name, "process time", spec.process_time)
        self.first_pass = spec.first_pass_yield
        self.passes = streams.uniform(spec.name, "yield")
        self.next: Target | None = None
        self.on_failure: Target | None = None
        self.source: Source | None = None
        self.buffer = inf if spec.buffer is None else spec.buffer
        self.queue: deque[Unit] = deque()
        self.refused: deque[Holder] = deque()
        self.held: list[Server] = []
        self.open: float = 0
        self.active = 0
        self.idle_kw = spec.idle_kw if spec.servers else 0.0
        self.extra_kw = spec.working_kw - self.idle_kw
        self.servers = [Server(env, self) for _ in range(spec.servers or 1)]
        self.free = self.servers[::-1]
        self._on_operation_clock(streams)
        # What has happened; the statistics read these and correct for work that is under way.
        self.starts = 0
        self.working_min = 0.0
        self.wait_min = 0.0
        self.blocked_min = 0.0
        self.down_min = 0.0
        self.held_min = 0.0
        self.open_min = 0.0
        self.staffed_min = 0.0
        self.staffed_at_min = 0.0

    def _on_operation_clock(self, streams: Streams) -> None:
        spec = self.spec.breakdowns
        self.lives: Blocks | None = None
        self.wears = spec is not None and spec.clock == "operation"
        if spec is None:
            return
        self.repairs = streams.exponential(self.name, "repair", spec.mttr_min)
        if self.wears:
            self.lives = streams.exponential(self.name, "failure", spec.mtbf_h * 60)
            for server in self.servers:
                server.life_min = self.lives.next()

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
        if self.spec.servers is None and not self.free:
            self._add_server()
        server.unit = unit
        server.began_min = now_min
        times = self.times.ready
        if not times:
            self.times.refill()
        server.remaining_min = times.pop()
        self.starts += 1
        self._run(server, now_min)

    def _run(self, server: Server, now_min: float) -> None:
        """Work until the job is done or the machine fails, whichever comes first."""
        self.active += 1
        self.pool.free -= self.seats
        server.state = WORKING
        server.started_min = now_min
        if server.life_min < server.remaining_min:
            server.timer.start(server.life_min, server.on_failure)
        else:
            server.timer.start(server.remaining_min, server.on_finish)
        if self.extra_kw:
            meter = self.meter  # Meter.change, inlined
            meter.kw_min += meter.kw * (now_min - meter.at_min)
            meter.at_min = now_min
            meter.kw += self.extra_kw

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
        assert goal is not None and unit is not None
        if pool.contended and goal.pool is pool:
            pool.serve_down_to(goal, now)  # type: ignore[arg-type]  # whoever has a pool is a station
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
        else:
            self.pull(now)

    def _leave_work(self, server: Server, now_min: float) -> None:
        """Book the stretch of work that ends, and free its seat."""
        worked = now_min - server.started_min
        self.working_min += worked
        self.pool.free += self.seats
        if self.wears:
            server.life_min -= worked
        if self.extra_kw:
            meter = self.meter  # Meter.change and the short case of Meter.spread, inlined
            meter.kw_min += meter.kw * (now_min - meter.at_min)
            meter.at_min = now_min
            meter.kw -= self.extra_kw
            hour = int(now_min / 60.0)
            if server.started_min >= hour * 60.0:
                meter.hour_kw_min[hour] += self.extra_kw * worked
            else:
                meter.spread(server.started_min, now_min, self.extra_kw)

    def pull(self, now_min: float) -> None:
        """Start what can start: suspended jobs, then the buffer, then units refused for want of space, then material."""
        pool = self.pool
        while self.active < self.open:
            if self.held:
                if pool.free < self.seats:
                    pool.contended = True
                    return
                self._resume(self.held.pop(), now_min)
            elif not self.free:
                return
            elif self.queue:
                if pool.free < self.seats:
                    pool.contended = True
                    return
                unit = self.queue.popleft()
                self.wait_min += now_min - unit.since_min
                self._start(unit, now_min)
                if self.refused:
                    self.space_made(now_min)
            elif not self._start_refused(now_min) and not self._start_material(now_min):
                return

    # ------------------------------------------------------------------ space

    def keep_waiting(self, holder: Holder) -> None:
        """Note that *holder* waits with a unit for space here."""
        self.refused.append(holder)

    def space_made(self, now_min: float) -> None:
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
        if not self.refused:
            return False
        if self.pool.free < self.seats:
            self.pool.contended = True
            return False
        holder = self._first_able()
        if holder is None:
            return False
        assert holder.unit is not None
        self._start(holder.unit, now_min)
        holder.handed_over(now_min)
        return True

    def _start_material(self, now_min: float) -> bool:
        if self.source is None:
            return False
        if self.pool.free < self.seats:
            self.pool.contended = True
            return False
        unit = self.source.take(now_min)
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
        self.blocked_min += self.staffed_until(now_min) - server.since
        server.unit = server.goal = None
        server.state = FREE
        self.free.append(server)
        self.active -= 1
        self.pull(now_min)

    def _add_server(self) -> None:
        server = Server(self.env, self)
        self.servers.append(server)
        self.free.append(server)
        if self.lives is not None:
            server.life_min = self.lives.next()
