"""Where units come to on a line, and where they never leave: reachability over stations and products.

A place is a station (or burn-in) together with the product that is there, because ways on may differ by product.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sites.errors import Problem
from twin.model.burn_in import BurnIn
from twin.model.material import Arrivals
from twin.model.stations import BURN_IN, ENDS, Station

if TYPE_CHECKING:
    from twin.model.line import Line

Place = tuple[str, str | None]  # no product: one whose name is not known here, which may take any of the ways


class Flow:
    """The places that the material of *line* comes to, and the ways between them.

    Parameters: *burn_in*, what the way `burn_in` leads to (none: the way ends at its door); *default*, the product of
    arrivals that name none.
    """

    def __init__(self, line: Line, burn_in: BurnIn | None = None, default: str | None = None) -> None:
        self._burn_in = burn_in
        self._stations = {station.name: station for station in line.stations}
        self.sources = [(arrivals, self._entries(line, arrivals, default)) for arrivals in line.material]
        self.onward: dict[Place, set[Place]] = {}
        self.reached = self.follow({place for _, places in self.sources for place in places})

    def _entries(self, line: Line, arrivals: Arrivals, default: str | None) -> set[Place]:
        at = arrivals.at or line.first
        if at not in self._stations:
            return set()
        products: list[str | None] = [name for name, share in arrivals.mix.items() if share > 0]
        products = products or [arrivals.product or default]
        return {(at, product) for product in products}

    def _next(self, place: Place) -> set[Place]:
        name, product = place
        if name == BURN_IN and self._burn_in is not None:
            return {(goal, product) for goal in (self._burn_in.next, self._burn_in.on_failure)}
        station = self._stations.get(name)
        if station is None:
            return set()
        if station.parts and product not in (None, next(iter(station.parts))):
            return set()  # it goes into the first part, which becomes the product
        made = station.makes or product
        return {(goal, made) for goal in station.ways_of(made)}

    def follow(self, start: Iterable[Place]) -> set[Place]:
        """Every place that a unit at one of *start* can come to, *start* included."""
        found = set(start)
        open_places = list(found)
        while open_places:
            place = open_places.pop()
            if place not in self.onward:
                self.onward[place] = self._next(place)
            new = self.onward[place] - found
            found |= new
            open_places += new
        return found

    @property
    def names(self) -> set[str]:
        """Stations and ends that material comes to."""
        return {name for name, _ in self.reached}

    def products_at(self, name: str) -> set[str | None]:
        """Products that come to the station or end *name*."""
        return {product for here, product in self.reached if here == name}

    def rings(self) -> list[set[Place]]:
        """Groups of places that a unit never leaves: all lead to each other, and to nothing else."""
        backward: dict[Place, set[Place]] = {}
        for place, goals in self.onward.items():
            for goal in goals:
                backward.setdefault(goal, set()).add(place)
        saved = {place for place in self.reached if not self.onward[place]}
        open_places = list(saved)
        while open_places:
            new = backward.get(open_places.pop(), set()) - saved
            saved |= new
            open_places += new
        found: list[set[Place]] = []
        for place in sorted(self.reached - saved, key=str):
            if any(place in ring for ring in found):
                continue
            ring = self.follow([place])
            if all(place in self.follow([other]) for other in ring):
                found.append(ring)
        return found


def unfed_problems(line: Line, flow: Flow) -> list[Problem]:
    """Stations of *line* that no material comes to."""
    cure = "let an arrivals.at, or the next or on_failure of a station, lead to it with a chance above 0, or remove it"
    return [
        Problem(f"stations[{place}].name", f"value {station.name!r}: nothing feeds it", cure)
        for place, station in enumerate(line.stations)
        if station.name not in flow.names
    ]


def ring_problems(line: Line, flow: Flow) -> list[Problem]:
    """Rings of stations without a way out whose material has no end, and so would fill up without a limit."""
    found, told = [], set[frozenset[str]]()
    places = {station.name: place for place, station in enumerate(line.stations)}
    for ring in flow.rings():
        names = frozenset(name for name, _ in ring)
        in_order = [name for name in (*places, BURN_IN) if name in names]
        takes_time = BURN_IN in names or not all(_takes_no_time(line.station(name)) for name in names)
        is_limited = all(_is_limited(line, flow, ring, *source) for source in flow.sources)
        if names in told or (is_limited and takes_time):
            continue
        told.add(names)
        if is_limited:
            where = f"stations[{places[in_order[0]]}].process_time.mean_min"
            what = f"value 0: {', '.join(in_order)} would pass units round for ever at one moment"
            found.append(Problem(where, what, "give one of them a time above 0"))
            continue
        what = f"a loop without a limit: {', '.join(in_order)} lead to nothing but each other"
        if len(in_order) == 1:
            what = f"a loop without a limit: {in_order[0]} leads to nothing but itself"
        cure = "add a way out, give its material an end (arrivals.times_h), or cap it (wip_limit_per_cell)"
        failing = [name for name in in_order if name != BURN_IN and line.station(name).first_pass_yield == 0]
        if failing:
            where, what = f"stations[{places[failing[0]]}].first_pass_yield", f"value 0: {failing[0]} is in {what}"
            cure = "give a yield above 0, or a rework_limit"
        else:
            where = _way_within(line, ring, in_order[0])
        found.append(Problem(where, what, cure))
    return found


def _way_within(line: Line, ring: set[Place], name: str) -> str:
    """Key of the way by which a unit at *name* stays in its *ring*."""
    if name == BURN_IN:
        return "burn_in.next"  # told below the line's table: a ring that has no station but burn-in cannot be
    place = next(place for place, station in enumerate(line.stations) if station.name == name)
    own = {product for here, product in ring if here == name} & set(line.stations[place].next_by_product)
    return f"stations[{place}].next" + (f"_by_product.{min(str(product) for product in own)}" if own else "")


def _is_limited(line: Line, flow: Flow, ring: set[Place], arrivals: Arrivals, entries: set[Place]) -> bool:
    """Tell whether no more than a fixed number of units ever comes from one source into the *ring*."""
    if arrivals.ends:
        return True
    reached = flow.follow(entries)
    if not ring & reached:
        return True
    # The cap counts units between the first station and their first arrival at the burn-in door.
    is_capped = line.wip_limit_per_cell is not None and (arrivals.at or line.first) == line.first
    return is_capped and not any(name == BURN_IN and flow.follow([(name, p)]) & ring for name, p in reached)


def endless_problems(line: Line) -> list[Problem]:
    """Stations that, always fed, would take units without end in no time."""
    found = []
    places = {station.name: place for place, station in enumerate(line.stations)}
    always_fed = {arrivals.at or line.first for arrivals in line.material if arrivals.always}
    for name in (name for name in places if name in always_fed):
        station = line.station(name)
        is_capped = line.wip_limit_per_cell is not None or any(name == carriers.first for carriers in line.carriers)
        if station.servers is None and station.skill is None and not is_capped:
            what = f"value 'unlimited': material is always there, and {name} would take it without end"
            cure = "give servers a number, or give arrivals an interval"
            found.append(Problem(f"stations[{places[name]}].servers", what, cure))
        elif _swallows(line, name, is_capped, set()):
            what = f"value 0: material is always there, and {name} would pass it on without end"
            cure = "give it a time above 0, or give arrivals an interval"
            found.append(Problem(f"stations[{places[name]}].process_time.mean_min", what, cure))
    return found


def _takes_no_time(station: Station) -> bool:
    times = (station.process_time, *station.process_time_by_product.values())
    return not any(time.mean_min > 0 for time in times) and not station.slotted and not station.set_ups


def _swallows(line: Line, name: str, is_capped: bool, seen: set[str]) -> bool:
    """Tell whether a station without time of its own hands on any number of units at one moment."""
    station = line.station(name)
    always = [arrivals for arrivals in line.material if arrivals.always and (arrivals.at or line.first) == name]
    brought = {product for arrivals in always for product in (arrivals.product, *arrivals.mix)}
    if not _takes_no_time(station) or not brought >= set(station.parts):
        return False
    seen.add(name)
    for goal in station.ways_of(None) - seen:
        if goal in ENDS:
            continue
        has_space = line.station(goal).buffer is None and not is_capped
        if not has_space and not _swallows(line, goal, is_capped, seen):
            return False
    return True
