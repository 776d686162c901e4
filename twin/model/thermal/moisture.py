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

import numpy as np
from numpy.typing import ArrayLike

from sites import air
from sites.arrays import Flags, Floats
from twin.model.halls import Humidifier, HumidityHouseRule
from twin.model.thermal.moisture_steps import Coil, LawYear, MoistureDrivers, follow, moisture_laws
from twin.model.thermal.numeric import refuse_nan, refuse_not_finite
from twin.model.thermal.water import density_kg_m3
from twin.model.thermal.zone import WARM_UP_H

SECONDS_PER_HOUR = 3600.0
STEAM_KJ_PER_KG = 2675.6  # saturated steam at 100 C over water at 0 C (IAPWS-IF97)
TOLERANCE = 1e-9  # of any humidity: rounding is no hour outside a band


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
    """Heat of water vapour [kW] at *temperature_c* [C]: kg/s x (2501 + 1.86 T).

    Raises `ValueError` for inputs that are not finite, as all functions here do.
    """
    refuse_not_finite(water_kg_per_s=water_kg_per_s, temperature_c=temperature_c)
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
    refuse_not_finite(
        outdoor_kg_per_s=outdoor_kg_per_s, outdoor_humidity_ratio=outdoor_humidity_ratio, gain_kg_per_s=gain_kg_per_s,
        supply_kg_per_s=supply_kg_per_s, supply_humidity_ratio=supply_humidity_ratio,
    )  # fmt: skip
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
    refuse_not_finite(start=start, settles_at=settles_at, flow_kg_per_s=flow_kg_per_s, air_kg=air_kg)
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
    the limit. Raises `ValueError` for inputs that are not finite (but for the humidifier's most), for an *air_kg* that
    is not positive and for crossed limits.
    """
    given = dict(vars(drivers))
    refuse_nan(most_added_kg_per_s=given.pop("most_added_kg_per_s"))
    refuse_not_finite(**given, low=low, high=high)
    if air_kg <= 0:
        raise ValueError(f"a hall of {air_kg:g} kg of air stores no moisture")
    if not (low <= high).all():
        raise ValueError("the lower limit of humidity is above the upper one")
    year = moisture_laws(SECONDS_PER_HOUR / air_kg, drivers, low, high)
    if start is None:
        begin = max(low.size - warm_up_h, 0) if warm_up_h else low.size
        start = follow(year, begin, float(0.5 * (low[-1] + high[-1])))[-1]
    ends = np.array(follow(year, 0, start))
    return _year(year, drivers, ends)


def _year(year: LawYear, drivers: MoistureDrivers, ends: Floats) -> MoistureYear:
    """What each hour did that began and ended at *ends* [kg/kg]: the decisions of `follow`, for all hours at once."""
    w, dry, supply = ends[:-1], year.dry, drivers.supply_kg_per_s
    dry_mean = dry.mean(w)

    def through(coil: Coil) -> tuple[Floats, Floats, Floats]:
        """End and mean of each hour, and water taken out [kg/s]."""
        wet, fogged = w > coil.wet_above, w > coil.fogged_above
        end = np.where(fogged, coil.fogged.end(w), np.where(wet, coil.wet.end(w), dry.end(w)))
        mean = np.where(fogged, coil.fogged.mean(w), np.where(wet, coil.wet.mean(w), dry_mean))
        takes = np.where(fogged, coil.fogged.takes, np.where(wet, coil.wet.takes, 0.0))
        target = np.where(fogged, coil.fogged.target, coil.wet.target)
        return end, mean, takes * (year.mix_fixed + year.mix_share * mean - target)

    end, mean, removed = through(year.passing)
    over, under = end > year.high, end < year.low
    overcooled = over & (supply > 0)
    limited = np.zeros(w.shape, dtype=bool)
    if over.any():
        holds = (year.spare_slope * w + year.spare >= 0.0) | (year.fog_slope * w + year.fog_spare >= 0.0)
        needed = (dry.end(w) - year.high) / year.per_removal
        dried = dry_mean - dry.second * needed * (year.per_removal / dry.first)
        _, cold_mean, cold_removed = through(year.coldest)
        mean = np.where(over, np.where(holds, dried, cold_mean), mean)
        removed = np.where(over, np.where(holds, needed, cold_removed), removed)
        limited = over & (ends[1:] > year.high * (1.0 + TOLERANCE))
    asked = np.where(under, (year.low - end) / year.per_removal, 0.0)
    added = np.minimum(asked, drivers.most_added_kg_per_s)
    return MoistureYear(
        start_humidity_ratio=float(ends[0]),
        humidity_ratio=ends[1:],
        mean_humidity_ratio=mean + dry.second * added * (year.per_removal / dry.first),
        removed_kg_per_s=removed,
        added_kg_per_s=added,
        overcooled=overcooled,
        limited=limited | (asked > drivers.most_added_kg_per_s),
    )


def humidity_ratio_band(
    temperature_c: ArrayLike, relative_humidity_low: float, relative_humidity_high: float, pressure_pa: ArrayLike
) -> tuple[Floats, Floats]:
    """Lowest and highest humidity ratio [kg/kg] of a band of relative humidity at *temperature_c* [C]."""
    refuse_not_finite(temperature_c=temperature_c, pressure_pa=pressure_pa)
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
    refuse_not_finite(humidity_ratio=humidity_ratio, air_change_kg_per_s=air_change_kg_per_s)
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
    refuse_not_finite(added_kg_per_s=added_kg_per_s, air_c=air_c, water_c=water_c)
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
