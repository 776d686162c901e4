"""docs/equations.md says what the code says."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimiser.facility import build
from optimiser.inputs import LineInputs, worked_share
from twin.study.case import read_case

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("make_equations", ROOT / "docs" / "make_equations.py")
make_equations = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_equations)

SOURCE = '''
def add(model):
    @model.each_hour
    def level_follows(t):
        """level[t] = level[t-1]
        + filling[t]"""

    @model.within("x").each_of_hours([1], place=0)
    def only_here(t, k):
        """a[t, k] <= b"""

    def above_tier():
        """above >= billed"""

    model.within("y").once(above_tier)

    def helper(t):
        """Not a constraint."""
'''


def test_constraints_are_told_from_other_functions():
    """Proves: decorated rules and rules handed over by name are found, in order; a helper is not.
    Sensitivity: by decorators alone the demand tiers, added in a loop, would be missing from the page."""
    assert make_equations.constraints(SOURCE) == [
        ("level_follows", "each hour t", "level[t] = level[t-1] + filling[t]"),
        ("only_here", "some hours (t, k)", "a[t, k] <= b"),
        ("above_tier", "once", "above >= billed"),
    ]


def test_page_is_current():
    """Proves: the page in the repository is what the code gives. Cure: .venv/bin/python docs/make_equations.py"""
    assert make_equations.PAGE.read_text() == make_equations.page()


@pytest.mark.slow
def test_page_holds_every_row_of_a_built_model():
    """Proves: whatever a facility of Texas puts into its model stands on the page.
    Sensitivity: a new way to add rows that the reader of the source does not know would leave its formulas out."""
    case = read_case("texas")
    share = worked_share(case.plant, case.calendar, case.holidays)
    line = LineInputs(
        capacity_units_per_h=5.4 * share,
        staffed_share=share,
        fixed_kw_per_team=share,
        kwh_per_unit=2.4,
        return_share=0.035,
        shipped_share=0.997,
        demand_units=np.full(12, 10_000.0),
        weeks=np.full(12, 365 / 84),
        open_share=np.ones(8760),
    )
    inputs = replace(case.inputs(None), line=line)
    formulas = build(inputs, inputs.weeks_grid()).model.formulas
    page = make_equations.PAGE.read_text()
    missing = {name for name, formula in formulas.items() if f"`{' '.join(formula.split())}`" not in page}
    assert not missing
