"""How a plan keeps the conditioned halls: their heat and where it comes from, their humidity, the lines' error."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.inputs import Inputs
from sites.arrays import Flags
from twin.model.contracts import Plan
from twin.model.thermal.conditioned_hall import HallYear
from twin.model.thermal.conditioned_halls import HallPart
from twin.study.linear_error import linear_error

Array = NDArray[np.float64]
DUST = 1e-6  # of a relative humidity, and of a temperature [K]


def halls_document(inputs: Inputs, plan: Plan, people: Array) -> dict[str, Any] | None:
    """Return what summary.json says of the conditioned halls of a *plan* with *people* at its line (8760).

    Energies of a year [kWh]; None for a plant that describes none.
    """
    conditioned = inputs.assembly.conditioned
    if conditioned is None:
        return None
    true = conditioned.halls.operate(plan.values("line_kw"), people)
    planned, recovered = plan.values("reheat_kw_th"), plan.values("recovered_kw_th")
    total = float(planned.sum())
    return {
        "reheat_kwh_th": float(true.reheat_kw_th.sum()),
        "heating_kwh_th": float(true.heating_kw_th.sum()),
        "recovered_kwh_th": float(recovered.sum()),
        "recovered_share": float(recovered.sum()) / total if total > 0 else None,
        "electric_heat_kwh": float(plan.values("reheat_kw").sum()),
        "linear_form": {
            "cooling": linear_error(plan.values("assembly_kw_th"), true.cooling_kw_th, "_th"),
            "heat": linear_error(planned, true.heat_kw_th, "_th"),
        },
        "unserved_kwh_th": float(true.unserved_kw_th.sum()),
        "house_rule_usd": float(true.house_rule_usd.sum()),
        "halls": [_hall(part, true.years[part.name]) for part in conditioned.halls.parts],
    }


def _hall(part: HallPart, year: HallYear) -> dict[str, Any]:
    """Hours in which one hall is outside its bands of humidity, or warmer at the hour's end than its set-back."""
    hall, relative = part.hall, year.relative_humidity
    rule = hall.house_rule

    def hours(flags: Flags) -> int:
        return int(np.count_nonzero(flags))

    return {
        "name": part.name,
        "cooling_kwh_th": float(year.coil.total_kw_th.sum()),
        "latent_kwh_th": float(year.coil.latent_kw_th.sum()),
        "reheat_kwh_th": float(year.coil.reheat_kw_th.sum()),
        "heating_kwh_th": float(year.coil.heating_kw_th.sum()),
        "hours_overcooled": hours(year.moisture.overcooled),
        "hours_humidified": hours(year.moisture.added_kg_per_s > 0),
        "hours_below_firm": hours(relative < hall.relative_humidity_low - DUST),
        "hours_above_firm": hours(relative > hall.relative_humidity_high + DUST),
        "hours_below_house": None if rule is None else hours(relative < rule.relative_humidity_low - DUST),
        "hours_above_house": None if rule is None else hours(relative > rule.relative_humidity_high + DUST),
        "lowest_relative_humidity": float(relative.min()),
        "highest_relative_humidity": float(relative.max()),
        "warmest_c": float(year.zone.air_mean_c.max()),
        "coldest_c": float(year.zone.air_mean_c.min()),
    }
