"""The air of the burn-in hall at its inlet, and what outdoor air can do for it: the form that plan and play-back read.

The miners' own fans move the air; the hall must supply as much. A share of exhaust returns to the inlet.
Steady hourly balance (the air turns over in about a minute, so no thermal state is needed). `air_side` finds the ways.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sites import air
from twin.model.halls import BurnInHall
from twin.model.plant import Product
from twin.model.thermal.hall_limits import wbgt_indoors_c

Array = NDArray[np.float64]


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

    *air_allowed* open or wetted air may be used; *pad_needed* only wetted air may; *fan_kw_per_kw_th* power of the
    hall's fans at their full flow, *pad_kw_per_kw_th* what wet pads add (pressure and pump); *water_m3_per_kwh_th* of
    that way; *inlet_c*, *inlet_relative_humidity* the resulting inlet; *outdoor_humidity_ratio* [kg/kg] and
    *pressure_pa* of the air outside; *fan_capacity_share* heat that a fan's full flow carries over what it carries in
    standard air: thin air carries less.
    """

    air_allowed: NDArray[np.bool_]
    pad_needed: NDArray[np.bool_]
    fan_kw_per_kw_th: Array
    pad_kw_per_kw_th: Array
    water_m3_per_kwh_th: Array
    inlet_c: Array
    inlet_relative_humidity: Array
    outdoor_humidity_ratio: Array
    pressure_pa: Array
    fan_capacity_share: Array

    @property
    def air_kw_per_kw_th(self) -> Array:
        """Electricity of outdoor air with all fans at full flow, for each kW of heat: fans and pads."""
        return np.asarray(self.fan_kw_per_kw_th + self.pad_kw_per_kw_th)


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


def sealed(cooling: HallCooling) -> HallCooling:
    """Return the *cooling* of a hall that no outdoor air may enter, open or wetted: coils carry all of its heat."""
    never = np.zeros_like(cooling.air_allowed)
    nil = np.zeros_like(cooling.fan_kw_per_kw_th)
    return replace(
        cooling,
        air_allowed=never,
        pad_needed=never,
        fan_kw_per_kw_th=nil,
        pad_kw_per_kw_th=nil,
        water_m3_per_kwh_th=nil,
    )
