"""All conditioned halls of a plant together, for the line's power and crews: what they need of cold, heat and power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sites import air
from sites.arrays import Flags, Floats
from twin.model.halls import ConditionedHall
from twin.model.thermal.conditioned_hall import HallUse, HallYear, operate_hall
from twin.model.thermal.heat_recovery import reach_kw_th
from twin.model.thermal.moisture import house_rule_year
from twin.model.thermal.outdoor_air import OutdoorAir

NOBODY = 1e-9  # people whose only effect is that a hall counts as occupied
SOME_HEAT_KW_TH = 1e-6


@dataclass(frozen=True, eq=False)
class HallPart:
    """One hall with what goes on in it beside the line (arrays of hours).

    *line_share* of the line's power and people is in it; *lit_share* of its lights and equipment is on; *own_people*
    are there; *held* hours in which its setpoints hold though nobody be there.
    """

    name: str
    hall: ConditionedHall
    line_share: float
    lit_share: Floats
    own_people: Floats
    held: Flags

    def use(self, line_kw: Floats, people: Floats) -> HallUse:
        """What goes on in the hall when the line draws *line_kw* [kW] and has *people* at work (arrays of hours)."""
        crew = self.own_people + self.line_share * people
        return HallUse(self.lit_share, self.line_share * line_kw, np.where(self.held, np.maximum(crew, NOBODY), crew))

    @property
    def building_kw(self) -> Floats:
        """Lights and equipment of the hall [kW]."""
        hall = self.hall
        on = hall.idle_fraction + (1.0 - hall.idle_fraction) * self.lit_share
        return np.asarray((hall.lighting_w_per_m2 + hall.equipment_w_per_m2) * hall.area_m2 / 1000.0 * on)


@dataclass(frozen=True, eq=False)
class HeatNeed:
    """Heat that one hall's supply air wants [kW_th]: from *cold_c* [C] up, in a stream of *kw_per_k* [kW/K]."""

    kw_th: Floats
    cold_c: Floats
    kw_per_k: Floats

    def reached_kw_th(self, hot_c: Floats | float, effectiveness: float) -> Floats:
        """Part of the need [kW_th] to which a source of plenty at *hot_c* [C] is hot enough."""
        wanted_c = self.cold_c + np.divide(
            self.kw_th, self.kw_per_k, out=np.zeros_like(self.kw_th), where=self.kw_per_k > 0
        )
        return reach_kw_th(hot_c, self.cold_c, wanted_c, self.kw_per_k, effectiveness)


@dataclass(frozen=True, eq=False)
class HallsYear:
    """All halls hour by hour: needs [kW_th], power of the air handlers with their humidifiers [kW], water [m3/h].

    *reheat_kw_th* of overcooled air and *heating_kw_th* are needs for heat, hall by hall in *heat*; *unserved_kw_th* is
    what coils cannot cool; *house_rule_usd* of hours outside the house's band of humidity; *years* by hall.
    """

    years: dict[str, HallYear]
    cooling_kw_th: Floats
    reheat_kw_th: Floats
    heating_kw_th: Floats
    heat: tuple[HeatNeed, ...]
    handler_kw: Floats
    water_m3: Floats
    unserved_kw_th: Floats
    house_rule_usd: Floats

    @property
    def heat_kw_th(self) -> Floats:
        """Need for heat, reheat and heating together [kW_th]."""
        return self.reheat_kw_th + self.heating_kw_th

    @property
    def cold_c(self) -> Floats:
        """Temperature from which the needs for heat begin [C], their mean; not a number without a need."""
        total = self.heat_kw_th
        lowest = sum((need.kw_th * need.cold_c for need in self.heat), start=np.zeros_like(total))
        return np.divide(lowest, total, out=np.full_like(total, np.nan), where=total > SOME_HEAT_KW_TH)

    def reached_share(self, hot_c: Floats | float, effectiveness: float) -> Floats:
        """Share of the needs for heat to which a source of plenty at *hot_c* [C] is hot enough; 0 without a need."""
        total = self.heat_kw_th
        reached = sum((need.reached_kw_th(hot_c, effectiveness) for need in self.heat), start=np.zeros_like(total))
        share = np.divide(reached, total, out=np.zeros_like(total), where=total > SOME_HEAT_KW_TH)
        return np.minimum(share, 1.0)


@dataclass(frozen=True, eq=False)
class ConditionedHalls:
    """The halls of a plant under *weather* (hours, with the sun on their surfaces), on chilled water of *water_c*."""

    parts: tuple[HallPart, ...]
    weather: OutdoorAir
    water_c: float

    @property
    def building_kw(self) -> Floats:
        """Lights and equipment of all halls [kW]."""
        return sum((part.building_kw for part in self.parts), start=np.zeros_like(self.weather.dry_bulb_c))

    def operate(self, line_kw: Floats, people: Floats) -> HallsYear:
        """Return how all halls run when the line draws *line_kw* [kW] and has *people* at work (arrays of hours)."""
        uses = {part.name: part.use(line_kw, people) for part in self.parts}
        years = {part.name: operate_hall(part.hall, self.weather, uses[part.name], self.water_c) for part in self.parts}
        nil = np.zeros_like(self.weather.dry_bulb_c)
        water, usd, handler = nil.copy(), nil.copy(), nil.copy()
        for part in self.parts:
            year = years[part.name]
            handler += year.fan_kw
            if year.humidification is not None:
                handler += year.humidification.power_kw
                water += year.humidification.water_m3_per_h
            if part.hall.house_rule is not None:
                exchange = year.outdoor_air_kg_per_s + year.infiltration_kg_per_s
                usd += house_rule_year(
                    part.hall.house_rule, year.zone.air_mean_c, year.moisture.mean_humidity_ratio,
                    self.weather.pressure_pa, exchange,
                ).usd  # fmt: skip
        coils = [year.coil for year in years.values()]
        return HallsYear(
            years=years,
            cooling_kw_th=sum((np.maximum(coil.total_kw_th, 0.0) for coil in coils), start=nil),
            reheat_kw_th=sum((np.maximum(coil.reheat_kw_th, 0.0) for coil in coils), start=nil),
            heating_kw_th=sum((np.maximum(coil.heating_kw_th, 0.0) for coil in coils), start=nil),
            heat=tuple(_heat_need(year) for year in years.values()),
            handler_kw=handler,
            water_m3=water,
            unserved_kw_th=sum((coil.unserved_kw_th for coil in coils), start=nil),
            house_rule_usd=usd,
        )


def _heat_need(year: HallYear) -> HeatNeed:
    """Reheat and heating of one hall, with the temperature off its coil (and off its wrap-around)."""
    coil = year.coil
    kw_per_k = year.supply_kg_per_s * air.heat_capacity_kj_per_kg_k(coil.leaving_humidity_ratio)
    warmed = np.divide(coil.wrap_around_kw_th, kw_per_k, out=np.zeros_like(kw_per_k), where=kw_per_k > 0)
    wanted = np.maximum(coil.reheat_kw_th, 0.0) + np.maximum(coil.heating_kw_th, 0.0)
    return HeatNeed(wanted, coil.leaving_c + warmed, kw_per_k)
