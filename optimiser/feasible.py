"""What no plan can do, found before anything is solved: demand, heat, hall limits and the grid service.

Every check is a bound that holds for any plan, so that a case is refused only when it is impossible; what passes may
still turn out to be short. All findings come at once, each with its key, its value, the numbers and a cure.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimiser import burnin
from optimiser.burnin import mean_survival, rack_availability
from optimiser.cooling import design_assembly_mw
from optimiser.hydro import peak_capacity_kw_th
from optimiser.inputs import Inputs, LineInputs, demanded_units, worked_share
from optimiser.model import MONTHS
from optimiser.own_power import most_own_kw
from optimiser.power import services
from optimiser.water_cooled import design_capacity_kw_th
from sites import air
from sites.clock import HOURS, Calendar
from sites.errors import InfeasibleError, Problem
from twin.model.halls import BurnInHall
from twin.model.plant import Plant
from twin.model.stations import ENDS
from twin.model.thermal.burn_in_hall import HallCooling, InletState, inlet_state

Array = NDArray[np.float64]
LEAST_SHORT = 1e-6  # of the need; rounding is no reason to refuse


def check_feasible(inputs: Inputs, plant_file: str) -> None:
    """Raise `InfeasibleError` with everything that no plan for *inputs* can do.

    Parameters: *inputs* with a line, from a response or from `best_line`, or with a fixed load; *plant_file*, its name
    for the messages.
    """
    found = [*_hall_problems(inputs), *_grid_problems(inputs)]
    if inputs.line is not None:
        runs = burn_ins_per_year(inputs.line)
        found = [
            *_line_problems(inputs, inputs.line),
            *_rack_problems(inputs, runs),
            *_crew_problems(inputs, inputs.line, runs),
            *_heat_problems(inputs, inputs.line, runs),
            *found,
        ]
    if found:
        raise InfeasibleError([replace(problem, where=f"{plant_file}: {problem.where}") for problem in found])


def best_line(plant: Plant, calendar: Calendar, holidays: NDArray[np.bool_]) -> LineInputs:
    """Return the line as it would be at its very best, from the plant file alone, before any simulation.

    Parameters: *plant*; *calendar*; *holidays* by day (365). Every station works without a wait, a breakdown or a
    reject, nothing returns from burn-in, and machines need no power: no plan can do better.
    """
    share = worked_share(plant, calendar, holidays)
    return LineInputs(
        capacity_units_per_h=share * best_rate_per_h(plant) / plant.line.cells,
        staffed_share=share,
        fixed_kw_per_team=np.zeros_like(share),
        kwh_per_unit=0.0,
        return_share=0.0,
        shipped_share=1.0,
        demand_units=demanded_units(plant, calendar, holidays),
        weeks=np.zeros(12),
        open_share=np.ones(HOURS),
    )


def best_rate_per_h(plant: Plant) -> float:
    """Units an hour that all cells of the line can pass [1/h]: the least over its stations of 60 places / minutes.

    Places are servers, or what the people of the station's skill attend at once where those are fewer; only stations
    that every unit comes to on its way to burn-in count.
    """
    line = plant.line
    rates = [np.inf]
    for station in line.stations:
        if station.name not in line.reached() - set(ENDS) or station.process_time.mean_min <= 0:
            continue
        seats = line.crew.people.get(station.skill or "", 0) * line.cells * station.attends_at_once
        places = min(np.inf if station.servers is None else station.servers, seats if station.skill else np.inf)
        rates.append(60.0 * places / station.process_time.mean_min)
    return float(min(rates))


def burn_ins_per_year(line: LineInputs) -> float:
    """Burn-in runs that a year's demand needs at least: demand x (1 + return share) / good share."""
    return float(line.demand_units.sum()) * (1.0 + line.return_share) / line.shipped_share


def _is_short(able: float, need: float) -> bool:
    return able < need * (1.0 - LEAST_SHORT)


def _demand(inputs: Inputs, able: float, need: float, what: str, cure: str) -> Problem:
    """A demand that *need* is larger than what is *able* to meet it, with the largest demand that would do."""
    wanted = inputs.plant.demand.units_per_working_day
    most = int(wanted * able / need)
    return Problem("demand.units_per_working_day", f"value {wanted:g}: {what}", f"give at most {most:,}, or {cure}")


def _by_month(inputs: Inputs, hourly: Array) -> Array:
    """Sums of *hourly* values (patterns, 8760) by labour month (patterns, 12): a pattern is kept for whole months."""
    months = [hourly[:, inputs.calendar.labour_month == month].sum(axis=1) for month in range(MONTHS)]
    return np.stack(months, axis=1)


def _line_problems(inputs: Inputs, line: LineInputs) -> list[Problem]:
    """Good units of a year with every cell on each month's best pattern, against the year's demand."""
    cells, patterns = inputs.plant.line.cells, inputs.plant.patterns
    able = cells * line.shipped_share * float(_by_month(inputs, line.capacity_units_per_h).max(axis=0).sum())
    best = int(np.argmax(line.capacity_units_per_h.sum(axis=1)))
    need = float(line.demand_units.sum())
    if not _is_short(able, need):
        return []
    what = (
        f"{need:,.0f} good units a year are wanted, and all {cells} cells make {able:,.0f} at best, "
        f"each month on its most productive pattern (over the year {patterns[best].name!r})"
    )
    return [_demand(inputs, able, need, what, "a larger line.cells, faster stations, or a longer pattern")]


def _rack_problems(inputs: Inputs, runs: float) -> list[Problem]:
    """Hours of a year in all slots of the most racks, against the hours that the year's burn-ins hold them."""
    rules = inputs.plant.burn_in
    slots = rules.most_racks * rules.slots_per_rack * rack_availability(inputs.plant) * burnin.SLOT_UTILISATION
    able, need = slots * HOURS / rules.hours, runs
    if not _is_short(able, need):
        return []
    racks = int(np.ceil(rules.most_racks * need / able))
    what = (
        f"{need:,.0f} burn-ins a year of {rules.hours:g} h are needed, and burn_in.most_racks {rules.most_racks} "
        f"of {rules.slots_per_rack} slots hold {able:,.0f} at best"
    )
    return [_demand(inputs, able, need, what, f"a burn_in.most_racks of {racks:,} or more")]


def _crew_problems(inputs: Inputs, line: LineInputs, runs: float) -> list[Problem]:
    """Minutes of a year of the most burn-in crews, against the minutes that loading and unloading take."""
    rules, most = inputs.plant.burn_in, inputs.plant.labour.most_burn_in_crews
    handling_min = rules.load_min + rules.unload_min
    if handling_min <= 0:
        return []
    hours = float(_by_month(inputs, line.staffed_share).max(axis=0).sum())
    able = most * rules.people_per_crew * 60.0 * burnin.CREW_UTILISATION * hours / handling_min
    if not _is_short(able, runs):
        return []
    crews = int(np.ceil(most * runs / able))
    what = (
        f"{runs:,.0f} burn-ins a year are loaded and unloaded, and labour.most_burn_in_crews {most} "
        f"of {rules.people_per_crew} people handle {able:,.0f} at best"
    )
    return [_demand(inputs, able, runs, what, f"a labour.most_burn_in_crews of {crews:,} or more")]


def burn_in_heat_kw(inputs: Inputs, runs: float) -> float:
    """Mean heat of the year's burn-ins [kW], below which no peak can lie.

    Formula: runs x power of a unit x mean survival x burn-in hours / hours of the year.
    """
    plant = inputs.plant
    return runs * plant.product.power_kw * mean_survival(plant) * plant.burn_in.hours / HOURS


def _heat_problems(inputs: Inputs, line: LineInputs, runs: float) -> list[Problem]:
    """The burn-in's mean heat against all modules; the design need of chilled water against all chillers but spares."""
    plant, found = inputs.plant, []
    kit, chiller = plant.equipment.ventilation, plant.equipment.chiller
    found += _water_problems(inputs, burn_in_heat_kw(inputs, runs))
    heat_kw = burn_in_heat_kw(inputs, runs) * plant.heat_to_air_fraction
    most_kw = kit.most_modules * kit.module_kw_th
    if _is_short(most_kw, heat_kw):
        what = f"value {kit.most_modules}: {most_kw:,.0f} kW_th, and burn-in gives off {heat_kw:,.0f} kW on average"
        cure = f"give {int(np.ceil(heat_kw / kit.module_kw_th))} or more, or a smaller demand"
        found.append(Problem("equipment.ventilation.most_modules", what, cure))
    able_and_need = [
        (
            (chiller.most - chiller.spare) * point.chiller_kw_th + other_kw_th,
            1000.0 * design_assembly_mw(inputs, line, point) + (0.0 if bool(point.cooling.air_allowed[0]) else heat_kw),
            point,
        )
        for point, other_kw_th in zip(inputs.design, design_capacity_kw_th(inputs), strict=True)
    ]
    short = [each for each in able_and_need if _is_short(each[0], each[1])]
    if short:
        able_kw, need_kw, point = max(short, key=lambda each: each[1] / max(each[0], 1e-9))
        what = (
            f"value {chiller.most}: less {chiller.spare} spare they give {able_kw:,.0f} kW_th at the {point.label} "
            f"({point.dry_bulb_c:.1f} C outdoors), and the halls need {need_kw:,.0f} kW_th"
        )
        count = int(np.ceil(need_kw / max(point.chiller_kw_th, 1e-9))) + chiller.spare
        cure = f"give {count} or more, a larger capacity_kw_th, or hall limits that outdoor air can hold"
        found.append(Problem("equipment.chiller.most", what, cure))
    return found


def _water_problems(inputs: Inputs, burn_in_kw: float) -> list[Problem]:
    """The mean water heat of hydro miners against all dry coolers but spares, at the worst design condition."""
    if inputs.hydro is None:
        return []
    sizes = {one.cooler.size: float(one.cooler.most) for one in inputs.hydro.coolers}
    able = peak_capacity_kw_th(inputs.hydro, sizes)
    need = burn_in_kw * inputs.hydro.hydro.loop.heat_to_water_fraction
    if not _is_short(able, need):
        return []
    what = (
        f"all of every type, less spares, reject {able:,.0f} kW_th at the worst design condition, and burn-in gives "
        f"{need:,.0f} kW_th into the water on average"
    )
    return [Problem("equipment.hydro.dry_coolers", what, "give a larger most, larger coolers, or a smaller demand")]


def _grid_problems(inputs: Inputs) -> list[Problem]:
    """The power that must come over the grid, against the largest service with its spare out and the rate classes."""
    plant = inputs.plant
    kit, battery = plant.equipment.transformers, plant.equipment.battery
    if inputs.fixed_load_kw is not None:
        load_kw = float(inputs.fixed_load_kw.max()) - battery.most_kw
        told = f"the load's peak less a battery of {battery.most_kw:,.0f} kW"
    elif inputs.line is not None:
        made_kw = float(inputs.line.demand_units.sum()) * inputs.line.kwh_per_unit / inputs.line.shipped_share / HOURS
        burning_kw = burn_in_heat_kw(inputs, burn_ins_per_year(inputs.line))
        load_kw = made_kw + burning_kw + float(inputs.building_kw.mean())
        told = "the mean of burn-in, line and building over the year, cooling not counted,"
    else:
        return []
    own_kw = most_own_kw(plant)
    if own_kw > 0:
        load_kw, told = load_kw - own_kw, f"{told.rstrip(',')} less {own_kw:,.0f} kW that the site can make itself,"
    need_kw = load_kw / (1.0 - kit.load_loss_fraction)
    firm_kw = max(service.firm_kw for service in services(plant, 1.0))
    found = []
    if _is_short(firm_kw, need_kw):
        what = (
            f"value {list(kit.sizes_kva)}: the largest service carries {firm_kw:,.0f} kW with {kit.spare} transformer "
            f"out, and {told} is {need_kw:,.0f} kW"
        )
        cure = "add a larger size with its price, a larger most_of_one_size, or a smaller load"
        found.append(Problem("equipment.transformers.sizes_kva", what, cure))
    classes = {tariff.name: tariff.maximum_kw for tariff in inputs.site.tariffs}
    if all(top is not None and _is_short(top, need_kw) for top in classes.values()):
        tops = ", ".join(f"{name} to {top:,.0f} kW" for name, top in classes.items() if top is not None)
        what = f"no rate class of the site takes it ({tops}): {told} is {need_kw:,.0f} kW"
        found.append(Problem("demand.units_per_working_day", what, "add the utility's class for larger loads"))
    return found


def _hall_problems(inputs: Inputs) -> list[Problem]:
    """Limits of the halls that neither outdoor air, pads nor coils hold in some hours of the year."""
    if inputs.line is None:
        return []
    found = _assembly_problems(inputs)
    plant, design = inputs.plant, inputs.design
    hall, supply_c = plant.burn_in_hall, plant.equipment.chiller.supply_c
    without = [_hours_without(plant, cooling) for cooling in _airs(inputs)]
    points = [point.label for point, hours in zip(design, without[1:], strict=True) if hours.any()]
    if not any(hours.any() for hours in without):
        return found
    ratio = np.concatenate([c.outdoor_humidity_ratio[h] for c, h in zip(_airs(inputs), without, strict=True)])
    pressure_pa = np.concatenate([c.pressure_pa[h] for c, h in zip(_airs(inputs), without, strict=True)])
    coil = coil_inlet(plant, hall, ratio, pressure_pa)
    when = f"{int(without[0].sum()):,} h of the year" + (f" and the {', '.join(points)}" if points else "")
    why = f"neither open air nor pads hold the hall's limits in {when}, and coils on water of {supply_c:g} C"
    # the inlet is warmed until it is dry enough: told as a matter of humidity, not of temperature
    free = coil_inlet(plant, hall.model_copy(update={"relative_humidity_limit": 1.0}), ratio, pressure_pa)
    reached = {
        "inlet_limit_c": (hall.inlet_limit_c, float(free.temperature_c.max()), "C"),
        "dew_point_limit_c": (hall.dew_point_limit_c, float(free.dew_point_c.max()), "C dew point"),
        "wbgt_limit_c": (hall.wbgt_limit_c, float(free.wbgt_c.max()), "C WBGT"),
    }
    for key, (limit, best, unit) in reached.items():
        if best > limit + LEAST_SHORT:
            cure = f"give {np.ceil(100 * best) / 100:g} or more, or a lower equipment.chiller.supply_c"
            what = f"value {limit:g}: {why} reach {best:.4g} {unit} at best"
            found.append(Problem(f"burn_in_hall.{key}", what, cure))
    if free.allowed.all():
        what = (
            f"value {hall.relative_humidity_limit:g}: {why} hold it only at an inlet of "
            f"{coil.temperature_c.max():.1f} C, where another limit of the hall is broken"
        )
        cure = "give a higher limit, or a lower equipment.chiller.supply_c"
        found.append(Problem("burn_in_hall.relative_humidity_limit", what, cure))
    return found


def coil_inlet(plant: Plant, hall: BurnInHall, outdoor_humidity_ratio: Array, pressure_pa: Array) -> InletState:
    """The best inlet state that coils can give in a *hall* under outdoor air of a ratio [kg/kg] and pressure.

    Air leaves them no colder than their water, and as dry as outdoors or as their water can dry it; what returns from
    the miners warms the inlet as with open air, and more of it is taken back where the limit of relative humidity or
    the least inlet asks.
    """
    supply_c = np.full_like(pressure_pa, plant.equipment.chiller.supply_c)
    driest = np.minimum(outdoor_humidity_ratio, air.humidity_ratio_from_dew_point(supply_c, pressure_pa))
    return inlet_state(hall, plant.product, supply_c, driest, pressure_pa)


def _airs(inputs: Inputs) -> tuple[HallCooling, ...]:
    """The year's hours and the design conditions."""
    return (inputs.hall, *(point.cooling for point in inputs.design))


def _hours_without(plant: Plant, cooling: HallCooling) -> NDArray[np.bool_]:
    """Whether neither open air nor pads nor coils hold the hall's limits, hour by hour."""
    coil = coil_inlet(plant, plant.burn_in_hall, cooling.outdoor_humidity_ratio, cooling.pressure_pa)
    return ~cooling.air_allowed & ~coil.allowed


def _assembly_problems(inputs: Inputs) -> list[Problem]:
    """The assembly hall's setpoint and its driest allowed dew point against the chilled water, where that is needed."""
    hall, supply_c = inputs.plant.assembly_hall, inputs.plant.equipment.chiller.supply_c
    if not inputs.assembly.mechanical.any():
        return []
    pressure_pa = np.array([float(inputs.hall.pressure_pa.mean())])
    inside_c = np.array([hall.temperature_c])
    ratio = air.humidity_ratio_from_relative_humidity(inside_c, hall.relative_humidity_high, pressure_pa)
    dew_c = float(air.dew_point_from_humidity_ratio(ratio, pressure_pa)[0])
    hours = int(inputs.assembly.mechanical.sum())
    found = []
    if hall.temperature_c <= supply_c:
        what = f"value {hall.temperature_c:g}: chilled water of {supply_c:g} C cannot hold it, and {hours:,} h need it"
        cure = f"give more than {supply_c:g}, or a lower equipment.chiller.supply_c"
        found.append(Problem("assembly_hall.temperature_c", what, cure))
    elif dew_c < supply_c and bool(inputs.assembly.moisture_binds.any()):
        damp = int(inputs.assembly.moisture_binds.sum())
        what = (
            f"value {hall.relative_humidity_high:g}: a dew point of {dew_c:.1f} C, to which chilled water of "
            f"{supply_c:g} C cannot dry the air, and {damp:,} h need it"
        )
        cure = "give a higher limit, or a lower equipment.chiller.supply_c"
        found.append(Problem("assembly_hall.relative_humidity_high", what, cure))
    return found
