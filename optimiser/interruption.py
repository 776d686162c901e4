"""Interruptible burn-in: units pause in their run for whole hours, and burn for longer at its end.

A fluid model of units in their run, lit or dark, without telling one unit from another. With runs of *hours*, blocks of
at least *block* hours, a *penalty* of hours burnt again at each restart and pauses of at most *longest* hours, every
schedule of single units that pauses and resumes on the hour satisfies these rows (where it pauses in no other hours): a
bound that is proven with them holds for it. What they leave out is which units pause; the twin takes those that have
longest to go.

Derivation. A unit that starts at s, is paused for p hours in all and restarted n times ends at s + hours + p + n
penalty: it is *late*, in its run beyond its *hours*, for exactly as long as it was dark and warmed up again. At its
n-th pause it has burnt n blocks, so it started at least n x block and all earlier delays before; what that pause adds
is therefore made up within hours - block + penalty of it, and the unit is out of its run at most a pause later.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.model import Expression, Model, total
from sites.tariff_rows import TariffRows
from twin.model.burn_in import LONGEST_PAUSE_H, BurnIn

# Free to pause in any hour, the plan did so every evening for the price, one run in two, and the play-back could not
# follow: it matters then which units are dark. What is left is the answer to a peak. The share is an
# assumption.
DEAREST_SHARE = 0.02
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Interruption:
    """Units *paused* in each hour (mean over it), *interruptions* at its beginning, and *late* units at its end."""

    paused: Any
    interruptions: Any
    late: Any


def pausing_hours(tariff: TariffRows) -> NDArray[np.bool_]:
    """Hours (8760) in which runs may be dark: those that may be the grid's peak, and the dearest of each month."""
    price = tariff.energy_usd_per_kwh
    months = [price[tariff.month == month] for month in range(12)]
    bar = np.array([np.quantile(of_month, 1.0 - DEAREST_SHARE) for of_month in months])[tariff.month]
    least = np.array([of_month.min() for of_month in months])[tariff.month]
    return np.asarray((tariff.coincident_usd_per_kw_month > 0) | ((price >= bar) & (price > least)))


def add_interruption(
    model: Model, rules: BurnIn, pausing: NDArray[np.bool_], starts: Any, burning: Any, most_slots: float
) -> Interruption:
    """Rows for runs that may pause; *burning* counts the units in their run at the end of an hour, dark ones too.

    Parameters: *rules* with at least one interruption a run; *pausing*, hours (T) in which units may be dark; *starts*
    [units/h] and *burning* [units], hourly variables; *most_slots* bounds every new column.
    """
    grid = model.grid
    run_h, block_h, penalty_h = round(rules.hours), rules.minimum_block_h, rules.restart_penalty_h
    between_h = ceil(block_h + penalty_h - _ROUNDING)
    repaid_h = ceil(run_h - block_h + penalty_h - _ROUNDING)
    after_h = ceil(run_h - block_h + penalty_h + LONGEST_PAUSE_H - _ROUNDING)
    most_owed = most_slots * rules.most_interruptions * (LONGEST_PAUSE_H + penalty_h)
    paused = model.hourly("paused_units", at_most=np.where(pausing, most_slots, 0.0))
    interruptions = model.hourly("interruptions_per_h", at_most=np.where(pausing, most_slots, 0.0))
    late = model.hourly("late_units", at_most=most_slots)
    owed = model.hourly("owed_unit_h", at_most=most_owed)
    ago = [grid.back(step).tolist() for step in range(max(run_h, between_h, repaid_h, after_h) + 1)]
    before = ago[1]
    young_h = range(1, floor(block_h + _ROUNDING) + 1)

    def old_enough(t: int) -> Expression:
        """Units in their run at the beginning of hour *t* that have burnt a block."""
        return burning[before[t]] - total(starts[ago[step][t]] for step in young_h)

    @model.each_hour
    def burning_is_recent_starts_and_late(t: int) -> Expression:
        """burning[t] = sum of starts[t-k] for k = 0 to hours-1 + late[t] (units in their run, lit or paused)"""
        return burning[t] == total(starts[ago[step][t]] for step in range(run_h)) + late[t]

    @model.each_hour
    def late_from_the_end_of_a_run(t: int) -> Expression:
        """late[t] <= late[t-1] + starts[t-hours] (a unit ends once, and not before its hours)"""
        return late[t] <= late[before[t]] + starts[ago[run_h][t]]

    @model.each_hour
    def late_only_after_a_pause(t: int) -> Expression:
        """late[t] <= sum of interruptions[t-k] for k = 0 to hours - block + penalty + longest - 1"""
        return late[t] <= total(interruptions[ago[step][t]] for step in range(after_h))

    @model.each_hour
    def paused_units_stay_in_their_run(t: int) -> Expression:
        """paused[t] <= burning[t] - starts[t] (dark all the hour: in the run at its end, and not begun in it)"""
        return paused[t] <= burning[t] - starts[t]

    @model.each_hour
    def only_lit_units_that_have_burnt_a_block(t: int) -> Expression:
        """interruptions[t] + paused[t-1] <= burning[t-1] - sum of starts[t-k] for k = 1 to block"""
        return interruptions[t] + paused[before[t]] <= old_enough(t)

    @model.each_hour
    def interruptions_begin_pauses(t: int) -> Expression:
        """interruptions[t] >= paused[t] - paused[t-1]"""
        return interruptions[t] >= paused[t] - paused[before[t]]

    @model.each_hour
    def pauses_end(t: int) -> Expression:
        """paused[t] <= sum of interruptions[t-k] for k = 0 to longest-1"""
        return paused[t] <= total(interruptions[ago[step][t]] for step in range(LONGEST_PAUSE_H))

    @model.each_hour
    def a_block_between_interruptions(t: int) -> Expression:
        """sum_k interruptions[t-k] (k = 0 to block + penalty) <= burning[t-1] - sum_k starts[t-k] (k = 1 to block)"""
        # Whoever was interrupted that lately was so once, and with a block yet to burn is still in its run. Summed over
        # the year: at most hours / block - 1 interruptions a start when pauses last an hour.
        return total(interruptions[ago[step][t]] for step in range(between_h + 1)) <= old_enough(t)

    @model.each_hour
    def owed_follows(t: int) -> Expression:
        """owed[t] = owed[t-1] + paused[t] + penalty x interruptions[t] - (late[t-1] + late[t]) / 2"""
        made_up = 0.5 * (late[before[t]] + late[t])
        return owed[t] == owed[before[t]] + paused[t] + penalty_h * interruptions[t] - made_up

    @model.each_hour
    def owed_is_made_up_in_time(t: int) -> Expression:
        """owed[t] <= sum of paused[t-k] + penalty x interruptions[t-k] for k = 0 to hours - block + penalty - 1"""
        recent = [ago[step][t] for step in range(repaid_h)]
        return owed[t] <= total(paused[h] + penalty_h * interruptions[h] for h in recent)

    return Interruption(paused, interruptions, late)


def add_power_of_lit_units(model: Model, power: Any, burning: Any, paused: Any, mw_each: float) -> None:
    """Make the hourly *power* [MW] that of the units in their run which are not *paused*, *mw_each* of one."""
    before = model.grid.previous

    @model.each_hour
    def power_follows_lit_units(t: int) -> Expression:
        """power[t] = power of a unit x mean survival x ((burning[t-1] + burning[t]) / 2 - paused[t])"""
        return power[t] == mw_each * (0.5 * (burning[t] + burning[int(before[t])]) - paused[t])
