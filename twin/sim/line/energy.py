"""Quantities that jump, and their integrals: nothing ticks, every change of state is booked when it happens.

The integral of a quantity that has jumped by b_i at t_i is value x now - sum of b_i t_i: a jump adds to two sums, and
neither the time of the last one nor the integral until then need be known.

A meter is a level in kW. The network notes its integral at each full hour, so hourly energy is a difference of two
readings; the same energy is found once more from the time that machines spend in each state, and must agree.
"""

from __future__ import annotations

from twin.sim.line.timer import MINUTES_PER_HOUR


class Level:
    """A quantity that jumps; `jumps_min` is the sum of its jumps, each times its minute [unit x min]."""

    __slots__ = ("jumps_min", "value")

    def __init__(self) -> None:
        self.value = 0.0
        self.jumps_min = 0.0

    def change(self, now_min: float, by: float) -> None:
        """Jump by *by* at *now_min*."""
        self.value += by
        self.jumps_min += by * now_min

    def set(self, now_min: float, value: float) -> None:
        """Jump to *value* at *now_min*."""
        self.change(now_min, value - self.value)

    def area_until(self, now_min: float) -> float:
        """Return the integral from the beginning to *now_min*, not before the last jump [unit x min]."""
        return self.value * now_min - self.jumps_min


class Peak(Level):
    """A level that remembers `most`, the highest value it has had."""

    __slots__ = ("most",)

    def __init__(self) -> None:
        super().__init__()
        self.most = 0.0

    def change(self, now_min: float, by: float) -> None:
        """Jump by *by* at *now_min*."""
        self.value += by
        self.jumps_min += by * now_min
        if self.value > self.most:
            self.most = self.value


class Meter:
    """Electric power of one use: `kw` now, and `jumps_kw_min` as a level has them. Stations inline `change`."""

    __slots__ = ("jumps_kw_min", "kw")

    def __init__(self) -> None:
        self.kw = 0.0
        self.jumps_kw_min = 0.0

    def change(self, now_min: float, by_kw: float) -> None:
        """Raise the power by *by_kw* at *now_min*."""
        self.kw += by_kw
        self.jumps_kw_min += by_kw * now_min

    def take_back(self, kw_min: float) -> None:
        """Book *kw_min* less: what was booked was not drawn after all."""
        self.jumps_kw_min += kw_min

    def kwh_until(self, now_min: float) -> float:
        """Energy [kWh] from the beginning to *now_min*, not before the last change."""
        return (self.kw * now_min - self.jumps_kw_min) / MINUTES_PER_HOUR
