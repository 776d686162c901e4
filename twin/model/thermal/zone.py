"""A zone of one or two thermal masses: temperatures and loads, hour by hour, by the exact step of the linear balance.

Air and structure exchange heat; sun, people and machines heat both; ideal cooling and heating hold the air in a band::

    C_a dT_a/dt = H_c (T_s - T_a) + H_a (T_o - T_a) + Q_a + q
    C_s dT_s/dt = H_c (T_a - T_s) + H_s (T_x - T_s) + Q_s

with T_x the sol-air temperature, and inputs and q constant in each hour. The step is the matrix exponential of the two
by two system, not a difference scheme: any hour may be as stiff as it likes. Means of the hour are exact too, so that
energy closes to rounding. q is the least constant power that ends the hour at the setpoint.

References: ISO 13790:2008, annex C (coupling of masses, split of the envelope); EnergyPlus Engineering Reference,
"Analytical Solution" of the zone air balance; ASHRAE Fundamentals, sol-air temperature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Floats
from twin.model.thermal.numeric import hour_by_hour, refuse_nan, refuse_not_finite

SMALL_RATE = 1e-2  # below it the closed forms of the exponential integrals lose digits, and their series takes over
WARM_UP_H = 336  # the year's last fortnight, run before its first hour


@dataclass(frozen=True)
class ZoneMass:
    """Heat capacities of a zone [kWh/K] and what couples them [kW/K]; no structure makes it a zone of one mass."""

    air_kwh_per_k: float
    structure_kwh_per_k: float = 0.0
    coupling_kw_per_k: float = 0.0


@dataclass(frozen=True)
class ZoneDrivers:
    """What acts on a zone, each an array of hours.

    *outdoor_c* [C] acts on the air through *air_kw_per_k* (windows, infiltration, outdoor air); *sol_air_c* [C] on the
    structure through *structure_kw_per_k*; *air_gain_kw* and *structure_gain_kw* are heat set free in each [kW].
    """

    outdoor_c: Floats
    sol_air_c: Floats
    air_kw_per_k: Floats
    structure_kw_per_k: Floats
    air_gain_kw: Floats
    structure_gain_kw: Floats


@dataclass(frozen=True)
class ZoneControl:
    """Setpoints [C] and the most heating and cooling [kW_th], arrays of hours; between the setpoints nothing runs."""

    heating_c: Floats
    cooling_c: Floats
    most_heating_kw_th: Floats
    most_cooling_kw_th: Floats


@dataclass(frozen=True)
class ZoneYear:
    """How a zone fares: temperatures at the end of each hour and their means [C], ideal loads and flows [kW].

    *start_air_c* and *start_structure_c* are the state before the first hour; *outdoor_kw* and *envelope_kw* are the
    mean heat from outdoors into air and structure.
    """

    start_air_c: float
    start_structure_c: float
    air_c: Floats
    structure_c: Floats
    air_mean_c: Floats
    structure_mean_c: Floats
    cooling_kw_th: Floats
    heating_kw_th: Floats
    outdoor_kw: Floats
    envelope_kw: Floats


class _Matrix(NamedTuple):
    """A two by two matrix for each hour: the rows are air and structure."""

    aa: Floats
    a_s: Floats
    sa: Floats
    ss: Floats


def exponential_integrals(rate_per_h: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return exp(z), (exp(z) - 1) / z and (exp(z) - 1 - z) / z^2 of rates *z* [1/h] over one hour, exact near 0.

    The three carry a state over an hour, its response to a constant input, and the mean of that response.
    """
    z = np.asarray(rate_per_h, dtype=float)
    small = np.abs(z) < SMALL_RATE
    safe = np.where(small, 1.0, z)
    first = np.where(small, _series(z, 1), np.expm1(safe) / safe)
    second = np.where(small, _series(z, 2), (np.expm1(safe) - safe) / safe**2)
    return np.exp(z), np.asarray(first), np.asarray(second)


def _series(z: Floats, order: int) -> Floats:
    """Sum of z^k / (k + order)! for small z, to rounding."""
    total = np.zeros_like(z)
    factorials = (1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880)
    for power in range(7, -1, -1):
        total = total * z + 1.0 / factorials[power + order]
    return total


def sol_air_c(outdoor_c: Floats, incident_w_per_m2: Floats, absorptance: float, film: float, sky_k: float) -> Floats:
    """Sol-air temperature [C] of a surface: T_o + a I / h_o - sky, by ASHRAE Fundamentals.

    Parameters: *outdoor_c* [C] and *incident_w_per_m2* [W/m2] on the surface (hours); *absorptance* [fraction];
    *film* coefficient outside [W/(m2 K)]; *sky_k* the long-wave loss to the sky as a temperature [K]. Raises
    `ValueError` for inputs that are not finite.
    """
    refuse_not_finite(outdoor_c=outdoor_c, incident_w_per_m2=incident_w_per_m2)
    return np.asarray(outdoor_c + absorptance * incident_w_per_m2 / film - sky_k)


def structure_conductance_kw_per_k(opaque_kw_per_k: float, coupling_kw_per_k: float) -> float:
    """Conductance from outside to the structure's node [kW/K], so that with the coupling in series it is the whole.

    H_s = 1 / (1 / H_opaque - 1 / H_coupling), ISO 13790 eq. 12.2.2; the coupling must be the larger.
    """
    if not 0.0 <= opaque_kw_per_k < coupling_kw_per_k:
        raise ValueError(f"opaque {opaque_kw_per_k:g} kW/K is not below the coupling {coupling_kw_per_k:g} kW/K")
    return opaque_kw_per_k * coupling_kw_per_k / (coupling_kw_per_k - opaque_kw_per_k)


def _steps(mass: ZoneMass, drivers: ZoneDrivers) -> tuple[_Matrix, _Matrix, _Matrix]:
    """The exponential of each hour's system and its first and second integrals."""
    if mass.structure_kwh_per_k <= 0:
        one_rate = -(drivers.air_kw_per_k + drivers.structure_kw_per_k) / mass.air_kwh_per_k
        step, response, mean = exponential_integrals(one_rate)
        nil, one = np.zeros_like(step), np.ones_like(step)
        return _Matrix(step, nil, nil, one), _Matrix(response, nil, nil, one), _Matrix(mean, nil, nil, 0.5 * one)
    to_air, to_structure = (
        mass.coupling_kw_per_k / mass.air_kwh_per_k,
        mass.coupling_kw_per_k / mass.structure_kwh_per_k,
    )
    air_rate = -to_air - drivers.air_kw_per_k / mass.air_kwh_per_k
    structure_rate = -to_structure - drivers.structure_kw_per_k / mass.structure_kwh_per_k
    centre, half = 0.5 * (air_rate + structure_rate), 0.5 * (air_rate - structure_rate)
    # the coupling makes the eigenvalues real and apart: the radicand is at least to_air * to_structure
    apart = np.sqrt(half**2 + to_air * to_structure)
    fast, slow = exponential_integrals(centre - apart), exponential_integrals(centre + apart)

    def of_system(at_fast: Floats, at_slow: Floats) -> _Matrix:
        """f(A) = (f1 + f2) / 2 I + (f1 - f2) / (l1 - l2) (A - centre I), Sylvester's formula."""
        mean, slope = 0.5 * (at_fast + at_slow), (at_slow - at_fast) / (2.0 * apart)
        return _Matrix(mean + slope * half, slope * to_air, slope * to_structure, mean - slope * half)

    exact, first, second = (of_system(at_fast, at_slow) for at_fast, at_slow in zip(fast, slow, strict=True))
    return exact, first, second


def _check(mass: ZoneMass, drivers: ZoneDrivers, control: ZoneControl) -> None:
    """Refuse a zone that no step could follow: a programming error, plant files are checked before."""
    refuse_not_finite(**vars(drivers), heating_c=control.heating_c, cooling_c=control.cooling_c)
    refuse_nan(most_heating_kw_th=control.most_heating_kw_th, most_cooling_kw_th=control.most_cooling_kw_th)
    if mass.air_kwh_per_k <= 0 or mass.structure_kwh_per_k < 0:
        raise ValueError("heat capacities must be above 0 (the structure's may be 0)")
    if mass.structure_kwh_per_k > 0 and mass.coupling_kw_per_k <= 0:
        raise ValueError("two masses need a coupling above 0")
    if not (control.heating_c <= control.cooling_c).all():
        raise ValueError("a heating setpoint is above the cooling setpoint of its hour")


def simulate_zone(
    mass: ZoneMass,
    drivers: ZoneDrivers,
    control: ZoneControl,
    start_c: tuple[float, float] | None = None,
    warm_up_h: int = WARM_UP_H,
) -> ZoneYear:
    """Return temperatures and ideal loads of a zone for arrays of hours.

    Parameters: *mass*; *drivers* and *control* (arrays of one shape, hours); *start_c* air and structure before the
    first hour [C]. Without it the last *warm_up_h* hours are run first, as in a year that repeats itself.
    Raises `ValueError` for inputs that are not finite (but for the most heating and cooling), for capacities or
    couplings that are not positive and for crossed setpoints.
    """
    _check(mass, drivers, control)
    exact, first, second = _steps(mass, drivers)
    per_air = 1.0 / mass.air_kwh_per_k
    if mass.structure_kwh_per_k > 0:
        air_input = per_air * (drivers.air_kw_per_k * drivers.outdoor_c + drivers.air_gain_kw)
        outside = drivers.structure_kw_per_k * drivers.sol_air_c
        structure_input = (outside + drivers.structure_gain_kw) / mass.structure_kwh_per_k
    else:
        outdoors = drivers.air_kw_per_k * drivers.outdoor_c + drivers.structure_kw_per_k * drivers.sol_air_c
        air_input = per_air * (outdoors + drivers.air_gain_kw + drivers.structure_gain_kw)
        structure_input = np.zeros_like(air_input)
    hours = (
        *exact,
        first.aa * air_input + first.a_s * structure_input,
        first.sa * air_input + first.ss * structure_input,
        first.aa * per_air,
        first.sa * per_air,
        control.heating_c,
        control.cooling_c,
        control.most_heating_kw_th,
        control.most_cooling_kw_th,
    )
    if start_c is None:
        middle = 0.5 * float(control.heating_c[-1] + control.cooling_c[-1])
        count = control.heating_c.size
        ends, structures, _ = _follow(hours, max(count - warm_up_h, 0), (middle, middle))
        start_c = (ends[-1], structures[-1])
    ends, structures, powers = _follow(hours, 0, start_c)
    air_c, structure_c, power_kw = np.array(ends[1:]), np.array(structures[1:]), np.array(powers)
    before_air, before_structure = np.array(ends[:-1]), np.array(structures[:-1])
    air_input = air_input + power_kw * per_air
    air_mean = (
        first.aa * before_air + first.a_s * before_structure + second.aa * air_input + second.a_s * structure_input
    )
    structure_mean = (
        first.sa * before_air + first.ss * before_structure + second.sa * air_input + second.ss * structure_input
    )
    if mass.structure_kwh_per_k <= 0:
        structure_c = structure_mean = np.full_like(air_c, np.nan)
    behind = structure_mean if mass.structure_kwh_per_k > 0 else air_mean
    return ZoneYear(
        start_air_c=start_c[0],
        start_structure_c=start_c[1],
        air_c=air_c,
        structure_c=structure_c,
        air_mean_c=air_mean,
        structure_mean_c=structure_mean,
        cooling_kw_th=np.maximum(-power_kw, 0.0),
        heating_kw_th=np.maximum(power_kw, 0.0),
        outdoor_kw=drivers.air_kw_per_k * (drivers.outdoor_c - air_mean),
        envelope_kw=drivers.structure_kw_per_k * (drivers.sol_air_c - behind),
    )


def _follow(
    hours: tuple[Floats, ...], begin: int, start_c: tuple[float, float]
) -> tuple[list[float], list[float], list[float]]:
    """The recursion from the hour *begin* on: temperatures before it and after each, power into the air [kW]."""
    air, structure = start_c
    ends, structures, powers = [air], [structure], []
    for (
        aa, a_s, sa, ss, air_input, structure_input, air_gain, structure_gain, heat_c, cool_c, heat, cool,
    ) in hour_by_hour(hours, begin):  # fmt: skip
        free = aa * air + a_s * structure + air_input
        structure = sa * air + ss * structure + structure_input
        power = 0.0
        if free > cool_c:
            power = max((cool_c - free) / air_gain, -cool)
        elif free < heat_c:
            power = min((heat_c - free) / air_gain, heat)
        air = free + air_gain * power
        structure += structure_gain * power
        ends.append(air)
        structures.append(structure)
        powers.append(power)
    return ends, structures, powers
