"""Halls for a year in EnergyPlus: air behind a wall of pads, and the moisture of a conditioned hall."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from sites import air
from twin.model.equipment.air_side import EvaporativePad
from twin.model.thermal.coil import NEVER_WET
from twin.model.thermal.moisture import humidity_ratio_band, latent_kw, simulate_moisture
from twin.model.thermal.moisture_steps import MoistureDrivers
from twin.model.thermal.pads import pad_air

pytestmark = [pytest.mark.outside, pytest.mark.slow]

SITES = ("florida", "texas")
PAD = EvaporativePad(
    depth_m=0.15, face_velocity_m_per_s=1.5, pressure_pa=30.0, cycles_of_concentration=3.0, least_wet_bulb_c=0.0
)
AIR_M3_PER_S = 20.0
ZONE = "BI"
CASES = Path(__file__).parents[4] / "cases" / "thermal"


def stored_hall():
    """The conditioned hall of case E as EnergyPlus read it: a building to work with."""
    document = json.loads(gzip.decompress((CASES / "ep_E_conditioned_hall.json.gz").read_bytes()))
    return document["model"]


def pad_hall(make):
    """The hall without its air handling, its outdoor air drawn through a wall of cellulose pads in every hour."""
    model = stored_hall()
    for kind in list(model):
        if kind.startswith(("ZoneHVAC", "ZoneControl", "Thermostat", "ZoneVentilation", "Output:Variable")):
            del model[kind]
    model["Timestep"] = {"t": {"number_of_timesteps_per_hour": 1}}
    make.add(model, "Schedule:Constant", "Ever", schedule_type_limits_name="Any", hourly_value=1.0)
    make.add(model, "Schedule:Constant", "Cold", schedule_type_limits_name="Any", hourly_value=-20.0)
    make.add(model, "Schedule:Constant", "Cooling", schedule_type_limits_name="Any", hourly_value=2.0)
    make.add(model, "ThermostatSetpoint:SingleCooling", "cold", setpoint_temperature_schedule_name="Cold")
    make.add(
        model, "ZoneControl:Thermostat", "thermostat", zone_or_zonelist_name=ZONE,
        control_type_schedule_name="Cooling", control_1_object_type="ThermostatSetpoint:SingleCooling",
        control_1_name="cold",
    )  # fmt: skip
    make.add(model, "OutdoorAir:Node", "outdoors", height_above_ground=-1.0)
    make.add(
        model, "EvaporativeCooler:Direct:CelDekPad", "pads", availability_schedule_name="Ever",
        direct_pad_area=AIR_M3_PER_S / PAD.face_velocity_m_per_s, direct_pad_depth=PAD.depth_m,
        recirculating_water_pump_power_consumption=0.0, air_inlet_node_name="outdoors", air_outlet_node_name="wetted",
    )  # fmt: skip
    make.add(
        model, "Fan:ConstantVolume", "fan", availability_schedule_name="Ever", pressure_rise=0.0,
        maximum_flow_rate=AIR_M3_PER_S, air_inlet_node_name="wetted", air_outlet_node_name="supply",
    )  # fmt: skip
    make.add(
        model, "ZoneHVAC:EvaporativeCoolerUnit", "unit", availability_schedule_name="Ever",
        outdoor_air_inlet_node_name="outdoors", cooler_outlet_node_name="supply", zone_relief_air_node_name="relief",
        supply_air_fan_object_type="Fan:ConstantVolume", supply_air_fan_name="fan",
        design_supply_air_flow_rate=AIR_M3_PER_S, fan_placement="DrawThrough",
        cooler_unit_control_method="ZoneTemperatureDeadbandOnOffCycling",
        first_evaporative_cooler_object_type="EvaporativeCooler:Direct:CelDekPad",
        first_evaporative_cooler_object_name="pads",
    )  # fmt: skip
    make.add(
        model, "ZoneHVAC:EquipmentConnections", "connections", zone_name=ZONE, zone_air_node_name="zone",
        zone_conditioning_equipment_list_name="list", zone_air_inlet_node_or_nodelist_name="supply",
        zone_air_exhaust_node_or_nodelist_name="relief",
    )  # fmt: skip
    unit = {
        "zone_equipment_object_type": "ZoneHVAC:EvaporativeCoolerUnit", "zone_equipment_name": "unit",
        "zone_equipment_cooling_sequence": 1, "zone_equipment_heating_or_no_load_sequence": 1,
    }  # fmt: skip
    make.add(model, "ZoneHVAC:EquipmentList", "list", equipment=[unit])
    make.report(
        model, "Site Outdoor Air Barometric Pressure", "System Node Temperature", "System Node Wetbulb Temperature",
        "System Node Humidity Ratio", "System Node Mass Flow Rate", "Evaporative Cooler Water Volume",
    )  # fmt: skip
    return model


@pytest.mark.parametrize("site", SITES)
def test_pads_of_a_hall(site, energyplus, energyplus_models):
    """Proves: in each hour of a year without frost, pads of 0.15 m and 1.5 m/s, wetted at all times, leave air within
    0.001 K of EnergyPlus's and its moisture within 2e-5 kg/kg (measured 0.0004 K; the goal is 0.1 K); the year's water
    is within 0.5 % (measured -0.3 %). Below a wet bulb of 0 C EnergyPlus wets on; ours never freezes its pads.
    Sensitivity: the velocity of dry instead of moist air's volume errs by 0.004 K, an efficiency at 1.0 m/s by 0.7."""
    theirs = energyplus(pad_hall(energyplus_models), site)
    states = ("Temperature", "Wetbulb Temperature", "Humidity Ratio", "Mass Flow Rate")
    entering = [theirs[f"System Node {state}", "outdoors"] for state in states]
    wetted_c, wetted = (theirs[f"System Node {state}", "wetted"] for state in (states[0], states[2]))
    pressure = theirs["Site Outdoor Air Barometric Pressure", "Environment"]
    runs = (entering[3] > 0.0) & (entering[1] > PAD.least_wet_bulb_c)
    assert runs.mean() > 0.95
    dry, wet, ratio, flow = (values[runs] for values in entering)
    volume = flow * (1.0 + ratio) / air.density_kg_m3(dry, ratio, pressure[runs])
    found = pad_air(
        PAD, dry, wet, ratio, pressure[runs], face_velocity_m_per_s=volume / AIR_M3_PER_S * PAD.face_velocity_m_per_s
    )
    assert np.abs(found.temperature_c - wetted_c[runs]).max() < 0.001
    assert np.abs(found.humidity_ratio - wetted[runs]).max() < 2e-5
    water_m3 = flow * found.evaporated_kg_per_kg * 3600.0 / 998.2
    assert water_m3.sum() == pytest.approx(theirs["Evaporative Cooler Water Volume", "pads"][runs].sum(), rel=0.005)


def test_moisture_of_a_conditioned_hall_in_texas(energyplus):
    """Proves: the hall of case E, simulated afresh in a Texas year (humidistat at 30 and 60 %, people and outdoor air
    by day), needs our latent cooling within 1 % of EnergyPlus's year and its worst day within 1 %, at EnergyPlus's
    temperatures (measured -0.3 and -0.6 %; the goal is 2 %); its humidity is within 0.2 g/kg rms. The largest single
    hour, in which the hall is drawn down in the morning, is 8 % short. Florida is the stored case, in `test_moisture`.
    Sensitivity: infiltration left out is 42 % short."""
    year = energyplus(stored_hall(), "texas")
    given = {name.partition(":")[2]: values for name, values in year.columns.items()}
    inside, pressure = given["ZONE MEAN AIR TEMPERATURE"], given["SITE OUTDOOR AIR BAROMETRIC PRESSURE"]
    ratio, ever = given["SITE OUTDOOR AIR HUMIDITY RATIO"], np.ones(inside.size)
    never, unlimited = NEVER_WET * ever, 1000.0 * ever
    acting = MoistureDrivers(
        outdoor_air_kg_per_s=given["ZONE VENTILATION MASS FLOW RATE"] / (1 + ratio),
        infiltration_kg_per_s=given["ZONE INFILTRATION MASS FLOW RATE"] / (1 + ratio),
        outdoor_humidity_ratio=ratio,
        gain_kg_per_s=given["ZONE ELECTRIC EQUIPMENT LATENT GAIN RATE"] / 1000.0 / (2501 + 1.86 * inside),
        supply_kg_per_s=unlimited,
        contact_factor=ever,
        coil_humidity_ratio=never,
        coil_fog_humidity_ratio=never,
        coldest_humidity_ratio=1e-6 * ever,
        coldest_fog_humidity_ratio=never,
        most_added_kg_per_s=unlimited,
    )
    low, high = humidity_ratio_band(inside, 0.30, 0.60, pressure)
    true_kw = given["ZONE IDEAL LOADS ZONE LATENT COOLING RATE"] / 1000.0
    air_kg = 14400 * float((pressure / (287.042 * (inside + 273.15))).mean())
    ours = simulate_moisture(air_kg, acting, low, high)
    ours_kw = latent_kw(ours.removed_kg_per_s, inside)
    assert ours_kw.sum() == pytest.approx(true_kw.sum(), rel=0.01)
    by_day, true_by_day = (values.reshape(365, 24).sum(axis=1) for values in (ours_kw, true_kw))
    assert by_day.max() == pytest.approx(true_by_day.max(), rel=0.01)
    off = ours.mean_humidity_ratio - given["ZONE MEAN AIR HUMIDITY RATIO"]
    assert np.sqrt(np.mean(off**2)) <= 2e-4
