"""The burn-in hall's air in full: wetted no more than the limits ask, recirculated as they ask, with its balances.

All flows are for one kW of the miners' heat, whose own fans set the rise of the air and so its flow. The hall's fans
move the fresh air only, and stand behind the miners: their heat leaves with the exhaust.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites import air
from twin.model.halls import BurnInHall
from twin.model.plant import Product
from twin.model.thermal import pads
from twin.model.thermal.burn_in_hall import (
    HallCooling,
    air_flow_kg_per_s_per_kw,
    fan_kw_per_kw_th,
    inlet_temperature_c,
)
from twin.model.thermal.hall_air import recirculation_for_inlet
from twin.model.thermal.hall_limits import LimitsByHour, limits_by_hour, wbgt_indoors_c
from twin.model.thermal.numeric import bracketed_root
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water import KG_PER_M3

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
STANDARD_AIR_KG_M3 = 1.2  # in which fans are rated
MOST_SHARE = 3.0  # in frost hardly any fresh air is let in, and a fan could carry the heat of many
HELD_INSIDE_K = 1e-6  # wetted air is held this much inside a limit, so that rounding does not break it
SHARE_TOLERANCE = 1e-8  # far finer than the kelvins above: WBGT falls by a few K from no wetting to all


@dataclass(frozen=True)
class AirSide:
    """What outdoor air does for the hall in each hour; where neither way keeps the limits, what open air would do.

    *air_allowed* open or wetted air keeps every limit, *pad_needed* only wetted air does; *supply_c*,
    *supply_humidity_ratio* behind the pads; *inlet_c*, *exhaust_c* before and behind the miners;
    *recirculation_share* of what passes them comes back; *wetted_share* of the fresh air passes wet pads; dry air
    *fresh* and *circulated* [kg/s per kW]; *added_pa* pressure of the pads; *fan_kw_per_kw_th* fans at full flow and
    *pad_kw_per_kw_th* what wet pads add to them; *fan_capacity_share* see `HallCooling`; *evaporation_kg_per_kwh_th*
    and *make_up_kg_per_kwh_th* of water; *limits* at the inlet.
    """

    outdoors: OutdoorAir
    air_allowed: Flags
    pad_needed: Flags
    supply_c: Array
    supply_humidity_ratio: Array
    inlet_c: Array
    exhaust_c: Array
    recirculation_share: Array
    wetted_share: Array
    fresh_kg_per_s_per_kw: Array
    circulated_kg_per_s_per_kw: Array
    added_pa: Array
    fan_kw_per_kw_th: Array
    pad_kw_per_kw_th: Array
    fan_capacity_share: Array
    evaporation_kg_per_kwh_th: Array
    make_up_kg_per_kwh_th: Array
    limits: LimitsByHour

    def hall_cooling(self) -> HallCooling:
        """The same in the form in which the optimiser and the play-back read it."""
        return HallCooling(
            air_allowed=self.air_allowed,
            pad_needed=self.pad_needed,
            fan_kw_per_kw_th=self.fan_kw_per_kw_th,
            pad_kw_per_kw_th=self.pad_kw_per_kw_th,
            water_m3_per_kwh_th=self.make_up_kg_per_kwh_th / KG_PER_M3,
            inlet_c=self.inlet_c,
            inlet_relative_humidity=self.limits.values["relative humidity"],
            outdoor_humidity_ratio=self.outdoors.humidity_ratio,
            pressure_pa=self.outdoors.pressure_pa,
            fan_capacity_share=self.fan_capacity_share,
        )


def standard_flow_m3_per_s_per_kw(hall: BurnInHall, product: Product) -> float:
    """Fresh air for one kW of heat [m3/s per kW] in standard air (dry, 1.2 kg/m3) at the hall's own recirculation.

    What a fan is sized by: (1 - r) / (1.006 rise) / 1.2.
    """
    circulated = float(air_flow_kg_per_s_per_kw(product, np.array(0.0)))
    return circulated * (1.0 - hall.recirculation_fraction) / STANDARD_AIR_KG_M3


def wetted_share_needed(
    hall: BurnInHall, product: Product, outdoors: OutdoorAir, wet: tuple[Array, Array], loading: Flags
) -> Array:
    """Least share of the air (0 to 1) whose wetting holds inlet and WBGT at their limits; 1 where none does.

    *wet* is the temperature [C] and humidity ratio [kg/kg] behind wet pads. Wetting lowers the inlet and, at a constant
    wet bulb, WBGT; WBGT counts where people are *loading*. The share for the inlet is exact, the one for WBGT is
    searched between it and 1.
    """
    returned = hall.recirculation_fraction / (1.0 - hall.recirculation_fraction)
    rise_k = returned * product.air_temperature_rise_k
    wanted_c = np.full_like(outdoors.dry_bulb_c, hall.inlet_limit_c - rise_k - HELD_INSIDE_K)
    share = pads.share_for_temperature(
        outdoors.dry_bulb_c, outdoors.wet_bulb_c, outdoors.humidity_ratio, outdoors.pressure_pa, wet, wanted_c
    )
    if not loading.any():
        return share
    there, wet_there = outdoors.where(loading), (wet[0][loading], wet[1][loading])

    def below_wbgt_k(shares: Array) -> Array:
        supply_c, ratio = air.mixed_air((there.dry_bulb_c, there.humidity_ratio), wet_there, shares)
        return np.asarray(
            hall.wbgt_limit_c - HELD_INSIDE_K - wbgt_indoors_c(supply_c + rise_k, ratio, there.pressure_pa)
        )

    low = share[loading]
    share[loading] = bracketed_root(below_wbgt_k, low, np.ones_like(low), SHARE_TOLERANCE)
    return share


def air_side(hall: BurnInHall, product: Product, outdoors: OutdoorAir, loading: Flags | None = None) -> AirSide:
    """Return what *outdoors* does for a *hall* of *product* in each hour; WBGT holds while people are *loading*.

    Open air where it keeps every limit, else wetted as little as they ask, else neither. Default: people load always.
    """
    dry, ratio, pressure = outdoors.dry_bulb_c, outdoors.humidity_ratio, outdoors.pressure_pa
    loads = np.ones(dry.shape, dtype=bool) if loading is None else loading
    inlet_c = inlet_temperature_c(hall, product, dry, ratio, pressure)
    limits = limits_by_hour(hall, inlet_c, ratio, pressure, loading=loads)
    open_air = limits.kept
    supply_c, supply_ratio, share = dry.copy(), ratio.copy(), np.zeros_like(dry)
    pad_needed = np.zeros_like(open_air)
    hot = ~open_air & (outdoors.wet_bulb_c >= hall.pads.least_wet_bulb_c)
    if hot.any():
        there = outdoors.where(hot)
        wet_c, wet_ratio, wet_share = wetted_air(hall, product, there, loads[hot])
        wet_inlet_c = inlet_temperature_c(hall, product, wet_c, wet_ratio, there.pressure_pa)
        helps = limits_by_hour(hall, wet_inlet_c, wet_ratio, there.pressure_pa, loading=loads[hot]).kept
        pad_needed[hot] = helps
        for whole, wetted in ((supply_c, wet_c), (supply_ratio, wet_ratio), (share, wet_share), (inlet_c, wet_inlet_c)):
            whole[pad_needed] = wetted[helps]
        limits = limits_by_hour(hall, inlet_c, supply_ratio, pressure, loading=loads)
    return _balanced(hall, product, outdoors, (open_air, pad_needed), (supply_c, supply_ratio, share), inlet_c, limits)


def wetted_air(hall: BurnInHall, product: Product, there: OutdoorAir, loading: Flags) -> tuple[Array, Array, Array]:
    """Temperature [C], humidity ratio [kg/kg] and wetted share of air wetted as little as the limits ask."""
    wall = hall.pads
    efficiency = float(pads.saturation_efficiency(wall, np.array(wall.face_velocity_m_per_s)))
    wet = pads.wet_section(there.dry_bulb_c, there.wet_bulb_c, there.humidity_ratio, there.pressure_pa, efficiency)
    share = wetted_share_needed(hall, product, there, wet, loading)
    return (*air.mixed_air((there.dry_bulb_c, there.humidity_ratio), wet, share), share)


def _balanced(
    hall: BurnInHall,
    product: Product,
    outdoors: OutdoorAir,
    ways: tuple[Flags, Flags],
    supply: tuple[Array, Array, Array],
    inlet_c: Array,
    limits: LimitsByHour,
) -> AirSide:
    """Flows, fans and water: m_fresh = (1 - r) m, with r from how much warmer than its supply the inlet is."""
    (open_air, pad_needed), (supply_c, supply_ratio, share), wall = ways, supply, hall.pads
    rise_k = product.air_temperature_rise_k
    recirculated = recirculation_for_inlet(supply_c, inlet_c, np.full_like(inlet_c, rise_k), 0.0)
    circulated = air_flow_kg_per_s_per_kw(product, supply_ratio)
    fresh = circulated * (1.0 - recirculated)
    added_pa = np.where(share > 0, wall.pressure_pa, 0.0)
    density = outdoors.dry_air_kg_m3
    pump_kw = wall.pump_kw_per_m3_per_s * share * fresh / density
    evaporation_kg_per_s = fresh * (supply_ratio - outdoors.humidity_ratio)
    return AirSide(
        outdoors=outdoors,
        air_allowed=open_air | pad_needed,
        pad_needed=pad_needed,
        supply_c=supply_c,
        supply_humidity_ratio=supply_ratio,
        inlet_c=inlet_c,
        exhaust_c=inlet_c + rise_k,
        recirculation_share=recirculated,
        wetted_share=share,
        fresh_kg_per_s_per_kw=fresh,
        circulated_kg_per_s_per_kw=circulated,
        added_pa=added_pa,
        fan_kw_per_kw_th=fan_kw_per_kw_th(hall, fresh, density),
        pad_kw_per_kw_th=added_pa * fresh / density / hall.fan_efficiency / 1000.0 + pump_kw,
        fan_capacity_share=np.minimum(standard_flow_m3_per_s_per_kw(hall, product) * density / fresh, MOST_SHARE),
        evaporation_kg_per_kwh_th=3600.0 * evaporation_kg_per_s,
        make_up_kg_per_kwh_th=3600.0 * pads.pad_water(wall, evaporation_kg_per_s).make_up_kg_per_s,
        limits=limits,
    )
