"""Heat that is there anyway, for reheat and heating: miners' exhaust, condensers, a run-around coil; electricity last.

Any two streams exchange q = e C_min (T_hot - T_cold) (effectiveness, ASHRAE HVAC Systems and Equipment, Air-to-Air
Energy Recovery). Sources are drawn in the order given; what is left of each is told, and electricity closes the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sites import air
from sites.arrays import Floats

ELECTRIC = "electric"


@dataclass(frozen=True)
class Recovered:
    """How a need for heat was met, hour by hour [kW_th]: by source *used* and *left*, and *electric_kw* for the rest.

    *unserved_kw_th* is what electricity could not give either.
    """

    used_kw_th: dict[str, Floats]
    left_kw_th: dict[str, Floats]
    electric_kw: Floats
    unserved_kw_th: Floats


def exchangeable_kw_th(
    hot_c: ArrayLike, hot_kw_per_k: ArrayLike, cold_c: ArrayLike, cold_kw_per_k: ArrayLike, effectiveness: ArrayLike
) -> Floats:
    """Heat that passes from a hot to a cold stream [kW_th]: e min(C_hot, C_cold) (T_hot - T_cold), never backwards.

    Parameters: entering temperatures [C] and heat capacity flows m cp [kW/K] of both; *effectiveness* [fraction].
    """
    least = np.minimum(np.asarray(hot_kw_per_k, dtype=float), np.asarray(cold_kw_per_k, dtype=float))
    apart = np.maximum(np.asarray(hot_c, dtype=float) - np.asarray(cold_c, dtype=float), 0.0)
    return np.asarray(np.asarray(effectiveness, dtype=float) * least * apart)


def reach_kw_th(
    hot_c: ArrayLike, cold_c: ArrayLike, wanted_c: ArrayLike, cold_kw_per_k: ArrayLike, effectiveness: ArrayLike
) -> Floats:
    """Most of a need that a source of plenty serves [kW_th]: its heat only reaches T_cold + e (T_hot - T_cold).

    The cold stream is to rise from *cold_c* to *wanted_c* [C]; the rest needs a hotter source.
    """
    cold = np.asarray(cold_c, dtype=float)
    rise = np.asarray(effectiveness, dtype=float) * np.maximum(np.asarray(hot_c, dtype=float) - cold, 0.0)
    wanted = np.maximum(np.asarray(wanted_c, dtype=float) - cold, 0.0)
    return np.asarray(np.asarray(cold_kw_per_k, dtype=float) * np.minimum(rise, wanted))


def exhaust_heat_kw_th(
    exhaust_c: ArrayLike, exhaust_kg_per_s: ArrayLike, humidity_ratio: ArrayLike, cold_c: ArrayLike,
    cold_kw_per_k: ArrayLike, effectiveness: float,
) -> Floats:  # fmt: skip
    """Heat that the miners' exhaust gives to a cold stream [kW_th] through a run-around coil or plate exchanger.

    Parameters: *exhaust_c* [C], *exhaust_kg_per_s* of dry air [kg/s] with *humidity_ratio* [kg/kg]; the cold stream's
    temperature [C] and m cp [kW/K]; *effectiveness* [fraction]. The exhaust stays above its dew point: no latent heat.
    """
    hot = np.asarray(exhaust_kg_per_s, dtype=float) * air.heat_capacity_kj_per_kg_k(humidity_ratio)
    return exchangeable_kw_th(exhaust_c, hot, cold_c, cold_kw_per_k, effectiveness)


def condenser_heat_kw_th(chiller_cooling_kw_th: ArrayLike, chiller_kw: ArrayLike, fraction: float) -> Floats:
    """Heat of the chillers' condensers that a recovery bundle offers [kW_th]: a *fraction* of cooling plus power."""
    return np.asarray(fraction * (np.asarray(chiller_cooling_kw_th, dtype=float) + np.asarray(chiller_kw, dtype=float)))


def wrap_around_kw_th(
    entering_c: ArrayLike, coil_leaving_c: ArrayLike, wanted_c: ArrayLike, air_kw_per_k: ArrayLike, effectiveness: float
) -> Floats:
    """Heat that a run-around coil takes before the cooling coil and gives back after it [kW_th].

    q = e C (T_in - T_coil), at most what brings the air to *wanted_c*: it saves as much cooling as reheat.
    *air_kw_per_k* [kW/K] is m cp of the one air stream.
    """
    entering, cold = np.asarray(entering_c, dtype=float), np.asarray(coil_leaving_c, dtype=float)
    rise = effectiveness * np.maximum(entering - cold, 0.0)
    wanted = np.maximum(np.asarray(wanted_c, dtype=float) - cold, 0.0)
    return np.asarray(np.asarray(air_kw_per_k, dtype=float) * np.minimum(rise, wanted))


def share_sources(
    need_kw_th: ArrayLike, available_kw_th: Mapping[str, ArrayLike], most_electric_kw: ArrayLike = np.inf
) -> Recovered:
    """Return how *need_kw_th* is met by sources in the order of *available_kw_th* [kW_th], electricity last.

    Parameters: arrays of hours that broadcast; *most_electric_kw* [kW] the electric heater's power.
    Raises `ValueError` for a negative need or source, and for a source that has electricity's name.
    """
    if ELECTRIC in available_kw_th:
        raise ValueError(f"a source may not be called {ELECTRIC!r}: electricity closes the rest")
    rest = np.array(need_kw_th, dtype=float)
    if (rest < 0).any():
        raise ValueError("a need for heat is negative")
    used: dict[str, Floats] = {}
    left: dict[str, Floats] = {}
    for name, offered in available_kw_th.items():
        offer = np.asarray(offered, dtype=float)
        if (offer < 0).any():
            raise ValueError(f"heat of {name} is negative")
        used[name] = np.asarray(np.minimum(rest, offer))
        left[name] = np.asarray(offer - used[name])
        rest = rest - used[name]
    electric = np.minimum(rest, np.asarray(most_electric_kw, dtype=float))
    return Recovered(used, left, np.asarray(electric), np.asarray(rest - electric))
