from datetime import date

import numpy as np
import pytest

from sites.clock import Calendar, drop_leap_day, lay_by_weekday, source_days_by_weekday
from sites.errors import InputError
from sites.holidays import federal_holidays, working_days


def hour_of(calendar, text):
    return int(np.flatnonzero(calendar.time == np.datetime64(text, "ns"))[0])


def test_study_year_by_hand():
    """Proves: 2026 starts on a Thursday, March on hour 1416, and Monday 5 January 00:00 is hour 0 of the week.
    Sensitivity: Sunday as day 0 of the week, or months counted from 1, would shift each of these."""
    calendar = Calendar(2026)
    assert calendar.weekday[0] == 3
    assert calendar.month_starts[2] == 1416
    assert calendar.month_starts[-1] == 8760
    assert calendar.hour_of_week[hour_of(calendar, "2026-01-05T00:00")] == 0
    assert calendar.hour_of_week[hour_of(calendar, "2026-01-04T23:00")] == 167
    assert calendar.month[[0, 1415, 1416, 8759]].tolist() == [0, 1, 2, 11]
    assert calendar.hour[25] == 1
    assert calendar.day_of_year[[23, 24, 8759]].tolist() == [0, 1, 364]
    assert calendar.time.dtype == "datetime64[ns]"


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2028, 2100])
def test_29_february_is_left_out(year):
    """Proves: every year has 8760 hours, none of them on 29 February, and weekdays are those of the dates.
    Sensitivity: cutting the last day instead would leave 29 February in and December a day short."""
    calendar = Calendar(year)
    dates = calendar.day_dates.tolist()
    assert len(calendar.time) == 8760
    assert (2, 29) not in {(day.month, day.day) for day in dates}
    assert dates[-1] == date(year, 12, 31)
    assert calendar.day_weekday.tolist() == [day.weekday() for day in dates]
    assert calendar.day_month.tolist() == [day.month - 1 for day in dates]


def test_civil_time_follows_summer_time():
    """Proves: in Chicago the wall clock leaves out 02:00 on 8 March 2026 and shows 01:00 twice on 1 November.
    Sensitivity: adding an hour all year, or the wrong sign of the offset, would move July's 15:00 to 14:00."""
    calendar = Calendar(2026, -6.0, "America/Chicago")
    assert calendar.civil_hour[hour_of(calendar, "2026-07-01T15:00")] == 16
    assert calendar.civil_hour[hour_of(calendar, "2026-01-15T15:00")] == 15
    spring = calendar.civil_hour[hour_of(calendar, "2026-03-08T00:00") :][:4]
    assert spring.tolist() == [0, 1, 3, 4]
    autumn = calendar.civil_hour[hour_of(calendar, "2026-10-31T22:00") :][:5]
    assert autumn.tolist() == [23, 0, 1, 1, 2]
    last_of_june = hour_of(calendar, "2026-06-30T23:00")
    assert (calendar.month[last_of_june], calendar.civil_month[last_of_june]) == (5, 6)
    assert (calendar.weekday[last_of_june], calendar.civil_weekday[last_of_june]) == (1, 2)


def test_without_a_zone_civil_time_is_standard_time():
    """Proves: a place that never changes its clock has one time.
    Sensitivity: a default zone would shift its summer."""
    calendar = Calendar(2026, -6.0)
    assert (calendar.civil_time == calendar.time).all()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((2026, -6.0, "America/Dallas"), "America/Dallas"),
        ((2026, -6.0, "America/New_York"), "UTC-5"),
        ((26, -6.0, None), "26"),
        ((2026, -60.0, None), "-60"),
    ],
)
def test_unusable_calendars_say_what_is_wrong(arguments, word):
    """Proves: unknown zones, zones of another offset, and absurd years are refused with the value named.
    Sensitivity: taking New York's clock for Texas would shift every tariff window by an hour in silence."""
    with pytest.raises(InputError, match=word):
        Calendar(*arguments)


def test_labour_month_starts_on_the_first_monday():
    """Proves: 1 to 4 January 2026 still work December's pattern, and February's starts on Monday 2 February.
    Sensitivity: calendar months would change the pattern in the middle of a week."""
    calendar = Calendar(2026)
    assert calendar.labour_month[hour_of(calendar, "2026-01-04T23:00")] == 11
    assert calendar.labour_month[hour_of(calendar, "2026-01-05T00:00")] == 0
    assert calendar.labour_month[hour_of(calendar, "2026-02-01T12:00")] == 0
    assert calendar.labour_month[hour_of(calendar, "2026-02-02T00:00")] == 1
    assert calendar.labour_month[hour_of(calendar, "2026-06-01T00:00")] == 5
    assert calendar.labour_month[8759] == 11
    assert sorted(set(calendar.labour_month.tolist())) == list(range(12))
    changes = np.flatnonzero(np.diff(calendar.labour_month)) + 1
    assert (calendar.hour_of_week[changes] == 0).all()


def test_federal_holidays_of_2026():
    """Proves: the eleven holidays of 2026 as the Office of Personnel Management lists them; 4 July is observed on
    Friday the 3rd.
    Sensitivity: the third Thursday of November, or the fourth Monday of May, would be a week early."""
    days = [
        (1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 3), (9, 7), (10, 12), (11, 11), (11, 26), (12, 25)
    ]  # fmt: skip
    assert list(federal_holidays(2026)) == [date(2026, month, day) for month, day in days]
    assert date(2026, 7, 4) in federal_holidays(2026, observed=False)


def test_new_year_on_a_saturday_is_observed_in_the_old_year():
    """Proves: 1 January 2028 is observed on 31 December 2027, and 2028 has no New Year's Day of its own.
    Sensitivity: looking at one year's rules only would lose the day."""
    assert federal_holidays(2027)[date(2027, 12, 31)] == "New Year's Day"
    assert "New Year's Day" not in federal_holidays(2028).values()


def test_working_days_of_2026():
    """Proves: 261 weekdays less 11 holidays are 250 working days; a list of one's own replaces the federal one.
    Sensitivity: counting 4 July itself, a Saturday, would leave 251."""
    calendar = Calendar(2026)
    assert working_days(calendar).sum() == 250
    assert working_days(calendar, []).sum() == 261
    assert calendar.on_dates(federal_holidays(2026)).sum() == 11 * 24
    chicago = Calendar(2026, -6.0, "America/Chicago")
    holiday = chicago.on_dates([date(2026, 7, 3)], civil=True)
    assert np.flatnonzero(holiday)[0] == hour_of(chicago, "2026-07-02T23:00")


@pytest.mark.parametrize("source_year", [2023, 2024, 2025, 2026])
def test_source_days_keep_the_weekday(source_year):
    """Proves: each study day gets a source day of its own weekday, at most three days away except where the year wraps;
    the study year itself gets every day in place.
    Sensitivity: laying by date would put Sunday prices on working days."""
    calendar = Calendar(2026)
    chosen = source_days_by_weekday(calendar, source_year)
    assert (Calendar(source_year).day_weekday[chosen] == calendar.day_weekday).all()
    distance = np.abs(chosen - np.arange(365))
    inner = slice(7, 358)
    nearest = 3 if source_year != 2024 else 4  # around the dropped 29 February of 2024 weekdays skip one
    assert distance[inner].max() <= nearest
    if source_year == 2026:
        assert (distance == 0).all()


def test_lengths_that_fit_no_year_are_refused():
    """Proves: 8784 values of a leap year lose 29 February; 8784 of another year, or 8760 of a leap year, are refused.
    Sensitivity: cutting 24 hours off the end would shift all hours after February by a day."""
    values = np.arange(8784.0)
    kept = drop_leap_day(values, 2024)
    assert (len(kept), kept[59 * 24 - 1], kept[59 * 24]) == (8760, 1415.0, 1440.0)
    with pytest.raises(InputError, match="8784"):
        drop_leap_day(values, 2025)
    with pytest.raises(InputError, match="8760"):
        lay_by_weekday(np.arange(8760.0), 2024, Calendar(2026))
