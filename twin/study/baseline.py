"""The baseline: business as usual on the cheapest single shift pattern, against which a plan's saving is counted.

Arithmetic on the 8760 hours, no optimisation: each pattern of the menu in turn carries all teams and crews all year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.burnin import holding_usd, mean_survival
from optimiser.employment import cheapest_employment, employment_terms
from optimiser.facility import COST_LINES
from optimiser.inputs import Inputs, LineInputs
from optimiser.labour import indirect_usd_per_year, usd_per_week
from optimiser.trade import duty_freight_usd_per_year
from sites.bill_lines import bill_by_cost_line
from sites.errors import InfeasibleError
from twin.model.catalogue import capital_usd_per_year, installed_usd, prices, upkeep_fractions
from twin.model.thermal.operation import CoolingOperation
from twin.study.business_as_usual import MONTHS_OF_QUARTER, Work, work_on_pattern
from twin.study.case import Case
from twin.study.hydro import standard_sizes
from twin.study.rate_class import better_class
from twin.study.standard_equipment import (
    chillers_count,
    hall_sizes,
    operate_without_store,
    smallest_service,
)

Array = NDArray[np.float64]
BILL_LINES = ("energy", "demand", "coincident")
CAUSES = {
    "labour": ("labour",),
    "energy": ("energy", "fuel"),
    "demand_and_coincident": ("demand", "coincident"),
    "capital": ("capital", "maintenance", "tax", "insurance"),
    "holding": ("holding",),
}


@dataclass(frozen=True, eq=False)
class Option:
    """Business as usual on one shift pattern, or the *reason* why that pattern cannot make the demand.

    *pattern* and *label*; whole *teams_by_quarter* (4) and burn-in *crews*; *sizes* named as the plan's; *costs*
    [usd/year] by line, their sum *total_usd* and the electricity bill *bill_usd*; *rate_class* billed on;
    *installed_usd* by size; *grid_kw* and *uses_kw* (8760), which add up to it; *good_units* and *stock_units* by
    month. An option that is not *feasible* has no costs and an infinite total.
    """

    pattern: str
    label: str
    feasible: bool
    reason: str = ""
    teams_by_quarter: tuple[int, ...] = ()
    crews: int = 0
    rate_class: str = ""
    sizes: dict[str, float] = field(default_factory=dict)
    installed_usd: dict[str, float] = field(default_factory=dict)
    costs: dict[str, float] = field(default_factory=dict)
    total_usd: float = float("inf")
    bill_usd: float = float("inf")
    grid_kw: Array = field(default_factory=lambda: np.zeros(0))
    uses_kw: dict[str, Array] = field(default_factory=dict)
    good_units: Array = field(default_factory=lambda: np.zeros(0))
    stock_units: Array = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, eq=False)
class Baseline:
    """The cheapest single pattern (*best*, none when no single pattern makes the demand) and the *table* of all."""

    best: Option | None
    table: tuple[Option, ...]


def baseline_of(case: Case, inputs: Inputs) -> Baseline:
    """Return the baseline of a *case* with the line and coefficients of *inputs*: those that the plan was made with.

    Raises `ValueError` for a given load, which has no pattern to choose.
    """
    if inputs.line is None:
        raise ValueError("a given load has no shift pattern, and so no baseline")
    steady = [place for place, pattern in enumerate(inputs.plant.patterns) if pattern.overtime_of is None]
    table = tuple(_option(case, inputs, inputs.line, place) for place in steady)
    able = [option for option in table if option.feasible]
    return Baseline(min(able, key=lambda option: option.total_usd) if able else None, table)


def _option(case: Case, inputs: Inputs, line: LineInputs, place: int) -> Option:
    """Business as usual on the pattern at *place* of the menu."""
    pattern = inputs.plant.patterns[place]
    try:
        work = work_on_pattern(inputs, line, place)
        sizes, uses_kw, cooling = _heat_and_uses(inputs, line, place, work)
        service, grid_kw = smallest_service(inputs, np.sum(list(uses_kw.values()), axis=0))
        billing = _billing_case(case, grid_kw)
    except InfeasibleError as error:
        return Option(pattern.name, pattern.label, False, str(error))
    uses_kw["losses"] = grid_kw - np.sum(list(uses_kw.values()), axis=0)
    sizes = {
        "transformers_count": float(service.number),
        "transformer_kva": service.size_kva,
        "service_firm_kw": service.firm_kw,
        "battery_kw": 0.0,
        "battery_kwh": 0.0,
        **sizes,
    }
    kit, index = inputs.plant.equipment, inputs.site.construction.cost_index
    installed = installed_usd(kit, index, sizes)
    priced = prices(kit, index, service.size_kva)
    capital = sum(sizes[size] * capital_usd_per_year(priced[size], inputs.plant.money) for size in installed)
    built = sum(installed.values())
    costs = dict.fromkeys(COST_LINES, 0.0)
    costs |= bill_by_cost_line(billing.site_file.site.tariff, billing.bill_of(grid_kw), billing.calendar)
    costs |= {
        "labour": _labour_usd(inputs, line, place, work),
        "capital": capital,
        **{item: share * built for item, share in upkeep_fractions(kit, inputs.site.levies).items()},
        "water": inputs.site.water.drawn_usd_per_m3(inputs.plant.burn_in_hall.pad_evaporated_fraction)
        * float(cooling.water_m3.sum()),
        "duty_freight": duty_freight_usd_per_year(inputs.plant, inputs.site, float(line.demand_units.sum())),
        "holding": holding_usd(
            inputs.plant,
            work.burn_in.waiting_units + work.burn_in.held_units - work.burn_in.burning_units,
            work.stock_units,
        ),
    }
    if cooling.house_rule_usd.any():
        costs["house_rule"] = float(cooling.house_rule_usd.sum())
    return Option(
        pattern=pattern.name,
        label=pattern.label,
        feasible=True,
        teams_by_quarter=work.teams_by_quarter,
        crews=work.crews,
        rate_class=billing.site_file.site.default_tariff,
        sizes={name: round(value, 3) for name, value in sizes.items()},
        installed_usd=installed,
        costs=costs,
        total_usd=sum(costs.values()),
        bill_usd=sum(costs[name] for name in BILL_LINES),
        grid_kw=grid_kw,
        uses_kw=uses_kw,
        good_units=work.good_units,
        stock_units=work.stock_units,
    )


def _heat_and_uses(
    inputs: Inputs, line: LineInputs, place: int, work: Work
) -> tuple[dict[str, float], dict[str, Array], CoolingOperation]:
    """Sizes of racks and cooling, power by use [kW] (8760) without transformer losses, and how the cooling runs."""
    plant = inputs.plant
    teams = _teams_by_hour(inputs, work)
    line_kw = line.kwh_per_unit * work.made_per_h + line.fixed_kw_per_team[place] * teams
    burning = work.burn_in.burning_units
    burn_in_kw = plant.product.power_kw * mean_survival(plant) * 0.5 * (burning + np.roll(burning, 1))
    people = line.staffed_share[place] * teams * plant.line.crew.size
    to_air_kw = burn_in_kw * plant.heat_to_air_fraction
    sizes = {"racks_count": float(work.racks), **hall_sizes(inputs, to_air_kw)}
    sizes |= standard_sizes(inputs, float(work.racks), float(burn_in_kw.max()))
    need = inputs.assembly.cooling_kw_th(plant.assembly_hall, line_kw, people)
    need = need + np.where(inputs.hall.air_allowed, 0.0, to_air_kw)
    sizes |= {
        "chillers_count": chillers_count(inputs, line, to_air_kw, need),
        "chiller_kw_th": plant.equipment.chiller.capacity_kw_th,
        "cold_store_kwh_th": 0.0,
    }
    cooling = operate_without_store(inputs, sizes, burn_in_kw, line_kw, people)
    uses_kw = {
        "line": line_kw,
        "burn_in": burn_in_kw,
        "cooling": cooling.cooling_kw,
        "building": inputs.building_kw,
    }
    return sizes, uses_kw, cooling


def _billing_case(case: Case, grid_kw: Array) -> Case:
    """The case on the cheapest rate class that takes a load of *grid_kw* (8760)."""
    name = better_class(case, grid_kw)
    found = case if name is None else case.with_rate_class(name)
    reason = found.site_file.site.tariff.size_problem(float(grid_kw.max()))
    if reason:
        raise InfeasibleError(reason)
    return found


def _teams_by_hour(inputs: Inputs, work: Work) -> Array:
    return np.array(work.teams_by_quarter, dtype=float)[inputs.calendar.labour_month // MONTHS_OF_QUARTER]


def _labour_usd(inputs: Inputs, line: LineInputs, place: int, work: Work) -> float:
    """Pay of teams, crews and the people outside them, and what hiring, training and release cost [usd/year]."""
    plant, site = inputs.plant, inputs.site
    teams = np.repeat(np.array(work.teams_by_quarter, dtype=float), MONTHS_OF_QUARTER)
    paid = indirect_usd_per_year(plant, site)
    for number, people in (
        (teams, plant.line.crew.people),
        (np.full(12, float(work.crews)), plant.burn_in.crew_people),
    ):
        paid += float(usd_per_week(plant, site, people)[place] * (line.weeks @ number))
        needed = plant.patterns[place].crews * number
        paid += cheapest_employment(needed, employment_terms(plant, site, people), line.weeks).usd_per_year
    return paid


def savings_by_cause(baseline_costs: Mapping[str, float], plan_costs: Mapping[str, float]) -> dict[str, float]:
    """Return what the plan saves [usd/year] by cause; the causes sum to the difference of the two cost sheets.

    Capital holds what follows from it: maintenance, tax and insurance. A line that no cause names is under "other".
    """
    names = list(dict.fromkeys([*baseline_costs, *plan_costs]))
    saved = {name: baseline_costs.get(name, 0.0) - plan_costs.get(name, 0.0) for name in names}
    by_cause = {cause: sum(saved.pop(line, 0.0) for line in lines) for cause, lines in CAUSES.items()}
    return {**by_cause, "other": sum(saved.values())}


def baseline_document(baseline: Baseline) -> dict[str, Any]:
    """Return the baseline as JSON: the best pattern under the keys of the optimise document, all under "patterns".

    With no feasible pattern only "status" and "patterns" are there.
    """
    best = baseline.best
    rows = [_row(option) for option in baseline.table]
    if best is None:
        return {"status": "infeasible", "patterns": rows}
    return {
        "status": "feasible",
        **_row(best),
        "rate_class": best.rate_class,
        "sizes": dict(best.sizes),
        "installed_usd": dict(best.installed_usd),
        "costs": dict(best.costs),
        "patterns": rows,
    }


def _row(option: Option) -> dict[str, Any]:
    """An option in the table of patterns; what an infeasible one does not have is null."""
    able = option.feasible
    return {
        "pattern": option.pattern,
        "label": option.label,
        "feasible": able,
        "teams_by_quarter": list(option.teams_by_quarter),
        "burn_in_crews": option.crews if able else None,
        "racks_count": option.sizes["racks_count"] if able else None,
        "peak_kw": float(option.grid_kw.max()) if able else None,
        "grid_kwh": float(option.grid_kw.sum()) if able else None,
        "bill_usd": option.bill_usd if able else None,
        "labour_usd": option.costs["labour"] if able else None,
        "objective_usd_per_year": option.total_usd if able else None,
        "reason": option.reason,
    }
