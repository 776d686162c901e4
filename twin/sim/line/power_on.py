"""When a loaded unit may be switched on: at once, or by a schedule; and a ceiling on the power of the whole plant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from twin.sim.line.energy import Meter
from twin.sim.line.timer import MINUTES_PER_HOUR

_ROUNDING_KW = 1e-6


@dataclass(frozen=True, slots=True)
class PowerOn:
    """Times at which burn-ins may begin.

    *start_at_min*: when the k-th start is allowed (k from 0; none: at once). A unit that has been ready for
    *overdue_min* is started whatever the schedule says.
    """

    start_at_min: Sequence[float] | None = None
    overdue_min: float = inf

    def due_min(self, started: int, ready_min: float) -> float:
        """Earliest moment for the next start, after *started* others, of a unit ready since *ready_min*."""
        if self.start_at_min is None:
            return -inf
        scheduled = self.start_at_min[started] if started < len(self.start_at_min) else inf
        return min(scheduled, ready_min + self.overdue_min)


class DemandLimiter:
    """Ceiling on the power of several meters together, hour by hour.

    Parameters: *limit_kw*, one value for each hour of the run; *meters*, what counts against it.
    """

    __slots__ = ("_limit_kw", "_meters")

    def __init__(self, limit_kw: Sequence[float], meters: Sequence[Meter]) -> None:
        self._limit_kw = limit_kw
        self._meters = meters

    def allows(self, kw: float, now_min: float) -> bool:
        """Tell whether *kw* more stay within this hour's ceiling."""
        hour = min(int(now_min / MINUTES_PER_HOUR), len(self._limit_kw) - 1)
        return sum(meter.kw for meter in self._meters) + kw <= self._limit_kw[hour] + _ROUNDING_KW
