"""What the grid delivers for what a plant uses: the losses of its transformers."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from twin.model.equipment.grid_service import Transformers

Array = NDArray[np.float64]
Amount = TypeVar("Amount", float, Array)


def no_load_loss_kw(kit: Transformers, number: Amount, size_kva: float) -> Amount:
    """No-load loss of a *number* of transformers of *size_kva* [kW]: number x size x no-load share."""
    return number * size_kva * kit.no_load_loss_fraction


def firm_kw_each(kit: Transformers, size_kva: float) -> float:
    """What one transformer of *size_kva* may carry for good [kW]: size x power factor x loading limit."""
    return size_kva * kit.power_factor * kit.loading_limit


def grid_load_kw(kit: Transformers, used_kw: Array, no_load_kw: float | Array) -> Array:
    """Load on the grid [kW] of what is used and lost: (use + no-load loss) / (1 - load loss)."""
    return np.asarray((used_kw + no_load_kw) / (1.0 - kit.load_loss_fraction))
