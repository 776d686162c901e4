"""Who is there when: calendars, holidays, absence."""

import pytest

from twin.model.working_time import Calendar
from twin.sim.line.attendance import Attendance
from twin.sim.line.shifts import Staffing


def _calendar(**keys):
    return Calendar.model_validate({"name": "day", **keys})


def test_the_state_and_the_next_closing_follow_the_calendar():
    """Proves: windows 1 to 2 h and 3 to 4 h of every 6 h. Sensitivity: without repetition, nothing after 240 min."""
    attendance = Attendance(Staffing.always(1), {"day": _calendar(windows_h=[[1, 2], [3, 4]], repeat_h=6)}, 24)
    assert attendance.at(0.0) == (1, 0)
    assert not attendance.is_open["day"]
    attendance.at(60.0)
    assert attendance.is_open["day"]
    assert attendance.closes_min("day", 60.0) == 120
    assert attendance.closes_min("day", 120.0) == 240
    assert attendance.closes_min("day", 400.0) == 480


def test_cells_that_leave():
    """Proves: the first moment at which fewer than the cells asked for are there. Sensitivity: 10 for one cell, too."""
    import numpy as np

    staffing = Staffing(np.array([0.0, 10.0, 20.0]), np.array([2, 1, 0]), np.array([0, 0, 0]))
    attendance = Attendance(staffing, {}, 1)
    assert attendance.leaves_min(2, 0.0) == 10
    assert attendance.leaves_min(1, 0.0) == 20


def test_nobody_works_on_a_holiday(plain):
    """Proves: a machine of 10 min that is open from 8 to 16 makes 48 units a day, and none on day 1.
    Sensitivity: days counted from 1 would leave out the first day instead."""
    shift = {"days": ["Mon", "Tue", "Wed"], "start_h": 8, "length_h": 8}
    spec = plain.line(
        plain.station("only", 10, calendar="day"),
        calendars=[{"name": "day", "shifts": [shift], "holidays_day": [1]}],
    )
    network = plain.run(spec, 72)
    by_day = [sum(network.shipped.by_hour[day * 24 : day * 24 + 24]) for day in range(3)]
    assert by_day == [48, 0, 48]


def test_breaks_of_a_shift_are_kept(plain):
    """Proves: an hour's break in a shift of 8 h leaves 42 jobs of 10 min. Sensitivity: 48 without the break."""
    shift = {"days": ["Mon"], "start_h": 8, "length_h": 8, "breaks": [{"after_h": 4, "minutes": 60}]}
    spec = plain.line(
        plain.station("only", 10, skill="hand"),
        calendars=[{"name": "day", "shifts": [shift]}],
        operators=[{"name": "team", "people": 1, "skills": ["hand"], "calendar": "day"}],
    )
    assert plain.run(spec, 24).shipped.count == 42


def test_absence_is_by_whole_days_and_as_frequent_as_said(plain):
    """Proves: of ten people 20 % are absent in the mean, and the number changes at the beginning of a day (06:00) only.
    Sensitivity: drawn anew at each change of shift, the number would change within a day; drawn once, never."""
    windows = [[6, 10], [11, 15]]
    spec = plain.line(
        plain.station("only", 7, servers=10, skill="hand"),
        calendars=[{"name": "day", "windows_h": windows, "repeat_h": 24}],
        operators=[{"name": "team", "people": 10, "skills": ["hand"], "calendar": "day", "absence_fraction": 0.2}],
    )
    days = 400
    network = plain.run(spec, 24 * days, by_hour=True)
    people = [b - a for a, b in zip(network.records["people_min"], network.records["people_min"][1:], strict=False)]
    morning = [people[24 * day + 7] / 60 for day in range(days)]
    afternoon = [people[24 * day + 13] / 60 for day in range(days)]
    assert morning == pytest.approx(afternoon)
    assert sum(morning) / days == pytest.approx(8.0, abs=4 * (10 * 0.16 / days) ** 0.5)
    assert len(set(map(round, morning))) > 3


def test_work_stops_when_its_people_go_and_others_take_it_up(plain):
    """Proves: of two groups one leaves at 20: its job stops after 10 of 30 min, and the other group takes it up at 30.
    Sensitivity: bound to its own group, it would wait until 2 h; begun anew, it would end at 60."""
    spec = plain.line(
        plain.station("only", 30, servers=2, skill="hand"),
        arrivals={"times_h": [0, 10 / 60]},
        calendars=[{"name": "short", "windows_h": [[0, 20 / 60], [2, 3]]}],
        operators=[
            {"name": "one", "people": 1, "skills": ["hand"]},
            {"name": "two", "people": 1, "skills": ["hand"], "calendar": "short"},
        ],
    )
    network = plain.run(spec, 3)
    # The first ends at 30; the second came at 10 and ends at 50.
    assert list(network.shipped.cycles_min) == pytest.approx([30, 50 - 10])
