"""The second pass: chillers' coefficients made to fit the true curves at the loads that the first pass found.

The linear form lets any share of the installed chillers run; real ones switch as whole machines. At the loads of a
plan the true power is known, so each hour's coefficient is scaled by true over modelled power, the sizes are kept, and
the year is operated once more. What was bought is not looked at again: it was sized on the design conditions.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimiser.hall_plan import line_loads
from optimiser.inputs import Inputs
from optimiser.plan import hourly, table
from optimiser.search import Found, Progress, Year, full_year, operate
from optimiser.solver import Settings
from sites.errors import InfeasibleError
from twin.model.thermal.chiller import bank_power_kw, chords

Array = NDArray[np.float64]
SOME_LOAD_KW_TH = 1.0  # less is the solver's rounding: no coefficient follows from it
MOST_CHANGE = 3.0  # a load far below one machine's range must not throw its hour's coefficient off


def modelled_kw(inputs: Inputs, chillers: float, load_kw_th: Array) -> Array:
    """Chiller power of the linear form [kW]: full-load ratio x the highest of constant x capacity + slope x load."""
    capacity = chillers * inputs.chiller_kw_th
    lines = chords(inputs.plant.equipment.chiller)
    return np.asarray(inputs.chiller_ratio * np.max([c * capacity + s * load_kw_th for c, s in lines], axis=0))


def fitted(inputs: Inputs, chillers: float, load_kw_th: Array) -> Inputs:
    """Return *inputs* whose hourly coefficient gives the true power of so many *chillers* at *load_kw_th* (8760).

    Hours without a load take the mean factor of the others, for the second pass may put some there.
    """
    linear_kw = modelled_kw(inputs, chillers, load_kw_th)
    true_kw, _ = bank_power_kw(inputs.plant.equipment.chiller, round(chillers), load_kw_th, inputs.outdoor_c)
    loaded = (load_kw_th > SOME_LOAD_KW_TH) & (linear_kw > 0)
    if not loaded.any():
        return inputs
    factor = np.full_like(linear_kw, float(true_kw[loaded].sum() / linear_kw[loaded].sum()))
    factor[loaded] = np.clip(true_kw[loaded] / linear_kw[loaded], 1.0 / MOST_CHANGE, MOST_CHANGE)
    return replace(inputs, chiller_ratio=inputs.chiller_ratio * factor)


def halls_fitted(inputs: Inputs, first: Found) -> tuple[Inputs, Array]:
    """Return *inputs* whose conditioned halls need, at the loads of the *first* plan, what they truly need there.

    And by how much that is more cold [kW_th] (8760) than the plan gave them: the load that their chillers have then.
    """
    load, line = inputs.assembly.conditioned, inputs.line
    if load is None or load.linear is None or line is None:
        return inputs, np.zeros(8760)
    teams = np.round(table(first.solution, "labour_teams", (12, len(inputs.plant.patterns))))
    loads = line_loads(inputs, line, hourly(first.solution, "line_made_per_h"), teams)
    fit = load.fitted(*loads)
    assert fit.linear is not None
    more = fit.linear.usual_cooling_kw_th - 1000.0 * hourly(first.solution, "halls_cooling_mw")
    return replace(inputs, assembly=replace(inputs.assembly, conditioned=fit)), more


def second_pass(
    inputs: Inputs, first: Found, settings: Settings, progress: Progress, correction: float = 1.0
) -> tuple[Inputs, Found]:
    """Operate the year of the *first* plan once more on coefficients that fit its loads; return both.

    *correction* multiplies the fitted power (from an earlier play-back). Returns what was given where the plan has no
    chillers, or where the year cannot be closed on the fitted coefficients.
    """
    name = "chilled_water_cooling_mw"
    if name not in first.solution.matrices.columns:
        return inputs, first
    chillers = float(first.solution.scalar("chilled_water_chillers"))
    halls, more = halls_fitted(inputs, first)
    fit = fitted(halls, chillers, np.maximum(1000.0 * first.solution.value(name) + more, 0.0))
    if fit is halls:
        return inputs, first
    fit = replace(fit, chiller_ratio=fit.chiller_ratio * correction)
    progress("operating once more on the chillers' true curves")
    year: Year = full_year(fit)
    try:
        solution = operate(fit, year, first.design, settings, lambda _: None)
    except InfeasibleError:
        progress("the year cannot be closed on the true curves: the first pass is kept")
        return inputs, first
    return fit, replace(first, facility=year.facility, solution=solution)
