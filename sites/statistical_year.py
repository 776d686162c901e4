"""A synthetic hourly weather year from the statistics of a station.

Whole days are drawn as normal scores of dry bulb, dew-point depression and clear-sky index; quantile functions of
each month then give every variable exactly its distribution. The typical year (the table's own seed) reproduces the
statistics of the station's TMY3 year, but no day of it happened. Design extremes come from ASHRAE's tables, not
from here. Sources: Matalas 1967; Richardson 1981; Knight, Klein and Duffie 1991; Graham and Hollands 1990; Panofsky
and Brier 1968.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sites.air import (
    dew_point_from_humidity_ratio,
    humidity_ratio_from_dew_point,
    humidity_ratio_from_wet_bulb,
)
from sites.arrays import Flags, Floats
from sites.normal_scores import (
    DAY_MONTH,
    DAYS_IN_MONTH,
    HOUR,
    HOUR_MONTH,
    HOUR_SEASON,
    HOURS_OF_MONTH,
    MONTH_SEASON,
    SEASONS,
    SPIN_UP_DAYS,
    autoregressive,
    normal_probability,
    rank_mapped,
    ranks,
    standardised,
    successive_days,
)
from sites.statistics_table import Statistics, weather_table
from sites.sun import Sky, clear_sky, direct_and_diffuse

# Probabilities at which the table gives shapes of anomalies, monthly quantiles, and quantiles of sky and wind.
_SHAPE_AT = np.array([0.001, 0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 0.999])
_MONTH_AT = np.array(
    [0, .003, .01, .02, .035, .055, .08, .12, .18, .25, .35, .45, .55, .65, .75, .82,
     .88, .92, .945, .965, .98, .99, .995, .998, 1]
)  # fmt: skip
_SKY_AT = np.array([0, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 1])

_BLOCKS = 8  # of three hours
_BLOCK = HOUR * _BLOCKS // 24
_SKY_HOURS = (7, 18)  # daylight hours that the day vector carries
_PARTS_OF_DAY: tuple[Flags, ...] = (HOUR < 10, (HOUR >= 10) & (HOUR < 15), HOUR >= 15)
_RESIDUAL_SHARE = 0.4  # of the deviation that the principal components leave out
_MIDNIGHT_BLEND_H = 3.0
_DEW_POINT_KERNEL = np.array([1, 2, 3, 2, 1]) / 9
_DAYLIGHT_GHI_W_M2 = 60.0
_LEAST_HUMIDITY_RATIO = 3e-4

# Year-to-year variability: persistence of monthly anomalies, and deviations of dew point [K], spread and sun.
_MONTH_PERSISTENCE = 0.26
_DEW_POINT_DEVIATION_K = 0.8
_SPREAD_DEVIATION = 0.12
_SUN_DEVIATION = 0.06
DEW_POINT_PER_WARMING = 0.95


@dataclass(frozen=True)
class SyntheticWeather:
    """One synthetic year, 8760 hours from 1 January 00:00 standard time, without humidity and wet bulb."""

    dry_bulb_c: Floats
    dew_point_c: Floats
    pressure_pa: Floats
    ghi_w_m2: Floats
    dni_w_m2: Floats
    dhi_w_m2: Floats
    wind_m_s: Floats


def default_seed(station: str) -> int:
    """Seed of *station*'s typical year, chosen when its table was fitted."""
    return int(weather_table()[station]["seed"][0])


def synthetic_weather(
    station: str, seed: int | None = None, *, stochastic: bool = False, warming_k: float = 0.0
) -> SyntheticWeather:
    """A synthetic year of *station* (a key of the table).

    Parameters: *seed*, the typical year's own when None; *stochastic* adds random year-to-year anomalies of whole
    months; *warming_k* [K] is added to the dry bulb, and 0.95 of it to the dew point.
    """
    table = weather_table()
    stats = table[station]
    stream = np.random.RandomState(default_seed(station) if seed is None else seed)
    pressure = 100 * stats["p"][HOUR_MONTH]
    days = successive_days(
        stats["P"], stats["L"], stream.normal(size=(365 + SPIN_UP_DAYS, stats["P"].shape[1])), first_day=-31
    ) @ table["*"]["basis"]  # fmt: skip

    dry = _exact(_temperature(days, stats, "T", stream), stats["XT"])
    depression = np.maximum(_temperature(days, stats, "D", stream), 0)
    dew = _dew_point(dry, depression, pressure, stats, 1e-5 * stream.normal(size=8760))
    latitude, longitude, utc_offset_h = stats["place"][:3]
    sky = clear_sky(latitude, longitude, utc_offset_h)
    ghi, most_ghi = _global_irradiance(days, stats, sky, stream)
    wind = _wind(stats, stream)
    if stochastic or warming_k:
        anomalies = _monthly_anomalies(stats, stream) if stochastic else np.zeros((4, 12))
        dry, dew, ghi = _another_year(dry, dew, ghi, most_ghi, stats, anomalies, warming_k)
    dni, dhi = direct_and_diffuse(ghi, sky, stats["fd"][HOUR_MONTH])
    return SyntheticWeather(dry, dew, pressure, ghi, dni, dhi, wind)


def _exact(values: Floats, quantiles: Floats, tie_break: Floats | float = 0.0) -> Floats:
    """Give every month of *values* exactly its quantile function (12, 25)."""
    mapped = values + tie_break
    for month, chosen in enumerate(HOURS_OF_MONTH):
        mapped[chosen] = rank_mapped(mapped, chosen, _MONTH_AT, quantiles[month])
    return mapped


def _temperature(days: Floats, stats: Statistics, name: str, stream: np.random.RandomState) -> Floats:
    """Dry bulb (*name* "T") or dew-point depression ("D") before its months are made exact."""
    place = "TD".index(name)
    scores = standardised(days[:, 24 * place : 24 * place + 24])
    daily = scores.mean(1, keepdims=True)
    scores = standardised(daily + stats["kappa"][place][DAY_MONTH][:, None] * (scores - daily))
    # Two drawn days meet at midnight with a step; half of it is blended into either day.
    step = 0.5 * (scores[1:, :1] - scores[:-1, 23:]) * np.exp(-np.arange(24) / _MIDNIGHT_BLEND_H)
    scores[1:] -= step
    scores[:-1] += step[:, ::-1]
    residual = _RESIDUAL_SHARE * stats["resid"][place]
    # These numbers are not used, but seeds were chosen and errors measured on the stream in which they were drawn.
    stream.normal(size=scores.shape)
    noise = stream.normal(size=scores.shape)
    probability = normal_probability(math.sqrt(1 - residual * residual) * scores + residual * noise).ravel()
    shape = np.zeros(8760)
    for season in range(SEASONS):
        for block in range(_BLOCKS):
            chosen = (season == HOUR_SEASON) & (block == _BLOCK)
            shape[chosen] = np.interp(probability[chosen], _SHAPE_AT, stats["q" + name][season, block])
    spread = _hourly_from_blocks(stats["s" + name])[HOUR_MONTH, HOUR]
    return np.asarray(stats["m" + name][HOUR_MONTH, HOUR] + spread * shape)


def _hourly_from_blocks(by_block: Floats) -> Floats:
    """Month by block (12, 8), valid at 01:30, 04:30, ..., to month by hour (12, 24), around the clock."""
    middle = np.arange(24) + 0.5
    centres = 1.5 + 3 * np.arange(-1, _BLOCKS + 1)
    return np.array([np.interp(middle, centres, np.r_[row[-1], row, row[0]]) for row in by_block])


def _dew_point(dry: Floats, depression: Floats, pressure: Floats, stats: Statistics, tie_break: Floats) -> Floats:
    """Dew point such that its own months and those of the wet bulb both hold: the two are made exact in turn."""
    dew = np.convolve(np.pad(dry - depression, 2, "edge"), _DEW_POINT_KERNEL, "valid")
    for _ in range(2):
        dew = np.minimum(_exact(dew, stats["XP"], tie_break), dry)
        wet = _coarse_wet_bulb(dry, dew, pressure)
        wet = np.minimum(_exact(wet, stats["XW"], tie_break), dry)
        ratio = np.maximum(humidity_ratio_from_wet_bulb(dry, wet, pressure), _LEAST_HUMIDITY_RATIO)
        dew = np.minimum(dew_point_from_humidity_ratio(ratio, pressure), dry)
    return dew


def _coarse_wet_bulb(dry: Floats, dew: Floats, pressure: Floats) -> Floats:
    """Wet bulb [C] by bisection between dew point and dry bulb, within a few millikelvin.

    Only its ranks are used. Seeds were chosen and errors measured with these very steps, and with a finer solution
    hours of nearly equal wet bulb would change places.
    """
    ratio = humidity_ratio_from_dew_point(dew, pressure)
    low, high = dew_point_from_humidity_ratio(np.maximum(ratio, 1e-4), pressure), dry.copy()
    for _ in range(13):
        middle = 0.5 * (low + high)
        above = humidity_ratio_from_wet_bulb(dry, middle, pressure) > ratio
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return 0.5 * (low + high)


def _global_irradiance(
    days: Floats, stats: Statistics, sky: Sky, stream: np.random.RandomState
) -> tuple[Floats, Floats]:
    """Global horizontal irradiance whose months have exact sums, and the most that it may reach in each hour."""
    scores = standardised(days[:, 48:])
    first, last = _SKY_HOURS
    whole_day = np.hstack([np.repeat(scores[:, :1], first, 1), scores, np.repeat(scores[:, -1:], 24 - last, 1)])
    residual = stats["resid"][2]
    whole_day = math.sqrt(1 - residual * residual) * whole_day
    hourly = (whole_day + residual * stream.normal(size=whole_day.shape)).ravel()
    daylight = sky.clear_ghi_w_m2 > _DAYLIGHT_GHI_W_M2
    clear_index = np.where(daylight, 0.0, 0.4)
    for month, of_month in enumerate(HOURS_OF_MONTH):
        for part, hours in enumerate(_PARTS_OF_DAY):
            chosen = hours & daylight & of_month
            quantiles = stats["K"][MONTH_SEASON[month], part]
            clear_index[chosen] = np.interp(ranks(hourly[chosen]), _SKY_AT, quantiles)
    ghi = clear_index * sky.clear_ghi_w_m2
    most = np.minimum(0.95 * sky.extraterrestrial_w_m2 + 5, stats["Gx"][HOUR_MONTH])
    for _ in range(3):  # capping peaks takes from the sum, which the next round gives back
        ghi = np.minimum(ghi * (stats["G"] / np.bincount(HOUR_MONTH, ghi))[HOUR_MONTH], most)
    return ghi, most


def _wind(stats: Statistics, stream: np.random.RandomState) -> Floats:
    """Wind speed [m/s], independent of the temperature."""
    memory = 60
    noise = stream.normal(size=8760 + memory)
    probability = normal_probability(autoregressive(noise, stats["wphi"][0], memory)[:8760])
    speed = np.zeros(8760)
    for season in range(SEASONS):
        for quarter in range(4):
            chosen = (season == HOUR_SEASON) & (quarter == HOUR // 6)
            speed[chosen] = np.interp(probability[chosen], _SKY_AT, stats["V"][season, quarter])
    return np.asarray(speed * (stats["Vm"] * DAYS_IN_MONTH * 24 / np.bincount(HOUR_MONTH, speed))[HOUR_MONTH])


def _monthly_anomalies(stats: Statistics, stream: np.random.RandomState) -> Floats:
    """Random anomalies by month (4, 12): dry bulb [K], dew point [K], spread within the month, sun."""
    score = stream.normal(size=(4, 12))
    for month in range(1, 12):
        fresh = math.sqrt(1 - _MONTH_PERSISTENCE**2) * score[:, month]
        score[:, month] = _MONTH_PERSISTENCE * score[:, month - 1] + fresh
    deviations = (_DEW_POINT_DEVIATION_K, _SPREAD_DEVIATION, _SUN_DEVIATION)
    return np.asarray(score * np.stack([stats["iav"], *(np.full(12, size) for size in deviations)]))


def _another_year(
    dry: Floats,
    dew: Floats,
    ghi: Floats,
    most_ghi: Floats,
    stats: Statistics,
    anomalies: Floats,
    warming_k: float,
) -> tuple[Floats, Floats, Floats]:
    """The year shifted by monthly *anomalies*, interpolated between mid-months, and by *warming_k*."""
    in_months = np.arange(8760) / 730.0 - 0.5
    warmer, moister, wider, sunnier = (
        np.interp(in_months, np.arange(-1, 13), np.r_[row[-1], row, row[0]]) for row in anomalies
    )
    mean_dry = stats["mT"].mean(1)[HOUR_MONTH]
    mean_dew = mean_dry - stats["mD"].mean(1)[HOUR_MONTH]
    dew_response = stats["couple"][HOUR_SEASON]
    dry = mean_dry + (dry - mean_dry) * (1 + wider) + warmer + warming_k
    dew = mean_dew + (dew - mean_dew) * (1 + wider) + dew_response * warmer + moister
    dew = np.minimum(dew + DEW_POINT_PER_WARMING * warming_k, dry)
    return dry, dew, np.minimum(ghi * (1 + sunnier), most_ghi)
