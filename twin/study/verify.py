"""Plays a finished run's plan again, in other random years."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sites.errors import InputError, Problem, nearest
from twin.model.contracts import LineResponse, Plan, Prices, Weather
from twin.model.runs import CURE, read_run
from twin.sim.playback import play
from twin.study.case import Case, read_case
from twin.study.plan import Correction, setting_of
from twin.study.promise import verdict


def verify_run(folder: Path, *, replications: int, seed: int, workers: int) -> dict[str, Any]:
    """Return promise, outcome and kept of the plan in a run *folder*, played with another *seed*.

    Site and plant are read from the run's own inputs, weather and prices from its results. Raises `InputError`.
    """
    run = read_run(folder, rounds=1)
    plan, weather, prices = (run.contracts[name] for name in ("plan", "weather", "prices"))
    response = run.contracts.get("response")
    assert isinstance(plan, Plan)
    if not isinstance(response, LineResponse):
        raise InputError(Problem(str(folder), "the run has a fixed load, no line to play", "verify a run with a line"))
    assert isinstance(weather, Weather)
    assert isinstance(prices, Prices)
    planned: Case = read_case(
        str(folder / "inputs" / "site.toml"),
        plant_file=folder / "inputs" / "plant.toml",
        weather=weather,
        prices=prices,
    )
    classes = [tariff.name for tariff in planned.site_file.site.tariffs]
    if run.summary["rate_class"] not in classes:
        what = f"value {run.summary['rate_class']!r}: no rate class of the run's own site"
        where = f"{folder / 'summary.json'}: rate_class"
        raise InputError(Problem(where, what, nearest(str(run.summary["rate_class"]), classes)))
    case = planned.with_rate_class(run.summary["rate_class"])
    try:
        correction = Correction(**run.summary["rounds"][-1]["correction"])
    except (KeyError, IndexError, TypeError) as error:
        where, what = f"{folder / 'summary.json'}: rounds", f"the last one's correction cannot be read: {error}"
        raise InputError(Problem(where, what, CURE)) from error
    setting = setting_of(case, case.inputs(response), correction)
    outcome = play(
        plan, setting, run.summary["sizes"], run.summary["costs"], replications=replications, seed=seed, workers=workers
    )
    found = verdict(run.summary["promise"], outcome, plan)
    return {"run": folder.name, "replications": replications, "seed": seed, **found}


def verify_text(document: Mapping[str, Any]) -> str:
    """Return the *document* of a play-back in lines: what was promised, what was found, and whether it was kept."""
    lines = []
    for name, promise in document["promise"].items():
        found = document["outcome"][name]
        state = "kept" if document["kept"][name] else "not kept"
        lines.append(
            f"{name:8} promised {promise:14,.1f}  found {found['mean']:14,.1f} +- {found['half_width']:,.1f}  {state}"
        )
    return "\n".join(lines)
