"""Outdoor air: what is no air is refused once, where it comes in."""

import numpy as np
import pytest

from sites import air
from twin.model.thermal.outdoor_air import OutdoorAir

NAMES = ("dry_bulb_c", "wet_bulb_c", "humidity_ratio", "pressure_pa")
SOUND = (np.array([20.0, 25.0, 30.0]), np.array([15.0, 18.0, 24.0]), np.full(3, 0.009), np.full(3, 101325.0))


@pytest.mark.parametrize("worst", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", NAMES)
def test_each_missing_value_is_told_with_its_first_hour(name, worst):
    """Proves: a value that is no finite number, in any of the four arrays, is refused with its name, count and hour.
    Sensitivity: compared with a limit it is neither above nor below: a hall of missing weather keeps all its limits."""
    parts = dict(zip(NAMES, (part.copy() for part in SOUND), strict=True))
    parts[name][[1, 2]] = worst
    with pytest.raises(ValueError, match=f"{name} is not a finite number in 2 hours, first in hour 1"):
        OutdoorAir(**parts)


def test_both_infinities_do_not_cancel():
    """Proves: plus and minus infinity in one array, and in two, are refused.
    Sensitivity: a check of sums warns of them, and does not tell the hour."""
    for dry_c, wet_c in (([np.inf, -np.inf, 20.0], SOUND[1]), ([np.inf, 20.0, 20.0], [-np.inf, 18.0, 18.0])):
        with pytest.raises(ValueError, match="dry_bulb_c is not a finite number"):
            OutdoorAir(np.array(dry_c), np.array(wet_c), *SOUND[2:])


def test_missing_weather_is_refused_by_both_ways_in():
    """Proves: a missing dry bulb, humidity or wet bulb is refused by `of` and `of_wet_bulb`, without a warning before.
    Sensitivity: a solver run on not-a-number warns, or never ends, first."""
    for dry_c, ratio in (([20.0, np.nan], 0.008), (20.0, [0.008, np.nan])):
        with pytest.raises(ValueError, match="first in hour 1"):
            OutdoorAir.of(dry_c, ratio, 101325.0)
    for dry_c, wet_c in (([20.0, np.nan], 12.0), (20.0, [12.0, np.nan])):
        with pytest.raises(ValueError, match="first in hour 1"):
            OutdoorAir.of_wet_bulb(dry_c, wet_c)


def test_a_wet_bulb_above_the_dry_bulb_is_refused():
    """Proves: 0.02 K above is refused with both temperatures and the hour; 0.005 K (two instruments) is not, nor is
    saturated air.
    Sensitivity: pads would heat and dry such air."""
    with pytest.raises(ValueError, match=r"wet bulb 25.02 C above the dry bulb 25.00 C in 1 hours, first in hour 1"):
        OutdoorAir.of_wet_bulb([20.0, 25.0], [20.0, 25.02])
    assert OutdoorAir.of_wet_bulb([20.0, 25.0], [20.0, 25.005]).dry_bulb_c.tolist() == [20.0, 25.0]
    saturated = air.humidity_ratio_from_dew_point(np.linspace(-15.0, 35.0, 101), 101325.0)
    assert OutdoorAir.of(np.linspace(-15.0, 35.0, 101), saturated, 101325.0).wet_bulb_c.size == 101


def test_no_hours_are_air_too():
    """Proves: empty arrays are air of no hours, and the marked hours of air are air.
    Sensitivity: a worst value of nothing is an error."""
    nothing = np.array([])
    assert OutdoorAir(nothing, nothing, nothing, nothing).dry_bulb_c.size == 0
    assert OutdoorAir(*SOUND).where(np.array([True, False, True])).wet_bulb_c.tolist() == [15.0, 24.0]
