"""Runs that pause: on the hour, units go dark until no more burn than a ceiling, and are lit again when they may."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from twin.model.burn_in import LONGEST_PAUSE_H, BurnIn
from twin.sim.line.timer import MINUTES_PER_HOUR, Clock, Timer, late
from twin.sim.line.unit import Unit

if TYPE_CHECKING:
    from twin.sim.line.racks import BurnInArea

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class _Lit:
    """A stretch of burning: when its own block began (after the restart), and when the run is over if nothing fails."""

    block_min: float
    over_min: float


@dataclass(slots=True)
class _Dark:
    """A pause: since when, the minutes of burning until it ends (by failure, perhaps), those left of the run, and the
    end of the run that the limiter has counted."""

    since_min: float
    ends_in_min: float
    over_in_min: float
    counted_min: float


class Pauses:
    """Who is dark, and the rule of pausing.

    Parameters: *area*, whose units pause; *spec*, its rules; *ceiling_units*, for each hour of the run the most units
    that may burn (infinite: all): at its beginning units pause, and in it none starts that would pass it. Units that
    have longest to go pause first, and none before it has burnt a block, nor with less than a block to go; a restart
    burns the penalty on top of what was left. Blocks, penalties and what is left are burning: a throttled hour counts
    for less, and the ends on the clock follow from the heat. Who is dark longest is lit first, after `LONGEST_PAUSE_H`
    whatever the ceiling says, but never in a rack that is down.
    """

    __slots__ = (
        "_area", "_block_min", "_ceiling_units", "_env", "_heat", "_lit", "_penalty_min", "_whole_min", "begun", "dark",
    )  # fmt: skip

    def __init__(self, env: Clock, area: BurnInArea, spec: BurnIn, ceiling_units: Sequence[float]) -> None:
        self._env = env
        self._area = area
        self._heat = area.heat
        self._ceiling_units = ceiling_units
        self._whole_min = spec.hours * MINUTES_PER_HOUR
        self._block_min = spec.minimum_block_h * MINUTES_PER_HOUR
        self._penalty_min = spec.restart_penalty_h * MINUTES_PER_HOUR
        self._lit: dict[Unit, _Lit] = {}  # restarted units only: the others follow from the minute they were lit
        self.dark: dict[Unit, _Dark] = {}
        self.begun = 0
        env.process(self._keep())

    def _keep(self) -> Generator[Any, Any, None]:
        """Adjust at the beginning of every hour with a ceiling, and of the hour after it."""
        ceilings = self._ceiling_units
        for hour in range(len(ceilings)):
            if isfinite(ceilings[hour]) or (hour > 0 and isfinite(ceilings[hour - 1])):
                yield late(self._env, hour * MINUTES_PER_HOUR - self._env.now)
                self._adjust()

    def _adjust(self) -> None:
        now = self._env.now
        for unit, pause in list(self.dark.items()):
            if now - pause.since_min >= LONGEST_PAUSE_H * MINUTES_PER_HOUR - _ROUNDING:
                self._light_again(unit, now)
        self.resume(now)
        for unit, pause in self.dark.items():
            self._count(unit, pause, now)
        many = len(self._area.burning) - self._ceiling(now)
        if many > _ROUNDING:
            for unit in self._longest_to_go(now):
                self._darken(unit, now)
                many -= 1.0
                if many <= _ROUNDING:
                    break

    def resume(self, now_min: float) -> None:
        """Light dark units for as long as the ceiling leaves room."""
        if not self.dark:
            return
        room = self._ceiling(now_min) - len(self._area.burning)
        for unit in list(self.dark):
            if room < 1.0 - _ROUNDING:
                break
            room -= self._light_again(unit, now_min)

    def allows(self, now_min: float) -> bool:
        """Tell whether one more unit may burn now: those that are dark come first."""
        self.resume(now_min)
        return len(self._area.burning) + 1.0 <= self._ceiling(now_min) + _ROUNDING

    def forget(self, unit: Unit) -> None:
        """*unit* has ended its run: the next one begins anew."""
        self._lit.pop(unit, None)

    def _ceiling(self, now_min: float) -> float:
        hour = int(now_min / MINUTES_PER_HOUR)
        return self._ceiling_units[hour] if hour < len(self._ceiling_units) else inf

    def _stretch(self, unit: Unit) -> _Lit:
        return self._lit.get(unit) or _Lit(unit.lit_min, self._heat.end_min(unit.lit_min, self._whole_min))

    def _longest_to_go(self, now_min: float) -> list[Unit]:
        """Units that may pause now, the one that ends last first."""
        block, burnt_min = self._block_min - _ROUNDING, self._heat.burnt_min
        found = [
            (stretch.over_min, unit)
            for unit in self._area.burning
            for stretch in [self._stretch(unit)]
            if burnt_min(stretch.block_min, now_min) >= block and burnt_min(now_min, stretch.over_min) >= block
        ]
        found.sort(key=lambda pair: -pair[0])
        return [unit for _, unit in found]

    def _darken(self, unit: Unit, now_min: float) -> None:
        area, slot = self._area, unit.slot
        assert slot is not None
        over_min, burnt_min = self._stretch(unit).over_min, self._heat.burnt_min
        pause = _Dark(now_min, burnt_min(now_min, unit.ends_min), burnt_min(now_min, over_min), over_min)
        self._count(unit, pause, now_min)
        self.dark[unit] = pause
        slot.timer.cancel()
        slot.timer = Timer(self._env)
        area.power_down(unit, now_min)
        area.waiting.change(now_min, 1.0)
        area.note(now_min, "stop", unit)
        self.begun += 1

    def _count(self, unit: Unit, pause: _Dark, now_min: float) -> None:
        """Let the limiter know of the end of a run that stays dark for the hour that begins now."""
        area = self._area
        if area.limiter is None:
            return
        over_min = self._heat.end_min(now_min + MINUTES_PER_HOUR, self._penalty_min + pause.over_in_min)
        if over_min > pause.counted_min:
            area.limiter.commit(self._heat.hourly_kw(pause.counted_min, over_min, area.power_kw[unit.product]))
            pause.counted_min = over_min

    def _light_again(self, unit: Unit, now_min: float) -> int:
        """Light a dark *unit* unless its rack is down; return how many were lit."""
        area, slot, heat = self._area, unit.slot, self._heat
        assert slot is not None
        if slot.rack.down:
            return 0
        pause = self.dark.pop(unit)
        began = heat.end_min(now_min, self._penalty_min)
        unit.lit_min = now_min
        unit.ends_min = heat.end_min(began, pause.ends_in_min)
        self._lit[unit] = _Lit(began, heat.end_min(began, pause.over_in_min))
        area.waiting.change(now_min, -1.0)
        area.power_up(unit, now_min)
        area.note(now_min, "resume", unit)
        slot.timer.start(unit.ends_min - now_min, slot.on_end)
        return 1
