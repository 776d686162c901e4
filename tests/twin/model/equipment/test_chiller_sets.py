"""The shipped chillers: the same numbers as EnergyPlus's data sets, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from sites.errors import InputError
from twin.model.equipment.chiller_sets import ChillerSet, chiller_set, sets

SHARED = Path(__file__).parents[5] / "shared" / "data" / "equipment" / "chiller_eir_sets.json"
CURVES = (("capacity_curve", "capft"), ("power_temperature_curve", "eirft"), ("power_part_load_curve", "eirfplr"))


def biquadratic(curve, x, y):
    return curve @ np.array([np.ones_like(x), x, x * x, y, y * y, x * y])


def test_thirteen_chillers_of_every_kind():
    """Proves: scrolls, screws and centrifugal machines, air- and water-cooled, with vanes and with variable speed, from
    100 kW to more than 5 MW are shipped, each with source, date and confidence; one has no size.
    Sensitivity: a table lost from the file, or a set without its source."""
    shipped = sets()
    assert len(shipped) == 13
    assert {one.condenser for one in shipped.values()} == {"air", "water"}
    assert {one.compressor for one in shipped.values()} == {"scroll", "screw", "centrifugal"}
    assert {one.capacity_control for one in shipped.values()} >= {"inlet vanes", "variable speed"}
    sizes = [one.capacity_kw_th for one in shipped.values() if one.capacity_kw_th is not None]
    assert len(sizes) == 12
    assert min(sizes) < 100.0
    assert max(sizes) > 5000.0
    assert all(one.source and one.date and one.confidence for one in shipped.values())
    assert {"Trane CGAM130", "York YK 5465", "Trane CVHE 1442 VSD"} <= set(shipped)


@pytest.mark.outside
@pytest.mark.parametrize("name", sets())
def test_shipped_sets_are_those_of_energyplus(name):
    """Proves: every number of a shipped set stands so in EnergyPlus 25.2's data files: reference point, curves, the
    ranges of both temperature curves (which are one), their limits of output where they have any, and the part-load
    limits, which lie within the part-load curve's own range, so that it needs no key.
    Sensitivity: two coefficients exchanged, a rounded one, a range of another set."""
    one = sets()[name]
    given = json.loads(SHARED.read_text(encoding="utf-8"))[one.data_set]
    for key, theirs in CURVES:
        assert list(getattr(one, key)) == given[theirs]["coef"][: len(getattr(one, key))]
    ranges = [one.supply_low_c, one.supply_high_c, one.condenser_low_c, one.condenser_high_c]
    assert ranges == given["capft"]["coef"][6:10] == given["eirft"]["coef"][6:10]
    assert (one.condenser == "air") == (given["file"] == "AirCooledChiller.idf")
    if one.capacity_kw_th is None:
        assert given["ref_cap_W"] == "Autosize"
    else:
        assert one.capacity_kw_th == pytest.approx(float(given["ref_cap_W"]) / 1000.0, rel=1e-12)
    pairs = (
        ("cop", "ref_cop"), ("reference_supply_c", "ref_chw_out_C"), ("reference_condenser_c", "ref_cond_in_C"),
        ("minimum_part_load_ratio", "min_plr"), ("minimum_unloading_ratio", "unload"),
        ("maximum_part_load_ratio", "max_plr"),
    )  # fmt: skip
    for ours, theirs in pairs:
        assert getattr(one, ours) == float(given[theirs])
    low, high = given["eirfplr"]["coef"][3:5]
    assert low <= one.minimum_unloading_ratio
    assert one.maximum_part_load_ratio <= high
    for key, theirs in CURVES[:2]:
        limits = getattr(one, f"{key}_limits")
        assert (list(limits) if limits else []) == given[theirs]["coef"][10:]


@pytest.mark.parametrize("name", sets())
def test_reference_point_is_near_one(name):
    """Proves: at its reference temperatures a set gives its rated capacity and power within what its fit allows (5 %).
    Sensitivity: x and y exchanged, or the reference point of another set, misses by more than a tenth."""
    one = sets()[name]
    x, y = np.array([one.reference_supply_c]), np.array([one.reference_condenser_c])
    assert biquadratic(np.array(one.capacity_curve), x, y)[0] == pytest.approx(1.0, abs=0.05)
    assert biquadratic(np.array(one.power_temperature_curve), x, y)[0] == pytest.approx(1.0, abs=0.05)


def test_an_unknown_set_is_refused_with_the_nearest():
    """Proves: a slip in a set's name is an input error that says which is meant.
    Sensitivity: a KeyError would be a traceback."""
    with pytest.raises(InputError, match="'trane cgam 130': no such set of chiller curves -> did you mean Trane CGAM1"):
        chiller_set("trane cgam 130")
    assert chiller_set("Trane CGAM130").cop == 3.08


def test_a_concave_set_or_a_reference_outside_its_range_is_refused():
    """Proves: neither a concave part-load curve nor a reference point outside the curves can be shipped.
    Sensitivity: a chord of a concave curve lies below it and promises too little power."""
    good = chiller_set("York YK 5465").model_dump()
    with pytest.raises(ValidationError, match=r"c = -0\.2 bends the curve down"):
        ChillerSet(**good | {"power_part_load_curve": (0.1, 1.1, -0.2)})
    with pytest.raises(ValidationError, match=r"reference_condenser_c: value 35: outside 15.56 to 29.44 C"):
        ChillerSet(**good | {"reference_condenser_c": 35.0})
