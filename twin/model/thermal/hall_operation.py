"""The halls beside the burn-in hall as they are operated: their cold first, then their heat and power, in two steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.model.plant import Plant
from twin.model.thermal.assembly_hall import HallLoad
from twin.model.thermal.conditioned_halls import HallsYear
from twin.model.thermal.heat_use import HeatOperation, operate_heat

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HallsOperation:
    """What the halls draw beside their chilled water, hour by hour.

    *electricity_kw* of air handlers, electric heat and recovery's pumps; *water_m3* of humidifiers; *unserved_kw_th*
    that coils cannot cool; *heat*, how their reheat and heating are met; *house_rule_usd* of hours outside the house's
    band of humidity.
    """

    electricity_kw: Array
    water_m3: Array
    unserved_kw_th: Array
    heat: HeatOperation
    house_rule_usd: Array


@dataclass(frozen=True, eq=False)
class HallsRun:
    """The halls under the line's power and people: *cooling_kw_th* they need, and their *year* where they are zones."""

    plant: Plant
    load: HallLoad
    cooling_kw_th: Array
    year: HallsYear | None

    @classmethod
    def of(cls, plant: Plant, load: HallLoad, line_kw: Array, people: Array) -> HallsRun:
        """Run the halls for the line's *line_kw* [kW] and *people* (8760): zones by simulation, else line by line."""
        if load.conditioned is None:
            return cls(plant, load, load.cooling_kw_th(plant.assembly_hall, line_kw, people), None)
        year = load.conditioned.halls.operate(line_kw, people)
        return cls(plant, load, year.cooling_kw_th, year)

    def with_heat(
        self, recovery_kw_th: float, burn_in_kw: Array, chilled_kw_th: Array, chiller_kw: Array
    ) -> HallsOperation:
        """Return what else the halls draw when exchangers of *recovery_kw_th* may use these sources (8760 each)."""
        nil = np.zeros_like(burn_in_kw)
        if self.year is None or self.load.conditioned is None:
            fans_kw = self.plant.assembly_hall.supply_fan_kw_per_kw_th * self.cooling_kw_th
            return HallsOperation(fans_kw, nil, nil, HeatOperation(nil, nil, nil, nil), nil)
        year = self.year
        heat = operate_heat(
            self.plant.equipment.heat_recovery,
            self.load.conditioned.sources,
            recovery_kw_th,
            year.heat_kw_th,
            burn_in_kw,
            chilled_kw_th,
            chiller_kw,
        )
        drawn_kw = year.handler_kw + heat.electric_kw + heat.pump_kw
        return HallsOperation(drawn_kw, year.water_m3, year.unserved_kw_th, heat, year.house_rule_usd)
