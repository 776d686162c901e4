"""The first year of a plant: costs and equipment worked out by hand, and both shipped sites."""

import json
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from optimiser.facility import COST_LINES
from optimiser.stages import Stages, choose_stages
from sites.tariff import tariff_from
from twin.model.catalogue import capital_usd_per_year
from twin.model.equipment.generators import Generators
from twin.model.equipment.solar import Solar
from twin.model.money import present_value_factor
from twin.model.ramp_rules import Lead
from twin.sim.response import line_response
from twin.study.case import read_case
from twin.study.ramp import life_cycle_cost_usd, ramp_year
from twin.study.ramp_document import beyond_sentences, late_sentences, ramp_document
from twin.study.ramp_equipment import (
    highest_by_month,
    needs_by_month,
    owned_costs,
    staged_items,
    supplies_of,
)

HOURS = 8760
SIZES = {
    "transformers_count": 2.0, "transformer_kva": 2500.0, "service_firm_kw": 2375.0, "battery_kw": 100.0,
    "battery_kwh": 400.0, "racks_count": 15.0, "ventilation_kw_th": 1800.0, "pads_kw_th": 1800.0,
    "coils_kw_th": 1700.0, "chillers_count": 6.0, "chiller_kw_th": 433.6, "cold_store_kwh_th": 0.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def texas():
    return read_case("texas")


def plain(texas, **fields):
    """What the equipment of a case needs to know, with prices as in the plant file (construction index 1)."""
    site = texas.site_file.site
    site = site.model_copy(update={"construction": site.construction.model_copy(update={"cost_index": 1.0})})
    offered = {"hydro": None, "water_cooled": None}
    return SimpleNamespace(plant=texas.plant, site=site, calendar=texas.calendar, **(offered | fields))


def test_life_cycle_cost_is_the_first_year_and_the_mature_ones():
    """Proves: 110 in the first of three years and 121 in the two after it, at 10 %: 110 / 1.1 + 121 / 1.21 + 121 /
    1.331 = 290.91; a first year like the mature ones gives their present value.
    Sensitivity: a first year that is not discounted would add 10."""
    assert life_cycle_cost_usd(110.0, 121.0, 0.10, 3) == pytest.approx(100.0 + 100.0 + 100.0 / 1.1)
    assert life_cycle_cost_usd(50.0, 50.0, 0.07, 10) == pytest.approx(50.0 * present_value_factor(0.07, 10))
    assert life_cycle_cost_usd(5.0, 7.0, 0.0, 2) == pytest.approx(12.0)


def test_a_new_customer_has_no_ratchet_of_the_year_before(texas):
    """Proves: at 10 usd a kW, a load of 100 kW and of 1,000 in December is billed 11 x 1,000 + 10,000 = 21,000 in its
    first year; a steady year bills 80 % of December in every other month: 11 x 8,000 + 10,000.
    Sensitivity: on the steady year the first January would pay for a peak that it has not had."""
    rows = {
        "name": "by hand",
        "energy": [{"name": "energy", "rate_usd_per_kwh": 0.0}],
        "demand": [{"name": "demand", "rate_usd_per_kw_month": 10.0, "ratchet": {"share": 0.8}}],
    }
    site = texas.site_file.site
    tariff = tariff_from(rows, "by hand")
    site = site.model_copy(update={"tariffs": (tariff,), "default_tariff": "by hand"})
    case = replace(texas, site_file=replace(texas.site_file, site=site), candidates={})
    load = np.where(texas.calendar.month == 11, 1000.0, 100.0)
    assert float(case.bill_of(load, history=False)["usd"].sum()) == pytest.approx(21_000.0)
    assert float(case.bill_of(load)["usd"].sum()) == pytest.approx(98_000.0)


def test_the_highest_of_each_month(texas):
    """Proves: the highest of a month's hours, of those that count, and nil where none does."""
    values = texas.calendar.month.astype(float) + 1.0
    values[0] = 50.0
    found = highest_by_month(plain(texas), values)
    assert found.tolist() == [50.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0]
    assert highest_by_month(plain(texas), values, texas.calendar.month == 3)[[0, 3]].tolist() == [0.0, 4.0]


def test_what_a_month_needs(texas):
    """Proves: 1,000 kW on 2,375 firm of each unit take 2 transformers (one spare), 2,400 kW three; 100 units held take
    3 racks (34.1 of 36 slots each); 900 kW of heat take fans where air is allowed, and coils elsewhere; 500 kW_th on
    400 of a chiller take 2 and a spare; 2,300 take 6 without one, for the plan has no more than 6.
    Sensitivity: without the cap the spare would make 7 of a plan for 6."""
    month = texas.calendar.month
    hall = SimpleNamespace(air_allowed=month != 6, pad_needed=month == 5, fan_capacity_share=np.ones(HOURS))
    inputs = plain(texas, hall=hall, chiller_kw_th=np.full(HOURS, 400.0))
    heat = np.full(HOURS, 900.0)
    need = needs_by_month(
        inputs, SIZES, np.full(HOURS, 100.0), heat, np.where(month == 6, 2300.0, 500.0),
        np.where(month == 11, 2400.0, 1000.0),
    )  # fmt: skip
    assert need["transformers_count"].tolist() == [2.0] * 11 + [3.0]
    assert need["racks_count"].tolist() == [3.0] * 12
    assert need["ventilation_kw_th"].tolist() == [900.0] * 6 + [0.0] + [900.0] * 5
    assert need["coils_kw_th"].tolist() == [0.0] * 6 + [900.0] + [0.0] * 5
    assert need["pads_kw_th"].tolist() == [0.0] * 5 + [900.0] + [0.0] * 6
    assert need["chillers_count"].tolist() == [3.0] * 6 + [6.0] + [3.0] * 5
    assert not need["battery_kwh"].any()


def test_prices_leads_and_rents_of_the_items(texas):
    """Proves: a transformer of 2,500 kVA costs 95,000 and 60 a kVA of switchgear: 245,000; it rents at 1.8 x 2,500 =
    4,500 usd a month and serves from November; a chiller of 433.6 kW rents at 25 a kW: 10,840; a battery has no rent,
    and a store of nil is no item.
    Sensitivity: rent by the piece would be 1.8 usd a transformer."""
    inputs = plain(texas)
    rules = texas.plant.ramp
    supplies = supplies_of(inputs, SIZES, rules)
    items = {item.name: item for item in staged_items(inputs, SIZES, supplies, rules)}
    assert supplies["transformers_count"].price.usd_each == pytest.approx(245_000.0)
    assert items["transformers_count"].rent_usd_per_month == pytest.approx(4_500.0)
    assert items["transformers_count"].first_month == 10
    assert items["chillers_count"].rent_usd_per_month == pytest.approx(10_840.0)
    assert items["battery_kwh"].rent_usd_per_month is None
    assert "cold_store_kwh_th" not in items
    assert [items[name].step for name in ("racks_count", "ventilation_kw_th", "pads_kw_th")] == [1.0, 100.0, 0.0]


def test_a_month_owned_costs_a_twelfth(texas):
    """Proves: 3 racks of 22,000 owned for 4 months are 22,000 rack-years: one year's capital of a rack, 2 % of
    maintenance (440 usd) and the site's tax and insurance on it; the rent stands on a line of its own.
    Sensitivity: charged for the whole year the maintenance would be 1,320."""
    inputs = plain(texas)
    supplies = {"racks_count": supplies_of(inputs, SIZES, texas.plant.ramp)["racks_count"]}
    owned = np.where(np.arange(12) >= 8, 3.0, 0.0)
    costs = owned_costs(inputs, supplies, {"racks_count": Stages(owned * 0, owned, owned * 0, 0.0, 777.0)})
    assert costs["capital"] == pytest.approx(capital_usd_per_year(supplies["racks_count"].price, texas.plant.money))
    assert costs["maintenance"] == pytest.approx(440.0)
    assert costs["tax"] == pytest.approx(22_000.0 * inputs.site.levies.property_tax_fraction_per_year)
    assert costs["temporary"] == 777.0


def test_a_given_load_and_a_plant_without_rules_have_no_first_year(texas):
    """Proves: what cannot be planned is refused before anything is worked out."""
    inputs = SimpleNamespace(plant=texas.plant.model_copy(update={"ramp": None}), line=None)
    with pytest.raises(ValueError, match="no first year"):
        ramp_year(texas, inputs, np.zeros((12, 1)), SIZES)


@pytest.fixture(scope="module")
def response(texas):
    cells = texas.plant.line.cells
    return line_response(texas.plant, replications=1, weeks=1, teams=(cells,))


@pytest.fixture(scope="module", params=["texas", "florida"])
def shipped(request, texas, response):
    """The first year of a shipped site under sizes by hand, and the seconds it took."""
    case = texas if request.param == "texas" else read_case("florida")
    crews = np.zeros((12, len(case.plant.patterns)))
    crews[:, [pattern.name for pattern in case.plant.patterns].index("day12")] = 2.0
    inputs = case.inputs(response)
    begun = time.perf_counter()
    ramp = ramp_year(case, inputs, crews, SIZES)
    return case, inputs, ramp, time.perf_counter() - begun


@pytest.mark.slow
def test_shipped_people_and_units(shipped):
    """Proves: the first payroll is 250, nobody is released before July nor hired before March; demand is the ramp's
    share of the mature one and met from stock and the month's units; and the year takes few seconds."""
    case, inputs, ramp, seconds = shipped
    plant, work = case.plant, ramp.work
    months = ramp_document(ramp, plant, 36e6)["months"]
    assert months[0]["heads"]["payroll"] == pytest.approx(250.0)
    heads = {kind: np.array([month["heads"][kind] for month in months]) for kind in months[0]["heads"]}
    assert heads["released"][:6].max() == pytest.approx(0.0, abs=1e-6)
    assert heads["hired"][:2].max() == pytest.approx(0.0, abs=1e-6)
    assert heads["line"] + heads["burn_in"] + heads["idle"] == pytest.approx(heads["direct"], abs=1e-6)
    assert heads["line_busy"] + heads["line_waiting"] == pytest.approx(heads["line"])
    assert heads["line_busy"][0] == pytest.approx(heads["line"][0] * work.pace[0])
    share = np.array(plant.demand.ramp_percent_by_month) / 100.0
    assert ramp.demand_units == pytest.approx(inputs.line.demand_units * share)
    assert work.shortage_units.sum() == pytest.approx(0.0, abs=1.0)
    assert work.stock_units == pytest.approx(np.cumsum(work.good_units - work.shipped_units), abs=1e-6)
    assert seconds < 15.0


@pytest.mark.slow
def test_shipped_equipment_and_costs(shipped):
    """Proves: no heat is left and the peak is within what stands; what is there covers its need, never shrinks and is
    the mature size in December; the bill is the calculator's, and the lines sum to the total."""
    case, _, ramp, _ = shipped
    plant = case.plant
    document = ramp_document(ramp, plant, 36e6)
    months = document["months"]
    assert ramp.hours.unserved_kw_th.max() < 1e-3
    there = ramp.stages["transformers_count"].there - plant.equipment.transformers.spare
    firm = there * SIZES["service_firm_kw"]
    assert np.all(np.array([month["peak_kw"] for month in months]) <= firm + 1e-6)
    for name, stage in ramp.stages.items():
        assert np.all(stage.there >= ramp.needs[name] - 1e-5), name
        assert np.all(np.diff(stage.owned) >= 0), name
        assert stage.owned[-1] == pytest.approx(SIZES[name]), name
        assert not stage.owned[: ramp.items[name].first_month].any(), name
    assert sum(ramp.costs.values()) == pytest.approx(document["total_usd"])
    assert set(ramp.costs) == {*COST_LINES, "temporary"}
    billed = sum(ramp.costs[line] for line in ("energy", "demand", "coincident"))
    assert billed == pytest.approx(sum(month["bill_usd"] for month in months), abs=1.0)
    assert document["life_cycle_cost_usd"] < 36e6 * present_value_factor(0.09, 10)
    json.dumps(document, allow_nan=False)


@pytest.mark.slow
def test_shipped_late_items_are_named(shipped):
    """Proves: transformers, needed in January and there from November, are rented for ten months at 2 x 4,500 usd:
    90,000; chillers for January and February; the battery is named though nothing stands in for it; racks are in time.
    Sensitivity: counted from the arrival's own month, October's rent would be missing."""
    case, _, ramp, _ = shipped
    transformers = ramp.stages["transformers_count"]
    assert transformers.rent_usd == pytest.approx(90_000.0)
    assert ramp.costs["temporary"] >= 90_000.0
    late = late_sentences(ramp, case.plant)
    assert "needed from January" in late[0]
    assert "30 October 2026" in late[0]
    assert "for 10 months: 90,000 usd" in late[0]
    assert [sentence.split(":")[0] for sentence in late[:2]] == ["Transformers", "Chillers"]
    assert "Nothing stands in for it" in late[-1]
    assert not any(sentence.startswith("Burn-in racks") for sentence in late)
    document = ramp_document(ramp, case.plant, 36e6)
    by_size = {stage["size"]: stage for stage in document["stages"]}
    bought = by_size["transformers_count"]["bought"]
    assert bought == [{"month": 11, "amount": 2.0, "order_by": "2025-08-03"}]
    assert by_size["transformers_count"]["late"]
    assert not by_size["racks_count"]["late"]
    assert document["good_units"] == pytest.approx(ramp.work.good_units.sum())


@pytest.mark.slow
def test_nobody_starts_before_the_hiring_lead(texas, response):
    """Proves: with nobody at line and racks at the beginning and 6 weeks to hire, January's and February's demand of
    1,000 and 1,425 units (10 % and 15 % of 500 a day on 20 and 19 days) is lost at 3,500 usd each: 8,487,500; the
    first people come in March, and no later month is short.
    Sensitivity: a lead that is overlooked loses nothing; a backlog would be made up in March."""
    labour = texas.plant.labour.model_copy(update={"direct_people_first_month": 0})
    case = texas.with_plant(texas.plant.model_copy(update={"labour": labour}))
    crews = np.zeros((12, len(case.plant.patterns)))
    crews[:, 0] = 1.0
    ramp = ramp_year(case, case.inputs(response), crews, SIZES)
    assert ramp.work.shortage_units == pytest.approx([1000.0, 1425.0, *[0.0] * 10], abs=0.5)
    assert ramp.costs["shortage"] == pytest.approx(8_487_500.0, rel=1e-3)
    assert not ramp.line.employed[:2].any()
    assert ramp.line.hired[2] > 0


@pytest.mark.slow
def test_hours_beyond_the_equipment_are_told(shipped):
    """Proves: an hour of 30 kW of heat that nothing carries and two of 5 and 9 kW above the transformers are told with
    their numbers; the shipped year has none.
    Sensitivity: three easings that were not enough would pass for a year that works."""
    _, _, ramp, _ = shipped
    assert beyond_sentences(ramp) == []
    unserved, over = np.zeros(8760), np.zeros(8760)
    unserved[4000], over[10:12] = 30.0, (5.0, 9.0)
    told = beyond_sentences(replace(ramp, hours=replace(ramp.hours, unserved_kw_th=unserved, over_kw=over)))
    assert "In 1 hours" not in told[0]
    assert "In 1 hour the cooling" in told[0]
    assert "30 kWh of heat in all" in told[0]
    assert "In 2 hours the load" in told[1]
    assert "by 9 kW at most" in told[1]


def test_solar_and_generators_come_with_their_lead_or_after_the_year(texas):
    """Proves: a field of 500 kW ordered in August 2025 with a lead of 40 weeks stands from June on, is needed by nobody
    in the first year and is owned at its end; generators without a lead are no supply of it.
    Sensitivity: a lead that is asked for would refuse every plant file from before."""
    kit = texas.plant.equipment.model_copy(
        update={
            "solar": Solar(tilt_deg=20.0, usd_per_kw=1000.0, most_kw=1000.0, life_years=25),
            "generators": Generators(rated_kw=500.0, most=2, usd_per_kw=600.0, life_years=20),
        }
    )
    rules = texas.plant.ramp.model_copy(update={"solar": Lead(lead_weeks=40)})
    inputs = plain(texas)
    inputs.plant = texas.plant.model_copy(update={"equipment": kit})
    sizes = {**SIZES, "solar_kw": 500.0, "generators_count": 2.0, "generator_kw": 500.0}
    supplies = supplies_of(inputs, sizes, rules)
    assert "generators_count" not in supplies
    assert supplies["solar_kw"].price.usd_each == 1000.0
    (item,) = [one for one in staged_items(inputs, sizes, supplies, rules) if one.name == "solar_kw"]
    assert (item.mature, item.first_month, item.rent_usd_per_month) == (500.0, 5, None)
    stages = choose_stages([item], {"solar_kw": np.zeros(12)})
    assert stages["solar_kw"].owned.tolist() == [0.0] * 11 + [500.0]
