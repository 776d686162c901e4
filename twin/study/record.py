"""Writes a finished study into its run folder, and makes the report from a folder."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reports.page import RunContents, write_report
from sites.errors import InputError, Problem
from sites.figures import Figure
from twin.model.contracts import Contract, LineResponse, Outcome, Plan, Prices, Weather
from twin.model.plant_file import open_plant
from twin.model.runs import Run, digest, file_digest, read_json, read_run, to_json, write_contracts, write_run
from twin.study.plan import Study
from twin.study.summary import summary_of

PACKAGES = ("facility-twin", "simpy", "pyomo", "highspy", "numpy", "scipy", "xarray", "plotly", "click", "pydantic")


def assumptions_of(figures: list[Figure]) -> list[dict[str, Any]]:
    """Every number with an origin as a row of the report, guesses marked."""
    return [{**vars(figure), "assumption": figure.is_assumption} for figure in figures]


def _commit() -> str:
    """The commit of a checkout, "-dirty" when it has changes; empty for an installed package."""
    here = Path(__file__).resolve().parents[2]
    if not (here / ".git").exists():
        return ""
    try:
        run = subprocess.run(
            ["git", "-C", str(here), "describe", "--always", "--dirty"],
            capture_output=True, text=True, timeout=10, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return run.stdout.strip()


def _inputs_of(study: Study, files: dict[str, Path | None]) -> dict[str, str]:
    case = study.case
    bases = enumerate(open_plant(case.plant_file).chain[1:], start=1)
    extended = {f"plant's base {number}": one.file for number, one in bases}
    named = {"site": case.site_file.file, "plant": case.plant_file, **extended, **files}
    hashes = {name: file_digest(file) for name, file in sorted(named.items()) if file is not None}
    hashes["weather source"] = str(case.weather.data.attrs["source"])
    hashes["prices source"] = str(case.prices.data.attrs["source"])
    return hashes


def write_study(
    study: Study, parent: Path, command: list[str], files: dict[str, Path | None], log: list[dict[str, Any]]
) -> tuple[Path, dict[str, Any]]:
    """Write the run folder of a *study* under *parent* and return it with the summary.

    *command* is recorded; *files* are the weather, price and load files given; *log* the progress lines.
    """
    begun = time.perf_counter()
    summary = summary_of(study)
    case = study.case
    contracts: dict[str, Contract] = {"weather": case.weather, "prices": case.prices}
    if study.response is not None:
        contracts["response"] = study.response
    for number, one in enumerate(study.rounds, start=1):
        prefix = "" if number == len(study.rounds) else f"round{number}/"
        contracts[f"{prefix}plan"] = one.plan
        if one.outcome is not None:
            contracts[f"{prefix}outcome"] = one.outcome
    solution = study.last.found.solution
    inputs = _inputs_of(study, files)
    resolved = {
        "site": case.site_file.site.model_dump(mode="json"),
        "plant": case.plant.model_dump(mode="json"),
        "effort": {key: str(value) for key, value in vars(study.effort).items()},
        "inputs": inputs,
    }
    manifest: dict[str, Any] = {
        "command": command,
        "commit": _commit(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "inputs": inputs,
        "seeds": {"seed": study.effort.seed, "replications": study.effort.replications},
        "solver": {
            "status": solution.status,
            "method": solution.method,
            "iterations": solution.iterations,
            "rows_columns_nonzeros": list(solution.matrices.shape),
            "bound_method": study.bound.method,
            "bound_seconds": round(study.bound.seconds, 2),
            "bound_iterations": study.bound.iterations,
        },
        "groups": list(contracts),
        "host": {"platform": platform.platform(), "cores": os.cpu_count(), "name": platform.node()},
    }
    assumptions = assumptions_of(case.figures)

    def fill(folder: Path) -> None:
        (folder / "inputs").mkdir()
        shutil.copyfile(case.site_file.file, folder / "inputs" / "site.toml")
        plant_file = open_plant(case.plant_file)
        if plant_file.base is None:
            shutil.copyfile(case.plant_file, folder / "inputs" / "plant.toml")
        else:  # what it extends may change: the run keeps the whole plant
            (folder / "inputs" / "plant.toml").write_text(plant_file.text)
        (folder / "inputs" / "resolved.json").write_text(to_json(resolved))
        (folder / "inputs" / "assumptions.json").write_text(to_json(assumptions))
        write_contracts(folder / "results.nc", contracts)
        (folder / "summary.json").write_text(to_json(summary))
        (folder / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in log))
        manifest["phases_s"] = {**study.phases_s, "write": round(time.perf_counter() - begun, 2)}
        report_begun = time.perf_counter()
        write_report(_contents(summary, manifest, contracts, assumptions), folder / "report.html")
        manifest["phases_s"]["report"] = round(time.perf_counter() - report_begun, 2)
        (folder / "manifest.json").write_text(to_json(manifest))

    return write_run(parent, case.site_file.site.name, digest(resolved), fill), summary


def _contents(
    summary: dict[str, Any], manifest: dict[str, Any], contracts: Any, assumptions: list[dict[str, Any]]
) -> RunContents:
    plan, weather, prices = contracts["plan"], contracts["weather"], contracts["prices"]
    outcome, response = contracts.get("outcome"), contracts.get("response")
    assert isinstance(plan, Plan)
    assert isinstance(weather, Weather)
    assert isinstance(prices, Prices)
    assert outcome is None or isinstance(outcome, Outcome)
    assert response is None or isinstance(response, LineResponse)
    return RunContents(
        summary=summary,
        manifest=manifest,
        plan=plan,
        outcome=outcome,
        response=response,
        weather=weather,
        prices=prices,
        assumptions=assumptions,
    )


def report_of(folder: Path, out: Path | None = None) -> Path:
    """Make the report of a run *folder* again, in place or at *out*; raises `InputError` when it is no run."""
    run: Run = read_run(folder, rounds=1)
    assumptions = read_json(folder / "inputs" / "assumptions.json", list)
    file = out or folder / "report.html"
    try:
        write_report(_contents(run.summary, run.manifest, run.contracts, assumptions), file)
    except OSError as error:
        what = f"value {file}: cannot be written: {error.strerror or error}"
        raise InputError(Problem("--out", what, "name a file in a folder that may be written")) from error
    return file


def command_line() -> list[str]:
    """The command as it was given, without the path of the program."""
    return ["twin", *sys.argv[1:]]


def study_text(summary: Mapping[str, Any], folder: Path) -> str:
    """Return the *summary* of a study in lines: its cost and gap, its bill and whether it was kept, its *folder*."""
    kept = summary["kept"]
    promise = "not played" if kept is None else "kept" if kept["all"] else "not kept"
    gap = "" if summary["gap"] is None else f", gap {100 * summary['gap']:.1f} % of the decidable cost"
    return "\n".join(
        [
            f"{summary['site_label']}: {summary['objective_usd_per_year']:,.0f} usd a year{gap}",
            f"electricity bill {summary['bill_usd']:,.0f} usd a year; promise {promise}",
            f"run {folder}",
        ]
    )
