"""Banks of equal machines in a linear model: chillers, fans and generators, by the chords of their convex curves.

A machine at part load u takes f(u) of its full power, f convex. n running ones that share a load q take
n f(q / (n each)), the perspective of f, in one whole number n of the hour. Two forms of it are used:

- relaxed (sizing, first pass, bound): n may be any number up to the installed count N. The best n is then known: below
  the load of least f(u) / u just so many run, along the line through the origin, above it all do. The whole number
  leaves the model, and no row or column is spent on it;
- whole (second pass): n is the whole number of the hour that takes least true power at the load of the first pass, and
  the hour's chords touch the curve at that load.

docs/decisions/0012 says why; tests compare both with a mixed-integer model that holds n.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.model import Expression, Model
from twin.model.chords import Line, bank_tangents, chords_at
from twin.model.equipment.chillers import Chiller
from twin.model.thermal.chiller import best_part_load, chords, part_load

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
CHILLER_TANGENTS = 2


@dataclass(frozen=True, eq=False)
class Running:
    """Whole machines that run in each hour (8760), and the chords of one's power share.

    *constants* and *slopes* (K, 8760) of the chords.
    """

    count: Counts
    constants: Array
    slopes: Array

    def power_share(self, load_share: Array) -> Array:
        """Power of all that run over the full power of one, for a load over the capacity of one (8760)."""
        return np.asarray(np.max(self.constants * self.count + self.slopes * load_share, axis=0))


def running_at(curve: Callable[[Array], Array], count: Counts, load_share: Array) -> Running:
    """Return the *count* of running machines with chords of *curve* that touch it where they share *load_share*.

    *load_share* is the load over the capacity of one machine (8760). Where none runs, a load that comes there after all
    is taken in proportion, at the power of a full machine. A load beyond what the count carries follows the last chord,
    which is above what one machine more would take.
    """
    runs = count > 0
    each = np.divide(load_share, count, out=np.zeros(len(count)), where=runs)
    constants, slopes = chords_at(curve, each)
    full = float(curve(np.array(1.0)))
    return Running(count, np.where(runs, constants, 0.0), np.where(runs, slopes, full))


def chiller_lines(chiller: Chiller, below: bool) -> tuple[Line, ...]:
    """Lines of the chillers' power for each installed one: chords of their curve, or tangents *below* it."""
    if below:
        return bank_tangents(lambda ratio: part_load(chiller, ratio), best_part_load(chiller), CHILLER_TANGENTS)
    return chords(chiller)


def add_bank_power(
    model: Model,
    lines: tuple[Line, ...],
    running: Running | None,
    each_mw: Array,
    full_power_mw: Array,
    count: Any,
    load: Any,
    power: Any,
    hours: list[int],
) -> None:
    """Add the rows by which a bank's *power* follows its *load* in *hours* of the model's grid.

    Parameters: *lines* (constant, slope) for each installed machine; *running* (of the same hours as the arrays) in the
    second pass; *each_mw* what one machine gives and *full_power_mw* what it then takes (T); *count* of installed ones.
    """
    if running is None:

        @model.each_of_hours([(t, k) for t in hours for k in range(len(lines))])
        def power_above_chord(t: int, k: int) -> Expression:
            """power[t] >= full power of one[t] x (constant_k x machines + slope_k x load[t] / capacity of one[t])"""
            constant, slope = lines[k]
            full = float(full_power_mw[t])
            return power[t] >= full * constant * count + full * slope / float(each_mw[t]) * load[t]

        return
    constants, slopes, number = running.constants, running.slopes, running.count

    @model.each_of_hours([(t, k) for t in hours for k in range(len(constants)) if number[t] > 0 or k == 0])
    def power_above_running_chord(t: int, k: int) -> Expression:
        """power[t] >= full power of one[t] x (constant_k[t] x running[t] + slope_k[t] x load[t] / capacity[t])"""
        full = float(full_power_mw[t])
        fixed = full * float(constants[k, t]) * int(number[t])
        return power[t] >= fixed + full * float(slopes[k, t]) / float(each_mw[t]) * load[t]
