"""The hydro loop beyond the plan: operation with the rest of cooling, the first year's needs, standard sizes, hours."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from optimiser.hydro_inputs import hydro_inputs
from sites.errors import InfeasibleError
from twin.model.plant import read_plant
from twin.model.thermal.assembly_hall import HallLoad
from twin.model.thermal.burn_in_hall import HallCooling
from twin.model.thermal.hall_fans import hall_fans
from twin.model.thermal.hydro_banks import operate_banks, unit_capacity_kw_th
from twin.model.thermal.hydro_reach import carried_by_air_kw, carried_by_water_kw, loop_kw_per_kw
from twin.model.thermal.operation import operate_cooling
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.study.hydro import hydro_document, hydro_needs, standard_sizes

PLANT, _ = read_plant(Path("hydro"))
HYDRO = PLANT.equipment.hydro
HOURS = 48
DRY_C = np.linspace(0.0, 40.0, HOURS)
OUTDOOR = OutdoorAir.of(DRY_C, 0.006, 101_325.0)
SIZES = {
    "ventilation_kw_th": 100.0, "pads_kw_th": 0.0, "coils_kw_th": 0.0, "chillers_count": 1.0, "cold_store_kwh_th": 0.0,
    "hydro_loop_kw_th": 2000.0, "dry_coolers_count": 4.0, "assisted_dry_coolers_count": 1.0,
}  # fmt: skip


def open_hall():
    """A hall that open air cools for 0.02 kW/kW_th in every hour, and an assembly hall without a load."""
    nil = np.zeros(HOURS)
    hall = HallCooling(
        np.ones(HOURS, dtype=bool), np.zeros(HOURS, dtype=bool), nil + 0.02, nil, nil, DRY_C, nil + 0.3,
        OUTDOOR.humidity_ratio, OUTDOOR.pressure_pa, nil + 1.0,
    )  # fmt: skip
    return hall, HallLoad(nil, nil, np.zeros(HOURS, dtype=bool), nil)


def test_cooling_of_all_is_the_halls_share_and_the_loop():
    """Proves: 1,500 kW of miners take the hall's fans for 45 kW and the loop's fans and pump on 97 % of their heat, by
    the plan's split; nothing is unserved.
    Sensitivity: with all heat in the air 1,400 kW of it would be unserved by fans of 100 kW_th."""
    hall, assembly = open_hall()
    drawn, nil = np.full(HOURS, 1500.0), np.zeros(HOURS)
    split = np.stack([np.full(HOURS, 900.0), np.full(HOURS, 555.0)], axis=1)
    found = operate_cooling(PLANT, SIZES, hall, assembly, DRY_C, drawn, nil, nil, nil, cooler_kw_th=split)
    loop = operate_banks(HYDRO, [4, 1], split.T, drawn, 2000.0 / 0.97, OUTDOOR)
    fans_kw = hall_fans(PLANT, hall).power_kw(4, np.full(HOURS, 45.0))
    assert found.cooling_kw == pytest.approx(fans_kw + loop.electricity_kw)
    assert fans_kw.max() < 0.02 * 45.0
    assert found.water_m3 == pytest.approx(loop.water_m3.sum(axis=0))
    assert found.unserved_kw_th == pytest.approx(0.0, abs=1e-9)
    assert found.loop is not None


def test_reach_of_the_limiter_is_the_smaller_of_air_and_water():
    """Proves: fans of 30 kW_th carry 1,000 kW of miners, dry coolers what they reject at the limit over what a kW of
    miners and pump puts into the water; the starter plant's water has no limit and takes no power.
    Sensitivity: a limiter on the hall's fans alone would let late units boil the loop."""
    assert carried_by_air_kw(PLANT, np.array([30.0])) == pytest.approx([1000.0])
    hall, _ = open_hall()
    able = sum(
        count * unit_capacity_kw_th(HYDRO.loop, cooler, 50.0, OUTDOOR, wet=True)
        for count, cooler in zip((4, 1), HYDRO.dry_coolers, strict=True)
    )
    found = carried_by_water_kw(PLANT, SIZES, hall, DRY_C)
    assert found == pytest.approx(able / 0.97, rel=0.01)
    assert (found < able / 0.97).all()
    starter, _ = read_plant()
    assert np.isinf(carried_by_water_kw(starter, {}, hall, DRY_C)).all()
    assert (loop_kw_per_kw(starter, hall, DRY_C) == 0).all()
    assert ((loop_kw_per_kw(PLANT, hall, DRY_C) > 0.01) & (loop_kw_per_kw(PLANT, hall, DRY_C) < 0.1)).all()


def inputs():
    """Inputs of a hydro plant as far as the loop asks."""
    design = [OutdoorAir.of([38.0], [0.010], 101_325.0)]
    return SimpleNamespace(plant=PLANT, hydro=hydro_inputs(PLANT, OUTDOOR, design), design=design)


def test_a_month_needs_coolers_in_proportion_and_their_spare():
    """Proves: of five plain coolers, one spare, a month at half of what the other four carry needs two and the spare;
    a month without heat needs none; the loop grows with the racks up to its mature size.
    Sensitivity: without the spare the first month would be carried without N+1."""
    case = inputs()
    one = case.hydro.coolers[0]
    able = 4.0 * one.design_kw_th[0] / float(case.hydro.water_kw_th_per_kw.max())
    sizes = {"hydro_loop_kw_th": 1000.0, "dry_coolers_count": 5.0, "assisted_dry_coolers_count": 0.0}
    peak_kw = np.array([0.0, 0.5 * able, able] + [0.25 * able] * 9)
    needs = hydro_needs(case, sizes, np.array([0.0, 2.0, 20.0] + [1.0] * 9), peak_kw)
    assert needs["dry_coolers_count"].tolist() == [0.0, 3.0, 5.0] + [2.0] * 9
    assert needs["assisted_dry_coolers_count"].tolist() == [0.0] * 12
    each = 0.97 * 26 * 5.4
    assert needs["hydro_loop_kw_th"] == pytest.approx([0.0, 2 * each, 1000.0] + [each] * 9)


def test_standard_sizes_are_the_cheapest_single_type_with_its_spare():
    """Proves: business as usual buys one type only, the cheaper of the two for the heat, spare included; what no type
    carries in its number is refused.
    Sensitivity: both types would be two spares."""
    case = inputs()
    found = standard_sizes(case, 15.0, 1500.0)
    counts = [found["dry_coolers_count"], found["assisted_dry_coolers_count"]]
    assert sorted(counts)[0] == 0.0
    paid = {}
    for one in case.hydro.coolers:
        weakest = min(one.design_kw_th[0], float(one.capacity_kw_th.min()))
        heat = 1500.0 * float(case.hydro.water_kw_th_per_kw.max())
        paid[one.cooler.size] = one.cooler.usd_each * (np.ceil(heat / weakest) + 1)
    assert found[min(paid, key=paid.get)] > 0
    assert found["hydro_loop_kw_th"] == pytest.approx(15 * 0.97 * 26 * 5.4)
    with pytest.raises(InfeasibleError, match="no type of dry cooler carries"):
        standard_sizes(case, 15.0, 50_000.0)


def test_hours_are_told_by_how_the_loop_is_cooled():
    """Proves: idle, dry, assisted and floating hours add up to all; pads wet before the supply floats; a supply above
    its limit is told as throttled with the share that would be left.
    Sensitivity: a wetted hour counted as dry would hide the water."""
    drawn = np.full(HOURS, 1500.0)
    drawn[:2] = 0.0
    true = operate_banks(HYDRO, [0, 2], np.ones((2, HOURS)), drawn, 1600.0, OUTDOOR)
    found = hydro_document(inputs().hydro, true, np.zeros(HOURS, dtype=np.int64))
    assert sum(found["hours"].values()) == HOURS
    assert found["hours"]["idle"] == 2
    assert min(found["hours"][way] for way in ("dry", "floating")) > 0
    assert found["throttled_hours"] == int((true.supply_c > 50.0 + 1e-9).sum()) > 0
    assert 0.0 < found["least_power_share"] < 1.0
    assert found["heat_kwh_th"]["dry_coolers"] == 0.0
    idle = replace(true, heat_kw_th=np.zeros((2, HOURS)))
    assert hydro_document(inputs().hydro, idle, np.zeros(HOURS, dtype=np.int64))["highest_supply_c"] is None
