"""Plays a log's own material through the calibrated line, and says how far the line is from the log."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any

import numpy as np
from scipy.stats import t

from twin.model.line import Line
from twin.model.line_file import LineFile
from twin.model.material import Arrivals
from twin.sim.calibration.findings import rounded
from twin.sim.calibration.flow import Flow
from twin.sim.calibration.intervals import UPPER
from twin.sim.calibration.reading import Log
from twin.sim.executor import run_tasks
from twin.sim.line_run import LineTask, run_line
from twin.sim.replicate import half_width

QUANTITIES = ("throughput_per_h", "wip", "cycle_time_h")
SHORTEST_H = 1e-6


@dataclass(frozen=True, slots=True)
class Replay:
    """The comparison: each of *quantities* by name, and how material came in."""

    quantities: dict[str, dict[str, Any]]
    replications: int
    always: tuple[str, ...]
    inside_before: int

    def report(self, hours: float) -> dict[str, Any]:
        """The replay as the document has it."""
        remarks = []
        if self.always:
            names = ", ".join(self.always)
            remarks.append(f"material is always there at {names}, as in the plant file: its releases follow the line")
        if self.inside_before:
            remarks.append(f"{self.inside_before} units were inside when the log began; the replay begins empty")
        return {"hours": hours, "replications": self.replications, **self.quantities, "remarks": remarks}


def replay(file: LineFile, log: Log, flow: Flow, *, replications: int, seed: int, workers: int) -> Replay | None:
    """Run the line of *file* with the releases of *log* over its length; None for a log without length or releases.

    Parameters: *flow* of the log; *replications* with *seed*, over *workers* processes.
    """
    if log.hours < SHORTEST_H or not flow.releases_min:
        return None
    line, always = with_releases(file.line, flow)
    task_file = file.model_copy(update={"line": line})
    # Times stay those of the log, so that shifts fall where they fell.
    tasks = [
        LineTask(file=task_file, hours=log.hours, warmup_h=log.begin_min / 60, seed=seed, replication=place)
        for place in range(replications)
    ]
    runs = run_tasks(run_line, tasks, workers)
    seen = {"throughput_per_h": flow.throughput_per_h, "wip": flow.wip, "cycle_time_h": flow.cycle_time_h}
    found = {name: compare(seen[name], [run.whole[name] for run in runs]) for name in QUANTITIES}
    return Replay(found, replications, always, flow.inside_before)


def with_releases(line: Line, flow: Flow) -> tuple[Line, tuple[str, ...]]:
    """Return *line* with the releases of *flow* as its material, and the stations where material is always there.

    There the log's releases are the line's own doing, not the world's: that material stays as it is.
    """
    kept = [spec for spec in line.material if spec.always]
    always = {spec.at or line.first for spec in kept}
    made = []
    for (station, product), times_min in sorted(flow.releases_min.items()):
        at = station or line.first
        if at not in always:
            hours = tuple(minute / 60 for minute in times_min)
            made.append(Arrivals(at=at, product=product or None, times_h=hours, when_full="wait"))
    return line.model_copy(update={"arrivals": (*kept, *made)}), tuple(sorted(always))


def compare(seen: float | None, simulated: list[float]) -> dict[str, Any]:
    """One quantity in the log and in the replications.

    The log is one more run of the line, if the line is right: it is to be expected within mean -+ t s sqrt(1 + 1/n).
    """
    if seen is None or not all(isfinite(value) for value in simulated):
        return {"log": seen, "mean": None, "half_width": None, "error": None, "expected": None, "within": None}
    mean = float(np.mean(simulated))
    n = len(simulated)
    document: dict[str, Any] = {
        "log": rounded(seen),
        "mean": rounded(mean),
        "half_width": rounded(float(half_width(simulated))),
        "error": rounded((mean - seen) / seen) if seen else None,
        "expected": None,
        "within": None,
    }
    if n > 1:
        reach = float(t.ppf(UPPER, n - 1)) * float(np.std(simulated, ddof=1)) * sqrt(1 + 1 / n)
        document["expected"] = [rounded(mean - reach), rounded(mean + reach)]
        slack = 1e-9 * max(abs(mean), 1.0)
        document["within"] = mean - reach - slack <= seen <= mean + reach + slack
    return document
