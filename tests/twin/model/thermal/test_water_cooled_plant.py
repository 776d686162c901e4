"""Chillers, tower and pumps together: the temperature on which they agree, balances, and what must be monotone."""

import numpy as np
import pytest

from sites import air
from sites.errors import InputError
from twin.model.equipment.chillers import Chiller
from twin.model.equipment.pumps import Pump
from twin.model.equipment.towers import CoolingTower
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.pumps import design_power_kw
from twin.model.thermal.water_cooled_plant import PlantPumps, operate_water_cooled_plant

UNITS = 3
CHILLER = Chiller(
    curve_set="Trane CVHE 1442 VSD", supply_c=7.0, pump_kw_per_kw_th=0.0, usd_each=1.0, most=9, spare=0, life_years=20,
    compressor_heat_to_condenser_fraction=0.95,
)  # fmt: skip
PUMPS = PlantPumps(
    chilled_water=Pump(
        name="chilled", design_flow_m3_per_s=0.08, design_head_pa=200e3, static_head_pa=60e3, pump_efficiency=0.78,
        motor_efficiency=0.93, speed="variable", motor_heat_to_fluid_fraction=0.5,
    ),
    condenser=Pump(
        name="condenser", design_flow_m3_per_s=0.08, design_head_pa=180e3, pump_efficiency=0.78,
        motor_efficiency=0.93, speed="constant",
    ),
    chilled_water_rise_k=6.0,
    chilled_water_units=2,
)  # fmt: skip
TOWER = CoolingTower(
    name="tower", design_approach_k=3.9, design_wet_bulb_c=25.6, design_range_k=5.0,
    design_water_kg_per_s=UNITS * 80.0, design_air_m3_per_s=135.0, fan_kw=45.0, setpoint_c=21.0, cells=3,
    usd_each=1.0, most=1, life_years=20,
)  # fmt: skip


def weather(warmer_k=0.0, hours=3000):
    """Hours from a Texas winter to a Florida summer; warmer by *warmer_k* at the same relative humidity."""
    random = np.random.default_rng(21)
    dry_c = random.uniform(-5.0, 37.0, hours) + warmer_k
    ratio = air.humidity_ratio_from_relative_humidity(dry_c, random.uniform(0.3, 0.95, hours), 101325.0)
    return OutdoorAir.of(dry_c, ratio, 101325.0)


def loads(hours=3000):
    """From nil (every tenth hour) to somewhat more than the plant can serve."""
    load = np.random.default_rng(22).uniform(100.0, 4600.0, hours)
    load[::10] = 0.0
    return load


def operate(outdoor, load=None, **changes):
    given = {"chiller": CHILLER, "units": UNITS, "tower": TOWER, "pumps": PUMPS, "supply_c": 7.0, "running": None}
    given["load_kw_th"] = loads() if load is None else load
    return operate_water_cooled_plant(outdoor=outdoor, **given | changes)


def flat(**changes):
    """A chiller of 1000 kW_th and COP 5 at any temperature and part load."""
    same = (1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return CHILLER.model_copy(
        update={
            "capacity_kw_th": 1000.0, "cop": 5.0, "capacity_curve": same, "power_temperature_curve": same,
            "power_part_load_curve": (0.0, 1.0, 0.0), "minimum_part_load_ratio": 0.0, "minimum_unloading_ratio": 0.0,
            "maximum_part_load_ratio": 1.0, "compressor_heat_to_condenser_fraction": 1.0,
        } | changes
    )  # fmt: skip


def test_heat_and_electricity_close_in_every_hour():
    """Proves: in each of 3000 hours, idle and overloaded ones among them, load and the electricity of chillers and
    pumps are the tower's heat, the room's and the unserved load, to 1e-9 of the load.
    Sensitivity: pump heat counted on one side only misses 1 %, hot gas or the room's 5 % of the compressor likewise."""
    found = operate(weather())
    given = loads() + found.chillers.electricity_kw + found.pump_kw
    gone = found.tower.heat_kw_th + found.room_heat_kw_th + found.chillers.unserved_kw_th
    assert np.abs(given - gone).max() <= 1e-9 * loads().max()
    np.testing.assert_allclose(given, gone, rtol=1e-9)
    assert (found.chillers.unserved_kw_th > 0.0).any()
    total = found.chillers.electricity_kw + found.pump_kw + found.tower.fan_kw
    np.testing.assert_allclose(found.electricity_kw, total, rtol=0)


def test_the_condensers_get_the_towers_water():
    """Proves: in each hour with load, what enters the condensers is what leaves the tower, to 1e-6 K, where the tower
    misses its setpoint, holds it, and stays below it in the cold.
    Sensitivity: one pass from the setpoint is off by up to some tenths of a kelvin, the setpoint itself by 10."""
    found = operate(weather())
    runs = found.running > 0
    assert np.abs(found.condenser_c - found.tower.leaving_c)[runs].max() <= 1e-6
    kinds = (found.tower.misses_setpoint, found.condenser_c < TOWER.setpoint_c - 1.0, found.tower.fan_kw > 0.0)
    for kind in kinds:
        assert 0.02 < kind[runs].mean() < 0.98


def test_an_hour_by_hand():
    """Proves: two chillers of 1000 kW_th at COP 5 for 1500 kW_th less the heat of the chilled-water pumps: with flow
    1500 / (6 rho cp) = 0.0598 m3/s through one pump of 0.08 at x = 0.748 and 30 % static head, pump power is
    22.05 x (0.3 x + 0.7 x3) = 11.4 kW, of which 96.5 % warms the water; the tower rejects 1.2 times the chillers' load
    and 93 % of two condenser pumps' power.
    Sensitivity: two chilled-water pumps take 6.6 kW, three condenser pumps half more."""
    found = operate(weather(hours=1), load=np.array([1500.0]), chiller=flat())
    x = 1500.0 / (998.21 * 4.1818 * 6.0) / 0.08
    pump_kw = design_power_kw(PUMPS.chilled_water) * (0.3 * x + 0.7 * x**3)
    assert found.chilled_water_pumps.power_kw[0] == pytest.approx(pump_kw, rel=1e-6)
    asked = 1500.0 + 0.965 * pump_kw
    assert found.running[0] == 2
    assert found.chillers.power_kw[0] == pytest.approx(asked / 5.0, rel=1e-7)
    pumps = 2.0 * 0.08 * 180.0 / (0.78 * 0.93)
    assert found.condenser_pumps.power_kw[0] == pytest.approx(pumps, rel=1e-12)
    assert found.tower.heat_kw_th[0] == pytest.approx(1.2 * asked + 0.93 * pumps, rel=1e-7)


def test_nothing_runs_without_load():
    """Proves: an hour without load takes no electricity and rejects nothing; with none of the chillers running the load
    is unserved.
    Sensitivity: condenser pumps that run on would take 60 kW all year."""
    idle = operate(weather(hours=5), load=np.zeros(5))
    off = operate(weather(hours=5), load=np.full(5, 500.0), running=0)
    for found in (idle, off):
        assert (found.chillers.electricity_kw + found.condenser_pumps.power_kw + found.tower.fan_kw == 0.0).all()
        assert (found.tower.heat_kw_th == 0.0).all()
    assert (idle.electricity_kw == 0.0).all()
    assert (off.chillers.unserved_kw_th >= 500.0).all()


def test_as_many_chillers_as_need_least():
    """Proves: where all serve the load, no fixed number of chillers takes less electricity of chillers and condenser
    pumps than the number chosen, but for the tower's answer to it (2 %); fewer run than chillers alone would ask for.
    Sensitivity: chosen without their pumps, three hours of ten would run one chiller too many."""
    outdoor, load = weather(), np.random.default_rng(4).uniform(300.0, 3500.0, 3000)

    def taken(plant):
        return plant.chillers.electricity_kw + plant.condenser_pumps.power_kw

    chosen = operate(outdoor, load)
    for count in range(1, UNITS + 1):
        fixed = operate(outdoor, load, running=count)
        serves = fixed.chillers.unserved_kw_th == 0.0
        assert (taken(chosen)[serves] <= 1.02 * taken(fixed)[serves]).all()
        assert (fixed.running == count).all()
        assert taken(chosen)[serves].sum() <= taken(fixed)[serves].sum()
    free = PUMPS.condenser.model_copy(update={"design_head_pa": 1e-3})
    unpriced = operate(outdoor, load, pumps=PlantPumps(PUMPS.chilled_water, free, 6.0, 2))
    assert (unpriced.running >= chosen.running).all()
    assert (unpriced.running > chosen.running).any()


def test_warmer_and_more_never_need_less_and_larger_towers_never_warm():
    """Proves: with the same chillers running above half load, 2 K warmer weather of the same relative humidity and 10 %
    more load never take less electricity, and a tower half as large again never sends warmer water, in any hour above
    the tower's setpoint. (Nearly idle, this chiller's curves take less when hotter: capacity falls faster than its
    efficiency.)
    Sensitivity: an unconverged hour breaks it by watts."""
    load = np.random.default_rng(4).uniform(2000.0, 3200.0, 3000)
    base = operate(weather(), load, running=UNITS)
    hotter = operate(weather(warmer_k=2.0), load, running=UNITS)
    more = operate(weather(), 1.1 * load, running=UNITS)
    slack = 1e-6 * base.electricity_kw.max()
    warm = base.condenser_c >= TOWER.setpoint_c  # below it the fan is off and the curves have their own optimum
    assert (hotter.electricity_kw >= base.electricity_kw - slack)[warm].all()
    assert (more.electricity_kw >= base.electricity_kw - slack).all()
    larger = operate(weather(), load, running=UNITS, tower=TOWER.bank(1.5))
    assert (larger.condenser_c <= base.condenser_c + 1e-6)[warm].all()
    assert (larger.condenser_c < base.condenser_c - 0.1).any()


def test_a_load_beyond_the_pumps_rises_further():
    """Proves: 5000 kW_th ask for 0.2 m3/s of two pumps of 0.08: 0.16 flow and the rest is told; chillers get it all.
    Sensitivity: a flow held by one pump would be half."""
    found = operate(weather(hours=1), load=np.array([5000.0]), chiller=flat(), units=6)
    assert found.chilled_water_pumps.flow_m3_per_s[0] == pytest.approx(0.16)
    assert found.chilled_water_pumps.unserved_m3_per_s[0] == pytest.approx(5000.0 / (998.21 * 4.1818 * 6.0) - 0.16)
    assert found.chillers.unserved_kw_th[0] == 0.0


def test_machines_that_make_no_plant_are_refused_together():
    """Proves: an air-cooled chiller, none of them, no chilled-water pump and a rise of nil are told at once, by name.
    Sensitivity: the first alone would have a user start four times; unrefused, a rise of nil asks for endless flow."""
    none = PlantPumps(PUMPS.chilled_water, PUMPS.condenser, chilled_water_rise_k=0.0, chilled_water_units=0)
    with pytest.raises(InputError) as caught:
        operate(weather(hours=2), np.ones(2), chiller=flat(condenser="air"), units=0, pumps=none)
    told = [str(problem) for problem in caught.value.problems]
    words = (
        "its condenser is cooled by air",
        "0 of them: none can run",
        "chilled: 0 of them",
        "chilled_water_rise_k 0",
    )
    assert len(told) == len(words)
    assert all(word in text for word, text in zip(words, told, strict=True))
