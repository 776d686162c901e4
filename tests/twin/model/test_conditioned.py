"""The conditioned halls of a plant file: what they are made of, and what is refused."""

from pathlib import Path

import pytest

from sites.errors import InputError
from twin.model.conditioned import library_figures
from twin.model.plant import read_plant, starter_file
from twin.model.thermal.hall_library import hall_type

HALLS = """
[[halls]]
name = "assembly"
type = "assembly_hall"
area_m2 = 3000
line_share = 1.0
people_pattern = "day8"
held_pattern = "continental"

[[halls]]
name = "offices"
type = "offices"
people = 35
people_pattern = "day8"

[equipment.heat_recovery]
usd_per_kw_th = 100
effectiveness = 0.5
pump_kw_per_kw_th = 0.02
most_kw_th = 1000
life_years = 20
"""


def plant_with(tmp_path: Path, more: str, *, starter: str | None = None):
    file = tmp_path / "plant.toml"
    file.write_text((starter or starter_file().read_text()) + more)
    return read_plant(file)[0]


def test_halls_are_sized_and_peopled(tmp_path):
    """Proves: half of the library's floor has half of its people and air; a hall whose people are given has those.
    Sensitivity: the library's 80 in both."""
    first, second = plant_with(tmp_path, HALLS).halls
    assert (first.described.area_m2, first.described.people) == (3000.0, 40.0)
    assert first.described.air_handler.supply_kg_per_s == hall_type("assembly_hall").air_handler.supply_kg_per_s / 2
    assert (second.described.area_m2, second.described.people) == (1500.0, 35.0)


def test_the_starter_has_no_halls():
    """Proves: without the tables a plant has no halls and no recovery. Sensitivity: a default changes every run."""
    plant, _ = read_plant()
    assert plant.halls == ()
    assert plant.equipment.heat_recovery is None


def test_each_type_tells_its_figures_once(tmp_path):
    """Proves: the library's numbers behind the halls are in the list of assumptions, once for a type used twice.
    Sensitivity: guesses that nobody is told of."""
    halls = plant_with(tmp_path, HALLS).halls
    keys = [figure.key for figure in library_figures((*halls, halls[0]))]
    assert "types.assembly_hall.height_m" in keys
    assert "types.offices.height_m" in keys
    assert len(keys) == len(set(keys))


def test_everything_wrong_is_said_at_once(tmp_path):
    """Proves: shares that do not add up, a name twice and an unknown pattern are told together, each with its key.
    Sensitivity: one at a time, or a traceback."""
    wrong = HALLS.replace("line_share = 1.0", "line_share = 0.6").replace('"offices"\ntype', '"assembly"\ntype')
    wrong = wrong.replace('held_pattern = "continental"', 'held_pattern = "continentl"')
    with pytest.raises(InputError) as caught:
        plant_with(tmp_path, wrong)
    said = str(caught.value)
    assert "line_share adds up to 0.6" in said
    assert "halls[1].name: value 'assembly': stands twice" in said
    assert "halls[0].held_pattern: value 'continentl': no pattern" in said
    assert "continental" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('type = "offices"\n', "", "halls[1].type: names neither a type nor a hall of its own"),
        ('type = "offices"', 'type = "ofices"', "halls[1].type"),
    ],
)
def test_a_hall_is_described_once(tmp_path, old, new, said):
    """Proves: a hall without a type, or with a type that the library does not hold, is refused by its key.
    Sensitivity: a hall of nothing would be planned."""
    with pytest.raises(InputError) as caught:
        plant_with(tmp_path, HALLS.replace(old, new))
    assert said in str(caught.value)


def test_recovery_without_halls_is_refused(tmp_path):
    """Proves: exchangers for a plant without halls are refused. Sensitivity: a catalogue entry that does nothing."""
    with pytest.raises(InputError) as caught:
        plant_with(tmp_path, HALLS[HALLS.index("[equipment.heat_recovery]") :])
    assert "equipment.heat_recovery" in str(caught.value)


def test_water_too_warm_for_the_supply_air_is_refused(tmp_path):
    """Proves: chilled water of 13 C and an approach of 2 K leave a coil at 15 C, which gives no air of 14 and 13.5 C.
    Sensitivity: the halls would never reach their setpoint, and nobody would be told why."""
    warm = starter_file().read_text().replace("supply_c = 8.0", "supply_c = 13.0")
    with pytest.raises(InputError) as caught:
        plant_with(tmp_path, HALLS, starter=warm)
    assert "halls[0].type: supply air of 14 C from a coil that is 15 C at its coldest" in str(caught.value)
