"""When the k-th unit is due, from a plan in units per hour."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# A plan comes from a solver: its sums miss whole numbers by rounding.
_ROUNDING_UNITS = 1e-6
_FAR = 1e9
_SOME_UNITS = 0.5  # a smaller rate is a solver's dust, not a decision
Floats = NDArray[np.floating]


def start_times_min(per_h: ArrayLike) -> list[float]:
    """Minutes at which the plan's sum reaches 1, 2, 3, ... units; *per_h* (n), linear inside each hour."""
    cumulative = _cumulative(per_h)
    wanted = np.arange(1, int(np.floor(cumulative[-1] + _ROUNDING_UNITS)) + 1) - _ROUNDING_UNITS
    return _crossings_min(cumulative, wanted)


def release_times_min(per_h: ArrayLike, lead_h: float) -> list[float]:
    """Minutes at which the plan's sum, seen *lead_h* ahead, passes 0, 1, 2, ... units; *per_h* (n)."""
    cumulative = _cumulative(per_h)
    wanted = np.arange(int(np.ceil(cumulative[-1] - _ROUNDING_UNITS))) + _ROUNDING_UNITS
    return [max(0.0, minute - lead_h * 60) for minute in _crossings_min(cumulative, wanted)]


def opening_times_min(per_h: ArrayLike) -> list[float]:
    """For each hour of a plan of starts (n): the minute from which late starts are open, now or in a later hour.

    Open are the hours in which the plan itself starts units, and the hour after each of them.
    """
    plans = np.asarray(per_h, dtype=np.float64) > _SOME_UNITS
    is_open = plans | np.concatenate([[False], plans[:-1]])
    hours = np.arange(is_open.size)
    following = np.where(is_open, hours, is_open.size)
    minutes: list[float] = (np.minimum.accumulate(following[::-1])[::-1] * 60.0).tolist()
    return minutes


def _cumulative(per_h: ArrayLike) -> Floats:
    # A solver's -1e-9 must not turn the curve back.
    gained = np.maximum(np.asarray(per_h, dtype=np.float64), 0.0)
    return np.concatenate([np.zeros(1), np.cumsum(gained)])


def _crossings_min(cumulative: Floats, wanted: Floats) -> list[float]:
    minutes = np.arange(cumulative.size) * 60.0
    times: list[float] = np.interp(wanted, cumulative, minutes, right=_FAR).tolist()
    return times
