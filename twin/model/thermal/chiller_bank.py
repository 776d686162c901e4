"""Identical chillers side by side: how many run, how many to buy, and their power as chords for a linear model.

Two linear forms of the same convex curve f, full-load power over part-load ratio. With av what one chiller delivers
and full its power at full load, in each hour:

- per installed unit, n_installed a size: p >= full (constant n_installed + slope q / av), see `installed_chords`;
- per running unit, n_running an integer of the hour: p >= full (constant n_running + slope q / av), the perspective of
  f with q <= av n_running, see `running_chords`.

list[Line] lie on or above the curve, so a plan never promises less power than the machine takes at its break points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sites.errors import InfeasibleError, Problem
from twin.model.chords import Line, chords_of, evenly_spaced, heights
from twin.model.equipment.chillers import Chiller
from twin.model.thermal.chiller import (
    Array,
    ChillerOperation,
    Counts,
    available_kw_th,
    best_part_load,
    chiller_power,
    cycling_ratio,
    full_load_ratio,
    part_load,
    running_part_load,
)
from twin.model.thermal.numeric import refuse_nan

BREAKPOINTS = 7  # measured on four chillers with a store: 0.1 to 0.2 % of cost, no error of the peak
LOWEST_RATIO = 0.1  # of a running unit, in a bank that runs as few as it can
FINE = 4001
DUST = 1e-12  # relative: rounding, not a difference


@dataclass(frozen=True)
class BankOperation:
    """What a bank does in each hour: *running* machines, and *total* of all of them."""

    running: Counts
    total: ChillerOperation


@dataclass(frozen=True)
class BankSize:
    """How many chillers to install: *working* for the need, *installed* with spares, and what is left over.

    *binding* is the place of the condition that asks for most; *margin_kw_th* is what the working chillers could
    deliver there above the need and *margin_fraction* that over the need.
    """

    working: int
    installed: int
    binding: int
    margin_kw_th: float
    margin_fraction: float


@dataclass(frozen=True)
class ChordErrors:
    """Relative errors of chords against the true curve: the *largest* in size and the *mean*, both with their sign."""

    largest: float
    mean: float


def bank_operation(
    chiller: Chiller, units: int, load_kw_th: Array, supply_c: Array | float, condenser_c: Array
) -> BankOperation:
    """Return how many of *units* run, least electricity first, and what the bank does with them.

    Parameters, of one shape or broadcasting: *load_kw_th* [kW_th], *supply_c* leaving chilled water and *condenser_c*
    entering condenser air or water [C]. The load is shared equally, as least power asks of equal convex machines. All
    units run where they cannot meet it, each up to its maximum part-load ratio; the fewest of equals run. Raises
    `ValueError` for inputs that are not numbers.
    """
    refuse_nan(load_kw_th=load_kw_th, supply_c=supply_c, condenser_c=condenser_c)
    load, supply, condenser = np.broadcast_arrays(
        np.maximum(np.asarray(load_kw_th, dtype=float), 0.0),
        np.asarray(supply_c, dtype=float),
        np.asarray(condenser_c, dtype=float),
    )
    each = np.maximum(available_kw_th(chiller, condenser, supply), 0.0)
    full = each * np.maximum(full_load_ratio(chiller, condenser, supply), 0.0)
    fans = chiller.capacity_kw_th * chiller.condenser_fan_kw_per_kw_th
    whole = np.divide(load, each, out=np.full_like(load, np.inf), where=each > 0.0)
    running: Counts = np.full(load.shape, units, dtype=np.int64)
    least = np.full(load.shape, np.inf)
    for count in range(1, units + 1):
        ratio = whole / count
        cost = count * full * running_part_load(chiller, np.minimum(ratio, chiller.maximum_part_load_ratio))
        if fans > 0.0:
            cost = cost + count * fans * cycling_ratio(chiller, ratio)
        is_better = (ratio <= chiller.maximum_part_load_ratio * (1.0 + DUST)) & (cost < least * (1.0 - DUST))
        least = np.where(is_better, cost, least)
        running[is_better] = count
    running[load <= 0.0] = 0
    return BankOperation(running, chiller_power(chiller, load, supply, condenser, running))


def bank_size(chiller: Chiller, need_kw_th: Array, supply_c: Array | float, condenser_c: Array) -> BankSize:
    """Return the chillers that meet every need and, with N+1 (or as many as the plant file spares), one failing.

    Parameters, of one shape or broadcasting: *need_kw_th* at design conditions or in the hours of a year [kW_th],
    *supply_c* and *condenser_c* as in `bank_operation`. Rated load counts, not what a chiller may deliver above it.

    Raises `InfeasibleError` when the catalogue allows fewer, or one delivers nothing where cooling is needed, and
    `ValueError` for inputs that are not numbers, and for no condition at all.
    """
    refuse_nan(need_kw_th=need_kw_th, supply_c=supply_c, condenser_c=condenser_c)
    if np.size(need_kw_th) == 0:
        raise ValueError("no need to size for: give one condition or more")
    need, each = np.broadcast_arrays(
        np.maximum(np.asarray(need_kw_th, dtype=float), 0.0).ravel(),
        np.asarray(available_kw_th(chiller, np.asarray(condenser_c, dtype=float), supply_c)).ravel(),
    )
    if (each[need > 0.0] <= 0.0).any():
        what = "its curves give no capacity in a condition that needs cooling"
        raise InfeasibleError(Problem(chiller.name, what, "name other curves, or mend their range"))
    asked = np.divide(need, each, out=np.zeros_like(need), where=need > 0.0)
    binding = int(np.argmax(asked))
    working = int(np.ceil(asked[binding] * (1.0 - DUST)))
    installed = working + chiller.spare if working else 0
    if installed > chiller.most:
        what = f"cooling needs {installed} ({working} working), the catalogue allows {chiller.most}"
        raise InfeasibleError(Problem(chiller.name, what, "allow more, or name a larger chiller"))
    margin = float(working * each[binding] - need[binding])
    over = margin / float(need[binding]) if need[binding] > 0.0 else 0.0
    return BankSize(working, installed, binding, margin, over)


def break_points(chiller: Chiller, low: float, high: float, count: int) -> Array:
    """Return *count* part-load ratios from *low* to *high* between which chords of the curve err alike, relatively.

    A chord of width w errs by c w2 / 4 in its middle, over f there; so the widths go as the root of f. A straight
    curve needs its two ends only.
    """
    if chiller.power_part_load_curve[2] == 0.0:
        return np.array([low, high])
    fine = np.linspace(low, high, FINE)
    return evenly_spaced(fine, 1.0 / np.sqrt(part_load(chiller, fine)), count)


def _lines(chiller: Chiller, points: Array) -> list[Line]:
    """list[Line] of the curve between neighbouring *points*."""
    return list(chords_of(lambda ratio: part_load(chiller, ratio), points, chiller.name).lines)


def _centred(chiller: Chiller, lines: list[Line], per: Literal["running", "installed"]) -> list[Line]:
    """*lines* lowered by half of their largest relative error at loads above which no unit cycles."""
    low = max(LOWEST_RATIO, chiller.minimum_unloading_ratio)
    lower = 1.0 + chord_errors(chiller, lines, np.linspace(low, 1.0, FINE), per).largest / 2.0
    return [(constant / lower, slope / lower) for constant, slope in lines]


def _asked(breakpoints: int) -> int:
    if breakpoints < 2:
        raise ValueError(f"{breakpoints} break points: chords need two or more")
    return breakpoints


def running_chords(chiller: Chiller, breakpoints: int = BREAKPOINTS, centred: bool = False) -> list[Line]:
    """Return (constant, slope) for each running unit: p >= full (constant n_running + slope q / av), q <= av n_running.

    With break points u_k and chord slopes g_k, constant = f(u_k) - g_k u_k: the perspective of the convex curve, in
    which a unit that does not run takes nothing and one that runs at u takes at least f(u). Points lie between the
    unloading ratio (below which power stays level, one line more) and full load, more of them where the relative error
    would be largest. Where units may cycle the level line is above the machine's mean power: conservative.

    *centred* lowers all lines by half the largest error: the curve is then missed by as much below as above, and the
    bias falls to a quarter (a chord's mean error is two thirds of its largest, less the half); the peak is then
    promised low by that half.
    """
    level = chiller.minimum_unloading_ratio
    lines = _lines(chiller, break_points(chiller, level, 1.0, _asked(breakpoints)))
    if level > 0.0:
        lines.insert(0, (float(part_load(chiller, np.array(level))), 0.0))
    return _centred(chiller, lines, "running") if centred else lines


def installed_chords(chiller: Chiller, breakpoints: int = BREAKPOINTS, centred: bool = False) -> list[Line]:
    """Return (constant, slope) for each installed unit: p >= full (constant n_installed + slope q / av).

    As `chords` of one chiller, with any number of break points from the best part load to full load; below the best
    part load whole units switch off, in a linear model without steps, along the line through the origin. *centred* as
    in `running_chords`.
    """
    best = best_part_load(chiller)
    first = (0.0, float(part_load(chiller, np.array(best))) / best)
    if best >= 1.0:
        return [first]
    lines = [first, *_lines(chiller, break_points(chiller, best, 1.0, _asked(breakpoints)))]
    return _centred(chiller, lines, "installed") if centred else lines


def chord_errors(
    chiller: Chiller,
    lines: list[Line],
    ratio: Array | None = None,
    per: Literal["running", "installed"] = "running",
) -> ChordErrors:
    """Return by how much *lines* miss the true curve: (line - curve) / curve, the largest and the mean.

    Parameters: *ratio* the part-load ratios that count, each as much as another (any shape); without them an even
    range from what a unit can run at to full load. *per* says whether they are loads over the capacity of the units
    that run, or over that of all installed, of which a part switches off below the best part load.
    """
    lowest = max(LOWEST_RATIO, chiller.minimum_part_load_ratio)
    u = np.linspace(lowest, 1.0, FINE) if ratio is None else np.asarray(ratio, dtype=float).ravel()
    u = u[u > 0.0]
    if u.size == 0:
        return ChordErrors(0.0, 0.0)
    true = running_part_load(chiller, u)
    if per == "installed":
        best = best_part_load(chiller)
        true = np.where(u < best, u / best * part_load(chiller, np.array(best)), true)
    errors = heights(lines, u) / true - 1.0
    return ChordErrors(float(errors[np.argmax(np.abs(errors))]), float(errors.mean()))
