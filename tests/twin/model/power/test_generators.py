"""Generators: fuel by hand, counts of running units, emergency rules, refused curves."""

import itertools

import numpy as np
import pytest
from pydantic import ValidationError

from sites.errors import InputError
from sites.validation import FaultsError
from twin.model.equipment.generators import DIESEL_FIGURES, Generators
from twin.model.power.generators import (
    available_kw,
    bank,
    emergency_faults,
    firm_kw,
    fuel_chords,
    fuel_share,
    yearly_test_fuel_kwh,
)


def sets(**changes):
    return Generators(**{"rated_kw": 1000.0, "most": 4, "usd_per_kw": 800.0, "life_years": 25, **changes})


def line(**changes):
    """Fuel 0.4 + 2 x load, minimum load 0.3, not for emergencies only, no fuel of starts."""
    given = {"fuel_slope": 2.0, "fuel_intercept": 0.4, "emergency": False, "start_fuel_kwh_per_rated_kw": 0.0}
    return sets(**given | changes)


def test_the_diesel_by_hand():
    """Proves: the default diesel of 1000 kW burns 137.8 l/h x 10.636 kWh/l = 1466 kW at half load and 2862 at full load
    (34.9 % of the higher heating value), and between them lies a straight line; at 0.3 between the outer points.
    Sensitivity: a lower heating value gives 1375; a constant efficiency 1431 at half load."""
    made = sets()
    assert fuel_share(made, np.array([0.5, 1.0])) == pytest.approx([1.4657, 2.8622], abs=1e-3)
    assert 1 / fuel_share(made, np.array(1.0)) == pytest.approx(0.349, abs=0.001)
    assert fuel_share(made, np.array(0.875)) == pytest.approx((2.0974 + 2.8622) / 2, abs=1e-3)
    assert fuel_share(made, np.array(0.3)) == pytest.approx(0.8700 + 0.2 * (1.4657 - 0.8700), abs=1e-3)


def test_points_are_carried_to_the_limits():
    """Proves: of points at 0.5 and 0.8 the pieces run on to the minimum load of 0.3 and to full load.
    Sensitivity: interpolation alone holds the ends, and full load would burn as little as 0.8."""
    made = line(fuel_slope=None, fuel_intercept=None, load_fractions=(0.5, 0.8), fuel_kw_per_rated_kw=(1.4, 2.0))
    assert made.fuel_points[0] == (0.3, 0.5, 0.8, 1.0)
    assert made.fuel_points[1] == pytest.approx((1.0, 1.4, 2.0, 2.4))


def test_hours_by_hand():
    """Proves: of units that burn 400 + 2 x power, 900 kW take one (2200), 1500 take two (3800), 4500 leave 500 unserved
    on four, 100 kW run one at its minimum of 300 and spill 200; nothing runs for nothing.
    Sensitivity: all units always on burn 1600 + 1800 in the first hour."""
    year = bank(line(), 4, np.array([900.0, 1500.0, 4500.0, 100.0, 0.0]))
    assert year.running.tolist() == [1, 2, 4, 1, 0]
    assert year.output_kw == pytest.approx([900.0, 1500.0, 4000.0, 300.0, 0.0])
    assert year.fuel_kw == pytest.approx([2200.0, 3800.0, 9600.0, 1000.0, 0.0])
    assert year.unserved_kw == pytest.approx([0.0, 0.0, 500.0, 0.0, 0.0])
    assert year.spilled_kw == pytest.approx([0.0, 0.0, 0.0, 200.0, 0.0])
    assert year.starts.tolist() == [1, 1, 2, 0, 0]


def test_starts_burn_fuel():
    """Proves: two units that start burn 2 x 1000 x 0.05 = 100 kWh more in that hour; in a cyclic year a unit that runs
    from the last hour into the first does not start there.
    Sensitivity: stops counted as starts double it."""
    warm = line(start_fuel_kwh_per_rated_kw=0.05)
    demand = np.array([900.0, 0.0, 1500.0, 900.0])
    year, cold = bank(warm, 4, demand), bank(warm, 4, demand, is_cyclic=False)
    assert year.starts.tolist() == [0, 0, 2, 0]
    assert cold.starts.tolist() == [1, 0, 2, 0]
    assert year.fuel_kw - bank(line(), 4, demand).fuel_kw == pytest.approx([0.0, 0.0, 100.0, 0.0])


def test_convex_units_run_as_many_as_burn_least():
    """Proves: with the default diesel, whose slope rises above 0.75, no other count of units that could carry the load
    burns less, and output is demand + spill - unserved to 1e-9 in every hour.
    Sensitivity: as few units as possible burn 0.2 % more over these hours."""
    made = sets(emergency=False, start_fuel_kwh_per_rated_kw=0.0)
    demand = np.random.default_rng(4).uniform(0.0, 4500.0, 8760)
    year = bank(made, 4, demand)
    assert year.output_kw == pytest.approx(demand + year.spilled_kw - year.unserved_kw, rel=1e-9, abs=1e-9)
    for count in range(1, 5):
        can = (demand <= 1000.0 * count) & (demand >= 300.0 * count)
        burnt = 1000.0 * count * fuel_share(made, demand / (1000.0 * count))
        assert (year.fuel_kw[can] <= burnt[can] + 1e-9).all()
    assert (year.fuel_kw >= year.output_kw).all()
    few = 1000.0 * np.ceil(demand / 1000.0) * fuel_share(made, demand / 1000.0 / np.ceil(demand / 1000.0))
    ample = (demand > 1000.0) & (demand <= 4000.0)
    assert few[ample].sum() > year.fuel_kw[ample].sum() * 1.001


def test_derating_by_hand():
    """Proves: at 45 C and 1200 m a diesel of 1000 kW gives 1000 x 0.95 x 0.98 = 931 kW, at 20 C by the sea 1000; hotter
    never gives more, and what is derated is unserved. Of
    three with a spare two count.
    Sensitivity: shares added give 930."""
    made = sets(emergency=False)
    assert available_kw(made, np.array([45.0]), 1200.0) == pytest.approx([931.0])
    assert available_kw(made, np.array([20.0, 40.0]), 3.0) == pytest.approx([1000.0, 1000.0])
    assert (np.diff(available_kw(made, np.linspace(-20, 60, 81), 1500.0)) <= 0).all()
    assert firm_kw(sets(spare=1), 3, np.array([45.0]), 1200.0) == pytest.approx([2 * 931.0])
    assert firm_kw(sets(spare=1), 1, np.array([20.0])) == pytest.approx([0.0])
    year = bank(made, 2, np.array([2000.0]), available_kw(made, np.array([45.0]), 1200.0))
    assert year.unserved_kw == pytest.approx([138.0])


def test_emergency_engines_wait_for_an_outage():
    """Proves: an emergency engine serves the hour of the outage and leaves the other unserved; 50 hours a year outside
    of outages with 60 of tests are a fault that names both; others may run.
    Sensitivity: the flag ignored would shave peaks with an engine that is not permitted to."""
    made = sets(test_hours_per_year=60.0)
    year = bank(made, 2, np.array([500.0, 500.0]), outage=np.array([False, True]))
    assert year.running.tolist() == [0, 1]
    assert year.unserved_kw == pytest.approx([500.0, 0.0])
    assert bank(made, 2, np.array([500.0])).unserved_kw == pytest.approx([500.0])
    running, outage = np.ones(52, np.int64), np.arange(52) < 2
    (fault,) = emergency_faults(made, running, outage)
    assert "110 h outside of outages" in fault.what
    assert emergency_faults(made, running[:40], outage[:40]) == []
    assert emergency_faults(line(), running, outage) == []


def test_fuel_of_tests_by_hand():
    """Proves: 10 h of tests a year at half load of two units that burn 0.4 + 1.0 take 2 x 1000 x 10 x 1.4 = 28 000 kWh,
    and 12 starts at 0.05 another 1200.
    Sensitivity: tests at full load take 48 000."""
    made = line(test_hours_per_year=10.0, test_load_fraction=0.5)
    assert yearly_test_fuel_kwh(made, 2) == pytest.approx(28_000.0)
    started = line(test_hours_per_year=10.0, test_load_fraction=0.5, start_fuel_kwh_per_rated_kw=0.05)
    assert yearly_test_fuel_kwh(started, 2) == pytest.approx(29_200.0)


def test_emissions_by_hand():
    """Proves: 2200 kWh of diesel make 555.3 kg of CO2, and 900 kWh of power 5.76 kg of NOx.
    Sensitivity: exchanged, power and fuel give 227 and 14.1."""
    made = line()
    year = bank(made, 1, np.array([900.0]))
    assert year.co2_kg(made) == pytest.approx([555.28])
    assert year.nox_kg(made) == pytest.approx([5.76])


def test_chords_hold_the_fuel_of_any_count():
    """Proves: the chords through a curve's own points make no error; with two points the diesel's err by what they say,
    and rating x (constant x n) + slope x power is the fuel of n units that share it equally.
    Sensitivity: a constant that is not multiplied by the count lets idle units run for nothing."""
    made = sets()
    exact = fuel_chords(made)
    assert exact.largest_error == pytest.approx(0.0, abs=1e-9)
    rough = fuel_chords(made, (0.3, 1.0))
    loads = np.linspace(0.3, 1.0, 701)
    assert (rough.heights(loads) - fuel_share(made, loads)).max() == pytest.approx(rough.largest_error, rel=1e-3)
    assert rough.largest_error > 0.05
    for count, load in itertools.product((1, 3), (0.3, 0.6, 0.8, 1.0)):
        power = count * load * 1000.0
        held = max(1000.0 * constant * count + slope * power for constant, slope in exact.lines)
        assert held == pytest.approx(1000.0 * count * float(fuel_share(made, np.array(load))))


REFUSED = {
    "concave": (
        {"load_fractions": (0.3, 0.6, 1.0), "fuel_kw_per_rated_kw": (1.0, 2.0, 2.9)},
        "fuel_kw_per_rated_kw.*concave at load 0.6",
    ),
    "falling": ({"load_fractions": (0.3, 1.0), "fuel_kw_per_rated_kw": (2.0, 1.9)}, "does not rise"),
    "unsorted": ({"load_fractions": (0.6, 0.3), "fuel_kw_per_rated_kw": (2.0, 1.0)}, "not rising"),
    "one missing": ({"load_fractions": (0.3, 1.0), "fuel_kw_per_rated_kw": (1.0, 2.0, 3.0)}, "3 values for 2"),
    "half of the points": ({"load_fractions": (0.3, 1.0)}, "fuel_kw_per_rated_kw: missing"),
    "half of the line": ({"fuel_slope": 2.5}, "fuel_intercept: missing"),
    "both": (
        {"fuel_slope": 2.5, "fuel_intercept": 0.1, "load_fractions": (0.3, 1.0), "fuel_kw_per_rated_kw": (1.0, 3.0)},
        "keep points or line",
    ),
    "more than it burns": ({"load_fractions": (0.3, 1.0), "fuel_kw_per_rated_kw": (0.2, 0.9)}, "less fuel than power"),
    "a line of 90 %": ({"fuel_slope": 0.9, "fuel_intercept": 0.3}, "no engine gives more"),
    "tests": ({"test_hours_per_year": 101.0}, r"100 h a year \(40 CFR 60.4211\(f\)\)"),
    "spare": ({"spare": 4}, "none is left"),
    "test load": ({"test_load_fraction": 0.2}, "below minimum_load_fraction"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_by_name(case):
    """Proves: curves that no chord follows or no engine has, halves of a description, and tests beyond the rule are
    refused with key and number.
    Sensitivity: a concave curve accepted lets the plan run at loads that no engine has."""
    changes, message = REFUSED[case]
    with pytest.raises(ValidationError, match=message):
        sets(**changes)


def test_all_problems_at_once():
    """Proves: a spare too many and too many hours of tests are told together.
    Sensitivity: the first alone would need two runs."""
    with pytest.raises(ValidationError) as error:
        sets(spare=9, test_hours_per_year=300.0)
    (only,) = error.value.errors()
    assert isinstance(only["ctx"]["error"], FaultsError)
    assert [problem.where for problem in only["ctx"]["error"].problems] == ["spare", "test_hours_per_year"]
    with pytest.raises(InputError, match="lowest value -5"):
        bank(line(), 1, np.array([-5.0]))


def test_defaults_say_where_they_come_from():
    """Proves: each default number of the specification is the figure of its name, with a source and a range around it.
    Sensitivity: a number changed in one place only."""
    made = sets()
    for key, figure in DIESEL_FIGURES.items():
        assert getattr(made, key) in (figure.base, None)
        assert figure.low is None or figure.low <= figure.base <= figure.high
        assert figure.source
