"""The quick second pass: the same hours, with the power that whole machines truly take in them."""

from types import SimpleNamespace

import numpy as np
import pytest

from optimiser import same_hours as module
from optimiser.compiling import compile_model
from optimiser.facility import build
from optimiser.search import Design, Found
from optimiser.solver import Settings, solve
from sites.errors import InfeasibleError
from twin.model.thermal.chiller import available_kw_th, bank_power_kw, full_load_ratio

CURVE = (0.05, 0.62, 0.33)
HOURS = 48


@pytest.fixture
def plan(tiny, monkeypatch):
    """Two days of a cooling load on two chillers of 100 kW_th, as the relaxed form has them."""
    plant = tiny.plant(equipment__chiller__power_part_load_curve=CURVE, equipment__chiller__usd_each=0.01)
    chiller = plant.equipment.chiller
    outdoor_c = 25.0 + 8.0 * np.sin(np.arange(8760) / 12.0)
    time = tiny.grid(HOURS)
    inputs = tiny.inputs(
        time, plant, outdoor_c=outdoor_c, chiller_kw_th=available_kw_th(chiller, outdoor_c),
        chiller_ratio=full_load_ratio(chiller, outdoor_c), tariff=tiny.prices(time, 0.1), design=(),
        cooling_kw_th=60.0 + 50.0 * np.sin(np.arange(HOURS) / 5.0),
    )  # fmt: skip
    monkeypatch.setattr(type(inputs), "grid", lambda _: time)
    facility = build(inputs, time)
    matrices = compile_model(facility.model)
    held = {"chilled_water_chillers": np.array([2.0])}
    solution = solve(matrices.fixed(held).relaxed(), Settings(methods=("simplex",)))
    return inputs, Found(facility, solution, Design(held, {}, None, solution))


def test_hours_stay_and_power_is_true(plan):
    """Proves: loads are those of the first plan to the last digit, chillers' power is that of the whole machines that
    run, the grid gives just the difference, and the cost is the true energy at its price.
    Sensitivity: power changed without the grid's would leave the balance open, and the bill as it was."""
    inputs, first = plan
    fit, found = module.same_hours(inputs, first, Settings(), print)
    load_kw_th = 1000.0 * found.solution.value("chilled_water_cooling_mw")
    np.testing.assert_array_equal(load_kw_th, 1000.0 * first.solution.value("chilled_water_cooling_mw"))
    true_kw, _ = bank_power_kw(inputs.plant.equipment.chiller, 2, load_kw_th, inputs.outdoor_c[:HOURS])
    np.testing.assert_allclose(1000.0 * found.solution.value("chilled_water_power_mw"), true_kw, rtol=1e-7)
    np.testing.assert_allclose(1000.0 * found.solution.value("power_grid_mw"), true_kw, rtol=1e-7)
    assert found.solution.objective == pytest.approx(0.1 * true_kw.sum() + 0.02, rel=1e-6)
    assert np.abs(true_kw - 1000.0 * first.solution.value("chilled_water_power_mw")).max() > 0.3
    assert set(fit.running) == {"chillers"}
    again, _ = module.same_hours(inputs, first, Settings(), print, 1.1)
    np.testing.assert_allclose(again.chiller_ratio, 1.1 * fit.chiller_ratio)


def test_a_plan_without_machines_is_left_alone(plan):
    """Proves: with no load on its chillers the first plan is handed back. Sensitivity: a year built for nothing."""
    inputs, first = plan
    idle = SimpleNamespace(
        matrices=first.solution.matrices, value=lambda name: 0.0 * first.solution.value(name), scalar=lambda _: 2.0
    )
    nothing = Found(first.facility, idle, first.design)
    assert module.same_hours(inputs, nothing, Settings(), print) == (inputs, nothing)


def test_peaks_that_do_not_fit_keep_the_first_plan(plan, monkeypatch):
    """Proves: where the true power's peak breaks what was bought the first plan stands, and it is said.
    Sensitivity: the whole run would be lost for a refinement."""
    inputs, first = plan

    def no(*_):
        raise InfeasibleError("no")

    monkeypatch.setattr(module.windows, "settle", no)
    told = []
    assert module.same_hours(inputs, first, Settings(), told.append) == (inputs, first)
    assert "first pass is kept" in told[-1]
