"""Moist air as pure functions on arrays.

Equations: ASHRAE Handbook Fundamentals, chapter 1 (Psychrometrics), with the saturation pressures of Hyland and
Wexler (1983). Every function takes scalars or arrays that broadcast, and returns float64 of the broadcast shape.
Temperatures in degrees Celsius, pressures in pascal, humidity ratios in kg water per kg dry air.
Valid from -100 to 200 C, and below the boiling point at the given pressure.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Floats

KELVIN = 273.15
MASS_RATIO = 0.621945  # water to dry air, kg/kg
DRY_AIR_GAS_CONSTANT = 287.042  # J/(kg K)
TRIPLE_POINT_C = 0.01
SMALLEST_HUMIDITY_RATIO = 1e-7  # keeps logarithms finite in perfectly dry air
STANDARD_AIR_KG_M3 = 1.2  # at which ASHRAE 62.1 and fan data state volumes
# Enthalpies of moist air as ASHRAE's equations 30, 33 and 35 have them, all from 0 C
DRY_AIR_KJ_PER_KG_K = 1.006
VAPOUR_KJ_PER_KG_K = 1.86
LIQUID_KJ_PER_KG_K = 4.186
LATENT_KJ_PER_KG = 2501.0
_STEP_TOLERANCE_K = 1e-6


class _Branch(NamedTuple):
    """Water or ice on the wick: the coefficients of the adiabatic saturation balance."""

    latent_kj_per_kg: float
    latent_slope: float
    liquid_slope: float
    over_ice: bool


_WATER = _Branch(LATENT_KJ_PER_KG, 2.326, LIQUID_KJ_PER_KG_K, False)
_ICE = _Branch(2830.0, 0.24, 2.1, True)


def _log_pressure_over_water(t_k: Floats) -> Floats:
    polynomial = 1.3914993 + t_k * (-4.8640239e-2 + t_k * (4.1764768e-5 - 1.4452093e-8 * t_k))
    return np.asarray(-5.8002206e3 / t_k + polynomial + 6.5459673 * np.log(t_k))


def _log_pressure_over_ice(t_k: Floats) -> Floats:
    cubic = 6.2215701e-7 + t_k * (2.0747825e-9 - 9.484024e-13 * t_k)
    polynomial = 6.3925247 + t_k * (-9.677843e-3 + t_k * cubic)
    return np.asarray(-5.6745359e3 / t_k + polynomial + 4.1635019 * np.log(t_k))


def _log_pressure_slope(t_k: Floats, over_ice: bool) -> Floats:
    """Derivative of the logarithm of the saturation pressure by temperature [1/K]."""
    if over_ice:
        quadratic = 2 * 6.2215701e-7 + t_k * (3 * 2.0747825e-9 - 4 * 9.484024e-13 * t_k)
        return np.asarray(5.6745359e3 / t_k**2 - 9.677843e-3 + t_k * quadratic + 4.1635019 / t_k)
    linear = 2 * 4.1764768e-5 - 3 * 1.4452093e-8 * t_k
    return np.asarray(5.8002206e3 / t_k**2 - 4.8640239e-2 + t_k * linear + 6.5459673 / t_k)


def _log_saturation_pressure(t_c: ArrayLike) -> Floats:
    t_c = np.asarray(t_c, dtype=float)
    t_k, frozen = t_c + KELVIN, t_c <= TRIPLE_POINT_C
    over_water = _log_pressure_over_water(t_k)
    return np.where(frozen, _log_pressure_over_ice(t_k), over_water) if frozen.any() else over_water


# The inverse is read from a table: at 0.01 K spacing linear interpolation is within 1e-7 K of the equations.
_TABLE_C = np.linspace(-100.0, 200.0, 30001)
_TABLE_LOG_PA = _log_saturation_pressure(_TABLE_C)


def saturation_pressure_pa(t_c: ArrayLike) -> Floats:
    """Pressure of saturated water vapour [Pa] at *t_c* [C]: over ice up to the triple point, over water above it.

    Source: ASHRAE Fundamentals ch. 1, eq. 5 and 6.
    """
    return np.asarray(np.exp(_log_saturation_pressure(t_c)))


def saturation_pressure_growth_per_k(t_c: ArrayLike) -> Floats:
    """Growth of the saturation pressure with temperature [1/K] at *t_c* [C]: d(ln p)/dT, from the derivatives of eq. 5
    and 6.
    """
    t_c = np.asarray(t_c, dtype=float)
    t_k, frozen = t_c + KELVIN, t_c <= TRIPLE_POINT_C
    over_water = _log_pressure_slope(t_k, over_ice=False)
    return np.where(frozen, _log_pressure_slope(t_k, over_ice=True), over_water) if frozen.any() else over_water


def humidity_ratio_from_dew_point(dew_point_c: ArrayLike, pressure_pa: ArrayLike) -> Floats:
    """Humidity ratio [kg/kg] of air with *dew_point_c* [C] at *pressure_pa* [Pa] (eq. 20, 36)."""
    vapour_pa = saturation_pressure_pa(dew_point_c)
    return np.asarray(MASS_RATIO * vapour_pa / (np.asarray(pressure_pa, dtype=float) - vapour_pa))


def dew_point_from_humidity_ratio(humidity_ratio: ArrayLike, pressure_pa: ArrayLike) -> Floats:
    """Dew point [C] (frost point below 0 C) of air with *humidity_ratio* [kg/kg] at *pressure_pa* [Pa] (eq. 35)."""
    ratio = np.maximum(np.asarray(humidity_ratio, dtype=float), SMALLEST_HUMIDITY_RATIO)
    vapour_pa = np.asarray(pressure_pa, dtype=float) * ratio / (MASS_RATIO + ratio)
    return np.asarray(np.interp(np.log(vapour_pa), _TABLE_LOG_PA, _TABLE_C))


def humidity_ratio_from_relative_humidity(
    dry_bulb_c: ArrayLike, relative_humidity: ArrayLike, pressure_pa: ArrayLike
) -> Floats:
    """Humidity ratio [kg/kg] of air at *dry_bulb_c* [C] with *relative_humidity* [fraction] at *pressure_pa* [Pa]
    (eq. 20, 22).
    """
    vapour_pa = np.asarray(relative_humidity, dtype=float) * saturation_pressure_pa(dry_bulb_c)
    return np.asarray(MASS_RATIO * vapour_pa / (np.asarray(pressure_pa, dtype=float) - vapour_pa))


def relative_humidity(dry_bulb_c: ArrayLike, humidity_ratio: ArrayLike, pressure_pa: ArrayLike) -> Floats:
    """Relative humidity [fraction] of air at *dry_bulb_c* [C] with *humidity_ratio* [kg/kg] at *pressure_pa* [Pa]
    (eq. 20, 22).
    """
    ratio = np.asarray(humidity_ratio, dtype=float)
    vapour_pa = np.asarray(pressure_pa, dtype=float) * ratio / (MASS_RATIO + ratio)
    return np.asarray(vapour_pa / saturation_pressure_pa(dry_bulb_c))


def humidity_ratio_from_wet_bulb(dry_bulb_c: ArrayLike, wet_bulb_c: ArrayLike, pressure_pa: ArrayLike) -> Floats:
    """Humidity ratio [kg/kg] of air at *dry_bulb_c* with *wet_bulb_c* [C] at *pressure_pa* [Pa] (eq. 33 and 35, ice
    below 0 C).

    Never below zero: a wet bulb lower than that of perfectly dry air gives zero.
    """
    dry, wet = np.asarray(dry_bulb_c, dtype=float), np.asarray(wet_bulb_c, dtype=float)
    saturated = humidity_ratio_from_dew_point(wet, pressure_pa)

    def balance(branch: _Branch) -> Floats:
        gained = (branch.latent_kj_per_kg - branch.latent_slope * wet) * saturated - DRY_AIR_KJ_PER_KG_K * (dry - wet)
        return np.asarray(gained / (branch.latent_kj_per_kg + VAPOUR_KJ_PER_KG_K * dry - branch.liquid_slope * wet))

    return np.maximum(np.where(wet >= 0, balance(_WATER), balance(_ICE)), 0.0)


def wet_bulb_c(dry_bulb_c: ArrayLike, humidity_ratio: ArrayLike, pressure_pa: ArrayLike) -> Floats:
    """Thermodynamic wet bulb [C] of air at *dry_bulb_c* [C] with *humidity_ratio* [kg/kg] at *pressure_pa* [Pa].

    Newton's method on the adiabatic saturation balance (eq. 33 and 35). Near 0 C the balances over water and over
    ice overlap by about half a kelvin; there the wick counts as wet, so that the result is at or above 0 C wherever
    it can be.
    """
    dry, ratio, pressure = np.broadcast_arrays(
        np.asarray(dry_bulb_c, dtype=float),
        np.maximum(np.asarray(humidity_ratio, dtype=float), SMALLEST_HUMIDITY_RATIO),
        np.asarray(pressure_pa, dtype=float),
    )
    wet: Floats = _solve_balance(dry, ratio, pressure, dry, _WATER)
    frozen = wet < 0
    if frozen.any():
        cold_dry = dry[frozen]
        start = np.minimum(cold_dry, 0.0)
        wet[frozen] = _solve_balance(cold_dry, ratio[frozen], pressure[frozen], start, _ICE)
    return np.asarray(np.minimum(wet, dry))


def _solve_balance(
    dry_c: Floats, humidity_ratio: Floats, pressure_pa: Floats, start_c: Floats, branch: _Branch
) -> Floats:
    """Root of one branch's balance; it is convex and rising, so that Newton's steps from the dry side never
    overshoot.
    """
    log_pressure = _log_pressure_over_ice if branch.over_ice else _log_pressure_over_water
    wet = np.array(start_c, dtype=float)
    for _ in range(30):
        t_k = wet + KELVIN
        vapour_pa = np.exp(log_pressure(t_k))
        saturated = MASS_RATIO * vapour_pa / (pressure_pa - vapour_pa)
        saturated_slope = (
            saturated * _log_pressure_slope(t_k, branch.over_ice) * pressure_pa / (pressure_pa - vapour_pa)
        )
        latent = branch.latent_kj_per_kg - branch.latent_slope * wet
        error = (
            latent * saturated
            - DRY_AIR_KJ_PER_KG_K * (dry_c - wet)
            - humidity_ratio * (branch.latent_kj_per_kg + VAPOUR_KJ_PER_KG_K * dry_c - branch.liquid_slope * wet)
        )
        slope = (
            latent * saturated_slope
            - branch.latent_slope * saturated
            + DRY_AIR_KJ_PER_KG_K
            + branch.liquid_slope * humidity_ratio
        )
        step = error / slope
        wet -= step
        if not (np.abs(step) > _STEP_TOLERANCE_K).any():
            break
    return wet


def enthalpy_kj_per_kg(dry_bulb_c: ArrayLike, humidity_ratio: ArrayLike) -> Floats:
    """Specific enthalpy [kJ per kg dry air] of air at *dry_bulb_c* [C] with *humidity_ratio* [kg/kg] (eq. 30); zero
    for dry air at 0 C.
    """
    dry, ratio = np.asarray(dry_bulb_c, dtype=float), np.asarray(humidity_ratio, dtype=float)
    return np.asarray(DRY_AIR_KJ_PER_KG_K * dry + ratio * (LATENT_KJ_PER_KG + VAPOUR_KJ_PER_KG_K * dry))


def dry_bulb_from_enthalpy_c(enthalpy_kj_per_kg: ArrayLike, humidity_ratio: ArrayLike) -> Floats:
    """Dry bulb [C] of air of *enthalpy_kj_per_kg* [kJ per kg dry air] with *humidity_ratio* [kg/kg] (eq. 30)."""
    ratio = np.asarray(humidity_ratio, dtype=float)
    sensible = np.asarray(enthalpy_kj_per_kg, dtype=float) - LATENT_KJ_PER_KG * ratio
    return np.asarray(sensible / heat_capacity_kj_per_kg_k(ratio))


def vapour_enthalpy_kj_per_kg(temperature_c: ArrayLike) -> Floats:
    """Enthalpy of water vapour [kJ/kg] at *temperature_c* [C]: 2501 + 1.86 T (eq. 30)."""
    return np.asarray(LATENT_KJ_PER_KG + VAPOUR_KJ_PER_KG_K * np.asarray(temperature_c, dtype=float))


def heat_capacity_kj_per_kg_k(humidity_ratio: ArrayLike) -> Floats:
    """Heat capacity of moist air [kJ per kg dry air and K] with *humidity_ratio* [kg/kg]: 1.006 + 1.86 w (eq. 30)."""
    return np.asarray(DRY_AIR_KJ_PER_KG_K + VAPOUR_KJ_PER_KG_K * np.asarray(humidity_ratio, dtype=float))


def mixed_air(
    first: tuple[ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike], share_of_second: ArrayLike
) -> tuple[Floats, Floats]:
    """Dry bulb [C] and humidity ratio [kg/kg] of two streams (dry bulb, humidity ratio) that mix without heat.

    Moisture and enthalpy are conserved; *share_of_second* of the dry air is the second's (0 to 1).
    """
    share, ratio = np.asarray(share_of_second, dtype=float), np.asarray(first[1], dtype=float)
    mixed = ratio + share * (np.asarray(second[1], dtype=float) - ratio)
    first_kj = enthalpy_kj_per_kg(*first)
    enthalpy = first_kj + share * (enthalpy_kj_per_kg(*second) - first_kj)
    return dry_bulb_from_enthalpy_c(enthalpy, mixed), np.asarray(mixed)


def density_kg_m3(dry_bulb_c: ArrayLike, humidity_ratio: ArrayLike, pressure_pa: ArrayLike) -> Floats:
    """Density [kg moist air per m3] at *dry_bulb_c* [C], *humidity_ratio* [kg/kg], *pressure_pa* [Pa] (eq. 9b, 26)."""
    dry, ratio = np.asarray(dry_bulb_c, dtype=float), np.asarray(humidity_ratio, dtype=float)
    dry_air_volume = DRY_AIR_GAS_CONSTANT * (dry + KELVIN) * (1 + 1.607858 * ratio)
    return np.asarray((1 + ratio) * np.asarray(pressure_pa, dtype=float) / dry_air_volume)


def dry_air_density_kg_m3(dry_bulb_c: ArrayLike, humidity_ratio: ArrayLike, pressure_pa: ArrayLike) -> Floats:
    """Dry air in a cubic metre of moist air [kg/m3] at *dry_bulb_c* [C], *humidity_ratio* [kg/kg], *pressure_pa* [Pa].

    A fan moves volume; heat and moisture go with dry air.
    """
    ratio = np.asarray(humidity_ratio, dtype=float)
    return np.asarray(density_kg_m3(dry_bulb_c, ratio, pressure_pa) / (1.0 + ratio))


def pressure_at_elevation_pa(elevation_m: ArrayLike) -> Floats:
    """Pressure [Pa] of the standard atmosphere at *elevation_m* [m above sea level] (eq. 3)."""
    return np.asarray(101325.0 * (1 - 2.25577e-5 * np.asarray(elevation_m, dtype=float)) ** 5.2559)
