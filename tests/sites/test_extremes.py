"""Extremes of stations, and the station that stands for another."""

import pytest

from sites.extremes import design_extremes
from sites.stations import design_conditions, stations


def test_extremes_of_a_station_that_has_its_own():
    """Proves: Miami's row as its EPW header has it: 29.3 C wet bulb, 36.8 C in 20 years, seen.
    Sensitivity: the header's columns taken one place off would give the wind of 7.7 m/s or the cold of 20 years."""
    found = design_extremes("722020")
    assert found is not None
    assert (found.wet_bulb_c, found.mean_dry_bulb_c, found.dry_bulb_20_years_c) == (29.3, 35.0, 36.8)
    assert (found.status, found.away_km) == ("SEEN", 0.0)


def test_a_neighbour_stands_for_a_station_and_says_so():
    """Proves: Dallas-Fort Worth has Redbird's extremes, 29 km away, told as a neighbour's."""
    found = design_extremes("722590")
    assert found is not None
    assert (found.of, found.away_km, found.status) == ("Dallas Redbird Arpt", 29.0, "NEIGHBOUR")


def test_a_station_without_extremes_has_none():
    """Proves: El Paso is not in the table, and nothing is made up."""
    assert design_extremes("722700") is None


@pytest.mark.parametrize("key", [one.station for one in stations()])
def test_extremes_lie_beyond_the_design_conditions(key):
    """Proves: at every station with extremes the yearly highest dry bulb and wet bulb are above the 0.4 % ones, and
    rise with the years. Sensitivity: a row of another station, or two columns changed about."""
    design = design_conditions(key)
    found = design_extremes(design.wmo)
    if found is None:
        return
    years = [found.mean_dry_bulb_c, found.dry_bulb_5_years_c, found.dry_bulb_10_years_c, found.dry_bulb_20_years_c,
             found.dry_bulb_50_years_c]  # fmt: skip
    assert years == sorted(years)
    assert found.mean_dry_bulb_c > design.cooling_0_4_dry_bulb_c
    assert found.wet_bulb_c > design.evaporation_0_4_wet_bulb_c
