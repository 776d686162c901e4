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
    network.area.racks[0].occupancy.change(600.0, 1)
    with pytest.raises(RuntimeError, match="hold a slot"):
        network.close(600.0)


def test_a_seat_that_is_not_given_back_is_noticed(network):
    """Proves: no seat is held by a unit that has left."""
    network.pools["hand"].free -= 1
    with pytest.raises(RuntimeError, match="hand"):
        network.close(600.0)


def test_energy_that_was_missed_is_noticed(network):
    """Proves: power integrated at changes equals power x time over the states of the machines, for line and burn-in."""
    network.meter.change(300.0, 0.01)
    with pytest.raises(RuntimeError, match=r"line: .* kWh at the changes of power"):
        network.close(600.0)


def test_burn_in_energy_that_was_missed_is_noticed(network):
    """Proves: the burn-in meter equals the sum of the zones."""
    network.burn_meter.jumps_kw_min -= 1.0
    with pytest.raises(RuntimeError, match=r"burn-in: .* kWh on the meter"):
        network.close(600.0)


def test_a_minute_that_is_not_booked_is_noticed(network):
    """Proves: every minute of every machine is booked to one state."""
    network.by_name["only"].working_min -= 0.01
    with pytest.raises(RuntimeError, match=r"only: .* server-minutes are booked"):
        network.close(600.0)


def test_time_that_a_unit_did_not_spend_is_noticed(network):
    """Proves: Little's law holds exactly: the integral of work in process is the time that units have spent."""
    network.shipped.cycle_min += 1.0
    with pytest.raises(RuntimeError, match="times in the plant"):
        network.close(600.0)


def test_a_carrier_that_is_lost_is_noticed(plain):
    """Proves: carriers with units and free ones are as many as there are."""
    spec = plain.line(
        plain.station("a", 5, next="b"), plain.station("b", 7),
        carriers=[{"name": "pallet", "count": 3, "first": "a", "last": "b"}],
    )  # fmt: skip
    network = plain.run(spec, 10)
    network.loops[0].free -= 1
    with pytest.raises(RuntimeError, match=r"pallet: .* of 3"):
        network.close(600.0)


def test_a_promise_that_is_not_kept_is_noticed(plain):
    """Proves: every place that is promised is promised to a unit under way."""
    spec = plain.line(plain.station("a", 5, next="b", blocking="before_service"), plain.station("b", 7, buffer=1))
    network = plain.run(spec, 10)
    network.by_name["b"].reserved += 1
    with pytest.raises(RuntimeError, match="places are promised"):
        network.close(600.0)
