"""Liquid water, and the water of a basin."""

import numpy as np
import pytest

from twin.model.thermal.water import (
    KG_PER_M3,
    VOLUME_KJ_PER_M3_K,
    basin_water,
    density_kg_m3,
    heat_capacity_kj_per_kg_k,
    warmed_c,
)


def test_water_by_the_handbook():
    """Proves: 4.1818 kJ/(kg K) and 998.21 kg/m3 at 20 C, half-way between table values at 45 C, held beyond the ends.
    Sensitivity: EnergyPlus's heat capacity at 49.47 C is 4.1809, 1e-4 from ours."""
    assert heat_capacity_kj_per_kg_k([20.0, 45.0, -5.0]) == pytest.approx([4.1818, 4.17955, 4.2176])
    assert density_kg_m3([20.0, 120.0]) == pytest.approx([998.21, 958.40])
    assert float(heat_capacity_kj_per_kg_k(49.4729)) == pytest.approx(4.18086, rel=1.5e-4)
    assert pytest.approx(998.21) == KG_PER_M3
    assert pytest.approx(998.21 * 4.1818) == VOLUME_KJ_PER_M3_K


def test_a_basin_by_hand():
    """Proves: of 9 kg/s at four cycles 3 leave beside the vapour, 0.5 of them as drift; with 4 of drift nothing is
    drained, and make-up is 13.
    Sensitivity: E / c instead of E / (c - 1) drains 2.25; drift on top of the blowdown makes up 12.5."""
    found = basin_water([9.0, 9.0, 9.0], [0.0, 0.5, 4.0], 4.0)
    np.testing.assert_allclose(found.blowdown_kg_per_s, [3.0, 2.5, 0.0])
    np.testing.assert_allclose(found.make_up_kg_per_s, [12.0, 12.0, 13.0])


def test_water_and_salt_of_a_basin_balance():
    """Proves: in 1000 random hours water in is water out, and while anything is drained so is salt, to 1e-12; more
    cycles never drain more.
    Sensitivity: drift that carried no salt would lose a tenth of it."""
    random = np.random.default_rng(3)
    evaporation, drift = random.uniform(0, 10, 1000), random.uniform(0, 0.3, 1000)
    before = np.inf
    for cycles in (2.0, 4.0, 9.0):
        found = basin_water(evaporation, drift, cycles)
        out = found.evaporation_kg_per_s + found.drift_kg_per_s + found.blowdown_kg_per_s
        np.testing.assert_allclose(out, found.make_up_kg_per_s, rtol=1e-12)
        drained = found.blowdown_kg_per_s > 0
        salt = cycles * (found.blowdown_kg_per_s + drift)
        np.testing.assert_allclose(salt[drained], found.make_up_kg_per_s[drained], rtol=1e-12)
        assert (found.blowdown_kg_per_s <= before).all()
        before = found.blowdown_kg_per_s


def test_water_warms_by_its_heat():
    """Proves: 20 kg/s at 40 C that take 1.6737 MW leave at 60 C, for 4.1843 kJ/(kg K) there; Q = m c(T) (T - T_cold)
    to rounding in hours of all kinds; water that stands keeps its temperature, whatever the heat.
    Sensitivity: the heat capacity of the cold end, 4.1785, would give 60.03 C."""
    assert warmed_c(np.array([40.0]), np.array([20 * 4.1843 * 20.0]), np.array([20.0])) == pytest.approx(60.0, abs=1e-9)
    random = np.random.default_rng(3)
    cold, heat, flow = random.uniform(1, 50, 500), random.uniform(0, 900, 500), random.uniform(5, 50, 500)
    warm = warmed_c(cold, heat, flow)
    np.testing.assert_allclose(flow * heat_capacity_kj_per_kg_k(warm) * (warm - cold), heat, rtol=1e-11, atol=1e-9)
    assert warmed_c(np.array([40.0]), np.array([100.0]), np.array([0.0]))[0] == 40.0
