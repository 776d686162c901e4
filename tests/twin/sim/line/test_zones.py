"""Electrical zones: who is switched on, in what order, and what is drawn and held."""

from math import inf

import numpy as np
import pytest

from twin.sim.line.power_on import PowerOn


@pytest.fixture
def zoned(plain):
    """Units that come to the door at given *times_h* by product, in racks that share a rating."""

    def make(times_h, hours, *, racks=1, until_min=None, inlet_c=None, power_kw=None, power_on=None, **rules):
        arrivals = [{"product": name, "times_h": times} for name, times in times_h.items()]
        line = plain.line(
            plain.station("make", 0, servers=None, next="burn_in"), plain.station("repair", 1, next="burn_in"),
            plain.station("pack", 0, servers=None), arrivals=arrivals,
        )  # fmt: skip
        burn = plain.burn_in(**({"load_min": 0, "unload_min": 0} | rules))
        return plain.run(
            line, hours, until_min=until_min, burn=burn, racks=racks, loaders=True, log=True, inlet_c=inlet_c,
            power_kw=power_kw or {"air": 3.5, "hydro": 5.4}, power_on=power_on or PowerOn(),
        )  # fmt: skip

    return make


def _when(network, event):
    """Minute, product and rack of each *event* at burn-in."""
    columns = network.log.columns()
    names = ("time_min", "product", "server", "event", "station")
    rows = zip(*(columns[name] for name in names), strict=True)
    return [
        (minute, product, rack) for minute, product, rack, what, where in rows if (what, where) == (event, "burn_in")
    ]


def test_a_zone_burns_as_many_units_as_its_rating_holds(zoned):
    """Proves: in a zone of 10 kW two units of 3.5 kW burn of four that are loaded; the others start at the minute when
    the first two end, at 120: 7 kW throughout four hours.
    Sensitivity: a limit on slots would burn 14 kW; rounded to the next unit, 10.5 kW."""
    network = zoned({"air": [0, 0, 0, 0]}, 5, until_min=60, zone_kw=10)
    (zone,), (rack,) = network.area.zones, network.area.racks
    assert (rack.occupied, rack.burning, zone.reserved_kw, zone.kw.value) == (4, 2, 7.0, 7.0)
    network.run_until(300.0)
    assert [minute for minute, _, _ in _when(network, "start")] == [0.0, 0.0, 120.0, 120.0]
    assert zone.kw.most == pytest.approx(7.0)
    assert zone.kw.area_until(300.0) / 60 == pytest.approx(28.0)
    assert (zone.occupancy.most, zone.occupancy.area_until(300.0)) == (4, 4 * 120 + 2 * 120)


def test_products_share_a_rating_in_kw(zoned):
    """Proves: 3.5 and 5.4 kW burn together in a zone of 9 kW, two of 5.4 kW do not: the second waits until 120, when
    the other two end. Sensitivity: counted in units of 3.5 kW, two hydro miners would draw 10.8 kW."""
    network = zoned({"air": [0], "hydro": [0, 0.5]}, 5, zone_kw=9)
    assert _when(network, "start") == [(0.0, "air", 0), (0.0, "hydro", 0), (120.0, "hydro", 0)]
    assert network.area.zones[0].kw.most == pytest.approx(8.9)
    assert network.burn_meter.kwh_until(300.0) == pytest.approx(2 * (3.5 + 2 * 5.4))


def test_nobody_is_overtaken_within_a_zone(zoned):
    """Proves: with 5.4 of 9 kW taken, a hydro miner waits, and the air-cooled one behind it does so too, though it
    would fit; both start at 120. Sensitivity: let past, the small ones would keep the large one waiting for ever."""
    network = zoned({"air": [0.75], "hydro": [0, 0.5]}, 5, zone_kw=9)
    assert _when(network, "start") == [(0.0, "hydro", 0), (120.0, "hydro", 0), (120.0, "air", 0)]


def test_a_zone_without_power_holds_up_no_other(zoned):
    """Proves: racks are loaded in turn; the second hydro miner of rack 0 waits for its zone of 9 kW until 120, while
    rack 1 takes an air-cooled one at 60 that came after it.
    Sensitivity: one queue for all zones would start it at 120."""
    network = zoned({"hydro": [0, 0.5], "air": [0.25, 1.0]}, 5, racks=2, zone_kw=9)
    # loaded in turn: hydro 0 (rack 0), air at 15 (rack 1), hydro at 30 (rack 0), air at 60 (rack 1)
    assert _when(network, "start") == [
        (0.0, "hydro", 0), (15.0, "air", 1), (60.0, "air", 1), (120.0, "hydro", 0),
    ]  # fmt: skip


def test_racks_share_a_zone_and_those_left_over_form_the_last(zoned):
    """Proves: three racks, two to a zone of 7 kW: of six units, two in each rack, two of four burn in zone 0 and both
    of zone 1; each rack and each zone has its own book, which add up.
    Sensitivity: a rating for each rack would burn all six; a last zone of half the rating would burn one of two."""
    network = zoned({"air": [0] * 6}, 5, racks=3, racks_per_zone=2, zone_kw=7)
    area = network.area
    assert [[rack.number for rack in zone.racks] for zone in area.zones] == [[0, 1], [2]]
    assert [zone.rated_kw for zone in area.zones] == [7, 7]
    assert _when(network, "start") == [
        (0.0, "air", 0), (0.0, "air", 1), (0.0, "air", 2), (0.0, "air", 2), (120.0, "air", 0), (120.0, "air", 1),
    ]  # fmt: skip
    assert [rack.kw.area_until(300.0) / 60 for rack in area.racks] == pytest.approx([14.0, 14.0, 14.0])
    assert [zone.kw.area_until(300.0) / 60 for zone in area.zones] == pytest.approx([28.0, 14.0])
    assert [zone.occupancy.most for zone in area.zones] == [4, 2]
    assert [rack.occupancy.area_until(300.0) for rack in area.racks] == pytest.approx([360.0, 360.0, 240.0])
    assert area.racks[0].kw is not area.zones[0].kw


def test_power_is_free_at_the_failure(zoned):
    """Proves: with a life of 30 min on average in a zone for one unit, each starts at the very minute at which the one
    before it ends or fails, and its slot is free at that minute too when unloading takes no time.
    Sensitivity: power that is kept to the end of the run would start them 120 min apart."""
    network = zoned({"air": [0] * 4}, 12, zone_kw=4, infant_weibull_scale_h=0.5)
    starts = [minute for minute, _, _ in _when(network, "start")]
    ends = [minute for minute, _, _ in _when(network, "finish")]
    assert len(starts) > 6
    assert starts[1:] == ends[: len(starts) - 1]
    assert min(later - sooner for sooner, later in zip(starts, ends, strict=False)) < 60
    assert [minute for minute, _, _ in _when(network, "leave")] == ends


def test_a_unit_in_a_rack_that_is_down_lets_others_of_its_zone_pass(zoned):
    """Proves: at 120 the power of the zone is free; the unit that has waited longest stands in rack 0, which is down,
    so that the one in rack 1 starts then; the other starts at the repair at 150, as power is left.
    Sensitivity: held up by a dead rack, both would start at 150."""
    network = zoned({"air": [0, 0, 0.5, 0.6]}, 6, until_min=100, racks=2, racks_per_zone=2, zone_kw=8)
    rack = network.area.racks[0]
    rack.fail(100.0)
    network.run_until(150.0)
    assert _when(network, "start")[2:] == [(120.0, "air", 1)]
    network.area.repaired(rack, 150.0)
    assert _when(network, "start")[3:] == [(150.0, "air", 0)]


def test_a_rack_that_goes_down_while_its_unit_waits_gives_the_turn_to_another(zoned):
    """Proves: the plan starts one unit at 60 and one at 180; the first in turn stands in rack 0, which is down from 30
    to 90: the one in rack 1 starts at 60, and the first at 180.
    Sensitivity: a turn that is kept would start nothing at 60, or forget the unit in rack 0."""
    rule = PowerOn([60.0, 180.0])
    network = zoned({"air": [0, 0]}, 6, until_min=30, racks=2, racks_per_zone=2, zone_kw=8, power_on=rule)
    rack = network.area.racks[0]
    rack.fail(30.0)
    network.run_until(90.0)
    assert len(network.area.ready) == 1
    network.area.repaired(rack, 90.0)
    network.run_until(360.0)
    assert _when(network, "start") == [(60.0, "air", 1), (180.0, "air", 0)]


@pytest.mark.parametrize("seed", range(12))
def test_any_burn_in_adds_up(plain, seed):
    """Proves: zones, two products, failures, breakdowns, pauses, a limiter, heat, one operator in shifts and a full
    repair station together lose no unit, no slot and no kW: the invariants hold in the middle of the run and at its
    end, and no zone ever draws more than its rating.
    Sensitivity: a pause that gave its power back, or a start that did not ask for it, would pass the rating."""
    rng = np.random.default_rng(seed)
    hours = 300
    burn = plain.burn_in(
        hours=float(rng.choice([3, 5, 12])), slots_per_rack=6, zone_kw=float(rng.choice([9, 15, 22])),
        racks_per_zone=int(rng.integers(1, 4)), infant_weibull_scale_h=float(rng.choice([4, 40])),
        infant_weibull_shape=0.6, interruptible=True, restart_penalty_h=0.25, throttled_rate=0.6,
        rack_breakdowns={"mtbf_h": 20, "mttr_min": 90},
    )  # fmt: skip
    line = plain.line(
        plain.station("make", 7, "exponential", 1.0, servers=3, next="burn_in"),
        plain.station("repair", 50, "exponential", 1.0, buffer=1, next="burn_in"),
        plain.station("pack", 4, "gamma", 0.5, buffer=2),
        arrivals={"interval": {"law": "exponential", "mean_min": 25}, "mix": {"air": 0.7, "hydro": 0.3}},
    )  # fmt: skip
    shifts = [(float(8 * 60 * k), 1 if k % 3 else 0) for k in range(hours // 8 + 1)]
    network = plain.run(
        line, hours, until_min=hours * 31.0, burn=burn, racks=5, staffing=plain.staffed(*shifts),
        power_kw={"air": 3.5, "hydro": 5.4}, seed=seed, by_hour=True,
        limit_kw=rng.choice([15.0, 40.0, 200.0], hours).tolist(),
        ceiling_units=rng.choice([2.0, 8.0, inf], hours, p=[0.3, 0.3, 0.4]).tolist(),
        inlet_c=rng.choice([30.0, 42.0, 50.0], hours, p=[0.7, 0.2, 0.1]).tolist(),
    )  # fmt: skip
    network.run_until(hours * 60.0)
    network.close(hours * 60.0)
    area = network.area
    assert area.started > 50
    assert area.pauses.begun > 0
    for zone in area.zones:
        assert zone.kw.most <= burn.zone_kw + 1e-9
        assert zone.occupancy.most <= 6 * len(zone.racks)


def test_nothing_is_held_when_all_have_left(zoned):
    """Proves: after units of 3.3 and 5.4 kW, some failed, some throttled, no rack and no zone draws or holds anything:
    zero to the last bit, and the meter too.
    Sensitivity: sums of 3.3 and 5.4 leave 1e-15 kW behind; a failed unit that kept its power would leave 5.4."""
    network = zoned(
        {"air": [0.1 * k for k in range(40)], "hydro": [0.07 * k for k in range(40)]}, 400, racks=3, racks_per_zone=2,
        zone_kw=17, power_kw={"air": 3.3, "hydro": 5.4}, infant_weibull_scale_h=4.0, throttled_power_fraction=0.7,
        inlet_c=[30.0, 42.0, 50.0, 41.0] * 100,
    )  # fmt: skip
    area = network.area
    assert network.shipped.count == 80
    assert area.started > 90
    for place in (*area.zones, *area.racks):
        assert (place.kw.value, place.kw.units, place.occupancy.value) == (0.0, 0, 0.0)
    assert [(zone.reserved_kw, zone.running, len(zone.ready)) for zone in area.zones] == [(0.0, 0, 0)] * 2
    assert (area.meter.kw, area.lit.value, area.ready) == (0.0, 0.0, [])
    of_zones = sum(zone.kw.area_until(24_000.0) for zone in area.zones) / 60
    assert area.meter.kwh_until(24_000.0) == pytest.approx(of_zones, rel=1e-12)
