"""The quick second pass: the first plan's own hours, with the power that its machines truly take in them.

Nothing is decided anew: loads, stores, starts and sizes stay; chillers' and fans' power becomes that of the whole
machines that run, the grid gives the difference, and peaks and billed demands follow. It costs no solve of a year.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimiser import windows
from optimiser.banks import Running
from optimiser.inputs import Inputs
from optimiser.search import STOCK, Found, Progress
from optimiser.second_pass import (
    CHILLER_LOAD,
    FAN_POWER,
    HALL_AIR,
    Array,
    by_hour,
    fitted,
)
from optimiser.solver import Settings
from sites.errors import InfeasibleError
from twin.model.thermal.hall_fans import hall_fans

CHILLER_POWER, GRID = "chilled_water_power_mw", "power_grid_mw"
CHORDS = ("chilled_water_power_above_chord", "hall_fans_power_above_chord")


def same_hours(
    inputs: Inputs, first: Found, settings: Settings, progress: Progress, correction: float = 1.0
) -> tuple[Inputs, Found]:
    """Return the *first* plan with its hours on the machines' true curves, and the inputs that say so.

    *correction* multiplies the chillers' power (from an earlier play-back). What was given where the plan has no such
    machines, or where its peaks no longer fit what it bought.
    """
    fit = fitted(inputs, first)
    if fit is inputs:
        return inputs, first
    fit = replace(fit, chiller_ratio=fit.chiller_ratio * correction)
    # the hours' power is set below, so that the chords of the first pass have nothing more to say
    matrices = first.solution.matrices.without_rows(CHORDS)
    x = first.solution.x.copy()
    more_mw = np.zeros(8760)
    for name, true_mw in _true_power_mw(fit, first).items():
        keys, places = matrices.keys[name], matrices.columns[name]
        more_mw[keys] += true_mw[keys] - x[places]
        x[places] = true_mw[keys]
    loss = fit.plant.equipment.transformers.load_loss_fraction
    x[matrices.columns[GRID]] += more_mw[matrices.keys[GRID]] / (1.0 - loss)
    held_names = [name for name in first.design.values if name in matrices.columns and name != STOCK]
    try:
        solution = windows.settle(matrices, held_names, x, settings)
    except InfeasibleError:
        progress("the plan's peaks do not fit the machines' true curves: the first pass is kept")
        return inputs, first
    return fit, replace(first, solution=solution)


def _true_power_mw(fit: Inputs, first: Found) -> dict[str, Array]:
    """Power [MW] (8760) of the banks that run in the hours of the *first* plan, by the variable's name."""
    found = {}
    if "chillers" in fit.running:
        each = fit.chiller_kw_th
        power = fit.chiller_ratio * each * _share(fit.running["chillers"], by_hour(first, CHILLER_LOAD) / each)
        found[CHILLER_POWER] = power / 1000.0
    if "hall_fans" in fit.running:
        fans = hall_fans(fit.plant, fit.hall)
        power = fans.full_kw * _share(fit.running["hall_fans"], by_hour(first, HALL_AIR) / fans.each_kw_th)
        found[FAN_POWER] = power / 1000.0
    return found


def _share(running: Running, load_share: Array) -> Array:
    return np.maximum(running.power_share(load_share), 0.0)
