"""Heat for the halls: from miners' exhaust and from condensers as far as exchangers are bought, else by electricity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from optimiser.conditioned_halls import highest_mw, line_mw, places_of
from optimiser.inputs import Inputs, most_of_line
from optimiser.model import Expression, Flows, Hourly, Model
from twin.model.money import yearly_cost


@dataclass(frozen=True)
class HeatFlows:
    """Heat of the halls [MW_th] by source and hour; *recovery* [MW_th] is the size of the exchangers (none: None)."""

    electric: Any
    exhaust: Any = None
    condenser: Any = None
    recovery: Any = None


def add_heat(
    model: Model,
    inputs: Inputs,
    line_power_mw: Hourly,
    people: Hourly,
    burn_in_mw: Any,
    chilled_mw: Any,
    chiller_mw: Any,
) -> tuple[HeatFlows, Flows]:
    """Reheat and heating of the conditioned halls, and how large the exchangers are that recover heat for them.

    By hour [MW]: *line_power_mw* and thousands of *people* of the line, power of the miners *burn_in_mw*, cooling
    *chilled_mw* and power *chiller_mw* of the chillers.
    """
    conditioned, hours = inputs.assembly.conditioned, model.grid.hour
    assert conditioned is not None
    assert conditioned.linear is not None
    wanted = conditioned.linear.heat
    assert inputs.line is not None
    most_mw = highest_mw(wanted, *most_of_line(inputs.plant, inputs.line))
    electric = model.hourly("electric_mw", at_most=most_mw)
    places = places_of(wanted, hours)

    def need_mw(t: int, k: int) -> Expression:
        return line_mw(wanted, int(hours[t]), k, line_power_mw(t), people(t))

    kit, sources = inputs.plant.equipment.heat_recovery, conditioned.sources
    if kit is None or sources is None:

        @model.each_of_hours(places)
        def heat_is_electric(t: int, k: int) -> Expression:
            """electric[t] >= constant_k[t] + slope_k[t] x line power[t] + per person[t] x
            people[t], two lines at most"""
            return electric[t] >= need_mw(t, k)

        return HeatFlows(electric), Flows(lambda t: electric[t])

    size_mw = min(kit.most_kw_th / 1000.0, most_mw)
    each, share = sources.exhaust_kw_th_per_kw[hours], sources.exhaust_share[hours]
    some = (each > 0) & (share > 0) & wanted.live[hours]
    exhaust = model.hourly("exhaust_mw", at_most=np.where(some, size_mw, 0.0))
    lifted = sources.condenser_share[hours]
    bundle = (lifted > 0) & wanted.live[hours] & (kit.condenser_fraction > 0)
    # the halls' cooling may be above their need: lest cold be made for its condenser's heat, only needed cold counts
    needed = conditioned.linear.usual_cooling_kw_th[hours] * (1.0 + inputs.chiller_ratio[hours]) / 1000.0
    offered = np.minimum(kit.condenser_fraction * needed, size_mw)
    condenser = model.hourly("condenser_mw", at_most=np.where(bundle, offered, 0.0))
    recovery = model.size("recovery_mw", at_most=size_mw)

    @model.each_of_hours(places)
    def heat_is_met(t: int, k: int) -> Expression:
        """exhaust[t] + condenser[t] + electric[t] >= constant_k[t] + slope_k[t] x line power[t] + per person[t] x
        people[t], two lines at most"""
        return exhaust[t] + condenser[t] + electric[t] >= need_mw(t, k)

    @model.each_of_hours(np.flatnonzero(some).tolist())
    def exhaust_within_burn_in(t: int) -> Expression:
        """exhaust[t] <= heat of exhaust for each kW[t] x burn-in power[t]"""
        return exhaust[t] <= float(each[t]) * burn_in_mw[t]

    @model.each_of_hours(np.flatnonzero(some & (share < 1)).tolist())
    def exhaust_is_hot_enough(t: int) -> Expression:
        """(1 - share[t]) exhaust[t] <= share[t] (condenser[t] + electric[t]), where exhaust reaches part of the need"""
        return (1.0 - float(share[t])) * exhaust[t] <= float(share[t]) * (condenser[t] + electric[t])

    @model.each_of_hours(np.flatnonzero(bundle).tolist())
    def condenser_within_heat(t: int) -> Expression:
        """condenser[t] <= fraction x (chilled[t] + chiller power[t])"""
        return condenser[t] <= kit.condenser_fraction * (chilled_mw[t] + chiller_mw[t])

    @model.each_of_hours(np.flatnonzero(bundle & (lifted < 1)).tolist())
    def condenser_is_hot_enough(t: int) -> Expression:
        """(1 - share[t]) condenser[t] <= share[t] (exhaust[t] + electric[t]), where it reaches part of the need"""
        return (1.0 - float(lifted[t])) * condenser[t] <= float(lifted[t]) * (exhaust[t] + electric[t])

    hotter = np.maximum(share, lifted)

    @model.each_of_hours(np.flatnonzero(some & bundle & (hotter < 1)).tolist())
    def recovered_is_hot_enough(t: int) -> Expression:
        """(1 - share of the hotter[t]) (exhaust[t] + condenser[t]) <= share of the hotter[t] x electric[t]"""
        return (1.0 - float(hotter[t])) * (exhaust[t] + condenser[t]) <= float(hotter[t]) * electric[t]

    @model.each_of_hours(np.flatnonzero(some | bundle).tolist())
    def recovered_within_size(t: int) -> Expression:
        """exhaust[t] + condenser[t] <= recovery"""
        return exhaust[t] + condenser[t] <= recovery

    def electricity_mw(t: int) -> Expression:
        return electric[t] + kit.pump_kw_per_kw_th * (exhaust[t] + condenser[t])

    money = inputs.plant.money
    installed = 1000.0 * kit.usd_per_kw_th * inputs.site.construction.cost_index * recovery
    factor = yearly_cost(1.0, money.discount_rate, money.horizon_years, kit.life_years)
    flows = Flows(electricity_mw, installed_usd=installed, cost={"capital": factor * installed})
    return HeatFlows(electric, exhaust, condenser, recovery), flows
