"""From a plant's conditioned halls to the coefficients of its plan: their load in straight lines, at design, lights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sites.clock import Calendar
from sites.schema import Site
from twin.model.contracts import Weather
from twin.model.plant import Plant
from twin.model.thermal.assembly_hall import HallLoad
from twin.model.thermal.burn_in_hall import HallCooling
from twin.model.thermal.conditioned_halls import ConditionedHalls, HallPart
from twin.model.thermal.conditioned_load import ConditionedLoad
from twin.model.thermal.hall_lines import linear_halls
from twin.model.thermal.hall_sun import incident_w_per_m2
from twin.model.thermal.heat_use import either, heat_sources
from twin.model.thermal.outdoor_air import OutdoorAir

Array = NDArray[np.float64]
STEADY_H = 96  # hours in which a hall at constant weather comes to rest: several times the hours of its structure


def sun_on_halls(site: Site, calendar: Calendar, weather: Weather) -> dict[str, Array]:
    """Sun on roofs and walls [W/m2] (8760) by orientation."""
    place = site.place
    return incident_w_per_m2(
        place.latitude,
        place.longitude,
        calendar.utc_offset_h,
        calendar.study_year,
        *(weather.values(name) for name in ("ghi_w_m2", "dni_w_m2", "dhi_w_m2")),
    )


def conditioned_load(
    plant: Plant,
    sun_w_per_m2: Mapping[str, Array],
    weather: Weather,
    burn_in_hall: HallCooling,
    staffed_share: Array,
    lit: Array,
    line_kw: float,
    people: float,
) -> HallLoad:
    """Return the load of the plant's conditioned halls, for a line of at most *line_kw* [kW] and *people*.

    *burn_in_hall* whose exhaust may warm them; *staffed_share* of each hour by pattern (patterns, 8760); *lit* share in
    which lights burn for the line (8760).
    """
    dry, wet, ratio, pressure = (
        weather.values(name) for name in ("dry_bulb_c", "wet_bulb_c", "humidity_ratio", "pressure_pa")
    )
    outdoors = OutdoorAir(dry, np.minimum(wet, dry), ratio, pressure, sun_w_per_m2)
    names = [pattern.name for pattern in plant.patterns]
    parts = []
    for entry in plant.halls:
        own = staffed_share[names.index(entry.people_pattern)]
        held = staffed_share[names.index(entry.held_pattern)] > 0 if entry.held_pattern else np.zeros(dry.shape, bool)
        hall = entry.described
        parts.append(
            HallPart(
                entry.name,
                hall.model_copy(update={"people": 0.0}),  # they come with the hours of their pattern, lights do not
                entry.line_share,
                np.maximum(own, lit) if entry.line_share > 0 else own,
                hall.people * own,
                held,
            )
        )
    halls = ConditionedHalls(tuple(parts), outdoors, plant.equipment.chiller.supply_c)
    linear, (alone, usual) = linear_halls(halls, line_kw, people, lit)
    kit = plant.equipment.heat_recovery
    sources = None
    if kit is not None:
        sources = either(*(heat_sources(plant, kit, burn_in_hall, year) for year in (usual, alone)))
    return _as_hall_load(ConditionedLoad(halls, linear, sources))


def conditioned_design_load(
    plant: Plant, sun_w_per_m2: Mapping[str, Array], dry_bulb_c: float, wet_bulb_c: float, pressure_pa: float
) -> HallLoad:
    """Return the load of the halls at a design condition, everyone there and everything on.

    The air stands still, with the sun of the year's brightest hour; lasting so long, structure stores nothing more.
    """
    hours = np.ones(STEADY_H)
    brightest = int(np.argmax(sun_w_per_m2["roof"]))
    sun = {side: float(values[brightest]) * hours for side, values in sun_w_per_m2.items()}
    still = OutdoorAir.of_wet_bulb(dry_bulb_c * hours, wet_bulb_c * hours, pressure_pa)
    parts = tuple(
        HallPart(
            entry.name,
            entry.described.model_copy(update={"people": 0.0}),
            entry.line_share,
            hours,
            entry.described.people * hours,
            hours > 0,
        )
        for entry in plant.halls
    )
    halls = ConditionedHalls(parts, replace(still, incident_w_per_m2=sun), plant.equipment.chiller.supply_c)
    return _as_hall_load(ConditionedLoad(halls))


def _as_hall_load(load: ConditionedLoad) -> HallLoad:
    """The load as others take it; lines of the simple hall are nil."""
    nil = np.zeros_like(load.halls.weather.dry_bulb_c)
    return HallLoad(nil, nil, np.zeros(nil.shape, dtype=bool), nil, load)
