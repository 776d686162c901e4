"""The conditioned halls in straight lines: what they need in each hour, linear in the line's power and people.

A hall's cooling is near convex in its load: while it overcools for its humidity more heat replaces reheat, later each
kilowatt asks for more than one of cold. Four years are simulated: the halls without the line, with its people alone, at
half of its power and at all of it. The need is the higher of two lines through them; where the three points bend down
(the hour after a set-back, say) it is one line through their ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sites.arrays import Flags, Floats
from twin.model.thermal.conditioned_halls import ConditionedHalls, HallsYear

SAME_SLOPE = 1e-6
NO_NEED = 1e-9
LEVELS = (0.0, 0.5, 1.0)  # of the line's power, at which the halls are simulated with its people


@dataclass(frozen=True, eq=False)
class HourlyLines:
    """max(0, constant[k] + per_kw[k] x line_kw + per_person x people), over the lines k of each hour.

    *constant_kw* and *per_kw* (lines, hours), *per_person* [kW a head] (hours); *bent* hours in which the lines differ,
    *live* hours in which any load has a need.
    """

    constant_kw: Floats
    per_kw: Floats
    per_person: Floats
    bent: Flags
    live: Flags

    def unheld(self, line_kw: Floats, people: Floats) -> Floats:
        """The highest line [kW] for *line_kw* [kW] and *people* (hours), which may be below nil."""
        return np.asarray((self.constant_kw + self.per_kw * line_kw).max(axis=0) + self.per_person * people)

    def at(self, line_kw: Floats, people: Floats) -> Floats:
        """The need [kW] for *line_kw* [kW] and *people* (arrays of hours)."""
        return np.where(self.live, np.maximum(self.unheld(line_kw, people), 0.0), 0.0)

    def through(self, true: Floats, line_kw: Floats, people: Floats) -> HourlyLines:
        """Return the lines moved up or down, hour by hour, so that they give *true* [kW] at these loads."""
        now = self.unheld(line_kw, people)
        moved = np.where(true > NO_NEED, true - now, np.minimum(-now, 0.0))
        return replace(self, constant_kw=self.constant_kw + np.where(self.live, moved, 0.0))


def lines_through(
    alone: Floats, staffed: Floats, half: Floats, full: Floats, line_kw: float, people: float
) -> HourlyLines:
    """Return the lines through four years of a need [kW] (arrays of hours).

    *alone* without the line, *staffed* with its *people* and no power, *half* and *full* with half of *line_kw* [kW]
    and all of it. A line without power or people changes nothing.
    """
    per_person = (staffed - alone) / people if people > 0 else np.zeros_like(alone)
    each = 1.0 / line_kw if line_kw > 0 else 0.0
    first, second = 2.0 * each * (half - staffed), 2.0 * each * (full - half)
    bent = second > first + SAME_SLOPE
    through_ends = each * (full - staffed)
    slopes = np.stack([np.where(bent, first, through_ends), np.where(bent, second, through_ends)])
    constants = np.stack([alone, np.where(bent, half - second * 0.5 * line_kw - per_person * people, alone)])
    live = np.max([alone, staffed, half, full], axis=0) > NO_NEED
    return HourlyLines(constants, slopes, per_person, bent, live)


@dataclass(frozen=True, eq=False)
class LinearHalls:
    """The needs of all halls in straight lines (hours): *cooling*, *heat* (reheat and heating) and *handler* power.

    *usual_cooling_kw_th*, *water_m3* of humidifiers and *house_rule_usd* are those of the loads that the lines were
    last moved through.
    """

    cooling: HourlyLines
    heat: HourlyLines
    handler: HourlyLines
    usual_cooling_kw_th: Floats
    water_m3: Floats
    house_rule_usd: Floats

    def fitted(self, halls: ConditionedHalls, line_kw: Floats, people: Floats) -> LinearHalls:
        """Return the lines moved so that they give what the halls need at *line_kw* [kW] and *people* (hours)."""
        true = halls.operate(line_kw, people)
        return LinearHalls(
            cooling=self.cooling.through(true.cooling_kw_th, line_kw, people),
            heat=self.heat.through(true.heat_kw_th, line_kw, people),
            handler=self.handler.through(true.handler_kw, line_kw, people),
            usual_cooling_kw_th=true.cooling_kw_th,
            water_m3=true.water_m3,
            house_rule_usd=true.house_rule_usd,
        )


def linear_halls(
    halls: ConditionedHalls, line_kw: float, people: float, at_work: Floats
) -> tuple[LinearHalls, tuple[HallsYear, ...]]:
    """Return the halls in straight lines for loads up to *line_kw* [kW] and *people*, and years behind them.

    *at_work* share of each hour (0 to 1) in which the line is expected at work: lines of those hours are drawn through
    years in which it is so, with set-backs and what they cost in the morning; lines of the other hours through years in
    which it never rests. All are then moved through a year of half the power when at work: what structure and moisture
    carry from the day into the night is in them.
    """
    open_, always = np.where(at_work > 0, 1.0, 0.0), np.ones_like(at_work)
    alone = halls.operate(0.0 * always, 0.0 * always)
    working = [halls.operate(level * line_kw * open_, people * open_) for level in LEVELS]
    endless = [halls.operate(level * line_kw * always, people * always) for level in LEVELS]

    def points(name: str) -> tuple[Floats, Floats, Floats, Floats]:
        staffed, half, full = (
            np.where(open_ > 0, getattr(one, name), getattr(other, name))
            for one, other in zip(working, endless, strict=True)
        )
        return getattr(alone, name), staffed, half, full

    def lines(name: str) -> HourlyLines:
        return lines_through(*points(name), line_kw, people)

    none, staffed, _, full = points("handler_kw")
    handler = lines_through(none, staffed, 0.5 * (staffed + full), full, line_kw, people)  # one line: fans are small
    usual = working[1]
    found = LinearHalls(
        lines("cooling_kw_th"),
        lines("heat_kw_th"),
        handler,
        usual.cooling_kw_th,
        usual.water_m3,
        usual.house_rule_usd,
    )
    return found.fitted(halls, 0.5 * line_kw * open_, people * open_), (alone, usual)
