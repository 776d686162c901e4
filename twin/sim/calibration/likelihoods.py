"""Maximum likelihood of the laws that a plant file may name, from durations of which some are censored.

A law is given by its mean m and coefficient of variation c, as in the plant file:

- exponential: rate 1/m;
- gamma: shape 1/c^2, scale m c^2;
- lognormal: sigma^2 = ln(1 + c^2), mu = ln m - sigma^2/2;
- Weibull: shape k of c, scale m / Gamma(1 + 1/k).

A value t contributes its density f(t), one censored at t the chance 1 - F(t) of lasting longer (Cox and Oakes, Analysis
of Survival Data, 1984, section 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, gamma, inf, log, log1p, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.special import digamma, gammainc, gammaincc, gammaln, log_ndtr, ndtr

from twin.model.laws import LawName
from twin.sim.line.streams import weibull_shape

Floats = NDArray[np.float64]
PARAMETERS: dict[LawName, int] = {"exponential": 1, "gamma": 2, "lognormal": 2, "weibull": 2}
SHAPES_OF_WEIBULL = (0.15, 150.0)  # what the simulation can draw from a coefficient of variation
_TINY = 1e-300


@dataclass(frozen=True)
class Sample:
    """Durations above 0 [min], of any length: *values*, and *censored* ones that last longer than said."""

    values: Floats
    censored: Floats

    @cached_property
    def n(self) -> int:
        """Number of uncensored values."""
        return int(self.values.size)

    @cached_property
    def total(self) -> float:
        """Sum of all durations, censored ones included: the time at risk [min]."""
        return float(self.values.sum() + self.censored.sum())

    @cached_property
    def logs(self) -> tuple[float, float]:
        """Sums of the logarithm of the values and of its square."""
        logs = np.log(self.values)
        return float(logs.sum()), float((logs**2).sum())

    @cached_property
    def censored_times(self) -> tuple[Floats, Floats]:
        """Distinct censored durations, and how often each stands: survivors of burn-in are alike by the thousand."""
        times, counts = np.unique(self.censored, return_counts=True)
        return times, counts.astype(float)


def log_likelihood(law: LawName, mean: float, cv: float, sample: Sample) -> float:
    """Log-likelihood of *sample* under *law* with *mean* [min] and *cv*."""
    n, (logs, squares) = sample.n, sample.logs
    times, counts = sample.censored_times
    if law == "exponential":
        return -n * log(mean) - sample.total / mean
    if law == "gamma":
        shape, scale = 1 / cv**2, mean * cv**2
        density = (shape - 1) * logs - float(sample.values.sum()) / scale - n * (log(scale) * shape + gammaln(shape))
        return float(density + counts @ np.log(np.maximum(gammaincc(shape, times / scale), _TINY)))
    if law == "lognormal":
        variance = log1p(cv**2)
        middle, sigma = log(mean) - variance / 2, sqrt(variance)
        density = -logs - n * log(sigma * sqrt(2 * np.pi))
        density -= (squares - 2 * middle * logs + n * middle**2) / (2 * variance)
        return float(density + counts @ log_ndtr((middle - np.log(times)) / sigma))
    if not weibull_shape_is_known(cv):
        return -inf
    shape = weibull_shape(cv)
    return weibull_log_likelihood(shape, mean / gamma(1 + 1 / shape), sample)


def weibull_log_likelihood(shape: float, scale: float, sample: Sample) -> float:
    """Log-likelihood of *sample* under the Weibull law of *shape* and *scale* [min]."""
    times, counts = sample.censored_times
    hazard = ((sample.values / scale) ** shape).sum() + counts @ (times / scale) ** shape
    return float(sample.n * (log(shape) - shape * log(scale)) + (shape - 1) * sample.logs[0] - hazard)


def weibull_shape_is_known(cv: float) -> bool:
    """Whether a Weibull law of this *cv* has a shape that the simulation can find."""
    lowest, highest = (weibull_cv(shape) for shape in reversed(SHAPES_OF_WEIBULL))
    return lowest <= cv <= highest


def weibull_cv(shape: float) -> float:
    """Coefficient of variation of the Weibull law of *shape*."""
    ratio = exp(gammaln(1 + 2 / shape) - 2 * gammaln(1 + 1 / shape))
    return sqrt(max(ratio - 1, 0.0))


def most_likely(law: LawName, sample: Sample) -> tuple[float, float] | None:
    """Mean [min] and cv of the most likely *law*; None where the law does not fit such values at all."""
    if sample.n == 0:
        return None
    if law == "exponential":
        return sample.total / sample.n, 1.0
    if law == "weibull":
        found = weibull_estimate(sample)
        if found is None:
            return None
        shape, scale = found
        return scale * gamma(1 + 1 / shape), weibull_cv(shape)
    start = _uncensored(law, sample)
    if start is None or sample.censored.size == 0:
        return start
    return _climb(law, start, sample)


def _uncensored(law: LawName, sample: Sample) -> tuple[float, float] | None:
    """Gamma or lognormal law from the values alone."""
    n, (logs, squares) = sample.n, sample.logs
    mean = float(sample.values.mean())
    if law == "lognormal":
        variance = squares / n - (logs / n) ** 2
        if variance <= 0:
            return None
        return exp(logs / n + variance / 2), sqrt(np.expm1(variance))
    gap = log(mean) - logs / n  # ln of the mean less mean of ln: 0 where all values are equal
    if gap <= 1e-12:
        return None

    def miss(log_shape: float) -> float:
        return float(log_shape - digamma(exp(log_shape)) - gap)

    lowest, highest = -12.0, 28.0
    if miss(lowest) < 0 or miss(highest) > 0:
        return None
    return mean, exp(-brentq(miss, lowest, highest) / 2)


def _climb(law: LawName, start: tuple[float, float], sample: Sample) -> tuple[float, float] | None:
    """Most likely mean and cv with censored durations, from a *start*."""

    def cost(logs: Floats) -> float:
        found = log_likelihood(law, exp(logs[0]), exp(logs[1]), sample)
        return -found if np.isfinite(found) else 1e300

    options = {"xatol": 1e-7, "fatol": 1e-8, "maxiter": 2000}
    found = minimize(cost, np.log(start), method="Nelder-Mead", options=options)
    return (exp(found.x[0]), exp(found.x[1])) if found.success else None


def weibull_estimate(sample: Sample, most_shape: float = SHAPES_OF_WEIBULL[1]) -> tuple[float, float] | None:
    """Most likely shape (at most *most_shape*) and scale [min] of the Weibull law; None where no shape fits.

    The shape solves sum(t^k ln t) / sum(t^k) - 1/k = mean(ln t), the sums over all durations, the mean over the values
    alone; then scale^k = sum(t^k) / n.
    """
    if sample.n == 0:
        return None
    times, counts = sample.censored_times
    everything = np.concatenate([sample.values, times])
    weights = np.concatenate([np.ones(sample.n), counts])
    unit = float(everything.max())
    scaled = everything / unit
    logs = np.log(scaled)
    middle = float(np.log(sample.values / unit).mean())

    def miss(shape: float) -> float:
        powers = weights * scaled**shape
        return float(powers @ logs / powers.sum() - 1 / shape - middle)

    least = SHAPES_OF_WEIBULL[0]
    if miss(least) > 0:
        return None
    if miss(most_shape) < 0:
        if most_shape == SHAPES_OF_WEIBULL[1]:
            return None
        shape = most_shape
    else:
        shape = float(brentq(miss, least, most_shape, xtol=1e-10))
    scale = unit * float((weights @ scaled**shape) / sample.n) ** (1 / shape)
    return shape, scale


def chance_below(law: LawName, mean: float, cv: float, times: Floats) -> Floats:
    """Distribution function of *law* with *mean* [min] and *cv* at *times* [min]."""
    if law == "exponential":
        return np.asarray(-np.expm1(-times / mean))
    if law == "gamma":
        return np.asarray(gammainc(1 / cv**2, times / (mean * cv**2)))
    if law == "lognormal":
        variance = log1p(cv**2)
        return np.asarray(ndtr((np.log(np.maximum(times, _TINY)) - log(mean) + variance / 2) / sqrt(variance)))
    shape = weibull_shape(cv)
    return np.asarray(-np.expm1(-((times * gamma(1 + 1 / shape) / mean) ** shape)))
