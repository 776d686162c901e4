"""What the synthetic years of weather and of prices share: seasons, normal scores, and days that follow one
another.

Both are Gaussian copulas: days are drawn as normal scores from a vector autoregression of the first order whose
matrices depend on the season, and quantile functions then turn scores into degrees, watts or dollars. Random
numbers come from `numpy.random.RandomState`, whose stream NumPy has frozen: a seed means the same year everywhere.
"""

from __future__ import annotations

import math

import numpy as np

from sites.arrays import Flags, Floats, Integers

DAYS_IN_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
DAY_MONTH = np.repeat(np.arange(12), DAYS_IN_MONTH)
HOUR_MONTH = np.repeat(DAY_MONTH, 24)
HOUR = np.tile(np.arange(24), 365)
MONTH_SEASON = np.array([0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 0])  # DJF, MAM, JJAS, ON
SEASONS = 4
DAY_SEASON = MONTH_SEASON[DAY_MONTH]
HOUR_SEASON = MONTH_SEASON[HOUR_MONTH]
HOURS_OF_MONTH: tuple[Flags, ...] = tuple(np.equal(HOUR_MONTH, month) for month in range(12))
SPIN_UP_DAYS = 30

_GRID = np.linspace(-5, 5, 2001)
_GRID_PROBABILITY = np.array([0.5 * math.erfc(-z / math.sqrt(2)) for z in _GRID])


def normal_probability(score: Floats) -> Floats:
    """Probability of a standard normal variable below *score*, from a grid of 0.005."""
    return np.asarray(np.interp(score, _GRID, _GRID_PROBABILITY))


def ranks(values: Floats) -> Floats:
    """Mid-ranks of *values* (n) as fractions between 0 and 1; equal values rank in order of position."""
    rank = np.empty(len(values))
    rank[np.argsort(values, kind="stable")] = np.arange(len(values)) + 0.5
    return rank / len(values)


def rank_mapped(values: Floats, chosen: Flags | Integers, probabilities: Floats, quantiles: Floats) -> Floats:
    """The *chosen* part of *values*, kept in its order but with exactly the distribution of *quantiles* at
    *probabilities*.
    """
    return np.interp(ranks(values[chosen]), probabilities, quantiles)


def successive_days(persistence: Floats, shocks: Floats, noise: Floats, *, first_day: int) -> Floats:
    """Scores of 365 days by c[d] = persistence[s] c[d-1] + shocks[s] noise[d], s being the day's season (365, n).

    Parameters: *persistence* and *shocks* (season, n, n); standard normal *noise* (395, n), of which the first 30 days
    are spin-up; *first_day* of the year that row 0 stands for, negative.
    """
    score = np.zeros(noise.shape[1])
    scores = np.empty(noise.shape)
    for row, shock in enumerate(noise):
        season = DAY_SEASON[(row + first_day) % 365]
        score = persistence[season] @ score + shocks[season] @ shock
        scores[row] = score
    return scores[SPIN_UP_DAYS:]


def standardised(days: Floats) -> Floats:
    """*days* (365, hours) with zero mean in each month and hour, and unit deviation in each season and hour."""
    centred = days - np.array([days[month == DAY_MONTH].mean(0) for month in range(12)])[DAY_MONTH]
    spread = np.array([np.sqrt((centred[season == DAY_SEASON] ** 2).mean(0)) for season in range(SEASONS)])
    return np.asarray(centred / spread[DAY_SEASON])


def autoregressive(noise: Floats, persistence: float, memory: int) -> Floats:
    """Unit-variance first-order series driven by *noise*, whose influence is cut after *memory* steps.

    Returns len(noise) - memory + 1 values.
    """
    weights = persistence ** np.arange(memory)
    return np.convolve(noise, weights, "valid") * math.sqrt(1 - persistence * persistence)
