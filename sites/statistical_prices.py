"""A synthetic hourly price year from the statistics of a market node.

Days are drawn as normal scores that answer to hot and cold days and to weekends; every month then gets exactly the
price distribution of its source year. Which day a spike falls on is only roughly right, so trading on exact paths is
worth no more here than the spread of a day. Sources: as in `statistical_year`; ERCOT settlement point prices 2024-2025.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Floats, Integers
from sites.normal_scores import (
    DAY_MONTH,
    DAY_SEASON,
    HOUR,
    HOURS_OF_MONTH,
    SPIN_UP_DAYS,
    autoregressive,
    rank_mapped,
    successive_days,
)
from sites.statistics_table import price_table

# Probabilities at which the table gives the prices of a month.
_PRICE_AT = np.array(
    [0, .002, .01, .03, .07, .12, .2, .3, .4, .5, .6, .7, .8, .87, .92, .95, .965, .975, .983,
     .989, .9925, .9953, .9966, .998, .99933, 1]
)  # fmt: skip
_SUMMER = 2
_AFTERNOON = (HOUR >= 13) & (HOUR < 21)
_DEAR_FROM_SCORE = 0.7
_NOISE_MEMORY_H = 41


def day_heat(dry_bulb_c: ArrayLike) -> Floats:
    """Daily maximum of *dry_bulb_c* (8760) in standard deviations from its month's mean (365)."""
    highest = np.asarray(dry_bulb_c, dtype=float).reshape(365, 24).max(1)
    heat = np.empty(365)
    for month in range(12):
        chosen = month == DAY_MONTH
        heat[chosen] = (highest[chosen] - highest[chosen].mean()) / (highest[chosen].std() + 1e-9)
    return heat


def synthetic_prices_usd_per_mwh(
    series: str,
    dry_bulb_c: ArrayLike,
    day_weekday: Integers,
    seed: int = 0,
    *,
    heat_link: float = 0.0,
) -> Floats:
    """Hourly prices [usd/MWh] in local standard time, distributed as those of *series* (8760).

    Parameters: *series*, a key of the price table (LZ_NORTH_dam_2025); *dry_bulb_c* (8760), whose hot and cold days
    prices lean to; *day_weekday* (365), 0 = Monday; *seed*: nodes and markets of one seed share their shocks;
    *heat_link* above 0 moves the dear hours of summer to hot afternoons (a stress case).
    """
    table = price_table()
    stats, basis = table[series], table["*"]["basis"]
    shared, own = np.random.RandomState(seed), np.random.RandomState([seed, 2])
    common = stats["rho"][0]  # share of the shocks that the day-ahead market of the node has too

    def shocks(*shape: int) -> Floats:
        return np.asarray(common * shared.normal(size=shape) + math.sqrt(1 - common * common) * own.normal(size=shape))

    heat = day_heat(dry_bulb_c)
    weekend = (day_weekday >= 5).astype(float)
    drivers = np.stack([np.maximum(heat, 0) - 0.4, np.maximum(-heat, 0) - 0.4, weekend - 2 / 7], axis=1)
    answer = np.einsum("dij,dj->di", stats["beta"][DAY_SEASON], drivers)
    noise_of_days = shocks(365 + SPIN_UP_DAYS, len(basis))
    days = answer + successive_days(stats["P"], stats["L"], noise_of_days, first_day=-SPIN_UP_DAYS)
    noise = autoregressive(shocks(8760 + _NOISE_MEMORY_H - 1), stats["nphi"][0], _NOISE_MEMORY_H)
    score = days @ basis + stats["nsd"][0] * noise.reshape(365, 24)
    score = (stats["M"][DAY_MONTH] + stats["S"][DAY_SEASON] * score).ravel()
    lean = np.repeat(stats["tail"][DAY_SEASON] * heat, 24)
    score += lean * np.maximum(score - _DEAR_FROM_SCORE, 0)
    score += heat_link * np.repeat(heat * (DAY_SEASON == _SUMMER), 24) * _AFTERNOON
    prices = np.empty(8760)
    for month, chosen in enumerate(HOURS_OF_MONTH):
        prices[chosen] = rank_mapped(score, chosen, _PRICE_AT, stats["Q"][month])
    return prices
