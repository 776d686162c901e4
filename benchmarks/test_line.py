"""How fast the line runs: against SimPy as its guide would write it, on a bare heap, over a year, and as it grows.

Times are compared side by side in one run, the fastest of a few turns each; seconds alone are noted, never held. Units
and jobs are the same whoever simulates, and so they must be.
"""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time

import pytest
import simpy

from twin.model.line import Line
from twin.sim.line import Controls, Network, Streams

HERE = Path(__file__).parent
HOURS = 4000
SIXTY_DAYS_H = 60 * 24
TURNS = 3
# What is asked for is five times; the gate leaves room for what a busy machine does to two timings of one run.
TIMES_FASTER = 5.0
MOST_MB = 300.0
MOST_GROWTH = 2.5
THREE_SERVERS = Line.model_validate(
    {
        "first": "s",
        "arrivals": {"interval": {"law": "exponential", "mean_min": 5}},
        "stations": [{"name": "s", "servers": 3, "process_time": {"law": "exponential", "mean_min": 10}}],
    }
)


def _module(name):
    """A module of this folder, which is no package."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


starter_line, idiomatic_line, heapq_line = map(_module, ("starter_line", "idiomatic_line", "heapq_line"))


def _idiomatic_queue():
    """M/M/3 as the SimPy guide writes it: a process for each customer, a resource, random from the library."""
    env = simpy.Environment()
    server = simpy.Resource(env, 3)
    waits = []

    def customer():
        begin = env.now
        with server.request() as request:
            yield request
            waits.append(env.now - begin)
            yield env.timeout(random.expovariate(1 / 10))

    def arrivals():
        while True:
            yield env.timeout(random.expovariate(1 / 5))
            env.process(customer())

    env.process(arrivals())
    env.run(until=HOURS * 60)
    return len(waits)


def _our_queue():
    network = Network(THREE_SERVERS, None, 0.0, HOURS, Controls(), Streams(1, 0))
    network.start()
    network.run_until(HOURS * 60.0)
    network.close(HOURS * 60.0)
    return network.shipped.count


def _seconds(function):
    begin = process_time()
    found = function()
    return process_time() - begin, found


def _in_turns(*functions):
    """The fewest seconds of each of *functions*, run in turn so that each has the same minute, and what they found."""
    best, found = [float("inf")] * len(functions), [None] * len(functions)
    for _ in range(TURNS):
        for place, function in enumerate(functions):
            seconds, found[place] = _seconds(function)
            best[place] = min(best[place], seconds)
    return best, found


def _sixty_days():
    """The two models of the starter line, ready to be played for sixty days."""
    line, burn_in = starter_line.full_line(), starter_line.burn_in()
    back = starter_line.ways_back(line, burn_in)
    told = starter_line.controls(SIXTY_DAYS_H)
    power_kw = starter_line.starter().product.power_kw

    def ours():
        return starter_line.play(line, burn_in, SIXTY_DAYS_H, told)

    def idiomatic():
        streams = Streams(starter_line.SEED, 0)
        model = idiomatic_line.IdiomaticLine(line, burn_in, back, power_kw, told.staffing, streams)
        return model.run(SIXTY_DAYS_H)

    return ours, idiomatic


def test_units_cost_less_than_in_an_idiomatic_model(benchmark):
    """A unit of M/M/3, with statistics, meters and invariants, costs less than a customer of the plain model."""
    (ours_s, reference_s), (ours, reference) = _in_turns(_our_queue, _idiomatic_queue)
    ratio = (ours_s / ours) / (reference_s / reference)
    benchmark.extra_info["ratio_to_idiomatic_simpy"] = ratio
    benchmark.pedantic(_our_queue, rounds=1)
    assert ratio < 1.0


def test_sixty_days_against_an_idiomatic_model(benchmark):
    """The whole starter line, against an idiomatic model that does the same jobs: five times as fast is asked for."""
    ours, idiomatic = _sixty_days()
    (ours_s, idiomatic_s), (network, model) = _in_turns(ours, idiomatic)
    benchmark.pedantic(ours, rounds=1)
    assert starter_line.counts(network) == model.counts()
    jobs = sum(station.starts for station in network.stations)
    benchmark.extra_info |= {
        "ours_s": ours_s,
        "idiomatic_s": idiomatic_s,
        "times_faster": idiomatic_s / ours_s,
        "times_faster_asked": TIMES_FASTER,
        "jobs": jobs,
        "jobs_per_second": jobs / ours_s,
        "counts": starter_line.counts(network),
    }
    assert idiomatic_s / ours_s >= TIMES_FASTER


def test_sixty_days_on_a_bare_heap(benchmark):
    """What SimPy, meters, statistics and invariants cost beyond a loop over a heap, on a line without people."""
    line, burn_in = starter_line.open_line(), starter_line.open_burn_in()
    back = starter_line.ways_back(line, burn_in)
    told = Controls(racks=burn_in.racks, loaders=True)

    def ours():
        return starter_line.play(line, burn_in, SIXTY_DAYS_H, told)

    def bare():
        return heapq_line.play(line, burn_in, back, SIXTY_DAYS_H, Streams(starter_line.SEED, 0))

    (ours_s, bare_s), (network, outcome) = _in_turns(ours, bare)
    benchmark.pedantic(ours, rounds=1)
    benchmark.extra_info |= {"ours_s": ours_s, "bare_s": bare_s, "ours_to_bare": ours_s / bare_s}
    benchmark.extra_info |= {"units": outcome.shipped, "events_on_the_bare_heap": outcome.events}
    assert network.shipped.cycle_min / network.shipped.count == pytest.approx(outcome.mean_min, abs=1e-6)


def test_a_year(benchmark):
    """A year in a process of its own: its memory is held, its seconds are noted (at most 5 on a quiet core)."""
    command = [sys.executable, str(HERE / "starter_line.py")]

    def year():
        return json.loads(subprocess.run(command, cwd=HERE.parent, check=True, capture_output=True).stdout)

    taken = benchmark.pedantic(year, rounds=1)
    working_days = 261
    benchmark.extra_info |= {"year_s": taken["seconds"], "peak_mb": taken["peak_mb"], "counts": taken["counts"]}
    benchmark.extra_info["good_units_per_working_day"] = taken["counts"]["shipped"] / working_days
    assert taken["peak_mb"] <= MOST_MB


def test_cost_of_a_unit_as_the_plant_grows(benchmark):
    """Microseconds for a unit of a plant for near 80, 500 and 4500 a day: machines, people and racks grow alike.

    Ten times the plant costs the logarithm of its events more a unit, and what no longer fits a cache: 1.7 times.
    """

    def plant(cells, days):
        racks, crews, hours = 2 * cells, max(1, cells // 3), days * 24
        line, burn_in = starter_line.full_line(cells), starter_line.burn_in(racks)
        told = starter_line.controls(hours, cells, crews, racks)
        return lambda: starter_line.play(line, burn_in, hours, told)

    sizes = ((1, 112), (6, 56), (60, 14))
    plays = [plant(cells, days) for cells, days in sizes]
    seconds, networks = _in_turns(*plays)
    benchmark.pedantic(plays[1], rounds=1)
    us_per_unit = [1e6 * s / network.shipped.count for s, network in zip(seconds, networks, strict=True)]
    benchmark.extra_info["us_per_unit"] = us_per_unit
    benchmark.extra_info["units_per_working_day"] = [
        network.shipped.count / (days * 5 / 7) for (_, days), network in zip(sizes, networks, strict=True)
    ]
    assert us_per_unit[2] <= MOST_GROWTH * us_per_unit[1]


def test_years_over_two_processes(benchmark):
    """How much sooner two years are done by two processes than one after the other: noted, for cores may be busy."""
    command = [sys.executable, str(HERE / "starter_line.py")]

    def years(together):
        begun, running = perf_counter(), []
        for _ in range(2):
            running.append(subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.DEVNULL))
            if not together:
                running[-1].wait()
        assert [process.wait() for process in running] == [0, 0]
        return perf_counter() - begun

    apart_s = years(together=False)
    together_s = benchmark.pedantic(years, args=(True,), rounds=1)
    benchmark.extra_info["one_worker_to_two"] = apart_s / together_s
