"""Fans: the curve of power by hand, how many run, what similarity says, and the chords' error."""

import numpy as np
import pytest

from sites.errors import InputError
from sites.validation import validated
from twin.model.equipment.air_side import Fan
from twin.model.thermal.fans import (
    best_flow_fraction,
    drive_efficiency,
    fan_rise_k,
    operate_fans,
    power_fraction,
    running_fans,
    running_power_fraction,
    similar_fan,
)

PLAIN = Fan(flow_m3_per_s=10.0, pressure_pa=120.0, efficiency=0.6, drive_efficiency_curve=None)
HELD = Fan(flow_m3_per_s=10.0, pressure_pa=120.0, efficiency=0.6, static_share=0.4, standby_fraction=0.02)
SHAPES = [
    {},
    {"static_share": 0.5},
    {"exponent": 2.5, "standby_fraction": 0.1, "drive_efficiency_curve": None},
    {"static_share": 1.0, "exponent": 1.0, "drive_efficiency_curve": None},
    {"standby_fraction": 0.3, "least_flow_fraction": 0.5},
    {"least_flow_fraction": 1.0},
]


def fan(**changes):
    return Fan.model_validate(HELD.model_dump() | changes)


def test_power_by_hand():
    """Proves: 10 m3/s at 120 Pa and 60 % take 2 kW; at half flow without static pressure an eighth, in the form a + b
    x^c with a = 0.1 and c = 2.5 it is 0.1 + 0.9 x 0.5^2.5 = 0.2591; with 40 % of the pressure static 0.275.
    Sensitivity: the cube law alone would promise 0.125 in every case, less than half of the last."""
    half = np.array([0.5])
    assert PLAIN.power_kw == pytest.approx(2.0, rel=1e-12)
    assert running_power_fraction(PLAIN, half)[0] == pytest.approx(0.125, rel=1e-12)
    regression = PLAIN.model_copy(update={"standby_fraction": 0.1, "exponent": 2.5})
    assert running_power_fraction(regression, half)[0] == pytest.approx(0.1 + 0.9 * 0.5**2.5, rel=1e-12)
    held = PLAIN.model_copy(update={"static_share": 0.4})
    assert running_power_fraction(held, half)[0] == pytest.approx(0.275, rel=1e-12)


def test_the_drive_by_hand():
    """Proves: at an eighth of the load the drive's efficiency is 0.987405 x 0.125 / (0.0155361 + 0.125) - 0.0059365 x
    0.125 = 0.877506, at full load 0.966363: half flow takes 0.125 x 0.966363 / 0.877506 = 0.13766 of the power.
    Sensitivity: a drive of one efficiency at every load would leave 0.125."""
    driven = PLAIN.model_copy(update={"drive_efficiency_curve": HELD.drive_efficiency_curve})
    low, full = drive_efficiency(driven, np.array([0.125, 1.0]))
    assert low == pytest.approx(0.877506, abs=1e-6)
    assert full == pytest.approx(0.966363, abs=1e-6)
    assert running_power_fraction(driven, np.array([0.5]))[0] == pytest.approx(0.125 * full / low, rel=1e-12)
    assert driven.power_kw == pytest.approx(2.0 / full, rel=1e-12)
    assert (drive_efficiency(PLAIN, np.array([0.1, 1.0])) == 1.0).all()


@pytest.mark.parametrize("changes", SHAPES)
def test_curves_are_one_at_full_flow_and_rise(changes):
    """Proves: every form is 1 at full flow, 0 at none, and never falls with the flow, below the least speed neither.
    Sensitivity: an on-off share left out below the least speed would leave power at no flow."""
    made = fan(**changes)
    steps = np.linspace(0.0, 1.0, 501)
    shares = power_fraction(made, steps)
    assert shares[-1] == pytest.approx(1.0, rel=1e-12)
    assert shares[0] == 0.0
    assert (np.diff(shares) >= -1e-12).all()


def test_thin_air_takes_less_pressure():
    """Proves: at 1.08 kg/m3 instead of 1.2 the same volume meets 10 % less resistance, but no less of a held plenum:
    0.4 + 0.6 x 0.9 = 0.94 of the power.
    Sensitivity: density on the whole pressure would give 0.9, none at all 1."""
    held = PLAIN.model_copy(update={"static_share": 0.4})
    assert running_power_fraction(held, np.array([1.0]), np.array([1.08]))[0] == pytest.approx(0.94, rel=1e-12)


@pytest.mark.parametrize("changes", SHAPES)
def test_the_number_of_running_fans_is_the_best(changes):
    """Proves: for 400 random flows of thin and thick air the chosen number needs no more power than any other that
    moves the air.
    Sensitivity: all fans always, or the fewest always, would lose for one of these curves (see the next test)."""
    made, installed, rng = fan(**changes), 9, np.random.default_rng(6)
    flow, density = rng.uniform(0.0, 90.0, 400), rng.uniform(0.9, 1.35, 400)
    chosen = operate_fans(made, installed, flow, density)
    every = np.full((installed, flow.size), np.inf)
    for count in range(1, installed + 1):
        each = flow / (count * made.flow_m3_per_s)
        every[count - 1] = np.where(
            each <= 1 + 1e-9, count * made.power_kw * power_fraction(made, np.minimum(each, 1), density), np.inf
        )
    np.testing.assert_allclose(chosen.power_kw, every.min(axis=0), rtol=1e-9)
    assert (chosen.short_m3_per_s == 0).all()


def test_few_or_many_by_the_curve():
    """Proves: without static pressure many slow fans beat few; with a standby of 30 % the best is near 0.64 of the
    flow, and 30 m3/s takes five of nine.
    Sensitivity: a rule of equal speed for all nine would take all in both cases."""
    assert running_fans(PLAIN, 9, np.array([30.0]))[0] == 9
    idle = PLAIN.model_copy(update={"standby_fraction": 0.3})
    assert best_flow_fraction(idle) == pytest.approx((0.3 / 0.7 / 2.0) ** (1.0 / 3.0), abs=1e-3)
    assert running_fans(idle, 9, np.array([30.0]))[0] == 5


def test_what_fans_cannot_move_is_short():
    """Proves: three fans of 10 m3/s asked for 35 move 30 and leave 5; asked for none they stand still; none installed
    move nothing; resistance of 30 Pa on top of 120 takes a quarter of the design power more.
    Sensitivity: a part load above 1 on the cube law would promise 35."""
    found = operate_fans(PLAIN, 3, np.array([35.0, 0.0, 30.0]))
    np.testing.assert_allclose(found.flow_m3_per_s, [30.0, 0.0, 30.0])
    np.testing.assert_allclose(found.short_m3_per_s, [5.0, 0.0, 0.0])
    np.testing.assert_allclose(found.power_kw, [6.0, 0.0, 6.0])
    nothing = operate_fans(PLAIN, 0, np.array([5.0]))
    assert (nothing.running[0], nothing.power_kw[0], nothing.short_m3_per_s[0]) == (0, 0.0, 5.0)
    assert operate_fans(PLAIN, 3, np.array([30.0]), added_pa=30.0).power_kw[0] == pytest.approx(7.5, rel=1e-12)


def test_similarity():
    """Proves: twice the speed moves twice the air at four times the pressure and eight times the power; twice the
    diameter eight times the air, four times the pressure and 32 times the power; half the density half the power. A
    ratio of 0 is refused.
    Sensitivity: V ~ d^2 would give 16 times the power."""
    base = PLAIN.power_kw
    assert similar_fan(PLAIN, speed_ratio=2.0).power_kw == pytest.approx(8 * base, rel=1e-12)
    assert similar_fan(PLAIN, diameter_ratio=2.0).power_kw == pytest.approx(32 * base, rel=1e-12)
    assert similar_fan(PLAIN, diameter_ratio=2.0).flow_m3_per_s == pytest.approx(80.0, rel=1e-12)
    assert similar_fan(PLAIN, density_ratio=0.5).power_kw == pytest.approx(base / 2, rel=1e-12)
    with pytest.raises(ValueError, match="above 0"):
        similar_fan(PLAIN, speed_ratio=0.0)


def test_heat_of_fans():
    """Proves: 2 kW in 10 kg/s of dry air warm it by 2 / 10.06 = 0.1988 K, with 20 % of the motor outside 0.159 K; no
    air is not warmed.
    Sensitivity: heat of a motor outside the stream would warm the inlet."""
    rise = fan_rise_k(PLAIN, np.array([2.0, 2.0]), np.array([10.0, 0.0]), np.zeros(2))
    np.testing.assert_allclose(rise, [2.0 / 10.06, 0.0], rtol=1e-12)
    outside = PLAIN.model_copy(update={"heat_to_air_fraction": 0.8})
    assert fan_rise_k(outside, np.array([2.0]), np.array([10.0]), np.zeros(1))[0] == pytest.approx(0.8 * rise[0])


def test_drives_that_bend_down_are_refused():
    """Proves: a drive with c3 above 0, one of more than 100 % at full load and one without load are refused by name.
    Sensitivity: a concave power curve would let a solver run all fans a little."""
    for curve in ((0.9, 0.01, 0.05), (1.2, 0.01, 0.0), (-0.5, 0.1, 0.0)):
        with pytest.raises(InputError, match="drive_efficiency_curve"):
            validated(Fan, HELD.model_dump() | {"drive_efficiency_curve": curve}, "my.toml")


def test_no_hours_run_no_fans():
    """Proves: flows and densities of no hours give arrays of no hours.
    Sensitivity: the least density of nothing is an error."""
    nothing = np.array([])
    assert operate_fans(HELD, 3, nothing, nothing).power_kw.shape == (0,)


def test_what_is_no_number_is_refused():
    """Proves: a missing flow or density is refused by name and hour, whether fans are counted or run.
    Sensitivity: not above nil, it would run no fan and move no number."""
    missing = np.array([12.0, np.nan])
    for run in (operate_fans, running_fans):
        with pytest.raises(ValueError, match="flow_m3_per_s is not a number in 1 hours, first in hour 1"):
            run(HELD, 3, missing)
        with pytest.raises(ValueError, match="density_kg_m3 is not a number in 1 hours, first in hour 1"):
            run(HELD, 3, np.full(2, 12.0), np.array([1.2, np.nan]))
