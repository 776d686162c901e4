"""Small lines for the tests of the simulation, written as a plant file would have them."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from twin.model.burn_in import BurnIn
from twin.model.line import Line
from twin.model.line_file import LineFile
from twin.sim.executor import run_tasks
from twin.sim.line import Controls, Network, Staffing, Streams
from twin.sim.line_run import LineRun, LineTask, run_line

CASES = Path(__file__).parents[2] / "cases" / "line"


def station(name: str, mean_min: float, law: str = "deterministic", cv: float = 0.0, **more: Any) -> dict[str, Any]:
    """A station whose time is fixed unless said otherwise."""
    return {"name": name, "process_time": {"law": law, "mean_min": mean_min, "cv": cv}, **more}


def line(*stations: dict[str, Any], **more: Any) -> Line:
    """A line whose first station is the first given."""
    return Line.model_validate({"first": stations[0]["name"], "stations": stations, **more})


def arrivals(mean_min: float, law: str = "deterministic") -> dict[str, Any]:
    """Material at intervals of *law*."""
    return {"interval": {"law": law, "mean_min": mean_min}}


def burn_in(**changes: Any) -> BurnIn:
    """Two hours in one rack of four slots; nothing fails unless *changes* say so."""
    spec = {
        "hours": 2, "slots_per_rack": 4, "racks": 1, "least_racks": 1, "most_racks": 8, "zone_kw": 100,
        "load_min": 2, "unload_min": 3, "people_per_crew": 1, "skill": "burn_in_operator",
        "infant_weibull_shape": 1, "infant_weibull_scale_h": 1e9, "next": "pack", "on_failure": "repair",
    }  # fmt: skip
    return BurnIn.model_validate(spec | changes)


def run(
    spec: Line,
    hours: int,
    *,
    burn: BurnIn | None = None,
    power_kw: float = 3.5,
    seed: int = 1,
    until_min: float | None = None,
    **controls: Any,
) -> Network:
    """Run *spec*, close it (which checks the invariants), and hand it back for inspection."""
    end = hours * 60.0 if until_min is None else until_min
    network = Network(spec, burn, power_kw, hours, Controls(**controls), Streams(seed, 0))
    network.start()
    network.run_until(end)
    network.close(end)
    return network


def staffed(*changes: tuple[float, int]) -> Staffing:
    """Staffing from (minute, cells) pairs; as many burn-in crews as cells."""
    cells = np.array([cells for _, cells in changes])
    return Staffing(np.array([minute for minute, _ in changes], dtype=float), cells, cells)


def case(number: str) -> dict[str, Any]:
    """An outside case by its *number*."""
    (file,) = CASES.glob(f"{number}_*.json")
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def file(*stations: dict[str, Any], **more: Any) -> LineFile:
    """A plant file of a line, read as one: *more* are keys of its line."""
    return LineFile.model_validate({"line": {"stations": list(stations), **more}})


def measure(
    spec: LineFile, hours: float, *, warmup_h: float = 0.0, seed: int = 20260101, replications: int = 10
) -> list[LineRun]:
    """Runs of a plant file, one a replication."""
    return run_tasks(run_line, [LineTask(spec, hours, warmup_h, seed, number) for number in range(replications)], 2)


def gate(values: list[float], exact: float, *, visible: float | None = None) -> None:
    """Four standard errors of *values* around *exact*, narrow enough to see *visible* (default: 2 % more) as wrong."""
    mean = np.mean(values)
    width = 4 * np.std(values, ddof=1) / len(values) ** 0.5
    assert abs(mean - exact) <= width, f"{mean} is not {exact} within {width}"
    seen = 1.02 * exact if visible is None else visible
    assert abs(seen - exact) > width, f"runs too short: the gate is {width / abs(exact):.2%}"


def starts(network: Network, station: str) -> list[tuple[float, int]]:
    """Minute and unit of each start at *station*, from the log of the run; a set-up is none."""
    log = network.log
    assert log is not None
    rows = zip(log.time_min, log.event, log.station, log.unit, log.detail, strict=True)
    return [(minute, unit) for minute, event, name, unit, detail in rows
            if (event, name, detail) == ("start", station, "")]  # fmt: skip


@pytest.fixture
def plain() -> SimpleNamespace:
    """The helpers of this file: `station`, `line`, `arrivals`, `burn_in`, `run`, `staffed`, `case`, `file`, `measure`,
    `gate`, `starts`."""
    return SimpleNamespace(
        station=station, line=line, arrivals=arrivals, burn_in=burn_in, run=run, staffed=staffed, case=case,
        file=file, measure=measure, gate=gate, starts=starts,
    )  # fmt: skip
