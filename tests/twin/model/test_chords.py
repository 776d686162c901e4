"""Chords of convex curves."""

import numpy as np
import pytest

from sites.validation import FaultsError
from twin.model.chords import chords_of, evenly_spaced


def test_chords_by_hand():
    """Proves: of u2 through 0, 0.5 and 1 the chords are 0.5 u and 1.5 u - 0.5, at most 0.25 x 0.5^2 = 0.0625 above.
    Sensitivity: tangents lie below the curve; the error over the whole width would be 0.25."""
    found = chords_of(np.square, (0.0, 0.5, 1.0), "loss")
    assert found.lines == ((0.0, 0.5), (-0.5, 1.5))
    assert found.largest_error == pytest.approx(0.0625, rel=1e-6)
    assert found.heights(np.array([[0.25, 0.75]])) == pytest.approx(np.array([[0.125, 0.625]]))


def test_errors_of_their_share_by_hand():
    """Proves: of 1 + u2 the same chords miss by at most (sqrt(1 + 0.25) - 1) / 2 = 0.0590 of the curve itself, and by
    (0.25 / 6) / (4 / 3) = 0.03125 in the mean.
    Sensitivity: the largest miss over the mean height is 0.047."""
    found = chords_of(lambda u: 1.0 + u * u, (0.0, 0.5, 1.0), "loss")
    assert found.largest_relative_error == pytest.approx((np.sqrt(1.25) - 1.0) / 2.0, rel=1e-5)
    assert found.mean_error == pytest.approx(0.03125, rel=1e-3)


def test_chords_lie_on_or_above_random_convex_curves():
    """Proves: for 100 random convex quadratics the chords touch the curve at their points and are nowhere below it, by
    no more than the error they state.
    Sensitivity: an error measured at the points only would be nil."""
    random = np.random.default_rng(11)
    for a, b, c in random.uniform(0.0, 1.0, (100, 3)):
        points = np.sort(random.uniform(0.0, 1.0, 5))
        found = chords_of(lambda u, a=a, b=b, c=c: a + b * u + c * u * u, tuple(points), "curve")
        u = np.linspace(points[0], points[-1], 997)
        above = found.heights(u) - (a + b * u + c * u * u)
        assert above.min() >= -1e-12
        assert above.max() <= found.largest_error * (1 + 1e-6) + 1e-12
        assert found.heights(points) == pytest.approx(a + b * points + c * points**2)


@pytest.mark.parametrize("curve", [np.sqrt, lambda u: np.sin(6 * u)])
def test_a_concave_curve_is_refused(curve):
    """Proves: a curve that bends down, at its points or between them, is refused by name.
    Sensitivity: the maximum of its chords would lie far below it, and a plan would be promised power for nothing."""
    with pytest.raises(FaultsError, match=r"fuel: bends down \(is concave\) at load"):
        chords_of(curve, (0.0, 0.3, 0.6, 1.0), "fuel")


def test_points_must_rise():
    """Proves: points that do not rise are refused.
    Sensitivity: a width of nil divides by nil."""
    with pytest.raises(FaultsError, match="two or more loads that rise"):
        chords_of(np.square, (0.5, 0.5), "loss")


def test_points_share_the_density_alike():
    """Proves: with the density of u2's bend, which is even, points are even; with 3 instead on the second half, three
    quarters of the steps lie there; both ends are kept.
    Sensitivity: the density's inverse would put a quarter there."""
    grid = np.linspace(0.0, 2.0, 2001)
    assert evenly_spaced(grid, np.ones_like(grid), 5) == pytest.approx([0.0, 0.5, 1.0, 1.5, 2.0])
    uneven = evenly_spaced(grid, np.where(grid < 1.0, 1.0, 3.0), 9)
    assert (uneven >= 0.999).sum() == 7
    assert uneven[[0, -1]] == pytest.approx([0.0, 2.0])
