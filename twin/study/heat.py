"""How the plan keeps the halls cool: hours by way of cooling, water, limits, worst hours, and the linear form's error.

All of it is of the plan itself, before chance: the heat, the water and the store's schedule that it promised.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.inputs import Inputs, LineInputs
from sites import air
from twin.model.contracts import Plan, Weather
from twin.model.plant import Plant
from twin.model.thermal.hall_limits import LimitsByHour, limits_by_hour
from twin.model.thermal.hall_modes import SOME_HEAT_KW_TH, Mode, chart_limits, cooling_modes, hours_by_mode
from twin.model.thermal.operation import CoolingOperation, operate_cooling
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.screening import pads_against_humidity, salt_air
from twin.model.thermal.water_cooled_operation import WaterCooledUse
from twin.model.thermal.water_use import kwh_per_unit, pue, wue_l_per_kwh
from twin.study.case import Case
from twin.study.halls import halls_document
from twin.study.hydro import hydro_document
from twin.study.linear_error import linear_error

Array = NDArray[np.float64]
WORST_HOURS = 5
CORRECTED = ("chiller_kw", "water_cooled_kw", "hydro_pump_kw", "dry_cooler_fan_kw")


def people_at_work(plant: Plant, plan: Plan, line: LineInputs, labour_month: NDArray[np.int64]) -> Array:
    """People of the line's crews who are there in each hour (8760), on the average over the hour."""
    teams = plan.values("teams")[labour_month]
    return np.asarray(plant.line.crew.size * (teams * line.staffed_share.T).sum(axis=1))


def on_true_curves(
    plant: Plant, plan: Plan, inputs: Inputs, sizes: Mapping[str, float], line: LineInputs
) -> CoolingOperation:
    """Return how the plan's cooling would run on the machines' own curves, for the plan's own heat and store."""
    towers, chilled = inputs.water_cooled, (plan.values("chiller_kw_th"), plan.values("water_cooled_kw_th"))
    return operate_cooling(
        plant,
        sizes,
        inputs.hall,
        inputs.assembly,
        inputs.outdoor_c,
        plan.values("burn_in_kw"),
        plan.values("line_kw"),
        people_at_work(plant, plan, line, inputs.calendar.labour_month),
        plan.values("store_fill_kw_th") - plan.values("store_empty_kw_th"),
        None if towers is None else WaterCooledUse.of_plan(towers.outdoor, *chilled),
        plan.values("dry_cooler_kw_th") if "dry_cooler_kw_th" in plan.data else None,
    )


def linear_form(plan: Plan, true: CoolingOperation, correction: float = 1.0) -> dict[str, float]:
    """Error of the optimiser's linear form of cooling: its energy [kWh] and peak [kW] against those on true curves.

    *correction* is what an earlier play-back multiplied the machines' power by: it is left out, being no error of form.
    """
    machines_kw = np.zeros_like(plan.values("cooling_kw"))
    for name in (one for one in CORRECTED if one in plan.data):
        power_kw = plan.values(name)
        machines_kw += power_kw if power_kw.ndim == 1 else power_kw.sum(axis=1)  # by type of machine
    modelled = plan.values("cooling_kw") - (1.0 - 1.0 / correction) * machines_kw
    unserved_kwh_th = float(true.unserved_kw_th.sum())
    return {**linear_error(modelled, true.cooling_kw), "unserved_kwh_th": unserved_kwh_th}


def inlet_c(plant: Plant, inputs: Inputs) -> Array:
    """Temperature of the inlet in each hour (8760) [C]: coils hold the limit where outdoor air may not be used."""
    hall = inputs.hall
    held_c = np.minimum(hall.inlet_c, plant.burn_in_hall.inlet_limit_c)
    return np.asarray(np.where(hall.air_allowed, hall.inlet_c, held_c))


def _limits(limits: LimitsByHour, burning: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Each limit with the hours in which it binds or is broken while units burn in outdoor air, and its worst hour."""
    rows = []
    for name, margins in limits.margins.items():
        margin = np.where(burning, margins, np.inf)
        worst = int(np.argmin(margin))
        limit = float(limits.limits[name][worst])
        if not np.isfinite(margin[worst]) or (name == "least relative humidity" and limit <= 0.0):
            continue  # no hour to judge, or a limit that nothing can break
        rows.append(
            {
                "name": name,
                "limit": limit,
                "unit": "1" if "relative humidity" in name else "C",
                "hours_broken": int((limits.broken[name] & burning).sum()),
                "hours_binding": int((limits.binds[name] & burning).sum()),
                "worst_value": float(limits.values[name][worst]),
                "worst_hour": worst,
            }
        )
    return rows


def heat_document(
    case: Case, inputs: Inputs, plan: Plan, sizes: Mapping[str, float], correction: float = 1.0
) -> dict[str, Any] | None:
    """Return what summary.json says of heat and water; None for a run with a given load, which has no halls.

    *correction* of the machines' power by an earlier play-back, as in `linear_form`.
    """
    line = inputs.line
    if line is None:
        return None
    plant, weather, month = case.plant, case.weather, case.calendar.month
    air_kw_th = plan.values("free_air_kw_th") + plan.values("pad_kw_th")
    modes = cooling_modes(air_kw_th, plan.values("pad_kw_th") > SOME_HEAT_KW_TH, plan.values("coil_kw_th"))
    true = on_true_curves(plant, plan, inputs, sizes, line)
    water_m3 = plan.values("water_m3")
    loop: dict[str, Any] = {}
    by_coolers_m3 = evaporated_m3 = 0.0
    if inputs.hydro is not None and true.loop is not None:
        loop["hydro"] = hydro_document(inputs.hydro, true.loop, month)
        drawn_m3 = plan.values("dry_cooler_water_m3").sum(axis=0)
        kept = [1.0 - 1.0 / one.cooler.pad_cycles_of_concentration for one in inputs.hydro.coolers]
        by_coolers_m3, evaporated_m3 = float(drawn_m3.sum()), float(drawn_m3 @ np.array(kept))
    if plant.equipment.water_cooled is not None:
        of_towers_m3 = float(true.tower_water_m3.sum())
        by_coolers_m3 += of_towers_m3
        evaporated_m3 += of_towers_m3 * (1.0 - 1.0 / plant.equipment.water_cooled.treatment.cycles_of_concentration)
    it_kwh = plan.values("burn_in_kw") + plan.values("line_kw")
    other_kwh = plan.values("building_kw") + plan.values("losses_kw")
    own_made = plan.values("solar_kw") + plan.values("generators_kw")
    units = float(plan.values("shipped_units").sum())
    pressure_pa = weather.values("pressure_pa")
    halls = halls_document(inputs, plan, people_at_work(plant, plan, line, case.calendar.labour_month))
    return {
        **({} if halls is None else {"halls": halls}),
        "hours_by_mode": hours_by_mode(modes),
        "hours_by_mode_and_month": {
            mode.label: np.bincount(month[modes == mode], minlength=12).tolist() for mode in Mode
        },
        "water_m3_by_month": np.bincount(month, water_m3, minlength=12).tolist(),
        "evaporated_m3": (float(water_m3.sum()) - by_coolers_m3) * plant.burn_in_hall.pad_evaporated_fraction
        + evaporated_m3,
        "pue": float(pue(it_kwh.sum(), plan.values("cooling_kw").sum(), other_kwh.sum())),
        "wue_l_per_kwh": float(wue_l_per_kwh(water_m3.sum(), it_kwh.sum())),
        "kwh_per_unit": kwh_per_unit(float((plan.values("grid_kw") + own_made).sum()), units) if units > 0 else None,
        "linear_form": linear_form(plan, true, correction),
        "limits": _limits(outdoor_air_limits(plant, inputs), (modes == Mode.OPEN_AIR) | (modes == Mode.PADS)),
        "worst_hours": _worst_hours(plant, plan, inputs, weather, modes),
        "chart": {
            "pressure_pa": float(pressure_pa.mean()),
            "lines": {
                name: {"dry_bulb_c": dry_c.tolist(), "humidity_ratio": ratio.tolist()}
                for name, (dry_c, ratio) in chart_limits(plant.burn_in_hall, float(pressure_pa.mean())).items()
            },
        },
        **loop,
    }


def outdoor_air_limits(plant: Plant, inputs: Inputs) -> LimitsByHour:
    """How the inlet stands to the limits in each hour when open or wetted air is used."""
    hall = inputs.hall
    relative = np.minimum(hall.inlet_relative_humidity, 1.0)
    ratio = air.humidity_ratio_from_relative_humidity(hall.inlet_c, relative, hall.pressure_pa)
    return limits_by_hour(plant.burn_in_hall, hall.inlet_c, ratio, hall.pressure_pa)


def _worst_hours(
    plant: Plant, plan: Plan, inputs: Inputs, weather: Weather, modes: NDArray[np.int64]
) -> list[dict[str, Any]]:
    """The hours in which cooling draws most, the highest first."""
    cooling_kw = plan.values("cooling_kw")
    at_inlet_c = inlet_c(plant, inputs)
    order = np.argsort(-cooling_kw, kind="stable")[:WORST_HOURS]
    dry_c, wet_c = weather.values("dry_bulb_c"), weather.values("wet_bulb_c")
    return [
        {
            "hour": int(hour),
            "why": "highest cooling power",
            "dry_bulb_c": float(dry_c[hour]),
            "wet_bulb_c": float(wet_c[hour]),
            "inlet_c": float(at_inlet_c[hour]),
            "cooling_kw": float(cooling_kw[hour]),
            "mode": Mode(int(modes[hour])).label,
        }
        for hour in order
    ]


def hall_notes(case: Case) -> list[str]:
    """What a reader must know of the burn-in hall at this place: salt air, and pads that humidity forbids."""
    hall = case.plant.burn_in_hall
    notes = []
    for problem in salt_air(hall, case.site_file.site.place.distance_to_sea_km).problems:
        notes.append(f"The burn-in hall is planned sealed, on coils alone: {problem.where}, {problem.what}.")
    if notes:
        return notes
    weather = case.weather
    outdoors = OutdoorAir(
        weather.values("dry_bulb_c"), weather.values("wet_bulb_c"),
        weather.values("humidity_ratio"), weather.values("pressure_pa"),
    )  # fmt: skip
    found = pads_against_humidity(hall, case.plant.product, outdoors)
    return [f"{problem.where}, {problem.what}: coils carry them." for problem in (*found.problems, *found.warnings)]
