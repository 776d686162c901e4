"""A linear model as text, so that a file can hold every row of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyomo.environ as pyo
import pytest
from pyomo.repn import generate_standard_repn

from optimiser.model import Flows, Model


def written(expression: Any) -> str:
    """A linear expression as text: its terms in order of their names."""
    form = generate_standard_repn(expression)
    terms = sorted(zip((v.name for v in form.linear_vars), form.linear_coefs, strict=True))
    words = [f"{coefficient:+.9g} {name}" for name, coefficient in terms if coefficient]
    return " ".join([*words, *([f"{form.constant:+.9g}"] if form.constant or not words else [])])


def rows_of(model: Model, flows: dict[str, Flows]) -> str:
    """Everything that a subsystem put into the model, and what it hands back, as text."""
    lines = ["variables"]
    for variable in model.pyomo.component_objects(pyo.Var):
        for datum in variable.values():
            kind = "" if datum.is_continuous() else ", whole"
            lines.append(f"  {datum.lb:.9g} <= {datum.name} <= {datum.ub:.9g}{kind}")
    for constraint in model.pyomo.component_objects(pyo.Constraint):
        lines += ["", constraint.name, f"  formula: {model.formulas[constraint.name]}"]
        for datum in constraint.values():
            sides = ["" if side is None else f"{pyo.value(side):.9g}" for side in (datum.lower, datum.upper)]
            sense = "=" if datum.equality else "<="
            left = f"{sides[0]} {sense} " if sides[0] and not datum.equality else ""
            right = f" {sense} {sides[1]}" if sides[1] else ""
            lines.append(f"  {datum.name}: {left}{written(datum.body)}{right}")
    for name, flow in flows.items():
        lines += ["", f"flows: {name}"]
        if flow.electricity_mw is not None:
            lines += [f"  electricity[{t}] = {written(flow.electricity_mw(t))}" for t in range(len(model.grid))]
        lines += [f"  {way} = {written(getattr(flow, way))}" for way in ("water_m3", "installed_usd")]
        lines += [f"  cost, {key} = {written(usd)}" for key, usd in flow.cost.items()]
        lines += [f"  constant, {key} = {usd:.9g}" for key, usd in flow.constant_cost.items()]
    return "\n".join(lines) + "\n"


@pytest.fixture(name="rows_of")
def rows_as_text() -> Callable[[Model, dict[str, Flows]], str]:
    """The function that writes a model."""
    return rows_of
