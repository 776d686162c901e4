"""How many dry coolers of each type: whole units that carry a relaxed plan's heat at least cost, spares included.

A relaxation buys a part of a spare, and parts of several types; rounding it up would buy a spare of each. So all whole
combinations are compared on the relaxation's own heat and prices: capital, fans by their chords, water of the pads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from optimiser.hydro import KW, PEAK, bought_name, peak_capacity_kw_th, units_name
from optimiser.hydro_inputs import HydroInputs
from optimiser.inputs import Inputs
from optimiser.matrices import Matrices
from optimiser.solver import Solution
from optimiser.timegrid import TimeGrid
from sites.errors import InfeasibleError
from twin.model.catalogue import upkeep_fractions
from twin.model.money import yearly_cost

Array = NDArray[np.float64]
DUST = 1e-9
BALANCE = "power_electricity_balances"


@dataclass(frozen=True, eq=False)
class Terms:
    """What whole units are judged by, at the hours of a grid: *heat_kw_th* to reject; *usd_per_kwh* of fans and
    *usd_per_m3* of water, both times the hour's weight; *usd_each* a year by type; *peak_kw_th* at design conditions.
    """

    heat_kw_th: Array
    usd_per_kwh: Array
    usd_per_m3: Array
    usd_each: tuple[float, ...]
    peak_kw_th: float


def running_usd(data: HydroInputs, counts: Sequence[int], terms: Terms, hours: NDArray[np.int64]) -> float:
    """Return the least cost [usd/year] of fans and water with *counts* of units, their heat split at its best.

    The chords of all types are filled in the order of their cost, hour by hour; infinite where they do not carry it.
    """
    pieces = []
    for one, count in zip(data.coolers, counts, strict=True):
        if count == 0:
            continue
        capacity = one.capacity_kw_th[hours]
        _, slopes = (part[:, hours] for part in one.lines)
        ends = np.minimum(one.heat_kw_th[:, hours], capacity)
        ends[-1] = capacity  # past the last point the last chord runs on
        width = count * np.maximum(np.diff(ends, axis=0), 0.0)
        usd = slopes * terms.usd_per_kwh + one.water_m3_per_kwh_th[hours] * terms.usd_per_m3
        pieces.append((width, usd))
    if not pieces:
        return float("inf")
    width, usd = (np.concatenate(part) for part in zip(*pieces, strict=True))
    order = np.argsort(usd, axis=0, kind="stable")
    width, usd = np.take_along_axis(width, order, axis=0), np.take_along_axis(usd, order, axis=0)
    before = np.cumsum(width, axis=0) - width
    if (width.sum(axis=0) < terms.heat_kw_th * (1.0 - 1e-6) - DUST).any():
        return float("inf")
    return float((usd * np.clip(terms.heat_kw_th - before, 0.0, width)).sum())


def best_counts(data: HydroInputs, terms: Terms, hours: NDArray[np.int64]) -> tuple[int, ...]:
    """Return the cheapest whole counts by type that carry the heat; raises `InfeasibleError` when none do."""
    choices = product(*(range(one.cooler.most + 1) for one in data.coolers))
    found: list[tuple[float, tuple[int, ...]]] = []
    for counts in choices:
        named = {one.cooler.size: float(n) for one, n in zip(data.coolers, counts, strict=True)}
        if peak_capacity_kw_th(data, named) < terms.peak_kw_th * (1.0 - 1e-6):
            continue
        capital = sum(usd * n for usd, n in zip(terms.usd_each, counts, strict=True))
        if found and capital >= min(found)[0]:
            continue  # fans and water cost at least nothing
        usd = capital + running_usd(data, counts, terms, hours)
        if np.isfinite(usd):
            found.append((usd, counts))
    if not found:
        raise InfeasibleError(
            f"equipment.hydro.dry_coolers: all of them, less spares, do not carry {terms.peak_kw_th:,.0f} kW_th of "
            "water heat at the design conditions -> give a larger most, or larger coolers"
        )
    return min(found)[1]


def whole_units(inputs: Inputs, grid: TimeGrid, relaxed: Solution) -> dict[str, Array]:
    """Return counts, what is bought and the heat peak that they carry, by variable name; empty without a loop.

    Prices are those of a *relaxed* plan on *grid*: what another kW in an hour would cost, peaks included.
    """
    data = inputs.hydro
    if data is None or PEAK not in relaxed.matrices.columns:
        return {}
    each_kw = data.water_kw_th_per_kw[grid.hour]
    heat = KW * each_kw * np.maximum(relaxed.value("burn_in_power_mw"), 0.0)
    prices = relaxed.price(BALANCE) / KW
    prices = np.maximum(prices * np.sign(prices.sum()), 0.0)  # a dual's sign is that of its row's sides
    kit, levies, money = inputs.plant.equipment, inputs.site.levies, inputs.plant.money
    upkeep = sum(upkeep_fractions(kit, levies).values())
    index = inputs.site.construction.cost_index
    usd_each = tuple(
        one.cooler.usd_each
        * index
        * (yearly_cost(1.0, money.discount_rate, money.horizon_years, one.cooler.life_years) + upkeep)
        for one in data.coolers
    )
    water = inputs.site.water.drawn_usd_per_m3(inputs.plant.burn_in_hall.pad_evaporated_fraction) * grid.weight
    peak = KW * relaxed.scalar(PEAK)
    return as_values(data, best_counts(data, Terms(heat, prices, np.asarray(water), usd_each, peak), grid.hour))


def as_values(data: HydroInputs, counts: Sequence[int]) -> dict[str, Array]:
    """Return *counts* as values of the model's variables, with the heat peak that they carry."""
    values: dict[str, Array] = {}
    for one, count in zip(data.coolers, counts, strict=True):
        values[units_name(one.cooler.key)] = np.array([float(count)])
        values[bought_name(one.cooler.key)] = np.array([1.0 if count else 0.0])
    named = {one.cooler.size: float(n) for one, n in zip(data.coolers, counts, strict=True)}
    return values | {PEAK: np.array([peak_capacity_kw_th(data, named) / KW])}


def one_more(inputs: Inputs, matrices: Matrices, values: dict[str, Array]) -> dict[str, Array]:
    """Return the values with one more unit of each type that is bought, within the catalogue; empty without a loop."""
    if inputs.hydro is None or PEAK not in matrices.columns:
        return {}
    counts = [
        min(round(float(values[units_name(one.cooler.key)][0])) + bool(values[bought_name(one.cooler.key)][0]),
            one.cooler.most)
        for one in inputs.hydro.coolers
    ]  # fmt: skip
    return as_values(inputs.hydro, counts)
