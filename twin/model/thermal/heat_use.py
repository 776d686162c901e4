"""Where the halls' reheat and heating come from, by the hour: miners' exhaust, condensers, electricity for the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sites.arrays import Floats
from twin.model.equipment.heat_recovery import HeatRecovery
from twin.model.plant import Plant
from twin.model.thermal.burn_in_hall import HallCooling, air_flow_kg_per_s_per_kw
from twin.model.thermal.conditioned_halls import HallsYear
from twin.model.thermal.heat_recovery import condenser_heat_kw_th, exhaust_heat_kw_th

Shares = dict[str, Floats]


@dataclass(frozen=True, eq=False)
class HeatSources:
    """What exhaust and condensers can do for the halls in each hour.

    *exhaust_kw_th_per_kw* of heat from the exhaust for each kW that the miners draw; *exhaust_share* and
    *condenser_share* of the need to which exhaust and condenser water are hot enough (0 to 1).
    """

    exhaust_kw_th_per_kw: Floats
    exhaust_share: Floats
    condenser_share: Floats


@dataclass(frozen=True, eq=False)
class HeatOperation:
    """How a need for heat is met [kW_th] (hours): from exhaust, from condensers, by electricity [kW]; pumps [kW]."""

    exhaust_kw_th: Floats
    condenser_kw_th: Floats
    electric_kw: Floats
    pump_kw: Floats


def exhaust_c(plant: Plant, hall: HallCooling) -> Floats:
    """Temperature of the miners' exhaust [C]: their inlet (on coils at most its limit) and the product's rise."""
    held_c = np.where(hall.air_allowed, hall.inlet_c, np.minimum(hall.inlet_c, plant.burn_in_hall.inlet_limit_c))
    return np.asarray(held_c + plant.product.air_temperature_rise_k)


def heat_sources(plant: Plant, kit: HeatRecovery, hall: HallCooling, year: HallsYear) -> HeatSources:
    """Return what exhaust and condensers can do for the halls in a *year* of theirs; nothing in hours without a need.

    The exhaust is thrown away after, so that it may give more than the miners drew: e (T_exhaust - T_cold) / rise.
    """
    hot_c, cold_c = exhaust_c(plant, hall), year.cold_c
    flow = air_flow_kg_per_s_per_kw(plant.product, hall.outdoor_humidity_ratio)
    wanted = np.isfinite(cold_c)
    each = exhaust_heat_kw_th(
        hot_c, flow, hall.outdoor_humidity_ratio, np.where(wanted, cold_c, hot_c), np.inf, kit.effectiveness
    )
    return HeatSources(
        exhaust_kw_th_per_kw=np.where(wanted, each, 0.0),
        exhaust_share=year.reached_share(hot_c, kit.effectiveness),
        condenser_share=year.reached_share(kit.condenser_water_c, kit.effectiveness),
    )


def either(first: HeatSources, second: HeatSources) -> HeatSources:
    """Return what the *first* sources can do, and the *second* in hours in which the first have no need."""
    idle = first.exhaust_kw_th_per_kw <= 0

    def chosen(name: str) -> Floats:
        return np.asarray(np.where(idle, getattr(second, name), getattr(first, name)))

    return HeatSources(chosen("exhaust_kw_th_per_kw"), chosen("exhaust_share"), chosen("condenser_share"))


def operate_heat(
    kit: HeatRecovery | None,
    sources: HeatSources | None,
    recovery_kw_th: float,
    need_kw_th: Floats,
    burn_in_kw: Floats,
    cooling_kw_th: Floats,
    chiller_kw: Floats,
) -> HeatOperation:
    """Return how *need_kw_th* is met: exhaust first, then condensers, both within *recovery_kw_th*; then electricity.

    Parameters (arrays of hours): *burn_in_kw* of the miners; the chillers' *cooling_kw_th* and *chiller_kw*.
    """
    nil = np.zeros_like(need_kw_th)
    if kit is None or sources is None or recovery_kw_th <= 0:
        return HeatOperation(nil, nil, need_kw_th, nil)
    offered = np.minimum(sources.exhaust_kw_th_per_kw * burn_in_kw, sources.exhaust_share * need_kw_th)
    exhaust = np.minimum(offered, recovery_kw_th)
    bundle = condenser_heat_kw_th(cooling_kw_th, chiller_kw, kit.condenser_fraction)
    # the cooler source lifts the air first and the hotter one goes on: together they reach as far as the hotter
    together = np.maximum(sources.condenser_share, sources.exhaust_share) * need_kw_th - exhaust
    reach = np.minimum(sources.condenser_share * need_kw_th, np.maximum(together, 0.0))
    condenser = np.minimum(np.minimum(bundle, reach), recovery_kw_th - exhaust)
    return HeatOperation(
        exhaust, condenser, need_kw_th - exhaust - condenser, kit.pump_kw_per_kw_th * (exhaust + condenser)
    )
