"""From a Pyomo model to matrices; the names of variables and constraints are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

from optimiser.matrices import INFINITY, Matrices
from optimiser.model import Model


def compile_model(model: Model) -> Matrices:
    """Turn a Pyomo *model* into matrices; the names of variables and constraints are kept."""
    with PauseGC():
        form = LinearStandardFormCompiler().write(model.pyomo, mixed_form=True, set_sense=pyo.minimize)
    place = {id(column): number for number, column in enumerate(form.columns)}
    columns: dict[str, NDArray[np.int64]] = {}
    keys: dict[str, list[Any]] = {}
    for variable in model.pyomo.component_objects(pyo.Var):
        # a variable that stands in no row and no cost has no column; it is reported as its lower bound
        found = [(key, place[id(datum)]) for key, datum in variable.items() if id(datum) in place]
        columns[variable.name] = np.array([number for _, number in found], dtype=np.int64)
        keys[variable.name] = [key for key, _ in found]
    column_hour = np.full(len(form.columns), -1)
    for variable in model.pyomo.component_objects(pyo.Var):
        if variable.name in model.hourly_names:
            column_hour[columns[variable.name]] = keys[variable.name]
    rows: dict[str, list[int]] = {}
    row_hour = np.full(len(form.rows), -1)
    row_low = np.full(len(form.rows), -INFINITY)
    row_high = np.full(len(form.rows), INFINITY)
    for number, (row, sense) in enumerate(form.rows):
        name = row.parent_component().name
        rows.setdefault(name, []).append(number)
        if name in model.hourly_names:
            row_hour[number] = model.hour_of(name, row.index())
        if sense <= 0:
            row_low[number] = form.rhs[number]
        if sense >= 0:
            row_high[number] = form.rhs[number]
    bounds = [column.bounds for column in form.columns]
    return Matrices(
        cost=np.asarray(form.c.todense()).ravel(),
        offset=float(np.asarray(form.c_offset).ravel()[0]) if np.size(form.c_offset) else 0.0,
        matrix=sparse.csc_array(form.A),
        row_low=row_low,
        row_high=row_high,
        low=np.array([-INFINITY if low is None else low for low, _ in bounds]),
        high=np.array([INFINITY if high is None else high for _, high in bounds]),
        whole=np.array([not column.is_continuous() for column in form.columns]),
        columns=columns,
        rows={name: np.array(numbers, dtype=np.int64) for name, numbers in rows.items()},
        keys=keys,
        column_hour=column_hour,
        row_hour=row_hour,
    )
