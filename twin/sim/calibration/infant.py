"""Infant mortality of burn-in: the Weibull law of the time to failure, from units that died and units that did not."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np
from scipy.stats import norm

from twin.sim.calibration.intervals import UPPER, Interval, standard_errors, wilson
from twin.sim.calibration.likelihoods import Sample, weibull_estimate, weibull_log_likelihood

MOST_SHAPE = 1.0  # mortality of infants falls with age; the plant file holds no other
_STEP = 0.1


@dataclass(frozen=True, slots=True)
class InfantFit:
    """Weibull *shape* and *scale_h* [h] with 95 % intervals, from *died* and *survived* units.

    *share* of the units that died within the run, by count, with its interval. *at_bound*: the likeliest shape was
    above 1, and 1 is taken.
    """

    shape: float
    scale_h: float
    shape_interval: Interval
    scale_interval: Interval
    died: int
    survived: int
    share: float
    share_interval: Interval
    at_bound: bool


def fit_infant_mortality(died_min: list[float], survived_min: list[float]) -> InfantFit | None:
    """Fit the law to times burnt [min]; None where nobody died or no shape fits.

    Censored likelihood; the intervals come from its curvature in ln shape and ln scale. The scale lies far beyond any
    run and its interval is wide; it moves with the shape, so that the share that dies within a run is well known.
    """
    sample = Sample(np.maximum(np.asarray(died_min, dtype=float), 1e-6), np.asarray(survived_min, dtype=float))
    found = weibull_estimate(sample, MOST_SHAPE)
    if found is None:
        return None
    shape, scale = found
    at_bound = shape >= MOST_SHAPE
    shape_interval, scale_interval = _intervals(shape, scale, sample)
    count = len(died_min) + len(survived_min)
    return InfantFit(
        shape, scale / 60, shape_interval, (scale_interval[0] / 60, scale_interval[1] / 60), len(died_min),
        len(survived_min), len(died_min) / count, wilson(len(died_min), count), at_bound,
    )  # fmt: skip


def _intervals(shape: float, scale: float, sample: Sample) -> tuple[Interval, Interval]:
    step = _STEP / np.sqrt(sample.n)

    def height(a: float, b: float) -> float:
        return weibull_log_likelihood(shape * exp(a * step), scale * exp(b * step), sample)

    top = height(0, 0)
    by_shape = height(1, 0) - 2 * top + height(-1, 0)
    by_scale = height(0, 1) - 2 * top + height(0, -1)
    both = (height(1, 1) - height(1, -1) - height(-1, 1) + height(-1, -1)) / 4
    errors = standard_errors(-np.array([[by_shape, both], [both, by_scale]]) / step**2)
    if errors is None:
        return (0.0, float("inf")), (0.0, float("inf"))
    z = float(norm.ppf(UPPER))
    return (
        (exp(log(shape) - z * errors[0]), exp(log(shape) + z * errors[0])),
        (exp(log(scale) - min(z * errors[1], 700.0)), exp(log(scale) + min(z * errors[1], 700.0))),
    )
