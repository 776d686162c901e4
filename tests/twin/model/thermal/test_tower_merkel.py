"""Merkel's tower: effectiveness, sized UA, and the balance against a step-by-step integration of Merkel's equation."""

import numpy as np
import pytest

from sites.errors import InputError
from twin.model.equipment.towers import CoolingTower
from twin.model.thermal.outdoor_air import OutdoorAir, saturated_enthalpy_kj_per_kg, saturated_temperature_c
from twin.model.thermal.tower_merkel import MerkelTower, counter_flow_effectiveness, sized_ua_kw_per_k

TOWER = CoolingTower(
    name="tower", model="merkel", design_approach_k=4.0, design_range_k=5.56, design_water_kg_per_s=290.0,
    design_air_m3_per_s=220.0, fan_kw=60.0, setpoint_c=24.0, usd_each=1.0, most=1, life_years=20,
)  # fmt: skip


def test_effectiveness_by_hand():
    """Proves: NTU 1 at equal capacities is 1/2; at Cr = 0 it is 1 - 1/e; at Cr 0.5 (1 - e^-0.5) / (1 - 0.5 e^-0.5).
    Sensitivity: parallel flow would give 0.43 at equal capacities."""
    found = counter_flow_effectiveness(np.ones(3), np.array([1.0, 0.0, 0.5]))
    half = np.exp(-0.5)
    assert found == pytest.approx([0.5, 1.0 - np.exp(-1.0), (1.0 - half) / (1.0 - 0.5 * half)], rel=1e-8)


def test_saturation_is_inverted():
    """Proves: the temperature of saturated air's enthalpy is the temperature, from -20 to 60 C and at two pressures.
    Sensitivity: a slope that is wrong would need more steps than there are and miss by more than 1e-8 K."""
    t_c = np.linspace(-20, 60, 161)
    for pressure in (101325.0, 84000.0):
        found = saturated_temperature_c(saturated_enthalpy_kj_per_kg(t_c, pressure), pressure)
        assert found == pytest.approx(t_c, abs=1e-8)


def test_little_water_is_held_in_the_correction():
    """Proves: below 30 % of the water flow UA is corrected as at 30 %: at 20 % a tower whose curve is flat at that
    value does the same.
    Sensitivity: the parabola run on would leave three quarters of that UA."""
    outdoor, one = OutdoorAir.of_wet_bulb([30.0], [20.0]), np.ones(1)
    at_30 = (0.1082 + 1.667 * 0.3 - 0.7713 * 0.09) / (0.1082 + 1.667 - 0.7713)
    model = MerkelTower.of(TOWER)
    flat = MerkelTower(TOWER.model_copy(update={"ua_water_curve": (1.0, 0.0, 0.0)}), model.ua_kw_per_k * at_30)
    found, wanted = (tower.range_k(32.0 * one, 0.2 * one, 0.6 * one, outdoor)[0] for tower in (model, flat))
    assert found == pytest.approx(wanted, abs=1e-9)


def test_both_directions_agree():
    """Proves: range from entering water, entering water from range, and air from both agree within 1e-6 over 1000
    random states.
    Sensitivity: a heat capacity taken at another temperature in one direction shows as 1e-3 K."""
    random = np.random.default_rng(2)
    outdoor = OutdoorAir.of_wet_bulb(random.uniform(31, 40, 1000), random.uniform(0, 30, 1000), 99000.0)
    model = MerkelTower.of(TOWER)
    share, ratio, range_k = random.uniform(0.4, 1.0, 1000), random.uniform(0.3, 1.0, 1000), random.uniform(1, 12, 1000)
    leaving = model.leaving_c(range_k, share, ratio, outdoor)
    assert (leaving > outdoor.wet_bulb_c).all()
    assert model.range_k(leaving + range_k, share, ratio, outdoor) == pytest.approx(range_k, abs=1e-6)
    assert model.air_ratio(leaving + range_k, range_k, share, 0.2, outdoor) == pytest.approx(ratio, abs=1e-6)


def test_air_carries_what_the_water_loses():
    """Proves: at design, an independent iteration of EnergyPlus's kind (guess the leaving wet bulb, effectiveness,
    heat, again) ends at the same leaving water within 1e-6 K.
    Sensitivity: UA not scaled by cp_e / cp is off by more than 3 K."""
    outdoor = OutdoorAir.of_wet_bulb(35.0, 20.0)
    model = MerkelTower.of(TOWER)
    entering, share = np.array([33.0]), np.ones(1)
    water = 290.0 * 4.1785  # near 35 C, where the design water enters
    dry_air = 220.0 * float(outdoor.dry_air_kg_m3[0])
    ua = model.ua_kw_per_k * (1.0 + 0.0081 * (25.56 - 20.0))
    h_in = float(saturated_enthalpy_kj_per_kg(20.0, 101325.0))
    out = 26.0
    for _ in range(200):
        cp_e = (float(saturated_enthalpy_kj_per_kg(out, 101325.0)) - h_in) / (out - 20.0)
        streams = sorted((dry_air * cp_e, water))
        units = ua * cp_e / float(outdoor.heat_capacity_kj_per_kg_k[0]) / streams[0]
        gone = float(counter_flow_effectiveness(np.array(units), np.array(streams[0] / streams[1])))
        heat = gone * streams[0] * (33.0 - 20.0)
        out = 20.0 + heat / (dry_air * cp_e)
    found = entering - model.range_k(entering, share, share, outdoor)
    assert found[0] == pytest.approx(33.0 - heat / water, abs=2e-4)  # heat capacity from the table, within 1e-5


@pytest.mark.outside
def test_energyplus_merkel_tower():
    """Proves: in four minutes of EnergyPlus 9.2's CoolingTower:VariableSpeed:Merkel (Chicago, 7 July; published with
    LBNL's Modelica Buildings library, Validation/MerkelEnergyPlus/modelica.csv; UA 2011.28668 W/K, air 0.56054 m3/s)
    our fan ratio is theirs within 0.001, and at theirs the leaving water within 0.005 K (found: 0.0002 and 0.002).
    Sensitivity: without the correction of UA for the wet bulb the water is 0.04 K warmer."""
    rows = np.array([
        (25.25, 18.71484966775649, 33.560399912701776, 0.39634655174122413),
        (26.485, 18.676249576329734, 33.696841656660716, 0.4073827542397073),
        (27.285, 18.593364231616878, 33.747608466138395, 0.4102211313074623),
        (27.99333333333333, 18.52533897609195, 33.77543646993721, 0.4115039261170218),
    ])  # fmt: skip
    dry_c, wet_c, entering, ratio = rows.T
    outdoor = OutdoorAir.of_wet_bulb(dry_c, wet_c, 98884.0)
    kit = TOWER.model_copy(update={"design_water_kg_per_s": 1.0887939800087665, "design_air_m3_per_s": 0.56054})
    model = MerkelTower(kit, 2.01128668 * sum(kit.ua_water_curve))  # their curves are not scaled to 1 at design
    share = np.ones(4)
    assert model.air_ratio(entering, entering - 30.0, share, 0.2, outdoor) == pytest.approx(ratio, abs=1e-3)
    assert entering - model.range_k(entering, share, ratio, outdoor) == pytest.approx(30.0, abs=5e-3)


def test_too_little_air_is_refused():
    """Proves: a tower whose air would have to leave warmer than the water enters is refused with its number; ten times
    the air is not, and needs less UA than a little more than enough.
    Sensitivity: an effectiveness above 1 gives a logarithm of a negative number."""
    with pytest.raises(InputError, match="this air would have to leave"):
        sized_ua_kw_per_k(TOWER.model_copy(update={"design_air_m3_per_s": 60.0}))
    ample, little = (
        sized_ua_kw_per_k(TOWER.model_copy(update={"design_air_m3_per_s": flow})) for flow in (2000.0, 140.0)
    )
    assert 0 < ample < little
