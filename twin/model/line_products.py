"""Whether the products that a line names come to it, and to where they are named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sites.errors import Problem, nearest

if TYPE_CHECKING:
    from twin.model.line import Line
    from twin.model.line_loops import Flow


UNNAMED = "unit"


def default_product(line: Line, products: Sequence[str]) -> str:
    """Product of arrivals that name none: the first of the file, else the first that any arrivals name."""
    named = [name for arrivals in line.material for name in (arrivals.product, *arrivals.mix) if name is not None]
    return next(iter([*products, *named]), UNNAMED)


def product_problems(line: Line, products: Sequence[str]) -> list[Problem]:
    """Keys of stations that name a product which nothing brings and the file does not know."""
    known = set(products) | {station.makes for station in line.stations if station.makes is not None}
    for arrivals in line.material:
        known |= {*arrivals.mix} | ({arrivals.product} if arrivals.product is not None else set())
    found = []
    for place, station in enumerate(line.stations):
        named = [(f"{key}.{name}", name) for key in ("parts", "process_time_by_product", "next_by_product")
                 for name in getattr(station, key)]  # fmt: skip
        named += [
            (f"set_ups[{number}].{key}", getattr(set_up, key))
            for number, set_up in enumerate(station.set_ups)
            for key in ("to", "coming_from")
        ]
        found += [
            Problem(
                f"stations[{place}].{key}",
                f"value {name!r}: no product that comes to the line",
                nearest(name, known) if known else "name it in arrivals, or in products",
            )
            for key, name in named
            if name is not None and name not in known
        ]
        changes = [(set_up.to, set_up.coming_from) for set_up in station.set_ups]
        found += [
            Problem(
                f"stations[{place}].set_ups[{number}]", f"the same change stands twice at {station.name}", "keep one"
            )
            for number, change in enumerate(changes)
            if change in changes[:number]
        ]
    return found


def part_problems(line: Line, flow: Flow) -> list[Problem]:
    """Parts that never come to where they are assembled, and other products that do."""
    found = []
    for place, station in enumerate(line.stations):
        here = flow.products_at(station.name)
        if not station.parts or not here or None in here:
            continue
        names: Sequence[str] = sorted(str(product) for product in here)
        found += [
            Problem(
                f"stations[{place}].parts.{part}",
                f"no arrivals and no station bring {part!r} to {station.name}",
                f"to it come: {', '.join(names)}",
            )
            for part in station.parts
            if part not in here
        ]
        found += [
            Problem(
                f"stations[{place}].parts",
                f"{name!r} comes to {station.name} and is none of its parts: it could never leave",
                "add it to parts, or lead it elsewhere",
            )
            for name in names
            if name not in station.parts
        ]
    return found
