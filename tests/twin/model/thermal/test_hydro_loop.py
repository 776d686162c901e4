"""The hydro loop: flow and pump by hand, energy, throttling at the supply limit, heat for reheat."""

import numpy as np
import pytest

from sites import air
from sites.errors import InputError
from sites.validation import validated
from twin.model.equipment.dry_coolers import DryCooler
from twin.model.equipment.hydro_loop import HydroLoop
from twin.model.thermal.hydro_loop import loop_flow_kg_per_s, loop_pump_kw, operate_hydro_loop, recoverable_kw_th
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water import heat_capacity_kj_per_kg_k

PLAIN = {"pump_head_kpa": 200.0, "pump_efficiency": 0.7}
LOOP = HydroLoop(**PLAIN)
COOLERS = DryCooler(
    name="cooler", ua_kw_per_k=300.0, air_m3_per_s=300.0, fan_kw=80.0, setpoint_c=40.0, usd_each=1.0, most=1,
    life_years=15,
)  # fmt: skip
DESIGN_KW = LOOP.power_kw(1000)


def year(hours=1500, seed=4):
    random = np.random.default_rng(seed)
    dry_c = random.uniform(-5, 43, hours)
    ratio = air.humidity_ratio_from_relative_humidity(dry_c, random.uniform(0.15, 0.6, hours), 101325.0)
    outdoor = OutdoorAir.of(dry_c, ratio, 101325.0)
    return outdoor, random.uniform(0.05, 1.0, hours) * DESIGN_KW


def test_flow_and_pump_by_hand():
    """Proves: 5400 kW, 97 % of it into water that warms by 20 K, need 5238 / (4.1843 x 20) = 62.59 kg/s; at 5 % load
    the least flow, a fifth, runs; none for no miner. The pump: 62.59 / 992.22 x 200 / 0.7 = 18.02 kW, at half the flow
    an eighth, or with all head static a half.
    Sensitivity: pump power that stays at the design's would be eight times the true one at half load."""
    flow = loop_flow_kg_per_s(LOOP, [5400.0, 270.0, 0.0], DESIGN_KW)
    assert flow == pytest.approx([5238.0 / (4.1843 * 20.0), 0.2 * 5238.0 / (4.1843 * 20.0), 0.0], rel=1e-12)
    full = 62.592 / 992.22 * 200.0 / 0.7
    assert loop_pump_kw(LOOP, [62.592, 31.296], 62.592) == pytest.approx([full, full / 8.0], rel=1e-9)
    static = HydroLoop(**PLAIN, static_head_fraction=1.0)
    assert loop_pump_kw(static, [31.296], 62.592) == pytest.approx([full / 2.0], rel=1e-9)


@pytest.mark.parametrize("wanted", [0.0, 1500.0])
def test_energy_closes(wanted):
    """Proves: in every hour, within 1e-9, heat of miners and pump is what is recovered and what the coolers reject, and
    the water's rise carries it.
    Sensitivity: pump heat left out is 0.3 %."""
    outdoor, drawn = year()
    found = operate_hydro_loop(LOOP, COOLERS, drawn, DESIGN_KW, outdoor, wanted)
    into = found.miner_heat_kw_th + found.pump_heat_kw_th
    np.testing.assert_allclose(into, found.recovered_kw_th + found.cooler.heat_kw_th, rtol=1e-9)
    rise = found.return_c - found.supply_c
    carried = found.flow_kg_per_s * heat_capacity_kj_per_kg_k(found.return_c) * rise
    np.testing.assert_allclose(carried, into, rtol=1e-9)
    np.testing.assert_allclose(found.miner_heat_kw_th, found.power_share * 0.97 * drawn, rtol=1e-9)


def test_supply_and_throttling():
    """Proves: supply is 40 C where the coolers hold it, between 40 and 50 C where they do not, and never above 50 C: in
    those hours the miners are throttled, with the supply at 50 C; a bigger bank throttles less.
    Sensitivity: throttling on outdoor air instead of water would stop miners that the coolers can carry."""
    outdoor, _ = year()
    drawn = np.full(1500, DESIGN_KW)
    found = operate_hydro_loop(LOOP, COOLERS, drawn, DESIGN_KW, outdoor)
    assert 20 < found.throttled.sum() < 1400
    assert found.supply_c[found.throttled] == pytest.approx(50.0, abs=1e-6)
    assert (found.power_share[found.throttled] < 1.0).all()
    assert (found.power_share[~found.throttled] == 1.0).all()
    held = ~found.cooler.misses_setpoint
    assert found.supply_c[held] == pytest.approx(40.0, abs=1e-8)
    assert (found.supply_c <= 50.0 + 1e-6).all()
    more = operate_hydro_loop(LOOP, COOLERS.bank(1.3), drawn, DESIGN_KW, outdoor)
    assert (more.power_share >= found.power_share - 1e-12).all()
    assert more.throttled.sum() < found.throttled.sum()


def test_hotter_air_never_gives_more():
    """Proves: along rising outdoor air the supply and the fans never fall, the miners' share never rises.
    Sensitivity: a sign in the throttling shows at once."""
    outdoor = OutdoorAir.of(np.linspace(0, 48, 150), 0.006, 101325.0)
    found = operate_hydro_loop(LOOP, COOLERS, np.full(150, DESIGN_KW), DESIGN_KW, outdoor)
    assert (np.diff(found.supply_c) >= -1e-6).all()
    assert (np.diff(found.cooler.fan_kw) >= -1e-7).all()
    assert (np.diff(found.power_share) <= 1e-9).all()


def test_heat_for_reheat_by_hand():
    """Proves: 50 kg/s at 60 C give 50 x 4.1843 x (60 - 45 - 3) kW to a loop of 55/45 C; at 57 C, below 55 + 3, none;
    what is taken relieves the coolers, and no more is taken than there is.
    Sensitivity: heat at 40 C counted as heat at 55 C would be two thirds more."""
    assert recoverable_kw_th(LOOP, [60.0, 57.0], 50.0) == pytest.approx([50.0 * 4.1843 * 12.0, 0.0])
    outdoor, drawn = year()
    without = operate_hydro_loop(LOOP, COOLERS, drawn, DESIGN_KW, outdoor)
    greedy = operate_hydro_loop(LOOP, COOLERS, drawn, DESIGN_KW, outdoor, 1e6)
    assert (greedy.recovered_kw_th <= without.recoverable_kw_th + 1e-9).all()
    assert (greedy.recovered_kw_th > 0).any()
    assert (greedy.cooler.fan_kw <= without.cooler.fan_kw + 1e-7).all()
    assert (greedy.power_share >= without.power_share - 1e-9).all()
    hot = OutdoorAir.of(np.linspace(36, 42, 60), 0.006, 101325.0)
    relieved = operate_hydro_loop(LOOP, COOLERS, np.full(60, DESIGN_KW), DESIGN_KW, hot, 400.0)
    assert relieved.throttled.any()
    assert (relieved.recovered_kw_th[relieved.throttled] == 400.0).all()
    assert relieved.supply_c[relieved.throttled] == pytest.approx(50.0, abs=1e-6)


def test_no_miner_no_flow():
    """Proves: an hour without miners has no flow, pump or fan power, and all shares are 1.
    Sensitivity: a division by the flow would give not-a-number."""
    found = operate_hydro_loop(LOOP, COOLERS, [0.0, 100.0], DESIGN_KW, OutdoorAir.of([20.0, 20.0], 0.006, 101325.0))
    for value in (found.flow_kg_per_s, found.pump_kw, found.cooler.fan_kw, found.cooler.heat_kw_th):
        assert value[0] == 0.0
    assert found.power_share[0] == 1.0
    assert np.isfinite(found.return_c).all()


def test_wrong_loops_are_refused():
    """Proves: a return not above the supply and a limit below it are both told, by key.
    Sensitivity: a rise of nil asks for infinite flow."""
    with pytest.raises(InputError) as caught:
        validated(HydroLoop, PLAIN | {"return_c": 40.0, "supply_limit_c": 35.0}, "loop.toml")
    assert {problem.where.rpartition(" ")[2] for problem in caught.value.problems} == {"return_c", "supply_limit_c"}


def test_what_is_no_number_is_refused():
    """Proves: missing miners or a missing wish for heat are refused by name and hour.
    Sensitivity: missing miners would pass for none, on water that stands."""
    outdoor = OutdoorAir.of([20.0, 20.0], 0.006, 101325.0)
    with pytest.raises(ValueError, match="miner_kw is not a number in 1 hours, first in hour 1"):
        operate_hydro_loop(LOOP, COOLERS, [100.0, np.nan], DESIGN_KW, outdoor)
    with pytest.raises(ValueError, match="wanted_recovery_kw_th is not a number in 1 hours, first in hour 0"):
        operate_hydro_loop(LOOP, COOLERS, 100.0, DESIGN_KW, outdoor, [np.nan, 0.0])
