"""Cooling towers in operation: cells, fan speed to hold a setpoint, free convection; the physics is a model's of two.

Control as EnergyPlus has it (Engineering Reference, CoolingTower:VariableSpeed): the fan is off where free convection
holds the setpoint (the water then floats below it), cycles at its least speed where that is more than enough, follows
the setpoint in between, and runs at full speed where it is missed. Fan power is the fan's curve of its speed ratio.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Flags, Floats, Integers
from twin.model.equipment.towers import (
    APPROACH_RANGE_K,
    LARGEST_LIQUID_TO_GAS,
    SOUND_CALIBRATION,
    WATER_RANGE_K,
    WET_BULB_RANGE_C,
    CoolingTower,
)
from twin.model.thermal.numeric import polynomial, refuse_nan
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.tower_merkel import MerkelTower
from twin.model.thermal.tower_yorkcalc import YorkCalcTower
from twin.model.thermal.water import heat_capacity_kj_per_kg_k, warmed_c

LEAST_WATER_SHARE = 1e-6  # of a cell's design water
LEAST_RANGE_SHARE = 1e-6  # of the largest: a tower that does not reach it at a limit carries nothing


class TowerModel(Protocol):
    """How a tower of equal cells behaves; *water_share* and *air_ratio* are a running cell's flows over its design."""

    @property
    def largest_range_k(self) -> float:
        """Largest range [K] that the model knows."""

    def leaving_c(self, range_k: Floats, water_share: Floats, air_ratio: Floats, outdoor: OutdoorAir) -> Floats:
        """Leaving water [C] when the water must cool by *range_k* [K]."""

    def range_k(self, entering_c: Floats, water_share: Floats, air_ratio: Floats, outdoor: OutdoorAir) -> Floats:
        """By how much [K] water of *entering_c* [C] cools."""

    def range_to_k(self, leaving_c: float, water_share: Floats, outdoor: OutdoorAir) -> Floats:
        """Largest range [K] at full air with which water leaves at *leaving_c* [C]; nil where none does."""

    def carries(
        self, entering_c: Floats, range_k: Floats, water_share: Floats, air_ratio: Floats, outdoor: OutdoorAir
    ) -> Flags:
        """Whether water of *entering_c* [C] would cool by *range_k* [K] or more; where it is known, quicker to find."""

    def air_ratio(
        self, entering_c: Floats, range_k: Floats, water_share: Floats, least: float, outdoor: OutdoorAir
    ) -> Floats:
        """Share of design air, *least* to 1, at which water of *entering_c* [C] cools by *range_k* [K]."""


@lru_cache(maxsize=64)
def tower_model(tower: CoolingTower) -> TowerModel:
    """Return the physics that *tower* names: YorkCalc or Merkel."""
    return MerkelTower.of(tower) if tower.model == "merkel" else YorkCalcTower.of(tower)


@dataclass(frozen=True)
class TowerOperation:
    """What a tower does, hourly; all of one shape.

    *leaving_c*, *entering_c* water [C]; *heat_kw_th* rejected; *air_ratio* air of a running cell over its design (mean
    over the hour, free convection included); *fan_kw* of all cells; *cells_running*; *misses_setpoint* full speed did
    not hold it; *in_range* inside the range of YorkCalc's data; *air_kg_per_s* dry air; *water_kg_per_s* circulating.
    """

    leaving_c: Floats
    entering_c: Floats
    heat_kw_th: Floats
    air_ratio: Floats
    fan_kw: Floats
    cells_running: Integers
    misses_setpoint: Flags
    in_range: Flags
    air_kg_per_s: Floats
    water_kg_per_s: Floats

    @property
    def range_k(self) -> Floats:
        """Entering less leaving water [K]."""
        return np.asarray(self.entering_c - self.leaving_c)


def _fan_and_air(
    tower: CoolingTower,
    model: TowerModel,
    entering_c: Floats,
    range_k: Floats,
    water_share: Floats,
    outdoor: OutdoorAir,
) -> tuple[Floats, Floats]:
    """Share of full fan power and mean air ratio in hours when full speed is more than enough."""
    least, free = tower.least_fan_ratio, tower.free_convection_fraction
    power, ratio = np.zeros_like(entering_c), np.full_like(entering_c, free)
    needed = ~model.carries(entering_c, range_k / free, water_share, np.ones_like(entering_c), outdoor)
    if not needed.any():
        return power, ratio
    entering, wanted, share, air = entering_c[needed], range_k[needed], water_share[needed], outdoor.where(needed)
    speed, cycling = np.full_like(entering, least), np.ones_like(entering)
    cycles = model.carries(entering, wanted, share, speed, air)
    if cycles.any():
        here, warm, part = air.where(cycles), entering[cycles], share[cycles]
        off_range = free * model.range_k(warm, part, np.ones_like(warm), here)
        span = model.range_k(warm, part, speed[cycles], here) - off_range
        missing = wanted[cycles] - off_range
        cycling[cycles] = np.clip(np.divide(missing, span, out=np.ones_like(span), where=span > 0), 0.0, 1.0)
    follows = ~cycles
    if follows.any():
        speed[follows] = model.air_ratio(entering[follows], wanted[follows], share[follows], least, air.where(follows))
    power[needed] = np.maximum(polynomial(tower.fan_curve, speed), 0.0) * cycling
    ratio[needed] = cycling * speed + (1.0 - cycling) * free
    return power, ratio


def _first_cells(tower: CoolingTower, water_kg_per_s: Floats) -> tuple[Integers, Integers]:
    """Cells that run first, and the most that the water wets well."""
    each = tower.design_water_kg_per_s / tower.cells
    fewest = np.ceil(water_kg_per_s / (each * tower.cell_most_water_fraction) - 1e-9)
    most = np.floor(water_kg_per_s / (each * tower.cell_least_water_fraction) + 1e-9)
    at_least, at_most = (np.clip(count, 1, tower.cells).astype(np.int64) for count in (fewest, most))
    at_most = np.maximum(at_least, at_most)
    return (at_most if tower.cell_control == "most" else at_least), at_most


def _cells_running(
    tower: CoolingTower, water_kg_per_s: Floats, misses: Callable[[Floats, Flags], Flags]
) -> tuple[Integers, Floats]:
    """Cells running, one more as long as *misses* (of the water share, in some hours) says so; water share of each."""
    cells, most = _first_cells(tower, water_kg_per_s)
    open_ = cells < most
    while open_.any():
        more = open_.copy()
        more[open_] = misses(_water_share(tower, water_kg_per_s, cells)[open_], open_)
        cells = cells + more
        open_ = more & (cells < most)
    return cells, _water_share(tower, water_kg_per_s, cells)


def _water_share(tower: CoolingTower, water_kg_per_s: Floats, cells: Integers) -> Floats:
    """Water of each running cell over its design."""
    # hours without water are computed too, and their results not used: they must not divide by nil
    return np.maximum(water_kg_per_s * tower.cells / (tower.design_water_kg_per_s * cells), LEAST_WATER_SHARE)


def most_heat_kw_th(tower: CoolingTower, leaving_c: float, water_kg_per_s: ArrayLike, outdoor: OutdoorAir) -> Floats:
    """Heat [kW_th, hourly] that *tower* carries at full fan speed and no warmer water than *leaving_c* [C].

    With as many cells as the water wets well; at most that of the largest range which its model knows. Raises
    `ValueError` for inputs that are not numbers.
    """
    refuse_nan(leaving_c=leaving_c, water_kg_per_s=water_kg_per_s)
    (water,) = _prepared(outdoor, water_kg_per_s)
    model = tower_model(tower)
    range_k = model.range_to_k(leaving_c, _water_share(tower, water, _first_cells(tower, water)[1]), outdoor)
    range_k = np.where(range_k > LEAST_RANGE_SHARE * model.largest_range_k, range_k, 0.0)
    most = heat_capacity_kj_per_kg_k(leaving_c) * model.largest_range_k
    return np.asarray(water * np.minimum(heat_capacity_kj_per_kg_k(leaving_c + range_k) * range_k, most))


def _operation(
    tower: CoolingTower,
    outdoor: OutdoorAir,
    water: Floats,
    cells: Integers,
    entering_c: Floats,
    leaving_c: Floats,
    power: Floats,
    ratio: Floats,
    misses: Flags,
    share: Floats,
) -> TowerOperation:
    """Put the hours together; without water nothing runs and the water stands at *leaving_c*."""
    runs = water > 0
    part = cells / tower.cells
    entering = np.where(runs, entering_c, leaving_c)
    range_k = entering - leaving_c
    approach = leaving_c - outdoor.wet_bulb_c
    liquid_to_gas = tower.design_water_ratio * share / np.maximum(ratio, 1e-9)
    fan_runs = power > 0
    in_range = (
        (outdoor.wet_bulb_c >= WET_BULB_RANGE_C[0])
        & (outdoor.wet_bulb_c <= WET_BULB_RANGE_C[1])
        & (~fan_runs | ((range_k >= WATER_RANGE_K[0]) & (range_k <= WATER_RANGE_K[1])))
        & (~fan_runs | ((approach >= APPROACH_RANGE_K[0]) & (approach <= APPROACH_RANGE_K[1])))
        & (~fan_runs | ~(liquid_to_gas > LARGEST_LIQUID_TO_GAS))
    )
    ratio = np.where(runs, ratio, 0.0)
    return TowerOperation(
        leaving_c=leaving_c,
        entering_c=entering,
        heat_kw_th=np.asarray(water * heat_capacity_kj_per_kg_k(entering) * range_k),
        air_ratio=ratio,
        fan_kw=np.where(runs, tower.fan_kw * part * power, 0.0),
        cells_running=np.where(runs, cells, 0),
        misses_setpoint=misses,
        in_range=in_range | ~runs,
        air_kg_per_s=np.asarray(tower.design_air_m3_per_s * outdoor.dry_air_kg_m3 * part * ratio),
        water_kg_per_s=water,
    )


def _prepared(outdoor: OutdoorAir, *arrays: ArrayLike) -> tuple[Floats, ...]:
    shape = outdoor.wet_bulb_c.shape
    return tuple(np.broadcast_to(np.asarray(array, dtype=float), shape) for array in arrays)


def cool_water(
    tower: CoolingTower,
    entering_c: ArrayLike,
    water_kg_per_s: ArrayLike,
    outdoor: OutdoorAir,
    setpoint_c: ArrayLike | None = None,
) -> TowerOperation:
    """Return how *tower* cools *water_kg_per_s* [kg/s] that comes at *entering_c* [C]; the setpoint [C] is its own.

    For a loop whose entering temperature is known. Arrays of hours, of the shape of *outdoor* or broadcast to it.
    Raises `ValueError` for inputs that are not numbers.
    """
    model = tower_model(tower)
    setpoint = tower.setpoint_c if setpoint_c is None else setpoint_c
    refuse_nan(entering_c=entering_c, water_kg_per_s=water_kg_per_s, setpoint_c=setpoint)
    entering, water, target = _prepared(outdoor, entering_c, water_kg_per_s, setpoint)
    full = np.ones_like(entering)

    def warm(share: Floats, hours: Flags) -> Flags:
        cooled = model.range_k(entering[hours], share, full[hours], outdoor.where(hours))
        return np.asarray(entering[hours] - cooled > target[hours])

    cells, share = _cells_running(tower, water, warm)
    most_range = model.range_k(entering, share, full, outdoor)
    wanted = entering - target
    misses = most_range < wanted
    holds = ~misses
    power, ratio = full.copy(), full.copy()
    power[holds], ratio[holds] = _fan_and_air(
        tower, model, entering[holds], wanted[holds], share[holds], outdoor.where(holds)
    )
    floats = holds & (power == 0)
    cooled = np.where(misses, most_range, np.where(floats, tower.free_convection_fraction * most_range, wanted))
    leaving = np.where(water > 0, entering - cooled, entering)
    misses &= water > 0
    return _operation(tower, outdoor, water, cells, entering, leaving, power, ratio, misses, share)


def reject_heat(
    tower: CoolingTower,
    heat_kw_th: ArrayLike,
    water_kg_per_s: ArrayLike,
    outdoor: OutdoorAir,
    setpoint_c: ArrayLike | None = None,
) -> TowerOperation:
    """Return the steady state in which *tower* rejects *heat_kw_th* [kW_th] from *water_kg_per_s* [kg/s].

    The loop warms until the tower carries the heat: entering - leaving = Q / (m c), however warm the water must be.
    Without heat the fans stand, whatever the weather (negative heat counts as nil); water floats below the setpoint
    where free convection does. Heat without water stays: nothing is rejected, the setpoint is missed. Raises
    `ValueError` for inputs that are not numbers.
    """
    model = tower_model(tower)
    setpoint = tower.setpoint_c if setpoint_c is None else setpoint_c
    refuse_nan(heat_kw_th=heat_kw_th, water_kg_per_s=water_kg_per_s, setpoint_c=setpoint)
    heat, water, target = _prepared(outdoor, np.maximum(heat_kw_th, 0.0), water_kg_per_s, setpoint)
    full = np.ones_like(heat)

    def range_at(leaving: Floats, hours: Flags | slice = slice(None)) -> Floats:
        """Range [K] of this heat; the heat capacity is that of the entering water, as the tower's models take it."""
        return warmed_c(leaving, heat[hours], water[hours]) - leaving

    held_range = range_at(target)

    def warm(share: Floats, hours: Flags) -> Flags:
        leaving = model.leaving_c(held_range[hours], share, full[hours], outdoor.where(hours))
        return np.asarray(leaving > target[hours])

    cells, share = _cells_running(tower, water, warm)
    warmest = model.leaving_c(held_range, share, full, outdoor)
    asked = heat > 0
    misses = (warmest > target) & asked & (water > 0)
    range_k = held_range.copy()
    for _ in range(2):  # warmer water has another heat capacity, by a few in ten thousand
        range_k[misses] = range_at(warmest[misses], misses)
        warmest[misses] = model.leaving_c(range_k[misses], share[misses], full[misses], outdoor.where(misses))
    leaving = np.where(misses, warmest, target)
    power, ratio = full.copy(), full.copy()
    holds = ~misses
    power[holds], ratio[holds] = _fan_and_air(
        tower, model, (target + held_range)[holds], held_range[holds], share[holds], outdoor.where(holds)
    )
    floats = holds & (power == 0) & (water > 0)
    if floats.any():
        air, part = outdoor.where(floats), share[floats]
        resting, cooled = target[floats], held_range[floats]
        for _ in range(3):
            at_full = cooled / tower.free_convection_fraction
            entering = model.leaving_c(at_full, part, np.ones_like(part), air) + at_full
            resting = np.minimum(entering - cooled, target[floats])
            cooled = heat[floats] / (water[floats] * heat_capacity_kj_per_kg_k(resting + cooled))
        leaving[floats], range_k[floats] = resting, cooled
    misses |= asked & ~(water > 0)
    return _operation(tower, outdoor, water, cells, leaving + range_k, leaving, power, ratio, misses, share)


def basin_heater_kw(tower: CoolingTower, dry_bulb_c: Floats, water_kg_per_s: ArrayLike) -> Floats:
    """Power [kW] that keeps a standing basin from freezing: kW/K x (setpoint - *dry_bulb_c*), while no water flows."""
    below = np.maximum(tower.basin_heater_setpoint_c - dry_bulb_c, 0.0)
    return np.where(np.asarray(water_kg_per_s) > 0, 0.0, tower.basin_heater_kw_per_k * below)


def tower_warnings(tower: CoolingTower, operation: TowerOperation, outdoor: OutdoorAir) -> list[str]:
    """Say where *tower* was computed outside the range of its model, with hours and worst values; empty where nowhere.

    A range below 1.1 K at little load is common and harmless; a wet bulb or approach outside is not.
    """
    found = []
    low, high = SOUND_CALIBRATION
    if tower.model == "yorkcalc" and not low <= tower.design_water_ratio <= high:
        found.append(
            f"{tower.name}: YorkCalc meets the design approach at {tower.design_water_ratio:.2f} of its own water "
            f"flow, outside {low:g} to {high:g}: a tower unlike those it was fitted to"
        )
    running = operation.fan_kw > 0
    limits: tuple[tuple[str, Floats, tuple[float, float], str], ...] = (
        ("wet bulb", outdoor.wet_bulb_c, WET_BULB_RANGE_C, "C"),
        ("range", operation.range_k, WATER_RANGE_K, "K"),
        ("approach", operation.leaving_c - outdoor.wet_bulb_c, APPROACH_RANGE_K, "K"),
    )
    for what, value, (least, most), unit in limits:
        outside = running & ((value < least) | (value > most))
        if outside.any():
            distance = np.where(outside, np.maximum(least - value, value - most), 0.0)
            worst = value[np.argmax(distance)]
            found.append(
                f"{tower.name}: {what} outside {least:g} to {most:g} {unit} in {int(outside.sum())} hours, "
                f"at worst {worst:.1f} {unit}"
            )
    return found
