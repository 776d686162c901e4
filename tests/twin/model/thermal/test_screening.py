"""What a hall cannot be: refused or warned by name, with the number."""

import numpy as np
import pytest

from sites import air
from twin.model.equipment.air_side import EvaporativePad
from twin.model.plant import read_plant
from twin.model.thermal.hall_limits import limits_by_hour
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.pads import pad_air
from twin.model.thermal.screening import (
    Findings,
    limits_broken,
    pads_against_humidity,
    pads_outside_curve,
    salt_air,
    supply_above_dew_point,
)

PLANT, _ = read_plant()
HALL, MINER = PLANT.burn_in_hall, PLANT.product
SEA_LEVEL_PA = 101325.0
NOBODY = np.zeros(3, dtype=bool)


def test_open_air_by_the_sea_is_refused():
    """Proves: 2.5 km from the sea is refused with both numbers and the way inland; 3.7 km and the three shipped sites'
    distances are not; a hall of another rule follows its own.
    Sensitivity: a limit in miles, or less-or-equal, would pass 2.5 km or refuse 3.7."""
    (found,) = salt_air(HALL, 2.5).problems
    assert found.where == "place.distance_to_sea_km"
    assert "value 2.5 km" in found.what
    assert "3.7 km or more" in found.what
    assert "1.2 km further inland" in found.cure
    for distance_km in (3.7, 38.0, 430.0):
        assert salt_air(HALL, distance_km) == Findings()
    assert salt_air(HALL.model_copy(update={"least_distance_to_sea_km": 10.0}), 5.0).problems
    with pytest.raises(ValueError, match="no distance"):
        salt_air(HALL, float("nan"))


def test_a_pad_that_breaks_the_humidity_limit():
    """Proves: hot hours that are already damp: with a limit of 45 % pads would bring the inlet above it, and dried by
    exhaust it is too hot again: refused by the key, with the humidity and the hours; at 90 % nothing is said; with one
    dry hour among them, which pads do cool, it is a warning.
    Sensitivity: humidity behind the pads rather than at the inlet, or of pads all wet, would refuse 90 %, too."""
    damp = OutdoorAir.of_wet_bulb([39.0, 40.0, 41.0], [28.0, 28.5, 29.0], SEA_LEVEL_PA)
    lenient = {"dew_point_limit_c": 40.0, "wbgt_limit_c": 50.0}
    strict = HALL.model_copy(update={"relative_humidity_limit": 0.45, **lenient})
    found = pads_against_humidity(strict, MINER, damp, NOBODY)
    assert not found.warnings
    (told,) = found.problems
    assert told.where == "burn_in_hall.relative_humidity_limit"
    assert "value 0.45" in told.what
    assert "3 h of the 3 h" in told.what
    assert pads_against_humidity(HALL.model_copy(update=lenient), MINER, damp, NOBODY) == Findings()
    mixed = OutdoorAir.of_wet_bulb([39.0, 40.0, 41.0], [18.0, 28.5, 29.0], SEA_LEVEL_PA)
    some = pads_against_humidity(strict, MINER, mixed, NOBODY)
    assert not some.problems
    assert "2 h of the 3 h" in some.warnings[0].what


def test_a_pad_that_breaks_the_dew_point():
    """Proves: behind pads that bring 39 C to the limit of the inlet, the dew point passes 24 C in an hour with a wet
    bulb of 28 C, where open air's 24.4 C does already, and in one of 26 C, where only that of the pads does; not in one
    of 18 C. Sensitivity: a look at relative humidity alone would say nothing; at open air, one hour of three."""
    air_now = OutdoorAir.of_wet_bulb([39.0, 39.0, 39.0], [18.0, 26.0, 28.0], SEA_LEVEL_PA)
    limits = {"relative_humidity_limit": 0.95, "dew_point_limit_c": 22.0, "wbgt_limit_c": 50.0}
    found = pads_against_humidity(HALL.model_copy(update=limits), MINER, air_now, NOBODY)
    open_c = air.dew_point_from_humidity_ratio(air_now.humidity_ratio, air_now.pressure_pa)
    assert (open_c > 22.0).tolist() == [False, False, True]
    assert not found.problems
    (told,) = found.warnings
    assert told.where == "burn_in_hall.dew_point_limit_c"
    assert "2 h of the 3 h" in told.what


def test_humidity_is_not_blamed_for_heat():
    """Proves: in air of 41 C that is nearly saturated even pads all wet leave the inlet too hot: coils are needed,
    but not for a limit of humidity; nothing is said.
    Sensitivity: every hot hour above 45 % relative humidity would be counted, and the hall refused for a limit that
    changes nothing."""
    soaked = OutdoorAir.of_wet_bulb([41.0, 42.0, 43.0], [40.0, 41.0, 42.0], SEA_LEVEL_PA)
    strict = HALL.model_copy(update={"relative_humidity_limit": 0.45, "dew_point_limit_c": 50.0, "wbgt_limit_c": 60.0})
    assert pads_against_humidity(strict, MINER, soaked, NOBODY) == Findings()


def test_pads_that_are_not_needed_are_not_blamed():
    """Proves: mild hours say nothing, whatever the limit.
    Sensitivity: pads judged at every hour would be refused everywhere in Florida."""
    mild = OutdoorAir.of_wet_bulb([20.0, 25.0, 30.0], [18.0, 20.0, 20.0], SEA_LEVEL_PA)
    assert pads_against_humidity(HALL, MINER, mild, NOBODY) == Findings()


def test_a_supply_below_the_dew_point_is_refused():
    """Proves: water of 15 C in a hall whose dew point is 10, 14 and 18.3 C: 3.3 K below at worst, too near in two hours
    of three, cured at 20.3 C; at 20.3 C nothing is said; 19 C is above it but too near.
    Sensitivity: relative humidity in place of the dew point, or no margin, would pass 19 C."""
    pressure = np.full(3, SEA_LEVEL_PA)
    ratio = air.humidity_ratio_from_dew_point([10.0, 14.0, 18.3], pressure)
    (told,) = supply_above_dew_point(HALL, "equipment.chiller.supply_c", 15.0, ratio, pressure).problems
    assert told.where == "equipment.chiller.supply_c"
    assert "3.3 K below the hall's dew point of 18.3 C" in told.what
    assert "in 2 h" in told.what
    assert told.cure.startswith("give 20.3 or more")
    (near,) = supply_above_dew_point(HALL, "supply_c", 19.0, ratio, pressure).problems
    assert "0.7 K above" in near.what
    assert supply_above_dew_point(HALL, "supply_c", 20.3001, ratio, pressure) == Findings()


def test_pads_beyond_their_curve_are_warned_of():
    """Proves: one of two hours at 5 m/s is told with its velocity and the range; none at 1.5 m/s.
    Sensitivity: the number of all hours would tell 2 h."""
    pad = EvaporativePad(pressure_pa=30, cycles_of_concentration=3)
    hours = OutdoorAir.of_wet_bulb([35.0, 35.0], 20.0, SEA_LEVEL_PA)
    for velocity, count in (([1.5, 5.0], 1), ([1.5, 1.5], 0)):
        speeds = np.array(velocity)
        wet = pad_air(
            pad,
            hours.dry_bulb_c,
            hours.wet_bulb_c,
            hours.humidity_ratio,
            hours.pressure_pa,
            face_velocity_m_per_s=speeds,
        )
        told = pads_outside_curve(wet, speeds).warnings
        assert len(told) == count
        assert not count or ("5 m/s" in told[0].what and "in 1 h" in told[0].what)


def test_broken_limits_are_told_with_their_worst_hour():
    """Proves: of three hours at 37, 39 and 41 C in dry air the inlet is told: 41 C in hour 2 against 38 C, in 2 h; both
    findings of a sum stay.
    Sensitivity: the first broken hour in place of the worst would tell 39 C."""
    inlet = np.array([37.0, 39.0, 41.0])
    found = limits_broken(limits_by_hour(HALL, inlet, np.full(3, 0.004), np.full(3, SEA_LEVEL_PA)))
    (told,) = found.warnings
    assert told.what == "inlet: 41 C in hour 2 against a limit of 38 C; broken in 2 h"
    both = found + salt_air(HALL, 1.0)
    assert (len(both.problems), len(both.warnings)) == (1, 1)


def test_one_state_of_air_is_judged_as_an_hour_is():
    """Proves: single values of air are refused with the same words as arrays of one hour.
    Sensitivity: a worst hour sought in a single value is an error of its own."""
    ratio = float(air.humidity_ratio_from_dew_point(18.3, SEA_LEVEL_PA))
    one, hours = (
        supply_above_dew_point(HALL, "supply_c", 15.0, *given)
        for given in ((ratio, SEA_LEVEL_PA), (np.array([ratio]), np.array([SEA_LEVEL_PA])))
    )
    assert one == hours
    assert "3.3 K below" in one.problems[0].what


def test_a_supply_of_no_number_is_refused():
    """Proves: a supply or a humidity that is missing is refused by name and hour.
    Sensitivity: no margin is below the least where there is no number, and nothing would be said."""
    ratio, pressure = np.full(2, 0.009), np.full(2, SEA_LEVEL_PA)
    with pytest.raises(ValueError, match="supply_c is not a number in 1 hours, first in hour 1"):
        supply_above_dew_point(HALL, "supply_c", np.array([25.0, np.nan]), ratio, pressure)
    with pytest.raises(ValueError, match="humidity_ratio is not a number in 1 hours, first in hour 0"):
        supply_above_dew_point(HALL, "supply_c", 25.0, np.array([np.nan, 0.009]), pressure)
