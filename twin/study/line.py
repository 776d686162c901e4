"""`twin line`: a line simulated, and what is written beside its document: event log, Gantt chart, trace of a unit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reports.figures.gantt import MOST_BARS
from reports.gantt_page import render_gantt
from reports.page import write_whole
from sites.errors import InputError, Problem
from twin.model.line_file import read_line
from twin.sim.line.log import write_log
from twin.sim.line_report import LineRequest, simulate_line
from twin.sim.trace import trace

WINDOW_H = 24.0


@dataclass(frozen=True, slots=True)
class LineFiles:
    """What is wanted of the first replication's events.

    *log*, a CSV file; *gantt*, an HTML file, of the *window_h* (begin, end; hours of the run, none: the first 24
    measured, or fewer when a browser could not draw them); the *trace* of a unit by its number.
    """

    log: Path | None = None
    gantt: Path | None = None
    window_h: tuple[float, float] | None = None
    trace: int | None = None

    @property
    def wanted(self) -> bool:
        """Whether the events have to be noted at all."""
        return self.log is not None or self.gantt is not None or self.trace is not None


def line_study(plant_file: Path, asked: LineRequest, files: LineFiles) -> dict[str, Any]:
    """Simulate the line of *plant_file* as *asked*, write the *files*, and return the document.

    Everything that can be wrong is found before a file is written, and each is written whole or not at all. The
    document has `trace` and `files` where they were wanted. Raises `InputError` with every problem.
    """
    _check_files(files)
    line = read_line(plant_file)
    answer = simulate_line(line, replace(asked, log=files.wanted))
    document = answer.document
    if answer.log is None:
        return document
    page = ""
    if files.gantt is not None:
        begin_h, end_h = _window(files, answer.log["time_min"], document["warmup_h"], asked.hours)
        page = render_gantt(answer.log, begin_h, end_h, line.name)
        document["gantt_window_h"] = [begin_h, end_h]
    if files.trace is not None:
        document["trace"] = trace(answer.log, files.trace)
    if files.log is not None:
        files.log.parent.mkdir(parents=True, exist_ok=True)
        write_log(answer.log, files.log)
    if files.gantt is not None:
        write_whole(page, files.gantt)
    document["files"] = {
        kind: str(file) for kind, file in (("log", files.log), ("gantt", files.gantt)) if file is not None
    }
    return document


def _window(files: LineFiles, times_min: Sequence[float], warmup_h: float, hours: float) -> tuple[float, float]:
    if files.window_h is None:
        return first_window(times_min, warmup_h, hours)
    if files.window_h[1] > warmup_h + hours:
        what = f"value {files.window_h[0]:g} {files.window_h[1]:g}: the run ends at {warmup_h + hours:g} h"
        raise InputError(Problem("--window", what, "end it there, or ask for more --hours"))
    return files.window_h


def first_window(times_min: Sequence[float], warmup_h: float, hours: float) -> tuple[float, float]:
    """First 24 hours measured [h], or as many as fit into a chart: an event makes two bars at most."""
    last = bisect_left(times_min, warmup_h * 60) + MOST_BARS // 2
    end_h = warmup_h + min(hours, WINDOW_H)
    return warmup_h, min(end_h, times_min[last] / 60) if last < len(times_min) else end_h


def _check_files(files: LineFiles) -> None:
    """Refuse what cannot be written before the simulation has taken its time."""
    wanted: Mapping[str, Path | None] = {"--log": files.log, "--gantt": files.gantt}
    wrong = []
    for option, file in wanted.items():
        if file is None:
            continue
        if file.is_dir():
            wrong.append(Problem(option, f"value {file}: a folder", "name a file in it"))
        elif any(parent.exists() and not parent.is_dir() for parent in file.parents):
            wrong.append(Problem(option, f"value {file}: its folder is a file", "name another"))
    if files.log is not None and files.log == files.gantt:
        wrong.append(Problem("--gantt", f"value {files.gantt}: the log is written there", "name another"))
    if files.window_h is not None and files.gantt is None:
        wrong.append(Problem("--window", "is for the Gantt chart", "give --gantt FILE.html"))
    if files.window_h is not None and files.window_h[1] <= files.window_h[0]:
        what = f"value {files.window_h[0]:g} {files.window_h[1]:g}: ends before it begins"
        wrong.append(Problem("--window", what, "give the beginning first"))
    if wrong:
        raise InputError(wrong)
