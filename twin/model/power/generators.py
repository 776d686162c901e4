"""Generators by hour: what they can deliver, how many run, and the fuel that takes.

The fuel curve is convex and made of straight pieces: fuel [kW] = rating x f(load / rating) for each running unit.
Emergency engines run in outages, and for tests within 100 h a year (40 CFR 60.4211(f)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites.errors import InputError, Problem
from twin.model.chords import Chords, chords_of
from twin.model.equipment.generators import MOST_TEST_HOURS_PER_YEAR, Generators

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class GeneratorYear:
    """What a bank did, by hour: *running* units, their *output_kw*, *fuel_kw* (heating value, starts included).

    *unserved_kw* of the demand, and *spilled_kw*, what units at minimum load made beyond it; *starts* of units.
    """

    running: Counts
    output_kw: Array
    fuel_kw: Array
    unserved_kw: Array
    spilled_kw: Array
    starts: Counts

    def co2_kg(self, spec: Generators) -> Array:
        """Carbon dioxide by hour [kg]."""
        return np.asarray(self.fuel_kw * spec.co2_kg_per_kwh_fuel)

    def nox_kg(self, spec: Generators) -> Array:
        """Nitrogen oxides by hour [kg]."""
        return np.asarray(self.output_kw * spec.nox_g_per_kwh / 1000.0)


def available_kw(spec: Generators, dry_bulb_c: Array, elevation_m: float = 0.0) -> Array:
    """What one unit can deliver [kW] at *dry_bulb_c* [C, any shape] and *elevation_m* [m].

    Rating x (1 - share x K above the ambient) x (1 - share x 100 m above the elevation), never below nil.
    """
    hot = 1.0 - spec.derating_fraction_per_k * np.maximum(dry_bulb_c - spec.derating_ambient_c, 0.0)
    high = 1.0 - spec.derating_fraction_per_100_m * max(elevation_m - spec.derating_elevation_m, 0.0) / 100.0
    return np.asarray(spec.rated_kw * np.maximum(hot, 0.0) * max(high, 0.0))


def firm_kw(spec: Generators, units: int, dry_bulb_c: Array, elevation_m: float = 0.0) -> Array:
    """What *units* deliver with the spare ones out [kW]: (units - spare) x what each can (see `available_kw`)."""
    return max(units - spec.spare, 0) * available_kw(spec, dry_bulb_c, elevation_m)


def fuel_share(spec: Generators, load: Array) -> Array:
    """Fuel of a running unit [kW for each kW of rating] at *load* of its rating (minimum load to 1, any shape)."""
    loads, fuel = spec.fuel_points
    return np.asarray(np.interp(load, loads, fuel))


def fuel_chords(spec: Generators, points: tuple[float, ...] | None = None) -> Chords:
    """Chords of the fuel curve of one unit [kW for each kW of rating] over its load, for a count of running units n.

    For n units that deliver p: fuel >= rating x (constant x n) + slope x p for each line. Parameters: *points* between
    minimum load and 1, the curve's own by default, which makes no error. Raises `FaultsError` for a concave curve.
    """
    return chords_of(lambda load: fuel_share(spec, load), points or spec.fuel_points[0], "fuel_kw_per_rated_kw")


def bank(
    spec: Generators,
    units: int,
    demand_kw: Array,
    each_kw: Array | float | None = None,
    outage: Flags | None = None,
    *,
    is_cyclic: bool = True,
) -> GeneratorYear:
    """Let *units* share *demand_kw* [kW, hours] equally, as many running as burn least.

    Parameters: *each_kw* what one can deliver (default: the rating; see `available_kw`); *outage*, hours in which
    emergency engines may run (default: none of them); *is_cyclic*: the last hour comes before the first one when
    starts are counted. Fuel of starts is added to the hour of the start. A unit at its minimum load spills what is
    too much. Raises `InputError` for demand below nil.
    """
    demand = np.asarray(demand_kw, dtype=float)
    if not (demand >= 0).all():
        raise InputError(Problem("demand_kw", f"lowest value {demand.min():g}", "give 0 or more"))
    each = np.minimum(spec.rated_kw if each_kw is None else each_kw, spec.rated_kw) * np.ones_like(demand)
    may_run = np.ones(demand.shape, dtype=bool)
    if spec.emergency:
        may_run = np.zeros(demand.shape, dtype=bool) if outage is None else np.asarray(outage, dtype=bool)
    least = np.minimum(spec.minimum_load_fraction * spec.rated_kw, each)
    running, output, best = np.zeros(demand.shape, np.int64), np.zeros_like(demand), np.full(demand.shape, np.inf)
    served = np.where(may_run & (each > 0), np.minimum(demand, units * each), 0.0)
    for count in range(1, units + 1):
        made = np.maximum(served, count * least)
        burnt = count * spec.rated_kw * fuel_share(spec, made / (count * spec.rated_kw))
        better = (served > 0) & (served <= count * each * (1.0 + 1e-12)) & (burnt < best)
        running, output, best = (
            np.where(better, count, running), np.where(better, made, output), np.where(better, burnt, best)
        )  # fmt: skip
    fuel = np.where(running > 0, best, 0.0)
    starts = starts_of(running, is_cyclic=is_cyclic)
    return GeneratorYear(
        running=running,
        output_kw=output,
        fuel_kw=fuel + starts * spec.rated_kw * spec.start_fuel_kwh_per_rated_kw,
        unserved_kw=demand - served,
        spilled_kw=output - served,
        starts=starts,
    )


def starts_of(running: Counts, *, is_cyclic: bool = True) -> Counts:
    """Units started in each hour of the number *running*; *is_cyclic*: the last hour comes before the first."""
    return np.asarray(np.maximum(np.diff(running, prepend=running[-1:] if is_cyclic else 0), 0))


def yearly_test_fuel_kwh(spec: Generators, units: int) -> float:
    """Fuel of a year's tests of *units* [kWh]: hours x fuel at test load, and a start a month."""
    running = spec.test_hours_per_year * float(fuel_share(spec, np.array(spec.test_load_fraction)))
    starts = 12 * spec.start_fuel_kwh_per_rated_kw if spec.test_hours_per_year > 0 else 0.0
    return units * spec.rated_kw * (running + starts)


def emergency_faults(spec: Generators, running: Counts, outage: Flags) -> list[Problem]:
    """What a schedule of *running* units breaks of the rule for emergency engines; nothing for others.

    Outside of *outage* an emergency engine may run 100 h a year, tests included (40 CFR 60.4211(f)); each is taken to
    run whenever one runs.
    """
    outside_h = float(np.count_nonzero((running > 0) & ~outage)) + spec.test_hours_per_year
    if not spec.emergency or outside_h <= MOST_TEST_HOURS_PER_YEAR:
        return []
    what = f"{outside_h:g} h outside of outages, tests included; an emergency engine may run 100 (40 CFR 60.4211(f))"
    return [Problem("generators", what, "run it in outages only, or permit it as emergency = false")]
