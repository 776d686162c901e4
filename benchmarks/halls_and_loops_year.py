"""A year of the conditioned halls and of the hydro loop, as a plan and its play-back call them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from optimiser.feasible import best_line
from optimiser.inputs import most_of_line
from twin.model.plant import read_plant
from twin.model.thermal import hall_operation, hall_sun, heat_use, hydro_banks, hydro_reach
from twin.study.case import read_case


def works() -> dict[str, Callable[[], object]]:
    """Every call by its name: two halls of the full plant in Florida, and the hydro plant's loop in the same air."""
    return {**_halls(), **_loop()}


def _halls() -> dict[str, Callable[[], object]]:
    case = read_case("florida", plant_file=Path("full"))
    plant, weather = case.plant, case.weather
    line = best_line(plant, case.calendar, case.holidays)
    inputs = case.inputs_of(line)
    load, kit = inputs.assembly.conditioned, plant.equipment.heat_recovery
    assert load is not None
    assert load.linear is not None
    assert kit is not None
    most_kw, most_people = most_of_line(plant, line)
    at_work = np.where((np.arange(8760) % 24 >= 6) & (np.arange(8760) % 24 < 22), 1.0, 0.0)
    line_kw, people = most_kw * at_work, most_people * at_work
    year, nil = load.halls.operate(line_kw, people), np.zeros(8760)
    sources = heat_use.heat_sources(plant, kit, inputs.hall, year)
    run = hall_operation.HallsRun.of(plant, inputs.assembly, line_kw, people)
    heat_kw, place = np.full(8760, 1000.0), case.site_file.site.place
    sun = (weather.values(name) for name in ("ghi_w_m2", "dni_w_m2", "dhi_w_m2"))
    return {
        "conditioned_halls.operate, two halls": partial(load.halls.operate, line_kw, people),
        "conditioned_load.cooling_kw_th, two halls": partial(load.cooling_kw_th, line_kw, people),
        "hall_lines.at": partial(load.linear.cooling.at, line_kw, people),
        "hall_operation.with_heat": partial(run.with_heat, 200.0, heat_kw, year.cooling_kw_th, nil),
        "hall_sun.incident_w_per_m2": partial(
            hall_sun.incident_w_per_m2, place.latitude, place.longitude, -5.0, 2026, *sun
        ),
        "heat_use.heat_sources": partial(heat_use.heat_sources, plant, kit, inputs.hall, year),
        "heat_use.operate_heat": partial(
            heat_use.operate_heat, kit, sources, 200.0, year.heat_kw_th, heat_kw, year.cooling_kw_th, nil
        ),
    }


def _loop() -> dict[str, Callable[[], object]]:
    plant, _ = read_plant(Path("hydro"))
    case = read_case("florida", plant_file=Path("hydro"))
    inputs, hydro = case.inputs(None), plant.equipment.hydro
    assert hydro is not None
    assert inputs.hydro is not None
    outdoor, shares = inputs.hydro.outdoor, np.ones((len(hydro.dry_coolers), 8760))
    drawn = 2500.0 + 400.0 * np.sin(np.arange(8760) / 24.0)
    return {
        "hydro_banks.operate_banks": partial(hydro_banks.operate_banks, hydro, [4, 2], shares, drawn, 3000.0, outdoor),
        "hydro_banks.unit_capacity_kw_th": partial(
            hydro_banks.unit_capacity_kw_th, hydro.loop, hydro.dry_coolers[0], 50.0, outdoor, wet=True
        ),
        "hydro_reach.loop_kw_per_kw": partial(hydro_reach.loop_kw_per_kw, plant, inputs.hall, outdoor.dry_bulb_c),
    }
