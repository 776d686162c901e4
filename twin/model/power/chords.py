"""Chords of a convex curve: lines whose maximum a linear model can hold, never below the curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites.errors import Problem
from sites.validation import raise_faults

Array = NDArray[np.float64]
_GRID = 4001
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Chords:
    """Lines over a curve: (constant, slope) of each, and the *largest_error* of their maximum above the curve.

    The error has the curve's unit; it is measured on a grid of 4001 loads between the first and the last point.
    """

    lines: tuple[tuple[float, float], ...]
    largest_error: float

    def heights(self, load: Array) -> Array:
        """The maximum of the lines at each *load* (any shape)."""
        constant, slope = np.array(self.lines).T
        return np.asarray((constant + slope * np.asarray(load, dtype=float)[..., None]).max(axis=-1))


def chords_of(curve: Callable[[Array], Array], points: Sequence[float], name: str) -> Chords:
    """Return the chords of *curve* through its values at *points*, which rise.

    Parameters: *curve*, load to height, both of any unit; *name* of the curve for the message. Raises `FaultsError`
    for a curve that bends down between the points or has its chords below it anywhere: a minimisation would then choose
    a mixture of loads that no machine has.
    """
    at = np.asarray(points, dtype=float)
    if at.size < 2 or not (np.diff(at) > 0).all():
        raise_faults([Problem(name, f"chords through {list(points)}", "give two or more loads that rise")])
    heights = curve(at)
    slopes = np.diff(heights) / np.diff(at)
    lines = tuple((float(h - s * u), float(s)) for h, s, u in zip(heights, slopes, at, strict=False))
    grid = np.linspace(at[0], at[-1], _GRID)
    over = Chords(lines, 0.0).heights(grid) - curve(grid)
    rounding = _ROUNDING * max(1.0, float(np.abs(heights).max()))
    bends = np.flatnonzero(np.diff(slopes) < -rounding)
    if bends.size or over.min() < -rounding:
        load = float(at[bends[0] + 1]) if bends.size else float(grid[over.argmin()])
        what = f"bends down (is concave) at load {load:g}: chords cannot follow it"
        raise_faults([Problem(name, what, "give a curve whose slope never falls with load")])
    return Chords(lines, max(0.0, float(over.max())))
