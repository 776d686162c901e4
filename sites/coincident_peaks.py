"""Hours in which the whole system may peak, and on which a coincident demand charge is then billed.

The peak of a month is known only afterwards. A plan therefore looks at candidates with probabilities, and its bill
is made at the official intervals of a past year. Nothing here knows the price or the load of the year that is
planned.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Floats, Integers
from sites.clock import Calendar
from sites.errors import InputError, Problem
from sites.statistics_table import packaged_text

CENTRAL_UTC_OFFSET_H = -6.0
_SUMMER_HOURS = range(13, 19)  # Central Standard Time, hour beginning
# Assumptions, low confidence: we know no official winter peak; cold peaks come before work or in the evening.
_COLD_MONTHS = (0, 1, 2, 10, 11)
_COLD_HOURS = (6, 7, 8, 18, 19, 20)
DEFAULT_SCALE_K = 1.5

Candidates = dict[int, list[tuple[int, float]]]


@cache
def official_intervals() -> dict[int, tuple[datetime, ...]]:
    """Beginning of each official peak interval in Central Standard Time, by year; the table has the interval's end
    in civil time.

    Source: sites/tables/coincident_peaks.csv (ERCOT 4CP, 15-minute intervals, 2022 to 2025).
    """
    central = ZoneInfo("America/Chicago")
    found: dict[int, list[datetime]] = {}
    for row in csv.DictReader(packaged_text("coincident_peaks.csv").splitlines()):
        end = datetime.fromisoformat(row["interval_ending_cpt"])
        summer_time = end.replace(tzinfo=central).dst() or timedelta()
        found.setdefault(int(row["year"]), []).append(end - summer_time - timedelta(minutes=15))
    return {year: tuple(sorted(intervals)) for year, intervals in found.items()}


@cache
def summer_hour_profile() -> dict[int, float]:
    """Probability of each hour (13 to 18, Central Standard Time, hour beginning) to hold a summer month's peak.

    The 16 official intervals of 2022 to 2025 (one in hour 14, thirteen in 15, two in 16) with one added to the count
    of each of the six hours (Laplace's rule), so that an hour not yet seen is not taken to be impossible.
    """
    seen = [interval.hour for intervals in official_intervals().values() for interval in intervals]
    total = len(seen) + len(_SUMMER_HOURS)
    return {hour: (seen.count(hour) + 1) / total for hour in _SUMMER_HOURS}


def coincident_candidates(
    calendar: Calendar,
    dry_bulb_c: ArrayLike,
    months: Iterable[int] = (5, 6, 7, 8),
    *,
    scale_k: float = DEFAULT_SCALE_K,
    coverage: float = 0.9,
) -> Candidates:
    """Hours of the year in which each of *months* (0 to 11) may see the system's peak, with probabilities that sum
    to 1 per month.

    One peak a month: four months are ERCOT's 4CP, twelve the proposed 12CP. A day's weight is a softmax of its
    highest *dry_bulb_c* (8760, study year) within the month; its scale *scale_k* [K] is an assumption, and at 1.5 K
    a day 1 K hotter is twice as likely. Weekends count (the peak of June 2024 fell on a Sunday). The fewest days
    that reach *coverage* of the weight are kept; within a day the hours follow `summer_hour_profile`. From November
    to March the coldest days take the place of the hottest, and six morning and evening hours are equally likely:
    an assumption with nothing official behind it. Raises `InputError` for months, scale or coverage that cannot be
    used.
    """
    wanted = list(months)
    problems = [
        Problem("coincident months", f"{month} is no month", "count from 0 to 11")
        for month in wanted
        if month not in range(12)
    ]
    if len(set(wanted)) != len(wanted):
        problems.append(Problem("coincident months", "a month is named twice", "name each once"))
    if scale_k <= 0:
        problems.append(Problem("coincident scale_k", f"{scale_k} is not above 0", "give a scale in kelvin"))
    if not 0 < coverage <= 1:
        problems.append(Problem("coincident coverage", f"{coverage} is not within 0 to 1", "give a share"))
    if problems:
        raise InputError(problems)
    by_day = np.asarray(dry_bulb_c, dtype=float).reshape(365, 24)
    return {month: _of_month(calendar, by_day, month, scale_k, coverage) for month in wanted}


def _of_month(
    calendar: Calendar, by_day: Floats, month: int, scale_k: float, coverage: float
) -> list[tuple[int, float]]:
    cold = month in _COLD_MONTHS
    stress = -by_day.min(1) if cold else by_day.max(1)
    profile = dict.fromkeys(_COLD_HOURS, 1 / len(_COLD_HOURS)) if cold else summer_hour_profile()
    days = np.flatnonzero(calendar.day_month == month)
    kept, weights = _likely_days(days, stress[days], scale_k, coverage)
    later_h = round(calendar.utc_offset_h - CENTRAL_UTC_OFFSET_H)
    return [
        (int(24 * day + hour + later_h), float(weight * share))
        for day, weight in zip(kept, weights, strict=True)
        for hour, share in profile.items()
    ]


def _likely_days(days: Integers, stress: Floats, scale_k: float, coverage: float) -> tuple[Integers, Floats]:
    """The fewest *days* whose softmax weights reach *coverage*, in order of the year, with weights that sum to 1."""
    weight = np.exp((stress - stress.max()) / scale_k)
    weight /= weight.sum()
    heaviest = np.argsort(-weight, kind="stable")
    count = int(np.searchsorted(np.cumsum(weight[heaviest]), coverage * (1 - 1e-12))) + 1
    kept = np.sort(heaviest[:count])
    return days[kept], weight[kept] / weight[kept].sum()


def official_hours(calendar: Calendar, year: int) -> dict[int, int]:
    """Hour of the study year that stands for each official peak interval of *year*, by month (0 to 11).

    A date of another year goes to the nearest same weekday of its month, because the load follows the working week.
    Raises `InputError` when the intervals of *year* are not known.
    """
    known = official_intervals()
    if year not in known:
        years = ", ".join(str(each) for each in sorted(known))
        raise InputError(Problem("coincident year", f"no official intervals of {year}", f"known: {years}"))
    to_local = timedelta(hours=calendar.utc_offset_h - CENTRAL_UTC_OFFSET_H)
    hours = {}
    for interval in known[year]:
        local = interval + to_local
        days = np.flatnonzero(calendar.day_month == local.month - 1)
        same = days[calendar.day_weekday[days] == local.weekday()]
        distance = np.abs(same - (days[0] + local.day - 1))
        hours[local.month - 1] = int(24 * same[np.argmin(distance)] + local.hour)
    return hours
