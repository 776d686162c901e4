"""Designs of the line: one more server at the stations that limit it, one more rack; what each adds, by simulation.

A design is compared with the line as it is on the same random numbers, everybody always there: its factor on capacity
is a mean of paired ratios, so that luck which both share falls out. The patterns are simulated for the line as it is;
a pattern opens and closes the line, and a design changes what it makes while it is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.model.contracts import BASE_DESIGN
from twin.model.line import Line, Operators
from twin.model.plant import Plant
from twin.model.shifts import HOURS_PER_WEEK
from twin.model.stations import Station
from twin.sim.executor import run_tasks
from twin.sim.line.bottleneck import active_share
from twin.sim.line.network import Controls, Network
from twin.sim.line.shifts import Staffing
from twin.sim.line.statistics import shares, tally
from twin.sim.line.streams import Streams
from twin.sim.line.timer import MINUTES_PER_HOUR

Floats = NDArray[np.float64]
MORE_RACKS = "+1 rack"
STATIONS_TRIED = 2
WARM_UP_H = 24
FED_SHARE = 0.9  # of the time between two ends of runs: units come a little faster than they can go


@dataclass(frozen=True, slots=True)
class Design:
    """A plant that differs from the plant file's: *name*, the *plant* as it would be; *racks_only*, not its line."""

    name: str
    plant: Plant
    racks_only: bool = False


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One run of a saturated line with *teams* cells staffed around the clock, for *weeks* after a day."""

    design: Design
    teams: int
    weeks: int
    seed: int
    replication: int


@dataclass(frozen=True, slots=True)
class OpenResult:
    """First arrivals at the burn-in door, mean units on the line, the active share of each station's staffed time."""

    first_arrivals: int
    wip_units: float
    active: dict[str, float]


def run_open(task: OpenTask) -> OpenResult:
    """Simulate one *task*: burn-in has slots without end and people who never leave."""
    plant = task.design.plant
    hours = WARM_UP_H + task.weeks * HOURS_PER_WEEK
    controls = Controls(staffing=Staffing.always(task.teams), loaders=True)
    streams = Streams(task.seed, task.replication)
    network = Network(plant.line, plant.burn_in, plant.product.power_kw, hours, controls, streams)
    begin, end = WARM_UP_H * MINUTES_PER_HOUR, hours * MINUTES_PER_HOUR
    network.start()
    network.run_until(begin)
    before = {station.name: tally(station, begin) for station in network.stations}
    on_line = network.cards.carded.area_until(begin)
    network.run_until(end)
    network.close(end)
    assert network.area is not None
    return OpenResult(
        first_arrivals=sum(network.area.first_arrivals[WARM_UP_H:hours]),
        wip_units=(network.cards.carded.area_until(end) - on_line) / (end - begin),
        active={
            station.name: active_share(shares(station, tally(station, end).since(before[station.name]), end - begin))
            for station in network.stations
        },
    )


@dataclass(frozen=True, slots=True)
class RackTask:
    """One run of racks that always have units at the door and people to move them."""

    design: Design
    weeks: int
    seed: int
    replication: int


def run_racks(task: RackTask) -> float:
    """Units an hour that the racks of a design burn in: their own limit, with breakdowns, failures and handling."""
    plant = task.design.plant
    spec = plant.burn_in
    fed = spec.model_copy(update={"next": "out", "on_failure": "out"})
    line = _feeder(spec.slots_per_rack * spec.racks, spec.hours * MINUTES_PER_HOUR)
    warm_up_h = int(2 * spec.hours) + 1
    hours = warm_up_h + task.weeks * HOURS_PER_WEEK
    streams = Streams(task.seed, task.replication)
    network = Network(line, fed, plant.product.power_kw, hours, Controls(racks=spec.racks, loaders=True), streams)
    network.start()
    network.run_until(warm_up_h * MINUTES_PER_HOUR)
    before = network.shipped.count
    network.run_until(hours * MINUTES_PER_HOUR)
    network.close(hours * MINUTES_PER_HOUR)
    return (network.shipped.count - before) / (hours - warm_up_h)


def _feeder(slots: int, run_min: float) -> Line:
    """A line that keeps the door of so many *slots* crowded: whoever leaves sends the next.

    The first units come spread over a run of *run_min*, so that the ends of runs are spread for ever after: slots that
    are filled at once would empty in waves, and a week would count one wave more or less.
    """
    feed = {"name": "feed", "process_time": {"mean_min": FED_SHARE * run_min / slots}, "next": "burn_in"}
    count = slots + slots // 5 + 1
    return Line.model_validate(
        {
            "stations": [feed, {"name": "out", "servers": "unlimited"}],
            "carriers": [{"name": "units", "count": count, "first": "feed", "last": "out"}],
        }
    )


def designs_of(plant: Plant, active: dict[str, float]) -> list[Design]:
    """The line as it is; one more server, with who attends it, at the stations most *active*; one more rack.

    A server that nobody attends makes nothing: where the station asks for a skill, one person of it comes with it.
    """
    counted = [spec for spec in plant.line.stations if spec.servers is not None]
    busiest = sorted(counted, key=lambda spec: -active[spec.name])[:STATIONS_TRIED]
    choices = [[spec] for spec in busiest] + ([busiest] if len(busiest) > 1 else [])
    found = [Design(BASE_DESIGN, plant), *(_with_servers(plant, specs) for specs in choices)]
    if plant.burn_in.racks < plant.burn_in.most_racks:
        racks = plant.burn_in.model_copy(update={"racks": plant.burn_in.racks + 1})
        found.append(Design(MORE_RACKS, plant.model_copy(update={"burn_in": racks}), racks_only=True))
    return found


def _with_servers(plant: Plant, specs: Sequence[Station]) -> Design:
    """*plant* with one more server, and the people for one more job, at each of *specs*."""
    names = []
    stations, operators = list(plant.line.stations), list(plant.line.operators)
    for spec in specs:
        place = stations.index(spec)
        stations[place] = spec.model_copy(update={"servers": (spec.servers or 0) + 1})
        name = f"{spec.name} +1 server"
        if spec.skill is not None:
            operators.append(Operators(name=name, people=spec.people_per_job, skills=(spec.skill,)))
            name += f" +{spec.people_per_job} {spec.skill}"
        names.append(name)
    line = plant.line.model_copy(update={"stations": tuple(stations), "operators": tuple(operators)})
    return Design(", ".join(names), plant.model_copy(update={"line": line}))


@dataclass(frozen=True, eq=False)
class DesignStudy:
    """What the *designs* do, each (design, ...) with a sample for each replication.

    *factor* on capacity and *wip_factor* on the units on the line (replication, design, teams); *racks_units_per_h*,
    limit of the racks (replication, design).
    """

    designs: list[Design]
    factor: Floats
    wip_factor: Floats
    racks_units_per_h: Floats


def only_base(plant: Plant, teams: int, replications: int) -> DesignStudy:
    """Nothing tried: the line of *plant* as it is, for so many numbers of *teams*."""
    ones = np.ones((replications, 1, teams))
    return DesignStudy([Design(BASE_DESIGN, plant)], ones, ones, np.zeros((replications, 0)))


def study_designs(plant: Plant, teams: Sequence[int], *, replications: int, seed: int, workers: int) -> DesignStudy:
    """Compare designs of *plant* with numbers of *teams* (t), in *replications* of a week each."""
    as_it_is = OpenTask(Design(BASE_DESIGN, plant), max(teams), 1, seed, 0)
    designs = designs_of(plant, run_open(as_it_is).active)
    of_line = [design for design in designs if not design.racks_only]
    tasks = [
        OpenTask(design, number, 1, seed, replication)
        for replication in range(replications)
        for design in of_line
        for number in teams
    ]
    runs = run_tasks(run_open, tasks, workers)
    made, on_line = [run.first_arrivals for run in runs], [run.wip_units for run in runs]

    def factors(values: Sequence[float]) -> Floats:
        shaped = np.array(values, dtype=float).reshape(replications, len(of_line), len(teams))
        found = np.ones((replications, len(designs), len(teams)))
        base = np.broadcast_to(shaped[:, :1], shaped.shape)
        found[:, : len(of_line)] = np.divide(shaped, base, out=np.ones_like(shaped), where=base > 0)
        return found

    sized = [designs[0], *(design for design in designs if design.racks_only)]
    racks = [RackTask(design, 1, seed, replication) for replication in range(replications) for design in sized]
    limits = np.array(run_tasks(run_racks, racks, workers)).reshape(replications, len(sized))
    of_racks = np.repeat(limits[:, :1], len(designs), axis=1)
    of_racks[:, len(of_line) :] = limits[:, 1:]
    return DesignStudy(designs, factors(made), factors(on_line), of_racks)
