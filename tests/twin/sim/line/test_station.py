"""One step of the line: blocking, buffers, rework, staffing and breakdowns, in systems small enough to do by hand."""

import pytest
from pydantic import ValidationError


def test_a_finished_unit_blocks_its_server_until_there_is_space(plain):
    """Proves: blocking after service - the first server holds its unit while the second works and its buffer is full.
    Sensitivity: with an unlimited buffer the first would work all 100 minutes and never be blocked."""
    spec = plain.line(plain.station("fast", 2, next="slow"), plain.station("slow", 10, buffer=0))
    network = plain.run(spec, 2, until_min=100)
    fast = network.by_name["fast"]
    # Units start at "slow" at 2, 12, 22, ..., 92; each time the next one needs 2 min and then waits 8.
    assert network.shipped.count == 9
    assert fast.working_min == pytest.approx(2 * 10 + 2)
    assert fast.blocked_staffed_min == pytest.approx(8 * 9)


def test_a_buffer_of_two_lets_the_first_run_ahead_by_two(plain):
    """Proves: buffer spaces do not count machine positions. Sensitivity: if they did, 3 would be inside."""
    spec = plain.line(plain.station("fast", 1, next="slow"), plain.station("slow", 1000, buffer=2))
    network = plain.run(spec, 2, until_min=100)
    assert len(network.by_name["slow"].queue) == 2
    assert network.source.released == 4  # one at work, two in the buffer, one blocked


def test_a_job_in_service_stops_at_the_break_and_goes_on_after_it(plain):
    """Proves: preempt-resume - a job of 30 min begun 10 min before a break of 20 min ends 20 min after it.
    Sensitivity: preempt-restart would end it at 60, finishing the running job at 30."""
    spec = plain.line(plain.station("only", 30))
    network = plain.run(spec, 1, until_min=49.9, staffing=plain.staffed((0, 1), (10, 0), (30, 1)))
    assert network.shipped.count == 0
    network = plain.run(spec, 1, until_min=50, staffing=plain.staffed((0, 1), (10, 0), (30, 1)))
    assert network.shipped.count == 1


def test_a_job_that_ends_with_the_shift_is_done(plain):
    """Proves: at the same moment work ends before staff leaves. Sensitivity: else the unit would wait overnight."""
    spec = plain.line(plain.station("only", 30))
    assert plain.run(spec, 2, until_min=60, staffing=plain.staffed((0, 1), (30, 0))).shipped.count == 1


def test_the_youngest_job_is_suspended_when_half_of_the_cells_leave(plain):
    """Proves: of two jobs the one begun later stops. Sensitivity: stopping the older would ship nothing by 20."""
    spec = plain.line(plain.station("pair", 20, servers=2), arrivals=plain.arrivals(5), cells=2)
    network = plain.run(spec, 1, until_min=20, staffing=plain.staffed((0, 2), (10, 1)))
    assert network.shipped.count == 1
    assert network.by_name["pair"].working_min == pytest.approx(20 + 5)


def test_an_overnight_stop_counts_neither_as_blocked_nor_as_starved(plain):
    """Proves: the shares of a station leave out the hours in which nobody is there.
    Sensitivity: on the wall clock the server would be starved for more than half of the time."""
    from twin.sim.line.statistics import shares, tally

    spec = plain.line(plain.station("only", 10))
    network = plain.run(spec, 2, staffing=plain.staffed((0, 1), (60, 0)))
    share = shares(network.by_name["only"], tally(network.by_name["only"], 120.0), 120.0)
    assert share.utilisation == pytest.approx(0.5)
    assert share.starved == pytest.approx(0.0)


def test_rework_returns_and_scrap_leaves(plain):
    """Proves: a station that sends its failures to itself repeats the work until it passes, and units are conserved.
    Sensitivity: the mean number of tries would be 1 instead of 1 / 0.5 if failures were passed on."""
    spec = plain.line(plain.station("test", 1, first_pass_yield=0.5, on_failure="test", next="last"),
                      plain.station("last", 0, first_pass_yield=0.25))  # fmt: skip
    network = plain.run(spec, 500)
    passed = network.shipped.count + network.scrapped.count
    assert network.by_name["test"].starts / passed == pytest.approx(2.0, rel=0.02)
    assert network.scrapped.count / passed == pytest.approx(0.75, rel=0.02)


def test_a_finished_unit_may_return_to_its_own_full_buffer(plain):
    """Proves: rework into the same station with a full buffer does not lock the station up.
    Sensitivity: refused by its own buffer, the server would wait for itself for ever."""
    spec = plain.line(
        plain.station("feed", 1, next="test"),
        plain.station("test", 1, first_pass_yield=0.5, on_failure="test", buffer=1),
    )
    assert plain.run(spec, 100).shipped.count > 2500


def test_a_machine_that_fails_on_the_operation_clock_keeps_its_part(plain):
    """Proves: the job is interrupted, kept, and finished after the repair; idle machines do not age.
    Sensitivity: losing the part would break the balance of units; a calendar clock would fail four times as often."""
    spec = plain.line(
        plain.station("only", 10, breakdowns={"mtbf_h": 10, "mttr_min": 60}),
        arrivals=plain.arrivals(40),
    )
    network = plain.run(spec, 20_000)
    only = network.by_name["only"]
    assert only.working_min == pytest.approx(10 * network.shipped.count, abs=10)
    failures = only.down_min / 60  # repairs last an hour in the mean
    assert failures == pytest.approx(only.working_min / 60 / 10, rel=4 * (2 / failures) ** 0.5)


def test_calendar_breakdowns_strike_idle_machines_too(plain):
    """Proves: on the calendar clock the share of time down is MTTR / (MTBF + MTTR) whatever the load.
    Sensitivity: on the operation clock an idle machine would never be down."""
    breakdowns = {"mtbf_h": 9, "mttr_min": 60, "clock": "calendar"}
    spec = plain.line(plain.station("only", 1, breakdowns=breakdowns), arrivals=plain.arrivals(1000))
    only = plain.run(spec, 20_000).by_name["only"]
    assert only.down_min / (20_000 * 60) == pytest.approx(0.1, rel=0.1)


def test_a_machine_that_is_down_cannot_hand_its_part_over(plain):
    """Proves: a blocked machine that fails keeps its part although space has appeared.
    Sensitivity: handing over while down would let the second station start at once."""
    spec = plain.line(
        plain.station("first", 1, next="second"),
        plain.station("second", 100, buffer=0),
    )
    network = plain.run(spec, 4, until_min=50)
    first, second = network.by_name["first"], network.by_name["second"]
    first.fail(first.servers[0], 50.0)
    network.run_until(150.0)
    assert second.servers[0].unit is None
    first.repair(first.servers[0], 150.0)
    assert second.servers[0].unit is not None
    assert first.down_min == pytest.approx(100)


def test_servers_without_number_cannot_break_down(plain):
    """Proves: what has no meaning is refused by name. Sensitivity: else only one of the servers would ever fail."""
    with pytest.raises(ValidationError, match="servers without number cannot fail"):
        plain.line(plain.station("many", 1, servers=None, breakdowns={"mtbf_h": 1, "mttr_min": 1}))


def test_servers_without_number_start_every_unit_at_once(plain):
    """Proves: nobody waits. Sensitivity: with one server 100 min of work every 10 min would queue up."""
    spec = plain.line(plain.station("many", 100, servers=None), arrivals=plain.arrivals(10))
    network = plain.run(spec, 10)
    assert network.by_name["many"].wait_min == 0
    assert network.by_name["many"].active == 10
