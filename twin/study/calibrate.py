"""Calibrates a plant file by an event log: fits, writes the new file, and plays the log again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sites.errors import Attempts, InputError, Problem
from twin.model.line_file import LineFile, read_line
from twin.model.plant_file import open_plant
from twin.model.stations import BURN_IN
from twin.sim.calibration.burn_in import burn_in_findings
from twin.sim.calibration.findings import Finding
from twin.sim.calibration.flow import flow_of
from twin.sim.calibration.observations import observe
from twin.sim.calibration.plant_file import calibrated_text, refuse_sources, write_plant
from twin.sim.calibration.reading import Log, read_event_log
from twin.sim.calibration.replay import replay
from twin.sim.calibration.stations import station_findings


def calibrate(
    log_file: Path, plant_file: Path, out: Path, *, replications: int, seed: int, workers: int
) -> dict[str, Any]:
    """Fit the line of *plant_file* to the event log in *log_file*, write the new plant file *out*, and replay the log.

    Parameters: *replications* of the replay with *seed*, over *workers* processes. Returns the document of
    `twin calibrate`. Raises `InputError` with every problem of both files, and when *out* is one of them; nothing is
    written then.
    """
    refuse_sources(out, (log_file, plant_file))
    file, log = _read(log_file, plant_file)
    findings = findings_of(file, log)
    day = log.date or date.today().isoformat()
    opened = open_plant(plant_file)  # of a file that extends another, the whole plant is written
    told = plant_file.read_bytes().decode("utf-8") if opened.base is None else opened.text
    text = calibrated_text(told, findings, log_file.name, day)
    write_plant(text, out, (log_file, plant_file))
    played = replay(read_line(out), log, flow_of(log, file.line), replications=replications, seed=seed, workers=workers)
    return {
        "log": {
            "name": log.name,
            "events": len(log.entries),
            "hours": log.hours,
            "begin_min": log.begin_min,
            "resolution_min": log.resolution_min,
        },
        "plant": plant_file.name,
        "out": str(out),
        "findings": [finding.report() for finding in findings],
        "replay": None if played is None else played.report(log.hours),
    }


def _read(log_file: Path, plant_file: Path) -> tuple[LineFile, Log]:
    """Both files; the log can be read only where the plant file says what stations there are."""
    attempts = Attempts()
    file = attempts(lambda: read_line(plant_file))
    if not log_file.is_file():
        attempts.problems.append(Problem(str(log_file), "no such file", "check the path"))
    if file is None or attempts.problems:
        raise InputError(attempts.problems)
    servers: dict[str, int | None] = {spec.name: spec.servers for spec in file.line.stations}
    if file.burn_in is not None:
        servers[BURN_IN] = file.burn_in.racks
    return file, read_event_log(log_file, servers)


def findings_of(file: LineFile, log: Log) -> list[Finding]:
    """Everything that *log* tells of the line in *file*, station by station in the file's order."""
    burn_in = file.burn_in
    seen = observe(log, file.line, 0 if burn_in is None else burn_in.racks)
    found = [
        finding
        for spec in file.line.stations
        for finding in station_findings(spec, seen.stations[spec.name], log.resolution_min)
    ]
    return found if burn_in is None else found + burn_in_findings(burn_in, seen.burn_in, log.resolution_min)


def calibrate_text(document: dict[str, Any]) -> str:
    """What `twin calibrate` prints of its *document* without --json."""
    log = document["log"]
    lines = [f"{log['name']}: {log['events']:,} events over {log['hours']:.4g} h", ""]
    lines += [_finding_line(finding) for finding in document["findings"]]
    lines += ["", *_replay_lines(document["replay"]), "", f"written: {document['out']}"]
    return "\n".join(lines)


def _finding_line(finding: dict[str, Any]) -> str:
    head = f"{finding['station']:24} {finding['quantity']:28} "
    remarks = "".join(f"; {remark}" for remark in finding["remarks"])
    if not finding["fitted"]:
        return f"{head}kept: {finding['kept_because']}{remarks}"
    return f"{head}{_value(finding)}  ({finding['how']}){remarks}"


def _value(finding: dict[str, Any]) -> str:
    """The fitted value with its interval, in the unit of its quantity."""
    if "mtbf_h" in finding:
        return f"{finding['mtbf_h']:.5g} h {_span(finding['mtbf_h_interval'])}"
    if "mean_min" in finding:
        return f"{finding['mean_min']:.5g} min {_span(finding['mean_min_interval'])}, cv {finding['cv']:.3g}"
    if "scale_h" in finding:
        return f"shape {finding['shape']:.3g} {_span(finding['shape_interval'])}, scale {finding['scale_h']:.5g} h"
    return f"{finding['value']:.5g} {_span(finding['interval'])}"


def _span(interval: list[float | None]) -> str:
    low, high = ("..." if end is None else f"{end:.5g}" for end in interval)
    return f"[{low}, {high}]"


def _replay_lines(played: dict[str, Any] | None) -> list[str]:
    if played is None:
        return ["no replay: the log has no releases"]
    lines = [f"replay of {played['hours']:.4g} h, {played['replications']} replications"]
    for name in ("throughput_per_h", "wip", "cycle_time_h"):
        found = played[name]
        if found["mean"] is None:
            lines.append(f"  {name:20} nothing to compare")
            continue
        error = "" if found["error"] is None else f", error {100 * found['error']:+.2f} %"
        inside = {True: ", as expected", False: ", outside what is expected", None: ""}[found["within"]]
        simulated = f"{found['mean']:.5g} +- {found['half_width']:.2g}"
        lines.append(f"  {name:20} log {found['log']:.5g}, simulated {simulated}{error}{inside}")
    return [*lines, *(f"  {remark}" for remark in played["remarks"])]
