"""Production within the line's response, and the electricity of the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from optimiser.inputs import LineInputs
from optimiser.labour import Staff
from optimiser.model import Expression, Flows, Hourly, Model, total


@dataclass(frozen=True)
class Production:
    """Good units that reach the burn-in door for the first time [units/h], and the line's electricity [MW]."""

    units_per_h: Any
    electricity_mw: Hourly


def add_line(model: Model, line: LineInputs, staff: Staff) -> tuple[Production, Flows]:
    """Units made in each hour, within what the staffed teams can do."""
    grid = model.grid
    capacity = line.capacity_units_per_h[:, grid.hour]
    fixed_mw = line.fixed_kw_per_team[:, grid.hour] / 1000.0
    months = grid.labour_month
    top = capacity.max(axis=0) * float(staff.teams[0, 0].ub)
    made = model.hourly("made_per_h", at_most=top)

    @model.each_hour
    def made_within_capacity(t: int) -> Expression:
        """made[t] <= sum_p teams[month, p] capacity of a team[p, t]"""
        month = int(months[t])
        terms = [float(capacity[p, t]) * staff.teams[month, p] for p in staff.patterns if capacity[p, t] > 0]
        return made[t] <= total(terms) if terms else made[t] <= 0.0

    mw_per_unit = line.kwh_per_unit / 1000.0

    def electricity_mw(t: int) -> Expression:
        month = int(months[t])
        standing = [float(fixed_mw[p, t]) * staff.teams[month, p] for p in np.flatnonzero(fixed_mw[:, t]).tolist()]
        return mw_per_unit * made[t] + total(standing)

    return Production(made, electricity_mw), Flows(electricity_mw=electricity_mw)
