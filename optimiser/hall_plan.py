"""The conditioned halls as the solver left them: loads that the plan lays on them, and their hourly series."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from optimiser.inputs import Inputs, LineInputs

Array = NDArray[np.float64]
Read = Callable[[str], Array]
KW = 1000.0


def line_loads(inputs: Inputs, line: LineInputs, made_per_h: Array, teams: Array) -> tuple[Array, Array]:
    """Power [kW] and people of the line (8760) that makes *made_per_h* with *teams* (labour months, patterns)."""
    staffed = teams[inputs.calendar.labour_month]
    line_kw = line.kwh_per_unit * made_per_h + np.einsum("pt,tp->t", line.fixed_kw_per_team, staffed)
    people = inputs.plant.line.crew.size * np.einsum("pt,tp->t", line.staffed_share, staffed)
    return line_kw, people


def with_halls(
    inputs: Inputs, read: Read, heat: Mapping[str, Array], line_kw: Array, people: Array
) -> dict[str, Array]:
    """Return the *heat* series of a plan (8760) with its conditioned halls; as they are where it has none.

    *read* gives the values of an hourly variable [MW] by its name.
    """
    conditioned = inputs.assembly.conditioned
    if conditioned is None or conditioned.linear is None:
        return dict(heat)
    linear, kit = conditioned.linear, inputs.plant.equipment.heat_recovery
    recovered, electric = KW * (read("heat_exhaust_mw") + read("heat_condenser_mw")), KW * read("heat_electric_mw")
    pumps = 0.0 if kit is None else kit.pump_kw_per_kw_th * recovered
    handler = linear.handler.unheld(line_kw, people)
    return {
        **heat,
        "assembly_kw_th": KW * read("halls_cooling_mw"),
        "cooling_kw": heat["cooling_kw"] + handler + electric + pumps,
        "water_m3": heat["water_m3"] + linear.water_m3,
        "reheat_kw_th": recovered + electric,
        "recovered_kw_th": recovered,
        "reheat_kw": electric,
    }
