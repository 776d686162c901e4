"""The lines by which a linear model sees towers and dry coolers."""

import numpy as np
import pytest

from sites import air
from twin.model.equipment.dry_coolers import DryCooler
from twin.model.equipment.towers import CoolingTower
from twin.model.thermal.heat_rejection_linear import (
    dry_cooler_rejection,
    line_error,
    rejection_line,
    tower_rejection,
)
from twin.model.thermal.outdoor_air import OutdoorAir

TOWER = CoolingTower(
    name="tower", design_approach_k=4.0, design_range_k=5.56, design_water_kg_per_s=290.0, design_air_m3_per_s=180.0,
    fan_kw=60.0, setpoint_c=24.0, cells=3, usd_each=1.0, most=1, life_years=20,
)  # fmt: skip
COOLER = DryCooler(
    name="cooler", ua_kw_per_k=450.0, air_m3_per_s=600.0, fan_kw=120.0, setpoint_c=40.0, usd_each=1.0, most=1,
    life_years=15,
)  # fmt: skip


def year(hours=3000, seed=6):
    random = np.random.default_rng(seed)
    dry_c = random.uniform(0, 38, hours)
    ratio = air.humidity_ratio_from_relative_humidity(dry_c, random.uniform(0.2, 0.9, hours), 101325.0)
    outdoor = OutdoorAir.of(dry_c, ratio, 101325.0)
    return outdoor, random.uniform(1500.0, 7000.0, hours), random


def rejections(outdoor):
    return tower_rejection(TOWER, 290.0, outdoor), dry_cooler_rejection(COOLER, 110.0, outdoor)


def test_a_cube_by_hand():
    """Proves: of P = (Q/100)^3 about 100 kW the line is 1 + 3.0025/100 (Q - 100): the mean slope over 5 % to either
    side; leaving water 20 + Q/50 is its own line.
    Sensitivity: power over heat (0.01 kW/kW) as a slope would be a third of it."""

    def cube(heat):
        return (heat / 100.0) ** 3, 20.0 + heat / 50.0

    line = rejection_line(cube, np.array([100.0]))
    assert line.fan_slope_kw_per_kw_th[0] == pytest.approx(0.030025, rel=1e-9)
    assert line.fan_kw([100.0])[0] == pytest.approx(1.0)
    assert line.fan_kw([110.0])[0] == pytest.approx(1.30025)
    assert line.fan_kw_per_kw_th[0] == pytest.approx(0.01)
    assert line.leaving_water_c([140.0])[0] == pytest.approx(22.8)
    assert line.fan_kw([0.0])[0] == 0.0


def test_exact_at_the_guess():
    """Proves: at the guessed load both lines are the true curves, and every error is nil.
    Sensitivity: a line not through its guess would not settle in two passes."""
    outdoor, heat, _ = year()
    for rejection in rejections(outdoor):
        found = line_error(rejection_line(rejection, heat), rejection, heat)
        assert abs(found.annual_fraction) < 1e-12
        assert abs(found.peak_fraction) < 1e-12
        assert found.worst_leaving_k < 1e-9


def test_errors_off_the_guess():
    """Proves: with loads 5 % off the guess in either direction, fan energy errs by less than 0.3 % of the year, its
    peak by less than 0.5 %, and the condenser's water by less than 0.05 K rms.
    Sensitivity: fan power in proportion to heat (no constant) errs by 3 % rms of the mean and more (checked)."""
    outdoor, guess, random = year()
    came = guess * (1.0 + 0.05 * random.uniform(-1, 1, guess.size))
    for rejection in rejections(outdoor):
        line = rejection_line(rejection, guess)
        found = line_error(line, rejection, came)
        assert abs(found.annual_fraction) < 0.003
        assert abs(found.peak_fraction) < 0.005
        assert found.rms_leaving_k < 0.05
        true, _ = rejection(came)
        coarse = np.sqrt(np.mean((line.fan_kw_per_kw_th * came - true) ** 2)) / true.mean()
        assert coarse > 2.0 * found.rms_fraction_of_mean


def test_fans_that_never_run():
    """Proves: in frost with little heat fans stand, and errors are nil, not a division by nil.
    Sensitivity: not-a-number would poison the report."""
    frost = OutdoorAir.of(np.full(5, -5.0), 0.002, 101325.0)
    rejection = tower_rejection(TOWER, 290.0, frost)
    found = line_error(rejection_line(rejection, np.full(5, 100.0)), rejection, np.full(5, 100.0))
    assert (found.annual_fraction, found.peak_fraction, found.rms_fraction_of_mean) == (0.0, 0.0, 0.0)
