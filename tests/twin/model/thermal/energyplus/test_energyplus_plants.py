"""Whole plants for a year in EnergyPlus and in ours, each from the weather file itself: energy and peak."""

import numpy as np
import pytest

from sites import air
from twin.model.equipment.chillers import Chiller
from twin.model.equipment.pumps import Pump
from twin.model.equipment.towers import CoolingTower
from twin.model.thermal.chiller import chiller_power
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.pumps import design_power_kw, pump_operation
from twin.model.thermal.water_cooled_plant import PlantPumps, operate_water_cooled_plant

pytestmark = [pytest.mark.outside, pytest.mark.slow]

HOUR = np.arange(8760)
SITES = ("florida", "texas")
UNITS = 3
SUPPLY_C = 7.0
BOUGHT = {"supply_c": SUPPLY_C, "pump_kw_per_kw_th": 0.0, "usd_each": 1.0, "most": 9, "spare": 0, "life_years": 20}
WATER_COOLED = Chiller(curve_set="Trane CVHE 1442 VSD", **BOUGHT)
AIR_COOLED = Chiller(curve_set="Trane CGAM130", **BOUGHT | {"capacity_kw_th": 1600.0})
LARGEST_KW_TH = 3900.0
RISE_K = 6.0
CHILLED_M3_PER_S = LARGEST_KW_TH / (998.2 * 4.184 * RISE_K)
CONDENSER_M3_PER_S = 0.08
PUMPS = PlantPumps(
    chilled_water=Pump(
        name="chilled", design_flow_m3_per_s=CHILLED_M3_PER_S, design_head_pa=200e3, pump_efficiency=0.78,
        motor_efficiency=0.93, speed="variable", part_load_curve=(0.0, 0.0, 0.0, 1.0),
    ),
    condenser=Pump(
        name="condenser", design_flow_m3_per_s=CONDENSER_M3_PER_S, design_head_pa=180e3, pump_efficiency=0.78,
        motor_efficiency=0.93, speed="constant",
    ),
    chilled_water_rise_k=RISE_K,
)  # fmt: skip
TOWER = CoolingTower(
    name="tower", design_approach_k=3.9, design_wet_bulb_c=25.6, design_range_k=5.0,
    design_water_kg_per_s=UNITS * CONDENSER_M3_PER_S * 998.2, design_air_m3_per_s=135.0, fan_kw=45.0, setpoint_c=21.0,
    cells=3, usd_each=1.0, most=1, life_years=20,
)  # fmt: skip
STAGES_KW_TH = (1150.0, 2300.0)  # of the chillers' load: above, one more runs


def load_kw_th():
    """A day's and a year's swing with noise, from 15 % to all of the largest load."""
    swing = 0.25 * np.sin((HOUR % 24 - 9) / 24 * 2 * np.pi) + 0.15 * np.sin((HOUR / 8760 - 0.3) * 2 * np.pi)
    noise = np.random.default_rng(11).uniform(-0.08, 0.08, 8760)
    return LARGEST_KW_TH * np.clip(0.5 + swing + noise, 0.15, 1.0)


def add_chiller(add, model, spec, name, **fields):
    curves = {}
    for key, what in (("capacity_curve", "capacity"), ("power_temperature_curve", "power")):
        terms = ("1_constant", "2_x", "3_x_2", "4_y", "5_y_2", "6_x_y")
        coefficients = {f"coefficient{term}": c for term, c in zip(terms, getattr(spec, key), strict=True)}
        low, high = spec.condenser_range_c
        ranges = {"minimum_value_of_x": spec.supply_low_c, "maximum_value_of_x": spec.supply_high_c}
        add(
            model, "Curve:Biquadratic", f"{spec.name} {what}", **coefficients, **ranges,
            minimum_value_of_y=low, maximum_value_of_y=high,
        )  # fmt: skip
        curves[what] = f"{spec.name} {what}"
    a, b, c = spec.power_part_load_curve
    add(
        model, "Curve:Quadratic", f"{spec.name} part load", coefficient1_constant=a, coefficient2_x=b,
        coefficient3_x_2=c, minimum_value_of_x=0.0, maximum_value_of_x=1.1,
    )  # fmt: skip
    add(
        model, "Chiller:Electric:EIR", name, reference_capacity=1000.0 * spec.capacity_kw_th, reference_cop=spec.cop,
        reference_chilled_water_flow_rate=CHILLED_M3_PER_S / 2.0,
        cooling_capacity_function_of_temperature_curve_name=curves["capacity"],
        electric_input_to_cooling_output_ratio_function_of_temperature_curve_name=curves["power"],
        electric_input_to_cooling_output_ratio_function_of_part_load_ratio_curve_name=f"{spec.name} part load",
        minimum_part_load_ratio=spec.minimum_part_load_ratio, maximum_part_load_ratio=spec.maximum_part_load_ratio,
        minimum_unloading_ratio=spec.minimum_unloading_ratio, chiller_flow_mode="LeavingSetpointModulated",
        chilled_water_inlet_node_name=f"{name} in", chilled_water_outlet_node_name=f"{name} out",
        **fields,
    )  # fmt: skip
    return "Chiller:Electric:EIR", name, (f"{name} in", f"{name} out")


def pump_fields(pump):
    return {
        "design_pump_head": pump.design_head_pa,
        "design_power_consumption": 1000.0 * design_power_kw(pump),
        "motor_efficiency": pump.motor_efficiency,
        "pump_control_type": "Continuous",
    }


def add_chilled_loop(make, model, loop, chillers):
    """A chilled-water loop whose variable pump carries the load, its chillers staged by the load."""
    load = load_kw_th()
    demand = make.add_load(model, f"{loop} load", load, CHILLED_M3_PER_S, load / LARGEST_KW_TH)
    names = [name for _, name, _ in chillers]
    steps = [1000.0 * kw for kw in STAGES_KW_TH] + [1e12]
    pump = pump_fields(PUMPS.chilled_water) | {
        "design_maximum_flow_rate": CHILLED_M3_PER_S,
        "coefficient_1_of_the_part_load_performance_curve": 0.0,
        "coefficient_2_of_the_part_load_performance_curve": 0.0,
        "coefficient_3_of_the_part_load_performance_curve": 0.0,
        "coefficient_4_of_the_part_load_performance_curve": 1.0,
    }
    make.add_loop(
        model, loop, condenser=False, flow_m3_per_s=CHILLED_M3_PER_S, setpoint_c=SUPPLY_C,
        pump=("Pump:VariableSpeed", pump), supply=chillers, demand=[demand],
        stages=[(step, names[: count + 1]) for count, step in enumerate(steps)],
    )  # fmt: skip


@pytest.fixture(scope="module", params=SITES)
def year(request, energyplus, energyplus_models):
    """(site, EnergyPlus's year) of a water-cooled and an air-cooled plant on the same load."""
    make = energyplus_models
    model = make.bare_model()
    make.report(
        model, "Chiller Electricity Rate", "Chiller Evaporator Cooling Rate", "Chiller Condenser Inlet Temperature",
        "Chiller Evaporator Outlet Temperature", "Pump Electricity Rate", "Cooling Tower Fan Electricity Rate",
        "Cooling Tower Outlet Temperature", "Cooling Tower Mass Flow Rate", "Cooling Tower Operating Cells Count",
        "Cooling Tower Heat Transfer Rate",
    )  # fmt: skip
    water, cooled, condensers = [], [], []
    for number in range(UNITS):
        name = f"water {number}"
        nodes = {"condenser_inlet_node_name": f"{name} cond in", "condenser_outlet_node_name": f"{name} cond out"}
        water.append(add_chiller(
            make.add, model, WATER_COOLED, name, condenser_type="WaterCooled", **nodes,
            reference_leaving_chilled_water_temperature=5.56, reference_entering_condenser_fluid_temperature=23.89,
            reference_condenser_fluid_flow_rate=CONDENSER_M3_PER_S,
        ))  # fmt: skip
        condensers.append(("Chiller:Electric:EIR", name, tuple(nodes.values())))
        name = f"air {number}"
        make.add(model, "OutdoorAir:Node", f"{name} outdoors", height_above_ground=-1.0)
        cooled.append(add_chiller(
            make.add, model, AIR_COOLED, name, condenser_type="AirCooled",
            condenser_inlet_node_name=f"{name} outdoors", reference_leaving_chilled_water_temperature=6.67,
            reference_entering_condenser_fluid_temperature=35.0,
        ))  # fmt: skip
    for loop, chillers in (("water-cooled", water), ("air-cooled", cooled)):
        add_chilled_loop(make, model, loop, chillers)
    tower = make.add_tower(model, "tower", TOWER)
    flow = UNITS * CONDENSER_M3_PER_S
    bank = pump_fields(PUMPS.condenser) | {"total_design_flow_rate": flow, "number_of_pumps_in_bank": UNITS}
    bank["design_power_consumption"] *= UNITS
    make.add_loop(
        model, "condenser", condenser=True, flow_m3_per_s=flow, setpoint_c=TOWER.setpoint_c,
        pump=("HeaderedPumps:ConstantSpeed", bank), supply=[tower], demand=condensers,
    )  # fmt: skip
    return request.param, energyplus(model, request.param)


def outdoor(weather_file, site):
    """Outdoor air as our own reader has it."""
    values = weather_file(site).values
    dry_c, pressure = values["dry_bulb_c"], values["pressure_pa"]
    dew_c = np.minimum(values["dew_point_c"], dry_c)
    return OutdoorAir.of(dry_c, air.humidity_ratio_from_dew_point(dew_c, pressure), pressure)


def total_kw(year, variable, names):
    return sum(year[variable, name] for name in names) / 1000.0


def agree(ours_kw, theirs_kw, annual, peak):
    assert ours_kw.sum() == pytest.approx(theirs_kw.sum(), rel=annual)
    assert ours_kw.max() == pytest.approx(theirs_kw.max(), rel=peak)


def staged(asked_kw_th):
    return 1 + sum((asked_kw_th > step).astype(int) for step in STAGES_KW_TH)


def asked_kw_th():
    """What the chillers are asked for: the load and the heat of the chilled-water pump."""
    load = load_kw_th()
    flow = load / (998.2 * 4.184 * RISE_K)
    return load + pump_operation(PUMPS.chilled_water, flow).fluid_heat_kw_th


def test_water_cooled_plant(year, weather_file):
    """Proves: three centrifugal chillers, a tower of three cells, and chilled- and condenser-water pumps, staged alike,
    take EnergyPlus's electricity of a Florida and of a Texas year within 0.2 % and its peak within 0.5 % (measured:
    0.03 and 0.07 %, 0.03 and -0.12 %; the goal is 2 %), ours from the weather file and the load alone; chillers, pumps
    and fans each within 0.2 %; the condenser's water within 0.1 K rms.
    Sensitivity: condensers held at the tower's setpoint let chillers take 10 % less in Florida and 8 % in Texas, pump
    heat left out of their load 1.2 %."""
    site, theirs = year
    ours = operate_water_cooled_plant(
        WATER_COOLED, UNITS, TOWER, PUMPS, load_kw_th(), SUPPLY_C, outdoor(weather_file, site), staged(asked_kw_th())
    )
    chillers_kw = total_kw(theirs, "Chiller Electricity Rate", [f"water {number}" for number in range(UNITS)])
    pumps_kw = total_kw(theirs, "Pump Electricity Rate", ["water-cooled pump", "condenser pump"])
    fan_kw = total_kw(theirs, "Cooling Tower Fan Electricity Rate", ["tower"])
    agree(ours.chillers.electricity_kw, chillers_kw, annual=0.002, peak=0.005)
    agree(ours.pump_kw, pumps_kw, annual=0.002, peak=0.002)
    agree(ours.tower.fan_kw, fan_kw, annual=0.002, peak=1e-6)
    agree(ours.electricity_kw, chillers_kw + pumps_kw + fan_kw, annual=0.002, peak=0.005)
    off = ours.tower.leaving_c - theirs["Cooling Tower Outlet Temperature", "tower"]
    assert np.sqrt(np.mean(off**2)) < 0.1
    assert ours.chillers.unserved_kw_th.max() == 0.0


def test_our_choice_of_chillers_is_no_worse_than_their_stages(year, weather_file):
    """Proves: with as many chillers as need least, the year takes no more than by EnergyPlus's stages of load, and all
    of it stays within 1 % of EnergyPlus.
    Sensitivity: all three always on take 5 % more."""
    site, theirs = year
    free = operate_water_cooled_plant(
        WATER_COOLED, UNITS, TOWER, PUMPS, load_kw_th(), SUPPLY_C, outdoor(weather_file, site)
    )
    kit = [f"water {number}" for number in range(UNITS)]
    true_kw = total_kw(theirs, "Chiller Electricity Rate", kit) + total_kw(
        theirs, "Pump Electricity Rate", ["water-cooled pump", "condenser pump"]
    )
    true_kw = true_kw + total_kw(theirs, "Cooling Tower Fan Electricity Rate", ["tower"])
    assert free.electricity_kw.sum() <= true_kw.sum()
    agree(free.electricity_kw, true_kw, annual=0.01, peak=0.005)


def test_air_cooled_plant(year, weather_file):
    """Proves: three air-cooled chillers and their pump, staged alike, ours from the weather file and the load alone,
    take EnergyPlus's electricity of a year and its peak within 0.4 % in both climates (measured: 0.2 %, of which the
    heat capacities of water make nearly all; the goal is 2 %).
    Sensitivity: an hour's shift of the weather file errs by 5 % rms (true: 0.3 %)."""
    site, theirs = year
    kit = [f"air {number}" for number in range(UNITS)]
    asked, dry_c = asked_kw_th(), outdoor(weather_file, site).dry_bulb_c
    ours_kw = chiller_power(AIR_COOLED, asked, SUPPLY_C, dry_c, staged(asked)).electricity_kw
    true_kw = total_kw(theirs, "Chiller Electricity Rate", kit)
    flow = load_kw_th() / (998.2 * 4.184 * RISE_K)
    pump_kw = pump_operation(PUMPS.chilled_water, flow).power_kw
    agree(ours_kw, true_kw, annual=0.004, peak=0.004)
    agree(ours_kw + pump_kw, true_kw + total_kw(theirs, "Pump Electricity Rate", ["air-cooled pump"]), 0.004, 0.004)
    assert np.sqrt(np.mean((ours_kw - true_kw) ** 2)) < 0.005 * true_kw.mean()
