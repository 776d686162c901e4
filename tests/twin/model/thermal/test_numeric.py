"""Roots on arrays, and the tables of water."""

import numpy as np
import pytest

from twin.model.thermal.numeric import bracketed_root, polynomial
from twin.model.thermal.water import density_kg_m3, heat_capacity_kj_per_kg_k


def test_polynomial_by_hand():
    """Proves: 1 + 2 x + 3 x2 at 2 is 17, the lowest power first.
    Sensitivity: the highest power first would be 11."""
    assert polynomial((1.0, 2.0, 3.0), [2.0, 0.0]).tolist() == [17.0, 1.0]


def test_roots_of_many_kinds_at_once():
    """Proves: straight, steep, flat and kinked residuals are solved together within 1e-8, in at most 40 evaluations
    (bisection alone would take as many for 1e-9 of an interval of 1000).
    Sensitivity: a method that loses its bracket ends elsewhere."""
    power, target = np.array([1.0, 9.0, 0.2, 3.0]), np.array([0.3, 0.5, 0.7, 0.001])
    calls = []

    def residual(x):
        calls.append(1)
        return np.maximum(x, 0.0) ** power - target

    found = bracketed_root(residual, np.zeros(4), np.ones(4))
    assert found == pytest.approx(target ** (1.0 / power), abs=1e-8)
    assert len(calls) <= 40


def test_without_a_root_the_nearer_end():
    """Proves: where the residual is negative throughout the high end comes back, where positive the low end; a root at
    an end is that end.
    Sensitivity: a fan that cannot hold its setpoint must run at full speed, not at the middle."""
    shift = np.array([-5.0, 5.0, 0.0, -1.0])
    found = bracketed_root(lambda x: x + shift, np.zeros(4), np.ones(4))
    assert found == pytest.approx([1.0, 0.0, 0.0, 1.0], abs=1e-8)


def test_water_by_the_handbook():
    """Proves: 4.1818 kJ/(kg K) and 998.21 kg/m3 at 20 C, half-way between table values at 45 C, held beyond the ends.
    Sensitivity: EnergyPlus's heat capacity at 49.47 C is 4.1809, 1e-4 from ours."""
    assert heat_capacity_kj_per_kg_k([20.0, 45.0, -5.0]) == pytest.approx([4.1818, 4.17955, 4.2176])
    assert density_kg_m3([20.0, 120.0]) == pytest.approx([998.21, 958.40])
    assert float(heat_capacity_kj_per_kg_k(49.4729)) == pytest.approx(4.18086, rel=1.5e-4)
