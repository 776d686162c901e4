"""The assembly hall's load by hand."""

import numpy as np
import pytest

from sites import air
from twin.model.plant import read_plant
from twin.model.thermal.assembly_hall import hall_load

HALL = read_plant()[0].assembly_hall
PRESSURE = np.array([101325.0])


def load(dry_c, ratio, ghi=0.0, lit=0.0, people=0.0, hall=HALL):
    one = [np.array([value], dtype=float) for value in (dry_c, ratio, ghi, lit, people)]
    return hall_load(hall, one[0], one[1], PRESSURE, one[2], one[3], one[4])


def humidity(relative):
    """Humidity ratio of the hall's air at 24 C."""
    return float(air.humidity_ratio_from_relative_humidity(24.0, relative, 101325.0))


def test_sensible_heat_by_hand():
    """Proves: at 34 C, 800 W/m2, lights on and 80 people: 3.6 x 10 + 3 x 1.006 x 10 + 0.03 x 6000 x 0.8 + 48 + 60 +
    0.08 x 80 = 36 + 30.18 + 144 + 48 + 60 + 6.4 = 324.58 kW_th.
    Sensitivity: sun on the whole roof instead of 3 % would add 4.7 MW; lights off in the day 48 less."""
    found = load(34.0, humidity(0.5), ghi=800.0, lit=1.0, people=80.0)
    assert found.sensible_fixed_kw_th[0] == pytest.approx(324.58, abs=1e-9)


def test_moisture_is_taken_out_only_above_the_band():
    """Proves: outdoor air 2 g/kg above 60 % at 24 C brings 3 x 2501 x 0.002 = 15.006 kW, 80 people 11.2 kW; air as much
    below takes the people's moisture with it: nil, and then the crews' moisture does not bind either.
    Sensitivity: a negative latent load would cool the hall for nothing."""
    wet = load(30.0, humidity(0.6) + 0.002, people=80.0)
    assert wet.latent_fixed_kw_th[0] == pytest.approx(15.006 + 11.2, abs=1e-9)
    assert wet.moisture_binds[0]
    dry = load(30.0, humidity(0.6) - 0.002, people=80.0)
    assert dry.latent_fixed_kw_th[0] == 0.0
    assert not dry.moisture_binds[0]


def test_crews_and_machines_add_to_the_need():
    """Proves: 100 kW of machines and 10 people (0.8 kW sensible, 1.4 kW of moisture) add 102.2 kW_th in a damp hour and
    100.8 in a dry one.
    Sensitivity: moisture of people counted in dry hours, too, would chill all winter."""
    for ratio, more in ((humidity(0.6) + 0.002, 102.2), (humidity(0.6) - 0.001, 100.8)):
        found = load(30.0, ratio)
        zero, ten = np.zeros(1), np.array([10.0])
        need = found.cooling_kw_th(HALL, np.array([100.0]), ten) - found.cooling_kw_th(HALL, zero, zero)
        assert need[0] == pytest.approx(more, abs=1e-9)


def test_a_negative_need_is_nil():
    """Proves: at 16 C the hall loses 3.6 x 8 + 3 x 1.006 x 8 = 52.94 kW against 60 kW of base: 7.06 kW_th with nobody
    there; without the base nothing is needed, rather than a negative need.
    Sensitivity: a negative need would empty the chillers' load in another hall."""
    found = load(16.0, humidity(0.4))
    assert found.cooling_kw_th(HALL, np.zeros(1), np.zeros(1))[0] == pytest.approx(60.0 - 52.944, abs=1e-9)
    bare = HALL.model_copy(update={"base_kw": 0.0})
    assert load(16.0, humidity(0.4), hall=bare).cooling_kw_th(bare, np.zeros(1), np.zeros(1))[0] == 0.0


@pytest.mark.parametrize(
    ("dry_c", "relative", "mechanical"), [(14.0, 0.5, False), (16.0, 0.5, True), (14.0, 0.7, True), (14.0, 0.2, True)]
)
def test_cool_and_suitable_air_needs_no_chiller(dry_c, relative, mechanical):
    """Proves: outdoor air at most 15 C whose moisture would lie in the hall's 30 to 60 % cools alone; warmer, damper or
    drier air does not.
    Sensitivity: the temperature alone would let winter's dry air into electronics."""
    found = load(dry_c, humidity(relative), lit=1.0, people=80.0)
    assert bool(found.mechanical[0]) is mechanical
    if not mechanical:
        assert found.cooling_kw_th(HALL, np.array([500.0]), np.array([48.0]))[0] == 0.0


def test_dry_air_is_humidified():
    """Proves: air 1 g/kg below 30 % at 24 C needs 3 x 0.001 = 0.003 kg/s of mist at 60 kW per kg/s: 0.18 kW.
    Sensitivity: steam instead of mist would be about 8 kW; without it boards would be handled at 20 %."""
    assert load(5.0, humidity(0.3) - 0.001).humidifier_kw[0] == pytest.approx(0.18, abs=1e-12)
    assert load(5.0, humidity(0.3) + 0.001).humidifier_kw[0] == 0.0
