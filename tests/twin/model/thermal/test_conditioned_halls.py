"""Several conditioned halls together: who is in which, what they sum to, what their reheat may be lifted by."""

import numpy as np
import pytest

from sites import air
from twin.model.halls import HumidityHouseRule
from twin.model.thermal.conditioned_hall import HallUse, operate_hall
from twin.model.thermal.conditioned_halls import ConditionedHalls, HallPart, HeatNeed
from twin.model.thermal.hall_library import hall_type
from twin.model.thermal.outdoor_air import OutdoorAir

HOURS = 24 * 14
P = 101325.0
DAY = (np.arange(HOURS) % 24 >= 6) & (np.arange(HOURS) % 24 < 14)


def weather():
    hour = np.arange(HOURS)
    dry = 24.0 + 6.0 * np.sin((hour % 24 - 9) / 24 * 2 * np.pi)
    nil = np.zeros(HOURS)
    return OutdoorAir.of(dry, air.humidity_ratio_from_relative_humidity(dry, 0.8, P), np.full(HOURS, P), {
        "roof": nil, "north": nil, "east": nil, "south": nil, "west": nil})  # fmt: skip


def part(name, share, held=False, **changes):
    hall = hall_type(name).model_copy(update={"people": 0.0, **changes})
    return HallPart(name, hall, share, DAY * 1.0, 10.0 * DAY, np.full(HOURS, held))


def test_halls_add_up_and_share_the_line():
    """Proves: a hall with three quarters of the line and one with the rest need what each needs alone under 75 % and
    25 % of its power and people, beside its own 10. Sensitivity: the whole line in both would count it twice."""
    outside, parts = weather(), (part("assembly_hall", 0.75), part("test_laboratory", 0.25))
    line_kw, people = 80.0 * DAY, 40.0 * DAY
    found = ConditionedHalls(parts, outside, 8.0).operate(line_kw, people)
    alone = [
        operate_hall(one.hall, outside, HallUse(DAY * 1.0, share * line_kw, 10.0 * DAY + share * people), 8.0)
        for one, share in zip(parts, (0.75, 0.25), strict=True)
    ]
    assert found.cooling_kw_th == pytest.approx(sum(year.coil.total_kw_th for year in alone), abs=1e-9)
    assert found.reheat_kw_th == pytest.approx(sum(year.coil.reheat_kw_th for year in alone), abs=1e-9)
    power = sum(year.fan_kw + year.humidification.power_kw for year in alone)
    assert found.handler_kw == pytest.approx(power, abs=1e-9)


def test_a_held_hall_keeps_its_setpoint_when_nobody_is_there():
    """Proves: held, the hall is at 24 C or below around the clock; left to its set-back it warms up to 26 C and more
    by night. Sensitivity: without the hold a plan's own shifts would decide the hall's temperature."""
    held, left = (
        ConditionedHalls((part("assembly_hall", 1.0, is_held),), weather(), 8.0).operate(40.0 * DAY, 20.0 * DAY)
        for is_held in (True, False)
    )
    assert held.years["assembly_hall"].zone.air_c.max() <= 24.0 + 1e-9
    assert left.years["assembly_hall"].zone.air_c.max() > 25.5


def test_lights_and_equipment_are_the_buildings():
    """Proves: 6000 m2 at 18 W/m2 are 108 kW while lit and 15 % of it, 16.2 kW, else.
    Sensitivity: idle power forgotten 0 by night."""
    halls = ConditionedHalls((part("assembly_hall", 1.0),), weather(), 8.0)
    assert halls.building_kw[[0, 6]] == pytest.approx([16.2, 108.0])


def test_the_house_rule_costs_by_the_hour():
    """Proves: a band from 40 to 41 % that summer air in the hall is never within costs its price in every hour.
    Sensitivity: without the rule nothing."""
    rule = HumidityHouseRule(relative_humidity_low=0.40, relative_humidity_high=0.41, usd_per_h=3.0)
    nil = np.zeros(HOURS)
    cost = {
        name: ConditionedHalls((part("assembly_hall", 1.0, house_rule=kept),), weather(), 8.0).operate(nil, nil)
        for name, kept in (("rule", rule), ("none", None))
    }
    assert cost["rule"].house_rule_usd.sum() == pytest.approx(3.0 * HOURS)
    assert cost["none"].house_rule_usd.sum() == 0.0


def test_a_need_is_reached_as_far_as_the_source_is_hot():
    """Proves: 20 kW_th in a stream of 2 kW/K lift it from 12 to 22 C; a source at 28 C with an effectiveness of 0.5
    reaches 12 + 8 = 20 C: 16 kW_th; one at 45 C all of it, one at 10 C nothing.
    Sensitivity: without the limit of the need 33 kW_th at 45 C."""
    need = HeatNeed(np.full(3, 20.0), np.full(3, 12.0), np.full(3, 2.0))
    assert need.reached_kw_th(np.array([28.0, 45.0, 10.0]), 0.5) == pytest.approx([16.0, 20.0, 0.0])
