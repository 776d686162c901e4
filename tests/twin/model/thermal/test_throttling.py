"""Miners in the heat: throttled, dark, and to and fro where their own heat decides."""

import numpy as np
import pytest

from twin.model.plant import read_plant
from twin.model.thermal.throttling import power_share, progress_share, throttling

BURN_IN = read_plant()[0].burn_in.model_copy(
    update={"throttled_power_fraction": 0.8, "throttled_rate": 0.9, "throttle_above_c": 40.0, "shut_down_above_c": 47.0}
)


def test_steps_at_the_limits():
    """Proves: at 40 C and below full power, above it 80 % and nine tenths of the progress, above 47 C nothing.
    Sensitivity: a limit taken as passed when it is met would throttle at 40 C."""
    at = np.array([20.0, 40.0, 40.1, 47.0, 47.1])
    np.testing.assert_array_equal(power_share(BURN_IN, at), [1, 1, 0.8, 0.8, 0])
    np.testing.assert_array_equal(progress_share(BURN_IN, at), [1, 1, 0.9, 0.9, 0])


def test_without_own_heat_it_is_the_step():
    """Proves: where the inlet does not depend on the miners the mean of the hour is the step law.
    Sensitivity: 0 / 0 between equal temperatures."""
    at = np.array([20.0, 40.0, 40.1, 47.0, 47.1])
    found = throttling(BURN_IN, at, at)
    np.testing.assert_array_equal(found.power_share, power_share(BURN_IN, at))
    np.testing.assert_allclose(found.progress_share, progress_share(BURN_IN, at), rtol=1e-12)
    np.testing.assert_array_equal(found.inlet_c, at)


def test_own_heat_by_hand():
    """Proves: with 5 K of own heat at full power: from 34 C full power (39 C); from 35.5 C full is 40.5 C and throttled
    39.5 C, so 90 % on average at 40 C, half-way, with 95 % of the progress; from 37 C throttled (41 C); from 44 C
    throttled would be 48 C, so 60 % at 47 C with 0.9 x 0.6 / 0.8 of the progress; from 48 C dark.
    Sensitivity: the step law at the inlet of full power would have 80 % at 35.5 C and none at 44 C."""
    dark = np.array([34.0, 35.5, 37.0, 44.0, 48.0])
    found = throttling(BURN_IN, dark, dark + 5.0)
    np.testing.assert_allclose(found.power_share, [1.0, 0.9, 0.8, 0.6, 0.0], atol=1e-12)
    np.testing.assert_allclose(found.progress_share, [1.0, 0.95, 0.9, 0.675, 0.0], atol=1e-12)
    np.testing.assert_allclose(found.inlet_c, [39.0, 40.0, 41.0, 47.0, 48.0], atol=1e-12)
    np.testing.assert_array_equal(found.throttled, [False, True, True, True, True])
    np.testing.assert_array_equal(found.dark, [False, False, False, True, True])


@pytest.mark.parametrize("own_heat_k", [0.0, 0.5, 5.0, 30.0])
@pytest.mark.parametrize("low", [0.8, 1.0])
def test_hotter_is_never_more_power(own_heat_k, low):
    """Proves: as outdoors gets hotter power and progress never rise, and the inlet never falls but at the step down.
    Sensitivity: a share between the steps with its sign turned would rise with heat."""
    burn_in = BURN_IN.model_copy(update={"throttled_power_fraction": low})
    dark = np.linspace(0.0, 60.0, 2001)
    found = throttling(burn_in, dark, dark + own_heat_k)
    assert (np.diff(found.power_share) <= 1e-12).all()
    assert (np.diff(found.progress_share) <= 1e-12).all()
    assert (found.power_share >= 0).all()
    assert (found.power_share <= 1).all()


def test_miners_do_not_cool_their_inlet():
    """Proves: an inlet colder at full power than in the dark, or one that is no number, is refused with the hour and
    both temperatures; rounding (1e-12 K) is not.
    Sensitivity: taken as no warming it would give full power at an inlet of 45 C that was 39 C by mistake."""
    with pytest.raises(ValueError, match="inlet of 39 C at full power and 45 C while dark in hour 1"):
        throttling(BURN_IN, np.array([30.0, 45.0]), np.array([35.0, 39.0]))
    for dark, full in ((np.nan, 35.0), (30.0, np.nan)):
        with pytest.raises(ValueError, match="in hour 0"):
            throttling(BURN_IN, dark, full)
    assert throttling(BURN_IN, np.array([30.0]), np.array([30.0 - 1e-12])).power_share.tolist() == [1.0]
