"""Whole teams and crews: the cheapest that cover each month's demand, found before the hours are planned.

Labour is the indivisible part of the problem; hourly detail hardly changes which teams are cheapest. Teams come from a
small mixed-integer model of the months, crews from trying every mix of patterns on the arrivals that the teams cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from optimiser.burnin import CREW_UTILISATION, monthly_prices
from optimiser.compiling import compile_model
from optimiser.employment import Beginning, add_employment, employment_terms
from optimiser.inputs import Inputs, LineInputs
from optimiser.labour import crews_needed, keep_pattern, most_line_crews, usd_per_week
from optimiser.model import MONTHS, Expression, Model, total
from optimiser.solver import Settings, solve
from optimiser.timegrid import TimeGrid
from sites.clock import Calendar
from sites.errors import InfeasibleError
from twin.model.money import yearly_cost
from twin.model.plant import Plant

Array = NDArray[np.float64]
# capacity above demand: starts, ends of months and the crews' hours cost a little of it. Where the year falls short
# with one margin the next is taken: half a per cent of teams is 0.4 % of the cost that is decided
COVER_MARGINS = (1.005, 1.01)
COVER_MARGIN = COVER_MARGINS[-1]
MOST_CREWS = 3  # chosen: every mix is tried, and their number grows with the third power
HANDLING_LAG_H = 8  # wait for loading, for a start outside the dear hours, and for unloading
HANDLING_SHARE = 0.9  # of the crews' time: the plan will not load first come, first served, and needs room for it
QUICK_TEAM_GAP = 0.0075
TEAM_GAP = 0.003  # of labour cost; the months are alike, and closing the rest by branching would take minutes
TEAM_S = 60.0  # most seconds of the choice of teams; a run that needs them all says that it is not repeatable


@dataclass(frozen=True, eq=False)
class Staffing:
    """Chosen teams and crews (month, pattern place) and the stock that carries months; *by_time*: a clock ended the
    choice of teams, so that another run may choose others."""

    teams: Array
    crews: Array
    stock: Array
    by_time: bool = False


def month_capacity(inputs: Inputs, line: LineInputs, *, closed: bool = True) -> Array:
    """Good units that one team can make (calendar month, labour month, pattern): its working hours differ by month.

    In a year that is not *closed* nothing of its last hours is ready in its January.
    """
    calendar = inputs.calendar
    labour_month = calendar.labour_month if closed else opening_labour_month(calendar)
    good = line.shipped_share
    capacity = np.zeros((MONTHS, MONTHS, line.capacity_units_per_h.shape[0]))
    ready_in = ready_month(inputs)
    if not closed:
        ready_in = np.where(ready_in < calendar.month, MONTHS, ready_in)
    for month in range(MONTHS):
        for labour in range(MONTHS):
            hours = (ready_in == month) & (labour_month == labour)
            capacity[month, labour] = good * line.capacity_units_per_h[:, hours].sum(axis=1)
    return capacity


def opening_labour_month(calendar: Calendar) -> NDArray[np.int64]:
    """Month whose shift pattern is worked in each hour (8760) of a year that begins from nothing.

    The days before January's first Monday, December's otherwise, belong to January.
    """
    return np.where(calendar.labour_month > calendar.month, calendar.month, calendar.labour_month)


def ready_month(inputs: Inputs) -> NDArray[np.int64]:
    """Month in which a unit that reaches the burn-in door in each hour (8760) can be unloaded: it must burn first."""
    lag_h = round(inputs.plant.burn_in.hours) + HANDLING_LAG_H
    return np.roll(inputs.calendar.month, -lag_h)


def choose_teams(
    inputs: Inputs,
    line: LineInputs,
    grid: TimeGrid,
    settings: Settings,
    beginning: Beginning | None = None,
    margin: float = COVER_MARGIN,
) -> tuple[Array, Array, bool]:
    """Return whole teams (month, pattern), the stock at each month's end, and whether a clock ended the search.

    They make *margin* times the demand. The year closes on itself, unless a *beginning* says who is employed when it
    starts, with no stock; then demand that cannot be met in its month is lost at a unit's value. Raises
    `InfeasibleError` when no staffing of all cells makes the demand of a closed year.
    """
    closed = beginning is None
    plant = inputs.plant
    places = range(len(plant.patterns))
    keys = [(month, place) for month in range(MONTHS) for place in places]
    capacity = month_capacity(inputs, line, closed=closed)
    cost = usd_per_week(plant, inputs.site, plant.line.crew.people)
    hold, _ = monthly_prices(plant)

    model = Model(grid)
    teams = model.counts("teams", keys, plant.line.cells)
    stock = model.monthly("stock", at_most=float(line.demand_units.max()))
    months, families = plant.labour.keep_pattern_months, plant.pattern_families
    keep_pattern(model, teams, keys, months, plant.line.cells, families, closed=closed)
    lost = None if closed else model.monthly("lost", at_most=margin * float(line.demand_units.max()))

    @model.each_month
    def one_team_a_cell(month: int) -> Expression:
        """sum_p teams[m, p] <= cells"""
        return total(teams[month, place] for place in places) <= plant.line.cells

    @model.each_month
    def demand_is_covered(month: int) -> Expression:
        """stock[m-1] + capacity of the month's teams >= margin x demand[m] + stock[m]"""
        made = total(
            float(capacity[month, labour, place]) * teams[labour, place]
            for labour, place in keys
            if capacity[month, labour, place] > 0
        )
        before = stock[(month - 1) % MONTHS] if closed or month > 0 else 0.0
        missed = 0.0 if lost is None else lost[month]
        return before + made + missed >= margin * float(line.demand_units[month]) + stock[month]

    paid = total(float(line.weeks[month] * cost[place]) * teams[month, place] for month, place in keys)
    kept = add_employment(
        model,
        crews_needed(plant, teams),
        employment_terms(plant, inputs.site, plant.line.crew.people),
        line.weeks,
        max(most_line_crews(plant), beginning.crews if beginning is not None else 0.0),
        beginning,
    )
    held = total(hold * stock[month] for month in range(MONTHS))
    missed = 0.0 if lost is None else total(plant.product.value_usd * lost[month] for month in range(MONTHS))
    model.minimise(paid + kept + held + missed)

    try:
        matrices = compile_model(model)
        found = solve(
            matrices,
            Settings(
                gap=TEAM_GAP if settings.gap is None else settings.gap,
                threads=settings.threads,
                seed=settings.seed,
                time_limit_s=TEAM_S,
                deadline=settings.deadline,
            ),
        )
    except InfeasibleError as error:
        most = capacity.sum(axis=1).max(axis=1) * plant.line.cells
        worst = int(np.argmin(most / np.maximum(line.demand_units, 1.0)))
        raise InfeasibleError(
            f"demand: no pattern of the menu makes {line.demand_units[worst]:,.0f} good units in month {worst + 1}; "
            f"all {plant.line.cells} cells on the longest pattern make {most[worst]:,.0f}. "
            f"{_payroll_words(plant)}Lower demand.units_per_working_day, add line.cells, or add a longer pattern."
        ) from error
    teams = np.zeros((MONTHS, len(plant.patterns)))
    for key, value in zip(matrices.keys["teams"], found.value("teams"), strict=True):
        teams[key] = round(value)
    return teams, np.round(found.value("stock"), 6), found.by_time


def _payroll_words(plant: Plant) -> str:
    """What the payroll's limit has to do with a demand that cannot be met; empty without a limit."""
    most = plant.labour.most_direct_people
    return "" if most is None else f"labour.most_direct_people lets {most} stand at line and racks: raise it. "


def choose_crews(inputs: Inputs, line: LineInputs, grid: TimeGrid, teams: Array) -> list[Array]:
    """Return crew counts by pattern, best first, by trying every mix of up to three crews on the arrivals.

    Each mix loads and unloads first come, first served on the representative weeks; it costs its wages, the holding
    cost of units that wait, and the racks and demand charge that its busiest hour asks for.
    """
    plant = inputs.plant
    rules = plant.burn_in
    patterns = len(plant.patterns)
    steady = [place for place, pattern in enumerate(plant.patterns) if pattern.overtime_of is None]
    mixes = np.array(
        [
            [mix.count(place) for place in range(patterns)]
            for size in range(1, min(MOST_CREWS, plant.labour.most_burn_in_crews) + 1)
            for mix in combinations_with_replacement(steady, size)
        ],
        dtype=float,
    )
    hours = grid.hour
    arrivals = _arrivals(line, grid, teams)
    share = line.staffed_share[:, hours]
    each_min = 0.5 * (rules.load_min + rules.unload_min)
    able = 60.0 * rules.people_per_crew * CREW_UTILISATION * HANDLING_SHARE / max(each_min, 1e-9)
    moves = mixes @ share * able
    run_h = round(rules.hours)
    length = len(hours)
    waiting, done = np.zeros(len(mixes)), np.zeros(len(mixes))
    loads = np.zeros((length, len(mixes)))
    waited, busiest, handled = np.zeros(len(mixes)), np.zeros(len(mixes)), np.zeros(len(mixes))
    back = grid.back(run_h)
    burning = np.zeros(len(mixes))
    for lap in range(2):  # the first lap fills the racks
        for t in range(length):
            finished = loads[back[t]]
            done += finished
            unloads = np.minimum(done, moves[:, t])
            done -= unloads
            waiting += arrivals[t]
            loads[t] = np.minimum(waiting, moves[:, t] - unloads)
            waiting -= loads[t]
            burning += loads[t] - finished
            if lap:
                waited += grid.weight[t] * (waiting + done)
                busiest = np.maximum(busiest, burning + done)
                handled += grid.weight[t] * unloads
    money = plant.money
    rack = plant.equipment.racks
    rack_usd = rack.usd_each * inputs.site.construction.cost_index
    slot_usd = yearly_cost(rack_usd, money.discount_rate, money.horizon_years, rack.life_years) / (rules.slots_per_rack)
    demand_usd = plant.product.power_kw * sum(row.usd_per_kw for row in inputs.tariff.demand)
    people = rules.crew_people
    a_crew = employment_terms(plant, inputs.site, people).turnover_usd_per_week
    weekly = usd_per_week(plant, inputs.site, people) + a_crew * np.array([pattern.crews for pattern in plant.patterns])
    wages = (mixes @ weekly) * float(line.weeks.sum())
    wanted = float((grid.weight * arrivals).sum())
    behind = np.maximum(wanted - handled, 0.0) - 0.002 * wanted
    cost = wages + plant.holding_usd_per_unit_h * waited + (slot_usd + demand_usd) * busiest
    if plant.labour.most_direct_people is not None:
        pattern_crews = np.array([pattern.crews for pattern in plant.patterns])
        left = plant.labour.most_direct_people - plant.line.crew.size * float((teams @ pattern_crews).max())
        cost += np.where(rules.people_per_crew * (mixes @ pattern_crews) > left, np.inf, 0.0)
        if not np.isfinite(cost).any():
            raise InfeasibleError(
                f"demand: the line's crews leave {left:,.0f} of labour.most_direct_people for burn-in crews, none fits "
                "-> raise it, or lower demand.units_per_working_day"
            )
    cost += np.where(behind > 0, plant.product.value_usd * behind, 0.0)
    return [mixes[place] for place in np.argsort(cost, kind="stable")]


def _arrivals(line: LineInputs, grid: TimeGrid, teams: Array) -> Array:
    """Units an hour that reach the burn-in door when the teams make no more than the month's demand (T)."""
    capacity = np.einsum("pt,tp->t", line.capacity_units_per_h[:, grid.hour], teams[grid.labour_month])
    wanted = np.zeros(len(grid))
    for month in range(MONTHS):
        hours = grid.month == month
        able = float((grid.weight * capacity)[hours].sum()) * line.shipped_share
        wanted[hours] = min(1.0, float(line.demand_units[month]) / able) if able > 0 else 0.0
    return np.asarray(capacity * wanted * (1.0 + line.return_share))


def choose_staffing(
    inputs: Inputs, line: LineInputs, grid: TimeGrid, settings: Settings, margin: float = COVER_MARGIN
) -> list[Staffing]:
    """Return staffings worth trying, the most promising first: one set of teams, several mixes of crews.

    The teams make *margin* times the demand.
    """
    teams, stock, by_time = choose_teams(inputs, line, grid, settings, margin=margin)
    ranked = choose_crews(inputs, line, grid, teams)
    return [Staffing(teams, np.tile(mix, (MONTHS, 1)), stock, by_time) for mix in ranked]
