"""The second pass: whole machines in every hour, on curves that fit the loads which the first pass found.

The first pass lets any share of the installed machines run; real ones switch as whole machines. At the loads of its
plan the number of running machines that takes least true power is known for every hour: it is held, the chords of the
hour touch the curve at that load, what was bought is kept, and the year is operated once more. Sizes are not looked
at again: they were found for the design conditions.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimiser import hydro, water_cooled
from optimiser.banks import Running, running_at
from optimiser.hall_plan import line_loads
from optimiser.inputs import Inputs
from optimiser.plan import hourly, table
from optimiser.search import Found, Progress, Year, full_year, operate
from optimiser.solver import Settings
from sites.errors import InfeasibleError
from twin.model.thermal.chiller import (
    available_kw_th,
    bank_power_kw,
    bank_running,
    full_load_ratio,
    part_load,
)
from twin.model.thermal.hall_fans import hall_fans

Array = NDArray[np.float64]
SOME_LOAD_KW_TH = 1.0  # less is the solver's rounding: no coefficient follows from it
MOST_CHANGE = 3.0  # a load far below one machine's range must not throw its hour's coefficient off
CHILLER_LOAD, CHILLERS = "chilled_water_cooling_mw", "chilled_water_chillers"
HALL_AIR, MODULES, FAN_POWER = "hall_air_mw", "hall_modules", "hall_fans_power_mw"


def running_chillers(inputs: Inputs, chillers: int, load_kw_th: Array) -> tuple[Running, Array]:
    """Chillers that run with least power at *load_kw_th* (8760), and the full-load ratio by which their power is true.

    The ratio is the machine's own but in hours in which a single one cycles, which chords do not know.
    """
    chiller = inputs.plant.equipment.chiller
    load = np.where(load_kw_th > SOME_LOAD_KW_TH, load_kw_th, 0.0)
    # what the solver put a hair above the machines' capacity is theirs
    load = np.minimum(load, chillers * available_kw_th(chiller, inputs.outdoor_c))
    count = bank_running(chiller, chillers, load, inputs.outdoor_c)
    each = available_kw_th(chiller, inputs.outdoor_c)
    unloaded = chiller.minimum_unloading_ratio
    running = running_at(lambda ratio: part_load(chiller, np.maximum(ratio, unloaded)), count, load / each)
    ratio = full_load_ratio(chiller, inputs.outdoor_c)
    modelled_kw = ratio * each * running.power_share(load / each)
    true_kw, _ = bank_power_kw(chiller, chillers, load, inputs.outdoor_c)
    factor = np.divide(true_kw, modelled_kw, out=np.ones_like(load), where=(load > 0) & (modelled_kw > 0))
    return running, ratio * np.clip(factor, 1.0 / MOST_CHANGE, MOST_CHANGE)


def fitted(inputs: Inputs, first: Found, more_kw_th: Array | float = 0.0) -> Inputs:
    """Return *inputs* with the machines that run in each hour of the *first* plan, on their true curves there.

    *more_kw_th* (8760) is cold that is asked beyond the first plan's. A bank that the plan does not have, or that no
    hour loads, is left as it is.
    """
    solution, columns = first.solution, first.solution.matrices.columns
    held: dict[str, Running] = {}
    ratio = inputs.chiller_ratio
    if CHILLER_LOAD in columns and float(solution.value(CHILLER_LOAD).max()) * 1000.0 > SOME_LOAD_KW_TH:
        load = np.maximum(by_hour(first, CHILLER_LOAD) + more_kw_th, 0.0)
        held["chillers"], ratio = running_chillers(inputs, round(solution.scalar(CHILLERS)), load)
    if FAN_POWER in columns and float(solution.value(HALL_AIR).max()) * 1000.0 > SOME_LOAD_KW_TH:
        fans = hall_fans(inputs.plant, inputs.hall)
        heat = by_hour(first, HALL_AIR)
        count = fans.running(round(solution.scalar(MODULES)), np.where(heat > SOME_LOAD_KW_TH, heat, 0.0))
        held["hall_fans"] = running_at(fans.curve, count, heat / fans.each_kw_th)
    return replace(inputs, running=held, chiller_ratio=ratio) if held else inputs


def by_hour(found: Found, name: str) -> Array:
    """Values of an hourly variable [kW] by the hour of the year (8760), nil where it stands in no row."""
    values = np.zeros(8760)
    values[found.solution.matrices.keys[name]] = 1000.0 * found.solution.value(name)
    return values


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
    """Operate the year of the *first* plan once more with the machines that run in each hour; return both.

    *correction* multiplies the chillers' power (from an earlier play-back). Returns what was given where the plan has
    no such machines, or where the year cannot be closed with them.
    """
    halls, more = halls_fitted(inputs, first)
    fit = water_cooled.refitted(fitted(halls, first, more), first.solution, correction)
    if inputs.hydro is not None:
        fit = hydro.refitted(fit, first.solution)
        fit = replace(fit, hydro=None if fit.hydro is None else fit.hydro.scaled(correction))
    if fit is inputs:
        return inputs, first
    fit = replace(fit, chiller_ratio=fit.chiller_ratio * correction)
    progress("operating once more with whole machines on their true curves")
    year: Year = full_year(fit)
    try:
        solution = operate(fit, year, first.design, settings, lambda _: None)
    except InfeasibleError:
        progress("the year cannot be closed on the true curves: the first pass is kept")
        return inputs, first
    return fit, replace(first, facility=year.facility, solution=solution)
