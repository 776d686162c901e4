"""How much power of miners a plant's cooling carries when water takes most of their heat, and what more of it draws."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from twin.model.plant import Plant
from twin.model.thermal.burn_in_hall import HallCooling
from twin.model.thermal.hydro_banks import unit_capacity_kw_th
from twin.model.thermal.hydro_loop import loop_flow_kg_per_s, loop_pump_kw
from twin.model.thermal.outdoor_air import OutdoorAir

Array = NDArray[np.float64]


def carried_by_air_kw(plant: Plant, air_kw_th: Array) -> Array:
    """Power of miners [kW] whose heat to the hall is *air_kw_th* [kW_th]; without limit where they give none to it."""
    share = plant.heat_to_air_fraction
    return np.asarray(air_kw_th / share if share > 0 else np.where(np.asarray(air_kw_th) >= 0, np.inf, -np.inf))


def carried_by_water_kw(plant: Plant, sizes: Mapping[str, float], hall: HallCooling, outdoor_c: Array) -> Array:
    """Power of miners [kW] (8760) whose heat the dry coolers of *sizes* reject with the supply at its limit.

    Without limit where water cools no miner.
    """
    hydro = plant.equipment.hydro
    if hydro is None:
        return np.full_like(outdoor_c, np.inf)
    outdoor = OutdoorAir.of(outdoor_c, hall.outdoor_humidity_ratio, hall.pressure_pa)
    loop = hydro.loop
    able = np.zeros_like(outdoor_c)
    for cooler in hydro.dry_coolers:
        count = sizes.get(cooler.size, 0.0)
        if count > 0:
            able += count * unit_capacity_kw_th(loop, cooler, loop.supply_limit_c, outdoor, wet=True)
    design_kw = sizes.get("hydro_loop_kw_th", 0.0) / loop.heat_to_water_fraction
    return np.asarray(able / (loop.heat_to_water_fraction + pump_kw_per_kw(plant, design_kw)))


def pump_kw_per_kw(plant: Plant, design_kw: float) -> float:
    """Pump power at design flow for each kW of miners: flow x head / efficiency, nil without a loop or a size."""
    hydro = plant.equipment.hydro
    if hydro is None or design_kw <= 0:
        return 0.0
    flow = float(loop_flow_kg_per_s(hydro.loop, design_kw, design_kw))
    return float(loop_pump_kw(hydro.loop, flow, flow)) / design_kw


def loop_kw_per_kw(plant: Plant, hall: HallCooling, outdoor_c: Array) -> Array:
    """Fans and pump (8760) that one kW of miners more takes at most: full fans over a unit's capacity, design flow."""
    hydro = plant.equipment.hydro
    if hydro is None:
        return np.zeros_like(outdoor_c)
    outdoor = OutdoorAir.of(outdoor_c, hall.outdoor_humidity_ratio, hall.pressure_pa)
    loop = hydro.loop
    fans = [
        cooler.fan_kw
        * (1.0 + cooler.pad_fan_fraction)
        / np.maximum(unit_capacity_kw_th(loop, cooler, loop.supply_limit_c, outdoor, wet=True), 1e-6)
        for cooler in hydro.dry_coolers
    ]
    each = np.minimum(np.max(fans, axis=0), 1.0) + pump_kw_per_kw(plant, 1.0)
    return np.asarray(loop.heat_to_water_fraction * each)
