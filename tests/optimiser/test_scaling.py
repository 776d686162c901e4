"""Scales for interior-point solves: the same problem, and which columns they touch."""

import numpy as np
import pytest

from optimiser.compiling import compile_model
from optimiser.facility import build
from optimiser.model import Model, total
from optimiser.scaling import UNITS, natural_scales, unscaled
from optimiser.solver import Settings, solve


def batch_work(tiny):
    """Two hours: units made (at most 300 an hour) at 1 and 3 usd each, 400 wanted; power 0.001 MW a unit at 5 usd/MW.

    300 + 100: 300 x 1.005 + 100 x 3.005 = 602.
    """
    model = Model(tiny.grid(2))
    made = model.hourly("made_per_h", at_most=300.0)
    power = model.hourly("power_mw", at_most=10.0)

    @model.once
    def wanted():
        """sum of made >= 400"""
        return total(made[t] for t in range(2)) >= 400.0

    @model.each_hour
    def power_of_units(t):
        """power[t] = 0.001 made[t]"""
        return power[t] == 0.001 * made[t]

    model.minimise(total((1.0 + 2.0 * t) * made[t] + 5.0 * power[t] for t in range(2)))
    return compile_model(model)


def test_units_go_by_the_hundred_and_power_does_not(tiny):
    """Proves: only the units' columns are scaled, and of the rows only that in which nothing else is hourly; scaled
    coefficients are exact: 0.001 x 128, 1 x 128 / 128.
    Sensitivity: power in other units than MW; a row of units by the hundred whose right side is not."""
    matrices = batch_work(tiny)
    scales = natural_scales(matrices.columns, matrices.column_hour, matrices.matrix)
    assert scales.columns[matrices.columns["made_per_h"]].tolist() == [UNITS, UNITS]
    assert scales.columns[matrices.columns["power_mw"]].tolist() == [1.0, 1.0]
    assert scales.rows[matrices.rows["wanted"]].tolist() == [1.0 / UNITS]
    assert scales.rows[matrices.rows["power_of_units"]].tolist() == [1.0, 1.0]
    scaled = matrices.scaled(scales)
    row = scaled.matrix.toarray()[matrices.rows["wanted"][0]]
    assert row[matrices.columns["made_per_h"]].tolist() == [1.0, 1.0]
    assert scaled.row_low[matrices.rows["wanted"]].tolist() == [400.0 / UNITS]
    power = abs(scaled.matrix.toarray()[matrices.rows["power_of_units"]])
    assert power[:, matrices.columns["made_per_h"]].max() == 0.001 * UNITS


@pytest.mark.parametrize("method", ["hipo", "hipo-augmented", "ipx", "simplex"])
def test_scaled_or_not_the_answer_is_the_same(tiny, method):
    """Proves: values and prices come back unscaled from every method: 602 usd, 300 and 100 units, and a price of 3.005
    for a unit more.
    Sensitivity: values by the hundred (2.3 and 0.8), or a price of 385 or 0.023."""
    found = solve(batch_work(tiny), Settings(methods=(method,), tolerance=1e-8))
    assert found.objective == pytest.approx(602.0, abs=1e-3)
    assert found.value("made_per_h") == pytest.approx([300.0, 100.0], abs=1e-3)
    assert found.price("wanted") == pytest.approx([3.005], abs=1e-5)


def test_of_the_facility_all_that_counts_units_is_scaled(tiny):
    """Proves: in a whole facility the line's output, the flows and stocks at the racks are scaled, and power, heat,
    teams and sizes are not.
    Sensitivity: a variable that is renamed falls out of its scale, and the full year's bound stalls."""
    matrices = compile_model(build(*tiny.batch()).model)
    scales = matrices.natural_scales()
    scaled = {name for name, places in matrices.columns.items() if (scales.columns[places] != 1.0).all()}
    assert {"line_made_per_h", *(f"burn_in_{what}" for what in FLOWS)} <= scaled
    assert not [name for name in scaled if name.endswith(("_mw", "_mwh", "teams", "crews", "racks"))]
    same = unscaled(matrices.matrix)
    assert np.all(same.columns == 1.0)
    assert np.all(same.rows == 1.0)


FLOWS = ("loads_per_h", "starts_per_h", "unloads_per_h", "waiting_units", "ready_units", "held_units", "burning_units",
         "stock_units", "shortage_units")  # fmt: skip
