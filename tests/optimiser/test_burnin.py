"""Burn-in, solved by hand: one hour of run and ten slots a rack unless said otherwise, 1 kW a unit.

The calibrated shares of a crew's time and of the slots that may be planned are held at 85 % and 100 % (conftest).
"""

import numpy as np
import pytest

from optimiser import burnin
from optimiser.burnin import add_burn_in, mean_survival, rack_availability
from optimiser.model import Model
from twin.model.burn_in import RackBreakdowns


def hold(usd_per_h):
    """A unit's value such that an hour of waiting costs *usd_per_h*."""
    return {"products__0__value_usd": 8760.0 * usd_per_h, "money__holding_cost_fraction_per_year": 1.0}


def plan(tiny, time, made, *, usd_per_kwh=0.0, crews=50.0, made_is_free=False, changes=None, **line):
    """The best burn-in of *made* units an hour (an upper limit where made_is_free)."""
    case = tiny.inputs(time, tiny.plant(**(changes or {})), line=tiny.line(time, **line))
    model = Model(time)
    made = np.broadcast_to(np.asarray(made, dtype=float), (len(time),))
    units = model.hourly("made", at_most=made) if made_is_free else made.tolist()
    staff = tiny.staff(time, crews=crews)
    _, flows = add_burn_in(model.within("burn"), case, case.line, staff, tiny.production(units))
    return tiny.closed(model, [flows], usd_per_kwh)


def test_burning_is_anchored_to_its_starts(tiny):
    """Proves: four units that burn two hours at 1 kW take 8 kWh, 0.80 usd at 0.10, whatever the hour.
    Sensitivity: burning[t] = burning[t-1] + starts - ends, closed over the period, floats: it may stand anywhere, at
    nil as well, and the bill would be lower than 0.80."""
    found = plan(
        tiny, tiny.grid(6), [4, 0, 0, 0, 0, 0], usd_per_kwh=0.10, changes={"burn_in__hours": 2.0}, demand={0: 4}
    )
    assert found["burn_burning_units"].sum() == pytest.approx(8.0, abs=1e-9)
    assert found.usd == pytest.approx(0.80, abs=1e-6)


def test_power_is_drawn_from_the_middle_of_the_first_hour(tiny):
    """Proves: a unit that starts in hour 0 and runs two hours draws 0.5, 1 and 0.5 kW, as starts spread over the hour:
    at 1, 10 and 100 usd/kWh that is 0.5 + 10 + 50 = 60.5, the least of all starts.
    Sensitivity: drawn as burning[t] alone it would be 1 + 10 = 11."""
    found = plan(
        tiny, tiny.grid(4), [1, 0, 0, 0], usd_per_kwh=[1.0, 10.0, 100.0, 1000.0], demand={0: 1},
        changes={"burn_in__hours": 2.0},
    )  # fmt: skip
    assert 1000.0 * found["burn_power_mw"] == pytest.approx([0.5, 1.0, 0.5, 0.0], abs=1e-9)
    assert found.usd == pytest.approx(60.5, abs=1e-6)


@pytest.mark.parametrize(("hold_usd_per_h", "start", "usd"), [(0.029, 2, 0.04 + 3 * 0.029), (0.031, 0, 0.10 + 0.031)])
def test_a_start_waits_only_when_it_pays(tiny, hold_usd_per_h, start, usd):
    """Proves: a unit made in hour 10 of 12 may start in hour 0, which costs 0.10 usd, or two hours later for 0.04. The
    hour of its loading is held in any case; two hours more pay below 0.03 usd an hour and not above (one hour more
    would make it 0.07).
    Sensitivity: without holding cost every unit would wait; with burning hours held as well the cost would be an hour
    of holding higher."""
    price = np.full(12, 0.04)
    price[:2] = 0.10
    made = np.eye(12)[10]
    found = plan(tiny, tiny.grid(12), made, usd_per_kwh=price, demand={0: 1}, changes=hold(hold_usd_per_h))
    assert np.argmax(found["burn_starts_per_h"]) == start
    assert found.usd == pytest.approx(usd, abs=1e-6)


def test_a_done_unit_keeps_its_slot_until_someone_comes(tiny):
    """Proves: two units burn two hours each in a cycle of six. With staff always there a unit holds its slot for three
    hours (one to load) and one slot does for both; with staff in the first hour only each keeps its slot for all six:
    two racks of one slot, 100 usd each.
    Sensitivity: slots freed at the end of burning would make it one rack in both."""
    rules = {"burn_in__hours": 2.0, "burn_in__slots_per_rack": 1, "equipment__racks__usd_each": 100.0}
    time, made = tiny.grid(6), [2, 0, 0, 0, 0, 0]
    always = plan(tiny, time, made, changes=rules, demand={0: 2})
    assert always.usd == pytest.approx(100.0, abs=1e-6)
    seldom = plan(tiny, time, made, changes=rules, demand={0: 2}, staffed_share=[1, 0, 0, 0, 0, 0])
    assert seldom.usd == pytest.approx(200.0, abs=1e-6)
    assert seldom["burn_held_units"] == pytest.approx([2.0] * 6, abs=1e-9)
    assert seldom["burn_unloads_per_h"] == pytest.approx([2.0, 0, 0, 0, 0, 0], abs=1e-9)


def test_a_unit_goes_its_way_hour_by_hour(tiny):
    """Proves: with waiting at 1 usd an hour a unit that reaches the door in hour 0 is loaded in hour 1, starts in
    hour 2, burns for three hours and leaves in hour 5; only the hour of its loading is paid as waiting.
    Sensitivity: without done >= 0 it would leave at once; without the hours between door, slot and power the plan would
    promise two hours that no play-back keeps."""
    found = plan(tiny, tiny.grid(8), np.eye(8)[0], demand={0: 1}, changes={"burn_in__hours": 3.0, **hold(1.0)})
    assert found["burn_loads_per_h"] == pytest.approx(np.eye(8)[1], abs=1e-9)
    assert found["burn_starts_per_h"] == pytest.approx(np.eye(8)[2], abs=1e-9)
    assert found["burn_burning_units"] == pytest.approx([0, 0, 1, 1, 1, 0, 0, 0], abs=1e-9)
    assert found["burn_held_units"] == pytest.approx([0, 1, 1, 1, 1, 0, 0, 0], abs=1e-9)
    assert found["burn_unloads_per_h"] == pytest.approx(np.eye(8)[5], abs=1e-9)
    assert found.usd == pytest.approx(1.0, abs=1e-6)


def test_a_shortage_is_priced_at_the_value_of_a_unit(tiny):
    """Proves: one crew of two people at 85 % has 102 min an hour; 1 min to load and 3 to unload are 25.5 units an hour.
    Three hours make 76.5 of the 90 wanted: 13.5 short at 1,000 usd.
    Sensitivity: at 100 % of the crew's time 30 an hour and no shortage; with half of 2 x 2 min a unit likewise 25.5."""
    found = plan(
        tiny, tiny.grid(3), 50.0, made_is_free=True, crews=1.0, demand={0: 90},
        changes={"burn_in__load_min": 1.0, "burn_in__unload_min": 3.0, "burn_in__slots_per_rack": 100},
    )  # fmt: skip
    assert found["burn_shortage_units"].sum() == pytest.approx(13.5, abs=1e-6)
    assert found.usd == pytest.approx(13_500.0, abs=1e-4)


def test_a_crew_may_spend_a_whole_hour_on_loading(tiny):
    """Proves: the most crews (8 of 2 people) may load for 1 min each as fast as the row of their minutes allows: 816 in
    an hour (at 85 %), though unloading takes 9 min.
    Sensitivity: a column bound from the mean of both, 192 an hour, would split the load over five hours."""
    found = plan(
        tiny, tiny.grid(2), 0.0, crews=8.0,
        changes={"burn_in__load_min": 1.0, "burn_in__unload_min": 9.0, "burn_in__slots_per_rack": 1000},
    )  # fmt: skip
    assert found.model.pyomo.burn_loads_per_h[0].ub == pytest.approx(960.0)
    assert found.model.pyomo.burn_unloads_per_h[0].ub == pytest.approx(960.0 / 9.0)


def test_stock_carries_units_from_month_to_month(tiny):
    """Proves: January can make 6 and February 2 of the 4 wanted in each: 2 units lie in stock at the end of January,
    for 730 h at 0.01 usd an hour: 14.60; all 8 are held for the hour of their loading: 0.08. Other months hold none.
    Sensitivity: without stock two units would be short (2 x 87.60 usd); a stock that floats would be paid all year."""
    time = tiny.monthly_grid(3)
    made = np.zeros(36)
    made[:2], made[3:5] = 3.0, 1.0
    found = plan(tiny, time, made, made_is_free=True, demand={0: 4, 1: 4}, changes=hold(0.01))
    assert found["burn_stock_units"] == pytest.approx([2.0] + [0.0] * 11, abs=1e-9)
    assert found.usd == pytest.approx(14.68, abs=1e-6)


def test_stock_closes_over_the_turn_of_the_year(tiny):
    """Proves: December's units may be January's: 2 wanted in January, made in December, cost 730 h of holding
    each, and an hour of loading: 14.62.
    Sensitivity: a year that began with an empty stock would be short of both: 175.20 usd."""
    time = tiny.monthly_grid(3)
    made = np.zeros(36)
    made[33] = 2.0
    found = plan(tiny, time, made, made_is_free=True, demand={0: 2}, changes=hold(0.01))
    assert found["burn_stock_units"] == pytest.approx([0.0] * 11 + [2.0], abs=1e-9)
    assert found.usd == pytest.approx(14.62, abs=1e-6)


def test_returns_burn_in_again_and_scrap_is_lost(tiny):
    """Proves: 10 units made, a tenth of them burns in twice: 11 loads; 95 % of what is made is shipped: 9.5 good units
    against 9.5 wanted, none short.
    Sensitivity: good units counted per unload (0.95 x 11) would be 10.45."""
    shares = {"return_share": 0.1, "shipped_share": 0.95}
    found = plan(tiny, tiny.grid(3), [10, 0, 0], demand={0: 9.5}, changes=hold(0.01), **shares)
    assert found["burn_loads_per_h"].sum() == pytest.approx(11.0, abs=1e-9)
    assert found["burn_shortage_units"].sum() == pytest.approx(0.0, abs=1e-9)
    assert found["burn_stock_units"] == pytest.approx([0.0] * 12, abs=1e-9)


def test_a_rack_out_of_order_has_no_slots(tiny):
    """Proves: a rack that runs 8 h and is repaired for 2 h counts 80 % of its 10 slots: 8.5 units on the racks at once
    need two racks, 8 need one. (Loading and unloading are staffed in the first hour of two only.)
    Sensitivity: with all ten slots one rack would hold 8.5; a share of a rack would be 1.06."""
    down = {"mtbf_h": 8.0, "mttr_min": 120.0}
    rules = {"burn_in__rack_breakdowns": RackBreakdowns(**down), "equipment__racks__usd_each": 100.0}
    assert rack_availability(tiny.plant(**rules)) == pytest.approx(0.8)
    for units, racks in ((8.0, 1.0), (8.5, 2.0)):
        found = plan(tiny, tiny.grid(2), [units, 0], changes=rules, demand={0: units}, staffed_share=[1, 0])
        assert found["burn_racks"] == pytest.approx(racks, abs=1e-9)


def test_some_slots_are_kept_free(tiny, monkeypatch):
    """Proves: when only 80 % of the slots may be planned, 8.5 units need two racks of ten, 8 need one.
    Sensitivity: with all ten slots one rack would hold 8.5."""
    monkeypatch.setattr(burnin, "SLOT_UTILISATION", 0.8)
    for units, racks in ((8.0, 1.0), (8.5, 2.0)):
        rules = {"equipment__racks__usd_each": 100.0}
        found = plan(tiny, tiny.grid(2), [units, 0], changes=rules, demand={0: units}, staffed_share=[1, 0])
        assert found["burn_racks"] == pytest.approx(racks, abs=1e-9)


def test_holding_is_weighted_by_what_an_hour_stands_for(tiny):
    """Proves: in hours that stand for 5 h each the hour of loading costs 5 x 1 usd, and one unit an hour is five.
    Sensitivity: unweighted it would cost a fifth (measured in the prototype: stocks sized so cost 6.3 %)."""
    found = plan(tiny, tiny.grid(4, weight=5.0), [1, 0, 0, 0], demand={0: 5}, changes=hold(1.0))
    assert found["burn_shortage_units"].sum() == pytest.approx(0.0, abs=1e-9)
    assert found.usd == pytest.approx(5.0, abs=1e-6)


def test_failures_shorten_the_average_run(tiny):
    """Proves: with an exponential law of 12 h the failed share in a 12 h run averages 1/e, so an average unit
    burns 63.2 % of the run (a grid of 97 points is within 0.2 %); hardly any failures, the whole run.
    Sensitivity: the share failed at the end, 1 - 1/e, would leave 36.8 %."""
    rules = {"burn_in__hours": 12.0, "burn_in__infant_weibull_scale_h": 12.0}
    assert mean_survival(tiny.plant(**rules)) == pytest.approx(1.0 - np.exp(-1.0), rel=2e-3)
    assert mean_survival(tiny.plant()) == pytest.approx(1.0, abs=1e-12)


def test_starter_plant_survives_by_its_weibull_law(tiny):
    """Proves: shape 0.5 and scale 18,700 h: failed share 2.5 % at 12 h, on average about two thirds of it over the run.
    Sensitivity: a shape above 1 would put the mean below half of the end's share."""
    plant = tiny.STARTER
    assert plant.burn_in.failure_share(12.0) == pytest.approx(0.02501, abs=1e-5)
    failed = 1.0 - mean_survival(plant)
    assert failed == pytest.approx(2.0 / 3.0 * 0.02501, rel=0.01)
