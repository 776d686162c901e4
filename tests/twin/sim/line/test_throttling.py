"""Runs under a hot inlet: when they end, what they draw, and what stays the same."""

from math import inf

import numpy as np
import pytest

from twin.sim.line.heat import Heat

COOL, WARM, HOT = 30.0, 41.0, 50.0


@pytest.fixture
def hot(plain):
    """Units every *interval* minutes that are loaded in no time, burn two hours at 3.5 kW, under an inlet by hour."""

    def make(
        inlet_c,
        *,
        hours=6,
        interval=10_000,
        until_min=None,
        racks=1,
        limit_kw=None,
        ceiling=None,
        times_h=None,
        run_h=2,
        **rules,
    ):
        line = plain.line(
            plain.station("make", 0, next="burn_in"), plain.station("repair", 1, next="burn_in"),
            plain.station("pack", 0, servers=None),
            arrivals=plain.arrivals(interval) if times_h is None else {"times_h": times_h},
        )  # fmt: skip
        burn = plain.burn_in(
            **({"hours": run_h, "load_min": 0, "unload_min": 0, "throttled_power_fraction": 0.8} | rules)
        )
        return plain.run(
            line, hours, until_min=until_min, burn=burn, racks=racks, loaders=True, by_hour=True, log=True,
            inlet_c=inlet_c, limit_kw=limit_kw, ceiling_units=ceiling,
        )  # fmt: skip

    return make


def _minutes(network, event):
    columns = network.log.columns()
    rows = zip(columns["time_min"], columns["event"], columns["station"], strict=True)
    return [minute for minute, what, where in rows if (what, where) == (event, "burn_in")]


def _hourly_kwh(network):
    return np.diff(network.records["burn_in_kwh"])


def test_a_throttled_run_ends_later_and_draws_less(hot):
    """Proves: begun an hour before a hot one, a run of two hours has burnt 60 + 0.9 x 60 = 114 min at 120 and ends at
    126; it takes 3.5 + 0.8 x 3.5 + 0.1 x 3.5 = 6.65 kWh.
    Sensitivity: without throttling it ends at 120 and takes 7 kWh; at the rate of its first or last hour throughout, at
    120 or 133.3; with power by the rate, 7 kWh."""
    network = hot([COOL, WARM, COOL, COOL])
    assert _minutes(network, "finish") == [126.0]
    assert network.shipped.cycle_min == pytest.approx(126.0)
    assert _hourly_kwh(network) == pytest.approx([3.5, 2.8, 0.35, 0, 0, 0])
    assert network.burn_meter.kwh_until(360.0) == pytest.approx(6.65)


def test_a_run_that_ends_in_the_hot_hour_is_longer_by_its_share_of_it(hot):
    """Proves: begun at 30 in a rack with 30 min of loading, with 90 min of run left at the hot hour 1, 54 of them burn
    in it, and 36 after it: it ends at 156; one that has 27 min left at the hour burns them in 30.
    Sensitivity: rounded to whole hours, neither minute would be met."""
    assert _minutes(hot([COOL, WARM, COOL], load_min=30), "finish") == [156.0]
    late = hot([COOL, COOL, WARM], load_min=27)
    assert _minutes(late, "finish") == [pytest.approx(150.0)]
    assert _hourly_kwh(late)[2] == pytest.approx(3.5 * 0.8 * 0.5)


def test_shut_down_delays_by_the_hour_and_takes_nothing(hot):
    """Proves: above 47 C the unit is dark: it ends at 180, takes nothing in that hour and 7 kWh in all, and keeps its
    slot and its zone's power meanwhile. Sensitivity: throttled only, it would end at 126 on 6.65 kWh."""
    network = hot([COOL, HOT, COOL, COOL], until_min=90)
    (zone,) = network.area.zones
    assert (zone.kw.value, zone.reserved_kw, zone.occupancy.value, network.area.lit.value) == (0.0, 3.5, 1, 1)
    network.run_until(360.0)
    assert _minutes(network, "finish") == [180.0]
    assert _hourly_kwh(network) == pytest.approx([3.5, 0, 3.5, 0, 0, 0])


def test_a_run_begun_in_the_dark_burns_when_it_is_cool(hot):
    """Proves: hot from the first hour on, the run burns from 60 to 180.
    Sensitivity: a state that is only set at changes of the heat would draw 3.5 kWh in hour 0."""
    network = hot([HOT, COOL, COOL])
    assert _minutes(network, "finish") == [180.0]
    assert _hourly_kwh(network)[:3] == pytest.approx([0.0, 3.5, 3.5])


def test_an_inlet_that_is_never_hot_changes_nothing(hot):
    """Proves: at 40.0 C, the limit itself, every event is at the same minute to the last bit as with no inlet given,
    also beside a hot hour that comes after the runs. Sensitivity: sums of rates would move ends by 1e-12 min."""
    rules = {"interval": 7.3, "infant_weibull_scale_h": 3.0, "load_min": 1.7, "until_min": 1200, "hours": 40}
    plain_run, at_limit = hot(None, **rules), hot([40.0] * 40, **rules)
    later = hot([COOL] * 30 + [WARM], **rules)
    assert plain_run.log.columns() == at_limit.log.columns() == later.log.columns()
    assert plain_run.area.heat.changes == at_limit.area.heat.changes == []


def test_infant_mortality_is_a_matter_of_burning_not_of_the_clock(hot):
    """Proves: each first run burns the same minutes until it passes or fails as without heat, and fails in the same
    cases; on the clock it takes longer.
    Sensitivity: a life on the clock would fail more of the runs, for they last longer."""
    rules = {"interval": 31, "hours": 200, "infant_weibull_scale_h": 4.0, "slots_per_rack": 40, "zone_kw": 1000}
    rules |= {"throttled_rate": 0.5}
    warm, cool = hot([COOL, WARM, HOT] * 66, **rules), hot(None, **rules)

    def first_runs(network):
        columns, begun, found = network.log.columns(), {}, {}
        names = ("time_min", "event", "station", "unit", "detail")
        for minute, event, station, unit, detail in zip(*(columns[name] for name in names), strict=True):
            if station == "burn_in" and event == "start":
                begun.setdefault(unit, minute)
            elif station == "burn_in" and event == "finish":
                found.setdefault(unit, (network.area.heat.burnt_min(begun[unit], minute), detail, minute - begun[unit]))
        return found

    ran_warm, ran_cool = first_runs(warm), first_runs(cool)
    both = sorted(set(ran_warm) & set(ran_cool))
    assert len(both) > 300
    assert [ran_warm[unit][1] for unit in both] == [ran_cool[unit][1] for unit in both]
    assert [ran_warm[unit][0] for unit in both] == pytest.approx([ran_cool[unit][0] for unit in both])
    assert {ran_cool[unit][1] for unit in both} == {"pass", "fail"}
    assert np.mean([ran_warm[unit][2] for unit in both]) > 1.5 * np.mean([ran_cool[unit][2] for unit in both])


def test_a_pause_counts_what_is_left_to_burn(hot):
    """Proves: a run of four hours, throttled to half in hours 1 and 2 and dark in hour 2, has burnt 90 min when it is
    paused at 120; the other 150 burn from 180 to 330.
    Sensitivity: its end was foreseen at 300, with 180 min of the clock left: taken up again, it would end at 360."""
    network = hot(
        [COOL, WARM, WARM], hours=8, run_h=4, throttled_rate=0.5, interruptible=True,
        ceiling=[inf, inf, 0, *[inf] * 5],
    )  # fmt: skip
    assert network.area.pauses.begun == 1
    assert _minutes(network, "finish") == [330.0]
    assert _hourly_kwh(network) == pytest.approx([3.5, 2.8, 0, 3.5, 3.5, 1.75, 0, 0])


@pytest.mark.parametrize(("block_h", "begun"), [(0.5, 1), (0.6, 0)])
def test_a_block_is_an_amount_of_burning(hot, block_h, begun):
    """Proves: in an hour throttled to half, half an hour of a block has been burnt.
    Sensitivity: by the clock an hour has passed, and blocks of 0.6 h could be paused."""
    network = hot(
        [WARM], run_h=4, throttled_rate=0.5, interruptible=True, minimum_block_h=block_h,
        ceiling=[inf, 0, *[inf] * 4],
    )  # fmt: skip
    assert network.area.pauses.begun == begun


def test_the_limiter_knows_of_the_heat(hot):
    """Proves: throttled to half the rate and the power in hour 1, a run takes 3.5, 1.75 and 1.75 kW in its hours: it
    may not begin under a ceiling of 1.7 kW in the last one, and may under just what it takes.
    Sensitivity: a limiter that foresees 3.5 kW in hour 1 and nothing after it would allow the first of these, and
    refuse the second."""
    rules = {"throttled_rate": 0.5, "throttled_power_fraction": 0.5, "until_min": 300}
    held = hot([COOL, WARM], limit_kw=[3.5, 3.5, 1.7, 0, 0, 0], **rules)
    assert _minutes(held, "start") == []
    allowed = hot([COOL, WARM], limit_kw=[3.5, 1.75, 1.75, 0, 0, 0], **rules)
    assert _minutes(allowed, "start") == [0.0]
    assert _hourly_kwh(allowed) == pytest.approx([3.5, 1.75, 1.75, 0, 0])


def test_no_peak_shows_that_did_not_last(hot):
    """Proves: with the power, not the rate, throttled in hour 1, a unit ends at 120, at the moment when the heat ends,
    while another burns: never more than 2 x 0.8 x 3.5 = 5.6 kW was drawn.
    Sensitivity: with the power raised before the first is switched off, 7 kW would show for no time at all."""
    network = hot([COOL, WARM], times_h=[0, 1], throttled_rate=1.0)
    assert _minutes(network, "finish") == [120.0, 180.0]
    assert network.area.zones[0].kw.most == pytest.approx(5.6)
    assert _hourly_kwh(network) == pytest.approx([3.5, 5.6, 3.5, 0, 0, 0])


def test_racks_that_share_a_zone_are_throttled_too(hot):
    """Proves: two racks of one zone, one unit in each: both books of a rack show 6.65 kWh, the zone's twice that.
    Sensitivity: throttled in the zone alone, a rack would show 7 kWh and more."""
    network = hot([COOL, WARM], times_h=[0, 0], racks=2, racks_per_zone=2)
    assert [rack.kw.area_until(360.0) / 60 for rack in network.area.racks] == pytest.approx([6.65, 6.65])
    assert network.area.zones[0].kw.area_until(360.0) / 60 == pytest.approx(13.3)


def test_an_end_is_the_inverse_of_what_has_been_burnt(plain):
    """Proves: over 40 days of random heat, 2,000 ends agree with the interpolated integral of the rate, and what is
    burnt from begin to end is the run again; the power by the hour adds up to the energy of the run.
    Sensitivity: an hour looked up one too early or too late is off by up to 60 min."""
    spec = plain.burn_in(throttled_rate=0.37, throttled_power_fraction=0.6)
    rng = np.random.default_rng(5)
    inlet_c = rng.choice([COOL, WARM, HOT], 960, p=[0.5, 0.3, 0.2])
    heat = Heat(spec, inlet_c.tolist())
    rate = np.select([inlet_c == COOL, inlet_c == WARM], [1.0, 0.37], 0.0)
    clock = np.arange(961) * 60.0
    burnt = np.concatenate([[0.0], np.cumsum(rate * 60)])
    for begin, burn in zip(rng.uniform(0, 45_000, 2000), rng.exponential(300, 2000), strict=True):
        end = heat.end_min(begin, burn)
        wanted = np.interp(begin, clock, burnt) + burn
        assert np.interp(end, clock, burnt) == pytest.approx(wanted, abs=1e-7)
        assert np.interp(end - 1e-3, clock, burnt) < wanted  # the first such moment, not one in the dark after it
        assert heat.burnt_min(begin, end) == pytest.approx(burn, abs=1e-7)
        drawn = sum(kw for _, kw in heat.hourly_kw(begin, end, 3.5))
        minutes = np.diff(np.clip(clock, begin, end))
        fraction = np.select([inlet_c == COOL, inlet_c == WARM], [1.0, 0.6], 0.0)
        assert drawn == pytest.approx(3.5 * (fraction * minutes).sum() / 60, abs=1e-9)
    assert heat.end_min(1e6, 50.0) == 1e6 + 50.0
    assert heat.end_min(57_599.0, 600.0) == pytest.approx(57_600.0 + 600.0 - rate[-1])
