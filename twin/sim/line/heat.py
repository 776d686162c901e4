"""What a hot inlet does to a run: it burns slower on less power, or not at all, and so it ends later.

Temperatures are known ahead, hour by hour. A run is an amount of burning, and its end follows from the integral of the
rate turned round, so that nothing ticks: the sum of whole hours is tabled once, and an end is looked up in it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from math import inf

from twin.model.burn_in import BurnIn
from twin.sim.line.timer import MINUTES_PER_HOUR


class Heat:
    """Rate of burning and share of the rated power, hour by hour.

    Parameters: *spec* with its limits; *inlet_c*, the temperature at the inlet in each hour of the run (none: never
    hot). After the last of them it is cool. Between *begin* and *end* [min] a unit burns the integral of rate(t),
    1 in a cool hour, `throttled_rate` above `throttle_above_c`, 0 above `shut_down_above_c`.
    """

    __slots__ = ("_burnt_min", "_fractions", "_hot_from_min", "_hours", "_rates", "changes", "is_never_hot")

    def __init__(self, spec: BurnIn, inlet_c: Sequence[float] | None = None) -> None:
        states = [_state(spec, celsius) for celsius in inlet_c or ()]
        while states and states[-1] == (1.0, 1.0):
            states.pop()
        self._hours = len(states)
        self.is_never_hot = not states  # then a run ends when its minutes are over, and nobody need ask
        self._rates = [rate for rate, _ in states]
        self._fractions = [fraction for _, fraction in states]
        self._burnt_min = [0.0, *accumulate(rate * MINUTES_PER_HOUR for rate in self._rates)]
        self._hot_from_min = [inf] * self._hours
        following = inf
        for hour in reversed(range(self._hours)):
            if states[hour] != (1.0, 1.0):
                following = hour * MINUTES_PER_HOUR
            self._hot_from_min[hour] = following
        before = [1.0, *self._fractions]
        self.changes = [
            (hour * MINUTES_PER_HOUR, fraction)
            for hour, fraction in enumerate([*self._fractions, 1.0])
            if fraction != before[hour]
        ]

    def power_fraction(self, hour: int) -> float:
        """Share of its rated power that a unit draws in *hour* of the run."""
        return self._fractions[hour] if hour < self._hours else 1.0

    def end_min(self, begin_min: float, burn_min: float) -> float:
        """Minute at which a unit that burns from *begin_min* on has burnt *burn_min*."""
        if self._is_cool(begin_min, begin_min + burn_min):
            return begin_min + burn_min
        if burn_min <= 0.0:
            return begin_min
        table, wanted = self._burnt_min, self._burnt_until(begin_min) + burn_min
        hour = bisect_left(table, wanted) - 1
        if hour >= self._hours:
            return self._hours * MINUTES_PER_HOUR + (wanted - table[-1])
        # a moment of burning that rounding swallows must not end before it begins
        return max(begin_min, hour * MINUTES_PER_HOUR + (wanted - table[hour]) / self._rates[hour])

    def burnt_min(self, begin_min: float, end_min: float) -> float:
        """Minutes of burning that a unit does from *begin_min* to *end_min*: the integral of the rate."""
        if self._is_cool(begin_min, end_min):
            return end_min - begin_min
        return self._burnt_until(end_min) - self._burnt_until(begin_min)

    def hourly_kw(self, begin_min: float, end_min: float, rated_kw: float) -> list[tuple[int, float]]:
        """Each hour that a unit burning from *begin_min* to *end_min* touches, and its mean power in it [kW]."""
        first, last = int(begin_min / MINUTES_PER_HOUR), int(end_min / MINUTES_PER_HOUR)
        if first == last:
            shares = [(first, (end_min - begin_min) / MINUTES_PER_HOUR)]
        else:
            shares = [(hour, 1.0) for hour in range(first + 1, last)]
            shares.append((first, first + 1 - begin_min / MINUTES_PER_HOUR))
            shares.append((last, end_min / MINUTES_PER_HOUR - last))
        return [(hour, rated_kw * share * self.power_fraction(hour)) for hour, share in shares]

    def _is_cool(self, begin_min: float, end_min: float) -> bool:
        """Nothing between the two is throttled: minutes of the clock are minutes of burning, to the last bit."""
        hour = int(begin_min / MINUTES_PER_HOUR)
        return hour >= self._hours or end_min <= self._hot_from_min[hour]

    def _burnt_until(self, minute: float) -> float:
        """Integral of the rate from 0 to *minute*."""
        hour = int(minute / MINUTES_PER_HOUR)
        if hour >= self._hours:
            return self._burnt_min[-1] + minute - self._hours * MINUTES_PER_HOUR
        return self._burnt_min[hour] + self._rates[hour] * (minute - hour * MINUTES_PER_HOUR)


def _state(spec: BurnIn, celsius: float) -> tuple[float, float]:
    """Rate of burning and share of power at an inlet of *celsius*."""
    if celsius > spec.shut_down_above_c:
        return 0.0, 0.0
    if celsius > spec.throttle_above_c:
        return spec.throttled_rate, spec.throttled_power_fraction
    return 1.0, 1.0
