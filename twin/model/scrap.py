"""How many units are started for each good one: what scrap costs in components."""

from __future__ import annotations

import numpy as np

from twin.model.burn_in import BurnIn
from twin.model.line import Line
from twin.model.stations import BURN_IN, EXIT


def shipped_share(line: Line, burn_in: BurnIn) -> float:
    """Share of the units that enter the line which leave it good, however often they are repaired on the way.

    Parameters: *line* and *burn_in* of a plant.
    Formula: p(station) = yield x p(next) + (1 - yield) x p(on failure), with p(exit) = 1 and p(scrap) = 0; burn-in
    passes the share that its Weibull law leaves. One linear equation for each station, solved together.
    """
    names = [station.name for station in line.stations] + [BURN_IN]
    place = {name: number for number, name in enumerate(names)}
    ways = [(station.first_pass_yield, station.next, station.on_failure) for station in line.stations]
    ways.append((1.0 - burn_in.failure_share(burn_in.hours), burn_in.next, burn_in.on_failure))
    matrix, right = np.eye(len(names)), np.zeros(len(names))
    for row, (good, following, failed) in enumerate(ways):
        for share, goal in ((good, following), (1.0 - good, failed)):
            if goal == EXIT:
                right[row] += share
            elif goal in place:
                matrix[row, place[goal]] -= share
    return float(np.linalg.solve(matrix, right)[place[line.first]])


def started_per_good_unit(line: Line, burn_in: BurnIn) -> float:
    """Sets of components used for each good unit: one over the share of started units that leave the line good."""
    return 1.0 / shipped_share(line, burn_in)
