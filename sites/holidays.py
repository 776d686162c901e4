"""Public holidays of the United States by rule, and the working days between them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from sites.arrays import Flags
from sites.clock import Calendar

_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6


def _nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())


def _by_law(year: int) -> list[tuple[date, str]]:
    return [
        (date(year, 1, 1), "New Year's Day"),
        (_nth_weekday(year, 1, _MONDAY, 3), "Martin Luther King Jr. Day"),
        (_nth_weekday(year, 2, _MONDAY, 3), "Washington's Birthday"),
        (_last_monday_of_may(year), "Memorial Day"),
        (date(year, 6, 19), "Juneteenth"),
        (date(year, 7, 4), "Independence Day"),
        (_nth_weekday(year, 9, _MONDAY, 1), "Labor Day"),
        (_nth_weekday(year, 10, _MONDAY, 2), "Columbus Day"),
        (date(year, 11, 11), "Veterans Day"),
        (_nth_weekday(year, 11, _THURSDAY, 4), "Thanksgiving Day"),
        (date(year, 12, 25), "Christmas Day"),
    ]


def _observed(day: date) -> date:
    if day.weekday() == _SATURDAY:
        return day - timedelta(days=1)
    return day + timedelta(days=1) if day.weekday() == _SUNDAY else day


def federal_holidays(year: int, *, observed: bool = True) -> dict[date, str]:
    """Dates in *year* of the 11 federal holidays (5 U.S.C. 6103), with their names.

    With *observed*, a Saturday's holiday moves to Friday and a Sunday's to Monday; a New Year's Day can then fall
    on 31 December of the year before, so that a year may hold 10 to 12 dates. Today's list is used for every year.
    """
    if not observed:
        return dict(_by_law(year))
    moved = [(_observed(day), name) for which in (year, year + 1) for day, name in _by_law(which)]
    return {day: name for day, name in sorted(moved) if day.year == year}


def working_days(calendar: Calendar, holidays: Iterable[date] | None = None) -> Flags:
    """True on each day of the study year that is Monday to Friday and no holiday (365).

    *holidays*: the dates to leave out; the observed federal holidays when None.
    """
    away = federal_holidays(calendar.study_year) if holidays is None else holidays
    days = np.array(list(away), dtype="datetime64[D]")
    return (calendar.day_weekday < 5) & ~np.isin(calendar.day_dates, days)
