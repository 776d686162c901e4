"""The burn-in hall: in which hours open air, wetted air or only coils may cool it, and at what cost.

The miners' own fans move the air; the hall must supply as much. A share of exhaust returns to the inlet.
Steady hourly balance (the air turns over in about a minute, so no thermal state is needed).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sites import air
from twin.model.halls import BurnInHall
from twin.model.plant import Product
from twin.model.thermal.hall_limits import wbgt_indoors_c
from twin.model.thermal.pads import saturation_efficiency, wet_section

Array = NDArray[np.float64]
WATER_KG_PER_M3 = 998.0  # rounded, 2e-4 below `water.KG_PER_M3`: the plans solved so far stand on it


@dataclass(frozen=True)
class InletState:
    """Air at the miners' inlet under one way of cooling, hour by hour."""

    temperature_c: Array
    relative_humidity: Array
    dew_point_c: Array
    wbgt_c: Array
    allowed: NDArray[np.bool_]


@dataclass(frozen=True)
class HallCooling:
    """What the hall can do in each hour: open air or pads allowed, fan power and water for each kW of heat.

    *air_allowed* open or wetted air may be used; *pad_needed* only wetted air may; *air_kw_per_kw_th* fan power of that
    way; *water_m3_per_kwh_th* its water; *inlet_c*, *inlet_relative_humidity* the resulting inlet;
    *outdoor_humidity_ratio* [kg/kg] and *pressure_pa* of the air outside.
    """

    air_allowed: NDArray[np.bool_]
    pad_needed: NDArray[np.bool_]
    air_kw_per_kw_th: Array
    water_m3_per_kwh_th: Array
    inlet_c: Array
    inlet_relative_humidity: Array
    outdoor_humidity_ratio: Array
    pressure_pa: Array


def air_flow_kg_per_s_per_kw(product: Product, humidity_ratio: Array) -> Array:
    """Dry air that carries one kW of heat at the product's rise [kg/s per kW]: 1 / ((1.006 + 1.86 w) dT)."""
    return np.asarray(1.0 / (air.heat_capacity_kj_per_kg_k(humidity_ratio) * product.air_temperature_rise_k))


def temperature_at_humidity(humidity_ratio: Array, pressure_pa: Array, relative_humidity: float) -> Array:
    """Temperature [C] at which air of *humidity_ratio* has *relative_humidity*: T with psat(T) = p_v / RH."""
    vapour_pa = pressure_pa * humidity_ratio / (air.MASS_RATIO + humidity_ratio)
    equivalent = vapour_pa / relative_humidity
    return np.asarray(
        air.dew_point_from_humidity_ratio(air.MASS_RATIO * equivalent / (pressure_pa - equivalent), pressure_pa)
    )


def inlet_temperature_c(
    hall: BurnInHall, product: Product, supply_c: Array, humidity_ratio: Array, pressure_pa: Array
) -> Array:
    """Temperature at the inlet [C] for supply air of *supply_c* [C]: as natural recirculation has it, or warmer.

    T_s + r dT / (1 - r), or what the limit of relative humidity or the least inlet asks; for exhaust has the moisture
    of its supply, so that more of it warms and does not dampen.
    """
    share = hall.recirculation_fraction
    natural = supply_c + share * product.air_temperature_rise_k / (1.0 - share)
    dry_enough = temperature_at_humidity(humidity_ratio, pressure_pa, hall.relative_humidity_limit)
    return np.maximum(np.maximum(natural, dry_enough), hall.least_inlet_c)


def inlet_state(
    hall: BurnInHall, product: Product, supply_c: Array, humidity_ratio: Array, pressure_pa: Array
) -> InletState:
    """Return the inlet state for supply air of *supply_c* [C] and *humidity_ratio* [kg/kg].

    Recirculated exhaust warms the inlet by r dT / (1 - r); more is recirculated in cold or damp hours, as far as the
    lower limit of temperature or the limit of relative humidity asks.
    """
    inlet = inlet_temperature_c(hall, product, supply_c, humidity_ratio, pressure_pa)
    relative_humidity = np.minimum(air.relative_humidity(inlet, humidity_ratio, pressure_pa), 1.0)
    dew_point = air.dew_point_from_humidity_ratio(humidity_ratio, pressure_pa)
    wbgt = wbgt_indoors_c(inlet, humidity_ratio, pressure_pa)
    allowed = (
        (inlet <= hall.inlet_limit_c)
        & (dew_point <= hall.dew_point_limit_c)
        & (wbgt <= hall.wbgt_limit_c)
        & (relative_humidity <= hall.relative_humidity_limit + 1e-6)
    )
    return InletState(inlet, np.asarray(relative_humidity), np.asarray(dew_point), wbgt, allowed)


def fan_kw_per_kw_th(
    hall: BurnInHall, flow_kg_per_s_per_kw: Array, dry_air_kg_m3: Array, extra_pa: Array | float = 0.0
) -> Array:
    """Fan power for each kW of heat: (dp + extra) V / efficiency, V the volume of dry air that carries it."""
    volume_m3_per_s = flow_kg_per_s_per_kw / dry_air_kg_m3
    return np.asarray((hall.fan_pressure_pa + extra_pa) * volume_m3_per_s / hall.fan_efficiency / 1000.0)


def hall_cooling(
    hall: BurnInHall,
    product: Product,
    dry_bulb_c: Array,
    wet_bulb_c: Array,
    humidity_ratio: Array,
    pressure_pa: Array,
) -> HallCooling:
    """Return what open air and pads can do in each hour of the given outdoor air (arrays of one shape).

    Open air where it meets every limit; else pads, all of them wet, where they do; else neither. Fans and pads are
    counted on all the air that passes the miners, what comes back included (`air_side` counts fresh air only).
    """
    open_air = inlet_state(hall, product, dry_bulb_c, humidity_ratio, pressure_pa)
    wall = hall.pads
    efficiency = float(saturation_efficiency(wall, np.array(wall.face_velocity_m_per_s)))
    wetted_c, wetted_ratio = wet_section(dry_bulb_c, wet_bulb_c, humidity_ratio, pressure_pa, efficiency)
    pads = inlet_state(hall, product, wetted_c, wetted_ratio, pressure_pa)
    pad_needed = ~open_air.allowed & pads.allowed
    dry_air_kg_m3 = air.dry_air_density_kg_m3(dry_bulb_c, humidity_ratio, pressure_pa)
    open_flow = air_flow_kg_per_s_per_kw(product, humidity_ratio)
    pad_flow = air_flow_kg_per_s_per_kw(product, wetted_ratio)
    open_fans = fan_kw_per_kw_th(hall, open_flow, dry_air_kg_m3)
    pad_fans = fan_kw_per_kw_th(hall, pad_flow, dry_air_kg_m3, wall.pressure_pa)
    blowdown = 1.0 + 1.0 / (wall.cycles_of_concentration - 1.0)
    kg_per_kwh = pad_flow * 3600.0 * (wetted_ratio - humidity_ratio) * blowdown
    allowed = open_air.allowed | pad_needed
    return HallCooling(
        air_allowed=allowed,
        pad_needed=pad_needed,
        air_kw_per_kw_th=np.where(pad_needed, pad_fans, open_fans),
        water_m3_per_kwh_th=np.where(pad_needed, kg_per_kwh / WATER_KG_PER_M3, 0.0),
        inlet_c=np.where(pad_needed, pads.temperature_c, open_air.temperature_c),
        inlet_relative_humidity=np.where(pad_needed, pads.relative_humidity, open_air.relative_humidity),
        outdoor_humidity_ratio=humidity_ratio,
        pressure_pa=pressure_pa,
    )


def sealed(cooling: HallCooling) -> HallCooling:
    """Return the *cooling* of a hall that no outdoor air may enter, open or wetted: coils carry all of its heat."""
    never = np.zeros_like(cooling.air_allowed)
    nil = np.zeros_like(cooling.air_kw_per_kw_th)
    return replace(cooling, air_allowed=never, pad_needed=never, air_kw_per_kw_th=nil, water_m3_per_kwh_th=nil)
