"""What limits a line, from shares whose bottleneck is known."""

from dataclasses import dataclass

import pytest

from twin.sim.line.bottleneck import active_share, find_bottleneck, forward_ways, turning_point


@dataclass
class Spent:
    """Shares of server time."""

    utilisation: float = 0.0
    set_up: float = 0.0
    blocked: float = 0.0
    starved: float = 0.0
    down: float = 0.0
    off: float = 0.0
    lost_fraction: float = 0.0
    held: float = 0.0


def three(plain, **more):
    """a -> b -> c, material always there."""
    stations = [plain.station("a", 1, next="b"), plain.station("b", 1, next="c"), plain.station("c", 1)]
    return plain.line(*stations, **more)


def test_active_is_working_setting_up_and_down_of_staffed_time():
    """Proves: 5 + 1 + 2 of 16 staffed hours is a half. Sensitivity: of 24 hours it is a third."""
    assert active_share(Spent(5 / 24, 1 / 24, 3 / 24, 5 / 24, 2 / 24, 8 / 24)) == pytest.approx(0.5)
    assert active_share(Spent(off=1.0)) == 0


def test_slots_that_wait_for_power_are_in_use():
    """Proves: slots that burn (0.5) and wait for power (0.4) leave a tenth; what is down while it burns counts once.
    Sensitivity: counted as a machine, the racks would be busy for 70 % and look as if slots were free."""
    assert active_share(Spent(0.5, held=0.4, down=0.2), is_burn_in=True) == pytest.approx(0.9)


def test_arrows_point_to_the_slow_station_in_the_middle(plain):
    """Proves: a is blocked (0.4) more than b starves (0), b is blocked (0) less than c starves (0.5): b.
    Sensitivity: arrows the other way round end at a and c."""
    spent = {"a": Spent(0.6, blocked=0.4), "b": Spent(1.0), "c": Spent(0.5, starved=0.5)}
    found = find_bottleneck(three(plain), spent, {}, {})
    assert (found.name, found.turning_point, found.agree) == ("b", "b", True)
    assert [ranked.name for ranked in found.ranking] == ["b", "a", "c"]


def test_of_two_bottlenecks_the_more_severe_is_named(plain):
    """Proves: with no arrow leaving a (0.1 against 0.3) nor c (0.6 against 0.2), c has the higher severity 0.4.
    Sensitivity: the first in the file would be a."""
    spent = {"a": Spent(0.9, blocked=0.1), "b": Spent(0.1, blocked=0.6, starved=0.3), "c": Spent(0.8, starved=0.2)}
    assert turning_point(three(plain), spent) == "c"


def test_shares_are_of_staffed_time(plain):
    """Proves: b is open a quarter of the time, and starved 0.2 of all is 0.8 of that: the arrow points up to a.
    Sensitivity: of all time a's 0.4 blocked would point down to b."""
    spent = {"a": Spent(0.6, blocked=0.4), "b": Spent(0.05, starved=0.2, off=0.75), "c": Spent(0.5, starved=0.5)}
    assert turning_point(three(plain), spent) == "a"


def test_a_line_that_waits_for_material_has_no_bottleneck_station(plain):
    """Proves: with random arrivals and all stations starved, the arrows point outside: "material"; the busiest is
    ranked all the same, and there is nothing to agree on. Sensitivity: without what is outside, a is named."""
    line = three(plain, arrivals=[plain.arrivals(5, "exponential")])
    spent = {"a": Spent(0.2, starved=0.8), "b": Spent(0.3, starved=0.7), "c": Spent(0.1, starved=0.9)}
    found = find_bottleneck(line, spent, {}, {})
    assert (found.name, found.turning_point, found.agree) == ("b", "material", None)


def test_losing_material_makes_the_first_station_the_bottleneck(plain):
    """Proves: when more is turned away (0.5) than the first station starves (0.1), the arrow points to it."""
    line = three(plain, arrivals=[plain.arrivals(1, "exponential")])
    spent = {"a": Spent(0.9, starved=0.1, lost_fraction=0.5), "b": Spent(0.3, starved=0.7), "c": Spent(starved=1.0)}
    assert turning_point(line, spent) == "a"


def test_people_can_be_the_bottleneck(plain):
    """Proves: testers busy 98 % stand above a station busy 60 %, and the arrows agree when they point to a station that
    needs testers. Sensitivity: stations alone would name b as if a second machine would help."""
    stations = [plain.station("a", 1, next="b"), plain.station("b", 1, skill="test", next="c"), plain.station("c", 1)]
    line = plain.line(*stations, operators=[{"name": "crew", "people": 1, "skills": ["test"]}])
    spent = {"a": Spent(0.5, blocked=0.5), "b": Spent(0.6), "c": Spent(0.5, starved=0.5)}
    found = find_bottleneck(line, spent, {"crew": 0.98}, {"crew": {"test"}})
    assert (found.name, found.ranking[0].kind, found.agree) == ("crew", "operators", True)
    assert find_bottleneck(line, spent, {"crew": 0.98}, {"crew": {"weld"}}).agree is False


def test_servers_without_number_limit_nothing(plain):
    """Proves: a station with a mean of 7 at work is no bottleneck when it has no end of servers."""
    line = plain.line(plain.station("a", 1, next="b"), plain.station("b", 1, servers=None))
    found = find_bottleneck(line, {"a": Spent(0.9), "b": Spent(7.0)}, {}, {})
    assert [ranked.name for ranked in found.ranking] == ["a"]
    assert (found.turning_point, found.agree) == (None, None)


def test_ways_back_are_left_out(plain):
    """Proves: a test and its repair form a circle, of which only the way down counts.
    Sensitivity: the way back from repair would let the arrows run in a ring, and none would be without a way out."""
    test = plain.station("test", 1, first_pass_yield=0.9, on_failure="repair", next="pack")
    line = plain.line(test, plain.station("repair", 1, next="test"), plain.station("pack", 1))
    assert sorted(forward_ways(line, {"test", "repair", "pack"})) == [("test", "pack"), ("test", "repair")]


def test_the_racks_stand_between_the_stations_before_and_after_them(plain):
    """Proves: racks that are never empty, before a packer that starves and after a test that they block, are named.
    Sensitivity: without the way from the racks on, nothing stands before the packer, and no arrow leaves it."""
    stations = [plain.station("test", 1, next="burn_in"), plain.station("pack", 1), plain.station("repair", 1)]
    spent = {
        "test": Spent(0.6, blocked=0.4), "burn_in": Spent(0.98, starved=0.02), "pack": Spent(0.3, starved=0.7),
        "repair": Spent(0.1, starved=0.9),
    }  # fmt: skip
    found = find_bottleneck(plain.line(*stations), spent, {}, {}, plain.burn_in())
    assert (found.name, found.turning_point, found.agree) == ("burn_in", "burn_in", True)


def test_a_moment_of_starvation_is_no_arrow(plain):
    """Proves: behind endless buffers nobody is blocked; b, which starves 0.1 % of the time, is named all the same.
    Sensitivity: an arrow of any strength would leave it, and a, which limits nothing, would be named."""
    spent = {"a": Spent(0.9), "b": Spent(0.999, starved=0.001), "c": Spent(0.5, starved=0.5)}
    assert turning_point(three(plain), spent) == "b"


def test_servers_without_number_point_no_arrow(plain):
    """Proves: a station without a number of servers, which has no shares of its own time, is passed over, also where it
    leads on to one that is counted. Sensitivity: looked up all the same, it ends the command with a KeyError."""
    line = plain.line(
        plain.station("test", 1, first_pass_yield=0.6, on_failure="mend"),
        plain.station("mend", 1, servers="unlimited", next="test"),
        arrivals=plain.arrivals(5),
    )
    found = find_bottleneck(line, {"test": Spent(0.3, starved=0.7), "mend": Spent(0.1)}, {}, {})
    assert [ranked.name for ranked in found.ranking] == ["test"]
