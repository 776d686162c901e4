"""Air-cooled chillers on EnergyPlus/DOE-2 curves, and the chords by which a linear model sees them.

Equations: Chiller:Electric:EIR of EnergyPlus (Engineering Reference); temperatures are held inside the curves' range.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twin.model.equipment.chillers import Chiller

Array = NDArray[np.float64]
CHORD_POINTS = (0.7,)  # between the best part load and full load


def _biquadratic(curve: tuple[float, ...], x: float, y: Array) -> Array:
    a, b, c, d, e, f = curve
    return np.asarray(a + b * x + c * x * x + d * y + e * y * y + f * x * y)


def available_kw_th(chiller: Chiller, outdoor_c: Array) -> Array:
    """Cooling one chiller can deliver [kW_th] at *outdoor_c* [C]: Qref CAPFT(supply, outdoor)."""
    held = np.clip(outdoor_c, chiller.outdoor_low_c, chiller.outdoor_high_c)
    return chiller.capacity_kw_th * _biquadratic(chiller.capacity_curve, chiller.supply_c, held)


def full_load_ratio(chiller: Chiller, outdoor_c: Array) -> Array:
    """Electricity per cooling at full load [kW/kW_th] at *outdoor_c* [C]: EIRFT(supply, outdoor) / COP."""
    held = np.clip(outdoor_c, chiller.outdoor_low_c, chiller.outdoor_high_c)
    return _biquadratic(chiller.power_temperature_curve, chiller.supply_c, held) / chiller.cop


def part_load(chiller: Chiller, ratio: Array) -> Array:
    """Share of full-load power at part-load *ratio* (0 to 1): EIRFPLR."""
    a, b, c = chiller.power_part_load_curve
    return np.asarray(a + b * ratio + c * ratio * ratio)


def best_part_load(chiller: Chiller) -> float:
    """Part-load ratio at which a chiller of this curve needs least power per cooling: sqrt(a/c), at most 1."""
    a, _, c = chiller.power_part_load_curve
    return float(min(1.0, np.sqrt(a / c))) if c > 0 and a > 0 else 1.0


def chords(chiller: Chiller) -> list[tuple[float, float]]:
    """Return (constant, slope) of lines whose maximum is the part-load power of a bank of chillers.

    With u the load over the capacity of all installed units, power over full power is at least max(constant + slope u).
    Below the best part load, units switch off and the line goes through the origin; above, chords of the convex curve.
    A plant file whose curve is not convex and rising is refused: no chord would follow it.
    """
    best = best_part_load(chiller)
    points = [best, *(point for point in CHORD_POINTS if point > best + 0.05), *([1.0] if best < 1.0 else [])]
    heights = part_load(chiller, np.array(points))
    lines = [(0.0, float(heights[0]) / best)]
    for left, right, low, high in zip(points, points[1:], heights, heights[1:], strict=False):
        slope = float(high - low) / (right - left)
        lines.append((float(low) - slope * left, slope))
    return lines


def bank_power_kw(chiller: Chiller, units: int, load_kw_th: Array, outdoor_c: Array) -> tuple[Array, Array]:
    """Power [kW] of *units* sharing *load_kw_th* equally, as many running as use least, and the unserved load [kW_th].

    The true curves: what the play-back uses. Load above capacity is returned as unserved.
    """
    each = available_kw_th(chiller, outdoor_c)
    served = np.minimum(load_kw_th, units * each)
    power = np.full_like(served, np.inf)
    for running in range(1, units + 1):
        ratio = served / (running * each)
        cost = running * each * full_load_ratio(chiller, outdoor_c) * part_load(chiller, np.minimum(ratio, 1.0))
        power = np.where((ratio <= 1.0 + 1e-12) & (cost < power), cost, power)
    power = np.where(served > 0, power, 0.0)
    return np.where(np.isfinite(power), power, 0.0), np.asarray(load_kw_th - served)
