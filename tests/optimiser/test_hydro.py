"""The loop of hydro miners in the model, solved by hand: fans on chords, N+1, the choice of type, refitted chords."""

import os
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from optimiser.burnin import BurnInFlows
from optimiser.cooling import add_burn_in_hall
from optimiser.hydro import add_hydro, hydro_bindings, peak_capacity_kw_th
from optimiser.hydro_counts import Terms, as_values, best_counts, one_more, running_usd
from optimiser.hydro_inputs import CoolerInputs, HydroInputs, hull, hydro_inputs, refitted_to
from optimiser.model import Flows, Model
from sites.errors import InfeasibleError
from twin.model.plant import read_plant
from twin.model.thermal.hydro_banks import operate_banks
from twin.model.thermal.outdoor_air import OutdoorAir

PLANT, _ = read_plant(Path("hydro"))
HYDRO = PLANT.equipment.hydro
HOURS = 8760
CHORDS_KW_TH, CHORDS_KW = (0.0, 50.0, 100.0), (0.0, 2.0, 10.0)


def cooler(place, *, usd, spare=0, most=10, capacity=100.0, design=(100.0,), power=1.0, water=0.0):
    """A unit of 100 kW_th with 2 kW of fans at half of it and 10 at all of it."""
    kind = HYDRO.dry_coolers[place].model_copy(update={"usd_each": usd, "spare": spare, "most": most, "life_years": 1})
    shape = np.ones((1, HOURS))
    return CoolerInputs(
        kind, np.full(HOURS, capacity), design, np.array(CHORDS_KW_TH)[:, None] * shape,
        power * np.array(CHORDS_KW)[:, None] * shape, np.full(HOURS, water),
    )  # fmt: skip


def loop(*coolers, pump=0.0):
    """A loop that takes all heat, free of charge but for its coolers."""
    hydro = HYDRO.model_copy(
        update={
            "loop": HYDRO.loop.model_copy(update={"heat_to_water_fraction": 0.9, "pump_heat_to_water_fraction": 0.5}),
            "loop_usd_per_kw_th": 0.0, "loop_life_years": 1, "dry_coolers": tuple(one.cooler for one in coolers),
        }
    )  # fmt: skip
    nothing = np.zeros(1)
    return HydroInputs(hydro, OutdoorAir(nothing, nothing, nothing, nothing), coolers, np.full(HOURS, pump))


def solved(tiny, data, power_kw, *, usd_per_kwh=1.0, water_usd_per_m3=0.0):
    """The best dry coolers for burn-in of *power_kw*, hour by hour."""
    time = tiny.grid(len(power_kw))
    case = replace(tiny.inputs(time, tiny.plant()), hydro=data, design=(tiny.design_point(),))
    case = replace(case, site=case.site.model_copy(update={
        "construction": case.site.construction.model_copy(update={"cost_index": 1.0})}))  # fmt: skip
    model = Model(time)
    flows = add_hydro(model, case, burn_in(power_kw))
    water = Flows(cost={"water": water_usd_per_m3 * flows.water_m3})
    return tiny.closed(model, [flows, water], usd_per_kwh)


def burn_in(power_kw):
    """A burn-in area of which only its heat matters, on no racks."""
    plain = dict.fromkeys(field.name for field in fields(BurnInFlows))
    return BurnInFlows(**(plain | {"power_mw": [kw / 1000.0 for kw in power_kw], "racks": 0.0}))


def test_fans_run_on_chords_and_all_units_share_the_heat(tiny):
    """Proves: 150 kW of miners bring 0.9 x 150 = 135 kW_th into the water, on two units of 100 kW_th at 67.5 each:
    2 + 8 x 17.5 / 50 = 4.8 kW of fans each, 9.6 in all, and with 10 usd a unit 29.6.
    Sensitivity: all of the heat (150) would take 12 kW; one unit full and one at 35 % 11.4; the pump is nil here."""
    found = solved(tiny, loop(cooler(0, usd=10.0)), [150.0])
    assert found["hydro_dry_coolers_units"] == pytest.approx(2.0)
    assert found.usd == pytest.approx(20.0 + 9.6, abs=1e-6)


def test_pump_draws_power_and_warms_the_water(tiny):
    """Proves: a pump of 0.1 kW/kW draws 10 kW for 100 kW of miners and puts half of it into the water: 95 kW_th on one
    unit, 2 + 8 x 45 / 50 = 9.2 kW of fans; 19.2 in all.
    Sensitivity: without its heat 90 kW_th, 8.4 kW of fans; without its power 9.2."""
    found = solved(tiny, loop(cooler(0, usd=0.0, most=1), pump=0.1), [100.0])
    assert found.usd == pytest.approx(19.2, abs=1e-6)


@pytest.mark.parametrize(("spare", "usd"), [(0, 2 * 100.0), (1, 3 * 100.0)])
def test_a_spare_of_the_type_is_bought(tiny, spare, usd):
    """Proves: 180 kW_th at design take two units, with one spare three; energy is free.
    Sensitivity: a spare of both types would cost five."""
    data = loop(cooler(0, usd=100.0, spare=spare), cooler(1, usd=150.0, spare=spare))
    found = solved(tiny, data, [200.0], usd_per_kwh=0.0)
    assert found.usd == pytest.approx(usd, abs=1e-6)
    assert found["hydro_assisted_dry_coolers_units"] == pytest.approx(0.0)


def test_the_worst_of_the_design_conditions_counts(tiny):
    """Proves: of units that reject 100 kW_th an hour but 45 at one design condition, 90 kW_th need two.
    Sensitivity: sized on the hour, or on the first condition, one would do."""
    time = tiny.grid(1)
    data = loop(cooler(0, usd=100.0, design=(100.0, 45.0)))
    case = replace(tiny.inputs(time, tiny.plant()), hydro=data, design=(tiny.design_point(), tiny.design_point()))
    model = Model(time)
    flows = add_hydro(model, case, burn_in([100.0]))
    found = tiny.closed(model, [flows], 0.0)
    assert found["hydro_dry_coolers_units"] == pytest.approx(2.0)
    assert peak_capacity_kw_th(data, {"dry_coolers_count": 2.0}) == pytest.approx(90.0)


def test_water_of_pads_is_paid_by_heat(tiny):
    """Proves: 90 kW_th at 0.002 m3/kWh_th take 0.18 m3, at 100 usd 18 usd; the plain type at twice the fan power
    (16.8 kW) costs less than 8.4 + 18.
    Sensitivity: water forgotten, the assisted type would be bought for 8.4."""
    wet = cooler(1, usd=0.0, most=1, water=0.002)
    assert solved(tiny, loop(wet), [100.0], water_usd_per_m3=100.0).usd == pytest.approx(8.4 + 18.0, abs=1e-6)
    both = solved(tiny, loop(cooler(0, usd=0.0, most=1, power=2.0), wet), [100.0], water_usd_per_m3=100.0)
    assert both.usd < 16.8 + 1e-6


def test_only_the_share_that_warms_the_air_is_left_to_the_hall(tiny):
    """Proves: of 1,000 kW of hydro miners 30 kW_th are left to the hall: two modules of 20.
    Sensitivity: with all of the heat it would be 50."""
    time = tiny.grid(1)
    plant = tiny.plant(
        equipment__hydro=HYDRO, equipment__ventilation__module_kw_th=20.0, equipment__ventilation__most_modules=60,
        equipment__ventilation__usd_per_kw_th=1.0,
    )  # fmt: skip
    model = Model(time)
    _, flows = add_burn_in_hall(model.within("hall"), tiny.inputs(time, plant), burn_in([1000.0]))
    found = tiny.closed(model, [flows])
    assert found["hall_modules"] == pytest.approx(2.0)
    assert found["hall_air_mw"] == pytest.approx([0.03])


def test_whole_units_are_the_cheapest_of_all_combinations():
    """Proves: with a spare of each type that is bought, 150 kW_th are carried by three of the dear type (300 usd) and
    not by one of each with their spares (340); running costs are those of the chords, filled cheapest first.
    Sensitivity: rounding up a relaxation that mixes types would buy four units."""
    data = loop(cooler(0, usd=70.0, spare=1, most=2), cooler(1, usd=100.0, spare=1))
    terms = Terms(np.array([150.0]), np.array([0.0]), np.array([0.0]), (70.0, 100.0), 150.0)
    assert best_counts(data, terms, np.array([0])) == (0, 3)
    values = as_values(data, (0, 3))
    assert [float(values[f"hydro_{key}_bought"][0]) for key in ("dry_coolers", "assisted_dry_coolers")] == [0.0, 1.0]
    assert float(values["hydro_heat_peak_mw"][0]) == pytest.approx(0.2)
    # two units of one type and one at twice the power: 50 + 50 + 25 at 0.04, the last 25 of 150 at 0.08
    mixed = loop(cooler(0, usd=0.0), cooler(1, usd=0.0, power=2.0))
    terms = replace(terms, usd_per_kwh=np.array([1.0]))
    assert running_usd(mixed, (2, 1), terms, np.array([0])) == pytest.approx(100 * 0.04 + 50 * 0.08)
    assert running_usd(mixed, (1, 0), terms, np.array([0])) == float("inf")
    with pytest.raises(InfeasibleError, match="all of them, less spares, do not carry 5,000 kW_th"):
        best_counts(data, replace(terms, peak_kw_th=5000.0), np.array([0]))


def test_hull_keeps_what_is_convex_and_bridges_what_is_not():
    """Proves: of 0, 1, 4, 9 nothing moves; a flat end past full fans is bridged from the point before it; ends stay.
    Sensitivity: chords taken point by point would let a minimisation choose a mixture that no fan has."""
    heat = np.array([[0.0, 0.0], [10.0, 10.0], [20.0, 20.0], [30.0, 40.0]])
    power = np.array([[0.0, 0.0], [1.0, 1.0], [4.0, 9.0], [9.0, 9.0]])
    kept, found = hull(heat, power)
    assert (kept == heat).all()
    assert found[:, 0].tolist() == [0.0, 1.0, 4.0, 9.0]
    assert found[:, 1] == pytest.approx([0.0, 1.0, 1.0 + 8.0 / 3.0, 9.0])


def test_refitted_chords_have_the_true_power_at_the_plans_loads():
    """Proves: after the refit the linear fan power, pump and water at the first pass's loads are the true ones, hour by
    hour, in hot hours with full fans, in cold ones with cycling fans and below the least flow.
    Sensitivity: before it the year's fan energy errs by several per cent."""
    rng = np.random.default_rng(3)
    dry_c = rng.uniform(-5.0, 41.0, 400)
    outdoor = OutdoorAir.of(dry_c, 0.006, 101_325.0)
    design = [OutdoorAir.of([38.0], [0.010], 101_325.0)]
    data = hydro_inputs(PLANT, outdoor, design)
    assert data is not None
    drawn = rng.uniform(100.0, 1500.0, 400)
    shares, counts = np.stack([np.full(400, 2.0), np.full(400, 1.0)]), (3, 2)
    true = operate_banks(HYDRO, counts, shares, drawn, 2000.0, outdoor)
    fit = refitted_to(data, counts, shares, drawn, 2000.0)

    def linear(form):
        fans = [n * one.fan_kw_at(q / n) for one, n, q in zip(form.coolers, counts, true.heat_kw_th, strict=True)]
        return np.sum(fans, axis=0) + form.pump_kw_per_kw * drawn

    assert abs(linear(data).sum() / true.electricity_kw.sum() - 1.0) > 0.01
    assert linear(fit) == pytest.approx(true.electricity_kw, rel=0.02, abs=0.05)
    assert linear(fit).sum() == pytest.approx(true.electricity_kw.sum(), rel=1e-3)
    assert linear(fit).max() == pytest.approx(true.electricity_kw.max(), rel=1e-6)
    water = [one.water_m3_per_kwh_th * heat for one, heat in zip(fit.coolers, true.heat_kw_th, strict=True)]
    assert np.sum(water, axis=0) == pytest.approx(true.water_m3.sum(axis=0), abs=1e-9)
    assert fit.water_kw_th_per_kw * drawn == pytest.approx(true.heat_kw_th.sum(axis=0), rel=1e-9)


def test_bindings_name_the_condition_and_the_type_that_is_not_bought(tiny):
    """Proves: the sentence names the design condition at which a unit rejects least, and says why the other type is
    none.
    Sensitivity: the first condition in place of the worst would explain too small a number."""
    time = tiny.grid(1)
    data = loop(cooler(0, usd=1.0, design=(100.0, 45.0), spare=1), cooler(1, usd=1.0, design=(100.0, 90.0)))
    points = (tiny.design_point(), replace(tiny.design_point(), label="0.4 % wet bulb"))
    case = replace(tiny.inputs(time, tiny.plant()), hydro=data, design=points)
    said = hydro_bindings(case, {"dry_coolers_count": 3.0}, 90.0)
    assert "0.4 % wet bulb" in said["dry_coolers_count"]
    assert "one unit rejects 45 kW_th" in said["dry_coolers_count"]
    assert said["assisted_dry_coolers_count"].startswith("Another type")


def test_both_passes_have_the_same_rows(tiny):
    """Proves: whatever the loads, an hour has a row for each chord and type, so that prices proven on the first pass's
    rows are those of the second's.
    Sensitivity: chords of no length left out, a bound that was proven beside the first pass would not fit."""
    rng = np.random.default_rng(5)
    outdoor = OutdoorAir.of(np.resize(rng.uniform(0.0, 42.0, 24), HOURS), 0.006, 101_325.0)
    first = hydro_inputs(PLANT, outdoor, [OutdoorAir.of([38.0], [0.010], 101_325.0)])
    assert first is not None
    drawn = np.resize(rng.uniform(0.0, 1200.0, 24), HOURS)
    second = refitted_to(first, (4, 0), np.ones((2, HOURS)), drawn, 1500.0)
    time, rows = tiny.grid(24), []
    for data in (first, second):
        model = Model(time)
        flows = add_hydro(model, replace(tiny.inputs(time, tiny.plant()), hydro=data), burn_in(drawn[:24].tolist()))
        rows.append({name: list(row) for name, row in tiny.closed(model, [flows], 1.0).matrices.rows.items()})
    assert rows[0] == rows[1]


def test_rows_are_those_of_the_golden_text(tiny, rows_of):
    """Proves: every row, coefficient, bound and formula of the loop on two hours of weight 3 is as it was last agreed.
    Sensitivity: a sign, a lost weight of the water, or a unit (kW for MW) changes a line of the text."""
    time = tiny.grid(2, weight=3.0)
    plain = cooler(0, usd=100.0, spare=1, design=(90.0, 80.0))
    data = loop(plain, cooler(1, usd=150.0, spare=1, design=(95.0, 85.0), power=1.1, water=0.002), pump=0.01)
    case = replace(tiny.inputs(time, tiny.plant()), hydro=data, design=(tiny.design_point(),) * 2)
    model = Model(time)
    flows = add_hydro(model, case, burn_in([100.0, 50.0]))
    text = rows_of(model, {"hydro": flows})
    file = tiny.GOLDEN / "hydro.txt"
    if os.environ.get("WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), f"{file.name} differs: write it with WRITE_GOLDEN=1"


def test_a_step_up_is_one_more_of_each_type_that_is_bought(tiny):
    """Proves: a year that asks more gets one more unit of the type that is bought, never of the other, never more than
    the catalogue has; the heat peak that the rows are held to grows with it.
    Sensitivity: a held peak would keep the year as infeasible as before."""
    time = tiny.grid(1)
    data = loop(cooler(0, usd=1.0, spare=1, most=4), cooler(1, usd=1.0))
    case = replace(tiny.inputs(time, tiny.plant()), hydro=data)
    matrices = SimpleNamespace(columns={"hydro_heat_peak_mw": np.array([0])})
    first = as_values(data, (3, 0))
    second = one_more(case, matrices, first)
    assert [float(second[name][0]) for name in ("hydro_dry_coolers_units", "hydro_assisted_dry_coolers_units")] == [
        4,
        0,
    ]
    assert [float(step["hydro_heat_peak_mw"][0]) for step in (first, second)] == pytest.approx([0.2, 0.3])
    assert one_more(case, matrices, second)["hydro_dry_coolers_units"] == 4.0
    assert one_more(tiny.inputs(time, tiny.plant()), matrices, {}) == {}
