"""What the linear store of a plan is told of its tank: how much of it is usable, and what it loses by the hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.inputs import Inputs
from optimiser.model import Expression, Model
from twin.model.thermal.store_operation import StoreTank, store_figures

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearStore:
    """*usable_share* of the store's size, and the share of its level that is lost in each hour (8760)."""

    usable_share: float
    loss_per_h: Array


def linear_store(inputs: Inputs) -> LinearStore:
    """Return the store as the plan's rows have it.

    Of a stratified tank both figures are those of its own physics at its size of reference, the loss by the air around.
    """
    kit, supply_c = inputs.plant.equipment.cold_store, inputs.plant.equipment.chiller.supply_c
    if kit.stratified is None:
        return LinearStore(1.0, np.full_like(inputs.outdoor_c, kit.loss_fraction_per_h))
    figures = store_figures(StoreTank.of(kit, supply_c))
    return LinearStore(figures.usable_share, figures.losses_per_h(inputs.outdoor_c - supply_c))


def add_usable_level(model: Model, usable_share: float, level: Any, store: Any) -> None:
    """The row that holds a stratified store's level, in place of that of a plain one."""

    @model.each_hour
    def level_within_usable(t: int) -> Expression:
        """level[t] <= usable share x store"""
        return level[t] <= usable_share * store
