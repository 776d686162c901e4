"""Scales for interior-point solves: units of product by the hundred, beside megawatts and whole machines.

An interior-point method steps through all columns at once and stalls where their magnitudes lie far apart. In the model
power is in MW, of the order of one, but flows and stocks count single units, up to thousands at cents an hour. Measured
on the full year of the starter plant in Texas: as it stands HiPO stalls 1.3 % from the optimum and claims one; with
units by the hundred it closes to 1e-8 in 89 iterations. Simplex scales for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]
Places = NDArray[np.int64]
UNITS = 128.0  # a power of two: no coefficient is rounded
COUNT_UNITS = ("_units", "_per_h")  # endings of the names of variables that count units of product


@dataclass(frozen=True, eq=False)
class Scales:
    """Factors by column and by row: the scaled problem is rows x A x columns, solved for x / columns."""

    columns: Array
    rows: Array

    def matrix(self, matrix: sparse.csc_array) -> sparse.csc_array:
        """Return the scaled *matrix*."""
        return sparse.csc_array(sparse.diags_array(self.rows) @ matrix @ sparse.diags_array(self.columns))


def natural_scales(columns: Mapping[str, Places], column_hour: Places, matrix: sparse.csc_array) -> Scales:
    """Return scales by which variables that count units of product, and rows without other hourly ones, go by UNITS.

    Parameters: places of *columns* by name; *column_hour*, -1 where it belongs to no hour; *matrix* (rows, columns).
    """
    counts = np.zeros(matrix.shape[1], dtype=bool)
    for name, places in columns.items():
        if name.endswith(COUNT_UNITS):
            counts[places] = True
    pattern = sparse.csr_array(matrix)
    pattern.data = np.ones_like(pattern.data)
    others = pattern @ ((column_hour >= 0) & ~counts).astype(float)
    of_units = (pattern @ counts.astype(float) > 0) & (others == 0)
    return Scales(np.where(counts, UNITS, 1.0), np.where(of_units, 1.0 / UNITS, 1.0))


def unscaled(matrix: sparse.csc_array) -> Scales:
    """Return the scales that leave a *matrix* as it is."""
    rows, columns = matrix.shape
    return Scales(np.ones(columns), np.ones(rows))
