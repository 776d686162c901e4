"""The hall's limits hour by hour: each by name, what binds, what is broken, and the worst hours."""

import numpy as np
import pytest

from sites import air
from twin.model.plant import read_plant
from twin.model.thermal.hall_limits import BINDING, limits_by_hour, wbgt_indoors_c

HALL = read_plant()[0].burn_in_hall
SEA_LEVEL_PA = 101325.0


def limits(inlet_c, dew_c, hall=HALL, **given):
    inlet = np.atleast_1d(np.asarray(inlet_c, dtype=float))
    pressure = np.full(inlet.shape, SEA_LEVEL_PA)
    ratio = air.humidity_ratio_from_dew_point(np.broadcast_to(np.asarray(dew_c, dtype=float), inlet.shape), pressure)
    return limits_by_hour(hall, inlet, ratio, pressure, **given)


@pytest.mark.parametrize(
    ("inlet_c", "dew_c", "name"),
    [
        (38.5, 5.0, "inlet"),
        (4.0, -5.0, "least inlet"),
        (20.0, 19.0, "relative humidity"),
        (35.0, 27.0, "dew point"),
        (37.0, 25.0, "wbgt"),
        (37.0, -15.0, "least relative humidity"),
    ],
)
def test_each_limit_is_broken_by_its_own_air(inlet_c, dew_c, name):
    """Proves: each state breaks the limit it is made for (and hot damp air WBGT besides), and no other.
    Sensitivity: a margin of the wrong sign would break all the others."""
    hall = HALL.model_copy(update={"least_relative_humidity": 0.05})
    found = limits(inlet_c, dew_c, hall)
    broken = {key for key, hours in found.broken.items() if hours[0]}
    assert broken - {"wbgt"} == {name} - {"wbgt"}
    assert name in broken
    assert not found.kept[0]
    assert found.hours_broken[name] == 1


def test_mild_air_keeps_all():
    """Proves: 25 C with a dew point of 14 C keeps every limit, and none binds.
    Sensitivity: a limit that binds everywhere says nothing."""
    found = limits(25.0, 14.0)
    assert found.kept[0]
    assert not any(hours[0] for hours in found.binds.values())


def test_at_a_limit_it_binds_and_is_not_broken():
    """Proves: at exactly 38 C the inlet's limit binds and is kept; 0.01 K below it does neither; above it both.
    Sensitivity: one mask for both would refuse air that was held at its limit."""
    found = limits([38.0, 37.99, 38.01], 5.0)
    np.testing.assert_array_equal(found.binds["inlet"], [True, False, True])
    np.testing.assert_array_equal(found.broken["inlet"], [False, False, True])
    assert BINDING < 0.01


def test_wbgt_binds_only_where_people_load():
    """Proves: hot damp air breaks WBGT in the hours in which people load, and only in these; the margin there is what
    the formula says.
    Sensitivity: a limit at night, when nobody is there, would run coils for nobody."""
    found = limits([37.0, 37.0], 25.0, loading=np.array([True, False]))
    np.testing.assert_array_equal(found.broken["wbgt"], [True, False])
    ratio = air.humidity_ratio_from_dew_point(25.0, SEA_LEVEL_PA)
    expected = HALL.wbgt_limit_c - wbgt_indoors_c(np.array([37.0]), ratio, np.array([SEA_LEVEL_PA]))[0]
    assert found.margins["wbgt"][0] == pytest.approx(expected, abs=1e-9)
    assert [hour.hour for hour in found.worst_hours("wbgt")] == [0]


def test_supplies_stay_above_the_dew_point():
    """Proves: with a dew point of 18 C and a margin of 2 K water of 19 C and air of 20.5 C differ: the first is 1 K too
    cold, the second keeps 0.5 K; each is named.
    Sensitivity: the dew point without its margin would pass 19 C."""
    found = limits(25.0, 18.0, supplies_c={"chilled water": 19.0, "supply air": np.array([20.5])})
    assert found.margins["condensation on chilled water"][0] == pytest.approx(-1.0, abs=1e-6)
    assert found.margins["condensation on supply air"][0] == pytest.approx(0.5, abs=1e-6)
    assert found.broken["condensation on chilled water"][0]
    assert not found.broken["condensation on supply air"][0]


def test_worst_hours_come_first():
    """Proves: of 36, 39, 41 and 20 C the two worst are hours 2 and 1 with margins -3 and -1 K; a name that was not
    looked at is no name.
    Sensitivity: sorted by value upward the coolest would lead."""
    found = limits([36.0, 39.0, 41.0, 20.0], 5.0)
    worst = found.worst_hours("inlet", 2)
    assert [(hour.hour, hour.value, hour.limit, hour.margin) for hour in worst] == [(2, 41, 38, -3), (1, 39, 38, -1)]
    with pytest.raises(KeyError):
        found.worst_hours("noise")


def test_what_is_no_number_keeps_no_limit():
    """Proves: an hour whose inlet, or whose humidity, is missing is not kept; the hours beside it are.
    Sensitivity: not-a-number is not beyond a limit, so that missing weather would keep all of them."""
    pressure, ratio = np.full(3, SEA_LEVEL_PA), air.humidity_ratio_from_dew_point(np.full(3, 14.0), SEA_LEVEL_PA)
    missing = np.array([0.0, np.nan, 0.0])
    assert limits_by_hour(HALL, 25.0 + missing, ratio, pressure).kept.tolist() == [True, False, True]
    assert limits_by_hour(HALL, np.full(3, 25.0), ratio + missing, pressure).kept.tolist() == [True, False, True]
