"""Ways on: shares, turns, the shortest queue, by product; yields, scrap and a limit of rework."""

import pytest


def _fork(plain, choose, shares, means=(1.0, 1.0), interval_min=2.0):
    return plain.line(
        plain.station("fork", 0, next=shares, choose=choose),
        plain.station("left", means[0], next="exit"),
        plain.station("right", means[1], next="exit"),
        arrivals=plain.arrivals(interval_min),
    )


def test_shares(plain):
    """Proves: 30 % go left, each by its own luck. Sensitivity: shares taken for limits of their own give 30 and 100
    %."""
    network = plain.run(_fork(plain, "by_share", {"left": 0.3, "right": 0.7}), 1000)
    units = network.by_name["left"].starts + network.by_name["right"].starts
    assert network.by_name["left"].starts / units == pytest.approx(0.3, abs=4 * (0.21 / units) ** 0.5)


def test_in_turn(plain):
    """Proves: left, right, left, right, exactly. Sensitivity: by chance, the two would differ."""
    network = plain.run(_fork(plain, "in_turn", {"left": 0.9, "right": 0.1}), 10, log=True, until_min=20)
    assert [unit for _, unit in plain.starts(network, "left")] == [0, 2, 4, 6, 8, 10]
    assert [unit for _, unit in plain.starts(network, "right")] == [1, 3, 5, 7, 9]


def test_shortest_queue(plain):
    """Proves: with 3 min on the left, 9 on the right and a unit every 3, the left one takes most.
    Sensitivity: in turn, the right one's queue would grow without end."""
    network = plain.run(_fork(plain, "shortest_queue", {"left": 0.5, "right": 0.5}, (4, 12), 3.0), 100)
    left, right = network.by_name["left"], network.by_name["right"]
    assert left.starts / right.starts == pytest.approx(3, rel=0.05)
    assert len(left.queue) + len(right.queue) <= 3


def test_ways_by_product(plain):
    """Proves: product b takes its own way, all others the common one. Sensitivity: by index alone, a and b would
    swap."""
    spec = plain.line(
        plain.station("fork", 1, next="left", next_by_product={"b": "right"}),
        plain.station("left", 1),
        plain.station("right", 1),
        arrivals=[
            {"product": "a", "times_h": [0, 0.1]},
            {"at": "fork", "product": "b", "times_h": [0.2, 0.3, 0.4]},
            {"at": "fork", "product": "c", "times_h": [0.5]},
        ],
    )
    network = plain.run(spec, 1)
    assert (network.by_name["left"].starts, network.by_name["right"].starts) == (3, 3)
    assert dict(zip(network.products, network.shipped.by_product, strict=True)) == {"a": 2, "b": 3, "c": 1}


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_a_limit_of_rework(plain, limit):
    """Proves: a test that nobody passes is done limit + 1 times, and then the unit is scrapped.
    Sensitivity: counted over all stations or from 0, once more or less."""
    spec = plain.line(
        plain.station("test", 1, first_pass_yield=0.0, rework_limit=limit, on_failure="test"),
        arrivals={"times_h": [0.0, 1.0, 2.0]},
    )
    network = plain.run(spec, 10)
    assert network.by_name["test"].starts == 3 * (limit + 1)
    assert network.scrapped.count == 3


def test_a_limit_counts_failures_at_its_own_station(plain):
    """Proves: a unit that failed once before is not yet at its limit here. Sensitivity: scrapped at the second test's
    first failure, half as many tests."""
    spec = plain.line(
        plain.station("first", 1, first_pass_yield=0.0, rework_limit=1, on_failure="second"),
        plain.station("second", 1, first_pass_yield=0.0, rework_limit=1, on_failure="second"),
        arrivals={"times_h": [0.0]},
    )
    network = plain.run(spec, 10)
    assert (network.by_name["first"].starts, network.by_name["second"].starts) == (1, 2)


def test_pass_fail_and_scrap_have_their_shares(plain):
    """Proves: 70 % pass, 10 % are scrapped at once, 20 % come back: starts = 1 / (1 - 0.2), scrap 1 / 8 of all.
    Sensitivity: scrap taken from the failures only would be 2 %."""
    spec = plain.line(
        plain.station("test", 1, first_pass_yield=0.7, scrap_fraction=0.1, on_failure="test"),
        arrivals=plain.arrivals(2),
    )
    network = plain.run(spec, 2000)
    units = network.shipped.count + network.scrapped.count
    assert network.by_name["test"].starts / units == pytest.approx(1.25, rel=0.01)
    assert network.scrapped.count / units == pytest.approx(1 / 8, abs=4 * (0.11 / units) ** 0.5)


def test_a_unit_that_comes_round_without_failing_has_other_luck(plain):
    """Proves: half of the units go back each time, whatever they did before: 2 rounds in the mean, spread
    geometrically. Sensitivity: with the same luck each round, those that go back once would go round for ever."""
    spec = plain.line(
        plain.station("work", 1, next={"work2": 1.0}),
        plain.station("work2", 1, next={"work": 0.5, "exit": 0.5}),
        arrivals=plain.arrivals(4),
    )
    network = plain.run(spec, 2000)
    rounds = network.by_name["work2"].starts / network.shipped.count
    assert rounds == pytest.approx(2.0, abs=4 * 2**0.5 / network.shipped.count**0.5)
