"""Closed loops: units wait for a carrier, and give it back at the loop's end."""

import pytest


def _loop(plain, count, *, last="b", **more):
    return plain.line(
        plain.station("a", 4, next="b"),
        plain.station("b", 6, next="c", **more),
        plain.station("c", 1),
        carriers=[{"name": "pallet", "count": count, "first": "a", "last": last}],
    )


def test_one_carrier_goes_round_alone(plain):
    """Proves: with one pallet the next unit starts when the last has left b: every 10 min. Sensitivity: given back at
    the start of b, every 6 min."""
    network = plain.run(_loop(plain, 1), 1, log=True)
    assert [m for m, _ in plain.starts(network, "a")] == [0, 10, 20, 30, 40, 50, 60]
    assert network.loops[0].in_use.area_until(60.0) == pytest.approx(60)


def test_two_carriers_let_the_slower_station_work_always(plain):
    """Proves: with two pallets b sets the pace: 6 min. Sensitivity: a third unit in the loop would start at 8."""
    network = plain.run(_loop(plain, 2), 1, log=True, until_min=33)
    assert [m for m, _ in plain.starts(network, "a")] == [0, 4, 10, 16, 22, 28]


def test_a_unit_that_leaves_the_line_gives_its_carrier_back(plain):
    """Proves: scrap before the loop's end returns the pallet. Sensitivity: the loop would run dry after two scraps."""
    spec = plain.line(
        plain.station("a", 4, next="b", first_pass_yield=0.5),
        plain.station("b", 6),
        carriers=[{"name": "pallet", "count": 2, "first": "a", "last": "b"}],
    )
    network = plain.run(spec, 100)
    assert network.scrapped.count > 300
    assert network.shipped.count > 300


def test_a_unit_that_goes_back_from_the_end_of_the_loop_takes_a_carrier_again(plain):
    """Proves: the loop ends where a unit leaves b, also for rework. Sensitivity: kept until it passes, with a second
    one asked for at a, the only pallet would lock the line."""
    spec = plain.line(
        plain.station("a", 4, next="b"),
        plain.station("b", 6, first_pass_yield=0.5, on_failure="a"),
        carriers=[{"name": "pallet", "count": 1, "first": "a", "last": "b"}],
    )
    network = plain.run(spec, 500)
    # Two rounds of 10 min for each unit in the mean.
    assert network.shipped.count == pytest.approx(500 * 60 / 20, rel=0.1)
