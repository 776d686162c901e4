"""Teams and burn-in crews on shift patterns, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.inputs import Inputs, LineInputs
from optimiser.model import MONTHS, Expression, Flows, Model, total
from sites.schema import Site
from twin.model.plant import Plant

Array = NDArray[np.float64]
WEEKS_PER_YEAR = 8760.0 / 168.0


@dataclass(frozen=True)
class Staff:
    """The labour decisions, by (month, pattern place): *teams* of the line and *crews* at the racks."""

    teams: Any
    crews: Any
    patterns: range


def usd_per_week(plant: Plant, site: Site, people: dict[str, int]) -> Array:
    """Cost of one team or crew of *people* on each pattern [usd/week] (patterns): paid hours x cost an hour."""
    hourly = sum(number * site.labour.cost_usd_per_h(skill) for skill, number in people.items())
    return np.array([pattern.wage_h_per_week * hourly for pattern in plant.patterns])


def indirect_usd_per_year(plant: Plant, site: Site) -> float:
    """Cost of the people outside the crews [usd/year]: no decision changes it."""
    weekly = sum(
        number * site.labour.wage_usd_per_h[role] * (1.0 + site.labour.burden_fraction) * 40.0
        for role, number in plant.labour.indirect_people.items()
    )
    return weekly * WEEKS_PER_YEAR


def add_labour(model: Model, inputs: Inputs, line: LineInputs) -> tuple[Staff, Flows]:
    """Teams and crews in whole numbers, each keeping its pattern for the months that the plant asks."""
    plant, site = inputs.plant, inputs.site
    patterns = range(len(plant.patterns))
    keys = [(month, place) for month in range(MONTHS) for place in patterns]
    cells, most_crews = plant.line.cells, plant.labour.most_burn_in_crews
    teams = model.counts("teams", keys, cells)
    crews = model.counts("crews", keys, most_crews)
    keep_pattern(model.within("line"), teams, keys, plant.labour.keep_pattern_months, cells)
    keep_pattern(model.within("racks"), crews, keys, plant.labour.keep_pattern_months, most_crews)

    @model.each_month
    def one_team_a_cell(month: int) -> Expression:
        """sum_p teams[m, p] <= cells"""
        return total(teams[month, place] for place in patterns) <= cells

    @model.each_month
    def room_for_crews(month: int) -> Expression:
        """sum_p crews[m, p] <= most crews"""
        return total(crews[month, place] for place in patterns) <= most_crews

    team_usd = usd_per_week(plant, site, plant.line.crew.people)
    crew_usd = usd_per_week(plant, site, {plant.burn_in.skill: plant.burn_in.people_per_crew})
    cost = total(
        line.weeks[month] * (team_usd[place] * teams[month, place] + crew_usd[place] * crews[month, place])
        for month, place in keys
    )
    flows = Flows(cost={"labour": cost}, constant_cost={"labour": indirect_usd_per_year(plant, site)})
    return Staff(teams, crews, patterns), flows


def keep_pattern(model: Model, number: Any, keys: list[tuple[int, int]], months: int, most: int) -> None:
    """Add the rows by which a team keeps its pattern *months* months, over the turn of the year too."""
    if months <= 1:
        return
    begun = model.counts("begun", keys, most)

    @model.each_of(keys)
    def newcomers_are_counted(month: int, place: int) -> Expression:
        """begun[m, p] >= number[m, p] - number[m-1, p]"""
        return begun[month, place] >= number[month, place] - number[(month - 1) % MONTHS, place]

    @model.each_of(keys)
    def newcomers_stay(month: int, place: int) -> Expression:
        """number[m, p] >= sum of begun[m-k, p] for k = 0 to months-1"""
        if months >= MONTHS:
            return number[month, place] == number[(month - 1) % MONTHS, place]
        return number[month, place] >= total(begun[(month - back) % MONTHS, place] for back in range(months))
