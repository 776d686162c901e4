"""The conditioned halls and their heat, solved by hand."""

import dataclasses

import numpy as np
import pytest

from optimiser.burnin import BurnInFlows
from optimiser.cooling import add_cooling
from optimiser.model import Model
from twin.model.equipment.heat_recovery import HeatRecovery
from twin.model.thermal.assembly_hall import HallLoad
from twin.model.thermal.conditioned_load import ConditionedLoad
from twin.model.thermal.hall_lines import HourlyLines, LinearHalls, lines_through
from twin.model.thermal.heat_use import HeatSources

KIT = HeatRecovery(
    usd_per_kw_th=2.0, effectiveness=0.5, pump_kw_per_kw_th=0.1, condenser_fraction=0.2, most_kw_th=500.0, life_years=1
)
NEVER = np.zeros(8760)


def flat(year):
    """A need that no load changes (8760) [kW]."""
    return lines_through(year, year, year, year, 100.0, 10.0)


def halls(
    tiny, time, cooling, heat, handler=None, *, exhaust=0.0, exhaust_share=1.0, condenser_share=0.0, usd=0.0, usual=None
):
    """Halls whose lines and sources are given, hour by hour of the grid."""
    laid = lambda value: tiny.laid(time, value)  # noqa: E731
    linear = LinearHalls(
        cooling if isinstance(cooling, HourlyLines) else flat(laid(cooling)),
        heat if isinstance(heat, HourlyLines) else flat(laid(heat)),
        handler or flat(NEVER),
        laid(cooling if usual is None else usual) if not isinstance(cooling, HourlyLines) else NEVER,
        NEVER,
        np.full(8760, usd / 8760),
    )
    sources = HeatSources(laid(exhaust), laid(exhaust_share), laid(condenser_share))
    return HallLoad(NEVER, NEVER, NEVER > 0, NEVER, ConditionedLoad(None, linear, sources))


def solved(tiny, time, load, *, kit=KIT, burn_in_kw=0.0, line_kw=0.0, teams=0.0, usd_per_kwh=1.0, fields=None):
    """The best plan of the halls beside a burn-in area of given power and a line of given power."""
    bare = {"equipment__ventilation__usd_per_kw_th": 0.0, "line__crew__people": {"assembler": 10}}
    plant = tiny.plant(equipment__heat_recovery=kit, **bare)
    line = tiny.line(time)
    line = dataclasses.replace(line, kwh_per_unit=100.0 / plant.line.cells)  # at most 100 kW, which bounds the needs
    case = tiny.inputs(time, plant, line=line, assembly=load, building_kw=np.zeros(8760), **(fields or {}))
    model = Model(time)
    made = dataclasses.replace(tiny.production(None), electricity_mw=lambda _: line_kw / 1000.0)
    power = np.broadcast_to(np.asarray(burn_in_kw) / 1000.0, (len(time),)).tolist()
    names = (field.name for field in dataclasses.fields(BurnInFlows))
    burning = BurnInFlows(**(dict.fromkeys(names) | {"power_mw": power}))
    found, flows = add_cooling(model, case, line, tiny.staff(time, teams=teams), made, burning)
    assert found.heat is not None
    return tiny.closed(model, flows, usd_per_kwh)


def test_exchangers_are_bought_for_the_hours_that_pay_them(tiny):
    """Proves: 30 and 10 kW_th of heat; exhaust gives 0.8 kW_th for each kW of burn-in: 25 kW give 20. Exchangers cost
    2 usd/kW_th; an hour saves 1 - 0.1 of pumps = 0.9 usd. The first 10 kW_th save in three hours (2.7 > 2), more save
    in two alone (1.8 < 2): 10 are bought for 20. Electric 20 + 20 + 0, pumps 3 x 1: 63 usd.
    Sensitivity: all electric 70; exchangers as large as the exhaust 40 + 10 + 10 + 0 + pumps 5 = 65; without pumps
    the second 10 would be bought."""
    time = tiny.grid(3)
    load = halls(tiny, time, 0.0, [30.0, 30.0, 10.0], exhaust=0.8)
    found = solved(tiny, time, load, burn_in_kw=25.0)
    assert 1000.0 * found["heat_recovery_mw"] == pytest.approx(10.0, abs=1e-6)
    assert 1000.0 * found["heat_electric_mw"] == pytest.approx([20.0, 20.0, 0.0], abs=1e-6)
    assert found.usd == pytest.approx(20.0 + 40.0 + 3.0, abs=1e-6)


def test_exhaust_is_held_by_burn_in_power(tiny):
    """Proves: at 10 usd/kWh the exchangers take all of the exhaust: 0.8 x 25 = 20 of 30 kW_th, in one hour of which
    nobody burns in none. 2 x 20 + 10 x (10 + 2 + 30) = 460.
    Sensitivity: without the burn-in row 2 x 30 + 10 x (3 + 3) = 120; exhaust that gave only what was drawn with a
    coefficient of 1 would leave 5 kW_th less electric."""
    time = tiny.grid(2)
    load = halls(tiny, time, 0.0, [30.0, 30.0], exhaust=0.8)
    found = solved(tiny, time, load, burn_in_kw=[25.0, 0.0], usd_per_kwh=10.0)
    assert 1000.0 * found["heat_exhaust_mw"] == pytest.approx([20.0, 0.0], abs=1e-6)
    assert found.usd == pytest.approx(40.0 + 10.0 * (10.0 + 2.0 + 30.0), abs=1e-5)


def test_exhaust_lifts_only_as_far_as_it_is_hot(tiny):
    """Proves: where exhaust is hot enough for 60 % of 30 kW_th it gives 18 whatever there is, and electricity 12:
    2 x 18 + 10 x (12 + 1.8) = 174. Sensitivity: without the share 2 x 30 + 10 x 3 = 90."""
    time = tiny.grid(1)
    load = halls(tiny, time, 0.0, [30.0], exhaust=5.0, exhaust_share=0.6)
    found = solved(tiny, time, load, burn_in_kw=100.0, usd_per_kwh=10.0)
    assert 1000.0 * found["heat_exhaust_mw"] == pytest.approx([18.0], abs=1e-6)
    assert found.usd == pytest.approx(36.0 + 138.0, abs=1e-5)


def test_condensers_give_a_fraction_of_what_they_reject(tiny):
    """Proves: 80 kW_th of cooling at 0.25 kW each reject 100 kW_th, of which a bundle offers 20 %: 20 of the 30 kW_th;
    its water reaches 90 % of the need, exhaust (a tenth of a need of 30) the whole: 20 + 3 are recovered, 7 electric.
    2 x 23 + 10 x (20 + 7 + 2.3) = 339.
    Sensitivity: a fraction of the cooling alone gives 16 and 4 kW more of electricity; exhaust barred beyond the reach
    of the condensers would give the same 3 only while there is room: with both on they reach 30."""
    time = tiny.grid(1)
    load = halls(tiny, time, [80.0], [30.0], exhaust=0.03, exhaust_share=1.0, condenser_share=0.9, usual=200.0)
    found = solved(tiny, time, load, burn_in_kw=100.0, usd_per_kwh=10.0)
    assert 1000.0 * found["heat_condenser_mw"] == pytest.approx([20.0], abs=1e-6)
    assert 1000.0 * found["heat_exhaust_mw"] == pytest.approx([3.0], abs=1e-6)
    assert found.usd == pytest.approx(46.0 + 10.0 * 29.3, abs=1e-5)


def test_condensers_lift_only_as_far_as_their_water_is_hot(tiny):
    """Proves: with plenty of condenser heat at 50 % of the need of 30 kW_th and no exhaust, 15 are recovered and 15
    electric: 2 x 15 + 10 x (100 + 15 + 1.5) = 1,195. Sensitivity: without the share 60 + 10 x (100 + 3) = 1,090."""
    time = tiny.grid(1)
    found = solved(tiny, time, halls(tiny, time, [400.0], [30.0], condenser_share=0.5), usd_per_kwh=10.0)
    assert 1000.0 * found["heat_condenser_mw"] == pytest.approx([15.0], abs=1e-6)
    assert found.usd == pytest.approx(1195.0, abs=1e-5)


def test_no_cold_is_made_for_its_heat(tiny):
    """Proves: halls that need no cold have no condenser heat, though chillers at 0.01 kW/kW_th would be a cheap heat
    pump: 30 kW electric, 300 usd. Sensitivity: without the limit 149 kW_th of cold are made for nobody, and their
    1.5 kW of chillers and 3 kW of pumps heat the hall for 60 of exchangers and 45 of electricity."""
    time = tiny.grid(1)
    load = halls(tiny, time, [0.0], [30.0], condenser_share=1.0)
    load = dataclasses.replace(load, conditioned=with_line_cooling(load.conditioned))
    found = solved(tiny, time, load, usd_per_kwh=10.0, fields={"chiller_ratio": np.full(8760, 0.01)})
    assert found["halls_cooling_mw"] == pytest.approx([0.0], abs=1e-9)
    assert found.usd == pytest.approx(300.0, abs=1e-5)


def with_line_cooling(conditioned):
    """The same halls, whose cooling would rise with the line's power if there were any."""
    nil, full = np.zeros(8760), np.full(8760, 500.0)
    cooling = lines_through(nil, nil, full / 2, full, 100.0, 10.0)
    return dataclasses.replace(conditioned, linear=dataclasses.replace(conditioned.linear, cooling=cooling))


def test_hotter_condensers_go_on_where_exhaust_ends(tiny):
    """Proves: exhaust reaches 50 %, condenser water 70 % of 30 kW_th with plenty of both: together 21, 9 electric.
    Sensitivity: shares that were added would recover all 30."""
    time = tiny.grid(1)
    load = halls(tiny, time, [400.0], [30.0], exhaust=5.0, exhaust_share=0.5, condenser_share=0.7)
    found = solved(tiny, time, load, burn_in_kw=100.0, usd_per_kwh=10.0)
    recovered = 1000.0 * (found["heat_exhaust_mw"] + found["heat_condenser_mw"])
    assert recovered == pytest.approx([21.0], abs=1e-6)
    assert 1000.0 * found["heat_electric_mw"] == pytest.approx([9.0], abs=1e-6)


def test_without_a_catalogue_heat_is_electric(tiny):
    """Proves: a plant without heat recovery heats its 30 kW_th by electricity: 30 usd, and no size is in the model.
    Sensitivity: heat left out of the electricity would cost nothing."""
    time = tiny.grid(1)
    found = solved(tiny, time, halls(tiny, time, 0.0, [30.0], exhaust=5.0), kit=None, burn_in_kw=100.0)
    assert found.usd == pytest.approx(30.0, abs=1e-6)
    assert "heat_recovery_mw" not in found.matrices.columns


def test_needs_follow_the_line_and_its_people(tiny):
    """Proves: cooling through 40 (nobody), 50 (10 people), 50 (and 50 kW) and 110 kW_th (and 100 kW) is at 75 kW and 5
    people the upper line: 40 + 5 x 1 + (75 - 50) x 1.2 = 75 kW_th, 18.75 kW of chillers; heat through 60, 50, 20, 20 is
    max(60 - 5 - 75 x 0.6, 25) -> lines 10 and 60 - 5 - 30 = 25 at most: 25 kW_th; handlers 10 + 5 x 0.4 + 75 x 0.1 =
    19.5 kW. Sum 63.25 usd.
    Sensitivity: one line through the ends would be 40 + 5 + 45 = 90 kW_th of cooling; people forgotten 70; heat of
    the lower line 10."""
    time = tiny.grid(1)
    year = lambda value: np.full(8760, float(value))  # noqa: E731
    cooled = lines_through(year(40), year(50), year(50), year(110), 100.0, 10.0)
    heated = lines_through(year(60), year(50), year(20), year(20), 100.0, 10.0)
    handler = lines_through(year(10), year(14), year(19), year(24), 100.0, 10.0)
    load = halls(tiny, time, cooled, heated, handler)
    found = solved(tiny, time, load, kit=None, line_kw=75.0, teams=0.5)
    assert 1000.0 * found["halls_cooling_mw"] == pytest.approx([75.0], abs=1e-6)
    assert 1000.0 * found["heat_electric_mw"] == pytest.approx([25.0], abs=1e-6)
    assert found.usd == pytest.approx(0.25 * 75.0 + 25.0 + 19.5, abs=1e-6)


def test_the_house_rule_is_a_constant(tiny):
    """Proves: hours outside the house's band cost 365 usd a year whatever is decided, under a line of their own.
    Sensitivity: put into the variable cost they would stand in the objective twice."""
    time = tiny.grid(1)
    plant = tiny.plant()
    load = halls(tiny, time, 0.0, 0.0, usd=365.0)
    line = tiny.line(time)
    case = tiny.inputs(time, plant, line=line, assembly=load, building_kw=np.zeros(8760))
    made = dataclasses.replace(tiny.production(None), electricity_mw=lambda _: 0.0)
    names = (field.name for field in dataclasses.fields(BurnInFlows))
    burning = BurnInFlows(**(dict.fromkeys(names) | {"power_mw": [0.0]}))
    _, flows = add_cooling(Model(time), case, line, tiny.staff(time), made, burning)
    constants = [flow.constant_cost for flow in flows if flow.constant_cost]
    assert [list(one) for one in constants] == [["house_rule"]]
    assert constants[0]["house_rule"] == pytest.approx(365.0)
