"""The catalogue: one entry for each kind of equipment, with base prices."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults
from twin.model.equipment.air_side import Ventilation
from twin.model.equipment.chillers import Chiller
from twin.model.equipment.grid_service import Transformers
from twin.model.equipment.heat_recovery import HeatRecovery
from twin.model.equipment.stores import Battery, ColdStore


class Racks(Strict):
    """What a burn-in rack costs, installed, with its feed."""

    usd_each: float = Field(gt=0)
    life_years: int = Field(ge=1)


class Equipment(Strict):
    """The catalogue with base prices; a site scales them by its construction index."""

    maintenance_fraction_per_year: float = Field(ge=0)
    racks: Racks
    transformers: Transformers
    battery: Battery
    chiller: Chiller
    cold_store: ColdStore
    ventilation: Ventilation
    heat_recovery: HeatRecovery | None = None

    @model_validator(mode="after")
    def _chiller_has_a_condenser(self) -> Self:
        """Refuse a water-cooled chiller: outdoor air would be taken for its condenser water."""
        if self.chiller.condenser == "water":
            what = "value 'water': a plan has no cooling tower for its condenser"
            raise_faults([Problem("chiller.condenser", what, "name a set that is air-cooled, or leave curve_set out")])
        return self
