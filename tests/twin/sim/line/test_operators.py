"""People: seats of attention, shared by stations, the most downstream served first."""

from twin.sim.line.operators import Operators


def test_seats_are_whole_units_of_attention():
    """Proves: a tester who attends four, eight or seven jobs has 56 units, of which they take 14, 7 and 8.
    Sensitivity: with floating shares, seven jobs of 1/7 would not add up to one person."""
    testers = Operators("tester", [4, 8, 7], 1)
    assert (testers.units_per_person, testers.seats(4), testers.seats(8), testers.seats(7)) == (56, 14, 7, 8)


def test_one_person_attends_as_many_jobs_as_the_station_allows(plain):
    """Proves: of four servers only three run when one person attends three at once.
    Sensitivity: one job a person would give a third of it, no limit four thirds."""
    spec = plain.line(
        plain.station("test", 10, servers=4, skill="tester", attends_at_once=3), crew={"people": {"tester": 1}}
    )
    network = plain.run(spec, 10)
    assert network.by_name["test"].working_min == 3 * 600
    assert network.shipped.count == 3 * 60


def test_the_most_downstream_station_gets_the_seat(plain):
    """Proves: with one person for two stations, a unit is carried through before the next one is begun.
    Sensitivity: served first come first served or upstream first, units would pile up between the two."""
    spec = plain.line(
        plain.station("first", 3, next="second", skill="assembler"),
        plain.station("second", 7, skill="assembler"),
        crew={"people": {"assembler": 1}},
    )
    network = plain.run(spec, 10)
    assert network.shipped.count == 60
    assert network.wip.value <= 1


def test_a_waiting_station_further_down_comes_before_the_next_one(plain):
    """Proves: the seat that becomes free at the first station goes to the third, where a unit waits since 25 min, and
    not to the second, where the finished unit arrives at 30. Sensitivity: handed on with the unit: [2, 2, 0]."""
    spec = plain.line(
        plain.station("first", 10, next="second", skill="hand"),
        plain.station("second", 10, next="oven", skill="hand"),
        plain.station("oven", 5, servers=None, next="third"),
        plain.station("third", 10, skill="hand"),
        crew={"people": {"hand": 1}},
    )
    network = plain.run(spec, 1, until_min=35)
    assert [network.by_name[name].starts for name in ("first", "second", "third")] == [2, 1, 1]


def test_without_a_skill_nobody_is_needed(plain):
    """Proves: a station that asks for no skill runs by itself. Sensitivity: else such a line would stand still."""
    spec = plain.line(plain.station("only", 10))
    assert plain.run(spec, 1).shipped.count == 6


def test_half_of_the_cells_have_half_of_the_seats(plain):
    """Proves: servers and people are spread over the cells. Sensitivity: pooled over the plant, 240 units."""
    spec = plain.line(plain.station("only", 10, servers=4, skill="hand"), crew={"people": {"hand": 1}}, cells=4)
    assert plain.run(spec, 10, staffing=plain.staffed((0, 2))).shipped.count == 2 * 60
