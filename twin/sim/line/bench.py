"""The machines of a station: they run a job, stop it when staff leaves or the machine fails, and take it up again."""

from __future__ import annotations

from math import floor, inf

from simpy import Environment, Event
from simpy.events import NORMAL

from twin.model.line import Station as Description
from twin.sim.line.energy import Meter
from twin.sim.line.operators import Operators
from twin.sim.line.server import BLOCKED, FREE, HELD, WORKING, Server, calendar_breakdowns
from twin.sim.line.streams import Blocks, Streams


class Bench:
    """Parallel servers with the seats that their jobs need.

    Parameters: *spec*, the station of the plant file; *pool*, the people it needs; *meter*, the line's electricity.
    `active` counts servers at work, blocked or down; new work starts only while it is below `open`, the servers of
    staffed cells. Times that end in `_staffed_min` are read from a clock that stands still while nobody is there.
    """

    __slots__ = (
        "_staffed_at_min", "_staffed_min", "active", "blocked_staffed_min", "down_min", "down_staffed_min",
        "env", "extra_kw", "free", "held", "held_staffed_min", "idle_kw", "lives", "meter", "name", "open",
        "open_min", "pool", "repairs", "schedule", "seats", "servers", "spec", "times", "unlimited", "wears",
        "working_min",
    )  # fmt: skip

    def __init__(self, env: Environment, spec: Description, pool: Operators, meter: Meter, streams: Streams) -> None:
        self.env, self.spec, self.pool, self.meter = env, spec, pool, meter
        self.name = spec.name
        self.unlimited = spec.servers is None
        self.schedule = env.schedule
        self.seats = pool.seats(spec.attends_at_once)
        self.times = streams.times(spec.name, "process time", spec.process_time)
        self.held: list[Server] = []
        self.open: float = 0
        self.active = 0
        self.idle_kw = spec.idle_kw if spec.servers else 0.0
        self.extra_kw = spec.working_kw - self.idle_kw
        self.servers = [Server(env, self) for _ in range(spec.servers or 1)]
        self.free = self.servers[::-1]
        # What has happened so far; the statistics add what is under way.
        self.working_min = 0.0
        self.down_min = 0.0
        self.open_min = 0.0
        self.blocked_staffed_min = 0.0
        self.held_staffed_min = 0.0
        self.down_staffed_min = 0.0
        self._staffed_min = 0.0
        self._staffed_at_min = 0.0
        self._prepare_breakdowns(streams)

    def _prepare_breakdowns(self, streams: Streams) -> None:
        spec = self.spec.breakdowns
        self.wears = spec is not None and spec.clock == "operation"
        self.lives = self.repairs = Blocks.none()
        if spec is None:
            return
        self.repairs = streams.exponential(self.name, "repair", spec.mttr_min)
        self.lives = streams.exponential(self.name, "failure", spec.mtbf_h * 60)
        for server in self.servers:
            if self.wears:
                server.life_min = self.lives.next()
            else:
                self.env.process(calendar_breakdowns(self.env, server, self.lives, self.repairs))

    def pull(self, now_min: float) -> None:
        """Start whatever can start."""
        raise NotImplementedError

    def finish(self, server: Server, event: Event) -> None:
        """Hand on the unit of *server*, whose job is done."""
        raise NotImplementedError

    def unblock(self, server: Server, now_min: float) -> None:
        """Free *server*, whose finished unit has been taken."""
        raise NotImplementedError

    # ------------------------------------------------------------------ a stretch of work

    def _run(self, server: Server, now_min: float) -> None:
        """Work until the job is done or the machine fails, whichever comes first."""
        self.active += 1
        self.pool.free -= self.seats
        server.state = WORKING
        server.started_min = now_min
        if server.life_min < server.remaining_min:
            server.timer.start(server.life_min, server.on_failure)
        else:
            timer = server.timer  # Timer.start, inlined
            timer.callbacks = server.on_finish
            self.schedule(timer, NORMAL, server.remaining_min)
        if self.extra_kw:
            meter = self.meter  # Meter.change, inlined
            meter.kw_min += meter.kw * (now_min - meter.at_min)
            meter.at_min = now_min
            meter.kw += self.extra_kw

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

    def suspend(self, server: Server, now_min: float) -> None:
        """Stop the job on *server*, which keeps its part and the work that is left."""
        self._interrupt(server, now_min)
        server.state = HELD
        server.since = self.staffed_until(now_min)
        self.held.append(server)
        self.active -= 1

    def _interrupt(self, server: Server, now_min: float) -> None:
        self._leave_work(server, now_min)
        server.remaining_min = max(0.0, server.remaining_min - (now_min - server.started_min))
        server.new_timer()

    def _resume(self, now_min: float) -> None:
        """Take up the oldest suspended job."""
        server = self.held.pop()
        self.held_staffed_min += self.staffed_until(now_min) - server.since
        self._run(server, now_min)

    def at_work(self) -> list[Server]:
        """Servers at work now."""
        return [server for server in self.servers if server.state == WORKING and not server.down]

    def working_until(self, now_min: float) -> float:
        """Server-minutes of work until *now_min*."""
        return self.working_min + sum(now_min - server.started_min for server in self.at_work())

    # ------------------------------------------------------------------ staff

    def staffed_until(self, now_min: float) -> float:
        """Minutes until *now_min* in which at least one cell was staffed."""
        return self._staffed_min + (now_min - self._staffed_at_min if self.open else 0.0)

    def open_until(self, now_min: float) -> float:
        """Server-minutes of staffed cells until *now_min*."""
        counted = self.open if self.spec.servers else 0  # unlimited servers are never counted
        return self.open_min + counted * (now_min - self._staffed_at_min)

    def staff(self, share: float, now_min: float) -> None:
        """Open a *share* of the servers, and suspend the youngest jobs that are too many."""
        self._staffed_min = self.staffed_until(now_min)
        self.open_min = self.open_until(now_min)
        self.spread_idle(now_min)
        self._staffed_at_min = now_min
        before = self.open
        if self.spec.servers is None:
            self.open = inf if share > 0 else 0
        else:
            self.open = floor(self.spec.servers * share + 1e-9)
        if self.idle_kw:
            self.meter.change(now_min, self.idle_kw * (self.open - before))
        at_work = sorted(self.at_work(), key=_began)
        while at_work and self.active > self.open:
            self.suspend(at_work.pop(), now_min)

    def spread_idle(self, now_min: float) -> None:
        """Lay the idle power since the last change of staff on the hours."""
        if self.idle_kw and self.open:
            self.meter.spread(self._staffed_at_min, now_min, self.idle_kw * self.open)

    def oldest_first(self) -> None:
        """Put the suspended jobs in the order in which they will be taken up: the oldest last in the list."""
        self.held.sort(key=_began, reverse=True)

    # ------------------------------------------------------------------ breakdowns

    def wear_out(self, server: Server, _: Event) -> None:
        """*server* fails at work, at the end of its life on the operation clock."""
        now = self.env.now
        self.fail(server, now)
        server.timer.start(self.repairs.next(), server.on_repair)

    def repaired(self, server: Server, _: Event) -> None:
        """*server* is as good as new."""
        server.life_min = self.lives.next()
        self.repair(server, self.env.now)

    def fail(self, server: Server, now_min: float) -> None:
        """*server* goes down and keeps its part, if any; nobody attends it meanwhile."""
        if server.state == WORKING:
            self._interrupt(server, now_min)
        elif server.state == FREE:
            self.free.remove(server)
            self.active += 1
        elif server.state == HELD:
            self.held.remove(server)
            self.held_staffed_min += self.staffed_until(now_min) - server.since
            self.active += 1
        else:
            self.blocked_staffed_min += self.staffed_until(now_min) - server.since
        server.down = True
        server.down_since = now_min
        server.since = self.staffed_until(now_min)
        if self.pool.contended:
            self.pool.serve(now_min)
        else:
            self.pull(now_min)

    def repair(self, server: Server, now_min: float) -> None:
        """*server* works again: it takes up its job, hands over its part, or waits for one."""
        server.down = False
        self.down_min += now_min - server.down_since
        self.down_staffed_min += self.staffed_until(now_min) - server.since
        server.since = self.staffed_until(now_min)
        if server.state == BLOCKED:
            assert server.goal is not None
            server.goal.retry(now_min)
            return
        self.active -= 1
        if server.state == FREE:
            self.free.append(server)
        else:
            server.state = HELD
            self.held.append(server)
            self.oldest_first()
        self.pull(now_min)


def _began(server: Server) -> float:
    return server.began_min
