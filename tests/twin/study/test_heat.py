"""What a run says of heat and water: modes, limits, the error of the linear form, and salt air."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sites.clock import Calendar
from sites.schema import read_site
from twin.model.plant import read_plant
from twin.model.thermal.operation import CoolingOperation
from twin.study.heat import hall_notes, linear_form, people_at_work

HOURS = 8760
PLANT, _ = read_plant()


def operation(cooling_kw, unserved=0.0):
    nil = np.zeros(HOURS)
    return CoolingOperation(cooling_kw, np.full(HOURS, unserved), nil, nil, nil)


def test_the_error_of_the_linear_form_is_told_as_it_is(blank):
    """Proves: 100 kW modelled where 98 kW are true, and 130 for a true peak of 132, are errors of +2 % and -1.5 %.
    Sensitivity: errors over the model's own numbers would be 1.96 %; absolute values would hide the side."""
    true, modelled = np.full(HOURS, 98.0), np.full(HOURS, 100.0)
    true[7], modelled[7] = 132.0, 130.0
    found = linear_form(blank.plan(cooling_kw=modelled), operation(true, 0.5))
    assert found["energy_error"] == pytest.approx((8759 * 100 + 130) / (8759 * 98 + 132) - 1)
    assert found["peak_error"] == pytest.approx(130 / 132 - 1)
    assert found["unserved_kwh_th"] == pytest.approx(0.5 * HOURS)


def test_nothing_to_cool_has_no_error(blank):
    """Proves: a year without cooling has errors of nil. Sensitivity: 0 / 0 in the summary."""
    found = linear_form(blank.plan(cooling_kw=0.0), operation(np.zeros(HOURS)))
    assert (found["energy_error"], found["peak_error"]) == (0.0, 0.0)


def test_people_are_those_of_all_patterns_in_their_own_hours(blank):
    """Proves: two teams on a pattern staffed in even hours and one on a pattern staffed by half are crew x (2 or 0) +
    crew x 0.5. Sensitivity: teams without their hours would count everybody around the clock."""
    share = np.zeros((len(PLANT.patterns), HOURS))
    share[0, ::2], share[1] = 1.0, 0.5
    teams = np.zeros((12, len(PLANT.patterns)))
    teams[:, 0], teams[:, 1] = 2.0, 1.0
    plan = blank.plan()
    plan = SimpleNamespace(values=lambda name: teams if name == "teams" else plan.values(name))
    found = people_at_work(PLANT, plan, SimpleNamespace(staffed_share=share), Calendar(2026, -6.0).labour_month)
    size = PLANT.line.crew.size
    assert (found[0], found[1]) == (2.5 * size, 0.5 * size)


@pytest.mark.parametrize(("km", "is_sealed"), [(3.6, True), (3.7, False), (45.0, False)])
def test_a_hall_in_salt_air_is_said_to_be_sealed(classes, km, is_sealed):
    """Proves: nearer than 3.7 km to the sea the page says that the hall is planned sealed, with key and number.
    Sensitivity: a limit taken the other way would seal every hall inland."""
    case = classes.case(classes.flat("small", 0.10))
    site = read_site("texas").site
    near = site.model_copy(update={"place": site.place.model_copy(update={"distance_to_sea_km": km})})
    case = SimpleNamespace(plant=PLANT, site_file=SimpleNamespace(site=near), weather=case.weather)
    sealed = [note for note in hall_notes(case) if "sealed" in note]
    assert bool(sealed) is is_sealed
    if is_sealed:
        assert "place.distance_to_sea_km" in sealed[0]
        assert "3.6 km" in sealed[0]


def test_outdoor_air_never_enters_a_sealed_hall(cases):
    """Proves: 2 km from the sea no hour of the year and no design condition has open air or pads, and no pad drinks;
    inland some do. Sensitivity: sealed in the hours only, fans would still be sized for the design day."""
    inland = cases["florida"]
    place = inland.site_file.site.place.model_copy(update={"distance_to_sea_km": 2.0})
    site = inland.site_file.site.model_copy(update={"place": place})
    by_sea = replace(inland, site_file=replace(inland.site_file, site=site)).inputs_of(None)
    assert inland.inputs_of(None).hall.air_allowed.any()
    for cooling in (by_sea.hall, *(point.cooling for point in by_sea.design)):
        assert not cooling.air_allowed.any()
        assert not cooling.pad_needed.any()
        assert cooling.water_m3_per_kwh_th.sum() == 0.0


def test_a_correction_of_an_earlier_play_back_is_no_error_of_form():
    """Proves: chillers of 50 kW that a play-back made 60 (factor 1.2) beside 10 kW of fans are 70 in the plan and 60 on
    their curves: no error. Without the correction taken off it would be 17 %.
    Sensitivity: every plan of a second round would tell an error of its form that is none."""
    plan = SimpleNamespace(
        data={"chiller_kw"}, values={"cooling_kw": np.full(HOURS, 70.0), "chiller_kw": np.full(HOURS, 60.0)}.get
    )
    true = operation(np.full(HOURS, 60.0))
    assert linear_form(plan, true, 1.2)["energy_error"] == pytest.approx(0.0, abs=1e-12)
    assert linear_form(plan, true)["energy_error"] == pytest.approx(10.0 / 60.0)
