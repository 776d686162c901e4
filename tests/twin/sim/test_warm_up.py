"""MSER-5, and the warm-up of a line found from pilot runs."""

import numpy as np
import pytest

from twin.sim.warm_up import find_warm_up, given_warm_up, mser5, still_growing


def batches(*means):
    """A series whose batches of 5 have these means, with a spread inside each that must not matter."""
    return (np.array(means)[:, None] + np.array([-2.0, -1.0, 0.0, 1.0, 2.0])).ravel()


def test_by_hand():
    """Proves: of 10 1 0 1 0 1 0 1 the first batch goes: MSER(1) = (12/7)/49 = 0.0350, MSER(2) = 1.5/36 = 0.0417.
    Sensitivity: dividing by b - d once finds 1.2/5 = 0.240 at d = 3, below 12/49 = 0.245."""
    found = mser5(batches(10, 1, 0, 1, 0, 1, 0, 1))
    assert (found.points, found.at_bound) == (5, False)


def test_a_series_at_rest_loses_nothing():
    """Proves: constant values, high ones with their rounding errors too, are steady from the first point.
    Sensitivity: a minimum taken among rounding errors of 1e9 would fall anywhere."""
    for level in (0.0, 0.1, 1e9 / 3):
        assert mser5(np.full(400, level)).points == 0


def test_a_jump_is_cut_exactly():
    """Proves: 50 points at another level and then none of it: just those 50 go."""
    assert mser5(np.r_[np.full(50, 7.3), np.full(350, 9.1)]).points == 50


def test_only_the_first_half_is_searched():
    """Proves: a series that rises all the way is cut at half, and that is told as too short.
    Sensitivity: a search to the end finds the last two batches, whose spread is always small."""
    found = mser5(np.arange(200.0))
    assert (found.points, found.at_bound) == (100, True)


def test_it_is_the_formula():
    """Proves: on correlated noise with a transient the minimum is that of the formula, term by term, and replications
    are averaged point by point. Sensitivity: averaging each replication's own truncation gives another number."""
    rng = np.random.default_rng(5)
    series = np.zeros((3, 640))
    for t in range(1, 640):
        series[:, t] = 0.8 * series[:, t - 1] + rng.normal(size=3)
    series += 30 * np.exp(-np.arange(640) / 40)
    z = series.mean(axis=0).reshape(-1, 5).mean(axis=1)
    errors = [((z[d:] - z[d:].mean()) ** 2).sum() / (len(z) - d) ** 2 for d in range(len(z) // 2 + 1)]
    assert mser5(series).points == 5 * int(np.argmin(errors))
    assert 50 <= mser5(series).points <= 300


def test_too_few_points_are_refused():
    """Proves: nothing is said of less than four batches."""
    with pytest.raises(ValueError, match="20"):
        mser5(np.zeros(19))


def rising(time_constant_h, noise=0.0, seed=2):
    """Pilots of 5 whose work in process rises to 10 units; each call is noted."""
    asked = []

    def pilots(hours, intervals):
        asked.append((hours, intervals))
        rng = np.random.default_rng(seed + len(asked))
        time = (np.arange(intervals) + 0.5) * hours / intervals
        return 10 * (1 - np.exp(-time / time_constant_h)) + noise * rng.normal(size=(5, intervals))

    return pilots, asked


def test_the_transient_is_left_out():
    """Proves: a rise with a time constant of 10 h in 1,000 h is over after some 3 to 10 of them, found in the pilots
    of the asked length. Sensitivity: intervals taken for hours would give half of it."""
    pilots, asked = rising(10, noise=0.5)
    found = find_warm_up(pilots, 1000)
    assert asked == [(1000, 500)]
    assert 20 <= found.hours <= 100
    assert (found.method, found.warnings) == ("MSER-5", ())


def test_too_short_a_run_is_lengthened_and_told():
    """Proves: with a time constant of 10 h, 10 h of pilots see no end, and the doubled ones do.
    Sensitivity: without lengthening the warm-up would be 5 h, at a work in process of 4 units instead of 10."""
    pilots, asked = rising(10, noise=0.2)
    found = find_warm_up(pilots, 10)
    assert [hours for hours, _ in asked[:2]] == [10, 20]
    assert found.hours > 10
    assert f"pilot runs of {found.pilot_hours:g} h" in found.warnings[0]


def test_growth_without_end_is_a_warning_and_no_endless_loop():
    """Proves: work in process that grows for ever is told as such after one doubling, and half of the hours is the
    warm-up. Sensitivity: doubling until it rests would never end."""
    asked = []

    def pilots(hours, intervals):
        asked.append(hours)
        return np.tile(np.linspace(0, 3 * hours, intervals), (5, 1))

    found = find_warm_up(pilots, 40)
    assert asked == [40, 80]
    assert found.hours == 20
    assert "no steady state" in found.warnings[0]
    assert "240 units" in found.warnings[0]


def test_growth_is_told_from_a_late_approach():
    """Proves: a straight rise grows, one that has a time constant of half the run does not: exp(-1) < 1/2.
    Sensitivity: comparing the last two quarters with 0 only would call both growth."""
    time = np.linspace(0, 1, 400)
    assert still_growing(np.tile(time, (5, 1)))
    assert not still_growing(np.tile(1 - np.exp(-time / 0.5), (5, 1)))
    assert not still_growing(np.random.default_rng(1).normal(size=(5, 400)))


def test_a_week_of_shifts_is_no_warm_up():
    """Proves: work in process that goes up and down with the week, from the first on, needs none, and a transient is
    cut in whole weeks. Sensitivity: MSER-5 on the plain series cuts at a phase of the week."""

    def week(hours, intervals, extra=0.0, noise=0.0):
        time = (np.arange(intervals) + 0.5) * hours / intervals
        around = noise * np.random.default_rng(3).normal(size=(5, intervals))
        return 5 + 3 * np.sin(2 * np.pi * time / 168) + extra * np.exp(-time / 60) + around

    still = find_warm_up(week, 168, period_h=168)
    assert (still.hours, still.pilot_hours) == (0, 8 * 168)
    moving = find_warm_up(lambda hours, intervals: week(hours, intervals, 40, 2), 4000, period_h=168)
    assert moving.hours % 168 == 0
    assert 168 <= moving.hours <= 4 * 168


def test_what_was_asked_for_is_kept():
    """Proves: a given warm-up is told as given."""
    assert (given_warm_up(12.5).hours, given_warm_up(12.5).method) == (12.5, "given")
