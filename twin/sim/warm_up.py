"""Where the warm-up ends: MSER-5, and the pilot runs of a line that it is asked of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
# Mean work in process [units] of (pilots, intervals) in runs of so many hours, cut into so many equal intervals.
Pilots = Callable[[float, int], Floats]

BATCH = 5
LEAST_BATCHES = 4  # fewer leave nothing to choose from
INTERVALS = 500
MOST_DOUBLINGS = 4
PERIODS = 8  # of a line that repeats itself: long enough to tell its cycle from its warm-up
STILL_GROWING = 0.5  # growth late in the run over growth early in it, above which no end of it is in sight
SIGNIFICANT = 3.0  # standard errors
_ROUNDING = 1e-12
_STEADY = 1e-10  # relative to its level, below which a series does not change


@dataclass(frozen=True, slots=True)
class Truncation:
    """What MSER-5 says of a series: leave out the first *points*; *at_bound*, as many as it may: too short a series."""

    points: int
    at_bound: bool


def mser5(series: ArrayLike) -> Truncation:
    """MSER-5: the number of first points to leave out of a series, so that its mean is known best.

    Parameters: *series* (n), or (replications, n), which are averaged point by point first; 20 points or more.
    With Z_1 ... Z_b the means of batches of 5 points, it is the d in 0 ... b/2 that minimises the squared standard
    error of the mean of what is left,

        MSER(d) = sum_(j > d) (Z_j - mean(Z_(d+1) ... Z_b))^2 / (b - d)^2.

    Of several such d the first. A minimum at b/2 says that the series is too short to tell. Raises `ValueError` for
    fewer points than four batches. Source: White (1997), Simulation 69(6); White, Cobb and Spratt (2000), Proc. WSC;
    the average over replications: Hoad, Robinson and Davies (2010), JORS 61.
    """
    points = np.atleast_2d(np.asarray(series, dtype=float)).mean(axis=0)
    count = points.size // BATCH
    if count < LEAST_BATCHES:
        raise ValueError(f"{points.size} points: MSER-5 needs {LEAST_BATCHES * BATCH} or more")
    batches = points[: count * BATCH].reshape(count, BATCH).mean(axis=1)
    # Sums from the far end, of what differs from the mean: a level of any height loses no digits.
    from_end = (batches - batches.mean())[::-1]
    left = np.arange(1, count + 1)
    squares = np.cumsum(from_end**2)
    errors = ((squares - np.cumsum(from_end) ** 2 / left) / left**2)[::-1]
    bound = count // 2
    allowed = errors[: bound + 1]
    # A sum of squares that should be 0 is a rounding error of the largest that went into it, or of the values' own.
    nothing = (_ROUNDING * squares[-1] / count + (_STEADY * np.abs(batches).max()) ** 2) / count
    best = int(np.flatnonzero(allowed <= allowed.min() + nothing)[0])
    return Truncation(best * BATCH, best == bound)


@dataclass(frozen=True, slots=True)
class WarmUp:
    """How long the warm-up is [h], how that was found, and what is doubtful about it."""

    hours: float
    method: str
    pilot_hours: float = 0.0
    warnings: tuple[str, ...] = ()


def given_warm_up(hours: float) -> WarmUp:
    """Return the warm-up that was asked for."""
    return WarmUp(hours, "given")


def find_warm_up(pilots: Pilots, hours: float, period_h: float | None = None) -> WarmUp:
    """Find the warm-up of a line by MSER-5 on its work in process, averaged over pilot runs.

    Parameters: *pilots*, which runs them; *hours* that will be measured: the length of the first pilots; *period_h* of
    a line that repeats itself (a week of shifts). Its work in process goes up and down for ever, so that MSER-5 is
    given what differs from the usual at that moment of the period, in runs of 8 periods or more; the warm-up is whole
    periods.

    A minimum at MSER-5's bound says that the run is too short: the pilots are then doubled, four times at most, and
    the answer says so. Pilots in which the work in process still grows late in the run more than half as fast as early
    in it will not come to rest either: that is a warning, and the warm-up is half of *hours*, in whole periods.
    """
    length = hours if period_h is None else max(hours, PERIODS * period_h)
    for doubling in range(MOST_DOUBLINGS + 1):
        interval_h = _interval_h(length, period_h)
        count = round(length / interval_h)
        series = np.atleast_2d(pilots(count * interval_h, count))
        found = mser5(_without_cycle(series, interval_h, period_h))
        length = count * interval_h
        if not found.at_bound:
            return WarmUp(_whole_periods(found.points * interval_h, period_h), "MSER-5", length, _told(length, hours))
        if (doubling and still_growing(_without_cycle(series, interval_h, period_h))) or doubling == MOST_DOUBLINGS:
            break
        length *= 2
    warm_up_h = _whole_periods(hours / 2, period_h)
    told = (
        f"no steady state: the work in process does not come to rest within {length:g} h "
        f"({series[:, -1].mean():.4g} units at their end); the warm-up is {warm_up_h:g} h"
    )
    return WarmUp(warm_up_h, "MSER-5, at its bound", length, (told,))


def still_growing(series: Floats) -> bool:
    """Whether work in process (replications, n) grows without an end in sight.

    Growth from the third to the last quarter of the run is compared with that from the first to the second: it must be
    more than half of it, and more than 3 standard errors over replications above 0. An
    exponential approach to the steady state stays below a half while its time constant is under 0.72 of the run.
    """
    quarters = np.stack([part.mean(axis=1) for part in np.array_split(series, 4, axis=1)])
    early, late = quarters[1] - quarters[0], quarters[3] - quarters[2]
    error = late.std(ddof=1) / np.sqrt(late.size) if late.size > 1 else 0.0
    return bool(late.mean() > STILL_GROWING * early.mean() and late.mean() > SIGNIFICANT * error and late.mean() > 0)


def _interval_h(length_h: float, period_h: float | None) -> float:
    """Length of an interval [h]: 500 in a run, and a whole number of them in a period."""
    return length_h / INTERVALS if period_h is None else period_h / ceil(INTERVALS * period_h / length_h)


def _without_cycle(series: Floats, interval_h: float, period_h: float | None) -> Floats:
    """Work in process (replications, n) less what is usual at the same moment of each period, plus the usual mean.

    Usual is the mean of the later half of the periods. A moving average would lose the cycle as well, but it makes
    neighbouring points alike, by which MSER-5 is misled.
    """
    if period_h is None:
        return series
    width = round(period_h / interval_h)
    periods = series.shape[1] // width
    first = periods - max(periods // 2, 1)
    usual = series.mean(axis=0)[first * width : periods * width].reshape(-1, width).mean(axis=0)
    return np.asarray(series - np.resize(usual, series.shape[1]) + usual.mean())


def _whole_periods(hours: float, period_h: float | None) -> float:
    if period_h is None:
        return hours
    return ceil(hours / period_h - 1e-9) * period_h


def _told(length_h: float, hours: float) -> tuple[str, ...]:
    if length_h <= 2 * hours * (1 - 1e-9):
        return ()
    return (f"{hours:g} h are too short to see the end of the warm-up: pilot runs of {length_h:g} h were made",)
