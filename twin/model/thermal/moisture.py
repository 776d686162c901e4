"""Moisture of a hall: its humidity hour by hour, what the coil takes out, what a humidifier adds, and the house's band.

The balance of the hall's air, with outdoor air, infiltration, people and supply air::

    M dw/dt = (m_oa + m_inf) (w_o - w) + G - m_s (w_mix - w_coil) + h

is linear while the coil stays dry, or wet at one apparatus dew point, so that each hour is an exact exponential step.
A coil that cools dries in passing; where that leaves the hall above its limit, the coil overcools (and its air is
reheated) as far as its water allows; where the hall would fall below its lower limit, a humidifier adds the rest.

References: ASHRAE Fundamentals ch. 1; EnergyPlus Engineering Reference, "Moisture Predictor-Corrector" (analytical
solution) and "Humidifiers".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sites import air
from sites.arrays import Flags, Floats
from twin.model.halls import Humidifier, HumidityHouseRule
from twin.model.thermal.coil import NEVER_WET
from twin.model.thermal.numeric import hour_by_hour
from twin.model.thermal.water import density_kg_m3
from twin.model.thermal.zone import WARM_UP_H, exponential_integrals

SECONDS_PER_HOUR = 3600.0
STEAM_KJ_PER_KG = 2675.6  # saturated steam at 100 C over water at 0 C (IAPWS-IF97)
TOLERANCE = 1e-9  # of any humidity: rounding is no hour outside a band


@dataclass(frozen=True)
class MoistureDrivers:
    """What acts on a hall's moisture, arrays of hours; flows in kg of dry air a second.

    *outdoor_air_kg_per_s* through the air handler, *infiltration_kg_per_s* past it, both of *outdoor_humidity_ratio*;
    *gain_kg_per_s* of people and processes; *supply_kg_per_s* through the coil. The coil's leaving air at its passing
    duty is the mixing line to *coil_humidity_ratio* (saturated at its surface, `coil.NEVER_WET` when it is off) with
    *contact_factor* 1 - B, but no wetter than *coil_fog_humidity_ratio*; *coldest_humidity_ratio* and
    *coldest_fog_humidity_ratio* are those of its coldest surface. *most_added_kg_per_s* is the humidifier's most.
    """

    outdoor_air_kg_per_s: Floats
    infiltration_kg_per_s: Floats
    outdoor_humidity_ratio: Floats
    gain_kg_per_s: Floats
    supply_kg_per_s: Floats
    contact_factor: Floats
    coil_humidity_ratio: Floats
    coil_fog_humidity_ratio: Floats
    coldest_humidity_ratio: Floats
    coldest_fog_humidity_ratio: Floats
    most_added_kg_per_s: Floats


@dataclass(frozen=True)
class MoistureYear:
    """A hall's humidity ratio at the end of each hour and its mean [kg/kg], water taken out and added [kg/s].

    *overcooled* hours in which moisture, not heat, decides how cold the coil is; *limited* those in which even its
    coldest surface, or the humidifier's most, misses the limit. *start_humidity_ratio* before the first hour.
    """

    start_humidity_ratio: float
    humidity_ratio: Floats
    mean_humidity_ratio: Floats
    removed_kg_per_s: Floats
    added_kg_per_s: Floats
    overcooled: Flags
    limited: Flags


def latent_kw(water_kg_per_s: ArrayLike, temperature_c: ArrayLike) -> Floats:
    """Heat of water vapour [kW] at *temperature_c* [C]: kg/s x (2501 + 1.86 T)."""
    return np.asarray(np.asarray(water_kg_per_s, dtype=float) * air.vapour_enthalpy_kj_per_kg(temperature_c))


def steady_humidity_ratio(
    outdoor_kg_per_s: ArrayLike,
    outdoor_humidity_ratio: ArrayLike,
    gain_kg_per_s: ArrayLike,
    supply_kg_per_s: ArrayLike = 0.0,
    supply_humidity_ratio: ArrayLike = 0.0,
) -> Floats:
    """Humidity ratio [kg/kg] at which a hall settles: (m_o w_o + G + m_s w_s) / (m_o + m_s).

    Parameters: outdoor air and infiltration [kg/s] of *outdoor_humidity_ratio*, *gain_kg_per_s* of water, supply air
    [kg/s] of *supply_humidity_ratio* that replaces as much of the hall's (arrays that broadcast). Raises `ValueError`
    where no air passes: such a hall does not settle.
    """
    outdoor, supply = np.asarray(outdoor_kg_per_s, dtype=float), np.asarray(supply_kg_per_s, dtype=float)
    if not np.all(outdoor + supply > 0):
        raise ValueError(f"{np.min(outdoor + supply):g} kg/s of outdoor and supply air: give more than 0 in every hour")
    brought = outdoor * np.asarray(outdoor_humidity_ratio, dtype=float) + np.asarray(gain_kg_per_s, dtype=float)
    return np.asarray((brought + supply * np.asarray(supply_humidity_ratio, dtype=float)) / (outdoor + supply))


def humidity_ratio_after(
    start: ArrayLike, settles_at: ArrayLike, flow_kg_per_s: ArrayLike, air_kg: ArrayLike, hours: float = 1.0
) -> Floats:
    """Humidity ratio [kg/kg] after *hours*: w_inf + (w - w_inf) exp(-m t / M), exact for constant conditions.

    *settles_at* is `steady_humidity_ratio`, *flow_kg_per_s* all air that changes the hall's [kg/s], *air_kg* M.
    """
    final = np.asarray(settles_at, dtype=float)
    decay = np.exp(-np.asarray(flow_kg_per_s, dtype=float) * hours * SECONDS_PER_HOUR / np.asarray(air_kg, dtype=float))
    return np.asarray(final + (np.asarray(start, dtype=float) - final) * decay)


def simulate_moisture(
    air_kg: float,
    drivers: MoistureDrivers,
    low: Floats,
    high: Floats,
    start: float | None = None,
    warm_up_h: int = WARM_UP_H,
) -> MoistureYear:
    """Return a hall's humidity for arrays of hours, held between *low* and *high* humidity ratios [kg/kg].

    Parameters: *air_kg* of dry air and what stores moisture like it; *drivers*; *start* before the first hour, without
    it the last *warm_up_h* hours are run first. In an hour that hits a limit a constant removal or addition ends it at
    the limit. Raises `ValueError` for an *air_kg* that is not positive and for crossed limits.
    """
    if air_kg <= 0:
        raise ValueError(f"a hall of {air_kg:g} kg of air stores no moisture")
    if not (low <= high).all():
        raise ValueError("the lower limit of humidity is above the upper one")
    columns = _columns(air_kg, drivers, low, high)
    per_hour = SECONDS_PER_HOUR / air_kg
    if start is None:
        begin = max(low.size - warm_up_h, 0) if warm_up_h else low.size
        start = _follow(columns, begin, per_hour, float(0.5 * (low[-1] + high[-1]))).ends[-1]
    found = _follow(columns, 0, per_hour, start)
    added, overcooled, limited = np.zeros(low.size), np.zeros(low.size, dtype=bool), np.zeros(low.size, dtype=bool)
    added[list(found.added)] = list(found.added.values())
    overcooled[found.overcooled], limited[found.limited] = True, True
    return MoistureYear(
        start_humidity_ratio=start,
        humidity_ratio=np.array(found.ends[1:]),
        mean_humidity_ratio=np.array(found.means),
        removed_kg_per_s=np.array(found.removed),
        added_kg_per_s=added,
        overcooled=overcooled,
        limited=limited,
    )


def _columns(air_kg: float, drivers: MoistureDrivers, low: Floats, high: Floats) -> tuple[Floats, ...]:
    """The recursion's coefficients by hour: of the dry law, of the wet one, and what else the hours bring.

    Dry coil (k = 0), coil on its mixing line (k = 1 - B) and fogged coil (k = 1) are one law with another contact:
    removal = m_s k (w_mix - w_coil), w_mix = f w_o + (1 - f) w. Each has step, response, mean response and inflow
    [kg/kg an hour]; the fogged one is rare, and only its rate is prepared.
    """
    supply, outdoor_air = drivers.supply_kg_per_s, drivers.outdoor_air_kg_per_s
    fresh = np.divide(outdoor_air, supply, out=np.ones_like(supply), where=supply > 0)
    mix_fixed = fresh * drivers.outdoor_humidity_ratio
    exchange = outdoor_air + drivers.infiltration_kg_per_s
    brought = exchange * drivers.outdoor_humidity_ratio + drivers.gain_kg_per_s
    per_hour = SECONDS_PER_HOUR / air_kg
    taken = supply * drivers.contact_factor
    return (
        *exponential_integrals(-exchange * per_hour),
        brought * per_hour,
        *exponential_integrals(-(exchange + taken * (1.0 - fresh)) * per_hour),
        (brought - taken * mix_fixed) * per_hour,
        taken,
        low,
        high,
        mix_fixed,
        1.0 - fresh,
        supply,
        np.where(supply > 0, drivers.coil_humidity_ratio, NEVER_WET),
        drivers.coil_fog_humidity_ratio,
        drivers.coldest_humidity_ratio,
        drivers.coldest_fog_humidity_ratio,
        drivers.most_added_kg_per_s,
        -(exchange + supply * (1.0 - fresh)) * per_hour,
    )


def _coil_hour(
    hour: tuple[float, ...], per_hour: float, w: float, surface: float, fog: float
) -> tuple[float, float, float]:
    """The hour with the coil at one *surface*: humidity at its end, its mean, and water taken out [kg/s].

    On the mixing line; on the line of saturation where that would leave fog; dry where nothing would condense.
    """
    (
        dry_exact, dry_first, dry_second, dry_inflow, exact, first, second, inflow, taken, _, _, mix_fixed, mix_share,
        supply, _, _, _, _, _, fogged_rate,
    ) = hour  # fmt: skip
    inflow += taken * surface * per_hour
    mean = first * w + second * inflow
    mix = mix_fixed + mix_share * mean
    removed = taken * (mix - surface)
    if surface >= NEVER_WET or removed <= 0.0:
        return dry_exact * w + dry_first * dry_inflow, dry_first * w + dry_second * dry_inflow, 0.0
    if mix - removed / supply > fog:
        exact, first, second = (float(part) for part in exponential_integrals(fogged_rate))
        inflow = dry_inflow + supply * (fog - mix_fixed) * per_hour
        mean = first * w + second * inflow
        removed = supply * (mix_fixed + mix_share * mean - fog)
    return exact * w + first * inflow, mean, removed


class _Followed(NamedTuple):
    """Humidity before the first and after each hour, means, water taken out; by hour where it is: water *added*,
    overcooled, limited.
    """

    ends: list[float]
    means: list[float]
    removed: list[float]
    added: dict[int, float]
    overcooled: list[int]
    limited: list[int]


def _follow(columns: tuple[Floats, ...], begin: int, per_hour: float, start: float) -> _Followed:
    """The state's recursion from the hour *begin* on."""
    w = start
    found = _Followed([w], [], [], {}, [], [])
    ends, means, outs, added, overcooled, limited = found
    for number, hour in enumerate(hour_by_hour(columns, begin)):
        (
            exact, first, second, inflow, wet_exact, wet_first, wet_second, wet_inflow, taken, low, high, mix_fixed,
            mix_share, supply, surface, fog, coldest, coldest_fog, most_added, _,
        ) = hour  # fmt: skip
        # `_coil_hour` written out, but for fog: the call would cost a quarter of the loop
        removed = 0.0
        if surface < NEVER_WET:
            wet_inflow += taken * surface * per_hour
            mean = wet_first * w + wet_second * wet_inflow
            mix = mix_fixed + mix_share * mean
            removed = taken * (mix - surface)
        if removed > 0.0:
            end = wet_exact * w + wet_first * wet_inflow
            if mix - removed / supply > fog:
                end, mean, removed = _coil_hour(hour, per_hour, w, surface, fog)
        else:
            end, mean, removed = exact * w + first * inflow, first * w + second * inflow, 0.0
        if end > high:
            if supply > 0.0:
                overcooled.append(number)
                needed = (exact * w + first * inflow - high) / (first * per_hour)
                dried = first * w + second * (inflow - needed * per_hour)
                mix = mix_fixed + mix_share * dried
                if mix - needed / supply >= min(mix - taken / supply * (mix - coldest), coldest_fog):
                    end, mean, removed = high, dried, needed
                else:
                    end, mean, removed = _coil_hour(hour, per_hour, w, coldest, coldest_fog)
            if end > high * (1.0 + TOLERANCE):
                limited.append(number)
        elif end < low:
            # what is added is not taken again: the coil keeps its duty, so the added moisture follows the dry law
            most = (low - end) / (first * per_hour)
            if most > most_added:
                most = most_added
                limited.append(number)
            added[number] = most
            end += first * per_hour * most
            mean += second * per_hour * most
        w = end
        ends.append(end)
        means.append(mean)
        outs.append(removed)
    return found


def humidity_ratio_band(
    temperature_c: ArrayLike, relative_humidity_low: float, relative_humidity_high: float, pressure_pa: ArrayLike
) -> tuple[Floats, Floats]:
    """Lowest and highest humidity ratio [kg/kg] of a band of relative humidity at *temperature_c* [C]."""
    low = air.humidity_ratio_from_relative_humidity(temperature_c, relative_humidity_low, pressure_pa)
    return low, air.humidity_ratio_from_relative_humidity(temperature_c, relative_humidity_high, pressure_pa)


@dataclass(frozen=True)
class HouseRuleYear:
    """Hours outside the house's band, what they cost, and the water that would keep it, hour by hour.

    *below* and *above* the band; *usd* in each hour; *short_kg* and *excess_kg* of water that the hall's air is away
    from the band [kg], times the air that passes in the hour.
    """

    below: Flags
    above: Flags
    usd: Floats
    short_kg: Floats
    excess_kg: Floats


def house_rule_year(
    rule: HumidityHouseRule,
    temperature_c: Floats,
    humidity_ratio: Floats,
    pressure_pa: Floats,
    air_change_kg_per_s: Floats,
) -> HouseRuleYear:
    """Return how a hall of *temperature_c* [C] and *humidity_ratio* [kg/kg] keeps the house's band (arrays of hours).

    *air_change_kg_per_s* outdoor air and infiltration [kg/s]: keeping the band would have added or taken so much more
    for each kg of it.
    """
    low, high = humidity_ratio_band(temperature_c, rule.relative_humidity_low, rule.relative_humidity_high, pressure_pa)
    relative = air.relative_humidity(temperature_c, humidity_ratio, pressure_pa)
    below = relative < rule.relative_humidity_low - TOLERANCE
    above = relative > rule.relative_humidity_high + TOLERANCE
    passing_kg = air_change_kg_per_s * SECONDS_PER_HOUR
    return HouseRuleYear(
        below=np.asarray(below),
        above=np.asarray(above),
        usd=np.where(below | above, rule.usd_per_h, 0.0),
        short_kg=np.where(below, passing_kg * (low - humidity_ratio), 0.0),
        excess_kg=np.where(above, passing_kg * (humidity_ratio - high), 0.0),
    )


@dataclass(frozen=True)
class Humidification:
    """What a humidifier needs and does: power [kW], water drawn and drained [m3/h], heat into the air [kW_th]."""

    power_kw: Floats
    water_m3_per_h: Floats
    drained_m3_per_h: Floats
    sensible_kw_th: Floats


def humidify(
    humidifier: Humidifier, added_kg_per_s: Floats, air_c: ArrayLike, water_c: ArrayLike = 20.0
) -> Humidification:
    """Return power, water and heat of adding *added_kg_per_s* [kg/s] to air of *air_c* [C] (arrays of hours).

    Steam: m (2675.6 - 4.186 T_w) / efficiency, and it brings 1.86 (100 - T) of sensible heat. Mist: pump power, and
    the air gives the heat of evaporation, m (2501 + 1.86 T - 4.186 T_w). Drained water is drawn too; hot for steam.
    """
    temperature, feed = np.asarray(air_c, dtype=float), np.asarray(water_c, dtype=float)
    drawn_kg_per_s = added_kg_per_s / (1.0 - humidifier.drain_fraction)
    drained_kg_per_s = drawn_kg_per_s - added_kg_per_s
    if humidifier.kind == "steam":
        boiled = added_kg_per_s * (STEAM_KJ_PER_KG - air.LIQUID_KJ_PER_KG_K * feed)
        drained = drained_kg_per_s * air.LIQUID_KJ_PER_KG_K * (100.0 - feed)
        power = (boiled + drained) / humidifier.efficiency
        sensible = added_kg_per_s * air.VAPOUR_KJ_PER_KG_K * (100.0 - temperature)
    else:
        power = humidifier.mist_kw_per_kg_per_s * added_kg_per_s
        sensible = -added_kg_per_s * (air.vapour_enthalpy_kj_per_kg(temperature) - air.LIQUID_KJ_PER_KG_K * feed)
    per_m3_h = SECONDS_PER_HOUR / density_kg_m3(feed)
    return Humidification(
        power_kw=np.asarray(power),
        water_m3_per_h=np.asarray(drawn_kg_per_s * per_m3_h),
        drained_m3_per_h=np.asarray(drained_kg_per_s * per_m3_h),
        sensible_kw_th=np.asarray(sensible),
    )
