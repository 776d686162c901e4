"""The loop of hydro miners in the model: dry coolers of several types, fans on chords, N+1, pump, pads' water."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimiser.burnin import BurnInFlows
from optimiser.hydro_inputs import HydroInputs, loop_kw_th_each_rack, refitted_to
from optimiser.inputs import Inputs
from optimiser.model import Expression, Flows, Model, total
from optimiser.solver import Solution
from twin.model.money import yearly_cost

Array = NDArray[np.float64]
KW = 1000.0
PEAK = "hydro_heat_peak_mw"


def units_name(key: str) -> str:
    """Name of the variable that counts the units of the type *key*."""
    return f"hydro_{key}_units"


def bought_name(key: str) -> str:
    """Name of the variable that is 1 where the type *key* is bought."""
    return f"hydro_{key}_bought"


def add_hydro(model: Model, inputs: Inputs, burn_in: BurnInFlows) -> Flows:
    """The water's share of the burn-in heat, over dry coolers of whole units, all of which run and share the load.

    *model* is the whole model: names begin with `hydro`. Raises `ValueError` for inputs without a loop.
    """
    if inputs.hydro is None:
        raise ValueError("these inputs have no hydro loop")
    model, data = model.within("hydro"), inputs.hydro
    hours, types = model.grid.hour, data.coolers
    each_kw = data.water_kw_th_per_kw[hours]
    capacity = [one.capacity_kw_th[hours] / KW for one in types]
    most_mw = sum(one.cooler.most * share for one, share in zip(types, capacity, strict=True))
    most_peak = float(np.max(most_mw))
    units = [model.count(f"{one.cooler.key}_units", one.cooler.most) for one in types]
    bought = [model.count(f"{one.cooler.key}_bought", 1) for one in types]
    heat = [
        model.hourly(f"{one.cooler.key}_mw", at_most=one.cooler.most * share)
        for one, share in zip(types, capacity, strict=True)
    ]
    lines = [tuple(part[:, hours] / scale for part, scale in zip(one.lines, (KW, 1.0), strict=True)) for one in types]
    fans = [
        model.hourly(f"{one.cooler.key}_fan_mw", at_most=one.cooler.most * np.max(constant + slope * share, axis=0))
        for one, share, (constant, slope) in zip(types, capacity, lines, strict=True)
    ]
    peak = model.size("heat_peak_mw", at_most=most_peak)

    @model.each_hour
    def water_heat_is_rejected(t: int) -> Expression:
        """sum of heat[type, t] = heat into the water for each kW of miners and pump[t] x burn-in power[t]"""
        return total(part[t] for part in heat) == float(each_kw[t]) * burn_in.power_mw[t]

    @model.each_hour
    def water_heat_within_peak(t: int) -> Expression:
        """sum of heat[type, t] <= water heat peak"""
        return total(part[t] for part in heat) <= peak

    @model.each_of_hours([(t, k) for t in range(len(hours)) for k in range(len(types))])
    def heat_within_units(t: int, k: int) -> Expression:
        """heat[type, t] <= capacity of one[type, t], its supply at the limit, x units[type]"""
        return heat[k][t] <= float(capacity[k][t]) * units[k]

    # all chords of every hour, those of no length too: a bound proven beside the first pass needs the second's rows
    chords = range(len(lines[0][0]))

    @model.each_of_hours([(t, k, n) for t in range(len(hours)) for k in range(len(types)) for n in chords])
    def fan_power_above_chord(t: int, k: int, n: int) -> Expression:
        """fan power[type, t] >= constant[type, n, t] x units[type] + slope[type, n, t] x heat[type, t]"""
        constant, slope = lines[k]
        return fans[k][t] >= float(constant[n, t]) * units[k] + float(slope[n, t]) * heat[k][t]

    @model.each_of(range(len(inputs.design)))
    def dry_coolers_cover_design(number: int) -> Expression:
        """water heat peak <= sum over types of capacity of one at the design condition x (units - spare x bought)"""
        return peak <= total(
            one.design_kw_th[number] / KW * (units[k] - one.cooler.spare * bought[k]) for k, one in enumerate(types)
        )

    @model.each_of(range(len(types)))
    def units_are_bought(k: int) -> Expression:
        """units[type] <= most[type] x bought[type]"""
        return units[k] <= types[k].cooler.most * bought[k]

    pump = data.pump_kw_per_kw[hours]

    def electricity_mw(t: int) -> Expression:
        return total(part[t] for part in fans) + float(pump[t]) * burn_in.power_mw[t]

    plant, index = inputs.plant, inputs.site.construction.cost_index
    kit = data.hydro
    loop_usd = kit.loop_usd_per_kw_th * loop_kw_th_each_rack(plant, kit) * index
    parts = [(loop_usd, burn_in.racks, kit.loop_life_years)]
    parts += [
        (one.cooler.usd_each * index, number, one.cooler.life_years) for one, number in zip(types, units, strict=True)
    ]
    money = plant.money
    capital = total(
        yearly_cost(usd, money.discount_rate, money.horizon_years, life) * size for usd, size, life in parts
    )
    drawn = [KW * one.water_m3_per_kwh_th[hours] * model.grid.weight for one in types]
    water = total(
        float(per_mwh[t]) * part[t]
        for per_mwh, part in zip(drawn, heat, strict=True)
        for t in np.flatnonzero(per_mwh).tolist()
    )
    installed = total(usd * size for usd, size, _ in parts)
    return Flows(electricity_mw, water_m3=water, installed_usd=installed, cost={"capital": capital})


def counts_of(inputs: Inputs, solution: Solution) -> list[float]:
    """Units bought by type, in the plant file's order."""
    assert inputs.hydro is not None
    return [solution.scalar(units_name(one.cooler.key)) for one in inputs.hydro.coolers]


def by_type(inputs: Inputs, solution: Solution, what: str) -> Array:
    """Hourly values by type (types, 8760) of the variable *what* of each type [MW]; nil where it stands in no row."""
    assert inputs.hydro is not None
    found = np.zeros((len(inputs.hydro.coolers), 8760))
    for place, one in enumerate(inputs.hydro.coolers):
        name = f"hydro_{one.cooler.key}_{what}"
        if name in solution.matrices.columns:
            found[place, solution.matrices.keys[name]] = solution.value(name)
    return np.maximum(found, 0.0)


def refitted(inputs: Inputs, solution: Solution) -> Inputs:
    """Return *inputs* whose loop has the coefficients of the true curves at the loads of a full year's *solution*."""
    if inputs.hydro is None:
        return inputs
    miner_kw = KW * np.maximum(solution.value("burn_in_power_mw"), 0.0)
    racks = solution.scalar("burn_in_racks")
    design_kw = (
        racks
        * loop_kw_th_each_rack(inputs.plant, inputs.hydro.hydro)
        / (inputs.hydro.hydro.loop.heat_to_water_fraction)
    )
    shares = by_type(inputs, solution, "mw")
    fit = refitted_to(inputs.hydro, counts_of(inputs, solution), shares, miner_kw, design_kw)
    return replace(inputs, hydro=fit)


def hydro_sizes(inputs: Inputs, solution: Solution) -> dict[str, float]:
    """Counts of dry coolers by the names of their sizes, and the heat that the loop is built for [kW_th]."""
    if inputs.hydro is None or units_name(inputs.hydro.coolers[0].cooler.key) not in solution.matrices.columns:
        return {}
    counts = counts_of(inputs, solution)
    each = loop_kw_th_each_rack(inputs.plant, inputs.hydro.hydro)
    return {
        "hydro_loop_kw_th": each * solution.scalar("burn_in_racks"),
        **{one.cooler.size: count for one, count in zip(inputs.hydro.coolers, counts, strict=True)},
    }


def hydro_series(inputs: Inputs, solution: Solution) -> dict[str, tuple[tuple[str, ...], Array]]:
    """The plan's series of the loop with their dimensions: heat, fan power and water by type, and the pump's power."""
    if inputs.hydro is None or PEAK not in solution.matrices.columns:
        return {}
    data = inputs.hydro
    heat = KW * by_type(inputs, solution, "mw")
    water = heat * np.stack([one.water_m3_per_kwh_th for one in data.coolers])
    by_hour = ("time", "dry_cooler")
    return {
        "dry_cooler_kw_th": (by_hour, heat.T),
        "dry_cooler_fan_kw": (by_hour, KW * by_type(inputs, solution, "fan_mw").T),
        "dry_cooler_water_m3": (by_hour, water.T),
        "hydro_pump_kw": (("time",), data.pump_kw_per_kw * KW * np.maximum(solution.value("burn_in_power_mw"), 0.0)),
    }


def hydro_bindings(inputs: Inputs, sizes: Mapping[str, float], peak_kw_th: float) -> dict[str, str]:
    """One sentence for each size of the loop that says why it is as large as it is."""
    if inputs.hydro is None:
        return {}
    data, limit_c = inputs.hydro, inputs.hydro.hydro.loop.supply_limit_c
    said = {"hydro_loop_kw_th": "Flow for every place of the racks at full power."}
    for one in data.coolers:
        worst = int(np.argmin(one.design_kw_th))
        point = inputs.design[worst]
        at = f"{point.label} ({point.dry_bulb_c:.1f} C, wet bulb {point.wet_bulb_c:.1f} C)"
        said[one.cooler.size] = (
            f"The water brings up to {peak_kw_th:,.0f} kW_th; at the {at} one unit rejects "
            f"{one.design_kw_th[worst]:,.0f} kW_th with the supply at its limit of {limit_c:g} C; "
            f"{one.cooler.spare} is spare. More would save fans less than they cost."
            if sizes.get(one.cooler.size, 0) > 0
            else "Another type carries the heat at less cost over the years."
        )
    return said


def peak_capacity_kw_th(data: HydroInputs, counts: Mapping[str, float]) -> float:
    """Water heat [kW_th] that *counts* of units, by the name of their size, carry at the worst design condition.

    Spares out.
    """
    firm = [(one, max(counts.get(one.cooler.size, 0.0) - one.cooler.spare, 0.0)) for one in data.coolers]
    points = range(len(data.coolers[0].design_kw_th))
    return min(sum(one.design_kw_th[n] * number for one, number in firm) for n in points) if points else float("inf")
