"""Which limit a change breaks, in words: read from the proof that the solver gives for an impossible programme."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimiser.facility import Facility
from optimiser.matrices import Matrices

# What the rows that hold a size say, in the words of a reader; a row that is not here is told by its own formula.
WORDS = {
    "chilled_water_chillers_cover_design": "the need at the {design} with {spare} chiller out",
    "chilled_water_cooling_within_chillers": "the cooling of {when}",
    "hall_ways_cover_design": "the burn-in hall's heat at the {design}",
    "hall_pads_cover_design": "the burn-in hall's heat at design conditions that only wetted air meets",
    "hall_air_within_fans": "the burn-in hall's heat on outdoor air in {when}",
    "hall_air_within_pads": "the burn-in hall's heat on wetted air in {when}",
    "hall_coil_within_size": "the burn-in hall's heat on coils in {when}",
    "burn_in_held_in_slots": "slots for the units of {when}",
    "power_peak_within_service": "the grid's peak of {month} with {spare_transformer} transformer out",
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SOME = 1e-9


def broken_limit(
    facility: Facility, matrices: Matrices, proof: NDArray[np.float64] | None, columns: Sequence[str]
) -> str:
    """Return in words the row that makes sizes impossible.

    Parameters: *proof*, a multiplier for each row (none: the rows that hold the size are all named); *columns*, the
    size's variables. Of the rows with a multiplier the one counts that holds the size and weighs most.
    """
    places = np.concatenate([matrices.columns[name] for name in columns if name in matrices.columns])
    weight = np.abs(matrices.matrix[:, places]).sum(axis=1)
    weight = np.asarray(weight).ravel()
    if proof is None or not (np.abs(proof) * weight > SOME).any():
        names = [name for name, rows in matrices.rows.items() if (weight[rows] > 0).any()]
        return "one of: " + "; ".join(facility.model.formulas[name] for name in names)
    row = int(np.argmax(np.abs(proof) * weight))
    name = next(name for name, rows in matrices.rows.items() if row in rows)
    return _sentence(facility, matrices, name, row)


def _sentence(facility: Facility, matrices: Matrices, name: str, row: int) -> str:
    inputs, position = facility.inputs, int(np.flatnonzero(matrices.rows[name] == row)[0])
    said = {
        "design": "design condition",
        "when": "some hour",
        "month": "some month",
        "spare": f"{inputs.plant.equipment.chiller.spare}",
        "spare_transformer": f"{inputs.plant.equipment.transformers.spare}",
    }
    rows = len(matrices.rows[name])
    if name.endswith("cover_design") and rows == len(inputs.design):
        said["design"] = inputs.design[position].label
    if matrices.row_hour[row] >= 0:
        hour = int(facility.model.grid.hour[matrices.row_hour[row]])
        moment = np.datetime_as_string(inputs.calendar.time[hour].astype("datetime64[h]"), unit="h")
        said["when"] = f"{moment.replace('T', ' ')}:00"
    elif rows == len(MONTHS):
        said["month"] = MONTHS[position]
    words = WORDS.get(name)
    if words is not None:
        return words.format(**said)
    formula = re.sub(r" \([^()]*\)$", "", facility.model.formulas[name])
    if said["design"] != "design condition":
        return f"{formula}, at the {said['design']}"
    return f"{formula}, {said['when']}" if said["when"] != "some hour" else formula
