"""Small inputs made by hand, whose business as usual can be worked out, and both shipped sites on one cheap line."""

from types import SimpleNamespace

import numpy as np
import pytest

from optimiser.inputs import DesignPoint, Inputs, LineInputs
from sites.clock import Calendar
from sites.schema import read_site
from sites.tariff import tariff_from
from sites.tariff_rows import tariff_rows
from twin.model.plant import Hiring, read_plant
from twin.model.shifts import DAYS, Shift, ShiftPattern
from twin.model.thermal.assembly_hall import HallLoad
from twin.model.thermal.burn_in_hall import HallCooling
from twin.sim.response import line_response
from twin.study import business_as_usual

HOURS = 8760
CALENDAR = Calendar(2026, -6.0)
MONTH_HOURS = np.bincount(CALENDAR.month, minlength=12).astype(float)
STARTER, _ = read_plant()
SITE = read_site("texas").site
FREE = tariff_from({"name": "free", "energy": [{"name": "energy", "rate_usd_per_kwh": 0.0}]}, "by hand")

# no interest over ten years; hiring costs nothing; 5 slots a rack, 4 min to load and to unload; round prices
PLAIN = {
    "money__horizon_years": 10,
    "money__discount_rate": 0.0,
    "money__holding_cost_fraction_per_year": 0.0,
    "labour__keep_pattern_months": 3,
    "labour__most_burn_in_crews": 3,
    "labour__hiring": Hiring(**dict.fromkeys(Hiring.model_fields, 0.0)),
    "line__cells": 8,
    "burn_in__hours": 2.0,
    "burn_in__slots_per_rack": 5,
    "burn_in__least_racks": 1,
    "burn_in__most_racks": 3,
    "burn_in__load_min": 4.0,
    "burn_in__unload_min": 4.0,
    "burn_in__people_per_crew": 1,
    "burn_in__rack_breakdowns": None,
    "equipment__transformers__sizes_kva": (1000.0, 2000.0),
    "equipment__transformers__usd_each": (10_000.0, 18_000.0),
    "equipment__transformers__most_of_one_size": 3,
    "equipment__transformers__spare": 1,
    "equipment__transformers__power_factor": 1.0,
    "equipment__transformers__loading_limit": 1.0,
    "equipment__transformers__switchgear_usd_per_kva": 0.0,
    "equipment__transformers__load_loss_fraction": 0.02,
    "equipment__transformers__no_load_loss_fraction": 0.001,
    "equipment__transformers__life_years": 10,
    "equipment__chiller__capacity_kw_th": 100.0,
    "equipment__chiller__usd_each": 1000.0,
    "equipment__chiller__life_years": 5,
    "equipment__chiller__most": 5,
    "equipment__chiller__spare": 1,
    "equipment__ventilation__module_kw_th": 100.0,
    "equipment__ventilation__most_modules": 4,
    "patterns": (
        ShiftPattern(
            name="day",
            label="one 8 h shift, every day",
            crews=1,
            shifts=(Shift(days=DAYS, start_h=6, length_h=8),),
        ),
    ),
}


def changed(item, changes):
    """A copy of a description with keys changed, a dot written as two underscores; it may hold a price of nil."""
    for key, value in changes.items():
        first, _, rest = key.partition("__")
        assert first in type(item).model_fields, key
        item = item.model_copy(update={first: changed(getattr(item, first), {rest: value}) if rest else value})
    return item


def plant(**changes):
    """The plain plant with *changes*."""
    return changed(STARTER, PLAIN | changes)


def line(**fields):
    """A line of one pattern, staffed in every hour, that makes one good unit an hour and team; 52 weeks are paid."""
    hourly = {
        name: np.broadcast_to(np.asarray(fields.pop(name, usual), dtype=float), (1, HOURS)).copy()
        for name, usual in (("capacity_units_per_h", 1.0), ("staffed_share", 1.0), ("fixed_kw_per_team", 0.0))
    }
    plain = {
        "kwh_per_unit": 0.0, "return_share": 0.0, "shipped_share": 1.0, "demand_units": np.zeros(12),
        "weeks": np.full(12, 52.0 / 12.0), "open_share": np.ones(HOURS),
    }  # fmt: skip
    return LineInputs(**hourly, **(plain | fields))


def hall(*, allowed=True, pad=False, hours=HOURS):
    """A burn-in hall that open air cools for nothing, unless it is not *allowed* or takes a *pad*."""
    flags = [np.broadcast_to(np.asarray(each), (hours,)) for each in (allowed, pad)]
    return HallCooling(
        *flags, *(np.zeros(hours),) * 3, np.full(hours, 25.0), np.full(hours, 0.5), *(np.zeros(hours),) * 2,
        np.ones(hours),
    )  # fmt: skip


def assembly(hours=HOURS):
    """An assembly hall that outdoor air holds cool enough."""
    return HallLoad(np.zeros(hours), np.zeros(hours), np.zeros(hours, dtype=bool), np.zeros(hours))


def design_point(*, allowed=True, pad=False):
    """A design condition in which a chiller delivers 100 kW_th."""
    return DesignPoint("by hand", 35.0, 25.0, hall(allowed=allowed, pad=pad, hours=1), assembly(1), 100.0)


OPEN_HALL, OPEN_POINT = hall(), design_point()


def inputs(line=None, described=None, *, hall=OPEN_HALL, design=(OPEN_POINT,)):
    """Inputs of a *line* on the plain plant, without any load beside it."""
    return Inputs(
        plant=described or plant(),
        site=changed(SITE, {"construction__cost_index": 1.0}),
        calendar=CALENDAR,
        line=line,
        fixed_load_kw=None,
        fixed_cooling_kw_th=None,
        tariff=tariff_rows(FREE, CALENDAR),
        market_usd_per_kwh=np.zeros(HOURS),
        hall=hall,
        assembly=assembly(),
        building_kw=np.zeros(HOURS),
        chiller_kw_th=np.full(HOURS, 100.0),
        chiller_ratio=np.full(HOURS, 0.25),
        outdoor_c=np.full(HOURS, 20.0),
        design=design,
    )


@pytest.fixture
def hand(monkeypatch):
    """The builders of this file; shares that play-backs calibrate are held, so that no calibration moves a number."""
    monkeypatch.setattr(business_as_usual, "CREW_UTILISATION", 0.8)
    monkeypatch.setattr(business_as_usual, "SLOT_UTILISATION", 0.95)
    return SimpleNamespace(
        HOURS=HOURS, MONTH_HOURS=MONTH_HOURS, STARTER=STARTER, changed=changed, design_point=design_point, hall=hall,
        inputs=inputs, line=line, plant=plant,
    )  # fmt: skip


@pytest.fixture(scope="session")
def response():
    """What a quick run knows of the starter line."""
    cells = STARTER.line.cells
    return line_response(STARTER, replications=3, weeks=1, seed=1, workers=2, teams=(cells // 2, cells))


@pytest.fixture(scope="session", params=["texas", "florida"])
def shipped(request, cases, response):
    """Both shipped sites on the same line: the case and its inputs."""
    case = cases[request.param]
    return case, case.inputs(response)
