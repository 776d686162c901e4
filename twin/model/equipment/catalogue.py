"""The catalogue: one entry for each kind of equipment, with base prices."""

from __future__ import annotations

from pydantic import Field

from sites.validation import Strict
from twin.model.equipment.air_side import Ventilation
from twin.model.equipment.chillers import Chiller
from twin.model.equipment.grid_service import Transformers
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
