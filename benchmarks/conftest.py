"""One fixed case for the solver benchmarks, a reference to divide seconds by, and the gate that holds counters.

The case is the starter plant in Texas with embedded weather and prices and a made-up line response. Its numbers are
rounded to nine digits, so that the last bits of another processor's exp() move no iteration.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import resource
import time
from pathlib import Path

import highspy
import numpy as np
import pytest
import xarray as xr

from optimiser.compiling import compile_model
from optimiser.facility import build
from optimiser.inputs import Inputs
from optimiser.search import Design, staff_values
from optimiser.staffing import Staffing
from twin.model.contracts import LineResponse
from twin.model.plant import Plant
from twin.study.case import read_case

HERE = Path(__file__).parent
UNITS_PER_TEAM_H = 5.4


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    case = read_case("texas")
    return rounded(case.inputs(made_up_response(case.plant)))


def rounded(value):
    """*value* with every array of floats in it, however deep, rounded to nine digits."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        scale = 10.0 ** (8 - np.floor(np.log10(np.where(value == 0, 1.0, np.abs(value)))))
        return np.round(value * scale) / scale
    if isinstance(value, list | tuple):
        return type(value)(rounded(part) for part in value)
    if dataclasses.is_dataclass(value):
        changed = {field.name: rounded(getattr(value, field.name)) for field in dataclasses.fields(value) if field.init}
        return dataclasses.replace(value, **changed)
    return value


def made_up_response(plant: Plant) -> LineResponse:
    """A line in which every staffed team makes 5.4 good units an hour: no simulation, the same on every machine."""
    patterns, skills, product = plant.patterns, list(plant.line.crew.people), ["product"]
    teams, hours = np.arange(plant.line.cells + 1), np.arange(168)
    share = np.array([pattern.staffed_share for pattern in patterns])
    capacity = (UNITS_PER_TEAM_H * teams[:, None, None] * share)[None, ..., None]
    line = ("design", "teams", "pattern")
    known = {
        "capacity_units_per_h": ((*line, "hour_of_week", "product"), "units/h", capacity),
        "weekly_units": ((*line, "product"), "units", capacity.sum(axis=3)),
        "return_share": (("product",), "1", np.array([0.035])),
        "shipped_share": (("product",), "1", np.array([0.997])),
        "kwh_per_unit": (("product",), "kWh/unit", np.array([2.4])),
        "wip_units": (line, "units", np.zeros((1, len(teams), len(patterns)))),
    }
    variables = {name: (dims, values, {"units": unit}) for name, (dims, unit, values) in known.items()}
    variables |= {
        f"{name}_half_width": (dims, np.zeros_like(values), {"units": unit})
        for name, (dims, unit, values) in known.items()
    }
    people = share[:, :, None] * np.array([plant.line.crew.people[skill] for skill in skills], dtype=float)
    variables |= {
        "fixed_kw": (("hour_of_week", "pattern"), 1.2 * share.T, {"units": "kW"}),
        "base_kw": ((), 0.0, {"units": "kW"}),
        "people": (("pattern", "hour_of_week", "skill"), people, {"units": "people"}),
        "heat_share_to_hall": (("product",), np.ones(1), {"units": "1"}),
    }
    coords = {
        "design": ["base"], "teams": teams, "pattern": [pattern.name for pattern in patterns], "hour_of_week": hours,
        "product": product, "skill": skills,
    }  # fmt: skip
    return LineResponse(xr.Dataset(variables, coords, {"replications": 1, "seed": 0}))


@pytest.fixture(scope="session")
def fixed_design(inputs: Inputs) -> Design:
    """Staff and sizes from fixed_design.json: what the search once chose, with racks and crews to spare."""
    kept = json.loads((HERE / "fixed_design.json").read_text())
    names = [pattern.name for pattern in inputs.plant.patterns]
    teams, crews = (
        np.array([kept[kind].get(name, [0] * 12) for name in names], dtype=float).T for kind in ("teams", "crews")
    )
    values = {name: np.array(value, dtype=float) for name, value in kept["sizes"].items()}
    staffing = Staffing(teams, crews, np.array(kept["stock_units"]))
    names_and_keys = compile_model(build(inputs, inputs.weeks_grid()).model)
    values |= staff_values(inputs, names_and_keys, staffing)
    peaks = {name: np.array(value, dtype=float) for name, value in kept["peaks_mw"].items()}
    return Design(values, peaks, staffing, weeks=None)


def reference_seconds() -> float:
    """Seconds that HiGHS' simplex takes for a seeded transport problem: what every other time is divided by."""
    solver = _transport(sources=300, sinks=400)
    begun = time.perf_counter()
    solver.run()
    seconds = time.perf_counter() - begun
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return seconds


def _transport(sources: int, sinks: int) -> highspy.Highs:
    """Ship from sources to sinks at least cost; each source has 3 % more than its share of the demand."""
    random = np.random.default_rng(2026)
    demand = random.integers(50, 150, sinks).astype(float)
    supply = np.full(sources, np.ceil(1.03 * demand.sum() / sources))
    cells = np.arange(sources * sinks)
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = len(cells), sources + sinks
    problem.col_cost_ = random.integers(1, 1000, len(cells)).astype(float)
    problem.col_lower_, problem.col_upper_ = np.zeros(len(cells)), np.full(len(cells), highspy.kHighsInf)
    problem.row_lower_ = np.concatenate([np.full(sources, -highspy.kHighsInf), demand])
    problem.row_upper_ = np.concatenate([supply, np.full(sinks, highspy.kHighsInf)])
    problem.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    problem.a_matrix_.start_ = np.arange(len(cells) + 1, dtype=np.int32) * 2
    problem.a_matrix_.index_ = np.stack([cells // sinks, sources + cells % sinks], axis=1).ravel().astype(np.int32)
    problem.a_matrix_.value_ = np.ones(2 * len(cells))
    solver = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1, "solver": "simplex", "presolve": "off"}.items():
        solver.setOptionValue(option, value)
    solver.passModel(problem)
    return solver


@pytest.fixture
def record(benchmark, request):
    """Return a function that notes a benchmark's ratio, memory and *counters*, and holds the counters to the baseline.

    The reference runs before and after, so that both times come from the same minute. A counter that moves is a change
    of the model or of the solver, never noise. *seconds* are parts of the whole, noted as ratios too.
    """
    before = reference_seconds()

    def note(seconds: dict[str, float] | None = None, **counters: int) -> None:
        info, name = benchmark.extra_info, request.node.name
        reference = min(before, reference_seconds())
        whole = {"whole": benchmark.stats.stats.min} if benchmark.stats else {}
        info["counters"] = counters
        info["ratio_to_reference"] = {part: s / reference for part, s in {**whole, **(seconds or {})}.items()}
        info["reference_seconds"] = reference
        info["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
        baseline = json.loads((HERE / "baseline.json").read_text())
        expected, found = baseline["counters"].get(name), importlib.metadata.version("highspy")
        assert counters == expected, (
            f"{name}: counted {counters}; baseline {expected} (highspy {found}, baseline {baseline['highspy']}). "
            "If the change is meant: say why in CHANGELOG.md, under Unreleased, in a line that names the baseline, "
            "then run .venv/bin/python benchmarks/update_baseline.py"
        )

    return note
