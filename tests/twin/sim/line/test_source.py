"""Material: cards, random arrivals, and a release plan."""

from twin.sim.line.cards import Cards
from twin.sim.plan_times import release_times_min, start_times_min


def test_cards_cap_the_units_in_the_line(plain):
    """Proves: no more than the cards of the staffed cells are between the first station and the way out.
    Sensitivity: always fed and uncapped, the fast first station would push out one unit a minute."""
    spec = plain.line(
        plain.station("fast", 1, servers=2, next="slow"), plain.station("slow", 10), wip_limit_per_cell=4, cells=2
    )
    network = plain.run(spec, 10)
    assert network.cards.carded.value == 8
    assert len(network.by_name["slow"].queue) <= 8


def test_a_crew_that_works_on_alone_leaves_the_line_full():
    """Proves: the cards of a cell that went home stay on the line, for a week at most; without anybody there is none.
    Sensitivity: cards that go home with their cell let the night empty the line, 3.6 % of a mixed plan's output."""

    def free_cards(cards, at_h, cells):
        cards.staff(cells, at_h * 60.0)
        units = 0
        while cards.is_free():
            cards.carded.change(at_h * 60.0, 1.0)
            units += 1
        cards.carded.change(at_h * 60.0, -float(units))
        return units

    cards = Cards(12)
    plan = ((1, 6), (12, 1), (20, 0), (24, 6), (30, 1))
    assert [free_cards(cards, at_h, cells) for at_h, cells in plan] == [72, 72, 0, 72, 72]
    assert free_cards(cards, 30 + 7 * 24 + 0.1, 1) == 12


def test_a_scrapped_unit_gives_its_card_back(plain):
    """Proves: scrap does not use cards up. Sensitivity: else the line would stop after four units."""
    spec = plain.line(plain.station("only", 1, first_pass_yield=0.5), wip_limit_per_cell=4)
    network = plain.run(spec, 10)
    assert network.shipped.count + network.scrapped.count == 600


def test_arrivals_that_find_the_first_buffer_full_are_turned_away(plain):
    """Proves: with one server of 10 min, no buffer and an arrival every 4 min, one of three is taken.
    Sensitivity: waiting outside would ship 6 an hour instead of 5."""
    spec = plain.line(plain.station("only", 10, buffer=0), arrivals=plain.arrivals(4))
    network = plain.run(spec, 10, until_min=599)
    assert network.source.arrived == network.source.released + network.source.turned_away
    assert network.source.released == 50


def test_arrivals_without_a_card_wait_outside(plain):
    """Proves: a burst of material is not lost to the cap on units in the line. Sensitivity: 0 left outside."""
    spec = plain.line(plain.station("only", 10), arrivals=plain.arrivals(5), wip_limit_per_cell=1)
    network = plain.run(spec, 10, until_min=599)
    assert len(network.source.outside) + network.source.released == network.source.arrived == 120
    assert network.source.turned_away == 0


def test_release_follows_the_plan_and_replaces_scrap(plain):
    """Proves: two good units are made in each planned hour, though half of the units are scrapped on the line.
    Sensitivity: releasing two an hour whatever happens would deliver one an hour."""
    spec = plain.line(plain.station("only", 1, first_pass_yield=0.5, next="burn_in"))
    plan = release_times_min([2.0] * 100, lead_h=0.0)
    network = plain.run(spec, 101, release_at_min=plan)
    assert network.shipped.count == 200
    assert network.scrapped.count > 100


def test_plan_times_are_linear_inside_the_hour_and_skip_idle_hours():
    """Proves: 2 an hour in hours 0 and 2 fall due at 30, 60, 150 and 180 min; release is a unit and an hour ahead.
    Sensitivity: a step at the full hour would start both at once; a flat stretch of the plan must not be used."""
    assert [round(t) for t in start_times_min([2.0, 0.0, 2.0])] == [30, 60, 150, 180]
    assert [round(t) for t in release_times_min([2.0, 0.0, 2.0], lead_h=1.0)] == [0, 0, 60, 90]
    assert len(start_times_min([0.1] * 30)) == 3  # 0.1 x 30 is 2.9999999999999996 in floating point
