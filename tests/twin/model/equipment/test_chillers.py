"""What a plant file may say of a chiller: its own curves, a set by name, the condenser, and what is refused."""

import pytest

from sites.errors import InputError
from sites.validation import validated
from twin.model.equipment.chiller_sets import sets
from twin.model.equipment.chillers import Chiller
from twin.model.plant import read_plant

PRICED = {"supply_c": 7.0, "pump_kw_per_kw_th": 0.02, "usd_each": 1e5, "most": 4, "spare": 1, "life_years": 20}
FLAT = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
OWN = PRICED | {
    "name": "ours", "capacity_kw_th": 100.0, "cop": 4.0, "capacity_curve": FLAT, "power_temperature_curve": FLAT,
    "power_part_load_curve": [0.1, 0.5, 0.4], "outdoor_low_c": 5.0, "outdoor_high_c": 45.0,
}  # fmt: skip


def made(**keys):
    return validated(Chiller, keys, "plant.toml")


def refused(**keys):
    with pytest.raises(InputError) as raised:
        made(**keys)
    return [str(problem) for problem in raised.value.problems]


def test_the_starter_s_chiller_has_the_limits_of_before():
    """Proves: a plant file that knows none of the new keys cools by air, never cycles, unloads freely and stops at its
    rated capacity, at any supply temperature.
    Sensitivity: EnergyPlus's limits taken for granted would change the cost of every plan."""
    starter = read_plant()[0].equipment.chiller
    assert (starter.condenser, starter.curve_set) == ("air", "")
    assert (starter.minimum_part_load_ratio, starter.minimum_unloading_ratio) == (0.0, 0.0)
    assert starter.maximum_part_load_ratio == starter.compressor_heat_to_condenser_fraction == 1.0
    assert (starter.supply_low_c, starter.supply_high_c, starter.condenser_fan_kw_per_kw_th) == (None, None, 0.0)
    assert starter.condenser_range_c == (4.44, 46.1)


@pytest.mark.parametrize("name", sets())
def test_a_set_stands_for_the_curves(name):
    """Proves: a plant file that names a set need not write curves, ranges, limits, COP or name; capacity only where
    the set has none; written and read again the chiller is the same.
    Sensitivity: a key that the set does not fill is reported as missing."""
    one = sets()[name]
    size = {"capacity_kw_th": 900.0} if one.capacity_kw_th is None else {}
    found = made(curve_set=name, **PRICED, **size)
    assert found.capacity_kw_th == (one.capacity_kw_th or 900.0)
    same = set(Chiller.model_fields) & set(type(one).model_fields) - {"capacity_kw_th"}
    assert len(same) == 13
    for key in same:
        assert getattr(found, key) == getattr(one, key)
    assert found.condenser_range_c == (one.condenser_low_c, one.condenser_high_c)
    assert Chiller.model_validate(found.model_dump()) == found


def test_keys_of_the_file_win_over_its_set():
    """Proves: what the plant file writes itself stands, the rest comes from the set.
    Sensitivity: merged the other way round the COP would be 6.94."""
    found = made(curve_set="York YK 5465", cop=6.5, name="ours", minimum_unloading_ratio=0.3, **PRICED)
    assert (found.cop, found.name, found.minimum_unloading_ratio) == (6.5, "ours", 0.3)
    assert found.capacity_kw_th == 5464.9


def test_an_unknown_set_is_told_once_with_all_else():
    """Proves: a slip in the name of a set is told with the nearest, beside the other faults of the table and without
    a line for each curve that the set would have brought.
    Sensitivity: eight keys reported as missing would hide the slip."""
    for extra in ({}, {"condenser": "water"}):
        found = refused(curve_set="York YK 546", **PRICED | {"usd_each": -1.0}, **extra)
        assert len(found) == 2
        assert found[0].startswith("plant.toml: curve_set: value 'York YK 546': no such set")
        assert "did you mean York YK 5465" in found[0]
        assert found[1].startswith("plant.toml: usd_each: value -1")


def test_a_range_belongs_to_the_condenser():
    """Proves: an air-cooled chiller without its outdoor range, a water-cooled one without that of its water, each with
    the other's, and a set of the other kind are refused by key.
    Sensitivity: water at 29 C held inside a range meant for air would change power without a word."""
    water = {"condenser_water_low_c": 15.0, "condenser_water_high_c": 32.0}
    bare = {key: value for key, value in OWN.items() if not key.startswith("outdoor")}
    assert refused(**bare) == [f"plant.toml: outdoor_{end}_c: missing -> add it" for end in ("low", "high")]
    ends = [f"plant.toml: condenser_water_{end}_c: missing -> add it" for end in ("low", "high")]
    assert refused(**bare, condenser="water") == ends
    assert refused(**OWN, condenser_water_low_c=15.0) == [
        "plant.toml: condenser_water_low_c: value 15: the condenser is cooled by air"
        " -> leave it out, or change condenser"
    ]
    assert made(**bare, **water, condenser="water").condenser_range_c == (15.0, 32.0)
    assert refused(**bare, **water | {"condenser_water_low_c": 32.0}, condenser="water") == [
        "plant.toml: condenser_water_low_c: value 32: not below condenser_water_high_c 32 -> give less than 32"
    ]
    assert "York YK 5465 has curves of water" in refused(curve_set="York YK 5465", condenser="air", **PRICED)[0]


def test_supply_outside_the_curves_and_part_load_limits_that_contradict_are_refused_together():
    """Proves: leaving water that the curves do not know, and an unloading ratio below the one at which the machine
    cycles (EnergyPlus would then charge less than the load), are both told with their numbers.
    Sensitivity: a chiller of 12 C supply on curves that end at 8.89 C would be held there in every hour."""
    found = refused(
        curve_set="York YK 5465",
        **PRICED | {"supply_c": 12.0},
        minimum_part_load_ratio=0.3,
        minimum_unloading_ratio=0.2,
    )
    assert found == [
        "plant.toml: minimum_unloading_ratio: value 0.2: below minimum_part_load_ratio 0.3, where it cycles"
        " -> give 0.3 or more",
        "plant.toml: supply_c: value 12: the curves are known for leaving chilled water from 4.44 C to 8.89 C"
        " -> supply within them, or name a chiller made for it",
    ]
    assert "supply_low_c" in refused(**OWN, supply_low_c=10.0, supply_high_c=5.0)[0]


@pytest.mark.parametrize(
    ("curve", "said"),
    [
        ([0.1, 1.1, -0.2], "c = -0.2 bends the curve down"),
        ([0.0, 0.5, 0.5], "a = 0 is no power of an idling chiller"),
        ([0.7, -0.1, 0.4], "b = -0.1 does not rise with load"),
        ([0.3, 0.5, 0.4], "a + b + c = 1.2 at full load"),
    ],
)
def test_a_part_load_curve_that_chords_cannot_follow_is_refused(curve, said):
    """Proves: a concave curve and its like are refused by name, whether beside a set or not.
    Sensitivity: chords of a concave curve lie below it: a plan would promise power the machine does not keep."""
    for keys in (OWN, PRICED | {"curve_set": "York YK 5465"}):
        found = refused(**keys | {"power_part_load_curve": curve})
        assert len(found) == 1
        assert said in found[0]


def test_a_curve_without_capacity_is_refused_where_it_fails():
    """Proves: a capacity curve that falls through nil inside its own range is refused with the temperature, in the
    words of the condenser.
    Sensitivity: EnergyPlus resets it to nil and goes on."""
    falling = [1.0, 0.0, 0.0, -0.05, 0.0, 0.0]
    assert "at 45.0 C outdoors" in refused(**OWN | {"capacity_curve": falling})[0]
    water = {key: value for key, value in OWN.items() if not key.startswith("outdoor")}
    ends = {"condenser_water_low_c": 15.0, "condenser_water_high_c": 32.0, "condenser": "water"}
    assert "at 32.0 C entering the condenser" in refused(**water | {"capacity_curve": falling}, **ends)[0]
