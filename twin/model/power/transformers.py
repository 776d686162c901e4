"""Transformers by hour: losses with the square of the load, and what the weather lets them carry.

References: IEEE C57.91 (loading by ambient temperature); 10 CFR 431.193 (losses at no load and with the square of the
load). The linear form that the plan is solved with stands in `twin.model.grid_service`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sites.errors import InputError, Problem
from twin.model.chords import Chords, chords_of
from twin.model.equipment.grid_service import Transformers
from twin.model.grid_service import firm_kw_each, no_load_loss_kw

Array = NDArray[np.float64]
_LOWEST_AMBIENT_C, _HIGHEST_AMBIENT_C = 0.0, 50.0  # of IEEE's table
_MAXIMUM_ABOVE_MEAN_K = 10.0
_HOURS_OF_A_DAY = 24


def bank_loss_kw(kit: Transformers, number: int, size_kva: float, used_kw: Array) -> Array:
    """Loss of a bank [kW] by hour: number x size x (no-load share + load share x (kVA / (number x size))2).

    Parameters: *number* of energised transformers of *size_kva* that share *used_kw*, the real power they deliver
    [kW] (any shape). A bank that delivers loses its no-load share also without load. Raises `ValueError` for power
    without a bank.
    """
    rating_kw = number * size_kva * kit.power_factor
    if _is_none(number, size_kva, used_kw):
        return np.zeros_like(used_kw, dtype=float)
    load_kw = number * size_kva * kit.load_loss_fraction * np.square(np.asarray(used_kw, dtype=float) / rating_kw)
    return np.asarray(no_load_loss_kw(kit, float(number), size_kva) + load_kw)


def _is_none(number: int, size_kva: float, power_kw: Array) -> bool:
    """Whether there is no bank; raises `ValueError` where one is asked for power."""
    if number * size_kva > 0:
        return False
    if np.any(power_kw):
        raise ValueError(f"{number} transformers of {size_kva:g} kVA carry nothing: give at least one for this power")
    return True


def grid_kw(kit: Transformers, number: int, size_kva: float, used_kw: Array) -> Array:
    """Power taken from the grid [kW] for *used_kw* behind the bank (parameters as in `bank_loss_kw`)."""
    return np.asarray(used_kw + bank_loss_kw(kit, number, size_kva, used_kw))


def used_kw_of_grid(kit: Transformers, number: int, size_kva: float, taken_kw: Array) -> Array:
    """Power behind the bank [kW] when *taken_kw* comes from the grid: the inverse of `grid_kw`.

    Root of k u2 + u = taken - no-load loss, k = load share / (number x size x power factor2). Raises `ValueError` for
    power without a bank.
    """
    if _is_none(number, size_kva, taken_kw):
        return np.zeros_like(taken_kw, dtype=float)
    net = np.asarray(taken_kw, dtype=float) - no_load_loss_kw(kit, float(number), size_kva)
    k = kit.load_loss_fraction / (number * size_kva * kit.power_factor**2)
    # written so that it neither cancels for small loads nor divides by a load loss of nil
    return np.asarray(2.0 * net / (1.0 + np.sqrt(np.maximum(1.0 + 4.0 * k * net, 0.0))))


def efficiency(kit: Transformers, number: int, size_kva: float, used_kw: Array) -> Array:
    """Delivered over taken power (0 to 1) by hour; 0 without load."""
    taken = grid_kw(kit, number, size_kva, used_kw)
    return np.asarray(np.divide(used_kw, taken, out=np.zeros_like(taken), where=taken > 0))


def loading_ambient_c(dry_bulb_c: Array) -> Array:
    """Ambient temperature [C] that loads are judged by, hour by hour: of each day (whole days of 24 h).

    The mean of the day, or its maximum less 10 K where that is higher (IEEE C57.91). Raises `InputError` for an array
    that is no whole number of days.
    """
    if dry_bulb_c.ndim != 1 or dry_bulb_c.size % _HOURS_OF_A_DAY:
        what = f"{dry_bulb_c.size} hours are no whole days"
        raise InputError(Problem("dry_bulb_c", what, "give whole days, such as 8760 hours"))
    days = dry_bulb_c.reshape(-1, _HOURS_OF_A_DAY)
    ruling = np.maximum(days.mean(axis=1), days.max(axis=1) - _MAXIMUM_ABOVE_MEAN_K)
    return np.repeat(ruling, _HOURS_OF_A_DAY)


def rating_share(kit: Transformers, ambient_c: Array) -> Array:
    """Share of the rating that *ambient_c* [C] allows: 1 - derating x K above the reference + uprating x K below it.

    The ambient is held within 0 to 50 C, the range of the table in IEEE C57.91.
    """
    held = np.clip(ambient_c, _LOWEST_AMBIENT_C, _HIGHEST_AMBIENT_C)
    above = held - kit.derating_ambient_c
    share = 1.0 - kit.derating_fraction_per_k * np.maximum(above, 0.0)
    return np.asarray(share + kit.uprating_fraction_per_k * np.maximum(-above, 0.0))


def firm_kw(kit: Transformers, number: int, size_kva: float, dry_bulb_c: Array) -> Array:
    """What *number* transformers carry with the spare ones out [kW], by hour of *dry_bulb_c* [C] (whole days).

    (number - spare) x size x power factor x loading limit x share that the ambient allows. Nil without a unit left.
    """
    left = max(number - kit.spare, 0)
    return np.asarray(left * firm_kw_each(kit, size_kva) * rating_share(kit, loading_ambient_c(dry_bulb_c)))


def overload_kw(kit: Transformers, number: int, size_kva: float, used_kw: Array, dry_bulb_c: Array) -> Array:
    """Load beyond what the bank carries with its spare out [kW] by hour; 0 where N+1 holds."""
    return np.maximum(used_kw - firm_kw(kit, number, size_kva, dry_bulb_c), 0.0)


def load_loss_chords(kit: Transformers, pieces: int = 4) -> Chords:
    """Chords of the load loss [kW per kVA of rating] over the loading [kVA per kVA], from nil to the most allowed.

    Parameters: *pieces* of equal width w. They lie on or above share x loading2 by at most share x w2 / 4. Multiply
    constants and error by the bank's rating, and take the loading of all energised units.
    """
    coldest = rating_share(kit, np.array([_LOWEST_AMBIENT_C]))[0]
    most = kit.loading_limit * max(1.0, float(coldest))
    points = [most * piece / pieces for piece in range(pieces + 1)]
    return chords_of(lambda loading: kit.load_loss_fraction * loading**2, points, "load_loss_fraction")
