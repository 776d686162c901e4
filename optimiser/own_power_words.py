"""Why so much solar and so many generators: the limit that made each as large as it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimiser.inputs import Inputs
from twin.model.catalogue import capital_usd_per_year, prices, upkeep_fractions
from twin.model.contracts import Plan


def own_power_bindings(plan: Plan, inputs: Inputs, sizes: Mapping[str, float]) -> dict[str, str]:
    """Return a sentence for the size of the solar field and of the generators, where the plant's file offers them."""
    said = {}
    if inputs.plant.equipment.solar is not None:
        said["solar_kw"] = _solar(plan, inputs, sizes)
    if inputs.plant.equipment.generators is not None:
        said["generators_count"] = _generators(plan, inputs, sizes)
    return said


def _yearly_usd_each(inputs: Inputs, sizes: Mapping[str, float], size: str, om_usd: float | None) -> float:
    """Capital, upkeep, tax and insurance of one unit of a *size* [usd/year]; *om_usd* in place of the usual upkeep."""
    kit = inputs.plant.equipment
    price = prices(kit, inputs.site.construction.cost_index, sizes["transformer_kva"])[size]
    shares = upkeep_fractions(kit, inputs.site.levies)
    upkeep = shares.pop("maintenance") * price.usd_each if om_usd is None else om_usd
    return capital_usd_per_year(price, inputs.plant.money) + upkeep + sum(shares.values()) * price.usd_each


def _solar(plan: Plan, inputs: Inputs, sizes: Mapping[str, float]) -> str:
    solar, factor = inputs.plant.equipment.solar, inputs.solar_kw_per_kw
    assert solar is not None
    assert factor is not None
    usd = _yearly_usd_each(inputs, sizes, "solar_kw", solar.om_usd_per_kw_year)
    kwh = float(factor.sum())
    each = f"A kW of modules makes {kwh:,.0f} kWh a year and costs {usd:,.0f} usd a year, {_cents(usd, kwh)} a kWh"
    if sizes["solar_kw"] <= 0:
        return f"{each}: more than that saves on the bill."
    if sizes["solar_kw"] >= solar.most_kw * (1.0 - 1e-6):
        return f"{each}. The file allows {solar.most_kw:,.0f} kW (most_kw): more would pay."
    lost, used = float(plan.values("solar_curtailed_kw").sum()), float(plan.values("solar_kw").sum())
    hours = int((plan.values("solar_curtailed_kw") > 0.5).sum())
    curtailed = (
        f"In {hours:,} h the site takes no more of it, {lost / (lost + used):.1%} of the year's output is curtailed"
        if hours
        else "All of it is used"
    )
    return f"{each}. {curtailed}; a larger field would cost more than it saves."


def _generators(plan: Plan, inputs: Inputs, sizes: Mapping[str, float]) -> str:
    spec = inputs.plant.equipment.generators
    assert spec is not None
    if spec.emergency:
        return "For outages only: in a normal year they may not run but for tests, and nothing pays for them."
    usd = _yearly_usd_each(
        inputs,
        sizes,
        "generators_count",
        None if spec.om_usd_per_kw_year is None else spec.om_usd_per_kw_year * spec.rated_kw,
    )
    fuel_usd = min(
        fuel / load * spec.fuel_usd_per_kwh for load, fuel in zip(*spec.fuel_points, strict=True) if load > 0
    )
    each = (
        f"One costs {usd:,.0f} usd a year and {_cents(fuel_usd + spec.om_usd_per_kwh, 1.0)} for each kWh at best load"
    )
    if sizes["generators_count"] <= 0:
        return f"{each}: more than dear hours and peaks would save."
    made = plan.values("generators_kw")
    hours, best = int((made > 0.5).sum()), int(np.argmax(made))
    moment = np.datetime_as_string(plan.data["time"].values[best], unit="h").replace("T", " ")
    more = (
        "the file allows no more"
        if sizes["generators_count"] >= spec.most
        else "one more would cost more than it saves"
    )
    return f"{each}. They run in {hours:,} h, with up to {made[best]:,.0f} kW on {moment}:00; {more}."


def _cents(usd: float, kwh: float) -> str:
    return f"{100.0 * usd / kwh:.1f} cents" if kwh > 0 else "nothing"
