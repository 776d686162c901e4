"""From matrices to HiGHS and back: the only file that knows highspy."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from optimiser.matrices import INFINITY, Matrices
from optimiser.scaling import unscaled
from sites.errors import InfeasibleError, StoppedError

Array = NDArray[np.float64]


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
