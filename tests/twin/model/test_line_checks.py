"""What cannot run is refused before it runs, with station and key; what can run is taken."""

from __future__ import annotations

import copy
from typing import Any

from sites.figures import read_toml
from sites.validation import find_problems
from twin.model.line_file import LineFile
from twin.model.plant import Plant, starter_file

BURN_IN = {
    "hours": 2, "slots_per_rack": 4, "racks": 1, "least_racks": 1, "most_racks": 8, "zone_kw": 100,
    "load_min": 2, "unload_min": 3, "people_per_crew": 1, "skill": "loader", "infant_weibull_shape": 1,
    "infant_weibull_scale_h": 1e9, "next": "pack", "on_failure": "repair",
}  # fmt: skip
DAY = {"name": "day", "windows_h": [[6, 14]], "repeat_h": 24}
NIGHT = {"name": "night", "windows_h": [[22, 24]], "repeat_h": 24}


def station(name: str, mean_min: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"name": name, "process_time": {"law": "deterministic", "mean_min": mean_min}, **more}


def told(*stations: dict[str, Any], whole: dict[str, Any] | None = None, **more: Any) -> list[str]:
    """What a file with these stations, *more* of the line and the *whole* is refused for: place and fault."""
    data = {"line": {"stations": list(stations), **more}, **(whole or {})}
    _, problems, _ = find_problems(LineFile, data, "f")
    return [f"{problem.where}: {problem.what}" for problem in problems]


# ---------------------------------------------------------------------- ways


def test_a_station_that_nothing_feeds():
    """Proves: a station that no way leads to is named, one that is named by a way without any chance too, and not one
    that is fed by a failure, by an arrival or by burn-in.
    Sensitivity: a check of names alone would let `spare` through, which the next of `a` names with a share of 0."""
    assert told(station("a", next={"b": 1.0, "spare": 0.0}), station("b"), station("spare"), station("alone")) == [
        "f: line.stations[2].name: value 'spare': nothing feeds it",
        "f: line.stations[3].name: value 'alone': nothing feeds it",
    ]
    assert told(station("a", on_failure="b"), station("b")) == ["f: line.stations[1].name: value 'b': nothing feeds it"]
    assert not told(station("a", on_failure="b", first_pass_yield=0.9), station("b"))
    feeds = [{"at": "a", "interval": {"mean_min": 5}}, {"at": "b", "interval": {"mean_min": 5}}]
    assert not told(station("a"), station("b"), arrivals=feeds)


def test_burn_in_feeds_what_it_leads_to():
    """Proves: stations after burn-in are fed by it, but only where the line leads to it and the file has it.
    Sensitivity: without burn-in `pack` and `repair` would stand idle in every run and nobody would know why."""
    stations = [station("a", next="burn_in"), station("pack"), station("repair", next="a")]
    whole = {"burn_in": BURN_IN, "products": [{"power_kw": 3.5}]}
    assert not told(*stations, whole=whole)
    assert told(*stations) == [
        "f: line.stations[1].name: value 'pack': nothing feeds it",
        "f: line.stations[2].name: value 'repair': nothing feeds it",
    ]
    assert told(station("a"), *stations[1:], whole=whole) == [
        "f: line.stations: no way from a leads to burn_in: nothing would be burnt in"
    ]


def test_loops_without_a_limit():
    """Proves: a ring that units never leave is told with its stations, also when it is only a product's ring or goes
    through burn-in; a station before the ring is not blamed.
    Sensitivity: a look at the ways of all products together would find the way out of `b` that `x` may not take."""
    ring = [station("in", next="a"), station("a", next="b"), station("b", next="a")]
    assert told(*ring) == ["f: line.stations[1].next: a loop without a limit: a, b lead to nothing but each other"]
    assert told(station("a", next="a")) == [
        "f: line.stations[0].next: a loop without a limit: a leads to nothing but itself"
    ]
    by_product = [station("a", next="b"), station("b", next_by_product={"x": "a"})]
    assert told(*by_product, arrivals={"product": "x", "interval": {"mean_min": 5}}) == [
        "f: line.stations[0].next: a loop without a limit: a, b lead to nothing but each other"
    ]
    assert not told(*by_product, arrivals={"product": "y", "interval": {"mean_min": 5}}, whole={
        "products": [{"name": "x", "power_kw": 1}]
    })  # fmt: skip
    burnt = [station("a", next="burn_in"), station("pack", next="a"), station("repair", next="a")]
    assert told(*burnt, whole={"burn_in": BURN_IN, "products": [{"power_kw": 1}]}) == [
        "f: line.stations[0].next: a loop without a limit: a, pack, repair, burn_in lead to nothing but each other"
    ]


def test_a_ring_that_material_with_an_end_enters_is_a_closed_loop():
    """Proves: twelve units that go round for ever are taken, whether they come by plan or are capped; a cap that they
    shed at the burn-in door is none. Sensitivity: machines with a repair station could not be written as a loop."""
    ring = [station("run", 480, servers=12, next="repair"), station("repair", 30, next="run")]
    assert not told(*ring, arrivals={"times_h": [0], "units_each": 12})
    assert not told(*ring, wip_limit_per_cell=12)
    both = [{"times_h": [0], "units_each": 12}, {"at": "repair", "interval": {"mean_min": 60}}]
    assert len(told(*ring, arrivals=both)) == 1
    assert len(told(*ring, arrivals=both[1], wip_limit_per_cell=12)) == 1
    shed = [station("a", next="burn_in"), station("pack", next="repair"), station("repair", next="repair")]
    whole = {"burn_in": BURN_IN, "products": [{"power_kw": 1}]}
    assert len(told(*shed, whole=whole, wip_limit_per_cell=12)) == 1


def test_rework_that_never_passes_needs_a_limit():
    """Proves: a yield of 0 without a limit is a loop, at the key of the yield; a limit of 3, or one of 0, ends it.
    Sensitivity: a look at the way `next` alone would find the exit that nothing ever takes."""
    never = station("test", first_pass_yield=0, on_failure="repair")
    repair = station("repair", next="test")
    assert told(never, repair) == [
        "f: line.stations[0].first_pass_yield: value 0: test is in a loop without a limit: test, repair lead to "
        "nothing but each other"
    ]
    assert not told(never | {"rework_limit": 3}, repair)
    assert told(never | {"rework_limit": 0}, repair) == ["f: line.stations[1].name: value 'repair': nothing feeds it"]


def test_names_that_stand_for_nothing():
    """Proves: unknown stations in arrivals, ways and carriers are told together, and what follows from them is not.
    Sensitivity: a misspelt way would also be told as a station that nothing feeds, which it is not."""
    pallets = {"name": "pallets", "count": 2, "first": "a", "last": "c"}
    feeds = {"at": "aa", "interval": {"mean_min": 5}}
    assert told(station("a", next="bb"), station("b"), arrivals=feeds, carriers=[pallets]) == [
        "f: line.arrivals[0].at: value 'aa': no station",
        "f: line.carriers[0].last: value 'c': no station",
        "f: line.stations[0].next: value 'bb': no station",
    ]  # fmt: skip


def test_carriers_come_back():
    """Proves: carriers whose last station cannot be reached, that stand twice or are too few for a batch are refused;
    a loop that goes through burn-in is taken. Sensitivity: the line would stop when the last pallet had gone in."""
    loop = {"name": "pallets", "count": 3, "first": "b", "last": "a"}
    line = [station("a", next="b"), station("b")]
    assert told(*line, carriers=[loop]) == [
        "f: line.carriers[0].last: value 'a': no way from b leads there, and pallets would never come back"
    ]
    there = loop | {"first": "a", "last": "b"}
    assert told(*line, carriers=[there, there]) == ["f: line.carriers[1].name: value 'pallets': stands twice"]
    batch = [station("a", next="b", batch={"units": 4}), line[1]]
    assert told(*batch, carriers=[there]) == ["f: line.carriers[0].count: value 3: a starts 4 units together"]
    burnt = [station("a", next="burn_in"), station("pack"), station("repair", next="a")]
    whole = {"burn_in": BURN_IN, "products": [{"power_kw": 1}]}
    slotted = {"name": "a", "next": "b", "slotted": {"slot_min": 1, "up_probability": 0.9}}
    assert told(slotted, line[1], carriers=[there]) == [
        "f: line.carriers[0].first: value 'a': a slotted machine takes no carriers"
    ]
    assert not told(*burnt, whole=whole, carriers=[there | {"last": "pack"}])
    assert told(*burnt, whole=whole, carriers=[{**there, "first": "pack", "last": "a"}]) == [
        "f: line.carriers[0].last: value 'a': no way from pack leads there, and pallets would never come back"
    ]


def test_ways_that_a_machine_cannot_take():
    """Proves: a slotted machine that feeds burn-in, and the shortest queue among ends, are refused."""
    slotted = {"slotted": {"slot_min": 1, "up_probability": 0.9}}
    stations = [{"name": "a", "next": "burn_in", **slotted}]
    assert told(*stations)[0].startswith("f: line.stations[0].next: value 'burn_in': a is slotted")
    queue = station("a", next={"b": 0.5, "exit": 0.5}, choose="shortest_queue")
    assert told(queue, station("b")) == [
        "f: line.stations[0].next: 'shortest_queue' with exit: nobody waits there, so every unit would go there"
    ]


def test_units_without_end_in_no_time():
    """Proves: always-fed stations that take no time, or have servers without number, are refused where nothing bounds
    them, and taken where a buffer, a cap, people or arrivals do.
    Sensitivity: a look at whether all stations are timeless would let the simulation fill `b` at minute 0 for ever."""
    timeless = "f: line.stations[0].process_time.mean_min: value 0: material is always there, and a would pass it on"
    assert told(station("a", 0)) == [f"{timeless} without end"]
    assert told(station("a", 0, next="b"), station("b", 5)) == [f"{timeless} without end"]
    assert told(station("a", 0, next="b"), station("b", 0, buffer=1)) == [f"{timeless} without end"]
    assert not told(station("a", 0, next="b"), station("b", 5, buffer=1))
    assert not told(station("a", 0, next="b"), station("b", 5), wip_limit_per_cell=9)
    assert not told(station("a", 0), arrivals={"interval": {"mean_min": 1}})
    endless = station("a", servers="unlimited")
    assert told(endless) == [
        "f: line.stations[0].servers: value 'unlimited': material is always there, and a would take it without end"
    ]
    assert not told(endless, wip_limit_per_cell=9)
    ring = [station("a", 0, next="b"), station("b", 0, next="a")]
    assert told(*ring, arrivals={"times_h": [0]}) == [
        "f: line.stations[0].process_time.mean_min: value 0: a, b would pass units round for ever at one moment"
    ]
    parts = [{"product": "x"}, {"product": "y"}]
    join = station("a", 0, parts={"x": 1, "y": 1})
    assert told(join, arrivals=parts) == [f"{timeless} without end"]
    assert not told(join, arrivals=[parts[0], parts[1] | {"interval": {"mean_min": 1}}])
    assert not told(endless | {"skill": "hand"}, crew={"people": {"hand": 2}})


# ---------------------------------------------------------------------- people and calendars


def test_a_skill_that_nobody_has():
    """Proves: skills of jobs and of machine repairs that nobody has are told where they are asked for, groups of
    nobody where they stand, and a skill for the repair of racks always, whether or not somebody has it.
    Sensitivity: such a machine would wait for its first repair for ever; a rack's would be repaired without anybody."""
    asks = [
        station("a", skill="welder", next="b"),
        station("b", breakdowns={"mtbf_h": 5, "mttr_min": 5, "skill": "fitter"}),
    ]
    assert told(*asks) == [
        "f: line.stations[0].skill: value 'welder': nobody in crew or operators has it",
        "f: line.stations[1].breakdowns.skill: value 'fitter': nobody in crew or operators has it",
    ]
    groups = [{"name": "men", "people": 0, "skills": ["fitter"]}]
    assert told(*asks, crew={"people": {"welder": 0}}, operators=groups) == [
        "f: line.crew.people.welder: value 0: a is attended by this skill",
        "f: line.operators[0].people: value 0: b is repaired by this skill",
    ]
    assert not told(*asks, crew={"people": {"welder": 1}}, operators=[groups[0] | {"people": 1}])
    racks = {"burn_in": {**BURN_IN, "next": "a", "on_failure": "a"}, "products": [{"power_kw": 1}]}
    racks["burn_in"]["rack_breakdowns"] = {"mtbf_h": 5, "mttr_min": 5, "skill": "fitter"}
    tested = station("a", first_pass_yield=0.5, on_failure="scrap", next={"exit": 0.5, "burn_in": 0.5})
    refused = ["f: burn_in.rack_breakdowns.skill: value 'fitter': the repair of racks is not done by the line's people"]
    assert told(tested, whole=racks) == refused
    assert told(tested, whole=racks, crew={"people": {"fitter": 1}}) == refused
    del racks["burn_in"]["rack_breakdowns"]["skill"]
    assert not told(tested, whole=racks)


def test_a_job_for_more_people_than_there_are():
    """Proves: the people of one job come from one group, cells counted: 2 from 1 per cell in 2 cells will do.
    Sensitivity: counted over groups, two groups of one would seem to do for a job of two that never starts."""
    pair = station("a", skill="hand", people_per_job=2)
    assert told(pair, crew={"people": {"hand": 1}}) == [
        "f: line.stations[0].people_per_job: value 2: a has 1 of 'hand' in one group"
    ]
    assert not told(pair, crew={"people": {"hand": 1}}, cells=2)
    one_each = [{"name": name, "people": 1, "skills": ["hand"]} for name in ("early", "late")]
    assert len(told(pair, operators=one_each)) == 1


def test_calendars_that_do_not_exist_stand_twice_or_never_open():
    """Proves: each is told at its place. Sensitivity: a line that is never open makes nothing, and says so nowhere."""
    holidays = {"name": "never", "windows_h": [[0, 24]], "holidays_day": [0]}
    late = {"name": "late", "windows_h": [[2000, 2010]]}
    line = [station("a", calendar="dya", next="b"), station("b", calendar="day")]
    men = [{"name": "men", "people": 1, "skills": ["hand"], "calendar": "nigth"}]
    assert told(*line, calendars=[DAY, DAY, holidays, late], operators=[*men, men[0] | {"calendar": "day"}]) == [
        "f: line.calendars[1].name: value 'day': stands twice",
        "f: line.operators[1].name: value 'men': stands twice",
        "f: line.stations[0].calendar: value 'dya': no calendar",
        "f: line.operators[0].calendar: value 'nigth': no calendar",
        "f: line.calendars[2]: 'never' never opens in the first eight weeks",
        "f: line.calendars[3]: 'late' never opens in the first eight weeks",
    ]


def test_a_pattern_that_never_staffs_a_needed_station():
    """Proves: a station that is open by day with people who come at night is refused; five minutes together will do,
    in any of the eight weeks. Sensitivity: counted by hours a week, both are there long enough."""
    line = station("a", skill="hand", calendar="day")
    men = [{"name": "men", "people": 1, "skills": ["hand"], "calendar": "night"}]
    assert told(line, calendars=[DAY, NIGHT], operators=men) == [
        "f: line.stations[0].calendar: value 'day': a is never open while anybody of 'hand' is there "
        "(men keeps 'night')"
    ]
    assert not told(line, calendars=[DAY, NIGHT], operators=men, crew={"people": {"hand": 1}})
    once = {"name": "night", "windows_h": [[22, 24], [30, 30.1]]}
    assert not told(line, calendars=[DAY, once], operators=men)
    touching = {"name": "night", "windows_h": [[0, 6], [14, 24]], "repeat_h": 24}
    assert len(told(line, calendars=[DAY, touching], operators=men)) == 1


def test_a_job_that_fits_into_no_window():
    """Proves: where nothing is started that cannot be finished, a fixed time longer than the longest window is refused,
    by product and for the shortest of measured values; as long as the window will do.
    Sensitivity: such a station would stand still with its queue growing."""
    careful = {"at_shift_end": "do_not_start", "calendar": "day"}
    fits = {"law": "deterministic", "mean_min": 480}
    line = station("a", 481, process_time_by_product={"unit": fits}, **careful)
    products = {"products": [{"power_kw": 1}]}
    assert told(line, calendars=[DAY], whole=products) == [
        "f: line.stations[0].process_time.mean_min: value 481: the longest window of a has 480 min, and it starts "
        "nothing that it cannot finish"
    ]
    assert not told(station("a", 480, **careful), calendars=[DAY])
    assert not told(station("a", 481, **careful | {"at_shift_end": "finish"}), calendars=[DAY])
    measured = {"name": "a", "process_time": {"law": "empirical", "values_min": [400, 900]}, **careful}
    assert not told(measured, calendars=[DAY])
    measured["process_time"] = {"law": "empirical", "values_min": [400, 900], "weights": [0, 1]}
    assert len(told(measured, calendars=[DAY])) == 1
    by_day = [{"name": "men", "people": 1, "skills": ["hand"], "calendar": "day"}]
    attended = station("a", 481, skill="hand", at_shift_end="do_not_start")
    assert len(told(attended, calendars=[DAY], operators=by_day)) == 1
    assert not told(attended, calendars=[DAY], operators=[*by_day, by_day[0] | {"name": "all", "calendar": None}])


# ---------------------------------------------------------------------- products


def test_products_that_nobody_brings():
    """Proves: keys that name unknown products are told, and those of arrivals, mixes, assemblies and the file known.
    Sensitivity: a misspelt product in a table would silently take the times of all others."""
    time = {"mean_min": 1}
    line = station(
        "a", process_time_by_product={"x": time, "q": time}, next_by_product={"r": "exit"},
        set_ups=[{"to": "y", "time": time}, {"coming_from": "s", "time": time}, {"to": "y", "time": time}],
    )  # fmt: skip
    feeds = [{"product": "x", "interval": time}, {"mix": {"y": 1, "w": 2}, "interval": time}]
    assert told(line, arrivals=feeds) == [
        "f: line.stations[0].process_time_by_product.q: value 'q': no product that comes to the line",
        "f: line.stations[0].next_by_product.r: value 'r': no product that comes to the line",
        "f: line.stations[0].set_ups[1].coming_from: value 's': no product that comes to the line",
        "f: line.stations[0].set_ups[2]: the same change stands twice at a",
    ]
    known = {"products": [{"name": name, "power_kw": 1} for name in "qrs"]}
    assert len(told(line, arrivals=feeds, whole=known)) == 1
    twice = {"products": [{"name": "q", "power_kw": 1}] * 2}
    assert "f: products[1].name: value 'q': stands twice" in told(station("a"), whole=twice)


def test_parts_come_to_where_they_are_assembled():
    """Proves: a part that no way brings to its assembly is told there, and a product that comes and is no part; the
    first part leaves as the product, the others do not leave.
    Sensitivity: with the parts known by name only, `lid` would be waited for at an assembly it never comes to."""
    time = {"mean_min": 1}
    feeds = [{"product": "case", "interval": time}, {"at": "press", "product": "lid", "interval": time}]
    line = [
        station("join", parts={"case": 1, "lid": 2}, makes="box", next="pack"),
        station("pack", next_by_product={"case": "pack", "lid": "pack"}),
        station("press", next="join"),
    ]
    assert not told(*line, arrivals=feeds)
    line[2] = station("press")
    assert told(*line, arrivals=feeds) == [
        "f: line.stations[0].parts.lid: no arrivals and no station bring 'lid' to join"
    ]
    line[2] = station("press", next="join")
    line[1] = station("pack", first_pass_yield=0.9, on_failure="join")
    assert told(*line, arrivals=feeds) == [
        "f: line.stations[0].parts: 'box' comes to join and is none of its parts: it could never leave"
    ]


def test_what_burns_has_a_power():
    """Proves: burn-in without products, and a product that comes to it without power, are refused."""
    stations = [station("a", next="burn_in"), station("pack"), station("repair", next="a")]
    feeds = {"mix": {"air": 1, "hydro": 1}, "interval": {"mean_min": 9}}
    assert told(*stations, whole={"burn_in": BURN_IN}) == ["f: products: burn-in of no product"]
    whole = {"burn_in": BURN_IN, "products": [{"name": "air", "power_kw": 3.5}]}
    assert told(*stations, arrivals=feeds, whole=whole) == ["f: products: 'hydro' goes to burn_in and has no power"]


# ---------------------------------------------------------------------- zones, tables, plants


def test_a_zone_that_cannot_power_one_unit():
    """Proves: the heaviest product decides; slots that the zone cannot power together are taken in a line, where units
    wait for power, and refused in a plant, where a plan counts on all of them - of all racks that share the zone.
    Sensitivity: by the first product's 3.5 kW the 5.4 kW of the second would wait for ever."""
    stations = [station("a", next="burn_in"), station("pack"), station("repair", next="a")]
    products = [{"name": "air", "power_kw": 3.5}, {"name": "hydro", "power_kw": 5.4}]
    whole = {"burn_in": {**BURN_IN, "zone_kw": 5.0}, "products": products}
    assert told(*stations, whole=whole) == [
        "f: burn_in.zone_kw: value 5: one unit of 5.4 kW is more than a zone can power"
    ]
    assert not told(*stations, whole={"burn_in": {**BURN_IN, "zone_kw": 5.4}, "products": products})
    plant = read_toml(starter_file())[0]
    for changes, where in (
        ({"zone_kw": 3.0}, "f: burn_in.zone_kw: value 3: one unit of 3.5 kW is more than a zone can power"),
        ({"racks_per_zone": 2}, "f: burn_in.slots_per_rack: value 36: a zone of 2 racks of 143.8 kW holds 20 slots"),
        ({"zone_kw": 6.0, "racks_per_zone": 2}, "f: burn_in.slots_per_rack: value 36: a zone of 2 racks of 6.0 kW "),
    ):
        spoiled = copy.deepcopy(plant)
        spoiled["burn_in"] |= changes
        (problem,) = find_problems(Plant, spoiled, "f")[1]
        assert f"{problem.where}: {problem.what}".startswith(where)


def test_a_yield_above_one():
    """Proves: shares above 1 are refused with their keys, alone and together, and so are ways that do not add up."""
    assert told(station("a", first_pass_yield=1.2)) == [
        "f: line.stations[0].first_pass_yield: value 1.2: Input should be less than or equal to 1"
    ]
    assert told(station("a", first_pass_yield=0.9, scrap_fraction=0.2)) == [
        "f: line.stations[0].scrap_fraction: value 0.2: with first_pass_yield 0.9 above 1"
    ]
    assert told(station("a", next={"exit": 0.5, "scrap": 0.6})) == [
        "f: line.stations[0].next: shares of 1.1 in all"
    ]  # fmt: skip


def test_faults_of_a_file_are_told_together():
    """Proves: ring, skill, calendar, product and zone in one answer, except that what one table says about itself comes
    before what it says about others. Sensitivity: told one by one, this file would take a user three attempts more."""
    ring = [station("a", next="b", skill="welder"), station("b", next="a", calendar="day")]
    assert [line.split(": ")[1] for line in told(*ring)] == [
        "line.stations[0].next", "line.stations[1].calendar", "line.stations[0].skill",
    ]  # fmt: skip
    stations = [station("a", next_by_product={"q": "exit"}), station("c")]
    whole = {"burn_in": {**BURN_IN, "zone_kw": 1}, "products": [{"power_kw": 2}]}
    assert [line.split(": ")[1] for line in told(*stations, whole=whole)] == [
        "burn_in.next", "burn_in.on_failure", "line.stations", "line.stations[0].next_by_product.q", "burn_in.zone_kw",
    ]  # fmt: skip
