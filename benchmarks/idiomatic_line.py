"""The line as SimPy's guide would write it: a process for each unit, resources with requests, interrupts, containers.

It is what our engine is timed against, and an oracle of it: both draw the same numbers, by the unit's number, the
station and the purpose, so that the units shipped and scrapped and the jobs begun at every station must be EQUAL. No
code of twin.sim.line is used but its streams of random numbers. Statistics are plain Python, and only those that are
compared: counts, times in the plant, waits, units inside, the energy of the line and of burn-in.

What follows the guide: units, material, shifts and rack failures are processes; places in a buffer are a `Resource` of
so many; burn-in operators are a `PriorityResource` (unloading before loading); the power of a zone and the cards are
`Container`s; people who go home interrupt the jobs they leave. Three things do not, because the counts would differ:

- A job needs a machine and people at once. Two nested requests would let a unit occupy a machine, and leave its place
  in the buffer, while it waits for people. So a crew is a resource of its own kind whose requests name a station, and
  are granted when both are there. (One request instead of two makes this model faster, not slower.)
- Machines fail after so many minutes of work. A process that interrupts, as in the guide's machine shop, counts minutes
  of the calendar; here a stretch of work is the shorter of what is left of the job and of the machine's life.
- A burn-in operator takes a unit from the door only if a slot is free in some rack that works: `_do_put` says so.

Left out: what the benchmarked line does not have (several products, batches, set-ups, loss, calendars of stations,
carriers, cells that are staffed in part, pauses, throttling). Grants of one moment are settled in the order of SimPy's
event queue here, and from the end of the line backwards in our engine. That could differ where a crew is short, a
buffer behind it is full and two of its stations are freed at once; the benchmarks assert that it does not.
"""

from __future__ import annotations

from itertools import count
from math import inf, lcm

import simpy
from simpy.resources.resource import PriorityRequest, Release, SortedQueue

from twin.model.burn_in import BurnIn
from twin.model.line import Line
from twin.model.stations import Station
from twin.sim.line.streams import Sequence, Streams

MINUTES_PER_HOUR = 60.0


class Meter:
    """A quantity that jumps, and its integral."""

    def __init__(self, env):
        self.env, self.value, self.area, self.at_min = env, 0.0, 0.0, 0.0

    def change(self, by):
        self.area += self.value * (self.env.now - self.at_min)
        self.at_min = self.env.now
        self.value += by

    def area_until(self, now_min):
        return self.area + self.value * (now_min - self.at_min)


class Machine:
    """One machine of a station: how long it works until it fails, and how long each repair takes."""

    def __init__(self, spec: Station, number: int, streams: Streams):
        self.life_min = inf
        if spec.breakdowns is not None:
            owner = f"{spec.name} {number}"
            self.lives = Sequence(streams.times(owner, "failure", spec.breakdowns.life))
            self.repairs = Sequence(streams.times(owner, "repair", spec.breakdowns.repair))
            self.life_min = self.lives.next()


class Job(PriorityRequest):
    """A request for people of a crew, with a machine of *station* or on the one it has kept.

    The station furthest down the line goes first; there, jobs that were broken off, the oldest of them first.
    """

    def __init__(self, crew, station, machine=None, began_min=0.0):
        self.station, self.machine = station, machine
        self.attended = False
        super().__init__(crew, (station.rank, machine is None, began_min), preempt=False)


class Leave(Release):
    """People leave a job; the machine is free, too, unless it is kept."""

    def __init__(self, crew, job, keeps_machine=False):
        self.keeps_machine = keeps_machine
        super().__init__(crew, job)


class Crew(simpy.resources.base.BaseResource):
    """People of one skill, in units of attention: one person has as many as every station can divide."""

    PutQueue = SortedQueue
    request = simpy.core.BoundClass(Job)
    release = simpy.core.BoundClass(Leave)

    def __init__(self, env, people, attends):
        super().__init__(env, capacity=people * lcm(*attends))
        self.per_person = lcm(*attends)
        self.least = self.per_person // max(attends)
        self.free = 0

    def staff(self, share_change):
        self.free += self.capacity * share_change
        self._trigger_put(None)

    def _do_put(self, job):
        station = job.station
        if self.free >= station.seats and (job.machine is not None or station.free):
            if job.machine is None:
                job.machine = station.free.pop()
            self.free -= station.seats
            job.attended = True
            job.succeed()
        return self.free >= self.least  # a station short of machines or people does not hold up the next

    def _do_get(self, leave):
        job = leave.request
        if job.attended:
            job.attended = False
            self.free += job.station.seats
        if not leave.keeps_machine:
            job.station.free.append(job.machine)
        leave.succeed()
        return True


class Place:
    """A station: its machines, the places before it, its draws."""

    def __init__(self, model, spec: Station, crew: Crew, rank: int):
        self.spec, self.crew, self.rank, self.name = spec, crew, rank, spec.name
        self.seats = spec.people_per_job * crew.per_person // spec.attends_at_once
        self.free = [Machine(spec, number, model.streams) for number in range(spec.servers)][::-1]
        self.places = None if spec.buffer is None else simpy.Resource(model.env, spec.buffer)
        self.times = model.streams.times(spec.name, "process time", spec.process_time)
        self.luck = model.streams.uniform(spec.name, "yield")
        self.extra_kw = spec.working_kw - spec.idle_kw
        self.at_work = {}
        self.starts = 0
        self.wait_min = 0.0


class Rack:
    """A rack of slots with a zone of its own."""

    def __init__(self, env, spec: BurnIn):
        self.free = spec.slots_per_rack
        self.power = simpy.Container(env, spec.zone_kw, init=spec.zone_kw)
        self.down = False
        self.repaired = env.event()


class Hands(simpy.PriorityResource):
    """Burn-in operators: unloading first (priority 0), loading (priority 1) only into a slot that is free."""

    def __init__(self, env, people, racks):
        super().__init__(env, people)
        self.racks, self.turn = racks, -1

    def look(self):
        self._trigger_put(None)

    def _do_put(self, request):
        if len(self.users) >= self.capacity:
            return False
        if request.priority == 1:
            request.rack = self._next_rack()
            if request.rack is None:
                return False
            request.rack.free -= 1
        super()._do_put(request)
        return True

    def _next_rack(self):
        for _ in self.racks:
            self.turn = (self.turn + 1) % len(self.racks)
            rack = self.racks[self.turn]
            if rack.free and not rack.down:
                return rack
        return None


class IdiomaticLine:
    """The line of a plant file, played for *hours*.

    Parameters: *line*, always fed at its first station; *burn_in*; *back*, ways (from, to) on which a unit begins a new
    round; *power_kw* of a unit; *staffing*, none or all cells at a time, with a constant number of burn-in crews;
    *streams*.
    """

    def __init__(self, line: Line, burn_in: BurnIn, back, power_kw: float, staffing, streams: Streams):
        self.env = simpy.Environment()
        self.back = back
        self.streams, self.burn_in, self.power_kw, self.line = streams, burn_in, power_kw, line
        attends = {}
        for spec in line.stations:
            attends.setdefault(spec.skill, []).append(spec.attends_at_once)
        self.crews = {
            skill: Crew(self.env, line.crew.people[skill] * line.cells, times) for skill, times in attends.items()
        }
        ranks = ranked(line, burn_in)
        self.places = {spec.name: Place(self, spec, self.crews[spec.skill], ranks[spec.name]) for spec in line.stations}
        self.racks = [Rack(self.env, burn_in) for _ in range(burn_in.racks)]
        self.hands = Hands(self.env, int(staffing.crews[0]) * burn_in.people_per_crew, self.racks)
        self.cards = simpy.Container(self.env, init=line.wip_limit_per_cell * line.cells)
        shape, scale_min = burn_in.infant_weibull_shape, burn_in.infant_weibull_scale_h * MINUTES_PER_HOUR
        self.deaths = streams.weibull("burn_in", "infant mortality", shape, scale_min)
        self.line_meter, self.burn_meter, self.inside = Meter(self.env), Meter(self.env), Meter(self.env)
        self.shipped, self.scrapped, self.burnt = 0, 0, 0
        self.cycle_min = 0.0
        self.env.process(self.shifts(staffing))
        self.env.process(self.material())
        for number, rack in enumerate(self.racks):
            self.env.process(self.rack_failures(number, rack))

    def run(self, hours):
        self.env.run(until=hours * MINUTES_PER_HOUR)
        return self

    def counts(self):
        found = {"shipped": self.shipped, "scrapped": self.scrapped, "burn_in": self.burnt}
        return found | {name: place.starts for name, place in self.places.items()}

    # ------------------------------------------------------------------ people and material

    def shifts(self, staffing):
        """All come, or all go and leave their jobs as they are."""
        there = 0
        for minute, cells in zip(staffing.minute.tolist(), staffing.cells.tolist(), strict=True):
            if minute > self.env.now:
                yield self.env.timeout(minute - self.env.now)
            if cells not in (0, self.line.cells):
                raise ValueError(f"{cells} of {self.line.cells} cells at {minute} min: this model knows none or all")
            change, there = (cells > 0) - there, int(cells > 0)
            if not change:
                continue
            for place in self.places.values():
                self.line_meter.change(change * place.spec.idle_kw * place.spec.servers)
                if change < 0:
                    for process in list(place.at_work):
                        process.interrupt("end of shift")
            for crew in self.crews.values():
                crew.staff(change)

    def material(self):
        """Material is always there; with a card, a machine and somebody to work at it the next unit comes in."""
        first = self.places[self.line.first]
        for number in count():
            yield self.cards.get(1)
            job = first.crew.request(first)
            yield job
            self.env.process(self.unit(number, job))

    def rack_failures(self, number, rack):
        spec = self.burn_in.rack_breakdowns
        lives = Sequence(self.streams.times(f"rack {number}", "failure", spec.life))
        repairs = Sequence(self.streams.times(f"rack {number}", "repair", spec.repair))
        while True:
            yield self.env.timeout(lives.next())
            rack.down = True
            yield self.env.timeout(repairs.next())
            rack.down = False
            rack.repaired.succeed()
            rack.repaired = self.env.event()
            self.hands.look()

    # ------------------------------------------------------------------ one unit

    def unit(self, number, job):
        """The way of one unit from its first job to the end; each *turn* has its own luck."""
        env = self.env
        here, place, turn, carded, entered_min = self.places[self.line.first], None, 0, True, env.now
        self.inside.change(1)
        while True:
            job = yield from self.work(here, job, here.times.at(number, turn))

            goal = here.spec.next
            if here.spec.first_pass_yield < 1.0 and here.luck.at(number, turn) >= here.spec.first_pass_yield:
                turn += 1
                goal = here.spec.on_failure
            elif (here.name, goal) in self.back:
                turn += 1
            onward = self.places.get(goal)
            if onward is not None and onward.places is not None:
                place = onward.places.request()
                if not place.triggered:  # blocked: the people leave, the machine waits with its unit
                    here.crew.release(job, keeps_machine=True)
                    yield place
            here.crew.release(job)
            if onward is None and carded:
                carded = False
                yield self.cards.put(1)
            if goal == "burn_in":
                died, here, place = yield from self.burn(number, turn)
                turn += died
            elif onward is None:
                self.inside.change(-1)
                self.cycle_min += env.now - entered_min
                self.shipped += goal == "exit"
                self.scrapped += goal == "scrap"
                return
            else:
                here = onward
            came_min, job = env.now, here.crew.request(here)
            yield job
            if place is not None:
                here.places.release(place)
                place = None
            here.wait_min += env.now - came_min

    def work(self, here, job, remaining_min):
        """Work until the job is done, through failures of the machine and ends of shifts."""
        env, machine, began_min = self.env, job.machine, self.env.now
        here.starts += 1
        while True:
            started_min, fails = env.now, machine.life_min < remaining_min
            here.at_work[env.active_process] = job
            self.line_meter.change(here.extra_kw)
            try:
                yield env.timeout(machine.life_min if fails else remaining_min)
                stopped = False
            except simpy.Interrupt:
                stopped = True
            del here.at_work[env.active_process]
            self.line_meter.change(-here.extra_kw)
            machine.life_min -= env.now - started_min
            if not stopped and not fails:
                return job
            remaining_min = max(0.0, remaining_min - (env.now - started_min))
            here.crew.release(job, keeps_machine=True)
            if not stopped:
                yield env.timeout(machine.repairs.next())
                machine.life_min = machine.lives.next()
            job = here.crew.request(here, machine, began_min)
            yield job

    def burn(self, number, turn):
        """Load, wait for power, burn, unload; return whether the unit failed, its next station and its place there."""
        env, spec = self.env, self.burn_in
        with self.hands.request(priority=1) as hand:
            yield hand
            rack = hand.rack
            yield env.timeout(spec.load_min)
        yield rack.power.get(self.power_kw)
        while rack.down:
            yield rack.repaired
        death_min, whole_min = self.deaths.at(number, turn), spec.hours * MINUTES_PER_HOUR
        died = death_min < whole_min
        self.burnt += 1
        self.burn_meter.change(self.power_kw)
        yield env.timeout(death_min if died else whole_min)
        self.burn_meter.change(-self.power_kw)
        rack.power.put(self.power_kw)
        onward, place = self.places[spec.on_failure if died else spec.next], None
        with self.hands.request(priority=0) as hand:
            yield hand
            yield env.timeout(spec.unload_min)
            if onward.places is not None:
                place = onward.places.request()
                yield place
            rack.free += 1
        return died, onward, place


def ranked(line: Line, burn_in: BurnIn) -> dict[str, int]:
    """Place of each station counted from the end of the line; of two equally far, the later in the file is nearer."""
    onward = {spec.name: spec.next for spec in line.stations} | {"burn_in": burn_in.next}

    def steps(name):
        taken = 0
        while name in onward and taken <= len(onward):
            name, taken = onward[name], taken + 1
        return taken

    names = [spec.name for spec in reversed(line.stations)]
    return {name: rank for rank, name in enumerate(sorted(names, key=steps))}
