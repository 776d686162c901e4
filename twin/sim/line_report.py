"""Any line, run until its means are known: the document that `twin line` prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sites.errors import InputError, Problem
from twin.model.line_file import LineFile
from twin.model.shifts import HOURS_PER_WEEK
from twin.model.stations import BURN_IN
from twin.model.working_time import Calendar
from twin.sim.line.bottleneck import METHOD, Bottleneck, find_bottleneck
from twin.sim.line.statistics import Shares
from twin.sim.line_run import LineRun, LineTask, run_line
from twin.sim.oee import FORMULA, Oee, oee_of
from twin.sim.precision import (
    LEAST,
    RELATIVE,
    Precise,
    assessed,
    called_for,
    relative_half_width,
    run_chunk,
    until_precise,
)
from twin.sim.replicate import half_width
from twin.sim.warm_up import Floats, WarmUp, find_warm_up, given_warm_up

WATCHED = ("throughput_per_h", "wip", "cycle_time_h")
MOST_PILOTS = 50
FIRST_PILOT = 1_000_000  # pilots have random numbers of their own, so that they say nothing of the runs that follow
LONGEST_PERIOD_H = 8 * HOURS_PER_WEEK
ENERGY = "kwh"
Estimate = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LineRequest:
    """What is asked of a line: *hours* measured in each run, and how often.

    *warmup_h* before them (none: found by MSER-5); *replications* (none: as many as it takes until the half-widths of
    throughput, work in process and cycle time are within *precision* of their means); *seed*; *workers*, processes;
    with *log* the first replication notes its events.
    """

    hours: float
    warmup_h: float | None = None
    replications: int | None = None
    precision: float = RELATIVE
    seed: int = 1
    workers: int = 1
    log: bool = False


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """The *document* of `twin line`, and the event *log* of the first replication, by column, when it was asked for."""

    document: dict[str, Any]
    log: dict[str, list[Any]] | None


def simulate_line(file: LineFile, asked: LineRequest) -> LineAnswer:
    """Run the line of a *file* as *asked*: every quantity with its mean over replications and 95 % half-width.

    Everybody is there whom no calendar of the file sends away, burn-in operators included. Raises `InputError` for
    lengths of no use, and what a line that cannot go on raises.
    """
    _check(asked)
    warm_up = _warm_up(file, asked)
    found = _replicate(file, asked, warm_up.hours)
    document = {
        **_document(file, found.runs),
        "hours": asked.hours,
        "warmup_h": warm_up.hours,
        "warmup_method": warm_up.method,
        "replications": len(found.runs),
        "seed": asked.seed,
        "precision": _precision(asked, found),
        "warnings": [*warm_up.warnings, *_doubts(asked, found)],
    }
    return LineAnswer(document, found.runs[0].log if asked.log else None)


def _check(asked: LineRequest) -> None:
    wrong = []
    if not 0 < asked.hours < float("inf"):
        wrong.append(Problem("--hours", f"value {asked.hours:g}: nothing to measure", "ask for a longer run"))
    if asked.warmup_h is not None and not 0 <= asked.warmup_h < float("inf"):
        wrong.append(Problem("--warmup", f"value {asked.warmup_h:g}: no length", "give 0 h or more"))
    if asked.replications is not None and asked.replications < 2:
        wrong.append(Problem("--replications", f"value {asked.replications}: no spread between runs", "give 2 or more"))
    if wrong:
        raise InputError(wrong)


# ---------------------------------------------------------------------- warm-up and replications


def _warm_up(file: LineFile, asked: LineRequest) -> WarmUp:
    if asked.warmup_h is not None:
        return given_warm_up(asked.warmup_h)
    if ends(file):
        return WarmUp(0.0, "none: material or working time ends, and the run is measured from its beginning")
    return find_warm_up(partial(_pilots, file, asked), asked.hours, period_h(file))


def _pilots(file: LineFile, asked: LineRequest, hours: float, intervals: int) -> Floats:
    """Work in process of pilots (pilots, intervals): five, and then as many as there will be replications.

    The more replications there are, the narrower is the interval that a warm-up left in would push the mean out of: as
    many pilots are able to see what as many replications would show.
    """

    def series(first: int, last: int) -> list[Floats]:
        numbers = range(FIRST_PILOT + first, FIRST_PILOT + last)
        tasks = [LineTask(file, hours, 0.0, asked.seed, number, intervals=intervals) for number in numbers]
        return [run.wip_series for run in run_chunk(run_line, tasks, asked.workers)]

    found = series(0, LEAST)
    wanted = asked.replications
    if wanted is None:
        late = [float(one[intervals // 2 :].mean()) for one in found]
        wanted = called_for(LEAST, relative_half_width(late), asked.precision)
    if wanted > LEAST:
        found += series(LEAST, min(wanted, MOST_PILOTS))
    return np.array(found)


def ends(file: LineFile) -> bool:
    """Whether the line comes to an end of itself: all its material is planned unit by unit, or a calendar runs out."""
    calendars = _calendars(file)
    return all(arrivals.ends for arrivals in file.line.material) or any(
        calendar.windows_h and calendar.repeat_h is None for calendar in calendars
    )


def period_h(file: LineFile) -> float | None:
    """Hours [h] after which calendars, rates of arrival and inlet temperatures all repeat; None without any.

    Their least common multiple, counted in minutes; of more than `LONGEST_PERIOD_H` the longest of them stands for it.
    """
    found = [HOURS_PER_WEEK if calendar.shifts else calendar.repeat_h or 0.0 for calendar in _calendars(file)]
    found += [len(arrivals.units_per_h) for arrivals in file.line.material]
    if file.burn_in is not None:
        found.append(len(file.burn_in.inlet_c))
    minutes = [round(hours * 60) for hours in found if round(hours * 60) > 0]
    if not minutes:
        return None
    common_h = lcm(*minutes) / 60.0
    return common_h if common_h <= LONGEST_PERIOD_H else max(minutes) / 60.0


def _calendars(file: LineFile) -> list[Calendar]:
    """The calendars that somebody keeps."""
    kept = {station.calendar for station in file.line.stations} | {group.calendar for group in file.line.operators}
    return [calendar for calendar in file.line.calendars if calendar.name in kept]


def _replicate(file: LineFile, asked: LineRequest, warmup_h: float) -> Precise[LineRun]:
    def task(number: int) -> LineTask:
        return LineTask(file, asked.hours, warmup_h, asked.seed, number, log=asked.log and number == 0)

    if asked.replications is not None:
        runs = run_chunk(run_line, [task(number) for number in range(asked.replications)], asked.workers)
        return assessed(runs, _watched, asked.precision)
    return until_precise(run_line, task, _watched, relative=asked.precision, workers=asked.workers)


def _watched(run: LineRun) -> Mapping[str, float]:
    return {name: run.whole[name] for name in WATCHED}


def _precision(asked: LineRequest, found: Precise[LineRun]) -> dict[str, Any]:
    relative = {name: value if np.isfinite(value) else None for name, value in found.relative.items()}
    return {"target": asked.precision, "met": found.met, "relative": relative, "unmeasured": list(found.unmeasured)}


def _doubts(asked: LineRequest, found: Precise[LineRun]) -> list[str]:
    told = []
    wide = [name for name, value in found.relative.items() if value > asked.precision]
    if asked.replications is None and wide:
        told.append(
            f"the half-width of {', '.join(wide)} is not within {asked.precision:g} of the mean after "
            f"{len(found.runs)} replications: measure more hours"
        )
    if found.unmeasured:
        told.append(f"nothing to measure {', '.join(found.unmeasured)} by in some replication: measure more hours")
    return told


# ---------------------------------------------------------------------- the document


def _document(file: LineFile, runs: Sequence[LineRun]) -> dict[str, Any]:
    heat_fraction = {spec.name: spec.heat_fraction for spec in file.line.stations}
    stations = {
        name: _station([run.stations[name] for run in runs], heat_fraction.get(name, 1.0)) for name in runs[0].stations
    }
    return {
        "stations": stations,
        **_table([run.whole for run in runs]),
        "operators": _tables(runs, lambda run: run.operators),
        "carriers": _tables(runs, lambda run: run.carriers),
        "racks": _tables(runs, lambda run: run.racks),
        "zones": _tables(runs, lambda run: run.zones),
        "products": _table([run.products for run in runs]),
        "bottleneck": _bottleneck(_limits(file, runs)),
        "oee": {"formula": FORMULA, "stations": _oee(file, runs)},
        "by_hour_of_week": _by_hour_of_week(runs),
    }


def _station(found: Sequence[Shares], heat_fraction: float) -> dict[str, Any]:
    """One station's shares, and its electricity by state with the part of it that becomes heat where it stands."""
    names = [field.name for field in fields(Shares) if field.name != ENERGY]
    shown: dict[str, Any] = {name: estimate([getattr(one, name) for one in found]) for name in names}
    heat = [{state: heat_fraction * kwh for state, kwh in one.kwh.items()} for one in found]
    return shown | {ENERGY: _table([one.kwh for one in found]), "heat_kwh_th": _table(heat)}


def _table(found: Sequence[Mapping[str, float]]) -> dict[str, Estimate]:
    return {name: estimate([one[name] for one in found]) for name in found[0]}


def _tables(
    runs: Sequence[LineRun], part: Callable[[LineRun], Mapping[str, Mapping[str, float]]]
) -> dict[str, dict[str, Estimate]]:
    return {name: _table([part(run)[name] for run in runs]) for name in part(runs[0])}


def estimate(values: ArrayLike) -> Estimate:
    """Mean over replications and half-width; null where a run had nothing to measure (a cycle time of no unit)."""
    numbers = np.asarray(values, dtype=float)
    if not np.isfinite(numbers).all():
        return {"mean": None, "half_width": None}
    return {"mean": float(numbers.mean()), "half_width": float(half_width(numbers))}


def _by_hour_of_week(runs: Sequence[LineRun]) -> dict[str, dict[str, list[float]]]:
    found = {}
    for name in runs[0].by_hour_of_week:
        values = np.array([run.by_hour_of_week[name] for run in runs])
        found[name] = {"mean": values.mean(axis=0).tolist(), "half_width": half_width(values).tolist()}
    return found


# ---------------------------------------------------------------------- what limits the line, and where time goes


def _limits(file: LineFile, runs: Sequence[LineRun]) -> Bottleneck:
    numbers = [field.name for field in fields(Shares) if field.name != ENERGY]
    means: dict[str, Shares] = {}
    for name, first in runs[0].stations.items():
        mean = {key: float(np.mean([getattr(run.stations[name], key) for run in runs])) for key in numbers}
        means[name] = replace(first, **mean, kwh={})
    groups = {group.name: set(group.skills) for group in file.line.operators}
    busy = {name: float(np.mean([run.operators[name]["utilisation"] for run in runs])) for name in runs[0].operators}
    return find_bottleneck(file.line, means, busy, {name: groups.get(name, {name}) for name in busy}, file.burn_in)


def _bottleneck(found: Bottleneck) -> dict[str, Any]:
    ranking = [{"name": r.name, "kind": r.kind, "active_share": r.active_share} for r in found.ranking]
    return {
        "method": METHOD,
        "name": found.name,
        "ranking": ranking,
        "turning_point": found.turning_point,
        "agree": found.agree,
    }


def _oee(file: LineFile, runs: Sequence[LineRun]) -> dict[str, Any]:
    """OEE of the stations that have a number of servers. Slots of burn-in are no machines: their states overlap."""
    endless = {spec.name for spec in file.line.stations if spec.servers is None} | {BURN_IN}
    names = [name for name in runs[0].stations if name not in endless]
    return {name: _oee_means([oee_of(run.stations[name]) for run in runs]) for name in names}


def _oee_means(found: Sequence[Oee]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        factor: estimate([np.nan if (value := getattr(one, factor)) is None else value for one in found])
        for factor in ("oee", "availability", "performance", "quality")
    }
    losses = found[0].losses if all(one.losses for one in found) else {}
    return shown | {"losses": {loss: estimate([one.losses[loss] for one in found]) for loss in losses}}
