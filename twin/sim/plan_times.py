"""When the k-th unit is due, from a plan in units per hour."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# A plan comes from a solver: its sums miss whole numbers by rounding.
_ROUNDING_UNITS = 1e-6
_FAR = 1e9


def start_times_min(per_h: ArrayLike) -> list[float]:
    """Minute at which the planned cumulative number reaches 1, 2, 3, ... units; linear inside each hour of *per_h* (n)."""
    cumulative = _cumulative(per_h)
    wanted = np.arange(1, int(np.floor(cumulative[-1] + _ROUNDING_UNITS)) + 1) - _ROUNDING_UNITS
    return _crossings_min(cumulative, wanted)


def release_times_min(per_h: ArrayLike, lead_h: float) -> list[float]:
    """Minute at which the planned cumulative number of *per_h* (n), seen *lead_h* ahead, passes 0, 1, 2, ... units."""
    cumulative = _cumulative(per_h)
    wanted = np.arange(int(np.ceil(cumulative[-1] - _ROUNDING_UNITS))) + _ROUNDING_UNITS
    return [max(0.0, minute - lead_h * 60) for minute in _crossings_min(cumulative, wanted)]


def _cumulative(per_h: ArrayLike) -> NDArray[np.float64]:
    # A solver's -1e-9 must not turn the curve back.
    return np.concatenate([[0.0], np.cumsum(np.maximum(np.asarray(per_h, dtype=float), 0.0))])


def _crossings_min(cumulative: NDArray[np.float64], wanted: NDArray[np.float64]) -> list[float]:
    minutes = np.arange(cumulative.size) * 60.0
    times: list[float] = np.interp(wanted, cumulative, minutes, right=_FAR).tolist()
    return times
