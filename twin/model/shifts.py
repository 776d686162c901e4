"""Shift patterns: who is there in which minute of the week, and what that costs in paid hours."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sites.validation import Strict

MINUTES_PER_DAY = 24 * 60
MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
HOURS_PER_WEEK = 168
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Day = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class Break(Strict):
    """A paid pause: *after_h* hours into the shift, *minutes* long."""

    after_h: float = Field(gt=0)
    minutes: float = Field(gt=0, le=120)


class Shift(Strict):
    """One stretch of work: on *days*, from *start_h* for *length_h* hours, at a wage *premium_fraction* higher."""

    days: tuple[Day, ...]
    start_h: float = Field(ge=0, lt=24)
    length_h: float = Field(gt=0, le=12)
    premium_fraction: float = Field(default=0.0, ge=0, le=1)
    breaks: tuple[Break, ...] = ()


def worked_minutes(shifts: Iterable[Shift]) -> NDArray[np.bool_]:
    """Minutes of the week (10080, Monday 00:00 first) in which one of *shifts* is at work, net of breaks."""
    worked = np.zeros(MINUTES_PER_WEEK, dtype=bool)
    for shift in shifts:
        for day in shift.days:
            first = round((DAYS.index(day) * 24 + shift.start_h) * 60)
            span = np.ones(round(shift.length_h * 60), dtype=bool)
            for pause in shift.breaks:
                begin = round(pause.after_h * 60)
                span[begin : begin + round(pause.minutes)] = False
            worked[(first + np.arange(span.size)) % MINUTES_PER_WEEK] |= span
    return worked


class ShiftPattern(Strict):
    """A weekly pattern that a team keeps: its shifts, the *crews* that share them, and their overtime.

    A pattern that is *overtime_of* another is that one with longer hours: a team may work it for some months without
    changing its pattern.
    """

    name: str
    label: str
    crews: int = Field(ge=1, le=4)
    overtime_h_per_crew_week: float = Field(default=0.0, ge=0)
    overtime_of: str | None = None
    works_holidays: bool = False
    shifts: tuple[Shift, ...] = Field(min_length=1)

    @cached_property
    def minutes(self) -> NDArray[np.bool_]:
        """Worked minutes of the week (10080, Monday 00:00 first), net of breaks."""
        return worked_minutes(self.shifts)

    @cached_property
    def staffed_share(self) -> NDArray[np.float64]:
        """Share of each hour of the week in which the pattern's crew works (168), net of breaks."""
        return np.asarray(self.minutes.reshape(HOURS_PER_WEEK, 60).mean(axis=1), dtype=np.float64)

    @property
    def paid_h_per_week(self) -> float:
        """Hours paid a week over all crews, without overtime supplements."""
        return sum(len(shift.days) * shift.length_h for shift in self.shifts)

    def wage_h_per_week(self, overtime_premium_fraction: float) -> float:
        """Hours of base wage a week over all crews, premiums and the supplement of overtime included.

        *overtime_premium_fraction*: what an hour of overtime pays beyond the base wage, by the law of the place.
        """
        premiums = sum(len(s.days) * s.length_h * s.premium_fraction for s in self.shifts)
        return self.paid_h_per_week + premiums + overtime_premium_fraction * self.overtime_h_per_crew_week * self.crews
