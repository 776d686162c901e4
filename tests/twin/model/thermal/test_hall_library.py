"""The library of hall types: what it holds, that it works, and that its assumptions are told."""

import pytest

from sites.errors import InputError
from sites.validation import validated
from twin.model.halls import AssemblyHall, ConditionedHall
from twin.model.plant import read_plant
from twin.model.thermal.hall_library import hall_figures, hall_type, hall_types, sized_to


def test_four_types_with_their_origins():
    """Proves: assembly hall, offices, warehouse and test laboratory are there, and each tells at least 25 numbers with
    source, date and confidence, most of them assumptions.
    Sensitivity: a number without an origin would stand in the report as a fact."""
    assert hall_types() == ("assembly_hall", "offices", "warehouse", "test_laboratory")
    for name in hall_types():
        figures = hall_figures(name)
        assert len(figures) >= 25
        assert all(figure.source and figure.date and figure.confidence for figure in figures)
        assert sum(figure.is_assumption for figure in figures) >= len(figures) / 2


def test_an_unknown_type_is_told_the_nearest():
    """Proves: 'office' is refused with 'offices'. Sensitivity: a KeyError is a bug of ours with exit code 1."""
    for ask in (hall_type, hall_figures):
        with pytest.raises(InputError, match="did you mean offices"):
            ask("office")


def test_the_assembly_hall_agrees_with_the_starter_plant():
    """Proves: the library's assembly hall has the starter's floor, people, lights and base within 1 %, its firm
    humidity limits, and an envelope (roof, walls and half of the infiltration) within 25 % of its 3.6 kW/K.
    Sensitivity: walls left out lose a third of it; lights in W instead of kW are a thousandfold."""
    starter, ours = read_plant()[0].assembly_hall, hall_type("assembly_hall")
    assert ours.area_m2 == starter.area_m2
    assert ours.people == starter.people_base
    assert ours.lighting_w_per_m2 * ours.area_m2 / 1000 == pytest.approx(starter.lighting_kw, rel=0.01)
    assert ours.equipment_w_per_m2 * ours.area_m2 / 1000 == pytest.approx(starter.base_kw, rel=0.01)
    band = (starter.relative_humidity_low, starter.relative_humidity_high)
    assert (ours.relative_humidity_low, ours.relative_humidity_high) == band
    infiltration = ours.infiltration_per_h * ours.area_m2 * ours.height_m / 3600 * 1.2 * 1.006
    assert ours.opaque_kw_per_k + infiltration / 2 == pytest.approx(starter.envelope_kw_per_k, rel=0.25)


def test_another_size_scales_what_grows_with_the_floor():
    """Proves: an office of twice the floor has twice people, surfaces, windows and air; U and setpoints stay; a floor
    of nothing is refused.
    Sensitivity: the humidifier of a laboratory left as it was would be short in winter."""
    small = hall_type("offices")
    large = sized_to(small, 2 * small.area_m2)
    assert large.people == 2 * small.people
    assert large.opaque_kw_per_k == pytest.approx(2 * small.opaque_kw_per_k)
    assert [part.area_m2 for part in large.glazing] == [2 * part.area_m2 for part in small.glazing]
    assert large.air_handler.supply_kg_per_s == 2 * small.air_handler.supply_kg_per_s
    assert large.cooling_c == small.cooling_c
    laboratory = sized_to(hall_type("test_laboratory"), 200.0)
    assert laboratory.air_handler.humidifier.most_kg_per_s == pytest.approx(0.003)
    with pytest.raises(InputError, match="floor"):
        sized_to(small, 0.0)


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        (("cooling_c",), 20.0, "heating_c: value 20: not below cooling_c 20"),
        (("heating_setback_c",), 30.0, "heating_setback_c: value 30: not below cooling_setback_c 27"),
        (("relative_humidity_low",), 0.7, "relative_humidity_low: value 0.7: not below relative_humidity_high 0.6"),
        (("inner_film_w_per_m2_k",), 0.1, "inner_film_w_per_m2_k: value 0.1: inner surfaces pass 1.62 kW/K"),
        (("air_handler", "supply_c"), 24.0, "air_handler.supply_c: value 24: not below cooling_c 24"),
        (("house_rule", "relative_humidity_high"), 0.65, "house_rule: value 0.4 to 0.65: reaches beyond"),
        (("house_rule", "relative_humidity_low"), 0.6, "house_rule.relative_humidity_low: value 0.6: not below"),
    ],
)
def test_halls_that_cannot_work_are_refused(path, value, what):
    """Proves: each rule of a hall names its key, the value and what it collides with.
    Sensitivity: a crossed pair of setpoints would heat against cooling all year."""
    data = hall_type("assembly_hall").model_dump()
    table = data
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value
    with pytest.raises(InputError) as caught:
        validated(ConditionedHall, data, "my.toml")
    assert what in str(caught.value)
    assert "->" in str(caught.value)


def test_an_assembly_hall_may_have_a_house_rule():
    """Proves: the starter's hall has no house rule and takes one within its firm limits, but none beyond.
    Sensitivity: a default rule would refuse plant files whose limits are narrower than 40 to 60 %."""
    data = read_plant()[0].assembly_hall.model_dump()
    assert data["house_rule"] is None
    data["house_rule"] = {"relative_humidity_low": 0.4, "relative_humidity_high": 0.6, "usd_per_h": 5.0}
    assert validated(AssemblyHall, data, "my.toml").house_rule.usd_per_h == 5.0
    data["house_rule"]["relative_humidity_low"] = 0.2
    with pytest.raises(
        InputError, match=r"house_rule: value 0\.2 to 0\.6: reaches beyond the firm limits 0\.3 to 0\.6"
    ):
        validated(AssemblyHall, data, "my.toml")
