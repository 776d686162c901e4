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

from optimiser.matrices import Matrices
from optimiser.solver import Settings, Solution, solve
from sites.errors import InfeasibleError

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
LOOK_AHEAD_H = 168
WARM_UP_H = 14 * 24
FEASIBILITY = 1e-6
QUOTA_SHARE = 0.9  # of the demand in a look ahead: enough to keep the plant running, and always within reach
WARM_UP_SHARE = 0.5  # the warm-up starts with an empty plant


@dataclass(frozen=True)
class Quota:
    """What a stretch of hours must deliver when its month's own row is not in the window: it must not run empty.

    sum over the stretch of *factor* x *column* >= share of *wanted* (8760, units an hour) in it.
    """

    column: str
    factor: float
    wanted: Array


@dataclass(frozen=True)
class Goal:
    """Output that a month must make whatever its end looks like: sum of *column* over its hours >= sum of *wanted*.

    *month_of* (8760) says to which month the output of an hour belongs: what is made late in a month is done after it.
    *wanted* (8760) spreads each month's output over its working hours; a look ahead makes its part of it, too.
    *paces* are shares of *wanted* that each hour makes at least, the steadiest first: a window that cannot be closed
    at one of them is solved at the next.
    """

    column: str
    month_of: Places
    wanted: Array
    paces: tuple[float, ...] = (0.0,)


@dataclass(frozen=True)
class Drive:
    """What keeps the windows in step: a *goal* a month, a *quota* for each look ahead, and the *carried* columns.

    *carried* names monthly quantities that one window hands to the next: each is free in its own month only.
    """

    goal: Goal
    quota: Quota
    carried: str


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

    def cut(self, hours: Places, known_hours: Places, x: Array, carried: Places) -> tuple[Matrices, Places]:
        """Return the window's own problem and its columns, everything else (and *carried* columns) held at *x*."""
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
        own[carried] = False
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


def _with_row(problem: Matrices, columns: Places, places: Places, factor: float, least: float) -> Matrices:
    """Return the *problem* with one row more: factor x sum of the columns at *places* >= *least*."""
    number_of = np.full(max(int(places.max()), int(columns.max())) + 1, -1)
    number_of[columns] = np.arange(len(columns))
    row = np.zeros(len(columns))
    row[number_of[places]] = factor
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
    drive: Drive | None,
    progress: Callable[[str], None] = lambda _: None,
) -> Solution:
    """Operate the year with the columns *held_names* at their values in *start*, and return a full solution.

    Parameters: *matrices* of the full year; *month* (8760) of each hour; *start* (columns) also gives the peaks of
    months not yet solved and the carried quantities; *drive* keeps a plant running from window to window.
    Raises `InfeasibleError`.
    """
    begun = time.perf_counter()
    x = np.clip(start, matrices.low, matrices.high)
    held = np.zeros(matrices.shape[1], dtype=bool)
    for name in held_names:
        held[matrices.columns[name]] = True
    x[matrices.column_hour >= 0] = 0.0
    year = _Year(matrices, held)
    all_hours = np.arange(8760)
    warm_up = all_hours[-WARM_UP_H:]
    ahead = np.flatnonzero(month == 1)[:LOOK_AHEAD_H]
    first = np.concatenate([warm_up, _window_of(month, 0)])
    before = all_hours[-WARM_UP_H - 24 : -WARM_UP_H]
    x, iterations = _solve(year, first, before, x, settings, drive, 0, [(warm_up, WARM_UP_SHARE), (ahead, QUOTA_SHARE)])
    done = warm_up
    for number in range(12):
        hours = _window_of(month, number)
        ahead = hours[month[hours] != number]
        if number == 11:
            done = np.setdiff1d(done, hours)
        stretches = [(ahead, QUOTA_SHARE)] if ahead.size else []
        x, count = _solve(year, hours, done, x, settings, drive, number, stretches)
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


def settle(matrices: Matrices, held_names: Sequence[str], x: Array, settings: Settings) -> Solution:
    """Return a full solution whose hours and *held_names* are as in *x*, with peaks and billed demands that follow.

    Parameters: *matrices* of the full year, *x* (columns) with every hour decided. Raises `InfeasibleError`.
    """
    begun = time.perf_counter()
    held = np.zeros(matrices.shape[1], dtype=bool)
    for name in held_names:
        held[matrices.columns[name]] = True
    x = _settle(_Year(matrices, held), x, settings)
    _check(matrices, x)
    objective = float(matrices.cost @ x + matrices.offset)
    return Solution(
        matrices, x, np.zeros(matrices.shape[0]), objective, -np.inf, "optimal", "settled",
        0, time.perf_counter() - begun,
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
    drive: Drive | None,
    month: int,
    stretches: Sequence[tuple[Places, float]],
) -> tuple[Array, int]:
    """Solve one window and return the year's columns with the window's filled in, and the iterations."""
    named = year.matrices.columns
    carried = np.array([], dtype=np.int64)
    if drive is not None:
        # December hands over what January began with, so its own quantity is held as well
        carried = named[drive.carried] if month == 11 else np.delete(named[drive.carried], month)
    problem, columns = year.cut(hours, known, x, carried)
    paces: tuple[float, ...] = (0.0,)
    paced = np.zeros(len(columns))
    if drive is not None:
        quota, goal = drive.quota, drive.goal
        paces = goal.paces
        everywhere = np.zeros(len(x))
        everywhere[named[goal.column][hours]] = goal.wanted[hours]
        paced = everywhere[columns]
        for stretch, share in stretches:
            least = share * float(quota.wanted[stretch].sum())
            problem = _with_row(problem, columns, named[quota.column][stretch], quota.factor, least)
        of_month = np.flatnonzero(goal.month_of == month)
        if month < 11:  # December ends where January began, so the year's balance already says what it makes
            free = np.intersect1d(of_month, hours)
            solved = float(x[named[goal.column][np.setdiff1d(of_month, hours)]].sum())
            least = float(goal.wanted[of_month].sum()) - solved
            problem = _with_row(problem, columns, named[goal.column][free], 1.0, least)
            later = hours[(goal.month_of[hours] == month + 1) & (hours >= of_month[0])]
            least = float(goal.wanted[later].sum())
            problem = _with_row(problem, columns, named[goal.column][later], 1.0, least)
    x = x.copy()
    found = _solve_at_some_pace(problem, paced, paces, replace(settings, methods=("simplex", "ipx")))
    x[columns] = found.x
    return x, found.iterations


def _solve_at_some_pace(problem: Matrices, paced: Array, paces: Sequence[float], settings: Settings) -> Solution:
    """Solve at the steadiest of the *paces* that leaves a way; *paced* (columns) is the full pace, nil elsewhere."""
    for pace in paces[:-1]:
        try:
            return solve(replace(problem, low=np.maximum(problem.low, pace * paced)), settings)
        except InfeasibleError:
            continue
    return solve(replace(problem, low=np.maximum(problem.low, paces[-1] * paced)), settings)


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
        column_hour=year.matrices.column_hour[columns],
        row_hour=year.matrices.row_hour[rows],
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
