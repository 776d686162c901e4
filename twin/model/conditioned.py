"""The conditioned halls of a plant as zones: `[[halls]]` of a plant file, which take the place of `[assembly_hall]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pydantic import Field, model_validator

from sites.errors import InputError, Problem, nearest
from sites.figures import Figure
from sites.validation import Strict, raise_faults
from twin.model.halls import ConditionedHall
from twin.model.thermal.coil import coldest_adp_c
from twin.model.thermal.hall_library import hall_figures, hall_type, sized_to

SAME_SHARE = 1e-6


class HallEntry(Strict):
    """One conditioned hall: of a library *type* with its *area_m2*, or a *hall* of its own.

    *line_share* of the line's power and crews is in it; beside them its own *people* (none: those of its type) on the
    hours of *people_pattern*. Its setpoints hold while somebody is there, and in the hours of *held_pattern*.
    """

    name: str = Field(min_length=1)
    type: str | None = None
    area_m2: float | None = Field(default=None, gt=0)
    hall: ConditionedHall | None = None
    line_share: float = Field(default=0.0, ge=0, le=1)
    people: float | None = Field(default=None, ge=0)
    people_pattern: str
    held_pattern: str | None = None

    @model_validator(mode="after")
    def _is_described_once(self) -> Self:
        wrong = []
        if (self.type is None) == (self.hall is None):
            what = "names neither a type nor a hall of its own" if self.hall is None else "has a type and its own hall"
            wrong.append(Problem("type", what, "give type and area_m2, or a table hall"))
        if self.hall is not None and self.area_m2 is not None:
            wrong.append(Problem("area_m2", "the hall's own table says its floor", "leave it out"))
        if self.type is not None:
            try:
                hall_type(self.type)
            except InputError as error:
                wrong += [Problem("type", problem.what, problem.cure) for problem in error.problems]
        raise_faults(wrong)
        return self

    @property
    def described(self) -> ConditionedHall:
        """The hall as a zone, with its own people."""
        hall = self.hall
        if hall is None:
            assert self.type is not None
            hall = hall_type(self.type)
            hall = hall if self.area_m2 is None else sized_to(hall, self.area_m2)
        return hall if self.people is None else hall.model_copy(update={"people": self.people})


def hall_problems(
    halls: Sequence[HallEntry], patterns: Sequence[str], water_c: float, *, recovers: bool
) -> list[Problem]:
    """What is wrong between the *halls*, the plant's shift *patterns*, its chilled water [C] and its heat recovery.

    Shares of the line that do not add up, names given twice or unknown, supply air that the coil cannot give.
    """
    if not halls:
        what = "heat would be recovered for no [[halls]]"
        return [Problem("equipment.heat_recovery", what, "leave it out, or describe the halls")] if recovers else []
    found = []
    shared = sum(entry.line_share for entry in halls)
    if abs(shared - 1.0) > SAME_SHARE:
        what = f"line_share adds up to {shared:g}: the line's heat and people are in these halls, all of them once"
        found.append(Problem("halls", what, "give shares that add up to 1"))
    for place, entry in enumerate(halls):
        if entry.name in [other.name for other in halls[:place]]:
            found.append(Problem(f"halls[{place}].name", f"value {entry.name!r}: stands twice", "give another name"))
        for key in ("people_pattern", "held_pattern"):
            name = getattr(entry, key)
            if name is not None and name not in patterns:
                found.append(Problem(f"halls[{place}].{key}", f"value {name!r}: no pattern", nearest(name, patterns)))
        handler = entry.described.air_handler
        coldest_c = float(coldest_adp_c(water_c, handler.coil_approach_k))
        if handler.supply_c <= coldest_c:
            where = f"halls[{place}].hall.air_handler.supply_c" if entry.hall else f"halls[{place}].type"
            what = f"supply air of {handler.supply_c:g} C from a coil that is {coldest_c:g} C at its coldest"
            found.append(Problem(where, what, "give warmer supply air, or a lower equipment.chiller.supply_c"))
    return found


def library_figures(halls: Sequence[HallEntry]) -> list[Figure]:
    """Origins of the library's numbers behind the *halls*, each type once, for the report's list of assumptions."""
    types = dict.fromkeys(entry.type for entry in halls if entry.type is not None)
    return [figure for name in types for figure in hall_figures(name)]
