"""What towers, water-cooled chillers and dry coolers can carry in one outdoor air, for the margins of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimiser.inputs import DesignPoint, Inputs
from twin.model.thermal.hydro_banks import unit_capacity_kw_th
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water_cooled_lines import design_points


@dataclass(frozen=True)
class Carried:
    """Heat that a bank carries [kW_th], with the spare out and with all machines, and how many are spare."""

    spare_out_kw_th: float
    stands_kw_th: float
    spare: int


def _air(point: DesignPoint) -> OutdoorAir:
    return OutdoorAir.of_wet_bulb([point.dry_bulb_c], [point.wet_bulb_c], float(point.cooling.pressure_pa[0]))


def water_cooled_chillers(inputs: Inputs, sizes: Mapping[str, float], point: DesignPoint) -> Carried | None:
    """Cold of the water-cooled chillers on water at their limit [kW_th]; None where the plan has none."""
    kit, number = inputs.plant.equipment.water_cooled, sizes.get("water_cooled_chillers_count", 0.0)
    if kit is None or number == 0:
        return None
    each = design_points(kit, [_air(point)], kit.tower.design_water_kg_per_s)[0].chiller_kw_th
    spare = kit.chiller.spare
    return Carried(max(number - spare, 0.0) * each, number * each, spare)


def towers(inputs: Inputs, sizes: Mapping[str, float], point: DesignPoint) -> tuple[Carried, float] | None:
    """Heat that the towers carry with water at the condensers' limit [kW_th], and heat for each kW of cold.

    The flow is that of the working chillers' pumps shared by the towers. None where the plan has none.
    """
    kit, number = inputs.plant.equipment.water_cooled, sizes.get("towers_count", 0.0)
    if kit is None or number == 0:
        return None
    chillers = max(sizes.get("water_cooled_chillers_count", 0.0) - kit.chiller.spare, 1.0)
    spare = kit.tower.spare

    def all_of(running: float) -> tuple[float, float]:
        flow_kg_per_s = 1000.0 * kit.condenser_pump.design_flow_m3_per_s * chillers / max(running, 1.0)
        found = design_points(kit, [_air(point)], flow_kg_per_s)[0]
        return running * found.tower_kw_th, found.heat_kw_th_per_kw_th

    working, stands = max(number - spare, 0.0), all_of(number)
    return Carried(all_of(working)[0], stands[0], spare), stands[1]


def dry_coolers(inputs: Inputs, sizes: Mapping[str, float], point: DesignPoint) -> dict[str, Carried]:
    """Heat that each bought type of dry cooler carries with the supply at its limit [kW_th], by the size's name."""
    hydro = inputs.plant.equipment.hydro
    found: dict[str, Carried] = {}
    for cooler in () if hydro is None else hydro.dry_coolers:
        assert hydro is not None
        number = sizes.get(cooler.size, 0.0)
        if number > 0:
            limit_c = hydro.loop.supply_limit_c
            each = float(np.asarray(unit_capacity_kw_th(hydro.loop, cooler, limit_c, _air(point), wet=True))[0])
            found[cooler.size] = Carried(max(number - cooler.spare, 0.0) * each, number * each, cooler.spare)
    return found
