"""The dry coolers of a hydro loop as the linear model sees them: hourly capacities, and chords of fan power over heat.

A unit's fan power rises with its heat as a convex curve until the fans are full; beyond that the supply floats and the
power stays. The curve's chords are exact where it is convex; past full fans they are the lower hull of the curve and
its value at a guess of the load, which the second pass takes from the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from twin.model.equipment.hydro import Hydro, LoopDryCooler
from twin.model.plant import Plant
from twin.model.thermal.dry_cooler import reject_heat
from twin.model.thermal.hydro_banks import BanksOperation, flow_of_heat_kg_per_s, operate_banks, unit_capacity_kw_th
from twin.model.thermal.outdoor_air import OutdoorAir

Array = NDArray[np.float64]
POINTS = (0.0, 0.5, 0.8, 1.0)  # of the heat at which dry fans are full
GUESS = 0.5  # of the capacity at the worst design condition: a unit's load before there is a plan
MOST_CHANGE = 3.0  # a load far below one unit's range must not throw its hour's chords off
LEAST_KW_TH = 0.1  # of a unit's heat; chords are no closer together


@dataclass(frozen=True, eq=False)
class CoolerInputs:
    """One type of dry cooler, for one unit, by the hour (8760).

    *capacity_kw_th* with the supply at its limit; *design_kw_th* likewise at each design condition; chords of its fan
    power: from *heat_kw_th* to *fan_kw* (points, 8760), both rising; *water_m3_per_kwh_th* of its pads.
    """

    cooler: LoopDryCooler
    capacity_kw_th: Array
    design_kw_th: tuple[float, ...]
    heat_kw_th: Array
    fan_kw: Array
    water_m3_per_kwh_th: Array

    @property
    def lines(self) -> tuple[Array, Array]:
        """Constants [kW] and slopes [kW/kW_th] of the chords (points - 1, 8760); of an empty one those before it."""
        run, rise = np.diff(self.heat_kw_th, axis=0), np.diff(self.fan_kw, axis=0)
        slopes = np.zeros_like(run)
        for place, (width, height) in enumerate(zip(run, rise, strict=True)):
            before = slopes[place - 1] if place else np.zeros_like(width)
            slopes[place] = np.where(width > 0, height / np.where(width > 0, width, 1.0), before)
        return self.fan_kw[:-1] - slopes * self.heat_kw_th[:-1], slopes

    def fan_kw_at(self, unit_kw_th: Array) -> Array:
        """Fan power [kW] of a unit by the chords (8760)."""
        constants, slopes = self.lines
        return np.asarray(np.max(constants + slopes * unit_kw_th, axis=0))


@dataclass(frozen=True, eq=False)
class HydroInputs:
    """The loop and its types of dry cooler by the hour: *coolers*, and *pump_kw_per_kw* of what the miners draw."""

    hydro: Hydro
    outdoor: OutdoorAir
    coolers: tuple[CoolerInputs, ...]
    pump_kw_per_kw: Array

    @property
    def water_kw_th_per_kw(self) -> Array:
        """Heat into the water for each kW that the miners draw (8760): theirs and the pump's."""
        loop = self.hydro.loop
        return np.asarray(loop.heat_to_water_fraction + loop.pump_heat_to_water_fraction * self.pump_kw_per_kw)

    def scaled(self, factor: float) -> HydroInputs:
        """Return the same with *factor* times the power of fans and pump (from an earlier play-back)."""
        coolers = tuple(replace(one, fan_kw=one.fan_kw * factor) for one in self.coolers)
        return replace(self, coolers=coolers, pump_kw_per_kw=self.pump_kw_per_kw * factor)


def loop_kw_th_each_rack(plant: Plant, hydro: Hydro) -> float:
    """Heat into the water from all places of a rack at full power [kW_th]: what the loop is bought for."""
    return hydro.loop.heat_to_water_fraction * plant.burn_in.slots_per_rack * plant.product.power_kw


def hydro_inputs(plant: Plant, outdoor: OutdoorAir, design: Sequence[OutdoorAir]) -> HydroInputs | None:
    """Return the loop's coefficients in *outdoor* air (8760) before there is a plan; None for a plant without one.

    *design*: the air of each design condition (arrays of one).
    """
    hydro = plant.equipment.hydro
    if hydro is None:
        return None
    loop = hydro.loop
    coolers = []
    for cooler in hydro.dry_coolers:
        at_design = tuple(
            float(unit_capacity_kw_th(loop, cooler, loop.supply_limit_c, point, wet=True)[0]) for point in design
        )
        capacity = unit_capacity_kw_th(loop, cooler, loop.supply_limit_c, outdoor, wet=True)
        guess = np.minimum(GUESS * min(at_design), capacity)
        operation = operate_banks(
            replace_types(hydro, cooler), [1], np.ones((1, len(guess))), guess / loop.heat_to_water_fraction,
            float(guess.max()) / loop.heat_to_water_fraction, outdoor,
        )  # fmt: skip
        heat = operation.heat_kw_th[0]
        points = _chords(hydro, cooler, outdoor, heat, operation.fan_kw[0])
        water = np.divide(operation.water_m3[0], heat, out=np.zeros_like(heat), where=heat > 0)
        coolers.append(CoolerInputs(cooler, capacity, at_design, *points, water))
    racks = plant.burn_in.racks * loop_kw_th_each_rack(plant, hydro) / loop.heat_to_water_fraction
    drawn = np.full(len(outdoor.dry_bulb_c), GUESS * racks)
    pump = operate_banks(hydro, [1] * len(coolers), np.ones((len(coolers), len(drawn))), drawn, racks, outdoor).pump_kw
    return HydroInputs(hydro, outdoor, tuple(coolers), pump / drawn)


def refitted_to(before: HydroInputs, counts: Sequence[float], shares: Array, miner_kw: Array, design_kw: float) -> (
    HydroInputs
):  # fmt: skip
    """Return the coefficients about the loads of a plan, as the true curves have them there.

    *counts* of units bought by type; *shares* (types, 8760) of the heat; *miner_kw* (8760); *design_kw* of the loop.
    Hours without a load, and types of which nothing is bought, keep what they had *before*.
    """
    true = operate_banks(before.hydro, counts, shares, miner_kw, design_kw, before.outdoor)
    coolers = []
    for place, (one, count) in enumerate(zip(before.coolers, counts, strict=True)):
        if round(count) == 0:
            coolers.append(one)
            continue
        coolers.append(_about(before.hydro, one, round(count), true, place, before.outdoor))
    loaded = miner_kw > LEAST_KW_TH
    pump = np.where(loaded, true.pump_kw / np.where(loaded, miner_kw, 1.0), before.pump_kw_per_kw)
    return replace(before, coolers=tuple(coolers), pump_kw_per_kw=pump)


def _about(
    hydro: Hydro, one: CoolerInputs, count: int, true: BanksOperation, place: int, outdoor: OutdoorAir
) -> CoolerInputs:
    heat, fan = true.heat_kw_th[place] / count, true.fan_kw[place] / count
    loaded = heat > LEAST_KW_TH
    points = _chords(hydro, one.cooler, outdoor, np.where(loaded, heat, 0.0), np.where(loaded, fan, 0.0))
    kept = [np.where(loaded, new, old) for new, old in zip(points, (one.heat_kw_th, one.fan_kw), strict=True)]
    # below the least flow, and where fans cycle, the curve lies above its hull: the hour is scaled to the true power
    drawn = replace(one, heat_kw_th=kept[0], fan_kw=kept[1]).fan_kw_at(heat)
    factor = np.divide(fan, drawn, out=np.ones_like(fan), where=loaded & (drawn > 0))
    kept[1] = kept[1] * np.clip(factor, 1.0 / MOST_CHANGE, MOST_CHANGE)
    water = np.divide(true.water_m3[place] / count, heat, out=one.water_m3_per_kwh_th.copy(), where=loaded)
    return replace(one, heat_kw_th=kept[0], fan_kw=kept[1], water_m3_per_kwh_th=water)


def replace_types(hydro: Hydro, *coolers: LoopDryCooler) -> Hydro:
    """Return the same loop with these types of *coolers* only."""
    return hydro.model_copy(update={"dry_coolers": coolers})


def _chords(
    hydro: Hydro, cooler: LoopDryCooler, outdoor: OutdoorAir, guess_kw_th: Array, guess_kw: Array
) -> tuple[Array, Array]:
    """Heat and fan power of a unit (points, 8760) between which chords run: of the curve, and at the guess."""
    loop = hydro.loop
    full = unit_capacity_kw_th(loop, cooler, loop.supply_c, outdoor, wet=False)
    heats, fans = [], []
    for share in POINTS:
        heat = share * full
        heats.append(heat)
        fans.append(reject_heat(cooler, heat, flow_of_heat_kg_per_s(loop, heat), outdoor, loop.supply_c).fan_kw)
    heat = np.stack([*heats, guess_kw_th])
    fan = np.stack([*fans, guess_kw])
    order = np.argsort(heat, axis=0, kind="stable")
    return hull(np.take_along_axis(heat, order, axis=0), np.take_along_axis(fan, order, axis=0))


def hull(heat: Array, power: Array) -> tuple[Array, Array]:
    """Return *heat* (points, hours; rising) and the highest convex function below *power* at it.

    At each point the least of all chords that pass over it; the first and the last point stay. Points that lie within
    `LEAST_KW_TH` of the one before are moved onto it.
    """
    heat, power = heat.copy(), power.copy()
    last = len(heat) - 1
    for place in range(1, last + 1):
        same = heat[place] - heat[place - 1] < LEAST_KW_TH
        heat[place] = np.where(same, heat[place - 1], heat[place])
        power[place] = np.where(same, power[place - 1], power[place])
    found = power.copy()
    for place, left, right in product(range(1, last), range(last), range(1, last + 1)):
        if not left < place < right:
            continue
        width = heat[right] - heat[left]
        share = np.divide(heat[place] - heat[left], width, out=np.zeros_like(width), where=width > 0)
        chord = power[left] + share * (power[right] - power[left])
        found[place] = np.where(width > 0, np.minimum(found[place], chord), found[place])
    return heat, found
