"""Solar and generators in the play-back: true curves, whole units, and a load that came out differently."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from sites.clock import Calendar
from twin.model.contracts import Outcome, Plan
from twin.model.equipment.generators import Generators
from twin.model.equipment.solar import Solar
from twin.model.plant import read_plant
from twin.sim import playback
from twin.sim.own_power import costs_of_own_power, operate_own_power, supplies_of
from twin.sim.playback import USES, uses_of

SETS = Generators(
    rated_kw=100.0, most=3, emergency=False, usd_per_kw=500.0, life_years=20, fuel_slope=2.0, fuel_intercept=0.5,
    start_fuel_kwh_per_rated_kw=0.05, fuel_usd_per_kwh=0.06, om_usd_per_kwh=0.01,
)  # fmt: skip
FIELD = Solar(tilt_deg=20.0, usd_per_kw=1000.0, most_kw=1000.0, life_years=25)


def kit(solar=FIELD, generators=SETS):
    return read_plant()[0].equipment.model_copy(update={"solar": solar, "generators": generators})


def planned(**series):
    names = ("solar_kw", "solar_curtailed_kw", "generators_kw", "generators_fuel_kwh")
    return {name: np.asarray(series.get(name, np.zeros(3)), dtype=float) for name in names}


def test_the_plans_sun_gives_way_where_the_load_is_lower():
    """Proves: of 100 kW of sun (80 planned, 20 curtailed) a site that takes 90 uses 90, one that takes 50 uses 50, one
    of 200 all 100; used and curtailed add up to the plan's.
    Sensitivity: the plan's 80 kW held would draw -30 kW from the grid in the second hour."""
    plan = planned(solar_kw=[80.0] * 3, solar_curtailed_kw=[20.0] * 3)
    own = operate_own_power(kit(generators=None), {"solar_kw": 200.0}, plan, None, np.array([90.0, 50.0, 200.0]))
    assert own.series["solar_kw"].tolist() == [90.0, 50.0, 100.0]
    assert own.series["solar_curtailed_kw"].tolist() == [10.0, 50.0, 0.0]
    assert list(own.supplies_kw) == ["solar"]
    assert own.fuel_kwh == 0.0


def test_generators_run_as_whole_units_on_their_true_curve():
    """Proves: 150 kW of three sets run two (100 + 300 of fuel, and two starts of 5); 20 kW run one at its 30 kW minimum
    (50 + 60; one stopped, none started); 0.4 kW of rounding none. The third hour is followed by the first.
    Sensitivity: fuel at 2.5 a kWh as if at full load would be 375 and 50; the minimum forgotten 90 in the second."""
    plan = planned(generators_kw=[150.0, 20.0, 0.4])
    own = operate_own_power(kit(solar=None), {"generators_count": 3.0}, plan, np.full(3, 100.0), np.full(3, 500.0))
    assert own.series["generators_kw"].tolist() == pytest.approx([150.0, 30.0, 0.0])
    assert own.series["generators_fuel_kwh"].tolist() == pytest.approx([410.0, 110.0, 0.0])
    assert own.fuel_kwh == pytest.approx(520.0)
    changed = costs_of_own_power(kit(), own, planned(generators_kw=[150.0, 20.0, 0.4]), {"maintenance": 1000.0})
    assert changed == pytest.approx({"fuel": 520.0 * 0.06, "maintenance": 1000.0 + 0.01 * 9.6})


def test_what_the_minimum_load_makes_too_much_is_lost_and_the_sun_comes_second():
    """Proves: a set at 30 kW in a site that takes 25 delivers 25 and burns for 30; 10 kW of sun find no room there and
    5 kW in a site of 35.
    Sensitivity: export would show as a grid below nil."""
    plan = planned(generators_kw=[20.0] * 3, solar_kw=[10.0] * 3)
    sizes = {"generators_count": 1.0, "solar_kw": 10.0}
    own = operate_own_power(kit(), sizes, plan, np.full(3, 100.0), np.array([25.0, 35.0, 100.0]))
    assert own.series["generators_kw"].tolist() == [25.0, 30.0, 30.0]
    assert own.series["solar_kw"].tolist() == [0.0, 5.0, 10.0]
    assert own.series["generators_fuel_kwh"].tolist() == pytest.approx([110.0] * 3)
    assert own.made_kw.tolist() == [25.0, 35.0, 40.0]


def test_emergency_sets_burn_for_their_tests_alone():
    """Proves: two sets of 100 kW tested 7.5 h at 0.3 burn 2 x 825 kWh, and a start a month 2 x 12 x 5: 1,770 kWh; they
    make nothing in the year's hours.
    Sensitivity: without the tests an engine would cost no fuel at all."""
    spec = SETS.model_copy(update={"emergency": True})
    own = operate_own_power(kit(None, spec), {"generators_count": 2.0}, planned(), np.full(3, 100.0), np.full(3, 500.0))
    assert own.fuel_kwh == pytest.approx(1770.0)
    assert not own.series["generators_kw"].any()


def test_supplies_are_named_only_where_the_catalogue_has_them():
    """Proves: the starter plant has the six uses and no supply; a plant with both has "solar" and "generators" last.
    Sensitivity: empty supplies would be rows of every report."""
    plant = read_plant()[0]
    assert uses_of(plant) == USES
    assert supplies_of(kit()) == ("solar", "generators")
    assert uses_of(plant.model_copy(update={"equipment": kit()})) == (*USES, "solar", "generators")
    nothing = operate_own_power(plant.equipment, {}, {}, None, np.ones(3))
    assert (nothing.series, nothing.supplies_kw, nothing.made_kw) == ({}, {}, 0.0)


def test_a_played_hour_balances_and_the_uses_are_what_is_billed(monkeypatch):
    """Proves: with 300 kW of uses, 100 of sun and a set at 100, behind a service that loses 1 kW always and 1 % of its
    load, the grid delivers 101 / 0.99 kW; kWh by use (supplies below nil) add up to the kWh on the bill.
    Sensitivity: supplies behind the meter's wrong side or left out of the uses would part the two sums."""
    starter = read_plant()[0]
    lossy = kit().model_copy(
        update={
            "transformers": kit().transformers.model_copy(
                update={"load_loss_fraction": 0.01, "no_load_loss_fraction": 0.0005}
            )
        }
    )
    plant = starter.model_copy(update={"equipment": lossy})
    calendar = Calendar()
    flat = np.ones(8760)
    year = SimpleNamespace(
        line_kw=50 * flat, burn_in_kw=200 * flat, energy_kwh=np.array([50.0, 200.0]) * 8760, wip_units=flat,
        occupied_slots=flat, burning_units=flat, shipped=flat, scrapped=0 * flat, waiting_unit_h=0.0,
    )  # fmt: skip
    cooling = SimpleNamespace(
        loop=None, store=None, tower_water_m3=0 * flat,
        cooling_kw=30 * flat, inlet_c=30 * flat, inlet_relative_humidity=0.5 * flat, unserved_kw_th=0 * flat,
        water_m3=0 * flat,
    )  # fmt: skip
    monkeypatch.setattr(playback, "year_and_cooling", lambda _: (year, cooling))

    def billed(_tariff, load_kw, _calendar, **_):
        month = np.bincount(calendar.month, load_kw, minlength=12)
        return xr.Dataset(
            {"usd": (("month", "line"), np.zeros((12, 1))), "kwh": ("month", month)}, {"line": ["energy"]}
        )

    monkeypatch.setattr(playback, "bill", billed)
    monkeypatch.setattr(playback, "bill_by_cost_line", lambda *_: {"energy": 0.0})
    hall = SimpleNamespace(air_allowed=np.ones(8760, dtype=bool))
    setting = SimpleNamespace(
        towers=None,
        plant=plant, calendar=calendar, hall=hall, building_kw=20 * flat, tariff=None, market_usd_per_kwh=flat,
        candidates={}, water_usd_per_m3=0.0, generator_each_kw=100 * flat,
    )  # fmt: skip
    series = {
        "battery_charge_kw": 0 * flat, "battery_discharge_kw": 0 * flat, "solar_kw": 100 * flat,
        "solar_curtailed_kw": 0 * flat, "generators_kw": 100 * flat, "generators_fuel_kwh": 250 * flat,
    }  # fmt: skip
    sizes = {"transformers_count": 2.0, "transformer_kva": 1000.0, "generators_count": 1.0, "solar_kw": 200.0}
    costs = {"energy": 0.0, "maintenance": 5.0, "fuel": 0.0}
    task = SimpleNamespace(setting=setting, plan=series, sizes=sizes, costs=costs)
    found = playback._play_one(task)
    assert found["grid_kw"].values == pytest.approx((300 - 200 + 1.0) / 0.99)
    assert float(found["energy_kwh_hourly"].sum()) == pytest.approx(float(found["bill_kwh"]), rel=1e-12)
    by_use = dict(zip(found["use"].values.tolist(), found["energy_kwh_hourly"].values.tolist(), strict=True))
    assert by_use["solar"] == by_use["generators"] == -100.0 * 8760
    paid = dict(zip(found["cost_line"].values.tolist(), found["cost_usd_per_year"].values.tolist(), strict=True))
    assert paid["fuel"] == pytest.approx(250.0 * 8760 * 0.06)
    assert set(found.data_vars) <= set(Outcome.variables)


def test_a_plan_from_before_has_no_power_of_its_own():
    """Proves: the four series of a plan may be absent, are nil then, and may not lie below it.
    Sensitivity: a finished run could not be played again."""
    for name in ("solar_kw", "solar_curtailed_kw", "generators_kw", "generators_fuel_kwh"):
        wanted = Plan.variables[name]
        assert wanted.optional
        assert wanted.default == 0.0
        assert wanted.low == 0.0
