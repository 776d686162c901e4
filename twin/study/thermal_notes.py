"""Warnings of heat by name and number: curves left, water colder than the dew point, pads and limits beyond range.

What a hall cannot be is refused before anything is planned; the rest stands among a run's notes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimiser.inputs import Inputs
from sites.errors import InputError
from twin.model.contracts import Plan
from twin.model.thermal.chiller import falls_when_warmer, outside_curves, range_warnings
from twin.model.thermal.hall_modes import SOME_HEAT_KW_TH
from twin.model.thermal.pads import pad_air
from twin.model.thermal.screening import Findings, limits_broken, pads_outside_curve, supply_above_dew_point
from twin.study.case import Case
from twin.study.heat import outdoor_air_limits

SUPPLY = "equipment.chiller.supply_c"


def refuse_thermal(inputs: Inputs, plant_file: str) -> None:
    """Raise `InputError` for coils in the burn-in hall that are not drained and colder than its dew point allows."""
    if inputs.line is None or inputs.plant.burn_in_hall.coil_condensate_drained:
        return
    found = condensation(inputs)
    if found.problems:
        drain = "or drain the coils: burn_in_hall.coil_condensate_drained = true"
        raise InputError(
            [replace(one, where=f"{plant_file}: {one.where}", cure=f"{one.cure}, {drain}") for one in found.problems]
        )


def condensation(inputs: Inputs) -> Findings:
    """Chilled water of the burn-in hall's coils against its dew point, in hours in which outdoor air may not cool it.

    The air is taken as damp as outdoors, which what leaks in makes it.
    """
    hours = ~inputs.hall.air_allowed
    if not hours.any():
        return Findings()
    return supply_above_dew_point(
        inputs.plant.burn_in_hall,
        SUPPLY,
        inputs.plant.equipment.chiller.supply_c,
        inputs.hall.outdoor_humidity_ratio[hours],
        inputs.hall.pressure_pa[hours],
    )


def thermal_notes(case: Case, inputs: Inputs, plan: Plan) -> list[str]:
    """Return a sentence for each finding, with key, value, hours and worst number; none for a given load."""
    if inputs.line is None:
        return []
    notes = [*chiller_notes(inputs), *warmer_notes(inputs)]
    if bool((plan.values("coil_kw_th") > SOME_HEAT_KW_TH).any()):
        notes += [
            f"Coils in the burn-in hall draw water from its air and must be drained: {one.where}, {one.what}."
            for one in condensation(inputs).problems
        ]
    return [*notes, *pad_notes(case, inputs), *limit_notes(inputs, plan)]


def chiller_notes(inputs: Inputs) -> list[str]:
    """Hours of the year in which chillers may run, and design conditions, in which their curves are left."""
    chiller = inputs.plant.equipment.chiller
    may_run = inputs.assembly.mechanical | ~inputs.hall.air_allowed
    notes = [f"Chiller in the weather year: {said}." for said in range_warnings(
        chiller, chiller.supply_c, inputs.outdoor_c, may_run
    )]  # fmt: skip
    for point in inputs.design:
        outside = outside_curves(chiller, chiller.supply_c, np.array([point.dry_bulb_c]))
        if outside.condenser_low[0] or outside.condenser_high[0]:
            low, high = chiller.condenser_range_c
            notes.append(
                f"{chiller.name}: {point.dry_bulb_c:.1f} C at the {point.label} is outside the chiller's curves "
                f"({low:g} to {high:g} C); held there."
            )
    return notes


def warmer_notes(inputs: Inputs) -> list[str]:
    """Chillers on offer whose curves say at some load that a warmer condenser takes less power."""
    kit = inputs.plant.equipment
    notes = []
    for chiller in (kit.chiller, *(() if kit.water_cooled is None else (kit.water_cooled.chiller,))):
        found = falls_when_warmer(chiller)
        if found is not None:
            notes.append(
                f"{chiller.name}: by its curves a warmer condenser takes less power below {found[0]:.0%} of its load, "
                f"by up to {found[1]:.0%}; name another set where it would run so."
            )
    return notes


def pad_notes(case: Case, inputs: Inputs) -> list[str]:
    """Face velocity of the pads against the range of their efficiency curve, in hours in which they are needed."""
    pad, hours, weather = inputs.plant.burn_in_hall.pads, inputs.hall.pad_needed, case.weather
    if not hours.any():
        return []
    names = ("dry_bulb_c", "wet_bulb_c", "humidity_ratio", "pressure_pa")
    there = pad_air(pad, *(weather.values(name)[hours] for name in names))
    found = pads_outside_curve(there, np.full(int(hours.sum()), pad.face_velocity_m_per_s))
    return [f"{one.where}, {one.what}." for one in found.warnings]


def limit_notes(inputs: Inputs, plan: Plan) -> list[str]:
    """Limits of the inlet's air that outdoor air breaks in hours in which the plan cools by it."""
    on_air = plan.values("free_air_kw_th") + plan.values("pad_kw_th") > SOME_HEAT_KW_TH
    limits = outdoor_air_limits(inputs.plant, inputs)
    counted = {name: np.where(on_air, margin, np.inf) for name, margin in limits.margins.items()}
    found = limits_broken(replace(limits, margins=counted))
    return [f"{one.where}, {one.what}." for one in found.warnings]
