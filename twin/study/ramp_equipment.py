"""What the first year needs of each item by month, what an item costs by the month, and how the cooling runs on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.inputs import Inputs
from optimiser.model import MONTHS
from optimiser.stages import StagedItem, Stages
from twin.model.catalogue import Price, capital_usd_per_year, prices, upkeep_fractions
from twin.model.grid_service import firm_kw_each
from twin.model.ramp_rules import Lead, RampRules
from twin.model.thermal.operation import CoolingOperation
from twin.study import ramp_water_cooled
from twin.study.hydro import hydro_needs, hydro_rents, hydro_sizes_of, hydro_supplies
from twin.study.ramp_work import slots_of
from twin.study.standard_equipment import operate_without_store

Array = NDArray[np.float64]
DUST = 1e-6


@dataclass(frozen=True)
class Supply:
    """One item of the catalogue: the *size* that it is bought by, its *label*, the *price* of one unit of size,
    *lead_weeks*, and what stands in for it until it arrives ("" for nothing)."""

    size: str
    label: str
    price: Price
    lead_weeks: float
    temporary: str


def supplies_of(inputs: Inputs, sizes: Mapping[str, float], rules: RampRules) -> dict[str, Supply]:
    """Return the supply of every item that the mature *sizes* hold, by the name of its size."""
    named: tuple[tuple[str, str, Lead | None], ...] = (
        ("transformers_count", "Transformers", rules.transformers),
        ("racks_count", "Burn-in racks", rules.racks),
        ("chillers_count", "Chillers", rules.chillers),
        ("ventilation_kw_th", "Burn-in hall fans", rules.ventilation),
        ("pads_kw_th", "Evaporative pads", rules.pads),
        ("coils_kw_th", "Cooling coils", rules.coils),
        ("battery_kw", "Battery, power", rules.battery),
        ("battery_kwh", "Battery, energy", rules.battery),
        ("cold_store_kwh_th", "Cold store", rules.cold_store),
        ("solar_kw", "Solar field", rules.solar),
        ("generators_count", "Generators", rules.generators),
        *ramp_water_cooled.named_leads(rules),
        *hydro_supplies(inputs.plant, rules),
        *(() if rules.heat_recovery is None else (("recovery_kw_th", "Heat recovery", rules.heat_recovery),)),
    )
    priced = prices(inputs.plant.equipment, inputs.site.construction.cost_index, sizes["transformer_kva"])
    return {
        size: Supply(size, label, priced[size], lead.lead_weeks, getattr(lead, "temporary", ""))
        for size, label, lead in named
        if lead is not None and sizes.get(size, 0.0) > 0.0
    }


def staged_items(
    inputs: Inputs, sizes: Mapping[str, float], supplies: Mapping[str, Supply], rules: RampRules
) -> list[StagedItem]:
    """Return the items to buy in stages: a month owned costs a twelfth of its yearly cost and upkeep."""
    kit = inputs.plant.equipment
    rent = {
        "transformers_count": rules.transformers.temporary_usd_per_kva_month * sizes["transformer_kva"],
        "racks_count": rules.racks.temporary_usd_per_rack_month,
        "chillers_count": rules.chillers.temporary_usd_per_kw_th_month * kit.chiller.capacity_kw_th,
        "ventilation_kw_th": rules.ventilation.temporary_usd_per_kw_th_month,
        "pads_kw_th": rules.pads.temporary_usd_per_kw_th_month,
        "coils_kw_th": rules.coils.temporary_usd_per_kw_th_month,
        **ramp_water_cooled.rents(inputs, sizes, rules),
        **hydro_rents(inputs, rules),
    }
    counted = ("transformers_count", "racks_count", "chillers_count", "generators_count", *ramp_water_cooled.SIZES)
    steps = dict.fromkeys(counted, 1.0)
    steps["ventilation_kw_th"] = kit.ventilation.module_kw_th
    steps |= {name: 1.0 for name, _, _ in hydro_supplies(inputs.plant, rules) if name.endswith("_count")}
    share = sum(upkeep_fractions(inputs.plant.equipment, inputs.site.levies).values())
    return [
        StagedItem(
            name,
            sizes[name],
            steps.get(name, 0.0),
            (capital_usd_per_year(supply.price, inputs.plant.money) + share * supply.price.usd_each) / MONTHS,
            rent.get(name),
            rules.first_month(supply.lead_weeks, inputs.plant.study_year),
        )
        for name, supply in supplies.items()
    ]


def owned_costs(inputs: Inputs, supplies: Mapping[str, Supply], stages: Mapping[str, Stages]) -> dict[str, float]:
    """Return capital, upkeep and rents [usd] by line: a twelfth of a year for each month in which an item is owned."""
    upkeep = upkeep_fractions(inputs.plant.equipment, inputs.site.levies)
    installed_years_usd = sum(supply.price.usd_each * stages[n].owned.sum() / MONTHS for n, supply in supplies.items())
    return {
        "capital": sum(
            capital_usd_per_year(supply.price, inputs.plant.money) * float(stages[name].owned.sum()) / MONTHS
            for name, supply in supplies.items()
        ),
        "temporary": sum(stages[name].rent_usd for name in supplies),
        **{line: share * float(installed_years_usd) for line, share in upkeep.items()},
    }


def highest_by_month(inputs: Inputs, values: Array, where: NDArray[np.bool_] | None = None) -> Array:
    """Return the highest of hourly *values* (8760) in each month (12), of the hours *where* alone; 0 without any."""
    held = values if where is None else np.where(where, values, 0.0)
    starts = inputs.calendar.month_starts[:-1]
    return np.asarray(np.maximum.reduceat(np.maximum(held, 0.0), starts))


def needs_by_month(
    inputs: Inputs,
    sizes: Mapping[str, float],
    held_units: Array,
    burn_in_kw: Array,
    cooling_kw_th: Array,
    grid_kw: Array,
) -> dict[str, Array]:
    """Return what each month (12) needs of each size, from the hours of a year worked with the mature *sizes*.

    Racks for the units held; fans, pads and coils for the highest heat of the hours in which each is used; chillers for
    the need of coils and assembly hall *cooling_kw_th*, with the plan's spare as far as the mature size has it;
    transformers for the peak with the spare one out. Stores are not needed: the year is worked without them.
    """
    plant, hall = inputs.plant, inputs.hall
    kit = plant.equipment
    on_chillers = ramp_water_cooled.left_kw_th(inputs, sizes, cooling_kw_th)
    chillers = np.ceil(highest_by_month(inputs, on_chillers / inputs.chiller_kw_th) - DUST)
    to_air_kw = burn_in_kw * plant.heat_to_air_fraction
    spared = np.minimum(chillers + kit.chiller.spare, sizes["chillers_count"])
    grid = kit.transformers
    firm_kw = firm_kw_each(grid, sizes["transformer_kva"])
    nothing = np.zeros(MONTHS)
    return {
        "transformers_count": grid.spare + np.ceil(highest_by_month(inputs, grid_kw) / firm_kw - DUST),
        "racks_count": np.ceil(highest_by_month(inputs, held_units) / slots_of(plant, 1.0) - DUST),
        "chillers_count": np.where(chillers > 0, np.maximum(chillers, spared), 0.0),
        "ventilation_kw_th": highest_by_month(inputs, to_air_kw / hall.fan_capacity_share, hall.air_allowed),
        "pads_kw_th": highest_by_month(inputs, to_air_kw, hall.pad_needed),
        "coils_kw_th": highest_by_month(inputs, to_air_kw, ~hall.air_allowed),
        "battery_kw": nothing,
        "battery_kwh": nothing,
        "cold_store_kwh_th": nothing,
        "solar_kw": nothing,
        "generators_count": nothing,
        "recovery_kw_th": nothing,
        **ramp_water_cooled.needs_by_month(inputs, sizes, cooling_kw_th),
        **hydro_needs(inputs, sizes, np.ceil(highest_by_month(inputs, held_units) / slots_of(plant, 1.0) - DUST),
                      highest_by_month(inputs, burn_in_kw)),
    }  # fmt: skip


def operate_by_month(
    inputs: Inputs, there: Mapping[str, Array], burn_in_kw: Array, line_kw: Array, people: Array
) -> CoolingOperation:
    """Return how the cooling runs with what is *there* by month (12 each), without a cold store."""
    fixed = ("ventilation_kw_th", "pads_kw_th", "coils_kw_th", "chillers_count", *ramp_water_cooled.SIZES)
    names = (*fixed, "recovery_kw_th", *hydro_sizes_of(inputs.plant))
    month = inputs.calendar.month
    table = np.stack([there.get(name, np.zeros(MONTHS)) for name in names], axis=1)
    runs = {
        tuple(row): operate_without_store(inputs, dict(zip(names, row, strict=True)), burn_in_kw, line_kw, people)
        for row in np.unique(table, axis=0).tolist()
    }
    by_month = [runs[tuple(row)] for row in table.tolist()]

    def joined(name: str) -> Array:
        return np.concatenate([getattr(run, name)[month == number] for number, run in enumerate(by_month)])

    # neither the loop's own record nor a tank's goes by the hour alone, and there is no tank here
    fields = [name for name in CoolingOperation.__dataclass_fields__ if name not in ("loop", "store")]
    series: dict[str, Any] = {name: joined(name) for name in fields}
    return CoolingOperation(**series)
