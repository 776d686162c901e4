"""Stations that need more: blocked before service, several groups, several people, the three ends of a shift."""

import pytest


def _windows(*windows_min, **more):
    return {"name": "day", "windows_h": [[begin / 60, end / 60] for begin, end in windows_min], **more}


def test_blocked_before_service(plain):
    """Proves: work of 2 min before a station of 10 min with no buffer begins only when that one is free: starts at 0,
    2, 12, 22. Sensitivity: after service it would start at 4 and 14, and hold a finished unit meanwhile."""
    spec = plain.line(
        plain.station("fast", 2, next="slow", blocking="before_service"), plain.station("slow", 10, buffer=0)
    )
    network = plain.run(spec, 1, log=True, until_min=40)
    assert [minute for minute, _ in plain.starts(network, "fast")] == [0, 12, 24, 36]
    assert [minute for minute, _ in plain.starts(network, "slow")] == [2, 14, 26, 38]
    # The machine has no unit of its own while it waits: its blocked time is 10 three times, then from 38 to 40.
    fast = network.by_name["fast"]
    assert fast.blocked_before.area_until(40.0) == pytest.approx(32)
    assert fast.blocked_min == 0


def test_blocked_before_service_in_a_line_of_three(plain):
    """Proves: with one space before the second and the third station, each runs ahead by the places that are there: in
    the buffer, and at a machine that is empty. Sensitivity: places that were not promised would let b start at 3."""
    spec = plain.line(
        plain.station("a", 1, next="b", blocking="before_service"),
        plain.station("b", 1, next="c", buffer=1, blocking="before_service"),
        plain.station("c", 10, buffer=1),
    )
    network = plain.run(spec, 1, log=True, until_min=35)
    assert [minute for minute, _ in plain.starts(network, "c")] == [2, 12, 22, 32]
    # c: one at work, one in its buffer; b may begin when c takes that one.
    assert [minute for minute, _ in plain.starts(network, "b")] == [1, 2, 12, 22, 32]
    # Two places at b from 3 on: its buffer, and its machine, which is empty until the unit of 12 has left it at 13.
    assert [minute for minute, _ in plain.starts(network, "a")] == [0, 1, 2, 3, 13, 23, 33]


def test_a_way_is_decided_once(plain):
    """Proves: a station that is blocked before service tests each unit once, though two machines wait to hand over to
    it. Sensitivity: decided anew whenever another unit asks, 487 tests for 270 starts, and 62 % of passes instead of
    50."""
    spec = plain.line(
        plain.station("feed", 5, servers=2, next="test"),
        plain.station(
            "test", 5, buffer=0, blocking="before_service", first_pass_yield=0.5, on_failure="mend", next="pack"
        ),
        plain.station("mend", 30, buffer=0),
        plain.station("pack", 30, buffer=0),
    )
    test = plain.run(spec, 1000).by_name["test"]
    assert test.router.failed / test.starts == pytest.approx(0.5, abs=4 * 0.5 / test.starts**0.5)


def test_several_people_for_one_job(plain):
    """Proves: two people lift what one cannot: of three people only one pair works. Sensitivity: one each would ship
    18."""
    spec = plain.line(
        plain.station("lift", 10, servers=3, skill="hand", people_per_job=2), crew={"people": {"hand": 3}}
    )
    network = plain.run(spec, 1)
    assert network.shipped.count == 6
    assert network.by_name["lift"].working_min == 60


def test_people_of_several_skills_go_where_work_is(plain):
    """Proves: one who can weld and paint helps at both: three people make 6 + 6 and 6 more an hour.
    Sensitivity: bound to their first skill, the all-rounder would weld only, or stand idle."""
    spec = plain.line(
        plain.station("weld", 10, servers=2, skill="welder", next="paint"),
        plain.station("paint", 10, servers=2, skill="painter"),
        operators=[
            {"name": "all", "people": 1, "skills": ["welder", "painter"]},
            {"name": "welders", "people": 1, "skills": ["welder"]},
            {"name": "painters", "people": 1, "skills": ["painter"]},
        ],
    )
    network = plain.run(spec, 10, log=True, until_min=600)
    working = sum(station.working_min for station in network.stations)
    # The painter has nothing to do in the first 10 min; afterwards nobody ever rests.
    assert working == pytest.approx(3 * 600 - 10)
    first, _ = plain.starts(network, "weld")[0]
    assert first == 0


def test_who_can_do_nothing_else_goes_first(plain):
    """Proves: a job takes the group with the fewest skills, so that the others stay free for what only they can do.
    Sensitivity: by their order in the file, the all-rounder would weld and nobody could paint until 10 min."""
    spec = plain.line(
        plain.station("weld", 10, skill="welder"),
        plain.station("paint", 10, skill="painter"),
        arrivals=[{"times_h": [0]}, {"at": "paint", "times_h": [1 / 60]}],
        operators=[
            {"name": "all", "people": 1, "skills": ["welder", "painter"]},
            {"name": "welders", "people": 1, "skills": ["welder"]},
        ],
    )
    network = plain.run(spec, 1, log=True)
    assert plain.starts(network, "paint")[0][0] == pytest.approx(1)


@pytest.mark.parametrize(
    ("mode", "ends"), [("stop", [30, 100]), ("finish", [30, 60, 110, 140]), ("do_not_start", [30, 110])]
)
def test_a_job_at_the_end_of_the_stations_shift(plain, mode, ends):
    """Proves: 30 min of work in a shift of 40 min and one from 80 to 115: stopped and resumed (10 + 20 min), finished
    past the end (30 to 60, 110 to 140), or not begun. Sensitivity: each mode has other ends than the other two."""
    spec = plain.line(
        plain.station("only", 30, calendar="day", at_shift_end=mode), calendars=[_windows((0, 40), (80, 115))]
    )
    network = plain.run(spec, 3, log=True)
    log = network.log
    exits = [m for m, event in zip(log.time_min, log.event, strict=True) if event == "exit"]
    assert exits == pytest.approx(ends)


def test_a_finished_job_past_the_shift_keeps_its_machine_on(plain):
    """Proves: energy: a machine works on past the end of the shift at working power, and is off afterwards.
    Sensitivity: switched off with the shift, 20 of the 60 min would be missing; left on, idle power until 80."""
    spec = plain.line(
        plain.station("only", 30, calendar="day", at_shift_end="finish", working_kw=6, idle_kw=3, off_kw=1),
        calendars=[_windows((0, 40))],
    )
    network = plain.run(spec, 2)
    assert network.meter.kwh_until(120.0) == pytest.approx((60 * 6 + 60 * 1) / 60)


def test_people_of_the_next_shift_begin_what_fits_into_it(plain):
    """Proves: a job is begun when one of two groups stays long enough. Sensitivity: by the first to leave, it would not
    begin at 20 and the next only at 60."""
    spec = plain.line(
        plain.station("only", 30, skill="hand", at_shift_end="do_not_start"),
        arrivals={"times_h": [20 / 60]},
        calendars=[_windows((0, 40)), {"name": "late", "windows_h": [[0, 1], [2, 3]]}],
        operators=[
            {"name": "early", "people": 1, "skills": ["hand"], "calendar": "day"},
            {"name": "later", "people": 1, "skills": ["hand"], "calendar": "late"},
        ],
    )
    network = plain.run(spec, 3, log=True)
    assert plain.starts(network, "only") == [(pytest.approx(20), 0)]
