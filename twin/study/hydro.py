"""The loop of hydro miners beyond the plan: its first year, its standard sizes, and what a report says of its hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.hydro_inputs import HydroInputs, loop_kw_th_each_rack
from optimiser.inputs import Inputs
from sites.errors import InfeasibleError
from twin.model.plant import Plant
from twin.model.ramp_rules import Lead, RampRules
from twin.model.thermal.hydro_banks import FLOATS_K, BanksOperation

Array = NDArray[np.float64]
DUST = 1e-6
WETTED = 1e-6  # share of the pads
SOME_HEAT_KW_TH = 1e-6


def hydro_sizes_of(plant: Plant) -> tuple[str, ...]:
    """Names of the loop's sizes; none for a plant whose miners air cools."""
    hydro = plant.equipment.hydro
    return () if hydro is None else ("hydro_loop_kw_th", *(cooler.size for cooler in hydro.dry_coolers))


def hydro_supplies(plant: Plant, rules: RampRules) -> tuple[tuple[str, str, Lead], ...]:
    """Size, label and lead of the loop and of each type of dry cooler."""
    hydro = plant.equipment.hydro
    if hydro is None or rules.hydro_loop is None or rules.dry_coolers is None:
        return ()
    coolers = [
        (cooler.size, cooler.name[:1].upper() + cooler.name[1:], rules.dry_coolers) for cooler in hydro.dry_coolers
    ]
    return (("hydro_loop_kw_th", "Hydro loop", rules.hydro_loop), *coolers)


def hydro_rents(inputs: Inputs, rules: RampRules) -> dict[str, float]:
    """What stands in for one unit of each size costs [usd/month]; a cooler at its worst design condition."""
    if rules.hydro_loop is None or rules.dry_coolers is None or inputs.hydro is None:
        return {}
    each = rules.dry_coolers.temporary_usd_per_kw_th_month
    return {"hydro_loop_kw_th": rules.hydro_loop.temporary_usd_per_kw_th_month} | {
        one.cooler.size: each * min(one.design_kw_th) for one in inputs.hydro.coolers
    }


def hydro_needs(inputs: Inputs, sizes: Mapping[str, float], racks: Array, peak_kw: Array) -> dict[str, Array]:
    """What each month (12) needs: the loop of its *racks*, and coolers for its highest burn-in power *peak_kw*.

    Of each type what the mature sizes have of it, in proportion to the heat, with its spare.
    """
    data = None if inputs.plant.equipment.hydro is None else inputs.hydro
    if data is None:
        return {}
    firm = {one.cooler.size: max(sizes[one.cooler.size] - one.cooler.spare, 0.0) for one in data.coolers}
    points = range(len(inputs.design))
    able = min(sum(one.design_kw_th[n] * firm[one.cooler.size] for one in data.coolers) for n in points)
    share = np.minimum(peak_kw * float(data.water_kw_th_per_kw.max()) / max(able, DUST), 1.0)
    loop = np.minimum(racks * loop_kw_th_each_rack(inputs.plant, data.hydro), sizes["hydro_loop_kw_th"])
    needs = {"hydro_loop_kw_th": loop}
    for one in data.coolers:
        count = np.ceil(firm[one.cooler.size] * share - DUST)
        needs[one.cooler.size] = np.where(count > 0, np.minimum(count + one.cooler.spare, sizes[one.cooler.size]), 0.0)
    return needs


def standard_sizes(inputs: Inputs, racks: float, peak_kw: float) -> dict[str, float]:
    """The loop of *racks* and the cheapest single type of dry cooler, with its spare, for burn-in of *peak_kw* [kW].

    Raises `InfeasibleError` where no type comes in such numbers.
    """
    data = inputs.hydro
    if data is None:
        return {}
    heat = peak_kw * float(data.water_kw_th_per_kw.max())
    able = [
        (one, float(np.ceil(heat / min(*one.design_kw_th, float(one.capacity_kw_th.min())) - DUST)) + one.cooler.spare)
        for one in data.coolers
    ]
    able = [(one, count) for one, count in able if count <= one.cooler.most]
    if not able:
        raise InfeasibleError(f"no type of dry cooler carries {heat:,.0f} kW_th of water heat with its spare out")
    best, count = min(able, key=lambda each: each[0].cooler.usd_each * each[1])
    counts = {one.cooler.size: count if one is best else 0.0 for one in data.coolers}
    return {"hydro_loop_kw_th": racks * loop_kw_th_each_rack(inputs.plant, data.hydro), **counts}


def hydro_document(data: HydroInputs, true: BanksOperation, month: NDArray[np.int64]) -> dict[str, Any]:
    """Return what the heat document says of the loop: hours by how it is cooled, its supply, its energy and water."""
    warm_c = data.hydro.loop.supply_c + FLOATS_K
    runs = true.heat_kw_th.sum(axis=0) > SOME_HEAT_KW_TH
    wet = runs & (true.wetted > WETTED).any(axis=0)
    floats = runs & (true.supply_c > warm_c)
    hours = {
        "idle": ~runs,
        "dry": runs & ~wet & ~floats,
        "assisted": wet & ~floats,
        "floating": floats,
    }
    return {
        "hours": {name: int(flags.sum()) for name, flags in hours.items()},
        "hours_by_month": {name: np.bincount(month[flags], minlength=12).tolist() for name, flags in hours.items()},
        "floating_and_assisted_hours": int((floats & wet).sum()),
        "throttled_hours": int(true.throttled.sum()),
        "least_power_share": float(true.power_share.min()),
        "highest_supply_c": float(np.where(runs, true.supply_c, -np.inf).max()) if runs.any() else None,
        "supply_limit_c": data.hydro.loop.supply_limit_c,
        "mean_return_c": float(true.return_c[runs].mean()) if runs.any() else None,
        "heat_kwh_th": {
            one.cooler.key: float(heat.sum()) for one, heat in zip(data.coolers, true.heat_kw_th, strict=True)
        },
        "fan_kwh": {one.cooler.key: float(fan.sum()) for one, fan in zip(data.coolers, true.fan_kw, strict=True)},
        "water_m3": {
            one.cooler.key: float(water.sum()) for one, water in zip(data.coolers, true.water_m3, strict=True)
        },
        "pump_kwh": float(true.pump_kw.sum()),
    }
