"""Liquid water at 1 atm, and the water of a basin that is drained to keep its salts down.

Values: CRC Handbook of Chemistry and Physics, "Properties of water in the range 0-100 C" (confidence high). Read by
straight lines between the table's points: within 2e-4 of the curve. Held at the ends below 0 C and above 100 C.
EnergyPlus's table lies within 2e-4 of it; IAPWS-95 has 4.184 kJ/(kg K) at 20 C, 5e-4 more. The enthalpy of water that
air takes up is ASHRAE's, for it must close with that of moist air: `sites.air`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Floats

_TABLE_C = np.arange(0.0, 101.0, 10.0)
_HEAT_CAPACITY = np.array([4.2176, 4.1921, 4.1818, 4.1784, 4.1785, 4.1806, 4.1843, 4.1895, 4.1963, 4.2050, 4.2159])
_DENSITY = np.array([999.84, 999.70, 998.21, 995.65, 992.22, 988.03, 983.20, 977.78, 971.82, 965.35, 958.40])

# A kelvin more at the warm end moves its heat capacity by a few in ten thousand: each round gains three digits.
SAME_K = 1e-11  # of the next to last round
MOST_ROUNDS = 6


def heat_capacity_kj_per_kg_k(water_c: ArrayLike) -> Floats:
    """Heat capacity of water [kJ/(kg K)] at *water_c* [C]."""
    return np.asarray(np.interp(np.asarray(water_c, dtype=float), _TABLE_C, _HEAT_CAPACITY))


def warmed_c(water_c: Floats, heat_kw_th: Floats, water_kg_per_s: Floats) -> Floats:
    """Temperature [C] of water of *water_c* [C] that takes up *heat_kw_th* [kW_th]; without a flow [kg/s] it stays.

    T = T_cold + Q / (m c(T)): the heat capacity is that at the warm end, where a cooler or tower takes the water in.
    """
    flows = water_kg_per_s > 0
    per_flow = np.where(flows, heat_kw_th, 0.0) / np.where(flows, water_kg_per_s, 1.0)
    warm = water_c + per_flow / heat_capacity_kj_per_kg_k(water_c)
    for _ in range(MOST_ROUNDS):
        before, warm = warm, water_c + per_flow / heat_capacity_kj_per_kg_k(warm)
        if not (np.abs(warm - before) > SAME_K).any():
            break
    return np.asarray(warm)


def density_kg_m3(water_c: ArrayLike) -> Floats:
    """Density of water [kg/m3] at *water_c* [C]."""
    return np.asarray(np.interp(np.asarray(water_c, dtype=float), _TABLE_C, _DENSITY))


KG_PER_M3 = float(density_kg_m3(20.0))  # where the temperature does not matter: mains, basins, meters
VOLUME_KJ_PER_M3_K = KG_PER_M3 * float(heat_capacity_kj_per_kg_k(20.0))


@dataclass(frozen=True)
class BasinWater:
    """Water of a basin [kg/s]: what evaporates, is carried off as drops, is drained, and has to be made up."""

    evaporation_kg_per_s: Floats
    drift_kg_per_s: Floats
    blowdown_kg_per_s: Floats
    make_up_kg_per_s: Floats


def basin_water(
    evaporation_kg_per_s: ArrayLike, drift_kg_per_s: ArrayLike, cycles_of_concentration: float
) -> BasinWater:
    """Return what a basin at c *cycles_of_concentration* drains and takes for evaporation E and drift [kg/s].

    Salt in equals salt out: blowdown and drift together are E / (c - 1), make-up E c / (c - 1). Where drift alone is
    more, nothing is drained and the cycles stay below c. Source: EnergyPlus Engineering Reference, "Cooling Tower
    Makeup Water Usage", whose results keep the identity.
    """
    evaporation, drift = np.broadcast_arrays(
        np.asarray(evaporation_kg_per_s, dtype=float), np.asarray(drift_kg_per_s, dtype=float)
    )
    blowdown = np.maximum(evaporation / (cycles_of_concentration - 1.0) - drift, 0.0)
    return BasinWater(evaporation, drift, blowdown, evaporation + drift + blowdown)
