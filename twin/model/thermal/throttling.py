"""Miners in the heat: the share of their rated power above the limit at which they throttle, and the next, dark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.model.burn_in import BurnIn

Array = NDArray[np.float64]
SAME_K = 1e-9  # rounding, not a colder inlet


@dataclass(frozen=True)
class Throttling:
    """What miners do in the heat, hour by hour: share of rated power, share of progress, and inlet temperature [C].

    *throttled* and *dark* are the hours in which they throttle, or shut down, for some of the hour at least.
    """

    power_share: Array
    progress_share: Array
    inlet_c: Array
    throttled: NDArray[np.bool_]
    dark: NDArray[np.bool_]


def power_share(burn_in: BurnIn, inlet_c: Array) -> Array:
    """Share of rated power at an inlet held at *inlet_c* [C]: 1, throttled above the limit, 0 above the next."""
    hot = np.where(inlet_c > burn_in.throttle_above_c, burn_in.throttled_power_fraction, 1.0)
    return np.where(inlet_c > burn_in.shut_down_above_c, 0.0, hot)


def progress_share(burn_in: BurnIn, inlet_c: Array) -> Array:
    """Share of an hour's burn-in that is done at an inlet held at *inlet_c* [C]."""
    hot = np.where(inlet_c > burn_in.throttle_above_c, burn_in.throttled_rate, 1.0)
    return np.where(inlet_c > burn_in.shut_down_above_c, 0.0, hot)


def throttling(burn_in: BurnIn, dark_inlet_c: Array, full_inlet_c: Array) -> Throttling:
    """Return the mean of each hour where the miners' own heat warms their inlet, which throttling then relieves.

    Parameters: the inlet [C] while all are dark, and while all run at rated power; between them it is linear in the
    power, as recirculation has it at a given flow. Where full power is too hot and throttled power is not, miners go to
    and fro about the limit, and the mean inlet is the limit; so it is with the next limit and darkness. The share falls
    with either temperature and never rises. Raises `ValueError` where an inlet is not a number or full power has the
    colder one.
    """
    low, high = burn_in.throttled_power_fraction, burn_in.throttled_rate
    dark_c, full_c = np.broadcast_arrays(np.asarray(dark_inlet_c, dtype=float), np.asarray(full_inlet_c, dtype=float))
    colder = ~(full_c >= dark_c - SAME_K)
    if colder.any():
        hour = int(np.argmax(colder))
        what = f"{full_c.flat[hour]:g} C at full power and {dark_c.flat[hour]:g} C while dark"
        raise ValueError(f"inlet of {what} in hour {hour}: miners warm it, they do not cool it")
    warming = np.maximum(full_c - dark_c, 0.0)
    throttled_c = dark_c + low * warming
    some = np.where(warming > 0, warming, 1.0)
    at_limit = np.clip((burn_in.throttle_above_c - dark_c) / some, low, 1.0)
    share = np.where(full_c <= burn_in.throttle_above_c, 1.0, np.where(warming > 0, at_limit, low))
    at_next = np.clip((burn_in.shut_down_above_c - dark_c) / some, 0.0, low)
    is_dark = throttled_c > burn_in.shut_down_above_c
    share = np.where(is_dark, np.where(warming > 0, at_next, 0.0), share)
    between = (share - low) / (1.0 - low) if low < 1.0 else (full_c <= burn_in.throttle_above_c).astype(float)
    progress = np.where(is_dark, high * share / low, high + (1.0 - high) * between)
    return Throttling(
        power_share=share,
        progress_share=np.asarray(progress),
        inlet_c=np.asarray(dark_c + share * warming),
        throttled=full_c > burn_in.throttle_above_c,
        dark=is_dark,
    )
