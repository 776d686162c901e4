"""Roots and polynomials on whole arrays at once: what the thermal models need of numerical mathematics."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Floats

MOST_STEPS = 60


def polynomial(coefficients: Sequence[float], x: ArrayLike) -> Floats:
    """Value of c0 + c1 x + c2 x2 + ... at *x*, by Horner's rule."""
    at = np.asarray(x, dtype=float)
    value = np.zeros_like(at)
    for coefficient in reversed(coefficients):
        value = value * at + coefficient
    return value


def bracketed_root(residual: Callable[[Floats], Floats], low: Floats, high: Floats, tolerance: float = 1e-9) -> Floats:
    """Return where *residual*, rising from *low* to *high*, is nil, for each element; an end where there is no root.

    The method of Chandrupatla (Advances in Engineering Software 28, 1997): inverse quadratic interpolation where it is
    safe, else bisection; the root is always held between two values. *tolerance* is absolute, in the unit of *low*.
    *residual* takes and returns arrays of the shape of *low*.
    """
    a, b = np.array(high, dtype=float), np.array(low, dtype=float)
    f_a, f_b = residual(a), residual(b)
    below, above = f_a <= 0, f_b >= 0  # no change of sign: the end that is nearer to a root
    c, f_c = a.copy(), f_a.copy()
    share = np.full_like(a, 0.5)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(MOST_STEPS):
            x = a + share * (b - a)
            f = residual(x)
            same = np.sign(f) == np.sign(f_a)
            c, f_c = np.where(same, a, b), np.where(same, f_a, f_b)
            b, f_b = np.where(same, b, a), np.where(same, f_b, f_a)
            a, f_a = x, f
            width = np.abs(b - a)
            open_ = (width > tolerance) & (f_a != 0) & ~below & ~above
            if not open_.any():
                break
            xi = (a - b) / (c - b)
            phi = (f_a - f_b) / (f_c - f_b)
            smooth = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
            inverse = f_a / (f_b - f_a) * f_c / (f_b - f_c) + (c - a) / (b - a) * f_a / (f_c - f_a) * f_b / (f_c - f_b)
            least = np.minimum(0.5 * tolerance / np.maximum(width, 1e-300), 0.5)
            share = np.where(smooth & np.isfinite(inverse), np.clip(inverse, least, 1 - least), 0.5)
    found = np.where(np.abs(f_a) <= np.abs(f_b), a, b)
    return np.asarray(np.where(below, high, np.where(above, low, found)))
