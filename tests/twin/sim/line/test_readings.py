"""Readings: sums at a moment, and samples of the state."""

import pytest

from twin.sim.line import Controls, Network, Streams
from twin.sim.line.readings import Samples, added, read


def _network(plain, hours, **more):
    spec = plain.line(
        plain.station("cut", 10, skill="hand", working_kw=6.0, heat_fraction=0.5, next="check"),
        plain.station("check", 5, skill="eye", working_kw=2.0),
        arrivals={"interval": {"law": "deterministic", "mean_min": 20}, "mix": {"a": 1.0, "b": 1.0}},
        operators=[{"name": "both", "people": 1, "skills": ["hand", "eye"]}],
        **more,
    )
    return Network(spec, None, {}, hours, Controls(), Streams(1, 0))


def test_two_readings_measure_what_happened_between_them(plain):
    """Proves: from 2 to 4 h: 6 units, 6 x 10 and 6 x 5 min of work of one person, 7 kWh, 4 kWh of heat.
    Sensitivity: from the beginning, the sums would be twice as large."""
    network = _network(plain, 4)
    network.start()
    network.run_until(120.0)
    before = read(network, 120.0)
    network.run_until(240.0)
    after = read(network, 240.0)
    spent = added(before.totals, after.totals)
    assert spent["shipped"] == 6
    assert spent["kwh"] == pytest.approx((6 * 10 * 6 + 6 * 5 * 2) / 60)
    assert spent["heat_kwh"] == pytest.approx((6 * 10 * 6 * 0.5 + 6 * 5 * 2) / 60)
    assert added(before.people, after.people)["both"] == pytest.approx(120)
    assert added(before.busy, after.busy)["both"] == pytest.approx(6 * 15)
    assert sum(added(before.products, after.products).values()) == 6
    assert after.stations["cut"].since(before.stations["cut"]).working == pytest.approx(60)


def test_people_at_repairs_and_at_stations_of_several_groups_are_busy(plain):
    """Proves: minutes of repair and of work that two groups share are booked to the group that does them.
    Sensitivity: work booked to the station's first group only would leave the second at 0."""
    spec = plain.line(
        plain.station("m", 10, servers=2, skill="hand"),
        operators=[
            {"name": "one", "people": 1, "skills": ["hand"]},
            {"name": "two", "people": 1, "skills": ["hand"]},
        ],
    )
    network = plain.run(spec, 10)
    busy = read(network, 600.0).busy
    assert busy == pytest.approx({"one": 600, "two": 600})


def test_samples_are_taken_ten_times_an_hour_after_the_warm_up(plain):
    """Proves: work in process is 1 for 15 of 20 min, power 6, 2 or 0 kW. Sensitivity: at fixed minutes a line with a
    beat of 20 min would be met at three states only."""
    network = _network(plain, 2000)
    samples = Samples(network, 600.0, Streams(1, 0))
    network.start()
    network.run_until(2000 * 60.0)
    count = len(samples.wip)
    assert count == pytest.approx(1990 * 10, abs=1)
    assert sum(samples.wip) / count == pytest.approx(0.75, abs=4 * 0.44 / count**0.5)
    assert set(samples.kw) == {0.0, 2.0, 6.0}
    found = samples.summary()
    assert found["wip_sd"] == pytest.approx(0.75**0.5 * 0.25**0.5, rel=0.02)
    assert (found["power_p50_kw"], found["power_p95_kw"], found["wip_p5"]) == (6.0, 6.0, 0.0)
