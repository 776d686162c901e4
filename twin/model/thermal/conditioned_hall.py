"""A conditioned hall or office, whole: two thermal masses, an air handler with coil and reheat, and its moisture.

What `assembly_hall.hall_load` says in one line an hour for the optimiser, this follows with its states: structure that
stores heat, set-backs, an economiser, a coil that dries no further than its water allows, humidifiers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites import air
from sites.errors import InputError, Problem
from twin.model.halls import ConditionedHall
from twin.model.thermal.coil import (
    NEVER_WET,
    adp_for_humidity_ratio_c,
    adp_for_temperature_c,
    air_handler_fan_kw,
    coldest_adp_c,
)
from twin.model.thermal.heat_recovery import wrap_around_kw_th
from twin.model.thermal.moisture import (
    Humidification,
    MoistureYear,
    humidify,
    humidity_ratio_band,
    simulate_moisture,
)
from twin.model.thermal.moisture_steps import MoistureDrivers
from twin.model.thermal.numeric import refuse_not_finite
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.zone import (
    ZoneControl,
    ZoneDrivers,
    ZoneMass,
    ZoneYear,
    simulate_zone,
    sol_air_c,
    structure_conductance_kw_per_k,
)

Array = NDArray[np.float64]
STANDARD_AIR_KJ_PER_M3_K = air.STANDARD_AIR_KG_M3 * air.DRY_AIR_KJ_PER_KG_K
SAME_K = 1e-9
LEAST_DROP_K = 1.0  # of supply air under the hall's, where a set-back has brought both together


@dataclass(frozen=True)
class HallUse:
    """What goes on in a hall, arrays of hours: *occupied_share* of its people, lights and equipment (0 to 1), and on
    top *process_kw* of machines [kW] and *crew* [people].
    """

    occupied_share: Array
    process_kw: Array
    crew: Array


@dataclass(frozen=True)
class CoilDuty:
    """Air before and after the coil [C, kg/kg] and what was done to it [kW_th], hour by hour.

    *total_kw_th* is the chilled-water need (less what a run-around coil took before), of which *latent_kw_th*;
    *reheat_kw_th* of overcooled air, beyond *wrap_around_kw_th*, and *heating_kw_th* want heat
    (`heat_recovery.share_sources`); *unserved_kw_th* is what the coil, held by its water, cannot cool.
    """

    mixed_c: Array
    mixed_humidity_ratio: Array
    leaving_c: Array
    leaving_humidity_ratio: Array
    total_kw_th: Array
    latent_kw_th: Array
    wrap_around_kw_th: Array
    reheat_kw_th: Array
    heating_kw_th: Array
    unserved_kw_th: Array
    condensate_kg_per_s: Array


@dataclass(frozen=True)
class HallYear:
    """A conditioned hall hour by hour: its states, what its air handler moves [kg/s of dry air], does and draws."""

    zone: ZoneYear
    moisture: MoistureYear
    relative_humidity: Array
    supply_kg_per_s: Array
    outdoor_air_kg_per_s: Array
    infiltration_kg_per_s: Array
    coil: CoilDuty
    fan_kw: Array
    humidification: Humidification | None


def _incident(weather: OutdoorAir, orientation: str) -> Array:
    """Sun on a surface [W/m2]; raises `InputError` when *weather* has none for its *orientation*."""
    if orientation == "shade":
        return np.zeros_like(weather.dry_bulb_c)
    if orientation not in weather.incident_w_per_m2:
        cure = f"give it, or only surfaces of: {', '.join(sorted(weather.incident_w_per_m2))}, shade"
        raise InputError(Problem("incident_w_per_m2", f"no irradiance for orientation {orientation!r}", cure))
    return weather.incident_w_per_m2[orientation]


def zone_drivers(hall: ConditionedHall, weather: OutdoorAir, use: HallUse) -> tuple[ZoneMass, ZoneDrivers]:
    """Return the masses of a hall and what acts on them, without its air handler (arrays of hours).

    Roof and walls act on the structure at their mean sol-air temperature; windows and infiltration on the air; sun
    through windows and the radiant share of people, lights and machines heats the structure, the rest the air.
    """
    volume_m3 = hall.area_m2 * hall.height_m
    dry_air_kg_m3 = weather.dry_air_kg_m3
    infiltration = hall.infiltration_per_h * volume_m3 / 3600.0 * dry_air_kg_m3
    windows_kw_per_k = sum(part.area_m2 * part.u_w_per_m2_k for part in hall.glazing) / 1000.0
    through = np.zeros_like(weather.dry_bulb_c)
    for part in hall.opaque:
        sun = _incident(weather, part.orientation)
        felt = sol_air_c(weather.dry_bulb_c, sun, part.solar_absorptance, part.outside_film_w_per_m2_k, part.sky_k)
        through += part.area_m2 * part.u_w_per_m2_k / 1000.0 * felt
    sun_kw = np.zeros_like(through)
    for window in hall.glazing:
        gained = window.area_m2 * window.solar_heat_gain_coefficient / 1000.0
        sun_kw += gained * _incident(weather, window.orientation)
    present = hall.idle_fraction + (1.0 - hall.idle_fraction) * use.occupied_share
    people = _people(hall, use)
    inside_kw = (
        (hall.lighting_w_per_m2 + hall.equipment_w_per_m2) * hall.area_m2 / 1000.0 * present
        + hall.sensible_kw_per_person * people
        + use.process_kw
    )
    coupling = hall.structure_coupling_kw_per_k
    outside = structure_conductance_kw_per_k(hall.opaque_kw_per_k, coupling)
    mass = ZoneMass(
        air_kwh_per_k=STANDARD_AIR_KJ_PER_M3_K * volume_m3 * hall.air_capacity_multiplier / 3600.0,
        structure_kwh_per_k=hall.structure_kj_per_m2_k * hall.area_m2 / 3600.0,
        coupling_kw_per_k=coupling,
    )
    drivers = ZoneDrivers(
        outdoor_c=weather.dry_bulb_c,
        sol_air_c=through / hall.opaque_kw_per_k,
        air_kw_per_k=windows_kw_per_k + infiltration * weather.heat_capacity_kj_per_kg_k,
        structure_kw_per_k=np.full_like(through, outside),
        air_gain_kw=(1.0 - hall.radiant_fraction) * inside_kw,
        structure_gain_kw=hall.radiant_fraction * inside_kw + sun_kw,
    )
    return mass, drivers


def _people(hall: ConditionedHall, use: HallUse) -> Array:
    """People in the hall."""
    return np.asarray(hall.people * use.occupied_share + use.crew)


def _fan_kw(hall: ConditionedHall, weather: OutdoorAir, supply_kg_per_s: Array) -> Array:
    """Power of the air handler's fan [kW]."""
    handler = hall.air_handler
    share = supply_kg_per_s / handler.supply_kg_per_s
    return air_handler_fan_kw(
        share, handler.supply_kg_per_s, weather.dry_air_kg_m3, handler.fan_pressure_pa, handler.fan_efficiency,
        handler.fan_static_fraction,
    )  # fmt: skip


def _setpoints(hall: ConditionedHall, occupied: NDArray[np.bool_]) -> ZoneControl:
    """Setpoints by hour, set back when nobody is there, and what the air handler can do at its full flow."""
    handler = hall.air_handler
    cooling_c = np.where(occupied, hall.cooling_c, hall.cooling_setback_c)
    full = handler.supply_kg_per_s * air.DRY_AIR_KJ_PER_KG_K
    return ZoneControl(
        heating_c=np.where(occupied, hall.heating_c, hall.heating_setback_c),
        cooling_c=cooling_c,
        most_heating_kw_th=np.full(occupied.shape, np.inf),
        most_cooling_kw_th=full * (cooling_c - handler.supply_c),
    )


@dataclass(frozen=True)
class _Stream:
    """The air handler's stream before the hall's moisture is known.

    Flows of dry air [kg/s] and outdoor air's share; temperature wanted off the coil [C]; lowest and highest humidity
    ratio [kg/kg]; whether the coil cools, and whether the handler runs for heat or people.
    """

    supply: Array
    outdoor: Array
    fresh: Array
    wanted_coil_c: Array
    low: Array
    high: Array
    coil_on: NDArray[np.bool_]
    running: NDArray[np.bool_]


def _firm_band(hall: ConditionedHall, zone: ZoneYear, weather: OutdoorAir) -> tuple[Array, Array]:
    """Humidity ratios [kg/kg] that an hour may end with, so that neither it nor the next leaves its limits."""
    low, high = humidity_ratio_band(
        zone.air_mean_c, hall.relative_humidity_low, hall.relative_humidity_high, weather.pressure_pa
    )
    high = np.minimum(high, np.roll(high, -1))
    return np.minimum(np.maximum(low, np.roll(low, -1)), high), high


def _stream(
    hall: ConditionedHall, weather: OutdoorAir, use: HallUse, zone: ZoneYear, coldest_c: Array, infiltration: Array
) -> _Stream:
    """Flows of the air handler: as much as cooling or drying asks, at least its least flow and people's outdoor air.

    The economiser takes more outdoor air in hours that need cooling, where it is cooler than the hall and would leave
    it within its humidity limits; as much as brings the mix to what the coil should give.
    """
    handler, inside = hall.air_handler, zone.air_mean_c
    low, high = _firm_band(hall, zone, weather)
    people = _people(hall, use)
    occupied = people > 0
    litres = hall.outdoor_air_l_per_s_per_person * people + hall.outdoor_air_l_per_s_per_m2 * hall.area_m2 * occupied
    least_outdoor = np.minimum(litres * air.STANDARD_AIR_KG_M3 / 1000.0, handler.supply_kg_per_s)
    for_cooling = zone.cooling_kw_th / (air.DRY_AIR_KJ_PER_KG_K * np.maximum(inside - handler.supply_c, LEAST_DROP_K))
    # a coil at its coldest takes k (m_oa (w_o - w) + m_s (w - w_cold)) out of a hall at its upper limit w
    coldest = air.humidity_ratio_from_dew_point(coldest_c, weather.pressure_pa)
    damp = weather.humidity_ratio - high
    brought = (least_outdoor + infiltration) * damp + _gain_kg_per_s(hall, use, inside)
    spare = brought / (1.0 - handler.bypass_factor) - least_outdoor * np.maximum(damp, 0.0)
    for_drying = np.divide(spare, high - coldest, out=np.zeros_like(spare), where=(high > coldest) & (brought > 0))
    least = np.maximum(handler.least_flow_fraction * handler.supply_kg_per_s, least_outdoor)
    supply = np.clip(np.maximum(for_cooling, for_drying), least, handler.supply_kg_per_s)
    wanted = inside - (zone.cooling_kw_th - zone.heating_kw_th) / (air.DRY_AIR_KJ_PER_KG_K * supply)
    wanted = wanted - _fan_kw(hall, weather, supply) / (air.DRY_AIR_KJ_PER_KG_K * supply)
    fresh = least_outdoor / supply
    if handler.economiser:
        cooler = inside - weather.dry_bulb_c
        suits = (weather.humidity_ratio >= low) & (weather.humidity_ratio <= high) & (cooler > 0)
        asked = np.clip((inside - wanted) / np.maximum(cooler, SAME_K), fresh, 1.0)
        fresh = np.where(suits & (zone.cooling_kw_th > 0), asked, fresh)
    mixed = inside + fresh * (weather.dry_bulb_c - inside)
    running = occupied | (zone.cooling_kw_th > 0) | (zone.heating_kw_th > 0)
    return _Stream(supply, fresh * supply, fresh, wanted, low, high, running & (mixed > wanted), running)


def _gain_kg_per_s(hall: ConditionedHall, use: HallUse, inside_c: Array) -> Array:
    """Water vapour that people give off [kg/s]."""
    return hall.latent_kw_per_person * _people(hall, use) / air.vapour_enthalpy_kj_per_kg(inside_c)


def _moisture(
    hall: ConditionedHall, weather: OutdoorAir, use: HallUse, zone: ZoneYear, stream: _Stream, coldest_c: Array,
    infiltration: Array,
) -> MoistureYear:  # fmt: skip
    """Humidity of the hall under its coil's passing duty, overcooled or humidified where its limits ask for it."""
    handler, inside, pressure = hall.air_handler, zone.air_mean_c, weather.pressure_pa
    mixed = inside + stream.fresh * (weather.dry_bulb_c - inside)
    surface = np.maximum(adp_for_temperature_c(mixed, stream.wanted_coil_c, handler.bypass_factor), coldest_c)
    coldest = np.minimum(coldest_c, mixed)

    def saturated(t_c: Array) -> Array:
        return air.humidity_ratio_from_dew_point(t_c, pressure)

    def off_coil(t_c: Array) -> Array:
        return t_c + handler.bypass_factor * (mixed - t_c)

    volume_m3 = hall.area_m2 * hall.height_m
    most_added = handler.humidifier.most_kg_per_s if handler.humidifier else 0.0
    drivers = MoistureDrivers(
        outdoor_air_kg_per_s=stream.outdoor,
        infiltration_kg_per_s=infiltration,
        outdoor_humidity_ratio=weather.humidity_ratio,
        gain_kg_per_s=_gain_kg_per_s(hall, use, inside),
        supply_kg_per_s=stream.supply,
        contact_factor=np.full_like(inside, 1.0 - handler.bypass_factor),
        coil_humidity_ratio=np.where(stream.coil_on, saturated(np.minimum(surface, mixed)), NEVER_WET),
        coil_fog_humidity_ratio=saturated(off_coil(np.minimum(surface, mixed))),
        coldest_humidity_ratio=saturated(coldest),
        coldest_fog_humidity_ratio=saturated(off_coil(coldest)),
        most_added_kg_per_s=np.full_like(inside, most_added),
    )
    stores_kg = air.STANDARD_AIR_KG_M3 * volume_m3 * hall.moisture_capacity_multiplier
    return simulate_moisture(stores_kg, drivers, stream.low, stream.high)


def operate_hall(hall: ConditionedHall, weather: OutdoorAir, use: HallUse, water_c: float | Array) -> HallYear:
    """Return how a hall and its air handler run through hours of weather and use, on chilled water of *water_c* [C].

    Zone (two masses) to its setpoints; supply air as cooling asks; outdoor air for people, more where the economiser
    may; a coil on its bypass factor, no colder than water and approach; overcooling with reheat, or a humidifier,
    where humidity would leave its limits. Raises `InputError` where the weather lacks an orientation of the hall, and
    `ValueError` for use or water that is not finite.
    """
    refuse_not_finite(**vars(use), water_c=water_c)
    handler = hall.air_handler
    mass, drivers = zone_drivers(hall, weather, use)
    zone = simulate_zone(mass, drivers, _setpoints(hall, _people(hall, use) > 0))
    infiltration = hall.infiltration_per_h * hall.area_m2 * hall.height_m / 3600.0 * weather.dry_air_kg_m3
    coldest_c = np.broadcast_to(coldest_adp_c(water_c, handler.coil_approach_k), zone.air_mean_c.shape)
    stream = _stream(hall, weather, use, zone, coldest_c, infiltration)
    moisture = _moisture(hall, weather, use, zone, stream, coldest_c, infiltration)
    running = stream.running | (moisture.removed_kg_per_s > 0) | (moisture.added_kg_per_s > 0)
    supply = np.where(running, stream.supply, 0.0)
    power_kw = _fan_kw(hall, weather, supply)
    added = humidify(handler.humidifier, moisture.added_kg_per_s, zone.air_mean_c) if handler.humidifier else None
    duty = _coil_duty(hall, weather, zone, stream, moisture, coldest_c, supply, power_kw, added)
    return HallYear(
        zone=zone,
        moisture=moisture,
        relative_humidity=air.relative_humidity(zone.air_mean_c, moisture.mean_humidity_ratio, weather.pressure_pa),
        supply_kg_per_s=supply,
        outdoor_air_kg_per_s=np.where(running, stream.outdoor, 0.0),
        infiltration_kg_per_s=infiltration,
        coil=duty,
        fan_kw=power_kw,
        humidification=added,
    )


def _coil_duty(
    hall: ConditionedHall, weather: OutdoorAir, zone: ZoneYear, stream: _Stream, moisture: MoistureYear,
    coldest_c: Array, supply: Array, fan_power_kw: Array, added: Humidification | None,
) -> CoilDuty:  # fmt: skip
    """What the coil and what follows it do, once the hall's temperature and moisture are known.

    The mix conserves enthalpy and water; what leaves the coil follows from the water that it took out.
    """
    inside, ratio, bypass = zone.air_mean_c, moisture.mean_humidity_ratio, hall.air_handler.bypass_factor
    fresh = stream.fresh
    mixed_c, mixed_ratio = air.mixed_air((inside, ratio), (weather.dry_bulb_c, weather.humidity_ratio), fresh)
    leaving_ratio = mixed_ratio - moisture.removed_kg_per_s / stream.supply
    kw_per_k = supply * air.heat_capacity_kj_per_kg_k(leaving_ratio)
    # what the hall asks of the stream, and what fan and humidifier bring to it after the coil
    asked_kw = zone.cooling_kw_th - zone.heating_kw_th + fan_power_kw
    asked_kw = asked_kw + added.sensible_kw_th if added else asked_kw
    wanted_c = inside - np.divide(asked_kw, kw_per_k, out=np.zeros_like(inside), where=kw_per_k > 0)

    def off_coil(surface_c: Array) -> Array:
        held = np.minimum(surface_c, mixed_c)
        return np.asarray(held + bypass * (mixed_c - held))

    drying_c = off_coil(adp_for_humidity_ratio_c(mixed_c, mixed_ratio, leaving_ratio, bypass, weather.pressure_pa))
    asked_c = np.where(moisture.overcooled, np.minimum(drying_c, wanted_c), wanted_c)
    leaving_c = np.maximum(np.minimum(asked_c, mixed_c), off_coil(coldest_c))
    latent = supply * (mixed_ratio - leaving_ratio) * air.vapour_enthalpy_kj_per_kg(mixed_c)
    lift = kw_per_k * np.maximum(wanted_c - leaving_c, 0.0)
    # what lifts cooled air is reheat; what lifts air that no coil has touched is heating
    cooled = leaving_c < mixed_c - SAME_K
    reheat = np.where(cooled, lift, 0.0)
    wrapped = wrap_around_kw_th(
        mixed_c, leaving_c, np.maximum(wanted_c, leaving_c), kw_per_k, hall.air_handler.wrap_around_effectiveness
    )
    wrapped = np.minimum(wrapped, reheat)
    return CoilDuty(
        mixed_c=mixed_c,
        mixed_humidity_ratio=mixed_ratio,
        leaving_c=leaving_c,
        leaving_humidity_ratio=leaving_ratio,
        total_kw_th=kw_per_k * (mixed_c - leaving_c) + latent - wrapped,
        latent_kw_th=latent,
        wrap_around_kw_th=wrapped,
        reheat_kw_th=reheat - wrapped,
        heating_kw_th=lift - reheat,
        unserved_kw_th=kw_per_k * np.maximum(leaving_c - np.minimum(wanted_c, mixed_c), 0.0),
        condensate_kg_per_s=moisture.removed_kg_per_s,
    )
