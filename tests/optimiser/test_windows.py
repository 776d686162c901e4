"""The year operated month by month against the same year solved at once."""

import dataclasses

import numpy as np
import pytest
from scipy import sparse

from optimiser import windows
from optimiser.compiling import compile_model
from optimiser.facility import build
from optimiser.matrices import safe_bound
from optimiser.solver import Settings, solve
from sites.errors import InfeasibleError

SIZES = {"power_battery_mw": 0.2, "power_battery_mwh": 0.8, "power_service": 1.0, "power_firm_mw": 1.0}


@pytest.fixture
def year(tiny):
    """A load that waves through the day, a battery, two prices and a monthly demand charge: matrices, sizes held."""
    plant = tiny.plant(
        equipment__battery__most_kw=200.0,
        equipment__battery__most_kwh=800.0,
        equipment__battery__charge_efficiency=0.95,
        equipment__battery__discharge_efficiency=0.95,
    )
    hour = np.arange(8760)
    load = 300.0 + 100.0 * np.sin(2 * np.pi * (hour % 24 - 9) / 24) + np.random.default_rng(0).uniform(0, 50, 8760)
    on_peak = {"name": "on", "rate_usd_per_kwh": 0.1, "when": [{"hours": [[12, 20]]}]}
    rows = tiny.tariff(
        energy=[on_peak, {"name": "off", "rate_usd_per_kwh": 0.04}],
        demand=[{"name": "demand", "rate_usd_per_kw_month": 10.0}],
    )
    case = dataclasses.replace(tiny.inputs(tiny.grid(1), plant, tariff=rows), fixed_load_kw=load)
    matrices = compile_model(build(case, case.grid()).model)
    return case, matrices.fixed({name: np.array([value]) for name, value in SIZES.items()})


def operated(case, matrices, settings):
    start = np.zeros(matrices.shape[1])
    for name, value in SIZES.items():
        start[matrices.columns[name]] = value
    return windows.operate(matrices, case.calendar.month, list(SIZES), start, settings, None)


def test_months_in_turn_cost_what_the_year_costs(tiny, year):
    """Proves: windows of a month and a look ahead find a plan of the whole year that keeps every row, between the
    year's optimum (by interior point) and 0.01 % above it, and above the bound that its prices prove.
    Sensitivity: a row that no window holds would cost less than the optimum; months that end with an empty battery
    because they see no tomorrow, or peaks that forget the look ahead, cost more."""
    case, matrices = year
    at_once = solve(matrices.relaxed(), Settings(methods=("hipo", "ipx")))
    found = operated(case, matrices, tiny.EXACT)
    assert at_once.objective - 0.1 <= found.objective <= 1.0001 * at_once.objective
    assert safe_bound(matrices.relaxed(), at_once.prices) <= found.objective
    activity = matrices.matrix @ found.x
    assert np.maximum(matrices.row_low - activity, activity - matrices.row_high).max() <= 1e-5
    assert found.scalar("power_battery_mw") == 0.2


def test_a_plan_that_breaks_a_row_is_refused(year):
    """Proves: a plan put together from windows is checked row by row: one hour of missing grid power is found.
    Sensitivity: without the check a seam between two windows could deliver energy from nowhere."""
    _, matrices = year
    x = np.zeros(matrices.shape[1])
    with pytest.raises(InfeasibleError, match="breaks a limit"):
        windows._check(matrices, x)


def test_a_window_that_cannot_close_at_the_steady_pace_is_solved_at_a_less_steady_one(tiny, year):
    """Proves: with x in [0, 10] in each of two hours and x0 + x1 = 12, a full pace of 7 an hour leaves no way at 0.99;
    at 0.8 each is at least 5.6: x0 = 6.4, x1 = 5.6 with costs 1 and 2: 17.6.
    Sensitivity: without a second pace the year has no plan; without any pace x0 = 10, x1 = 2 costs 14."""
    _, matrices = year
    problem = dataclasses.replace(
        matrices, cost=np.array([1.0, 2.0]), offset=0.0, matrix=sparse.csc_array(np.array([[1.0, 1.0]])),
        row_low=np.array([12.0]), row_high=np.array([12.0]), low=np.zeros(2), high=np.full(2, 10.0),
        whole=np.zeros(2, dtype=bool),
    )  # fmt: skip
    paced = np.full(2, 7.0)
    found = windows._solve_at_some_pace(problem, paced, (0.99, 0.8), tiny.EXACT)
    assert found.objective == pytest.approx(17.6)
    assert found.x == pytest.approx([6.4, 5.6])
    with pytest.raises(InfeasibleError):
        windows._solve_at_some_pace(problem, paced, (0.99,), tiny.EXACT)
