"""Cooling towers for a year in EnergyPlus: water, fans and make-up, hour by hour on its own weather and flows."""

import numpy as np
import pytest

from twin.model.equipment.towers import CoolingTower
from twin.model.equipment.water_treatment import WaterTreatment
from twin.model.thermal.cooling_tower import cool_water, reject_heat
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.tower_merkel import MerkelTower
from twin.model.thermal.water_use import tower_water_use

pytestmark = [pytest.mark.outside, pytest.mark.slow]

DESIGN_KW_TH = 290.0 * 4.1784 * 5.6
YORK = CoolingTower(
    name="York", design_approach_k=3.9, design_wet_bulb_c=25.6, design_dry_bulb_c=35.0, design_range_k=5.6,
    design_water_kg_per_s=290.0, design_air_m3_per_s=180.0, fan_kw=60.0, setpoint_c=24.0, cells=3, usd_each=1.0,
    most=1, life_years=20,
)  # fmt: skip
MERKEL = YORK.model_copy(update={"name": "Merkel", "model": "merkel", "free_convection_fraction": 0.1})
# One speed is a tower that cycles below it; its UA is that of design at any flow, as EnergyPlus has it.
SINGLE = MERKEL.model_copy(
    update={
        "name": "Single", "least_fan_ratio": 0.9999, "ua_wet_bulb_curve": (1.0, 0.0, 0.0),
        "ua_water_curve": (1.0, 0.0, 0.0), "ua_air_curve": (0.0, 1.0, 0.0),
    }
)  # fmt: skip
KEPT = WaterTreatment(cycles_of_concentration=4.0)
HOUR = np.arange(8760)
OUTDOOR = ("Drybulb Temperature", "Wetbulb Temperature", "Humidity Ratio", "Barometric Pressure")


def heat_kw_th():
    """From a fifth of the design's heat to a little more than all of it."""
    swing = 0.25 * np.sin((HOUR % 24 - 9) / 24 * 2 * np.pi) + 0.1 * np.sin((HOUR / 8760 - 0.3) * 2 * np.pi)
    noise = np.random.default_rng(11).uniform(-0.05, 0.05, 8760)
    return DESIGN_KW_TH * np.clip(0.62 + swing + noise, 0.2, 1.05)


def add_merkel(make, model, spec):
    """A Merkel tower of EnergyPlus that finds its UA itself, from the design's heat, approach and range."""
    curves = {"air_flow_ratio": spec.ua_air_curve, "water_flow_ratio": spec.ua_water_curve}
    curves |= {"wetbulb_temperature_difference": spec.ua_wet_bulb_curve}
    fields = {}
    for what, (a, b, c) in curves.items():
        make.add(
            model, "Curve:Quadratic", what, coefficient1_constant=a, coefficient2_x=b, coefficient3_x_2=c,
            minimum_value_of_x=-100.0, maximum_value_of_x=100.0,
        )  # fmt: skip
        fields[f"u_factor_times_area_modifier_function_of_{what}_curve_name"] = what
    fan = {"coefficient1_constant": 0.0, "coefficient2_x": 0.0, "coefficient3_x_2": 0.0, "coefficient4_x_3": 1.0}
    make.add(model, "Curve:Cubic", "fan", **fan, minimum_value_of_x=0.0, maximum_value_of_x=1.0)
    own = ("free_convection_regime_air_flow_rate", "free_convection_nominal_capacity")
    make.add(
        model, "CoolingTower:VariableSpeed:Merkel", spec.name, **make.tower_flows(spec), **fields,
        **dict.fromkeys((*own, "free_convection_regime_u_factor_times_area_value"), "Autocalculate"),
        water_inlet_node_name=f"{spec.name} in", water_outlet_node_name=f"{spec.name} out",
        performance_input_method="NominalCapacity", nominal_capacity=1000.0 * DESIGN_KW_TH,
        heat_rejection_capacity_and_nominal_capacity_sizing_ratio=1.0,
        minimum_air_flow_rate_ratio=spec.least_fan_ratio,
        fan_power_modifier_function_of_air_flow_rate_ratio_curve_name="fan",
        design_inlet_air_dry_bulb_temperature=spec.design_dry_bulb_c,
        design_inlet_air_wet_bulb_temperature=spec.design_wet_bulb_c,
        design_approach_temperature=spec.design_approach_k, design_range_temperature=spec.design_range_k,
    )  # fmt: skip
    return "CoolingTower:VariableSpeed:Merkel", spec.name, (f"{spec.name} in", f"{spec.name} out")


def add_single(make, model, spec):
    """A tower of one fan speed, of our UA."""
    own = ("free_convection_regime_air_flow_rate", "free_convection_regime_u_factor_times_area_value")
    make.add(
        model, "CoolingTower:SingleSpeed", spec.name, **make.tower_flows(spec),
        **dict.fromkeys(own, "Autocalculate"),
        water_inlet_node_name=f"{spec.name} in", water_outlet_node_name=f"{spec.name} out",
        performance_input_method="UFactorTimesAreaAndDesignWaterFlowRate",
        design_u_factor_times_area_value=1000.0 * MerkelTower.of(spec).ua_kw_per_k,
    )  # fmt: skip
    return "CoolingTower:SingleSpeed", spec.name, (f"{spec.name} in", f"{spec.name} out")


@pytest.fixture(scope="module", params=("florida", "texas"))
def year(request, energyplus, energyplus_models):
    """EnergyPlus's year of three towers on the same heat and flow, each on a loop of its own."""
    make = energyplus_models
    model = make.bare_model()
    tower = ("Inlet Temperature", "Outlet Temperature", "Mass Flow Rate", "Heat Transfer Rate")
    tower += ("Fan Electricity Rate", "Operating Cells Count", "Water Evaporation Volume", "Water Drift Volume")
    make.report(model, *(f"Site Outdoor Air {what}" for what in OUTDOOR))
    make.report(model, *(f"Cooling Tower {what}" for what in (*tower, "Make Up Water Volume")))
    heat = heat_kw_th()
    flow = YORK.design_water_kg_per_s / 998.2
    share = np.clip(heat / DESIGN_KW_TH, 0.35, 1.0)
    silent = {"design_pump_head": 1e-4, "design_power_consumption": 1e-3, "design_maximum_flow_rate": flow}
    kinds = (
        make.add_tower(model, YORK.name, YORK), add_merkel(make, model, MERKEL), add_single(make, model, SINGLE)
    )  # fmt: skip
    for kind, name, nodes in kinds:
        make.add_loop(
            model, f"{name} loop", condenser=True, flow_m3_per_s=flow, setpoint_c=YORK.setpoint_c,
            pump=("Pump:VariableSpeed", silent), supply=[(kind, name, nodes)],
            demand=[make.add_load(model, f"{name} heat", heat, flow, share)],
        )  # fmt: skip
    return energyplus(model, request.param)


def given(year, name):
    """EnergyPlus's outdoor air, and its columns of a tower by name."""
    dry, wet, ratio, pressure = (year[f"Site Outdoor Air {what}", "Environment"] for what in OUTDOOR)
    return OutdoorAir(dry, wet, ratio, pressure), lambda what: year[f"Cooling Tower {what}", name]


def test_york_calc_leaving_water(year):
    """Proves: on EnergyPlus's weather, heat and flow a YorkCalc tower of three cells leaves water within 0.03 K of
    EnergyPlus's in each of 8760 hours (the goal is 0.15 K), by its heat and by its entering water; its cells are the
    same. Measured: at most 0.021 K by heat, 0.015 K by entering water, which is its own search's accuracy.
    Sensitivity: without the calibration of the water flow 0.07 K, a wet bulb that is 0.2 K too cold 0.2 K."""
    outdoor, theirs = given(year, "York")
    heat, flow = theirs("Heat Transfer Rate") / 1000.0, theirs("Mass Flow Rate")
    assert (heat > DESIGN_KW_TH).any()
    for found in (
        reject_heat(YORK, heat, flow, outdoor),
        cool_water(YORK, theirs("Inlet Temperature"), flow, outdoor),
    ):
        assert np.abs(found.leaving_c - theirs("Outlet Temperature")).max() < 0.03
        np.testing.assert_array_equal(found.cells_running, theirs("Operating Cells Count"))


def test_york_calc_fan(year):
    """Proves: the fans' energy of the year is EnergyPlus's within 0.3 % (measured -0.14 and -0.13 %; the goal is 1 %),
    its peak exactly, and an hour's within 0.5 kW of 60.
    Sensitivity: power by the square of the speed instead of its cube takes 9 to 10 % more."""
    outdoor, theirs = given(year, "York")
    found = reject_heat(YORK, theirs("Heat Transfer Rate") / 1000.0, theirs("Mass Flow Rate"), outdoor)
    true_kw = theirs("Fan Electricity Rate") / 1000.0
    assert found.fan_kw.sum() == pytest.approx(true_kw.sum(), rel=0.003)
    assert found.fan_kw.max() == pytest.approx(true_kw.max(), rel=1e-9)
    assert np.abs(found.fan_kw - true_kw).max() < 0.5


def test_water_of_the_year(year):
    """Proves: with the treatment as it comes, evaporation is EnergyPlus's within 0.5 % a year (measured -0.30 and
    -0.20 %; the goal is 4 %), drift within 0.5 %, make-up within 0.5 %; the closed balance of moisture evaporates 5 to
    7 % more.
    Sensitivity: litres by the latent heat alone are 19 to 23 % more; drift on top of the blowdown makes 0.8 % more."""
    outdoor, theirs = given(year, "York")
    found = reject_heat(YORK, theirs("Heat Transfer Rate") / 1000.0, theirs("Mass Flow Rate"), outdoor)
    used = tower_water_use(YORK, KEPT, found, outdoor)
    pairs = (
        (used.evaporation_m3, "Water Evaporation"),
        (used.drift_m3, "Water Drift"),
        (used.make_up_m3, "Make Up Water"),
    )
    for ours, what in pairs:
        assert ours.sum() == pytest.approx(theirs(f"{what} Volume").sum(), rel=0.005), what
    closed = KEPT.model_copy(update={"evaporation": "moisture_balance"})
    more = tower_water_use(YORK, closed, found, outdoor).evaporation_m3.sum() / used.evaporation_m3.sum()
    assert 1.05 < more < 1.07


def test_merkel_tower(year):
    """Proves: a tower by Merkel's theory, each program having sized its own UA, takes EnergyPlus's fan energy within
    1 % a year (measured -0.3 and -0.8 %), and leaves water within 0.15 K in each hour in which the fan is above its
    least speed (measured 0.10 K); evaporation is within 0.5 %. Left out are the hours at least speed, where EnergyPlus
    lets the fan run on and the water fall below the setpoint (ours cycles, as both programs' YorkCalc towers do), and
    the few in which EnergyPlus's own search fails: water above the setpoint at less than full speed.
    Sensitivity: UA without its correction by water flow errs by 0.8 K, without that by air by 8 % of the fans."""
    outdoor, theirs = given(year, "Merkel")
    found = reject_heat(MERKEL, theirs("Heat Transfer Rate") / 1000.0, theirs("Mass Flow Rate"), outdoor)
    true_kw, true_c = theirs("Fan Electricity Rate") / 1000.0, theirs("Outlet Temperature")
    assert found.fan_kw.sum() == pytest.approx(true_kw.sum(), rel=0.01)
    follows = true_kw > 1.01 * MERKEL.fan_kw * MERKEL.least_fan_ratio**3
    failed = (true_kw < 0.999 * MERKEL.fan_kw) & (true_c > MERKEL.setpoint_c + 0.01) & follows
    assert follows.mean() > 0.9
    assert failed.sum() < 30
    off = np.abs(found.leaving_c - true_c)[follows & ~failed]
    assert off.max() < 0.15
    used = tower_water_use(MERKEL, KEPT, found, outdoor)
    assert used.evaporation_m3.sum() == pytest.approx(theirs("Water Evaporation Volume").sum(), rel=0.005)


def test_single_speed_tower(year):
    """Proves: a tower of one speed and given UA, as our Merkel tower that cycles, leaves water within 0.02 K of
    EnergyPlus's in each hour; its fan runs within 3 % of EnergyPlus's hours (free convection is modelled otherwise).
    Sensitivity: the counter-flow effectiveness without effective air errs by kelvins."""
    outdoor, theirs = given(year, "Single")
    found = reject_heat(SINGLE, theirs("Heat Transfer Rate") / 1000.0, theirs("Mass Flow Rate"), outdoor)
    assert np.abs(found.leaving_c - theirs("Outlet Temperature")).max() < 0.02
    assert found.fan_kw.sum() == pytest.approx(theirs("Fan Electricity Rate").sum() / 1000.0, rel=0.03)
