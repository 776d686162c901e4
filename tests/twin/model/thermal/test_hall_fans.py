"""Fans of the burn-in hall in modules: their curve, how many run, and what thin air does."""

from dataclasses import replace

import numpy as np
import pytest

from sites import air
from sites.errors import InputError
from sites.validation import validated
from twin.model.equipment.air_side import Ventilation
from twin.model.plant import read_plant
from twin.model.thermal.air_side import air_side
from twin.model.thermal.hall_fans import hall_fans
from twin.model.thermal.outdoor_air import OutdoorAir

PLANT, _ = read_plant()
PRESSURE_PA = 101325.0


def hall_at(dry_c):
    dry = np.atleast_1d(np.asarray(dry_c, dtype=float))
    ratio = air.humidity_ratio_from_relative_humidity(dry, 0.4, PRESSURE_PA)
    return air_side(PLANT.burn_in_hall, PLANT.product, OutdoorAir.of(dry, ratio, PRESSURE_PA)).hall_cooling()


def with_kit(**changes):
    kit = PLANT.equipment.ventilation.model_copy(update=changes)
    return PLANT.model_copy(update={"equipment": PLANT.equipment.model_copy(update={"ventilation": kit})})


def test_a_fan_that_holds_its_pressure_takes_power_in_proportion():
    """Proves: without a drive and with all pressure static, modules take the hall's fan power for each kW, whatever
    runs, and a plan needs no curve for them.
    Sensitivity: a curve with a cube in it would take an eighth at half flow."""
    hall = hall_at([20.0, 30.0])
    fans = hall_fans(with_kit(fan_static_share=1.0, fan_drive_efficiency_curve=None), hall)
    assert fans.is_proportional
    heat = np.array([700.0, 1450.0])
    np.testing.assert_allclose(fans.power_kw(15, heat), hall.fan_kw_per_kw_th * heat, rtol=1e-12)


def test_slower_fans_take_less_and_never_less_than_the_best_count():
    """Proves: with drives, half the heat takes less than half the power; no other number of running modules takes less
    than the one chosen, over loads from nil to all.
    Sensitivity: all modules running at all loads would cycle at light load."""
    hall = hall_at(np.full(200, 25.0))
    fans = hall_fans(PLANT, hall)
    assert not fans.is_proportional
    heat = np.linspace(0.0, 15.0 * fans.each_kw_th[0], 200)
    power = fans.power_kw(15, heat)
    assert power[0] == 0.0
    assert power[100] < 0.35 * power[-1]
    assert power[-1] == pytest.approx(15.0 * fans.full_kw[0])
    for count in range(1, 16):
        able = heat <= count * fans.each_kw_th
        other = count * fans.full_kw * fans.curve(np.minimum(heat / (count * fans.each_kw_th), 1.0))
        assert (power[able] <= other[able] + 1e-9).all()


def test_thin_air_carries_less():
    """Proves: at 38 C a module carries 1.2 / 1.126 less than in standard air but for the moisture's own heat, at the
    drive's loss more than pressure and flow ask; full power does not depend on the air but for that.
    Sensitivity: capacity by name would leave a hot afternoon 5 % short."""
    hot, mild = hall_at(38.0), hall_at(20.0)
    fans = hall_fans(PLANT, hot)
    share = float(hot.fan_capacity_share[0])
    assert share == pytest.approx(0.95, abs=0.02)
    assert fans.each_kw_th[0] == pytest.approx(100.0 * share)
    assert float(mild.fan_capacity_share[0]) > share
    full = fans.fan.power_kw
    assert fans.full_kw[0] == pytest.approx(full, rel=1e-9)
    assert hall_fans(PLANT, mild).full_kw[0] == pytest.approx(full, rel=1e-9)


def test_a_concave_drive_is_refused_by_its_key():
    """Proves: a drive whose loss bends down is refused where it stands, for no chord would follow it.
    Sensitivity: it would be found by a crash while the plan is made."""
    data = PLANT.equipment.ventilation.model_dump() | {"fan_drive_efficiency_curve": (0.9, 0.1, 0.2)}
    with pytest.raises(InputError, match="drive_efficiency_curve"):
        validated(Ventilation, data, "my.toml")


def test_a_sealed_hall_has_no_fans_to_run():
    """Proves: where outdoor air may not enter, fans take nothing. Sensitivity: power for air that is not moved."""
    hall = hall_at(20.0)
    still = replace(hall, fan_kw_per_kw_th=np.zeros(1))
    assert hall_fans(PLANT, still).power_kw(10, np.zeros(1))[0] == 0.0
