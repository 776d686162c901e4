"""What the line can do, by shift pattern and number of teams: the line as the optimiser sees it.

A saturated line, with n teams all on one pattern, is simulated for some n; between them capacity is interpolated.
Burn-in has slots without end and people who never leave, so that returns load repair and functional test as they would
in the plant. The same random numbers serve every pattern, number of teams and design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from twin.model.contracts import LineResponse
from twin.model.plant import Plant
from twin.model.shifts import HOURS_PER_WEEK, ShiftPattern
from twin.sim.designs import Design, DesignStudy, only_base, study_designs
from twin.sim.executor import run_tasks
from twin.sim.line.network import Controls, Network
from twin.sim.line.statistics import energy_kwh, tally
from twin.sim.line.streams import Streams
from twin.sim.replicate import half_width
from twin.sim.staffing import weekly_staffing

WARM_UP_WEEKS = 1
LEAST_TEAM_HOURS = 600
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeekTask:
    """One saturated run: *teams* cells on one *pattern* for *weeks* after the warm-up."""

    plant: Plant
    pattern: ShiftPattern
    teams: int
    weeks: int
    seed: int
    replication: int


@dataclass(frozen=True, slots=True)
class WeekResult:
    """What one run gave: first arrivals at the door *by_hour_of_week* [units/h] (168), totals, and units in the line.

    Totals over the weeks: *first_arrivals*, burn-in *starts* and *shipped* units; *working_kwh*, energy beyond idle.
    """

    by_hour_of_week: Floats
    first_arrivals: int
    starts: int
    shipped: int
    working_kwh: float
    wip_units: float


def run_weeks(task: WeekTask) -> WeekResult:
    """Simulate one *task*."""
    weeks = WARM_UP_WEEKS + task.weeks
    controls = Controls(staffing=weekly_staffing(task.pattern, task.teams, weeks), loaders=True)
    streams = Streams(task.seed, task.replication)
    hours = weeks * HOURS_PER_WEEK
    network = Network(task.plant.line, task.plant.burn_in, task.plant.product.power_kw, hours, controls, streams)
    network.start()
    begin, end = WARM_UP_WEEKS * HOURS_PER_WEEK, hours
    network.run_until(begin * 60.0)
    on_line, worked = network.cards.carded.area_until(begin * 60.0), _working_kwh(network, begin * 60.0)
    network.run_until(end * 60.0)
    on_line = network.cards.carded.area_until(end * 60.0) - on_line
    worked = _working_kwh(network, end * 60.0) - worked
    network.close(end * 60.0)
    area = network.area
    assert area is not None
    arrivals = np.array(area.first_arrivals[begin:end])
    return WeekResult(
        by_hour_of_week=arrivals.reshape(task.weeks, HOURS_PER_WEEK).mean(axis=0),
        first_arrivals=int(arrivals.sum()),
        starts=sum(area.starts[begin:end]),
        shipped=sum(network.shipped.by_hour[begin:end]),
        working_kwh=worked,
        wip_units=on_line / ((end - begin) * 60.0),
    )


def _working_kwh(network: Network, now_min: float) -> float:
    """Energy beyond that of idle machines that are switched on [kWh]."""
    found = 0.0
    for station in network.stations:
        spent = tally(station, now_min)
        idle_kw = 0.0 if station.unlimited else station.spec.idle_kw
        found += sum(energy_kwh(station, spent).values()) - idle_kw * spent.lit / 60.0
    return found


def line_response(
    plant: Plant,
    *,
    replications: int = 4,
    seed: int = 1,
    weeks: int = 2,
    workers: int = 1,
    patterns: Sequence[str] | None = None,
    teams: Sequence[int] | None = None,
    designs: bool = False,
) -> LineResponse:
    """Simulate the saturated line of *plant* and return what it can do.

    Parameters: *replications* of at least *weeks* measured weeks each, more where a week has little work, so that all
    runs are equally precise; *seed*; *workers*, processes; names of *patterns* (default: the whole menu); numbers of
    *teams* to simulate (default: quarters of the cells); others are interpolated; with *designs*, what one more
    server or rack would add.
    """
    menu = [plant.pattern(name) for name in patterns] if patterns is not None else list(plant.patterns)
    cells = plant.line.cells
    simulated = sorted(set(teams or (max(1, round(cells * quarter / 4)) for quarter in (1, 2, 3, 4))))
    tasks = [
        WeekTask(plant, pattern, number, _weeks(pattern, number, weeks), seed, replication)
        for replication in range(replications)
        for pattern in menu
        for number in simulated
    ]
    # The longest first, so that no worker is left with a long run at the end.
    order = sorted(range(len(tasks)), key=lambda place: -_team_hours(tasks[place]))
    done = run_tasks(run_weeks, [tasks[place] for place in order], workers)
    results = np.empty(len(tasks), dtype=object)
    for place, result in zip(order, done, strict=True):
        results[place] = result
    shaped = results.reshape(replications, len(menu), len(simulated))
    tried = sorted({max(1, cells // 2), max(1, cells - 1), cells})
    study = (
        study_designs(plant, tried, replications=replications, seed=seed, workers=workers)
        if designs
        else only_base(plant, len(tried), replications)
    )
    data = _dataset(plant, menu, simulated, shaped, study, tried)
    data.attrs = {
        "replications": replications, "seed": seed, "least_weeks": weeks, "warm_up_weeks": WARM_UP_WEEKS,
        "simulated_teams": simulated, "between_simulated_teams": "linear interpolation, 0 units at 0 teams",
    }  # fmt: skip
    return LineResponse(data)


def _weeks(pattern: ShiftPattern, teams: int, least: int) -> int:
    """Weeks to measure, so that a run has at least `LEAST_TEAM_HOURS` x *least* of work."""
    return max(least, ceil(least * LEAST_TEAM_HOURS / (teams * float(pattern.staffed_share.sum()))))


def _team_hours(task: WeekTask) -> float:
    return (WARM_UP_WEEKS + task.weeks) * task.teams * float(task.pattern.staffed_share.sum())


def _dataset(
    plant: Plant,
    menu: list[ShiftPattern],
    simulated: list[int],
    results: np.ndarray,
    study: DesignStudy,
    tried: list[int],
) -> xr.Dataset:
    """Contract variables from *results* (replication, pattern, teams), and the designs' factors for *tried* teams."""
    teams = np.arange(plant.line.cells + 1)
    by_hour = _between(_each(results, "by_hour_of_week"), simulated, teams)
    wip = _between(_each(results, "wip_units"), simulated, teams)
    first = _total(results, "first_arrivals")
    share = np.stack([pattern.staffed_share for pattern in menu])
    idle_kw = sum(s.idle_kw * (s.servers or 0) for s in plant.line.stations) / plant.line.cells
    skills = list(plant.line.crew.people)
    crew = np.array([plant.line.crew.people[skill] for skill in skills], dtype=float)
    line = ("design", "teams", "pattern")
    factor = _factors(study.factor, tried, teams)

    def of_design(values: Floats) -> Floats:
        """(replication, teams, pattern, ...) of the line as it is, for each design."""
        return np.asarray(values[:, None] * factor.reshape(*factor.shape, *[1] * (values.ndim - 2)))

    return xr.Dataset(
        {
            **_mean(
                "capacity_units_per_h", (*line, "hour_of_week", "product"), "units/h", of_design(by_hour)[..., None]
            ),
            **_mean("weekly_units", (*line, "product"), "units", of_design(by_hour.sum(axis=-1))[..., None]),
            **_mean("return_share", ("product",), "1", (_total(results, "starts") / first - 1)[:, None], most=1.0),
            **_mean("shipped_share", ("product",), "1", (_total(results, "shipped") / first)[:, None], most=1.0),
            **_mean("kwh_per_unit", ("product",), "kWh/unit", (_total(results, "working_kwh") / first)[:, None]),
            **_mean("wip_units", line, "units", wip[:, None] * _factors(study.wip_factor, tried, teams)[..., None]),
            "fixed_kw": (("hour_of_week", "pattern"), (share * idle_kw).T, {"units": "kW"}),
            "base_kw": ((), 0.0, {"units": "kW"}),
            "people": (
                ("pattern", "hour_of_week", "skill"), share[:, :, None] * crew, {"units": "people"},
            ),
            "heat_share_to_hall": (("product",), np.ones(1), {"units": "1"}),
            **_of_designs(study, factor),
        },
        coords={
            "design": [design.name for design in study.designs], "teams": teams, "pattern": [p.name for p in menu],
            "hour_of_week": np.arange(HOURS_PER_WEEK), "product": [plant.product.name], "skill": skills,
            "station": [spec.name for spec in plant.line.stations],
        },
    )  # fmt: skip


def _each(results: np.ndarray, name: str) -> Floats:
    """Values of *name* (replication, pattern, teams, ...)."""
    values = [getattr(result, name) for result in results.ravel()]
    return np.array(values, dtype=float).reshape(*results.shape, *np.shape(values[0]))


def _total(results: np.ndarray, name: str) -> Floats:
    """Totals of *name* over patterns and teams (replication)."""
    return np.asarray(_each(results, name).sum(axis=(1, 2)))


def _between(values: Floats, simulated: list[int], teams: NDArray[np.int64]) -> Floats:
    """Interpolate *values* (replication, pattern, simulated, ...) to (replication, teams, pattern, ...)."""
    known = np.concatenate([[0], simulated])
    padded = np.concatenate([np.zeros_like(values[:, :, :1]), values], axis=2)
    right = np.clip(np.searchsorted(known, teams), 1, len(known) - 1)
    weight = (teams - known[right - 1]) / (known[right] - known[right - 1])
    weight = weight.reshape(-1, *[1] * (values.ndim - 3))
    mixed = padded[:, :, right - 1] * (1 - weight) + padded[:, :, right] * weight
    return np.asarray(np.swapaxes(mixed, 1, 2))


def _factors(factor: Floats, tried: list[int], teams: NDArray[np.int64]) -> Floats:
    """Factors (replication, design, teams), linear between the numbers of teams that were *tried*.

    Servers are spread over the cells: where there are as many as cells, one more is open only with every cell staffed.
    So the number before that is tried too, and half of them; with fewer people is what is short, as with half.
    """
    flat = factor.reshape(-1, factor.shape[-1])
    return np.array([np.interp(teams, tried, row) for row in flat]).reshape(*factor.shape[:-1], len(teams))


def _of_designs(study: DesignStudy, factor: Floats) -> dict[str, tuple[tuple[str, ...], Floats, dict[str, str]]]:
    """What each design is made of, what it adds to the line, and what its racks can burn in."""
    servers = [[spec.servers or 0 for spec in design.plant.line.stations] for design in study.designs]
    found = {
        "servers": (("design", "station"), np.array(servers, dtype=float), {"units": "servers"}),
        "racks_count": (
            ("design",), np.array([float(design.plant.burn_in.racks) for design in study.designs]), {"units": "racks"},
        ),
        "added_people": (
            ("design",),
            np.array([_people(design) - _people(study.designs[0]) for design in study.designs]),
            {"units": "people"},
        ),
    }  # fmt: skip
    if not study.racks_units_per_h.size:
        return found
    return {
        **found,
        **_mean("capacity_factor", ("design", "teams"), "1", factor),
        **_mean("racks_units_per_h", ("design",), "units/h", study.racks_units_per_h),
    }


def _people(design: Design) -> float:
    return float(sum(group.people for group in design.plant.line.operators))


def _mean(
    name: str, dims: tuple[str, ...], units: str, values: Floats, most: float = np.inf
) -> dict[str, tuple[tuple[str, ...], Floats, dict[str, str]]]:
    """Variable *name* and its half-width from *values* (replication, *dims)."""
    # A share can pass its bound by the luck of a short run: what is shipped in the weeks may have come before them.
    return {
        name: (dims, np.clip(values.mean(axis=0), 0.0, most), {"units": units}),
        f"{name}_half_width": (dims, np.clip(half_width(values), 0.0, most), {"units": units}),
    }
