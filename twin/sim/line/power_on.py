"""When a loaded unit may be switched on: at once, or by a schedule; and a ceiling on the power of burn-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from twin.sim.line.timer import MINUTES_PER_HOUR

_ROUNDING_KW = 1e-6


@dataclass(frozen=True, slots=True)
class PowerOn:
    """Times at which burn-ins may begin.

    *start_at_min*: when the k-th start is allowed (k from 0; none: at once). *opens_at_min*: for each hour of the run,
    when late units, or without *start_at_min* all, may be started next (none: at once): a plan that waits for cheap
    hours is not caught up in dear ones. A unit that has been ready for *overdue_min* is started whatever the schedule
    says.
    """

    start_at_min: Sequence[float] | None = None
    overdue_min: float = inf
    opens_at_min: Sequence[float] | None = None

    @property
    def at_once(self) -> bool:
        """No schedule holds anybody back."""
        return self.start_at_min is None and self.opens_at_min is None

    def due_min(self, started: int, ready_min: float, now_min: float) -> float:
        """Earliest moment for the next start, after *started* others, of a unit ready since *ready_min*."""
        if self.start_at_min is None:
            scheduled = -inf
        else:
            scheduled = self.start_at_min[started] if started < len(self.start_at_min) else inf
        if scheduled <= now_min and self.opens_at_min is not None:
            hour = min(int(now_min / MINUTES_PER_HOUR), len(self.opens_at_min) - 1)
            scheduled = self.opens_at_min[hour]
        return min(scheduled, ready_min + self.overdue_min)


class DemandLimiter:
    """Ceiling on burn-in power, hour by hour, that looks ahead: a run once begun cannot be taken back.

    Parameter: *limit_kw*, one value for each hour of the run. A start is allowed when the unit's power, added to all
    that has been begun, stays within the ceiling of every hour it will run. *loads* are those hours, each with the
    unit's mean power in it [kW], as `Heat.hourly_kw` gives them; hours after the last are not limited.
    """

    __slots__ = ("_committed_kw", "_limit_kw")

    def __init__(self, limit_kw: Sequence[float]) -> None:
        self._limit_kw = limit_kw
        self._committed_kw = [0.0] * len(limit_kw)

    def allows(self, loads: Sequence[tuple[int, float]]) -> bool:
        """Tell whether one more run of these *loads* may begin."""
        limit, committed = self._limit_kw, self._committed_kw
        return all(committed[hour] + kw <= limit[hour] + _ROUNDING_KW for hour, kw in loads if hour < len(limit))

    def commit(self, loads: Sequence[tuple[int, float]]) -> None:
        """Count a run that begins now, or the hours by which a pause makes it longer.

        Dark hours stay counted: the ceiling of an hour in which units are to pause holds the dark ones as well.
        """
        committed = self._committed_kw
        for hour, kw in loads:
            if hour < len(committed):
                committed[hour] += kw
