"""Fans of the burn-in hall, bought in modules: how many run for a heat, what they take, and their curve for a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.model.equipment.air_side import Fan
from twin.model.plant import Plant
from twin.model.thermal.air_side import standard_flow_m3_per_s_per_kw
from twin.model.thermal.burn_in_hall import HallCooling
from twin.model.thermal.fans import Counts, best_flow_fraction, power_fraction, running_fans

Array = NDArray[np.float64]


@dataclass(frozen=True)
class HallFans:
    """Modules of fans in each hour: heat that one carries [kW_th] and its power at full flow [kW], and its curve."""

    fan: Fan
    each_kw_th: Array
    full_kw: Array

    @property
    def is_proportional(self) -> bool:
        """True where power is in proportion to flow: a fan that holds its pressure, without a drive's losses."""
        fan = self.fan
        return fan.static_share == 1.0 and fan.drive_efficiency_curve is None and fan.standby_fraction == 0.0

    @property
    def best_load(self) -> float:
        """Share of its flow at which a running module takes least power for its air."""
        return best_flow_fraction(self.fan)

    def curve(self, flow_fraction: Array) -> Array:
        """Power of a module over its power at full flow, cycling below its least speed."""
        return power_fraction(self.fan, flow_fraction)

    def running(self, modules: int, heat_kw_th: Array) -> Counts:
        """How many of *modules* run with least power for *heat_kw_th* (hours)."""
        return running_fans(self.fan, modules, heat_kw_th / self.each_kw_th * self.fan.flow_m3_per_s)

    def power_kw(self, modules: int, heat_kw_th: Array) -> Array:
        """Power [kW] of *modules* that carry *heat_kw_th* (hours), as many running as take least."""
        running = self.running(modules, heat_kw_th)
        each = heat_kw_th / (np.maximum(running, 1) * self.each_kw_th)
        return np.asarray(self.full_kw * running * self.curve(np.minimum(each, 1.0)))


def hall_fans(plant: Plant, hall: HallCooling) -> HallFans:
    """Return the fans of a *plant* in the hours (or at the design condition) of *hall*."""
    kit, rules = plant.equipment.ventilation, plant.burn_in_hall
    flow = kit.module_kw_th * standard_flow_m3_per_s_per_kw(rules, plant.product)
    fan = kit.fan(rules.fan_pressure_pa, rules.fan_efficiency, flow)
    # a drive takes its share at full flow, too
    drive = fan.power_kw / (fan.pressure_pa * fan.flow_m3_per_s / fan.efficiency / 1000.0)
    each = kit.module_kw_th * hall.fan_capacity_share
    return HallFans(fan, np.asarray(each), np.asarray(drive * hall.fan_kw_per_kw_th * each))
