"""Half-widths."""

import pytest

from twin.sim.replicate import half_width


def test_half_width_of_three_replications():
    """Proves: t(0.975, 2) s / sqrt(3) = 4.3027 x 1 / 1.7321 for 1, 2, 3. Sensitivity: the normal law gives 1.13."""
    assert half_width([1.0, 2.0, 3.0]) == pytest.approx(2.4841, abs=1e-4)


def test_one_replication_says_nothing_about_spread():
    """Proves: the half-width of a single run is reported as 0, not as an error."""
    assert half_width([5.0]) == 0
