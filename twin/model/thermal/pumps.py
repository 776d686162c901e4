"""Pumps of chilled and condenser water: power at part flow, and the heat that it becomes.

Equations: Pump:ConstantSpeed and Pump:VariableSpeed of EnergyPlus (Engineering Reference, "Simple Pumps"), with the
hydraulic power of a system of static and friction head as a third form. The power at the shaft ends as heat in the
water; what motor and drive lose warms the room, or the water in a wet motor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.model.equipment.pumps import Pump
from twin.model.thermal.numeric import refuse_nan
from twin.model.thermal.water import VOLUME_KJ_PER_M3_K

Array = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class PumpOperation:
    """What pumps do, hour by hour: *flow_m3_per_s* delivered, *unserved_m3_per_s* asked beyond design flow, *power_kw*
    of electricity, and where it goes, *fluid_heat_kw_th* and *room_heat_kw_th*."""

    flow_m3_per_s: Array
    unserved_m3_per_s: Array
    power_kw: Array
    fluid_heat_kw_th: Array
    room_heat_kw_th: Array


def design_power_kw(pump: Pump) -> float:
    """Electricity of a pump at its design point [kW]: V H / (pump x motor x drive efficiency)."""
    efficiency = pump.pump_efficiency * pump.motor_efficiency * pump.drive_efficiency
    return pump.design_flow_m3_per_s * pump.design_head_pa / efficiency / 1000.0


def power_fraction(pump: Pump, flow_fraction: Array) -> Array:
    """Power of a running pump over its design power at *flow_fraction* of its design flow (any shape, 0 to 1).

    Constant speed: 1. Variable speed: the part-load curve or power law of the plant file; without either, hydraulic
    power x (s + (1 - s) x2) at constant efficiency, s the static share of the head: the cube law where there is none.
    """
    x: Array = np.clip(flow_fraction, pump.least_flow_fraction, 1.0)
    if pump.speed == "constant":
        return np.ones_like(x)
    if pump.power_law is not None:
        a, b, c = pump.power_law
        return np.asarray(a + b * np.power(x, c))
    static = pump.static_head_pa / pump.design_head_pa
    c1, c2, c3, c4 = (0.0, static, 0.0, 1.0 - static) if pump.part_load_curve is None else pump.part_load_curve
    return np.asarray(c1 + x * (c2 + x * (c3 + x * c4)))


def pump_operation(pump: Pump, flow_m3_per_s: Array, running: Array | Counts | int = 1) -> PumpOperation:
    """Return what *running* identical pumps that share a flow equally do in each hour.

    Parameters, of one shape or broadcasting: *flow_m3_per_s* of all [m3/s], *running* pumps (whole numbers). Without
    flow or pumps nothing runs; below the least flow of a pump the rest goes through a bypass, at its power. Pumps of
    constant speed take their design power, throttled or not: what a valve saves on the pump's curve is not counted.
    Raises `ValueError` for inputs that are not numbers and for *running* below 0.
    """
    refuse_nan(flow_m3_per_s=flow_m3_per_s, running=running)
    if (np.asarray(running) < 0).any():
        raise ValueError(f"{np.min(running):g} pumps running: give 0 or more")
    asked, count = np.broadcast_arrays(
        np.maximum(np.asarray(flow_m3_per_s, dtype=float), 0.0), np.asarray(running, dtype=float)
    )
    most = count * pump.design_flow_m3_per_s
    flow = np.minimum(asked, most)
    fraction = np.divide(flow, most, out=np.zeros_like(flow), where=most > 0.0)
    power = np.where(flow > 0.0, count * design_power_kw(pump) * power_fraction(pump, fraction), 0.0)
    shaft = power * pump.motor_efficiency * pump.drive_efficiency
    fluid = shaft + pump.motor_heat_to_fluid_fraction * (power - shaft)
    return PumpOperation(flow, asked - flow, power, fluid, power - fluid)


def flow_for_heat_m3_per_s(heat_kw_th: Array, rise_k: Array | float) -> Array:
    """Water that carries *heat_kw_th* [kW_th] at a *rise_k* of its temperature [K]: Q / (rho cp dT) [m3/s].

    Raises `ValueError` for a rise that is not above 0: no flow carries heat without one.
    """
    if not np.all(np.asarray(rise_k) > 0.0):
        raise ValueError(f"a rise of {np.min(rise_k):g} K: give more than 0")
    return np.asarray(heat_kw_th / (VOLUME_KJ_PER_M3_K * rise_k))


def temperature_rise_k(heat_kw_th: Array, flow_m3_per_s: Array) -> Array:
    """Rise [K] of a *flow_m3_per_s* of water [m3/s] that takes up *heat_kw_th* [kW_th]; nil without flow."""
    heat, flow = np.broadcast_arrays(np.asarray(heat_kw_th, dtype=float), np.asarray(flow_m3_per_s, dtype=float))
    return np.asarray(np.divide(heat, VOLUME_KJ_PER_M3_K * flow, out=np.zeros_like(heat), where=flow > 0.0))
