"""Generators: how many to buy, when they run and what they burn.

Fuel of one running unit is convex in its load, so that of n units is a perspective: fuel >= rating x (c_k n) + s_k x
power for each chord k, with power between n x minimum load and n x what one can. While nothing is held n is any number
from nil to the units installed, and drops out: where the units at hand could all run at the load at which a kWh takes
least fuel, fuel is a line through the origin; above it the chords with n = units installed. That is the projection of
the perspective, and so never more than what whole units burn. A second pass holds whole numbers of running units
(`optimiser.running_units`), and then minimum load, chords and starts are those of these units.

Emergency ones (40 CFR 60.4211(f)) run in outages and tests only: in a normal year they have no hourly power; they cost
capital, upkeep and the fuel of their tests. Nothing is gained by them here: outages will be scenarios of their own,
whose rows may use the count that stands in the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.inputs import Inputs
from optimiser.model import Expression, Flows, Model, total
from optimiser.upkeep import upkeep_terms
from twin.model.equipment.generators import Generators
from twin.model.money import yearly_cost
from twin.model.power.generators import fuel_chords, fuel_share, starts_of, yearly_test_fuel_kwh

Array = NDArray[np.float64]
EXACT = 1e-9


@dataclass(frozen=True)
class GeneratorFlows:
    """The generators' decisions: units bought, and power and fuel by hour [MW] (None of emergency ones)."""

    count: Any
    power: Any = None
    fuel: Any = None


def best_load(spec: Generators) -> float:
    """Return the load of a unit, of its rating, at which a kWh takes the least fuel: one of its curve's points."""
    points = [(load, fuel) for load, fuel in zip(*spec.fuel_points, strict=True) if load > 0]
    return min(points, key=lambda point: point[1] / point[0])[0]


def fuel_per_kwh_at_best(spec: Generators, each_kw: Array) -> Array:
    """Fuel of a kWh [kWh] at the best load that a unit of *each_kw* available [kW] (hours) reaches."""
    load = np.minimum(best_load(spec), np.asarray(each_kw) / spec.rated_kw)
    reached = np.where(load > EXACT, load, best_load(spec))
    # below the minimum load the first piece is carried on, as in `bank`
    return np.asarray(fuel_share(spec, reached) / reached)


def add_generators(model: Model, inputs: Inputs) -> tuple[GeneratorFlows | None, list[Flows]]:
    """Generators on fuel beside the grid, or for outages alone. None without them in the plant."""
    spec, each_year = inputs.plant.equipment.generators, inputs.generator_each_kw
    if spec is None or each_year is None:
        return None, []
    count = model.count("count", spec.most)
    money, rated_mw = inputs.plant.money, spec.rated_kw / 1000.0
    usd = spec.rated_kw * spec.usd_per_kw * inputs.site.construction.cost_index * count
    life = yearly_cost(1.0, money.discount_rate, money.horizon_years, spec.life_years)
    own, upkeep = upkeep_terms(spec.om_usd_per_kw_year, spec.rated_kw * count, usd)
    cost = {"capital": life * usd, **upkeep}
    if spec.emergency:
        tests = Flows(cost={"fuel": spec.fuel_usd_per_kwh * yearly_test_fuel_kwh(spec, 1) * count})
        return GeneratorFlows(count), [Flows(installed_usd=usd, own_upkeep_usd=own, cost=cost), tests]
    each_mw = np.minimum(each_year[model.grid.hour], spec.rated_kw) / 1000.0
    power = model.hourly("power_mw", at_most=spec.most * each_mw)
    most_fuel = spec.rated_kw / 1000.0 * float(fuel_share(spec, np.array(1.0))) + _start_mwh(spec)
    fuel = model.hourly("fuel_mw", at_most=spec.most * most_fuel)
    if inputs.generators_running is None:
        _any_number_runs(model, spec, rated_mw, each_mw, count, power, fuel)
    else:
        _whole_units_run(model, spec, rated_mw, each_mw, inputs.generators_running, count, power, fuel)
    weight = model.grid.weight
    burnt = total(1000.0 * spec.fuel_usd_per_kwh * float(weight[t]) * fuel[t] for t in range(len(model.grid)))
    worn = total(1000.0 * spec.om_usd_per_kwh * float(weight[t]) * power[t] for t in range(len(model.grid)))
    installed = Flows(installed_usd=usd, own_upkeep_usd=own, cost=cost)
    running = Flows(electricity_mw=lambda t: -power[t], cost={"fuel": burnt, "maintenance": worn})
    return GeneratorFlows(count, power, fuel), [installed, running]


def _start_mwh(spec: Generators) -> float:
    return spec.rated_kw * spec.start_fuel_kwh_per_rated_kw / 1000.0


def _any_number_runs(
    model: Model, spec: Generators, rated_mw: float, each_mw: Array, count: Any, power: Any, fuel: Any
) -> None:
    """Rows for any number of running units, fractions among them, up to those installed."""
    per_mwh = fuel_per_kwh_at_best(spec, 1000.0 * each_mw)
    best = best_load(spec)
    points = tuple(load for load in spec.fuel_points[0] if load >= best - EXACT)
    lines = fuel_chords(spec, points).lines if len(points) > 1 else ()

    @model.each_hour
    def power_within_units(t: int) -> Expression:
        """power[t] <= what one unit can[t] x units"""
        return power[t] <= float(each_mw[t]) * count

    @model.each_hour
    def fuel_at_best_load(t: int) -> Expression:
        """fuel[t] >= least fuel of a MWh x power[t]"""
        return fuel[t] >= float(per_mwh[t]) * power[t]

    @model.each_of_hours([(t, k) for t in range(len(each_mw)) for k in range(len(lines))])
    def fuel_above_chord(t: int, k: int) -> Expression:
        """fuel[t] >= rating x constant_k x units + slope_k x power[t], above the load of least fuel"""
        constant, slope = lines[k]
        return fuel[t] >= rated_mw * constant * count + slope * power[t]


def _whole_units_run(
    model: Model,
    spec: Generators,
    rated_mw: float,
    each_mw: Array,
    running_year: NDArray[np.int64],
    count: Any,
    power: Any,
    fuel: Any,
) -> None:
    """Rows for the whole numbers of running units that are given (8760)."""
    hours = model.grid.hour
    running = running_year[hours]
    start_mwh = _start_mwh(spec) * starts_of(running_year)[hours]
    least_mw = np.minimum(spec.minimum_load_fraction * rated_mw, each_mw)
    lines = fuel_chords(spec).lines

    @model.once
    def units_that_run_are_there() -> Expression:
        """units >= most that run at once"""
        return count >= int(running.max(initial=0))

    @model.each_hour
    def power_within_running(t: int) -> Expression:
        """power[t] <= what one unit can[t] x running[t]"""
        return power[t] <= float(each_mw[t] * running[t])

    @model.each_of_hours(np.flatnonzero(running > 0).tolist())
    def power_above_minimum(t: int) -> Expression:
        """power[t] >= minimum load x running[t]"""
        return power[t] >= float(least_mw[t] * running[t])

    @model.each_of_hours([(t, k) for t in np.flatnonzero(running > 0).tolist() for k in range(len(lines))])
    def fuel_above_running_chord(t: int, k: int) -> Expression:
        """fuel[t] >= rating x constant_k x running[t] + slope_k x power[t] + fuel of starts[t]"""
        constant, slope = lines[k]
        return fuel[t] >= float(rated_mw * constant * running[t] + start_mwh[t]) + slope * power[t]
