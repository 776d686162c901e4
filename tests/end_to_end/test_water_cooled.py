"""A plant file that offers water-cooled chillers with towers, planned and played back as its user would."""

import json
from pathlib import Path

import pytest

from twin.model.plant import starter_file
from twin.model.runs import read_run

pytestmark = pytest.mark.slow

TABLE = Path(__file__).parents[1] / "water_cooled.toml"


@pytest.fixture(scope="module")
def planned(tmp_path_factory, run_twin):
    """The quick run of Florida with the table added to the starter plant: (JSON document, run folder)."""
    folder = tmp_path_factory.mktemp("water_cooled")
    plant = folder / "plant.toml"
    plant.write_text(starter_file().read_text() + "\n" + TABLE.read_text())
    done = run_twin("optimise", "--site", "florida", "--plant", str(plant), "--quick", "--replications", "2",
                    "--threads", "1", "--json", "--quiet", cwd=folder)  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    return document, folder / Path(document["run"])


def test_what_is_bought_meets_the_need_and_is_kept(planned):
    """Proves: the plan has water-cooled chillers with a spare and their towers, a sentence for each, and the twin keeps
    its promise of units, usd, peak and kWh on the true curves.
    Sensitivity: towers, pumps or fans left out of the play-back or of the plan break the promised kWh by 1 %."""
    document, _ = planned
    sizes = document["sizes"]
    assert sizes["water_cooled_chillers_count"] >= 2
    assert sizes["towers_count"] >= 2
    assert {"water_cooled_chillers_count", "towers_count"} <= set(document["bindings"])
    assert document["kept"]["all"], document["kept"]


def test_the_linear_form_is_the_machines(planned):
    """Proves: after two passes cooling's energy and peak are those of chillers, towers, pumps and fans on their curves
    within 0.3 and 0.5 %.
    Sensitivity: an hour's ratio fitted on other chords than the model's rows have errs by about a per cent."""
    _, folder = planned
    form = json.loads((folder / "summary.json").read_text())["heat"]["linear_form"]
    assert abs(form["energy_error"]) <= 0.003
    assert abs(form["peak_error"]) <= 0.005


def test_the_costs_are_the_objective(planned):
    """Proves: capital, upkeep and water of the water-cooled plant stand on the cost sheet, and nothing beside it.
    Sensitivity: water priced twice, or installed prices without upkeep, leave a remainder."""
    document, folder = planned
    assert sum(document["costs"].values()) == pytest.approx(document["objective_usd_per_year"], abs=0.01)
    assert read_run(folder).contracts["plan"].values("water_cooled_kw_th").max() > 100.0
