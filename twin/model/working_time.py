"""When a station is open or an operator is there: shifts of the week, or windows of the run."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults
from twin.model.shifts import MINUTES_PER_DAY, MINUTES_PER_WEEK, Shift, worked_minutes

Hour = Annotated[float, Field(ge=0)]
Floats = NDArray[np.float64]


class Calendar(Strict):
    """Working time by *name*: weekly *shifts* with their breaks, from Monday 00:00 of the run, or *windows_h*.

    A window is [beginning, end] in hours of the run; with *repeat_h* the windows come again every so many hours.
    *holidays_day* are days of the run, counted from 0, on which nobody comes.
    """

    name: str = Field(min_length=1)
    shifts: tuple[Shift, ...] = ()
    windows_h: tuple[tuple[Hour, Hour], ...] = ()
    repeat_h: float | None = Field(default=None, gt=0)
    holidays_day: tuple[Annotated[int, Field(ge=0)], ...] = ()

    @model_validator(mode="after")
    def _has_time(self) -> Self:
        wrong = []
        if bool(self.shifts) == bool(self.windows_h):
            wrong.append(Problem("windows_h", "neither shifts nor windows_h, or both", "give one of them"))
        if self.repeat_h is not None and not self.windows_h:
            wrong.append(Problem("repeat_h", "is for windows_h: shifts come every week", "leave it out"))
        before = 0.0
        for place, (begin, end) in enumerate(self.windows_h):
            if end <= begin or begin < before:
                what = f"value [{begin:g}, {end:g}]: ends before it begins, or overlaps the one before"
                wrong.append(Problem(f"windows_h[{place}]", what, "give windows in order, each with a length"))
            before = max(before, end)
        if self.repeat_h is not None and before > self.repeat_h:
            what = f"value {self.repeat_h:g}: the last window ends at {before:g}"
            wrong.append(Problem("repeat_h", what, f"give {before:g} or more"))
        raise_faults(wrong)
        return self

    def changes_min(self, hours: float) -> list[tuple[float, bool]]:
        """Each minute of a run of *hours* at which the calendar opens (True) or closes, the state at 0 first."""
        spans = self._week_spans(hours) if self.shifts else self._window_spans(hours)
        for day in self.holidays_day:
            spans = _without(spans, day * MINUTES_PER_DAY, (day + 1) * MINUTES_PER_DAY)
        joined: list[tuple[float, float]] = []
        for begin, end in spans:
            if joined and begin <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            elif end > begin:
                joined.append((begin, end))
        found = [(0.0, False)] if not joined or joined[0][0] > 0 else []
        for begin, end in joined:
            found += [(begin, True), (end, False)]
        return found

    def _week_spans(self, hours: float) -> list[tuple[float, float]]:
        week = worked_minutes(self.shifts)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], week, [False]]).astype(int)))
        starts, ends = edges[::2].tolist(), edges[1::2].tolist()
        weeks = int(hours * 60 // MINUTES_PER_WEEK) + 1
        return [
            (float(begin + week * MINUTES_PER_WEEK), float(end + week * MINUTES_PER_WEEK))
            for week in range(weeks)
            for begin, end in zip(starts, ends, strict=True)
        ]

    def _window_spans(self, hours: float) -> list[tuple[float, float]]:
        times = 1 if self.repeat_h is None else int(hours // self.repeat_h) + 1
        step = (self.repeat_h or 0.0) * 60
        return [(b * 60 + k * step, e * 60 + k * step) for k in range(times) for b, e in self.windows_h]


def _without(spans: list[tuple[float, float]], begin: float, end: float) -> list[tuple[float, float]]:
    """*spans* less what lies between *begin* and *end*."""
    left = [(a, min(b, begin)) for a, b in spans if a < begin]
    right = [(max(a, end), b) for a, b in spans if b > end]
    return sorted({*left, *right})
