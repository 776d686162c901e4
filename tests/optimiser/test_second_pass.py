"""The second pass: whole machines run in every hour, and their power is true at the loads of the first."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from optimiser import second_pass
from optimiser.bounds import bound
from optimiser.search import Design, Found
from optimiser.solver import Settings
from sites.errors import InfeasibleError
from twin.model.chords import heights
from twin.model.thermal.chiller import available_kw_th, bank_power_kw, chords, full_load_ratio

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


def found_on(load_kw_th, chillers=2.0):
    """A first plan of so many chillers with that load, and no fans of its own."""
    columns = {LOAD: np.arange(8760), "chilled_water_chillers": np.array([8760])}
    values = {LOAD: load_kw_th / 1000.0, "chilled_water_chillers": np.array([chillers])}
    matrices = SimpleNamespace(columns=columns, keys={LOAD: list(range(8760))})
    solution = SimpleNamespace(matrices=matrices, value=values.__getitem__, scalar=lambda name: float(values[name][0]))
    return Found("first facility", solution, Design({}, {}, None, solution))


def test_the_machines_that_run_give_the_true_power(tiny):
    """Proves: at the loads of the first pass the chords of the hour give the power of the whole machines that run,
    hour by hour, where lines for installed ones were off by up to some 10 %.
    Sensitivity: chords that do not touch the curve at the load would leave each hour off."""
    inputs, load_kw_th = case(tiny, loads())
    machine = inputs.plant.equipment.chiller
    true_kw, short = bank_power_kw(machine, 2, load_kw_th, inputs.outdoor_c)
    assert short.max() <= 1e-9
    each = inputs.chiller_kw_th
    loaded = load_kw_th > 0
    before = inputs.chiller_ratio * each * heights(chords(machine), load_kw_th / (2 * each)) * 2
    assert np.abs(before / np.where(loaded, true_kw, 1.0) - 1.0)[loaded].max() > 0.03
    fit = second_pass.fitted(inputs, found_on(load_kw_th))
    running = fit.running["chillers"]
    modelled = fit.chiller_ratio * each * running.power_share(load_kw_th / each)
    np.testing.assert_allclose(modelled[loaded], true_kw[loaded], rtol=1e-9)
    np.testing.assert_array_equal(running.count[~loaded], 0)
    assert set(running.count[loaded].tolist()) == {1, 2}


def test_chords_of_the_hour_are_never_below_the_machines(tiny):
    """Proves: at other loads than the first pass's the hour's chords lie on or above the power of the whole machines,
    up to all that are installed, but by no more than a fifth of a machine's full power while that many run.
    Sensitivity: a tangent in place of a chord would promise less power than any machine takes."""
    inputs, load_kw_th = case(tiny, loads())
    machine, each = inputs.plant.equipment.chiller, inputs.chiller_kw_th
    fit = second_pass.fitted(inputs, found_on(load_kw_th))
    for other_kw_th in (loads(5), loads(6)):
        true_kw, _ = bank_power_kw(machine, 2, other_kw_th, inputs.outdoor_c)
        modelled = fit.chiller_ratio * each * fit.running["chillers"].power_share(other_kw_th / each)
        full_kw = each * full_load_ratio(machine, inputs.outdoor_c)
        assert ((modelled - true_kw) / full_kw).min() > -1e-9
        within = other_kw_th <= fit.running["chillers"].count * each
        assert ((modelled - true_kw) / full_kw)[within].max() < 0.2


def test_a_plan_without_a_load_on_its_chillers_is_left_alone(tiny):
    """Proves: without a load nothing is fitted, and nothing is divided by nil. Sensitivity: nan coefficients."""
    inputs, _ = case(tiny, None)
    assert second_pass.fitted(inputs, found_on(np.zeros(8760))) is inputs


@pytest.fixture
def passes(tiny, monkeypatch):
    """A first plan on two chillers, and what the year's operation is called with in the second pass."""
    inputs, load_kw_th = case(tiny, loads())
    first = found_on(load_kw_th)
    called = SimpleNamespace(inputs=None, error=None)

    def operate(fit, _year, design, _settings, _progress):
        assert design is first.design
        called.inputs = fit
        if called.error is not None:
            raise called.error
        return "second solution"

    monkeypatch.setattr(second_pass, "full_year", lambda _: SimpleNamespace(facility="second facility"))
    monkeypatch.setattr(second_pass, "operate", operate)
    return SimpleNamespace(inputs=inputs, first=first, called=called)


def test_the_year_is_operated_again_with_the_design_held(passes):
    """Proves: the second pass keeps the design and operates with the machines that run, times the play-back's
    correction. Sensitivity: without the correction what a play-back learned would be forgotten."""
    fit, found = second_pass.second_pass(passes.inputs, passes.first, Settings(), print, 1.1)
    assert (found.facility, found.solution, found.design) == ("second facility", "second solution", passes.first.design)
    assert fit is passes.called.inputs
    alone = second_pass.fitted(passes.inputs, passes.first)
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


def test_the_bound_is_below_any_plan_of_whole_machines(tiny, monkeypatch):
    """Proves: the bound, whose cooling lies below the true curves, is no more than the best plan on chords above them,
    and within a percent of it where cooling is all that costs.
    Sensitivity: a bound on chords would be above what a plan on the hour's own chords can reach."""
    time = tiny.grid(24)
    need = 40.0 + 60.0 * np.sin(np.arange(24) / 24.0 * np.pi)
    inputs = tiny.inputs(
        time, tiny.plant(equipment__chiller__power_part_load_curve=CURVE, equipment__chiller__usd_each=0.01),
        cooling_kw_th=need, tariff=tiny.prices(time, 0.1),
    )  # fmt: skip
    monkeypatch.setattr(type(inputs), "grid", lambda _: time)
    inputs = replace(inputs, design=())
    _, best = tiny.run(inputs, time)
    below = bound(inputs, Settings()).usd_per_year
    assert below <= best.usd
    assert below >= 0.99 * best.usd
