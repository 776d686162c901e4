"""Operates a year window by window: with sizes and staff held, each month is solved exactly with a look ahead.

A method of fixing and optimising on the year's own matrices: what lies before the window is held at what was found,
what lies after it waits for its turn. The result is a plan for the whole year that satisfies every row of the model.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimiser.solver import Matrices, Settings, Solution, solve
from sites.errors import InfeasibleError

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
LOOK_AHEAD_H = 168
WARM_UP_H = 14 * 24
FEASIBILITY = 1e-6
QUOTA_SHARE = 0.5  # of the demand in the stretch: enough to keep the plant running, and always within reach


@dataclass(frozen=True)
class Quota:
    """What a stretch of hours must deliver when its month's own row is not in the window: it must not run empty.

    sum over the stretch of *factor* x *column* >= share of *wanted* (8760, units an hour) in it.
    """

    column: str
    factor: float
    wanted: Array


@dataclass(eq=False)
class _Year:
    """The year's matrices with the masks that every window needs."""

    matrices: Matrices
    held: Flags
    pattern: sparse.csr_array = field(init=False)
    by_row: sparse.csr_array = field(init=False)
    hourly: Flags = field(init=False)
    peak_like: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.by_row = sparse.csr_array(self.matrices.matrix)
        self.pattern = self.by_row.copy()
        self.pattern.data = np.ones_like(self.pattern.data)
        self.hourly = self.matrices.column_hour >= 0
        hour_rows = (self.matrices.row_hour >= 0).astype(float)
        # a size or peak stands in hourly rows: outside its own hours it keeps the value that is known
        self.peak_like = (self.pattern.T @ hour_rows > 0) & ~self.hourly

    def cut(self, hours: Places, known_hours: Places, x: Array) -> tuple[Matrices, Places]:
        """Return the window's own problem and its columns, everything else held at *x*."""
        matrices = self.matrices
        inside, known = np.zeros(8761, dtype=bool), np.zeros(8761, dtype=bool)  # the last place stands for -1
        inside[hours] = True
        known[known_hours] = True
        in_window = self.hourly & inside[matrices.column_hour]
        waiting = self.hourly & ~in_window & ~known[matrices.column_hour]
        ready = self.pattern @ waiting.astype(float) == 0
        touched = self.pattern @ in_window.astype(float) > 0
        beside = self.pattern.T @ (ready & touched & (matrices.row_hour >= 0)).astype(float) > 0
        own = ~self.hourly & ~self.held & (beside | ~self.peak_like)
        free = in_window | own
        rows = np.flatnonzero(ready & (self.pattern @ free.astype(float) > 0))
        columns = np.flatnonzero(free)
        part = self.by_row[rows]
        rest = np.where(free, 0.0, x)
        outside = part @ rest
        problem = replace(
            matrices,
            cost=matrices.cost[columns],
            offset=0.0,
            matrix=sparse.csc_array(sparse.csc_array(part)[:, columns]),
            row_low=matrices.row_low[rows] - outside,
            row_high=matrices.row_high[rows] - outside,
            low=matrices.low[columns],
            high=matrices.high[columns],
            whole=np.zeros(len(columns), dtype=bool),
            columns={},
            rows={},
            keys={},
            column_hour=matrices.column_hour[columns],
            row_hour=matrices.row_hour[rows],
        )
        return problem, columns


def _with_quota(problem: Matrices, columns: Places, place_of: Places, stretch: Places, quota: Quota) -> Matrices:
    """Return the *problem* with one row more: the quota over the *stretch* of hours."""
    number_of = np.full(max(place_of.max(), columns.max()) + 1, -1)
    number_of[columns] = np.arange(len(columns))
    row = np.zeros(len(columns))
    row[number_of[place_of[stretch]]] = quota.factor
    least = QUOTA_SHARE * float(quota.wanted[stretch].sum())
    return replace(
        problem,
        matrix=sparse.csc_array(sparse.vstack([problem.matrix, sparse.csr_array(row[None, :])])),
        row_low=np.append(problem.row_low, least),
        row_high=np.append(problem.row_high, np.inf),
        row_hour=np.append(problem.row_hour, -1),
    )


def operate(
    matrices: Matrices,
    month: Places,
    held_names: Sequence[str],
    start: Array,
    settings: Settings,
    quota: Quota | None,
    progress: Callable[[str], None] = lambda _: None,
) -> Solution:
    """Operate the year with the columns *held_names* at their values in *start*, and return a full solution.

    Parameters: *matrices* of the full year; *month* (8760) of each hour; *start* (columns) also gives the peaks of
    months not yet solved; *quota* keeps the plant running at the end of each window. Raises `InfeasibleError`.
    """
    begun = time.perf_counter()
    x = np.clip(start, matrices.low, matrices.high)
    held = np.zeros(matrices.shape[1], dtype=bool)
    for name in held_names:
        held[matrices.columns[name]] = True
    x[matrices.column_hour >= 0] = 0.0
    year = _Year(matrices, held)
    iterations = 0
    all_hours = np.arange(8760)
    first = np.concatenate([all_hours[-WARM_UP_H:], _window_of(month, 0)])
    done = np.array([], dtype=np.int64)
    stretches = [all_hours[-WARM_UP_H:], np.flatnonzero(month == 1)[:LOOK_AHEAD_H]]
    x, count = _solve(year, first, all_hours[:-WARM_UP_H][-24:], x, settings, quota, stretches)
    iterations += count
    done = all_hours[-WARM_UP_H:]
    for number in range(12):
        hours = _window_of(month, number)
        ahead = hours[month[hours] != number]
        if number == 11:
            done = np.setdiff1d(done, hours)
        x, count = _solve(year, hours, done, x, settings, quota, [ahead] if ahead.size else [])
        iterations += count
        done = np.union1d(done, np.flatnonzero(month == number))
        progress(f"operated month {number + 1} of 12")
    x = _settle(year, x, settings)
    _check(matrices, x)
    objective = float(matrices.cost @ x + matrices.offset)
    return Solution(
        matrices, x, np.zeros(matrices.shape[0]), objective, -np.inf, "optimal", "windows",
        iterations, time.perf_counter() - begun,
    )  # fmt: skip


def _window_of(month: Places, number: int) -> Places:
    """Hours of the month and of the look ahead, which never runs into the January that is already solved."""
    own = np.flatnonzero(month == number)
    return np.arange(own[0], min(own[-1] + 1 + LOOK_AHEAD_H, 8760))


def _solve(
    year: _Year,
    hours: Places,
    known: Places,
    x: Array,
    settings: Settings,
    quota: Quota | None,
    stretches: Sequence[Places],
) -> tuple[Array, int]:
    problem, columns = year.cut(hours, known, x)
    if quota is not None:
        for stretch in stretches:
            problem = _with_quota(problem, columns, year.matrices.columns[quota.column], stretch, quota)
    found = solve(problem, replace(settings, methods=("simplex", "ipx")))
    x = x.copy()
    x[columns] = found.x
    return x, found.iterations


def _settle(year: _Year, x: Array, settings: Settings) -> Array:
    """Fix every hour and find the peaks, billed demands and remainders that belong to the whole year."""
    free = ~year.hourly & ~year.held
    columns = np.flatnonzero(free)
    rows = np.flatnonzero(year.pattern @ free.astype(float) > 0)
    part = year.by_row[rows]
    outside = part @ np.where(free, 0.0, x)
    slack = FEASIBILITY / 10.0
    problem = replace(
        year.matrices,
        cost=year.matrices.cost[columns],
        offset=0.0,
        matrix=sparse.csc_array(sparse.csc_array(part)[:, columns]),
        row_low=year.matrices.row_low[rows] - outside - slack,
        row_high=year.matrices.row_high[rows] - outside + slack,
        low=year.matrices.low[columns],
        high=year.matrices.high[columns],
        whole=np.zeros(len(columns), dtype=bool),
        columns={},
        rows={},
        keys={},
    )
    x = x.copy()
    x[columns] = solve(problem, replace(settings, methods=("simplex",))).x
    return x


def _check(matrices: Matrices, x: Array) -> None:
    """Raise `InfeasibleError` unless *x* satisfies every row and bound of the year."""
    activity = matrices.matrix @ x
    worst_row = float(np.max(np.maximum(matrices.row_low - activity, activity - matrices.row_high), initial=0.0))
    worst_bound = float(np.max(np.maximum(matrices.low - x, x - matrices.high), initial=0.0))
    if max(worst_row, worst_bound) > 20 * FEASIBILITY:
        raise InfeasibleError(f"the plan put together from windows breaks a limit by {max(worst_row, worst_bound):.2g}")
