"""The plant file: what it may say, and how its mistakes are told."""

import pytest

from sites.errors import InputError
from sites.figures import read_toml
from sites.validation import validated
from twin.model.plant import Plant, read_plant, starter_file


def starter():
    """The starter plant as plain data, to be spoiled."""
    data, _ = read_toml(starter_file())
    return data


def told(data):
    with pytest.raises(InputError) as caught:
        validated(Plant, data, "my.toml")
    return [str(problem) for problem in caught.value.problems]


def test_the_starter_plant_is_sound():
    """Proves: the shipped file reads: 8 cells, 16 racks of 36 slots within a zone of 143.8 kW, 500 a day, its
    assumptions listed with their dotted keys.
    Sensitivity: an assumption that is not listed would be swept by nothing and shown to nobody."""
    plant, figures = read_plant()
    assert (plant.line.cells, plant.burn_in.racks, plant.burn_in.slots_per_rack) == (8, 16, 36)
    assert plant.demand.units_per_working_day == 500
    assert plant.product.power_kw * plant.burn_in.slots_per_rack <= plant.burn_in.zone_kw
    assumed = {figure.key for figure in figures if figure.is_assumption}
    assert {"money.discount_rate", "burn_in.hours", "line.stations[1].first_pass_yield"} <= assumed
    assert "products[0].power_kw" not in assumed


def test_unknown_keys_get_near_misses_at_every_depth():
    """Proves: a misspelt key is named with its place and what was meant: in a table, in a list of tables, in an
    optional table; all in one message, and an absent key beside them.
    Sensitivity: keys that are ignored would leave the default in place of what was meant."""
    data = starter()
    data["burn_in"]["slots_per_rak"] = data["burn_in"].pop("slots_per_rack")
    data["line"]["stations"][1]["first_pas_yield"] = 0.9
    data["line"]["stations"][1]["breakdowns"]["mtbf"] = 3
    data["equipment"]["batery"] = {}
    assert told(data) == [
        "my.toml: line.stations[1].breakdowns.mtbf: unknown key -> did you mean mtbf_h?",
        "my.toml: line.stations[1].first_pas_yield: unknown key -> did you mean first_pass_yield?",
        "my.toml: burn_in.slots_per_rack: missing -> add it",
        "my.toml: burn_in.slots_per_rak: unknown key -> did you mean slots_per_rack or most_racks or people_per_crew?",
        "my.toml: equipment.batery: unknown key -> did you mean battery?",
    ]


def test_a_number_out_of_range_is_told_with_its_value():
    """Proves: a share above 1 and a negative price are two problems with the values that were given.
    Sensitivity: "validation failed" would leave the reader to guess which of two hundred numbers."""
    data = starter()
    data["burn_in_hall"]["relative_humidity_limit"] = 90
    data["equipment"]["racks"]["usd_each"] = -1
    first, second = told(data)
    assert first.startswith("my.toml: burn_in_hall.relative_humidity_limit: value 90: ")
    assert second.startswith("my.toml: equipment.racks.usd_each: value -1: ")


def test_parts_that_do_not_fit_are_told_together():
    """Proves: too many slots for a zone, an unknown pattern, a wrong target and a line that never reaches burn-in are
    four findings in one message, which names the file and prints no table.
    Sensitivity: one zone too hot would be found when the breaker trips."""
    data = starter()
    data["burn_in"]["slots_per_rack"] = 50
    data["burn_in"]["next"] = "packing"
    data["assembly_hall"]["people_base_pattern"] = "day9"
    for station in data["line"]["stations"]:
        if station["next"] == "burn_in":
            station["next"] = "exit"
    (message,) = told(data)
    assert message.startswith("my.toml: burn_in.slots_per_rack: a zone of 143.8 kW holds 41 slots, not more; ")
    assert "people_base_pattern 'day9' is no pattern" in message
    assert "burn_in.next: 'packing' is no station" in message
    assert "no station goes on to burn_in" in message
    assert len(message) < 400


def test_a_line_that_leads_nowhere_is_told():
    """Proves: a station that goes on to an unknown one, a doubled name, a wrong first and a skill that no crew has are
    told in one message at `line`.
    Sensitivity: a unit that goes nowhere would be lost, and throughput too low."""
    data = starter()
    stations = data["line"]["stations"]
    stations[0]["next"] = "bord_test"
    stations[4]["name"] = "chassis_assembly"
    stations[5]["skill"] = "welder"
    data["line"]["first"] = "start"
    (message,) = told(data)
    assert message.startswith("my.toml: line: chassis_assembly stands twice; first = 'start' is no station; ")
    assert "receive_and_kit: next = 'bord_test' is no station" in message
    assert "control_board_and_cables: skill 'welder' is in no crew" in message


@pytest.mark.parametrize(("racks", "least", "most"), [(30, 4, 24), (3, 4, 24), (16, 24, 4)])
def test_racks_lie_in_their_range(racks, least, most):
    """Proves: a number of racks outside what may be built is refused at `burn_in`.
    Sensitivity: the optimiser's bounds would be crossed, and every plan infeasible."""
    data = starter()
    data["burn_in"] |= {"racks": racks, "least_racks": least, "most_racks": most}
    assert told(data) == [f"my.toml: burn_in: racks {racks} outside {least} to {most} -> change the table"]


def test_each_transformer_size_has_a_price():
    """Proves: five sizes and four prices are refused.
    Sensitivity: zipped to the shorter, the largest transformer would silently leave the ladder."""
    data = starter()
    data["equipment"]["transformers"]["usd_each"].pop()
    (message,) = told(data)
    assert message == "my.toml: equipment.transformers: 5 sizes but 4 prices -> change the table"


def test_names_are_found_or_refused():
    """Proves: stations and patterns are found by name; a wrong name is a `KeyError`.
    Sensitivity: None instead of an error would fail far from the cause."""
    plant, _ = read_plant()
    assert plant.line.station("pack").next == "exit"
    assert plant.pattern("day8").crews == 1
    with pytest.raises(KeyError):
        plant.pattern("day9")
    with pytest.raises(KeyError):
        plant.line.station("paint")


def test_infant_mortality_by_hand():
    """Proves: 1 - exp(-(t / 18700)^0.5) is 1.03, 1.45, 2.50 and 3.52 % at 2, 4, 12 and 24 h.
    Sensitivity: an exponential law of the same 2.5 % at 12 h would give 0.42 % at 2 h."""
    burn_in = read_plant()[0].burn_in
    shares = [100.0 * burn_in.failure_share(hours) for hours in (2.0, 4.0, 12.0, 24.0)]
    assert shares == pytest.approx([1.03, 1.45, 2.50, 3.52], abs=0.01)
