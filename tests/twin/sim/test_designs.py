"""Designs of the line: what one more server or rack adds, on lines small enough to be worked out by hand."""

import numpy as np
import pytest

from twin.model.contracts import BASE_DESIGN
from twin.model.line import Line
from twin.model.plant import read_plant
from twin.sim.designs import (
    MORE_RACKS,
    Design,
    OpenTask,
    RackTask,
    designs_of,
    run_open,
    run_racks,
    study_designs,
)
from twin.sim.response import line_response

PRESS_MIN, TEST_MIN = 4, 6
ACTIVE = {"press": 0.67, "test": 1.0, "pack": 0.0}


def small(**of_test):
    """A plant whose line is two stations, 15 and 10 units/h, and a way out; nothing fails, no time varies.

    Parameters: *of_test*, more of the slower station. Three fitters of a group of their own are there throughout.
    """

    def station(name, mean_min, **more):
        return {"name": name, "process_time": {"law": "deterministic", "mean_min": mean_min}, **more}

    line = Line.model_validate(
        {
            "stations": [
                station("press", PRESS_MIN, next="test", breakdowns={"mtbf_h": 1e9, "mttr_min": 1, "skill": "fitter"}),
                station("test", TEST_MIN, next="burn_in", **of_test),
                station("pack", 1, servers="unlimited"),
            ],
            "wip_limit_per_cell": 12,
            "crew": {"people": {"hand": 2}},
            "operators": [{"name": "fitters", "people": 3, "skills": ["fitter"]}],
        }
    )
    plant = read_plant()[0]
    burn_in = plant.burn_in.model_copy(
        update={
            "racks": 2, "least_racks": 1, "most_racks": 3, "rack_breakdowns": None, "infant_weibull_scale_h": 1e9,
            "infant_weibull_shape": 1.0, "next": "pack", "on_failure": "pack",
        }
    )  # fmt: skip
    return plant.model_copy(update={"line": line, "burn_in": burn_in})


@pytest.fixture(scope="module")
def study():
    return study_designs(small(), [1], replications=2, seed=1, workers=1)


@pytest.fixture(scope="module")
def response():
    plant = small(skill="hand", people_per_job=2)
    return line_response(plant, replications=2, weeks=1, patterns=["day8"], teams=[1], designs=True)


def test_one_more_server_lifts_the_line_to_its_next_limit(study):
    """Proves: with stations of 15 and 10 units/h, one more server at the slower gives 15 / 10, at the faster nothing,
    at both 20 / 10; another rack leaves the line as it is.
    Sensitivity: the new server's own rate, without its neighbour's limit, would give 2 for the first."""
    found = dict(zip([design.name for design in study.designs], study.factor[:, :, 0].T, strict=True))
    by_hand = {
        BASE_DESIGN: 1.0,
        "test +1 server": 1.5,
        "press +1 server": 1.0,
        "test +1 server, press +1 server": 2.0,
        MORE_RACKS: 1.0,
    }
    assert list(found) == list(by_hand)
    for name, factor in by_hand.items():
        assert found[name] == pytest.approx([factor, factor], rel=0.002), name


def test_the_line_as_it_is_makes_what_its_slowest_station_can():
    """Proves: 168 h at 10 units/h arrive at the burn-in door, after the day before them; the slow station is always
    active and the fast one for two thirds. Sensitivity: with the warm-up counted, 1,920 would arrive."""
    run = run_open(OpenTask(Design(BASE_DESIGN, small()), 1, 1, 1, 0))
    assert run.first_arrivals == pytest.approx(168 * 60 / TEST_MIN, abs=1)
    assert run.active["test"] == pytest.approx(1.0, abs=1e-6)
    assert run.active["press"] == pytest.approx(PRESS_MIN / TEST_MIN, abs=0.002)


def test_a_server_comes_with_the_people_of_one_job():
    """Proves: two people for a job of two, of the skill it asks for; none where no skill is asked.
    Sensitivity: with one person the new server would never start a job, and add nothing."""
    plant = small(skill="hand", people_per_job=2)
    designs = {design.name: design.plant.line for design in designs_of(plant, ACTIVE)}
    added = designs["test +1 server +2 hand"].operators[len(plant.line.operators) :]
    assert [(group.people, group.skills) for group in added] == [(2, ("hand",))]
    assert designs["test +1 server +2 hand"].station("test").servers == 2
    assert designs["press +1 server"].operators == plant.line.operators


def test_the_people_that_come_are_enough_and_only_they_are_counted(response):
    """Proves: the new server of a job of two lifts the line by a half, and brings two people, whatever groups the line
    had before. Sensitivity: counted with the three fitters it would be five; one person too few, a factor of 1."""
    design = "test +1 server +2 hand"
    assert float(response["capacity_factor"].sel(design=design, teams=1)) == pytest.approx(1.5, rel=0.002)
    people = response["added_people"].to_series().to_dict()
    assert people == {
        BASE_DESIGN: 0, design: 2, "press +1 server": 0, f"{design}, press +1 server": 2, MORE_RACKS: 0,
    }  # fmt: skip
    assert response["servers"].sel(design=design).to_series().to_dict() == {"press": 1, "test": 2, "pack": 0}


def test_capacity_of_a_design_is_the_lines_times_its_factor(response):
    """Proves: weekly units and hourly capacity of a design are those of the line as it is, times its factor; the rack
    counts are those of the designs. Sensitivity: factors of another design's row would shift the products."""
    factor = response["capacity_factor"].sel(teams=1)
    for name in ("weekly_units", "capacity_units_per_h"):
        values = response[name].sel(teams=1, pattern="day8")
        assert float(values.sel(design=BASE_DESIGN).sum()) > 0
        np.testing.assert_allclose(values.sum(values.dims[1:]), float(values.sel(design=BASE_DESIGN).sum()) * factor)
    assert response["racks_count"].values.tolist() == [2, 2, 2, 2, 3]


def test_racks_burn_in_what_their_slots_can(study):
    """Proves: a slot gives one unit in the run and its handling, 72 slots / (12 h + 2 + 2 min), another rack half as
    much again. Sensitivity: without handling it would be 0.6 % more for 2 minutes each; here it is checked with 30."""
    plant = small()
    slots, hours = plant.burn_in.slots_per_rack, plant.burn_in.hours
    handled_h = (plant.burn_in.load_min + plant.burn_in.unload_min) / 60
    limits = study.racks_units_per_h.mean(axis=0)
    assert limits[:-1] == pytest.approx(2 * slots / (hours + handled_h), rel=0.01)
    assert limits[-1] == pytest.approx(3 * slots / (hours + handled_h), rel=0.01)
    slow = plant.burn_in.model_copy(update={"load_min": 30.0, "unload_min": 30.0})
    found = run_racks(RackTask(Design(BASE_DESIGN, plant.model_copy(update={"burn_in": slow})), 1, 1, 0))
    assert found == pytest.approx(2 * slots / (hours + 1), rel=0.01)  # without handling 8 % more


def test_a_full_hall_has_no_design_with_another_rack():
    """Proves: beyond most_racks none is tried. Sensitivity: a plan could be offered a rack that has no place."""
    plant = small()
    full = plant.model_copy(update={"burn_in": plant.burn_in.model_copy(update={"most_racks": 2})})
    assert [design.name for design in designs_of(plant, ACTIVE)][-1] == MORE_RACKS
    assert MORE_RACKS not in [design.name for design in designs_of(full, ACTIVE)]


def test_without_designs_there_is_the_line_as_it_is():
    """Proves: one design, which adds nobody, and no factors that nobody simulated.
    Sensitivity: factors of 1 without a run would be reported as found by simulation."""
    response = line_response(small(), replications=2, weeks=1, patterns=["day8"], teams=[1])
    assert response.data["design"].values.tolist() == [BASE_DESIGN]
    assert response["added_people"].values.tolist() == [0]
    assert not {"capacity_factor", "racks_units_per_h"} & set(response.data)
