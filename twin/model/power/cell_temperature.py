"""Temperature of solar cells by Fuentes' heat balance, as PVWatts has it.

Reference: Fuentes 1987, A Simplified Thermal Model for Flat-Plate Photovoltaic Arrays, SAND85-0330 (equation numbers
below); Dobos 2014, PVWatts Version 5 Manual. Confidence high: validated there to about 2 K hourly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sites.air import KELVIN

Array = NDArray[np.float64]
_STEFAN_BOLTZMANN = 5.669e-8
_EMISSIVITY, _ABSORPTIVITY = 0.84, 0.83
_LENGTH_M = 0.5  # hydraulic diameter of a module
_HEAT_CAPACITY_J_PER_M2_K = 11000.0
_WIND_AT_MODULE = (5.0 / 9.144) ** 0.2  # module 5 m, wind sensor 9.144 m above ground
_SIN_TILT = 0.5  # of free convection; fixed at 30 degrees by Fuentes
_ROUNDS = 5  # leaves 1e-4 K on the weather of Tampa


def cell_temperature_c(plane_w_m2: Array, dry_bulb_c: Array, wind_m_s: Array, installed_c: float = 45.0) -> Array:
    """Return the mean temperature of the cells [C] at the end of each hour (arrays of one length).

    Parameters: *plane_w_m2* irradiance on the modules; *wind_m_s* at 10 m; *installed_c* the installed nominal
    operating cell temperature (45 on a rack, 49 on a roof). Without irradiance the cells are at *dry_bulb_c*.
    Heat balance over an hour in which the sun changes linearly (eq. 7, 8):
    T = T0 e + ((1 - e)(hc Ta + hs Ts + hg Tg + S0 - (S - S0)/L) + S - S0)/(hc + hs + hg), L = (hc + hs + hg) dt / C,
    e = exp(-L). The coefficients depend on T: rounds over all hours at once, the hour before taken from the round
    before, whose share e is below 1e-3.
    """
    day = np.flatnonzero(plane_w_m2 > 0)
    cells = np.array(dry_bulb_c, dtype=float)
    if day.size == 0:
        return cells
    lift, back_share, ground_share = _mounting(installed_c)
    air = np.asarray(dry_bulb_c, dtype=float)[day] + KELVIN
    absorbed = _ABSORPTIVITY * np.asarray(plane_w_m2, dtype=float)[day]
    adjacent = np.concatenate([[False], np.diff(day) == 1])
    before = np.where(adjacent, np.roll(absorbed, 1), 0.0)
    sky = 0.68 * 0.0552 * air**1.5 + 0.32 * air  # eq. 24, of Swinbank
    wind = np.maximum(np.asarray(wind_m_s, dtype=float)[day], 0.0) * _WIND_AT_MODULE + 1e-4
    capacity = _HEAT_CAPACITY_J_PER_M2_K * lift
    module = air + 0.025 * absorbed
    for _ in range(_ROUNDS):
        convection = back_share * _convection((module + air) / 2, wind, np.abs(module - air), True)
        to_sky = _radiation(module, sky)
        ground = air + ground_share * (module - air)
        to_ground = _radiation(module, ground)
        loss = convection + to_sky + to_ground
        lag = loss * (3600.0 / capacity)
        kept = np.exp(-lag)
        module_before = np.where(adjacent, np.roll(module, 1), np.roll(air, 1))
        source = convection * air + to_sky * sky + to_ground * ground + before - (absorbed - before) / lag
        module = module_before * kept + ((1.0 - kept) * source + absorbed - before) / loss
    cells[day] = module - KELVIN
    return cells


def _radiation(module: Array, other: Array) -> Array:
    """Linear coefficient of radiation [W/(m2 K)] between temperatures [K] (eq. 3, 4)."""
    return np.asarray(_EMISSIVITY * _STEFAN_BOLTZMANN * (module * module + other * other) * (module + other))


def _convection(mean_k: Array, wind_m_s: Array, difference_k: Array, turbulent: bool) -> Array:
    """Coefficient of convection [W/(m2 K)]: forced (laminar or turbulent) and free, as cubes (eq. 13 to 21)."""
    density = 0.003484 * 101325.0 / mean_k
    log_k = np.log(mean_k)
    viscosity = 0.24237e-6 * np.exp(0.76 * log_k) / density
    conductivity = 2.1695e-4 * np.exp(0.84 * log_k)
    reynolds = wind_m_s * _LENGTH_M / viscosity
    moved = density * wind_m_s * 1007.0
    forced = 0.86 / np.sqrt(reynolds) * moved / 0.71**0.67
    if turbulent:
        forced = np.where(reynolds > 1.2e5, 0.0282 / reynolds**0.2 * moved / 0.71**0.4, forced)
    grashof = 9.8 / mean_k * difference_k * _LENGTH_M**3 / viscosity**2 * _SIN_TILT
    free = 0.21 * (grashof * 0.71) ** 0.32 * conductivity / _LENGTH_M
    return np.asarray(np.cbrt(free**3 + forced**3))


def _mounting(installed_c: float) -> tuple[float, float, float]:
    """Heat capacity's factor, convection of both sides over that of the front, ground's share of the warming.

    From the balance at 800 W/m2, 20 C and 1 m/s, at which the cells have *installed_c* (eq. 9 to 12, 26, 27).
    """
    cell, air, sky = installed_c + KELVIN, 293.15, 282.21
    above = cell - air
    front = float(_convection(np.array((cell + air) / 2), np.array(1.0), np.array(above), False))
    emitted = _EMISSIVITY * _STEFAN_BOLTZMANN
    gained = _ABSORPTIVITY * 800.0
    ground_coefficient = emitted * (cell**2 + air**2) * (cell + air)
    back = (gained - emitted * (cell**4 - sky**4) - front * above) / ((ground_coefficient + front) * above)
    ground = min(max((cell**4 - back * (cell**4 - air**4)) ** 0.25, air), cell)
    both_sides = (gained - emitted * (2 * cell**4 - sky**4 - ground**4)) / (front * above)
    capacity = 1.0 + max(0.0, installed_c - 48.0) / 12.0
    return capacity, both_sides, (ground - air) / above
