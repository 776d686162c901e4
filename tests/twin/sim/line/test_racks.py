"""Burn-in: slots, operators, failures, schedules and the demand limiter."""

import numpy as np
import pytest

from twin.sim.line.power_on import PowerOn
from twin.sim.plan_times import start_times_min


@pytest.fixture
def fed(plain):
    """A line that brings a unit to the door every *interval* minutes, and packs in no time."""

    def make(interval, repair_min=1.0):
        return plain.line(
            plain.station("make", 0, next="burn_in"),
            plain.station("repair", repair_min, next="burn_in"),
            plain.station("pack", 0, servers=None),
            arrivals=plain.arrivals(interval),
        )

    return make


def test_a_slot_is_held_from_loading_to_unloading(plain, fed):
    """Proves: load 2 min, burn 120, unload 3: the first unit is out at 125, and its slot was taken all that time.
    Sensitivity: freed at the end of the burn the area would be 3 slot-minutes less."""
    network = plain.run(fed(10_000), 3, burn=plain.burn_in(), racks=1, loaders=True)
    assert network.area.occupied.area_until(180.0) == pytest.approx(125.0)
    assert network.shipped.cycle_min == pytest.approx(125.0)
    assert network.burn_meter.kwh_until(180.0) == pytest.approx(7.0)


def test_units_wait_at_the_door_while_all_slots_are_taken(plain, fed):
    """Proves: four slots, five units at once: the fifth is loaded when the first has been unloaded at 125 min.
    Sensitivity: a slot freed at the end of burning would let it in at 122."""
    network = plain.run(fed(0.5), 3, until_min=124.9, burn=plain.burn_in(), racks=1, loaders=True)
    assert network.area.loads_begun == 4
    network = plain.run(fed(0.5), 3, until_min=125, burn=plain.burn_in(), racks=1, loaders=True)
    assert network.area.loads_begun == 5


def test_a_failure_ends_the_burn_and_frees_the_slot_early(plain, fed):
    """Proves: units that die young draw power until then only, are unloaded, repaired, and burn a full run again.
    Sensitivity: burning on to the end would give 7 kWh for every start."""
    burn = plain.burn_in(infant_weibull_scale_h=2.0, racks=8)
    network = plain.run(fed(60), 500, burn=burn, racks=8, loaders=True)
    died = 1 - np.exp(-1)  # exponential life of 2 h, burn-in of 2 h
    mean_h = 2 * died  # E[min(life, 2 h)]
    started = network.area.started
    assert started / network.shipped.count == pytest.approx(1 / (1 - died), rel=0.15)
    assert network.burn_meter.kwh_until(500 * 60.0) == pytest.approx(3.5 * mean_h * started, rel=0.1)


def test_starting_at_once_gives_what_the_queue_of_ready_units_gives(plain, fed):
    """Proves: a unit lit straight from loading is lit as if it had queued: equal to the last bit with a schedule that
    allows every start at minute 0, which always queues. Zones are tight and racks fail, so that both ways are taken.
    Sensitivity: a start in a rack that is down, or beyond the rating of its zone, comes earlier than from the queue."""
    life = {"mtbf_h": 15.0, "mttr_min": 90.0}
    burn = plain.burn_in(slots_per_rack=4, zone_kw=18.0, racks_per_zone=2, infant_weibull_scale_h=8.0,
                         rack_breakdowns=life)  # fmt: skip

    def results(power_on):
        network = plain.run(fed(12), 300, burn=burn, racks=6, loaders=True, power_on=power_on)
        area, end = network.area, 18_000.0
        levels = [level.area_until(end) for level in (area.occupied, area.waiting, area.lit, area.finished)]
        return network.shipped.cycle_min, network.burn_meter.kwh_until(end), area.starts, area.unloads, levels

    assert results(PowerOn()) == results(PowerOn([0.0] * 4000))


def test_unloading_comes_before_loading(plain, fed):
    """Proves: one operator with units on both sides unloads first, so that the first slot is free by 125 min.
    Sensitivity: loading first would keep done units in the racks while others queue at the door."""
    burn = plain.burn_in(slots_per_rack=200, load_min=5, zone_kw=1000)
    network = plain.run(fed(4), 10, burn=burn, racks=1, staffing=plain.staffed((0, 1)))
    assert len(network.area.done) <= 1
    assert len(network.area.door) > 20


def test_loading_stops_with_the_crew_and_is_finished_in_the_next_shift(plain, fed):
    """Proves: an operation of 30 min begun at 0 and broken from 10 to 40 is done at 60, not at 30 or 70."""
    burn = plain.burn_in(load_min=30)
    for end, loads in ((59.0, 0), (60.0, 1)):
        network = plain.run(
            fed(10_000), 2, until_min=end, burn=burn, racks=1, staffing=plain.staffed((0, 1), (10, 0), (40, 1))
        )
        assert len(network.area.burning) == loads


def test_scheduled_units_wait_for_their_time_and_catch_up(plain, fed):
    """Proves: the k-th start waits until the plan's sum reaches k; a unit that comes late starts at once.
    Sensitivity: at once, all would start in hour 0; by the plan's hour without its sum, late units would be lost."""
    plan = start_times_min([0.0, 2.0, 0.0, 2.0, 0.0, 0.0])
    network = plain.run(fed(20), 6, burn=plain.burn_in(), racks=2, loaders=True, power_on=PowerOn(plan))
    assert network.area.starts[:6] == [0, 2, 0, 2, 0, 0]  # sums of 1, 2, 3, 4 at 90, just before 120, 210 and 240 min


def test_an_overdue_unit_starts_against_the_schedule(plain, fed):
    """Proves: ready for an hour, it is started though the plan starts nothing. Sensitivity: else 0 starts."""
    rule = PowerOn([], overdue_min=60.0)
    network = plain.run(fed(10_000), 2, burn=plain.burn_in(), racks=1, loaders=True, power_on=rule)
    assert network.area.starts[:2] == [0, 1]


def test_the_demand_limiter_holds_starts_back(plain, fed):
    """Proves: the mean power of every hour stays within its ceiling, over the whole run of each unit.
    Sensitivity: without the limiter four slots would burn 14 kW; a limiter that did not look ahead would start a unit
    in hour 0 whose run breaks the ceiling of hour 1."""
    limit = [10.5, 7.0, 7.0, 14.0]
    network = plain.run(fed(1), 4, burn=plain.burn_in(), racks=1, loaders=True, limit_kw=limit, by_hour=True)
    free = plain.run(fed(1), 4, burn=plain.burn_in(), racks=1, loaders=True, by_hour=True)
    hourly = np.diff(network.records["burn_in_kwh"])
    assert (hourly <= np.array(limit) + 1e-9).all()
    assert hourly[0] > 3.5
    assert np.diff(free.records["burn_in_kwh"])[1] > 7.0 + 1.0


def test_a_rack_that_is_down_starts_nothing_but_burns_on(plain, fed):
    """Proves: what burns is not hurt, and nothing is loaded meanwhile. Sensitivity: 4 loads with the rack up."""
    network = plain.run(fed(30), 2, until_min=10, burn=plain.burn_in(), racks=1, loaders=True)
    (rack,) = network.area.racks
    rack.fail(10.0)
    network.run_until(119.0)
    assert (network.area.loads_begun, rack.burning) == (1, 1)


def test_a_full_station_after_burn_in_keeps_the_operator_busy(plain):
    """Proves: an unloaded unit without space stays in the hands, and its slot with it, until there is space.
    Sensitivity: dropping it would lose the unit; the invariants would say so."""
    spec = plain.line(
        plain.station("make", 1, next="burn_in"), plain.station("repair", 1), plain.station("pack", 60, buffer=0)
    )
    network = plain.run(spec, 4, until_min=180, burn=plain.burn_in(), racks=2, staffing=plain.staffed((0, 1)))
    # The first unit is packed from 125 to 185 min; the second is out at 128 and keeps the only operator until then.
    assert len(network.area.hands.blocked) == 1
    assert network.area.occupied.value == 7
    network.run_until(186.0)
    assert network.shipped.count == 1
    assert network.area.occupied.value == 6


def test_a_second_run_is_whole_and_has_other_luck(plain, fed):
    """Proves: every run that passes burns exactly 120 min, whichever round it is; a unit that fails twice does not fail
    at the same minute of burning; and a failed unit is unloaded at once, so that its slot is held for load, burning
    and unloading only (2 + burnt + 3 min).
    Sensitivity: burning only what was left would give shorter second runs; with the luck of the first round, whoever
    fails once would fail for ever at the same minute; freed at the end of the run, the slot is held for 125 min."""
    burn = plain.burn_in(infant_weibull_scale_h=2.0, racks=8, slots_per_rack=40, zone_kw=1000)
    network = plain.run(fed(10, repair_min=5), 60, burn=burn, racks=8, loaders=True, log=True)
    columns = network.log.columns()
    begun, loaded, burnt, held = {}, {}, {}, []
    for minute, event, station, unit, detail in zip(
        *(columns[name] for name in ("time_min", "event", "station", "unit", "detail")), strict=True
    ):
        if station != "burn_in":
            continue
        if event == "load":
            loaded[unit] = minute
        elif event == "start":
            begun[unit] = minute
        elif event == "finish":
            burnt.setdefault(unit, []).append((minute - begun[unit], detail))
        elif event == "leave":
            held.append(minute - loaded[unit] - burnt[unit][-1][0])
    rounds = list(burnt.values())
    passed = [time for runs in rounds for time, detail in runs if detail == "pass"]
    assert passed == pytest.approx([120.0] * len(passed))
    assert sum(len(runs) > 1 for runs in rounds) > 30
    for runs in rounds:
        failed = [time for time, detail in runs if detail == "fail"]
        assert max(failed, default=0.0) < 120.0
        assert len(set(failed)) == len(failed)
        assert [detail for _, detail in runs[:-1]] == ["fail"] * (len(runs) - 1)
    assert held == pytest.approx([5.0] * len(held))


def test_a_rack_is_repaired_after_its_own_times(plain, fed):
    """Proves: a rack that lives 30 min and is repaired in 20 is down from 30 to 50 and from 80 to 100 in two hours: 40
    min; nothing is loaded meanwhile. Sensitivity: a life that ran on while it is down would give other times."""
    down = {"mtbf_h": 0.5, "mtbf_law": "deterministic", "mttr_min": 20, "mttr_law": "deterministic"}
    burn = plain.burn_in(slots_per_rack=40, zone_kw=1000, rack_breakdowns=down)
    network = plain.run(fed(4), 2, until_min=119, burn=burn, racks=1, loaders=True, log=True)
    columns = network.log.columns()
    events = list(zip(columns["event"], columns["time_min"], strict=True))
    assert [minute for event, minute in events if event == "fail"] == [30.0, 80.0]
    assert [minute for event, minute in events if event == "repaired"] == [50.0, 100.0]
    loads = np.array([minute for event, minute in events if event == "load"])
    assert not ((loads > 30.0) & (loads < 50.0)).any()
    assert (loads == 50.0).sum() > 1
    assert network.area.racks[0].down_until(119.0) == pytest.approx(40.0)


def test_the_log_tells_every_step_of_a_burn_in(plain, fed):
    """Proves: load 2, burn 120, unload 3: a unit is loaded from 0, is ready and starts at 2, passes at 122 and leaves
    at 125, in rack 0. Sensitivity: a step that is not noted, or at the wrong minute, cannot be calibrated."""
    network = plain.run(fed(10_000), 3, burn=plain.burn_in(), racks=1, loaders=True, log=True)
    columns = network.log.columns()
    steps = [
        (event, minute, server, detail)
        for station, event, minute, server, detail in zip(
            *(columns[name] for name in ("station", "event", "time_min", "server", "detail")), strict=True
        )
        if station == "burn_in"
    ]
    assert steps == [
        ("arrive", 0.0, -1, ""), ("load", 0.0, 0, ""), ("ready", 2.0, 0, ""), ("start", 2.0, 0, ""),
        ("finish", 122.0, 0, "pass"), ("leave", 125.0, 0, ""),
    ]  # fmt: skip
