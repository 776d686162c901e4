import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from optimiser.burnin import mean_survival
from optimiser.facility import COST_LINES
from optimiser.labour import indirect_usd_per_year, usd_per_week
from sites.economics import Freight
from twin.model.laws import RandomTime
from twin.model.stations import Station
from twin.model.thermal.operation import operate_cooling
from twin.model.trade import DutySetting, Transport
from twin.study.baseline import BILL_LINES, Baseline, Option, baseline_document, baseline_of, savings_by_cause
from twin.study.case import read_case
from twin.study.rate_class import rate_classes

USUAL = {
    "energy": 100.0, "demand": 50.0, "coincident": 30.0, "labour": 1000.0, "capital": 200.0, "maintenance": 20.0,
    "water": 1.0, "tax": 10.0, "insurance": 5.0, "duty_freight": 0.0, "holding": 40.0,
}  # fmt: skip


def option(pattern, usd):
    """A feasible option whose only cost is labour of *usd*."""
    return Option(
        pattern, pattern, True, teams_by_quarter=(2, 1, 2, 1), crews=1, sizes={"racks_count": 3.0},
        costs={**dict.fromkeys(COST_LINES, 0.0), "labour": usd}, total_usd=usd, bill_usd=0.0,
        grid_kw=np.array([5.0, 7.0]),
    )  # fmt: skip


def test_savings_by_cause_sum_to_the_difference():
    """Proves: 50 of labour; 10 of energy; 20 + 30 of demand and coincident; -100 - 10 - 4 - 1 of capital with what
    follows from it; 3 of holding; under other 1 of water less 7 of a shortage that only the plan has. They sum to the
    1,456 of the one less the 1,464 of the other. A bug that looks at the baseline's lines alone misses the shortage."""
    plan = {
        "energy": 90.0, "demand": 30.0, "coincident": 0.0, "labour": 950.0, "capital": 300.0, "maintenance": 30.0,
        "tax": 14.0, "insurance": 6.0, "duty_freight": 0.0, "holding": 37.0, "shortage": 7.0,
    }  # fmt: skip
    saved = savings_by_cause(USUAL, plan)
    assert saved == {
        "labour": 50.0, "energy": 10.0, "demand_and_coincident": 50.0, "capital": -115.0, "holding": 3.0, "other": -6.0,
    }  # fmt: skip
    assert sum(saved.values()) == sum(USUAL.values()) - sum(plan.values()) == -8.0


def test_every_cost_line_has_a_cause_but_water_and_freight():
    """Proves: of a usd in every line of the cost sheet, 2 (water, duty and freight) of 11 are "other"."""
    saved = savings_by_cause(dict.fromkeys(COST_LINES, 1.0), {})
    assert saved.pop("other") == 2.0
    assert sum(saved.values()) == len(COST_LINES) - 2.0


def test_document_names_the_best_and_tables_all():
    """Proves: the best stands under the keys of the optimise document, every pattern with its objective under
    "patterns", what an infeasible one has not is null (JSON has no infinity), and why stands beside it."""
    best, other = option("two8", 100.0), option("day12", 120.0)
    table = (other, best, Option("day8", "day8", False, "all 2 cells make too little"))
    document = json.loads(json.dumps(baseline_document(Baseline(best, table)), allow_nan=False))
    assert (document["status"], document["pattern"], document["objective_usd_per_year"]) == ("feasible", "two8", 100.0)
    assert document["costs"]["labour"] == 100.0
    assert document["sizes"] == {"racks_count": 3.0}
    assert document["bill_usd"] == 0.0
    assert [row["objective_usd_per_year"] for row in document["patterns"]] == [120.0, 100.0, None]
    assert (document["peak_kw"], document["grid_kwh"]) == (7.0, 12.0)
    assert document["patterns"][2]["reason"] == "all 2 cells make too little"


def test_document_without_a_feasible_pattern():
    """Proves: no pattern that makes the demand is a status with reasons, not an invented cost."""
    document = baseline_document(Baseline(None, (Option("day8", "day8", False, "too little"),)))
    assert document["status"] == "infeasible"
    assert set(document) == {"status", "patterns"}
    assert not document["patterns"][0]["feasible"]


def test_a_given_load_has_no_baseline(hand):
    """Proves: without a line there is no pattern to choose, and that is said."""
    with pytest.raises(ValueError, match="no shift pattern"):
        baseline_of(None, hand.inputs())


def test_a_year_worked_out_by_hand(hand):
    """Proves every line but the bill: 2 units an hour and team in even hours, 1.5 wanted, take 2 teams at 0.75: 3 units
    every other hour. Over 3 h of burning that is 6 and 3 in turn, 4.5 kW in every hour's mean; each unit idles an hour
    in its slot: 1.5 x 8760 h x 0.1 usd; 73 units made in January for February: 73 x 730 h x 0.1. Built: 2 racks of
    4,000 (6 of 2 x 4.75 slots), fans of 100 kW at 10, a service of 20,000: 29,000, a tenth of it a year, 2, 1 and
    3 % of it for tax, insurance and maintenance. On the grid 800 kW of teams, 4.5 of burn-in, 2 lost, over 0.98. Of
    13,140 units each has components of 1,000 at a duty of 10 %: 100; carriage of 3 + 2 in and 4 out; at 10 % a year
    36.5 days of components under way hold 10 and 73 in store 20, twice 36.5 days of a unit of 8,760 hold 175.2: 314.2.
    A bug that counts the components themselves adds 1,000 a unit."""
    components = hand.STARTER.trade.components
    changes = {
        "trade": hand.changed(hand.STARTER.trade, {
            "component_value_usd": 1000.0, "dispatch_days": 36.5, "components__stock_days": 73.0,
            "components__transport": {components.mode: Transport(usd_per_unit=3.0, days=26.5)},
            "components__duty": (
                DutySetting(origins=(components.origin,), since=date(2018, 1, 1), label="by hand", fraction=0.1),
            ),
        }),
        "line__stations": (Station(name="all", process_time=RandomTime(mean_min=1.0), next="burn_in"),),
        "line__first": "all", "burn_in__next": "exit",
        "burn_in__hours": 3.0, "burn_in__infant_weibull_shape": 1.0, "burn_in__infant_weibull_scale_h": 1e15,
        "money__holding_cost_fraction_per_year": 0.1, "equipment__racks": hand.STARTER.equipment.racks.model_copy(
            update={"usd_each": 4000.0, "life_years": 10}
        ),
        "equipment__ventilation__usd_per_kw_th": 10.0, "equipment__ventilation__life_years": 10,
        "equipment__maintenance_fraction_per_year": 0.03,
        "products": (hand.STARTER.product.model_copy(update={"power_kw": 1.0, "value_usd": 8760.0}),),
    }  # fmt: skip
    demand = 1.5 * hand.MONTH_HOURS
    demand[:2] += -73.0, 73.0
    line = hand.line(
        capacity_units_per_h=np.where(np.arange(hand.HOURS) % 2 == 0, 2.0, 0.0),
        fixed_kw_per_team=400.0,
        demand_units=demand,
    )
    inputs = hand.inputs(line, hand.plant(**changes))
    shares = {"property_tax": 0.02, "property_insurance": 0.005, "windstorm_insurance": 0.003, "hail_insurance": 0.002}
    levies = {f"{name}_fraction_per_year": share for name, share in shares.items()}
    freight = Freight(inbound_usd_per_unit=2.0, inbound_days=10.0, outbound_usd_per_unit=4.0, outbound_days=36.5)
    levied = inputs.site.levies.model_copy(update=levies)
    site = inputs.site.model_copy(update={"levies": levied, "freight": freight})
    case, inputs = read_case("texas"), replace(inputs, site=site)
    found = baseline_of(case, inputs)
    best = found.best
    assert best is not None, found.table[0].reason
    assert best.teams_by_quarter == (2, 2, 2, 2)
    assert (best.crews, best.sizes["racks_count"], best.sizes["chillers_count"]) == (1, 2.0, 0.0)
    assert best.uses_kw["burn_in"] == pytest.approx(np.full(hand.HOURS, 4.5))
    assert best.grid_kw == pytest.approx(np.full(hand.HOURS, 806.5 / 0.98))
    assert best.stock_units[:2] == pytest.approx([73.0, 0.0], abs=1e-6)
    assert best.costs["holding"] == pytest.approx(1_314.0 + 5_329.0)
    assert best.costs["capital"] == pytest.approx(2_900.0)
    assert [best.costs[name] for name in ("tax", "insurance", "maintenance")] == pytest.approx([580.0, 290.0, 870.0])
    assert best.costs["water"] == 0.0
    assert best.costs["duty_freight"] == pytest.approx(13_140.0 * 314.2)
    team = usd_per_week(inputs.plant, site, inputs.plant.line.crew.people)[0]
    crew = usd_per_week(inputs.plant, site, {inputs.plant.burn_in.skill: 1})[0]
    outside = indirect_usd_per_year(inputs.plant, site)
    assert best.costs["labour"] == pytest.approx(52.0 * (2.0 * team + crew) + outside)


def test_labour_counts_who_is_hired_and_replaced(hand):
    """Proves: two teams of six in the first and third quarter, one in the others, and one loader: six heads are hired
    twice for 1,000 each, cheaper than 13 idle weeks, 12,000; 9 + 1 heads on the mean payroll, half of whom leave in a
    year, of which 52 of 8760 / 168 weeks are paid: 5,000 x 0.99726 = 4,986.30. A bug that hires only for what is new
    in January, or never, gives 4,986.30 alone; one that forgets the loader 4,487.67 of it."""
    demand = hand.MONTH_HOURS * np.repeat([1.5, 0.75, 1.5, 0.75], 3)
    line = hand.line(demand_units=demand, fixed_kw_per_team=400.0)
    hiring = hand.plant().labour.hiring.model_copy(update={"usd_per_person": 1000.0, "turnover_fraction_per_year": 0.5})
    case = read_case("texas")
    free, dear = (
        baseline_of(case, hand.inputs(line, hand.plant(**changes))).best for changes in ({}, {"labour__hiring": hiring})
    )
    assert free.teams_by_quarter == dear.teams_by_quarter == (2, 1, 2, 1)
    assert (dear.crews, hand.STARTER.line.crew.size) == (1, 6)
    added = dear.costs["labour"] - free.costs["labour"]
    assert added == pytest.approx(12_000.0 + 5_000.0 * 52.0 * 168.0 / 8760.0)


@pytest.mark.slow
def test_shipped_case(shipped):
    """Proves: on a shipped case the baseline is the cheapest of the patterns that can do it (overtime
    is no pattern of its own); its cost lines sum to its
    total; its bill equals the bill calculator's for its load within 1 usd, on the cheapest class that takes it; every
    month's demand is met out of stock and the month's units; the peak is within the firm power; nothing is stored;
    the cooling that was bought leaves no heat, every run burns its mean share of 12 h x 3.5 kW, and the uses add up to
    the grid's load."""
    case, inputs = shipped
    found = baseline_of(case, inputs)
    best = found.best
    assert best is not None
    assert best.feasible
    able = [each for each in found.table if each.feasible]
    assert [each.pattern for each in found.table] == [each.name for each in case.plant.patterns if not each.overtime_of]
    assert 2 <= len(able) < len(found.table)
    assert best.total_usd == min(each.total_usd for each in able)
    assert all(each.reason and not each.costs for each in found.table if not each.feasible)
    for each in able:
        check_option(case, inputs, each)


def check_option(case, inputs, each):
    assert set(each.costs) == set(COST_LINES)
    assert sum(each.costs.values()) == pytest.approx(each.total_usd, abs=0.01)
    assert sum(each.costs[name] for name in BILL_LINES) == pytest.approx(each.bill_usd, abs=0.01)
    calculator = float(case.with_rate_class(each.rate_class).bill_of(each.grid_kw)["usd"].sum())
    assert each.bill_usd == pytest.approx(calculator, abs=1.0)
    cheapest = min(one.usd for one in rate_classes(case, each.grid_kw) if one.usd is not None)
    assert each.bill_usd <= cheapest + 2.0
    demand = inputs.line.demand_units
    assert np.all(np.roll(each.stock_units, 1) + each.good_units >= demand - 1e-5)
    assert each.good_units.sum() == pytest.approx(demand.sum(), abs=1e-3)
    assert each.grid_kw.max() <= each.sizes["service_firm_kw"] + 1e-6
    assert [each.sizes[name] for name in ("battery_kw", "battery_kwh", "cold_store_kwh_th")] == [0.0, 0.0, 0.0]
    assert np.sum(list(each.uses_kw.values()), axis=0) == pytest.approx(each.grid_kw)
    assert each.uses_kw["losses"].min() > 0
    line, plant = inputs.line, case.plant
    runs = demand.sum() * (1.0 + line.return_share) / line.shipped_share
    burnt_kwh = runs * plant.burn_in.hours * plant.product.power_kw * mean_survival(plant)
    assert each.uses_kw["burn_in"].sum() == pytest.approx(burnt_kwh, rel=1e-6)
    people = _people(inputs, each)
    cooling = operate_cooling(
        case.plant, each.sizes, inputs.hall, inputs.assembly, inputs.outdoor_c,
        each.uses_kw["burn_in"], each.uses_kw["line"], people, np.zeros(8760),
    )  # fmt: skip
    assert cooling.unserved_kw_th.max() <= 1e-6
    assert cooling.cooling_kw == pytest.approx(each.uses_kw["cooling"])


def _people(inputs, each):
    place = [pattern.name for pattern in inputs.plant.patterns].index(each.pattern)
    teams = np.repeat(each.teams_by_quarter, 3)[inputs.calendar.labour_month]
    return inputs.line.staffed_share[place] * teams * inputs.plant.line.crew.size
