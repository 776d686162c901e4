"""The first year: demand that grows, people of the first payroll, equipment that arrives in stages, and what it costs.

Arithmetic on the 8760 hours around two small models: whole teams by month, and purchases and rents by month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from optimiser.burnin import holding_usd, mean_survival
from optimiser.employment import Beginning, Employment, cheapest_employment, employment_terms
from optimiser.facility import COST_LINES
from optimiser.inputs import Inputs, LineInputs
from optimiser.labour import indirect_usd_per_year, usd_per_week
from optimiser.model import MONTHS
from optimiser.solver import Settings
from optimiser.staffing import opening_labour_month
from optimiser.stages import StagedItem, Stages, choose_stages
from optimiser.trade import duty_freight_usd_per_year
from optimiser.water_cooled import tower_water_usd_per_m3
from sites.bill_lines import bill_by_cost_line
from twin.model.grid_service import firm_kw_each, grid_load_kw, no_load_loss_kw
from twin.model.money import present_value_factor
from twin.model.thermal.hydro_reach import carried_by_air_kw
from twin.study import ramp_water_cooled
from twin.study.case import Case
from twin.study.ramp_equipment import (
    Supply,
    needs_by_month,
    operate_by_month,
    owned_costs,
    staged_items,
    supplies_of,
)
from twin.study.ramp_work import RampWork, burnable_units, ramp_line, work_of_ramp

Array = NDArray[np.float64]
TEAM_GAP = 0.0025  # of the year's labour cost; the months grow, and closing the rest takes longer than it is worth
LEAST_USD = 0.005  # of a shortage: less is rounding
MOST_EASINGS = 2  # chosen: what is still beyond the equipment after them is told
ROOM = 0.98  # of what the service carries: an eased hour moves its burn-in to others


@dataclass(frozen=True, eq=False)
class Hours:
    """The year hour by hour (8760): power by use [kW], losses among them, *grid_kw* their sum, *water_m3*, and what is
    beyond the equipment: heat *unserved_kw_th*, load *over_kw* above the transformers with the spare one out.
    *tower_water_m3* is the towers' part of the water."""

    uses_kw: dict[str, Array]
    grid_kw: Array
    water_m3: Array
    unserved_kw_th: Array
    over_kw: Array
    tower_water_m3: Array
    house_rule_usd: float = 0.0


@dataclass(frozen=True, eq=False)
class Ramp:
    """The first year of a plant.

    *work* of the line and the racks; *demand_units* by month; *line* and *racks* payrolls in crews; *hours*;
    *billed*, a bill without history; *supplies*, *items*, *needs* and *stages* by the name of a size; *costs* [usd] by
    line, of which *constants* no decision changes, and their sum *total_usd*.
    """

    work: RampWork
    demand_units: Array
    line: Employment
    racks: Employment
    hours: Hours
    billed: xr.Dataset
    supplies: dict[str, Supply]
    items: dict[str, StagedItem]
    needs: dict[str, Array]
    stages: dict[str, Stages]
    costs: dict[str, float]
    constants: dict[str, float]

    @property
    def total_usd(self) -> float:
        """All costs of the year [usd]."""
        return sum(self.costs.values())


def ramp_year(
    case: Case, inputs: Inputs, plan_crews: Array, sizes: Mapping[str, float], settings: Settings | None = None
) -> Ramp:
    """Return the first year of a *case*, operated by simple rules with what is there in each month.

    *inputs* that the mature plan was made with; its burn-in crews *plan_crews* (12, patterns) and its *sizes*. Stock
    begins at nil; demand that is not met in its month is lost and priced at a unit's value, as in the plan. The bill is
    that of a customer without history: no ratchet reaches back, and coincident charges follow their rule for one.
    Raises `ValueError` for a plant without rules for the ramp and for a given load.
    """
    rules, mature_line = inputs.plant.ramp, inputs.line
    if rules is None or mature_line is None:
        raise ValueError("the plant has no [ramp], or its load is given: there is no first year to plan")
    settings = settings or Settings(gap=TEAM_GAP)
    line = ramp_line(inputs, mature_line)
    supplies = supplies_of(inputs, sizes, rules)
    work, draft = _work_within(inputs, line, plan_crews, sizes, settings)
    needs = needs_by_month(
        inputs, sizes, work.burn_in.held, draft.uses_kw["burn_in"], _need_kw_th(inputs, line, work), draft.grid_kw
    )
    items = staged_items(inputs, sizes, supplies, rules)
    stages = choose_stages(items, needs)
    hours = _hours(inputs, line, work, sizes, {name: stage.there for name, stage in stages.items()})
    billed = case.bill_of(hours.grid_kw, history=False)
    line_payroll, rack_payroll = (
        cheapest_employment(needed, employment_terms(inputs.plant, inputs.site, people), line.weeks, beginning)
        for needed, people, beginning, _ in _payrolls(inputs, work)
    )
    constants = _constants(inputs, line, work)
    costs = dict.fromkeys(COST_LINES, 0.0)
    costs |= bill_by_cost_line(case.site_file.site.tariff, billed, case.calendar)
    costs |= owned_costs(inputs, supplies, stages)
    costs |= {
        "labour": _pattern_pay_usd(inputs, line, work)
        + line_payroll.usd_per_year
        + rack_payroll.usd_per_year
        + constants["labour_indirect"],
        "water": inputs.site.water.drawn_usd_per_m3(inputs.plant.burn_in_hall.pad_evaporated_fraction)
        * float((hours.water_m3 - hours.tower_water_m3).sum())
        + tower_water_usd_per_m3(inputs) * float(hours.tower_water_m3.sum()),
        "duty_freight": constants["duty_freight"],
        "holding": holding_usd(
            inputs.plant, work.burn_in.waiting + work.burn_in.held - work.burn_in.burning, work.stock_units
        ),
        "shortage": inputs.plant.product.value_usd * float(work.shortage_units.sum()),
    }
    if hours.house_rule_usd > 0:
        costs["house_rule"] = hours.house_rule_usd
    if costs["shortage"] < LEAST_USD:
        del costs["shortage"]
    return Ramp(
        work,
        line.demand_units,
        line_payroll,
        rack_payroll,
        hours,
        billed,
        supplies,
        {item.name: item for item in items},
        needs,
        stages,
        costs,
        constants,
    )


def life_cycle_cost_usd(ramp_usd: float, mature_usd_per_year: float, discount_rate: float, horizon_years: int) -> float:
    """Present value [usd] of the ramp year and the mature years after it, each paid at its end.

    ramp / (1 + r) + mature x (present value of the horizon's years - of the first).
    """
    first = 1.0 / (1.0 + discount_rate)
    later = present_value_factor(discount_rate, horizon_years) - first
    return ramp_usd * first + mature_usd_per_year * later


def _work_within(
    inputs: Inputs, line: LineInputs, plan_crews: Array, sizes: Mapping[str, float], settings: Settings
) -> tuple[RampWork, Hours]:
    """The work and its hours with all mature *sizes* there; burn-in is eased where the service would not carry it."""
    plant = inputs.plant
    mature = {name: np.full(MONTHS, size) for name, size in sizes.items()}
    burnable = burnable_units(inputs, sizes)
    for easing in range(MOST_EASINGS + 1):
        work = work_of_ramp(inputs, line, plan_crews, sizes["racks_count"], burnable, settings)
        hours = _hours(inputs, line, work, sizes, mature)
        over_kw = hours.grid_kw - sizes["service_firm_kw"]
        cold_kw_th = sizes["chillers_count"] * inputs.chiller_kw_th + ramp_water_cooled.capacity_kw_th(inputs, sizes)
        over_kw_th = _need_kw_th(inputs, line, work) - cold_kw_th
        over_kw_th = carried_by_air_kw(inputs.plant, over_kw_th)
        on_coils = np.where(inputs.hall.air_allowed, 0.0, over_kw_th)
        over_units = np.maximum(over_kw, on_coils) / (plant.product.power_kw * mean_survival(plant))
        if over_units.max() <= 0 or easing == MOST_EASINGS:
            break
        eased = ROOM * np.maximum(work.burn_in.burning - over_units, 0.0)
        burnable = np.where(over_units > 0, np.minimum(burnable, eased), burnable)
    return work, hours


def _line_kw_and_people(inputs: Inputs, line: LineInputs, work: RampWork) -> tuple[Array, Array]:
    teams = work.teams[opening_labour_month(inputs.calendar)]
    fixed = np.einsum("pt,tp->t", line.fixed_kw_per_team, teams)
    people = np.einsum("pt,tp->t", line.staffed_share, teams) * inputs.plant.line.crew.size
    return line.kwh_per_unit * work.made + fixed, people


def _burn_in_kw(inputs: Inputs, work: RampWork) -> Array:
    burning = work.burn_in.burning
    mean = 0.5 * (burning + np.concatenate([[0.0], burning[:-1]]))
    return np.asarray(inputs.plant.product.power_kw * mean_survival(inputs.plant) * mean)


def _need_kw_th(inputs: Inputs, line: LineInputs, work: RampWork) -> Array:
    """What coils and the assembly hall ask of the chillers [kW_th] (8760)."""
    line_kw, people = _line_kw_and_people(inputs, line, work)
    on_coils = np.where(inputs.hall.air_allowed, 0.0, _burn_in_kw(inputs, work) * inputs.plant.heat_to_air_fraction)
    return np.asarray(inputs.assembly.cooling_kw_th(inputs.plant.assembly_hall, line_kw, people) + on_coils)


def _hours(
    inputs: Inputs, line: LineInputs, work: RampWork, sizes: Mapping[str, float], there: Mapping[str, Array]
) -> Hours:
    """The year's hours with what is *there* by month.

    Grid load: (use + no-load loss of the transformers there) / (1 - load loss).
    """
    kit = inputs.plant.equipment.transformers
    line_kw, people = _line_kw_and_people(inputs, line, work)
    burn_in_kw = _burn_in_kw(inputs, work)
    cooling = operate_by_month(inputs, there, burn_in_kw, line_kw, people)
    uses = {"line": line_kw, "burn_in": burn_in_kw, "cooling": cooling.cooling_kw, "building": inputs.building_kw}
    used_kw = np.sum(list(uses.values()), axis=0)
    no_load_kw = no_load_loss_kw(kit, there["transformers_count"], sizes["transformer_kva"])
    grid_kw = grid_load_kw(kit, used_kw, no_load_kw[inputs.calendar.month])
    each_kw = firm_kw_each(kit, sizes["transformer_kva"])
    firm_kw = each_kw * np.maximum(there["transformers_count"] - kit.spare, 0.0)[inputs.calendar.month]
    over_kw = np.maximum(grid_kw - firm_kw, 0.0)
    uses["losses"] = grid_kw - used_kw
    house_rule_usd = float(cooling.house_rule_usd.sum())
    return Hours(
        uses, grid_kw, cooling.water_m3, cooling.unserved_kw_th, over_kw, cooling.tower_water_m3, house_rule_usd
    )


def _payrolls(inputs: Inputs, work: RampWork) -> list[tuple[Array, dict[str, int], Beginning, Array]]:
    """Crews needed by month, people of a crew, the beginning and the numbers by pattern: of the line, of the racks."""
    plant = inputs.plant
    crews_of = np.array([pattern.crews for pattern in plant.patterns], dtype=float)
    at_racks = plant.burn_in.crew_people
    return [
        (number @ crews_of, people, beginning, number)
        for number, people, beginning in (
            (work.teams, plant.line.crew.people, work.line),
            (work.crews, at_racks, work.racks),
        )
    ]


def _pattern_pay_usd(inputs: Inputs, line: LineInputs, work: RampWork) -> float:
    """Pay of all teams and burn-in crews on their patterns [usd]."""
    return sum(
        float(line.weeks @ (number @ usd_per_week(inputs.plant, inputs.site, people)))
        for _, people, _, number in _payrolls(inputs, work)
    )


def _constants(inputs: Inputs, line: LineInputs, work: RampWork) -> dict[str, float]:
    """What no decision of the year changes [usd], by name; the commitment is base pay of the first payroll's crews."""
    plant, site = inputs.plant, inputs.site
    committed = 0.0
    for _, people, beginning, _ in _payrolls(inputs, work):
        terms = employment_terms(plant, site, people)
        weeks = float(line.weeks[: beginning.committed_months].sum())
        committed += beginning.crews * weeks * (terms.idle_usd_per_week + terms.turnover_usd_per_week)
    return {
        "labour_indirect": indirect_usd_per_year(plant, site),
        "labour_commitment": committed,
        "duty_freight": duty_freight_usd_per_year(plant, site, float(work.shipped_units.sum())),
    }
