"""The hours of a model: neighbours, weights and representative weeks."""

import numpy as np
import pytest

from optimiser.timegrid import full_year, representative_weeks


def test_the_year_closes(tiny):
    """Proves: 1 January 00:00 follows 31 December 23:00; two hours before hour 1 is the year's last hour.
    Sensitivity: a year that is not closed could end with an empty store and a hall full of units."""
    calendar = tiny.CALENDAR
    year = full_year(calendar.month, calendar.labour_month, calendar.hour_of_week)
    assert year.is_full_year
    assert year.previous[0] == 8759
    assert year.back(2)[[0, 1, 2]].tolist() == [8758, 8759, 0]


def test_back_stays_in_its_period(tiny):
    """Proves: three hours before the first of February's four hours is February's second hour.
    Sensitivity: hours counted through the whole grid would reach into January."""
    time = tiny.monthly_grid(4)
    assert time.back(3)[4] == 5
    assert not time.is_full_year


def weeks(tiny, closed_days=()):
    calendar = tiny.CALENDAR
    signal = np.sin(np.arange(8760) / 700.0)
    opened = np.ones(8760)
    for day in closed_days:
        opened[24 * day : 24 * day + 24] = 0.0
    return representative_weeks(
        calendar.month, calendar.labour_month, calendar.hour_of_week, np.stack([signal]), opened
    )


def test_weeks_stand_for_every_hour_of_the_year(tiny):
    """Proves: twelve weeks, each within its month, whose weights are the month's hours: 744 in January, 8760 in all;
    each week begins on Monday 00:00 and closes over itself.
    Sensitivity: equal weights of 8760 / 2016 would give January 730 h; unweighted stocks cost 6.3 % too much."""
    found = weeks(tiny)
    calendar = tiny.CALENDAR
    assert len(found) == 12 * 168
    assert found.weight.sum() == pytest.approx(8760.0)
    by_month = [found.weight[found.month == month].sum() for month in range(12)]
    assert by_month == pytest.approx(np.bincount(calendar.month).tolist())
    assert (calendar.month[found.hour] == found.month).all()
    assert found.hour_of_week.reshape(12, 168)[:, 0].tolist() == [0] * 12
    assert (calendar.hour_of_week[found.hour] == found.hour_of_week).all()
    assert found.previous[168] == 335


def test_a_holiday_weighs_as_a_sunday(tiny):
    """Proves: Thursday 1 January closed takes one of January's five Thursdays and gives it to Sunday: 4 and 5 at noon;
    the week chosen for January holds no holiday.
    Sensitivity: a holiday weighed as a working day would let five days of production pass for six."""
    found = weeks(tiny, closed_days=[0])
    january = found.weight[:168]
    assert january[3 * 24 + 12] == 4.0
    assert january[6 * 24 + 12] == 5.0
    assert found.hour[0] >= 24


def test_the_week_nearest_to_the_month_is_chosen(tiny):
    """Proves: when one whole week of March equals the month's mean by hour of the week, that week is taken.
    Sensitivity: compared with the month's single mean, a flat week would win."""
    calendar = tiny.CALENDAR
    shape = np.sin(2 * np.pi * calendar.hour / 24.0)
    level = np.zeros(8760)
    march = np.flatnonzero(calendar.month == 2)
    mondays = march[calendar.hour_of_week[march] == 0]
    level[march] = 5.0
    level[mondays[1] : mondays[1] + 168] = 0.05
    level[mondays[2] : mondays[2] + 168] = -5.0
    signal = shape + level - level[march].mean() * (calendar.month == 2)
    target = mondays[1]
    signal[target : target + 168] = shape[target : target + 168]
    chosen = representative_weeks(
        calendar.month, calendar.labour_month, calendar.hour_of_week, np.stack([signal]), np.ones(8760)
    )
    assert chosen.hour[2 * 168] == target
