"""The carbon of a plan's electricity, beside its cost: nothing here is priced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites.carbon import MARGINAL_SOURCE, average_carbon_figure, marginal_carbon_kg_per_kwh
from sites.clock import Calendar
from sites.schema import Site
from twin.model.contracts import Plan
from twin.model.plant import Plant
from twin.model.power.generators import yearly_test_fuel_kwh

KG_PER_T = 1000.0


@dataclass(frozen=True)
class Fuel:
    """Fuel burnt on the site in a year: *kwh* of heating value, tests included, and the carbon dioxide of each kWh."""

    kwh: float
    co2_kg_per_kwh: float


def fuel_of(plant: Plant, plan: Plan, sizes: Mapping[str, float]) -> Fuel | None:
    """Return the fuel of a *plan*'s generators; None for a plant without any."""
    spec = plant.equipment.generators
    if spec is None:
        return None
    units = round(sizes.get("generators_count", 0.0))
    tests_kwh = yearly_test_fuel_kwh(spec, units) if spec.emergency else 0.0
    return Fuel(float(plan.values("generators_fuel_kwh").sum()) + tests_kwh, spec.co2_kg_per_kwh_fuel)


def carbon_of(
    site: Site, calendar: Calendar, grid_kw: NDArray[np.float64], fuel: Fuel | None = None
) -> dict[str, float | str]:
    """Return the yearly carbon dioxide [t] of a load *grid_kw* (8760): at the state's average rate and at the margin.

    Formula: sum of kW x 1 h x kg/kWh / 1000, the average the same in every hour, the margin by hour. Both include what
    *fuel* on the site gives off, which is told apart as well (nothing is told where there are no generators).
    """
    average = average_carbon_figure(site.place.state)
    marginal = marginal_carbon_kg_per_kwh(site.place.state, calendar)
    burnt_t = 0.0 if fuel is None else fuel.kwh * fuel.co2_kg_per_kwh / KG_PER_T
    document: dict[str, float | str] = {
        "average_t_per_year": float(grid_kw.sum()) * float(average.base) / KG_PER_T + burnt_t,
        "average_source": f"{average.source}, {average.date}",
        "marginal_t_per_year": float(grid_kw @ marginal) / KG_PER_T + burnt_t,
        "marginal_source": MARGINAL_SOURCE,
    }
    return document if fuel is None else {**document, "fuel_t_per_year": burnt_t}
