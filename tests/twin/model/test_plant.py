"""The plant file: what it may say, and how its mistakes are told."""

import pytest

from sites.errors import InputError
from sites.figures import read_toml
from sites.validation import validated
from twin.model.plant import Plant, read_plant, starter_file


def starter():
    """The starter plant as plain data, to be spoiled."""
    data, _ = read_toml(starter_file())
    return data


def told(data):
    with pytest.raises(InputError) as caught:
        validated(Plant, data, "my.toml")
    return [str(problem) for problem in caught.value.problems]


def test_the_starter_plant_is_sound():
    """Proves: the shipped file reads: 8 cells, 16 racks of 36 slots within a zone of 143.8 kW, 500 a day, its
    assumptions listed with their dotted keys.
    Sensitivity: an assumption that is not listed would be swept by nothing and shown to nobody."""
    plant, figures = read_plant()
    assert (plant.line.cells, plant.burn_in.racks, plant.burn_in.slots_per_rack) == (8, 16, 36)
    assert plant.demand.units_per_working_day == 500
    assert plant.product.power_kw * plant.burn_in.slots_per_rack <= plant.burn_in.zone_kw
    assumed = {figure.key for figure in figures if figure.is_assumption}
    assert {"money.discount_rate", "burn_in.hours", "line.stations[1].first_pass_yield"} <= assumed
    assert "products[0].power_kw" not in assumed


def test_unknown_keys_get_near_misses_at_every_depth():
    """Proves: a misspelt key is named with its place and what was meant: in a table, in a list of tables, in an
    optional table; all in one message, and an absent key beside them.
    Sensitivity: keys that are ignored would leave the default in place of what was meant."""
    data = starter()
    data["burn_in"]["slots_per_rak"] = data["burn_in"].pop("slots_per_rack")
    data["line"]["stations"][1]["first_pas_yield"] = 0.9
    data["line"]["stations"][1]["breakdowns"]["mtbf"] = 3
    data["equipment"]["batery"] = {}
    assert told(data) == [
        "my.toml: line.stations[1].breakdowns.mtbf: unknown key -> did you mean mtbf_cv or mtbf_h or mtbf_law?",
        "my.toml: line.stations[1].first_pas_yield: unknown key -> did you mean first_pass_yield?",
        "my.toml: burn_in.slots_per_rack: missing -> add it",
        "my.toml: burn_in.slots_per_rak: unknown key -> did you mean slots_per_rack or most_racks or least_racks?",
        "my.toml: equipment.batery: unknown key -> did you mean battery or heat_recovery?",
    ]


def test_a_number_out_of_range_is_told_with_its_value():
    """Proves: a share above 1 and a negative price are two problems with the values that were given.
    Sensitivity: "validation failed" would leave the reader to guess which of two hundred numbers."""
    data = starter()
    data["burn_in_hall"]["relative_humidity_limit"] = 90
    data["equipment"]["racks"]["usd_each"] = -1
    first, second = told(data)
    assert first.startswith("my.toml: burn_in_hall.relative_humidity_limit: value 90: ")
    assert second.startswith("my.toml: equipment.racks.usd_each: value -1: ")


def test_parts_that_do_not_fit_are_told_together():
    """Proves: too many slots for a zone, an unknown pattern, a wrong target and a line that never reaches burn-in are
    four findings, each with its key, its value and a cure.
    Sensitivity: one zone too hot would be found when the breaker trips."""
    data = starter()
    data["burn_in"]["slots_per_rack"] = 50
    data["burn_in"]["next"] = "packing"
    data["assembly_hall"]["people_base_pattern"] = "day9"
    for station in data["line"]["stations"]:
        if station["next"] == "burn_in":
            station["next"] = "exit"
    assert told(data) == [
        "my.toml: burn_in.next: value 'packing': no station -> did you mean pack?",
        "my.toml: line.stations: no way from receive_and_kit leads to burn_in: nothing would be burnt in "
        "-> let the next of one of its stations be burn_in",
        "my.toml: burn_in.slots_per_rack: value 50: a zone of 143.8 kW holds 41 slots, not more "
        "-> give 41 or less, or a larger zone_kw",
        "my.toml: assembly_hall.people_base_pattern: value 'day9': no pattern -> did you mean day8 or day10 or day12?",
    ]


def test_a_line_that_leads_nowhere_is_told():
    """Proves: a station that goes on to an unknown one, a doubled name, a wrong first and a skill that no crew has are
    told at their keys, all at once.
    Sensitivity: a unit that goes nowhere would be lost, and throughput too low."""
    data = starter()
    stations = data["line"]["stations"]
    stations[0]["next"] = "bord_test"
    stations[4]["name"] = "chassis_assembly"
    stations[5]["skill"] = "welder"
    data["line"]["first"] = "start"
    assert [message.split(" -> ")[0] for message in told(data)] == [
        "my.toml: line.stations[4].name: value 'chassis_assembly': stands twice",
        "my.toml: line.first: value 'start': no station",
        "my.toml: line.stations[0].next: value 'bord_test': no station",
        "my.toml: line.stations[3].next: value 'supply_and_fans': no station",
        "my.toml: line.stations[5].skill: value 'welder': nobody in crew or operators has it",
    ]
    assert "did you mean board_test" in told(data)[2]


@pytest.mark.parametrize(
    ("racks", "least", "most", "wrong"),
    [
        (30, 4, 24, "racks: value 30: outside 4 to 24"),
        (3, 4, 24, "racks: value 3: outside 4 to 24"),
        (16, 24, 4, "least_racks: value 24: above most_racks 4"),
    ],
)
def test_racks_lie_in_their_range(racks, least, most, wrong):
    """Proves: a number of racks outside what may be built, and a range that is none, are refused with their values.
    Sensitivity: the optimiser's bounds would be crossed, and every plan infeasible."""
    data = starter()
    data["burn_in"] |= {"racks": racks, "least_racks": least, "most_racks": most}
    (message,) = told(data)
    assert message.startswith(f"my.toml: burn_in.{wrong} -> give ")


def test_each_transformer_size_has_a_price():
    """Proves: five sizes and four prices are refused.
    Sensitivity: zipped to the shorter, the largest transformer would silently leave the ladder."""
    data = starter()
    data["equipment"]["transformers"]["usd_each"].pop()
    (message,) = told(data)
    where = "my.toml: equipment.transformers.usd_each"
    assert message == f"{where}: 5 sizes but 4 prices -> give 5, one for each of sizes_kva"


@pytest.mark.parametrize(
    ("curve", "wrong"),
    [
        ((0.1, 1.2, -0.3), "c = -0.3 bends the curve down -> give c of 0 or more"),
        ((-0.1, 0.8, 0.3), "a = -0.1 is no power of an idling chiller -> give a above 0"),
        ((0.0, 0.7, 0.3), "a = 0 is no power of an idling chiller -> give a above 0"),
        ((0.5, -0.3, 0.8), "b = -0.3 does not rise with load -> give b of 0 or more, and b + c above 0"),
        ((1.0, 0.0, 0.0), "b = 0 does not rise with load -> give b of 0 or more, and b + c above 0"),
        ((0.2, 0.5, 0.7), "a + b + c = 1.4 at full load -> give coefficients of sum 1"),
    ],
)
def test_a_part_load_curve_that_chords_cannot_follow_is_refused(curve, wrong):
    """Proves: a curve that bends down, has no power at nil load, does not rise or misses 1 at full load is told with
    its key, its numbers and the cure.
    Sensitivity: the chord of each of the first three is the one line to full load, 0.5 of full power at half load,
    where a unit takes 0.625 (the plan promises too little), 0.375 and 0.425 (too much)."""
    data = starter()
    data["equipment"]["chiller"]["power_part_load_curve"] = list(curve)
    (message,) = told(data)
    where = "my.toml: equipment.chiller.power_part_load_curve"
    assert message == f"{where}: value {list(curve)} of a + b u + c u2: {wrong}"


@pytest.mark.parametrize("curve", [(0.0, 1.0, 0.0), (0.3, 0.7, 0.0), (0.16, 0.0, 0.84), (0.033, 0.685, 0.3)])
def test_convex_and_rising_part_load_curves_are_taken(curve):
    """Proves: constant efficiency, a straight line above nil, a parabola that starts flat, and a fitted curve that
    misses 1 by 2 % are taken as they are.
    Sensitivity: a rule of a > 0 alone would refuse the first, of b > 0 the third, of exactly 1 the fourth."""
    data = starter()
    data["equipment"]["chiller"]["power_part_load_curve"] = list(curve)
    assert validated(Plant, data, "my.toml").equipment.chiller.power_part_load_curve == curve


def test_names_are_found_or_refused():
    """Proves: stations and patterns are found by name; a wrong name is a `KeyError`.
    Sensitivity: None instead of an error would fail far from the cause."""
    plant, _ = read_plant()
    assert plant.line.station("pack").next == "exit"
    assert plant.pattern("day8").crews == 1
    with pytest.raises(KeyError):
        plant.pattern("day9")
    with pytest.raises(KeyError):
        plant.line.station("paint")


def test_infant_mortality_by_hand():
    """Proves: 1 - exp(-(t / 18700)^0.5) is 1.03, 1.45, 2.50 and 3.52 % at 2, 4, 12 and 24 h.
    Sensitivity: an exponential law of the same 2.5 % at 12 h would give 0.42 % at 2 h."""
    burn_in = read_plant()[0].burn_in
    shares = [100.0 * burn_in.failure_share(hours) for hours in (2.0, 4.0, 12.0, 24.0)]
    assert shares == pytest.approx([1.03, 1.45, 2.50, 3.52], abs=0.01)


@pytest.mark.parametrize(("block_h", "most"), [(1.0, 11), (2.0, 5), (5.0, 1), (6.0, 1), (6.1, 0), (12.0, 0)])
def test_a_run_is_interrupted_between_whole_blocks(block_h, most):
    """Proves: 12 h in blocks of 5 h hold two and one pause between them; 6.1 h hold one. Not interruptible: none.
    Sensitivity: counted without "one less", blocks of 12 h would allow a pause at the end."""
    rules = read_plant()[0].burn_in
    assert rules.most_interruptions == 0
    assert rules.model_copy(update={"interruptible": True, "minimum_block_h": block_h}).most_interruptions == most


def test_a_water_cooled_chiller_is_refused_until_a_plan_has_a_tower():
    """Proves: a plant file that names a water-cooled set is told so by its key, and an air-cooled set is taken.
    Sensitivity: taken, the year's outdoor air would stand for condenser water, with a COP of twice the truth."""
    own = ("supply_c", "pump_kw_per_kw_th", "usd_each", "most", "spare", "life_years")

    def with_set(name):
        data = starter()
        given = data["equipment"]["chiller"]
        data["equipment"]["chiller"] = {"curve_set": name, **{key: given[key] for key in own}}
        return data

    (message,) = told(with_set("York YK 5465"))
    assert message.startswith("my.toml: equipment.chiller.condenser: value 'water': a plan has no cooling tower")
    assert validated(Plant, with_set("Trane CGAM130"), "my.toml").equipment.chiller.condenser == "air"
