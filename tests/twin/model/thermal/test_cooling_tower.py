"""Cooling towers: YorkCalc's polynomial and its closed roots, fan control, cells, and what a larger tower must do."""

import numpy as np
import pytest

from sites import air
from sites.errors import InputError
from sites.validation import validated
from twin.model.equipment.towers import YORKCALC_APPROACH, CoolingTower, design_liquid_to_gas
from twin.model.thermal.cooling_tower import basin_heater_kw, cool_water, reject_heat, tower_model, tower_warnings
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.tower_yorkcalc import YorkCalcTower, approach_k
from twin.model.thermal.water import heat_capacity_kj_per_kg_k

PLAIN = {
    "name": "tower",
    "design_approach_k": 4.0,
    "design_range_k": 5.56,
    "design_water_kg_per_s": 290.0,
    "design_air_m3_per_s": 180.0,
    "fan_kw": 60.0,
    "setpoint_c": 24.0,
    "cells": 3,
    "usd_each": 1.0,
    "most": 4,
    "life_years": 20,
}
MODELS = ("yorkcalc", "merkel")
DESIGN_KW_TH = 290.0 * 4.1784 * 5.56


def tower(**changes):
    return validated(CoolingTower, PLAIN | changes, "towers.toml")


def wet(wet_bulb_c, dry_c=None):
    bulbs = np.atleast_1d(np.asarray(wet_bulb_c, dtype=float))
    return OutdoorAir.of_wet_bulb(bulbs + 6.0 if dry_c is None else dry_c, bulbs)


def year(seed=3, hours=4000):
    """Random hours: outdoor air of Texas and Florida, and heat from a fifth to more than the design's."""
    random = np.random.default_rng(seed)
    dry_c = random.uniform(-5, 38, hours)
    ratio = air.humidity_ratio_from_relative_humidity(dry_c, random.uniform(0.2, 0.95, hours), 101325.0)
    outdoor = OutdoorAir.of(dry_c, ratio, 101325.0)
    return outdoor, random.uniform(0.2, 1.2, hours) * DESIGN_KW_TH


def test_the_polynomial_term_by_term():
    """Proves: the 27 terms summed one by one give the approach, 3.8425 K at 25.56 C, 5.56 K and L/G 1 (the published
    rating point of the correlation is 3.9 K), and 0 C, 10 K, L/G 1 by hand: -0.359741205 + 1.73926877 - 0.5589849456 +
    2.84765801111 + 16.80428651 - 2.5485194448 - 0.06537662556 - 0.910565458 - 0.34285382352 = 16.6051717886.
    Sensitivity: a sign or a power lost in one coefficient moves one of the points by more than 1e-6."""
    powers = [(i, j, k) for i in range(3) for j in range(3) for k in range(3)]
    by_term = sum(YORKCALC_APPROACH[i][j][k] * 1.0**i * 5.56**j * 25.56**k for i, j, k in powers)
    found = approach_k(np.array([25.56, 0.0]), np.array([5.56, 10.0]), np.array([1.0, 1.0]))
    assert found[0] == pytest.approx(by_term, rel=1e-12)
    assert found[0] == pytest.approx(3.8425167, abs=1e-6)
    assert found[1] == pytest.approx(16.60517178863, abs=1e-9)


def test_less_air_never_cools_better():
    """Proves: with a liquid-to-gas ratio from 0.5 to 20 the approach never falls, at any wet bulb and range, and at the
    top of its parabola (16 K, 10 C: 5.3) it is held; range at a given entering temperature never rises.
    Sensitivity: the bare polynomial falls to -20 K at a ratio of 8 and a range of 22 K."""
    ratio = np.linspace(0.5, 20.0, 400)
    for wet_bulb in (-10.0, 10.0, 25.0):
        for range_k in (3.0, 8.0, 16.0, 22.0):
            found = approach_k(np.full(400, wet_bulb), np.full(400, range_k), ratio)
            assert (np.diff(found) >= -1e-9).all()
        cooled = YorkCalcTower(1.0).range_k(np.full(400, 45.0), ratio, np.ones(400), wet(np.full(400, wet_bulb)))
        assert (np.diff(cooled) <= 1e-6).all()
    held = approach_k(np.full(2, 10.0), np.full(2, 16.0), np.array([8.0, 12.0]))
    assert held[0] == held[1] > 40.0


def test_closed_roots_agree_with_a_search():
    """Proves: range and air ratio by the closed forms satisfy wet bulb + approach + range = entering within 1e-9 K at
    2000 random states inside the correlation's range.
    Sensitivity: the other root of a parabola is off by tens of kelvin."""
    random = np.random.default_rng(7)
    outdoor = wet(random.uniform(-10, 29, 2000))
    model = YorkCalcTower(1.05)
    share, ratio, range_k = random.uniform(0.4, 1.2, 2000), random.uniform(0.4, 1.0, 2000), random.uniform(2, 12, 2000)
    leaving = model.leaving_c(range_k, share, ratio, outdoor)
    np.testing.assert_allclose(model.range_k(leaving + range_k, share, ratio, outdoor), range_k, atol=1e-9)
    np.testing.assert_allclose(model.air_ratio(leaving + range_k, range_k, share, 0.2, outdoor), ratio, atol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_design_conditions_are_met(model):
    """Proves: at its design wet bulb, heat and flow a tower leaves water at 25.56 + 4 C, at full fans.
    Sensitivity: without EnergyPlus's calibration of the water flow YorkCalc would leave it at 25.56 + 3.84 C."""
    outdoor = OutdoorAir.of_wet_bulb(35.0, 25.56)
    heat = 290.0 * float(heat_capacity_kj_per_kg_k(25.56 + 4.0 + 5.56)) * 5.56
    found = reject_heat(tower(model=model), heat, 290.0, outdoor)
    assert found.leaving_c[0] == pytest.approx(29.56, abs=1e-6)
    assert found.fan_kw[0] == pytest.approx(60.0)
    assert found.misses_setpoint[0]


def test_calibration_by_search():
    """Proves: the closed calibration ratio gives the design approach; a tower asked for less approach gets a smaller
    ratio (more tower for its water).
    Sensitivity: the ratio inverted would reward a hard design with a small tower."""
    for approach in (2.5, 4.0, 7.0):
        ratio = design_liquid_to_gas(25.56, 5.56, approach)
        there = approach_k(np.array([25.56]), np.array([5.56]), np.array([ratio]))
        assert there[0] == pytest.approx(approach, abs=1e-9)
    assert design_liquid_to_gas(25.56, 5.56, 2.5) < design_liquid_to_gas(25.56, 5.56, 4.0)


@pytest.mark.parametrize("model", MODELS)
def test_heat_and_entering_water_agree(model):
    """Proves: what `reject_heat` finds for a heat, `cool_water` finds for the entering water that results: the same
    leaving water within 1e-6 K and fan power within 1e-6 kW, and heat = m c range within 1e-9 in every hour.
    Sensitivity: two controls that differ would put the optimiser and the play-back apart."""
    kit = tower(model=model)
    outdoor, heat = year(hours=1500)
    found = reject_heat(kit, heat, 250.0, outdoor)
    again = cool_water(kit, found.entering_c, 250.0, outdoor)
    np.testing.assert_allclose(again.leaving_c, found.leaving_c, atol=1e-6)
    np.testing.assert_allclose(again.fan_kw, found.fan_kw, atol=1e-6)
    np.testing.assert_allclose(found.heat_kw_th, heat, rtol=1e-9)
    np.testing.assert_allclose(250.0 * heat_capacity_kj_per_kg_k(found.entering_c) * found.range_k, heat, rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_the_setpoint_is_held_between_free_convection_and_full_speed(model):
    """Proves: over random hours every way of running occurs; where fans neither stand nor miss, water leaves at the
    setpoint; where they stand it floats at or below; where they miss it is above, at full power.
    Sensitivity: a fan that overshoots would cool below the setpoint with the power of full speed."""
    random = np.random.default_rng(11)
    outdoor, heat = year(hours=3000)
    heat = heat * np.where(random.random(3000) < 0.2, 0.15, 1.0)
    found = reject_heat(tower(model=model), heat, 290.0, outdoor)
    stands, misses = found.fan_kw == 0, found.misses_setpoint
    holds = ~stands & ~misses
    cycles = holds & (found.air_ratio < 0.2)
    assert min(stands.sum(), misses.sum(), holds.sum(), cycles.sum()) > 20
    assert found.leaving_c[holds] == pytest.approx(24.0, abs=1e-9)
    assert (found.leaving_c[stands] <= 24.0 + 1e-9).all()
    assert (found.leaving_c[misses] > 24.0).all()
    assert found.fan_kw[misses] == pytest.approx(60.0)
    assert (found.fan_kw[holds] <= 60.0 + 1e-9).all()


def test_fan_power_is_the_cube_of_speed():
    """Proves: a tower that holds its setpoint at a speed ratio r between 0.2 and 1 draws 60 r3 kW; with a linear fan
    curve 60 r; cycling at 0.2, half of the time, half of 60 x 0.008 kW.
    Sensitivity: power in proportion to speed would be four times as much at half speed."""
    outdoor, heat = year(hours=2000)
    found = reject_heat(tower(), heat, 290.0, outdoor)
    follows = (found.fan_kw > 60.0 * 0.2**3 + 1e-9) & ~found.misses_setpoint
    assert found.fan_kw[follows] == pytest.approx(60.0 * found.air_ratio[follows] ** 3, rel=1e-9)
    straight = reject_heat(tower(fan_curve=[0.0, 1.0]), heat, 290.0, outdoor)
    assert straight.fan_kw[follows] == pytest.approx(60.0 * straight.air_ratio[follows], rel=1e-9)
    cycles = (found.fan_kw > 0) & (found.air_ratio < 0.2)
    share = (found.air_ratio[cycles] - 0.125) / (0.2 - 0.125)
    assert found.fan_kw[cycles] == pytest.approx(60.0 * 0.008 * share, rel=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_a_larger_tower_never_leaves_warmer_water(model):
    """Proves: doubling a tower, at any hour and load, leaves the water no warmer, and needs no more fan power where
    both hold the setpoint.
    Sensitivity: the correlation run beyond the top of its parabola, or a ratio inverted, breaks it."""
    outdoor, heat = year(hours=3000)
    small = reject_heat(tower(model=model), heat, 290.0, outdoor)
    large = reject_heat(tower(model=model).bank(1.5), heat, 290.0, outdoor)
    held = ~small.misses_setpoint & (small.fan_kw > 0) & (large.fan_kw > 0)
    assert (large.leaving_c <= small.leaving_c + 1e-7)[small.misses_setpoint | held].all()
    assert (large.leaving_c <= np.maximum(small.leaving_c, 24.0) + 1e-7).all()
    assert (large.fan_kw <= small.fan_kw + 1e-7)[held].all()


@pytest.mark.parametrize("model", MODELS)
def test_wetter_air_and_more_heat_never_need_less(model):
    """Proves: along a rising wet bulb, and along a rising heat, neither fan power nor leaving water falls (water that
    floats below the setpoint, with fans off, apart).
    Sensitivity: a wrong root gives a saw-tooth."""
    rising = np.linspace(2.0, 29.0, 200)
    kit = tower(model=model)
    by_wet_bulb = reject_heat(kit, np.full(200, 0.8 * DESIGN_KW_TH), 290.0, wet(rising, 40.0))
    by_heat = reject_heat(kit, np.linspace(0.15, 1.3, 200) * DESIGN_KW_TH, 290.0, wet(np.full(200, 18.0)))
    for found in (by_wet_bulb, by_heat):
        assert (np.diff(found.fan_kw) >= -1e-7).all()
        assert (np.diff(np.maximum(found.leaving_c, 24.0)) >= -1e-7).all()


def test_cells_by_hand():
    """Proves: at half of the design water, "most" runs floor(0.5 x 3 / 0.33) -> 3 of 3 cells, at a fifth 1; "fewest"
    starts with 1 (a cell takes 2.5 times its design) and adds cells only where the setpoint is missed; fans of few
    cells at higher speed need more power.
    Sensitivity: cells that stand but are charged, or flows not divided by the cells running, show in fan power."""
    air = wet([15.0, 15.0])
    most = reject_heat(tower(), [4000.0, 1000.0], [145.0, 58.0], air)
    assert most.cells_running.tolist() == [3, 1]
    fewest = reject_heat(tower(cell_control="fewest"), [4000.0, 1000.0], [145.0, 58.0], air)
    assert fewest.cells_running.tolist() == [2, 1]
    assert fewest.fan_kw[0] > most.fan_kw[0]
    assert fewest.leaving_c[0] == pytest.approx(24.0)
    at_a_peak = reject_heat(tower(cell_control="fewest"), 6000.0, 290.0, wet([27.0]))
    assert at_a_peak.cells_running.tolist() == [3]


def test_without_water_nothing_runs():
    """Proves: no water, no fan, no heat, no cells; the standing basin is heated by 2 kW/K below its 2 C: 8 kW at -2 C.
    Sensitivity: a division by the flow would give not-a-number in every idle hour."""
    found = reject_heat(tower(), [0.0, 0.0], [0.0, 0.0], wet([-4.0, 20.0]))
    for value in (found.fan_kw, found.heat_kw_th, found.air_kg_per_s, found.cells_running, found.range_k):
        assert value.tolist() == [0.0, 0.0]
    assert np.isfinite(found.leaving_c).all()
    heater = basin_heater_kw(tower(basin_heater_kw_per_k=2.0), np.array([-2.0, 20.0, -2.0]), np.array([0.0, 0.0, 5.0]))
    assert heater.tolist() == [8.0, 0.0, 0.0]


def test_limits_of_the_correlation_are_told():
    """Proves: a wet bulb of 31 C is computed with the approach of 29.44 C, marked, and told with its hours and value;
    a year inside is not.
    Sensitivity: silent extrapolation of a second power gives an approach that falls with the wet bulb."""
    air = wet([20.0, 31.0, 30.0])
    found = reject_heat(tower(), 6000.0, 290.0, air)
    assert found.in_range.tolist() == [True, False, False]
    assert any("wet bulb outside -34.4 to 29.4444 C in 2 hours, at worst 31.0 C" in line
               for line in tower_warnings(tower(), found, air))  # fmt: skip
    assert found.leaving_c[1] - found.leaving_c[2] == pytest.approx(1.0, abs=1e-4)
    fine = reject_heat(tower(), 6000.0, 290.0, wet([20.0]))
    assert tower_warnings(tower(), fine, wet([20.0])) == []


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("fan_curve", [1.0, -0.5, 0.0, 0.5], "falls somewhere"),
        ("fan_curve", [0.0, 0.0, 0.0, 0.8], "at full speed"),
        ("spare", 4, "none is left"),
        ("design_approach_k", 1.2, "YorkCalc has this approach"),
        ("design_dry_bulb_c", 20.0, "below design_wet_bulb_c"),
        ("ua_air_curve", [0.0, 1.0, 1.0], "of the UA at design flow"),
    ],
)
def test_towers_that_cannot_be_built_are_refused(key, value, told):
    """Proves: each is refused with file and key; sound neighbours pass (all other tests).
    Sensitivity: a curve that falls would let the optimiser save power by running faster."""
    changes = {key: value} | ({"design_range_k": 20.0} if key == "design_approach_k" else {})
    with pytest.raises(InputError, match=told) as caught:
        tower(**changes)
    assert key in caught.value.problems[0].where


def test_the_model_is_chosen_by_name():
    """Proves: "merkel" and "yorkcalc" are two models behind one interface; they differ by less than 1 K near design.
    Sensitivity: a key that is read but not used would give the same numbers."""
    outdoor, heat = wet(np.linspace(15, 27, 50)), np.full(50, DESIGN_KW_TH)
    york, merkel = (reject_heat(tower(model=name), heat, 290.0, outdoor).leaving_c for name in MODELS)
    gap = np.abs(york - merkel).max()
    assert 1e-3 < gap < 1.0
    assert type(tower_model(tower(model="merkel"))) is not type(tower_model(tower()))


@pytest.mark.parametrize("model", ["yorkcalc", "merkel"])
def test_what_a_tower_carries_is_what_it_cools_by(model):
    """Proves: for 4000 random states a tower carries 0.1 % less than the range by which it cools and not 0.1 % more,
    nothing asked is carried, and a range beyond any is not.
    Sensitivity: a test on the wrong side would let the fan rest in the hours in which it is needed most."""
    random = np.random.default_rng(12)
    outdoor = wet(random.uniform(-5, 29, 4000))
    physics = tower_model(tower(model=model))
    share, ratio = random.uniform(0.4, 1.2, 4000), random.uniform(0.3, 1.0, 4000)
    entering = outdoor.wet_bulb_c + random.uniform(3.0, 18.0, 4000)
    cooled = physics.range_k(entering, share, ratio, outdoor)
    inside = (cooled > 0.1) & (cooled < physics.largest_range_k - 0.1)
    assert inside.sum() > 3000
    assert physics.carries(entering, 0.999 * cooled, share, ratio, outdoor)[inside].all()
    assert not physics.carries(entering, 1.001 * cooled, share, ratio, outdoor)[inside].any()
    assert physics.carries(entering, np.full(4000, -1.0), share, ratio, outdoor).all()
    assert not physics.carries(entering, np.full(4000, 60.0), share, ratio, outdoor).any()


@pytest.mark.parametrize("model", ["yorkcalc", "merkel"])
def test_hours_without_water_stand_still(model):
    """Proves: without water fans and heat are nil, by either call, and nothing is divided by it.
    Sensitivity: Merkel's equations at no flow at all divide nil by nil."""
    outdoor, still = wet([-5.0, 10.0, 25.0]), np.zeros(3)
    for found in (
        cool_water(tower(model=model), 35.0, still, outdoor),
        reject_heat(tower(model=model), 3000.0, still, outdoor),
    ):
        assert (found.fan_kw == 0).all()
        assert (found.heat_kw_th == 0).all()
        assert (found.cells_running == 0).all()
        assert np.isfinite(found.leaving_c).all()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("control", ["most", "fewest"])
def test_no_larger_bank_leaves_warmer_water(model, control):
    """Proves: a bank of 1 to 4 times a tower of one or three cells, any factor, leaves the water no warmer in 500
    random hours of heat and water, down to a tenth of the design's; its cells are whole and as large as the tower's.
    Sensitivity: cells enlarged to keep the factor (4.5 as 4) wet fewer of them: up to 2.2 K warmer."""
    random = np.random.default_rng(12)
    outdoor, _ = year(seed=13, hours=500)
    water = random.uniform(0.1, 1.1, 500) * 290.0
    heat = random.uniform(0.05, 1.3, 500) * DESIGN_KW_TH * water / 290.0
    for cells in (1, 3):
        kit = tower(model=model, cells=cells, cell_control=control)
        small = reject_heat(kit, heat, water, outdoor)
        for factor in random.uniform(1.0, 4.0, 4):
            bank = kit.bank(factor)
            assert bank.cells == np.ceil(factor * cells)
            assert bank.design_water_kg_per_s / bank.cells == pytest.approx(290.0 / cells, rel=1e-12)
            assert bank.fan_kw / bank.design_air_m3_per_s == pytest.approx(60.0 / 180.0, rel=1e-12)
            large = reject_heat(bank, heat, water, outdoor)
            assert (large.leaving_c <= np.maximum(small.leaving_c, 24.0) + 1e-9).all()


def test_banks_by_hand():
    """Proves: two towers of 3 cells are 6 cells with twice the flows; 1.5 are 5 cells, five thirds of the flows; a
    third is one cell; none is refused.
    Sensitivity: 4.5 rounded to the nearest even number is 4: a tower smaller than asked for."""
    kit = tower(basin_heater_kw_per_k=3.0)
    found = [kit.bank(units) for units in (2, 1.5, 1 / 3)]
    assert [bank.cells for bank in found] == [6, 5, 1]
    assert [bank.fan_kw for bank in found] == pytest.approx([120.0, 100.0, 20.0])
    assert [bank.basin_heater_kw_per_k for bank in found] == pytest.approx([6.0, 5.0, 1.0])
    for units in (0, -1, np.nan):
        with pytest.raises(ValueError, match="give more than 0"):
            kit.bank(units)


@pytest.mark.parametrize("model", MODELS)
def test_fans_stand_without_heat_and_heat_stays_without_water(model):
    """Proves: with nothing to reject (nil, or less) the fans stand, in a wet bulb far above the setpoint as in a cold
    one, and nothing is missed; heat without water is not rejected, and that is told.
    Sensitivity: full fans in every idle hour of a Florida summer cost 60 kW for nothing."""
    outdoor = wet([28.0, 28.0, 5.0, 28.0, 5.0])
    found = reject_heat(tower(model=model), [0.0, -50.0, 0.0, 4000.0, 4000.0], [290.0, 290.0, 290.0, 0.0, 0.0], outdoor)
    assert found.fan_kw.tolist() == [0.0] * 5
    assert found.heat_kw_th == pytest.approx(np.zeros(5), abs=1e-9)
    assert found.misses_setpoint.tolist() == [False, False, False, True, True]
    assert (found.leaving_c <= 24.0).all()
    assert found.range_k == pytest.approx(np.zeros(5), abs=1e-9)


@pytest.mark.parametrize("name", ["heat_kw_th", "water_kg_per_s", "setpoint_c"])
def test_what_is_no_number_is_refused(name):
    """Proves: a missing heat, flow or setpoint in one hour is refused with its name and hour, by both ways to run.
    Sensitivity: not-a-number is not above nil, so that a missing heat passes for an idle hour."""
    given = {"heat_kw_th": [5000.0, 5000.0], "water_kg_per_s": [290.0, 290.0], "setpoint_c": [24.0, 24.0]}
    given[name] = [given[name][0], np.nan]
    with pytest.raises(ValueError, match=f"{name} is not a number in 1 hours, first in hour 1"):
        reject_heat(tower(), outdoor=wet([20.0, 20.0]), **given)
    given["entering_c"] = given.pop("heat_kw_th")
    with pytest.raises(ValueError, match="first in hour 1"):
        cool_water(tower(), outdoor=wet([20.0, 20.0]), **given)
