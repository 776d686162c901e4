"""Shares of a station's time, and what its numbers mean."""

import pytest

from twin.sim.line.statistics import energy_kwh, shares, tally


def _shares(network, name, minutes):
    station = network.by_name[name]
    return shares(station, tally(station, minutes), minutes)


def _sum(share):
    return share.utilisation + share.set_up + share.blocked + share.starved + share.held + share.down + share.off


def test_shares_of_a_blocked_and_of_a_starved_station(plain):
    """Proves: 2 min of work and 8 blocked of every 10; the second works always after 2 min. Sensitivity: blocked time
    counted as work would give a utilisation of 1."""
    spec = plain.line(plain.station("fast", 2, next="slow"), plain.station("slow", 10, buffer=0))
    network = plain.run(spec, 2, until_min=102)
    fast, slow = _shares(network, "fast", 102.0), _shares(network, "slow", 102.0)
    assert fast.utilisation == pytest.approx((2 + 10 * 2) / 102)
    assert fast.blocked == pytest.approx(80 / 102)
    assert slow.starved == pytest.approx(2 / 102)
    assert slow.throughput_per_h == pytest.approx(10 / 102 * 60)
    assert _sum(fast) == _sum(slow) == pytest.approx(1)


def test_shares_add_up_whatever_happens(plain):
    """Proves: work, set-up, blocked, starved, held, down and off are all of the time, and none is below 0.
    Sensitivity: time that is booked twice, or never, would miss 1."""
    spec = plain.line(
        plain.station(
            "a", 7, "gamma", 0.6, servers=2, next="b", set_ups=[{"time": {"mean_min": 4}}], calendar="day",
            breakdowns={"mtbf_h": 3, "mttr_min": 30, "clock": "calendar"},
        ),
        plain.station("b", 6, "exponential", buffer=2, skill="hand", breakdowns={"mtbf_h": 5, "mttr_min": 20}),
        arrivals={"mix": {"x": 1.0, "y": 1.0}},
        calendars=[{"name": "day", "windows_h": [[1, 5], [6, 9]], "repeat_h": 12}],
        operators=[{"name": "hands", "people": 1, "skills": ["hand"], "calendar": "day"}],
    )  # fmt: skip
    network = plain.run(spec, 400)
    for name in ("a", "b"):
        share = _shares(network, name, 24_000.0)
        assert _sum(share) == pytest.approx(1), name
        parts = (share.utilisation, share.blocked, share.starved, share.down, share.held, share.off)
        assert min(parts) >= 0, name
    first = _shares(network, "a", 24_000.0)
    # Closed for 5 of 12 h; what is down by the calendar is down whether open or not.
    assert first.off == pytest.approx(5 / 12 * (1 - first.down), rel=0.03)
    assert first.set_up > 0.01


def test_waits_are_those_of_all_who_came(plain):
    """Proves: three units at once wait 0, 10 and 20 min for a machine of 10, a later one not at all: 7.5 min in the
    mean, and half of them wait. Sensitivity: a mean over those who waited only would be 15."""
    spec = plain.line(plain.station("only", 10), arrivals={"times_h": [0.0, 0.0, 0.0, 1.0]})
    share = _shares(plain.run(spec, 2), "only", 120.0)
    assert share.wait_h * 60 == pytest.approx((0 + 10 + 20 + 0) / 4)
    assert share.prob_wait == pytest.approx(2 / 4)
    assert share.queue == pytest.approx(30 / 120)


def test_loss_and_first_pass(plain):
    """Proves: with an arrival every 4 min and 10 min of work without room, one of three is taken; nobody passes.
    Sensitivity: lost over taken instead of over all would be 2."""
    spec = plain.line(plain.station("only", 10, buffer=0, first_pass_yield=0.0), arrivals=plain.arrivals(4))
    share = _shares(plain.run(spec, 10, until_min=599), "only", 599.0)
    assert share.lost_fraction == pytest.approx(100 / 150)
    assert share.first_pass == 0


def test_energy_by_state(plain):
    """Proves: 20 min of work at 6 kW, 10 down at 2, 10 idle at 1, 20 off at 0.5. Sensitivity: a machine that is down
    at idle power, 0.17 kWh less."""
    spec = plain.line(
        plain.station("only", 20, working_kw=6, idle_kw=1, off_kw=0.5, down_kw=2, calendar="day"),
        arrivals={"times_h": [0.0]},
        calendars=[{"name": "day", "windows_h": [[0, 40 / 60]]}],
    )
    network = plain.run(spec, 1, until_min=20)
    only = network.by_name["only"]
    only.fail(only.servers[0], 20.0)
    network.run_until(30.0)
    only.repair(only.servers[0], 30.0)
    network.run_until(60.0)
    kwh = energy_kwh(only, tally(only, 60.0))
    assert {state: value * 60 for state, value in kwh.items()} == pytest.approx(
        {"off": 10, "idle": 10, "set_up": 0, "working": 120, "down": 20}
    )
    assert network.meter.kwh_until(60.0) == pytest.approx(sum(kwh.values()))
