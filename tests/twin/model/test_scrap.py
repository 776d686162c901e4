"""Scrap by hand: how many units are started for each good one."""

import pytest

from twin.model.burn_in import BurnIn
from twin.model.laws import RandomTime
from twin.model.line import Line
from twin.model.plant import read_plant
from twin.model.scrap import shipped_share, started_per_good_unit
from twin.model.stations import BURN_IN, Station


def station(name, good=1.0, following="exit", failed="scrap"):
    return Station(
        name=name, process_time=RandomTime(mean_min=1.0), first_pass_yield=good, next=following, on_failure=failed
    )


def burn_in(hours, scale_h):
    return BurnIn(
        hours=hours, slots_per_rack=1, racks=1, least_racks=1, most_racks=1, zone_kw=9.0, load_min=0, unload_min=0,
        people_per_crew=1, skill="loader", infant_weibull_shape=1.0, infant_weibull_scale_h=scale_h, next="pack",
        on_failure="repair",
    )  # fmt: skip


def test_repair_that_comes_back_or_scraps():
    """Proves: with a yield of 0.8 and repair that sends 0.75 back, p = 0.8 + 0.2 x 0.75 p, so p = 0.8 / 0.85.
    Sensitivity: counting one repair only would give 0.8 + 0.2 x 0.75 x 0.8 = 0.92, no repair 0.8."""
    line = Line(first="test", stations=(station("test", 0.8, "exit", "repair"), station("repair", 0.75, "test")))
    assert shipped_share(line, burn_in(1.0, 10.0)) == pytest.approx(0.8 / 0.85)
    assert started_per_good_unit(line, burn_in(1.0, 10.0)) == pytest.approx(0.85 / 0.8)


def test_burn_in_scraps_through_repair():
    """Proves: burn-in that fails f = 1 - exp(-0.1) = 9.52 % of units, each repaired with 0.5 and tested again:
    p = (1 - f) + 0.5 f p, so p = 0.90484 / 0.95242. Sensitivity: burn-in left out would give one."""
    stations = (station("test", 1.0, BURN_IN), station("repair", 0.5, "test"), station("pack"))
    share = shipped_share(Line(first="test", stations=stations), burn_in(1.0, 10.0))
    assert share == pytest.approx(0.904837 / 0.952419, abs=1e-6)


def test_starter_plant_scraps_less_than_one_per_cent():
    """Proves: boards lose 0.03 x 0.1 / (1 - 0.03 x 0.9) = 0.31 % and units about 0.4 %: 1.007 sets for a good unit."""
    plant, _ = read_plant()
    assert started_per_good_unit(plant.line, plant.burn_in) == pytest.approx(1.0071, abs=2e-4)
