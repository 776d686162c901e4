"""A stratified tank that follows a plan, and what it comes to in a linear store."""

from functools import cache

import numpy as np
import pytest

from sites.weather import weather_year
from twin.model.equipment.stratified import Stratified
from twin.model.plant import read_plant
from twin.model.thermal.air_side import air_side
from twin.model.thermal.assembly_hall import HallLoad
from twin.model.thermal.burn_in_hall import sealed
from twin.model.thermal.operation import operate_cooling
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.store_operation import StoreTank, follow_tank, store_figures
from twin.model.thermal.stratified_store import simulate_tank

SPEC = Stratified(height_m=10.0, return_c=14.0, usable_outlet_c=11.0)
TANK = StoreTank(SPEC, 5000.0, 6.0, 0.25)
DAYS = 20
PLAN = np.tile(np.repeat([460.0, 0.0, -450.0], 8), DAYS)  # what is more taken than given, the wall lets in
HOURS = PLAN.size
NEED, MOST, AIR = np.full(HOURS, 1000.0), np.full(HOURS, 2000.0), np.full(HOURS, 25.0)


def held_kwh_th(layers_c):
    return TANK.node_kwh_th * ((SPEC.return_c - layers_c) / TANK.span_k).sum(axis=-1)


def test_a_plan_within_its_reach_is_followed_and_heat_is_kept():
    """Proves: of 5,000 kWh 3,600 are given each day as planned once two days have layered the tank, and no more is
    taken up than planned; what the first evenings lack is told as short; cold taken up less cold given less what the
    wall let in is what is held, hour by hour.
    Sensitivity: interpolating the flow but not the hour that goes with it leaves 1e-3 a day."""
    year = follow_tank(TANK, PLAN, NEED, MOST, AIR)
    settled_in = (PLAN < 0) & (np.arange(HOURS) >= 48)
    assert year.taken_kw_th[settled_in] == pytest.approx(PLAN[settled_in], abs=1e-9)
    assert (year.taken_kw_th <= PLAN + 1e-9)[PLAN >= 0].all()
    assert year.taken_kw_th[PLAN > 0].sum() > 0.98 * PLAN[PLAN > 0].sum()
    assert year.short_kw_th.sum() == pytest.approx((year.taken_kw_th - PLAN)[PLAN < 0].sum(), abs=1e-6)
    assert year.short_kw_th[48:].max() == 0.0
    held = held_kwh_th(np.vstack([year.start_c, year.node_c]))
    assert np.diff(held) == pytest.approx(year.taken_kw_th - year.gain_kwh_th, abs=1e-9)


def test_the_tank_itself_does_the_same_at_the_flows_found():
    """Proves: the flows that the table finds move, in the tank's own physics, the heat that was asked, where they lie
    on the table's points; in between it errs by the spread of a quarter of a layer: 0.1 % of the tank's power.
    Sensitivity: water drawn from the other end of the tank, or at the other temperature."""
    year = follow_tank(TANK, PLAN, NEED, MOST, AIR)
    inlet = np.where(year.flow_m3_per_h > 0, TANK.supply_c, SPEC.return_c)
    own = simulate_tank(TANK.tank, year.flow_m3_per_h, inlet, AIR, year.start_c)
    assert own.heat_kwh == pytest.approx(year.taken_kw_th, abs=0.001 * 1250.0)


def test_an_empty_tank_gives_what_is_usable_and_then_says_what_is_short():
    """Proves: a tank full of cold that is asked for more than it holds gives its usable share, no water warmer than the
    limit leaves it, and all else is told as short; the halls' need and the chillers' room bound it as well.
    Sensitivity: a tank without a limit gives its last tenth as water of 13 C."""
    full = np.full(SPEC.nodes, TANK.supply_c)
    asked = np.full(12, -1000.0)
    year = follow_tank(TANK, asked, np.full(12, 1000.0), np.zeros(12), np.full(12, 6.0), full)
    given = -year.taken_kw_th.sum()
    assert given == pytest.approx(store_figures(TANK).usable_share * 5000.0, rel=0.06)
    assert given + year.short_kw_th.sum() == pytest.approx(12_000.0)
    running = year.flow_m3_per_h < 0
    assert year.outlet_c[running].max() <= SPEC.usable_outlet_c + 0.5
    bound = follow_tank(
        TANK, np.array([500.0, -500.0]), np.array([100.0, 80.0]), np.array([300.0, 300.0]), AIR[:2], full
    )
    assert bound.taken_kw_th[0] <= 200.0
    assert bound.taken_kw_th[1] == pytest.approx(-80.0)


def test_figures_of_a_tank_are_those_of_its_physics():
    """Proves: better diffusers and a higher usable limit raise the usable share, which stays below 1; a tank that does
    not mix gives all; a wall without loss loses only by conduction; loss rises with the air.
    Sensitivity: a share above 1, or a loss of a store ten times as large."""

    def figures(**changes):
        return store_figures(StoreTank(SPEC.model_copy(update=changes), 5000.0, 6.0, 0.25))

    usual = figures()
    assert 0.85 < usual.usable_share < 1.0
    assert figures(mixing_fraction=1.0).usable_share < usual.usable_share < figures(mixing_fraction=0.02).usable_share
    assert figures(usable_outlet_c=9.0).usable_share < usual.usable_share
    assert figures(loss_w_per_m2_k=0.0).loss_per_h_k == pytest.approx(0.0, abs=1e-12)
    losses = usual.losses_per_h(np.array([0.0, 10.0, 20.0]))
    assert (np.diff(losses) > 0).all()
    assert losses[2] < 1e-3


@cache
def dallas():
    year = weather_year("TX_Dallas_Fort_Worth_Intl")
    names = ("dry_bulb_c", "wet_bulb_c", "humidity_ratio", "pressure_pa")
    return OutdoorAir(*(year[name].to_numpy() for name in names))


def cooled(stratified):
    """600 kW of miners on coils all year, with a store of 2 MWh that fills by night and gives by day."""
    plant = read_plant()[0]
    kit = plant.equipment
    tank = kit.cold_store.model_copy(update={"stratified": stratified})
    plant = plant.model_copy(update={"equipment": kit.model_copy(update={"cold_store": tank})})
    outdoor, nil = dallas(), np.zeros(8760)
    hall = sealed(air_side(plant.burn_in_hall, plant.product, outdoor).hall_cooling())
    sizes = {
        "ventilation_kw_th": 0.0, "pads_kw_th": 0.0, "coils_kw_th": 1000.0, "chillers_count": 3.0,
        "cold_store_kwh_th": 2000.0,
    }  # fmt: skip
    filling = np.tile(np.repeat([155.0, 0.0, -150.0], 8), 365)
    idle = HallLoad(nil, nil, np.zeros(8760, dtype=bool), nil)
    return operate_cooling(plant, sizes, hall, idle, outdoor.dry_bulb_c, nil + 600.0, nil, nil, filling), filling


def test_the_plants_cooling_follows_a_stratified_store():
    """Proves: in the play-back's cooling a plant with a stratified store is worked with the tank: it gives 1,200 kWh a
    day as planned, water that leaves is colder while it empties than while it fills, and the chillers' year differs
    from that of a plain store by less than 0.5 %; a plain store has no tank.
    Sensitivity: a key of the plant file that nothing reads; a store taken twice from the chillers' load."""
    layered, filling = cooled(SPEC.model_copy(update={"return_c": 16.0, "usable_outlet_c": 13.0}))
    plain, _ = cooled(None)
    assert plain.store is None
    assert layered.store is not None
    settled_in = (filling < 0) & (np.arange(8760) >= 48)
    assert layered.store.taken_kw_th[settled_in] == pytest.approx(filling[settled_in], abs=1e-6)
    emptied, filled = layered.store.flow_m3_per_h < 0, layered.store.flow_m3_per_h > 0
    assert layered.store.outlet_c[emptied].max() < layered.store.outlet_c[filled].min() + 6.0
    assert layered.store.outlet_c[emptied].mean() < layered.store.outlet_c[filled].mean() - 4.0
    assert layered.cooling_kw.sum() == pytest.approx(plain.cooling_kw.sum(), rel=0.005)
