"""Types of conditioned halls to start from: assembly hall, offices, warehouse, test laboratory.

The numbers stand in hall_types.toml, each assumption marked there with source, date and confidence.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from sites.errors import InputError, Problem, nearest
from sites.figures import Figure
from sites.validation import Strict, read_described
from twin.model.halls import ConditionedHall

LIBRARY = "hall_types.toml"


class HallTypes(Strict):
    """What the library's file says: halls by the name of their type."""

    types: dict[str, ConditionedHall]


@cache
def _library() -> tuple[HallTypes, tuple[Figure, ...]]:
    types, figures = read_described(HallTypes, Path(str(files("twin.model.thermal").joinpath(LIBRARY))))
    return types, tuple(figures)


def hall_types() -> tuple[str, ...]:
    """Return the names of the types that the library holds."""
    return tuple(_library()[0].types)


def hall_type(name: str) -> ConditionedHall:
    """Return the hall of the type called *name*; raises `InputError` with the nearest name when there is none."""
    types = _library()[0].types
    if name not in types:
        raise InputError(Problem("hall type", f"value {name!r}: not in the library", nearest(name, types)))
    return types[name]


def hall_figures(name: str) -> tuple[Figure, ...]:
    """Return the origins of the numbers of the type called *name*, for the report's list of assumptions.

    Raises `InputError` as `hall_type` does.
    """
    hall_type(name)
    return tuple(figure for figure in _library()[1] if figure.key.startswith(f"types.{name}."))


def sized_to(hall: ConditionedHall, area_m2: float) -> ConditionedHall:
    """Return *hall* for another floor of *area_m2* [m2]: people, surfaces, air flow and humidifier in proportion.

    Right for a longer or shorter hall of the same kind; walls of a hall that grows in both directions grow more slowly.
    Raises `InputError` for an area that is not above 0.
    """
    if not area_m2 > 0:
        raise InputError(Problem("area_m2", f"value {area_m2:g}: a hall has a floor", "give more than 0"))
    by = area_m2 / hall.area_m2

    handler = hall.air_handler
    humidifier = handler.humidifier
    if humidifier is not None:
        humidifier = humidifier.model_copy(update={"most_kg_per_s": humidifier.most_kg_per_s * by})
    changes = {"supply_kg_per_s": handler.supply_kg_per_s * by, "humidifier": humidifier}
    return hall.model_copy(
        update={
            "area_m2": area_m2,
            "people": hall.people * by,
            "opaque": tuple(part.model_copy(update={"area_m2": part.area_m2 * by}) for part in hall.opaque),
            "glazing": tuple(part.model_copy(update={"area_m2": part.area_m2 * by}) for part in hall.glazing),
            "air_handler": handler.model_copy(update=changes),
        }
    )
