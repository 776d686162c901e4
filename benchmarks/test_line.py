"""How fast the line runs: against an idiomatic SimPy model of the same queue, and a slice of the starter plant's year.

Ratios of two timings made side by side in one run; the number of kernel events is a counter that must not move.
"""

from __future__ import annotations

import random
from time import process_time

import numpy as np
import pytest
import simpy

from twin.model.line import Line
from twin.model.plant import read_plant
from twin.sim.line import Controls, Network, Staffing, Streams
from twin.sim.staffing import weekly_staffing

HOURS = 4000
THREE_SERVERS = Line.model_validate(
    {
        "first": "s",
        "arrivals": {"interval": {"law": "exponential", "mean_min": 5}},
        "stations": [{"name": "s", "servers": 3, "process_time": {"law": "exponential", "mean_min": 10}}],
    }
)


def _idiomatic():
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


def _ours():
    network = Network(THREE_SERVERS, None, 0.0, HOURS, Controls(), Streams(1, 0))
    network.start()
    network.run_until(HOURS * 60.0)
    network.close(HOURS * 60.0)
    return network.shipped.count


def _seconds(function):
    begin = process_time()
    customers = function()
    return (process_time() - begin) / customers


@pytest.fixture(scope="module")
def days60():
    """Sixty days of the starter plant: eight teams on two shifts, two burn-in crews around the clock, 16 racks."""
    plant = read_plant()[0]
    staffing = weekly_staffing(plant.pattern("two8"), 8, 9)
    always = Staffing(staffing.minute, staffing.cells, np.full_like(staffing.cells, 2))
    controls = Controls(staffing=always, racks=16, by_hour=True)

    def play():
        network = Network(plant.line, plant.burn_in, plant.product.power_kw, 60 * 24, controls, Streams(1, 0))
        network.start()
        network.run_until(60 * 24 * 60.0)
        network.close(60 * 24 * 60.0)
        return network

    return play


def test_units_cost_less_than_in_an_idiomatic_model(benchmark):
    """A unit of M/M/3, with statistics, meters and invariants, costs less than a customer of the plain model."""
    reference = min(_seconds(_idiomatic) for _ in range(3))
    ours = min(_seconds(_ours) for _ in range(3))
    benchmark.extra_info["ratio_to_idiomatic_simpy"] = ours / reference
    benchmark.pedantic(_ours, rounds=1)
    assert ours < reference


def test_sixty_days_of_the_starter_plant(benchmark, days60):
    """Seconds for sixty days at full output, as a multiple of one customer of the plain model; events are counted."""
    reference = min(_seconds(_idiomatic) for _ in range(3))
    network = benchmark.pedantic(days60, rounds=3)
    units = sum(network.area.first_arrivals)
    fastest = benchmark.stats.stats.min if benchmark.stats else 0.0
    benchmark.extra_info["first_arrivals"] = units
    benchmark.extra_info["station_visits"] = sum(station.starts for station in network.stations)
    benchmark.extra_info["visits_per_second"] = benchmark.extra_info["station_visits"] / max(fastest, 1e-9)
    benchmark.extra_info["ratio_of_a_unit_to_an_idiomatic_customer"] = fastest / units / reference
    assert fastest / units / reference < 12  # about a dozen operations a unit, none dearer than a plain visit
