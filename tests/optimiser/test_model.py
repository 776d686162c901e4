"""The vocabulary of the model, and what it refuses."""

import numpy as np
import pytest

from optimiser.compiling import compile_model
from optimiser.model import Model, weighted


def test_a_constraint_without_a_formula_is_refused(tiny):
    """Proves: every way to add a constraint asks for its formula in the docstring.
    Sensitivity: a silent pass would leave rows that the equations page does not explain."""
    model = Model(tiny.grid(2))
    x = model.hourly("x", 1.0)

    def nameless(t=0):
        return x[t] <= 1

    for add in (model.each_hour, model.each_month, model.once, model.each_of([0]), model.each_of_hours([0])):
        with pytest.raises(ValueError, match="nameless has no formula"):
            add(nameless)


def test_a_name_stands_once(tiny):
    """Proves: a variable or constraint of a name that is taken is refused; under another prefix it is not.
    Sensitivity: Pyomo alone would replace the first with a warning, and its rows would be lost."""
    model = Model(tiny.grid(2))
    model.hourly("x", 1.0)
    with pytest.raises(ValueError, match="x stands twice"):
        model.size("x", 1.0)
    model.within("other").size("x", 1.0)

    def bound():
        """x >= 0"""
        return model.pyomo.x[0] >= 0

    model.once(bound)
    with pytest.raises(ValueError, match="bound stands twice"):
        model.once(bound)


def test_prefixes_nest(tiny):
    """Proves: a view of a view has both prefixes, and rows and formulas carry them.
    Sensitivity: `line_begun` instead of `labour_line_begun` would be missed by the search that fixes it by name."""
    model = Model(tiny.grid(1))
    inner = model.within("labour").within("line")
    begun = inner.size("begun", 1.0)

    @inner.once
    def stays():
        """begun >= 0"""
        return begun >= 0

    assert begun.name == "labour_line_begun"
    assert model.formulas == {"labour_line_stays": "begun >= 0"}
    assert model.pyomo.component("labour_line_stays") is not None


def test_hours_are_known_of_columns_and_rows(tiny):
    """Proves: columns and rows of an hour carry its position, also where the key holds more; others carry -1.
    Sensitivity: a wrong place of the hour in the key would put rows into another window of the year."""
    model = Model(tiny.grid(3))
    x, size = model.hourly("x", 1.0), model.size("size", 1.0)

    @model.each_hour
    def below(t):
        """x[t] <= size"""
        return x[t] <= size

    @model.each_of_hours([(7, 2), (8, 1)], place=1)
    def pair(name, t):
        """x[t] >= name / 100"""
        return x[t] >= name / 100 - size

    @model.once
    def whole():
        """sum x >= 1"""
        return sum(x[t] for t in range(3)) >= 1

    model.minimise(size)
    matrices = compile_model(model)
    assert matrices.column_hour[matrices.columns["x"]].tolist() == [0, 1, 2]
    assert matrices.column_hour[matrices.columns["size"]].tolist() == [-1]
    assert sorted(matrices.row_hour[matrices.rows["below"]].tolist()) == [0, 1, 2]
    assert matrices.row_hour[matrices.rows["pair"]].tolist() == [2, 1]
    assert matrices.row_hour[matrices.rows["whole"]].tolist() == [-1]


def test_every_column_is_bounded(tiny):
    """Proves: hourly bounds may differ by hour, sizes and months start at nil, and whole numbers are marked.
    Sensitivity: a column without bounds would make every proven bound minus infinity."""
    model = Model(tiny.grid(2))
    x = model.hourly("x", np.array([1.0, 2.0]), at_least=-3.0)
    y, n, k = model.monthly("y", 5.0), model.count("n", 4, 1), model.counts("k", [0, 1], 6)
    model.minimise(sum(x[t] for t in range(2)) + sum(y[m] for m in range(12)) + n + k[0] + k[1])
    matrices = _compiled(model, x)
    bounds = {name: (matrices.low[at].tolist(), matrices.high[at].tolist()) for name, at in matrices.columns.items()}
    assert bounds["x"] == ([-3.0, -3.0], [1.0, 2.0])
    assert bounds["y"] == ([0.0] * 12, [5.0] * 12)
    assert bounds["n"] == ([1.0], [4.0])
    assert bounds["k"] == ([0.0, 0.0], [6.0, 6.0])
    assert matrices.whole[matrices.columns["n"]].all()
    assert not matrices.whole[matrices.columns["x"]].any()


def _compiled(model, x):
    @model.each_hour
    def some_row(t):
        """x[t] >= -10"""
        return x[t] >= -10

    return compile_model(model)


def test_weighted_sums_only_what_counts(tiny):
    """Proves: sum of coefficients times the variable, hours with a coefficient of nil left out.
    Sensitivity: zeros kept in the expression would fill the matrix of 8760 hours."""
    model = Model(tiny.grid(3))
    x = model.hourly("x", 1.0)
    assert str(weighted(np.array([2.0, 0.0, -1.0]), x)) == "2.0*x[0] - x[2]"
