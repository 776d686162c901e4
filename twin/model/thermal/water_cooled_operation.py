"""What water-cooled chillers and towers really do with their part of a chilled-water load, on the true curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from sites.arrays import Floats
from twin.model.equipment.water_cooled import WaterCooled
from twin.model.plant import Plant
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water_cooled_lines import BEYOND, SOME_LOAD_KW_TH, make_up_m3, operated


@dataclass(frozen=True, eq=False)
class TowerSetting:
    """What is around the towers that a plan may have: *outdoor* air, hourly, and the price of their make-up water."""

    outdoor: OutdoorAir
    make_up_usd_per_m3: float


@dataclass(frozen=True, eq=False)
class WaterCooledUse:
    """How a plan uses its water-cooled chillers: the towers' *outdoor* air and their *share* of the chilled water, both
    hourly."""

    outdoor: OutdoorAir
    share: Floats

    @classmethod
    def of_plan(cls, outdoor: OutdoorAir, air_cooled_kw_th: Floats, water_cooled_kw_th: Floats) -> Self:
        """Return the use of a plan whose two kinds of chillers give so much [kW_th, hourly].

        Where the plan chills nothing, what then comes after all is split as the year's chilled water is.
        """
        both = air_cooled_kw_th + water_cooled_kw_th
        year = float(both.sum())
        mean = float(water_cooled_kw_th.sum()) / year if year > 0.0 else 1.0
        share = np.where(both > SOME_LOAD_KW_TH, water_cooled_kw_th / np.maximum(both, SOME_LOAD_KW_TH), mean)
        return cls(outdoor, np.clip(share, 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class WaterCooledBank:
    """So many *chillers* and *towers* of a *kit*, used as a plan does; *capacity_kw_th* of all chillers, hourly."""

    kit: WaterCooled
    chillers: int
    towers: int
    use: WaterCooledUse
    capacity_kw_th: Floats

    @classmethod
    def of(cls, plant: Plant, sizes: Mapping[str, float], use: WaterCooledUse | None) -> Self | None:
        """Return the bank of a plan's *sizes*; None where it has none.

        Capacity is the rated load with the water that the towers return at that load. Raises `ValueError` where sizes
        hold such chillers and nothing says how they are used.
        """
        chillers, kit = round(sizes.get("water_cooled_chillers_count", 0.0)), plant.equipment.water_cooled
        if chillers < 1:
            return None
        if kit is None or use is None:
            raise ValueError(f"{chillers} water-cooled chillers without a catalogue entry, or without air for towers")
        towers = round(sizes["towers_count"])
        load = np.full(use.share.shape, BEYOND * chillers * kit.chiller.capacity_kw_th)
        full = operated(kit, chillers, towers, load, use.outdoor)
        return cls(kit, chillers, towers, use, full.chillers.available_kw_th)

    def part_kw_th(self, load_kw_th: Floats, others_kw_th: Floats) -> Floats:
        """Its part [kW_th] of a load beside chillers that deliver *others_kw_th*: the plan's share, then what is left.

        What one kind cannot deliver the other does as far as it can; what neither can stays with the others.
        """
        first = np.minimum(self.use.share * load_kw_th, self.capacity_kw_th)
        rest = np.minimum(load_kw_th - first, others_kw_th)
        return np.minimum(load_kw_th - rest, self.capacity_kw_th)

    def electricity_and_water(self, load_kw_th: Floats) -> tuple[Floats, Floats, Floats]:
        """Electricity [kW] of chillers, all pumps and fans, unserved load [kW_th] and make-up water [m3], hourly."""
        plant = operated(self.kit, self.chillers, self.towers, load_kw_th, self.use.outdoor)
        chilled_water_kw = self.kit.chiller.pump_kw_per_kw_th * plant.chillers.served_kw_th
        water_m3 = make_up_m3(self.kit, self.towers, plant, self.use.outdoor)
        return plant.electricity_kw + chilled_water_kw, plant.chillers.unserved_kw_th, water_m3
