"""Three programs play the same line: our engine, one in idiomatic SimPy, one on a bare heap."""

import importlib.util
import sys
from pathlib import Path

import pytest

from twin.sim.line import Controls, Streams

ROOT = Path(__file__).parents[2]
TWO_WEEKS_H = 14 * 24


def module(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


starter_line, idiomatic_line, heapq_line = map(module, ("starter_line", "idiomatic_line", "heapq_line"))


@pytest.fixture(scope="module", params=[0, 1])
def both(request):
    """Our engine and the idiomatic model after the same two weeks of the whole starter line."""
    line, burn_in, told = starter_line.full_line(), starter_line.burn_in(), starter_line.controls(TWO_WEEKS_H)
    network = starter_line.play(line, burn_in, TWO_WEEKS_H, told, request.param)
    streams, back = Streams(starter_line.SEED, request.param), starter_line.ways_back(line, burn_in)
    power_kw = starter_line.starter().product.power_kw
    model = idiomatic_line.IdiomaticLine(line, burn_in, back, power_kw, told.staffing, streams)
    return network, model.run(TWO_WEEKS_H)


def test_idiomatic_model_does_the_same_jobs(both):
    """Proves: units shipped and scrapped, burn-ins and jobs begun at each station are equal, to the unit.
    Sensitivity: one unit that passes another at a shared crew, a full buffer or a break moves some of these counts
    within days, as would a number drawn for another unit."""
    network, model = both
    assert starter_line.counts(network) == model.counts()


def test_idiomatic_model_takes_the_same_time_and_energy(both):
    """Proves: time in the plant, work in process, waits and both meters are equal but for rounding.
    Sensitivity: a machine that drew power while blocked or down would add kWh without a changed count."""
    network, model = both
    end_min = TWO_WEEKS_H * 60.0
    gone_min = network.shipped.cycle_min + network.scrapped.cycle_min
    assert model.cycle_min == pytest.approx(gone_min, rel=1e-12)
    assert model.inside.area_until(end_min) == pytest.approx(network.wip.area_until(end_min), rel=1e-12)
    assert model.line_meter.area_until(end_min) / 60 == pytest.approx(network.meter.kwh_until(end_min), rel=1e-9)
    assert model.burn_meter.area_until(end_min) / 60 == pytest.approx(network.burn_meter.kwh_until(end_min), rel=1e-9)
    waits_min = {station.name: station.wait_min for station in network.stations}
    assert {name: place.wait_min for name, place in model.places.items()} == pytest.approx(waits_min, rel=1e-9)


def test_case_uses_every_feature_it_names(both):
    """Proves: in these weeks units are blocked, fail, wait for power and for people; machines break down, shifts break
    jobs off.
    Sensitivity: with spaces, power or people to spare, equal counts would say nothing of those features."""
    network, _ = both
    by_name = network.by_name
    assert min(by_name[name].blocked_min for name in ("receive_and_kit", "board_test", "chassis_assembly")) > 0
    assert sum(by_name[name].failures for name in ("board_test", "functional_test", "pack")) > 0
    assert by_name["supply_and_fans"].held_min > 0
    assert by_name["unit_repair"].starts > 0
    assert network.scrapped.count > 0
    assert max(zone.kw.most for zone in network.area.zones) == starter_line.ZONE_KW
    assert max(zone.occupancy.most for zone in network.area.zones) > starter_line.ZONE_KW / network.area.power_kw[0]
    assert max(rack.down_until(TWO_WEEKS_H * 60.0) for rack in network.area.racks) > 0


def test_bare_heap_has_the_same_mean_time():
    """Proves: on the line without people the mean time in the plant is the same to six decimals, as are all counts.
    Sensitivity: one unit that draws another number, or leaves a queue out of turn, moves the mean by 1e-4 min."""
    line, burn_in = starter_line.open_line(), starter_line.open_burn_in()
    back = starter_line.ways_back(line, burn_in)
    network = starter_line.play(line, burn_in, TWO_WEEKS_H, Controls(racks=burn_in.racks, loaders=True))
    outcome = heapq_line.play(line, burn_in, back, TWO_WEEKS_H, Streams(starter_line.SEED, 0))
    counts = {"shipped": outcome.shipped, "scrapped": outcome.scrapped} | outcome.starts
    counts["burn_in"] = network.area.started  # a burn-in begins two minutes after the loading that the heap counts
    assert starter_line.counts(network) == counts
    assert abs(outcome.starts["burn_in"] - network.area.started) <= len(network.area.hands.active)
    assert network.shipped.cycle_min / network.shipped.count == pytest.approx(outcome.mean_min, abs=1e-6)
    assert sum(zone.occupancy.most for zone in network.area.zones) > 0.4 * burn_in.racks * burn_in.slots_per_rack


def test_models_refuse_what_they_do_not_know():
    """Proves: the heap refuses a line with people; the idiomatic model refuses cells that are staffed in part.
    Sensitivity: silently ignoring either would compare two different lines."""
    line, burn_in = starter_line.full_line(), starter_line.burn_in()
    with pytest.raises(ValueError, match="not known here"):
        heapq_line.play(line, burn_in, set(), 1, Streams(1, 0))
    told = starter_line.controls(TWO_WEEKS_H, cells=3)
    model = idiomatic_line.IdiomaticLine(line, burn_in, set(), 3.5, told.staffing, Streams(1, 0))
    with pytest.raises(ValueError, match="3 of 6 cells"):
        model.run(TWO_WEEKS_H)
