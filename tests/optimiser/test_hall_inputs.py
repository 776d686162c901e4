"""From a plant file's halls to a plan's coefficients and its true operation, at a real site."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from optimiser.hall_inputs import conditioned_design_load, sun_on_halls
from optimiser.hall_plan import line_loads, with_halls
from optimiser.inputs import LineInputs, most_of_line, worked_share
from optimiser.second_pass import halls_fitted
from twin.model.conditioned import HallEntry
from twin.model.equipment.heat_recovery import HeatRecovery
from twin.model.thermal.chiller import bank_power_kw
from twin.model.thermal.hall_fans import hall_fans
from twin.model.thermal.operation import operate_cooling
from twin.study.case import read_case
from twin.study.halls import halls_document

SIZES = {
    "ventilation_kw_th": 2000.0, "pads_kw_th": 2000.0, "coils_kw_th": 2000.0, "chillers_count": 8.0,
    "cold_store_kwh_th": 0.0, "recovery_kw_th": 100.0,
}  # fmt: skip
KIT = HeatRecovery(
    usd_per_kw_th=100.0, effectiveness=0.5, pump_kw_per_kw_th=0.02, condenser_fraction=0.2, most_kw_th=1000.0,
    life_years=20,
)  # fmt: skip


@pytest.fixture(scope="module")
def florida():
    """Florida with an assembly hall held around the clock and offices, and a line of two shifts."""
    case = read_case("florida")
    halls = (
        HallEntry(name="hall", type="assembly_hall", line_share=1.0, people_pattern="day8", held_pattern="continental"),
        HallEntry(name="offices", type="offices", people=70.0, people_pattern="day8"),
    )
    kit = case.plant.equipment.model_copy(update={"heat_recovery": KIT})
    plant = case.plant.model_copy(update={"halls": halls, "equipment": kit})
    share = worked_share(plant, case.calendar, case.holidays)
    line = LineInputs(
        capacity_units_per_h=5.0 * share, staffed_share=share, fixed_kw_per_team=4.0 * share, kwh_per_unit=3.0,
        return_share=0.0, shipped_share=1.0, demand_units=np.zeros(12), weeks=np.full(12, 52.0 / 12),
        open_share=np.ones(8760),
    )  # fmt: skip
    case = case.with_plant(plant)
    inputs = case.inputs_of(line)
    teams = np.zeros((12, len(plant.patterns)))
    teams[:, [pattern.name for pattern in plant.patterns].index("two8")] = 5.0
    made = 20.0 * share[[pattern.name for pattern in plant.patterns].index("two8")]
    return SimpleNamespace(case=case, inputs=inputs, line=line, teams=teams, made=made)


def test_lights_of_the_halls_are_the_building(florida):
    """Proves: with halls the building draws their lights and equipment, not the simple hall's: 6000 m2 at 18 W/m2 and
    1500 m2 at 15 W/m2 are 130.5 kW while lit, 16.2 + 5.6 kW by night. Sensitivity: both halls' sums added, or the
    offices left out."""
    assert florida.inputs.building_kw.max() == pytest.approx(130.5)
    assert florida.inputs.building_kw.min() == pytest.approx(16.2 + 0.25 * 22.5)


def test_the_most_of_the_line_bounds_the_lines(florida):
    """Proves: 8 cells of 5 units/h x 3 kWh and 4 kW draw 152 kW with 48 people. Sensitivity: one cell 19 kW."""
    plant = florida.inputs.plant
    assert most_of_line(plant, florida.line) == pytest.approx((152.0, 8.0 * plant.line.crew.size))


def test_at_design_dew_point_overcooling_is_in_the_load(florida):
    """Proves: at the 0.4 % dew point halls that must stay below 60 % ask more cold than halls that may be at 90 %: the
    coil overcools and heat makes up for it. Sensitivity: a load of sensible heat alone would not know the limit."""
    inputs = florida.inputs
    sun = sun_on_halls(inputs.site, inputs.calendar, florida.case.weather)
    damp = next(point for point in inputs.design if "dew point" in point.label)
    none = np.zeros(1)

    def need(high):
        halls = []
        for entry in inputs.plant.halls:
            hall = entry.described.model_copy(update={"relative_humidity_high": high, "house_rule": None})
            halls.append(entry.model_copy(update={"type": None, "hall": hall, "people": None}))
        plant = inputs.plant.model_copy(update={"halls": tuple(halls)})
        load = conditioned_design_load(plant, sun, damp.dry_bulb_c, damp.wet_bulb_c, 101325.0)
        return float(load.cooling_kw_th(plant.assembly_hall, none, none)[0])

    assert need(0.60) > 1.05 * need(0.90)


def test_the_year_is_operated_on_what_occurred(florida):
    """Proves: cooling's electricity is chillers on their curves at the simulated need, air handlers, electric heat and
    pumps; what is recovered and electric is the simulated need for heat; nothing is recovered without exchangers, and
    the same heat is electric then. Sensitivity: the straight lines in place of the simulation are off by a per cent."""
    inputs, plant = florida.inputs, florida.inputs.plant
    line_kw, people = line_loads(inputs, florida.line, florida.made, florida.teams)
    burn_in_kw, nil = np.full(8760, 300.0), np.zeros(8760)
    hall = replace(inputs.hall, air_allowed=np.ones(8760, bool), pad_needed=np.zeros(8760, bool))
    year = inputs.assembly.conditioned.halls.operate(line_kw, people)

    def run(recovery):
        sizes = {**SIZES, "recovery_kw_th": recovery}
        return operate_cooling(plant, sizes, hall, inputs.assembly, inputs.outdoor_c, burn_in_kw, line_kw, people, nil)

    found, without = run(100.0), run(0.0)
    assert found.recovered_kw_th + found.reheat_kw == pytest.approx(year.heat_kw_th, abs=1e-9)
    assert without.reheat_kw == pytest.approx(year.heat_kw_th, abs=1e-9)
    assert found.recovered_kw_th.max() == pytest.approx(100.0)
    chiller_kw, short = bank_power_kw(plant.equipment.chiller, 8, year.cooling_kw_th, inputs.outdoor_c)
    assert short.max() == 0.0
    drawn = (
        hall_fans(plant, hall).power_kw(20, burn_in_kw) + hall.pad_kw_per_kw_th * burn_in_kw
        + chiller_kw + plant.equipment.chiller.pump_kw_per_kw_th * year.cooling_kw_th
        + year.handler_kw + found.reheat_kw + KIT.pump_kw_per_kw_th * found.recovered_kw_th
    )  # fmt: skip
    assert found.cooling_kw == pytest.approx(drawn, abs=1e-9)
    saved = without.cooling_kw.sum() - found.cooling_kw.sum()
    assert saved == pytest.approx(0.98 * found.recovered_kw_th.sum(), rel=1e-9)
    assert found.house_rule_usd.sum() == pytest.approx(year.house_rule_usd.sum())


def test_the_second_pass_knows_the_true_need(florida, monkeypatch):
    """Proves: at the loads of a first plan the fitted lines give the simulated cold, and the chillers are told how much
    more that is than the plan's 100 kW_th. Sensitivity: lines that stay as drawn are per cents off in energy."""
    inputs = florida.inputs
    tables = {"labour_teams": florida.teams}
    series = {"line_made_per_h": florida.made, "halls_cooling_mw": np.full(8760, 0.1)}
    monkeypatch.setattr("optimiser.second_pass.table", lambda _, name, __: tables[name])
    monkeypatch.setattr("optimiser.second_pass.hourly", lambda _, name: series[name])
    fit, more = halls_fitted(inputs, SimpleNamespace(solution=None))
    line_kw, people = line_loads(inputs, florida.line, florida.made, florida.teams)
    conditioned = fit.assembly.conditioned
    true = conditioned.halls.operate(line_kw, people)
    assert more == pytest.approx(true.cooling_kw_th - 100.0)
    live = conditioned.linear.cooling.live
    assert conditioned.linear.cooling.at(line_kw, people)[live] == pytest.approx(true.cooling_kw_th[live], abs=1e-6)
    drawn = inputs.assembly.conditioned.linear.cooling.at(line_kw, people)
    assert drawn.sum() == pytest.approx(true.cooling_kw_th.sum(), rel=0.05)
    assert abs(drawn.sum() / true.cooling_kw_th.sum() - 1.0) > 1e-4


def test_a_plan_tells_its_halls(florida):
    """Proves: the plan's series count air handlers, electric heat and pumps as cooling's electricity; the document
    tells the share recovered (60 of 90 kW_th) and the error against the simulation, by hall with its hours of humidity.
    Sensitivity: electric heat left out of the electricity would be 30 kW less in each hour."""
    inputs = florida.inputs
    line_kw, people = line_loads(inputs, florida.line, florida.made, florida.teams)
    flows = {"heat_exhaust_mw": 0.05, "heat_condenser_mw": 0.01, "heat_electric_mw": 0.03, "halls_cooling_mw": 0.4}
    heat = with_halls(
        inputs, lambda name: np.full(8760, flows[name]), {"cooling_kw": np.full(8760, 7.0), "water_m3": np.zeros(8760)},
        line_kw, people,
    )  # fmt: skip
    handler = inputs.assembly.conditioned.linear.handler.unheld(line_kw, people)
    assert heat["cooling_kw"] == pytest.approx(7.0 + handler + 30.0 + 0.02 * 60.0)
    series = {**heat, "line_kw": line_kw}
    found = halls_document(inputs, SimpleNamespace(values=series.__getitem__), people)
    assert found["recovered_share"] == pytest.approx(60.0 / 90.0)
    true = inputs.assembly.conditioned.halls.operate(line_kw, people)
    error = found["linear_form"]["cooling"]["energy_error"]
    assert error == pytest.approx(400.0 * 8760 / true.cooling_kw_th.sum() - 1.0)
    hall, offices = found["halls"]
    assert (hall["name"], offices["name"]) == ("hall", "offices")
    assert hall["hours_above_firm"] == 0
    assert hall["hours_below_house"] + hall["hours_above_house"] == true.house_rule_usd.sum() / 20.0
    assert offices["hours_below_house"] is None


def test_a_plan_without_halls_has_no_such_series(florida):
    """Proves: the series of a plan with the simple hall stay as they are. Sensitivity: a run folder would change."""
    plain = replace(florida.inputs, assembly=replace(florida.inputs.assembly, conditioned=None))
    heat = {"cooling_kw": np.ones(3)}
    assert with_halls(plain, None, heat, np.zeros(3), np.zeros(3)) == heat
    assert halls_document(plain, None, np.zeros(3)) is None
