"""The line that the speed benchmarks run: the starter plant at about 500 good units a working day.

Run as a program it plays one year and prints what that took; the benchmark of memory calls it so.
"""

from __future__ import annotations

import json
import resource
from time import process_time

import numpy as np

from twin.model.burn_in import BurnIn
from twin.model.line import Line
from twin.model.plant import Plant, read_plant
from twin.sim.line import Controls, Network, Staffing, Streams
from twin.sim.staffing import weekly_staffing

YEAR_H = 8760
UNITS_PER_WORKING_DAY = 500
SEED = 1
SPACES = 10
ROOMY = ("receive_and_kit", "board_repair", "unit_repair", "final_quality")
CARDS_PER_CELL = 9
ZONE_KW = 91.0
RACKS = 16


def starter() -> Plant:
    """Return the starter plant, all of whose line this case takes over unless said here."""
    return read_plant()[0]


def full_line(scale: float = 1.0) -> Line:
    """Eleven stations with breakdowns, rework, crews by skill and power as in the plant file, and *SPACES* before each.

    Without end stay the buffers before the repairs, where a full one would close a circle of stations that wait for
    each other, and before final quality, to which burn-in delivers all night while nobody is there. Cards are fewer
    than in the plant file, so that about 500 good units come out of a working day. *scale* multiplies cells, servers
    and people.
    """
    line = starter().line
    stations = tuple(
        station.model_copy(
            update={
                "servers": round((station.servers or 1) * scale),
                "buffer": None if station.name in ROOMY else round(SPACES * max(scale, 1.0)),
            }
        )
        for station in line.stations
    )
    changed = {"stations": stations, "wip_limit_per_cell": CARDS_PER_CELL, "cells": round(line.cells * scale)}
    return Line.model_validate(line.model_copy(update=changed).model_dump())


def burn_in(racks: int = RACKS) -> BurnIn:
    """Burn-in of the plant file; *ZONE_KW* feed 26 units a zone of 36 slots, so that some wait for power."""
    spec = starter().burn_in
    racked = {"racks": racks, "most_racks": max(racks, spec.most_racks), "least_racks": 1, "zone_kw": ZONE_KW}
    return BurnIn.model_validate(spec.model_copy(update=racked).model_dump())


def controls(hours: int, cells: int = 8, crews: int = 2, racks: int = RACKS) -> Controls:
    """All cells on two shifts from Monday to Friday; burn-in crews around the clock."""
    staffing = weekly_staffing(starter().pattern("two8"), cells, -(-hours // 168))
    always = Staffing(staffing.minute, staffing.cells, np.full_like(staffing.cells, crews))
    return Controls(staffing=always, racks=racks)


def play(line: Line, burning: BurnIn | None, hours: int, told: Controls, replication: int = 0) -> Network:
    """Run *line* for *hours* with every invariant checked at the end."""
    network = Network(line, burning, starter().product.power_kw, hours, told, Streams(SEED, replication))
    network.start()
    network.run_until(hours * 60.0)
    network.close(hours * 60.0)
    return network


def counts(network: Network) -> dict[str, int]:
    """What must not depend on who simulates: units shipped and scrapped, and work begun at each station."""
    found = {"shipped": network.shipped.count, "scrapped": network.scrapped.count}
    if network.area is not None:
        found["burn_in"] = network.area.started
    return found | {station.name: station.starts for station in network.stations}


if __name__ == "__main__":
    begun = process_time()
    year = play(full_line(), burn_in(), YEAR_H, controls(YEAR_H))
    taken = {"seconds": process_time() - begun, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0}
    print(json.dumps(taken | {"counts": counts(year)}))
