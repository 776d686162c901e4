"""Cooling of both halls: open or wetted air, coils, chillers on their part-load chords, and a cold store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.banks import add_bank_power, chiller_lines
from optimiser.burnin import BurnInFlows
from optimiser.cold_store import add_usable_level, linear_store
from optimiser.conditioned_halls import add_conditioned_halls
from optimiser.heat_recovery import HeatFlows, add_heat
from optimiser.hydro import add_hydro
from optimiser.inputs import DesignPoint, Inputs, LineInputs
from optimiser.labour import Staff
from optimiser.line import Production
from optimiser.model import Expression, Flows, Hourly, Model, total
from optimiser.water_cooled import add_water_cooled, whether_bought
from twin.model.chords import bank_chords, bank_tangents
from twin.model.money import yearly_cost
from twin.model.thermal.hall_fans import HallFans, hall_fans

FAN_PIECES = 2  # chords from the best flow to full flow: the fans take a hundredth of the heat they carry


@dataclass(frozen=True)
class CoolingFlows:
    """The cooling decisions: hourly heat by way [MW_th], chiller power [MW], store level and flow, and the sizes."""

    air: Any
    coil: Any
    sensible: Any
    chiller: Any
    chiller_power: Any
    store_level: Any
    store_filling: Any
    modules: Any
    pads: Any
    coils: Any
    chillers: Any
    store: Any
    heat_peak: Any
    heat: HeatFlows | None = None


def design_assembly_mw(inputs: Inputs, line: LineInputs | None, point: DesignPoint) -> float:
    """Cooling need of the assembly hall at a design *point* [MW_th], with every cell staffed and busy."""
    if line is None:
        return 0.0
    plant = inputs.plant
    busiest = line.capacity_units_per_h.max() * line.kwh_per_unit + line.fixed_kw_per_team.max()
    line_kw = np.array([plant.line.cells * busiest])
    people = np.array([float(plant.line.cells * plant.line.crew.size)])
    return float(point.assembly.cooling_kw_th(plant.assembly_hall, line_kw, people)[0]) / 1000.0


def add_burn_in_hall(model: Model, inputs: Inputs, burn_in: BurnInFlows) -> tuple[tuple[Any, ...], Flows]:
    """Ways to carry the burn-in heat away, each only in the hours in which the hall's limits allow it."""
    plant, grid = inputs.plant, model.grid
    hall, hours = inputs.hall, grid.hour
    kit = plant.equipment.ventilation
    most_mw = kit.most_modules * kit.module_kw_th / 1000.0
    allowed, open_air = hall.air_allowed[hours], (hall.air_allowed & ~hall.pad_needed)[hours]
    air = model.hourly("air_mw", at_most=np.where(allowed, most_mw, 0.0))
    # where open air keeps the limits nothing is cheaper, so coils run in the other hours only
    coil = model.hourly("coil_mw", at_most=np.where(open_air, 0.0, most_mw))
    modules = model.count("modules", kit.most_modules)
    pads = model.size("pads_mw", at_most=most_mw)
    coils = model.size("coils_mw", at_most=most_mw)
    heat_peak = model.size("heat_peak_mw", at_most=most_mw)
    machines = hall_fans(plant, hall)
    module_mw = machines.each_kw_th[hours] / 1000.0
    to_air = plant.heat_to_air_fraction

    # of hydro miners, "burn-in power" is in these rows the small share of it that warms the air (optimiser.hydro)
    @model.each_hour
    def heat_is_removed(t: int) -> Expression:
        """air[t] + coil[t] = burn-in power[t]"""
        return air[t] + coil[t] == to_air * burn_in.power_mw[t]

    at_design = [point.cooling for point in inputs.design]
    design_module_mw = [float(hall_fans(plant, cooling).each_kw_th[0]) / 1000.0 for cooling in at_design]
    # a row of the hour is left out where a design row below, which asks for the heat peak, says it already
    said = min(
        (mw for mw, cooling in zip(design_module_mw, at_design, strict=True) if bool(cooling.air_allowed[0])),
        default=0.0,
    )
    pads_cover = any(bool(cooling.pad_needed[0]) for cooling in at_design)

    @model.each_of_hours(np.flatnonzero(allowed & (module_mw < (said or np.inf))).tolist())
    def air_within_fans(t: int) -> Expression:
        """air[t] <= module[t] x modules, in hours in which the limits allow outdoor air"""
        return air[t] <= float(module_mw[t]) * modules

    @model.each_of_hours([] if pads_cover else np.flatnonzero(hall.pad_needed[hours]).tolist())
    def air_within_pads(t: int) -> Expression:
        """air[t] <= pads, in hours in which only wetted air keeps the limits"""
        return air[t] <= pads

    @model.each_of_hours(np.flatnonzero(~open_air).tolist())
    def coil_within_size(t: int) -> Expression:
        """coil[t] <= coils, in hours in which open air does not keep the limits"""
        return coil[t] <= coils

    @model.each_hour
    def heat_within_peak(t: int) -> Expression:
        """burn-in power[t] <= heat peak"""
        return to_air * burn_in.power_mw[t] <= heat_peak

    @model.each_of(range(len(inputs.design)))
    def ways_cover_design(number: int) -> Expression:
        """at each design condition: fans (where allowed) or else coils carry the heat peak"""
        cooling = inputs.design[number].cooling
        return heat_peak <= (design_module_mw[number] * modules if bool(cooling.air_allowed[0]) else coils)

    @model.each_of([n for n, point in enumerate(inputs.design) if bool(point.cooling.pad_needed[0])])
    def pads_cover_design(number: int) -> Expression:  # noqa: ARG001 - the row is the same at every such condition
        """at design conditions in which only wetted air keeps the limits: heat peak <= pads"""
        return heat_peak <= pads

    fans_mw = _add_fans(model.within("fans"), inputs, machines, np.flatnonzero(allowed), modules, air)
    pad = hall.pad_kw_per_kw_th[hours]
    coil_fan = plant.burn_in_hall.coil_fan_kw_per_kw_th

    def electricity_mw(t: int) -> Expression:
        return fans_mw(t) + float(pad[t]) * air[t] + coil_fan * coil[t]

    prices = (
        (kit.usd_per_kw_th * kit.module_kw_th, modules),
        (1000.0 * kit.pad_usd_per_kw_th, pads),
        (1000.0 * kit.coil_usd_per_kw_th, coils),
    )
    installed = total(usd * inputs.site.construction.cost_index * size for usd, size in prices)
    money = plant.money
    factor = yearly_cost(1.0, money.discount_rate, money.horizon_years, kit.life_years)
    per_mwh = 1000.0 * hall.water_m3_per_kwh_th[hours] * grid.weight
    water = total(float(per_mwh[t]) * air[t] for t in np.flatnonzero(per_mwh).tolist())
    flows = Flows(electricity_mw, water_m3=water, installed_usd=installed, cost={"capital": factor * installed})
    return (air, coil, modules, pads, coils, heat_peak), flows


def _add_fans(
    model: Model, inputs: Inputs, machines: HallFans, allowed: NDArray[np.int64], modules: Any, air: Any
) -> Hourly:
    """Power of the hall's fans [MW] by hour: in proportion to their air, or above the chords of their curve."""
    hours = model.grid.hour
    full_mw, each_mw = machines.full_kw[hours] / 1000.0, machines.each_kw_th[hours] / 1000.0
    if machines.is_proportional or inputs.below_curves:
        share = least_fan_share(machines) if inputs.below_curves else 1.0
        return lambda t: share * float(full_mw[t] / each_mw[t]) * air[t]
    most = np.zeros(len(hours))
    most[allowed] = inputs.plant.equipment.ventilation.most_modules * full_mw[allowed]
    power = model.hourly("power_mw", at_most=most)
    lines = bank_chords(machines.curve, machines.best_load, FAN_PIECES, machines.fan.name)
    running = inputs.running_at("hall_fans", hours)
    add_bank_power(model, lines, running, each_mw, full_mw, modules, air, power, allowed.tolist())
    return lambda t: power[t]


def least_fan_share(machines: HallFans) -> float:
    """Power for each heat carried, over that at full flow, below which no number of running modules comes.

    All that a bound needs: fans take a hundredth of the heat they carry, and tangents would cost it a column and three
    rows an hour.
    """
    return bank_tangents(machines.curve, machines.best_load, 0)[0][1]


def add_chilled_water(
    model: Model,
    inputs: Inputs,
    need_mw: Hourly,
    design_need_mw: list[Expression],
) -> tuple[tuple[Any, ...], Flows]:
    """Chillers and a cold store that meet *need_mw*(t), sized with a spare at the design conditions."""
    plant, grid = inputs.plant, model.grid
    chiller, kit = plant.equipment.chiller, plant.equipment.cold_store
    each = inputs.chiller_kw_th[grid.hour] / 1000.0
    ratio = inputs.chiller_ratio[grid.hour]
    most_store = kit.most_kwh_th / 1000.0
    chillers = model.count("chillers", chiller.most)
    running = inputs.running_at("chillers", grid.hour)
    cooling = model.hourly("cooling_mw", at_most=chiller.most * each)
    power = model.hourly("power_mw", at_most=chiller.most * each * ratio * 1.2)
    store = model.size("store_mwh", at_most=most_store)
    level = model.hourly("store_level_mwh", at_most=most_store)
    filling = model.hourly(
        "store_filling_mw", at_most=most_store * kit.rate_per_h, at_least=-most_store * kit.rate_per_h
    )
    tank = linear_store(inputs)
    kept = 1.0 - tank.loss_per_h[grid.hour]
    before = grid.previous
    spare: Expression = chiller.spare
    other = None
    if inputs.water_cooled is not None:
        spare = chiller.spare * whether_bought(model, chiller, chillers)
        other = add_water_cooled(model.within("water_cooled"), inputs)
        need_mw, design_need_mw = other.less(need_mw, design_need_mw)

    @model.each_hour
    def chilled_water_balances(t: int) -> Expression:
        """cooling[t] = need[t] + filling[t]"""
        return cooling[t] == need_mw(t) + filling[t]

    @model.each_hour
    def cooling_within_chillers(t: int) -> Expression:
        """cooling[t] <= capacity of one[t] x chillers"""
        return cooling[t] <= float(each[t]) * chillers

    lines = chiller_lines(chiller, inputs.below_curves)
    add_bank_power(model, lines, running, each, ratio * each, chillers, cooling, power, list(range(len(grid))))

    @model.each_hour
    def store_level_follows(t: int) -> Expression:
        """level[t] = (1 - loss) level[t-1] + filling[t]"""
        return level[t] == float(kept[t]) * level[int(before[t])] + filling[t]

    if kit.stratified is None:

        @model.each_hour
        def level_within_store(t: int) -> Expression:
            """level[t] <= store"""
            return level[t] <= store

    else:
        add_usable_level(model, tank.usable_share, level, store)

    @model.each_hour
    def filling_within_rate(t: int) -> Expression:
        """filling[t] <= rate x store"""
        return filling[t] <= kit.rate_per_h * store

    @model.each_hour
    def emptying_within_rate(t: int) -> Expression:
        """-filling[t] <= rate x store"""
        return -filling[t] <= kit.rate_per_h * store

    @model.each_of(range(len(inputs.design)))
    def chillers_cover_design(number: int) -> Expression:
        """design need <= (chillers - spare) x capacity of one at the design condition"""
        capacity = inputs.design[number].chiller_kw_th / 1000.0
        need = design_need_mw[number]
        if isinstance(need, float) and need == 0.0:
            return chillers >= 0
        return need <= capacity * (chillers - spare)

    def electricity_mw(t: int) -> Expression:
        return power[t] + chiller.pump_kw_per_kw_th * cooling[t]

    money, index = plant.money, inputs.site.construction.cost_index
    parts = (
        (chiller.usd_each * index, chillers, chiller.life_years),
        (1000.0 * kit.usd_per_kwh_th * index, store, kit.life_years),
    )
    capital = total(
        yearly_cost(usd, money.discount_rate, money.horizon_years, life) * size for usd, size, life in parts
    )
    installed = total(usd * size for usd, size, _ in parts)
    flows = Flows(electricity_mw, installed_usd=installed, cost={"capital": capital})
    return (cooling, power, level, filling, chillers, store), flows if other is None else other.beside(flows)


def add_cooling(
    model: Model,
    inputs: Inputs,
    line: LineInputs,
    staff: Staff,
    production: Production,
    burn_in: BurnInFlows,
) -> tuple[CoolingFlows, list[Flows]]:
    """Both halls and the chilled-water plant between them."""
    plant, grid = inputs.plant, model.grid
    hall, load, hours = plant.assembly_hall, inputs.assembly, grid.hour
    (air, coil, modules, pads, coils, heat_peak), hall_flows = add_burn_in_hall(model.within("hall"), inputs, burn_in)
    fixed = load.sensible_fixed_kw_th[hours] / 1000.0
    latent = load.latent_fixed_kw_th[hours] / 1000.0
    mechanical, binds = load.mechanical[hours], load.moisture_binds[hours]
    share = line.staffed_share[:, hours] * plant.line.crew.size / 1000.0
    sensible = model.within("assembly").hourly("sensible_mw", at_most=5.0)

    def people(t: int) -> Expression:
        """Thousands of crew members in the hall."""
        month = int(grid.labour_month[t])
        return total(float(share[p, t]) * staff.teams[month, p] for p in staff.patterns if share[p, t] > 0)

    @model.within("assembly").each_of_hours(np.flatnonzero(mechanical).tolist())
    def sensible_heat_is_removed(t: int) -> Expression:
        """sensible[t] >= weather, lights and base[t] + line power[t] + sensible heat of people[t] (and >= 0)"""
        return sensible[t] >= float(fixed[t]) + production.electricity_mw(t) + hall.sensible_kw_per_person * people(t)

    halls = None
    if load.conditioned is not None:
        halls = add_conditioned_halls(model.within("halls"), inputs, production.electricity_mw, people)

    def assembly_need(t: int) -> Expression:
        if halls is not None:
            return halls.cooling[t]
        if not mechanical[t]:
            return 0.0
        moisture = float(latent[t]) + (hall.latent_kw_per_person * people(t) if binds[t] else 0.0)
        return sensible[t] + moisture

    design_need = [
        design_assembly_mw(inputs, line, point) + (0.0 if bool(point.cooling.air_allowed[0]) else heat_peak)
        for point in inputs.design
    ]
    water_plant, water_flows = add_chilled_water(
        model.within("chilled_water"), inputs, lambda t: assembly_need(t) + coil[t], design_need
    )
    cooling, power, level, filling, chillers, store = water_plant
    fans = Flows(electricity_mw=lambda t: hall.supply_fan_kw_per_kw_th * assembly_need(t))
    found = CoolingFlows(
        air, coil, sensible, cooling, power, level, filling, modules, pads, coils, chillers, store, heat_peak
    )
    flows = [hall_flows, water_flows, *([] if inputs.hydro is None else [add_hydro(model, inputs, burn_in)])]
    if halls is not None:
        heat, heat_flows = add_heat(
            model.within("heat"), inputs, production.electricity_mw, people, burn_in.power_mw, cooling, power
        )
        return replace(found, heat=heat), [*flows, halls.flows, heat_flows]
    return found, [*flows, fans]
