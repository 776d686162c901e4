"""Evaporative pads: air wetted along its wet bulb, no more of it than is asked for, and the water that takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites import air
from twin.model.equipment.air_side import PAD_VELOCITY_RANGE_M_PER_S, EvaporativePad
from twin.model.thermal.water import BasinWater, basin_water

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PadAir:
    """Air that leaves a wall of pads, hour by hour.

    *temperature_c*, *humidity_ratio* [kg/kg] of the whole stream; *wetted_share* of it went through wet sections;
    *pressure_pa* the fans must overcome; *evaporated_kg_per_kg* water for each kg of dry air of the whole stream;
    *is_outside_curve* where the face velocity left the range of the efficiency curve and was held at its end.
    """

    temperature_c: Array
    humidity_ratio: Array
    wetted_share: Array
    pressure_pa: Array
    evaporated_kg_per_kg: Array
    is_outside_curve: NDArray[np.bool_]


def cellulose_efficiency(face_velocity_m_per_s: Array, depth_m: float) -> Array:
    """Saturation efficiency of corrugated cellulose of *depth_m* [m] at a face velocity [m/s].

    Polynomial of EvaporativeCooler:Direct:CelDekPad (EnergyPlus Engineering Reference, Evaporative Coolers, "Curve
    Fitting Evaporative Media"; coefficients read 2026-11 and checked at its design point, 0.70 at 0.17382 m and 3 m/s;
    confidence high). Held at 1, as EnergyPlus does.
    """
    d, v = depth_m, np.asarray(face_velocity_m_per_s, dtype=float)
    constant = 0.792714 + d * (0.958569 - 1.03215 * d)
    linear = -0.25193 + d * (0.914869 + d * (-1.48241 + 1.13137 * d))
    square = 0.0262659 - 0.145384 * d**3
    cubic = d * (-0.018992 + 0.0327622 * d)
    return np.minimum(constant + v * (linear + v * (square + v * cubic)), 1.0)


def saturation_efficiency(pad: EvaporativePad, face_velocity_m_per_s: Array) -> Array:
    """Share of the way to the wet bulb that air goes in a wet section, at its face velocity [m/s].

    The pad's own constant, or the curve for cellulose, held at the ends of its range of velocities.
    """
    velocity = np.asarray(face_velocity_m_per_s, dtype=float)
    if pad.saturation_efficiency is not None:
        return np.full_like(velocity, pad.saturation_efficiency)
    return cellulose_efficiency(np.clip(velocity, *PAD_VELOCITY_RANGE_M_PER_S), pad.depth_m)


def pad_pressure_pa(pad: EvaporativePad, face_velocity_m_per_s: Array) -> Array:
    """Pressure drop of the pads [Pa] at a face velocity [m/s]: dp_design (v / v_design)^exponent."""
    ratio = np.asarray(face_velocity_m_per_s, dtype=float) / pad.face_velocity_m_per_s
    return np.asarray(pad.pressure_pa * ratio**pad.pressure_exponent)


def wet_section(
    dry_bulb_c: Array, wet_bulb_c: Array, humidity_ratio: Array, pressure_pa: Array, efficiency: Array | float
) -> tuple[Array, Array]:
    """Temperature [C] and humidity ratio [kg/kg] of air behind a wet section of *efficiency*; its wet bulb is constant.

    T = Tdb - eta (Tdb - Twb); w from T and the same wet bulb (EnergyPlus EvaporativeCooler:Direct). Adiabatic: the
    enthalpy rises by that of the water taken up at the wet bulb.
    """
    cooled_c = dry_bulb_c - efficiency * (dry_bulb_c - wet_bulb_c)
    wetted = air.humidity_ratio_from_wet_bulb(cooled_c, np.minimum(wet_bulb_c, cooled_c), pressure_pa)
    return np.asarray(cooled_c), np.maximum(wetted, humidity_ratio)


def share_for_temperature(
    dry_bulb_c: Array,
    wet_bulb_c: Array,
    humidity_ratio: Array,
    pressure_pa: Array,
    wet: tuple[Array, Array],
    wanted_c: Array,
) -> Array:
    """Least share of the air (0 to 1) to be wetted so that the whole leaves at *wanted_c* [C]; at most 1.

    *wet* is the temperature [C] and humidity ratio [kg/kg] behind a wet section. Dry and wet air mixed stay on the line
    of constant wet bulb, so that the share is (w(T, Twb) - w) / (w_wet - w).
    """
    reached = np.clip(wanted_c, wet[0], dry_bulb_c)
    on_line = air.humidity_ratio_from_wet_bulb(reached, np.minimum(wet_bulb_c, reached), pressure_pa)
    span = wet[1] - humidity_ratio
    share = np.divide(on_line - humidity_ratio, span, out=np.zeros_like(span), where=span > 1e-12)
    share = np.where(wanted_c <= wet[0], np.where(span > 1e-12, 1.0, 0.0), share)
    return np.where(wanted_c >= dry_bulb_c, 0.0, np.clip(share, 0.0, 1.0))


def pad_air(
    pad: EvaporativePad,
    dry_bulb_c: Array,
    wet_bulb_c: Array,
    humidity_ratio: Array,
    pressure_pa: Array,
    *,
    wanted_c: Array | None = None,
    face_velocity_m_per_s: Array | None = None,
) -> PadAir:
    """Return the air behind the pads (arrays of hours), wetted only as far as *wanted_c* [C] asks (none: all of it).

    Parameters: *pad*; outdoor *dry_bulb_c*, *wet_bulb_c* [C], *humidity_ratio* [kg/kg] and *pressure_pa* [Pa];
    *face_velocity_m_per_s* [m/s] (default: the design's). Sections are wetted one by one and air crosses all of them,
    so that the velocity does not depend on the share. Where no section is wet the pads are opened and cost no pressure.
    """
    velocity = np.broadcast_to(
        np.asarray(pad.face_velocity_m_per_s if face_velocity_m_per_s is None else face_velocity_m_per_s, dtype=float),
        np.shape(dry_bulb_c),
    )
    low, high = PAD_VELOCITY_RANGE_M_PER_S
    is_outside = ((velocity < low) | (velocity > high)) & (pad.saturation_efficiency is None)
    wet = wet_section(dry_bulb_c, wet_bulb_c, humidity_ratio, pressure_pa, saturation_efficiency(pad, velocity))
    if wanted_c is None:
        share = np.ones_like(dry_bulb_c)
    else:
        share = share_for_temperature(dry_bulb_c, wet_bulb_c, humidity_ratio, pressure_pa, wet, wanted_c)
    share = np.where(wet_bulb_c >= pad.least_wet_bulb_c, share, 0.0)
    temperature_c, mixed = air.mixed_air((dry_bulb_c, humidity_ratio), wet, share)
    return PadAir(
        temperature_c=temperature_c,
        humidity_ratio=mixed,
        wetted_share=share,
        pressure_pa=np.where(share > 0, pad_pressure_pa(pad, velocity), 0.0),
        evaporated_kg_per_kg=mixed - humidity_ratio,
        is_outside_curve=np.asarray(is_outside & (share > 0)),
    )


def pad_water(pad: EvaporativePad, evaporation_kg_per_s: Array) -> BasinWater:
    """Return the pads' water for what evaporates [kg/s]: drift is a share of it, the rest as in `basin_water`."""
    return basin_water(evaporation_kg_per_s, pad.drift_fraction * evaporation_kg_per_s, pad.cycles_of_concentration)
