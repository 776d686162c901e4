"""One run of any line, and what it showed between the end of its warm-up and its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, inf, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.model.line_file import LineFile
from twin.model.shifts import HOURS_PER_WEEK
from twin.model.stations import BURN_IN
from twin.sim.line.network import Controls, Network
from twin.sim.line.power_on import PowerOn
from twin.sim.line.readings import Reading, Samples, added, read
from twin.sim.line.shifts import Staffing
from twin.sim.line.statistics import Shares, burn_in_shares, shares
from twin.sim.line.streams import Streams
from twin.sim.line.timer import MINUTES_PER_HOUR

Floats = NDArray[np.float64]
Named = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class LineTask:
    """One run of a line: *hours* after *warmup_h*; without *staffing* everybody is always there.

    With *log* every event is noted; *intervals* equal stretches of the whole run are given their mean work in process.
    """

    file: LineFile
    hours: float
    warmup_h: float
    seed: int
    replication: int
    staffing: Staffing | None = None
    log: bool = False
    intervals: int = 0


@dataclass(frozen=True, slots=True)
class LineRun:
    """What one run showed.

    *stations* by name; the *whole* line by name of the quantity; *operators*, *carriers*, *racks* and *zones* by name,
    each with its quantities; *products*, throughput by name; *by_hour_of_week* (168) of kw, people and wip, where the
    run has a week; *wip_series*, mean work in process of equal intervals of the whole run; columns of the *log*.
    """

    stations: dict[str, Shares]
    whole: dict[str, float]
    operators: Named = field(default_factory=dict)
    carriers: Named = field(default_factory=dict)
    racks: Named = field(default_factory=dict)
    zones: Named = field(default_factory=dict)
    products: dict[str, float] = field(default_factory=dict)
    by_hour_of_week: dict[str, Floats] = field(default_factory=dict)
    wip_series: Floats = field(default_factory=lambda: np.zeros(0))
    log: dict[str, list[Any]] | None = None


def run_line(task: LineTask) -> LineRun:
    """Run one *task*; raises `DeadlockError` for a line that locks up."""
    spec = task.file
    begin, end = task.warmup_h * MINUTES_PER_HOUR, (task.warmup_h + task.hours) * MINUTES_PER_HOUR
    hours = ceil(end / MINUTES_PER_HOUR)
    controls = replace(burn_in_controls(spec, hours), by_hour=True, log=task.log)
    if task.staffing is not None:
        controls = replace(controls, staffing=task.staffing)
    streams = Streams(task.seed, task.replication)
    network = Network(spec.line, spec.burn_in, spec.powers_kw, hours, controls, streams)
    samples = Samples(network, begin, streams)
    network.start()
    marks = np.linspace(0.0, end, task.intervals + 1)[1:].tolist() if task.intervals else []
    wip_areas = [_wip_area(network, minute) for minute in marks if minute < begin]
    if begin > 0:
        network.run_until(begin)
    before = read(network, begin)
    wip_areas += [_wip_area(network, minute) for minute in marks if minute >= begin]
    network.run_until(end)
    after = read(network, end)
    network.close(end)
    minutes = end - begin
    return LineRun(
        stations=_stations(network, before, after, minutes),
        whole={**_whole(network, before, after, minutes), **samples.summary()},
        operators=_operators(before, after, minutes),
        carriers={name: {"in_use": spent / minutes} for name, spent in added(before.carriers, after.carriers).items()},
        racks=_places(before.racks, after.racks, after.rack_peaks, minutes),
        zones=_places(before.zones, after.zones, after.zone_peaks, minutes),
        products={name: made / task.hours for name, made in added(before.products, after.products).items()},
        by_hour_of_week=_by_hour_of_week(network, task),
        wip_series=np.diff([0.0, *wip_areas]) / (end / task.intervals) if task.intervals else np.zeros(0),
        log=network.log.columns() if network.log is not None else None,
    )


def _wip_area(network: Network, minute: float) -> float:
    network.run_until(minute)
    return network.wip.area_until(minute)


def burn_in_controls(file: LineFile, hours: int) -> Controls:
    """How the burn-in of a *file* is run for so many *hours*: who loads, when runs may begin, how much they draw."""
    spec = file.burn_in
    if spec is None:
        return Controls(loaders=True)
    ceiling_kw = _repeated(spec.ceiling_kw, hours)
    heaviest_kw = max(file.powers_kw.values())
    pauses = ceiling_kw is not None and spec.most_interruptions > 0 and heaviest_kw > 0
    return Controls(
        staffing=None if spec.crews is None else _crews(file, spec.crews, spec.crew_calendar, hours),
        racks=spec.racks,
        loaders=spec.crews is None,
        power_on=PowerOn(opens_at_min=_opens_at_min(spec.power_on_h, hours)),
        limit_kw=None if pauses else ceiling_kw,
        ceiling_units=[kw / heaviest_kw for kw in ceiling_kw] if pauses and ceiling_kw is not None else None,
        inlet_c=_repeated(spec.inlet_c, hours),
    )


def _repeated(values: Sequence[float], hours: int) -> list[float] | None:
    """Values of a day or a week for each hour of the run; None where there are none."""
    return [values[hour % len(values)] for hour in range(hours)] if values else None


def _crews(file: LineFile, crews: int, calendar: str | None, hours: int) -> Staffing:
    """Every cell is staffed; burn-in crews are there when their calendar is open."""
    changes = [(0.0, True)] if calendar is None else file.line.calendar(calendar).changes_min(hours)
    return Staffing(
        np.array([minute for minute, _ in changes]),
        np.full(len(changes), file.line.cells),
        np.array([crews if is_there else 0 for _, is_there in changes]),
    )


def _opens_at_min(power_on_h: Sequence[int], hours: int) -> list[float] | None:
    """For each hour of the run, the minute from which runs may begin next; None where they may at any time."""
    if not power_on_h:
        return None
    period = 24 if max(power_on_h) < 24 else HOURS_PER_WEEK
    following, found = inf, [inf] * hours
    for hour in reversed(range(hours)):
        if hour % period in power_on_h:
            following = hour * MINUTES_PER_HOUR
        found[hour] = following
    return found


def _stations(network: Network, before: Reading, after: Reading, minutes: float) -> dict[str, Shares]:
    found = {
        station.name: shares(station, after.stations[station.name].since(before.stations[station.name]), minutes)
        for station in network.stations
    }
    if network.area is not None and before.door is not None and after.door is not None:
        slots = sum(rack.slots for rack in network.area.racks)
        kwh = after.totals["burn_in_kwh"] - before.totals["burn_in_kwh"]
        found[BURN_IN] = burn_in_shares(after.door.since(before.door), slots, minutes, kwh)
    return found


def _whole(network: Network, before: Reading, after: Reading, minutes: float) -> dict[str, float]:
    """Quantities of the whole line; a cycle time is that of the units that were shipped."""
    spent = added(before.totals, after.totals)
    hours = minutes / MINUTES_PER_HOUR
    shipped, arrived = spent["shipped"], spent["arrived"]
    cycles_h = np.array(network.shipped.cycles_min[int(before.totals["shipped"]) :]) / MINUTES_PER_HOUR
    quantiles = np.quantile(cycles_h, [0.5, 0.95, 0.99]) if cycles_h.size else np.full(3, nan)
    return {
        "throughput_per_h": shipped / hours,
        "wip": spent["wip"] / minutes,
        "cycle_time_h": spent["cycle"] / shipped / MINUTES_PER_HOUR if shipped else nan,
        "power_kw": spent["kwh"] / hours,
        "heat_kw": spent["heat_kwh"] / hours,
        "scrapped_per_h": spent["scrapped"] / hours,
        "lost_per_h": spent["lost"] / hours,
        "turned_away_share": spent["turned_away"] / arrived if arrived else 0.0,
        "cycle_time_p50_h": float(quantiles[0]),
        "cycle_time_p95_h": float(quantiles[1]),
        "cycle_time_p99_h": float(quantiles[2]),
    }


def _operators(before: Reading, after: Reading, minutes: float) -> Named:
    """People of each group: how many are there, and the share of their time that they are at work."""
    found = {}
    for name, spent in added(before.people, after.people).items():
        busy = added(before.busy, after.busy)[name]
        found[name] = {"people": spent / minutes, "utilisation": busy / spent if spent else 0.0}
    return found


def _places(
    before: Mapping[str, Mapping[str, float]], after: Mapping[str, Mapping[str, float]],
    peaks: Mapping[str, Mapping[str, float]], minutes: float,
) -> Named:  # fmt: skip
    """Racks or zones: mean power and slots held, with the highest of each since the beginning."""
    return {
        name: {**{key: value / minutes for key, value in added(before[name], after[name]).items()}, **peaks[name]}
        for name in after
    }


def _by_hour_of_week(network: Network, task: LineTask) -> dict[str, Floats]:
    """Means by hour of the week (168), Monday 00:00 of the run first, over the whole weeks after the warm-up."""
    first = ceil(task.warmup_h)
    weeks = int((task.warmup_h + task.hours - first) // HOURS_PER_WEEK)
    if weeks < 1:
        return {}
    hours = np.arange(first, first + weeks * HOURS_PER_WEEK)
    records = {name: np.diff(values)[hours] for name, values in network.records.items()}
    by_hour = {
        "kw": records["line_kwh"] + records["burn_in_kwh"],
        "people": records["people_min"] / MINUTES_PER_HOUR,
        "wip": records["wip"] / MINUTES_PER_HOUR,
    }
    if "occupied" in records:
        by_hour["occupied_slots"] = records["occupied"] / MINUTES_PER_HOUR
    place = hours % HOURS_PER_WEEK
    return {name: np.asarray(np.bincount(place, values, HOURS_PER_WEEK) / weeks) for name, values in by_hour.items()}
