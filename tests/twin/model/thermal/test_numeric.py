"""Roots on arrays, and the tables of water."""

import numpy as np
import pytest

from twin.model.thermal.numeric import (
    HOURS_AT_A_TIME,
    bracketed_root,
    hour_by_hour,
    polynomial,
    refuse_nan,
    refuse_not_finite,
)


def test_polynomial_by_hand():
    """Proves: 1 + 2 x + 3 x2 at 2 is 17, the lowest power first.
    Sensitivity: the highest power first would be 11."""
    assert polynomial((1.0, 2.0, 3.0), [2.0, 0.0]).tolist() == [17.0, 1.0]


def test_roots_of_many_kinds_at_once():
    """Proves: straight, steep, flat and kinked residuals are solved together within 1e-8, in at most 40 evaluations
    (bisection alone would take as many for 1e-9 of an interval of 1000).
    Sensitivity: a method that loses its bracket ends elsewhere."""
    power, target = np.array([1.0, 9.0, 0.2, 3.0]), np.array([0.3, 0.5, 0.7, 0.001])
    calls = []

    def residual(x):
        calls.append(1)
        return np.maximum(x, 0.0) ** power - target

    found = bracketed_root(residual, np.zeros(4), np.ones(4))
    assert found == pytest.approx(target ** (1.0 / power), abs=1e-8)
    assert len(calls) <= 40


def test_without_a_root_the_nearer_end():
    """Proves: where the residual is negative throughout the high end comes back, where positive the low end; a root at
    an end is that end.
    Sensitivity: a fan that cannot hold its setpoint must run at full speed, not at the middle."""
    shift = np.array([-5.0, 5.0, 0.0, -1.0])
    found = bracketed_root(lambda x: x + shift, np.zeros(4), np.ones(4))
    assert found == pytest.approx([1.0, 0.0, 0.0, 1.0], abs=1e-8)


def test_hours_one_by_one_are_those_of_the_arrays():
    """Proves: from any hour on, and over the seams between the blocks that are made at once, the tuples are the arrays'
    values; from the end on there are none; columns of unlike length are refused.
    Sensitivity: a block that starts one late loses hour 512."""
    first, second = np.random.default_rng(5).random((2, 2 * HOURS_AT_A_TIME + 7))
    for begin in (0, 3, HOURS_AT_A_TIME, 2 * HOURS_AT_A_TIME + 6):
        assert list(hour_by_hour((first, second), begin)) == list(zip(first[begin:], second[begin:], strict=True))
    assert list(hour_by_hour((first, second), first.size)) == []
    with pytest.raises(ValueError, match="zip"):
        list(hour_by_hour((first, second[:-1])))


def test_what_is_no_number_is_named():
    """Proves: of two quantities the one with missing hours is told, with their number and the first; numbers, infinity
    and single values pass.
    Sensitivity: the last hour in place of the first sends the reader to the wrong line."""
    refuse_nan(load=[1.0, np.inf], supply=7.0, nothing=np.array([]))
    with pytest.raises(ValueError, match="condenser is not a number in 2 hours, first in hour 1"):
        refuse_nan(load=[1.0, 2.0], condenser=[1.0, np.nan, 3.0, np.nan])
    with pytest.raises(ValueError, match="supply is not a number in 1 hours, first in hour 0"):
        refuse_nan(supply=np.nan)


def test_what_is_not_finite_is_named():
    """Proves: an infinite flow is refused by name and first hour as a missing one is, numbers are not; nan alone is
    what `refuse_nan` looks for.
    Sensitivity: an infinite flow would make a balance of nan an hour later, without a name."""
    refuse_not_finite(flow=np.array([0.0, 1e300]), share=0.5)
    refuse_nan(most=np.array([np.inf]))
    with pytest.raises(ValueError, match="flow is not a finite number in 2 hours, first in hour 1"):
        refuse_not_finite(share=0.5, flow=np.array([1.0, -np.inf, np.nan]))
