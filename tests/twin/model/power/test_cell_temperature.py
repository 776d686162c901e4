"""Temperature of solar cells: the balance at rest, properties, and Fuentes' model in pvlib."""

import numpy as np
import pytest

from twin.model.power.cell_temperature import cell_temperature_c

HOURS = np.arange(8760)


def weather(seed=7):
    random = np.random.default_rng(seed)
    plane = np.maximum(900 * np.sin(np.pi * (HOURS % 24 - 6) / 12), 0) * random.uniform(0.2, 1.0, 8760)
    return plane, 20 + 10 * np.sin(2 * np.pi * (HOURS % 24 - 9) / 24), random.uniform(0.0, 9.0, 8760)


@pytest.mark.parametrize("installed", [45.0, 49.0])
def test_nominal_conditions_give_the_nominal_temperature(installed):
    """Proves: hours at 800 W/m2, 20 C and 1 m/s at the module bring the cells to their installed nominal temperature,
    within the 1.5 K that the sky's temperature differs by.
    Sensitivity: the ground's share or the convection of the back left out is off by 5 K and more."""
    at_sensor = (9.144 / 5.0) ** 0.2
    hot = cell_temperature_c(np.full(48, 800.0), np.full(48, 20.0), np.full(48, at_sensor), installed)
    assert hot[-1] == pytest.approx(installed, abs=1.5)


def test_night_is_at_the_air_and_sun_heats():
    """Proves: without sun the cells are at the air's temperature; more sun is never cooler, more wind never warmer.
    Sensitivity: a night that cools to the sky, or a wind of the wrong sign."""
    plane, air, wind = weather()
    cells = cell_temperature_c(plane, air, wind)
    assert (cells[plane == 0] == air[plane == 0]).all()
    steady = [
        cell_temperature_c(np.full(12, w), np.full(12, 25.0), np.full(12, 3.0))[-1] for w in (100, 400, 700, 1000)
    ]
    assert steady == sorted(steady)
    windy = [
        cell_temperature_c(np.full(12, 800.0), np.full(12, 25.0), np.full(12, v))[-1] for v in (0.5, 2.0, 5.0, 15.0)
    ]
    assert windy == sorted(windy, reverse=True)
    assert (cell_temperature_c(np.zeros(24), air[:24], wind[:24]) == air[:24]).all()


@pytest.mark.outside
@pytest.mark.parametrize("installed", [45.0, 49.0])
def test_against_pvlib(installed):
    """Proves: a random year is Fuentes' model as pvlib steps through it, within 0.1 K; in the first hour of a day,
    which PVWatts and we begin at the air's temperature, within 2 K.
    Sensitivity: a cell without heat capacity differs by several kelvin in the morning and evening."""
    import pandas as pd
    import pvlib

    plane, air, wind = weather()
    index = pd.date_range("2026-01-01 00:30", periods=8760, freq="h")
    theirs = pvlib.temperature.fuentes(
        *(pd.Series(values, index) for values in (plane, air, wind)), noct_installed=installed
    ).to_numpy()
    ours = cell_temperature_c(plane, air, wind, installed)
    day = plane > 0
    first = day & ~np.roll(day, 1)
    assert np.abs(ours - theirs)[day & ~first].max() < 0.1
    assert np.abs(ours - theirs)[first].max() < 2.0
