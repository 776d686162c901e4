"""A tank of chilled water in layers: what flows, mixes, conducts and is lost."""

import math

import numpy as np
import pytest

from twin.model.thermal.stratified_store import Tank, displacement, settled, simulate_tank

PLUG = Tank(volume_m3=1000.0, height_m=10.0, nodes=20, mixing_fraction=0.0)


def busy_year(hours=2000, seed=4):
    """Flow either way, at rest now and then, water of the wrong temperature among it, in changing air."""
    random = np.random.default_rng(seed)
    flow = np.where(random.uniform(size=hours) < 0.2, 0.0, random.normal(0.0, 150.0, hours))
    inlet = np.where(flow > 0, random.uniform(5.0, 12.0, hours), random.uniform(9.0, 16.0, hours))
    return flow, inlet, random.uniform(0.0, 40.0, hours)


@pytest.mark.parametrize("mixing", [0.0, 0.2, 1.0])
def test_heat_comes_from_nowhere_in_no_hour(mixing):
    """Proves: what the layers hold, what the flow carries out and what comes through the wall close to 1e-9 of the
    largest flow of heat in every hour, with water upside down, flows of several volumes an hour, and rest.
    Sensitivity: an outlet that is the last layer's own temperature would miss by the hour's share of the flow."""
    tank = Tank(300.0, 8.0, 12, mixing, 1.5, 0.58, 10.0)
    flow, inlet, air = busy_year()
    year = simulate_tank(tank, flow, inlet, air, np.linspace(6.0, 14.0, 12))
    assert np.abs(year.imbalance_kwh(tank)).max() < 1e-9 * np.abs(year.heat_kwh).max()
    assert (np.diff(year.node_c, axis=1) > -1e-6).all()
    assert year.node_c.min() >= 0.0
    assert year.node_c.max() <= 40.0


def test_a_plug_gives_back_all_that_it_took():
    """Proves: pushed through without mixing in ten hours at 6 C, a warm tank of 14 C gives 14 C for ten hours while it
    is filled and 6 C for ten hours while it is emptied.
    Sensitivity: stirred layers would give 13.9 and then 6.1 C near the end of each."""
    flow = np.repeat([100.0, -100.0], 10)
    year = simulate_tank(PLUG, flow, np.where(flow > 0, 6.0, 14.0), 10.0, 14.0)
    assert year.outlet_c == pytest.approx(np.repeat([14.0, 6.0], 10), abs=1e-9)
    assert year.node_c[9] == pytest.approx(np.full(20, 6.0))


def test_stirred_layers_follow_poisson():
    """Proves: after a flow of m layers' volumes through stirred ones, layer k of a tank at 1 C that is filled with
    water at nil holds Poisson's distribution summed up to k, by hand for m = 2.
    Sensitivity: a step of Euler's, or a mean shifted by a layer."""
    weights = displacement(2.0, 4, 1.0)[0]
    assert weights == pytest.approx([math.exp(-2.0) * 2.0**k / math.factorial(k) for k in range(4)], rel=1e-12)
    tank = Tank(4.0, 4.0, 4, 1.0)
    year = simulate_tank(tank, [2.0], 0.0, 0.0, 1.0)
    left = np.cumsum(weights)  # of the layer's own water and of those below it that were full
    assert year.node_c[0] == pytest.approx(left, rel=1e-12)


def test_half_a_plug_lies_between_two_layers():
    """Proves: pushed on by a layer and a half, half of the water is one layer further on and half two.
    Sensitivity: rounding to whole layers."""
    assert displacement(1.5, 4, 0.0)[0] == pytest.approx([0.0, 0.5, 0.5, 0.0])


def test_a_tank_at_rest_warms_by_its_wall():
    """Proves: one well-mixed body (two layers of equal temperature, strong conduction) of conductance UA warms to the
    air by 1 - exp(-UA t / C): UA of wall and lids by hand.
    Sensitivity: a lid left out is 4 % of it; hours in place of seconds a factor of 3,600."""
    tank = Tank(1000.0, 10.0, 2, 1.0, 2.0, 1e6, 10.0)
    section_m2 = 100.0
    wall_m2 = 2.0 * math.sqrt(math.pi * section_m2) * 10.0 + 2.0 * section_m2
    per_h = 2.0 * wall_m2 / 1000.0 / (tank.node_kwh_per_k * 2)
    year = simulate_tank(tank, np.zeros(100), 0.0, 30.0, 6.0)
    assert year.node_c[-1] == pytest.approx(np.full(2, 30.0 - 24.0 * math.exp(-per_h * 100.0)), rel=1e-9)
    assert year.gain_kwh.sum() == pytest.approx(2 * tank.node_kwh_per_k * (year.node_c[-1, 0] - 6.0), rel=1e-9)


def test_conduction_alone_evens_two_layers():
    """Proves: two layers 8 K apart close by exp(-2 k A / (dz C) t), by hand with k = 0.6 W/(m K).
    Sensitivity: the distance of centres taken as the whole height halves it."""
    tank = Tank(100.0, 2.0, 2, 0.0, 0.0, 0.6, 10.0)
    per_h = 2.0 * 0.6 * 50.0 / 1.0 / 1000.0 / tank.node_kwh_per_k
    year = simulate_tank(tank, np.zeros(500), 0.0, 0.0, [6.0, 14.0])
    assert np.diff(year.node_c[-1])[0] == pytest.approx(8.0 * math.exp(-500.0 * per_h), rel=1e-9)


def test_layers_upside_down_mix_with_their_neighbours():
    """Proves: 8, 6, 7, 12 becomes 7, 7, 7, 12: the nearest order of the same heat.
    Sensitivity: sorting would say 6, 7, 8, 12; one exchange 7, 7, 7.. only by luck."""
    assert settled(np.array([8.0, 6.0, 7.0, 12.0])).tolist() == [7.0, 7.0, 7.0, 12.0]


def test_what_is_no_number_is_refused():
    """Proves: a missing flow is refused by name. Sensitivity: one missing hour spoils the year unseen."""
    with pytest.raises(ValueError, match="flow_m3_per_h"):
        simulate_tank(PLUG, [1.0, math.nan], 6.0, 10.0, 14.0)
