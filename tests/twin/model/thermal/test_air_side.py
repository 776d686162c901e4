"""The burn-in hall's air in full: what the limits ask and no more, with its balances."""

import numpy as np
import pytest

from sites import air
from twin.model.equipment.air_side import EvaporativePad, Fan
from twin.model.plant import read_plant
from twin.model.thermal.air_side import air_side
from twin.model.thermal.burn_in_hall import air_flow_kg_per_s_per_kw, inlet_state
from twin.model.thermal.fans import operate_fans
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.pads import wet_section
from twin.model.thermal.water import KG_PER_M3

PLANT, _ = read_plant()
HALL, MINER = PLANT.burn_in_hall, PLANT.product
SEA_LEVEL_PA = 101325.0
DRIVEN = Fan(flow_m3_per_s=12.0, pressure_pa=60.0, efficiency=0.55, static_share=0.2)


def at(dry_c, wet_c):
    return OutdoorAir.of_wet_bulb(dry_c, wet_c, SEA_LEVEL_PA)


def year(count=8760, seed=5):
    """Hours from -15 to 45 C, dry and damp."""
    rng = np.random.default_rng(seed)
    dry, pressure = rng.uniform(-15.0, 45.0, count), rng.uniform(98000.0, 102500.0, count)
    return OutdoorAir.of(
        dry, air.humidity_ratio_from_relative_humidity(dry, rng.uniform(0.1, 1.0, count), pressure), pressure
    )


def all_wet(outdoors):
    """By the definitions: hours in which open air keeps the limits, and in which only pads all wet do; their water."""
    dry, ratio, pressure = outdoors.dry_bulb_c, outdoors.humidity_ratio, outdoors.pressure_pa
    wet_c, wet_ratio = wet_section(dry, outdoors.wet_bulb_c, ratio, pressure, 0.85)
    open_air = inlet_state(HALL, MINER, dry, ratio, pressure).allowed
    pads = ~open_air & inlet_state(HALL, MINER, wet_c, wet_ratio, pressure).allowed
    kg_per_kwh = 1.5 * 3600.0 * air_flow_kg_per_s_per_kw(MINER, wet_ratio) * (wet_ratio - ratio)
    return open_air, pads, kg_per_kwh


def test_pads_are_wetted_no_more_than_the_inlet_asks():
    """Proves: at 40 C and 20 C wet bulb, nobody loading, the inlet is held at its 38 C, 3.74 K less than open air
    gives, with about a fifth of the pads wet; fully wet they would give 24.74 C.
    Sensitivity: pads that run always use five times the water."""
    found = air_side(HALL, MINER, at(40.0, 20.0), loading=np.array([False]))
    assert found.pad_needed[0]
    assert found.inlet_c[0] == pytest.approx(38.0, abs=1e-5)
    assert found.inlet_c[0] <= 38.0
    assert found.wetted_share[0] == pytest.approx((40.0 + 1.7444 - 38.0) / 17.0, abs=0.01)
    hour = at(40.0, 20.0)
    assert all_wet(hour)[2][0] > 4.0 * found.make_up_kg_per_kwh_th[0]


def test_people_who_load_ask_for_more():
    """Proves: at 36 C and 24.5 C wet bulb the inlet of 37.7 C suits the miners, but not people (WBGT 28.8 C):
    while they load, pads hold 28 C, and otherwise run dry.
    Sensitivity: WBGT at all hours would wet pads at night, at none would have people at 28.8 C."""
    found = air_side(HALL, MINER, at([36.0, 36.0], 24.5), loading=np.array([True, False]))
    np.testing.assert_array_equal(found.pad_needed, [True, False])
    assert found.limits.values["wbgt"][0] == pytest.approx(HALL.wbgt_limit_c, abs=1e-5)
    assert found.limits.values["wbgt"][1] > 28.5
    assert 0.1 < found.wetted_share[0] < 0.9
    assert found.wetted_share[1] == 0.0
    assert found.added_pa[0] == 30.0
    assert found.added_pa[1] == 0.0


def test_whatever_full_wetting_allows_is_allowed_with_less():
    """Proves: over 8760 random hours every hour that open air or pads all wet may cool is allowed here, pads are wet in
    no other hour, and their water is never more.
    Sensitivity: a share on the wrong side of a limit would close hours by rounding."""
    outdoors = year()
    found = air_side(HALL, MINER, outdoors)
    open_air, pads, full_kg_per_kwh = all_wet(outdoors)
    assert (found.air_allowed >= (open_air | pads)).all()
    assert found.pad_needed.sum() > 100
    assert (pads <= found.pad_needed).all()
    ours_kg_per_kwh = found.hall_cooling().water_m3_per_kwh_th * KG_PER_M3
    assert (ours_kg_per_kwh[pads] <= full_kg_per_kwh[pads] + 1e-12).all()
    assert (found.wetted_share[~found.pad_needed] == 0).all()
    assert found.limits.kept[found.air_allowed].all()
    assert not found.limits.kept[~found.air_allowed].any()


def test_balances_close_in_every_hour():
    """Proves: per kW of heat, fresh air takes up 1 kW and the water evaporated in every hour, what passes the miners is
    fresh air and what returns, and the inlet is their mixture, to 1e-9; make-up is evaporation and drain.
    Sensitivity: fans and pads on all circulated air would count 10 % too much, in cold hours twice."""
    outdoors = year()
    found = air_side(HALL, MINER, outdoors)
    supply_h = air.enthalpy_kj_per_kg(found.supply_c, found.supply_humidity_ratio)
    exhaust_h = air.enthalpy_kj_per_kg(found.exhaust_c, found.supply_humidity_ratio)
    inlet_h = air.enthalpy_kj_per_kg(found.inlet_c, found.supply_humidity_ratio)
    share = found.recirculation_share
    np.testing.assert_allclose(found.fresh_kg_per_s_per_kw * (exhaust_h - supply_h), 1.0, rtol=1e-9)
    np.testing.assert_allclose(found.circulated_kg_per_s_per_kw * (exhaust_h - inlet_h), 1.0, rtol=1e-9)
    np.testing.assert_allclose((1 - share) * supply_h + share * exhaust_h, inlet_h, rtol=1e-9, atol=1e-9)
    gained = found.fresh_kg_per_s_per_kw * (found.supply_humidity_ratio - outdoors.humidity_ratio) * 3600.0
    np.testing.assert_allclose(found.evaporation_kg_per_kwh_th, gained, rtol=1e-9)
    np.testing.assert_allclose(found.make_up_kg_per_kwh_th, 1.5 * gained, rtol=1e-9)
    assert share.max() > 0.4
    np.testing.assert_allclose(share.min(), 0.1, rtol=1e-9)


def test_more_recirculation_is_never_a_cooler_inlet():
    """Proves: over 2000 random hours a hall that takes back more by itself has no cooler inlet, under open air.
    Sensitivity: a rise spread over more air would cool it."""
    outdoors = year(2000)
    dry_pads = {"pad": EvaporativePad(pressure_pa=0, cycles_of_concentration=3, least_wet_bulb_c=20.0)}
    cold = outdoors.where(outdoors.wet_bulb_c < 20.0)
    inlets = [
        air_side(HALL.model_copy(update={"recirculation_fraction": r, **dry_pads}), MINER, cold).inlet_c
        for r in (0.0, 0.05, 0.1, 0.2, 0.4)
    ]
    assert (np.diff(inlets, axis=0) >= -1e-9).all()


@pytest.mark.parametrize("relative", [0.1, 0.2, 0.35])
def test_hotter_is_never_less_fan_power(relative):
    """Proves: from -20 to 45 C at a constant relative humidity, over open air and pads alike, neither the plain fans
    nor driven ones with static pressure need less power for the same heat as it gets hotter, while air may cool.
    Sensitivity: density at the design point, or the fresh air not cut in cold hours, would leave it flat or falling."""
    dry = np.linspace(-20.0, 45.0, 1301)
    ratio = air.humidity_ratio_from_relative_humidity(dry, relative, SEA_LEVEL_PA)
    outdoors = OutdoorAir.of(dry, ratio, SEA_LEVEL_PA)
    found = air_side(HALL, MINER, outdoors)
    usable = found.air_allowed
    assert found.pad_needed.sum() > 10
    assert (np.diff(found.hall_cooling().air_kw_per_kw_th[usable]) >= -1e-12).all()
    density = outdoors.dry_air_kg_m3
    volume_m3_per_s = 3500.0 * found.fresh_kg_per_s_per_kw / density
    driven = operate_fans(DRIVEN, 40, volume_m3_per_s, density * (1.0 + ratio), added_pa=found.added_pa)
    assert (driven.short_m3_per_s == 0).all()
    assert (np.diff(driven.power_kw[usable]) >= -1e-9).all()


def test_fans_by_hand():
    """Proves: at 25 C, 18 C wet bulb the fans move nine tenths of what passes the miners, at 60 Pa and 55 %.
    Sensitivity: all of it would be 11 % more."""
    found = air_side(HALL, MINER, at(25.0, 18.0))
    ratio = air.humidity_ratio_from_wet_bulb(25.0, 18.0, SEA_LEVEL_PA)
    flow = 0.9 / ((1.006 + 1.86 * ratio) * 15.7)
    density = air.density_kg_m3(25.0, ratio, SEA_LEVEL_PA) / (1 + ratio)
    assert found.hall_cooling().air_kw_per_kw_th[0] == pytest.approx(60.0 * flow / density / 0.55 / 1000.0, rel=1e-9)


def test_a_pad_of_its_own_replaces_the_hall_s_figures():
    """Proves: a hall with a pad of 0.3 m at 1 m/s and six cycles wets less of its air and drains a fifth of what
    evaporates instead of half, and its pump counts; the plain keys no longer do.
    Sensitivity: the hall's efficiency or cycles read beside the pad's would leave either."""
    pad = EvaporativePad(
        depth_m=0.3, face_velocity_m_per_s=1.0, pressure_pa=20, cycles_of_concentration=6, pump_kw_per_m3_per_s=0.05
    )
    hall = HALL.model_copy(update={"pad": pad})
    plain, own = (air_side(h, MINER, at(40.0, 20.0), np.array([False])) for h in (HALL, hall))
    assert own.wetted_share[0] < plain.wetted_share[0]
    assert own.make_up_kg_per_kwh_th[0] == pytest.approx(1.2 * own.evaporation_kg_per_kwh_th[0], rel=1e-12)
    assert own.added_pa[0] == 20.0
    volume = own.fresh_kg_per_s_per_kw / own.outdoors.dry_air_kg_m3
    pump = 0.05 * own.wetted_share * volume
    assert own.hall_cooling().air_kw_per_kw_th[0] == pytest.approx((80.0 * volume / 550.0 + pump)[0], rel=1e-12)
    assert hall.pad_evaporated_fraction == pytest.approx(5.0 / 6.0)
