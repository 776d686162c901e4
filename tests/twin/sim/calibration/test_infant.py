"""Infant mortality from failures and survivors."""

import numpy as np
import pytest

from twin.sim.calibration.infant import fit_infant_mortality

RUN_MIN = 720.0


def _lives(shape, scale_h, count, seed=1):
    lives = scale_h * 60 * np.random.default_rng(seed).weibull(shape, count)
    return lives[lives < RUN_MIN].tolist(), [RUN_MIN] * int((lives >= RUN_MIN).sum())


def test_shape_and_scale_come_back():
    """Proves: of 20,000 runs of 12 h, of which 2.5 % die, shape 0.5 and scale 18,700 h come back within their
    intervals. Sensitivity: from the dead alone, the scale would be about 4 h."""
    fit = fit_infant_mortality(*_lives(0.5, 18_700, 20_000))
    assert fit.shape_interval[0] <= 0.5 <= fit.shape_interval[1]
    assert fit.scale_interval[0] <= 18_700 <= fit.scale_interval[1]
    assert fit.shape_interval[1] - fit.shape_interval[0] < 0.12
    assert fit.share == pytest.approx(0.025, abs=0.004)
    assert fit.share_interval[0] < 1 - np.exp(-((12 / 18_700) ** 0.5)) < fit.share_interval[1]


def test_exponential_lives_by_hand():
    """Proves: where the shape ends at 1, the scale is the time at risk over the failures: (30 + 40 + 50 + 7 x 60) / 3 =
    180 minutes. Sensitivity: survivors left out, it would be 40 minutes."""
    fit = fit_infant_mortality([30.0, 40.0, 50.0], [60.0] * 7)
    assert fit.at_bound
    assert (fit.shape, fit.scale_h) == (1.0, pytest.approx(3.0))


def test_nobody_died():
    """Proves: without a failure there is no law."""
    assert fit_infant_mortality([], [720.0] * 100) is None
