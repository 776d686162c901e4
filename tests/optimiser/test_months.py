"""What whole teams and crews cost at least, solved by hand."""

from dataclasses import replace

import numpy as np
import pytest

from optimiser.bounds import bound
from optimiser.burnin import CREW_UTILISATION
from optimiser.facility import build
from optimiser.labour import usd_per_week
from optimiser.months import divisible_floor_usd, labour_floor_usd
from optimiser.solver import Settings

UNITS = 900.0


@pytest.fixture
def system(tiny):
    """900 units in July from teams of one unit an hour, 2 + 2 minutes of two people each; stock costs nothing."""
    time = tiny.grid(1)

    def make(**changes):
        plant = tiny.plant(burn_in__load_min=2.0, burn_in__unload_min=2.0, burn_in__people_per_crew=2, **changes)
        all_year = np.ones((1, 8760))
        line = replace(tiny.line(time, demand={6: UNITS}), capacity_units_per_h=all_year, staffed_share=all_year)
        return tiny.inputs(time, plant, line=line), line, time

    return make


def prices(case):
    """A week of a team and of a burn-in crew [usd]."""
    plant = case.plant
    people = {plant.burn_in.skill: plant.burn_in.people_per_crew}
    return (float(usd_per_week(plant, case.site, each)[0]) for each in (plant.line.crew.people, people))


def test_whole_teams_cost_more_than_divided_ones(system):
    """Proves: no month has 900 hours, so two team-months and one crew-month must be paid, a week each; divided,
    900 h of the longest month and 3,600 of its minutes are enough.
    Sensitivity: a floor that let teams be divided would be a third lower; one that paid crews by the day dearer."""
    case, line, time = system()
    team, crew = prices(case)
    floor, by_time = labour_floor_usd(case, line, time, Settings())
    assert not by_time
    assert floor == pytest.approx(2 * team + crew, rel=1e-5)
    longest = float(np.bincount(case.calendar.labour_month, minlength=12).max())
    share = UNITS / longest
    crews = UNITS * 4.0 / (60.0 * 2 * CREW_UTILISATION * longest)
    assert divisible_floor_usd(case, line, time) == pytest.approx(share * team + crews * crew, rel=1e-6)


def test_a_unit_that_is_short_costs_no_more_than_its_value(system):
    """Proves: units worth 1 cent are not made: the floor is 900 x 0.01 = 9 usd.
    Sensitivity: a floor without shortage would claim that no plan is cheaper than two teams."""
    case, line, time = system(products__0__value_usd=0.01)
    assert labour_floor_usd(case, line, time, Settings())[0] == pytest.approx(9.0, rel=1e-5)


@pytest.mark.slow
def test_the_floor_stands_in_the_bound(system):
    """Proves: where labour is all that costs, the bound of the full year with whole teams is that floor, within what
    the solver's tolerance takes from it, and the divided bound without it is lower.
    Sensitivity: a row that did not reach the full year's model would leave the divided bound."""
    case, line, time = system()
    floor, _ = labour_floor_usd(case, line, time, Settings())
    without = bound(case, Settings())
    with_floor = bound(case, Settings(), floor_s=30.0)
    assert "whole teams" in with_floor.method
    constants = with_floor.usd_per_year - floor
    assert without.usd_per_year < with_floor.usd_per_year - 0.2 * floor
    assert constants == pytest.approx(build(case, case.grid()).constant_usd, rel=1e-3)
