"""A year on one shift pattern without a plan: the fewest teams, an even pace, and burn-in as soon as a unit arrives."""

from __future__ import annotations

from calendar import month_name
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from optimiser.burnin import CREW_UTILISATION, SLOT_UTILISATION, rack_availability
from optimiser.employment import employment_terms
from optimiser.inputs import Inputs, LineInputs
from optimiser.labour import usd_per_week
from optimiser.staffing import COVER_MARGINS
from sites.errors import InfeasibleError
from twin.model.plant import Plant

Array = NDArray[np.float64]
Places = NDArray[np.int64]
HOURS = 8760
QUARTERS = 4
MONTHS_OF_QUARTER = 3
MOST_ROUNDS = 8
DUST = 1e-6


@dataclass(frozen=True, eq=False)
class BurnIn:
    """Burn-in on arrival, hour by hour (8760): *unloads_per_h*, and units at each hour's end.

    *waiting_units* for a loader; *held_units* in slots; *burning_units* of those; *lag_h* hours from the door until
    the last unit of each hour is unloaded.
    """

    unloads_per_h: Array
    waiting_units: Array
    held_units: Array
    burning_units: Array
    lag_h: Places


@dataclass(frozen=True, eq=False)
class Work:
    """A year's work: whole teams by quarter, crews and racks, units made [units/h], good units and stock by month."""

    teams_by_quarter: tuple[int, ...]
    crews: int
    racks: int
    made_per_h: Array
    burn_in: BurnIn
    good_units: Array
    stock_units: Array


def keeps_pattern(teams: Array, keep_months: int) -> bool:
    """Return whether whole *teams* by quarter (4) keep their pattern *keep_months* months, over the turn of the year.

    The plan's own rule: number[q] >= sum of newcomers[q-k] for k = 0 to quarters kept - 1; a year or more: all equal.
    """
    if keep_months >= QUARTERS * MONTHS_OF_QUARTER:
        return bool(np.all(teams == teams[0]))
    newcomers = np.maximum(teams - np.roll(teams, 1), 0.0)
    staying = sum(np.roll(newcomers, back) for back in range(-(-keep_months // MONTHS_OF_QUARTER)))
    return bool(np.all(teams >= staying))


def fewest_teams(
    capacity: Array, wanted: Array, weeks: Array, cells: int, keep_months: int, change_weeks: float = 0.0
) -> tuple[int, ...]:
    """Return the teams of each quarter that cost the fewest paid weeks and keep up with what is wanted.

    *capacity* (12, 4) good units of one team, by month in which they are ready and quarter in which it works; *wanted*
    (12) good units; *weeks* (4) of pay; *cells* the most teams; *keep_months* that a team keeps its pattern;
    *change_weeks* of pay that hiring a team and releasing it again costs. Stock may carry within a quarter, not beyond
    it. Raises `InfeasibleError` naming the months that all cells cannot make.
    """
    by_quarter = np.cumsum(wanted.reshape(QUARTERS, MONTHS_OF_QUARTER), axis=1)

    def enough(teams: Array) -> NDArray[np.bool_]:
        made = np.cumsum((capacity @ teams).reshape(QUARTERS, MONTHS_OF_QUARTER), axis=1)
        return np.asarray((made >= by_quarter - DUST).all(axis=1))

    def least(quarter: int) -> int:
        """Fewest teams of a quarter when the other quarters, which share weeks with it, have all they can."""
        teams = np.full(QUARTERS, float(cells))
        for number in range(cells):
            teams[quarter] = number
            if enough(teams)[quarter]:
                return number
        return cells

    if not enough(np.full(QUARTERS, float(cells))).all():
        most = np.cumsum((capacity.sum(axis=1) * cells).reshape(QUARTERS, MONTHS_OF_QUARTER), axis=1)
        quarter, last = np.unravel_index(np.argmax(by_quarter - most), most.shape)
        first = MONTHS_OF_QUARTER * int(quarter) + 1
        raise InfeasibleError(
            f"all {cells} cells make {most[quarter, last]:,.0f} good units from {month_name[first]} to "
            f"{month_name[first + int(last)]}, demand with its cover is {by_quarter[quarter, last]:,.0f}"
        )
    # the same teams all year will do; no quarter may take more than what that pays for and the others leave of it
    same = next(number for number in range(cells + 1) if enough(np.full(QUARTERS, float(number))).all())
    fewest = np.array([least(quarter) for quarter in range(QUARTERS)])
    spare_weeks = same * weeks.sum() - weeks @ fewest
    most_teams = np.minimum(fewest + np.floor(spare_weeks / weeks + DUST), cells).astype(int)
    ranges = [range(low, high + 1) for low, high in zip(fewest.tolist(), most_teams.tolist(), strict=True)]
    tried = (np.array(teams) for teams in product(*ranges))
    choices = [teams for teams in tried if keeps_pattern(teams, keep_months) and enough(teams).all()]

    def paid_weeks(teams: Places) -> float:
        return float(weeks @ teams + change_weeks * np.maximum(teams - np.roll(teams, 1), 0).sum())

    best = min(choices, key=lambda teams: (paid_weeks(teams), teams.tolist()))
    return tuple(int(number) for number in best)


def even_pace(capacity: Array, wanted: Array) -> Array:
    """Return the most even share of *capacity* [units] in each month by which what is *wanted* [units] is never late.

    Both cover the months of one quarter. A month that would come short at the quarter's mean pace raises the pace of
    the months up to it.
    """
    pace = np.zeros(len(wanted))
    first = 0
    while first < len(wanted):
        able = np.cumsum(capacity[first:])
        asked = np.cumsum(wanted[first:])
        rate = np.divide(asked, able, out=np.where(asked > DUST, np.inf, 0.0), where=able > 0)
        last = first + len(rate) - int(np.argmax(rate[::-1]))
        pace[first:last] = rate.max()
        first = last
    return pace


def served(arrivals: Array, able: Array) -> tuple[Array, Array]:
    """Return units served in each hour and units left waiting at its end, first come, first served.

    *arrivals* and *able* [units/h] (8760) repeat every year; the year that is returned begins with the queue that the
    year before has left. Raises `InfeasibleError` when the queue grows from year to year.
    """
    total = np.cumsum(np.tile(arrivals - able, 2))
    queue = total - np.minimum(np.minimum.accumulate(total), 0.0)
    if queue[-1] > queue[HOURS - 1] + DUST:
        raise InfeasibleError("the queue grows from year to year")
    waiting = queue[HOURS:]
    return arrivals - np.diff(queue[HOURS - 1 :]), waiting


def burn_in_on_arrival(plant: Plant, line: LineInputs, place: int, crews: int, made_per_h: Array) -> BurnIn:
    """Load units as soon as they arrive, start them in the next hour, unload them when the crews have time left.

    *place* of the pattern on which *crews* work; *made_per_h* good units at the door for the first time (8760). The
    same timing as the plan's: an hour from the door to the slot, one to the start, and *burn_in.hours* of burning.
    Raises `InfeasibleError` when the crews do not keep up.
    """
    rules = plant.burn_in
    run_h = round(rules.hours)
    load_min, unload_min = max(rules.load_min, 1e-3), max(rules.unload_min, 1e-3)
    minutes = 60.0 * rules.people_per_crew * CREW_UTILISATION * crews * line.staffed_share[place]
    arrivals = (1.0 + line.return_share) * np.roll(made_per_h, 1)
    loads, waiting = served(arrivals, minutes / load_min)
    starts = np.roll(loads, 1)
    burning = np.sum([np.roll(starts, step) for step in range(run_h)], axis=0)
    unloads, done = served(np.roll(starts, run_h), np.maximum(minutes - load_min * loads, 0.0) / unload_min)
    held = loads + burning + done
    # first come, first served: the last unit of an hour leaves when as many have left as were there and have come
    within = waiting[-1] + held[-1]
    left = np.cumsum(np.tile(unloads, 3))
    leaves = np.searchsorted(left, within + np.cumsum(arrivals) - DUST)
    # an hour's arrivals were made in the hour before
    lag_h = np.roll(leaves - np.arange(HOURS) + 1, -1)
    return BurnIn(unloads, waiting, held, burning, lag_h)


def work_on_pattern(inputs: Inputs, line: LineInputs, place: int) -> Work:
    """Return the year's work with all teams and burn-in crews on the pattern at *place* of the menu.

    The fewest crews that keep up, and the racks that burn-in on arrival then asks for. Raises `InfeasibleError` with
    the reason when all cells, crews or racks are not enough.
    """
    reason = "no burn-in crew is allowed"
    for crews in range(1, inputs.plant.labour.most_burn_in_crews + 1):
        try:
            work = _work(inputs, line, place, crews)
        except _CrewsBehindError:
            reason = f"{crews} burn-in crews do not load and unload what the line makes"
            continue
        most = inputs.plant.burn_in.most_racks
        if work.racks <= most:
            return work
        reason = f"burn-in on arrival needs {work.racks} racks with {crews} crews, the hall takes {most}"
    raise InfeasibleError(reason)


class _CrewsBehindError(Exception):
    """So many crews do not keep up; more might."""


def _work(inputs: Inputs, line: LineInputs, place: int, crews: int) -> Work:
    """The year's work with a number of *crews*.

    In which month a unit counts depends on when it is unloaded, and that on the pace: repeated until no unit is later
    than was allowed for.
    """
    plant, calendar = inputs.plant, inputs.calendar
    weeks = line.weeks.reshape(QUARTERS, MONTHS_OF_QUARTER).sum(axis=1)
    lag_h = np.full(HOURS, round(plant.burn_in.hours) + 2)
    for number in range(MOST_ROUNDS):
        month = calendar.month[(np.arange(HOURS) + lag_h) % HOURS]
        capacity = _capacity(inputs, line, place, month)
        wanted = COVER_MARGINS[0] * line.demand_units
        try:
            kept, change = plant.labour.keep_pattern_months, _change_weeks(inputs, place)
            teams = fewest_teams(capacity, wanted, weeks, plant.line.cells, kept, change)
        except InfeasibleError as error:
            if number == 0:
                raise  # the cells are too few however many crews there are
            raise _CrewsBehindError from error
        made = _made(inputs, line, place, month, teams, capacity)
        try:
            burn_in = burn_in_on_arrival(plant, line, place, crews, made)
        except InfeasibleError as error:
            raise _CrewsBehindError from error
        later = (burn_in.lag_h > lag_h) & (made > 0)
        if not later.any():
            break
        lag_h = np.where(later, burn_in.lag_h, lag_h)
    good_share = line.shipped_share / (1.0 + line.return_share)
    good: Array = good_share * np.bincount(calendar.month, burn_in.unloads_per_h, minlength=12).astype(np.float64)
    ahead = np.cumsum(good - line.demand_units)
    slots = plant.burn_in.slots_per_rack * rack_availability(plant) * SLOT_UTILISATION
    racks = max(int(np.ceil(burn_in.held_units.max() / slots - DUST)), plant.burn_in.least_racks)
    # the stock closes over the year, as the plan's does; it is never below nil, so every month's demand is met
    return Work(teams, crews, racks, made, burn_in, good, ahead - min(float(ahead.min()), 0.0))


def _capacity(inputs: Inputs, line: LineInputs, place: int, month: Places) -> Array:
    """Good units that one team can make (month in which they are ready, quarter in which it works)."""
    quarter = inputs.calendar.labour_month // MONTHS_OF_QUARTER
    good = line.shipped_share * line.capacity_units_per_h[place]
    table = np.bincount(month * QUARTERS + quarter, good, minlength=12 * QUARTERS)
    return np.asarray(table.reshape(12, QUARTERS), dtype=np.float64)


def _made(
    inputs: Inputs, line: LineInputs, place: int, month: Places, teams: tuple[int, ...], capacity: Array
) -> Array:
    """Units at the door in each hour (8760) at an even pace that meets each quarter's demand and none before it."""
    able = (capacity @ np.array(teams, dtype=float)).reshape(QUARTERS, MONTHS_OF_QUARTER)
    wanted = line.demand_units.reshape(QUARTERS, MONTHS_OF_QUARTER)
    pace = np.concatenate([even_pace(able[quarter], wanted[quarter]) for quarter in range(QUARTERS)])
    staffed = np.array(teams, dtype=float)[inputs.calendar.labour_month // MONTHS_OF_QUARTER]
    return np.asarray(pace[month] * staffed * line.capacity_units_per_h[place])


def _change_weeks(inputs: Inputs, place: int) -> float:
    """Weeks of a team's pay that hiring its crews and releasing them again costs."""
    plant, site = inputs.plant, inputs.site
    people = plant.line.crew.people
    terms = employment_terms(plant, site, people)
    each_usd = plant.patterns[place].crews * (terms.hire_usd + terms.release_usd)
    return float(each_usd / usd_per_week(plant, site, people)[place])
