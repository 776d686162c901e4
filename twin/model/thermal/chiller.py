"""One chiller on EnergyPlus/DOE-2 curves: what it delivers, needs and rejects, and the chords of a bank of them.

Equations: Chiller:Electric:EIR of EnergyPlus 25.2 (Engineering Reference, "Electric Chiller Model Based on Condenser
Entering Temperature"; source ChillerElectricEIR.cc). Temperatures are held inside the curves' ranges, as there; the
hours in which that happens are found by `outside_curves` and told by `range_warnings`. What enters the condenser is
outdoor air for an air-cooled chiller and condenser water for a water-cooled one. Banks: `chiller_bank`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.model.chords import Line, bank_chords_through
from twin.model.equipment.chillers import Chiller
from twin.model.thermal.numeric import refuse_nan

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]
SOME_FALL = 1e-3  # of the power: less is no matter for a plan
CHORD_POINTS = (0.7,)  # between the best part load and full load


@dataclass(frozen=True)
class ChillerOperation:
    """What chillers do, hour by hour (arrays of one shape).

    *available_kw_th* cooling they could deliver at rated load; *served_kw_th* what they do, *unserved_kw_th* the rest;
    *part_load_ratio* at which a machine runs while it runs, and *cycling_ratio*, the share of the hour in which it
    does; *power_kw* of the compressors and *condenser_fan_kw* of fans that the COP does not hold; *false_load_kw_th*
    hot gas that makes up the load of a machine that cannot unload further; *condenser_heat_kw_th* given to air or
    water by the condensers and *room_heat_kw_th* to the plant room.
    """

    available_kw_th: Array
    served_kw_th: Array
    unserved_kw_th: Array
    part_load_ratio: Array
    cycling_ratio: Array
    power_kw: Array
    condenser_fan_kw: Array
    false_load_kw_th: Array
    condenser_heat_kw_th: Array
    room_heat_kw_th: Array

    @property
    def electricity_kw(self) -> Array:
        """Electricity [kW] of compressors and condenser fans."""
        return np.asarray(self.power_kw + self.condenser_fan_kw)


@dataclass(frozen=True)
class OutsideCurves:
    """Hours in which a temperature lies outside the range of the curves and is held at its end."""

    supply_low: Mask
    supply_high: Mask
    condenser_low: Mask
    condenser_high: Mask

    @property
    def any(self) -> Mask:
        """Hours in which at least one of the temperatures is held."""
        return np.asarray(self.supply_low | self.supply_high | self.condenser_low | self.condenser_high)


def _biquadratic(curve: tuple[float, ...], limits: tuple[float, ...] | None, x: Array | float, y: Array) -> Array:
    a, b, c, d, e, f = curve
    value = np.asarray(a + b * x + c * x * x + d * y + e * y * y + f * x * y)
    return value if limits is None else np.clip(value, limits[0], limits[1])


def _supply_range_c(chiller: Chiller) -> tuple[float, float]:
    low, high = chiller.supply_low_c, chiller.supply_high_c
    return -np.inf if low is None else low, np.inf if high is None else high


def _held(chiller: Chiller, supply_c: Array | float | None, condenser_c: Array) -> tuple[Array | float, Array]:
    """The two temperatures inside the ranges of the curves; the supply that of the plant file where none is given."""
    supply = np.clip(chiller.supply_c if supply_c is None else supply_c, *_supply_range_c(chiller))
    return supply, np.clip(condenser_c, *chiller.condenser_range_c)


def outside_curves(chiller: Chiller, supply_c: Array | float, condenser_c: Array) -> OutsideCurves:
    """Return the hours in which leaving water or what enters the condenser [C] is outside the range of the curves."""
    supply, condenser = np.broadcast_arrays(np.asarray(supply_c, dtype=float), np.asarray(condenser_c, dtype=float))
    (supply_low, supply_high), (low, high) = _supply_range_c(chiller), chiller.condenser_range_c
    return OutsideCurves(supply < supply_low, supply > supply_high, condenser < low, condenser > high)


def range_warnings(
    chiller: Chiller, supply_c: Array | float, condenser_c: Array, running: Mask | None = None
) -> list[str]:
    """Say of how many hours, and how far, the curves know nothing: one sentence for each end that is passed.

    Parameters: *supply_c* leaving chilled water and *condenser_c* entering condenser air or water [C]; *running* the
    hours that count (all where not given). Nothing to say gives an empty list.
    """
    found = outside_curves(chiller, supply_c, condenser_c)
    supply, condenser = np.broadcast_arrays(np.asarray(supply_c, dtype=float), np.asarray(condenser_c, dtype=float))
    counts = np.broadcast_to(True if running is None else running, supply.shape)
    entering = "outdoor air" if chiller.condenser == "air" else "entering condenser water"
    (supply_low, supply_high), (low, high) = _supply_range_c(chiller), chiller.condenser_range_c
    ends = (
        (found.supply_low, supply, "leaving chilled water", "coldest", supply_low, "capacity may be overstated"),
        (found.supply_high, supply, "leaving chilled water", "warmest", supply_high, "capacity may be understated"),
        (found.condenser_low, condenser, entering, "coldest", low, "power may be overstated"),
        (found.condenser_high, condenser, entering, "warmest", high, "power is understated and capacity overstated"),
    )
    told = []
    for mask, values, what, worst, end, effect in ends:
        hours = mask & counts
        if hours.any():
            extreme = values[hours].min() if worst == "coldest" else values[hours].max()
            told.append(
                f"{chiller.name}: {what} is outside the chiller's curves in {np.count_nonzero(hours)} of "
                f"{np.count_nonzero(counts)} hours ({worst} {extreme:.1f} C, curves end at {end:g} C); "
                f"held there, {effect}"
            )
    return told


def available_kw_th(chiller: Chiller, outdoor_c: Array, supply_c: Array | float | None = None) -> Array:
    """Cooling one chiller can deliver [kW_th]: Qref CAPFT(supply, condenser).

    *outdoor_c* is what enters the condenser [C], condenser water for a water-cooled chiller; *supply_c* the leaving
    chilled water [C], that of the plant file where not given.
    """
    supply, condenser = _held(chiller, supply_c, outdoor_c)
    return chiller.capacity_kw_th * _biquadratic(
        chiller.capacity_curve, chiller.capacity_curve_limits, supply, condenser
    )


def full_load_ratio(chiller: Chiller, outdoor_c: Array, supply_c: Array | float | None = None) -> Array:
    """Electricity per cooling at full load [kW/kW_th]: EIRFT(supply, condenser) / COP; see `available_kw_th`."""
    supply, condenser = _held(chiller, supply_c, outdoor_c)
    limits = chiller.power_temperature_curve_limits
    return _biquadratic(chiller.power_temperature_curve, limits, supply, condenser) / chiller.cop


def part_load(chiller: Chiller, ratio: Array) -> Array:
    """Share of full-load power at part-load *ratio* (0 to 1): EIRFPLR."""
    a, b, c = chiller.power_part_load_curve
    return np.asarray(a + b * ratio + c * ratio * ratio)


def cycling_ratio(chiller: Chiller, ratio: Array) -> Array:
    """Share of the hour in which a chiller of part-load *ratio* runs: min(1, PLR / PLRmin)."""
    least = chiller.minimum_part_load_ratio
    return np.asarray(np.minimum(1.0, ratio / least)) if least > 0 else np.ones_like(ratio)


def running_part_load(chiller: Chiller, ratio: Array) -> Array:
    """Share of full-load power of a chiller that cycles and unloads: EIRFPLR(max(PLR, PLRunload)) min(1, PLR/PLRmin).

    *ratio* is load over available capacity (any shape). Without the two limits it is `part_load`.
    """
    unloaded = part_load(chiller, np.maximum(ratio, chiller.minimum_unloading_ratio))
    return unloaded * cycling_ratio(chiller, ratio) if chiller.minimum_part_load_ratio > 0 else unloaded


def chiller_power(
    chiller: Chiller, load_kw_th: Array, supply_c: Array | float, condenser_c: Array, running: Array | Counts | int = 1
) -> ChillerOperation:
    """Return what *running* identical chillers that share a load equally do in each hour.

    Parameters, of one shape or broadcasting: *load_kw_th* of all [kW_th], *supply_c* leaving chilled water [C],
    *condenser_c* outdoor air or condenser water that enters the condenser [C], *running* machines (whole numbers).

    With Qav = Qref CAPFT(Ts, Tc) of one machine and PLR = min(Q / (n Qav), PLRmax):
    P = n Qav EIRFT(Ts, Tc) / COP x EIRFPLR(max(PLR, PLRunload)) x min(1, PLR / PLRmin); condenser heat = Q + r P,
    r the compressor's share that leaves there; false load = n Qav max(PLR, PLRunload) min(1, PLR / PLRmin) - Q.
    EnergyPlus adds the false load to the condenser's heat too, as if it came from outside the machine; the hot gas
    circulates, so here it is told apart and the balance Q + P = condenser + room closes.

    Source: EnergyPlus 25.2, Chiller:Electric:EIR. The supply temperature is that of both curves; where load is
    unserved EnergyPlus lets it float. Raises `ValueError` for inputs that are not numbers and for *running* below 0.
    """
    refuse_nan(load_kw_th=load_kw_th, supply_c=supply_c, condenser_c=condenser_c, running=running)
    if (np.asarray(running) < 0).any():
        raise ValueError(f"{np.min(running):g} chillers running: give 0 or more")
    load, supply, condenser, count = np.broadcast_arrays(
        np.maximum(np.asarray(load_kw_th, dtype=float), 0.0),
        np.asarray(supply_c, dtype=float),
        np.asarray(condenser_c, dtype=float),
        np.asarray(running, dtype=float),
    )
    available = count * np.maximum(available_kw_th(chiller, condenser, supply), 0.0)
    full = np.maximum(full_load_ratio(chiller, condenser, supply), 0.0)
    served = np.minimum(load, available * chiller.maximum_part_load_ratio)
    is_on = served > 0.0
    ratio = np.divide(served, available, out=np.zeros_like(served), where=is_on)
    share = np.where(is_on, cycling_ratio(chiller, ratio), 0.0)
    unloaded = np.where(is_on, np.maximum(ratio, chiller.minimum_unloading_ratio), 0.0)
    asked = np.maximum(ratio, chiller.minimum_part_load_ratio)  # by the load while the machine runs
    power = np.where(is_on, available * full * running_part_load(chiller, ratio), 0.0)
    fans = count * chiller.capacity_kw_th * chiller.condenser_fan_kw_per_kw_th * share
    heat = chiller.compressor_heat_to_condenser_fraction * power
    return ChillerOperation(
        available_kw_th=available,
        served_kw_th=served,
        unserved_kw_th=load - served,
        part_load_ratio=unloaded,
        cycling_ratio=share,
        power_kw=power,
        condenser_fan_kw=fans,
        false_load_kw_th=np.where(is_on, available * share * (unloaded - asked), 0.0),
        condenser_heat_kw_th=served + heat,
        room_heat_kw_th=power - heat,
    )


def falls_when_warmer(chiller: Chiller) -> tuple[float, float] | None:
    """Highest load at which a warmer condenser takes less power, and by how much at the most; None where it never does.

    Both as shares, the load of what the chiller delivers with its condenser warmest. Such curves are measured ones all
    the same: capacity falls so fast that what idling takes, which goes with it, falls more than the rest rises.
    """
    condenser = np.linspace(*chiller.condenser_range_c, 101)[None, :]
    each, full = available_kw_th(chiller, condenser), full_load_ratio(chiller, condenser)
    shares = np.linspace(0.1, 1.0, 46)[:, None]
    power = each * full * running_part_load(chiller, shares * each.min() / each)
    fall = 1.0 - (power / np.maximum.accumulate(power, axis=1)).min(axis=1)
    falls = fall > SOME_FALL
    return (float(shares[falls].max()), float(fall.max())) if falls.any() else None


def best_part_load(chiller: Chiller) -> float:
    """Part-load ratio at which a chiller of this curve needs least power per cooling: sqrt(a/c), at most 1.

    Never below the ratio to which it can unload: less load needs the same power.
    """
    a, _, c = chiller.power_part_load_curve
    best = float(min(1.0, np.sqrt(a / c))) if c > 0 and a > 0 else 1.0
    return max(best, chiller.minimum_unloading_ratio)


def chords(chiller: Chiller) -> tuple[Line, ...]:
    """Return (constant, slope) of lines whose maximum is the part-load power of a bank of chillers.

    With u the load over the capacity of all installed units, power over full power is at least max(constant + slope u).
    Below the best part load, units switch off and the line goes through the origin; above, chords of the convex curve.
    A plant file whose curve is not convex and rising is refused: no chord would follow it.
    """
    best = best_part_load(chiller)
    points = [best, *(point for point in CHORD_POINTS if point > best + 0.05), *([1.0] if best < 1.0 else [])]
    return bank_chords_through(lambda ratio: part_load(chiller, ratio), points, chiller.name)


def bank_running(chiller: Chiller, units: int, load_kw_th: Array, outdoor_c: Array) -> Counts:
    """How many of *units* share *load_kw_th* with least power, none loaded above 1; 0 in hours without load."""
    each = available_kw_th(chiller, outdoor_c)
    served = np.minimum(load_kw_th, units * each)
    least = np.full_like(served, np.inf)
    best: Counts = np.zeros(served.shape, dtype=np.int64)
    for running in range(1, units + 1):
        ratio = served / (running * each)
        power = running * running_part_load(chiller, np.minimum(ratio, 1.0))
        better = (served > 0) & (ratio <= 1.0 + 1e-12) & (power < least)
        least, best = np.where(better, power, least), np.where(better, running, best)
    return best


def bank_power_kw(chiller: Chiller, units: int, load_kw_th: Array, outdoor_c: Array) -> tuple[Array, Array]:
    """Power [kW] of *units* sharing *load_kw_th* equally, as many running as use least, and the unserved load [kW_th].

    The true curves: what the play-back uses. Load above capacity is returned as unserved; no unit is loaded above 1,
    even where its maximum part-load ratio would let it.
    """
    each = available_kw_th(chiller, outdoor_c)
    served = np.minimum(load_kw_th, units * each)
    running = bank_running(chiller, units, load_kw_th, outdoor_c)
    ratio = np.minimum(served / (np.maximum(running, 1) * each), 1.0)
    power = running * each * full_load_ratio(chiller, outdoor_c) * running_part_load(chiller, ratio)
    return np.asarray(power), np.asarray(load_kw_th - served)
