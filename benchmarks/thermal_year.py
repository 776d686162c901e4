"""A year of hours for the physics benchmarks: Miami's embedded climate, machines of a plant's size, and every call.

`works()` gives each public function of heat, water and power that takes a year of hours, by name, ready to be called.
Only what comes with the package is read, so that the same numbers go in on every machine.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache, partial

import numpy as np

from sites import air
from sites.sun import sun_position
from sites.weather import weather_year
from twin.model.equipment.air_side import EvaporativePad, Fan
from twin.model.equipment.chillers import Chiller
from twin.model.equipment.dry_coolers import DryCooler
from twin.model.equipment.generators import Generators
from twin.model.equipment.hydro_loop import HydroLoop
from twin.model.equipment.pumps import Pump
from twin.model.equipment.solar import Solar
from twin.model.equipment.stores import BatteryAgeing
from twin.model.equipment.stratified import Stratified
from twin.model.equipment.towers import CoolingTower
from twin.model.equipment.water_cooled import WaterCooled
from twin.model.equipment.water_treatment import WaterTreatment
from twin.model.halls import HallEnvelope, HumidityHouseRule
from twin.model.plant import read_plant
from twin.model.power import battery, battery_ageing, generators, solar, solar_rows, transformers
from twin.model.power.cell_temperature import cell_temperature_c
from twin.model.thermal import (
    air_side,
    assembly_hall,
    burn_in_hall,
    chiller,
    chiller_bank,
    coil,
    conditioned_hall,
    cooling_tower,
    dry_cooler,
    fans,
    hall_air,
    hall_fans,
    hall_limits,
    hall_modes,
    heat_recovery,
    hydro_loop,
    moisture,
    operation,
    pads,
    pumps,
    screening,
    store_operation,
    stratified_store,
    throttling,
    water_cooled_lines,
    water_cooled_operation,
    water_cooled_plant,
    water_use,
    zone,
)
from twin.model.thermal.hall_library import hall_type, hall_types
from twin.model.thermal.moisture_steps import MoistureDrivers
from twin.model.thermal.outdoor_air import OutdoorAir, saturated_enthalpy_kj_per_kg, saturated_temperature_c
from twin.model.thermal.tower_merkel import MerkelTower
from twin.model.thermal.tower_yorkcalc import approach_k

STATION = "FL_Miami"
LATITUDE, LONGITUDE, UTC_OFFSET_H = 25.8, -80.3, -5.0
TOWER = CoolingTower(
    name="tower", design_approach_k=4.0, design_range_k=5.56, design_water_kg_per_s=290.0, design_air_m3_per_s=180.0,
    fan_kw=60.0, setpoint_c=24.0, cells=3, usd_each=1.0, most=1, life_years=20,
)  # fmt: skip
MERKEL = TOWER.model_copy(update={"model": "merkel"})
COOLER = DryCooler(
    name="cooler", ua_kw_per_k=450.0, air_m3_per_s=600.0, fan_kw=120.0, setpoint_c=32.0, pad_effectiveness=0.8,
    usd_each=1.0, most=1, life_years=15,
)  # fmt: skip
LOOP = HydroLoop(pump_head_kpa=180.0, pump_efficiency=0.65)
PUMP = Pump(
    name="pump", design_flow_m3_per_s=0.1, design_head_pa=200e3, pump_efficiency=0.8, motor_efficiency=0.95,
    speed="variable", static_head_pa=80e3,
)  # fmt: skip
TREATMENT = WaterTreatment(cycles_of_concentration=4.0)
FAN = Fan(flow_m3_per_s=12.0, pressure_pa=60.0, efficiency=0.55, static_share=0.2)
PAD = EvaporativePad(pressure_pa=30.0, cycles_of_concentration=4.0)
GENERATORS = Generators(rated_kw=1000.0, most=4, usd_per_kw=800.0, life_years=25, emergency=False)
FIELD = Solar(tilt_deg=20.0, usd_per_kw=1000.0, most_kw=5000.0, life_years=25)
TRACKER = FIELD.model_copy(update={"mounting": "one_axis", "tilt_deg": 0.0})
SUMMER_PEAK_KW_TH = 7000.0


@dataclasses.dataclass(frozen=True)
class Year:
    """Hours of weather and of a plant that works by day: what every call takes."""

    outdoor: OutdoorAir
    ghi: np.ndarray
    dni: np.ndarray
    dhi: np.ndarray
    wind: np.ndarray
    month: np.ndarray
    load: np.ndarray  # 0 to 1: high by day and in summer, never the same twice, nil now and then
    open_: np.ndarray  # 0 or 1: staffed


@cache
def a_year() -> Year:
    """The year, made once."""
    weather = weather_year(STATION)
    told = {name: weather[name].to_numpy() for name in weather.data_vars}
    hour = np.arange(8760)
    random = np.random.default_rng(2026)
    sides = {"roof": told["ghi_w_m2"]} | dict.fromkeys(("north", "east", "south", "west"), 0.4 * told["ghi_w_m2"])
    day = 0.55 + 0.3 * np.sin((hour % 24 - 9) / 24 * 2 * np.pi)
    load = np.clip(day * (0.8 + 0.25 * np.sin((hour / 8760 - 0.3) * 2 * np.pi)) + random.normal(0, 0.05, 8760), 0, 1)
    load[random.random(8760) < 0.03] = 0.0
    return Year(
        outdoor=OutdoorAir.of(told["dry_bulb_c"], told["humidity_ratio"], told["pressure_pa"], sides),
        ghi=told["ghi_w_m2"],
        dni=told["dni_w_m2"],
        dhi=told["dhi_w_m2"],
        wind=told["wind_m_s"],
        month=np.asarray(weather["time"].dt.month),
        load=load,
        open_=((hour % 24 >= 7) & (hour % 24 < 22) & (hour // 24 % 7 < 5)).astype(float),
    )


def works() -> dict[str, Callable[[], object]]:
    """Every call by its name, `module.function` and what is special about it."""
    year = a_year()
    return {
        **_chillers(year),
        **_heat_rejection(year),
        **_water(year),
        **_burn_in(year),
        **_conditioned(year),
        **_power(year),
    }


def _chillers(year: Year) -> dict[str, Callable[[], object]]:
    plant = read_plant()[0]
    kit, outdoor = plant.equipment.chiller, year.outdoor
    dry, need = outdoor.dry_bulb_c, year.load * SUMMER_PEAK_KW_TH
    ratio = np.maximum(year.load, 0.05)
    flow = 0.25 * year.load
    centrifugal = Chiller(
        curve_set="Trane CVHE 1442 VSD", capacity_kw_th=3500.0, supply_c=7.0, pump_kw_per_kw_th=0.0, usd_each=1.0,
        most=4, spare=0, life_years=25,
    )  # fmt: skip
    towers = WaterCooled(
        chiller=centrifugal, condenser_pump=PUMP, tower=TOWER.model_copy(update={"most": 4}), treatment=TREATMENT
    )
    lines = water_cooled_lines.water_cooled_lines(towers, outdoor, [OutdoorAir.of_wet_bulb(33.0, 26.0)], need)
    with_pumps = water_cooled_plant.PlantPumps(PUMP, PUMP.model_copy(update={"design_flow_m3_per_s": 0.3}), 6.0, 4)
    tank = store_operation.StoreTank(
        Stratified(height_m=10.0, return_c=14.0, usable_outlet_c=11.0), 5000.0, kit.supply_c, 0.25
    )
    filling = np.tile(np.repeat([500.0, 0.0, -450.0], 8), 365)
    full = np.full(8760, 2000.0)
    return {
        "store_operation.follow_tank": partial(store_operation.follow_tank, tank, filling, full / 2.0, full, dry),
        "store_operation.store_figures": partial(store_operation.store_figures.__wrapped__, tank),
        "stratified_store.simulate_tank": partial(
            stratified_store.simulate_tank, tank.tank, filling / 9.0, np.where(filling > 0, 8.0, 14.0), dry, 14.0
        ),
        "chiller.available_kw_th": partial(chiller.available_kw_th, kit, dry),
        "chiller.full_load_ratio": partial(chiller.full_load_ratio, kit, dry),
        "chiller.running_part_load": partial(chiller.running_part_load, kit, ratio),
        "chiller.falls_when_warmer": partial(chiller.falls_when_warmer, kit),
        "chiller.range_warnings": partial(chiller.range_warnings, kit, 7.0, dry),
        "chiller.chiller_power": partial(chiller.chiller_power, kit, need, 7.0, dry, 8),
        "chiller.bank_power_kw": partial(chiller.bank_power_kw, kit, 8, need, dry),
        "chiller_bank.bank_operation": partial(chiller_bank.bank_operation, kit, 8, need, 7.0, dry),
        "chiller_bank.bank_size": partial(chiller_bank.bank_size, kit.model_copy(update={"most": 99}), need, 7.0, dry),
        "chiller_bank.installed_chords": partial(chiller_bank.installed_chords, centrifugal),
        "cooling_tower.most_heat_kw_th": partial(cooling_tower.most_heat_kw_th, TOWER, 32.0, 100.0, outdoor),
        "water_cooled_lines.refitted_lines": partial(water_cooled_lines.refitted_lines, towers, lines, 2, 2, need),
        "water_cooled_operation.WaterCooledUse.of_plan": partial(
            water_cooled_operation.WaterCooledUse.of_plan, outdoor, need, need
        ),
        "pumps.pump_operation": partial(pumps.pump_operation, PUMP, flow, 3),
        "water_cooled_plant.operate_water_cooled_plant": partial(
            water_cooled_plant.operate_water_cooled_plant,
            centrifugal,
            2,
            TOWER.bank(2),
            with_pumps,
            need,
            7.0,
            outdoor,
        ),
        "pumps.flow_for_heat_m3_per_s": partial(pumps.flow_for_heat_m3_per_s, need, 6.0),
        "pumps.temperature_rise_k": partial(pumps.temperature_rise_k, need, flow),
    }


def _heat_rejection(year: Year) -> dict[str, Callable[[], object]]:
    outdoor, heat = year.outdoor, year.load * SUMMER_PEAK_KW_TH
    wet_bulb, water = outdoor.wet_bulb_c, 250.0
    found: dict[str, Callable[[], object]] = {
        "outdoor_air.OutdoorAir.of": partial(
            OutdoorAir.of, outdoor.dry_bulb_c, outdoor.humidity_ratio, outdoor.pressure_pa
        ),
        "outdoor_air.OutdoorAir.of_wet_bulb": partial(OutdoorAir.of_wet_bulb, outdoor.dry_bulb_c, wet_bulb),
        "outdoor_air.saturated_temperature_c": partial(
            saturated_temperature_c, saturated_enthalpy_kj_per_kg(wet_bulb, 101325.0) + 20.0, 101325.0
        ),
        "tower_yorkcalc.approach_k": partial(approach_k, wet_bulb, 5.0 * np.ones(8760), 0.5 + year.load),
        "cooling_tower.basin_heater_kw": partial(
            cooling_tower.basin_heater_kw, TOWER, outdoor.dry_bulb_c, water * year.load
        ),
        "dry_cooler.cool_water": partial(
            dry_cooler.cool_water, COOLER, 36.0 + 12.0 * year.load, 110.0 * np.ones(8760), outdoor
        ),
        "dry_cooler.reject_heat, dry": partial(
            dry_cooler.reject_heat, COOLER.model_copy(update={"pad_effectiveness": 0.0}), heat, 110.0, outdoor
        ),
        "dry_cooler.reject_heat, wetted": partial(dry_cooler.reject_heat, COOLER, heat, 110.0, outdoor),
        "dry_cooler.most_heat_kw_th": partial(dry_cooler.most_heat_kw_th, COOLER, 36.0, 110.0, outdoor),
        "hydro_loop.operate_hydro_loop": partial(
            hydro_loop.operate_hydro_loop, LOOP, COOLER.model_copy(update={"setpoint_c": 40.0}),
            LOOP.power_kw(1000) * year.load, LOOP.power_kw(1000), outdoor, 300.0,
        ),
        "tower_merkel.MerkelTower.of": partial(MerkelTower.of, MERKEL),
    }  # fmt: skip
    for tower in (TOWER, MERKEL):
        operated = cooling_tower.reject_heat(tower, heat, water, outdoor)
        found |= {
            f"cooling_tower.cool_water, {tower.model}": partial(
                cooling_tower.cool_water, tower, 22.0 + 12.0 * year.load, water, outdoor
            ),
            f"cooling_tower.reject_heat, {tower.model}": partial(
                cooling_tower.reject_heat, tower, heat, water, outdoor
            ),
            f"cooling_tower.tower_warnings, {tower.model}": partial(
                cooling_tower.tower_warnings, tower, operated, outdoor
            ),
        }
    return found


def _water(year: Year) -> dict[str, Callable[[], object]]:
    outdoor = year.outdoor
    operated = cooling_tower.reject_heat(TOWER, year.load * SUMMER_PEAK_KW_TH, 250.0, outdoor)
    as_energyplus = TREATMENT.model_copy(update={"evaporation": "energyplus"})
    closed = TREATMENT.model_copy(update={"evaporation": "moisture_balance"})
    return {
        "water_use.saturated_exit": partial(water_use.saturated_exit, operated, outdoor),
        "water_use.tower_water_use, balance": partial(water_use.tower_water_use, TOWER, closed, operated, outdoor),
        "water_use.tower_water_use, energyplus": partial(
            water_use.tower_water_use, TOWER, as_energyplus, operated, outdoor
        ),
        "water_use.by_month": partial(water_use.by_month, year.load, year.month),
        "water_use.pue": partial(water_use.pue, year.load, 0.1 * year.load, 0.05 * year.load),
        "water_use.wue_l_per_kwh": partial(water_use.wue_l_per_kwh, year.load, 100.0 * year.load),
        "pads.pad_water": partial(pads.pad_water, PAD, year.load),
    }


def _burn_in(year: Year) -> dict[str, Callable[[], object]]:
    plant, outdoor = read_plant()[0], year.outdoor
    hall, miner = plant.burn_in_hall, plant.product
    dry, wet, ratio, pressure = outdoor.dry_bulb_c, outdoor.wet_bulb_c, outdoor.humidity_ratio, outdoor.pressure_pa
    side, loading = air_side.air_side(hall, miner, outdoor), year.open_ > 0
    cooled = side.hall_cooling()
    machines = hall_fans.hall_fans(plant, cooled)
    heat_kw, volume, density = 3500.0 * year.load, 250.0 * year.load, outdoor.dry_air_kg_m3
    limits = hall_limits.limits_by_hour(hall, dry + 2.0, ratio, pressure, loading=loading)
    around = HallEnvelope(conductance_kw_per_k=3.0, mass_kwh_per_k=50.0, mass_kw_per_k=20.0, solar_gain_m2=60.0)
    pads_now = pads.pad_air(PAD, dry, wet, ratio, pressure)
    assembly = assembly_hall.hall_load(plant.assembly_hall, dry, ratio, pressure, year.ghi, year.open_, year.open_)
    sizes = {
        "ventilation_kw_th": 2500.0, "pads_kw_th": 2500.0, "coils_kw_th": 3000.0, "chillers_count": 8,
        "cold_store_kwh_th": 8000.0,
    }  # fmt: skip
    filling = 900.0 * np.sin(np.arange(8760) / 24 * 2 * np.pi)
    return {
        "pads.pad_air": partial(pads.pad_air, PAD, dry, wet, ratio, pressure),
        "pads.pad_air, modulated": partial(pads.pad_air, PAD, dry, wet, ratio, pressure, wanted_c=dry - 3.0),
        "fans.operate_fans": partial(fans.operate_fans, FAN, 24, volume),
        "fans.operate_fans, by density": partial(fans.operate_fans, FAN, 24, volume, density * (1.0 + ratio)),
        "fans.fan_rise_k": partial(fans.fan_rise_k, FAN, 20.0 * year.load, 290.0 * year.load, ratio),
        "burn_in_hall.inlet_state": partial(burn_in_hall.inlet_state, hall, miner, dry, ratio, pressure),
        "hall_fans.power_kw": partial(machines.power_kw, 40, heat_kw),
        "air_side.air_side": partial(air_side.air_side, hall, miner, outdoor),
        "air_side.air_side, loading": partial(air_side.air_side, hall, miner, outdoor, loading),
        "hall_air.ventilated_hall": partial(
            hall_air.ventilated_hall, dry, ratio, np.full(8760, 290.0), heat_kw, recirculation_share=0.1
        ),
        "hall_air.hall_with_mass": partial(
            hall_air.hall_with_mass, around, dry, ratio, np.full(8760, 290.0), heat_kw, dry, year.ghi
        ),
        "hall_limits.limits_by_hour": partial(
            hall_limits.limits_by_hour, hall, dry + 2.0, ratio, pressure, loading=loading, supplies_c={"coil": 14.0}
        ),
        "hall_modes.cooling_modes": partial(hall_modes.cooling_modes, heat_kw, cooled.pad_needed, heat_kw[::-1]),
        "hall_modes.chart_points": partial(hall_modes.chart_points, dry, ratio, pressure),
        "throttling.throttling": partial(throttling.throttling, plant.burn_in, dry + 5.0, dry + 14.0),
        "screening.pads_against_humidity": partial(screening.pads_against_humidity, hall, miner, outdoor),
        "screening.supply_above_dew_point": partial(
            screening.supply_above_dew_point, hall, "supply_c", 18.0, ratio, pressure
        ),
        "screening.limits_broken": partial(screening.limits_broken, limits),
        "screening.pads_outside_curve": partial(screening.pads_outside_curve, pads_now, np.array(1.5)),
        "operation.operate_cooling": partial(
            operation.operate_cooling, plant, sizes, cooled, assembly, dry, heat_kw, 80.0 * year.open_,
            40.0 * year.open_, filling,
        ),
    }  # fmt: skip


def _conditioned(year: Year) -> dict[str, Callable[[], object]]:
    plant, outdoor = read_plant()[0], year.outdoor
    dry, ratio, pressure = outdoor.dry_bulb_c, outdoor.humidity_ratio, outdoor.pressure_pa
    use = conditioned_hall.HallUse(year.open_, 60.0 * year.open_, 20.0 * year.open_)
    offices = hall_type("offices")
    operated = conditioned_hall.operate_hall(offices, outdoor, use, 7.0)
    mass, drivers = conditioned_hall.zone_drivers(offices, outdoor, use)
    ends = np.full(8760, 20.0), np.full(8760, 24.0), np.full(8760, np.inf), np.full(8760, 300.0)
    control = zone.ZoneControl(*ends)
    inside = np.full(8760, 24.0)
    low, high = moisture.humidity_ratio_band(inside, 0.3, 0.6, pressure)
    cold, warm = (air.humidity_ratio_from_dew_point(np.full(8760, t_c), pressure) for t_c in (9.0, 12.0))
    damp = MoistureDrivers(
        outdoor_air_kg_per_s=2.0 * year.open_, infiltration_kg_per_s=np.full(8760, 0.4), outdoor_humidity_ratio=ratio,
        gain_kg_per_s=0.003 * year.open_, supply_kg_per_s=6.0 * np.maximum(year.open_, 0.3),
        contact_factor=np.full(8760, 0.9), coil_humidity_ratio=warm, coil_fog_humidity_ratio=warm * 1.1,
        coldest_humidity_ratio=cold, coldest_fog_humidity_ratio=cold * 1.1, most_added_kg_per_s=np.full(8760, 0.01),
    )  # fmt: skip
    rule = HumidityHouseRule(relative_humidity_low=0.4, relative_humidity_high=0.55, usd_per_h=5.0)
    laboratory = hall_type("test_laboratory")
    flow = 10.0 * np.maximum(year.load, 0.1)
    sources = {"exhaust": 200.0 * year.load, "condenser": 50.0 * year.load}
    found: dict[str, Callable[[], object]] = {
        "assembly_hall.hall_load": partial(
            assembly_hall.hall_load, plant.assembly_hall, dry, ratio, pressure, year.ghi, year.open_, year.open_
        ),
        "coil.coil_for": partial(coil.coil_for, flow, dry, ratio, 14.0, 0.008, 0.1, 9.0, pressure),
        "coil.coil_at": partial(coil.coil_at, flow, dry, ratio, 10.0, 0.1, pressure),
        "zone.simulate_zone": partial(zone.simulate_zone, mass, drivers, control),
        "moisture.simulate_moisture": partial(moisture.simulate_moisture, 5e4, damp, low, high),
        "moisture.house_rule_year": partial(
            moisture.house_rule_year, rule, inside, operated.moisture.mean_humidity_ratio, pressure, year.load
        ),
        "moisture.humidify": partial(
            moisture.humidify, laboratory.air_handler.humidifier, 0.002 * year.load, inside
        ),
        "heat_recovery.share_sources": partial(heat_recovery.share_sources, 180.0 * year.load[::-1], sources, 100.0),
        "heat_recovery.exhaust_heat_kw_th": partial(
            heat_recovery.exhaust_heat_kw_th, dry + 12.0, flow, ratio, dry, flow, 0.6
        ),
        "heat_recovery.wrap_around_kw_th": partial(
            heat_recovery.wrap_around_kw_th, dry, dry - 10.0, dry - 4.0, flow, 0.5
        ),
        "conditioned_hall.zone_drivers": partial(conditioned_hall.zone_drivers, offices, outdoor, use),
    }  # fmt: skip
    for name in hall_types():
        hall = hall_type(name)
        found[f"conditioned_hall.operate_hall, {name}"] = partial(
            conditioned_hall.operate_hall, hall, outdoor, use, 7.0
        )
    return found


def _power(year: Year) -> dict[str, Callable[[], object]]:
    store, kit = read_plant()[0].equipment.battery, read_plant()[0].equipment.transformers
    dry = year.outdoor.dry_bulb_c
    sun = sun_position(LATITUDE, LONGITUDE, UTC_OFFSET_H)
    swing = 500.0 * np.sin(np.arange(8760) / 24 * 2 * np.pi) * year.load
    into, out_of = np.maximum(swing, 0.0), np.maximum(-swing, 0.0)
    followed = battery.follow_schedule(store, 700.0, 1500.0, into, out_of)
    charge = followed.charge_fraction(store, 1500.0)
    used, demand = 4000.0 * year.load, 3500.0 * year.load
    each = generators.available_kw(GENERATORS, dry)
    ran = generators.bank(GENERATORS, 4, demand, each)
    return {
        "battery.follow_schedule": partial(battery.follow_schedule, store, 700.0, 1500.0, into, out_of),
        "battery_ageing.age_of_year": partial(battery_ageing.age_of_year, BatteryAgeing(), charge, dry),
        "battery_ageing.rainflow": partial(battery_ageing.rainflow, charge),
        "cell_temperature.cell_temperature_c": partial(cell_temperature_c, year.ghi, dry, year.wind),
        "solar.production_factor, fixed": partial(
            solar.production_factor, FIELD, sun, year.dni, year.dhi, dry, year.wind
        ),
        "solar.production_factor, tracker": partial(
            solar.production_factor, TRACKER, sun, year.dni, year.dhi, dry, year.wind
        ),
        "solar.inverter_kw": partial(solar.inverter_kw, year.load, 0.8, 0.96),
        "solar_rows.rows": partial(solar_rows.rows, TRACKER, sun),
        "generators.available_kw": partial(generators.available_kw, GENERATORS, dry),
        "generators.fuel_share": partial(generators.fuel_share, GENERATORS, year.load),
        "generators.bank": partial(generators.bank, GENERATORS, 4, demand, each),
        "generators.emergency_faults": partial(generators.emergency_faults, GENERATORS, ran.running, year.load > 2.0),
        "transformers.grid_kw": partial(transformers.grid_kw, kit, 3, 2500.0, used),
        "transformers.used_kw_of_grid": partial(transformers.used_kw_of_grid, kit, 3, 2500.0, used),
        "transformers.efficiency": partial(transformers.efficiency, kit, 3, 2500.0, used),
        "transformers.firm_kw": partial(transformers.firm_kw, kit, 3, 2500.0, dry),
        "transformers.overload_kw": partial(transformers.overload_kw, kit, 3, 2500.0, used, dry),
    }
