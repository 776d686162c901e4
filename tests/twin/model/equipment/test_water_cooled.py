"""The table of water-cooled chillers in a plant file: what it may say, and what it costs."""

import tomllib
from pathlib import Path

import pytest

from sites.errors import InputError
from sites.figures import read_toml, take_figures
from sites.schema import Water
from sites.validation import validated
from twin.model.catalogue import prices
from twin.model.plant import Plant, starter_file

FILE = Path(__file__).parents[3] / "water_cooled.toml"


def plain():
    """The starter plant with the table, as plain data."""
    data, _ = read_toml(starter_file())
    table, figures = take_figures(tomllib.loads(FILE.read_text()), FILE.name)
    data["equipment"]["water_cooled"] = table["equipment"]["water_cooled"]
    assert all(figure.source and figure.date for figure in figures)
    return data


def told(data):
    with pytest.raises(InputError) as caught:
        validated(Plant, data, "my.toml")
    return [str(problem) for problem in caught.value.problems]


def test_the_table_is_read_and_priced():
    """Proves: the shipped example is sound; at an index of 1.1 one chiller is 154,000 usd and one tower 46,200, with
    lives of their own; its limit is its own, and without one that of the chiller's curves.
    Sensitivity: lives of the air-cooled chiller in their place would be 20 years for both."""
    plant = validated(Plant, plain(), "my.toml")
    kit = plant.equipment.water_cooled
    assert kit is not None
    found = prices(plant.equipment, 1.1, 2500.0)
    assert (found["water_cooled_chillers_count"].usd_each, found["towers_count"].usd_each) == pytest.approx(
        (154_000.0, 46_200.0)
    )
    assert (found["water_cooled_chillers_count"].life_years, found["towers_count"].life_years) == (23, 20)
    assert kit.warmest_c == 32.0
    assert kit.model_copy(update={"condenser_limit_c": None}).warmest_c == 35.0


def test_a_plant_without_the_table_has_no_such_prices():
    """Proves: the starter's catalogue is as it was.
    Sensitivity: a price without equipment would be a size to explain."""
    data, _ = read_toml(starter_file())
    plant = validated(Plant, data, "my.toml")
    assert plant.equipment.water_cooled is None
    assert not {"water_cooled_chillers_count", "towers_count"} & set(prices(plant.equipment, 1.0, 2500.0))


def test_make_up_is_priced_as_drawn_treated_and_drained():
    """Proves: at four cycles a quarter of the make-up is drained: 2 + 4 x (1 - 0.75) + 0.35 usd/m3 where the credit is
    whole, 2 + 4 + 0.35 without one. Sensitivity: all of it sewered 6.35, none 2.35."""
    kit = validated(Plant, plain(), "my.toml").equipment.water_cooled
    assert kit is not None
    whole = Water(usd_per_m3=2.0, sewer_usd_per_m3=4.0, evaporation_credit_fraction=1.0)
    none = Water(usd_per_m3=2.0, sewer_usd_per_m3=4.0, evaporation_credit_fraction=0.0)
    assert kit.make_up_usd_per_m3(whole) == pytest.approx(3.35)
    assert kit.make_up_usd_per_m3(none) == pytest.approx(6.35)


def test_parts_that_do_not_fit_are_told_together():
    """Proves: a limit beyond the curves and a tower that holds its water above it are two problems with their keys.
    Sensitivity: curves held at 35 C would promise a condenser of 40 C the power of 35."""
    data = plain()
    data["equipment"]["water_cooled"]["condenser_limit_c"] = 40.0
    data["equipment"]["water_cooled"]["tower"]["setpoint_c"] = 41.0
    assert told(data) == [
        "my.toml: equipment.water_cooled.condenser_limit_c: value 40: the chiller's curves know 15.56 to 35 C -> give "
        "more than 15.56 and at most 35",
        "my.toml: equipment.water_cooled.tower.setpoint_c: value 41: above the condensers' limit of 40 C -> give 40 or "
        "less",
    ]


def test_an_air_cooled_chiller_has_no_place_at_a_tower():
    """Proves: it is refused by name, and so is a water-cooled one without its table, with where it belongs.
    Sensitivity: outdoor air would be taken for condenser water, or the other way round."""
    data = plain()
    data["equipment"]["water_cooled"]["chiller"] = dict(data["equipment"]["chiller"])
    assert told(data) == [
        "my.toml: equipment.water_cooled.chiller.condenser: value 'air': its condenser takes no water from a tower -> "
        "name a water-cooled set, or leave out the table"
    ]
    data = plain()
    data["equipment"]["chiller"] = data["equipment"].pop("water_cooled")["chiller"]
    (message,) = told(data)
    assert "put it under equipment.water_cooled with its tower" in message


def test_one_loop_has_one_temperature():
    """Proves: two kinds of chillers that supply at 7 and 8 C are refused. Sensitivity: one of the two would be planned
    with a capacity and power that it does not have."""
    data = plain()
    data["equipment"]["water_cooled"]["chiller"]["supply_c"] = 7.0
    assert told(data) == [
        "my.toml: equipment.water_cooled.chiller.supply_c: value 7: equipment.chiller supplies the same loop at 8 C -> "
        "give 8 to both, or change both"
    ]
