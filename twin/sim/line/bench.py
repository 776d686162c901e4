"""The machines of a station: they run a job, stop it when staff leaves or the machine fails, and take it up again."""

from __future__ import annotations

from math import floor, inf
from typing import TYPE_CHECKING

from simpy import Event
from simpy.events import NORMAL

from twin.model.stations import Station as Description
from twin.sim.line.energy import Level, Meter
from twin.sim.line.operators import Operators, Skill
from twin.sim.line.repairs import Repair
from twin.sim.line.server import BLOCKED, FREE, HELD, WORKING, Server
from twin.sim.line.streams import Sequence, Streams
from twin.sim.line.timer import Clock, Timer

if TYPE_CHECKING:
    from twin.sim.line.log import EventLog
    from twin.sim.line.unit import Unit


class Bench:
    """Parallel servers with the seats that their jobs need.

    Parameters: *spec*, the station of the plant file; *pool*, the people it needs; *meter*, the line's electricity.
    `active` counts servers at work, blocked or down; new work starts only while it is below `open`, the servers of
    staffed cells. Times that end in `_staffed_min` are read from a clock that stands still while nobody is there.
    Every minute of a server is booked once: free, working, set up, blocked, held or down.
    """

    __slots__ = (
        "_down_on", "_share", "_staffed_at_min", "_staffed_min", "active", "agenda", "blocked_min",
        "blocked_staffed_min", "down_level", "down_min", "down_staffed_min", "entry", "env", "extra_kw", "failures",
        "free", "free_min", "held", "held_min", "held_staffed_min", "is_open", "lit", "log", "meter", "name",
        "number", "open", "pool", "repair_skill", "schedule", "seats", "servers", "set_up_min", "spec",
        "stops_at_shift_end", "times", "unlimited", "wears", "working_min",
    )  # fmt: skip

    def __init__(self, env: Clock, spec: Description, pool: Operators, meter: Meter, streams: Streams) -> None:
        self.env, self.spec, self.pool, self.meter = env, spec, pool, meter
        self.name = spec.name
        self.number = 0
        self.log: EventLog | None = None
        self.unlimited = spec.servers is None
        self.stops_at_shift_end = spec.at_shift_end == "stop"
        self.schedule, self.agenda, self.entry = env.schedule, env.agenda, env.number
        self.seats = pool.seats(spec.attends_at_once, spec.people_per_job)
        self.times = streams.times(spec.name, "process time", spec.process_time)
        self.held: list[Server] = []
        self.is_open = True
        self._share = 0.0
        self.open: float = 0
        self.active = 0
        self.extra_kw = spec.working_kw - (0.0 if self.unlimited else spec.idle_kw)
        # Machines that are switched on, and those of them that are down: what power at rest depends on.
        self.lit, self.down_level, self._down_on = Level(), Level(), Level()
        self.wears = spec.breakdowns is not None and spec.breakdowns.clock == "operation"
        self.repair_skill: Skill | None = None
        self.servers: list[Server] = []
        self.servers = [Server(env, self, number) for number in range(spec.servers or 1)]
        self.free = self.servers[::-1]
        # What has happened so far; the statistics add what is under way.
        self.failures = 0
        self.working_min = 0.0
        self.set_up_min = 0.0
        self.free_min = 0.0
        self.blocked_min = 0.0
        self.held_min = 0.0
        self.down_min = 0.0
        self.blocked_staffed_min = 0.0
        self.held_staffed_min = 0.0
        self.down_staffed_min = 0.0
        self._staffed_min = 0.0
        self._staffed_at_min = 0.0
        self._prepare_breakdowns(streams)
        if not self.unlimited and spec.off_kw:
            meter.change(env.now, spec.off_kw * len(self.servers))

    def _prepare_breakdowns(self, streams: Streams) -> None:
        spec = self.spec.breakdowns
        if spec is None:
            return
        for server in self.servers:
            owner = f"{self.name} {server.number}"
            server.lives = Sequence(streams.times(owner, "failure", spec.life))
            server.repairs = Sequence(streams.times(owner, "repair", spec.repair))
            self._begin_life(server)

    def _begin_life(self, server: Server) -> None:
        assert server.lives is not None
        life_min = server.lives.next()
        if self.wears:
            server.life_min = life_min
            return
        server.life_timer = server.life_timer or Timer(self.env)
        server.life_timer.start(life_min, server.on_life)

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
            server.timer.start(server.life_min, server.on_wear)
        else:
            timer = server.timer  # Timer.start, inlined
            timer.call = server.on_finish
            self.schedule(timer, NORMAL, server.remaining_min)
        if self.extra_kw:
            meter = self.meter  # Meter.change, inlined
            meter.kw += self.extra_kw
            meter.jumps_kw_min += self.extra_kw * now_min

    def _leave_work(self, server: Server, now_min: float) -> None:
        """Book the stretch of work that ends, and free its seat."""
        worked = now_min - server.started_min
        self.working_min += worked
        self.pool.free += self.seats
        if self.wears:
            server.life_min -= worked
        if self.extra_kw:
            meter = self.meter  # Meter.change, inlined
            meter.kw -= self.extra_kw
            meter.jumps_kw_min -= self.extra_kw * now_min

    def suspend(self, server: Server, now_min: float) -> None:
        """Stop the job on *server*, which keeps its part and the work that is left."""
        self._interrupt(server, now_min)
        self._hold(server, now_min)
        self.active -= 1
        self._note(now_min, "stop", server.unit, server)

    def _hold(self, server: Server, now_min: float) -> None:
        server.state = HELD
        server.since_min = now_min
        server.since = self.staffed_until(now_min)
        self.held.append(server)

    def _interrupt(self, server: Server, now_min: float) -> None:
        self._leave_work(server, now_min)
        server.remaining_min = max(0.0, server.remaining_min - (now_min - server.started_min))
        server.new_timer()

    def _resume(self, now_min: float) -> None:
        """Take up the oldest suspended job."""
        server = self.held.pop()
        self.held_min += now_min - server.since_min
        self.held_staffed_min += self.staffed_until(now_min) - server.since
        self._note(now_min, "resume", server.unit, server)
        self._run(server, now_min)

    def _note(self, now_min: float, event: str, unit: Unit | None, server: Server, detail: str = "") -> None:
        if self.log is not None:
            self.log.add(now_min, event, self.name, unit, server.number, detail)

    def at_work(self) -> list[Server]:
        """Servers at work now."""
        return [server for server in self.servers if server.state == WORKING and not server.down]

    def working_until(self, now_min: float) -> float:
        """Server-minutes of work until *now_min*, set-ups not counted."""
        return self.working_min + sum(now_min - s.started_min for s in self.at_work() if not s.setting_up)

    # ------------------------------------------------------------------ staff

    def staffed_until(self, now_min: float) -> float:
        """Minutes until *now_min* in which at least one server was staffed."""
        return self._staffed_min + (now_min - self._staffed_at_min if self.open else 0.0)

    def opened(self, is_open: bool) -> None:
        """Follow the station's own calendar; `staff` applies it."""
        self.is_open = is_open

    def staff(self, share: float, now_min: float) -> None:
        """Open a *share* of the servers, and suspend the youngest jobs that are too many unless they are finished."""
        self._staffed_min = self.staffed_until(now_min)
        self._staffed_at_min = now_min
        self._share = share
        self.open = self.servers_of(share if self.is_open else 0.0)
        if self.stops_at_shift_end:
            at_work = sorted(self.at_work(), key=_began)
            while at_work and self.active > self.open:
                self.suspend(at_work.pop(), now_min)
        self.light(now_min)

    def servers_of(self, share: float) -> float:
        """Servers that are open with a *share* of the cells staffed."""
        if self.spec.servers is None:
            return inf if share > 0 else 0
        return floor(self.spec.servers * share + 1e-9)

    def light(self, now_min: float) -> None:
        """Switch machines on or off with the staff; one that finishes its job stays on until then."""
        if self.unlimited:
            return
        lit = self.open
        if not self.stops_at_shift_end:
            lit = max(lit, len(self.at_work()))
        down_on = min(self.down_level.value, lit)
        spec = self.spec
        turned_on, broken = lit - self.lit.value, down_on - self._down_on.value
        if turned_on:
            self.lit.change(now_min, turned_on)
        if broken:
            self._down_on.change(now_min, broken)
        change_kw = (spec.idle_kw - spec.off_kw) * turned_on + (spec.power_down_kw - spec.idle_kw) * broken
        if change_kw:
            self.meter.change(now_min, change_kw)

    def down_on_until(self, now_min: float) -> float:
        """Server-minutes until *now_min* of machines that were down while they would have been switched on."""
        return self._down_on.area_until(now_min)

    def oldest_first(self) -> None:
        """Put the suspended jobs in the order in which they will be taken up: the oldest last in the list."""
        self.held.sort(key=_began, reverse=True)

    # ------------------------------------------------------------------ breakdowns

    def wear_out(self, server: Server, _: Event) -> None:
        """*server* fails at work, at the end of its life on the operation clock."""
        self._break_down(server, self.env.now)

    def life_over(self, server: Server, _: Event) -> None:
        """*server* fails at the end of its life by the calendar, at work or not."""
        self._break_down(server, self.env.now)

    def _break_down(self, server: Server, now_min: float) -> None:
        assert server.repairs is not None
        self.fail(server, now_min)
        repair = Repair(server, self.repair_skill, server.repairs.next())
        repair.ask(now_min)

    def note_repair(self, server: Server, now_min: float, event: str = "repair") -> None:
        """Somebody begins to repair *server* or takes the repair up again, or (`stop`) puts it down."""
        self._note(now_min, event, None, server)

    def repaired(self, server: Server, now_min: float) -> None:
        """*server* is as good as new."""
        self._begin_life(server)
        self.repair(server, now_min)

    def fail(self, server: Server, now_min: float) -> None:
        """*server* goes down and keeps its part, if any; nobody attends it meanwhile."""
        self.failures += 1
        staffed = self.staffed_until(now_min)
        if server.state == WORKING:
            self._interrupt(server, now_min)
        elif server.state == FREE:
            self.free_min += now_min - server.since_min
            self.free.remove(server)
            self.active += 1
        elif server.state == HELD:
            self.held.remove(server)
            self.held_min += now_min - server.since_min
            self.held_staffed_min += staffed - server.since
            self.active += 1
        else:
            self.blocked_min += now_min - server.since_min
            self.blocked_staffed_min += staffed - server.since
        server.down = True
        server.since_min = now_min
        server.since = staffed
        self.down_level.change(now_min, 1.0)
        self.light(now_min)
        self._note(now_min, "fail", server.unit, server)
        if server.pool.contended:
            server.pool.serve(now_min)
        self.pull(now_min)

    def repair(self, server: Server, now_min: float) -> None:
        """*server* works again: it takes up its job, hands over its part, or waits for one."""
        server.down = False
        self.down_min += now_min - server.since_min
        self.down_staffed_min += self.staffed_until(now_min) - server.since
        server.since_min = now_min
        server.since = self.staffed_until(now_min)
        self.down_level.change(now_min, -1.0)
        self.light(now_min)
        self._note(now_min, "repaired", server.unit, server)
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
