"""A station that needs more than a plain one: set-ups, batches, carriers, places promised ahead, several groups of
people, jobs that are finished past the shift's end or not begun before it.

It takes the same steps as a plain station, each written out instead of inlined. What may start is looked at before it
is taken: nothing moves until the machine, the people, the carriers, the time and the place after it are there.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from simpy import Event
from simpy.events import NORMAL

from twin.model.stations import Station as Description
from twin.sim.line.carriers import Loop
from twin.sim.line.energy import Level, Meter
from twin.sim.line.operators import Operators
from twin.sim.line.server import FREE, WORKING, Server
from twin.sim.line.set_ups import SetUps
from twin.sim.line.station import Station
from twin.sim.line.streams import Streams
from twin.sim.line.timer import Clock
from twin.sim.line.unit import Holder, Target, Unit

_ROUNDING_MIN = 1e-9
Closing = Callable[["SpecialStation", float], float]


class SpecialStation(Station):
    """A station with any of the above; *pools* are all groups who may serve it (the first of them is `pool`)."""

    __slots__ = (
        "_ahead", "_asked_again", "_before_service", "_is_pulling",
        "_must_end", "_pools", "_same_first", "_set_ups", "_waits_for_place", "blocked_before", "closes_min",
        "loops_beginning",
    )  # fmt: skip

    def __init__(
        self, env: Clock, spec: Description, pools: list[Operators], meter: Meter, streams: Streams,
        products: list[str],
    ) -> None:  # fmt: skip
        super().__init__(env, spec, pools[0], meter, streams, products)
        self._pools = [(pool, pool.seats(spec.attends_at_once, spec.people_per_job)) for pool in pools]
        self._set_ups = SetUps(spec, products, streams)
        self._before_service = spec.blocking == "before_service"
        self._must_end = spec.at_shift_end == "do_not_start"
        self._same_first = spec.queue_rule == "same_product_first"
        self.closes_min: Closing = lambda _, __: inf
        self.loops_beginning: list[Loop] = []
        self.blocked_before = Level()  # free machines with a unit before them, for which there is no place after them
        self.looks_ahead = True
        self._waits_for_place = False
        self._is_pulling = self._asked_again = False
        self._ahead: dict[Unit, tuple[Target, str, float]] = {}

    # ------------------------------------------------------------------ work

    def _run(self, server: Server, now_min: float) -> None:
        """Work on, on the set-up or on the job, with the people of the server's group."""
        pool, seats = self._seats_of(server)
        self.active += 1
        pool.free -= seats
        pool.other_busy.change(now_min, seats)
        server.state = WORKING
        server.started_min = now_min
        if server.life_min < server.remaining_min:
            server.timer.start(server.life_min, server.on_wear)
        else:
            server.timer.call = server.on_finish
            self.schedule(server.timer, NORMAL, server.remaining_min)
        self.meter.change(now_min, self._extra(server))

    def _extra(self, server: Server) -> float:
        """Power of *server* beyond that at rest [kW]."""
        if not server.setting_up:
            return self.extra_kw
        return self.spec.power_set_up_kw - (0.0 if self.unlimited else self.spec.idle_kw)

    def _seats_of(self, server: Server) -> tuple[Operators, int]:
        return next(entry for entry in self._pools if entry[0] is server.pool)

    def _leave_work(self, server: Server, now_min: float) -> None:
        worked = now_min - server.started_min
        if server.setting_up:
            self.set_up_min += worked
        else:
            self.working_min += worked
        pool, seats = self._seats_of(server)
        pool.free += seats
        pool.other_busy.change(now_min, -seats)
        if self.wears:
            server.life_min -= worked
        self.meter.change(now_min, -self._extra(server))

    def _free_pool(self) -> Operators | None:
        """The first group with a free seat; without one, all of them know that work waits here."""
        for pool, seats in self._pools:
            if pool.free >= seats:
                return pool
        for pool, _ in self._pools:
            pool.contended = True
        return None

    # ------------------------------------------------------------------ what may start

    def receive(self, unit: Unit, now_min: float) -> bool:
        """Put *unit* before the station and start what can start; False when there is no space for it."""
        if self.can_take(unit):
            self._join(unit, now_min)
            self.pull(now_min)
            return True
        return self.loses and self._lose(unit, now_min)

    def can_take(self, unit: Unit) -> bool:
        """Tell whether *unit* would start at once or find space in the buffer."""
        if len(self.queue) < self.buffer:
            return True
        if self.queue or not self.free or self.active >= self.open or self._free_pool() is None:
            return False
        return self._may_start([unit], self._server_for(unit), self.env.now)

    def pull(self, now_min: float) -> None:
        """Start what can start: suspended jobs, the buffer, units that found it full, material, in this order.

        Taking a unit frees its holder, which may come back here: what it asks for is done when this is done.
        """
        self._asked_again = True
        if self._is_pulling:
            return
        self._is_pulling = True
        try:
            while self._asked_again:
                self._asked_again = False
                self._start_all(now_min)
        finally:
            self._is_pulling = False

    def _start_all(self, now_min: float) -> None:
        self._waits_for_place = False
        while self.active < self.open and (self.held or self.free):
            if self.held:
                pool = self._free_pool()
                if pool is None:
                    break
                self.held[-1].pool = pool
                self._resume(now_min)
            elif not self._start_next(now_min):
                break
        if self._before_service:
            self._note_blocked_before(now_min)
        if self.refused:
            self._admit(now_min)

    def _note_blocked_before(self, now_min: float) -> None:
        blocked = min(len(self.free), self.open - self.active) if self._waits_for_place else 0
        if blocked != self.blocked_before.value:
            self.blocked_before.set(now_min, blocked)

    def _start_next(self, now_min: float) -> bool:
        """Start the next job if all that it needs is there; False when nothing can start now."""
        units = self._next_units(now_min)
        if not units:
            return False
        pool = self._free_pool()
        if pool is None:
            return False
        server = self._server_for(units[0])
        if not self._may_start(units, server, now_min):
            return False
        holders = self._take(units, now_min)
        server.pool = pool
        self._begin(server, units, now_min)
        for holder in holders:
            holder.handed_over(now_min)
        return True

    def _next_units(self, now_min: float) -> list[Unit]:
        """The units of the next job, where they stand; empty when there is none, or the batch is not whole."""
        if self.queue:
            return [self._first_in_line()]
        for holder in self.refused:
            if not holder.down and holder.unit is not None:
                return [holder.unit]
        for source in self.sources:
            unit = source.offer(now_min)
            if unit is not None:
                return [unit]
        return []

    def _first_in_line(self) -> Unit:
        if self._same_first:
            ready = {server.product for server in self.free}
            for unit in self.queue:
                if unit.product in ready:
                    return unit
        return self.queue[0]

    def _server_for(self, unit: Unit) -> Server:
        """A free machine that is set up for *unit*, else one that is set up for nothing, else any."""
        for wanted in (unit.product, -1):
            for server in reversed(self.free):
                if server.product == wanted:
                    return server
        return self.free[-1]

    def _may_start(self, units: list[Unit], server: Server, now_min: float) -> bool:
        """Tell whether carriers, time and a place afterwards are there for a job."""
        for loop in self.loops_beginning:
            if sum(unit.carriers is None or loop not in unit.carriers for unit in units) > loop.free:
                return False
        unit = units[0]
        if self._must_end:
            whole_min = self._set_ups.minutes(server.product, unit) + self.process_min(unit)
            if now_min + whole_min > self.closes_min(self, now_min) + _ROUNDING_MIN:
                return False
        if not self._before_service:
            return True
        goal = self._decide(unit)[0]
        if goal is self or goal.has_place(unit):
            return True
        if isinstance(goal, Station) and self not in goal.watchers:
            goal.watchers.append(self)
        self._waits_for_place = True
        return False

    def _decide(self, unit: Unit) -> tuple[Target, str, float]:
        """Where *unit* will go, why, and its process time: decided once, before its work begins."""
        found = self._ahead.get(unit)
        if found is None:
            process_min = self.process_min(unit)
            goal, outcome = self.router.decide(unit)
            found = self._ahead[unit] = (goal, outcome, process_min)
        return found

    def forget(self, unit: Unit) -> None:
        """*unit* was turned away: what was decided of it does not count."""
        self._ahead.pop(unit, None)

    def _take(self, units: list[Unit], now_min: float) -> list[Holder]:
        """Take *units* from where they stand; return who held them, to be told once the machine has them."""
        holders = []
        for unit in units:
            if self._take_from_line(unit):
                self.wait_min += now_min - unit.since_min
                self.waited += now_min > unit.since_min
                continue
            holder = next((holder for holder in self.refused if holder.unit is unit), None)
            if holder is not None:
                self.refused.remove(holder)
                holders.append(holder)
                continue
            next(source for source in self.sources if source.offer(now_min) is unit).accept(now_min)
        return holders

    def _take_from_line(self, unit: Unit) -> bool:
        if self.queue and self.queue[0] is unit:
            self.queue.popleft()
            return True
        if unit in self.queue:
            self.queue.remove(unit)
            return True
        return False

    def _begin(self, server: Server, units: list[Unit], now_min: float) -> None:
        """Put *units* on *server* and begin, with the set-up if there is one."""
        self.free.remove(server)
        if self.unlimited and not self.free:
            self._add_server()
        self.free_min += now_min - server.since_min
        unit = units[0]
        set_up_min = self._set_ups.minutes(server.product, unit)
        if self._before_service:
            goal, server.outcome, process_min = self._decide(unit)
            del self._ahead[unit]
            server.reserved = goal
            if goal is not self:
                goal.reserve()
        else:
            process_min = self.process_min(unit)
        server.unit, server.others = unit, units[1:]
        server.product = unit.product
        server.began_min = now_min
        server.setting_up = set_up_min > 0
        server.remaining_min = set_up_min or process_min
        server.work_min = process_min
        self.starts += len(units)
        for loop in self.loops_beginning:
            for held in units:
                if held.carriers is None or loop not in held.carriers:
                    loop.take(held, now_min)
        for held in units:
            self._note(now_min, "start", held, server, "set_up" if server.setting_up else "")
        self._run(server, now_min)
        if self.watchers and self._frees_places:
            self.call_watchers(now_min)

    @property
    def _frees_places(self) -> bool:
        """Units take more places before the station than on it, so that a start makes room."""
        return False

    # ------------------------------------------------------------------ the end of a job

    def finish(self, server: Server, _: Event) -> None:
        """The set-up or the job is done: go on, or hand the units on one by one."""
        now = self.env.now
        self._leave_work(server, now)
        if server.setting_up:
            server.setting_up = False
            server.remaining_min = server.work_min
            self.active -= 1
            self._note(now, "start", server.unit, server)
            self._run(server, now)
            return
        if not self.stops_at_shift_end and self.lit.value > self.open:
            server.state = FREE  # it has finished past the end of the shift, and is switched off
            self.light(now)
        assert server.unit is not None
        for unit in (server.unit, *server.others):
            if server.reserved is not None:
                goal, outcome = server.reserved, server.outcome
                self.router.count(outcome)
            else:
                goal, outcome = self.router.goal(unit)
            server.leaving.append((unit, goal))
            self._note(now, "finish", unit, server, outcome)
        server.others = []
        pool, goal = server.pool, server.leaving[0][1]
        if pool.contended and isinstance(goal, Station) and goal in pool.stations:
            pool.serve_down_to(goal, now)
        self._hand_over(server, now)

    def _hand_over(self, server: Server, now_min: float) -> None:
        """Hand the finished units of *server* on while there is space, and free it when all have gone."""
        while server.leaving:
            unit, goal = server.leaving[0]
            server.unit = unit
            if goal is self:
                # Its own queue is one longer only until this machine takes the first of it.
                self._join(unit, now_min)
            elif server.reserved is not None and isinstance(goal, Station):
                goal.receive_promised(unit, now_min)
            elif not goal.receive(unit, now_min):
                self._block(server, goal, now_min)
                if server.pool.contended:
                    server.pool.serve(now_min)
                self.pull(now_min)  # one of the batch may have come back to the queue
                return
            server.leaving.popleft()
            if server.leaving:
                server.unit = server.leaving[0][0]
            self._left(unit, server, now_min)
        server.unit = server.goal = server.reserved = None
        server.state = FREE
        server.since_min = now_min
        self.free.append(server)
        self.active -= 1
        self.call_watchers(now_min)
        if server.pool.contended:
            server.pool.serve(now_min)
        self.pull(now_min)

    def unblock(self, server: Server, now_min: float) -> None:
        """The unit that blocked *server* has been taken; the next one of its batch may follow."""
        staffed = self.staffed_until(now_min)
        self.blocked_now -= 1
        self.blocked_min += now_min - server.since_min
        self.blocked_staffed_min += staffed - server.since
        server.since_min, server.since = now_min, staffed
        unit, _ = server.leaving.popleft()
        server.goal = None
        self._left(unit, server, now_min)
        self._hand_over(server, now_min)
