"""Water-cooled chillers with towers beside air-cooled ones, solved by hand."""

import dataclasses
import tomllib
from pathlib import Path

import numpy as np
import pytest

from optimiser import water_cooled
from optimiser.compiling import compile_model
from optimiser.cooling import add_chilled_water
from optimiser.model import Model
from optimiser.plan import costs_of, installed_usd_of, plan_of, sizes_of
from optimiser.water_cooled import BOUGHT, COUNTS
from sites.figures import take_figures
from twin.model.equipment.water_cooled import WaterCooled
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water_cooled_lines import (
    WaterCooledCoefficients,
    WaterCooledDesign,
    modelled_power_kw,
    operated,
    water_cooled_lines,
)

FILE = Path(__file__).parents[1] / "water_cooled.toml"
KIT = WaterCooled.model_validate(take_figures(tomllib.loads(FILE.read_text()))[0]["equipment"]["water_cooled"])
HOURS = 8760
# Of one chiller: 100 kW_th at 0.2 kW/kW_th. Of its cooling: condenser pump 0.02 kW, all of it heat to the water. Of the
# heat to the towers: fans 0.01 kW, water 2 l/kWh. A full chiller gives 100 + 20 + 2 = 122 kW_th; a tower carries 150.
PLAIN = {
    "chiller.capacity_kw_th": 100.0,
    "chiller.power_part_load_curve": (0.0, 1.0, 0.0),
    "chiller.pump_kw_per_kw_th": 0.01,
    "chiller.spare": 0,
    "chiller.most": 10,
    "chiller.usd_each": 0.0,
    "chiller.life_years": 1,
    "tower.spare": 0,
    "tower.most": 10,
    "tower.usd_each": 0.0,
    "tower.life_years": 1,
    "treatment.treatment_usd_per_m3": 0.5,
}


def lines(tower_kw_th=150.0):
    """Coefficients that are the same in every hour, but for what a tower carries."""
    year = {
        "chiller_kw_th": 100.0, "chiller_ratio": 0.2, "fan_kw_per_kw_th": 0.01, "pump_kw_per_kw_th": 0.02,
        "pump_heat_kw_th_per_kw_th": 0.02, "water_m3_per_kwh_th": 0.002,
    }  # fmt: skip
    return WaterCooledCoefficients(
        outdoor=OutdoorAir.of_wet_bulb(np.full(HOURS, 30.0), np.full(HOURS, 24.0)),
        design=(WaterCooledDesign(100.0, 1.22, 150.0),),
        tower_kw_th=np.broadcast_to(np.asarray(tower_kw_th, dtype=float), (HOURS,)),
        **{name: np.full(HOURS, value) for name, value in year.items()},
    )


def case_of(tiny, time, kit, air, tower_kw_th=150.0, **fields):
    """A case that offers both kinds: *kit* and *air* are changes of the two catalogue entries."""
    plant = tiny.plant(
        equipment__water_cooled=tiny.changed(KIT, PLAIN | kit),
        **{f"equipment__chiller__{key}": value for key, value in air.items()},
    )
    case = tiny.inputs(time, plant, **fields)
    return dataclasses.replace(case, water_cooled=lines(tower_kw_th))


def model_of(case, time, need_kw_th, design_kw_th):
    """The chilled-water plant for a given need, and its flows."""
    model = Model(time)
    need = np.asarray(need_kw_th) / 1000.0
    design = [float(design_kw_th) / 1000.0] * len(case.design)
    _, flows = add_chilled_water(model.within("chilled_water"), case, lambda t: float(need[t]), design)
    return model, flows


@pytest.mark.parametrize(
    ("spare", "chiller_usd", "air_usd", "air_kw_th", "counts", "usd"),
    [
        (1, 900.0, 1000.0, 100.0, (0, 3, 3), 3 * 900 + 3 * 50),
        (1, 960.0, 1000.0, 100.0, (3, 0, 0), 3 * 1000),
        (0, 500.0, 400.0, 50.0, (1, 1, 1), 400 + 500 + 50),
    ],
)
def test_kinds_are_bought_each_with_its_own_spare(tiny, spare, chiller_usd, air_usd, air_kw_th, counts, usd):
    """Proves: 150 kW_th ask for three of 100 kW_th of one kind, a spare among them, and none of the other; 183 kW_th of
    heat for two towers of 150 and a spare at 50 usd. Without spares one of each kind may be cheapest: 100 + 50 kW_th.
    Sensitivity: a spare of a kind that is not bought would be 1,000 or 960 usd more; without any, two would do; a
    spare that goes by the share bought (0.3) would ask for 1.8 chillers."""
    time = tiny.grid(1)
    kit = {"chiller.usd_each": chiller_usd, "chiller.spare": spare, "tower.usd_each": 50.0, "tower.spare": spare}
    air = {"usd_each": air_usd, "spare": spare}
    case = case_of(tiny, time, kit, air, design=(tiny.design_point(chiller=air_kw_th),))
    model, flows = model_of(case, time, [0.0], 150.0)
    found = tiny.closed(model, [flows])
    assert (found["chilled_water_chillers"], *(found[name] for name in COUNTS)) == pytest.approx(counts, abs=1e-6)
    assert found.usd == pytest.approx(usd, abs=1e-6)


def test_electricity_and_water_of_an_hour(tiny):
    """Proves: 100 kW_th take 20 kW in the chiller, 2 + 1 kW in the pumps of condenser and chilled water, and of 122 kW
    of heat 1.22 kW in fans and 0.244 m3, at the site's price with its blowdown and treatment.
    Sensitivity: fans by cooling 1.00 kW; heat without the compressor 102 kW; water at a pad's price without treatment
    0.5 usd/m3 less."""
    time = tiny.grid(1)
    case = case_of(tiny, time, {}, {"usd_each": 1e6})
    model, flows = model_of(case, time, [100.0], 100.0)
    found = tiny.closed(model, [flows], usd_per_kwh=1.0)
    water = case.site.water
    price = water.usd_per_m3 + water.sewer_usd_per_m3 * (1.0 - water.evaporation_credit_fraction * 0.75) + 0.5
    assert found.usd == pytest.approx(20.0 + 3.0 + 1.22 + 0.244 * price, abs=1e-6)
    assert 1000.0 * found["chilled_water_water_cooled_cooling_mw"] == pytest.approx([100.0], abs=1e-6)


def test_towers_limit_what_their_hour_carries(tiny):
    """Proves: in a muggy hour one tower carries 61 kW of heat, the 50 kW_th of cooling that give it; air-cooled ones at
    0.25 kW/kW_th serve the other 50. In the hour before it carries all of 122. Power 20 kW, then 10 + 12.5 kW.
    Sensitivity: without the row 20 kW in both hours; heat without compressor and pump would let 61 kW_th through."""
    time = tiny.grid(2)
    limited = tiny.laid(time, [150.0, 61.0])
    case = case_of(tiny, time, {"tower.most": 1}, {}, tower_kw_th=limited)
    model, flows = model_of(case, time, [100.0, 100.0], 100.0)
    found = tiny.closed(model, [flows], usd_per_kwh=1.0)
    assert 1000.0 * found["chilled_water_water_cooled_cooling_mw"] == pytest.approx([100.0, 50.0], abs=1e-6)
    assert 1000.0 * found["chilled_water_water_cooled_power_mw"] == pytest.approx([20.0, 10.0], abs=1e-6)
    assert 1000.0 * found["chilled_water_power_mw"] == pytest.approx([0.0, 12.5], abs=1e-6)


def test_power_lies_on_chords_of_the_installed_chillers(tiny):
    """Proves: of a curve 0.16 + 0.20 u + 0.64 u2, best at 0.5, 50 kW_th of two chillers of 100 lie on the line through
    the best point: 0.2 x 50 x 0.42 / 0.5 = 8.4 kW. At full load of one it is 20 kW.
    Sensitivity: the curve of two machines at a quarter load each would take 10 kW, a constant ratio 10 kW."""
    time = tiny.grid(2)
    kit = {"chiller.power_part_load_curve": (0.16, 0.20, 0.64), "chiller.spare": 1, "chiller.usd_each": 1e4}
    case = case_of(tiny, time, kit, {"usd_each": 1e6})
    model, flows = model_of(case, time, [50.0, 0.0], 100.0)
    found = tiny.closed(model, [flows], usd_per_kwh=1.0)
    assert found[COUNTS[0]] == pytest.approx(2.0)
    assert 1000.0 * found["chilled_water_water_cooled_power_mw"] == pytest.approx([8.4, 0.0], abs=1e-6)


def test_ways_are_compared_whole(tiny):
    """Proves: the relaxation, which takes 0.17 of a spare with 1.7 of 10 chillers, is sized again for each way: 2.5
    air-cooled chillers, to be 3 for 3,000; 2.5 water-cooled ones, to be 3 for 2,700, with 2.2 towers, to be 3 for 150.
    The cheaper way is held, and the other has nothing.
    Sensitivity: compared before rounding, 2.2 towers would be 111 usd; the relaxation would leave 1.7 chillers, and 2
    of them serve 100 of 150 kW_th."""
    time = tiny.grid(1)
    kit = {"chiller.usd_each": 900.0, "chiller.spare": 1, "tower.usd_each": 50.0, "tower.spare": 1}
    case = case_of(tiny, time, kit, {"usd_each": 1000.0, "spare": 1, "most": 10})
    model, flows = model_of(case, time, [0.0], 150.0)
    relaxed = tiny.closed(model, [flows])
    matrices = compile_model(model)
    said = []
    found, held = water_cooled.with_cheapest_kind(matrices, {}, relaxed.solution, tiny.EXACT, said.append)
    assert {name: value.tolist() for name, value in held.items()} == {BOUGHT[0]: [0.0], BOUGHT[1]: [1.0]}
    assert [found.scalar(name) for name in COUNTS] == pytest.approx([2.5, 1.0 + 183.0 / 150.0])
    assert said[:2] == ["air-cooled chillers: 3,000 usd a year", "water-cooled chillers: 2,850 usd a year"]
    assert len(said) == 3


def test_no_choice_is_left_alone(tiny):
    """Proves: a catalogue without the table has no such rows, and the relaxation is handed through.
    Sensitivity: a row more would move the counters of every plan."""
    time = tiny.grid(1)
    case = tiny.inputs(time, tiny.plant())
    model, flows = model_of(case, time, [0.0], 100.0)
    solved = tiny.closed(model, [flows])
    assert not [name for name in solved.matrices.columns if "bought" in name or "water_cooled" in name]
    held = {"a": np.ones(1)}
    found = water_cooled.with_cheapest_kind(solved.matrices, held, solved.solution, tiny.EXACT, print)
    assert found == (solved.solution, held)


def test_a_step_up_buys_no_other_kind():
    """Proves: one size up adds a chiller and a tower of the kind that the design has, and none of the other.
    Sensitivity: a water-cooled chiller without its spare serves no design condition, and is paid."""
    asked = {"chilled_water_chillers": np.array([5.0]), COUNTS[0]: np.array([1.0]), COUNTS[1]: np.array([1.0])}
    chosen = {BOUGHT[0]: np.array([1.0]), BOUGHT[1]: np.array([0.0])}
    stepped = water_cooled.unbought_stay(asked, chosen)
    assert {name: value.tolist() for name, value in stepped.items()} == {
        "chilled_water_chillers": [5.0], COUNTS[0]: [0.0], COUNTS[1]: [0.0],
    }  # fmt: skip
    assert water_cooled.unbought_stay(asked, {}) == asked


def test_the_plan_says_what_the_model_has(tiny):
    """Proves: hours of 100 and 50 kW_th are 24.22 and 12.11 kW of cooling in the plan, 0.244 and 0.122 m3, fans apart;
    one chiller of 700 and one tower of 50 usd stand in sizes, installed prices and capital; the costs are the
    objective.
    Sensitivity: electricity left out of the plan would show up as losses of the grid."""
    time = tiny.grid(2)
    kit = {"chiller.usd_each": 700.0, "tower.usd_each": 50.0}
    case = case_of(tiny, time, kit, {"usd_each": 1e6}, load_kw=[10.0, 10.0], cooling_kw_th=[100.0, 50.0],
                   tariff=tiny.prices(time, 0.1))  # fmt: skip
    found = tiny.found_of(case, time)
    sizes, costs = sizes_of(found), costs_of(found.facility, found.solution)
    plan = plan_of(found, costs, sizes)
    assert plan.values("cooling_kw")[:2] == pytest.approx([24.22, 12.11], abs=1e-6)
    assert plan.values("water_m3")[:3] == pytest.approx([0.244, 0.122, 0.0], abs=1e-9)
    assert plan.values("tower_fan_kw")[:2] == pytest.approx([1.22, 0.61], abs=1e-6)
    assert plan.values("water_cooled_kw")[:2] == pytest.approx([20.0, 10.0], abs=1e-6)
    assert plan.values("losses_kw").max() == pytest.approx(0.0, abs=1e-6)
    assert (sizes["water_cooled_chillers_count"], sizes["towers_count"], sizes["chillers_count"]) == (1.0, 1.0, 0.0)
    assert sizes["water_cooled_chiller_kw_th"] == 100.0
    installed = installed_usd_of(found, sizes)
    assert (installed["water_cooled_chillers_count"], installed["towers_count"]) == (700.0, 50.0)
    assert costs["capital"] == pytest.approx(750.0, abs=1e-6)
    assert sum(costs.values()) == pytest.approx(found.solution.objective, abs=1e-6)
    said = water_cooled.binding(case, sizes, 100.0)
    assert set(said) == {"chillers_count", "water_cooled_chillers_count", "towers_count"}
    assert "carries 150 kW of heat" in said["towers_count"]


def test_most_that_both_kinds_may_deliver(tiny):
    """Proves: ten chillers less one give 900 kW_th, but four towers less one carry 450 kW of heat: 450 / 1.22 kW_th.
    Sensitivity: by chillers alone a demand that no tower carries would pass the check."""
    case = case_of(tiny, tiny.grid(1), {"chiller.spare": 1, "tower.spare": 1, "tower.most": 4}, {})
    assert water_cooled.design_capacity_kw_th(case) == pytest.approx([450.0 / 1.22])
    assert water_cooled.design_capacity_kw_th(tiny.inputs(tiny.grid(1))) == [0.0]


def test_a_second_pass_has_the_true_power_of_the_plans_loads(tiny):
    """Proves: after 700 and 300 kW_th of a real screw chiller the fitted lines give its true electricity in both hours,
    times the correction of an earlier play-back for the chiller; a plan without one is handed back as it was.
    Sensitivity: fitted at the guess of 70 % of load, the hour at 300 kW_th would miss its pumps by half."""
    time = tiny.grid(2)
    outdoor = OutdoorAir.of_wet_bulb(np.full(HOURS, 31.0), np.full(HOURS, 25.5))
    first = water_cooled_lines(KIT, outdoor, [OutdoorAir.of_wet_bulb(31.0, 26.5)])
    case = case_of(tiny, time, {}, {"usd_each": 1e9})
    whole = tiny.changed(case.plant, {"equipment.water_cooled": KIT})
    case = dataclasses.replace(case, plant=whole, water_cooled=first)
    model, flows = model_of(case, time, [700.0, 300.0], 0.0)
    found = tiny.closed(model, [flows], usd_per_kwh=1.0)
    chillers, towers = (round(found[name]) for name in COUNTS)
    load = tiny.laid(time, [700.0, 300.0])
    plant = operated(KIT, chillers, towers, load, outdoor)
    fit = water_cooled.refitted(case, found.solution, 1.05)
    told = water_cooled.heat_series(
        fit, load, fit.water_cooled.chiller_ratio * modelled_power_kw(KIT, first, chillers, load)
    )
    really = (
        1.05 * plant.chillers.electricity_kw + plant.condenser_pumps.power_kw + KIT.chiller.pump_kw_per_kw_th * load
    )
    fans = told.series["tower_fan_kw"]
    assert (told.electricity_kw - fans)[:2] == pytest.approx(really[:2], rel=1e-6)
    assert fans[:2] == pytest.approx(plant.tower.fan_kw[:2], rel=0.01)  # the correction warms the tower, too
    none = dataclasses.replace(case, water_cooled=None, plant=tiny.plant())
    assert water_cooled.refitted(none, found.solution) is none
