"""Pumps: power by hand and against EnergyPlus, its three forms at part flow, and where the power goes."""

import gzip
import json
import time
from pathlib import Path

import numpy as np
import pytest

from twin.model.equipment.pumps import Pump
from twin.model.thermal.pumps import (
    design_power_kw,
    flow_for_heat_m3_per_s,
    power_fraction,
    pump_operation,
    temperature_rise_k,
)

CASES = Path(__file__).parents[3] / "cases" / "thermal"
FORMS = (
    {"speed": "constant"},
    {"speed": "variable"},
    {"speed": "variable", "static_head_pa": 80e3},
    {"speed": "variable", "power_law": (0.05, 0.95, 2.5)},
    {"speed": "variable", "part_load_curve": (0.0205, 0.4101, 0.5753, -0.0059), "drive_efficiency": 0.97},
)


def pump(**keys):
    """A pump of 0.1 m3/s at 200 kPa: 20 kW at the water, 20 / (0.8 x 0.95) = 26.3 kW of electricity."""
    design = {
        "name": "pump", "design_flow_m3_per_s": 0.1, "design_head_pa": 200e3, "pump_efficiency": 0.8,
        "motor_efficiency": 0.95, "speed": "variable",
    }  # fmt: skip
    return Pump(**design | keys)


def test_design_power_by_hand():
    """Proves: 0.1 m3/s x 200 kPa / (0.8 x 0.95 x 0.97) = 27.13 kW.
    Sensitivity: an efficiency multiplied instead of divided gives 14.7; kilopascals taken for pascals 0.027."""
    assert design_power_kw(pump(drive_efficiency=0.97)) == pytest.approx(20.0 / (0.8 * 0.95 * 0.97), rel=1e-12)


def test_part_flow_by_hand():
    """Proves: at half flow constant speed takes all, a pump without static head 0.5^3 = 0.125, with 40 % static head
    0.5 (0.4 + 0.6 x 0.25) = 0.275, the power law 0.05 + 0.95 x 0.5^2.5 and EnergyPlus's cubic its own sum; held at
    full flow and at the least flow.
    Sensitivity: the cube law used whatever the static head promises less than half of the power."""
    half = np.array([0.5])
    cubic = 0.0205 + 0.4101 * 0.5 + 0.5753 * 0.25 - 0.0059 * 0.125
    due = (1.0, 0.125, 0.275, 0.05 + 0.95 * 0.5**2.5, cubic)
    for keys, value in zip(FORMS, due, strict=True):
        assert power_fraction(pump(**keys), half) == pytest.approx([value], rel=1e-12)
    held = pump(least_flow_fraction=0.5)
    assert power_fraction(held, np.array([0.1, 2.0])) == pytest.approx([0.125, 1.0])


def test_pumps_that_run_share_the_flow():
    """Proves: 0.1 m3/s on two pumps of 0.1 is half flow on each (2 x 0.125 of 26.3 kW), on one full flow; more than
    they carry is unserved; without flow or without pumps nothing is taken.
    Sensitivity: the fraction taken of one pump's flow for both would give 2 x 26.3."""
    full = 20.0 / (0.8 * 0.95)
    found = pump_operation(pump(), np.array([0.1, 0.1, 0.25, 0.0, 0.1]), np.array([2, 1, 2, 2, 0]))
    assert found.power_kw == pytest.approx([0.25 * full, full, 2.0 * full, 0.0, 0.0], rel=1e-12)
    assert found.unserved_m3_per_s == pytest.approx([0.0, 0.0, 0.05, 0.0, 0.1], abs=1e-15)
    assert pump_operation(pump(speed="constant"), np.array([0.01])).power_kw == pytest.approx([full])


@pytest.mark.parametrize("keys", FORMS)
@pytest.mark.parametrize("to_fluid", [0.0, 0.4, 1.0])
def test_power_becomes_heat_in_every_hour(keys, to_fluid):
    """Proves: power is heat to water and to the room, to 1e-12; the shaft's part is in the water, and of motor and
    drive losses the share the plant file says; more flow never takes less power; flow and unserved are what was asked.
    Sensitivity: drive losses forgotten, or the hydraulic power alone counted as heat of the water."""
    made = pump(**keys, motor_heat_to_fluid_fraction=to_fluid)
    flow = np.linspace(0.0, 0.4, 1001)
    found = pump_operation(made, flow, 3)
    np.testing.assert_allclose(found.fluid_heat_kw_th + found.room_heat_kw_th, found.power_kw, rtol=1e-12)
    np.testing.assert_allclose(found.flow_m3_per_s + found.unserved_m3_per_s, flow, rtol=1e-12)
    lost = 1.0 - made.motor_efficiency * made.drive_efficiency
    np.testing.assert_allclose(found.room_heat_kw_th, (1.0 - to_fluid) * lost * found.power_kw, rtol=1e-9, atol=1e-12)
    assert (np.diff(found.power_kw) >= -1e-12).all()
    assert found.power_kw[-1] == pytest.approx(3.0 * design_power_kw(made) * power_fraction(made, np.array([1.0]))[0])


@pytest.mark.outside
def test_energyplus_case_a():
    """Proves: the variable-speed pump of EnergyPlus 25.2 (60 kW at 180 kPa, cube law, 8760 hours on ten levels of flow)
    takes what ours does within 2e-5; and what the chiller carries beyond the load is 0.9 of the pump's power, the
    motor's efficiency, as we have it, within 0.3 kW of 54. EnergyPlus moves 0.05 % more than the load profile says and
    cools it by 0.17 % less heat, for it takes density and heat capacity of water at two temperatures: both are taken
    from the hours of the lowest and of the highest flow, and hold in all others.
    Sensitivity: power with the square of flow, or all of the power as heat (6 kW too much at full flow)."""
    description = json.loads((Path(__file__).parents[5] / "shared/cases/thermal/ep_A_aircooled.epJSON").read_bytes())
    stated = description["Pump:VariableSpeed"]["CHW Pump"]
    columns = json.loads(gzip.decompress((CASES / "ep_A_aircooled.json.gz").read_bytes()))["columns"]
    schedules = description["Schedule:Compact"]
    share, load_kw = (
        np.tile([field["field"] for field in schedules[name]["data"][3::2]], 365) * scale
        for name, scale in (("LP Flow", 1.0), ("LP Load", -1e-3))
    )
    power_kw = np.array(columns["CHW PUMP:Pump Electricity Rate [W]"]) / 1000.0
    flow = stated["design_maximum_flow_rate"]
    efficiency = flow * stated["design_pump_head"] / stated["design_power_consumption"] / stated["motor_efficiency"]
    made = Pump(
        name="CHW Pump",
        design_flow_m3_per_s=flow,
        design_head_pa=stated["design_pump_head"],
        pump_efficiency=efficiency,
        motor_efficiency=stated["motor_efficiency"],
        speed="variable",
        part_load_curve=tuple(
            float(stated[f"coefficient_{place}_of_the_part_load_performance_curve"]) for place in range(1, 5)
        ),
        motor_heat_to_fluid_fraction=stated["fraction_of_motor_inefficiencies_to_fluid_stream"],
    )
    assert design_power_kw(made) == pytest.approx(60.0, rel=1e-12)
    density_ratio = (power_kw.min() / 60.0) ** (1.0 / 3.0) / share.min()
    assert density_ratio == pytest.approx(1.0005, abs=2e-5)
    found = pump_operation(made, np.minimum(share * flow * density_ratio, flow))
    np.testing.assert_allclose(found.power_kw, power_kw, rtol=2e-5)
    carried_kw = np.array(columns["CH:Chiller Evaporator Cooling Rate [W]"]) / 1000.0
    top = share == 1.0
    heat_ratio = (carried_kw[top].mean() - 54.0) / load_kw[top].mean()
    assert heat_ratio == pytest.approx(0.9983, abs=1e-4)
    np.testing.assert_allclose(carried_kw - heat_ratio * load_kw, found.fluid_heat_kw_th, atol=0.3)


def test_flow_and_rise_by_hand():
    """Proves: 4174 kW_th (998.21 kg/m3 x 4.1818 kJ/kg K x 0.1 m3/s x 10 K) at 10 K are 0.1 m3/s, and the rise of that
    flow is 10 K; without flow nothing rises.
    Sensitivity: litres for cubic metres are a thousandfold."""
    heat = 998.21 * 4.1818 * 0.1 * 10.0
    assert flow_for_heat_m3_per_s(np.array([heat]), 10.0) == pytest.approx([0.1], rel=1e-12)
    assert temperature_rise_k(np.array([heat, heat]), np.array([0.1, 0.0])) == pytest.approx([10.0, 0.0], rel=1e-12)


def test_a_year_takes_milliseconds():
    """Proves: a year of hours takes less than 20 ms (0.2 ms measured), the best of five.
    Sensitivity: a loop over hours."""
    flow, made, taken = np.random.default_rng(1).uniform(0.0, 0.1, 8760), pump(power_law=(0.05, 0.95, 2.5)), []
    for _ in range(5):
        start = time.perf_counter()
        pump_operation(made, flow)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.02


def test_what_cannot_flow_is_refused():
    """Proves: a missing flow or count, -1 pumps, and heat without a rise of temperature are refused, each with what is
    wrong.
    Sensitivity: a missing flow would pass for none, a rise of nil ask for infinite water."""
    with pytest.raises(ValueError, match="flow_m3_per_s is not a number in 1 hours, first in hour 1"):
        pump_operation(pump(), np.array([0.1, np.nan]))
    with pytest.raises(ValueError, match="running is not a number"):
        pump_operation(pump(), np.array([0.1]), np.array([np.nan]))
    with pytest.raises(ValueError, match="-1 pumps running"):
        pump_operation(pump(), np.array([0.1]), -1)
    for rise_k in (0.0, -5.0, np.array([6.0, 0.0]), np.nan):
        with pytest.raises(ValueError, match="give more than 0"):
            flow_for_heat_m3_per_s(np.array([100.0, 100.0]), rise_k)
