"""Units through the plant: the log against the network that wrote it."""

import pytest

from twin.sim.calibration.flow import flow_of
from twin.sim.calibration.reading import Entry, Log


def _log_of(network, end_min):
    """The log of a run, ended by an event of nothing at its very end."""
    columns = network.log.columns()
    entries = [Entry(*row) for row in zip(*columns.values(), strict=True)]
    return Log("run", [*entries, Entry(end_min, "arrive", "", -1, -1, "", "")], 1e-12)


def test_throughput_wip_and_cycle_time_of_a_run(plain):
    """Proves: what is read from the log equals what the run itself has counted, rework and scrap included.
    Sensitivity: scrapped units that stay inside would raise the WIP without end."""
    spec = plain.line(
        plain.station("cut", 8, "gamma", 0.5, next="test", servers=2),
        plain.station("test", 5, "gamma", 0.5, first_pass_yield=0.8, scrap_fraction=0.05, on_failure="cut"),
        arrivals=plain.arrivals(10, "exponential"),
    )
    network = plain.run(spec, 300, log=True)
    found = flow_of(_log_of(network, 18_000.0), spec)
    assert found.throughput_per_h == pytest.approx(network.shipped.count / 300, rel=1e-3)
    assert found.wip == pytest.approx(network.wip.area_until(18_000.0) / 18_000, rel=2e-3)
    assert found.cycle_time_h == pytest.approx(network.shipped.cycle_min / network.shipped.count / 60)
    assert (found.exits, found.inside_before) == (network.shipped.count, 0)
    assert len(found.releases_min["cut", network.products[0]]) == network.source.released


def test_parts_leave_with_what_is_made_of_them(plain):
    """Proves: two boards and a frame that become one miner are one unit from then on, inside since its first part came.
    Sensitivity: parts that stay inside would make WIP grow without end; counted from the frame, the miner would be
    through too soon."""
    parts = [
        {"at": "cut", "product": "board", "interval": {"law": "exponential", "mean_min": 10}},
        {"at": "join", "product": "frame", "interval": {"law": "exponential", "mean_min": 22}},
    ]
    spec = plain.line(
        plain.station("cut", 5, "gamma", 0.5, next="join"),
        plain.station("join", 4, "gamma", 0.5, parts={"frame": 1, "board": 2}, makes="miner"),
        arrivals=parts,
    )
    network = plain.run(spec, 200, log=True)
    assert network.absorbed > 500
    found = flow_of(_log_of(network, 12_000.0), spec)
    begin = network.log.time_min[0]
    whole = network.wip.area_until(12_000.0)
    assert found.wip * (12_000 - begin) == pytest.approx(whole, rel=1e-9)
    assert found.cycle_time_h == pytest.approx(network.shipped.cycle_min / network.shipped.count / 60)


def test_units_that_were_inside_before_the_log(plain, log):
    """Proves: a unit without a release was inside since the log began: 8 minutes of it and 4 of the other in 10."""
    spec = plain.line(plain.station("x", 5))
    events = [
        (100, "start", "x", 0, 7),
        (106, "release", "x", -1, 8),
        (108, "exit", "", -1, 7),
        (110, "start", "x", 0, 8),
    ]
    found = flow_of(log(*events), spec)
    assert found.wip == pytest.approx(1.2)
    assert (found.inside_before, found.exits, found.releases_min) == (1, 1, {("x", "unit"): [106.0]})
