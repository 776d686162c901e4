"""Towers and dry coolers as a linear model sees them: a line for each hour at a guessed load, and how far it errs.

A fan's power is nearly the cube of its heat, so that no line serves all loads; about a guess it does. The plan is
solved, simulated with the true curves at its own loads, and solved once more with lines about those.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Floats
from twin.model.equipment.dry_coolers import DryCooler
from twin.model.equipment.towers import CoolingTower
from twin.model.thermal import cooling_tower, dry_cooler
from twin.model.thermal.outdoor_air import OutdoorAir

STEP = 0.05  # of the guess, to either side: the slope there, without the kinks of a single point

Rejection = Callable[[Floats], tuple[Floats, Floats]]
"""From heat [kW_th] to fan power [kW] and leaving water [C], hourly."""


@dataclass(frozen=True)
class RejectionLine:
    """Hourly coefficients about *guess_kw_th*: fan_kw = constant + slope x heat, leaving_c = guess's + slope x change.

    *fan_kw_per_kw_th* is fan power over heat at the guess, the coarser form without a constant.
    """

    guess_kw_th: Floats
    fan_constant_kw: Floats
    fan_slope_kw_per_kw_th: Floats
    fan_kw_per_kw_th: Floats
    leaving_c: Floats
    leaving_slope_k_per_kw_th: Floats

    def fan_kw(self, heat_kw_th: ArrayLike) -> Floats:
        """Fan power [kW] by the line, not below nil."""
        power = self.fan_constant_kw + self.fan_slope_kw_per_kw_th * np.asarray(heat_kw_th, dtype=float)
        return np.asarray(np.maximum(power, 0.0))

    def leaving_water_c(self, heat_kw_th: ArrayLike) -> Floats:
        """Leaving water [C] by the line: what a chiller's condenser gets."""
        change = np.asarray(heat_kw_th, dtype=float) - self.guess_kw_th
        return np.asarray(self.leaving_c + self.leaving_slope_k_per_kw_th * change)


@dataclass(frozen=True)
class LineError:
    """How a line errs against the true curves: of the year's fan energy, of its peak, and of leaving water [K]."""

    annual_fraction: float
    peak_fraction: float
    rms_fraction_of_mean: float
    rms_leaving_k: float
    worst_leaving_k: float


def tower_rejection(tower: CoolingTower, water_kg_per_s: ArrayLike, outdoor: OutdoorAir) -> Rejection:
    """Return the true curves of *tower* with *water_kg_per_s* [kg/s] in this outdoor air."""

    def rejection(heat_kw_th: Floats) -> tuple[Floats, Floats]:
        found = cooling_tower.reject_heat(tower, heat_kw_th, water_kg_per_s, outdoor)
        return found.fan_kw, found.leaving_c

    return rejection


def dry_cooler_rejection(cooler: DryCooler, water_kg_per_s: ArrayLike, outdoor: OutdoorAir) -> Rejection:
    """Return the true curves of *cooler* with *water_kg_per_s* [kg/s] in this outdoor air."""

    def rejection(heat_kw_th: Floats) -> tuple[Floats, Floats]:
        found = dry_cooler.reject_heat(cooler, heat_kw_th, water_kg_per_s, outdoor)
        return found.fan_kw, found.leaving_c

    return rejection


def rejection_line(rejection: Rejection, guess_kw_th: ArrayLike, least_kw_th: float = 1.0) -> RejectionLine:
    """Return the lines about *guess_kw_th* [kW_th, hourly]; loads below *least_kw_th* are guessed as that.

    Through the true values at the guess, with the mean slope over 5 % to either side, or that of the upper side where
    it is the smaller one.
    """
    guess = np.maximum(np.asarray(guess_kw_th, dtype=float), least_kw_th)
    fan, leaving = rejection(guess)
    (low_fan, low_leaving), (high_fan, high_leaving) = (rejection(guess * side) for side in (1.0 - STEP, 1.0 + STEP))
    slope = (high_fan - low_fan) / (2.0 * STEP * guess)
    # Near full speed the power rises no further: the slope to that side keeps the peak right.
    slope = np.where(high_fan - fan < fan - low_fan, (high_fan - fan) / (STEP * guess), slope)
    return RejectionLine(
        guess_kw_th=guess,
        fan_constant_kw=np.asarray(fan - slope * guess),
        fan_slope_kw_per_kw_th=np.asarray(slope),
        fan_kw_per_kw_th=np.asarray(fan / guess),
        leaving_c=leaving,
        leaving_slope_k_per_kw_th=np.asarray((high_leaving - low_leaving) / (2.0 * STEP * guess)),
    )


def line_error(line: RejectionLine, rejection: Rejection, heat_kw_th: ArrayLike) -> LineError:
    """Return how *line* errs at the loads *heat_kw_th* [kW_th] that really came; signs: line less true.

    Fractions are nil for fans that never ran.
    """
    heat = np.asarray(heat_kw_th, dtype=float)
    true_fan, true_leaving = rejection(heat)
    fan, off = line.fan_kw(heat), line.leaving_water_c(heat) - true_leaving
    energy, peak = float(true_fan.sum()), float(true_fan.max())
    runs = energy > 0
    return LineError(
        annual_fraction=(float(fan.sum()) - energy) / energy if runs else 0.0,
        peak_fraction=(float(fan.max()) - peak) / peak if runs else 0.0,
        rms_fraction_of_mean=float(np.sqrt(np.mean((fan - true_fan) ** 2))) / (energy / heat.size) if runs else 0.0,
        rms_leaving_k=float(np.sqrt(np.mean(off**2))),
        worst_leaving_k=float(np.abs(off).max()),
    )
