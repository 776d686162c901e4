"""The smallest standard equipment for a year whose loads are known: the plan's limits and prices, without any store."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from optimiser.cooling import design_assembly_mw
from optimiser.inputs import Inputs, LineInputs
from optimiser.power import Service, services
from sites.errors import InfeasibleError
from twin.model.grid_service import grid_load_kw
from twin.model.thermal.operation import CoolingOperation, operate_cooling
from twin.model.thermal.water_cooled_operation import WaterCooledUse

Array = NDArray[np.float64]
DUST = 1e-6


def _highest(values: Array, where: NDArray[np.bool_]) -> float:
    return float(values[where].max(initial=0.0))


def hall_sizes(inputs: Inputs, burn_in_kw: Array) -> dict[str, float]:
    """Return fans, pads and coils of the burn-in hall [kW_th], in whole modules, for its heat *burn_in_kw* (8760).

    Each way carries the highest heat of the hours in which it is used, and of the year where a design condition asks
    for it. Raises `InfeasibleError` when the hall takes fewer modules.
    """
    hall, kit = inputs.hall, inputs.plant.equipment.ventilation
    peak = float(burn_in_kw.max())
    at_design = [point.cooling for point in inputs.design]
    needed = {
        "ventilation_kw_th": (hall.air_allowed, any(bool(cooling.air_allowed[0]) for cooling in at_design)),
        "pads_kw_th": (hall.pad_needed, any(bool(cooling.pad_needed[0]) for cooling in at_design)),
        "coils_kw_th": (~hall.air_allowed, any(not bool(cooling.air_allowed[0]) for cooling in at_design)),
    }
    sizes = {}
    for name, (hours, at_peak) in needed.items():
        heat_kw = burn_in_kw
        if name == "ventilation_kw_th":  # in thin air a module carries less than it is named by
            heat_kw = burn_in_kw / hall.fan_capacity_share
            thinnest = min(
                (float(one.fan_capacity_share[0]) for one in at_design if bool(one.air_allowed[0])), default=1.0
            )
            at_design_kw = peak / thinnest
        else:
            at_design_kw = peak
        asked = max(_highest(heat_kw, hours), at_design_kw if at_peak else 0.0)
        modules = np.ceil(asked / kit.module_kw_th - DUST)
        if modules > kit.most_modules:
            raise InfeasibleError(
                f"{peak:,.0f} kW of burn-in heat need {modules:.0f} modules, the hall takes {kit.most_modules}"
            )
        sizes[name] = float(modules) * kit.module_kw_th
    return sizes


def chillers_count(inputs: Inputs, line: LineInputs, burn_in_kw: Array, need_kw_th: Array) -> float:
    """Return how many chillers meet the hourly need *need_kw_th* (8760) and, with a spare, every design condition.

    At design conditions all cells are staffed and busy, and the highest of *burn_in_kw* (8760) is on the coils where
    outdoor air may not be used. Raises `InfeasibleError` when the catalogue allows fewer.
    """
    chiller = inputs.plant.equipment.chiller
    count = float(np.ceil((need_kw_th / inputs.chiller_kw_th).max() - DUST))
    for point in inputs.design:
        on_coils = 0.0 if bool(point.cooling.air_allowed[0]) else float(burn_in_kw.max())
        need = 1000.0 * design_assembly_mw(inputs, line, point) + on_coils
        if need > 0:
            count = max(count, float(np.ceil(need / point.chiller_kw_th - DUST)) + chiller.spare)
    if count > chiller.most:
        raise InfeasibleError(f"cooling needs {count:.0f} chillers, the catalogue allows {chiller.most}")
    return count


def smallest_service(inputs: Inputs, used_kw: Array) -> tuple[Service, Array]:
    """Return the cheapest grid service that carries *used_kw* (8760) with its spare out, and the grid's load [kW].

    Raises `InfeasibleError` when the largest service is too small.
    """
    kit = inputs.plant.equipment.transformers
    ladder = services(inputs.plant, inputs.site.construction.cost_index)
    for service in ladder:
        grid_kw = grid_load_kw(kit, used_kw, service.no_load_kw)
        if grid_kw.max() <= service.firm_kw + DUST:
            return service, grid_kw
    raise InfeasibleError(
        f"a peak of {used_kw.max():,.0f} kW is more than the largest service carries ({ladder[-1].firm_kw:,.0f} kW)"
    )


def operate_without_store(
    inputs: Inputs, sizes: Mapping[str, float], burn_in_kw: Array, line_kw: Array, people: Array
) -> CoolingOperation:
    """Return how the cooling of *sizes* runs the year (8760) without a cold store.

    Water-cooled chillers, where there are any, carry what they can: they need less electricity than air-cooled ones.
    """
    towers = inputs.water_cooled
    return operate_cooling(
        inputs.plant,
        {**sizes, "cold_store_kwh_th": 0.0},
        inputs.hall,
        inputs.assembly,
        inputs.outdoor_c,
        burn_in_kw,
        line_kw,
        people,
        np.zeros_like(burn_in_kw),
        None if towers is None else WaterCooledUse(towers.outdoor, np.ones_like(burn_in_kw)),
    )
