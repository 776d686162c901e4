"""A mixed-integer linear problem as matrices: named columns and rows, and what stages change of them.

A model is compiled once (`optimiser.compiling`); stages then change bounds and integrality and solve again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimiser.scaling import Scales, natural_scales

INFINITY = float("inf")
Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Matrices:
    """minimise cost.x + offset subject to row_low <= A x <= row_high, low <= x <= high, some x whole numbers.

    *columns* and *rows* places by name; *keys* the indices of each variable; *column_hour* and *row_hour* the hour's
    position of whatever belongs to one hour, -1 of the rest.
    """

    cost: Array
    offset: float
    matrix: sparse.csc_array
    row_low: Array
    row_high: Array
    low: Array
    high: Array
    whole: NDArray[np.bool_]
    columns: dict[str, NDArray[np.int64]]
    rows: dict[str, NDArray[np.int64]]
    keys: dict[str, list[Any]]
    column_hour: NDArray[np.int64]
    row_hour: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns and nonzeros."""
        return (*self.matrix.shape, self.matrix.nnz)

    def fixed(self, values: dict[str, Array]) -> Matrices:
        """Return the matrices with the named variables held at *values*."""
        low, high = self.low.copy(), self.high.copy()
        for name, value in values.items():
            low[self.columns[name]] = high[self.columns[name]] = value
        return replace(self, low=low, high=high)

    def at_least(self, values: dict[str, Array]) -> Matrices:
        """Return the matrices with the named variables bounded below by *values*."""
        low = self.low.copy()
        for name, value in values.items():
            low[self.columns[name]] = np.maximum(low[self.columns[name]], value)
        return replace(self, low=low)

    def without_rows(self, names: Sequence[str]) -> Matrices:
        """Return the matrices whose rows of these *names*, where there are such, ask nothing."""
        low, high = self.row_low.copy(), self.row_high.copy()
        for name in names:
            places = self.rows.get(name, np.zeros(0, dtype=np.int64))
            low[places], high[places] = -INFINITY, INFINITY
        return replace(self, row_low=low, row_high=high)

    def relaxed(self) -> Matrices:
        """Return the matrices with every whole number allowed to be a fraction."""
        return replace(self, whole=np.zeros_like(self.whole))

    def rounded_up(self) -> Matrices:
        """Return the matrices with each whole number at least the least one that a row of it alone allows."""
        by_row = sparse.csr_array(self.matrix)
        alone = np.flatnonzero(np.diff(by_row.indptr) == 1)
        places, factors = by_row.indices[by_row.indptr[alone]], by_row.data[by_row.indptr[alone]]
        least = np.where(factors > 0, self.row_low[alone], self.row_high[alone]) / factors
        use = self.whole[places] & np.isfinite(least)
        low = self.low.copy()
        np.maximum.at(low, places[use], np.ceil(least[use] - 1e-6))
        return replace(self, low=low)

    def natural_scales(self) -> Scales:
        """Return the scales in which interior-point methods do best."""
        return natural_scales(self.columns, self.column_hour, self.matrix)

    def scaled(self, scales: Scales) -> Matrices:
        """Return the same problem in the *scales* of its columns and rows."""
        return replace(
            self,
            cost=self.cost * scales.columns,
            matrix=scales.matrix(self.matrix),
            row_low=self.row_low * scales.rows,
            row_high=self.row_high * scales.rows,
            low=self.low / scales.columns,
            high=self.high / scales.columns,
        )


def safe_bound(matrices: Matrices, prices: Array) -> float:
    """Return a proven lower bound [usd] on the objective from any row *prices*, however inexact.

    Lagrangian bound: prices whose sign asks for an infinite side are set to zero; every column has finite bounds,
    so the rest is finite: sum(price * active side) + sum(min over the column's bounds of reduced cost * x) + offset.
    """
    prices = np.where((prices > 0) & np.isinf(matrices.row_low), 0.0, prices)
    prices = np.where((prices < 0) & np.isinf(matrices.row_high), 0.0, prices)
    side = np.where(prices > 0, matrices.row_low, matrices.row_high)
    from_rows = float(np.sum(prices[prices != 0] * side[prices != 0]))
    reduced = matrices.cost - matrices.matrix.T @ prices
    if np.isinf(matrices.low[reduced > 0]).any() or np.isinf(matrices.high[reduced < 0]).any():
        return -INFINITY
    ends = np.where(reduced > 0, matrices.low, matrices.high)
    used = reduced != 0
    return from_rows + float(np.sum(reduced[used] * ends[used])) + matrices.offset
