"""Slotted machines: what stands at the beginning of a slot is worked on in it."""

import pytest


def _machine(name, up, next_="exit", **more):
    return {"name": name, "slotted": {"slot_min": 2.0, "up_probability": up}, "next": next_, **more}


def test_a_unit_needs_a_slot_at_each_machine(plain):
    """Proves: machines that are always up make one unit a slot of 2 min; the first leaves two machines after 4 min.
    Sensitivity: a unit that could pass both in one slot would leave at 2."""
    network = plain.run(plain.line(_machine("a", 1, "b"), _machine("b", 1, buffer=1)), 1, until_min=20)
    assert network.shipped.count == 9
    assert network.by_name["b"].starts == 9


def test_states_of_slots(plain):
    """Proves: up with 0.8 in each slot, a machine that is never starved works in 80 % of them, and makes as many units.
    Sensitivity: a machine that was down for whole runs of slots would have a spread ten times as wide."""
    network = plain.run(plain.line(_machine("only", 0.8)), 2000)
    slots = 2000 * 30
    minutes = network.by_name["only"].minutes_until(2000 * 60.0)
    assert minutes["working"] == pytest.approx(network.shipped.count * 2.0, abs=2.0)
    assert network.shipped.count / slots == pytest.approx(0.8, abs=4 * (0.16 / slots) ** 0.5)
    assert minutes["down"] + minutes["working"] == pytest.approx(2000 * 60)


def test_a_machine_without_space_after_it_is_blocked_before_service(plain):
    """Proves: in front of a plain station of 10 min with one space, a machine of 2 min works in one of five slots and
    is blocked in the others. Sensitivity: after service, it would hold one unit more."""
    spec = plain.line(_machine("fast", 1, "slow"), plain.station("slow", 10, buffer=1))
    network = plain.run(spec, 100)
    fast = network.by_name["fast"].minutes_until(6000.0)
    assert fast["working"] == pytest.approx(6000 / 5, abs=10)
    assert fast["blocked"] == pytest.approx(6000 * 4 / 5, abs=10)
    assert network.wip.value <= 3
