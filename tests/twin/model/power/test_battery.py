"""A battery that follows a schedule: hand-made hours, and the balance of every hour."""

import numpy as np
import pytest

from sites.errors import InputError
from twin.model.plant import read_plant
from twin.model.power.battery import follow_schedule

STARTER = read_plant()[0].equipment.battery
PLAIN = STARTER.model_copy(
    update={
        "charge_efficiency": 0.9,
        "discharge_efficiency": 0.8,
        "standing_loss_fraction_per_h": 0.0,
        "least_charge_fraction": 0.1,
        "standby_kw_per_kwh": 0.002,
    }
)


def test_hours_by_hand():
    """Proves: 100 kWh with a least charge of 0.1 hold 90. From empty 50 kW in give 45; 100 kW asked of a 60 kW battery
    give 45 / 0.9 = 50 until it is full; 60 kW out need 75, so 15 remain; the next 60 kW get 15 x 0.8 = 12.
    Sensitivity: efficiency on the wrong side leaves 42 for the third hour; room without the least charge lets the
    second hour take 60."""
    year = follow_schedule(PLAIN, 60.0, 100.0, np.array([50.0, 100.0, 0.0, 0.0]), np.array([0.0, 0.0, 60.0, 60.0]))
    assert year.charge_kw == pytest.approx([50.0, 50.0, 0.0, 0.0])
    assert year.discharge_kw == pytest.approx([0.0, 0.0, 60.0, 12.0])
    assert year.level_kwh == pytest.approx([45.0, 90.0, 15.0, 0.0])
    assert year.missed_charge_kw == pytest.approx([0.0, 50.0, 0.0, 0.0])
    assert year.missed_discharge_kw == pytest.approx([0.0, 0.0, 0.0, 48.0])
    assert year.standby_kw == pytest.approx(np.full(4, 0.2))
    assert year.charge_fraction(PLAIN, 100.0) == pytest.approx([0.55, 1.0, 0.25, 0.1])


def test_power_is_shared_and_discharging_comes_first():
    """Proves: 40 in and 50 out of a 60 kW battery become 10 in and 50 out, as charge + discharge <= power.
    Sensitivity: limits apart would let 90 kW pass."""
    year = follow_schedule(PLAIN, 60.0, 100.0, np.array([40.0]), np.array([50.0]), start_kwh=80.0)
    assert (year.charge_kw[0], year.discharge_kw[0]) == pytest.approx((10.0, 50.0))


def test_standing_loss_by_hand():
    """Proves: 80 kWh that lose 1 % an hour are 79.2 and 78.408.
    Sensitivity: a loss of the size instead of the level gives 79 and 78."""
    leaky = PLAIN.model_copy(update={"standing_loss_fraction_per_h": 0.01})
    year = follow_schedule(leaky, 60.0, 100.0, np.zeros(2), np.zeros(2), start_kwh=80.0)
    assert year.level_kwh == pytest.approx([79.2, 78.408])
    assert year.standing_loss_kw == pytest.approx([0.8, 0.792])


@pytest.mark.parametrize("seed", range(5))
def test_energy_balances_in_every_hour(seed):
    """Proves: over a year of random orders what goes in is what comes out, stays, or is lost, to 1e-9 relative in each
    hour; the level stays within the battery, the flows within the schedule and the power.
    Sensitivity: a level cut at the edge without its flow cut would gain or lose kWh."""
    random = np.random.default_rng(seed)
    into, out_of = random.uniform(0, 900, 8760) * (random.random(8760) < 0.6), random.uniform(0, 900, 8760)
    out_of *= random.random(8760) < 0.5
    year = follow_schedule(STARTER, 700.0, 1500.0, into, out_of, start_kwh=300.0)
    before = np.concatenate([[year.start_kwh], year.level_kwh[:-1]])
    gained = year.charge_kw - year.discharge_kw - year.standing_loss_kw - year.conversion_loss_kw
    assert year.level_kwh == pytest.approx(before + gained, rel=1e-9, abs=1e-9)
    assert year.level_kwh.min() >= 0.0
    assert year.level_kwh.max() <= 1350.0
    assert (year.charge_kw >= 0).all()
    assert (year.discharge_kw >= 0).all()
    assert (year.charge_kw + year.discharge_kw).max() <= 700.0 + 1e-9
    assert (year.missed_charge_kw >= 0).all()
    assert (year.missed_discharge_kw >= 0).all()
    assert (year.conversion_loss_kw >= 0).all()


def test_a_larger_battery_never_misses_more():
    """Proves: of the same orders a larger battery misses no more discharge over the year.
    Sensitivity: a room that falls with the size."""
    random = np.random.default_rng(9)
    signed = random.uniform(-500, 500, 8760)
    into, out_of = np.maximum(signed, 0.0), np.maximum(-signed, 0.0)
    missed = [
        follow_schedule(STARTER, 1000.0, energy, into, out_of).missed_discharge_kw.sum()
        for energy in (0.0, 500.0, 1000.0, 4000.0)
    ]
    assert missed == sorted(missed, reverse=True)
    assert missed[0] == pytest.approx(out_of.sum())


def test_wrong_orders_are_refused_together():
    """Proves: flows below nil and a start above the room are told at once.
    Sensitivity: a signed schedule would be taken for charging below nil."""
    with pytest.raises(InputError) as error:
        follow_schedule(PLAIN, 60.0, 100.0, np.array([-1.0]), np.array([0.0]), start_kwh=95.0)
    assert [problem.where for problem in error.value.problems] == ["charge_kw", "start_kwh"]
    with pytest.raises(InputError, match="same hours"):
        follow_schedule(PLAIN, 60.0, 100.0, np.zeros(2), np.zeros(3))


def test_power_and_energy_of_no_number_are_refused():
    """Proves: a power, an energy or a start that is no number is told at its key.
    Sensitivity: not below nil, a missing power would make each hour's flows no number."""
    nothing = np.zeros(2)
    for power, energy, start, key in ((np.nan, 100.0, 0.0, "power"), (60.0, np.nan, 0.0, "energy"),
                                      (60.0, 100.0, np.nan, "start")):  # fmt: skip
        with pytest.raises(InputError) as caught:
            follow_schedule(PLAIN, power, energy, nothing, nothing, start_kwh=start)
        assert key in caught.value.problems[0].where


def test_no_hours_and_no_cells():
    """Proves: a schedule of no hours gives arrays of no hours; a battery of 0 kWh stands at its least charge.
    Sensitivity: one hour of standing loss too many, and nil over nil."""
    year = follow_schedule(PLAIN, 60.0, 100.0, np.array([]), np.array([]), start_kwh=20.0)
    for flow in (year.charge_kw, year.level_kwh, year.standing_loss_kw, year.conversion_loss_kw, year.standby_kw):
        assert flow.shape == (0,)
    none = follow_schedule(PLAIN, 60.0, 0.0, np.zeros(2), np.full(2, 3.0))
    assert none.charge_fraction(PLAIN, 0.0).tolist() == [0.1, 0.1]
    assert none.missed_discharge_kw.tolist() == [3.0, 3.0]
