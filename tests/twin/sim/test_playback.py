"""The second pass of the play-back: which inlet throttles the miners, and when the year is played again."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from twin.model.plant import read_plant
from twin.sim import playback
from twin.sim.playback import inlet_while_burning_c, throttling_c


@pytest.fixture(scope="module")
def plant():
    """The starter plant: the hall holds 38 C, the miners throttle above 40 C."""
    return read_plant()[0]


@dataclass(frozen=True)
class _Year:
    """What is asked for, in place of the year's many controls."""

    inlet_c: object = None


def test_coils_hold_the_limit_of_the_hall_where_air_cannot(plant):
    """Proves: open air of 42 C counts as 42 C where it cools, as 38 C where coils do, 39 C where they leave a quarter
    of the heat unserved, and as 42 C where they leave all; cooler air counts as it is.
    Sensitivity: a hot afternoon on coils would throttle miners that stand in air of 38 C."""
    hall = SimpleNamespace(air_allowed=np.array([True, False, False, False, False]))
    cooling = SimpleNamespace(
        inlet_c=np.array([42.0, 42.0, 42.0, 42.0, 20.0]), unserved_kw_th=np.array([0.0, 0.0, 50.0, 250.0, 0.0])
    )
    found = inlet_while_burning_c(plant, hall, cooling, np.full(5, 200.0))
    assert found.tolist() == [42.0, 38.0, 39.0, 42.0, 20.0]


@pytest.mark.parametrize(("hottest_c", "passes"), [(40.0, 1), (40.1, 2)])
def test_the_year_is_played_again_only_when_an_inlet_is_too_hot(plant, monkeypatch, hottest_c, passes):
    """Proves: at 40.0 C, the product's limit, one pass; at 40.1 C in a single hour, a second under the first one's
    inlet, whose outcome and cooling count.
    Sensitivity: the outcome of the first pass would not show the longer runs."""
    inlet_c = np.full(8760, 30.0)
    inlet_c[4000] = hottest_c
    played = []

    def play_year(year):
        played.append(year.inlet_c)
        return SimpleNamespace(number=len(played), burn_in_kw=np.full(8760, 200.0))

    def cooled(_, year):
        return SimpleNamespace(number=year.number, inlet_c=inlet_c, unserved_kw_th=np.zeros(8760))

    monkeypatch.setattr(playback, "play_year", play_year)
    monkeypatch.setattr(playback, "_cooled", cooled)
    hall = SimpleNamespace(air_allowed=np.ones(8760, dtype=bool))
    task = SimpleNamespace(setting=SimpleNamespace(plant=plant, hall=hall), year=_Year())
    year, cooling = playback.year_and_cooling(task)
    assert len(played) == passes
    assert played[0] is None
    assert (year.number, cooling.number) == (passes, passes)
    if passes == 2:
        assert (played[1] == inlet_c).all()


def test_hydro_miners_are_throttled_by_their_water():
    """Proves: of hydro miners in air of 45 C on a supply of 41 C none is throttled, on one of 51 C the water counts;
    unserved heat of the water does not mix into the hall's air.
    Sensitivity: by the air, a hot hall would lengthen runs that it does not touch."""
    plant = read_plant(Path("hydro"))[0]
    hall = SimpleNamespace(air_allowed=np.array([True, False]))
    loop = SimpleNamespace(supply_c=np.array([41.0, 51.0]), unserved_kw_th=np.array([0.0, 500.0]))
    cooling = SimpleNamespace(inlet_c=np.array([45.0, 45.0]), unserved_kw_th=np.array([0.0, 515.0]), loop=loop)
    assert throttling_c(plant, hall, cooling, np.full(2, 1000.0)).tolist() == [41.0, 51.0]
    # 15 of the 30 kW that warm the air are unserved: half of the way from 38 to 45 C
    assert inlet_while_burning_c(plant, hall, cooling, np.full(2, 1000.0)).tolist() == pytest.approx([45.0, 41.5])
