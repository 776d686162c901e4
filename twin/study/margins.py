"""What stands against what is asked: margins of the plan's equipment on the design conditions, and at the extremes.

A margin is capacity over need, less one: at 0 % the equipment just suffices. With N+1 it is told with the spare out
and with all machines. The extremes are beyond what equipment is sized for: the hottest and wettest hours of the
weather year in use, and where they are known the station's highest wet bulb and its dry bulb of 20 years.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimiser.cooling import design_assembly_mw
from optimiser.inputs import DesignPoint, Inputs, condition
from sites.extremes import design_extremes
from sites.stations import design_conditions
from twin.model.contracts import Plan
from twin.model.grid_service import firm_kw_each, grid_load_kw, no_load_loss_kw
from twin.model.thermal.chiller import bank_power_kw
from twin.study.case import Case
from twin.study.water_margins import dry_coolers, towers, water_cooled_chillers

DESIGN, EXTREME, PLAN = "design", "extreme", "plan"


@dataclass(frozen=True)
class Condition:
    """Outdoor air that equipment is held against, of *kind* design or extreme, and its *source* in words."""

    kind: str
    point: DesignPoint
    source: str


@dataclass(frozen=True)
class Asked:
    """What an item must carry in a condition and what stands, all in *unit*: with the spare out, and with all."""

    size: str
    unit: str
    asks: float
    spare_out: float
    stands: float
    spare: int = 0


@dataclass(frozen=True, eq=False)
class Planned:
    """The plan as the margins see it: highest burn-in heat [kW], and the busiest hour without its cooling."""

    inputs: Inputs
    plan: Plan
    sizes: Mapping[str, float]

    @property
    def heat_kw(self) -> float:
        """Highest heat of burn-in that the plan gives to the hall's air [kW]."""
        return float(self.plan.values("burn_in_kw").max()) * self.inputs.plant.heat_to_air_fraction

    @property
    def water_heat_kw(self) -> float:
        """Highest heat of burn-in that the plan gives to a loop of water [kW]."""
        return float(self.plan.values("burn_in_kw").max()) * (1.0 - self.inputs.plant.heat_to_air_fraction)

    def assembly_kw_th(self, point: DesignPoint) -> float:
        """Cooling need of the assembly hall with every cell busy [kW_th]."""
        return 1000.0 * design_assembly_mw(self.inputs, self.inputs.line, point)

    def coil_kw_th(self, point: DesignPoint) -> float:
        """Burn-in heat that coils must carry [kW_th]: all of it where outdoor air breaks a limit."""
        return 0.0 if bool(point.cooling.air_allowed[0]) else self.heat_kw


def conditions(case: Case, inputs: Inputs) -> list[Condition]:
    """The design conditions of the station, the weather year's hottest and wettest hours, the station's extremes."""
    found = [Condition(DESIGN, point, "the station's design conditions") for point in inputs.design]
    weather, plant, site = case.weather, case.plant, case.site_file.site
    dry, wet = weather.values("dry_bulb_c"), weather.values("wet_bulb_c")
    told: set[int] = set()
    dew = weather.values("dew_point_c")
    for name, values in (("hottest hour", dry), ("highest wet bulb", wet), ("highest dew point", dew)):
        hour = int(np.argmax(values))
        if hour in told:
            continue  # one hour may be two extremes
        told.add(hour)
        label = f"{name} of the weather year"
        point = condition(plant, site, label, float(dry[hour]), float(wet[hour]), weather)
        moment = np.datetime_as_string(case.calendar.time[hour].astype("datetime64[h]"), unit="h").replace("T", " ")
        found.append(Condition(EXTREME, point, f"the weather year in use, {moment}:00"))
    design = design_conditions(site.place.station)
    extremes = design_extremes(design.wmo)
    with_c, under_c = design.cooling_0_4_coincident_wet_bulb_c, design.evaporation_0_4_coincident_dry_bulb_c
    if extremes is None or with_c is None or under_c is None:
        return found
    source = f"{extremes.basis}, {extremes.of}" + (
        f", which stands for the station {extremes.away_km:.0f} km away" if extremes.status == "NEIGHBOUR" else ""
    )
    coincident = "; the coincident temperature is that of the 0.4 % condition (assumption)"
    for label, dry_c, wet_c in (
        ("hottest in 20 years", extremes.dry_bulb_20_years_c, with_c),
        ("highest wet bulb on record", max(under_c, extremes.wet_bulb_c), extremes.wet_bulb_c),
    ):
        point = condition(plant, site, label, dry_c, wet_c, weather)
        found.append(Condition(EXTREME, point, source + coincident))
    return found


def _fans(planned: Planned, point: DesignPoint) -> Asked:
    asks = planned.heat_kw if bool(point.cooling.air_allowed[0]) else 0.0
    stands = float(planned.sizes["ventilation_kw_th"]) * float(point.cooling.fan_capacity_share[0])  # in thin air
    return Asked("ventilation_kw_th", "kW of heat", asks, stands, stands)


def _pads(planned: Planned, point: DesignPoint) -> Asked:
    return _without_spare(planned, "pads_kw_th", planned.heat_kw if bool(point.cooling.pad_needed[0]) else 0.0)


def _coils(planned: Planned, point: DesignPoint) -> Asked:
    return _without_spare(planned, "coils_kw_th", planned.coil_kw_th(point))


def _without_spare(planned: Planned, size: str, asks: float) -> Asked:
    stands = float(planned.sizes[size])
    return Asked(size, "kW of heat", asks, stands, stands)


def _chillers(planned: Planned, point: DesignPoint) -> Asked:
    """Both halls; of the burn-in hall no more than its coils pass on."""
    coils = min(planned.coil_kw_th(point), float(planned.sizes["coils_kw_th"]))
    number, spare = float(planned.sizes["chillers_count"]), planned.inputs.plant.equipment.chiller.spare
    each = point.chiller_kw_th
    other = water_cooled_chillers(planned.inputs, planned.sizes, point)
    asks = planned.assembly_kw_th(point) + coils - (0.0 if other is None else other.spare_out_kw_th)
    return Asked("chillers_count", "kW of heat", asks, max(number - spare, 0.0) * each, number * each, spare)


def _water_cooled(planned: Planned, point: DesignPoint) -> Asked:
    """What air-cooled chillers, their spare out, leave of both halls' need."""
    found = water_cooled_chillers(planned.inputs, planned.sizes, point)
    if found is None:
        return Asked("water_cooled_chillers_count", "kW of heat", 0.0, 0.0, 0.0)
    return Asked(
        "water_cooled_chillers_count", "kW of heat", _left_kw_th(planned, point), found.spare_out_kw_th,
        found.stands_kw_th, found.spare,
    )  # fmt: skip


def _left_kw_th(planned: Planned, point: DesignPoint) -> float:
    """Need of both halls [kW_th] that the air-cooled chillers leave, their spare out."""
    coils = min(planned.coil_kw_th(point), float(planned.sizes["coils_kw_th"]))
    own = float(planned.sizes["chillers_count"]) - planned.inputs.plant.equipment.chiller.spare
    return max(planned.assembly_kw_th(point) + coils - max(own, 0.0) * point.chiller_kw_th, 0.0)


def _towers(planned: Planned, point: DesignPoint) -> Asked:
    found = towers(planned.inputs, planned.sizes, point)
    if found is None:
        return Asked("towers_count", "kW of heat", 0.0, 0.0, 0.0)
    carried, heat_each = found
    asks = heat_each * _left_kw_th(planned, point)
    return Asked("towers_count", "kW of heat", asks, carried.spare_out_kw_th, carried.stands_kw_th, carried.spare)


def _dry_coolers(planned: Planned, point: DesignPoint) -> list[Asked]:
    """Each bought type with what the others leave of the water's heat, their spares out."""
    carried = dry_coolers(planned.inputs, planned.sizes, point)
    all_out = sum(one.spare_out_kw_th for one in carried.values())
    return [
        Asked(
            size, "kW of heat", max(planned.water_heat_kw - (all_out - one.spare_out_kw_th), 0.0), one.spare_out_kw_th,
            one.stands_kw_th, one.spare,
        )
        for size, one in carried.items()
    ]  # fmt: skip


def _transformers(planned: Planned, point: DesignPoint) -> Asked:
    """The busiest hour of the plan, its cooling taken out and that of the condition put in its place."""
    inputs, values, sizes = planned.inputs, planned.plan.values, planned.sizes
    kit, rules = inputs.plant.equipment, inputs.plant.burn_in_hall
    busy_kw = values("line_kw") + values("burn_in_kw") + values("building_kw")
    hour = int(np.argmax(busy_kw))
    heat_kw = float(values("burn_in_kw")[hour])
    on_air = bool(point.cooling.air_allowed[0])
    to_air = inputs.plant.heat_to_air_fraction
    coils_kw_th = 0.0 if on_air else min(heat_kw * to_air, float(sizes["coils_kw_th"]))
    assembly_kw_th = planned.assembly_kw_th(point)
    chilled = np.array([assembly_kw_th + coils_kw_th])
    chiller_kw, short = bank_power_kw(
        kit.chiller, round(sizes["chillers_count"]), chilled, np.array([point.dry_bulb_c])
    )
    cooling_kw = (
        (float(point.cooling.air_kw_per_kw_th[0]) * heat_kw * to_air if on_air else 0.0)
        + rules.coil_fan_kw_per_kw_th * coils_kw_th
        + inputs.plant.assembly_hall.supply_fan_kw_per_kw_th * assembly_kw_th
        + float(chiller_kw[0])
        + kit.chiller.pump_kw_per_kw_th * float(chilled[0] - short[0])
    )
    number, size_kva = float(sizes["transformers_count"]), float(sizes["transformer_kva"])
    no_load_kw = no_load_loss_kw(kit.transformers, number, size_kva)
    asks = float(grid_load_kw(kit.transformers, np.array([busy_kw[hour] + cooling_kw]), no_load_kw)[0])
    return _service(planned, asks)


def _service(planned: Planned, asks_kw: float) -> Asked:
    kit, sizes = planned.inputs.plant.equipment.transformers, planned.sizes
    each = firm_kw_each(kit, float(sizes["transformer_kva"]))
    number = float(sizes["transformers_count"])
    return Asked("service_firm_kw", "kW", asks_kw, (number - kit.spare) * each, number * each, kit.spare)


# Whatever carries heat or power in a condition: a kind of machine that a plan may buy is added here.
ITEMS: tuple[Callable[[Planned, DesignPoint], Asked], ...] = (
    _transformers, _chillers, _water_cooled, _towers, _fans, _pads, _coils,
)  # fmt: skip


def margins(case: Case, inputs: Inputs, plan: Plan, sizes: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return what summary.json says of margins: a row for each item and condition in which something is asked of it.

    Empty for a given load, which has no halls that weather could try.
    """
    if inputs.line is None:
        return []
    planned = Planned(inputs, plan, sizes)
    grid_kw = plan.values("grid_kw")
    rows = [_row(_service(planned, float(grid_kw.max())), PLAN, "highest load of the plan", "the plan's own year")]
    held = np.sum([plan.values(f"{state}_units") for state in ("ready", "burning", "paused", "done")], axis=0)
    slots = float(sizes["racks_count"]) * inputs.plant.burn_in.slots_per_rack
    racks = Asked("racks_count", "slots", float(held.max()), slots, slots)
    rows.append(_row(racks, PLAN, "fullest hour of the plan", "the plan's own year"))
    for one in conditions(case, inputs):
        for asked in (*(item(planned, one.point) for item in ITEMS), *_dry_coolers(planned, one.point)):
            if asked.asks > 0.0:
                rows.append(_row(asked, one.kind, one.point.label, one.source, one.point))
    return rows


def _row(asked: Asked, kind: str, label: str, source: str, point: DesignPoint | None = None) -> dict[str, Any]:
    return {
        "size": asked.size,
        "unit": asked.unit,
        "kind": kind,
        "condition": label,
        "dry_bulb_c": None if point is None else point.dry_bulb_c,
        "wet_bulb_c": None if point is None else point.wet_bulb_c,
        "asks": asked.asks,
        "spare": asked.spare,
        "stands_spare_out": asked.spare_out,
        "stands": asked.stands,
        "margin_spare_out": _margin(asked.spare_out, asked.asks),
        "margin": _margin(asked.stands, asked.asks),
        "source": source,
    }


def _margin(stands: float, asks: float) -> float | None:
    """Capacity over need, less one, without the solver's dust; None where nothing is asked."""
    return round(stands / asks - 1.0, 4) + 0.0 if asks > 0 else None
