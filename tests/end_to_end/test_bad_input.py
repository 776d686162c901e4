"""Bad input through the command: exit codes, all problems at once, never a traceback or a half-written run."""

import pytest


def test_an_unknown_site_is_named_with_its_near_miss(run_twin, tmp_path):
    """Proves: exit 3, "did you mean", nothing written. Sensitivity: a KeyError would exit 1 with a traceback."""
    done = run_twin("optimise", "--site", "texes", cwd=tmp_path)
    assert done.returncode == 3
    assert "did you mean texas?" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_all_problems_of_all_files_come_at_once(run_twin, tmp_path):
    """Proves: a bad plant, weather and load are all reported. Sensitivity: stopping at the first shows one."""
    (tmp_path / "plant.toml").write_text('name = "x"\nstudy_yaer = 2026\n')
    done = run_twin(
        "optimise",
        "--site",
        "texas",
        "--plant",
        "plant.toml",
        "--weather",
        "none.tmy3",
        "--load",
        "none.csv",
        cwd=tmp_path,
    )
    assert done.returncode == 3
    assert "study_yaer" in done.stderr
    assert "study_year" in done.stderr
    assert "none.csv" in done.stderr


def test_the_american_spelling_works(run_twin, tmp_path):
    """Proves: `twin optimize` is taken as optimise. Sensitivity: click would answer "No such command" with exit 2."""
    done = run_twin("optimize", "--site", "nowhere", cwd=tmp_path)
    assert done.returncode == 3


@pytest.mark.parametrize("command", [["nonsense"], ["optimise"], ["bill"]])
def test_usage_errors_exit_2(command, run_twin, tmp_path):
    """Proves: what click refuses is a usage error. Sensitivity: exit 1 would call it our bug."""
    assert run_twin(*command, cwd=tmp_path).returncode == 2


@pytest.mark.slow
def test_a_demand_beyond_all_cells_exits_4(run_twin, tmp_path):
    """Proves: 2,000 units a day cannot be made, the month and the cure are named, nothing is written.
    Sensitivity: a solver's bare "infeasible" tells nobody what to do."""
    from twin.model.plant import starter_file

    text = starter_file().read_text()
    (tmp_path / "plant.toml").write_text(
        text.replace("units_per_working_day = { value = 500", "units_per_working_day = { value = 2000")
    )
    done = run_twin("optimise", "--site", "texas", "--plant", "plant.toml", "--quick", "--quiet", cwd=tmp_path)
    assert done.returncode == 4
    assert "units_per_working_day" in done.stderr
    assert not list((tmp_path).glob("runs/*"))


def test_weather_sites_and_doctor_answer(run_twin, tmp_path):
    """Proves: the small commands work from an empty folder. Sensitivity: a path relative to the checkout fails here."""
    assert '"hours": 8760' in run_twin("weather", "--site", "texas", "--json", cwd=tmp_path).stdout
    assert "texas" in run_twin("sites", cwd=tmp_path).stdout
    assert run_twin("doctor", cwd=tmp_path).returncode == 0
