"""A station: parallel servers behind a buffer, which work while seats and staff are there, and hand units on.

Written as callbacks on one timer for each server: a generator and a resource request for each unit cost four times
as much. `receive`, `finish` and `pull` are the path of every unit, with `_run` and `_leave_work` of the bench;
what they inline is said there. Stations that need more than this file gives are in `special.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from heapq import heappush
from math import inf

from simpy import Event
from simpy.events import NORMAL

from twin.model.stations import Station as Description
from twin.sim.line.bench import Bench
from twin.sim.line.carriers import Loop
from twin.sim.line.deadlock import look_for_deadlock
from twin.sim.line.energy import Meter
from twin.sim.line.operators import Operators
from twin.sim.line.routing import Router
from twin.sim.line.server import BLOCKED, FREE, WORKING, Server
from twin.sim.line.source import Source
from twin.sim.line.streams import BITS, LAST, Draws, Streams
from twin.sim.line.timer import Clock
from twin.sim.line.unit import Holder, Sink, Target, Unit


class Station(Bench):
    """A bench with a buffer before it and a way on."""

    __slots__ = (
        "_by_product", "blocked_now", "buffer", "in_circle", "looks_ahead", "loops_ending", "loses", "lost",
        "lost_units", "onward", "pools_there", "queue", "refused", "reserved", "router", "sources", "starts",
        "turned_away", "wait_min", "waited", "watchers",
    )  # fmt: skip

    def __init__(
        self,
        env: Clock,
        spec: Description,
        pool: Operators,
        meter: Meter,
        streams: Streams,
        products: list[str],
    ) -> None:
        super().__init__(env, spec, pool, meter, streams)
        self.router: Router
        self.pools_there: list[Operators] = []
        self.onward: Target | None = None
        self.sources: list[Source] = []
        self.buffer = inf if spec.buffer is None else spec.buffer
        self.queue: deque[Unit] = deque()
        self.refused: deque[Holder] = deque()
        self.reserved = 0
        self.watchers: list[Station] = []  # stations that are blocked before service until there is a place here
        self.looks_ahead = False  # there may be work that is neither before the station nor suspended
        self.loops_ending: list[Loop] = []
        self.in_circle = False
        self.loses = spec.when_full == "lose"
        self.lost: Sink | None = None
        self.lost_units = 0
        self.turned_away = 0
        self.starts = 0
        self.waited = 0
        self.blocked_now = 0
        self.wait_min = 0.0
        self._by_product: list[Draws] = []
        if spec.process_time_by_product:
            self._by_product = [
                streams.times(spec.name, f"process time {product}", spec.process_time_by_product[product])
                if product in spec.process_time_by_product
                else self.times
                for product in products
            ]

    def connect(self, router: Router, lost: Sink) -> None:
        """Learn the ways on, and where units go that are lost for want of space."""
        self.router, self.lost = router, lost
        self.onward = router.only

    def process_min(self, unit: Unit) -> float:
        """Process time of *unit* in its present round [min]."""
        times = self._by_product[unit.product] if self._by_product else self.times
        return times.at(unit.number, unit.round)

    # ------------------------------------------------------------------ the path of every unit

    def receive(self, unit: Unit, now_min: float) -> bool:
        """Start *unit* or put it into the buffer; False when neither is possible."""
        if self.free and self.active < self.open:
            if self.pool.free >= self.seats:
                server = self.free.pop()  # _start, inlined
                self.free_min += now_min - server.since_min
                if self.unlimited and not self.free:
                    self._add_server()
                self._set_to_work(server, unit, now_min, self.extra_kw)
                return True
            self.pool.contended = True
        if len(self.queue) < self.buffer:
            unit.since_min = now_min  # _join, inlined
            self.queue.append(unit)
            if self.log is not None:
                self.log.add(now_min, "arrive", self.name, unit)
            return True
        return self.loses and self._lose(unit, now_min)

    def _join(self, unit: Unit, now_min: float) -> None:
        """Put *unit* into the buffer."""
        unit.since_min = now_min
        self._put_in_line(unit)
        if self.log is not None:
            self.log.add(now_min, "arrive", self.name, unit)

    def _put_in_line(self, unit: Unit) -> None:
        self.queue.append(unit)

    def _lose(self, unit: Unit, now_min: float) -> bool:
        """Let *unit* go for want of space."""
        assert self.lost is not None
        self.lost_units += 1
        return self.lost.receive(unit, now_min)

    def _start(self, unit: Unit, now_min: float) -> None:
        server = self.free.pop()
        if self.unlimited and not self.free:
            self._add_server()
        self.free_min += now_min - server.since_min
        self._set_to_work(server, unit, now_min, self.extra_kw)

    def _set_to_work(self, server: Server, unit: Unit, now_min: float, extra_kw: float) -> None:
        """Let *server*, which is on no list, work on *unit* and draw *extra_kw* more than now."""
        server.unit = unit
        server.began_min = now_min
        if unit.round or self._by_product:
            remaining_min = self.process_min(unit)
        else:
            times, number = self.times, unit.number  # Draws.at, inlined
            block = times.blocks.get(number >> BITS)
            remaining_min = times.at(number) if block is None else block[number & LAST]
        server.remaining_min = remaining_min
        self.starts += 1
        if self.log is not None:
            self.log.add(now_min, "start", self.name, unit, server.number)
        self.active += 1  # Bench._run, inlined
        self.pool.free -= self.seats
        server.state = WORKING
        server.started_min = now_min
        if server.life_min < remaining_min:
            server.timer.start(server.life_min, server.on_wear)
        else:
            timer = server.timer
            timer.call = server.on_finish
            heappush(self.agenda, (now_min + remaining_min, NORMAL, next(self.entry), timer))  # Clock.schedule, inlined
        if extra_kw:
            meter = self.meter
            meter.kw += extra_kw
            meter.jumps_kw_min += extra_kw * now_min

    def _add_server(self) -> None:
        self.servers.append(Server(self.env, self, len(self.servers)))
        self.free.append(self.servers[-1])

    def finish(self, server: Server, _: Event) -> None:
        """The job is done: hand the unit on, or keep it and block the server."""
        now = self.env.minute
        pool = self.pool
        worked_min = now - server.started_min  # Bench._leave_work, inlined
        self.working_min += worked_min
        pool.free += self.seats
        if self.wears:
            server.life_min -= worked_min
        unit, goal = server.unit, self.onward
        assert unit is not None
        if goal is None:
            goal, outcome = self.router.decide(unit)
            if outcome != "pass":
                self.router.count(outcome)
            if self.log is not None:
                self.log.add(now, "finish", self.name, unit, server.number, outcome)
        elif self.log is not None:
            self.log.add(now, "finish", self.name, unit, server.number, "pass")
        if pool.contended and goal.pool is pool:
            assert isinstance(goal, Station)
            pool.serve_down_to(goal, now)
        if goal is self:
            # Back to the end of its own queue, which is one longer only until this server takes the first of it.
            self._join(unit, now)
        elif not goal.receive(unit, now):
            if self.extra_kw:
                self.meter.change(now, -self.extra_kw)
            self._block(server, goal, now)
            if pool.contended:
                pool.serve(now)
            return
        self.active -= 1
        if (
            self.queue and self.active < self.open and pool.free >= self.seats
            and not (pool.contended or self.held or self.loops_ending or self.watchers) and self.log is None
        ):  # fmt: skip
            # `pull` would give the first of the queue to the machine that came free last: this one, which works on
            unit = self.queue.popleft()
            self.wait_min += now - unit.since_min
            self.waited += now > unit.since_min
            self._set_to_work(server, unit, now, 0.0)
            if self.refused:
                self._admit(now)
            if self.free:
                self.pull(now)
            return
        if self.extra_kw:
            meter = self.meter
            meter.kw -= self.extra_kw
            meter.jumps_kw_min -= self.extra_kw * now
        server.unit = None
        server.state = FREE
        server.since_min = now
        self.free.append(server)
        if self.loops_ending or self.watchers or self.log is not None:
            self._left(unit, server, now)
        if pool.contended:
            pool.serve(now)
        elif self.queue or self.sources or self.held or self.refused:
            self.pull(now)

    def _block(self, server: Server, goal: Target, now_min: float) -> None:
        staffed = self._staffed_min  # staffed_until, inlined
        if self.open:
            staffed += now_min - self._staffed_at_min
        server.state, server.goal, server.since = BLOCKED, goal, staffed
        server.since_min = now_min
        goal.keep_waiting(server)
        self.blocked_now += 1
        if self.in_circle and self.blocked_now == len(self.servers):
            look_for_deadlock(self, now_min)

    def _left(self, unit: Unit, server: Server, now_min: float) -> None:
        """*unit* has left: its carriers end here, and there is a place for those that wait to begin."""
        self._note(now_min, "leave", unit, server)
        for loop in self.loops_ending:
            if unit.carriers and loop in unit.carriers:
                unit.carriers.remove(loop)
                loop.give_back(now_min)
        self.call_watchers(now_min)

    def call_watchers(self, now_min: float) -> None:
        """Let stations begin that wait for a place here, in the order of asking."""
        waiting, self.watchers = self.watchers, []
        for station in waiting:
            station.pull(now_min)

    def pull(self, now_min: float) -> None:
        """Start what can start: suspended jobs, the buffer, units that found it full, material, in this order."""
        pool = self.pool
        while self.active < self.open:
            if not self.held and not (self.free and (self.queue or self.refused or self.sources)):
                return
            if pool.free < self.seats:
                pool.contended = True
                return
            if self.held:
                self._resume(now_min)
            elif self.queue:
                unit = self.queue.popleft()
                self.wait_min += now_min - unit.since_min
                self.waited += now_min > unit.since_min
                server = self.free.pop()  # _start, inlined
                self.free_min += now_min - server.since_min
                if self.unlimited and not self.free:
                    self._add_server()
                self._set_to_work(server, unit, now_min, self.extra_kw)
                if self.refused:
                    self._admit(now_min)
            elif not (self.refused and self._start_refused(now_min)) and not self._start_material(now_min):
                return

    # ------------------------------------------------------------------ space

    @property
    def came(self) -> int:
        """Units that have waited or could have: of an assembly, parts."""
        return self.starts

    def waiting(self) -> Iterable[Unit]:
        """Units that stand before the station."""
        return self.queue

    def has_place(self, unit: Unit) -> bool:  # noqa: ARG002 - an assembly station asks for the product
        """Tell whether a place, on a machine or in the buffer, is neither taken nor promised."""
        if self.loses or self.buffer == inf or self.unlimited:
            return True
        taken = len(self.queue) + sum(server.unit is not None for server in self.servers)
        return taken + self.reserved < self.buffer + len(self.servers)

    def can_take(self, unit: Unit) -> bool:  # noqa: ARG002
        """Tell whether a unit that came now would start or find space in the buffer."""
        starts = bool(self.free) and self.active < self.open and self.pool.free >= self.seats
        return starts or len(self.queue) < self.buffer

    def forget(self, unit: Unit) -> None:
        """*unit* was turned away."""

    def reserve(self) -> None:
        """Promise a place."""
        self.reserved += 1

    def receive_promised(self, unit: Unit, now_min: float) -> None:
        """Take a *unit* for which a place was promised: at a machine that is not ready it stands before it."""
        self.reserved -= 1
        if not self.receive(unit, now_min):
            self._join(unit, now_min)
            self.pull(now_min)

    def crowding(self) -> float:
        """Units that wait or are worked on, for each server."""
        inside = len(self.queue) + sum(server.unit is not None for server in self.servers)
        return inside / len(self.servers)

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
            holder = self.refused.popleft() if not self.refused[0].down else self._first_able()
            if holder is None:
                return
            unit = holder.unit
            assert unit is not None
            unit.since_min = now_min  # _join, inlined
            self._put_in_line(unit)
            if self.log is not None:
                self.log.add(now_min, "arrive", self.name, unit)
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
        """Start a unit of material, where it enters."""
        for source in self.sources:
            unit = source.offer(now_min)
            if unit is not None:
                source.accept(now_min)
                self._start(unit, now_min)
                return True
        return False

    def _first_able(self) -> Holder | None:
        """Take the first waiting holder that is not down: a down machine cannot hand its part over."""
        if self.refused and not self.refused[0].down:
            return self.refused.popleft()
        for place, holder in enumerate(self.refused):
            if not holder.down:
                del self.refused[place]
                return holder
        return None

    def unblock(self, server: Server, now_min: float) -> None:
        """*server*'s finished unit has been taken."""
        unit = server.unit
        assert unit is not None
        staffed = self._staffed_min  # staffed_until, inlined
        if self.open:
            staffed += now_min - self._staffed_at_min
        self.blocked_now -= 1
        self.blocked_min += now_min - server.since_min
        self.blocked_staffed_min += staffed - server.since
        server.unit = server.goal = None
        server.state = FREE
        server.since_min = now_min
        self.free.append(server)
        self.active -= 1
        if self.loops_ending or self.watchers or self.log is not None:
            self._left(unit, server, now_min)
        if self.queue or self.sources or self.held or self.refused:
            self.pull(now_min)
