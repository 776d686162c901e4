"""Quantities that jump, and their integrals: nothing ticks, every change of state is booked when it happens.

A meter is a level in kW. The network notes its integral at each full hour, so hourly energy is a difference of two
readings; the same energy is found once more from the time that machines spend in each state, and must agree.
"""

from __future__ import annotations

from twin.sim.line.timer import MINUTES_PER_HOUR


class Level:
    """A quantity that jumps; `area` is its integral over time [unit x min]."""

    __slots__ = ("area", "at_min", "value")

    def __init__(self, value: float = 0.0, at_min: float = 0.0) -> None:
        self.value = value
        self.area = 0.0
        self.at_min = at_min

    def change(self, now_min: float, by: float) -> None:
        """Jump by *by* at *now_min*."""
        self.area += self.value * (now_min - self.at_min)
        self.at_min = now_min
        self.value += by

    def set(self, now_min: float, value: float) -> None:
        """Jump to *value* at *now_min*."""
        self.change(now_min, value - self.value)

    def area_until(self, now_min: float) -> float:
        """Return the integral from the beginning to *now_min*, without a jump."""
        return self.area + self.value * (now_min - self.at_min)


class Peak(Level):
    """A level that remembers `most`, the highest value it has had."""

    __slots__ = ("most",)

    def __init__(self, value: float = 0.0, at_min: float = 0.0) -> None:
        super().__init__(value, at_min)
        self.most = value

    def change(self, now_min: float, by: float) -> None:
        """Jump by *by* at *now_min*."""
        self.area += self.value * (now_min - self.at_min)
        self.at_min = now_min
        self.value += by
        if self.value > self.most:
            self.most = self.value


class Meter:
    """Electric power of one use: `kw` now, and its integral `kw_min`. Stations inline `change`."""

    __slots__ = ("at_min", "kw", "kw_min")

    def __init__(self) -> None:
        self.kw = 0.0
        self.kw_min = 0.0
        self.at_min = 0.0

    def change(self, now_min: float, by_kw: float) -> None:
        """Raise the power by *by_kw* at *now_min*."""
        self.kw_min += self.kw * (now_min - self.at_min)
        self.at_min = now_min
        self.kw += by_kw

    def kwh_until(self, now_min: float) -> float:
        """Energy [kWh] from the beginning to *now_min*."""
        return (self.kw_min + self.kw * (now_min - self.at_min)) / MINUTES_PER_HOUR
