"""What a log shows of stations: worked by hand, a few events at a time."""

import pytest

from twin.sim.calibration.observations import observe


def _seen(plain, log, *events, **station):
    """Observations of one station "x" with two servers."""
    spec = plain.line(plain.station("x", 5, **({"servers": 2} | station)))
    return observe(log(*events), spec).stations["x"]


def test_a_stop_by_shift_is_no_work(plain, log):
    """Proves: begun at 0, stopped 4 to 9, finished at 15: ten minutes of work. Sensitivity: by the clock, 15."""
    seen = _seen(
        plain, log,
        (0, "start", "x", 0, 1), (4, "stop", "x", 0, 1), (9, "resume", "x", 0, 1),
        (15, "finish", "x", 0, 1, "a", "pass"),
    )  # fmt: skip
    assert seen.work["unit"].values == [10.0]


@pytest.mark.parametrize(("resumed", "worked"), [(None, 7.0), (8, 7.0), (10, 5.0)])
def test_a_failure_is_no_work(plain, log, resumed, worked):
    """Proves: a machine fails after 3 minutes and works again at 8; the job goes on then, or at its `resume`.
    Sensitivity: 12 by the clock; 7 in the last case if the wait for people after the repair counted as work."""
    more = [] if resumed is None else [(resumed, "resume", "x", 0, 1)]
    seen = _seen(
        plain, log,
        (0, "start", "x", 0, 1), (3, "fail", "x", 0, 1), (8, "repaired", "x", 0, 1), *more,
        (12, "finish", "x", 0, 1, "unit", "pass"),
        breakdowns={"mtbf_h": 1, "mttr_min": 5},
    )  # fmt: skip
    assert seen.work["unit"].values == [worked]
    assert seen.lives.values == [3.0]
    assert seen.lives.censored == [worked - 3]
    assert seen.repairs.values == [5.0]


def test_calendar_lives_count_from_repair_to_failure(plain, log):
    """Proves: by the calendar a machine lives 6 minutes, idle or not, then 10 - 7 = 3 and on; the other one, of which
    the log says nothing, has lived 20. Sensitivity: without it the failure rate would be 2/13 instead of 2/33."""
    seen = _seen(
        plain, log,
        (0, "release", "x", -1, 1), (6, "fail", "x", 0), (7, "repaired", "x", 0), (10, "fail", "x", 0),
        (16, "repaired", "x", 0), (20, "exit", "", -1, 1),
        breakdowns={"mtbf_h": 1, "mttr_min": 5, "clock": "calendar"},
    )  # fmt: skip
    assert seen.lives.values == [6.0, 3.0]
    assert sorted(seen.lives.censored) == [4.0, 20.0]
    assert seen.repairs.values == [1.0, 6.0]


def test_a_repair_by_a_skill_begins_when_somebody_comes(plain, log):
    """Proves: failed at 2, begun at 5, put down 9 to 11, done at 12: 5 minutes of work; one that was taken up twice
    without a stop in between is known to have lasted more than its last stretch.
    Sensitivity: counted from the failure, the queue for technicians would be repaired twice in the replay."""
    crew = {"mtbf_h": 1, "mttr_min": 5, "clock": "calendar", "skill": "fitter"}
    spec = plain.line(
        plain.station("x", 5, servers=2, breakdowns=crew),
        operators=[{"name": "fitters", "people": 1, "skills": ["fitter"]}],
    )
    events = [
        (0, "release", "x", -1, 1), (2, "fail", "x", 0), (5, "repair", "x", 0), (9, "stop", "x", 0),
        (11, "repair", "x", 0), (12, "repaired", "x", 0), (13, "fail", "x", 1), (14, "repair", "x", 1),
        (20, "repair", "x", 1), (23, "repaired", "x", 1), (30, "fail", "x", 0), (40, "repair", "x", 0),
        (44, "exit", "", -1, 1),
    ]  # fmt: skip
    seen = observe(log(*events), spec).stations["x"]
    assert seen.repairs.values == [5.0]
    assert seen.repairs.censored == [3.0, 4.0]


def test_a_set_up_stands_apart(plain, log):
    """Proves: a set-up of 6 from a to b, of which the first job of the server needs none, is no work of the job, but
    working time of the machine. Sensitivity: the job would take 10 instead of 4, the life 13 instead of 19."""
    seen = _seen(
        plain, log,
        (0, "start", "x", 0, 1, "a"), (9, "finish", "x", 0, 1, "a", "pass"), (10, "start", "x", 0, 2, "b", "set_up"),
        (16, "start", "x", 0, 2, "b"), (20, "finish", "x", 0, 2, "b", "pass"), (20, "fail", "x", 0, -1),
        breakdowns={"mtbf_h": 1, "mttr_min": 5},
    )  # fmt: skip
    assert {pair: observed.values for pair, observed in seen.set_ups.items()} == {("a", "b"): [6.0]}
    assert seen.work["b"].values == [4.0]
    assert seen.lives.values == [19.0]


def test_a_batch_is_one_job_of_many_outcomes(plain, log):
    """Proves: three units on one server are one sample of 30 minutes and three tests, two of them passed.
    Sensitivity: three samples would make the interval of the mean too narrow by 1.7."""
    starts = [(0, "start", "x", 1, unit) for unit in (1, 2, 3)]
    ends = [(30, "finish", "x", 1, unit, "unit", "pass" if unit < 3 else "fail") for unit in (1, 2, 3)]
    seen = _seen(plain, log, *starts, *ends)
    assert seen.work["unit"].values == [30.0]
    assert (seen.outcomes.finished, seen.outcomes.passed, seen.unseen) == (3, 2, 0)


def test_scrap_beyond_the_rework_limit_is_failure(plain, log):
    """Proves: a unit that has failed once, where one failure is allowed, tells nothing of scrap when it is scrapped.
    Sensitivity: taken for scrap, its share would be 2/4, and those units would be scrapped twice over."""
    outcomes = [(1, "fail"), (2, "pass"), (3, "scrap"), (1, "scrap")]
    events = [(9.0 + k, "finish", "x", 0, unit, "a", detail) for k, (unit, detail) in enumerate(outcomes)]
    seen = _seen(plain, log, *events, rework_limit=1)
    assert (seen.outcomes.finished, seen.outcomes.passed) == (4, 1)
    assert (seen.outcomes.fresh, seen.outcomes.fresh_scrapped) == (3, 1)


def test_what_is_under_way_is_censored(plain, log):
    """Proves: a job that runs at the end has lasted 20 - 12 so far; one begun before the log is left out and counted.
    Sensitivity: dropped, long jobs would be missed more often than short ones."""
    seen = _seen(
        plain, log,
        (1, "finish", "x", 0, 9, "a", "pass"), (12, "start", "x", 0, 1, "a"), (20, "release", "x", -1, 2),
    )  # fmt: skip
    assert (seen.work["a"].values, seen.work["a"].censored, seen.unseen) == ([], [8.0], 1)


def test_jobs_without_a_server_are_known_by_their_unit(plain, log):
    """Proves: two jobs that overlap where servers have no number last 5 and 9 minutes.
    Sensitivity: as jobs of one server the first would be lost when the second starts."""
    seen = _seen(
        plain, log,
        (0, "start", "x", -1, 1), (1, "start", "x", -1, 2), (5, "finish", "x", -1, 1, "unit", "pass"),
        (10, "finish", "x", -1, 2, "unit", "pass"),
    )  # fmt: skip
    assert seen.work["unit"].values == [5.0, 9.0]


def test_burn_in_counts_the_time_that_burns(plain, log):
    """Proves: a unit that is paused 60 to 90 and dies at 100 has burnt 70; what burns at the end has survived so far.
    Sensitivity: with the pause counted, infants would seem to die 30 minutes later."""
    spec = plain.line(plain.station("x", 5, next="burn_in"))
    events = [
        (0, "start", "burn_in", 0, 1), (0, "start", "burn_in", 0, 2), (10, "start", "burn_in", 0, 3),
        (60, "stop", "burn_in", 0, 1), (90, "resume", "burn_in", 0, 1), (100, "finish", "burn_in", 0, 1, "a", "fail"),
        (120, "finish", "burn_in", 0, 2, "a", "pass"), (130, "fail", "burn_in", 0), (150, "repaired", "burn_in", 0),
    ]  # fmt: skip
    seen = observe(log(*events), spec, racks=2).burn_in
    assert (seen.died, seen.survived, seen.passed) == ([70.0], [120.0, 140.0], [120.0])
    assert (seen.racks.lives.values, seen.racks.lives.censored, seen.racks.repairs.values) == ([130.0], [150.0], [20.0])
