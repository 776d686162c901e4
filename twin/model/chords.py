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
CHORDS_AT = (0.02, 0.96)


Line = tuple[float, float]
"""Constant and slope."""


def heights(lines: Sequence[Line], load: Array) -> Array:
    """The maximum of *lines* at each *load* (any shape)."""
    at = np.asarray(load, dtype=float)
    highest = np.full(at.shape, -np.inf)
    for constant, slope in lines:
        np.maximum(highest, constant + slope * at, out=highest)
    return highest


@dataclass(frozen=True)
class Chords:
    """Lines over a curve: (constant, slope) of each, and how far their maximum lies above the curve.

    *largest_error* in the curve's unit, *largest_relative_error* of the curve's own height, *mean_error* the mean miss
    over the mean height; measured on a grid of loads between the first and the last point.
    """

    lines: tuple[Line, ...]
    largest_error: float
    largest_relative_error: float
    mean_error: float

    def heights(self, load: Array) -> Array:
        """The maximum of the lines at each *load* (any shape)."""
        return heights(self.lines, load)


def evenly_spaced(grid: Array, density: Array, count: int) -> Array:
    """Return *count* points from the first to the last of *grid*, with as much of the integral of *density* between.

    With the root of what an error of a chord weighs as density, all chords err alike: at distance d of its ends a chord
    lies above a curve of bend f'' by at most d2 f'' / 8.
    """
    travelled = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2.0)])
    points = np.interp(np.linspace(0.0, travelled[-1], count), travelled, grid)
    points[0], points[-1] = grid[0], grid[-1]
    return points


def chords_at(curve: Callable[[Array], Array], load: Array) -> tuple[Array, Array]:
    """Return constants and slopes (3, T) of chords of a convex *curve* that touch it at each *load* (T), 0 and 1.

    Through 0, the load, the middle between it and 1, and 1: at the load itself the highest of them is the curve, and
    elsewhere above it. Loads are held inside 0.02 to 0.96, so that no two points fall together.
    """
    at = np.clip(load, *CHORDS_AT)
    points = np.stack([np.zeros_like(at), at, (at + 1.0) / 2.0, np.ones_like(at)])
    touched = curve(points)
    slopes = np.diff(touched, axis=0) / np.diff(points, axis=0)
    return np.asarray(touched[:-1] - slopes * points[:-1]), np.asarray(slopes)


def bank_chords(curve: Callable[[Array], Array], best: float, pieces: int, name: str) -> tuple[Line, ...]:
    """Return lines for each installed machine of a bank: through the origin up to *best*, then *pieces* chords to 1.

    *best* is the load of least curve / load: below it machines switch off. Points lie where chords miss the curve by as
    much of its height. Raises as `chords_of`.
    """
    return bank_chords_through(curve, _points(curve, best, pieces + 1) if best < 1.0 else [1.0], name)


def bank_chords_through(
    curve: Callable[[Array], Array], points: Sequence[float] | Array, name: str
) -> tuple[Line, ...]:
    """`bank_chords` through given *points*, from the load of least curve / load, which may be 1, up to 1."""
    first = (0.0, float(curve(np.array(points[0]))) / float(points[0]))
    return (first, *chords_of(curve, points, name).lines) if len(points) > 1 else (first,)


def bank_tangents(curve: Callable[[Array], Array], best: float, pieces: int) -> tuple[Line, ...]:
    """Return lines below a bank's power for each installed machine: through the origin, and tangents from *best* to 1.

    For a bound: whatever whole number of machines runs, none of the lines lies above its power, because the curve is
    convex and a tangent beyond *best* has a constant of nil or less.
    """
    first = (0.0, float(curve(np.array(best))) / best * (1.0 - _ROUNDING))
    if best >= 1.0:
        return (first,)
    points = _points(curve, best, pieces + 1)
    lines = [first]
    for at in (points[1:] + points[:-1]) / 2.0:
        step = 1e-4 * min(1.0 - at, at)
        slope = float(curve(np.array(at + step)) - curve(np.array(at - step))) / (2.0 * step)
        grid = np.linspace(best, 1.0, _GRID)
        # a numerical slope may cross the curve by a hair: the line is lowered until it does not
        lines.append((min(0.0, float(np.min(curve(grid) - slope * grid)) - _ROUNDING), slope))
    return tuple(lines)


def _points(curve: Callable[[Array], Array], low: float, count: int) -> Array:
    """So many loads from *low* to 1 between which chords miss a smooth *curve* by as much of its height."""
    grid = np.linspace(low, 1.0, _GRID)
    height = curve(grid)
    bend = np.maximum(np.gradient(np.gradient(height, grid), grid), 0.0)
    return evenly_spaced(grid, np.sqrt(bend / np.maximum(height, _ROUNDING)) + 1e-6, count)


def chords_of(curve: Callable[[Array], Array], points: Sequence[float] | Array, name: str) -> Chords:
    """Return the chords of *curve* through its values at *points*, which rise.

    Parameters: *curve*, load to height, both of any unit; *name* of the curve for the message. Raises `FaultsError`
    for a curve that bends down between the points or has its chords below it anywhere: a minimisation would then choose
    a mixture of loads that no machine has.
    """
    at = np.asarray(points, dtype=float)
    if at.size < 2 or not (np.diff(at) > 0).all():
        raise_faults([Problem(name, f"chords through {at.tolist()}", "give two or more loads that rise")])
    touched = curve(at)
    slopes = np.diff(touched) / np.diff(at)
    lines = tuple((float(h - s * u), float(s)) for h, s, u in zip(touched, slopes, at, strict=False))
    grid = np.linspace(at[0], at[-1], _GRID)
    true = curve(grid)
    over = heights(lines, grid) - true
    rounding = _ROUNDING * max(1.0, float(np.abs(touched).max()))
    # points that lie close together leave few digits of a slope
    of_slopes = rounding + 8.0 * np.finfo(float).eps * float(np.abs(touched).max()) / float(np.diff(at).min())
    bends = np.flatnonzero(np.diff(slopes) < -of_slopes)
    if bends.size or over.min() < -rounding:
        load = float(at[bends[0] + 1]) if bends.size else float(grid[over.argmin()])
        what = f"bends down (is concave) at load {load:g}: chords cannot follow it"
        raise_faults([Problem(name, what, "give a curve whose slope never falls with load")])
    own, mean = np.divide(over, true, out=np.zeros_like(over), where=true > 0), float(true.mean())
    return Chords(
        lines=lines,
        largest_error=max(0.0, float(over.max())),
        largest_relative_error=max(0.0, float(own.max())),
        mean_error=max(0.0, float(over.mean()) / mean) if mean > 0 else 0.0,
    )
