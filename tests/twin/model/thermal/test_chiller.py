"""Chillers: the curves by hand and against EnergyPlus, and the chords that a linear model sees."""

import gzip
import json
import time
from pathlib import Path

import numpy as np
import pytest

from twin.model.equipment.chiller_sets import sets
from twin.model.equipment.chillers import Chiller
from twin.model.plant import read_plant
from twin.model.thermal.chiller import (
    available_kw_th,
    bank_power_kw,
    best_part_load,
    chiller_power,
    chords,
    falls_when_warmer,
    full_load_ratio,
    outside_curves,
    part_load,
    range_warnings,
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


PRICED = {"supply_c": 7.0, "pump_kw_per_kw_th": 0.02, "usd_each": 1e5, "most": 20, "spare": 1, "life_years": 20}


def shipped(name, **keys):
    """A chiller of a shipped set, or of a generic set at 2000 kW_th."""
    size = {} if sets()[name].capacity_kw_th else {"capacity_kw_th": 2000.0}
    return Chiller(**PRICED | size | {"curve_set": name} | keys)


def energyplus(made, load_kw, supply_c, condenser_c):
    """ChillerElectricEIR.cc of EnergyPlus 25.2 for one hour, statement by statement: power, its part-load ratio,
    cycling ratio, false load and condenser heat."""

    def curve(coefficients, limits, x, y):
        a, b, c, d, e, f = coefficients
        value = a + b * x + c * x**2 + d * y + e * y**2 + f * x * y
        return value if limits is None else max(min(value, limits[1]), limits[0])

    x = max(min(supply_c, made.supply_high_c), made.supply_low_c)
    y = max(min(condenser_c, made.condenser_range_c[1]), made.condenser_range_c[0])
    available = made.capacity_kw_th * curve(made.capacity_curve, made.capacity_curve_limits, x, y)
    plr = max(0.0, min(load_kw / available, made.maximum_part_load_ratio))
    evaporator = available * plr
    frac = 1.0
    if plr < made.minimum_part_load_ratio:
        frac = min(1.0, plr / made.minimum_part_load_ratio)
    plr = max(plr, made.minimum_unloading_ratio)
    false_load = max(available * plr * frac - evaporator, 0.0)
    eir = curve(made.power_temperature_curve, made.power_temperature_curve_limits, x, y)
    a, b, c = made.power_part_load_curve
    power = available / made.cop * (a + b * plr + c * plr**2) * eir * frac
    return power, plr, frac, false_load, power * made.compressor_heat_to_condenser_fraction + evaporator + false_load


def hours(name, seed=3, count=400):
    """A chiller and loads, supply and condenser temperatures in, below and above all its ranges."""
    random = np.random.default_rng(seed)
    made = shipped(name, compressor_heat_to_condenser_fraction=0.95, condenser_fan_kw_per_kw_th=0.01)
    low, high = made.condenser_range_c
    load = made.capacity_kw_th * random.uniform(0.0, 1.5, count) ** 2
    supply = random.uniform(made.supply_low_c - 2.0, made.supply_high_c + 2.0, count)
    return made, load, supply, random.uniform(low - 8.0, high + 8.0, count)


@pytest.mark.parametrize("name", sets())
def test_chiller_power_follows_energyplus_statement_by_statement(name):
    """Proves: for each shipped set, loads from nil to twice the capacity and temperatures inside and outside the
    curves, power, part-load and cycling ratio and false load are those of EnergyPlus's own statements to 1e-12; the
    heat at the condenser is too, less the false load, which circulates inside the machine.
    Sensitivity: cycling applied to the unloaded ratio, PLR clamped before cycling, supply and condenser exchanged."""
    made, load, supply, condenser = hours(name)
    found = chiller_power(made, load, supply, condenser)
    due = np.array([energyplus(made, *hour) for hour in zip(load, supply, condenser, strict=True)]).T
    for ours, theirs in zip((found.power_kw, found.part_load_ratio, found.cycling_ratio), due[:3], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    np.testing.assert_allclose(found.false_load_kw_th, due[3], rtol=1e-9, atol=1e-9 * made.capacity_kw_th)
    np.testing.assert_allclose(found.condenser_heat_kw_th + found.false_load_kw_th, due[4], rtol=1e-12)
    assert (found.cycling_ratio < 1.0).any()
    unloads_freely = made.minimum_unloading_ratio == made.minimum_part_load_ratio
    assert (found.false_load_kw_th > 0.0).any() != unloads_freely
    assert (found.unserved_kw_th > 0.0).any()


@pytest.mark.parametrize("name", sets())
def test_heat_and_load_balance_in_every_hour(name):
    """Proves: cooling served and power are the heat that leaves by condenser and room, and served and unserved are the
    load, to 1e-12 in every hour; nothing runs without load.
    Sensitivity: false load counted as heat of the condenser, or a compressor fraction counted twice."""
    made, load, supply, condenser = hours(name)
    found = chiller_power(made, load, supply, condenser)
    np.testing.assert_allclose(
        found.condenser_heat_kw_th + found.room_heat_kw_th, found.served_kw_th + found.power_kw, rtol=1e-12
    )
    np.testing.assert_allclose(found.served_kw_th + found.unserved_kw_th, load, rtol=1e-12)
    np.testing.assert_allclose(found.electricity_kw, found.power_kw + found.condenser_fan_kw, rtol=0)
    idle = chiller_power(made, np.zeros(3), supply[:3], condenser[:3])
    for values in (idle.electricity_kw, idle.condenser_heat_kw_th, idle.false_load_kw_th, idle.cycling_ratio):
        assert (values == 0.0).all()


def test_cycling_and_false_load_by_hand():
    """Proves: 100 kW_th of 0.25 kW/kW_th, cycling below 0.2 and unloading to 0.3 on f = 0.2 + 0.4 u + 0.4 u2, f(0.3) =
    0.356: 10 kW_th run half the hour at 0.3 (4.45 kW, 5 kW of hot gas), 25 all of it (8.9 kW, 5 of hot gas), 50 at
    f(0.5) = 0.5 (12.5 kW), 130 at the most 1.1 (f = 1.124, 28.1 kW, 20 unserved); fans of 0.02 kW/kW_th run with it.
    Sensitivity: without cycling the first would take 8.9 kW; without unloading 0.5 x 25 x f(0.1)."""
    made = plain((0.2, 0.4, 0.4)).model_copy(
        update={
            "minimum_part_load_ratio": 0.2, "minimum_unloading_ratio": 0.3, "maximum_part_load_ratio": 1.1,
            "compressor_heat_to_condenser_fraction": 0.9, "condenser_fan_kw_per_kw_th": 0.02,
        }
    )  # fmt: skip
    found = chiller_power(made, np.array([10.0, 25.0, 50.0, 130.0]), 8.0, np.full(4, 30.0))
    assert found.power_kw == pytest.approx([4.45, 8.9, 12.5, 28.1], rel=1e-12)
    assert found.false_load_kw_th == pytest.approx([5.0, 5.0, 0.0, 0.0], abs=1e-12)
    assert found.cycling_ratio == pytest.approx([0.5, 1.0, 1.0, 1.0])
    assert found.part_load_ratio == pytest.approx([0.3, 0.3, 0.5, 1.1])
    assert found.unserved_kw_th == pytest.approx([0.0, 0.0, 0.0, 20.0], abs=1e-12)
    assert found.condenser_fan_kw == pytest.approx([1.0, 2.0, 2.0, 2.0])
    assert found.condenser_heat_kw_th == pytest.approx([14.005, 33.01, 61.25, 135.29])
    assert found.room_heat_kw_th == pytest.approx([0.445, 0.89, 1.25, 2.81])
    two = chiller_power(made, np.array([100.0, 5.0]), 8.0, np.full(2, 30.0), running=np.array([2, 0]))
    assert two.power_kw == pytest.approx([25.0, 0.0])
    assert two.unserved_kw_th == pytest.approx([0.0, 5.0])


@pytest.mark.outside
def test_energyplus_case_a_by_the_name_of_its_set():
    """Proves: the plant's own description, "Trane CGAM130 at 6200 kW_th", gives in each of 8760 hours of EnergyPlus
    25.2 a power inside what six digits of load and power leave open (nothing besides), the year's to 1e-7, and the
    heat of the condenser likewise; EnergyPlus held the outdoor air in 84 of the hours, and that is told.
    Sensitivity: a range that ends at 46.1 instead of 46.11, a supply of 6.67 C or a seventh digit of a coefficient."""
    columns = json.loads(gzip.decompress((CASES / "ep_A_aircooled.json.gz").read_bytes()))["columns"]
    given = {name.partition(":Chiller ")[2]: np.array(values) for name, values in columns.items() if "Chiller" in name}
    outdoor, supply = given["Condenser Inlet Temperature [C]"], given["Evaporator Outlet Temperature [C]"]
    load, power, heat = (
        given[name] / 1000.0
        for name in ("Evaporator Cooling Rate [W]", "Electricity Rate [W]", "Condenser Heat Transfer Rate [W]")
    )
    made = shipped("Trane CGAM130", capacity_kw_th=6200.0, supply_c=8.0)

    def open_(values):
        return 0.5 * 10.0 ** (np.floor(np.log10(values)) - 5) * (1.0 + 1e-9)

    least = chiller_power(made, load - open_(load), supply, outdoor)
    most = chiller_power(made, load + open_(load), supply, outdoor)
    for theirs, low, high in (
        (power, least.power_kw, most.power_kw),
        (heat, least.condenser_heat_kw_th, most.condenser_heat_kw_th),
    ):
        assert (low - open_(theirs) <= theirs).all()
        assert (theirs <= high + open_(theirs)).all()
    found = chiller_power(made, load, supply, outdoor)
    assert found.power_kw.sum() == pytest.approx(power.sum(), rel=1e-7)
    assert (found.false_load_kw_th == 0.0).all()
    told = range_warnings(made, supply, outdoor)
    assert told == [
        "Trane CGAM130: outdoor air is outside the chiller's curves in 84 of 8760 hours (coldest -2.2 C, curves end at "
        "4.44 C); held there, power may be overstated"
    ]


def test_each_end_of_the_curves_is_told_with_its_hours_and_worst_value():
    """Proves: hours below and above either range are found apart, counted among the hours that run, and told with
    the worst of them; inside nothing is told; a chiller without a supply range knows no bad supply.
    Sensitivity: one mask for all ends would say "coldest 36 C"; hours that do not run would raise a false alarm."""
    made = shipped("York YK 5465")
    supply = np.array([3.0, 7.0, 10.0, 7.0, 7.0, 7.0])
    water = np.array([20.0, 14.0, 20.0, 36.0, 31.3, 20.0])
    found = outside_curves(made, supply, water)
    assert found.any.tolist() == [True, True, True, True, True, False]
    assert found.condenser_high.tolist() == [False, False, False, True, True, False]
    told = range_warnings(made, supply, water)
    assert [text.partition(" (")[2].partition(";")[0] for text in told] == [
        "coldest 3.0 C, curves end at 4.44 C)", "warmest 10.0 C, curves end at 8.89 C)",
        "coldest 14.0 C, curves end at 15.56 C)", "warmest 36.0 C, curves end at 29.44 C)",
    ]  # fmt: skip
    assert "entering condenser water is outside the chiller's curves in 2 of 6 hours" in told[3]
    running = np.array([False, False, False, False, True, True])
    assert ["1 of 2 hours (warmest 31.3 C" in text for text in range_warnings(made, supply, water, running)] == [True]
    assert range_warnings(STARTER, -5.0, np.array([30.0])) == []


@pytest.mark.parametrize("name", sets())
@pytest.mark.parametrize("share", [0.3, 0.6, 0.8, 1.0])
def test_hotter_never_needs_less_at_the_same_load(name, share):
    """Proves: at equal load a warmer condenser, in the curves' whole range, never takes less power. One curve breaks
    the rule: the York YK loses capacity so fast in warm water that at 0.6 of its load and less the power of idling,
    which goes with capacity, falls with it; there warmer water must still take more over the whole range.
    Sensitivity: the sign of one coefficient."""
    made = shipped(name)
    condenser = np.linspace(*made.condenser_range_c, 200)
    load = np.full(200, share * available_kw_th(made, condenser).min())
    power = chiller_power(made, load, made.supply_c, condenser).power_kw
    assert power[-1] > 1.1 * power[0]
    if (name, share) not in {("York YK 5465", 0.3), ("York YK 5465", 0.6)}:
        assert (np.diff(power) > 0.0).all()


def test_sets_whose_power_falls_with_warmth_are_known():
    """Proves: of the shipped sets two say at some load that a warmer condenser takes less power, at 8 C: the York YK
    below 54 % of its load, by up to 11 %, and the CVHE at a tenth and a fifth, by 4 %; all others at no load.
    Sensitivity: power held against the load's own highest, not that of cooler hours, would find no set."""
    found = {name: falls_when_warmer(shipped(name).model_copy(update={"supply_c": 8.0})) for name in sets()}
    fall = {name: shares for name, shares in found.items() if shares is not None}
    assert set(fall) == {"York YK 5465", "Trane CVHE 1442 VSD"}
    assert fall["York YK 5465"] == pytest.approx((0.54, 0.109), abs=0.005)
    assert fall["Trane CVHE 1442 VSD"] == pytest.approx((0.20, 0.036), abs=0.005)


def test_more_load_never_takes_less_power():
    """Proves: for each shipped set power never falls with load, through cycling, false loading and full load.
    Sensitivity: cycling that ended below its ratio would step down there."""
    for name in sets():
        made = shipped(name)
        load = np.linspace(0.0, made.capacity_kw_th, 2001)
        power = chiller_power(made, load, made.supply_c, np.full(2001, sets()[name].reference_condenser_c)).power_kw
        assert (np.diff(power) >= -1e-9).all()


def test_supply_temperature_counts():
    """Proves: warmer chilled water gives more capacity and takes less power; held at the ends of its range; what the
    plant file gives stands where no temperature is given.
    Sensitivity: the supply of the plant file used whatever the hour's."""
    made, outdoor = shipped("Trane CGAM130"), np.full(3, 30.0)
    supply = np.array([6.0, 7.0, 9.0])
    assert (np.diff(available_kw_th(made, outdoor, supply)) > 0.0).all()
    assert (np.diff(full_load_ratio(made, outdoor, supply)) < 0.0).all()
    assert available_kw_th(made, outdoor)[0] == available_kw_th(made, outdoor, supply)[1]
    assert available_kw_th(made, outdoor[:1], 15.0) == available_kw_th(made, outdoor[:1], 10.0)


def test_unloading_bounds_the_best_part_load_and_the_play_back():
    """Proves: a machine that cannot unload below 0.6 is at its best there, not at sqrt(a/c) = 0.5, and the bank of the
    play-back pays what its cycling and unloading cost: 30 kW_th of one unit of 100 take f(0.6), half of it where it
    cycles below 0.6.
    Sensitivity: f(0.3) would be promised and not kept."""
    made = plain((0.16, 0.2, 0.64)).model_copy(update={"minimum_unloading_ratio": 0.6})
    assert best_part_load(made) == 0.6
    load, outdoor = np.array([30.0]), np.array([30.0])
    assert bank_power_kw(made, 3, load, outdoor)[0] == pytest.approx([25.0 * 0.5104])
    cycling = made.model_copy(update={"minimum_part_load_ratio": 0.6})
    assert bank_power_kw(cycling, 3, load, outdoor)[0] == pytest.approx([12.5 * 0.5104])


def test_a_year_takes_milliseconds():
    """Proves: a year of hours of one chiller takes less than 20 ms (0.6 ms measured), the best of five.
    Sensitivity: a loop over hours takes a hundred times as long."""
    made, load, supply, condenser = hours("York YK 5465", count=8760)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        chiller_power(made, load, supply, condenser)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.02


def test_no_numbers_and_fewer_than_no_machines_are_refused():
    """Proves: a load, water, condenser or count that is missing is refused by name, and so is a count of -1; none is
    a count.
    Sensitivity: a missing load is not above nil and would pass for an idle hour; -1 machines would give power back."""
    made = plain((0.16, 0.2, 0.64))
    given = {"load_kw_th": 50.0, "supply_c": 7.0, "condenser_c": 30.0, "running": 1}
    for name in given:
        with pytest.raises(ValueError, match=f"{name} is not a number in 1 hours, first in hour 1"):
            chiller_power(made, **given | {name: np.array([given[name], np.nan])})
    with pytest.raises(ValueError, match="-1 chillers running"):
        chiller_power(made, **given | {"running": np.array([1, -1])})
    assert chiller_power(made, **given | {"running": 0}).unserved_kw_th == 50.0
