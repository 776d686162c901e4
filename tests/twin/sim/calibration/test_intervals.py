"""Intervals, against values from tables."""

from math import inf

import pytest

from twin.sim.calibration.intervals import exponential_mean, wilson


def test_wilson_of_a_table():
    """Proves: 8 of 10 give 0.490 to 0.943 (Agresti and Coull 1998). Sensitivity: Wald's interval is 0.552 to 1.048."""
    assert wilson(8, 10) == pytest.approx((0.4901, 0.9433), abs=1e-4)


def test_wilson_at_the_ends():
    """Proves: 0 of 20 is below 0.161, all of 20 above 0.839; without trials nothing is known."""
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson(20, 20) == pytest.approx((0.8389, 1.0), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_exact_interval_of_a_failure_rate():
    """Proves: 10 failures in 1,000 h, ended by the clock: 54.4 to 208.5 h (chi-square 36.781 at 22, 9.591 at 20);
    ended by the tenth failure: 58.5 h (34.170 at 20). Sensitivity: the normal approximation gives 38 to 162 h."""
    assert exponential_mean(10, 1000.0, True) == pytest.approx((54.38, 208.5), rel=1e-3)
    assert exponential_mean(10, 1000.0, False) == pytest.approx((58.53, 208.5), rel=1e-3)


def test_no_failures_still_bound_the_rate():
    """Proves: none in 1,000 h means more than 271 h at 97.5 % (chi-square 7.378 at 2 degrees), with no upper end."""
    assert exponential_mean(0, 1000.0, True) == pytest.approx((271.1, inf), rel=1e-3)
