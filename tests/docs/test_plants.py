"""The plant files of docs/plants are accepted behind the starter plant, and use what they show."""

from pathlib import Path

import pytest

from twin.model.plant import read_plant, starter_file

FILES = sorted((Path(__file__).parents[2] / "docs" / "plants").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_example_is_a_plant(file, tmp_path):
    """Proves: appended to the starter plant, each example is a plant, each of its guesses among the assumptions.
    Sensitivity: a key renamed in the code would refuse the page's own example."""
    joined = tmp_path / file.name
    joined.write_text(starter_file().read_text() + file.read_text())
    plant, figures = read_plant(joined)
    starter, before = read_plant()
    assert plant.model_dump_json() != starter.model_dump_json()
    assert len(figures) > len(before)


def test_the_halls_example_holds_the_whole_line(tmp_path):
    """Proves: the assembly hall of the example has the line, the offices have none of it, and heat may be recovered.
    Sensitivity: an example without the line would plan an empty hall."""
    joined = tmp_path / "plant.toml"
    example = next(file for file in FILES if file.stem == "conditioned_halls")
    joined.write_text(starter_file().read_text() + example.read_text())
    plant, _ = read_plant(joined)
    assert [entry.line_share for entry in plant.halls] == [1.0, 0.0]
    assert plant.equipment.heat_recovery is not None
    assert plant.ramp is not None
    assert plant.ramp.heat_recovery is not None
