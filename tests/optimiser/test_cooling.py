"""Chillers, the cold store and the ways to cool the burn-in hall, solved by hand."""

import dataclasses

import numpy as np
import pytest

from optimiser.burnin import BurnInFlows
from optimiser.cooling import add_burn_in_hall, add_chilled_water, add_cooling, design_assembly_mw
from optimiser.model import Flows, Model
from twin.model.equipment.stratified import Stratified
from twin.model.thermal.store_operation import StoreTank, store_figures

CURVE = (0.16, 0.20, 0.64)  # f(0.5) = 0.42, f(0.7) = 0.6136, f(1) = 1; least power for its cooling at 0.5


def chilled_water(tiny, case, time, need_kw_th, design_kw_th=0.0, usd_per_kwh=0.0):
    """Chillers and store for a given need."""
    model = Model(time)
    need = np.asarray(need_kw_th) / 1000.0
    _, flows = add_chilled_water(
        model.within("water"), case, lambda t: float(need[t]), [float(design_kw_th) / 1000.0] * len(case.design)
    )
    return tiny.closed(model, [flows], usd_per_kwh)


def burn_in(power_mw):
    """A burn-in area of which only its heat matters."""
    return BurnInFlows(
        **(dict.fromkeys(field.name for field in dataclasses.fields(BurnInFlows)) | {"power_mw": power_mw})
    )


def test_store_moves_cooling_to_the_cheap_hour(tiny):
    """Proves: 100 kW_th needed at 0.12 usd/kWh are chilled an hour earlier at 0.02; the store loses 10 % an hour, so
    100 / 0.9 = 111.1 kWh_th at 0.25 kW/kW_th: 111.1 x 0.25 x 0.02 = 0.5556. The store is paid by its level.
    Sensitivity: no store 3.00; the loss forgotten 0.50; a level that floats would be free: 0."""
    plant = tiny.plant(
        equipment__cold_store__most_kwh_th=1000.0,
        equipment__cold_store__loss_fraction_per_h=0.1,
        equipment__cold_store__usd_per_kwh_th=0.01,
    )
    time = tiny.grid(2)
    found = chilled_water(tiny, tiny.inputs(time, plant), time, [0.0, 100.0], usd_per_kwh=[0.02, 0.12])
    assert found.usd == pytest.approx(100.0 / 0.9 * (0.25 * 0.02 + 0.01), abs=1e-6)
    assert found["water_store_mwh"] == pytest.approx(0.1 / 0.9, abs=1e-9)
    assert found["water_cooling_mw"] == pytest.approx([0.1 / 0.9, 0.0], abs=1e-9)


def test_of_a_stratified_store_only_the_usable_share_is_filled(tiny):
    """Proves: the same, with a tank of layers: its loss is that of its own wall in air of 25 C, and to hold what is
    moved it is larger by what of it is not usable.
    Sensitivity: the plain store's loss of 10 %, or its size: 111 kWh_th."""
    spec = Stratified(height_m=8.0, return_c=14.0, usable_outlet_c=11.0, reference_kwh_th=500.0)
    plant = tiny.plant(
        equipment__cold_store__most_kwh_th=1000.0,
        equipment__cold_store__loss_fraction_per_h=0.1,
        equipment__cold_store__usd_per_kwh_th=0.01,
        equipment__cold_store__stratified=spec,
    )
    time = tiny.grid(2)
    case = tiny.inputs(time, plant)
    figures = store_figures(StoreTank.of(plant.equipment.cold_store, plant.equipment.chiller.supply_c))
    loss = float(figures.losses_per_h(case.outdoor_c[1:2] - plant.equipment.chiller.supply_c)[0])
    found = chilled_water(tiny, case, time, [0.0, 100.0], usd_per_kwh=[0.02, 0.12])
    assert 0.8 < figures.usable_share < 0.99
    assert found["water_cooling_mw"] == pytest.approx([0.1 / (1.0 - loss), 0.0], abs=1e-9)
    assert found["water_store_mwh"] == pytest.approx(0.1 / (1.0 - loss) / figures.usable_share, abs=1e-9)


@pytest.mark.parametrize(("need_kw_th", "cheap_hours"), [([0, 0, 0, 0, 100], 4), ([0, 25, 25, 25, 25], 1)])
def test_store_fills_and_empties_no_faster_than_its_rate(tiny, need_kw_th, cheap_hours):
    """Proves: a store that moves a quarter of its size an hour must be 400 kWh_th to give 100 kW_th in one hour, though
    it may fill in four, and to fill in one hour what it gives in four: at 0.01 usd/kWh_th 4.00. It saves 25; the
    cooling costs 100 x 0.25 x 0.02 = 0.50.
    Sensitivity: without the rate of either way a store of 100 kWh_th for 1.00 would do in one of the two."""
    plant = tiny.plant(
        equipment__cold_store__most_kwh_th=1000.0,
        equipment__cold_store__rate_per_h=0.25,
        equipment__cold_store__usd_per_kwh_th=0.01,
    )
    time = tiny.grid(5)
    price = np.where(np.arange(5) < cheap_hours, 0.02, 1.02)
    found = chilled_water(tiny, tiny.inputs(time, plant), time, need_kw_th, usd_per_kwh=price)
    assert found.usd == pytest.approx(4.50, abs=1e-6)
    assert found["water_store_mwh"] == pytest.approx(0.4, abs=1e-9)


@pytest.mark.parametrize(
    ("spare", "chillers", "power_kw"),
    [(0, 2, 0.25 * 200.0 * (0.42 + 0.1 / 0.2 * (0.6136 - 0.42))), (1, 3, 0.25 * 120.0 * 0.42 / 0.5)],
)
def test_chillers_are_whole_and_run_on_chords(tiny, spare, chillers, power_kw):
    """Proves: 120 kW_th ask for two units of 100 kW_th, at u = 0.6 on the chord from 0.5 to 0.7: 25.84 kW; with a spare
    for three, at u = 0.4, of which units switch off: the line through 0.5, 25.2 kW. One costs 1,000 usd.
    Sensitivity: fractional units would be 1.2 or 2.2; the curve itself at 0.6 gives 25.52 kW, and a constant
    full-load efficiency 30 kW."""
    plant = tiny.plant(
        equipment__chiller__usd_each=1000.0,
        equipment__chiller__spare=spare,
        equipment__chiller__power_part_load_curve=CURVE,
    )
    time = tiny.grid(1)
    found = chilled_water(tiny, tiny.inputs(time, plant), time, [120.0], design_kw_th=120.0, usd_per_kwh=1.0)
    assert found["water_chillers"] == pytest.approx(chillers, abs=1e-9)
    assert 1000.0 * found["water_power_mw"] == pytest.approx([power_kw], abs=1e-6)
    assert found.usd == pytest.approx(1000.0 * chillers + power_kw, abs=1e-6)


def test_chillers_deliver_less_when_it_is_hot(tiny):
    """Proves: 150 kW_th in an hour in which a unit delivers 70 need three, though the design asks for two of 100; with
    pumps at 0.1 kW/kW_th the hour takes 150 x (0.25 + 0.1) = 52.5 kW.
    Sensitivity: with the rated capacity two would do."""
    plant = tiny.plant(equipment__chiller__usd_each=1000.0, equipment__chiller__pump_kw_per_kw_th=0.1)
    time = tiny.grid(1)
    case = dataclasses.replace(tiny.inputs(time, plant), chiller_kw_th=np.full(8760, 70.0))
    found = chilled_water(tiny, case, time, [150.0], design_kw_th=150.0, usd_per_kwh=1.0)
    assert found.usd == pytest.approx(3000.0 + 52.5, abs=1e-6)


HALL = {
    "equipment__ventilation__module_kw_th": 60.0,
    "equipment__ventilation__most_modules": 10,
    "equipment__ventilation__usd_per_kw_th": 1.0,
    "equipment__ventilation__pad_usd_per_kw_th": 2.0,
    "equipment__ventilation__coil_usd_per_kw_th": 4.0,
    "burn_in_hall__coil_fan_kw_per_kw_th": 0.05,
}


def hall_plan(tiny, designs, *, usd_per_kwh=1.0):
    """100 kW of burn-in heat in an hour of open air, one of pads and one of neither; water counts 5 usd/m3."""
    time = tiny.grid(3)
    way = tiny.hall(allowed=tiny.laid(time, [1, 1, 0]) > 0, pad=tiny.laid(time, [0, 1, 0]) > 0, fan=0.02, water=0.002)
    case = tiny.inputs(time, tiny.plant(**HALL), hall=way, design=tuple(designs))
    model = Model(time)
    _, flows = add_burn_in_hall(model.within("hall"), case, burn_in([0.1] * 3))
    water = Flows(cost={"water": 5.0 * flows.water_m3})
    return tiny.closed(model, [flows, water], usd_per_kwh)


def test_hall_is_cooled_only_in_ways_that_its_limits_allow(tiny):
    """Proves: 100 kW of heat leave by open air (2 kW of fans) in the first hour only; the design condition allows no
    air, so coils are bought and serve the other hours (5 kW of fans each), too; fans come in modules of 60 kW_th.
    Cost: 2 modules 120 + coils 400 + fans 2 + 5 + 5 = 532.
    Sensitivity: open air in every hour would save 6; fractional modules 20; pads for one hour would add 198."""
    found = hall_plan(tiny, [tiny.design_point(tiny.hall(allowed=False, hours=1))])
    assert found["hall_air_mw"] == pytest.approx([0.1, 0.0, 0.0], abs=1e-9)
    assert found["hall_pads_mw"] == pytest.approx(0.0, abs=1e-9)
    assert found.usd == pytest.approx(120.0 + 400.0 + 2.0 + 5.0 + 5.0, abs=1e-6)


def test_hall_buys_pads_where_coils_are_dearer_to_run(tiny):
    """Proves: at 100 usd/kWh coils take 500 usd of fans in the middle hour; pads cost 200, and 200 of fans and 1 of
    water. Cost: modules 120 + pads 200 + coils 400 + 100 x (2 + 2 + 5) + 1 = 1,621.
    Sensitivity: with coils alone 1,720; with pads allowed in the last hour 1,322."""
    found = hall_plan(tiny, [tiny.design_point(tiny.hall(allowed=False, hours=1))], usd_per_kwh=100.0)
    assert found["hall_air_mw"] == pytest.approx([0.1, 0.1, 0.0], abs=1e-9)
    assert found["hall_coil_mw"] == pytest.approx([0.0, 0.0, 0.1], abs=1e-9)
    assert found.usd == pytest.approx(1621.0, abs=1e-6)


def test_pads_are_sized_where_the_design_needs_them(tiny):
    """Proves: at a design condition in which only wetted air keeps the limits, pads cover the whole heat peak though
    coils stand for another: modules 120 + pads 200 + coils 400 and, at no price of energy, 1 of water at most.
    Sensitivity: without the design row the pads' 200 would be left out."""
    points = [tiny.design_point(tiny.hall(allowed=False, hours=1)), tiny.design_point(tiny.hall(pad=True, hours=1))]
    found = hall_plan(tiny, points, usd_per_kwh=0.0)
    assert found["hall_pads_mw"] == pytest.approx(0.1, abs=1e-9)
    assert found.usd == pytest.approx(720.0, abs=1e-6)


def test_assembly_hall_by_hand(tiny):
    """Proves: 40 kW of weather and base, 30 kW of the line, 2 teams of 6 at 0.1 kW sensible and 0.05 kW of moisture,
    and 10 kW of outdoor moisture are 40 + 30 + 1.2 + 10 + 0.6 = 81.8 kW_th: 20.45 kW of chillers, 6.54 kW of fans.
    In the second hour the weather cools by 200 kW and no outdoor moisture comes: nothing is needed.
    Sensitivity: without holding the sensible heat at nil the second hour would have no plan; moisture of people that
    is counted in dry hours, too, would chill 0.6 kW_th there."""
    plant = tiny.plant(
        assembly_hall__sensible_kw_per_person=0.1,
        assembly_hall__latent_kw_per_person=0.05,
        assembly_hall__supply_fan_kw_per_kw_th=0.08,
    )
    time = tiny.grid(2)
    line = tiny.line(time)
    load = tiny.assembly(tiny.laid(time, [40.0, -200.0]), tiny.laid(time, [10.0, 0.0]), mechanical=True)
    case = tiny.inputs(time, plant, line=line, assembly=load, building_kw=np.zeros(8760))
    model = Model(time)
    made = dataclasses.replace(tiny.production(None), electricity_mw=lambda _: 0.030)
    found, flows = add_cooling(model, case, line, tiny.staff(time, teams=2.0), made, burn_in([0.0, 0.0]))
    assert found.heat_peak is not None
    solved = tiny.closed(model, flows, 1.0)
    assert 1000.0 * solved["chilled_water_cooling_mw"] == pytest.approx([81.8, 0.0], abs=1e-6)
    assert solved.usd == pytest.approx(81.8 * (0.25 + 0.08), abs=1e-6)


def test_assembly_design_counts_every_cell(tiny):
    """Proves: at the design point all 8 cells are busy: 8 x (5 units/h x 2 kWh + 3 kW) + 100 kW fixed + 48 people at
    0.1 kW + 20 kW of moisture = 104 + 100 + 4.8 + 20 = 228.8 kW_th.
    Sensitivity: one cell instead of eight would give 133.6."""
    plant = tiny.plant(assembly_hall__sensible_kw_per_person=0.1)
    time = tiny.grid(1)
    line = tiny.line(time, capacity_units_per_h=5.0, fixed_kw_per_team=3.0, kwh_per_unit=2.0)
    point = tiny.design_point(load=tiny.assembly(100.0, 20.0, mechanical=True, hours=1))
    case = tiny.inputs(time, plant, line=line, design=(point,))
    assert 1000.0 * design_assembly_mw(case, line, point) == pytest.approx(228.8, abs=1e-9)


def test_hall_heat_without_air_is_chilled_with_a_spare(tiny):
    """Proves: where the design allows no air, chillers cover the hall's 250 kW_th and the spare: 2.5 -> 3 + 1 units.
    Sensitivity: sized for the assembly hall alone (nil) none would be bought."""
    plant = tiny.plant(equipment__chiller__usd_each=1000.0, equipment__chiller__spare=1)
    time = tiny.grid(1)
    line = tiny.line(time)
    point = tiny.design_point(tiny.hall(allowed=False, hours=1))
    case = tiny.inputs(time, plant, line=line, hall=tiny.hall(allowed=False), design=(point,))
    model = Model(time)
    _, flows = add_cooling(model, case, line, tiny.staff(time), tiny.production(None), burn_in([0.25]))
    found = tiny.closed(model, flows)
    assert found["chilled_water_chillers"] == pytest.approx(4.0, abs=1e-9)
