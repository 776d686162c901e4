"""How many units are started for each good one: what scrap costs in components."""

from __future__ import annotations

import numpy as np

from twin.model.burn_in import BurnIn
from twin.model.line import Line
from twin.model.stations import BURN_IN, EXIT, Station


def shipped_share(line: Line, burn_in: BurnIn) -> float:
    """Share of the units that enter the line which leave it good, however often they are repaired on the way.

    Parameters: *line* and *burn_in* of a plant.
    Formula: p(station) = yield x p(next) + (1 - yield - scrapped) x p(on failure), with p(exit) = 1 and p(scrap) = 0,
    and p(next) the mean over several ways; burn-in passes the share that its Weibull law leaves. One linear equation
    for each station, solved together. A limit on rework is not counted: few units come to it.
    """
    names = [station.name for station in line.stations] + [BURN_IN]
    place = {name: number for number, name in enumerate(names)}
    ways = [_ways(station) for station in line.stations]
    lost = burn_in.failure_share(burn_in.hours)
    ways.append([(1.0 - lost, burn_in.next), (lost, burn_in.on_failure)])
    matrix, right = np.eye(len(names)), np.zeros(len(names))
    for row, goals in enumerate(ways):
        for share, goal in goals:
            if goal == EXIT:
                right[row] += share
            elif goal in place:
                matrix[row, place[goal]] -= share
    return float(np.linalg.solve(matrix, right)[place[line.first]])


def _ways(station: Station) -> list[tuple[float, str]]:
    """Shares of a *station*'s units by where they go; ways in turn or to the shortest queue are taken as equal."""
    good, failed = station.first_pass_yield, max(0.0, 1.0 - station.first_pass_yield - station.scrap_fraction)
    if isinstance(station.next, str):
        return [(good, station.next), (failed, station.on_failure)]
    given = station.next if station.choose == "by_share" else dict.fromkeys(station.next, 1.0)
    whole = sum(given.values())
    return [*((good * share / whole, goal) for goal, share in given.items()), (failed, station.on_failure)]


def started_per_good_unit(line: Line, burn_in: BurnIn) -> float:
    """Sets of components used for each good unit: one over the share of started units that leave the line good."""
    return 1.0 / shipped_share(line, burn_in)
