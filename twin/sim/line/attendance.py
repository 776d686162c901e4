"""Who is there when: cells by the staffing, stations and groups of operators by their calendars, changed together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator
from math import inf
from typing import Any

import numpy as np

from twin.model.shifts import MINUTES_PER_DAY
from twin.model.working_time import Calendar
from twin.sim.line.operators import DAY_BEGINS_MIN
from twin.sim.line.shifts import Staffing
from twin.sim.line.timer import MINUTES_PER_HOUR, Clock, late


class Attendance:
    """The changes of a run in the order of time.

    Parameters: *staffing*, cells and burn-in crews; *calendars* by name; *hours* of the run; *daily*, look each day who
    is absent, if nothing else changes.
    """

    __slots__ = ("_cells", "_closes", "_days", "_minutes", "calendars", "changes", "is_open", "staffing")

    def __init__(
        self, staffing: Staffing, calendars: dict[str, Calendar], hours: float, *, daily: bool = False
    ) -> None:
        self.staffing = staffing
        self.calendars = calendars
        self._minutes: list[float] = staffing.minute.tolist()
        self._cells: list[int] = staffing.cells.tolist()
        self.is_open = dict.fromkeys(calendars, False)
        self._days: list[float] = []
        if daily:
            self._days = np.arange(DAY_BEGINS_MIN, hours * MINUTES_PER_HOUR, MINUTES_PER_DAY).tolist()
        self._closes: dict[str, list[float]] = {}
        self.changes: dict[float, list[tuple[str, bool]]] = {}
        for name, calendar in calendars.items():
            found = calendar.changes_min(hours)
            self._closes[name] = [minute for minute, opens in found if not opens and minute > 0]
            for minute, opens in found:
                self.changes.setdefault(minute, []).append((name, opens))

    def at(self, minute: float) -> tuple[int, int]:
        """Cells and burn-in crews that are staffed at *minute*; the calendars' state is brought up to it."""
        for name, opens in self.changes.get(minute, ()):
            self.is_open[name] = opens
        place = bisect_right(self._minutes, minute) - 1
        return self._cells[place], int(self.staffing.crews[place])

    def closes_min(self, name: str, now_min: float) -> float:
        """When the calendar *name*, which is open, closes next."""
        closes = self._closes[name]
        place = bisect_right(closes, now_min)
        return closes[place] if place < len(closes) else inf

    def leaves_min(self, cells: int, now_min: float) -> float:
        """When fewer than *cells* cells will be staffed for the first time after *now_min*."""
        for place in range(bisect_right(self._minutes, now_min), len(self._minutes)):
            if self._cells[place] < cells:
                return self._minutes[place]
        return inf

    def keep(self, env: Clock, change: Callable[[], None]) -> Generator[Any, Any, None]:
        """Call *change* at each moment of change after 0, when all else of that moment is done."""
        for minute in sorted({*self._minutes, *self.changes, *self._days} - {0.0}):
            yield late(env, minute - env.now)
            change()
