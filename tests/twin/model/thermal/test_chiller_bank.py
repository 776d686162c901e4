"""Banks of chillers: how many run, how many to buy, and chords per installed unit."""

import time
from itertools import pairwise

import numpy as np
import pytest

from sites.errors import InfeasibleError
from twin.model.equipment.chiller_sets import sets
from twin.model.equipment.chillers import Chiller
from twin.model.thermal.chiller import (
    bank_power_kw,
    best_part_load,
    chiller_power,
    chords,
    part_load,
)
from twin.model.thermal.chiller_bank import bank_operation, bank_size, installed_chords

PRICED = {"supply_c": 7.0, "pump_kw_per_kw_th": 0.02, "usd_each": 1e5, "most": 20, "spare": 1, "life_years": 20}
FLAT = (1.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def plain(curve=(0.16, 0.2, 0.64), **keys):
    """A chiller of 100 kW_th and 0.25 kW/kW_th at any temperature, with a part-load *curve*."""
    own = {
        "name": "plain", "capacity_kw_th": 100.0, "cop": 4.0, "capacity_curve": FLAT, "power_temperature_curve": FLAT,
        "power_part_load_curve": curve, "outdoor_low_c": 0.0, "outdoor_high_c": 50.0,
    }  # fmt: skip
    return Chiller(**PRICED | own | keys)


def shipped(name, **keys):
    size = {} if sets()[name].capacity_kw_th else {"capacity_kw_th": 2000.0}
    return Chiller(**PRICED | size | {"curve_set": name} | keys)


def held(lines, u):
    found = np.array(lines)
    return (found[:, :1] + found[:, 1:] * u).max(axis=0)


def test_a_bank_runs_as_few_as_use_least():
    """Proves: 120 kW_th on three units of 100 with f = 0.16 + 0.2 u + 0.64 u2: two at u = 0.6 take 25.52 kW, three
    25.68; 350 leave 50 unserved on three; nothing runs for nothing; without capacity all run and nothing is served.
    Sensitivity: all units always on would take 25.68."""
    found = bank_operation(plain(), 3, np.array([120.0, 350.0, 0.0, 90.0]), 7.0, np.full(4, 30.0))
    assert found.running.tolist() == [2, 3, 0, 2]
    assert found.total.power_kw == pytest.approx([25.52, 75.0, 0.0, 50.0 * (0.16 + 0.09 + 0.64 * 0.2025)])
    assert found.total.unserved_kw_th == pytest.approx([0.0, 50.0, 0.0, 0.0], abs=1e-9)
    assert bank_operation(plain(), 0, np.array([10.0]), 7.0, np.array([30.0])).total.unserved_kw_th == [10.0]
    straight = bank_operation(plain((0.0, 1.0, 0.0)), 7, np.arange(1.0, 700.0), 7.0, np.array([30.0]))
    assert straight.running.tolist() == np.ceil(np.arange(1.0, 700.0) / 100.0).tolist()  # the fewest of equals
    dead = plain().model_copy(update={"capacity_curve": (1.0, 0.0, 0.0, -0.05, 0.0, 0.0)})
    cut = bank_operation(dead, 2, np.array([10.0]), 7.0, np.array([30.0]))
    assert (cut.total.unserved_kw_th[0], cut.total.power_kw[0]) == (10.0, 0.0)


@pytest.mark.parametrize("name", sets())
def test_no_other_number_of_machines_takes_less(name):
    """Proves: for every shipped set, 300 random loads and temperatures and a bank of six, no count that can carry the
    load takes less electricity than the one that runs; balances of load and heat close to 1e-12.
    Sensitivity: cycling, unloading, overload or condenser fans left out of the choice."""
    random = np.random.default_rng(11)
    made = shipped(name, condenser_fan_kw_per_kw_th=0.02)
    condenser = random.uniform(*made.condenser_range_c, 300)
    load = random.uniform(0.0, 7.0, 300) * made.capacity_kw_th
    found = bank_operation(made, 6, load, 7.0, condenser)
    ours = found.total
    for count in range(1, 7):
        other = chiller_power(made, load, 7.0, condenser, count)
        can = (other.unserved_kw_th <= 1e-9) & (ours.unserved_kw_th <= 1e-9)
        assert (ours.electricity_kw[can] <= other.electricity_kw[can] * (1.0 + 1e-12)).all()
    assert (found.running[ours.unserved_kw_th > 1e-6] == 6).all()
    np.testing.assert_allclose(ours.served_kw_th + ours.unserved_kw_th, load, rtol=1e-12)
    np.testing.assert_allclose(
        ours.condenser_heat_kw_th + ours.room_heat_kw_th, ours.served_kw_th + ours.power_kw, rtol=1e-12
    )


def test_the_bank_of_the_play_back_is_the_same():
    """Proves: for a machine that is not loaded above 1 the power is that of `bank_power_kw`, hour by hour.
    Sensitivity: two banks that part would let the plan and its play-back part."""
    random = np.random.default_rng(2)
    made = shipped("Trane CGAM130", supply_c=8.0)
    outdoor, load = random.uniform(-5.0, 48.0, 2000), random.uniform(0.0, 3000.0, 2000)
    found = bank_operation(made, 6, load, 8.0, outdoor)
    power, unserved = bank_power_kw(made, 6, load, outdoor)
    np.testing.assert_allclose(found.total.power_kw, power, rtol=1e-12)
    np.testing.assert_allclose(found.total.unserved_kw_th, unserved, atol=1e-9)


def test_more_machines_never_take_more():
    """Proves: another machine in the bank never raises power and never leaves more unserved.
    Sensitivity: a search that starts from all machines and stops at the first worse one."""
    random = np.random.default_rng(4)
    made = shipped("York YK 2771 VSD")
    load, water = random.uniform(0.0, 9000.0, 500), random.uniform(10.0, 32.0, 500)
    banks = [bank_operation(made, units, load, 7.0, water).total for units in range(1, 7)]
    for fewer, more in pairwise(banks):
        met = fewer.unserved_kw_th <= 1e-9
        assert (more.power_kw[met] <= fewer.power_kw[met] * (1.0 + 1e-12)).all()
        assert (more.unserved_kw_th <= fewer.unserved_kw_th + 1e-9).all()


def test_size_with_a_spare_by_hand():
    """Proves: needs of 150, 250 and 90 kW_th where one delivers 100, 80 and 100 ask for 1.5, 3.125 and 0.9: four work,
    one is spare, the second condition binds, and there 70 kW_th (28 %) are left. A need of exactly three takes three;
    none takes none, without a spare.
    Sensitivity: sized on the highest need alone (250 at 100) three would do; N+1 forgotten leaves four."""
    falling = plain().model_copy(update={"capacity_curve": (1.6, 0.0, 0.0, -0.02, 0.0, 0.0)})
    found = bank_size(falling, np.array([150.0, 250.0, 90.0]), 7.0, np.array([30.0, 40.0, 30.0]))
    assert (found.working, found.installed, found.binding) == (4, 5, 1)
    assert found.margin_kw_th == pytest.approx(70.0)
    assert found.margin_fraction == pytest.approx(0.28)
    assert bank_size(plain(), np.array([300.0]), 7.0, np.array([30.0])).working == 3
    nothing = bank_size(plain(), np.zeros(2), 7.0, np.array([30.0, 40.0]))
    assert (nothing.working, nothing.installed, nothing.margin_kw_th) == (0, 0, 0.0)


def test_a_need_that_no_bank_meets_is_refused():
    """Proves: more chillers than the catalogue allows, spare counted, and curves without capacity in a condition that
    needs cooling are infeasible, with the numbers.
    Sensitivity: a division by nil, or a plan for 21 of at most 20."""
    with pytest.raises(InfeasibleError, match=r"plain: cooling needs 21 \(20 working\), the catalogue allows 20"):
        bank_size(plain(), np.array([1950.0]), 7.0, np.array([30.0]))
    dead = plain().model_copy(update={"capacity_curve": (1.0, 0.0, 0.0, -0.05, 0.0, 0.0)})
    with pytest.raises(InfeasibleError, match="no capacity"):
        bank_size(dead, np.array([10.0]), 7.0, np.array([30.0]))
    assert bank_size(dead, np.array([0.0, 10.0]), 7.0, np.array([30.0, 10.0])).working == 1


def convex_curves():
    random = np.random.default_rng(5)
    for _ in range(40):
        a, c = random.uniform(0.01, 0.4), random.uniform(0.05, 0.6)
        miss = random.uniform(-0.05, 0.05)  # at full load, as fitted curves have it
        yield (a, 1.0 - a - c + miss, c)


def test_chords_lie_on_or_above_the_curve_and_err_alike():
    """Proves: for 40 random convex curves that miss 1 at full load by up to 5 %, chords are never below f, meet it at
    the best part load and at full load, and the relative errors of the single chords differ by less than a quarter
    (evenly spaced points differ many times); for every shipped set they miss by less than 0.5 %.
    Sensitivity: tangents lie below; a curve scaled to 1 at full load misses its own end."""
    machines = [(plain(curve), 0.01) for curve in convex_curves()] + [(shipped(name), 0.005) for name in sets()]
    for made, most in machines:
        best = best_part_load(made)
        if best >= 1.0:
            continue
        u = np.linspace(best, 1.0, 4001)
        lines = installed_chords(made)
        over = held(lines, u) / part_load(made, u) - 1.0
        assert over.min() >= -1e-12
        assert over.max() < most
        assert over[[0, -1]] == pytest.approx([0.0, 0.0], abs=1e-12)
        crossings = [(first[0] - second[0]) / (second[1] - first[1]) for first, second in pairwise(lines[1:])]
        peaks = [over[(u >= low) & (u <= high)].max() for low, high in pairwise([best, *crossings, 1.0])]
        assert max(peaks) < 1.25 * min(peaks)


def test_a_straight_curve_needs_one_chord():
    """Proves: a linear part-load curve is met exactly by one line, with idling power or without, also if it misses 1.
    Sensitivity: a division by its curvature or by the root of f(0) = 0."""
    for curve in ((0.2, 0.8, 0.0), (0.0, 1.0, 0.0), (0.1, 0.95, 0.0)):
        assert installed_chords(plain(curve)) == ((0.0, pytest.approx(curve[0] + curve[1])),)


def test_installed_chords_refine_those_of_the_air_cooled():
    """Proves: per installed unit the first line goes from the origin to the best part load (0.5: f = 0.42), the others
    from there to full load; they miss less than half of what the one point at 0.7 does, and a bank of forty on its true
    curves takes what they promise within 0.5 %.
    Sensitivity: chords that start at nil would charge idling power to machines that are off."""
    made = plain()
    lines = installed_chords(made)
    assert lines[0] == (0.0, pytest.approx(0.84))
    assert held(lines, np.array([0.0, 0.25, 0.5, 1.0])) == pytest.approx([0.0, 0.21, 0.42, 1.0])
    u = np.linspace(0.5, 1.0, 501)
    few, many = ((held(found, u) / part_load(made, u)).max() - 1.0 for found in (chords(made), lines))
    assert many < few / 2.0
    load = np.linspace(200.0, 4000.0, 500)
    power = bank_operation(made, 40, load, 7.0, np.full(500, 30.0)).total.power_kw
    assert 1000.0 * held(lines, load / 4000.0) == pytest.approx(power, rel=0.005)


def test_a_year_of_a_bank_takes_milliseconds():
    """Proves: a year of hours on twelve machines takes less than 20 ms (2.2 ms measured), the best of five.
    Sensitivity: a loop over hours takes hundreds of milliseconds."""
    random = np.random.default_rng(6)
    made, load, outdoor = shipped("Trane CGAM130"), random.uniform(0, 5000, 8760), random.uniform(0, 40, 8760)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        bank_operation(made, 12, load, 7.0, outdoor)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.02


def test_what_is_no_number_sizes_and_runs_nothing():
    """Proves: a missing need, load or condenser is refused by name and hour, in running a bank and in sizing it.
    Sensitivity: not-a-number is the largest to `argmax`, and the least to a comparison: a bank of no size."""
    missing = np.array([100.0, np.nan])
    with pytest.raises(ValueError, match="load_kw_th is not a number in 1 hours, first in hour 1"):
        bank_operation(plain(), 3, missing, 7.0, np.full(2, 30.0))
    with pytest.raises(ValueError, match="need_kw_th is not a number in 1 hours, first in hour 1"):
        bank_size(plain(), missing, 7.0, np.full(2, 30.0))
    with pytest.raises(ValueError, match="condenser_c is not a number in 1 hours, first in hour 1"):
        bank_size(plain(), np.full(2, 100.0), 7.0, np.array([30.0, np.nan]))
    with pytest.raises(ValueError, match="no need to size for"):
        bank_size(plain(), np.array([]), 7.0, np.array([]))
