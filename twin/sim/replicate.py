"""Means over replications, with 95 % half-widths."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

CONFIDENCE = 0.95


def half_width(values: ArrayLike) -> NDArray[np.float64]:
    """95 % half-width of the mean over the first axis (replications); 0 when there is but one replication.

    Half-width = t(0.975, n-1) s / sqrt(n).
    """
    samples = np.asarray(values, dtype=float)
    n = samples.shape[0]
    if n < 2:
        return np.zeros(samples.shape[1:])
    quantile = float(t.ppf((1 + CONFIDENCE) / 2, n - 1))
    return np.asarray(quantile * samples.std(axis=0, ddof=1) / np.sqrt(n))
