"""Set-ups between products, and the two rules of the queue."""

from itertools import pairwise

import pytest


def _mixed(plain, times, rule="first_come", set_ups=None, **more):
    """One machine of 10 min, products as listed in *times*: pairs of product and hour of arrival."""
    kinds = sorted({product for product, _ in times})
    return plain.line(
        plain.station("m", 10, set_ups=set_ups or [{"time": {"mean_min": 5}}], queue_rule=rule, **more),
        arrivals=[
            {"at": "m", "product": kind, "times_h": [hour for product, hour in times if product == kind]}
            for kind in kinds
        ],
    )


ALTERNATING = [("a", 0.0), ("b", 0.01), ("a", 0.02), ("b", 0.03)]


def test_first_come_pays_each_change(plain):
    """Proves: a, b, a, b is four jobs of 10 min and three set-ups of 5; the first job of all needs none.
    Sensitivity: a set-up before the first job would end at 60, none between products at 40."""
    network = plain.run(_mixed(plain, ALTERNATING), 2, log=True)
    assert [m for m, _ in plain.starts(network, "m")] == pytest.approx([0, 15, 30, 45])
    assert network.by_name["m"].set_up_min == pytest.approx(15)
    assert network.by_name["m"].working_min == pytest.approx(40)


def test_same_product_first_saves_changes(plain):
    """Proves: a, a, b, b with one set-up: the machine takes what it is set up for. Sensitivity: first come, first
    served would need three set-ups and end at 55."""
    network = plain.run(_mixed(plain, ALTERNATING, "same_product_first"), 2, log=True)
    log = network.log
    order = [
        product
        for product, event, detail in zip(log.product, log.event, log.detail, strict=True)
        if event == "start" and detail == ""
    ]
    assert order == ["a", "a", "b", "b"]
    assert network.by_name["m"].set_up_min == pytest.approx(5)
    assert max(network.shipped.cycles_min) == pytest.approx(45 - 1.8, abs=1.3)


def test_the_most_precise_entry_holds(plain):
    """Proves: b after a takes 7 min (named both), c after b 3 min (names the new), a after c 2 min (names the old), b
    after... any 1 min. Sensitivity: the first entry in the file would always take 1 min."""
    set_ups = [
        {"time": {"mean_min": 1}}, {"time": {"mean_min": 2}, "coming_from": "c"}, {"time": {"mean_min": 3}, "to": "c"},
        {"time": {"mean_min": 7}, "to": "b", "coming_from": "a"},
    ]  # fmt: skip
    times = [("a", 0.0), ("b", 0.01), ("c", 0.02), ("a", 0.03), ("c", 0.04), ("b", 0.05), ("a", 0.06)]
    network = plain.run(_mixed(plain, times, set_ups=set_ups), 3, log=True)
    starts = [m for m, _ in plain.starts(network, "m")]
    gaps = [after - before - 10 for before, after in pairwise(starts)]
    assert gaps == pytest.approx([7, 3, 2, 3, 2, 1])


def test_a_machine_that_is_set_up_for_it_is_taken_first(plain):
    """Proves: of two free machines the one that made the same product before is taken. Sensitivity: the other needs a
    set-up of 5 min."""
    times = [("a", 0.0), ("b", 0.001), ("b", 0.5), ("a", 0.51)]
    network = plain.run(_mixed(plain, times, servers=2), 2)
    assert network.by_name["m"].set_up_min == 0


def test_power_of_a_set_up(plain):
    """Proves: 40 min at 6 kW, 15 min of set-ups at 2 kW, 65 min idle at 1 kW. Sensitivity: at working power 1 kWh
    more."""
    spec = _mixed(plain, ALTERNATING, working_kw=6, set_up_kw=2, idle_kw=1)
    network = plain.run(spec, 2)
    assert network.meter.kwh_until(120.0) == pytest.approx((40 * 6 + 15 * 2 + 65 * 1) / 60)


def test_power_of_set_ups_of_servers_without_number(plain):
    """Proves: they have no idle power; set-ups draw all of theirs, and both ways of counting energy agree.
    Sensitivity: with an idle power taken off that nobody draws, half of the energy."""
    spec = plain.line(
        plain.station("s", 30, servers=None, set_ups=[{"time": {"mean_min": 7.8}}], set_up_kw=1.0, idle_kw=0.5),
        arrivals={"interval": {"mean_min": 8}, "mix": {"a": 1.0, "b": 1.0, "c": 1.0}},
    )
    network = plain.run(spec, 40)
    set_up_min = network.by_name["s"].set_up_min
    assert set_up_min > 0
    under_way_min = sum(2400.0 - s.started_min for s in network.by_name["s"].at_work() if s.setting_up)
    assert network.meter.kwh_until(2400.0) == pytest.approx((set_up_min + under_way_min) / 60)
