"""When to buy what the mature year needs, and what to rent until it has arrived: months alone, item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.compiling import compile_model
from optimiser.model import MONTHS, Expression, Model, total
from optimiser.solver import Settings, solve
from optimiser.timegrid import without_hours
from sites.errors import InfeasibleError

Array = NDArray[np.float64]
DUST = 1e-6


@dataclass(frozen=True)
class StagedItem:
    """Something that the mature year needs and the year before it grows into.

    *name*; *mature* size; *step* in which it is bought and rented (0: any amount); *usd_per_month* that one unit of
    size costs while it is owned, and *rent_usd_per_month* while something stands in for it (None: nothing can);
    *first_month* in which it can be there (0 = January, 12: not within the year).
    """

    name: str
    mature: float
    step: float
    usd_per_month: float
    rent_usd_per_month: float | None
    first_month: int


@dataclass(frozen=True, eq=False)
class Stages:
    """One item through the year, by month (12 each): *bought*, *owned* and *rented*, in its unit of size.

    *usd* of owning and *rent_usd* of renting it, in the year.
    """

    bought: Array
    owned: Array
    rented: Array
    usd: float
    rent_usd: float

    @property
    def there(self) -> Array:
        """What stands in the plant, owned and rented (12)."""
        return self.owned + self.rented


def choose_stages(items: Sequence[StagedItem], needs: Mapping[str, Array]) -> dict[str, Stages]:
    """Return the cheapest purchases and rents by which each of *items* covers its *needs* by month (12).

    Raises `InfeasibleError` naming every item that is needed before it can be there and that nothing stands in for.
    """
    early = [
        f"{item.name}: {needs[item.name][: item.first_month].max(initial=0.0):,.0f} needed before it can be there"
        for item in items
        if item.rent_usd_per_month is None and needs[item.name][: item.first_month].max(initial=0.0) > DUST
    ]
    if early:
        raise InfeasibleError(f"{'; '.join(early)}, and nothing stands in for it; order it earlier")
    model = Model(without_hours())
    model.minimise(total(add_stages(model.within(item.name), item, needs[item.name]) for item in items))
    matrices = compile_model(model)
    found = solve(matrices, Settings(methods=("simplex",)))

    def by_month(name: str, step: float) -> Array:
        values = np.zeros(MONTHS)
        for month, value in zip(matrices.keys[name], found.value(name), strict=True):
            values[month] = value
        return np.maximum(np.round(values) * step if step > 0 else np.round(values, 6), 0.0)

    stages = {}
    for item in items:
        bought, rented = (by_month(f"{item.name}_{what}", item.step) for what in ("bought", "rented"))
        owned = np.cumsum(bought)
        rent = item.rent_usd_per_month or 0.0
        stages[item.name] = Stages(
            bought, owned, rented, item.usd_per_month * float(owned.sum()), rent * float(rented.sum())
        )
    return stages


def add_stages(model: Model, item: StagedItem, need: Array) -> Expression:
    """Add the purchases and rents of an *item* that cover its *need* by month (12); return their cost [usd]."""
    step = item.step if item.step > 0 else 1.0
    mature = float(np.ceil(item.mature / step - DUST)) if item.step > 0 else item.mature
    most = max(mature, float(np.ceil(need.max(initial=0.0) / step - DUST)))
    bought = model.monthly("bought", at_most=mature, whole=item.step > 0)
    rented = model.monthly("rented", at_most=0.0 if item.rent_usd_per_month is None else most, whole=item.step > 0)
    owned = model.monthly("owned", at_most=mature)

    @model.each_month
    def owned_follows_purchases(month: int) -> Expression:
        """owned[m] = owned[m-1] + bought[m], from nothing"""
        return owned[month] == (owned[month - 1] if month > 0 else 0.0) + bought[month]

    @model.each_month
    def need_is_covered(month: int) -> Expression:
        """step x (owned[m] + rented[m]) >= need[m]"""
        return step * (owned[month] + rented[month]) >= float(need[month])

    @model.each_of(range(item.first_month))
    def nothing_arrives_before_its_lead(month: int) -> Expression:
        """bought[m] <= 0 before the month of arrival"""
        return bought[month] <= 0.0

    if item.first_month < MONTHS:

        @model.once
        def all_is_there_in_the_end() -> Expression:
            """owned[December] = mature size"""
            return owned[MONTHS - 1] == mature

    rent = item.rent_usd_per_month or 0.0
    cost: Any = total(step * (item.usd_per_month * owned[m] + rent * rented[m]) for m in range(MONTHS))
    return cost
