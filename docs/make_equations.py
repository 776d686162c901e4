"""Write equations.md from the docstrings of the optimiser's constraints.

    .venv/bin/python docs/make_equations.py

A constraint is a function that `Model.each_hour` and its like add, and its docstring is its formula. The source is
read, not run: rows that Texas never needs (a tier, a ratchet) are on the page as well.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "equations.md"
EACH = {"each_hour": "each hour t", "each_month": "each month m", "once": "once"}
CASE = {"each_of_hours": "some hours", "each_of": "each case"}
HEAD = """# The model's equations

Written by `docs/make_equations.py` from the code; do not edit. Hours t, months m, patterns p; the hour before the first
is the last of the period, so every store and stock closes over it. Power in MW, heat in MW of heat, energy in MWh,
money in usd a year. "Some hours" and "each case" say what the indices in brackets run over; the code says which.
"""


class Row(NamedTuple):
    """One constraint: its *name*, over what it *runs*, and its *formula*."""

    name: str
    runs: str
    formula: str


def constraints(source: str) -> list[Row]:
    """Return the constraints in a module's *source*, in their order."""
    tree = ast.parse(source)
    called = [call for call in ast.walk(tree) if isinstance(call, ast.Call)]
    # a rule may also be handed to once() and the like by name, when it stands in a loop
    by_name = {rule.id: _adds(call) for call in called for rule in call.args if isinstance(rule, ast.Name)}
    rows = []
    for node in sorted((n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)), key=lambda n: n.lineno):
        ways = [_adds(decorator) for decorator in node.decorator_list] or [by_name.get(node.name)]
        formula = ast.get_docstring(node)
        if formula and ways[0] is not None:
            arguments = ", ".join(argument.arg for argument in node.args.args)
            runs = EACH.get(ways[0]) or f"{CASE[ways[0]]} ({arguments})"
            rows.append(Row(node.name, runs, " ".join(formula.split())))
    return rows


def _adds(node: ast.expr) -> str | None:
    """Return the method of `Model` that a decorator or call adds rows with, if it does."""
    called = node.func if isinstance(node, ast.Call) else node
    return called.attr if isinstance(called, ast.Attribute) and called.attr in {*EACH, *CASE} else None


def page() -> str:
    """Return the page: a section a module, a line a constraint."""
    parts = [HEAD]
    for file in sorted((ROOT / "optimiser").glob("*.py")):
        source = file.read_text()
        rows = constraints(source)
        if rows:
            about = (ast.get_docstring(ast.parse(source)) or "").split("\n\n")[0].replace("\n", " ")
            parts.append(f"\n## optimiser/{file.name}\n\n{about}\n\n| constraint | for | formula |\n|---|---|---|\n")
            parts += [
                f"| {row.name.replace('_', ' ')} | {row.runs} | `{row.formula.replace('|', chr(92) + '|')}` |\n"
                for row in rows
            ]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page())
