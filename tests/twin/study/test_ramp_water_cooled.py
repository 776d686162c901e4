"""Water-cooled chillers and towers in the first year: needs by month and what stands in."""

from types import SimpleNamespace

import numpy as np
import pytest

from sites.clock import Calendar
from twin.model.ramp_rules import CoolingSupply
from twin.study.ramp_water_cooled import capacity_kw_th, left_kw_th, named_leads, needs_by_month, rents

CALENDAR = Calendar(2026, -6.0)
SIZES = {"water_cooled_chillers_count": 4.0, "towers_count": 6.0}
NONE = {"water_cooled_chillers_count": 0.0, "towers_count": 0.0}
CHILLERS = CoolingSupply(lead_weeks=30, temporary="rented", temporary_usd_per_kw_th_month=10.0)


@pytest.fixture
def inputs():
    """Chillers of 100 kW_th for 3,000 usd with a spare, towers for 1,000; what they deliver follows the hour."""
    chiller = SimpleNamespace(spare=1, usd_each=3000.0, capacity_kw_th=100.0)
    kit = SimpleNamespace(chiller=chiller, tower=SimpleNamespace(usd_each=1000.0))
    plant = SimpleNamespace(equipment=SimpleNamespace(water_cooled=kit))
    lines = SimpleNamespace(chiller_kw_th=np.full(8760, 90.0))
    return SimpleNamespace(plant=plant, calendar=CALENDAR, water_cooled=lines)


def test_each_month_has_its_machines_with_a_spare(inputs):
    """Proves: 95 kW_th in January ask for two of 90 and a spare, nothing in February for none, 400 in March for all
    four; towers in proportion 6 to 4, whole: 5, 0 and 6.
    Sensitivity: without the spare 2; rated capacity 1 and a spare; towers rounded down would be 4."""
    need = np.zeros(8760)
    need[CALENDAR.month == 0], need[CALENDAR.month == 2] = 95.0, 400.0
    found = needs_by_month(inputs, SIZES, need)
    assert found["water_cooled_chillers_count"][:3].tolist() == [3.0, 0.0, 4.0]
    assert found["towers_count"][:3].tolist() == [5.0, 0.0, 6.0]


def test_air_cooled_ones_carry_the_rest(inputs):
    """Proves: of 400 kW_th four of 90 carry 360, 40 are left; a plan without them leaves all of it, and asks nobody.
    Sensitivity: the whole need on both kinds would rent machines twice."""
    need = np.full(8760, 400.0)
    assert left_kw_th(inputs, SIZES, need) == pytest.approx(40.0)
    blank = SimpleNamespace()
    assert np.array_equal(left_kw_th(blank, {}, need), need)
    assert capacity_kw_th(blank, NONE) == 0.0
    assert needs_by_month(blank, {}, need) == {}
    assert needs_by_month(blank, NONE, need)["towers_count"].max() == 0.0
    assert rents(blank, NONE, SimpleNamespace(water_cooled=None, chillers=CHILLERS)) == {}


def test_rented_chillers_are_paid_once(inputs):
    """Proves: 4 x 100 kW_th at 10 usd are 4,000 usd a month for all, shared out as 12,000 to 6,000 usd of price.
    Sensitivity: towers without a rent would be rented for ever; both in full would pay 4,000 usd twice."""
    rules = SimpleNamespace(water_cooled=None, chillers=CHILLERS)
    found = rents(inputs, SIZES, rules)
    assert found["water_cooled_chillers_count"] == pytest.approx(4000.0 * 12 / 18 / 4)
    assert found["towers_count"] == pytest.approx(4000.0 * 6 / 18 / 6)
    assert sum(SIZES[name] * usd for name, usd in found.items()) == pytest.approx(4000.0)


def test_their_own_supply_goes_before_that_of_all_chillers():
    """Proves: without a table of their own they come as chillers do, with one as it says.
    Sensitivity: towers with no lead would stand before they are ordered."""
    own = CHILLERS.model_copy(update={"lead_weeks": 44.0})
    for water_cooled, weeks in ((None, 30.0), (own, 44.0)):
        rules = SimpleNamespace(water_cooled=water_cooled, chillers=CHILLERS)
        assert [lead.lead_weeks for _, _, lead in named_leads(rules)] == [weeks, weeks]
