"""The catalogue: one entry for each kind of equipment, with base prices."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults
from twin.model.equipment.air_side import Ventilation
from twin.model.equipment.chillers import Chiller
from twin.model.equipment.generators import Generators
from twin.model.equipment.grid_service import Transformers
from twin.model.equipment.heat_recovery import HeatRecovery
from twin.model.equipment.hydro import Hydro
from twin.model.equipment.solar import Solar
from twin.model.equipment.stores import Battery, ColdStore
from twin.model.equipment.water_cooled import WaterCooled


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
    solar: Solar | None = None
    generators: Generators | None = None
    water_cooled: WaterCooled | None = None
    hydro: Hydro | None = None
    heat_recovery: HeatRecovery | None = None

    @model_validator(mode="after")
    def _chiller_has_a_condenser(self) -> Self:
        """Refuse a water-cooled chiller: outdoor air would be taken for its condenser water."""
        if self.chiller.condenser == "water":
            what = "value 'water': a plan has no cooling tower for its condenser"
            cure = "put it under equipment.water_cooled with its tower, and name here a set that is air-cooled"
            raise_faults([Problem("chiller.condenser", what, cure)])
        return self

    @model_validator(mode="after")
    def _chilled_water_has_one_temperature(self) -> Self:
        """Refuse two kinds of chillers that would supply one loop at two temperatures."""
        supply_c, other = self.chiller.supply_c, self.water_cooled
        if other is not None and other.chiller.supply_c != supply_c:
            what = f"value {other.chiller.supply_c:g}: equipment.chiller supplies the same loop at {supply_c:g} C"
            raise_faults([Problem("water_cooled.chiller.supply_c", what, f"give {supply_c:g} to both, or change both")])
        tank = self.cold_store.stratified
        if tank is not None and tank.usable_outlet_c <= supply_c:
            what = f"value {tank.usable_outlet_c:g}: chillers fill the tank at {supply_c:g} C"
            where = "cold_store.stratified.usable_outlet_c"
            raise_faults([Problem(where, what, f"give more than {supply_c:g} and less than {tank.return_c:g}")])
        return self
