"""Puts the subsystems together and closes the balances: one model of a whole facility."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimiser.burnin import BurnInFlows, add_burn_in
from optimiser.cooling import CoolingFlows, add_chilled_water, add_cooling
from optimiser.generators import GeneratorFlows, add_generators
from optimiser.inputs import Inputs
from optimiser.labour import Staff, add_labour
from optimiser.line import Production, add_line
from optimiser.model import Expression, Flows, Model, total
from optimiser.power import PowerFlows, add_power
from optimiser.solar import SolarFlows, add_solar
from optimiser.tariff import add_tariff
from optimiser.timegrid import TimeGrid
from optimiser.trade import duty_freight_usd_per_year
from twin.model.catalogue import upkeep_fractions
from twin.model.plant import Plant

COST_LINES = (
    "energy",
    "demand",
    "coincident",
    "labour",
    "capital",
    "maintenance",
    "water",
    "tax",
    "insurance",
    "duty_freight",
    "holding",
)
FUEL = "fuel"  # of generators: on the cost sheet of a plant that may have some, after what the utility is paid


def cost_lines(plant: Plant) -> tuple[str, ...]:
    """Return the lines of a *plant*'s cost sheet, in their order."""
    if plant.equipment.generators is None:
        return COST_LINES
    after = COST_LINES.index("coincident") + 1
    return (*COST_LINES[:after], FUEL, *COST_LINES[after:])


@dataclass(frozen=True, eq=False)
class Facility:
    """A model of one case on one grid of hours, and its cost sheet as expressions [usd/year]."""

    inputs: Inputs
    model: Model
    cost: dict[str, Expression]
    constant_usd: float
    constant_lines: dict[str, float]
    power: PowerFlows
    staff: Staff | None = None
    production: Production | None = None
    burn_in: BurnInFlows | None = None
    cooling: CoolingFlows | None = None
    solar: SolarFlows | None = None
    generators: GeneratorFlows | None = None
    flows: list[Flows] = field(default_factory=list)


def build(inputs: Inputs, grid: TimeGrid) -> Facility:
    """Build the model of *inputs* on *grid*: the whole line, or a fixed load when one is given."""
    model = Model(grid)
    flows: list[Flows] = []
    staff = production = burn_in = cooling = None
    building_mw = np.zeros(len(grid))
    if inputs.line is not None:
        building_mw = inputs.building_kw[grid.hour] / 1000.0
        staff, labour_flows = add_labour(model.within("labour"), inputs, inputs.line)
        production, line_flows = add_line(model.within("line"), inputs.line, staff)
        burn_in, burn_in_flows = add_burn_in(model.within("burn_in"), inputs, inputs.line, staff, production)
        cooling, cooling_flows = add_cooling(model, inputs, inputs.line, staff, production, burn_in)
        flows += [labour_flows, line_flows, burn_in_flows, *cooling_flows]
        freight = duty_freight_usd_per_year(inputs.plant, inputs.site, float(inputs.line.demand_units.sum()))
        flows.append(Flows(constant_cost={"duty_freight": freight}))
    else:
        flows += _fixed_load(model, inputs)
        assert inputs.fixed_load_kw is not None
        building_mw = inputs.fixed_load_kw[grid.hour] / 1000.0
    solar, solar_flows = add_solar(model.within("solar"), inputs)
    generators, generator_flows = add_generators(model.within("generators"), inputs)
    flows += [*solar_flows, *generator_flows]
    uses = [flow.electricity_mw for flow in flows if flow.electricity_mw is not None]
    power, power_flows = add_power(model.within("power"), inputs, uses, building_mw)
    flows += [*power_flows, add_tariff(model.within("tariff"), inputs.tariff, power.grid, power.peak)]
    flows.append(_levies(inputs, flows))

    lines: dict[str, list[Expression]] = {}
    constants: dict[str, float] = {}
    for flow in flows:
        for name, usd in flow.cost.items():
            lines.setdefault(name, []).append(usd)
        for name, usd in flow.constant_cost.items():
            constants[name] = constants.get(name, 0.0) + usd
    cost = {name: total(terms) for name, terms in lines.items()}
    constant = sum(constants.values())
    model.minimise(total(cost.values()) + constant)
    return Facility(
        inputs, model, cost, constant, constants, power, staff, production, burn_in, cooling, solar, generators, flows
    )


def _fixed_load(model: Model, inputs: Inputs) -> list[Flows]:
    """A given load in place of the line; a given cooling load brings chillers and a cold store."""
    cooling = inputs.fixed_cooling_kw_th
    if cooling is None:
        return []
    need = cooling[model.grid.hour] / 1000.0
    design = [float(cooling.max()) / 1000.0 for _ in inputs.design]
    _, flows = add_chilled_water(model.within("chilled_water"), inputs, lambda t: float(need[t]), design)
    return [flows]


def _levies(inputs: Inputs, flows: list[Flows]) -> Flows:
    """What follows from the price of what is built (maintenance, property tax, insurance) and from water used."""
    installed = total(flow.installed_usd for flow in flows)
    kept_otherwise = {"maintenance": total(flow.own_upkeep_usd for flow in flows)}
    upkeep = upkeep_fractions(inputs.plant.equipment, inputs.site.levies)
    return Flows(
        cost={
            **{line: share * (installed - kept_otherwise.get(line, 0.0)) for line, share in upkeep.items()},
            "water": inputs.site.water.drawn_usd_per_m3(inputs.plant.burn_in_hall.pad_evaporated_fraction)
            * total(flow.water_m3 for flow in flows),
        }
    )
