"""The proven bound: what no plan of the full year can undercut.

The continuous relaxation of the full year, made safe from its prices, and a bound from labour alone that is there at
once. docs/decisions/0004 and 0012 say why both hold.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from optimiser.burnin import monthly_prices
from optimiser.compiling import compile_model
from optimiser.facility import Facility, build
from optimiser.inputs import Inputs
from optimiser.matrices import safe_bound
from optimiser.model import Expression, total
from optimiser.months import divisible_floor_usd, labour_floor_usd
from optimiser.power import services
from optimiser.running_units import any_units
from optimiser.solver import Settings, solve
from sites.errors import StoppedError


@dataclass(frozen=True)
class Bound:
    """A proven lower bound [usd/year] on the full year, how it was found, and the seconds it took.

    *by_time*: a clock ended part of the search, so that another run may find another bound.
    """

    usd_per_year: float
    method: str
    seconds: float
    iterations: int = 0
    by_time: bool = False


def bound(inputs: Inputs, settings: Settings, floor_s: float = 0.0, floor_gap: float = 1e-3) -> Bound:
    """Return a proven bound: relax every whole number of the full year and take the dual bound of its prices.

    Cooling stands in it below its true curves, whatever whole number of machines runs (`banks`,
    `chords.bank_tangents`): the bound holds for both passes and for the machines themselves. What whole teams and crews
    cost at least (`optimiser.months`, found to *floor_gap* in at most *floor_s*; none: not sought) is a row of it.
    """
    begun = time.perf_counter()
    inputs = replace(any_units(inputs), below_curves=True, running={})
    facility = build(inputs, inputs.grid())
    method, by_time = "full-year relaxation, dual bound", False
    if inputs.line is not None and floor_s > 0:
        limit = replace(settings, time_limit_s=min(floor_s, settings.time_limit_s), gap=floor_gap)
        try:
            floor, by_time = labour_floor_usd(inputs, inputs.line, inputs.grid(), limit)
            _add_floor(inputs, facility, floor)
            method = "full-year relaxation with the least cost of whole teams, dual bound"
        except StoppedError:
            by_time = True  # no dual bound in time: the relaxation stands without the row
    matrices = compile_model(facility.model).rounded_up().relaxed()
    found = solve(matrices, replace(settings, tolerance=1e-5, methods=("hipo-augmented", "ipx")))
    value = safe_bound(matrices, found.prices)
    seconds = time.perf_counter() - begun
    return Bound(value, method, seconds, found.iterations, by_time)


def _add_floor(inputs: Inputs, facility: Facility, floor_usd: float) -> None:
    """Add the row of `optimiser.months`: what whole teams and crews cost at least."""
    burn_in = facility.burn_in
    assert burn_in is not None
    hold, value = monthly_prices(inputs.plant)

    @facility.model.once
    def whole_teams_cost_at_least() -> Expression:
        """labour + holding of stock + shortage >= the least that whole teams and crews cost"""
        kept = total(hold * burn_in.stock[month] + value * burn_in.shortage[month] for month in range(12))
        return facility.cost["labour"] + kept >= floor_usd


def labour_bound(inputs: Inputs, constant_usd: float) -> Bound:
    """Return a bound in no time: labour that covers the demand, constants, and energy at most as negative as can be.

    Valid because every other cost is at least nil: prices below nil could at best be earned on the largest service.
    """
    begun = time.perf_counter()
    ladder = services(inputs.plant, inputs.site.construction.cost_index)
    negative = float(np.minimum(inputs.tariff.energy_usd_per_kwh, 0.0).sum()) * ladder[-1].firm_kw
    labour = 0.0 if inputs.line is None else divisible_floor_usd(inputs, inputs.line, inputs.grid())
    value = labour + constant_usd + negative
    return Bound(value, "labour that covers demand, full year", time.perf_counter() - begun)
