"""The cost of the next alternative, on systems whose cost is plain arithmetic."""

import dataclasses
import time as clock
from types import SimpleNamespace

import numpy as np
import pytest

from optimiser import limit_words
from optimiser.alternatives import SEALED, alternatives, size_name, without_pads
from optimiser.compiling import compile_model
from optimiser.inputs import Inputs
from optimiser.resolve import INFEASIBLE, OPTIMAL, Resolver
from optimiser.search import SIZES, Design
from optimiser.solver import Settings
from sites.errors import StoppedError
from twin.model.thermal.burn_in_hall import sealed

SETTINGS = Settings(seed=1)
CHILLED = {
    "chilled_water_chillers": np.array([3.0]), "chilled_water_store_mwh": np.array([0.0]),
    "power_service": np.array([1.0]), "power_firm_mw": np.array([1.0]),
}  # fmt: skip


@pytest.fixture
def chilled(tiny, monkeypatch):
    """150 kW_th in a cheap and a dear hour; chillers of 100 kW_th at 1000 usd, one spare; a tank at 1 usd/kWh_th."""
    time = tiny.grid(2)
    plant = tiny.plant(
        equipment__chiller__usd_each=1000.0, equipment__chiller__spare=1, equipment__chiller__most=5,
        equipment__cold_store__usd_per_kwh_th=1.0, equipment__cold_store__most_kwh_th=2000.0,
    )  # fmt: skip
    case = tiny.inputs(
        time, plant, load_kw=[0.0, 0.0], cooling_kw_th=[150.0, 150.0], tariff=tiny.prices(time, [0.1, 0.3])
    )
    monkeypatch.setattr(Inputs, "weeks_grid", lambda _: time)
    return case, time


def tried(case, values, sizes=None, settings=SETTINGS):
    known = {"chillers_count": 3.0, "cold_store_kwh_th": 0.0} if sizes is None else sizes
    return alternatives(case, SimpleNamespace(values=values), known, settings, lambda _: None)


def changes_of(found):
    return {(change.size, change.change): change for change in found.changes}


def test_steps_of_chillers_and_store_by_hand(chilled):
    """Proves: a fourth chiller costs its 1000 usd x index; two cannot stand for 150 kW_th with one out, none neither;
    a tank of 500 kWh_th costs 500 usd x index less 0.25 x 150 x 0.2 = 7.5 usd of night cooling.
    Sensitivity: a tank that the plan's own hours cannot use would cost 500; chillers without their spare would let two
    do; the plan's cost for the difference would be 3015 more."""
    case, _ = chilled
    index = case.site.construction.cost_index
    found = changes_of(tried(case, CHILLED))
    assert set(found) == {
        ("chillers_count", "more"), ("chillers_count", "less"), ("chillers_count", "without"),
        ("cold_store_kwh_th", "more"),
    }  # fmt: skip
    more = found["chillers_count", "more"]
    assert (more.planned, more.amount, more.usd_per_year) == (3.0, 4.0, round(1000.0 * index))
    for step in ("less", "without"):
        broken = found["chillers_count", step]
        assert broken.usd_per_year is None
        assert broken.breaks == "the need at the design with 1 chiller out"
    tank = found["cold_store_kwh_th", "more"]
    assert tank.amount == 500.0
    assert tank.usd_per_year == pytest.approx(500.0 * index - 7.5, abs=0.51)


def test_a_store_of_the_plan_is_stepped_both_ways(chilled):
    """Proves: of a planned tank of 1000 kWh_th a step is 500; less saves 500 usd x index (the 150 kWh of the dear hour
    still fit), and without saves 1000 x index less 7.5 usd.
    Sensitivity: measured from the weeks' own best tank, which is none, less would cost 500 x index more."""
    case, _ = chilled
    index = case.site.construction.cost_index
    values = CHILLED | {"chilled_water_store_mwh": np.array([1.0])}
    found = changes_of(tried(case, values, {"chillers_count": 3.0, "cold_store_kwh_th": 1000.0}))
    store = {step: found["cold_store_kwh_th", step] for step in ("more", "less", "without")}
    assert [store[step].amount for step in store] == [1500.0, 500.0, 0.0]
    assert store["less"].usd_per_year == pytest.approx(-500.0 * index, abs=0.51)
    assert store["without"].usd_per_year == pytest.approx(-1000.0 * index + 7.5, abs=0.51)


def test_the_catalogue_ends_the_steps(chilled):
    """Proves: of five chillers, the most that the catalogue has, there is no sixth to try; four suffice.
    Sensitivity: a step beyond the catalogue would be told as a limit broken."""
    found = changes_of(tried(chilled[0], CHILLED | {"chilled_water_chillers": np.array([5.0])}))
    assert ("chillers_count", "more") not in found
    assert found["chillers_count", "less"].usd_per_year == -round(1000.0 * chilled[0].site.construction.cost_index)


def test_the_service_is_stepped_along_its_ladder(tiny, monkeypatch):
    """Proves: a load of 1.5 MW on 2000 kVA at 300 usd: the next larger costs 100 usd x index more, the next smaller
    cannot carry January's peak. Sensitivity: a service is no number, one more of it would be two services."""
    plant = tiny.plant(
        equipment__transformers__sizes_kva=(1000.0, 2000.0, 3000.0),
        equipment__transformers__usd_each=(200.0, 300.0, 400.0),
    )
    time = tiny.grid(2)
    monkeypatch.setattr(Inputs, "weeks_grid", lambda _: time)
    case = tiny.inputs(time, plant, load_kw=[1500.0, 100.0])
    values = {"power_service": np.array([0.0, 1.0, 0.0]), "power_firm_mw": np.array([2.0])}
    found = changes_of(tried(case, values, {"service_firm_kw": 2000.0, "transformers_count": 1.0}))
    more, less = found["service_firm_kw", "more"], found["service_firm_kw", "less"]
    assert (more.amount, more.usd_per_year) == (3000.0, round(100.0 * case.site.construction.cost_index))
    assert more.others == {"transformers_count": 1.0, "transformer_kva": 3000.0}
    assert less.usd_per_year is None
    assert less.breaks == "the grid's peak of January with 0 transformer out"


def hall_case(tiny, monkeypatch, **changes):
    """The batch of two units with pads needed at the hot design condition, and its own best plan as the design."""
    case, time = tiny.batch(**changes)
    hot = dataclasses.replace(case.design[0], cooling=tiny.hall(pad=True, hours=1))
    case = dataclasses.replace(case, design=(hot, case.design[1]))
    monkeypatch.setattr(Inputs, "weeks_grid", lambda _: time)
    found = tiny.found_of(case, time)
    values = {
        name: found.solution.value(name)
        for name in found.solution.matrices.columns
        if name in SIZES or name.startswith("labour_")
    }
    return case, found, values


@pytest.mark.parametrize(("size", "step", "other"), [("pads_kw_th", "without", without_pads), (SEALED, "way", sealed)])
def test_another_hall_costs_what_its_own_best_plan_does(tiny, monkeypatch, size, step, other):
    """Proves: the hall without pads, and the sealed one, cost what an exact search over all their sizes and staff finds
    beyond the plan: less than 118 usd a kW_th of the plan's heat peak (coils at 120 for pads at 2), for dear coils make
    it worth while to burn units one after another; coils are named.
    Sensitivity: held to the plan's hall, which asks for pads where they suffice, no coil could stand in for them; held
    to the plan's heat peak it would cost 241 usd."""
    case, found, values = hall_case(tiny, monkeypatch)
    peak_kw = 1000.0 * found.solution.scalar("hall_heat_peak_mw")
    points = tuple(dataclasses.replace(point, cooling=other(point.cooling)) for point in case.design)
    bare = dataclasses.replace(case, hall=other(case.hall), design=points)
    best = tiny.found_of(bare, found.facility.model.grid).solution
    dearer = best.objective - found.solution.objective
    sizes = {"pads_kw_th": peak_kw, "coils_kw_th": 0.0, "ventilation_kw_th": 3.0, "racks_count": 1.0}
    told = changes_of(tried(case, values, sizes))[size, step]
    assert told.breaks is None
    assert told.usd_per_year == pytest.approx(dearer, abs=1.5)
    assert 0.0 < dearer < 118.0 * peak_kw * case.site.construction.cost_index * 1.02
    assert told.others["coils_kw_th"] == pytest.approx(1000.0 * best.scalar("hall_coils_mw"), abs=0.1)


def test_no_alternative_leaves_more_units_unmade(tiny, monkeypatch):
    """Proves: no plan without racks makes the batch, with slots named. Sensitivity: a shortage at the price
    of a unit would be told as a cost of 200,000 usd a year."""
    case, _, values = hall_case(tiny, monkeypatch, burn_in__least_racks=0)
    broken = changes_of(tried(case, values, {"racks_count": 1.0}))["racks_count", "without"]
    assert broken.usd_per_year is None
    assert broken.breaks is not None
    assert broken.breaks.startswith("slots for the units of 2026-01-01")


def test_time_that_is_up_leaves_changes_out(chilled):
    """Proves: past the deadline nothing is tried, and what is left out is said. Sensitivity: an empty list without a
    word would read as if no alternative existed."""
    found = tried(chilled[0], CHILLED, settings=Settings(seed=1, deadline=clock.perf_counter() - 1.0))
    assert found.changes == ()
    assert found.left_out
    assert found.by_time


def test_equal_runs_say_the_same(chilled):
    """Proves: two runs give equal changes to the last digit. Sensitivity: a clock or a thread in between."""
    assert tried(chilled[0], CHILLED) == tried(chilled[0], CHILLED)


def test_new_sizes_are_named_by_their_words():
    """Proves: a variable that no table knows takes the size with the same words, or its own name.
    Sensitivity: a table alone would call every new machine by the model's name."""
    sizes = {"solar_kw": 1.0, "towers_count": 2.0, "water_cooled_chillers_count": 1.0}
    assert size_name("power_solar_mw", sizes) == "solar_kw"
    assert size_name("chilled_water_towers", sizes) == "towers_count"
    assert size_name("chilled_water_chillers", sizes) == "chillers_count"
    assert size_name("power_flywheel_mw", sizes) == "power_flywheel_mw"


def test_a_limit_without_words_is_told_by_its_formula(chilled, monkeypatch):
    """Proves: a row that no table knows is told by its formula and the design condition."""
    monkeypatch.setattr(limit_words, "WORDS", {})
    broken = changes_of(tried(chilled[0], CHILLED))["chillers_count", "less"].breaks
    assert broken == "design need <= (chillers - spare) x capacity of one at the design condition, at the design"


def test_a_hall_without_pads_has_open_air_only(tiny):
    """Proves: of one hour of open air and one of pads the second is left to coils, and no water is drunk."""
    case, _ = tiny.batch()
    bare = without_pads(case.hall)
    assert int(bare.air_allowed.sum()) == 8759
    assert not bare.pad_needed.any()
    assert bare.water_m3_per_kwh_th.sum() == 0.0


def test_each_question_starts_from_the_plan(tiny, chilled):
    """Proves: after an impossible question and a dear one the first is answered as before, and the impossible one comes
    with its proof. Sensitivity: bounds left behind would make every later question impossible."""
    case, time = chilled
    matrices = compile_model(tiny.build(case, time).model).fixed(CHILLED)
    resolver = Resolver(matrices, SETTINGS)
    none = resolver.at({"chilled_water_chillers": np.array([0.0])})
    dear = resolver.at({"chilled_water_chillers": np.array([5.0])})
    again = resolver.at({})
    assert none.status == INFEASIBLE
    assert none.proof is not None
    assert dear.status == again.status == OPTIMAL
    assert dear.objective == pytest.approx(again.objective + 2000.0 * case.site.construction.cost_index)
    assert again.objective == pytest.approx(resolver.first.objective, abs=1e-6)


def test_a_question_after_the_deadline_is_not_asked(tiny, chilled):
    """Proves: with the deadline behind it the resolver stops rather than answers."""
    case, time = chilled
    matrices = compile_model(tiny.build(case, time).model).fixed(CHILLED)
    resolver = Resolver(matrices, SETTINGS)
    resolver._deadline = clock.perf_counter() - 1.0
    with pytest.raises(StoppedError):
        resolver.at({})


def test_a_design_is_all_that_is_needed(chilled):
    """Proves: the search's own `Design` serves, with staff and peaks that a given load has none of."""
    design = Design(dict(CHILLED), {}, None, None)  # type: ignore[arg-type]
    assert alternatives(chilled[0], design, {"chillers_count": 3.0}, SETTINGS, lambda _: None).changes
