"""Which generators run in which hour: whole units against the bill, for a load that is given.

Between the two passes of a plan. The first pass lets any fraction of a unit run; here all else is held as it found it
(work, cooling, battery, sun, sizes), and the units that run are chosen as whole numbers in the hours in which it wanted
some: minimum load, the fuel of each unit and its starts against energy, demand and coincident charges. The second pass
then operates the year once more with these numbers held.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.compiling import compile_model
from optimiser.inputs import Counts, Inputs
from optimiser.model import Expression, Model, total
from optimiser.running_units import loads_of
from optimiser.solver import Settings, Solution, solve
from optimiser.tariff import add_tariff
from twin.model.equipment.generators import Generators
from twin.model.power.generators import fuel_chords

Array = NDArray[np.float64]
# Measured on a year with 975 hours of three units: a thousandth of the bill in 14 s, the rest of it not in a minute
GAP = 1e-3
MOST_S = 120.0
LEAST_LOAD_KW = 1e-3  # even little may keep the load within the service
TOLERANCE_MW = 2e-6  # of the first pass, which may pass the service by it


def add_commitment(
    model: Model, inputs: Inputs, spec: Generators, most_running: Counts, used_mw: Array, firm_mw: float
) -> tuple[Any, Expression]:
    """Add running units, their power and the grid's, for uses *used_mw* (hours); return units and cost [usd].

    Parameters: *most_running* units by hour; *firm_mw* what the service carries; hours are those of the model's grid.
    """
    hours = model.grid.hour
    assert inputs.generator_each_kw is not None
    each = np.asarray(np.minimum(inputs.generator_each_kw[hours], spec.rated_kw) / 1000.0, dtype=np.float64)
    rated = spec.rated_kw / 1000.0
    least = np.minimum(spec.minimum_load_fraction * rated, each)
    able = np.flatnonzero(most_running > 0).tolist()
    lines = fuel_chords(spec).lines
    kept = 1.0 - inputs.plant.equipment.transformers.load_loss_fraction
    grid = model.hourly("grid_mw", at_most=firm_mw)
    peak = model.monthly("peak_mw", at_most=firm_mw)
    running = model.counts_within("running", {t: int(most_running[t]) for t in able})
    power = model.hourly("power_mw", at_most=each * most_running)
    fuel = model.hourly("fuel_mw", at_most=rated * float(spec.fuel_points[1][-1]) * most_running.astype(np.float64))
    started = model.hourly("started", at_most=most_running.astype(float))
    before = model.grid.previous

    @model.each_hour
    def committed_balance(t: int) -> Expression:
        """(1 - load loss) grid[t] + power[t] = uses and no-load loss[t]"""
        return kept * grid[t] + power[t] == float(used_mw[t])

    @model.each_hour
    def committed_peak(t: int) -> Expression:
        """grid[t] <= peak[month(t)]"""
        return grid[t] <= peak[int(model.grid.month[t])]

    @model.each_of_hours(able)
    def committed_power_above_minimum(t: int) -> Expression:
        """power[t] >= minimum load x running[t]"""
        return power[t] >= float(least[t]) * running[t]

    @model.each_of_hours(able)
    def committed_power_within_running(t: int) -> Expression:
        """power[t] <= what one unit can[t] x running[t]"""
        return power[t] <= float(each[t]) * running[t]

    @model.each_of_hours([(t, k) for t in able for k in range(len(lines))])
    def committed_fuel_above_chord(t: int, k: int) -> Expression:
        """fuel[t] >= rating x constant_k x running[t] + slope_k x power[t]"""
        constant, slope = lines[k]
        return fuel[t] >= rated * constant * running[t] + slope * power[t]

    @model.each_of_hours(able)
    def units_started(t: int) -> Expression:
        """started[t] >= running[t] - running[t-1]"""
        earlier = int(before[t])
        return started[t] >= running[t] - (running[earlier] if most_running[earlier] > 0 else 0.0)

    start_usd = spec.fuel_usd_per_kwh * spec.rated_kw * spec.start_fuel_kwh_per_rated_kw
    weight = model.grid.weight
    own = total(
        float(weight[t])
        * (1000.0 * (spec.fuel_usd_per_kwh * fuel[t] + spec.om_usd_per_kwh * power[t]) + start_usd * started[t])
        for t in able
    )
    billed = add_tariff(model.within("tariff"), inputs.tariff, grid, peak)
    return running, own + total(billed.cost.values())


def committed_units(inputs: Inputs, first: Solution, settings: Settings) -> tuple[Counts, Solution] | None:
    """Return the number of running units (8760) that costs least for the loads of a *first* pass, and the solve.

    Units may run in the hours in which the first pass wanted some, and no more of them than the hour's own use takes
    at their minimum load, for nothing is exported. None without generators that run in a normal year, and where they
    never did. Raises `InfeasibleError`, `StoppedError`.
    """
    wanted = loads_of(inputs, first)
    spec = inputs.plant.equipment.generators
    if wanted is None or spec is None:
        return None
    most = np.where(wanted.load_kw > LEAST_LOAD_KW, np.minimum(wanted.units, wanted.fitting), 0)
    if not most.any():
        return None
    top_kw = inputs.tariff.maximum_kw
    firm_mw = min(first.scalar("power_firm_mw"), np.inf if top_kw is None else top_kw / 1000.0) + TOLERANCE_MW
    model = Model(inputs.grid())
    _, usd = add_commitment(model.within("commitment"), inputs, spec, most, wanted.room_kw / 1000.0, firm_mw)
    model.minimise(usd)
    limits = replace(settings, gap=GAP, time_limit_s=min(settings.time_limit_s, MOST_S))
    found = solve(compile_model(model), limits)
    running = np.zeros(len(most), dtype=np.int64)
    name = "commitment_running"
    running[np.array(found.matrices.keys[name], dtype=np.int64)] = np.round(found.value(name)).astype(np.int64)
    return running, found
