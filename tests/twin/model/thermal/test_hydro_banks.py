"""The hydro loop over several banks: one bank as before, shares, floating supply, balances, equal shares."""

from pathlib import Path

import numpy as np
import pytest

from twin.model.plant import read_plant
from twin.model.thermal.dry_cooler import reject_heat
from twin.model.thermal.hydro_banks import operate_banks, shared_heat_kw_th, unit_capacity_kw_th
from twin.model.thermal.hydro_loop import operate_hydro_loop
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water import heat_capacity_kj_per_kg_k

HYDRO = read_plant(Path("hydro"))[0].equipment.hydro
LOOP, (PLAIN, ASSISTED) = HYDRO.loop, HYDRO.dry_coolers
DRY_C = np.linspace(-5.0, 44.0, 50)
AIR = OutdoorAir.of(DRY_C, 0.004 + 0.0001 * np.maximum(DRY_C, 0.0), 100_000.0)
BOTH = np.ones((2, len(DRY_C)))


def test_one_bank_is_the_loop_as_it_was():
    """Proves: six plain coolers at 1,500 kW of 2,200 give the supply, return, fans and pump of `operate_hydro_loop`
    wherever that does not throttle; where it does, the supply floats above its limit and the share says how far.
    Sensitivity: a pump on each bank's own flow, or a split by units in place of heat, would differ."""
    drawn = np.full(len(DRY_C), 1500.0)
    many = operate_banks(HYDRO, [4, 0], BOTH, drawn, 2200.0, AIR)
    one = operate_hydro_loop(LOOP, PLAIN.bank(4), drawn, 2200.0, AIR)
    kept = ~one.throttled
    assert one.throttled.any()
    assert (many.throttled == one.throttled).all()
    for ours, theirs in (
        (many.supply_c, one.supply_c),
        (many.return_c, one.return_c),
        (many.fan_kw[0], one.cooler.fan_kw),
        (many.pump_kw, one.pump_kw),
    ):
        assert ours[kept] == pytest.approx(theirs[kept], abs=1e-9)
    assert (many.supply_c[~kept] > LOOP.supply_limit_c).all()
    assert many.power_share == pytest.approx(one.power_share, abs=1e-9)


def test_heat_in_is_heat_out_and_nothing_is_lost_between_banks():
    """Proves: heat of all banks = the miners' share and the pump's, and the water's own balance closes to 1e-9.
    Sensitivity: a bank at another flow than its share would leave a mixed supply that does not close."""
    drawn = 1800.0 + 200.0 * np.sin(DRY_C)
    found = operate_banks(HYDRO, [2, 3], np.array([[1.0], [3.0]]) * BOTH, drawn, 2200.0, AIR)
    into = LOOP.heat_to_water_fraction * drawn + LOOP.pump_heat_to_water_fraction * found.pump_kw
    assert found.heat_kw_th.sum(axis=0) == pytest.approx(into, rel=1e-9)
    carried = found.flow_kg_per_s * heat_capacity_kj_per_kg_k(found.return_c) * (found.return_c - found.supply_c)
    assert carried == pytest.approx(into, rel=1e-6)
    assert (found.water_m3[0] == 0).all()
    assert found.water_m3[1].max() > 0


def test_capacity_of_a_unit_is_where_its_supply_leaves_the_setpoint():
    """Proves: at 0.999 of its capacity at 40 C a unit holds 40 C on dry fans, at 1.001 it does not; nil in air that is
    not colder than that.
    Sensitivity: with the range left out of the gap (supply - air) the capacity would be half as large."""
    able = unit_capacity_kw_th(LOOP, PLAIN, 40.0, AIR, wet=False)
    assert (able[DRY_C >= 40.0] == 0).all()
    cold = DRY_C < 39.0
    for share, floats in ((0.999, False), (1.001, True)):
        heat = share * able[cold]
        flow = heat / (float(heat_capacity_kj_per_kg_k(60.0)) * 20.0)
        run = reject_heat(PLAIN, heat, flow, AIR.where(cold), 40.0)
        assert (run.misses_setpoint == floats).all()
    assert (np.diff(able) <= 1e-9).all()  # hotter air never lets a unit reject more


def test_equal_shares_take_least_fan_power():
    """Proves: of 900 kW_th over three units, 300 each takes less fan power than any of 1,000 other splits.
    Sensitivity: with a concave curve two units would do better than three."""
    rng = np.random.default_rng(1)
    shares = rng.dirichlet(np.full(3, 8.0), 1000) * 900.0
    air = OutdoorAir.of(np.full(1000, 15.0), 0.006, 101_325.0)

    def fan_kw(heat):
        flow = heat / (float(heat_capacity_kj_per_kg_k(60.0)) * 20.0)
        return reject_heat(PLAIN, heat, flow, air, 40.0).fan_kw

    split = sum(fan_kw(shares[:, unit]) for unit in range(3))
    assert (split >= 3.0 * fan_kw(np.full(1000, 300.0)) - 1e-9).all()


@pytest.mark.parametrize(
    ("wish", "shares", "most", "heat"),
    [
        (100.0, [3.0, 1.0], [200.0, 200.0], [75.0, 25.0]),
        (100.0, [3.0, 1.0], [50.0, 200.0], [50.0, 50.0]),
        (100.0, [0.0, 0.0], [50.0, 150.0], [25.0, 75.0]),
        (100.0, [1.0, 0.0005], [200.0, 200.0], [100.0, 0.0]),
        (300.0, [1.0, 0.0], [50.0, 150.0], [75.0, 225.0]),
        (0.0, [1.0, 1.0], [50.0, 150.0], [0.0, 0.0]),
    ],
)
def test_heat_goes_where_the_plan_has_it_as_far_as_that_can(wish, shares, most, heat):
    """Proves: by the plan's shares; what one bank cannot take goes to the other; without shares by what each can; a
    bank of less than a thousandth stands still; beyond all of it the banks are overloaded alike.
    Sensitivity: the plan's shares alone would leave 25 kW in the second case unserved."""
    found = shared_heat_kw_th(np.array([wish]), np.array(shares)[:, None], np.array(most)[:, None])
    assert found[:, 0] == pytest.approx(heat)


def test_without_coolers_the_heat_is_unserved():
    """Proves: what no cooler takes is unserved, and is not called throttling.
    Sensitivity: heat that vanished would make the first months of a ramp too cool."""
    found = operate_banks(HYDRO, [0, 0], BOTH, np.full(len(DRY_C), 100.0), 2200.0, AIR)
    assert found.unserved_kw_th == pytest.approx(97.0 + LOOP.pump_heat_to_water_fraction * found.pump_kw)
    assert not found.throttled.any()
    assert found.electricity_kw == pytest.approx(found.pump_kw)
