"""The work of a year that begins from nothing: teams by month, an even pace, burn-in on arrival in given racks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimiser.burnin import CREW_UTILISATION, SLOT_UTILISATION, mean_survival, rack_availability
from optimiser.employment import Beginning, first_hire_month
from optimiser.inputs import Inputs, LineInputs
from optimiser.model import MONTHS
from optimiser.solver import Settings
from optimiser.staffing import choose_teams, opening_labour_month
from optimiser.timegrid import without_hours
from sites.clock import Calendar
from twin.model.plant import Plant
from twin.model.ramp_rules import committed_months
from twin.model.thermal.hydro_reach import carried_by_air_kw, carried_by_water_kw
from twin.study import ramp_water_cooled
from twin.study.business_as_usual import HOURS, MOST_ROUNDS

Array = NDArray[np.float64]
Places = NDArray[np.int64]
DUST = 1e-6
LAST_DAYS_H = 8 * 24  # of a month: crews that keep up have worked off their queue once in that time, weekend or not
WORKED_OFF_UNITS = 1.0


@dataclass(frozen=True, eq=False)
class RampBurnIn:
    """Burn-in from an empty hall, hour by hour (8760): units *unloaded*, and at each hour's end *waiting* for a slot or
    a loader, *held* in slots, *burning* and *done* of those; *leaves*, the hour in which the last unit that arrived by
    each hour is unloaded (8760 when that is next year)."""

    unloaded: Array
    waiting: Array
    held: Array
    burning: Array
    done: Array
    leaves: Places


@dataclass(frozen=True, eq=False)
class RampWork:
    """Teams and burn-in crews (month, pattern), who is employed at the *line* and at the *racks* when the year begins,
    *pace* by month (share of the teams' capacity), units *made* at the door [units/h] (8760), burn-in, and good,
    shipped, stocked and lost units by month; *by_time*: a clock ended the choice of teams."""

    teams: Array
    crews: Array
    line: Beginning
    racks: Beginning
    pace: Array
    made: Array
    burn_in: RampBurnIn
    good_units: Array
    shipped_units: Array
    stock_units: Array
    shortage_units: Array
    by_time: bool


def ramp_line(inputs: Inputs, line: LineInputs) -> LineInputs:
    """Return the *line* with the demand of the first year: the mature demand times the ramp's percentage by month.

    The weeks of pay of the days before January's first Monday are January's.
    """
    percent = np.array(inputs.plant.demand.ramp_percent_by_month)
    weeks = np.bincount(opening_labour_month(inputs.calendar), minlength=MONTHS) / 168.0
    return replace(line, demand_units=line.demand_units * percent / 100.0, weeks=weeks)


def crew_ladder(plan_crews: Array, staffed_h: Array, most: int) -> list[Array]:
    """Return counts of burn-in crews by pattern, for none to *most* crews, on the patterns of a plan in turn.

    *plan_crews* (12, patterns) of the mature year; *staffed_h* (patterns) hours of work: the longest is taken first.
    """
    largest = np.round(plan_crews.max(axis=0)).astype(int)
    turn = [place for place in np.argsort(-staffed_h, kind="stable") for _ in range(largest[place])]
    if not turn:
        turn = [int(np.argmax(staffed_h))]
    places = np.array([turn[number % len(turn)] for number in range(most)], dtype=np.int64)
    return [np.bincount(places[:number], minlength=len(staffed_h)).astype(float) for number in range(most + 1)]


def paces(able: Array, wanted: Array) -> Array:
    """Return the share of their capacity at which the months (12) work, each no harder than what is *wanted* asks.

    *able* [units] (labour month worked, month ready; a last column for the year after); *wanted* [units] by month.
    What a month cannot make is made before it, in the nearest month with room; what none of them can is given up.
    """
    ready_by = np.cumsum(able, axis=1)
    pace = np.zeros(MONTHS)
    asked = 0.0
    for month in range(MONTHS):
        asked += float(wanted[month])
        missing = asked - float(ready_by[:, month] @ pace)
        for worked in range(month, -1, -1):
            room = float(ready_by[worked, month])
            if missing <= DUST or room <= 0:
                continue
            more = min(1.0 - pace[worked], missing / room)
            pace[worked] += more
            missing -= more * room
        asked -= max(missing, 0.0)
    return pace


def burn_in_in_racks(
    plant: Plant, line: LineInputs, minutes: Array, slots: float, burnable: Array, made: Array
) -> RampBurnIn:
    """Load units as they arrive while slots are free, start them in the next hour, unload them in the time left.

    *minutes* of crews by hour (8760); *slots* that may be used; *burnable* units by hour (8760) that power and cooling
    carry: nothing is loaded that would burn beyond them within its run; *made* good units at the door (8760).
    """
    rules = plant.burn_in
    run_h = round(rules.hours)
    load_min, unload_min = max(rules.load_min, 1e-3), max(rules.unload_min, 1e-3)
    arrivals = (1.0 + line.return_share) * np.concatenate([[0.0], made[:-1]])
    ahead = np.concatenate([burnable, np.full(run_h + 1, np.inf)])
    # the hour in which a run ends still has half of its power
    carried = np.lib.stride_tricks.sliding_window_view(ahead[1:], run_h + 1).min(axis=1)[:HOURS].tolist()
    loads = [0.0] * (HOURS + run_h + 1)  # loads[t + run_h + 1] is hour t: an index that never wraps
    series = np.zeros((5, HOURS))
    waiting = burning = done = 0.0
    for hour, (came, able_min, most) in enumerate(zip(arrivals.tolist(), minutes.tolist(), carried, strict=True)):
        finished = loads[hour]
        burning += loads[hour + run_h] - finished
        done += finished
        waiting += came
        load = max(min(waiting, able_min / load_min, slots - burning - done, most - burning), 0.0)
        unload = min(done, (able_min - load_min * load) / unload_min)
        waiting -= load
        done -= unload
        loads[hour + run_h + 1] = load
        series[:, hour] = unload, waiting, load + burning + done, burning, done
    leaves = np.searchsorted(np.cumsum(series[0]), np.cumsum(arrivals) - DUST).astype(np.int64)
    unloaded, waited, held, burned, stood = series
    return RampBurnIn(unloaded, waited, held, burned, stood, leaves)


def slots_of(plant: Plant, racks: float) -> float:
    """Return the slots of *racks* that a rule may count on: in order, and free at the right moment."""
    return racks * plant.burn_in.slots_per_rack * rack_availability(plant) * SLOT_UTILISATION


def burnable_units(inputs: Inputs, sizes: Mapping[str, float]) -> Array:
    """Return how many units may burn in each hour (8760) for their heat to be carried by the mature *sizes*.

    Fans where outdoor air may be used, with pads where it must be wetted; elsewhere coils and the chillers. What the
    assembly hall takes of the chillers is not known yet: where both together ask too much, burn-in is eased later.
    """
    hall = inputs.hall
    fans = sizes["ventilation_kw_th"] * hall.fan_capacity_share
    air = np.where(hall.pad_needed, np.minimum(fans, sizes["pads_kw_th"]), fans)
    cold = sizes["chillers_count"] * inputs.chiller_kw_th + ramp_water_cooled.capacity_kw_th(inputs, sizes)
    carried = np.where(hall.air_allowed, air, np.minimum(sizes["coils_kw_th"], cold))
    miners_kw = carried_by_air_kw(inputs.plant, carried)
    if inputs.plant.equipment.hydro is not None:
        miners_kw = np.minimum(miners_kw, carried_by_water_kw(inputs.plant, sizes, hall, inputs.outdoor_c))
    return np.asarray(miners_kw / (inputs.plant.product.power_kw * mean_survival(inputs.plant)))


def work_of_ramp(
    inputs: Inputs, line: LineInputs, plan_crews: Array, racks: float, burnable: Array, settings: Settings
) -> RampWork:
    """Return the work of the first year for a *line* with its demand (`ramp_line`).

    Teams: the cheapest whole ones that cover the demand, with the first payroll at the beginning. Burn-in crews: the
    fewest by month, never fewer than before, that work off their queue, on the patterns of *plan_crews*; the first
    payroll stands at the racks as far as they need it, and else at the line; until newcomers can start there are no
    more. Units are made at an even pace in their month or, where that is not enough, before it; what is not ready in
    its month is lost.
    """
    plant = inputs.plant
    rules, crew_size, each = plant.labour, plant.line.crew.size, plant.burn_in.people_per_crew
    direct = float(rules.direct_people_first_month)
    committed = committed_months(rules.commitment_until, plant.study_year)
    first_hire = first_hire_month(rules.hiring.lead_weeks)
    crews_of = np.array([pattern.crews for pattern in plant.patterns], dtype=float)
    ladder = crew_ladder(plan_crews, line.staffed_share.sum(axis=1), rules.most_burn_in_crews)
    most = np.full(MONTHS, len(ladder) - 1)
    affordable = [place for place, number in enumerate(ladder) if each * crews_of @ number <= direct + DUST]
    most[:first_hire] = max(affordable)
    at_racks = float(crews_of @ ladder[min(1, max(affordable))])
    while True:
        line_beginning = Beginning((direct - each * at_racks) / crew_size, committed, first_hire)
        teams, _, by_time = choose_teams(inputs, line, without_hours(), settings, line_beginning)
        number, pace, made, burn_in = _with_fewest_crews(inputs, line, teams, ladder, most, racks, burnable)
        crews = np.stack([ladder[count] for count in number])
        needed = float((crews @ crews_of)[:first_hire].max(initial=0.0))
        if needed <= at_racks + DUST:
            break
        at_racks = needed
    good_share = line.shipped_share / (1.0 + line.return_share)
    good: Array = good_share * np.bincount(inputs.calendar.month, burn_in.unloaded, minlength=MONTHS).astype(np.float64)
    shipped, stock = np.zeros(MONTHS), np.zeros(MONTHS)
    left = 0.0
    for month in range(MONTHS):
        shipped[month] = min(left + good[month], line.demand_units[month])
        left = stock[month] = left + good[month] - shipped[month]
    return RampWork(
        teams,
        crews,
        line_beginning,
        Beginning(at_racks, committed, first_hire),
        pace,
        made,
        burn_in,
        good,
        shipped,
        stock,
        line.demand_units - shipped,
        by_time,
    )


def _with_fewest_crews(
    inputs: Inputs, line: LineInputs, teams: Array, ladder: list[Array], most: Places, racks: float, burnable: Array
) -> tuple[Places, Array, Array, RampBurnIn]:
    """Places on the *ladder* of crews by month, pace, units made and burn-in: a month that falls behind gets one more,
    and so do those after it, up to the place that a month may have at *most* (12)."""
    number = np.minimum(1, most)
    labour_month = opening_labour_month(inputs.calendar)
    slots = slots_of(inputs.plant, racks)
    while True:
        crews = np.stack([ladder[count] for count in number])
        staffed = np.einsum("pt,tp->t", line.staffed_share, crews[labour_month])
        minutes = 60.0 * inputs.plant.burn_in.people_per_crew * CREW_UTILISATION * staffed
        pace, made, burn_in = _paced(inputs, line, teams, minutes, slots, burnable)
        queue = _least_queues(inputs.calendar, burn_in, slots, burnable)
        behind = np.flatnonzero((queue > WORKED_OFF_UNITS) & (number < most))
        if not behind.size:
            return number, pace, made, burn_in
        first = int(behind[0])
        number[first:] = np.maximum(number[first:], np.minimum(number[first] + 1, most[first:]))


def _least_queues(calendar: Calendar, burn_in: RampBurnIn, slots: float, burnable: Array) -> Array:
    """Fewest units in each month's last days (12) that the crews could have loaded or unloaded and have not."""
    room = np.maximum(np.minimum(slots - burn_in.held, burnable - burn_in.burning), 0.0)
    queue = burn_in.done + np.minimum(burn_in.waiting, room)
    ends = calendar.month_starts[1:]
    return np.array([queue[end - LAST_DAYS_H : end].min() for end in ends])


def _paced(
    inputs: Inputs, line: LineInputs, teams: Array, minutes: Array, slots: float, burnable: Array
) -> tuple[Array, Array, RampBurnIn]:
    """Pace by month, units made at it, and their burn-in.

    For which month a unit is made depends on when it is unloaded, and that on the pace: repeated until no unit is
    later than was allowed for.
    """
    calendar, plant = inputs.calendar, inputs.plant
    hour = np.arange(HOURS)
    worked = opening_labour_month(calendar)  # the pace changes with the teams, on a month's first Monday
    able = np.einsum("pt,tp->t", line.capacity_units_per_h, teams[worked])
    lag_h = np.full(HOURS, round(plant.burn_in.hours) + 2)
    months_and_after = np.append(calendar.month, MONTHS)
    for _ in range(MOST_ROUNDS):
        ready = months_and_after[np.minimum(hour + lag_h, HOURS)]
        size = (MONTHS, MONTHS + 1)
        place = worked * size[1] + ready
        table = np.bincount(place, line.shipped_share * able, minlength=size[0] * size[1])
        capacity = np.asarray(table.reshape(size), dtype=np.float64)
        pace = paces(capacity, line.demand_units)
        made = pace[worked] * able
        burn_in = burn_in_in_racks(plant, line, minutes, slots, burnable, made)
        needs_h = np.append(burn_in.leaves[1:], HOURS) - hour
        later = (needs_h > lag_h) & (made > 0)
        if not later.any():
            break
        lag_h = np.where(later, needs_h, lag_h)
    return pace, made, burn_in
