"""Staffing of a year from teams, patterns and holidays."""

import numpy as np
import pytest

from sites.clock import Calendar
from twin.model.plant import read_plant
from twin.sim.line.shifts import Staffing
from twin.sim.staffing import weekly_staffing, with_prelude, year_staffing


@pytest.fixture(scope="module")
def plant():
    return read_plant()[0]


def _year(plant, holidays=(), **teams):
    table = np.zeros((12, len(plant.patterns)))
    for name, number in teams.items():
        table[:, [p.name for p in plant.patterns].index(name)] = number
    clock = Calendar(2026)
    return year_staffing(plant.patterns, table, table, clock.labour_month, clock.hour_of_week, holidays)


def test_teams_of_two_patterns_add_up(plant):
    """Proves: on Monday 5 January 2026 at 10 there are 3 teams of day8 on break and 2 of two10 at work.
    Sensitivity: the larger of the two patterns alone would give 3 at nine o'clock instead of 5."""
    cells = _year(plant, day8=3, two10=2).hourly_cells(8760).reshape(365, 24)[4]
    assert cells[6] == 5
    assert cells[10] == pytest.approx(3 * 0.5 + 2)
    assert cells[20] == 2
    assert cells[3] == 0


def test_a_holiday_lasts_from_six_to_six(plant):
    """Proves: on a Wednesday off, the night shift that began on Tuesday works until 06:00, and none begins at 22:00.
    Sensitivity: by the calendar day, the six hours before dawn would be lost and the night after would be worked."""
    holiday = 7  # Thursday 8 January 2026
    plain = _year(plant, three8=1).hourly_cells(8760).reshape(365, 24)
    off = _year(plant, [holiday], three8=1).hourly_cells(8760).reshape(365, 24)
    assert (off[holiday, :6] == plain[holiday, :6]).all()
    assert off[holiday, :6].sum() > 5
    assert off[holiday, 6:].sum() == 0
    assert off[holiday + 1, :6].sum() == 0
    assert (off[holiday + 1, 6:] == plain[holiday + 1, 6:]).all()


def test_patterns_that_work_holidays_are_there(plant):
    """Proves: only patterns that say so are off. Sensitivity: else 11 days a year would be lost."""
    assert _year(plant, [7], continental=1).hourly_cells(8760).reshape(365, 24)[7].sum() == pytest.approx(22)


def test_the_last_holiday_runs_on_into_the_first_day(plant):
    """Proves: the year is a circle. Sensitivity: else six hours of 1 January would be worked."""
    cells = _year(plant, [364], three8=1).hourly_cells(8760)
    assert cells[:6].sum() == 0


def test_months_take_their_own_teams(plant):
    """Proves: a pattern starts on the month's first Monday: 2 February 2026 is one, 1 February belongs to January."""
    table = np.zeros((12, len(plant.patterns)))
    table[1, 0] = 4
    clock = Calendar(2026)
    staffing = year_staffing(plant.patterns, table, table * 0, clock.labour_month, clock.hour_of_week)
    by_day = staffing.hourly_cells(8760).reshape(365, 24).sum(axis=1)
    assert by_day[:32].sum() == 0
    assert by_day[32] == pytest.approx(4 * 7.5)
    assert staffing.hourly_crews(8760).sum() == 0


def test_a_solvers_nearly_whole_teams_are_whole(plant):
    """Proves: 2.9999999 teams are three. Sensitivity: cutting the fraction off would lose a team for the year."""
    assert _year(plant, day8=2.9999999).cells.max() == 3


def test_weeks_repeat(plant):
    """Proves: staffed minutes of three weeks are three times those of one."""
    pattern = plant.pattern("two8")
    hours = weekly_staffing(pattern, 2, 3).hourly_cells(3 * 168)
    assert hours.reshape(3, 168) == pytest.approx(np.tile(2 * pattern.staffed_share, (3, 1)))


def test_the_prelude_is_the_end_of_the_year():
    """Proves: the last two hours come first, also when no change falls on their beginning, and then all ten follow."""
    staffing = Staffing(np.array([0.0, 300.0, 540.0]), np.array([1, 5, 2]), np.array([0, 1, 0]))
    longer = with_prelude(staffing, 10, 2)
    assert longer.hourly_cells(12).tolist() == [5, 2, 1, 1, 1, 1, 1, 5, 5, 5, 5, 2]
    assert longer.hourly_crews(12).tolist() == [1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0]
