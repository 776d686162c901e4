"""From a Pyomo model to HiGHS and back: the only file that knows highspy.

The model is compiled once to matrices; stages then change bounds and integrality on the matrices and solve again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

from optimiser.model import Model
from optimiser.scaling import Scales, natural_scales, unscaled
from sites.errors import InfeasibleError, StoppedError

INFINITY = float("inf")
Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Matrices:
    """minimise cost.x + offset subject to row_low <= A x <= row_high, low <= x <= high, some x whole numbers.

    *columns* and *rows* places by name; *keys* the indices of each variable; *column_hour* and *row_hour* the hour's
    position of whatever belongs to one hour, -1 of the rest.
    """

    cost: Array
    offset: float
    matrix: sparse.csc_array
    row_low: Array
    row_high: Array
    low: Array
    high: Array
    whole: NDArray[np.bool_]
    columns: dict[str, NDArray[np.int64]]
    rows: dict[str, NDArray[np.int64]]
    keys: dict[str, list[Any]]
    column_hour: NDArray[np.int64]
    row_hour: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns and nonzeros."""
        return (*self.matrix.shape, self.matrix.nnz)

    def fixed(self, values: dict[str, Array]) -> Matrices:
        """Return the matrices with the named variables held at *values*."""
        low, high = self.low.copy(), self.high.copy()
        for name, value in values.items():
            low[self.columns[name]] = high[self.columns[name]] = value
        return replace(self, low=low, high=high)

    def at_least(self, values: dict[str, Array]) -> Matrices:
        """Return the matrices with the named variables bounded below by *values*."""
        low = self.low.copy()
        for name, value in values.items():
            low[self.columns[name]] = np.maximum(low[self.columns[name]], value)
        return replace(self, low=low)

    def without_rows(self, names: Sequence[str]) -> Matrices:
        """Return the matrices whose rows of these *names*, where there are such, ask nothing."""
        low, high = self.row_low.copy(), self.row_high.copy()
        for name in names:
            places = self.rows.get(name, np.zeros(0, dtype=np.int64))
            low[places], high[places] = -INFINITY, INFINITY
        return replace(self, row_low=low, row_high=high)

    def relaxed(self) -> Matrices:
        """Return the matrices with every whole number allowed to be a fraction."""
        return replace(self, whole=np.zeros_like(self.whole))

    def rounded_up(self) -> Matrices:
        """Return the matrices with each whole number at least the least one that a row of it alone allows."""
        by_row = sparse.csr_array(self.matrix)
        alone = np.flatnonzero(np.diff(by_row.indptr) == 1)
        places, factors = by_row.indices[by_row.indptr[alone]], by_row.data[by_row.indptr[alone]]
        least = np.where(factors > 0, self.row_low[alone], self.row_high[alone]) / factors
        use = self.whole[places] & np.isfinite(least)
        low = self.low.copy()
        np.maximum.at(low, places[use], np.ceil(least[use] - 1e-6))
        return replace(self, low=low)

    def natural_scales(self) -> Scales:
        """Return the scales in which interior-point methods do best."""
        return natural_scales(self.columns, self.column_hour, self.matrix)

    def scaled(self, scales: Scales) -> Matrices:
        """Return the same problem in the *scales* of its columns and rows."""
        return replace(
            self,
            cost=self.cost * scales.columns,
            matrix=scales.matrix(self.matrix),
            row_low=self.row_low * scales.rows,
            row_high=self.row_high * scales.rows,
            low=self.low / scales.columns,
            high=self.high / scales.columns,
        )


@dataclass(frozen=True)
class Settings:
    """How to solve: *gap* (relative, of a mixed-integer solve; None: the caller's own choice, else nil),
    *time_limit_s*, *threads*, *seed*, *tolerance*.

    *time_limit_s* holds for one solve; *deadline*, a moment of time.perf_counter() [s], for all that share it.
    """

    gap: float | None = None
    time_limit_s: float = INFINITY
    deadline: float = INFINITY
    threads: int = 1
    seed: int = 0
    tolerance: float = 1e-7
    methods: tuple[str, ...] = ("hipo", "hipo-augmented", "ipx", "simplex")
    log_file: str = ""


@dataclass(frozen=True, eq=False)
class Solution:
    """Values, prices and the record of a solve."""

    matrices: Matrices
    x: Array
    prices: Array
    objective: float
    bound: float
    status: str
    method: str
    iterations: int
    seconds: float
    by_time: bool = False
    tries: tuple[str, ...] = field(default=())

    def value(self, name: str) -> Array:
        """Return the values of the variable *name*, in the order of its index."""
        return self.x[self.matrices.columns[name]]

    def scalar(self, name: str) -> float:
        """Return the value of the single variable *name*."""
        return float(self.value(name)[0])

    def price(self, name: str) -> Array:
        """Return the dual prices of the rows *name*, zero where a row was skipped."""
        return self.prices[self.matrices.rows[name]]


def compile_model(model: Model) -> Matrices:
    """Turn a Pyomo *model* into matrices; the names of variables and constraints are kept."""
    with PauseGC():
        form = LinearStandardFormCompiler().write(model.pyomo, mixed_form=True, set_sense=pyo.minimize)
    place = {id(column): number for number, column in enumerate(form.columns)}
    columns: dict[str, NDArray[np.int64]] = {}
    keys: dict[str, list[Any]] = {}
    for variable in model.pyomo.component_objects(pyo.Var):
        # a variable that stands in no row and no cost has no column; it is reported as its lower bound
        found = [(key, place[id(datum)]) for key, datum in variable.items() if id(datum) in place]
        columns[variable.name] = np.array([number for _, number in found], dtype=np.int64)
        keys[variable.name] = [key for key, _ in found]
    column_hour = np.full(len(form.columns), -1)
    for variable in model.pyomo.component_objects(pyo.Var):
        if variable.name in model.hourly_names:
            column_hour[columns[variable.name]] = keys[variable.name]
    rows: dict[str, list[int]] = {}
    row_hour = np.full(len(form.rows), -1)
    row_low = np.full(len(form.rows), -INFINITY)
    row_high = np.full(len(form.rows), INFINITY)
    for number, (row, sense) in enumerate(form.rows):
        name = row.parent_component().name
        rows.setdefault(name, []).append(number)
        if name in model.hourly_names:
            row_hour[number] = model.hour_of(name, row.index())
        if sense <= 0:
            row_low[number] = form.rhs[number]
        if sense >= 0:
            row_high[number] = form.rhs[number]
    bounds = [column.bounds for column in form.columns]
    return Matrices(
        cost=np.asarray(form.c.todense()).ravel(),
        offset=float(np.asarray(form.c_offset).ravel()[0]) if np.size(form.c_offset) else 0.0,
        matrix=sparse.csc_array(form.A),
        row_low=row_low,
        row_high=row_high,
        low=np.array([-INFINITY if low is None else low for low, _ in bounds]),
        high=np.array([INFINITY if high is None else high for _, high in bounds]),
        whole=np.array([not column.is_continuous() for column in form.columns]),
        columns=columns,
        rows={name: np.array(numbers, dtype=np.int64) for name, numbers in rows.items()},
        keys=keys,
        column_hour=column_hour,
        row_hour=row_hour,
    )


def hand_over(matrices: Matrices) -> highspy.Highs:
    """Give the matrices to a fresh HiGHS."""
    problem = highspy.HighsLp()
    problem.num_row_, problem.num_col_ = matrices.matrix.shape
    problem.col_cost_ = matrices.cost
    problem.offset_ = matrices.offset
    problem.col_lower_, problem.col_upper_ = matrices.low, matrices.high
    problem.row_lower_, problem.row_upper_ = matrices.row_low, matrices.row_high
    problem.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    problem.a_matrix_.start_ = matrices.matrix.indptr.astype(np.int32)
    problem.a_matrix_.index_ = matrices.matrix.indices.astype(np.int32)
    problem.a_matrix_.value_ = matrices.matrix.data
    if matrices.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        problem.integrality_ = [kinds[int(whole)] for whole in matrices.whole]
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.passModel(problem)
    return solver


def _configure(solver: highspy.Highs, settings: Settings, method: str, *, whole: bool) -> None:
    options: dict[str, Any] = {
        "threads": settings.threads,
        "random_seed": settings.seed,
        "mip_rel_gap": settings.gap or 0.0,
    }
    left_s = min(settings.time_limit_s, settings.deadline - time.perf_counter())
    if left_s < INFINITY:
        options["time_limit"] = max(left_s, 0.1)
    if settings.log_file:
        options |= {"output_flag": True, "log_to_console": False, "log_file": settings.log_file}
    if not whole:
        options |= {
            "solver": method.partition("-")[0] if method != "simplex" else "simplex",
            "run_crossover": "off",
            "ipm_optimality_tolerance": settings.tolerance,
            "kkt_tolerance": settings.tolerance,
        }
        if method == "hipo-augmented":
            options |= {"hipo_system": "augmented", "hipo_ordering": "amd"}
    for name, value in options.items():
        solver.setOptionValue(name, value)


_GOOD = {highspy.HighsModelStatus.kOptimal: "optimal"}
_INFEASIBLE = {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}


def solve(matrices: Matrices, settings: Settings) -> Solution:
    """Solve and return a `Solution`; a status other than optimal never yields values.

    An interior-point solve that ends "unknown" is tried again with other settings (`Settings.methods` in order).
    Raises `InfeasibleError` when there is no solution, `StoppedError` when time ran out with nothing to keep.
    """
    begun = time.perf_counter()
    whole = bool(matrices.whole.any())
    tries: list[str] = []
    for method in ("mip",) if whole else settings.methods:
        by_itself = method in ("mip", "simplex")  # those scale for themselves
        scales = unscaled(matrices.matrix) if by_itself else matrices.natural_scales()
        solver = hand_over(matrices if by_itself else matrices.scaled(scales))
        _configure(solver, settings, method, whole=whole)
        solver.run()
        status = solver.getModelStatus()
        tries.append(f"{method}: {solver.modelStatusToString(status)}")
        info = solver.getInfo()
        by_time = status == highspy.HighsModelStatus.kTimeLimit
        kept = by_time and whole and info.primal_solution_status == 2
        if status in _GOOD or kept:
            found = solver.getSolution()
            iterations = max(info.simplex_iteration_count, 0) + max(info.ipm_iteration_count, 0)
            return Solution(
                matrices=matrices,
                x=np.array(found.col_value) * scales.columns,
                prices=np.zeros(matrices.shape[0]) if whole else np.array(found.row_dual) * scales.rows,
                objective=float(info.objective_function_value),
                bound=float(info.mip_dual_bound) if whole else float(info.objective_function_value),
                status="stopped" if kept else "optimal",
                method=method,
                iterations=int(iterations),
                seconds=time.perf_counter() - begun,
                by_time=by_time,
                tries=tuple(tries),
            )
        if status in _INFEASIBLE:
            raise InfeasibleError("no plan satisfies all limits at once")
        if by_time:
            raise StoppedError("the time limit ended the solve before a plan was found")
    raise StoppedError(f"the solver gave no answer ({'; '.join(tries)})")


def safe_bound(matrices: Matrices, prices: Array) -> float:
    """Return a proven lower bound [usd] on the objective from any row *prices*, however inexact.

    Lagrangian bound: prices whose sign asks for an infinite side are set to zero; every column has finite bounds,
    so the rest is finite: sum(price * active side) + sum(min over the column's bounds of reduced cost * x) + offset.
    """
    prices = np.where((prices > 0) & np.isinf(matrices.row_low), 0.0, prices)
    prices = np.where((prices < 0) & np.isinf(matrices.row_high), 0.0, prices)
    side = np.where(prices > 0, matrices.row_low, matrices.row_high)
    from_rows = float(np.sum(prices[prices != 0] * side[prices != 0]))
    reduced = matrices.cost - matrices.matrix.T @ prices
    if np.isinf(matrices.low[reduced > 0]).any() or np.isinf(matrices.high[reduced < 0]).any():
        return -INFINITY
    ends = np.where(reduced > 0, matrices.low, matrices.high)
    used = reduced != 0
    return from_rows + float(np.sum(reduced[used] * ends[used])) + matrices.offset
