"""Chillers: the curves by hand and against EnergyPlus, and the chords that a linear model sees."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from twin.model.plant import read_plant
from twin.model.thermal.chiller import (
    available_kw_th,
    bank_power_kw,
    best_part_load,
    chords,
    full_load_ratio,
    part_load,
)

CASES = Path(__file__).parents[3] / "cases" / "thermal"
STARTER = read_plant()[0].equipment.chiller


def chiller(**changes):
    return STARTER.model_copy(update=changes)


def plain(curve, capacity=100.0):
    """A chiller of *capacity* and 0.25 kW/kW_th at any temperature, with a part-load *curve*."""
    flat = (1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return chiller(
        capacity_kw_th=capacity, cop=4.0, capacity_curve=flat, power_temperature_curve=flat, power_part_load_curve=curve
    )


def test_curves_by_hand():
    """Proves: with 1 + 0.1 x - 0.01 x2 - 0.02 y + 0.001 y2 + 0.002 x y at 8 C and 30 C capacity is 100 x (1 + 0.8 -
    0.64 - 0.6 + 0.9 + 0.48) = 194 and, as a ratio of power, 1.94 / 4 = 0.485.
    Sensitivity: x and y exchanged would give another number; a COP multiplied instead of divided 7.76."""
    curve = (1.0, 0.1, -0.01, -0.02, 0.001, 0.002)
    made = chiller(capacity_kw_th=100.0, cop=4.0, capacity_curve=curve, power_temperature_curve=curve, supply_c=8.0)
    assert available_kw_th(made, np.array([30.0])) == pytest.approx([194.0], abs=1e-9)
    assert full_load_ratio(made, np.array([30.0])) == pytest.approx([0.485], abs=1e-12)


def test_temperatures_are_held_inside_the_curves():
    """Proves: below 4.44 C and above 46.1 C a chiller behaves as at the end of its curves, as EnergyPlus has it.
    Sensitivity: the quadratic run on to -20 C would promise power that no test has seen."""
    ends = np.array([STARTER.outdoor_low_c, STARTER.outdoor_high_c])
    for function in (available_kw_th, full_load_ratio):
        np.testing.assert_array_equal(function(STARTER, np.array([-20.0, 60.0])), function(STARTER, ends))


@pytest.mark.outside
def test_energyplus_case_a():
    """Proves: 8760 hours of an air-cooled chiller in EnergyPlus 25.2 (Tampa, 3.0 to 5.4 MW_th on 6.2 MW_th): given the
    node temperatures and the load, its power is ours within the six digits that the file holds of load and power, and
    the year's within 1e-6; so are both temperature curves.
    Sensitivity: a curve coefficient rounded to three digits is off by 1e-3; held at 29.4 C the peak by more."""
    columns = json.loads(gzip.decompress((CASES / "ep_A_aircooled.json.gz").read_bytes()))["columns"]
    given = {name.partition(":Chiller ")[2]: np.array(values) for name, values in columns.items() if "Chiller" in name}
    outdoor = given["Condenser Inlet Temperature [C]"]
    load_kw = given["Evaporator Cooling Rate [W]"] / 1000.0
    power_kw = given["Electricity Rate [W]"] / 1000.0
    made = chiller(
        capacity_kw_th=6200.0,
        cop=3.08,
        supply_c=8.0,
        outdoor_low_c=4.44,
        outdoor_high_c=46.11,
        capacity_curve=(1.0428575245, 0.0390769644, 0.0001876955, -0.0031517246, -9.84665e-05, -0.0003385144),
        power_temperature_curve=(0.5436161169, -0.0108322959, 0.0004105474, 0.0042214209, 0.0004027623, -0.0005156184),
    )
    assert (given["Evaporator Outlet Temperature [C]"] == 8.0).all()
    found, unserved = bank_power_kw(made, 1, load_kw, outdoor)
    assert unserved.max() == 0.0
    half_digit = 0.5 * 10.0 ** (np.floor(np.log10(power_kw)) - 5)
    assert (np.abs(found - power_kw) <= half_digit + 2e-6 * power_kw).all()
    assert found.sum() == pytest.approx(power_kw.sum(), rel=1e-6)
    capacity = given["Capacity Temperature Modifier Multiplier []"]
    ratio = given["EIR Temperature Modifier Multiplier []"]
    assert available_kw_th(made, outdoor) / 6200.0 == pytest.approx(capacity, rel=5.1e-6)
    assert full_load_ratio(made, outdoor) * 3.08 == pytest.approx(ratio, rel=5.1e-6)
    # the same chiller with the shipped, rounded coefficients
    assert bank_power_kw(made.model_copy(update={
        "capacity_curve": STARTER.capacity_curve, "power_temperature_curve": STARTER.power_temperature_curve,
    }), 1, load_kw, outdoor)[0].sum() == pytest.approx(power_kw.sum(), rel=1e-5)  # fmt: skip


def test_best_part_load_by_hand():
    """Proves: 0.16 + 0.2 u + 0.64 u2 needs least power for its cooling at sqrt(0.16 / 0.64) = 0.5; a curve whose best
    lies beyond full load is best at full load, and so is a straight one.
    Sensitivity: the least power (u = 0) is not the least power for each kW of cooling."""
    assert best_part_load(plain((0.16, 0.2, 0.64))) == pytest.approx(0.5)
    assert best_part_load(plain((0.5, 0.3, 0.2))) == 1.0
    assert best_part_load(plain((0.0, 1.0, 0.0))) == 1.0


def test_chords_by_hand():
    """Proves: of 0.16 + 0.2 u + 0.64 u2 the chords pass through nil and f(0.5) = 0.42, f(0.7) = 0.6136, f(1) = 1.
    Sensitivity: tangents instead of chords would lie below the curve and promise a peak that is too low."""
    lines = chords(plain((0.16, 0.2, 0.64)))
    at = {u: max(constant + slope * u for constant, slope in lines) for u in (0.0, 0.5, 0.6, 0.7, 1.0)}
    assert list(at.values()) == pytest.approx([0.0, 0.42, (0.42 + 0.6136) / 2, 0.6136, 1.0])


def convex_curves():
    random = np.random.default_rng(5)
    yield STARTER.power_part_load_curve
    for _ in range(200):
        a, c = random.uniform(0.01, 0.4), random.uniform(0.05, 0.6)
        yield (a, 1.0 - a - c, c)


def test_chords_are_never_below_the_true_curve():
    """Proves: for the shipped curve and 200 random convex ones the chords lie on or above the curve from the best part
    load up, by at most c w2 / 4 for an interval w, and below it on the line on which units switch off. A bank of five
    on its true curves needs as much within 1 % of full power, or more where its units are whole.
    Sensitivity: tangents fail the first, a chord too few the second, one straight line the third."""
    for curve in convex_curves():
        made = plain(curve)
        lines, best = np.array(chords(made)), best_part_load(made)
        u = np.linspace(0.0, 1.0, 401)
        held = (lines[:, :1] + lines[:, 1:] * u).max(axis=0)
        true = part_load(made, u)
        above = u >= best
        assert (held[above] >= true[above] - 1e-12).all()
        widest = max(0.3, 0.7 - best) if best < 0.65 else 1.0 - best
        assert (held[above] - true[above]).max() <= curve[2] * widest**2 / 4.0 + 1e-12
        assert held[~above] == pytest.approx(u[~above] / best * part_load(made, np.array([best]))[0])
    units, outdoor = 5, np.full(401, 30.0)
    made = plain(STARTER.power_part_load_curve)
    power, _ = bank_power_kw(made, units, 500.0 * np.linspace(0.0, 1.0, 401), outdoor)
    lines = np.array(chords(made))
    least = 500.0 * 0.25 * (lines[:, :1] + lines[:, 1:] * np.linspace(0.0, 1.0, 401)).max(axis=0)
    gap = (least - power) / 125.0
    assert gap.max() <= 0.01  # above the bank only by the chord's own error
    assert gap.min() >= -0.02


def test_a_bank_runs_as_many_as_use_least():
    """Proves: 120 kW_th on three units of 100 with f = 0.16 + 0.2 u + 0.64 u2: two at u = 0.6 need 0.25 x 200 x
    0.5104 = 25.52 kW, three at 0.4 need 0.25 x 300 x 0.3424 = 25.68; 350 kW_th leave 50 unserved at 75 kW; nothing
    needs nothing.
    Sensitivity: all units always on would give 25.68."""
    made = plain((0.16, 0.2, 0.64))
    power, unserved = bank_power_kw(made, 3, np.array([120.0, 350.0, 0.0, 110.0]), np.full(4, 30.0))
    assert power[:3] == pytest.approx([25.52, 75.0, 0.0], abs=1e-9)
    assert unserved == pytest.approx([0.0, 50.0, 0.0, 0.0], abs=1e-9)
    assert bank_power_kw(made, 0, np.array([10.0]), np.array([30.0]))[1] == pytest.approx([10.0])
