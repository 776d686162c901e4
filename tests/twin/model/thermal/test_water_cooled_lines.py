"""A water-cooled plant as the linear model sees it, against the plant itself."""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sites.errors import InfeasibleError
from sites.figures import take_figures
from sites.weather import weather_year
from twin.model.equipment.water_cooled import WaterCooled
from twin.model.thermal.cooling_tower import reject_heat
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water_cooled_lines import (
    fewest_towers,
    make_up_m3,
    modelled_power_kw,
    most_heat_kw_th,
    operated,
    refitted_lines,
    water_cooled_lines,
)

FILE = Path(__file__).parents[3] / "water_cooled.toml"
KIT = WaterCooled.model_validate(take_figures(tomllib.loads(FILE.read_text()))[0]["equipment"]["water_cooled"])
MUGGY = (OutdoorAir.of_wet_bulb(33.4, 25.6), OutdoorAir.of_wet_bulb(30.7, 26.9))


@cache
def miami():
    year = weather_year("FL_Miami")
    names = ("dry_bulb_c", "wet_bulb_c", "humidity_ratio", "pressure_pa")
    return OutdoorAir(*(year[name].to_numpy() for name in names))


@cache
def load_kw_th():
    """Loads that grow with the day's heat, below one machine's range in some hours and nil in others."""
    dry_c = miami().dry_bulb_c
    asked = 90.0 * (dry_c - 14.0) * (1.0 + 0.3 * np.sin(np.arange(8760)))
    return np.where(asked > 5.0, np.minimum(asked, 1900.0), 0.0)


@cache
def first():
    return water_cooled_lines(KIT, miami(), MUGGY, load_kw_th())


def linear(lines, chillers, load):
    """Power of the chillers, electricity of all and make-up of the linear form."""
    power = lines.chiller_ratio * modelled_power_kw(KIT, lines, chillers, load)
    heat = (1.0 + lines.pump_heat_kw_th_per_kw_th) * load + power
    electricity = power + lines.fan_kw_per_kw_th * heat + lines.pump_kw_per_kw_th * load
    return power, electricity, lines.water_m3_per_kwh_th * heat


def test_a_tower_carries_what_leaves_its_water_at_the_limit():
    """Proves: with that heat at full fan speed the water leaves at the limit of 32 C, in every hour of a year in which
    it is not the largest range that is reached; a muggier hour carries less.
    Sensitivity: heat at the design wet bulb in every hour would leave 35 C and more in the worst."""
    most = most_heat_kw_th(KIT.tower, KIT.warmest_c, 42.0, miami())
    leaving_c = reject_heat(KIT.tower, most, 42.0, miami(), 0.0).leaving_c
    binding = most < 42.0 * 4.18 * 22.0
    assert binding.sum() > 4000
    assert leaving_c[binding] == pytest.approx(KIT.warmest_c, abs=1e-3)
    assert leaving_c[~binding].max() <= KIT.warmest_c + 1e-3
    dry, muggy = (most_heat_kw_th(KIT.tower, KIT.warmest_c, 42.0, air)[0] for air in MUGGY)
    assert dry > muggy > 900.0


def test_no_tower_fewer_would_do():
    """Proves: the towers that the design conditions ask for carry the heat of the working chillers, one fewer does not.
    Sensitivity: counted at the 0.4 % dry bulb alone, whose wet bulb is lower, one tower less would be bought."""
    chillers = 3
    towers = fewest_towers(KIT, chillers, MUGGY) - KIT.tower.spare
    design = first().design[1]
    heat = chillers * design.chiller_kw_th * design.heat_kw_th_per_kw_th
    water = 42.0 * chillers * 0.9982
    able = [n * most_heat_kw_th(KIT.tower, KIT.warmest_c, water / n, MUGGY[1])[0] for n in (towers - 1, towers)]
    assert able[0] < heat <= able[1]


def test_a_limit_below_the_wet_bulb_is_refused_by_name():
    """Proves: no tower leaves water at 26.5 C where the wet bulb is 26.9 C. Sensitivity: a capacity of nil would be an
    infeasible plan without a reason."""
    cold = KIT.model_copy(update={"condenser_limit_c": 26.5})
    with pytest.raises(InfeasibleError, match=r"condenser_limit_c: value 26.5: at a wet bulb of 26.9 C"):
        water_cooled_lines(cold, miami(), MUGGY)


def test_fitted_lines_give_the_true_power_of_their_loads():
    """Proves: at the loads of a fit chillers, all electricity and water of the linear form are those of the plant: the
    year to 1e-3, its peak to 1e-6, every hour of at least a twentieth of one chiller to 1e-6; capacities stay.
    Sensitivity: lines about 70 % of load in every hour err by more than 3 % of the year's electricity."""
    chillers, towers, load = 4, 5, load_kw_th()
    plant = operated(KIT, chillers, towers, load, miami())
    true = (plant.chillers.electricity_kw, plant.electricity_kw, make_up_m3(KIT, towers, plant, miami()))
    fit = refitted_lines(KIT, first(), chillers, towers, load)
    known = load > 0.05 * KIT.chiller.capacity_kw_th
    for modelled, really in zip(linear(fit, chillers, load), true, strict=True):
        assert modelled.sum() == pytest.approx(really.sum(), rel=1e-3)
        assert modelled.max() == pytest.approx(really.max(), rel=1e-6)
        assert modelled[known] == pytest.approx(really[known], rel=1e-6)
    assert fit.chiller_kw_th is first().chiller_kw_th
    assert fit.tower_kw_th is first().tower_kw_th
    blind = water_cooled_lines(KIT, miami(), MUGGY)
    assert linear(blind, chillers, load)[1].sum() < 0.97 * true[1].sum()


def test_the_first_guess_is_about_the_guessed_load():
    """Proves: coefficients about a load are those of the plant that it asks for: three working chillers and a spare.
    Sensitivity: at a constant share of all chillers pumps would take less than two thirds of what they do."""
    towers = fewest_towers(KIT, 3, MUGGY)
    load = np.minimum(load_kw_th(), 4 * first().chiller_kw_th)
    plant = operated(KIT, 4, towers, load, miami())
    assert linear(first(), 4, load)[1].sum() == pytest.approx(plant.electricity_kw.sum(), rel=1e-3)
    blind = water_cooled_lines(KIT, miami(), MUGGY)
    assert blind.pump_kw_per_kw_th.mean() < 2 / 3 * first().pump_kw_per_kw_th[load > 0].mean()


def test_nothing_to_fit_changes_nothing():
    """Proves: no chillers, or no load, leave the lines as they are. Sensitivity: nil over nil."""
    lines = first()
    assert refitted_lines(KIT, lines, 0, 0, load_kw_th()) is lines
    assert refitted_lines(KIT, lines, 3, 4, np.zeros(8760)) is lines


def test_a_correction_is_of_the_chillers_alone():
    """Proves: what a play-back taught multiplies the chillers' power, not fans or pumps.
    Sensitivity: fans and pumps corrected with them would answer for what whole chillers do."""
    scaled = first().scaled(1.05)
    assert scaled.chiller_ratio == pytest.approx(1.05 * first().chiller_ratio)
    assert scaled.fan_kw_per_kw_th is first().fan_kw_per_kw_th
