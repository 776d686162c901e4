"""One linear programme, solved once and then again and again with other bounds, each time from the last corner."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.matrices import INFINITY, Matrices
from optimiser.solver import Settings, hand_over
from sites.errors import InfeasibleError, StoppedError

Array = NDArray[np.float64]
MOST_ITERATIONS = 40_000  # of one change: a count, not a clock, so that equal runs give up at the same changes
OPTIMAL, INFEASIBLE, UNDECIDED = "optimal", "infeasible", "undecided"
FIRST_SOLVES: tuple[dict[str, str], ...] = (
    {"solver": "hipo", "hipo_system": "augmented", "hipo_ordering": "amd"},
    {"solver": "ipx"},
    {"solver": "simplex"},
)


@dataclass(frozen=True, eq=False)
class Answer:
    """What a change of bounds leads to: *status*, the cost and the values at the optimum, or what proves it impossible.

    *proof* holds a multiplier for each row when there is no solution (Farkas): the rows with one cannot hold together.
    """

    status: str
    objective: float = INFINITY
    x: Array | None = None
    proof: Array | None = None


class Resolver:
    """A linear programme at its optimal corner; `at` asks what it would cost with some variables held elsewhere.

    The first solve is by interior point with crossover to a corner; each later one is dual simplex from there, which
    takes a second or two where a fresh solve takes ten. One thread, fixed seed: the same answers each time.
    """

    def __init__(self, matrices: Matrices, settings: Settings) -> None:
        self.matrices = matrices.relaxed()
        self._scales = self.matrices.natural_scales()
        self._deadline = settings.deadline
        self._solver = hand_over(self.matrices.scaled(self._scales))
        self._set(threads=1, random_seed=settings.seed)
        for method in FIRST_SOLVES:
            self._set(run_crossover="on", ipm_optimality_tolerance=1e-6, **method)
            self._run()
            status = self._status()
            if status == "Optimal":
                break
            if status == "Infeasible":
                raise InfeasibleError("no plan satisfies all limits at once")
            self._solver.clearSolver()
        else:
            raise StoppedError("the solver gave no answer")
        self._basis = self._solver.getBasis()
        self.first = self._answer()
        self._set(solver="simplex", simplex_iteration_limit=MOST_ITERATIONS)

    def at(self, values: Mapping[str, Array | float], at_most: Mapping[str, Array | float] | None = None) -> Answer:
        """Solve with the named variables held at *values*, and others at most *at_most*; then go back to the start.

        Raises `StoppedError` when the deadline of the settings has passed.
        """
        if time.perf_counter() > self._deadline:
            raise StoppedError("the time limit ended the solve")
        changed = [*values, *(at_most or {})]
        low, high = self.matrices.low.copy(), self.matrices.high.copy()
        for name, value in values.items():
            low[self.matrices.columns[name]] = high[self.matrices.columns[name]] = value
        for name, value in (at_most or {}).items():
            high[self.matrices.columns[name]] = value
        columns = np.concatenate([self.matrices.columns[name] for name in changed]) if changed else np.zeros(0, int)
        self._bound(columns, low, high)
        try:
            self._run()
            status = self._status()
            if status == "Optimal":
                return self._answer()
            if status == "Infeasible":
                _, is_there, ray = self._solver.getDualRay()  # type: ignore[attr-defined]
                return Answer(INFEASIBLE, proof=np.array(ray) * self._scales.rows if is_there else None)
            if time.perf_counter() > self._deadline:
                raise StoppedError("the time limit ended the solve")
            return Answer(UNDECIDED)
        finally:
            self._bound(columns, self.matrices.low, self.matrices.high)
            self._solver.setBasis(self._basis)

    def _answer(self) -> Answer:
        solution = np.array(self._solver.getSolution().col_value) * self._scales.columns
        return Answer(OPTIMAL, float(self._solver.getInfo().objective_function_value), solution)

    def _bound(self, columns: NDArray[np.int64], low: Array, high: Array) -> None:
        low, high = low / self._scales.columns, high / self._scales.columns
        for column in columns.tolist():
            self._solver.changeColBounds(column, float(low[column]), float(high[column]))

    def _set(self, **options: bool | int | float | str) -> None:
        for name, value in options.items():
            self._solver.setOptionValue(name, value)

    def _run(self) -> None:
        left_s = self._deadline - time.perf_counter()
        if left_s < INFINITY:
            # the solver's clock runs on from one solve to the next
            self._set(time_limit=self._solver.getRunTime() + max(left_s, 0.1))
        self._solver.run()

    def _status(self) -> str:
        return str(self._solver.modelStatusToString(self._solver.getModelStatus()))
