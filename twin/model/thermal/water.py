"""Liquid water at 1 atm: heat capacity and density.

Values: CRC Handbook of Chemistry and Physics, "Properties of water in the range 0-100 C" (confidence high). Read by
straight lines between the table's points: within 2e-4 of the curve. Held at the ends below 0 C and above 100 C.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Floats

_TABLE_C = np.arange(0.0, 101.0, 10.0)
_HEAT_CAPACITY = np.array([4.2176, 4.1921, 4.1818, 4.1784, 4.1785, 4.1806, 4.1843, 4.1895, 4.1963, 4.2050, 4.2159])
_DENSITY = np.array([999.84, 999.70, 998.21, 995.65, 992.22, 988.03, 983.20, 977.78, 971.82, 965.35, 958.40])


def heat_capacity_kj_per_kg_k(water_c: ArrayLike) -> Floats:
    """Heat capacity of water [kJ/(kg K)] at *water_c* [C]."""
    return np.asarray(np.interp(np.asarray(water_c, dtype=float), _TABLE_C, _HEAT_CAPACITY))


def density_kg_m3(water_c: ArrayLike) -> Floats:
    """Density of water [kg/m3] at *water_c* [C]."""
    return np.asarray(np.interp(np.asarray(water_c, dtype=float), _TABLE_C, _DENSITY))
