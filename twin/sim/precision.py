"""Replications until the means are known well enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import Generic, TypeVar

import numpy as np

from twin.sim.executor import run_tasks
from twin.sim.replicate import half_width

Task = TypeVar("Task")
Run = TypeVar("Run")

LEAST = 5
MOST = 100
RELATIVE = 0.02


@dataclass(frozen=True, slots=True)
class Precise(Generic[Run]):
    """Replications that were made, and how well the watched means are known.

    *relative*: 95 % half-width over mean of each watched quantity; *unmeasured*: quantities that some run could not
    measure (a cycle time when no unit came out), which nothing waited for; *met*: all others are within the target.
    """

    runs: list[Run]
    relative: dict[str, float]
    unmeasured: tuple[str, ...]
    met: bool


def until_precise(
    run: Callable[[Task], Run],
    task: Callable[[int], Task],
    watched: Callable[[Run], Mapping[str, float]],
    *,
    least: int = LEAST,
    most: int = MOST,
    relative: float = RELATIVE,
    workers: int = 1,
) -> Precise[Run]:
    """Add replications until the 95 % half-width of each watched mean is at most *relative* of it.

    Parameters: *run* a task in any process; the *task* of a replication by its number; the quantities *watched*, by
    name, of a run; *least* and *most* replications; *relative*, the target; *workers*, processes. Replications come
    in chunks: after the least, as many as the spread so far calls for, n (h / target)^2, and at most as many again as
    there are. Chunks depend on what was found and not on *workers*, so that the same seed gives the same answer.

    Half-width: t(0.975, n - 1) s / sqrt(n). Source: Law (2015), Simulation Modeling and Analysis, 9.4.1, the sequential
    procedure; that it stops at a moment of its own choosing costs its intervals a little of their coverage.
    """
    runs: list[Run] = []
    wanted = least
    while True:
        runs += run_tasks(run, [task(number) for number in range(len(runs), wanted)], workers)
        found = assessed(runs, watched, relative)
        if found.met or wanted >= most:
            return found
        more = called_for(wanted, max(found.relative.values()), relative)
        wanted = min(most, 2 * wanted, max(more, wanted + 1))


def called_for(count: int, found: float, target: float) -> int:
    """Replications that a half-width of *target* takes, when *count* of them *found* another (both over the mean)."""
    # An infinite one (a mean of 0) foretells nothing, and no line is worth more than so many.
    return ceil(min(count * (found / target) ** 2, MOST * count))


def assessed(runs: Sequence[Run], watched: Callable[[Run], Mapping[str, float]], relative: float) -> Precise[Run]:
    """Return *runs* with how well their *watched* means are known, and whether all are within *relative*."""
    columns: dict[str, list[float]] = {}
    for one in runs:
        for name, value in watched(one).items():
            columns.setdefault(name, []).append(value)
    unmeasured = tuple(name for name, values in columns.items() if not np.isfinite(values).all())
    known = {name: relative_half_width(values) for name, values in columns.items() if name not in unmeasured}
    met = len(runs) > 1 and all(value <= relative for value in known.values())
    return Precise(list(runs), known, unmeasured, met)


def relative_half_width(values: list[float]) -> float:
    """Half-width over mean of *values*; 0 where they are all alike, infinite where their mean is 0 all the same."""
    mean, half = abs(float(np.mean(values))), float(half_width(values))
    if half == 0.0:
        return 0.0
    return half / mean if mean > 0 else inf
