"""The line that the speed benchmarks run: six cells of the starter plant, near 500 good units a working day.

Run as a program it plays one year and prints what that took; the benchmark of memory calls it so.
"""

from __future__ import annotations

import json
import resource
from functools import cache
from pathlib import Path
from time import process_time

import numpy as np

from twin.model.burn_in import BurnIn
from twin.model.line import Line
from twin.model.plant import Plant, read_plant
from twin.sim.line import Controls, Network, Staffing, Streams
from twin.sim.staffing import weekly_staffing

YEAR_H = 8760
SEED = 1
CELLS = 6  # of the plant file's eight: what they make at the most is near 500 units a working day
CREWS = 2
RACKS = 12
ZONE_KW = 84.0  # 24 units of 3.5 kW in a zone of 36 slots: some wait for power
SPACES = 10
ROOMY = ("receive_and_kit", "board_repair", "unit_repair", "final_quality")


@cache
def starter() -> Plant:
    """Return the starter plant, all of whose line this case takes over unless said here."""
    return read_plant()[0]


def full_line(cells: int = CELLS) -> Line:
    """Eleven stations with breakdowns, rework, crews by skill and power as in the plant file, and *SPACES* before each.

    Servers and people are the plant file's for so many *cells*; the cap on units on the line is the plant file's, 12 a
    cell. Without end stay the buffers before the repairs, where a full one would close a circle of stations that wait
    for each other, and before final quality, to which burn-in delivers all night while nobody is there.
    """
    line = starter().line
    stations = tuple(
        station.model_copy(
            update={
                "servers": station.servers * cells // line.cells if station.servers else None,
                "buffer": None if station.name in ROOMY else SPACES * max(1, cells // CELLS),
            }
        )
        for station in line.stations
    )
    return Line.model_validate(line.model_copy(update={"stations": stations, "cells": cells}).model_dump())


def open_line() -> Line:
    """The stations without people, breakdowns, ends of buffers or shifts, and material at random, 500 units a day."""
    line = starter().line
    plain = {"skill": None, "attends_at_once": 1, "breakdowns": None, "buffer": None}
    stations = [station.model_copy(update=plain) for station in line.stations]
    arrivals = {"interval": {"law": "exponential", "mean_min": 24 * 60 / 500}}
    changed = {"stations": stations, "crew": {"people": {}}, "wip_limit_per_cell": None, "arrivals": arrivals}
    return Line.model_validate(line.model_dump() | changed | {"stations": [s.model_dump() for s in stations]})


def burn_in(racks: int = RACKS, zone_kw: float = ZONE_KW) -> BurnIn:
    """Burn-in of the plant file in so many *racks*, each a zone of *zone_kw*."""
    spec = starter().burn_in
    racked = {"racks": racks, "most_racks": max(racks, spec.most_racks), "least_racks": 1, "zone_kw": zone_kw}
    return BurnIn.model_validate(spec.model_copy(update=racked).model_dump())


def open_burn_in() -> BurnIn:
    """Burn-in without breakdowns of racks, and with power for every slot."""
    return burn_in(racks=16, zone_kw=1000.0).model_copy(update={"rack_breakdowns": None})


def controls(hours: int, cells: int = CELLS, crews: int = CREWS, racks: int = RACKS) -> Controls:
    """All *cells* on two shifts from Monday to Friday; burn-in *crews* around the clock."""
    staffing = weekly_staffing(starter().pattern("two8"), cells, -(-hours // 168))
    always = Staffing(staffing.minute, staffing.cells, np.full_like(staffing.cells, crews))
    return Controls(staffing=always, racks=racks)


def ways_back(line: Line, burning: BurnIn) -> set[tuple[str, str]]:
    """Ways (from, to) that close a circle in a walk from where material enters: a unit that takes one begins a round.

    A unit draws by its round, which also grows when it fails; this is the engine's rule, written once more.
    """
    onward = {spec.name: sorted(spec.ways_on) for spec in line.stations}
    onward["burn_in"] = [burning.next, burning.on_failure]
    found, done = set(), set()

    def walk(here: str, path: tuple[str, ...]) -> None:
        for goal in onward.get(here, ()):
            if goal in path:
                found.add((here, goal))
            elif goal not in done:
                walk(goal, (*path, goal))
        done.add(here)

    walk(line.first, (line.first,))
    return found


def play(line: Line, burning: BurnIn, hours: int, told: Controls, replication: int = 0) -> Network:
    """Run *line* for *hours* with every invariant checked at the end."""
    network = Network(line, burning, starter().product.power_kw, hours, told, Streams(SEED, replication))
    network.start()
    network.run_until(hours * 60.0)
    network.close(hours * 60.0)
    return network


def counts(network: Network) -> dict[str, int]:
    """What must not depend on who simulates: units shipped and scrapped, and work begun at each station."""
    assert network.area is not None
    found = {"shipped": network.shipped.count, "scrapped": network.scrapped.count, "burn_in": network.area.started}
    return found | {station.name: station.starts for station in network.stations}


def peak_mb() -> float:
    """Most memory this process has held. Linux's ru_maxrss counts the parent's, from before it became this program."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line) / 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2.0**20  # bytes on macOS


if __name__ == "__main__":
    described = full_line(), burn_in(), YEAR_H, controls(YEAR_H)
    begun = process_time()
    year = play(*described)
    print(json.dumps({"seconds": process_time() - begun, "peak_mb": peak_mb(), "counts": counts(year)}))
