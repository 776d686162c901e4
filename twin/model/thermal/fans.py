"""Fans: power by flow with static pressure and frequency drive, and how many of them run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites import air
from twin.model.equipment.air_side import Fan
from twin.model.thermal.numeric import refuse_nan

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
DENSITY_STEPS = 5
CURVE_STEPS = 2000  # of the grid on which the curve's best point is found


def drive_efficiency(fan: Fan, load_fraction: Array) -> Array:
    """Efficiency of the frequency drive at *load_fraction* of the fan's shaft power: c1 y / (c2 + y) + c3 y; 1 without.

    Source: the rational form by which EnergyPlus describes drives (Fan:ComponentModel, Curve:RectangularHyperbola2).
    """
    if fan.drive_efficiency_curve is None:
        return np.ones_like(load_fraction)
    c1, c2, c3 = fan.drive_efficiency_curve
    return np.asarray(c1 * load_fraction / (c2 + load_fraction) + c3 * load_fraction)


def running_power_fraction(fan: Fan, flow_fraction: Array, density_kg_m3: Array | None = None) -> Array:
    """Power of a running fan over its design power, at *flow_fraction* (0 to 1) of its design flow.

    Shaft power y = a + (1 - a) (s x + (1 - s) x^c rho / rho_d): a the standby fraction, s the static share of the
    pressure, c the exponent (3 by the laws of similarity), rho the air's density [kg/m3] (default: the design's).
    With s = 0 this is P/Pd = a + b x^c. Electricity is y over the drive's efficiency at y; its value at x = 1 and
    design density is 1. With c1, c2 > 0 and c3 <= 0 of the drive it is convex and rising in x.
    Source: fan laws (ASHRAE Handbook HVAC Systems and Equipment, chapter Fans).
    """
    a, s = fan.standby_fraction, fan.static_share
    thinner = 1.0 if density_kg_m3 is None else density_kg_m3 / fan.density_kg_m3
    shaft = a + (1.0 - a) * (s * flow_fraction + (1.0 - s) * flow_fraction**fan.exponent * thinner)
    if fan.drive_efficiency_curve is None:
        return np.asarray(shaft)
    c1, c2, c3 = fan.drive_efficiency_curve
    # y / eta(y) with y cancelled, which holds at y = 0, too
    return np.asarray((c2 + shaft) / (c1 + c3 * (c2 + shaft)) * (c1 / (c2 + 1.0) + c3))


def power_fraction(fan: Fan, flow_fraction: Array, density_kg_m3: Array | None = None) -> Array:
    """Mean power over design power at *flow_fraction* (0 to 1): below its least speed the fan goes on and off.

    f(max(x, least)) x min(1, x / least), f being `running_power_fraction`.
    """
    least = fan.least_flow_fraction
    on_share = np.minimum(flow_fraction / least, 1.0)
    return running_power_fraction(fan, np.maximum(flow_fraction, least), density_kg_m3) * on_share


def best_flow_fraction(fan: Fan, density_kg_m3: float | None = None) -> float:
    """Share of its design flow at which a running fan needs least power for its air: the least of f(x) / x."""
    steps = np.linspace(fan.least_flow_fraction, 1.0, CURVE_STEPS + 1)
    density = None if density_kg_m3 is None else np.array(density_kg_m3)
    return float(steps[np.argmin(running_power_fraction(fan, steps, density) / steps)])


def running_fans(fan: Fan, installed: int, flow_m3_per_s: Array, density_kg_m3: Array | None = None) -> Counts:
    """How many of *installed* equal fans run, sharing *flow_m3_per_s* [m3/s] with least power; 0 where no air is asked.

    n f(q / n) is convex in n, so that the best whole number lies beside the best real one (one more is tried on either
    side, as that one is interpolated in density [kg/m3]). Where the flow is more than all of them move, all run.
    Raises `ValueError` for inputs that are not numbers.
    """
    refuse_nan(flow_m3_per_s=flow_m3_per_s)
    if density_kg_m3 is not None:
        refuse_nan(density_kg_m3=density_kg_m3)
    if np.size(flow_m3_per_s) == 0:
        return np.zeros(np.shape(flow_m3_per_s), dtype=np.int64)
    wanted = np.maximum(flow_m3_per_s, 0.0) / fan.flow_m3_per_s
    if density_kg_m3 is None:
        ideal = wanted / best_flow_fraction(fan)
    else:
        densities = np.linspace(np.min(density_kg_m3), np.max(density_kg_m3), DENSITY_STEPS)
        ideal = wanted / np.interp(density_kg_m3, densities, [best_flow_fraction(fan, one) for one in densities])
    # a hair more than the whole number is that number: the flow may have been found from it
    fewest = np.maximum(np.ceil(wanted - 1e-9), 1.0)
    best, least_cost = fewest, np.full(np.shape(wanted), np.inf)
    for offset in range(-1, 3):
        count = np.clip(np.floor(ideal) + offset, fewest, np.maximum(fewest, installed))
        cost = count * power_fraction(fan, np.minimum(wanted / count, 1.0), density_kg_m3)
        best, least_cost = np.where(cost < least_cost, count, best), np.minimum(cost, least_cost)
    return np.where(wanted > 0, np.minimum(best, installed), 0).astype(np.int64)


@dataclass(frozen=True)
class FanOperation:
    """A bank of fans at work: *running* of them, *power_kw*, *flow_m3_per_s* moved and *short_m3_per_s* not moved."""

    running: Counts
    power_kw: Array
    flow_m3_per_s: Array
    short_m3_per_s: Array


def operate_fans(
    fan: Fan,
    installed: int,
    flow_m3_per_s: Array,
    density_kg_m3: Array | None = None,
    added_pa: Array | float = 0.0,
) -> FanOperation:
    """Return how *installed* equal fans move *flow_m3_per_s* [m3/s] of air of *density_kg_m3* [kg/m3, default design].

    As many run as need least power; what they cannot move is returned as short. *added_pa* [Pa] is resistance on top
    of the system's own at that flow, such as wet pads: it takes dp V / efficiency more.
    """
    running = running_fans(fan, installed, flow_m3_per_s, density_kg_m3)
    moved = np.minimum(np.maximum(flow_m3_per_s, 0.0), running * fan.flow_m3_per_s)
    each = moved / (np.maximum(running, 1) * fan.flow_m3_per_s)
    power_kw = running * fan.power_kw * power_fraction(fan, each, density_kg_m3)
    added_kw = added_pa / fan.pressure_pa * fan.power_kw * moved / fan.flow_m3_per_s
    return FanOperation(running, np.asarray(power_kw + added_kw), moved, np.maximum(flow_m3_per_s - moved, 0.0))


def fan_rise_k(fan: Fan, power_kw: Array, dry_air_kg_per_s: Array, humidity_ratio: Array) -> Array:
    """How much a fan's heat warms its air [K]: share x P / (m (1.006 + 1.86 w)); nil where no air flows."""
    capacity = dry_air_kg_per_s * air.heat_capacity_kj_per_kg_k(humidity_ratio)
    heat = fan.heat_to_air_fraction * power_kw
    return np.divide(heat, capacity, out=np.zeros(np.broadcast_shapes(heat.shape, capacity.shape)), where=capacity > 0)


def similar_fan(fan: Fan, *, speed_ratio: float = 1.0, diameter_ratio: float = 1.0, density_ratio: float = 1.0) -> Fan:
    """Return the fan of the same form at another speed, diameter and density (ratios new to old).

    Laws of similarity: V ~ n d^3, p ~ rho n^2 d^2 and so P ~ rho n^3 d^5. Raises `ValueError` for a ratio not above 0.
    """
    if min(speed_ratio, diameter_ratio, density_ratio) <= 0:
        raise ValueError("give ratios above 0")
    changed = {
        "flow_m3_per_s": fan.flow_m3_per_s * speed_ratio * diameter_ratio**3,
        "pressure_pa": fan.pressure_pa * density_ratio * speed_ratio**2 * diameter_ratio**2,
        "density_kg_m3": fan.density_kg_m3 * density_ratio,
    }
    return Fan.model_validate(fan.model_dump() | changed)
