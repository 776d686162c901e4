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
from twin.model.thermal.hall_fans import hall_fans
from twin.model.thermal.hall_operation import HallsRun
from twin.model.thermal.hydro_banks import BanksOperation, operate_banks
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.store_operation import StoreTank, StoreYear, follow_tank
from twin.model.thermal.water_cooled_operation import WaterCooledBank, WaterCooledUse

Array = NDArray[np.float64]
HOURS = 8760
WHOLE = 1e-6  # modules less than this above a whole number are rounding


@dataclass(frozen=True)
class CoolingOperation:
    """Electricity of all cooling [kW], unserved heat [kW_th], inlet air [C, share] and water [m3], hourly.

    *tower_water_m3* is the part of *water_m3* that towers take: it has a price of its own.
    *loop* of hydro miners and its dry coolers, which are in all of these (None: water cools no miner).
    Of conditioned halls, where the plant has some: heat recovered for them [kW_th], electric heat [kW], which is in the
    electricity of cooling, and what hours outside the house's band of humidity cost [usd].
    *store* is the year of a stratified tank (None: the store is a plain one).
    """

    cooling_kw: Array
    unserved_kw_th: Array
    inlet_c: Array
    inlet_relative_humidity: Array
    water_m3: Array
    tower_water_m3: Array = field(default_factory=lambda: np.zeros(HOURS))
    loop: BanksOperation | None = None
    recovered_kw_th: Array = field(default_factory=lambda: np.zeros(8760))
    reheat_kw: Array = field(default_factory=lambda: np.zeros(8760))
    house_rule_usd: Array = field(default_factory=lambda: np.zeros(8760))
    store: StoreYear | None = None


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
    water_cooled: WaterCooledUse | None = None,
    cooler_kw_th: Array | None = None,
) -> CoolingOperation:
    """Return how the plan's cooling copes with the heat that really occurred (arrays of 8760 hours).

    Open or wetted air where the limits allow it and as far as fans and pads reach, then coils; chillers on their true
    curves serve coils and the assembly hall, the cold store as planned. *water_cooled* says how water-cooled chillers
    are used, which *sizes* may hold beside air-cooled ones. Of hydro miners only the
    share that warms the air; the rest leaves over the dry coolers, split between types as planned, *cooler_kw_th*
    (8760, types; none: by what each can). Conditioned halls are simulated in full, on the line's power and people that
    occurred.
    """
    loop = _operate_loop(plant, sizes, hall, outdoor_c, burn_in_kw, cooler_kw_th)
    burn_in_kw = burn_in_kw * plant.heat_to_air_fraction
    kit, rules = plant.equipment, plant.burn_in_hall
    machines = hall_fans(plant, hall)
    modules = int(np.ceil(sizes["ventilation_kw_th"] / kit.ventilation.module_kw_th - WHOLE))
    fans = np.where(hall.air_allowed, modules * machines.each_kw_th, 0.0)
    reach = np.where(hall.pad_needed, np.minimum(fans, sizes["pads_kw_th"]), fans)
    air = np.minimum(burn_in_kw, reach)
    coil = np.minimum(burn_in_kw - air, sizes["coils_kw_th"])
    stranded = burn_in_kw - air - coil
    halls = HallsRun.of(plant, assembly, line_kw, people)
    need = halls.cooling_kw_th + coil
    count = round(sizes["chillers_count"])
    own = capacity = count * available_kw_th(kit.chiller, outdoor_c)
    other = WaterCooledBank.of(plant, sizes, water_cooled)
    if other is not None:
        capacity = own + other.capacity_kw_th
    store = None
    if kit.cold_store.stratified is not None:
        tank = StoreTank.of(kit.cold_store, kit.chiller.supply_c, sizes["cold_store_kwh_th"])
        store = follow_tank(tank, store_filling_kw_th, need, capacity, outdoor_c)
        filling = store.taken_kw_th
    else:
        filling = follow_store(
            sizes["cold_store_kwh_th"], kit.cold_store.loss_fraction_per_h, store_filling_kw_th, need, capacity
        )
    load = np.maximum(need + filling, 0.0)
    other_kw, other_short, tower_water_m3 = np.zeros((3, load.size))
    if other is not None:
        part = other.part_kw_th(load, own)
        other_kw, other_short, tower_water_m3 = other.electricity_and_water(part)
        load = load - part
    chiller_kw, short = bank_power_kw(kit.chiller, count, load, outdoor_c)
    served = load - short
    drawn = halls.with_heat(sizes.get("recovery_kw_th", 0.0), burn_in_kw, served, chiller_kw)
    cooling_kw = (
        machines.power_kw(modules, air)
        + hall.pad_kw_per_kw_th * air
        + rules.coil_fan_kw_per_kw_th * coil
        + drawn.electricity_kw
        + chiller_kw
        + kit.chiller.pump_kw_per_kw_th * served
        + other_kw
    )
    unserved, water_m3 = np.maximum(stranded, 0.0) + np.maximum(short, 0.0), hall.water_m3_per_kwh_th * air
    if loop is not None:
        cooling_kw = cooling_kw + loop.electricity_kw
        unserved, water_m3 = unserved + loop.unserved_kw_th, water_m3 + loop.water_m3.sum(axis=0)
    return CoolingOperation(
        cooling_kw=cooling_kw,
        unserved_kw_th=unserved + other_short + drawn.unserved_kw_th,
        inlet_c=hall.inlet_c,
        inlet_relative_humidity=np.clip(hall.inlet_relative_humidity, 0.0, 1.0),
        water_m3=water_m3 + tower_water_m3 + drawn.water_m3,
        tower_water_m3=tower_water_m3,
        loop=loop,
        recovered_kw_th=drawn.heat.exhaust_kw_th + drawn.heat.condenser_kw_th,
        reheat_kw=drawn.heat.electric_kw,
        house_rule_usd=drawn.house_rule_usd,
        store=store,
    )


def _operate_loop(
    plant: Plant,
    sizes: Mapping[str, float],
    hall: HallCooling,
    outdoor_c: Array,
    burn_in_kw: Array,
    cooler_kw_th: Array | None,
) -> BanksOperation | None:
    hydro = plant.equipment.hydro
    if hydro is None:
        return None
    outdoor = OutdoorAir.of(outdoor_c, hall.outdoor_humidity_ratio, hall.pressure_pa)
    shares = np.zeros((len(hydro.dry_coolers), len(outdoor_c))) if cooler_kw_th is None else cooler_kw_th.T
    counts = [sizes.get(cooler.size, 0.0) for cooler in hydro.dry_coolers]
    design_kw = sizes.get("hydro_loop_kw_th", 0.0) / hydro.loop.heat_to_water_fraction
    return operate_banks(hydro, counts, shares, burn_in_kw, design_kw, outdoor)
