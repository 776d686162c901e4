"""Why these sizes: for each item the limit that made it as large as it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimiser.cooling import design_assembly_mw
from optimiser.hydro import hydro_bindings
from optimiser.inputs import Inputs
from optimiser.own_power_words import own_power_bindings
from optimiser.search import SPARE_SLOTS
from optimiser.water_cooled import binding
from twin.model.contracts import Plan


def _when(plan: Plan, hour: int) -> str:
    moment = np.datetime_as_string(plan.data["time"].values[hour], unit="h").replace("T", " ")
    return f"{moment}:00"


def bindings(plan: Plan, inputs: Inputs, sizes: Mapping[str, float]) -> dict[str, str]:
    """Return one sentence for each size that names the limit which binds it, and when."""
    grid = plan.values("grid_kw")
    peak = int(np.argmax(grid))
    spare = inputs.plant.equipment.transformers.spare
    said = {
        "transformers_count": (
            f"The peak of {grid[peak]:,.0f} kW on {_when(plan, peak)} must be carried with {spare} transformer out; "
            f"with the next smaller service some of it would have to move to other hours."
        ),
        "battery_kw": _battery(sizes),
        **own_power_bindings(plan, inputs, sizes),
    }
    if inputs.line is None:
        return said
    held = np.sum([plan.values(f"{state}_units") for state in ("ready", "burning", "paused", "done")], axis=0)
    fullest = int(np.argmax(held))
    heat = plan.values("burn_in_kw") * inputs.plant.heat_to_air_fraction
    warmest = int(np.argmax(heat))
    slots = inputs.plant.burn_in.slots_per_rack
    said["racks_count"] = (
        f"{held[fullest]:,.0f} units hold slots on {_when(plan, fullest)}, {slots} to a rack; "
        f"{SPARE_SLOTS - 1:.0%} more than representative weeks ask for, because the busiest week of the year is busier."
    )
    points = ", ".join(
        f"{point.label} ({point.dry_bulb_c:.1f} C, wet bulb {point.wet_bulb_c:.1f} C): "
        + (
            "pads"
            if bool(point.cooling.pad_needed[0])
            else "open air"
            if bool(point.cooling.air_allowed[0])
            else "coils"
        )
        for point in inputs.design
    )
    said["ventilation_kw_th"] = (
        f"Burn-in gives the air at most {heat[warmest]:,.0f} kW on {_when(plan, warmest)}, in whole modules. {points}."
    )
    said["pads_kw_th"] = f"Hours and design conditions in which open air breaks a hall limit: {_pad_hours(inputs)}."
    said["coils_kw_th"] = (
        "Needed at design conditions in which neither open nor wetted air keeps the hall's limits."
        if sizes.get("coils_kw_th", 0) > 0
        else "Not needed: open or wetted air keeps the hall's limits at every design condition."
    )
    on_coils = [0.0 if bool(point.cooling.air_allowed[0]) else float(heat[warmest]) for point in inputs.design]
    assembly = [1000.0 * design_assembly_mw(inputs, inputs.line, point) for point in inputs.design]
    need = [hall + coils for hall, coils in zip(assembly, on_coils, strict=True)]
    worst = int(np.argmax([n / point.chiller_kw_th for n, point in zip(need, inputs.design, strict=True)]))
    said["chillers_count"] = (
        f"{'The halls need' if on_coils[worst] else 'The assembly hall needs'} {need[worst]:,.0f} kW_th "
        f"at the {inputs.design[worst].label}, where one chiller "
        f"delivers {inputs.design[worst].chiller_kw_th:,.0f} kW_th; {inputs.plant.equipment.chiller.spare} is spare."
    )
    said |= binding(inputs, sizes, need[worst])
    said["cold_store_kwh_th"] = (
        "Chilled at night in cheap and cool hours and emptied in dear ones; larger would cost more than it saves."
        if sizes.get("cold_store_kwh_th", 0) > 1
        else "Price differences within a day do not pay for a tank."
    )
    if inputs.hydro is not None:
        said |= hydro_bindings(inputs, sizes, float(plan.values("dry_cooler_kw_th").sum(axis=1).max()))
    if "recovery_kw_th" in sizes:
        said["recovery_kw_th"] = _recovery(plan, sizes)
    return said


def _recovery(plan: Plan, sizes: Mapping[str, float]) -> str:
    need, recovered = plan.values("reheat_kw_th"), plan.values("recovered_kw_th")
    highest = int(np.argmax(need))
    share = float(recovered.sum() / max(need.sum(), 1e-9))
    at = f"the halls want {need[highest]:,.0f} kW_th of heat at most, on {_when(plan, highest)}"
    if sizes["recovery_kw_th"] <= 1.0:
        return f"Exchangers cost more than the electric heat that they would save; {at}."
    full = int((recovered >= 0.999 * sizes["recovery_kw_th"]).sum())
    return (
        f"In full use {full:,} h of the year, with {share:.0%} of the heat recovered; the hours beyond would save less "
        f"electric heat than a larger one costs, and {at}."
    )


def _battery(sizes: Mapping[str, float]) -> str:
    if sizes.get("battery_kw", 0.0) > 1.0:
        return "Cuts the billed peak and coincident hours; a larger one would cost more than it saves."
    return "At these prices a battery costs more than the peaks and price differences it would save."


def _pad_hours(inputs: Inputs) -> str:
    open_air = int((inputs.hall.air_allowed & ~inputs.hall.pad_needed).sum())
    pads = int(inputs.hall.pad_needed.sum())
    return f"open air {open_air:,} h of the year, pads {pads:,} h, neither {8760 - open_air - pads:,} h"
