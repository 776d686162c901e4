"""Roots and polynomials on whole arrays at once: what the thermal models need of numerical mathematics."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Flags, Floats

MOST_STEPS = 60
HOURS_AT_A_TIME = 512


def polynomial(coefficients: Sequence[float], x: ArrayLike) -> Floats:
    """Value of c0 + c1 x + c2 x2 + ... at *x*, by Horner's rule."""
    at = np.asarray(x, dtype=float)
    value = np.zeros_like(at)
    for coefficient in reversed(coefficients):
        value = value * at + coefficient
    return value


def refuse_nan(**quantities: ArrayLike) -> None:
    """Raise `ValueError` for the first of *quantities* that somewhere is not a number, naming it and its first hour.

    A comparison with nan is false, so that a missing load would pass for none.
    """
    for name, values in quantities.items():
        _refuse(name, np.isnan(values), "a number")


def refuse_not_finite(**quantities: ArrayLike) -> None:
    """Raise `ValueError` as `refuse_nan`, for what is infinite, too: where a balance would make it not a number."""
    for name, values in quantities.items():
        _refuse(name, ~np.isfinite(values), "a finite number")


def _refuse(name: str, faulty: Flags, what: str) -> None:
    if faulty.any():
        raise ValueError(f"{name} is not {what} in {np.count_nonzero(faulty)} hours, first in hour "
                         f"{int(np.argmax(faulty))}")  # fmt: skip


def hour_by_hour(columns: Sequence[Floats], begin: int = 0) -> Iterator[tuple[float, ...]]:
    """Return the hours of *columns* (arrays of one length) from *begin* on, each a tuple of Python's floats.

    For a loop over a state: that is ten times as fast on plain floats as on elements of arrays. They are made a few
    hundred hours at a time, so that they stay in the processor's cache; all of a year's at once take twice as long.
    """
    return chain.from_iterable(
        zip(*(column[first : first + HOURS_AT_A_TIME].tolist() for column in columns), strict=True)
        for first in range(begin, len(columns[0]), HOURS_AT_A_TIME)
    )


def bracketed_root(residual: Callable[[Floats], Floats], low: Floats, high: Floats, tolerance: float = 1e-9) -> Floats:
    """Return where *residual*, rising from *low* to *high*, is nil, for each element; an end where there is no root.

    The method of Chandrupatla (Advances in Engineering Software 28, 1997): inverse quadratic interpolation where it is
    safe, else bisection; the root is always held between two values. *tolerance* is absolute, in the unit of *low*.
    *residual* takes and returns arrays of the shape of *low*.
    """
    a, b = np.array(high, dtype=float), np.array(low, dtype=float)
    f_a, f_b = residual(a), residual(b)
    below, above = f_a <= 0, f_b >= 0  # no change of sign: the end that is nearer to a root
    inside = ~(below | above)
    x = a + 0.5 * (b - a)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for _ in range(MOST_STEPS):
            f = residual(x)
            same = (f < 0) == (f_a < 0)
            c, f_c = np.where(same, a, b), np.where(same, f_a, f_b)
            b, f_b = np.where(same, b, a), np.where(same, f_b, f_a)
            a, f_a = x, f
            span = b - a
            width = np.abs(span)
            if not ((width > tolerance) & (f_a != 0) & inside).any():
                break
            f_ab, f_cb = f_a - f_b, f_c - f_b
            xi, phi = span / (b - c), f_ab / f_cb
            inverse = f_a / f_cb * (f_c / f_ab + (c - a) / span * f_b / (f_c - f_a))
            smooth = (phi * phi < xi) & ((1.0 - phi) ** 2 < 1.0 - xi) & np.isfinite(inverse)
            least = np.minimum(0.5 * tolerance / np.maximum(width, 1e-300), 0.5)
            held = np.minimum(np.maximum(inverse, least), 1.0 - least)
            x = a + np.where(smooth, held, 0.5) * span
    found = np.where(np.abs(f_a) <= np.abs(f_b), a, b)
    return np.asarray(np.where(below, high, np.where(above, low, found)))
