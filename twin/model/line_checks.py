"""Whether a line can run at all: what no table of a plant file can see by itself, named with station and key.

`network_problems` is what a line can be told from its own table; `whole_problems` is what takes the burn-in and the
products of the file as well. A fault that follows from one already told is not told again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sites.errors import Problem, nearest
from twin.model.burn_in import BurnIn
from twin.model.line_loops import Flow, endless_problems, ring_problems, unfed_problems
from twin.model.line_people import calendar_problems, people_problems
from twin.model.line_products import default_product, part_problems, product_problems
from twin.model.stations import BURN_IN, ENDS, EXIT, SCRAP, Station

if TYPE_CHECKING:
    from twin.model.line import Line


def network_problems(line: Line) -> list[Problem]:
    """Everything that is wrong with the network of *line* by itself; keys are below its table."""
    names = [station.name for station in line.stations]
    wrong = [*_name_problems(line, names), *_carrier_names(line, names)]
    for place, station in enumerate(line.stations):
        wrong += _ways_problems(place, station, names)
        wrong += [*_slotted_problems(place, station, line), *_queue_problems(place, station)]
    if not wrong:
        flow = Flow(line)
        wrong += ring_problems(line, flow)
        wrong += [] if BURN_IN in flow.names else _carrier_problems(line, flow)
        wrong += [*_batch_problems(line), *endless_problems(line)]
    return [*wrong, *calendar_problems(line), *people_problems(line)]


def whole_problems(line: Line, burn_in: BurnIn | None, products: Sequence[str] = ()) -> list[Problem]:
    """What is wrong between a *line* that is right by itself, its *burn_in* and the *products* of its file.

    Parameters: *burn_in* (none: units that go there leave at its door); *products*, names in the file's
    order. Keys are from the top of the file.
    """
    flow = Flow(line, burn_in, default_product(line, products))
    found = [] if burn_in is None else _way_back_problems(line, burn_in)
    if burn_in is not None and BURN_IN not in flow.names:
        what = f"no way from {line.first} leads to burn_in: nothing would be burnt in"
        found.append(Problem("line.stations", what, "let the next of one of its stations be burn_in"))
    if not found:
        found += _below_line([*unfed_problems(line, flow), *ring_problems(line, flow), *_carrier_problems(line, flow)])
    found += _below_line([*product_problems(line, products), *part_problems(line, flow)])
    if burn_in is not None:
        unpowered = flow.products_at(BURN_IN) - {None, *products} if products else set()
        found += [
            Problem("products", f"{name!r} goes to burn_in and has no power", "add it with its power_kw")
            for name in sorted(map(str, unpowered))
        ]
    return found


def _way_back_problems(line: Line, burn_in: BurnIn) -> list[Problem]:
    """Ways from burn-in to no station."""
    names = [station.name for station in line.stations]
    return [
        Problem(f"burn_in.{way}", f"value {goal!r}: no station", nearest(goal, names))
        for way, goal in (("next", burn_in.next), ("on_failure", burn_in.on_failure))
        if goal not in names
    ]


def zone_problems(burn_in: BurnIn, heaviest_kw: float) -> list[Problem]:
    """What is wrong with zones that cannot power one unit of *heaviest_kw* [kW]."""
    if heaviest_kw <= burn_in.zone_kw:
        return []
    what = f"value {burn_in.zone_kw:g}: one unit of {heaviest_kw:g} kW is more than a zone can power"
    return [Problem("burn_in.zone_kw", what, f"give {heaviest_kw:g} or more")]


def _below_line(problems: list[Problem]) -> list[Problem]:
    return [Problem(f"line.{problem.where}", problem.what, problem.cure) for problem in problems]


def _name_problems(line: Line, names: list[str]) -> list[Problem]:
    wrong = [
        Problem(f"stations[{place}].name", f"value {name!r}: stands twice", "rename one")
        for place, name in enumerate(names)
        if name in names[:place]
    ]
    wrong += [
        Problem(f"stations[{place}].name", f"value {name!r}: means an end of the line", "rename the station")
        for place, name in enumerate(names)
        if name in ENDS
    ]
    if line.first not in names:
        wrong.append(Problem("first", f"value {line.first!r}: no station", nearest(line.first, names)))
    wrong += [
        Problem(f"arrivals[{place}].at", f"value {arrivals.at!r}: no station", nearest(arrivals.at, names))
        for place, arrivals in enumerate(line.arrivals)
        if arrivals.at is not None and arrivals.at not in names
    ]
    return wrong


def _ways(station: Station) -> dict[str, str]:
    """Every way on from *station*, whatever its chance: goals by key."""
    ways = {"on_failure": station.on_failure}
    for key, way in station.ways_passed:
        if isinstance(way, str):
            ways[key] = way
        else:
            ways |= {f"{key}.{goal}": goal for goal in way}
    return ways


def _ways_problems(place: int, station: Station, names: list[str]) -> list[Problem]:
    """Ways on that lead to no station and no end."""
    return [
        Problem(f"stations[{place}].{key}", f"value {goal!r}: no station", nearest(goal, [*names, *ENDS]))
        for key, goal in _ways(station).items()
        if goal not in names and goal not in ENDS
    ]


def _slotted_problems(place: int, station: Station, line: Line) -> list[Problem]:
    """A slotted machine that cannot take what comes, or hands on to the burn-in door.

    It takes what stands in its buffer, and the door knows no slots of time.
    """
    if station.slotted is None:
        return []
    found = []
    if station.buffer == 0 and any(station.name in other.ways_on for other in line.stations):
        what = "value 0: a slotted machine takes units from its buffer only"
        found.append(Problem(f"stations[{place}].buffer", what, "give 1 or more"))
    return found + [
        Problem(
            f"stations[{place}].{key}",
            f"value 'burn_in': {station.name} is slotted, and hands over at the end of its slots only",
            "put a station between the two",
        )
        for key, goal in _ways(station).items()
        if goal == BURN_IN
    ]


def _queue_problems(place: int, station: Station) -> list[Problem]:
    """A choice of the shortest queue between stations and ends, where nobody ever waits."""
    if station.choose != "shortest_queue":
        return []
    found = []
    for key, way in station.ways_passed:
        ends = [goal for goal in way if goal in (EXIT, SCRAP)] if isinstance(way, dict) and len(way) > 1 else []
        what = f"'shortest_queue' with {' and '.join(ends)}: nobody waits there, so every unit would go there"
        found += [Problem(f"stations[{place}].{key}", what, "name stations only, or choose otherwise")] if ends else []
    return found


def _carrier_names(line: Line, names: list[str]) -> list[Problem]:
    """Carriers that begin or end nowhere, or begin at a slotted machine, where no work begins on its own."""
    slotted = [station.name for station in line.stations if station.slotted is not None]
    found = [
        Problem(
            f"carriers[{place}].first",
            f"value {carriers.first!r}: a slotted machine takes no carriers",
            "name another station, or leave out slotted",
        )
        for place, carriers in enumerate(line.carriers)
        if carriers.first in slotted
    ]
    return found + [
        Problem(f"carriers[{place}].{key}", f"value {name!r}: no station", nearest(name, names))
        for place, carriers in enumerate(line.carriers)
        for key, name in (("first", carriers.first), ("last", carriers.last))
        if name not in names
    ]


def _carrier_problems(line: Line, flow: Flow) -> list[Problem]:
    """Carriers whose last station is not reached from their first."""
    found = []
    for place, carriers in enumerate(line.carriers):
        first, last = carriers.first, carriers.last
        start = [here for here in flow.reached if here[0] == first]
        if start and last not in {name for name, _ in flow.follow(start)}:
            what = f"value {last!r}: no way from {first} leads there, and {carriers.name} would never come back"
            found.append(Problem(f"carriers[{place}].last", what, "name a station further on"))
    return found


def _batch_problems(line: Line) -> list[Problem]:
    """Batches that never gather, because fewer carriers than their units let work start."""
    found = []
    for place, carriers in enumerate(line.carriers):
        batch = line.station(carriers.first).batch
        if batch is not None and batch.most_wait_min is None and batch.units > carriers.count:
            what = f"value {carriers.count}: {carriers.first} starts {batch.units} units together"
            found.append(Problem(f"carriers[{place}].count", what, f"give {batch.units} or more"))
    return found
