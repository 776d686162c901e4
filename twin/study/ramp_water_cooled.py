"""Water-cooled chillers and towers in the first year: what each month needs of them, and what stands in until then."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from optimiser.inputs import Inputs
from optimiser.model import MONTHS
from twin.model.equipment.water_cooled import WaterCooled
from twin.model.ramp_rules import CoolingSupply, Lead, RampRules

Array = NDArray[np.float64]
SIZES = ("water_cooled_chillers_count", "towers_count")
DUST = 1e-6


def _counts(inputs: Inputs, sizes: Mapping[str, float]) -> tuple[WaterCooled, float, float] | None:
    """The catalogue's entry, chillers and towers of the mature *sizes*; None where they have none."""
    chillers = sizes.get(SIZES[0], 0.0)
    if chillers <= 0.0:
        return None
    kit = inputs.plant.equipment.water_cooled
    return None if kit is None else (kit, chillers, sizes[SIZES[1]])


def supply_of(rules: RampRules) -> CoolingSupply:
    """Return the supply of water-cooled chillers with towers: that of all chillers where there is no other."""
    return rules.water_cooled or rules.chillers


def named_leads(rules: RampRules) -> tuple[tuple[str, str, Lead], ...]:
    """Return size, label and lead of both."""
    lead = supply_of(rules)
    return ((SIZES[0], "Water-cooled chillers", lead), (SIZES[1], "Cooling towers", lead))


def rents(inputs: Inputs, sizes: Mapping[str, float], rules: RampRules) -> dict[str, float]:
    """Return the rent [usd/month] of what stands in for one chiller and for one tower.

    Rented chillers need no tower: their price for the chillers' cooling is shared out as the prices of both are.
    """
    found = _counts(inputs, sizes)
    if found is None:
        return {}
    kit, chillers, towers = found
    all_usd = chillers * supply_of(rules).temporary_usd_per_kw_th_month * kit.chiller.capacity_kw_th
    worth_usd = chillers * kit.chiller.usd_each + towers * kit.tower.usd_each
    return {SIZES[0]: all_usd * kit.chiller.usd_each / worth_usd, SIZES[1]: all_usd * kit.tower.usd_each / worth_usd}


def capacity_kw_th(inputs: Inputs, sizes: Mapping[str, float]) -> Array | float:
    """Return what the water-cooled chillers of *sizes* deliver [kW_th] (8760), nil where there are none."""
    chillers = sizes.get(SIZES[0], 0.0)
    lines = None if chillers <= 0.0 else inputs.water_cooled
    return 0.0 if lines is None else chillers * lines.chiller_kw_th


def left_kw_th(inputs: Inputs, sizes: Mapping[str, float], cooling_kw_th: Array) -> Array:
    """Return what is left of a need [kW_th] (8760) for air-cooled chillers: water-cooled ones carry what they can."""
    return np.asarray(np.maximum(cooling_kw_th - capacity_kw_th(inputs, sizes), 0.0))


def needs_by_month(inputs: Inputs, sizes: Mapping[str, float], cooling_kw_th: Array) -> dict[str, Array]:
    """Return the water-cooled chillers and towers that each month (12) needs for *cooling_kw_th* (8760).

    As many working chillers as the highest load asks, with the plan's spare as far as the mature size has it, and
    towers in the mature proportion.
    """
    found = _counts(inputs, sizes)
    if found is None or inputs.water_cooled is None:
        return {name: np.zeros(MONTHS) for name in SIZES if name in sizes}
    kit, chillers, towers = found
    asked = np.maximum(cooling_kw_th, 0.0) / np.maximum(inputs.water_cooled.chiller_kw_th, DUST)
    highest = np.maximum.reduceat(asked, inputs.calendar.month_starts[:-1])
    working = np.minimum(np.ceil(highest - DUST), chillers)
    needed = np.where(working > 0, np.minimum(working + kit.chiller.spare, chillers), 0.0)
    return {SIZES[0]: needed, SIZES[1]: np.ceil(towers * needed / chillers - DUST)}
