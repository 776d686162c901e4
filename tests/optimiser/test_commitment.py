"""Whole generators against the bill: which run in which hour, and the second pass that holds them."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from optimiser import second_pass_of_units
from optimiser.commitment import add_commitment
from optimiser.compiling import compile_model
from optimiser.facility import build
from optimiser.model import Model
from optimiser.running_units import any_units, with_whole_generators
from optimiser.search import Design, Found
from optimiser.solver import Settings, solve
from sites.errors import InfeasibleError
from twin.model.equipment.generators import Generators

EXACT = Settings(gap=0.0)


def sets(**changes):
    """Sets of 100 kW, 2.0 of fuel for each kWh and 0.5 for each kW of rating, at 0.02 usd; minimum load 0.3."""
    plain = {
        "rated_kw": 100.0, "most": 3, "emergency": False, "usd_per_kw": 0.01, "life_years": 1,
        "fuel_usd_per_kwh": 0.02, "om_usd_per_kwh": 0.0, "minimum_load_fraction": 0.3, "fuel_slope": 2.0,
        "fuel_intercept": 0.5, "start_fuel_kwh_per_rated_kw": 0.0,
    }  # fmt: skip
    return Generators(**(plain | changes))


def committed(tiny, spec, used_kw, most, tariff):
    """The best whole units for uses of *used_kw*, an hour each."""
    time = tiny.grid(len(used_kw))
    case = tiny.inputs(
        time, tiny.plant(equipment__generators=spec), tariff=tariff, generator_each_kw=np.full(8760, spec.rated_kw)
    )
    model = Model(time)
    _, usd = add_commitment(model, case, spec, np.array(most), np.array(used_kw) / 1000.0, 1.0)
    model.minimise(usd)
    return tiny.best(model, EXACT)


def test_a_unit_runs_only_where_its_minimum_load_pays(tiny):
    """Proves: at 0.06 usd a kWh a set that takes 100 saves 100 x 0.06 - 250 x 0.02 = 1 usd; in a site of 40 kW it
    would burn 50 + 80 for 40 kWh: 2.60 usd for 2.40, so it stays off.
    Sensitivity: by the fuel of full load (0.05 a kWh) it would run in both hours."""
    rows = tiny.prices(tiny.grid(2), 0.06)
    found = committed(tiny, sets(), [100.0, 40.0], [1, 1], rows)
    assert found["running"].tolist() == pytest.approx([1.0, 0.0])
    assert found.usd == pytest.approx(5.0 + 2.4)


def test_a_start_is_worth_waiting_for(tiny):
    """Proves: a start of 100 kWh of fuel (2 usd) between two dear hours is saved by running through an hour in which
    the grid costs 0.045 usd and the set 0.05: 3 x 5 usd, one start of 2 usd, and 100 x 0.045 in the last hour.
    Sensitivity: with starts for nothing the set would stop in between: 5 + 4.50 + 5 + 4.50."""
    rows = tiny.prices(tiny.grid(4), [0.20, 0.045, 0.20, 0.045])
    found = committed(tiny, sets(start_fuel_kwh_per_rated_kw=1.0), [100.0] * 4, [1, 1, 1, 0], rows)
    assert found["running"].tolist() == pytest.approx([1.0, 1.0, 1.0])
    assert found.usd == pytest.approx(15.0 + 2.0 + 4.5)
    free = committed(tiny, sets(), [100.0] * 4, [1, 1, 1, 0], rows)
    assert free["running"].tolist() == pytest.approx([1.0, 0.0, 1.0])
    assert free.usd == pytest.approx(19.0)


def test_a_metered_peak_is_worth_a_minimum_load(tiny):
    """Proves: at 10 usd/kW and month a peak of 110 kW above hours of 100 is shaved by a set at its minimum of 30 kW,
    which burns 110 kWh: 1,000 + 2.20 usd, where 10 kW alone would do.
    Sensitivity: an idle set leaves 1,100 usd; 10 kW below its minimum would burn 70 kWh, 1.40 usd."""
    rows = tiny.tariff(demand=[{"name": "demand", "rate_usd_per_kw_month": 10.0}])
    found = committed(tiny, sets(), [100.0, 110.0], [0, 1], rows)
    assert found.usd == pytest.approx(1002.2)
    assert 1000.0 * found["power_mw"] == pytest.approx([0.0, 30.0])


@pytest.mark.parametrize(("saved_usd", "count"), [(30.0, 1), (15.0, 0)])
def test_a_share_of_a_set_becomes_none_or_one(tiny, saved_usd, count):
    """Proves: relaxed, half a set at 10 usd shaves 50 kW of a dear hour and saves 30 or 15 usd by it. A whole one costs
    20 usd: it is bought for 30 usd and not for 15; the number is held for what follows.
    Sensitivity: rounding up would always buy it, rounding down never."""
    time = tiny.grid(2)
    case = tiny.inputs(
        time, tiny.plant(equipment__generators=sets(usd_per_kw=0.2)), load_kw=[50.0, 50.0],
        tariff=tiny.prices(time, [0.01, 0.05 + saved_usd / 50.0]), generator_each_kw=np.full(8760, 100.0),
    )  # fmt: skip
    matrices = compile_model(build(case, time).model)
    relaxed = solve(matrices.relaxed(), tiny.EXACT)
    assert relaxed.scalar("generators_count") == pytest.approx(0.5)
    found, held = with_whole_generators(matrices, relaxed, {}, tiny.EXACT)
    assert held["generators_count"].tolist() == [float(count)]
    without = 50.0 * 0.01 + 50.0 * (0.05 + saved_usd / 50.0)
    assert found.objective == pytest.approx(without - (saved_usd - 20.0 if count else 0.0))


@pytest.fixture
def passes(tiny, monkeypatch):
    """A first pass with one set that ran in two hours, and what the second pass is asked, hour by hour."""
    time = tiny.grid(2)
    case = tiny.inputs(
        time, tiny.plant(equipment__generators=sets()), load_kw=[100.0, 100.0],
        tariff=tiny.prices(time, [0.5, 0.5]), generator_each_kw=np.full(8760, 100.0),
    )  # fmt: skip
    facility, solved = tiny.run(case, time)
    first = Found(facility, solved.solution, Design({}, {}, None, solved.solution))
    asked = []

    def play(closes):
        def second_pass(held, given, *_):
            asked.append(held.generators_running)
            return held, given

        def operate(held, _year, _design, _settings, _progress):
            if not closes(held.generators_running):
                raise InfeasibleError("cannot be closed")
            return dataclasses.replace(solved.solution, objective=float(held.generators_running.sum()))

        monkeypatch.setattr(second_pass_of_units, "second_pass", second_pass)
        monkeypatch.setattr(second_pass_of_units, "full_year", lambda _: SimpleNamespace(facility=facility))
        monkeypatch.setattr(second_pass_of_units, "operate", operate)
        told = []
        result = second_pass_of_units.second_pass_of_units(case, first, Settings(), told.append)
        return result, asked, told

    return SimpleNamespace(case=case, first=first, play=play, committed=monkeypatch)


def one_unit(monkeypatch, hours, by_time=False):
    running = np.zeros(8760, dtype=int)
    running[hours] = 1
    monkeypatch.setattr(second_pass_of_units, "committed_units", lambda *_: (running, SimpleNamespace(by_time=by_time)))
    return running


@pytest.mark.parametrize("by_time", [False, True])
def test_the_second_pass_holds_the_committed_units(passes, by_time):
    """Proves: the units of the commitment are held, and a search that a clock ended marks the solution.
    Sensitivity: a run cut by time would call itself repeatable."""
    running = one_unit(passes.committed, [0], by_time)
    (fit, found), asked, _ = passes.play(lambda _: True)
    assert (fit.generators_running == running).all()
    assert len(asked) == 1
    assert found.solution.by_time is by_time
    assert any_units(fit).generators_running is None


def test_units_that_fit_the_loads_stand_in_and_then_the_first_pass(passes):
    """Proves: where the year cannot be closed with the committed units, those that fit the loads hour by hour are
    held; where it cannot either, the first pass is kept and that is said.
    Sensitivity: a failure would end the run without a plan."""
    running = one_unit(passes.committed, [5])
    (fit, _), asked, _ = passes.play(lambda units: not np.array_equal(units, running))
    assert fit.generators_running[:2].tolist() == [1, 1]
    assert len(asked) == 2
    (fit, found), _, told = passes.play(lambda _: False)
    assert found is passes.first
    assert fit.generators_running is None
    assert "whole generators" in told[-1]
