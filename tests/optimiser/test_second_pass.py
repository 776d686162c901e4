"""The second pass: each hour's coefficient fits the true power of whole machines at the loads of the first."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from optimiser import second_pass
from optimiser.search import Bound, Design, Found, bound, bound_again
from optimiser.solver import Settings
from sites.errors import InfeasibleError
from twin.model.thermal.chiller import available_kw_th, bank_power_kw, full_load_ratio

CURVE = (0.05, 0.62, 0.33)
LOAD = "chilled_water_cooling_mw"


def case(tiny, load_kw_th):
    """A year with two chillers' curves, and the load that a first pass found [kW_th] (8760)."""
    chiller = tiny.plant(equipment__chiller__power_part_load_curve=CURVE)
    outdoor_c = 20.0 + 10.0 * np.sin(np.arange(8760) / 24.0)
    machine = chiller.equipment.chiller
    return tiny.inputs(
        tiny.grid(24), chiller, outdoor_c=outdoor_c,
        chiller_kw_th=available_kw_th(machine, outdoor_c), chiller_ratio=1.02 * full_load_ratio(machine, outdoor_c),
    ), load_kw_th  # fmt: skip


def loads(seed=3):
    found = np.random.default_rng(seed).uniform(5.0, 150.0, 8760)
    found[::5] = 0.0
    return found


def test_fitted_coefficients_give_the_true_power(tiny):
    """Proves: at the loads of the first pass the linear form is the power of whole machines, hour by hour, where it was
    off by up to some 10 % before; hours without a load take the mean factor.
    Sensitivity: one factor for all hours would leave each of them off."""
    inputs, load_kw_th = case(tiny, loads())
    true_kw, short = bank_power_kw(inputs.plant.equipment.chiller, 2, load_kw_th, inputs.outdoor_c)
    assert short.max() <= 1e-9
    before = second_pass.modelled_kw(inputs, 2.0, load_kw_th)
    loaded = load_kw_th > 0
    assert np.abs(before / np.where(loaded, true_kw, 1.0) - 1.0)[loaded].max() > 0.03
    fit = second_pass.fitted(inputs, 2.0, load_kw_th)
    np.testing.assert_allclose(second_pass.modelled_kw(fit, 2.0, load_kw_th)[loaded], true_kw[loaded], rtol=1e-12)
    idle = fit.chiller_ratio[~loaded] / inputs.chiller_ratio[~loaded]
    assert idle == pytest.approx(true_kw.sum() / before[loaded].sum())


def test_a_plan_without_a_load_on_its_chillers_is_left_alone(tiny):
    """Proves: without a load nothing is fitted, and nothing is divided by nil. Sensitivity: nan coefficients."""
    inputs, _ = case(tiny, None)
    assert second_pass.fitted(inputs, 2.0, np.zeros(8760)) is inputs


@pytest.fixture
def passes(tiny, monkeypatch):
    """A first plan on two chillers, and what the year's operation is called with in the second pass."""
    inputs, load_kw_th = case(tiny, loads())
    values = {LOAD: load_kw_th / 1000.0, "chilled_water_chillers": np.array([2.0])}
    solution = SimpleNamespace(
        matrices=SimpleNamespace(columns=values), value=values.get, scalar=lambda name: float(values[name][0])
    )
    first = Found("first facility", solution, Design({}, {}, None, solution))
    called = SimpleNamespace(inputs=None, error=None)

    def operate(fit, _year, design, _settings, _progress):
        assert design is first.design
        called.inputs = fit
        if called.error is not None:
            raise called.error
        return "second solution"

    monkeypatch.setattr(second_pass, "full_year", lambda _: SimpleNamespace(facility="second facility"))
    monkeypatch.setattr(second_pass, "operate", operate)
    return SimpleNamespace(inputs=inputs, first=first, load_kw_th=load_kw_th, called=called)


def test_the_year_is_operated_again_with_the_design_held(passes):
    """Proves: the second pass keeps the design and operates on fitted coefficients, times the play-back's correction.
    Sensitivity: without the correction what a play-back learned would be forgotten."""
    fit, found = second_pass.second_pass(passes.inputs, passes.first, Settings(), print, 1.1)
    assert (found.facility, found.solution, found.design) == ("second facility", "second solution", passes.first.design)
    assert fit is passes.called.inputs
    alone = second_pass.fitted(passes.inputs, 2.0, passes.load_kw_th)
    np.testing.assert_allclose(fit.chiller_ratio, 1.1 * alone.chiller_ratio)


def test_a_year_that_cannot_be_closed_again_keeps_the_first_pass(passes):
    """Proves: where the fitted year has no plan, the first one stands, and it is said. Sensitivity: the whole run
    would be lost for a refinement."""
    passes.called.error = InfeasibleError("no")
    told = []
    assert second_pass.second_pass(passes.inputs, passes.first, Settings(), told.append) == (
        passes.inputs, passes.first,
    )  # fmt: skip
    assert "first pass is kept" in told[-1]


def test_the_bound_of_the_first_pass_is_proven_again_for_the_second(tiny, monkeypatch):
    """Proves: on its own inputs the prices give the same bound again; on others whose chillers need 3 % more or less
    they give a bound that is below the optimum there, by less than the cost of cooling changed.
    Sensitivity: the first pass's value beside a second plan with less power would be above that plan's own cost."""
    inputs, time = tiny.batch()
    monkeypatch.setattr(type(inputs), "grid", lambda _: time)
    proven = bound(inputs, Settings())
    assert proven.prices is not None
    assert bound_again(inputs, proven).usd_per_year == pytest.approx(proven.usd_per_year, rel=1e-9)
    for factor in (0.97, 1.03):
        other = replace(inputs, chiller_ratio=factor * inputs.chiller_ratio)
        optimum = bound(other, Settings()).usd_per_year
        again = bound_again(other, proven).usd_per_year
        assert again <= optimum + 1e-6 * abs(optimum)
        assert again >= optimum - 0.05 * abs(proven.usd_per_year)


def test_a_bound_without_prices_is_handed_back():
    """Proves: the bound from labour alone, which has no prices, is valid for any coefficients and returned as it is.
    Sensitivity: a crash at the end of a quick run."""
    easy = Bound(1.0, "labour", 0.0)
    assert bound_again(None, easy) is easy  # type: ignore[arg-type]
