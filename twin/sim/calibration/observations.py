"""What an event log shows of each station: work, set-ups, lives and repairs of machines, outcomes of tests.

A job's work is the time between `start` and `finish` in which it ran: stretches between `stop` and `resume` and between
`fail` and the job's going on are taken out. What is under way at the log's end is kept as censored: it lasts longer
than what was seen of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from twin.model.line import Line
from twin.model.stations import BURN_IN, Station
from twin.sim.calibration.reading import SET_UP, Entry, Log
from twin.sim.line.log import NOBODY

_SAME_MOMENT_MIN = 1e-9


@dataclass(slots=True)
class Observed:
    """Durations [min]: *values* from beginning to end, and *censored* ones that were under way at the log's end."""

    values: list[float] = field(default_factory=list)
    censored: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Outcomes:
    """How jobs ended: *passed*, or not; the scrap of *fresh* units only, whose rework limit was not reached.

    A unit that fails once too often is scrapped too, and its log cannot say which of the two it was.
    """

    finished: int = 0
    passed: int = 0
    fresh: int = 0
    fresh_scrapped: int = 0


@dataclass(slots=True)
class StationObservations:
    """All that was seen of one station.

    *work* by product, *set_ups* by (product before, product after), *lives* and *repairs* of its machines, *outcomes*;
    *unseen* counts jobs of which the log has not the beginning or not the end.
    """

    work: dict[str, Observed] = field(default_factory=dict)
    set_ups: dict[tuple[str, str], Observed] = field(default_factory=dict)
    lives: Observed = field(default_factory=Observed)
    repairs: Observed = field(default_factory=Observed)
    outcomes: Outcomes = field(default_factory=Outcomes)
    unseen: int = 0


@dataclass(slots=True)
class BurnInObservations:
    """Burn-in: time burnt [min] of units that *died* and of those that *survived*; *lives* and *repairs* of racks."""

    died: list[float] = field(default_factory=list)
    survived: list[float] = field(default_factory=list)
    passed: list[float] = field(default_factory=list)
    racks: StationObservations = field(default_factory=StationObservations)


@dataclass(slots=True)
class Observations:
    """What a log shows: *stations* by name, and *burn_in* (empty where the log has none)."""

    stations: dict[str, StationObservations]
    burn_in: BurnInObservations


@dataclass(slots=True)
class _Job:
    """A job under way. *since_min* is when it began to run, None while it stands still.

    A *tentative* one runs since its machine was repaired, unless a `resume` says that it had to wait for people.
    """

    product: str
    setting_up: bool
    began_min: float
    since_min: float | None
    done_min: float = 0.0
    broken: bool = False
    tentative: bool = False


@dataclass(slots=True)
class _Machine:
    """One server. *age_min* is its working time since the last repair, *up_min* the moment of that repair."""

    up_min: float
    age_min: float = 0.0
    product: str = ""
    down: bool = False
    repair_since_min: float | None = None
    repaired_min: float = 0.0
    repair_unclear: bool = False
    closed: tuple[float, int] | None = None


class _Bench:
    """Follows one station through the log."""

    def __init__(self, spec: Station | None, calendar_clock: bool, waits_for_repair: bool, begin_min: float) -> None:
        self.found = StationObservations()
        self._calendar = calendar_clock
        self._waits = waits_for_repair
        self._begin_min = begin_min
        self._limit = spec.rework_limit if spec is not None else None
        self._jobs: dict[tuple[str, int], _Job] = {}
        self._machines: dict[int, _Machine] = {}
        self._failures: Counter[int] = Counter()

    def see(self, entry: Entry) -> None:
        """Take in one event."""
        follow = _FOLLOW.get(entry.event)
        if follow is not None:
            follow(self, entry)

    def machine(self, number: int) -> _Machine:
        """The machine of that *number*; one that was not seen before has been up since the log's beginning."""
        if number not in self._machines:
            self._machines[number] = _Machine(self._begin_min)
        return self._machines[number]

    # ------------------------------------------------------------------ jobs

    def _start(self, entry: Entry) -> None:
        key, machine = _key(entry), self.machine(entry.server)
        setting_up = entry.detail == SET_UP
        job = self._jobs.get(key)
        if job is not None and job.setting_up and not setting_up:
            self._halt(job, entry.server, entry.time_min)
            found = self.found.set_ups.setdefault((machine.product, job.product), Observed())
            found.values.append(job.done_min)
            machine.product = job.product
        elif job is not None:
            if job.setting_up == setting_up and entry.time_min - job.began_min <= _SAME_MOMENT_MIN:
                return  # one more unit of a batch, or part of an assembly: the job is one
            self._halt(job, entry.server, entry.time_min)
            self.found.unseen += 1
        if not setting_up:
            machine.product = entry.product
        self._jobs[key] = _Job(entry.product, setting_up, entry.time_min, entry.time_min)

    def _finish(self, entry: Entry) -> None:
        self._count_outcome(entry)
        key, machine = _key(entry), self.machine(entry.server)
        job = self._jobs.pop(key, None)
        if job is None:
            closed = machine.closed
            if closed is None or entry.time_min - closed[0] > _SAME_MOMENT_MIN:
                self.found.unseen += 1  # begun before the log
            return
        self._halt(job, entry.server, entry.time_min)
        machine.closed = (entry.time_min, entry.unit)
        if job.setting_up:
            self.found.unseen += 1
        else:
            self.found.work.setdefault(job.product, Observed()).values.append(job.done_min)

    def _count_outcome(self, entry: Entry) -> None:
        outcomes = self.found.outcomes
        outcomes.finished += 1
        outcomes.passed += entry.detail == "pass"
        if self._limit is None or self._failures[entry.unit] < self._limit:
            outcomes.fresh += 1
            outcomes.fresh_scrapped += entry.detail == "scrap"
        if entry.detail == "fail":
            self._failures[entry.unit] += 1

    def _stop(self, entry: Entry) -> None:
        machine = self.machine(entry.server)
        if entry.unit == NOBODY and machine.repair_since_min is not None:  # whoever repaired it has left
            machine.repaired_min += entry.time_min - machine.repair_since_min
            machine.repair_since_min = None
            return
        job = self._jobs.get(_key(entry))
        if job is not None:
            self._halt(job, entry.server, entry.time_min)

    def _resume(self, entry: Entry) -> None:
        if entry.unit == NOBODY and self.machine(entry.server).down:
            self._repair(entry)
            return
        job = self._jobs.get(_key(entry))
        if job is not None and (job.since_min is None or job.tentative):
            job.since_min, job.tentative, job.broken = entry.time_min, False, False

    def _halt(self, job: _Job, server: int, now_min: float) -> None:
        """Book the stretch of work that ends now."""
        if job.since_min is not None:
            worked = now_min - job.since_min
            job.done_min += worked
            self.machine(server).age_min += worked
        job.since_min, job.tentative = None, False

    # ------------------------------------------------------------------ machines

    def _fail(self, entry: Entry) -> None:
        machine = self.machine(entry.server)
        job = self._jobs.get((_SERVER, entry.server))
        if job is not None and job.since_min is not None:
            self._halt(job, entry.server, entry.time_min)
            job.broken = True
        if machine.down:
            return
        self.found.lives.values.append(entry.time_min - machine.up_min if self._calendar else machine.age_min)
        machine.down, machine.repaired_min, machine.repair_unclear = True, 0.0, False
        machine.repair_since_min = None if self._waits else entry.time_min

    def _repair(self, entry: Entry) -> None:
        machine = self.machine(entry.server)
        if self._waits and machine.repair_since_min is not None:
            machine.repair_unclear = True  # taken up again: when the first stretch ended is not in the log
        machine.repair_since_min = entry.time_min

    def _repaired(self, entry: Entry) -> None:
        machine = self.machine(entry.server)
        if machine.down and machine.repair_since_min is not None:
            worked = machine.repaired_min + entry.time_min - machine.repair_since_min
            (self.found.repairs.censored if machine.repair_unclear else self.found.repairs.values).append(worked)
        machine.down, machine.repair_since_min = False, None
        machine.up_min, machine.age_min = entry.time_min, 0.0
        job = self._jobs.get((_SERVER, entry.server))
        if job is not None and job.broken:
            job.since_min, job.tentative, job.broken = entry.time_min, True, False

    # ------------------------------------------------------------------ the end

    def close(self, end_min: float, servers: int | None) -> StationObservations:
        """Keep what is under way at *end_min* as censored, machines that never showed among them."""
        for (kind, number), job in self._jobs.items():
            self._halt(job, number if kind == _SERVER else NOBODY, end_min)
            if not job.setting_up:
                self.found.work.setdefault(job.product, Observed()).censored.append(job.done_min)
        for number in range(servers or 0):
            machine = self.machine(number)
            if machine.down:
                if machine.repair_since_min is not None and not machine.repair_unclear:
                    self.found.repairs.censored.append(machine.repaired_min + end_min - machine.repair_since_min)
                continue
            age_min = end_min - machine.up_min if self._calendar else machine.age_min
            if age_min > 0:
                self.found.lives.censored.append(age_min)
        return self.found


_SERVER, _UNIT = "server", "unit"
_FOLLOW = {
    "start": _Bench._start, "finish": _Bench._finish, "stop": _Bench._stop, "resume": _Bench._resume,
    "fail": _Bench._fail, "repair": _Bench._repair, "repaired": _Bench._repaired,
}  # fmt: skip


def _key(entry: Entry) -> tuple[str, int]:
    """A job is known by its server; where servers have no number, by its unit."""
    return (_SERVER, entry.server) if entry.server != NOBODY else (_UNIT, entry.unit)


class _Racks:
    """Follows the units in burn-in, each by itself, and the racks as machines on the calendar's clock."""

    def __init__(self, begin_min: float) -> None:
        self._found = BurnInObservations()
        self._racks = _Bench(None, True, False, begin_min)
        self._lit: dict[int, float] = {}
        self._burnt: dict[int, float] = {}

    def see(self, entry: Entry) -> None:
        """Take in one event."""
        unit, now_min = entry.unit, entry.time_min
        if entry.event in ("fail", "repair", "repaired"):
            self._racks.see(entry)
        elif entry.event == "start":
            self._lit[unit], self._burnt[unit] = now_min, 0.0
        elif entry.event == "stop" and unit in self._lit:
            self._burnt[unit] += now_min - self._lit.pop(unit)
        elif entry.event == "resume" and unit in self._burnt:
            self._lit.setdefault(unit, now_min)
        elif entry.event == "finish" and unit in self._burnt:
            burnt = self._burnt.pop(unit) + (now_min - self._lit.pop(unit) if unit in self._lit else 0.0)
            if entry.detail == "pass":
                self._found.passed.append(burnt)
            (self._found.survived if entry.detail == "pass" else self._found.died).append(burnt)

    def close(self, end_min: float, racks: int) -> BurnInObservations:
        """Keep what burns at *end_min* as survived so far."""
        for unit, burnt in self._burnt.items():
            so_far = burnt + (end_min - self._lit[unit] if unit in self._lit else 0.0)
            if so_far > 0:
                self._found.survived.append(so_far)
        self._found.racks = self._racks.close(end_min, racks)
        return self._found


def observe(log: Log, line: Line, racks: int = 0) -> Observations:
    """Return what *log* shows of a *line*.

    Parameters: *racks* of burn-in, whose repairs begin at the failure: nobody is waited for. Lives count on each
    machine's own clock: working time of the server (set-ups included), or up time by the calendar. The log's first
    moment counts as the beginning of a life.
    """
    begin_min = log.begin_min
    benches = {spec.name: _bench(spec, begin_min) for spec in line.stations}
    area = _Racks(begin_min)
    for entry in log.entries:
        bench = benches.get(entry.station)
        if bench is not None:
            bench.see(entry)
        elif entry.station == BURN_IN:
            area.see(entry)
    stations = {spec.name: benches[spec.name].close(log.end_min, spec.servers) for spec in line.stations}
    return Observations(stations, area.close(log.end_min, racks))


def _bench(spec: Station, begin_min: float) -> _Bench:
    breakdowns = spec.breakdowns
    calendar_clock = breakdowns is not None and breakdowns.clock == "calendar"
    return _Bench(spec, calendar_clock, breakdowns is not None and breakdowns.skill is not None, begin_min)
