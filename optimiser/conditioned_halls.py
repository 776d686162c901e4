"""The conditioned halls in the plan: chilled water and heat that the line's power and people make them need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.inputs import Inputs, most_of_line
from optimiser.model import Expression, Flows, Hourly, Model
from twin.model.thermal.hall_lines import HourlyLines

ROOM = 2.0  # of the highest need of any year simulated: a bound that no plan reaches


@dataclass(frozen=True)
class HallFlows:
    """What the halls ask for: their cooling [MW_th] by hour, and what their air handlers put on the buses."""

    cooling: Any
    flows: Flows


def places_of(lines: HourlyLines, hours: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Rows that *lines* need on the grid's *hours*: (position, line), none where no load has a need."""
    live, bent = lines.live[hours], lines.bent[hours]
    return [(t, k) for t in np.flatnonzero(live).tolist() for k in range(2 if bent[t] else 1)]


def highest_mw(lines: HourlyLines, line_kw: float, people: float) -> float:
    """Upper limit [MW] for a need: well above that of the halls without the line and with all of it."""
    most = max(float(lines.at(np.array(kw), np.array(heads)).max()) for kw, heads in ((0.0, 0.0), (line_kw, people)))
    return ROOM * most / 1000.0 + 0.1


def line_mw(lines: HourlyLines, hour: int, k: int, line_mw_now: Expression, thousands: Expression) -> Expression:
    """Line *k* of a need [MW] in an *hour* of the year: of the line's power [MW] and thousands of people."""
    constant, slope = float(lines.constant_kw[k, hour]) / 1000.0, float(lines.per_kw[k, hour])
    return constant + slope * line_mw_now + float(lines.per_person[hour]) * thousands


def add_conditioned_halls(model: Model, inputs: Inputs, line_power_mw: Hourly, people: Hourly) -> HallFlows:
    """Chilled water and air handlers of the conditioned halls.

    *line_power_mw* of the line and *people*, thousands of its crews, by hour.
    """
    conditioned, hours = inputs.assembly.conditioned, model.grid.hour
    assert conditioned is not None
    assert conditioned.linear is not None
    linear = conditioned.linear
    cooled = linear.cooling
    assert inputs.line is not None
    most = most_of_line(inputs.plant, inputs.line)
    cooling = model.hourly("cooling_mw", at_most=highest_mw(cooled, *most))

    @model.each_of_hours(places_of(cooled, hours))
    def halls_are_cooled(t: int, k: int) -> Expression:
        """cooling[t] >= constant_k[t] + slope_k[t] x line power[t] + per person[t] x people[t], two lines at most"""
        return cooling[t] >= line_mw(cooled, int(hours[t]), k, line_power_mw(t), people(t))

    def electricity_mw(t: int) -> Expression:
        return line_mw(linear.handler, int(hours[t]), 0, line_power_mw(t), people(t))

    weight = model.grid.weight
    water_m3 = float(weight @ linear.water_m3[hours])
    rule_usd = float(linear.house_rule_usd.sum())
    constant = {"house_rule": rule_usd} if rule_usd > 0 else {}
    return HallFlows(cooling, Flows(electricity_mw, water_m3=water_m3, constant_cost=constant))
