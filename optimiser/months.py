"""The cost of whole teams and crews that no plan can undercut: a model of the months alone, relaxed in all else.

Why it bounds. Take any plan of the full year with whole teams and crews. Its teams, crews, payroll, stock and shortage
satisfy every row below: (a) pattern, cell and payroll rows are the plan's own; (b) what is unloaded until the end of a
month was made by teams at least `burn_in.hours` before it, within their capacity, so that, counted from January on,
good units made cover demand, where units on their way at a month's end (`under_way`, at most what racks and the queue
before them hold) come for nothing; (c) every unit loaded and unloaded takes its minutes from crews who are there in
the same month or, for units under way, in the next. The costs below are terms of the plan's objective, all others are
at least what the full-year relaxation finds. So the least of this sum may be added to that relaxation as a row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimiser.burnin import CREW_UTILISATION, monthly_prices
from optimiser.compiling import compile_model
from optimiser.inputs import Inputs, LineInputs
from optimiser.labour import add_labour
from optimiser.matrices import safe_bound
from optimiser.model import MONTHS, Expression, Model, total
from optimiser.solver import Settings, solve
from optimiser.timegrid import TimeGrid

Array = NDArray[np.float64]
SAFETY = 1e-6  # of the bound: tolerances of the solver


def labour_floor_usd(inputs: Inputs, line: LineInputs, grid: TimeGrid, settings: Settings) -> tuple[float, bool]:
    """Return a proven lower bound on labour, holding of stock and shortage [usd/year] with whole teams and crews.

    The dual bound of a mixed-integer model, however far its search came: to *settings.gap*, or until time ran out,
    and then the second value is True. Constants excluded.
    """
    found = solve(compile_model(_months_model(inputs, line, grid)), settings)
    return found.bound - SAFETY * abs(found.bound), found.by_time


def divisible_floor_usd(inputs: Inputs, line: LineInputs, grid: TimeGrid) -> float:
    """Return the same bound with teams and crews that may be divided: looser, and found in a moment."""
    matrices = compile_model(_months_model(inputs, line, grid)).relaxed()
    return safe_bound(matrices, solve(matrices, Settings(methods=("simplex",))).prices)


def _months_model(inputs: Inputs, line: LineInputs, grid: TimeGrid) -> Model:
    """Teams, crews, payroll, stock and shortage by month, with the rows of this module's argument."""
    plant, calendar = inputs.plant, inputs.calendar
    rules = plant.burn_in
    months, places = range(MONTHS), range(len(plant.patterns))
    model = Model(grid)
    staff, flows = add_labour(model.within("labour"), inputs, line)
    most_under_way = 6.0 * rules.most_racks * rules.slots_per_rack  # bounds of the model's waiting and held units
    stock = model.monthly("stock_units", at_most=float(line.demand_units.max()))
    shortage = model.monthly("shortage_units", at_most=float(line.demand_units.max()))
    under_way = model.monthly("under_way_units", at_most=most_under_way)
    most_made = plant.line.cells * float(line.capacity_units_per_h.max(axis=0).sum())  # all cells, all year
    made = model.monthly("made_units", at_most=most_made)
    handled = model.monthly("handled_units", at_most=most_under_way + (1.0 + line.return_share) * most_made)
    ready = np.roll(calendar.month, -round(rules.hours))
    capacity = np.zeros((MONTHS, MONTHS, len(plant.patterns)))
    minutes = np.zeros((MONTHS, MONTHS, len(plant.patterns)))
    for month in months:
        for labour in months:
            of_labour = calendar.labour_month == labour
            capacity[month, labour] = line.capacity_units_per_h[:, of_labour & (ready == month)].sum(axis=1)
            minutes[month, labour] = line.staffed_share[:, of_labour & (calendar.month == month)].sum(axis=1)
    minutes *= 60.0 * rules.people_per_crew * CREW_UTILISATION
    keys = [(labour, place) for labour in months for place in places]

    @model.each_month
    def made_by_teams(month: int) -> Expression:
        """made[m] <= sum of capacity of the teams in hours from which a unit can be done in m"""
        return made[month] <= total(
            float(capacity[month, key[0], key[1]]) * staff.teams[key]
            for key in keys
            if capacity[month, key[0], key[1]] > 0
        )

    @model.each_month
    def under_way_follows(month: int) -> Expression:
        """under_way[m] = under_way[m-1] + (1 + return share) made[m] - handled[m]"""
        arriving = (1.0 + line.return_share) * made[month]
        return under_way[month] == under_way[(month - 1) % MONTHS] + arriving - handled[month]

    @model.each_month
    def handled_by_crews(month: int) -> Expression:
        """unload min x handled[m] <= sum of minutes of the crews (loading may have been in the month before)"""
        return rules.unload_min * handled[month] <= total(
            float(minutes[month, key[0], key[1]]) * staff.crews[key]
            for key in keys
            if minutes[month, key[0], key[1]] > 0
        )

    @model.once
    def all_is_loaded_and_unloaded() -> Expression:
        """(load min + unload min) x sum of handled <= sum of all minutes of the crews"""
        there = minutes.sum(axis=0)
        return (rules.load_min + rules.unload_min) * total(handled[month] for month in months) <= total(
            float(there[key]) * staff.crews[key] for key in keys
        )

    good = line.shipped_share / (1.0 + line.return_share)

    @model.each_month
    def demand_is_met(month: int) -> Expression:
        """stock[m] = stock[m-1] + good share x handled[m] - demand[m] + shortage[m]"""
        before = stock[(month - 1) % MONTHS]
        return stock[month] == before + good * handled[month] - float(line.demand_units[month]) + shortage[month]

    hold, value = monthly_prices(plant)
    model.minimise(flows.cost["labour"] + total(hold * stock[month] + value * shortage[month] for month in months))
    return model
