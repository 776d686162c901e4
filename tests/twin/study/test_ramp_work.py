"""The work of a year that begins from nothing, hour by hour and month by month, against cases worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from optimiser.burnin import SLOT_UTILISATION, rack_availability
from optimiser.inputs import LineInputs
from sites.clock import Calendar
from twin.model.plant import read_plant
from twin.study.ramp_work import burn_in_in_racks, burnable_units, crew_ladder, paces, ramp_line, slots_of

HOURS = 8760
STARTER, _ = read_plant()
NO_LIMIT = np.full(HOURS, np.inf)


def rules(**changes):
    """The starter plant with a run of 2 h, 1 min to load and 1 min to unload, changed."""
    plain = {"hours": 2.0, "load_min": 1.0, "unload_min": 1.0}
    return STARTER.model_copy(update={"burn_in": STARTER.burn_in.model_copy(update={**plain, **changes})})


def line(return_share=0.0):
    return SimpleNamespace(return_share=return_share)


def arriving(*units):
    """Units made in the year's first hours: they are at the racks an hour later."""
    made = np.zeros(HOURS)
    made[: len(units)] = units
    return made


def each_month(units, late=0.0):
    """Capacity of a team that makes *units* in a month, a share *late* of them ready in the next."""
    able = np.zeros((12, 13))
    able[np.arange(12), np.arange(12)] = (1.0 - late) * units
    able[np.arange(12), np.arange(12) + 1] = late * units
    return able


def test_each_month_works_as_hard_as_its_demand():
    """Proves: 50 of 100 make a pace of a half, and nothing is made ahead of a month that can make its own.
    Sensitivity: the even pace of a whole year would be 0.625 in each month."""
    wanted = np.array([50.0] * 6 + [75.0] * 6)
    assert paces(each_month(100.0), wanted) == pytest.approx(wanted / 100.0)


def test_what_a_month_cannot_make_is_made_just_before_it():
    """Proves: 150 in March of 100 a month take half of February, too; 250 take all of it and half of January.
    Sensitivity: made at the first chance, January would work for March before February does."""
    wanted = np.zeros(12)
    wanted[2] = 150.0
    assert paces(each_month(100.0), wanted)[:3] == pytest.approx([0.0, 0.5, 1.0])
    wanted[2] = 250.0
    assert paces(each_month(100.0), wanted)[:3] == pytest.approx([0.5, 1.0, 1.0])


def test_what_is_lost_is_not_made_up_later():
    """Proves: 180 in January of 100 a month are 80 lost: February makes its own 50 and no more.
    Sensitivity: a backlog would keep February at full pace."""
    wanted = np.zeros(12)
    wanted[:2] = 180.0, 50.0
    assert paces(each_month(100.0), wanted)[:3] == pytest.approx([1.0, 0.5, 0.0])


def test_units_that_are_ready_next_month_count_there():
    """Proves: with a tenth of the work ready in the next month, 45 in January take 0.5 (90 of 100 are ready); of
    February's 50, January has left 5, so that it takes 45 / 90.
    Sensitivity: counted in the month of the work, January would stand at 0.45."""
    wanted = np.zeros(12)
    wanted[:2] = 45.0, 50.0
    assert paces(each_month(100.0, late=0.1), wanted)[:2] == pytest.approx([0.5, 0.5])


def test_burn_in_begins_from_an_empty_hall():
    """Proves: 6 units made in hour 0 are loaded in hour 1, burn in hours 2 and 3, are unloaded in hour 4; the last of
    the arrivals of hour 1 has left by hour 4, and those of December that burn over midnight have not (8760).
    Sensitivity: a year that closes on itself would begin with December's units in the slots."""
    made = arriving(6.0)
    made[8758] = 5.0
    found = burn_in_in_racks(rules(), line(), np.full(HOURS, 60.0), 100.0, NO_LIMIT, made)
    assert found.held[:5].tolist() == [0.0, 6.0, 6.0, 6.0, 0.0]
    assert found.burning[:5].tolist() == [0.0, 0.0, 6.0, 6.0, 0.0]
    assert found.unloaded[:5].tolist() == [0.0, 0.0, 0.0, 0.0, 6.0]
    assert found.leaves[1] == 4
    assert found.leaves[-1] == HOURS
    assert (found.held[-1], found.unloaded.sum()) == (5.0, 6.0)


def test_slots_hold_no_more_than_there_are():
    """Proves: of 10 units 4 find a slot in hour 1; they leave in hour 4, and the next 4 are loaded in hour 5.
    Sensitivity: without the limit all ten are held in hour 1."""
    found = burn_in_in_racks(rules(), line(), np.full(HOURS, 60.0), 4.0, NO_LIMIT, arriving(10.0))
    assert found.held[:6].tolist() == [0.0, 4.0, 4.0, 4.0, 0.0, 4.0]
    assert found.waiting[[1, 5, 9]].tolist() == [6.0, 2.0, 0.0]
    assert found.held.max() == 4.0


def test_nothing_is_loaded_that_would_burn_beyond_what_is_carried():
    """Proves: with cooling for 3 units in hour 5 alone, the 10 units that come in hour 1 burn in hours 2 and 3 (their
    last half hour falls in hour 4); of those that come in hour 2 only 3 are loaded, for they reach into hour 5.
    Sensitivity: a limit on the hour of loading alone lets 10 burn on into hour 5."""
    burnable = NO_LIMIT.copy()
    burnable[5] = 3.0
    found = burn_in_in_racks(rules(), line(), np.full(HOURS, 60.0), 100.0, burnable, arriving(10.0))
    assert found.waiting[1] == 0.0
    found = burn_in_in_racks(rules(), line(), np.full(HOURS, 60.0), 100.0, burnable, arriving(0.0, 10.0))
    assert found.waiting[2] == 7.0
    assert 0.5 * (found.burning[4] + found.burning[5]) <= 3.0


def test_loading_goes_before_unloading():
    """Proves: a crew with 5 min an hour loads 5 of 8 units, then 3, and unloads in what is left: 2 in hour 4, for 5
    are done by then and all are loaded: 5 min. Returns add their share: a fifth of 10 units makes 12.
    Sensitivity: a crew that does both at once would unload 5 and load 5 in one hour."""
    found = burn_in_in_racks(rules(), line(), np.full(HOURS, 5.0), 100.0, NO_LIMIT, arriving(5.0, 3.0, 0.0, 3.0))
    assert found.unloaded[:7].tolist() == [0.0, 0.0, 0.0, 0.0, 2.0, 5.0, 1.0]
    found = burn_in_in_racks(rules(), line(0.2), np.full(HOURS, 60.0), 100.0, NO_LIMIT, arriving(10.0))
    assert found.unloaded.sum() == pytest.approx(12.0)


def test_crews_follow_the_plans_patterns_the_longest_first():
    """Proves: a plan with one crew on the first and two on the second pattern, whose hours are longer, gives the
    second, the second, the first, and begins again.
    Sensitivity: in the order of the menu the first crew would stand on the short pattern."""
    plan = np.tile([1.0, 2.0, 0.0], (12, 1))
    ladder = crew_ladder(plan, np.array([2000.0, 8000.0, 9000.0]), 4)
    assert [number.tolist() for number in ladder] == [[0, 0, 0], [0, 1, 0], [0, 2, 0], [1, 2, 0], [1, 3, 0]]


def test_ramp_demand_and_weeks_of_pay():
    """Proves: 10 % of January's demand and 100 % of December's; January has the 31 days that its hours have and begins
    on the 1st: from there to its end, 1 February, the day before the first Monday of February: 4.5714 weeks; the weeks
    are 365 days in all.
    Sensitivity: the year that closes pays the four days before 5 January in December."""
    mature = SimpleNamespace(calendar=Calendar(2026, -6.0), plant=STARTER)
    given = _line_inputs(np.full(12, 1000.0))
    found = ramp_line(mature, given)
    assert found.demand_units[[0, 2, 11]].tolist() == [100.0, 250.0, 1000.0]
    assert found.weeks[0] == pytest.approx(32.0 / 7.0)
    assert found.weeks.sum() == pytest.approx(365.0 / 7.0)


def _line_inputs(demand):
    none = np.zeros((1, HOURS))
    return LineInputs(none, none, none, 0.0, 0.0, 1.0, demand, np.zeros(12), np.ones(HOURS))


def test_slots_that_a_rule_may_count_on():
    """Proves: 2 racks of 36 slots, less breakdowns (1000 of 1002 h) and the share that is not free in time."""
    assert slots_of(STARTER, 2.0) == pytest.approx(72.0 * (1000.0 / 1002.0) * SLOT_UTILISATION)
    assert rack_availability(STARTER) == pytest.approx(1000.0 / 1002.0)


def test_what_may_burn_is_what_the_hall_carries(monkeypatch):
    """Proves: 350 kW of fans carry 100 units of 3.5 kW in dry air, pads of 175 kW half of them where air is wetted,
    and where air may not be used the less of 700 kW of coils and a chiller of 400 kW, 114.3.
    Sensitivity: by its coils alone the hall would carry 200."""
    monkeypatch.setattr("twin.study.ramp_work.mean_survival", lambda _: 1.0)
    ways = {"air_allowed": np.array([True, True, False]), "pad_needed": np.array([False, True, False])}
    hall = SimpleNamespace(**ways, fan_capacity_share=np.ones(3))
    inputs = SimpleNamespace(
        plant=STARTER, hall=hall, chiller_kw_th=np.full(3, 400.0), outdoor_c=np.full(3, 20.0), water_cooled=None
    )
    sizes = {"ventilation_kw_th": 350.0, "pads_kw_th": 175.0, "coils_kw_th": 700.0, "chillers_count": 1.0}
    assert burnable_units(inputs, sizes) == pytest.approx([100.0, 50.0, 400.0 / 3.5])
