"""Plant files that extend others: what replaces what, where problems and origins are told, and the shipped ones."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from sites.errors import InputError
from sites.figures import parse_toml
from twin.cli import cli
from twin.model.line_file import read_line
from twin.model.plant import read_plant
from twin.model.plant_file import open_plant, plant_path, shipped_plants


def written(folder, text, name="mine.toml"):
    """A plant file of *text* in *folder*."""
    file = folder / name
    file.write_text(text)
    return file


def test_a_file_says_only_what_differs(tmp_path):
    """Proves: one key of a table is replaced and the others kept; a list is replaced whole; origins are the file's own.
    Sensitivity: a table replaced whole would miss slots_per_rack; lists joined would make two products."""
    file = written(
        tmp_path,
        'extends = "starter"\nname = "mine"\n[burn_in]\nhours = { value = 8, source = "own trial", date = "2026", '
        'confidence = "high" }\n[demand]\nworking_days = ["Mon"]\n',
    )
    plant, figures = read_plant(file)
    starter, before = read_plant()
    assert (plant.name, plant.burn_in.hours, plant.burn_in.slots_per_rack) == ("mine", 8, 36)
    assert plant.demand.working_days == ("Mon",)
    assert plant.equipment == starter.equipment
    origin = {figure.key: figure for figure in figures}["burn_in.hours"]
    assert (origin.source, origin.low) == ("own trial", None)  # the starter's is { low = 4, base = 12, high = 24 }
    assert len(figures) == len(before)


def test_problems_are_told_of_the_file_in_which_they_stand(tmp_path):
    """Proves: a wrong value of the base is the base's, a wrong or unknown key of the extension is its own, and a key
    that is missing from a list which the extension gives is its own although the base's list has it.
    Sensitivity: with one name for all, the reader would look for demand.working_days in the wrong file."""
    starter = shipped_plants()["starter"].read_text()
    assert "least_racks = 4\n" in starter
    written(tmp_path, starter.replace("least_racks = 4\n", "least_racks = -4\n"), "base.toml")
    file = written(
        tmp_path,
        'extends = "base.toml"\n[burn_in]\nracks = 0\nrakcs = 3\n[[products]]\nname = "x"\npower_kw = 3.0\n'
        "[money]\nhorizon_years = { value = 5, source = 'x', confidence = 'high' }\n",
    )
    with pytest.raises(InputError) as refused:
        read_plant(file)
    where = {problem.where for problem in refused.value.problems}
    assert {
        "base.toml: burn_in.least_racks",
        "mine.toml: burn_in.racks",
        "mine.toml: burn_in.rakcs",
        "mine.toml: products[0].value_usd",
        "mine.toml: money.horizon_years",
    } <= where


def test_a_chain_that_bites_its_tail_is_refused(tmp_path):
    """Proves: a file that extends itself over another, and one that extends nothing that is there, are refused by name.
    Sensitivity: without the check the first would read on for ever."""
    written(tmp_path, 'extends = "mine.toml"\n', "base.toml")
    with pytest.raises(InputError, match=r"leads back to mine\.toml"):
        read_plant(written(tmp_path, 'extends = "base.toml"\n'))
    with pytest.raises(InputError, match=r"mine.toml: extends: value 'startr'.*did you mean starter"):
        read_plant(written(tmp_path, 'extends = "startr"\n'))
    with pytest.raises(InputError, match="value 3: no plant file"):
        read_plant(written(tmp_path, "extends = 3\n"))


def test_the_text_of_an_extension_is_the_whole_plant(tmp_path):
    """Proves: what a run keeps of an extension reads as the same plant with the same origins, without its base.
    Sensitivity: a copy of the extension alone would change with the starter plant."""
    opened = open_plant(shipped_plants()["hydro"])
    whole = written(tmp_path, opened.text)
    assert "extends" not in parse_toml(whole)
    plant, figures = read_plant(whole)
    shipped, origins = read_plant(Path("hydro"))
    assert plant.model_dump_json() == shipped.model_dump_json()
    assert figures == origins


def test_shipped_plants_are_taken_by_name(tmp_path, monkeypatch):
    """Proves: a bare name is the shipped plant even beside a folder of that name; a path is a path; the line of an
    extension is read with its base's.
    Sensitivity: taken as a path, "hydro" would be no such file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hydro").mkdir()
    assert plant_path(Path("hydro")) == shipped_plants()["hydro"]
    assert plant_path(Path("hydro.toml")) == Path("hydro.toml")
    assert plant_path(Path("folder/hydro")) == Path("folder/hydro")
    assert read_line(shipped_plants()["hydro"]).power_kw == 5.4
    asked = ["line", "--plant", "./hydro", "--hours", "1"]
    assert CliRunner().invoke(cli, asked).exit_code != 0
