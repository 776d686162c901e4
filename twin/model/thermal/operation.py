"""What cooling really draws when heat is what it is: the true curves, hour by hour, for the play-back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.model.plant import Plant
from twin.model.thermal.assembly_hall import HallLoad
from twin.model.thermal.burn_in_hall import HallCooling
from twin.model.thermal.chiller import available_kw_th, bank_power_kw
from twin.model.thermal.hall_operation import HallsRun

Array = NDArray[np.float64]


@dataclass(frozen=True)
class CoolingOperation:
    """Electricity of all cooling [kW], unserved heat [kW_th], inlet air [C, share] and water [m3], hourly.

    Of conditioned halls, where the plant has some: heat recovered for them [kW_th], electric heat [kW], which is in the
    electricity of cooling, and what hours outside the house's band of humidity cost [usd].
    """

    cooling_kw: Array
    unserved_kw_th: Array
    inlet_c: Array
    inlet_relative_humidity: Array
    water_m3: Array
    recovered_kw_th: Array = field(default_factory=lambda: np.zeros(8760))
    reheat_kw: Array = field(default_factory=lambda: np.zeros(8760))
    house_rule_usd: Array = field(default_factory=lambda: np.zeros(8760))


def follow_store(
    size_kwh_th: float, loss_per_h: float, planned_kw_th: Array, need_kw_th: Array, most_kw_th: Array
) -> Array:
    """Return what the cold store takes up (+) or gives (-) each hour [kW_th] when it follows a plan as far as it can.

    It never holds less than nothing or more than its size, never gives more than is needed, and takes no more than the
    chillers have to spare. It starts as full as the plan's own lowest point asks.
    """
    keep = 1.0 - loss_per_h
    level = float(max(0.0, -np.cumsum(planned_kw_th).min(initial=0.0)))
    level = min(level, size_kwh_th)
    taken = np.zeros_like(planned_kw_th)
    for hour, wish in enumerate(planned_kw_th.tolist()):
        kept = keep * level
        most = min(size_kwh_th - kept, max(float(most_kw_th[hour] - need_kw_th[hour]), 0.0))
        taken[hour] = max(min(wish, most), -min(kept, float(need_kw_th[hour])))
        level = kept + taken[hour]
    return taken


def operate_cooling(
    plant: Plant,
    sizes: Mapping[str, float],
    hall: HallCooling,
    assembly: HallLoad,
    outdoor_c: Array,
    burn_in_kw: Array,
    line_kw: Array,
    people: Array,
    store_filling_kw_th: Array,
) -> CoolingOperation:
    """Return how the plan's cooling copes with the heat that really occurred (arrays of 8760 hours).

    Open or wetted air where the limits allow it and as far as fans and pads reach, then coils; chillers on their true
    curves serve coils and the assembly hall, the cold store as planned. Conditioned halls are simulated in full, on the
    line's power and people that occurred.
    """
    kit, rules = plant.equipment, plant.burn_in_hall
    fans = np.where(hall.air_allowed, sizes["ventilation_kw_th"], 0.0)
    reach = np.where(hall.pad_needed, np.minimum(fans, sizes["pads_kw_th"]), fans)
    air = np.minimum(burn_in_kw, reach)
    coil = np.minimum(burn_in_kw - air, sizes["coils_kw_th"])
    stranded = burn_in_kw - air - coil
    halls = HallsRun.of(plant, assembly, line_kw, people)
    need = halls.cooling_kw_th + coil
    count = round(sizes["chillers_count"])
    capacity = count * available_kw_th(kit.chiller, outdoor_c)
    filling = follow_store(
        sizes["cold_store_kwh_th"], kit.cold_store.loss_fraction_per_h, store_filling_kw_th, need, capacity
    )
    chiller_kw, short = bank_power_kw(kit.chiller, count, np.maximum(need + filling, 0.0), outdoor_c)
    served = np.maximum(need + filling, 0.0) - short
    drawn = halls.with_heat(sizes.get("recovery_kw_th", 0.0), burn_in_kw, served, chiller_kw)
    cooling_kw = (
        hall.air_kw_per_kw_th * air
        + rules.coil_fan_kw_per_kw_th * coil
        + drawn.electricity_kw
        + chiller_kw
        + kit.chiller.pump_kw_per_kw_th * served
    )
    return CoolingOperation(
        cooling_kw=cooling_kw,
        unserved_kw_th=np.maximum(stranded, 0.0) + np.maximum(short, 0.0) + drawn.unserved_kw_th,
        inlet_c=hall.inlet_c,
        inlet_relative_humidity=np.clip(hall.inlet_relative_humidity, 0.0, 1.0),
        water_m3=hall.water_m3_per_kwh_th * air + drawn.water_m3,
        recovered_kw_th=drawn.heat.exhaust_kw_th + drawn.heat.condenser_kw_th,
        reheat_kw=drawn.heat.electric_kw,
        house_rule_usd=drawn.house_rule_usd,
    )
