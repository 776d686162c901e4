"""How large the optimiser's models are and how long they take: build, hand-over and solve of a month and of the year.

Seconds are noted as multiples of a reference problem solved in the same run; rows, columns, nonzeros and iterations
(simplex, one thread) are held exactly to baseline.json.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from optimiser import search
from optimiser.compiling import compile_model
from optimiser.facility import build
from optimiser.solver import Settings, hand_over, solve
from optimiser.timegrid import TimeGrid

JULY = 6
SIMPLEX = Settings(methods=("simplex",))


def _shape(matrices):
    return dict(zip(("rows", "columns", "nonzeros"), map(int, matrices.shape), strict=True))


@pytest.fixture(scope="module")
def month(inputs):
    """July on its own: 744 hours that close over themselves, and no demand in any other month."""
    calendar = inputs.calendar
    hours = np.flatnonzero(calendar.month == JULY)
    place = np.arange(len(hours))
    month = (calendar.month[hours], calendar.labour_month[hours], calendar.hour_of_week[hours])
    demand = np.where(np.arange(12) == JULY, inputs.line.demand_units, 0.0)
    line = dataclasses.replace(inputs.line, demand_units=demand)
    return dataclasses.replace(inputs, line=line), TimeGrid(hours, np.ones(len(hours)), np.roll(place, 1), *month)


@pytest.fixture(scope="module")
def month_matrices(month):
    return compile_model(build(*month).model)


@pytest.fixture(scope="module")
def year_model(inputs):
    return build(inputs, inputs.grid()).model


def test_month_build(benchmark, record, month):
    facility = benchmark.pedantic(build, args=month, rounds=3)
    record(**_shape(compile_model(facility.model)))


def test_month_hand_over(benchmark, record, month):
    model = build(*month).model
    solver = benchmark.pedantic(lambda: hand_over(compile_model(model)), rounds=3)
    record(rows=solver.getNumRow(), columns=solver.getNumCol(), nonzeros=solver.getNumNz())


def test_month_solve(benchmark, record, month_matrices):
    """The month's relaxation with sizes and staff free, by simplex."""
    solution = benchmark.pedantic(lambda: solve(month_matrices.relaxed(), SIMPLEX), rounds=1)
    benchmark.extra_info["objective_usd"] = solution.objective
    record(**_shape(month_matrices), iterations=solution.iterations)


def test_month_solve_by_interior_point(benchmark, record, month_matrices):
    """The same relaxation as the design stage solves it; iterations are noted, not held: BLAS differs by machine."""
    solution = benchmark.pedantic(
        lambda: solve(month_matrices.relaxed(), Settings(tolerance=1e-5, methods=search.DESIGN_METHODS)), rounds=1
    )
    benchmark.extra_info |= {
        "objective_usd": solution.objective, "method": solution.method, "iterations": solution.iterations,
    }  # fmt: skip
    record(**_shape(month_matrices))


def test_year_build(benchmark, record, inputs):
    facility = benchmark.pedantic(lambda: build(inputs, inputs.grid()), rounds=1)
    record(**_shape(compile_model(facility.model)))


def test_year_hand_over(benchmark, record, year_model):
    solver = benchmark.pedantic(lambda: hand_over(compile_model(year_model)), rounds=1)
    record(rows=solver.getNumRow(), columns=solver.getNumCol(), nonzeros=solver.getNumNz())


def test_year_operate(benchmark, record, inputs, fixed_design):
    """The year with a fixed design, window by window, from the build to the last check."""
    solution = benchmark.pedantic(
        lambda: search.operate(inputs, search.full_year(inputs), fixed_design, SIMPLEX, progress=lambda _: None),
        rounds=1,
    )
    benchmark.extra_info["objective_usd"] = solution.objective
    record({"windows": solution.seconds}, **_shape(solution.matrices), iterations=solution.iterations)
