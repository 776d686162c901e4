"""From a solution to the plan, its sizes, its prices and its cost sheet: tiny facilities worked out by hand."""

import dataclasses
from datetime import date

import numpy as np
import pytest

from optimiser.facility import COST_LINES
from optimiser.labour import indirect_usd_per_year, usd_per_week
from optimiser.plan import costs_of, hourly, installed_usd_of, plan_of, sizes_of
from sites.economics import Freight
from twin.model.laws import RandomTime
from twin.model.stations import Station
from twin.model.trade import DutySetting, Transport

USED_KW = np.array([31.34, 23.24, 25.025, 25.025, 23.24, 22.925])  # line, burn-in, cooling and building, by hour
GRID_KW = (USED_KW + 1.0) / 0.98


def planned(found):
    """What a study makes of a found plan: the plan, its sizes and its costs."""
    sizes, costs = sizes_of(found), costs_of(found.facility, found.solution)
    return plan_of(found, costs, sizes), sizes, costs


@pytest.fixture
def shaving(tiny):
    """Loads of 100, 100, 100 and 300 kW at 10 usd/kW and month, where everything costs a tenth more to build.

    A battery of 1 usd/kW and 1 usd/kWh, a tenth of which stays, shaves to 300 - x = 100 + x / 3: x = 150.
    """
    plant = tiny.plant(
        equipment__battery__most_kw=1000.0,
        equipment__battery__most_kwh=10_000.0,
        equipment__battery__usd_per_kw=1.0,
        equipment__battery__usd_per_kwh=1.0,
        equipment__battery__least_charge_fraction=0.1,
        equipment__transformers__usd_each=(5000.0,),
    )
    time = tiny.grid(4)
    rows = tiny.tariff(demand=[{"name": "demand", "rate_usd_per_kw_month": 10.0}], fixed_usd_per_month=7.0)
    case = tiny.inputs(time, plant, load_kw=[100.0, 100.0, 100.0, 300.0], tariff=rows)
    dearer = dataclasses.replace(case, site=tiny.changed(case.site, {"construction.cost_index": 1.1}))
    return tiny.found_of(dearer, time)


def test_a_fixed_load_is_planned_in_kw(shaving):
    """Proves: 150 kW from the grid in each hour, 50 kW charged in three hours and 150 kW discharged in the last, levels
    of 50, 100, 150 and 0 kWh above the least charge; no line, no people, no shipments; nil outside the four hours.
    Sensitivity: MW left as they are would be 0.15; charging forgotten in the balance would be 150 kW of losses."""
    plan, _, _ = planned(shaving)
    assert plan.values("grid_kw")[:5] == pytest.approx([150.0] * 4 + [0.0], abs=1e-6)
    assert plan.values("battery_charge_kw")[:4] == pytest.approx([50.0, 50.0, 50.0, 0.0], abs=1e-6)
    assert plan.values("battery_discharge_kw")[:4] == pytest.approx([0.0, 0.0, 0.0, 150.0], abs=1e-6)
    assert plan.values("battery_level_kwh")[:4] == pytest.approx([50.0, 100.0, 150.0, 0.0], abs=1e-6)
    assert plan.values("building_kw")[:5] == pytest.approx([100.0, 100.0, 100.0, 300.0, 0.0])
    for nil in ("losses_kw", "line_kw", "burn_in_kw", "cooling_kw", "teams", "burn_in_crews", "shipped_units"):
        assert np.abs(plan.values(nil)).max() == pytest.approx(0.0, abs=1e-6), nil
    assert plan.data.attrs["site"] == "texas"


def test_a_fixed_load_has_a_service_and_a_battery_only(shaving):
    """Proves: 1 x 1000 kVA and a battery of 150 kW and 150 / 0.9 = 166.667 kWh; installed at an index of 1.1 for 5,500,
    165 and 183.33 usd.
    Sensitivity: without the index 5,000; racks and chillers named at nil would be rows of a report about a load."""
    sizes = sizes_of(shaving)
    assert sizes == pytest.approx({
        "transformers_count": 1.0, "transformer_kva": 1000.0, "service_firm_kw": 1000.0,
        "battery_kw": 150.0, "battery_kwh": 166.667,
    }, abs=1e-6)  # fmt: skip
    installed = installed_usd_of(shaving, sizes)
    assert installed == pytest.approx(
        {"transformers_count": 5500.0, "battery_kw": 165.0, "battery_kwh": 183.3337}, abs=1e-6
    )


def test_the_cost_sheet_has_every_line_and_the_constants(shaving):
    """Proves: demand 1,500, capital 5,500 + 165 + 183.33 for the year that all lasts, the customer charge of 12 x 7 usd
    under energy, every other line nil; all together the objective; no line of shortage where nothing is short.
    Sensitivity: constants left out would part the sheet from the objective by 84 usd."""
    costs = costs_of(shaving.facility, shaving.solution)
    assert set(costs) == set(COST_LINES)
    told = {line: usd for line, usd in costs.items() if abs(usd) > 1e-6}
    assert told == pytest.approx({"demand": 1500.0, "capital": 5500.0 + 165.0 + 1.1 * 150.0 / 0.9, "energy": 84.0})
    assert sum(costs.values()) == pytest.approx(shaving.solution.objective, abs=1e-6)


def test_rounding_dust_is_nil_and_absent_variables_are_nil(shaving):
    """Proves: an hourly variable that the model does not have is a year of zeros, and 1e-10 MW is nil.
    Sensitivity: dust would show as a hundred thousand hours of cooling in a report."""
    assert not hourly(shaving.solution, "hall_air_mw").any()
    x = shaving.solution.x.copy()
    x[shaving.solution.matrices.columns["power_grid_mw"][0]] = 1e-10
    dusty = dataclasses.replace(shaving.solution, x=x)
    assert hourly(dusty, "power_grid_mw")[0] == 0.0
    assert hourly(dusty, "power_grid_mw")[1] == pytest.approx(0.15)


@pytest.fixture
def found(tiny):
    """The batch of two units, solved; a fifth of what is started is scrapped, and trade has round terms."""
    components = tiny.STARTER.trade.components
    duty = DutySetting(origins=(components.origin,), since=date(2018, 1, 1), label="by hand", fraction=0.1)
    minute = RandomTime(mean_min=1.0)
    station = Station(name="all", process_time=minute, first_pass_yield=0.8, next="burn_in", on_failure="scrap")
    case, time = tiny.batch(
        line__stations=(station,), line__first="all", burn_in__next="exit", trade__component_value_usd=1000.0,
        trade__dispatch_days=2.5, trade__components__stock_days=10.0, trade__components__duty=(duty,),
        trade__components__transport={components.mode: Transport(usd_per_unit=30.0, days=3.0)},
    )  # fmt: skip
    freight = Freight(inbound_usd_per_unit=2.0, inbound_days=2.0, outbound_usd_per_unit=6.0, outbound_days=2.5)
    return tiny.found_of(dataclasses.replace(case, site=tiny.changed(case.site, {"freight": freight})), time)


def test_a_batch_goes_through_the_plan_hour_by_hour(found):
    """Proves: two units made in hour 0 and loaded in hour 1 are ready in that hour, start in hour 2, burn one hour, are
    done in hour 3 and unloaded in hour 4, when the crew is back; one team and one crew in December, to which the night
    of 1 January counts; two shipped in January.
    Sensitivity: ready without what was just loaded would leave hour 1 with two units done before they burned; labour by
    calendar month would seek the team in January and find no power for the line."""
    plan, _, _ = planned(found)
    hours = {
        "production_units_per_h": [2, 0, 0, 0, 0, 0],
        "loads_per_h": [0, 2, 0, 0, 0, 0],
        "ready_units": [0, 2, 0, 0, 0, 0],
        "burn_in_starts_per_h": [0, 0, 2, 0, 0, 0],
        "burning_units": [0, 0, 2, 0, 0, 0],
        "done_units": [0, 0, 0, 2, 0, 0],
        "unloads_per_h": [0, 0, 0, 0, 2, 0],
        "waiting_units": [0, 0, 0, 0, 0, 0],
        "line_kw": [6.5, 0.5, 0.5, 0.5, 0.5, 0.5],
        "burn_in_kw": [0, 0, 2, 2, 0, 0],
    }
    for name, values in hours.items():
        assert plan.values(name)[:6] == pytest.approx(values, abs=1e-6), name
    assert plan.values("teams").ravel() == pytest.approx(np.eye(12)[11])
    assert plan.values("burn_in_crews").ravel() == pytest.approx(np.eye(12)[11])
    for name, units in (("demand_units", 2.0), ("shipped_units", 2.0), ("shortage_units", 0.0), ("stock_units", 0.0)):
        assert plan.values(name) == pytest.approx(units * np.eye(12)[0], abs=1e-6), name


def test_heat_and_power_of_a_batch_by_hand(found):
    """Proves: hour 0 of the assembly hall is 30 + 6.5 of machines + 6 x 0.1 + moisture 5 + 6 x 0.05 = 42.4 kW_th, and
    all cooling there 42.4 x (0.25 chiller + 0.02 pump + 0.08 fan) = 14.84 kW; 2 kW of burn-in leave by open air, then
    over pads with 1 l/kWh, for 0.05 x 2 kW of fans. With 10 kW of building and losses the grid gives
    (31.34 + 1) / 0.98 = 33.0 kW.
    Sensitivity: moisture forgotten would be 1.9 kW less; pads and open air both told would double the heat."""
    plan, _, _ = planned(found)
    assembly = np.array([42.4, 36.4, 35.5, 35.5, 36.4, 35.5])
    burn = np.array([0, 0, 2, 2, 0, 0])
    hours = {
        "assembly_kw_th": assembly,
        "chiller_kw_th": assembly,
        "chiller_kw": 0.25 * assembly,
        "cooling_kw": 0.35 * assembly + 0.05 * burn,
        "free_air_kw_th": [0, 0, 2, 0, 0, 0],
        "pad_kw_th": [0, 0, 0, 2, 0, 0],
        "coil_kw_th": [0] * 6,
        "store_level_kwh_th": [0] * 6,
        "water_m3": [0, 0, 0, 0.002, 0, 0],
        "grid_kw": GRID_KW,
        "losses_kw": GRID_KW - USED_KW,
    }
    for name, values in hours.items():
        assert plan.values(name)[:6] == pytest.approx(values, abs=1e-6), name
    assert GRID_KW[0] == pytest.approx(33.0)


def test_sizes_prices_and_costs_of_a_batch(found):
    """Proves: one rack, one module of 3 kW_th, pads of 2 kW_th and two chillers (humid: 109.2 kW_th, 90 a unit) cost
    100 + 3 + 4 + 20 and the service 500: 627 a year, 2 % of it maintenance. Two units idle for two hours at 10 usd an
    hour hold 40; 2 l of water, what of it is blown down pays the sewer; the team and the crew are paid a week of
    December, the indirect person the year.
    Trade of a unit at 0.876 / 365 = 0.0024 a day: 1.25 sets of components are 1,250 usd, 125 of duty, 1.25 x 32 of
    carriage, 5 days of capital on the way 15 and 10 in store 30; 6 of carriage out, 2 x 2.5 days of 100,000 usd 1,200:
    1,416, two units 2,832.
    Sensitivity: components for good units alone would be 2,748; idle counted while burning would be 60; chillers for
    the hot point alone would be two as well, for the mean of both points one."""
    plan, sizes, costs = planned(found)
    inputs = found.facility.inputs
    assert sizes == pytest.approx({
        "transformers_count": 1.0, "transformer_kva": 1000.0, "service_firm_kw": 1000.0, "battery_kw": 0.0,
        "battery_kwh": 0.0, "racks_count": 1.0, "ventilation_kw_th": 3.0, "pads_kw_th": 2.0, "coils_kw_th": 0.0,
        "chillers_count": 2.0, "chiller_kw_th": 100.0, "cold_store_kwh_th": 0.0,
    }, abs=1e-6)  # fmt: skip
    installed = {name: usd for name, usd in installed_usd_of(found, sizes).items() if usd}
    assert installed == pytest.approx(
        {"transformers_count": 500.0, "racks_count": 100.0, "ventilation_kw_th": 3.0, "pads_kw_th": 4.0,
         "chillers_count": 20.0}
    )  # fmt: skip
    plant, site = inputs.plant, inputs.site
    crew = {plant.burn_in.skill: plant.burn_in.people_per_crew}
    weekly = usd_per_week(plant, site, plant.line.crew.people) + usd_per_week(plant, site, crew)
    water = site.water.usd_per_m3 + site.water.sewer_usd_per_m3 / plant.burn_in_hall.pad_cycles_of_concentration
    told = {line: usd for line, usd in costs.items() if abs(usd) > 1e-7}
    assert told == pytest.approx({
        "energy": 0.1 * GRID_KW.sum() + 0.1 * GRID_KW[4], "labour": weekly[0] + indirect_usd_per_year(plant, site),
        "capital": 627.0, "maintenance": 12.54, "water": 0.002 * water, "holding": 40.0,
        "duty_freight": 2_832.0,
    }, rel=1e-6)  # fmt: skip
    assert sum(costs.values()) == pytest.approx(found.solution.objective, rel=1e-9)
    assert dict(zip(plan.data["item"].values, plan.values("size"), strict=True)) == sizes
    assert dict(zip(plan.data["cost_line"].values, plan.values("cost_usd_per_year"), strict=True)) == costs


def test_a_line_that_cannot_make_anything_is_short_and_says_so(tiny):
    """Proves: without capacity the two units of January are short: none shipped, and 2 x 100,000 usd under "shortage".
    Sensitivity: shipments told as the demand would promise units that nobody makes."""
    plan, _, costs = planned(tiny.found_of(*tiny.batch(capacity_units_per_h=0.0)))
    assert costs["shortage"] == pytest.approx(200_000.0)
    assert plan.values("shipped_units").sum() == pytest.approx(0.0, abs=1e-6)
    assert plan.values("shortage_units")[0] == pytest.approx(2.0)
