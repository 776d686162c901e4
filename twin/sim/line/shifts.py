"""Staffing: how many cells and burn-in crews are there, and when that changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.sim.line.timer import MINUTES_PER_HOUR


@dataclass(frozen=True, slots=True)
class Staffing:
    """Cells and burn-in crews that are staffed from each breakpoint on.

    *minute* of the run (n, ascending, the first 0), staffed *cells* (n) and burn-in *crews* (n).
    """

    minute: NDArray[np.float64]
    cells: NDArray[np.int64]
    crews: NDArray[np.int64]

    @classmethod
    def always(cls, cells: int, crews: int = 0) -> Staffing:
        """Nobody ever leaves."""
        return cls(np.zeros(1), np.array([cells]), np.array([crews]))

    @classmethod
    def from_minutes(cls, cells: NDArray[np.int64], crews: NDArray[np.int64]) -> Staffing:
        """Staffing from what holds in each minute of the run (n, n): only the changes are kept."""
        changed = np.flatnonzero((np.diff(cells) != 0) | (np.diff(crews) != 0)) + 1
        at = np.concatenate([[0], changed])
        return cls(at.astype(float), cells[at].astype(np.int64), crews[at].astype(np.int64))

    def hourly_cells(self, hours: int) -> NDArray[np.float64]:
        """Mean number of staffed cells in each hour (hours)."""
        return self._hourly(self.cells, hours)

    def hourly_crews(self, hours: int) -> NDArray[np.float64]:
        """Mean number of staffed burn-in crews in each hour (hours)."""
        return self._hourly(self.crews, hours)

    def _hourly(self, value: NDArray[np.int64], hours: int) -> NDArray[np.float64]:
        ends = np.append(self.minute[1:], max(hours * MINUTES_PER_HOUR, self.minute[-1]))
        area = np.concatenate([[0.0], np.cumsum(value * (ends - self.minute))])
        marks = np.arange(hours + 1) * MINUTES_PER_HOUR
        summed = np.interp(marks, np.append(self.minute, ends[-1]), area)
        return np.asarray(np.diff(summed) / MINUTES_PER_HOUR)
