"""What a line is built of: stations of the right kind, groups of people by skill, the order of the stations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twin.model.line import Line
from twin.model.line import Operators as Group
from twin.model.stations import BURN_IN
from twin.model.stations import Station as Description
from twin.sim.line.assembly import Absorb, AssemblyStation
from twin.sim.line.batches import BatchStation
from twin.sim.line.energy import Meter
from twin.sim.line.operators import Operators, Skill
from twin.sim.line.racks import BurnInArea
from twin.sim.line.slotted import SlottedStation
from twin.sim.line.special import SpecialStation
from twin.sim.line.station import Station
from twin.sim.line.streams import Streams
from twin.sim.line.timer import Clock

UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every station of a line is given."""

    env: Clock
    meter: Meter
    streams: Streams
    products: list[str]
    absorb: Absorb


def names_of_products(line: Line, burning: Sequence[str]) -> list[str]:
    """Names of all products of a line: those that burn first, then those that its material and parts are named by."""
    names = list(burning)
    for arrivals in line.material:
        names += [arrivals.product] if arrivals.product is not None else list(arrivals.mix)
    for station in line.stations:
        names += [*station.parts, *station.process_time_by_product, *station.next_by_product]
        names += [station.makes] if station.makes is not None else []
    return list(dict.fromkeys(names)) or [UNIT]


def build_pools(
    line: Line, streams: Streams
) -> tuple[dict[str, Operators], list[tuple[Operators, Group]], dict[str, Skill]]:
    """The people: crews by skill, groups of their own with their description, and who has each skill."""
    attends: dict[str, list[int]] = {}
    for station in line.stations:
        if station.skill is not None:
            attends.setdefault(station.skill, []).append(station.attends_at_once)
        if station.breakdowns is not None and station.breakdowns.skill is not None:
            attends.setdefault(station.breakdowns.skill, []).append(1)
    skills = {name: Skill(name) for name in attends}
    crew = line.crew
    pools: dict[str, Operators] = {}
    for name, at_once in attends.items():
        if name in crew.people:
            absent = streams.uniform(f"crew {name}", "absence") if crew.absence_fraction else None
            pools[name] = Operators(name, at_once, crew.people[name], absent, crew.absence_fraction)
            _teach(pools[name], [skills[name]])
    groups = []
    for group in line.operators:
        known = [skill for skill in group.skills if skill in attends]
        at_once = [times for skill in known for times in attends[skill]] or [1]
        absent = streams.uniform(f"operators {group.name}", "absence") if group.absence_fraction else None
        pool = Operators(group.name, at_once, group.people, absent, group.absence_fraction)
        _teach(pool, [skills[skill] for skill in known])
        groups.append((pool, group))
    for skill in skills.values():
        skill.pools.sort(key=lambda pool: len(pool.skills))  # those who can do nothing else go first
    return pools, groups, skills


def _teach(pool: Operators, skills: list[Skill]) -> None:
    pool.skills = skills
    for skill in skills:
        skill.pools.append(pool)


def build_stations(line: Line, shop: Workshop, skills: dict[str, Skill]) -> list[Station]:
    """The stations in the order of the file, each of the simplest kind that does what it asks."""
    special = {loop.first for loop in line.carriers}
    found = []
    for spec in line.stations:
        skill = skills.get(spec.skill or "")
        pools = list(skill.pools) if skill is not None else []
        station = _station(spec, shop, pools or [Operators.always_there()], needs_more=spec.name in special)
        station.pools_there = pools
        breakdowns = spec.breakdowns
        if breakdowns is not None and breakdowns.skill is not None:
            station.repair_skill = skills[breakdowns.skill]
        found.append(station)
    return found


def _station(spec: Description, shop: Workshop, pools: list[Operators], *, needs_more: bool) -> Station:
    if spec.slotted is not None:
        return SlottedStation(shop.env, spec, pools[0], shop.meter, shop.streams, shop.products)
    if spec.parts:
        return AssemblyStation(shop.env, spec, pools, shop.meter, shop.streams, shop.products, shop.absorb)
    asks = (
        needs_more, len(pools) > 1, bool(spec.set_ups), spec.blocking == "before_service",
        spec.at_shift_end != "stop", spec.queue_rule != "first_come",
    )  # fmt: skip
    if spec.batch is not None:
        return BatchStation(shop.env, spec, pools, shop.meter, shop.streams, shop.products)
    if any(asks):
        return SpecialStation(shop.env, spec, pools, shop.meter, shop.streams, shop.products)
    return Station(shop.env, spec, pools[0], shop.meter, shop.streams, shop.products)


def in_circles(line: Line) -> set[str]:
    """Stations from which a unit can come back to the same station: only these can wait for each other in a circle."""
    onward = {station.name: station.ways_on for station in line.stations}
    found = set()
    for name in onward:
        seen: set[str] = set()
        ahead = set(onward[name])
        while ahead:
            goal = ahead.pop()
            if goal in onward and goal not in seen:
                seen.add(goal)
                ahead |= onward[goal]
        if name in seen:
            found.add(name)
    return found


def downstream_first(line: Line, stations: Sequence[Station], area: BurnInArea | None) -> list[Station]:
    """*stations* in the order of fewest steps to the way out along the main way.

    Of two that are equally far from the end, the later one in the file counts as further down; a circle has no end.
    """
    onward = {spec.name: spec.main_way for spec in line.stations}
    if area is not None:
        onward[BURN_IN] = area.spec.next

    def steps(station: Station) -> int:
        here, taken = station.name, 0
        while here in onward and taken <= len(onward):
            here, taken = onward[here], taken + 1
        return taken

    later_first = list(stations)[::-1]
    later_first.sort(key=steps)
    return later_first


def ways_back(line: Line, area: BurnInArea | None) -> dict[str, frozenset[str]]:
    """For each station the goals that lie behind it: ways that close a circle in a walk from where material enters.

    Whoever comes to a station twice has taken one of them in between.
    """
    onward = {spec.name: sorted(spec.ways_on) for spec in line.stations}
    if area is not None:
        onward[BURN_IN] = [area.spec.next, area.spec.on_failure]
    back: dict[str, set[str]] = {name: set() for name in onward}
    done: set[str] = set()
    for start in [*(arrivals.at or line.first for arrivals in line.material), *onward]:
        path, ways = [], []
        if start not in done:
            path, ways = [start], [iter(onward[start])]
        while path:
            goal = next(ways[-1], None)
            if goal is None:
                done.add(path.pop())
                ways.pop()
            elif goal in path:
                back[path[-1]].add(goal)
            elif goal in onward and goal not in done:
                path.append(goal)
                ways.append(iter(onward[goal]))
    return {name: frozenset(goals) for name, goals in back.items()}
