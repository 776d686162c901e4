"""Runs that pause on the hour: what is drawn, when it ends, and who may be paused."""

from math import inf

import numpy as np
import pytest


def _hourly_kwh(network):
    """Electricity of burn-in in each hour."""
    return np.diff(network.records["burn_in_kwh"])


@pytest.fixture
def paused(plain):
    """Units of four hours' burn-in at 3.5 kW, one every *interval* minutes, under a ceiling by the hour."""

    def make(ceiling, *, run_h=4, interval=10_000, hours=12, until_min=None, racks=1, limit_kw=None, inlet_c=None,
             **rules):  # fmt: skip
        line = plain.line(
            plain.station("make", 0, next="burn_in"), plain.station("repair", 1, next="burn_in"),
            plain.station("pack", 0, servers=None), arrivals=plain.arrivals(interval),
        )  # fmt: skip
        burn = plain.burn_in(**({"hours": run_h, "interruptible": True} | rules))
        return plain.run(
            line, hours, until_min=until_min, burn=burn, racks=racks, loaders=True, limit_kw=limit_kw,
            ceiling_units=[*ceiling, *[inf] * (hours - len(ceiling))], by_hour=True, inlet_c=inlet_c,
        )  # fmt: skip

    return make


def test_a_unit_paused_for_two_hours_ends_two_hours_and_the_penalty_later(paused):
    """Proves: lit at minute 2 (load 2), dark from 120 to 240, restarted for 15 min more: the run ends at 2 + 240 + 120
    + 15 = 377 and the unit is out (unload 3) at 380; it burns 4.25 h at 3.5 kW = 14.875 kWh, none in hours 2 and 3.
    Sensitivity: without the pause it is out at 245; the penalty alone forgotten, at 365; a timer that is not stopped
    would end it at 242, in the dark."""
    network = paused([inf, inf, 0, 0], restart_penalty_h=0.25)
    hourly = _hourly_kwh(network)
    assert network.shipped.cycle_min == pytest.approx(380.0)
    assert hourly[2:4] == pytest.approx([0.0, 0.0], abs=1e-12)
    assert hourly[:2] == pytest.approx([3.5 * 58 / 60, 3.5])
    assert network.burn_meter.kwh_until(720.0) == pytest.approx(14.875)
    assert network.area.waiting.area_until(720.0) == pytest.approx(2 + 120)  # in loading, and dark


def test_a_run_that_may_not_pause_burns_on(paused):
    """Proves: under the same ceiling a run that is not interruptible is out at 245. Sensitivity: paused, at 365."""
    network = paused([inf, inf, 0, 0], interruptible=False)
    assert network.shipped.cycle_min == pytest.approx(245.0)


@pytest.mark.parametrize(("hour", "block_h", "out_min"), [(1, 0.9, 305), (1, 1.0, 245), (3, 1.0, 305), (3, 1.1, 245)])
def test_a_block_is_burnt_before_a_pause_and_left_after_it(paused, hour, block_h, out_min):
    """Proves: lit at minute 2, a unit has burnt 58 min at 60 and has 62 to go at 180: blocks of 0.9 h and 1 h allow the
    pause of an hour there, blocks of 1 h and 1.1 h do not.
    Sensitivity: a block that counts on one side only would pause in one of the refused cases, too."""
    ceiling = [inf] * 4
    ceiling[hour] = 0
    assert paused(ceiling, minimum_block_h=block_h).shipped.cycle_min == pytest.approx(out_min)


def test_hours_of_restart_are_no_part_of_a_block(paused):
    """Proves: a run of six hours in blocks of one, dark in hour 2, may be paused again in hour 4: out at 365 + 2 x 60.
    With a restart of half an hour its next block begins at 3:30, and it may not before hour 5: out at 485 + 2 x 30.
    Sensitivity: with the restart in the block it would be dark in hour 4, not in 5."""
    twice = paused([inf, inf, 0, inf, 0, 0], run_h=6)
    assert _hourly_kwh(twice)[3:6] == pytest.approx([3.5, 0.0, 0.0], abs=1e-12)
    assert paused([inf, inf, 0, inf, 0], run_h=6).shipped.cycle_min == pytest.approx(485.0)
    later = paused([inf, inf, 0, inf, 0, 0], run_h=6, restart_penalty_h=0.5)
    assert _hourly_kwh(later)[3:6] == pytest.approx([3.5, 3.5, 0.0], abs=1e-12)
    assert later.shipped.cycle_min == pytest.approx(545.0)


def test_the_ceiling_is_met_by_those_with_longest_to_go(paused):
    """Proves: units are lit every 20 min from minute 2 (8 slots); at 120 six burn, the four that were lit by minute 62
    have burnt 58 min or more and may pause with blocks of 0.9 h. A ceiling of four takes two of them: those lit at 42
    and 62. At 180 both burn again.
    Sensitivity: the longest burnt first would leave the two lit at 2 and 22 dark, the first unit out an hour late."""
    network = paused([inf, inf, 4], interval=20, racks=2, until_min=121, minimum_block_h=0.9)
    assert sorted(round(unit.lit_min) for unit in network.area.pauses.dark) == [42, 62]
    assert len(network.area.burning) == 4
    network.run_until(181.0)
    assert not network.area.pauses.dark


def test_nothing_starts_in_place_of_what_was_paused(paused):
    """Proves: with a unit ready every 20 min, four burn all through hour 2: 14 kWh and no start; of those that
    came in it two have found slots (eight, six of them taken) and start in hour 3.
    Sensitivity: started as they come, three more would burn in hour 2, and the pauses would have saved nothing."""
    network = paused([inf, inf, 4], interval=20, racks=2, hours=4, minimum_block_h=0.9)
    assert _hourly_kwh(network)[2] == pytest.approx(14.0)
    assert network.area.starts[:4] == [3, 3, 0, 2]


def test_a_pause_ends_after_four_hours_whatever_the_ceiling_says(paused):
    """Proves: under a ceiling of nil from hour 2 on the unit is dark for four hours, burns the block of hour 6 and is
    dark from hour 7 again for four: out at 245 + 480.
    Sensitivity: without the longest pause it would never be out."""
    network = paused([inf, inf, *[0] * 14], hours=16)
    dark = _hourly_kwh(network)[:13] < 1e-9
    assert dark.tolist() == [False] * 2 + [True] * 4 + [False] + [True] * 4 + [False] * 2
    assert network.shipped.cycle_min == pytest.approx(245.0 + 480.0)


def test_a_unit_in_a_rack_that_is_down_stays_dark_until_the_repair(paused):
    """Proves: dark at 120, its rack down from 130 to 200, the unit is lit at 200 and not at 180; out at 245 + 80.
    Sensitivity: lit in a dead rack it would be out at 305."""
    network = paused([inf, inf, 0], until_min=130)
    (rack,) = network.area.racks
    rack.fail(130.0)
    network.run_until(200.0)
    assert len(network.area.pauses.dark) == 1
    rack.repair(200.0)
    network.area.pauses.resume(200.0)
    network.run_until(400.0)
    assert network.shipped.cycle_min == pytest.approx(325.0, abs=1e-6)


def test_what_fails_does_so_by_hours_of_burning(paused):
    """Proves: units with an exponential life of 8 h, paused an hour in every four, fail as often in their four hours as
    units that never pause (1 - exp(-1/2) = 39 %), and the invariants hold over 2,000 h.
    Sensitivity: a life that runs on in the dark would fail 46 %."""
    ceiling = [0.0 if hour % 4 == 0 else inf for hour in range(2000)]
    network = paused(ceiling, interval=30, hours=2000, racks=8, infant_weibull_scale_h=8.0)
    assert network.area.pauses.begun > 1000
    failed = 1.0 - network.shipped.count / network.area.started
    assert failed == pytest.approx(0.393, abs=0.015)


def test_starts_after_a_pause_leave_room_for_the_hours_made_up(paused):
    """Proves: under a limit of two units' power, of two units lit in hour 0 one is dark in hour 2 and burns an hour
    longer, to 5:02 or later: that hour stays counted, and no hour's burn-in passes the limit.
    Sensitivity: with the run's end as it was, two new units would be lit at 4:02 beside it: 10.5 kW."""
    network = paused([inf, inf, 1], interval=1, hours=10, limit_kw=[7.0] * 10)
    hourly = _hourly_kwh(network)
    assert network.area.pauses.begun == 1
    assert hourly[:10].max() <= 7.0 + 1e-6
    assert hourly[5] > 3.5
