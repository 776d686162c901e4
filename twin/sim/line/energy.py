"""Energy: a power level integrated at every change, and the same energy spread over the hours, found the other way.

The level knows when power changed; the hours are filled from whole stretches of work. Both must give the same kWh.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twin.sim.line.timer import MINUTES_PER_HOUR

Floats = NDArray[np.float64]


class Level:
    """A quantity that jumps; `area` is its integral over time [unit x min]."""

    __slots__ = ("area", "at_min", "value")

    def __init__(self) -> None:
        self.value = 0.0
        self.area = 0.0
        self.at_min = 0.0

    def change(self, now_min: float, by: float) -> None:
        """Jump by *by* at *now_min*."""
        self.area += self.value * (now_min - self.at_min)
        self.at_min = now_min
        self.value += by

    def area_until(self, now_min: float) -> float:
        """Return the integral from 0 to *now_min*, without a jump."""
        return self.area + self.value * (now_min - self.at_min)


class Meter:
    """Power of one use: `kw` now, its integral `kw_min`, and the energy of every hour.

    Parameters: *hours*, the length of the run. Stations inline `change` and the short case of `spread`.
    """

    __slots__ = ("_steps_kw", "at_min", "hour_kw_min", "hours", "kw", "kw_min")

    def __init__(self, hours: int) -> None:
        self.hours = hours
        self.kw = 0.0
        self.kw_min = 0.0
        self.at_min = 0.0
        self.hour_kw_min = [0.0] * (hours + 2)
        self._steps_kw = [0.0] * (hours + 2)

    def change(self, now_min: float, by_kw: float) -> None:
        """Raise the power by *by_kw* at *now_min*."""
        self.kw_min += self.kw * (now_min - self.at_min)
        self.at_min = now_min
        self.kw += by_kw

    def spread(self, begin_min: float, end_min: float, kw: float) -> None:
        """Lay *kw* from *begin_min* to *end_min* on the hours, split exactly at their boundaries."""
        first, last = int(begin_min / MINUTES_PER_HOUR), int(end_min / MINUTES_PER_HOUR)
        bins = self.hour_kw_min
        if first == last:
            bins[first] += kw * (end_min - begin_min)
            return
        bins[first] += kw * (MINUTES_PER_HOUR * (first + 1) - begin_min)
        bins[last] += kw * (end_min - MINUTES_PER_HOUR * last)
        # Whole hours between are kept as steps, so that a burn-in of any length costs two additions.
        self._steps_kw[first + 1] += kw
        self._steps_kw[last] -= kw

    def kwh_at_changes(self, now_min: float) -> float:
        """Energy [kWh] from 0 to *now_min*, integrated at the changes of the level."""
        return (self.kw_min + self.kw * (now_min - self.at_min)) / MINUTES_PER_HOUR

    def hourly_kwh(self) -> Floats:
        """Energy [kWh] of every hour (hours), from the stretches that were spread."""
        return self._all_hours()[: self.hours]

    def all_kwh(self) -> float:
        """Sum of the hours [kWh]."""
        return float(self._all_hours().sum())

    def _all_hours(self) -> Floats:
        whole = np.cumsum(self._steps_kw)
        return np.asarray(np.asarray(self.hour_kw_min) / MINUTES_PER_HOUR + whole)
