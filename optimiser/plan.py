"""From a solution to the plan that everyone else reads: hourly series in kW, counts, sizes and the cost sheet."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyomo.environ as pyo
import xarray as xr
from numpy.typing import NDArray

from optimiser.facility import Facility, cost_lines
from optimiser.hall_plan import line_loads, with_halls
from optimiser.hydro import hydro_series, hydro_sizes
from optimiser.own_power_plan import own_power_series, own_power_sizes
from optimiser.power import services
from optimiser.search import Found
from optimiser.solver import Solution
from optimiser.water_cooled import heat_series, water_cooled_sizes
from twin.model.catalogue import installed_usd
from twin.model.contracts import Plan
from twin.model.thermal.hall_fans import hall_fans

Array = NDArray[np.float64]
KW = 1000.0
FLOWS = ("cooling", "power")  # of water-cooled chillers


def table(solution: Solution, name: str, shape: tuple[int, ...]) -> Array:
    """Values of the variable *name* laid into an array of *shape*, zero where it stands in no row."""
    values = np.zeros(shape)
    for key, value in zip(solution.matrices.keys[name], solution.value(name), strict=True):
        values[key] = value
    return values


def hourly(solution: Solution, name: str, hours: int = 8760) -> Array:
    """Values of the hourly variable *name* (8760), zero where it stands in no row; rounding dust removed."""
    found = table(solution, name, (hours,)) if name in solution.matrices.keys else np.zeros(hours)
    return np.where(np.abs(found) < 1e-9, 0.0, found)


def sizes_of(found: Found) -> dict[str, float]:
    """Counts and sizes of the plan, the unit in each name."""
    solution, plant = found.solution, found.facility.inputs.plant
    ladder = services(plant, found.facility.inputs.site.construction.cost_index)
    service = ladder[int(np.argmax(table(solution, "power_service", (len(ladder),))))]
    sizes = {
        "transformers_count": float(service.number),
        "transformer_kva": service.size_kva,
        "service_firm_kw": service.firm_kw,
        "battery_kw": KW * solution.scalar("power_battery_mw"),
        "battery_kwh": KW * solution.scalar("power_battery_mwh"),
    }
    if "burn_in_racks" in solution.matrices.columns:
        sizes |= {
            "racks_count": solution.scalar("burn_in_racks"),
            "ventilation_kw_th": solution.scalar("hall_modules") * plant.equipment.ventilation.module_kw_th,
            "pads_kw_th": KW * solution.scalar("hall_pads_mw"),
            "coils_kw_th": KW * solution.scalar("hall_coils_mw"),
        }
    if "chilled_water_chillers" in solution.matrices.columns:
        sizes |= {
            "chillers_count": solution.scalar("chilled_water_chillers"),
            "chiller_kw_th": plant.equipment.chiller.capacity_kw_th,
            "cold_store_kwh_th": KW * solution.scalar("chilled_water_store_mwh"),
        }
    sizes |= own_power_sizes(found)
    sizes |= water_cooled_sizes(found.facility.inputs, solution)
    sizes |= hydro_sizes(found.facility.inputs, solution)
    if "heat_recovery_mw" in solution.matrices.columns:
        sizes["recovery_kw_th"] = KW * solution.scalar("heat_recovery_mw")
    return {name: round(value, 3) for name, value in sizes.items()}


def installed_usd_of(found: Found, sizes: Mapping[str, float]) -> dict[str, float]:
    """Installed price of each item [usd], by the name of its size."""
    inputs = found.facility.inputs
    return installed_usd(inputs.plant.equipment, inputs.site.construction.cost_index, sizes)


def costs_of(facility: Facility, solution: Solution) -> dict[str, float]:
    """The cost sheet [usd/year] by line, constants included; units that are short are priced in "shortage"."""
    columns = solution.matrices.columns
    for variable in facility.model.pyomo.component_objects(pyo.Var):
        keys, places = solution.matrices.keys[variable.name], columns[variable.name]
        for key, value in zip(keys, solution.x[places].tolist(), strict=True):
            variable[key].set_value(value, skip_validation=True)
        for datum in variable.values():
            if datum.value is None:
                datum.set_value(datum.lb, skip_validation=True)
    plant = facility.inputs.plant
    sheet = {line: float(pyo.value(facility.cost.get(line, 0.0))) for line in (*cost_lines(plant), "shortage")}
    for line, usd in facility.constant_lines.items():
        sheet[line] = sheet.get(line, 0.0) + usd
    if abs(sheet["shortage"]) < 0.005:
        del sheet["shortage"]
    return sheet


def plan_of(found: Found, costs: Mapping[str, float], sizes: Mapping[str, float]) -> Plan:
    """Return the plan of a *found* solution."""
    facility, solution = found.facility, found.solution
    inputs, plant = facility.inputs, facility.inputs.plant
    load, line = inputs.fixed_load_kw, inputs.line
    series = {
        "production_units_per_h": hourly(solution, "line_made_per_h"),
        "loads_per_h": hourly(solution, "burn_in_loads_per_h"),
        "burn_in_starts_per_h": hourly(solution, "burn_in_starts_per_h"),
        "unloads_per_h": hourly(solution, "burn_in_unloads_per_h"),
        "waiting_units": hourly(solution, "burn_in_waiting_units"),
        "ready_units": hourly(solution, "burn_in_ready_units"),
        "burning_units": hourly(solution, "burn_in_burning_units"),
    }
    held = hourly(solution, "burn_in_held_units")
    series["ready_units"] = series["ready_units"] + series["loads_per_h"]  # loaded in this hour, to start from the next
    series["done_units"] = np.maximum(held - series["ready_units"] - series["burning_units"], 0.0)
    series["paused_units"] = hourly(solution, "burn_in_paused_units")
    series["burning_units"] = series["burning_units"] - series["paused_units"]  # the model's are those in their run
    patterns = [pattern.name for pattern in plant.patterns]
    teams = crews = np.zeros((12, len(patterns)))
    line_kw = np.zeros(8760)
    if line is not None:
        teams = np.round(table(solution, "labour_teams", teams.shape))
        crews = np.round(table(solution, "labour_crews", crews.shape))
        fixed = np.einsum("pt,tp->t", line.fixed_kw_per_team, teams[inputs.calendar.labour_month])
        line_kw = line.kwh_per_unit * series["production_units_per_h"] + fixed
    heat = _heat(found, teams)
    if line is not None:
        loads = line_loads(inputs, line, series["production_units_per_h"], teams)
        heat = with_halls(inputs, lambda name: hourly(solution, name), heat, *loads)
    grid_kw = KW * hourly(solution, "power_grid_mw")
    charge, discharge = (KW * hourly(solution, f"power_{way}_mw") for way in ("charge", "discharge"))
    burn_in_kw = KW * hourly(solution, "burn_in_power_mw")
    building_kw = inputs.building_kw if load is None else load
    used = line_kw + burn_in_kw + heat["cooling_kw"] + building_kw
    own = own_power_series(found)
    made = own.get("solar_kw", 0.0) + own.get("generators_kw", 0.0)
    series |= {
        "line_kw": line_kw,
        "burn_in_kw": burn_in_kw,
        "building_kw": building_kw,
        "losses_kw": np.maximum(grid_kw + made + discharge - charge - used, 0.0),
        "battery_charge_kw": charge,
        "battery_discharge_kw": discharge,
        "battery_level_kwh": KW * hourly(solution, "power_level_mwh"),
        "grid_kw": grid_kw,
        "energy_usd_per_kwh": inputs.tariff.energy_usd_per_kwh,
        **heat,
        **own,
    }
    months = {
        "stock_units": _months(solution, "burn_in_stock_units"),
        "shortage_units": _months(solution, "burn_in_shortage_units"),
    }
    demand = np.zeros(12) if line is None else line.demand_units
    shipped = np.maximum(demand - months["shortage_units"], 0.0)
    return _dataset(
        found, series, teams, crews, {**months, "demand_units": demand, "shipped_units": shipped}, costs, sizes
    )


def _months(solution: Solution, name: str) -> Array:
    return np.maximum(solution.value(name), 0.0) if name in solution.matrices.columns else np.zeros(12)


def _heat(found: Found, teams: Array) -> dict[str, Array]:
    """Heat flows [kW_th], the electricity of all cooling [kW] and water [m3], as the model has them."""
    inputs, solution = found.facility.inputs, found.solution
    plant, calendar = inputs.plant, inputs.calendar
    hall, load = plant.assembly_hall, inputs.assembly
    air, coil = KW * hourly(solution, "hall_air_mw"), KW * hourly(solution, "hall_coil_mw")
    assembly = np.zeros(8760)
    if inputs.line is not None:
        present = np.einsum("pt,tp->t", inputs.line.staffed_share, teams[calendar.labour_month])
        moisture = load.latent_fixed_kw_th + load.moisture_binds * hall.latent_kw_per_person * present * (
            plant.line.crew.size
        )
        sensible = KW * hourly(solution, "assembly_sensible_mw")
        assembly = np.where(load.mechanical, sensible + moisture, 0.0)
    chilled = KW * hourly(solution, "chilled_water_cooling_mw")
    filling = KW * hourly(solution, "chilled_water_store_filling_mw")
    power = KW * hourly(solution, "chilled_water_power_mw")
    cooling_kw = (
        _fans_kw(found, air)
        + inputs.hall.pad_kw_per_kw_th * air
        + plant.burn_in_hall.coil_fan_kw_per_kw_th * coil
        + hall.supply_fan_kw_per_kw_th * assembly
        + power
        + plant.equipment.chiller.pump_kw_per_kw_th * chilled
    )
    wetted = inputs.hall.pad_needed
    towers = heat_series(inputs, *(KW * hourly(solution, f"chilled_water_water_cooled_{n}_mw") for n in FLOWS))
    loop = {name: values if values.ndim == 1 else values.sum(axis=1) for name, (_, values) in
            hydro_series(inputs, solution).items()}  # fmt: skip
    if loop:
        cooling_kw = cooling_kw + loop["dry_cooler_fan_kw"] + loop["hydro_pump_kw"]
    return {
        "free_air_kw_th": np.where(wetted, 0.0, air),
        "pad_kw_th": np.where(wetted, air, 0.0),
        "coil_kw_th": coil,
        "assembly_kw_th": assembly,
        "chiller_kw_th": chilled,
        "chiller_kw": power,
        "store_fill_kw_th": np.maximum(filling, 0.0),
        "store_empty_kw_th": np.maximum(-filling, 0.0),
        "store_level_kwh_th": KW * hourly(solution, "chilled_water_store_level_mwh"),
        "cooling_kw": cooling_kw + towers.electricity_kw,
        "water_m3": inputs.hall.water_m3_per_kwh_th * air + towers.water_m3 + loop.get("dry_cooler_water_m3", 0.0),
        **towers.series,
    }


def _fans_kw(found: Found, air_kw_th: Array) -> Array:
    """Power of the burn-in hall's fans [kW] (8760), as the model has it."""
    name = "hall_fans_power_mw"
    if name in found.solution.matrices.keys:
        return KW * hourly(found.solution, name)
    fans = hall_fans(found.facility.inputs.plant, found.facility.inputs.hall)
    return np.asarray(fans.full_kw / fans.each_kw_th * air_kw_th)


def _dataset(
    found: Found,
    series: Mapping[str, Array],
    teams: Array,
    crews: Array,
    months: Mapping[str, Array],
    costs: Mapping[str, float],
    sizes: Mapping[str, float],
) -> Plan:
    inputs = found.facility.inputs
    units = {name: variable.units for name, variable in Plan.variables.items()}
    data: dict[str, tuple[tuple[str, ...], Array, dict[str, str]]] = {
        name: (("time",), np.maximum(values, 0.0) if name != "energy_usd_per_kwh" else values, {"units": units[name]})
        for name, values in series.items()
    }
    data |= {name: (("month",), values, {"units": units[name]}) for name, values in months.items()}
    loop = hydro_series(inputs, found.solution)
    data |= {name: (dims, values, {"units": units[name]}) for name, (dims, values) in loop.items()}
    data["teams"] = (("month", "pattern"), teams, {"units": "teams"})
    data["burn_in_crews"] = (("month", "pattern"), crews, {"units": "crews"})
    data["size"] = (("item",), np.array(list(sizes.values())), {"units": "as named"})
    data["cost_usd_per_year"] = (("cost_line",), np.array(list(costs.values())), {"units": "usd/year"})
    return Plan(
        xr.Dataset(
            data,
            coords={
                "time": inputs.calendar.time,
                "month": np.arange(1, 13),
                "pattern": [pattern.name for pattern in inputs.plant.patterns],
                "item": list(sizes),
                "cost_line": list(costs),
                **({"dry_cooler": [one.cooler.key for one in inputs.hydro.coolers]} if inputs.hydro else {}),
            },
            attrs={"site": inputs.site.name, "plant": inputs.plant.name},
        )
    )
