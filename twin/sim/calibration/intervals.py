"""95 % intervals of what is fitted: shares, rates, means and spreads."""

from __future__ import annotations

from math import exp, inf, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm, t

from twin.model.laws import LawName
from twin.sim.calibration.likelihoods import PARAMETERS, Sample, log_likelihood
from twin.sim.replicate import CONFIDENCE

Interval = tuple[float, float]
UPPER = (1 + CONFIDENCE) / 2
_STEP = 0.1  # of a standard error, for second differences


def wilson(successes: int, trials: int) -> Interval:
    """95 % interval of a share by Wilson (1927), also right where the share is near 0 or 1.

    (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n).
    """
    if trials == 0:
        return 0.0, 1.0
    z = float(norm.ppf(UPPER))
    share = successes / trials
    middle = share + z**2 / (2 * trials)
    reach = z * sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    whole = 1 + z**2 / trials
    return max((middle - reach) / whole, 0.0), min((middle + reach) / whole, 1.0)


def exponential_mean(events: int, at_risk: float, censored: bool) -> Interval:
    """Exact 95 % interval of the mean of an exponential law: 2T / chi2.

    Parameters: *events* seen in the time *at_risk* T, of which some was *censored*. The degrees of freedom are twice
    the events for the upper end, and for the lower end two more where the test was ended by the clock (Epstein and
    Sobel 1953; MIL-HDBK-189C). Without events there is no upper end.
    """
    low = 2 * at_risk / float(chi2.ppf(UPPER, 2 * events + (2 if censored or events == 0 else 0)))
    high = 2 * at_risk / float(chi2.ppf(1 - UPPER, 2 * events)) if events else inf
    return low, high


def of_values(values: NDArray[np.float64]) -> tuple[Interval, Interval]:
    """95 % intervals of mean and cv of *values* of any law.

    Mean: t(0.975, n-1) s / sqrt(n). cv: variance cv^2/n ((k-1)/4 - g cv + cv^2) with skewness g and kurtosis k.
    """
    n = values.size
    if n < 2:
        return (float(values[0]), float(values[0])), (0.0, 0.0)
    mean, sd = float(values.mean()), float(values.std(ddof=1))
    reach = float(t.ppf(UPPER, n - 1)) * sd / sqrt(n)
    if mean <= 0 or sd <= 0:
        return (mean - reach, mean + reach), (0.0, 0.0)
    standard = (values - mean) / sd
    cv = sd / mean
    variance = cv**2 / n * (((standard**4).mean() - 1) / 4 - (standard**3).mean() * cv + cv**2)
    reach_cv = float(t.ppf(UPPER, n - 1)) * sqrt(max(float(variance), 0.0))
    return (max(mean - reach, 0.0), mean + reach), (max(cv - reach_cv, 0.0), cv + reach_cv)


def of_law(law: LawName, mean: float, cv: float, sample: Sample) -> tuple[Interval, Interval]:
    """95 % intervals of *mean* and *cv* of the most likely *law*.

    Exact for the exponential law; else from the curvature of the log-likelihood in ln mean and ln cv (observed
    information), with Student's t for few samples.
    """
    if law == "exponential":
        return exponential_mean(sample.n, sample.total, sample.censored.size > 0), (1.0, 1.0)
    n = max(sample.n, 2)
    steps = np.array([_STEP * min(cv, 3.0), _STEP]) / sqrt(n)

    def height(a: float, b: float) -> float:
        return log_likelihood(law, mean * exp(a * steps[0]), cv * exp(b * steps[1]), sample)

    top = height(0, 0)
    by_mean = (height(1, 0) - 2 * top + height(-1, 0)) / steps[0] ** 2
    by_cv = (height(0, 1) - 2 * top + height(0, -1)) / steps[1] ** 2
    both = (height(1, 1) - height(1, -1) - height(-1, 1) + height(-1, -1)) / (4 * steps[0] * steps[1])
    information = -np.array([[by_mean, both], [both, by_cv]])
    errors = standard_errors(information)
    if errors is None:
        return of_values(sample.values)
    z = float(t.ppf(UPPER, n - PARAMETERS[law])) if n > PARAMETERS[law] else inf
    return _around(mean, z * errors[0]), _around(cv, z * errors[1])


def standard_errors(information: NDArray[np.float64]) -> tuple[float, float] | None:
    """Standard errors of two parameters from their *information* (2 x 2); None where it has no inverse."""
    if not np.isfinite(information).all() or np.linalg.det(information) <= 0 or information[0, 0] <= 0:
        return None
    covariance = np.linalg.inv(information)
    return sqrt(covariance[0, 0]), sqrt(covariance[1, 1])


def _around(value: float, reach: float) -> Interval:
    reach = min(reach, 700.0)
    return value * exp(-reach), value * exp(reach)
