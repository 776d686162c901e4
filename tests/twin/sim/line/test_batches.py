"""Batches: units that start together."""

import pytest


def _oven(plain, units, interval_min=4, most_wait_min=None, **more):
    batch = {"units": units} | ({} if most_wait_min is None else {"most_wait_min": most_wait_min})
    return plain.line(plain.station("oven", 10, batch=batch, **more), arrivals=plain.arrivals(interval_min))


def test_a_batch_waits_until_it_is_whole(plain):
    """Proves: three units, one every 4 min from 0, start together at 8 and then at 20, 32: three are shipped at a time.
    Sensitivity: a machine that took what is there would start the first at 0."""
    network = plain.run(_oven(plain, 3), 1, log=True, until_min=43)
    assert [m for m, _ in plain.starts(network, "oven")] == [8, 8, 8, 20, 20, 20, 32, 32, 32]
    assert network.shipped.count == 9
    assert network.by_name["oven"].working_min == 30  # of a machine, not of units
    # Waits of 8, 4 and 0 min in each batch.
    assert network.by_name["oven"].wait_min == pytest.approx(3 * 12)


def test_a_batch_that_has_waited_long_enough_starts_as_it_is(plain):
    """Proves: after 5 min of the first unit's wait two units start, at 5 and again at 15, when the machine is free
    and the unit of minute 8 has waited for 7. Sensitivity: counted from the last unit's coming, 12, it would become
    whole."""
    network = plain.run(_oven(plain, 3, most_wait_min=5), 1, log=True, until_min=31)
    # 0 and 4 start at 5, 8 and 12 at 15; 16, 20 and 24 are whole when the machine is free at 25.
    assert [m for m, _ in plain.starts(network, "oven")] == [5, 5, 15, 15, 25, 25, 25]


def test_a_batch_is_of_one_product(plain):
    """Proves: two of a start when the second a comes, though b came between. Sensitivity: a and b at 4 min."""
    spec = plain.line(
        plain.station("oven", 10, batch={"units": 2}),
        arrivals=[{"product": "a", "times_h": [0, 0.2]}, {"at": "oven", "product": "b", "times_h": [0.1, 0.3]}],
    )
    network = plain.run(spec, 1, log=True)
    log = network.log
    begun = [(log.time_min[k], log.product[k]) for k in range(len(log.event)) if log.event[k] == "start"]
    assert begun == [(pytest.approx(12), "a")] * 2 + [(pytest.approx(22), "b")] * 2


def test_a_blocked_batch_leaves_unit_by_unit(plain):
    """Proves: three baked units go to a bench without buffer one by one, and the oven is blocked until the last has
    gone: 10 to 24. Sensitivity: free after the first, the oven would start its second batch at 10."""
    spec = plain.line(plain.station("oven", 10, batch={"units": 3}, next="bench"), plain.station("bench", 7, buffer=0))
    network = plain.run(spec, 1, log=True, until_min=30)
    assert [m for m, _ in plain.starts(network, "bench")] == [10, 17, 24]
    assert [m for m, _ in plain.starts(network, "oven")] == [0, 0, 0, 24, 24, 24]
    assert network.by_name["oven"].blocked_min == pytest.approx(14)


def test_a_batch_that_starts_makes_places_for_those_blocked_before_service(plain):
    """Proves: a station that is blocked before service goes on when a batch of four leaves the buffer for the machine.
    Sensitivity: only when the batch is done, 30 min later."""
    spec = plain.line(
        plain.station("feed", 1, next="oven", blocking="before_service"),
        plain.station("oven", 30, batch={"units": 4}, buffer=4),
    )
    network = plain.run(spec, 1, log=True, until_min=29)
    # Four start at 4; four more fill the buffer by 8, and nothing can be promised until the oven is free at 34.
    assert [m for m, _ in plain.starts(network, "feed")][:8] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert network.by_name["oven"].starts == 4


def test_each_unit_of_a_batch_has_its_own_luck(plain):
    """Proves: half of the units pass, whatever batch they are in. Sensitivity: one draw a batch would give multiples of
    four only."""
    network = plain.run(_oven(plain, 4, interval_min=2.5, first_pass_yield=0.5), 2000)
    made = network.shipped.count + network.scrapped.count
    assert network.shipped.count / made == pytest.approx(0.5, abs=4 * 0.5 / made**0.5)
    log = plain.run(_oven(plain, 4, interval_min=2.5, first_pass_yield=0.5), 10, log=True).log
    outcomes = [detail for event, detail in zip(log.event, log.detail, strict=True) if event == "finish"]
    fours = {tuple(outcomes[k : k + 4]) for k in range(0, len(outcomes) - 3, 4)}
    assert any(len(set(four)) == 2 for four in fours)
