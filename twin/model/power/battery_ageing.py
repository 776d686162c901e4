"""How a year of use ages a battery: with the root of time and of cycles, until it is replaced.

References: ASTM E1049-85, section 5.4.4 (rainflow counting); Naumann et al. 2018 and 2020 (see
`twin.model.equipment.stores`). Losses that grow as k sqrt(x) add up in their squares while k changes, and the two
causes add to each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import floor, sqrt

import numpy as np
from numpy.typing import NDArray

from sites.air import KELVIN
from twin.model.equipment.stores import Battery, BatteryAgeing

Array = NDArray[np.float64]
GAS_CONSTANT_J_PER_MOL_K = 8.314462618
_SECONDS_PER_HOUR = 3600.0
_STILL = 1e-9  # changes of charge below it are rounding, not cycles


@dataclass(frozen=True)
class BatteryAge:
    """What a year of use does: cycles, and the shares of capacity lost after one year of it from new.

    *full_cycles_per_year* equivalent full ones; *deepest_cycle* (0 to 1); *calendar_loss* and *cycle_loss* of the first
    year, each growing with the square root of the years; *end_of_life_fraction* at which the battery is replaced.
    """

    full_cycles_per_year: float
    deepest_cycle: float
    calendar_loss: float
    cycle_loss: float
    end_of_life_fraction: float

    def remaining_fraction(self, years: Array | float) -> Array:
        """Capacity left of the new one after *years* of this use (any shape): 1 - (calendar + cycles) sqrt(years)."""
        return np.asarray(1.0 - (self.calendar_loss + self.cycle_loss) * np.sqrt(years))

    @property
    def end_of_life_years(self) -> float:
        """Years of this use until the end of life; infinite without ageing."""
        loss = self.calendar_loss + self.cycle_loss
        return ((1.0 - self.end_of_life_fraction) / loss) ** 2 if loss > 0 else float("inf")

    def replacement_years(self, battery: Battery, horizon_years: int) -> tuple[int, ...]:
        """Ends of the years after which the battery is replaced within *horizon_years*.

        After the last whole year before its end of life, at most *life_years* of *battery* (its electronics), and at
        least every year.
        """
        life = battery.life_years
        if self.end_of_life_years < life:
            life = max(1, floor(self.end_of_life_years + 1e-9))
        return tuple(range(life, horizon_years, life))


def rainflow(series: Array) -> tuple[Array, Array]:
    """Return the ranges of the cycles in a *series* (any unit, any length) and their counts, 1 or 0.5.

    Source: ASTM E1049-85, 5.4.4: a range that is no larger than the next is a cycle, half a one at the start.
    """
    ranges: list[float] = []
    counts: list[float] = []
    stack: list[float] = []
    for point in _turning_points(np.asarray(series, dtype=float)).tolist():
        stack.append(point)
        while len(stack) >= 3:
            newest, before = abs(stack[-1] - stack[-2]), abs(stack[-2] - stack[-3])
            if newest < before:
                break
            ranges.append(before)
            if len(stack) == 3:
                counts.append(0.5)
                del stack[0]
            else:
                counts.append(1.0)
                del stack[-3:-1]
    for left, right in pairwise(stack):
        ranges.append(abs(right - left))
        counts.append(0.5)
    return np.array(ranges), np.array(counts)


def _turning_points(series: Array) -> Array:
    """First and last value, and every one at which a series turns."""
    moves = np.diff(series)
    moving = np.flatnonzero(np.abs(moves) > _STILL)
    if moving.size == 0:
        return series[:1]
    points = np.append(series[moving], series[moving[-1] + 1])  # without standstill
    turns = np.diff(np.sign(moves[moving])) != 0
    return np.asarray(points[np.concatenate([[True], turns, [True]])])


def calendar_stress(ageing: BatteryAgeing, charge_fraction: Array, cell_c: Array | float) -> Array:
    """Loss by the square root of time [1/sqrt(s)] at a state of charge (0 to 1) and *cell_c* [C]: Arrhenius' law."""
    inverse = 1.0 / (np.asarray(cell_c, dtype=float) + KELVIN) - 1.0 / (ageing.reference_c + KELVIN)
    warmth = np.exp(-ageing.activation_energy_j_per_mol / GAS_CONSTANT_J_PER_MOL_K * inverse)
    of_charge = ageing.calendar_charge_cubic * (charge_fraction - 0.5) ** 3 + ageing.calendar_charge_constant
    return np.asarray(ageing.calendar_loss_per_sqrt_s * warmth * of_charge)


def cycle_stress(ageing: BatteryAgeing, depth: Array, rate_per_h: float) -> Array:
    """Loss by the square root of full cycles of *depth* (0 to 1) at *rate_per_h*, capacities an hour."""
    of_rate = ageing.cycle_rate_slope_h * rate_per_h + ageing.cycle_rate_constant
    return np.asarray(of_rate * (ageing.cycle_depth_cubic * (depth - 0.6) ** 3 + ageing.cycle_depth_constant) / 100.0)


def age_of_year(ageing: BatteryAgeing, charge_fraction: Array, cell_c: Array | float = 25.0) -> BatteryAge:
    """Return what a year of hourly *charge_fraction* (0 to 1, ends of hours, repeated year by year) does to a battery.

    Parameters: *cell_c* of the cells [C], one or by hour. Calendar: sum of stress2 x 3600 s over the hours; cycles:
    sum of stress2 x depth x count over the rainflow cycles, at the mean rate of the hours in which charge moves,
    weighted by how far. The year begins at its highest charge, so that every cycle closes.
    """
    charge = np.asarray(charge_fraction, dtype=float)
    # a year of any number of hours: what an hour does counts for 8760 / hours of it
    per_year = 8760.0 / charge.size
    stress = np.broadcast_to(calendar_stress(ageing, charge, cell_c), charge.shape)
    calendar = float(np.sum(stress**2)) * _SECONDS_PER_HOUR * per_year
    top = int(charge.argmax())
    round_trip = np.concatenate([charge[top:], charge[: top + 1]])
    depth, count = rainflow(round_trip)
    moved = np.abs(np.diff(round_trip))
    rate = float((moved**2).sum() / moved.sum()) if moved.sum() > _STILL else 0.0
    full_cycles = depth * count
    cycles = float(np.sum(cycle_stress(ageing, depth, rate) ** 2 * full_cycles)) * per_year
    return BatteryAge(
        full_cycles_per_year=float(full_cycles.sum()) * per_year,
        deepest_cycle=float(depth.max()) if depth.size else 0.0,
        calendar_loss=sqrt(calendar),
        cycle_loss=sqrt(cycles),
        end_of_life_fraction=ageing.end_of_life_fraction,
    )
