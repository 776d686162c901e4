"""Water-cooled chillers and towers as a linear model sees them: coefficients by the hour about a guessed load.

Condenser water, fans and make-up water go by the load in curves; about a guess a proportion does. The first guess is
what the halls would ask of the chillers without a store. The plan is solved, its loads are simulated with the true
curves, and the coefficients of the second pass are those of that simulation (`operate_water_cooled_plant`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Floats
from sites.errors import InfeasibleError, Problem
from twin.model.chords import heights
from twin.model.equipment.pumps import Pump
from twin.model.equipment.water_cooled import WaterCooled
from twin.model.thermal.chiller import available_kw_th, full_load_ratio
from twin.model.thermal.chiller_bank import installed_chords
from twin.model.thermal.cooling_tower import most_heat_kw_th
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.pumps import pump_operation
from twin.model.thermal.water import KG_PER_M3
from twin.model.thermal.water_cooled_plant import PlantPumps, WaterCooledPlant, operate_water_cooled_plant
from twin.model.thermal.water_use import tower_water_use

BEYOND = 1e3  # times the rated cooling: a load that keeps every chiller full
GUESSED_SHARE = 0.7  # of what the chillers deliver, in every hour, where no load is known: an assumption
SOME_LOAD_KW_TH = 1.0  # less is the solver's rounding: no coefficient follows from it
MOST_CHANGE = 10.0  # over full load's: a load far below one machine's range must not throw off its hour
# The chilled water is pumped by the catalogue's kW per kW of cooling, for either kind of chiller; the plant's own pump
# is given no head, and takes nothing.
NO_PUMP = Pump(
    name="chilled water, pumped by pump_kw_per_kw_th", design_flow_m3_per_s=1e3, design_head_pa=1e-9,
    pump_efficiency=1.0, motor_efficiency=1.0, speed="variable",
)  # fmt: skip
CHILLED_WATER_RISE_K = 6.0  # moves nothing but the flow of the pump without a head


@dataclass(frozen=True, eq=False)
class WaterCooledDesign:
    """One design condition, with water at the condensers' limit.

    *chiller_kw_th* that one chiller delivers; *heat_kw_th_per_kw_th* that its cooling gives to the towers;
    *tower_kw_th* that one tower carries.
    """

    chiller_kw_th: float
    heat_kw_th_per_kw_th: float
    tower_kw_th: float


@dataclass(frozen=True, eq=False)
class WaterCooledCoefficients:
    """What a linear model is told of a water-cooled plant: arrays of 8760 hours, and the design conditions.

    *chiller_kw_th* that one chiller delivers and *tower_kw_th* that one tower carries at the condensers' limit;
    *chiller_ratio* [kW/kW_th] at full load; *fan_kw_per_kw_th* and *water_m3_per_kwh_th* of heat to the towers;
    *pump_kw_per_kw_th* of condenser pumps and *pump_heat_kw_th_per_kw_th* that they give to their water, of cooling.
    """

    outdoor: OutdoorAir
    design: tuple[WaterCooledDesign, ...]
    chiller_kw_th: Floats
    chiller_ratio: Floats
    tower_kw_th: Floats
    fan_kw_per_kw_th: Floats
    pump_kw_per_kw_th: Floats
    pump_heat_kw_th_per_kw_th: Floats
    water_m3_per_kwh_th: Floats

    def scaled(self, factor: float) -> WaterCooledCoefficients:
        """Return the same with *factor* times the chillers' power (from an earlier play-back)."""
        return replace(self, chiller_ratio=self.chiller_ratio * factor)


def operated(
    kit: WaterCooled, chillers: int, towers: int, load_kw_th: ArrayLike, outdoor: OutdoorAir
) -> WaterCooledPlant:
    """Return what so many *chillers* and *towers* do with *load_kw_th* [kW_th, hourly] in this outdoor air."""
    pumps = PlantPumps(NO_PUMP, kit.condenser_pump, CHILLED_WATER_RISE_K)
    bank = kit.tower.bank(max(towers, 1))
    return operate_water_cooled_plant(kit.chiller, chillers, bank, pumps, load_kw_th, kit.chiller.supply_c, outdoor)


def make_up_m3(kit: WaterCooled, towers: int, plant: WaterCooledPlant, outdoor: OutdoorAir) -> Floats:
    """Water [m3] that the basins of a *plant* with so many *towers* take in each hour."""
    return tower_water_use(kit.tower.bank(max(towers, 1)), kit.treatment, plant.tower, outdoor).make_up_m3


def _heat_per_cooling(kit: WaterCooled) -> float:
    """Heat to the towers per cooling of a chiller at full load with water at the condensers' limit [kW_th/kW_th]."""
    limit = np.array([kit.warmest_c])
    each_kw_th = float(available_kw_th(kit.chiller, limit)[0])
    power = kit.chiller.compressor_heat_to_condenser_fraction * float(full_load_ratio(kit.chiller, limit)[0])
    flow = np.array([kit.condenser_pump.design_flow_m3_per_s])
    return 1.0 + power + float(pump_operation(kit.condenser_pump, flow).fluid_heat_kw_th[0]) / each_kw_th


def design_points(
    kit: WaterCooled, outdoors: Iterable[OutdoorAir], water_kg_per_s: float
) -> tuple[WaterCooledDesign, ...]:
    """Return what one chiller and one tower of *water_kg_per_s* do at the design conditions, each an `OutdoorAir`."""
    each_kw_th = float(available_kw_th(kit.chiller, np.array([kit.warmest_c]))[0])
    heat = _heat_per_cooling(kit)
    return tuple(
        WaterCooledDesign(
            each_kw_th, heat, float(most_heat_kw_th(kit.tower, kit.warmest_c, water_kg_per_s, outdoor)[0])
        )
        for outdoor in outdoors
    )


def fewest_towers(kit: WaterCooled, working: int, outdoors: Iterable[OutdoorAir]) -> int:
    """Return the fewest towers that carry the heat of so many *working* chillers at the design conditions, and spares.

    A plan buys no more than these, since its model sees no worth in more. All the condenser pumps' water is shared by
    the towers that are in order. The catalogue's most, where it takes more. Raises `InfeasibleError` where no number
    of towers carries any heat.
    """
    tower, points = kit.tower, tuple(outdoors)
    most = tower.most - tower.spare
    water = KG_PER_M3 * kit.condenser_pump.design_flow_m3_per_s * working
    heat = working * float(available_kw_th(kit.chiller, np.array([kit.warmest_c]))[0]) * _heat_per_cooling(kit)
    able = 0.0
    for towers in range(1, most + 1):
        each = [float(most_heat_kw_th(tower, kit.warmest_c, water / towers, air)[0]) for air in points]
        able = towers * min(each, default=np.inf)
        if able >= heat:
            return towers + tower.spare
    if able <= 0.0:
        wet_c = max(float(air.wet_bulb_c[0]) for air in points)
        what = f"value {kit.warmest_c:g}: at a wet bulb of {wet_c:.1f} C no tower leaves its water so cold"
        cure = "give a higher limit, or leave out equipment.water_cooled"
        raise InfeasibleError(Problem("equipment.water_cooled.condenser_limit_c", what, cure))
    return tower.most


def water_cooled_lines(
    kit: WaterCooled,
    outdoor: OutdoorAir,
    design_outdoors: Iterable[OutdoorAir],
    load_kw_th: Floats | None = None,
) -> WaterCooledCoefficients:
    """Return the coefficients of the first pass, about a guess of the chilled-water load [kW_th] (8760).

    As many chillers and towers as that load asks for; without one, all chillers at one share of what they deliver.
    What one chiller delivers is that at full load, with the water that the towers return then.
    """
    points, chiller = tuple(design_outdoors), kit.chiller
    guess = np.zeros(outdoor.wet_bulb_c.shape) if load_kw_th is None else np.maximum(load_kw_th, 0.0)
    at_limit_kw_th = float(available_kw_th(chiller, np.array([kit.warmest_c]))[0])
    asked = int(np.ceil(guess.max() / at_limit_kw_th)) if guess.max() > SOME_LOAD_KW_TH else chiller.most
    working = min(asked, chiller.most - chiller.spare)
    chillers, towers = working + chiller.spare, fewest_towers(kit, working, points)
    water = KG_PER_M3 * kit.condenser_pump.design_flow_m3_per_s * chillers / towers
    full = operated(kit, chillers, towers, np.full(guess.shape, BEYOND * chillers * chiller.capacity_kw_th), outdoor)
    each_kw_th = np.maximum(available_kw_th(chiller, np.minimum(full.condenser_c, kit.warmest_c)), 0.0)
    nil = np.zeros_like(each_kw_th)
    unknown = WaterCooledCoefficients(
        outdoor=outdoor,
        design=design_points(kit, points, water),
        chiller_kw_th=each_kw_th,
        chiller_ratio=nil,
        tower_kw_th=most_heat_kw_th(kit.tower, kit.warmest_c, water, outdoor),
        fan_kw_per_kw_th=nil,
        pump_kw_per_kw_th=nil,
        pump_heat_kw_th_per_kw_th=nil,
        water_m3_per_kwh_th=nil,
    )
    if not (guess > SOME_LOAD_KW_TH).any():
        guess = GUESSED_SHARE * chillers * each_kw_th
    return refitted_lines(kit, unknown, chillers, towers, np.minimum(guess, chillers * each_kw_th))


def _about(
    kit: WaterCooled, base: WaterCooledCoefficients, towers: int, load_kw_th: Floats, plant: WaterCooledPlant
) -> WaterCooledCoefficients:
    """*base* with fans, condenser pumps and water in the proportions that *plant* has at *load_kw_th* (above nil)."""
    heat = np.maximum(plant.tower.heat_kw_th, 1e-9)
    load = np.maximum(load_kw_th, 1e-9)
    return replace(
        base,
        fan_kw_per_kw_th=plant.tower.fan_kw / heat,
        pump_kw_per_kw_th=plant.condenser_pumps.power_kw / load,
        pump_heat_kw_th_per_kw_th=plant.condenser_pumps.fluid_heat_kw_th / load,
        water_m3_per_kwh_th=make_up_m3(kit, towers, plant, base.outdoor) / heat,
    )


def modelled_power_kw(kit: WaterCooled, lines: WaterCooledCoefficients, chillers: float, load_kw_th: Floats) -> Floats:
    """Chillers' power [kW] of the linear form, at a ratio of 1: the highest of its chords [kW_th]."""
    capacity = np.maximum(chillers * lines.chiller_kw_th, 1e-9)
    return np.asarray(capacity * heights(installed_chords(kit.chiller), load_kw_th / capacity))


def refitted_lines(
    kit: WaterCooled, lines: WaterCooledCoefficients, chillers: int, towers: int, load_kw_th: Floats
) -> WaterCooledCoefficients:
    """Return *lines* whose coefficients give the true power and water of *chillers* and *towers* at their loads.

    Parameters: *lines* of an earlier pass; whole *chillers* and *towers*; *load_kw_th* (8760). Capacities stay,
    so that what could be served still can. Hours without a load take the proportions of a plant of that size at the
    mean load of the others, for the second pass may put some there.
    """
    loaded = load_kw_th > SOME_LOAD_KW_TH
    if chillers < 1 or not loaded.any():
        return lines
    load = np.where(loaded, load_kw_th, float(load_kw_th[loaded].mean()))
    plant = operated(kit, chillers, towers, load, lines.outdoor)
    linear = modelled_power_kw(kit, lines, chillers, load)
    full = np.maximum(full_load_ratio(kit.chiller, plant.condenser_c), 1e-6)
    ratio = np.clip(plant.chillers.electricity_kw / linear, full / MOST_CHANGE, full * MOST_CHANGE)
    return replace(_about(kit, lines, towers, load, plant), chiller_ratio=ratio)
