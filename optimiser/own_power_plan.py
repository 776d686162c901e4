"""Solar and generators in the plan: their sizes and their hourly series, as the solution has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimiser.solver import Solution

if TYPE_CHECKING:
    from optimiser.search import Found

Array = NDArray[np.float64]
KW = 1000.0
DUST_MW = 1e-9


def own_power_sizes(found: Found) -> dict[str, float]:
    """Sizes of what the plant's file offers, nil where nothing of it is bought: solar [kW], units and kW of each."""
    solution, kit = found.solution, found.facility.inputs.plant.equipment
    sizes = {}
    if kit.solar is not None:
        sizes["solar_kw"] = KW * _scalar(solution, "solar_mw")
    if kit.generators is not None:
        sizes["generators_count"] = float(round(_scalar(solution, "generators_count")))
        sizes["generator_kw"] = kit.generators.rated_kw
    return sizes


def own_power_series(found: Found) -> dict[str, Array]:
    """Power used and curtailed of the sun, power and fuel of the generators [kW, kWh] (8760), by the plan's names."""
    solution, inputs = found.solution, found.facility.inputs
    series: dict[str, Array] = {}
    if inputs.solar_kw_per_kw is not None:
        used = _hourly_kw(solution, "solar_used_mw")
        could = KW * _scalar(solution, "solar_mw") * inputs.solar_kw_per_kw
        series |= {"solar_kw": used, "solar_curtailed_kw": np.maximum(could - used, 0.0)}
    if inputs.generator_each_kw is not None:
        series["generators_kw"] = _hourly_kw(solution, "generators_power_mw")
        series["generators_fuel_kwh"] = _hourly_kw(solution, "generators_fuel_mw")
    return series


def _scalar(solution: Solution, name: str) -> float:
    return solution.scalar(name) if len(solution.matrices.columns.get(name, ())) else 0.0


def _hourly_kw(solution: Solution, name: str) -> Array:
    values = np.zeros(8760)
    if name in solution.matrices.keys:
        values[np.array(solution.matrices.keys[name], dtype=np.int64)] = solution.value(name)
    return np.where(values < DUST_MW, 0.0, KW * values)
