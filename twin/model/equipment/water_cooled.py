"""Water-cooled chillers with towers, pumps and water treatment: what a plan may buy beside air-cooled chillers."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.schema import Water
from sites.validation import Strict, raise_faults
from twin.model.equipment.chillers import Chiller
from twin.model.equipment.pumps import Pump
from twin.model.equipment.towers import CoolingTower
from twin.model.equipment.water_treatment import WaterTreatment


class WaterCooled(Strict):
    """A plant of equal water-cooled chillers, one condenser pump each, and a bank of equal towers.

    *tower* is one unit of the bank with its own price, most and spare; the chiller's price holds its pump.
    *condenser_limit_c* [C], the upper end of the chiller's curves where not given, is the warmest water that may enter
    the condensers: towers are bought so that it is kept, in every hour and, a spare one out, at the design conditions.
    The chilled-water pumps are the chiller's *pump_kw_per_kw_th*, as those of an air-cooled one.
    """

    chiller: Chiller
    condenser_pump: Pump
    tower: CoolingTower
    treatment: WaterTreatment
    condenser_limit_c: float | None = Field(default=None, ge=0, le=60)

    @property
    def warmest_c(self) -> float:
        """Warmest water that may enter the condensers [C]."""
        return self.chiller.condenser_range_c[1] if self.condenser_limit_c is None else self.condenser_limit_c

    def make_up_usd_per_m3(self, water: Water) -> float:
        """Cost of a cubic metre of make-up [usd/m3] at a site's prices: drawn, treated, and what is blown down sewered.

        At c cycles of concentration (c - 1) / c of the make-up evaporates; drift counts as blowdown.
        """
        cycles = self.treatment.cycles_of_concentration
        return water.drawn_usd_per_m3((cycles - 1.0) / cycles) + self.treatment.treatment_usd_per_m3

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.chiller.condenser != "water":
            what = f"value {self.chiller.condenser!r}: its condenser takes no water from a tower"
            raise_faults([Problem("chiller.condenser", what, "name a water-cooled set, or leave out the table")])
        low_c, high_c = self.chiller.condenser_range_c
        wrong = []
        if not low_c < self.warmest_c <= high_c:
            what = f"value {self.warmest_c:g}: the chiller's curves know {low_c:g} to {high_c:g} C"
            wrong.append(Problem("condenser_limit_c", what, f"give more than {low_c:g} and at most {high_c:g}"))
        if self.tower.setpoint_c > self.warmest_c:
            what = f"value {self.tower.setpoint_c:g}: above the condensers' limit of {self.warmest_c:g} C"
            wrong.append(Problem("tower.setpoint_c", what, f"give {self.warmest_c:g} or less"))
        raise_faults(wrong)
        return self
