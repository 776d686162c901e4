"""A solar field: how large to build it, and how much of what it could make is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.inputs import Inputs
from optimiser.model import MONTHS, Expression, Flows, Model
from optimiser.tariff import CALENDAR_MONTH
from optimiser.timegrid import TimeGrid
from optimiser.upkeep import upkeep_terms
from twin.model.money import yearly_cost

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SolarFlows:
    """The solar decisions: size [MW of modules] and power used by hour [MW]."""

    size: Any
    used: Any


def factor_on_grid(factor: Array, grid: TimeGrid) -> Array:
    """Production factor [MW/MW] in the hours of the *grid*; *factor* is the year's (8760).

    One week stands for a month and may be sunnier or duller: where the grid's weights make up the whole month, its
    hours are scaled until they deliver what the month does, or sizes would follow the luck of the week.
    """
    there = factor[grid.hour].copy()
    if grid.is_full_year:
        return there
    for month in range(MONTHS):
        here, whole = grid.month == month, np.equal(CALENDAR_MONTH, month)
        if abs(grid.weight[here].sum() - whole.sum()) > 0.5:
            continue
        stands_for = float(grid.weight[here] @ there[here])
        if stands_for > 0:
            there[here] *= float(factor[whole].sum()) / stands_for
    return there


def add_solar(model: Model, inputs: Inputs) -> tuple[SolarFlows | None, list[Flows]]:
    """Solar modules at the site: what is not used is curtailed, nothing is exported. None without them in the plant."""
    solar, year = inputs.plant.equipment.solar, inputs.solar_kw_per_kw
    if solar is None or year is None:
        return None, []
    factor = factor_on_grid(year, model.grid)
    most_mw = solar.most_kw / 1000.0
    size = model.size("mw", at_most=most_mw)
    used = model.hourly("used_mw", at_most=factor * most_mw)

    @model.each_of_hours(np.flatnonzero(factor > 0).tolist())
    def used_within_sun(t: int) -> Expression:
        """used[t] <= production of one MW of modules[t] x size, in hours of sun"""
        return used[t] <= float(factor[t]) * size

    money = inputs.plant.money
    usd = 1000.0 * solar.usd_per_kw * inputs.site.construction.cost_index * size
    factor_of_life = yearly_cost(1.0, money.discount_rate, money.horizon_years, solar.life_years)
    own, upkeep = upkeep_terms(solar.om_usd_per_kw_year, 1000.0 * size, usd)
    flows = Flows(
        electricity_mw=lambda t: -used[t],
        installed_usd=usd,
        own_upkeep_usd=own,
        cost={"capital": factor_of_life * usd, **upkeep},
    )
    return SolarFlows(size, used), [flows]
