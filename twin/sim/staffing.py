"""Who is there when: the staffing of a year from teams by month and pattern, with holidays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.model.shifts import MINUTES_PER_DAY, ShiftPattern
from twin.sim.line.shifts import Staffing

HOLIDAY_STARTS_H = 6
Integers = NDArray[np.int64]


def year_staffing(
    patterns: Sequence[ShiftPattern],
    teams: ArrayLike,
    burn_in_crews: ArrayLike,
    labour_month: ArrayLike,
    hour_of_week: ArrayLike,
    holidays: Sequence[int] = (),
) -> Staffing:
    """Cells and burn-in crews that are staffed, minute by minute, reduced to the moments of change.

    Parameters: *patterns* (p); *teams* and *burn_in_crews* on each pattern by labour month (12, p); *labour_month*,
    0 to 11, and *hour_of_week*, 0 to 167, of each hour (n, whole days); *holidays*, days counted from 0. A holiday
    lasts from 06:00 to 06:00 of the next day, for a night shift belongs to the evening on which it begins; the last
    day runs on into the first. Patterns that work holidays are there all the same.
    """
    month = np.repeat(np.asarray(labour_month, dtype=np.int64), 60)
    week = np.asarray(hour_of_week, dtype=np.int64)
    minute_of_week = (week[:, None] * 60 + np.arange(60)).ravel()
    off = _holiday_minutes(holidays, week.size // 24)
    cells = np.zeros(minute_of_week.size, dtype=np.int64)
    crews = np.zeros_like(cells)
    by_team, by_crew = _whole(teams), _whole(burn_in_crews)
    for place, pattern in enumerate(patterns):
        works = pattern.minutes[minute_of_week]
        if not pattern.works_holidays:
            works = works & ~off
        cells += works * by_team[month, place]
        crews += works * by_crew[month, place]
    return Staffing.from_minutes(cells, crews)


def weekly_staffing(pattern: ShiftPattern, teams: int, weeks: int) -> Staffing:
    """*teams* cells on one *pattern* for a number of *weeks* without holidays, from Monday 00:00."""
    cells = np.tile(pattern.minutes, weeks) * teams
    return Staffing.from_minutes(cells, np.zeros_like(cells))


def with_prelude(staffing: Staffing, hours: int, prelude_h: int) -> Staffing:
    """Staffing that begins with the last *prelude_h* of the *hours* it covers, and then covers them all."""
    cut = (hours - prelude_h) * 60.0
    inside = staffing.minute > cut
    at_cut = int(np.searchsorted(staffing.minute, cut, side="right")) - 1

    def joined(value: Integers) -> Integers:
        return np.concatenate([value[at_cut : at_cut + 1], value[inside], value])

    minute = np.concatenate([[0.0], staffing.minute[inside] - cut, staffing.minute + prelude_h * 60.0])
    return Staffing(minute, joined(staffing.cells), joined(staffing.crews))


def _holiday_minutes(holidays: Sequence[int], days: int) -> NDArray[np.bool_]:
    off = np.zeros(days * MINUTES_PER_DAY, dtype=bool)
    for day in holidays:
        first = (day * 24 + HOLIDAY_STARTS_H) * 60
        off[(first + np.arange(MINUTES_PER_DAY)) % off.size] = True
    return off


def _whole(counts: ArrayLike) -> Integers:
    """Whole teams: a solver's 3.0000001 is three."""
    return np.asarray(np.rint(np.asarray(counts, dtype=float)), dtype=np.int64)
