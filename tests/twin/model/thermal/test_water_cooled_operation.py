"""A plan's water-cooled chillers in true operation, beside air-cooled ones."""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sites.figures import take_figures
from sites.weather import weather_year
from twin.model.equipment.water_cooled import WaterCooled
from twin.model.plant import read_plant
from twin.model.thermal.air_side import air_side
from twin.model.thermal.assembly_hall import HallLoad
from twin.model.thermal.chiller import available_kw_th
from twin.model.thermal.operation import operate_cooling
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water_cooled_lines import operated
from twin.model.thermal.water_cooled_operation import WaterCooledBank, WaterCooledUse

FILE = Path(__file__).parents[3] / "water_cooled.toml"
KIT = WaterCooled.model_validate(take_figures(tomllib.loads(FILE.read_text()))[0]["equipment"]["water_cooled"])
STARTER = read_plant()[0]
PLANT = STARTER.model_copy(update={"equipment": STARTER.equipment.model_copy(update={"water_cooled": KIT})})
SIZES = {
    "ventilation_kw_th": 0.0, "pads_kw_th": 0.0, "coils_kw_th": 3000.0, "chillers_count": 2.0,
    "cold_store_kwh_th": 0.0, "water_cooled_chillers_count": 2.0, "towers_count": 2.0,
}  # fmt: skip
HOURS = np.arange(8760)
HEAT_KW = 900.0 * (1.0 + np.sin(HOURS / 24.0 * 2.0 * np.pi))


@cache
def miami():
    year = weather_year("FL_Miami")
    names = ("dry_bulb_c", "wet_bulb_c", "humidity_ratio", "pressure_pa")
    return OutdoorAir(*(year[name].to_numpy() for name in names))


def use(share):
    return WaterCooledUse(miami(), np.full(8760, share))


def cooled(sizes, share, heat_kw=HEAT_KW):
    """All of *heat_kw* on the coils, nothing in the assembly hall."""
    outdoor, nil = miami(), np.zeros(8760)
    hall = air_side(PLANT.burn_in_hall, PLANT.product, outdoor).hall_cooling()
    idle = HallLoad(nil, nil, np.zeros(8760, dtype=bool), nil)
    with_use = None if share is None else use(share)
    return operate_cooling(PLANT, sizes, hall, idle, outdoor.dry_bulb_c, heat_kw, nil, nil, nil, with_use)


def test_a_plan_without_them_runs_as_before():
    """Proves: sizes without water-cooled chillers give the same numbers whether their use is known or not, and no water
    of towers. Sensitivity: a share that was taken from a bank of nothing would be unserved."""
    without = {name: size for name, size in SIZES.items() if "water" not in name and "tower" not in name}
    one, other = cooled(without, None), cooled(without, 0.5)
    assert np.array_equal(one.cooling_kw, other.cooling_kw)
    assert np.array_equal(one.unserved_kw_th, other.unserved_kw_th)
    assert one.tower_water_m3.max() == 0.0


def test_each_kind_takes_the_plans_share_then_what_the_other_cannot():
    """Proves: of 100 kW_th at a share of 0.3 they take 30; where the others deliver 50, 50; where they deliver nothing,
    all that two chillers can; what neither can deliver stays with the others.
    Sensitivity: a share without the rest would leave 20 kW_th unserved with cold machines beside it."""
    bank = WaterCooledBank.of(PLANT, SIZES, use(0.3))
    assert bank is not None
    whole = np.full(8760, 100.0)
    for others, part in ((1e6, 30.0), (50.0, 50.0), (0.0, 100.0)):
        assert bank.part_kw_th(whole, np.full(8760, others)) == pytest.approx(part)
    beyond = bank.part_kw_th(np.full(8760, 1e5), np.full(8760, 10.0))
    assert beyond == pytest.approx(bank.capacity_kw_th)
    assert (bank.capacity_kw_th > 2 * 0.95 * KIT.chiller.capacity_kw_th).all()


def test_all_that_can_be_served_is():
    """Proves: heat up to what both kinds deliver leaves nothing unserved at any share of the plan, and heat beyond it
    just what is beyond. Sensitivity: a split by the share alone would strand heat at 0 and at 1."""
    outdoor = miami()
    both = 2 * available_kw_th(PLANT.equipment.chiller, outdoor.dry_bulb_c)
    bank = WaterCooledBank.of(PLANT, SIZES, use(0.0))
    assert bank is not None
    for share in (0.0, 0.4, 1.0):
        found = cooled(SIZES, share)
        beyond = np.maximum(HEAT_KW - both - bank.capacity_kw_th, 0.0)
        assert found.unserved_kw_th == pytest.approx(beyond, abs=1e-6)


def test_their_electricity_and_water_are_those_of_the_plant():
    """Proves: with all of the load on them, cooling takes the coils' fans, what `operate_water_cooled_plant` says of
    chillers, condenser pumps and tower fans, and the chilled water's pumping. Heat and electricity balance to 1e-4, to
    which condenser water is found: towers carry load, compressors and what pumps give to the water. Towers take all
    of the water, at least what 2,500 kJ/kg evaporates for three quarters of their heat.
    Sensitivity: condenser pumps or fans left out, 10 % less; chilled water pumped twice, 2.5 % of the load more."""
    heat_kw = 0.5 * HEAT_KW
    found = cooled(SIZES, 1.0, heat_kw)
    plant = operated(KIT, 2, 2, heat_kw, miami())
    others_kw = (PLANT.burn_in_hall.coil_fan_kw_per_kw_th + KIT.chiller.pump_kw_per_kw_th) * heat_kw
    assert found.cooling_kw == pytest.approx(plant.electricity_kw + others_kw, rel=1e-4)
    assert found.cooling_kw.sum() == pytest.approx((plant.electricity_kw + others_kw).sum(), rel=1e-7)
    balance = heat_kw + plant.chillers.power_kw + plant.condenser_pumps.fluid_heat_kw_th
    assert plant.tower.heat_kw_th == pytest.approx(np.where(heat_kw > 0, balance, 0.0), rel=1e-4)
    assert np.array_equal(found.water_m3, found.tower_water_m3)
    assert found.water_m3.sum() > 0.75 * plant.tower.heat_kw_th.sum() * 3600.0 / 2500.0 / 1000.0


def test_a_plans_share_is_that_of_its_hour():
    """Proves: 30 of 100 kW_th are 0.3; an hour in which the plan chills nothing takes the year's, 30 of 150.
    Sensitivity: nil over nil; or all of an unplanned load on one kind."""
    air, water = np.zeros(8760), np.zeros(8760)
    air[:2], water[:1] = (70.0, 50.0), 30.0
    share = WaterCooledUse.of_plan(miami(), air, water).share
    assert share[:3] == pytest.approx([0.3, 0.0, 0.2])


def test_towers_without_air_are_an_error():
    """Proves: sizes with water-cooled chillers cannot be operated without outdoor air. Sensitivity: they would be left
    out, and their cooling would be unserved without a word."""
    with pytest.raises(ValueError, match="2 water-cooled chillers"):
        cooled(SIZES, None)
