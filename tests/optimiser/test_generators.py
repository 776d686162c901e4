"""Generators, solved by hand: when they are bought and run, what they burn, and whole units in the second pass."""

import dataclasses

import numpy as np
import pytest

from optimiser.compiling import compile_model
from optimiser.generators import best_load, fuel_per_kwh_at_best
from optimiser.running_units import running_choices
from twin.model.equipment.generators import Generators
from twin.model.power.generators import bank

# 2 kWh of fuel for one more kWh and 0.5 kW of fuel for each kW of rating: 2.5 at full load, the best of all
LINE = {"fuel_slope": 2.0, "fuel_intercept": 0.5}
# the best load is 0.8: 2.0 kWh of fuel for a kWh; above it 3 more for each
BENT = {
    "load_fractions": (0.4, 0.8, 1.0), "fuel_kw_per_rated_kw": (1.0, 1.6, 2.2), "fuel_slope": None,
    "fuel_intercept": None, "minimum_load_fraction": 0.4, "test_load_fraction": 0.4,
}  # fmt: skip


def sets(**changes):
    """Sets of 100 kW at 0.02 usd for a kWh of fuel that last the year of the plain plant and cost nothing to keep."""
    plain = {
        "rated_kw": 100.0, "most": 3, "emergency": False, "usd_per_kw": 0.01, "life_years": 1,
        "fuel_usd_per_kwh": 0.02, "om_usd_per_kwh": 0.0, "minimum_load_fraction": 0.3, **LINE,
        "start_fuel_kwh_per_rated_kw": 0.0,
    }  # fmt: skip
    return Generators(**(plain | changes))


def case_of(tiny, spec, load_kw, time, each_kw=None, **fields):
    each = spec.rated_kw if each_kw is None else each_kw
    return tiny.inputs(
        time, tiny.plant(equipment__generators=spec), load_kw=load_kw,
        generator_each_kw=tiny.laid(time, np.broadcast_to(each, len(load_kw))), **fields,
    )  # fmt: skip


def fed(tiny, spec, load_kw, usd_per_kwh=0.0, **fields):
    """The best plan of a given load with generators of *spec*, at hourly prices unless *fields* name a tariff."""
    time = tiny.grid(len(load_kw))
    fields.setdefault("tariff", tiny.prices(time, usd_per_kwh))
    return tiny.run(case_of(tiny, spec, load_kw, time, **fields), time)


def test_one_dear_hour_is_shaved(tiny):
    """Proves: at 2.5 x 0.02 = 0.05 usd a kWh a set of 1 usd runs in the hour of 0.50 usd (saves 45 of 50 usd) and not
    in that of 0.04: 100 x 0.04 + 100 x 0.05 + 1 usd.
    Sensitivity: priced by what it makes and not by its fuel the dear hour would cost 2 usd, not 5; run all day 11."""
    facility, found = fed(tiny, sets(), [100.0, 100.0], [0.04, 0.50])
    assert found["generators_count"] == pytest.approx(1.0)
    assert 1000.0 * found["generators_power_mw"] == pytest.approx([0.0, 100.0], abs=1e-6)
    assert 1000.0 * found["generators_fuel_mw"] == pytest.approx([0.0, 250.0], abs=1e-6)
    assert found.usd == pytest.approx(10.0)
    sheet = {name: found.cost(usd) for name, usd in facility.cost.items()}
    assert {name: usd for name, usd in sheet.items() if abs(usd) > 1e-6} == pytest.approx(
        {"energy": 4.0, "fuel": 5.0, "capital": 1.0}
    )


@pytest.mark.parametrize(("usd_per_kw", "count"), [(0.449, 1), (0.451, 0)])
def test_a_set_is_bought_exactly_when_it_saves_its_price(tiny, usd_per_kw, count):
    """Proves: one hour saves 100 x (0.50 - 0.05) = 45 usd: a set of 44.9 usd is bought, one of 45.1 not.
    Sensitivity: fuel counted by MW or kW alike would move the turn by thousands."""
    _, found = fed(tiny, sets(usd_per_kw=usd_per_kw), [100.0, 100.0], [0.04, 0.50])
    assert found["generators_count"] == pytest.approx(count)


def test_wear_is_paid_by_what_is_made(tiny):
    """Proves: 0.01 usd for each kWh made stand under maintenance: 1 usd for the dear hour's 100 kWh.
    Sensitivity: by kWh of fuel 2.50 usd."""
    facility, found = fed(tiny, sets(om_usd_per_kwh=0.01), [100.0, 100.0], [0.04, 0.50])
    assert found.cost(facility.cost["maintenance"]) == pytest.approx(1.0)
    assert found.usd == pytest.approx(11.0)


def test_an_emergency_set_never_runs(tiny):
    """Proves: the same dear hour is bought from the grid, and no set is bought; one that is there pays its price and
    the fuel of its tests: 7.5 h at 0.3 of 100 kW burn (0.5 + 0.6) x 100 x 7.5 = 825 kWh, 16.50 usd.
    Sensitivity: an emergency engine that trades would save 44 usd and break 40 CFR 60.4211(f)."""
    time = tiny.grid(2)
    case = case_of(tiny, sets(emergency=True), [100.0, 100.0], time, tariff=tiny.prices(time, [0.04, 0.50]))
    facility, found = tiny.run(case, time)
    assert found["generators_count"] == 0.0
    assert found.usd == pytest.approx(54.0)
    assert "generators_power_mw" not in found.matrices.columns
    facility.model.pyomo.generators_count.fix(1)
    bought = tiny.best(facility.model)
    assert bought.usd == pytest.approx(54.0 + 1.0 + 16.5)


def test_fuel_follows_the_perspective_of_the_units_installed(tiny):
    """Proves: with two sets whose best load is 0.8, 160 kW burn 2.0 a kWh; 100 kW do as well (1.25 sets at 0.8), and
    200 kW take 3 more for each kWh above 160: 440.
    Sensitivity: one chord of one unit for all would make 100 kW cost as much as full load; the line of the minimum
    load alone would let 200 kW burn 400."""
    spec = sets(**BENT, most=2, usd_per_kw=1e-6)
    _, found = fed(tiny, spec, [160.0, 100.0, 200.0], 0.50)
    assert 1000.0 * found["generators_power_mw"] == pytest.approx([160.0, 100.0, 200.0])
    assert 1000.0 * found["generators_fuel_mw"] == pytest.approx([320.0, 200.0, 440.0])
    assert best_load(spec) == 0.8


def test_heat_takes_power_and_the_best_load_with_it(tiny):
    """Proves: a set that can do 60 of its 100 kW in the heat delivers 60 and burns 1.3 for it, 2.1667 a kWh.
    Sensitivity: at its rating it would deliver 100; with the fuel of the best load 120 instead of 130."""
    spec = sets(**BENT, most=1, usd_per_kw=1e-6)
    _, found = fed(tiny, spec, [100.0], 0.50, each_kw=60.0)
    assert 1000.0 * found["generators_power_mw"] == pytest.approx([60.0])
    assert fuel_per_kwh_at_best(spec, np.array([60.0])) == pytest.approx(130.0 / 60.0)
    assert 1000.0 * found["generators_fuel_mw"] == pytest.approx([130.0])


def test_generators_never_export(tiny):
    """Proves: where the grid pays 0.10 usd for what is drawn (a price below nil), nothing runs and all is drawn; where
    fuel is free but the load is 20 kW, 20 kW are made.
    Sensitivity: sales to the grid would show as power above the load."""
    _, found = fed(tiny, sets(fuel_usd_per_kwh=0.0, usd_per_kw=1e-6), [20.0, 20.0], [-0.10, 0.10])
    assert 1000.0 * found["generators_power_mw"] == pytest.approx([0.0, 20.0], abs=1e-6)
    assert 1000.0 * found["power_grid_mw"] == pytest.approx([20.0, 0.0], abs=1e-6)


def held(tiny, spec, load_kw, usd_per_kwh, running):
    """The best plan with given numbers of running units."""
    time = tiny.grid(len(load_kw))
    case = case_of(tiny, spec, load_kw, time, tariff=tiny.prices(time, usd_per_kwh))
    counts = tiny.laid(time, running).astype(int)
    return tiny.run(dataclasses.replace(case, generators_running=counts), time)[1]


def test_running_units_keep_their_minimum_and_pay_their_starts(tiny):
    """Proves: two sets held running where the grid is cheap make 2 x 30 kW at least and burn 2 x 50 + 2 x 60 = 220;
    in the dear hour one set makes 100 and burns 250; starts of 5 kWh each: two in the first hour, none in the second
    (one stops), so 230 and 250.
    Sensitivity: minimum load of one unit 30 kW; a start counted for the stop 255."""
    spec = sets(start_fuel_kwh_per_rated_kw=0.05)
    found = held(tiny, spec, [100.0, 100.0, 100.0], [0.01, 0.50, 0.01], [2, 1, 0])
    assert 1000.0 * found["generators_power_mw"] == pytest.approx([60.0, 100.0, 0.0], abs=1e-6)
    assert 1000.0 * found["generators_fuel_mw"] == pytest.approx([230.0, 250.0, 0.0], abs=1e-6)
    assert found["generators_count"] == pytest.approx(2.0)


def test_the_held_fuel_is_the_true_curve(tiny):
    """Proves: on its own points the fuel of held units is what `bank` says, at every load from the minimum to full.
    Sensitivity: a chord of fewer points would lie above the curve at 0.8 of the rating."""
    spec = sets(**BENT, most=2)
    for load in (40.0, 64.0, 80.0, 95.0, 100.0, 130.0, 160.0, 200.0):
        true = bank(spec, 2, np.array([load]), is_cyclic=False)
        found = held(tiny, spec, [load], 0.50, [int(true.running[0])])
        assert 1000.0 * found["generators_fuel_mw"] == pytest.approx(true.fuel_kw), load


def test_any_number_of_units_bounds_every_whole_number(tiny):
    """Proves: for 1 to 3 sets and loads of 10 to 300 kW the relaxed rows cost no more than the best whole number held.
    Sensitivity: chords of the installed units below the best load would cost more than one unit that runs alone."""
    spec = sets(**BENT)
    loads = [40.0, 70.0, 120.0, 230.0, 300.0]
    _, relaxed = fed(tiny, spec, loads, 0.50)
    whole = held(tiny, spec, loads, 0.50, bank(spec, 3, np.array(loads)).running)
    assert relaxed.usd <= whole.usd + 1e-9
    assert whole["generators_count"] == 3.0


def test_choices_of_running_units_follow_the_loads_and_the_room(tiny):
    """Proves: loads of 20, 100 and 180 kW ask for 1, 1 and 2 sets; 20 kW is below a set's 30 kW, so that the second
    choice leaves it out; and where the site uses 20 kW in all, no set runs at its minimum of 30.
    Sensitivity: without the room the balance could not close, for nothing is exported."""
    spec = sets()
    time = tiny.grid(3)
    case = case_of(tiny, spec, [100.0, 100.0, 200.0], time, tariff=tiny.prices(time, 0.1))
    facility, found = tiny.run(case, time)
    x = found.solution.x.copy()
    places = found.matrices.columns
    x[places["generators_count"]] = 2.0
    x[places["generators_power_mw"]] = [0.020, 0.100, 0.180]
    x[places["power_grid_mw"]] = [0.080, 0.0, 0.020]
    solution = dataclasses.replace(found.solution, x=x)
    first, second = running_choices(case, solution)
    assert first[:3].tolist() == [1, 1, 2]
    assert second[:3].tolist() == [0, 1, 2]
    assert not first[3:].any()
    x[places["power_grid_mw"]] = 0.0
    (only,) = running_choices(case, solution)
    assert only[:3].tolist() == [0, 1, 2]
    assert facility.generators is not None


def test_without_generators_the_model_is_what_it_was(tiny):
    """Proves: a plant without an entry for generators has no variable, row or cost line of theirs.
    Sensitivity: an idle line "fuel" would stand in every report."""
    time = tiny.grid(1)
    facility, found = tiny.run(tiny.inputs(time, load_kw=[10.0]), time)
    assert "fuel" not in facility.cost
    assert not [name for name in compile_model(facility.model).columns if name.startswith("generators")]
    assert found.usd == 0.0
