"""Identical chillers side by side: how many run, how many to buy, and their power as chords for a linear model.

With f the full-load power over the part-load ratio, av what one chiller delivers and full its power at full load, in
each hour, and n_installed a size: p >= full (constant n_installed + slope q / av), see `installed_chords`. Lines lie on
or above the curve, so that a plan never promises less power than the machines take at the chords' ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sites.errors import InfeasibleError, Problem
from twin.model.chords import Line, bank_chords
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

CHORD_PIECES = 6  # measured on four chillers with a store: 0.1 to 0.2 % of cost, no error of the peak
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


def installed_chords(chiller: Chiller) -> tuple[Line, ...]:
    """Return (constant, slope) for each installed unit: p >= full (constant n_installed + slope q / av).

    As `chords` of one chiller, with more of them from the best part load to full load; below the best part load whole
    units switch off, in a linear model without steps, along the line through the origin.
    """
    return bank_chords(lambda ratio: part_load(chiller, ratio), best_part_load(chiller), CHORD_PIECES, chiller.name)
