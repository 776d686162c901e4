"""The checks at the end of every run notice what they are there for."""

import pytest


@pytest.fixture
def network(plain):
    spec = plain.line(
        plain.station("only", 7, servers=2, skill="hand", next="burn_in", working_kw=1.0),
        plain.station("repair", 1),
        plain.station("pack", 1),
        crew={"people": {"hand": 2}},
    )
    return plain.run(spec, 10, burn=plain.burn_in(), racks=1, loaders=True)


def test_a_lost_unit_is_noticed(network):
    """Proves: arrivals = exits + scrap + work in process."""
    network.area.door.popleft()
    with pytest.raises(RuntimeError, match="units released"):
        network.close(600.0)


def test_a_slot_that_is_not_given_back_is_noticed(network):
    """Proves: no slot is held by a unit that has left."""
    network.area.racks[0].occupied += 1
    with pytest.raises(RuntimeError, match="hold a slot"):
        network.close(600.0)


def test_a_seat_that_is_not_given_back_is_noticed(network):
    """Proves: no seat is held by a unit that has left."""
    network.pools["hand"].free -= 1
    with pytest.raises(RuntimeError, match="hand"):
        network.close(600.0)


def test_energy_that_was_missed_is_noticed(network):
    """Proves: power integrated at changes equals energy by the hour. Closing twice books what is under way twice."""
    with pytest.raises(RuntimeError, match="kWh"):
        network.close(600.0)
