"""Generators on diesel or gas: fuel at part load, limits, and the rules for emergency engines."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.figures import Figure
from sites.validation import Strict, raise_faults
from twin.model.equipment.spares import spare_problems

# 40 CFR 60.4211(f)(2) and 60.4243(d)(2): maintenance checks and readiness testing of an emergency engine
MOST_TEST_HOURS_PER_YEAR = 100.0
_DIESEL_KWH_PER_L = 137_381 * 1.055056 / 3600 / 3.785412  # higher heating value: EIA, 137 381 Btu a gallon
_LITRES_PER_H_OF_1000_KW = (81.8, 137.8, 197.2, 269.1)
_CHART = "dealers' fuel chart of diesel sets, 1000 kW: 81.8 137.8 197.2 269.1 l/h at quarter loads; EIA heating value"
_DIESEL_FUEL = tuple(round(litres / 1000 * _DIESEL_KWH_PER_L, 4) for litres in _LITRES_PER_H_OF_1000_KW)
_RULE = "an emergency engine may be tested 100 h a year (40 CFR 60.4211(f))"
_TESTS = "NFPA 110: tests at 30 % of the rating or more"
_FUEL_PRICE = "REopt.jl default of diesel from its changelog, v0.54: 2.25 usd a gallon; EIA heating value"
_ASSUMED = "assumption: of makers' sheets (from memory)"
# Marked defaults of a diesel set: what the file of a plant leaves out
DIESEL_FIGURES = {
    figure.key: figure
    for figure in (
        Figure("load_fractions", (0.25, 0.5, 0.75, 1.0), None, None, _CHART, "2026-11", "medium"),
        Figure("fuel_kw_per_rated_kw", _DIESEL_FUEL, None, None, _CHART, "2026-11", "medium", "higher heating value"),
        Figure("minimum_load_fraction", 0.3, 0.25, 0.4, _TESTS, "2022", "medium"),
        Figure("start_fuel_kwh_per_rated_kw", 0.05, 0.02, 0.1, "assumption: minutes of warming up", "2026-11", "low"),
        Figure("test_hours_per_year", 7.5, 6.0, 100.0, "NFPA 110: 30 min a month, 90 min a year", "2022", "medium"),
        Figure("test_load_fraction", 0.3, 0.3, 0.75, _TESTS, "2022", "medium"),
        Figure("derating_ambient_c", 40.0, 25.0, 50.0, _ASSUMED, "2026-11", "low"),
        Figure("derating_fraction_per_k", 0.01, 0.005, 0.02, _ASSUMED, "2026-11", "low"),
        Figure("derating_elevation_m", 1000.0, 150.0, 1500.0, _ASSUMED, "2026-11", "low"),
        Figure("derating_fraction_per_100_m", 0.01, 0.005, 0.013, _ASSUMED, "2026-11", "low"),
        Figure("co2_kg_per_kwh_fuel", 0.2524, None, None, "40 CFR 98 table C-1: 73.96 kg/MMBtu", "2024", "high"),
        Figure("fuel_usd_per_kwh", 0.0559, 0.05, 0.1, _FUEL_PRICE, "2025", "low", "of heating value"),
        Figure("om_usd_per_kwh", 0.01, 0.0, 0.02, "assumption: oil, filters, overhauls by hours run", "2026-11", "low"),
        Figure("nox_g_per_kwh", 6.4, 0.67, 9.2, "EPA Tier 2 limit, NOx + NMHC, above 560 kW", "2006", "high"),
    )
}  # fmt: skip

Fraction = Annotated[float, Field(gt=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


def _default(key: str) -> float:
    return float(DIESEL_FIGURES[key].base)


class Generators(Strict):
    """Like generators [kW each] with their fuel at part load [kW of fuel's heating value for each kW of rating].

    The fuel is given by points (*load_fractions*, *fuel_kw_per_rated_kw*) or by *fuel_slope* (kWh of fuel for one more
    kWh) and *fuel_intercept* (kW of fuel for each kW of rating while running); without either it is a diesel's.
    *emergency* ones run in outages and tests only. *spare* units are left out where firm power counts. Fuel is paid by
    its heating value, *om_usd_per_kwh* by what is made, *om_usd_per_kw_year* by what is installed (none: the
    catalogue's maintenance share of the installed price).
    """

    rated_kw: float = Field(gt=0)
    most: int = Field(ge=1)
    spare: int = Field(default=0, ge=0)
    emergency: bool = True
    load_fractions: tuple[Fraction, ...] | None = Field(default=None, min_length=2)
    fuel_kw_per_rated_kw: tuple[Positive, ...] | None = Field(default=None, min_length=2)
    fuel_slope: float | None = Field(default=None, gt=0)
    fuel_intercept: float | None = Field(default=None, ge=0)
    minimum_load_fraction: float = Field(default=_default("minimum_load_fraction"), ge=0, lt=1)
    start_fuel_kwh_per_rated_kw: float = Field(default=_default("start_fuel_kwh_per_rated_kw"), ge=0)
    test_hours_per_year: float = Field(default=_default("test_hours_per_year"), ge=0, le=8760)
    test_load_fraction: float = Field(default=_default("test_load_fraction"), gt=0, le=1)
    derating_ambient_c: float = Field(default=_default("derating_ambient_c"), ge=0, le=60)
    derating_fraction_per_k: float = Field(default=_default("derating_fraction_per_k"), ge=0, lt=0.1)
    derating_elevation_m: float = Field(default=_default("derating_elevation_m"), ge=0)
    derating_fraction_per_100_m: float = Field(default=_default("derating_fraction_per_100_m"), ge=0, lt=0.1)
    co2_kg_per_kwh_fuel: float = Field(default=_default("co2_kg_per_kwh_fuel"), ge=0)
    nox_g_per_kwh: float = Field(default=_default("nox_g_per_kwh"), ge=0)
    fuel_usd_per_kwh: float = Field(default=_default("fuel_usd_per_kwh"), ge=0)
    om_usd_per_kwh: float = Field(default=_default("om_usd_per_kwh"), ge=0)
    om_usd_per_kw_year: float | None = Field(default=None, ge=0)
    usd_per_kw: float = Field(gt=0)
    life_years: int = Field(ge=1)

    @property
    def fuel_points(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Loads (0 to 1, from the minimum load up) and the fuel at each [kW for each kW of rating].

        The first of the given pieces is carried down to the minimum load, the last one up to full load.
        """
        if self.fuel_slope is not None:
            start = self.fuel_intercept or 0.0
            ends = (self.minimum_load_fraction, 1.0)
            return ends, tuple(start + self.fuel_slope * load for load in ends)
        loads, fuel = self._given_points()
        inner = [load for load in loads if self.minimum_load_fraction < load < 1.0]
        wanted = (self.minimum_load_fraction, *inner, 1.0)
        return wanted, tuple(_on_pieces(load, loads, fuel) for load in wanted)

    def _given_points(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        if self.load_fractions is not None and self.fuel_kw_per_rated_kw is not None:
            return self.load_fractions, self.fuel_kw_per_rated_kw
        return DIESEL_FIGURES["load_fractions"].base, DIESEL_FIGURES["fuel_kw_per_rated_kw"].base

    @model_validator(mode="after")
    def _can_run(self) -> Self:
        wrong = [*self._form_problems()]
        if not wrong:
            wrong += self._curve_problems()
        wrong += spare_problems(self.spare, self.most, "generators")
        if self.emergency and self.test_hours_per_year > MOST_TEST_HOURS_PER_YEAR:
            what = f"value {self.test_hours_per_year:g}: {_RULE}"
            wrong.append(Problem("test_hours_per_year", what, "give 100 or less, or emergency = false"))
        if self.test_load_fraction < self.minimum_load_fraction:
            what = f"value {self.test_load_fraction:g}: below minimum_load_fraction {self.minimum_load_fraction:g}"
            wrong.append(Problem("test_load_fraction", what, f"give {self.minimum_load_fraction:g} or more"))
        raise_faults(wrong)
        return self

    def _form_problems(self) -> list[Problem]:
        """The fuel is given in one form, whole."""
        by_points = (self.load_fractions is not None, self.fuel_kw_per_rated_kw is not None)
        by_line = (self.fuel_slope is not None, self.fuel_intercept is not None)
        found = []
        if any(by_points) and any(by_line):
            what = "stands beside load_fractions or fuel_kw_per_rated_kw"
            found.append(Problem("fuel_slope" if by_line[0] else "fuel_intercept", what, "keep points or line"))
        if any(by_points) and not all(by_points):
            key = "fuel_kw_per_rated_kw" if by_points[0] else "load_fractions"
            found.append(Problem(key, "missing beside its other half", "give load_fractions and fuel_kw_per_rated_kw"))
        if any(by_line) and not all(by_line):
            key = "fuel_intercept" if by_line[0] else "fuel_slope"
            found.append(Problem(key, "missing beside its other half", "give fuel_slope and fuel_intercept"))
        return found

    def _curve_problems(self) -> list[Problem]:
        """Points in order, and a fuel curve that is convex, rises, and makes no more power than it burns."""
        if self.fuel_slope is not None:
            full = self.fuel_slope + (self.fuel_intercept or 0.0)
            wrong = full < 1.0 or self.fuel_slope < 1.0
            what = f"value {self.fuel_slope:g}, with the intercept {full:g} kWh of fuel for a kWh at full load"
            return [Problem("fuel_slope", what, "no engine gives more than it burns: give 1 or more")] if wrong else []
        loads, fuel = self._given_points()
        if len(loads) != len(fuel):
            what = f"{len(fuel)} values for {len(loads)} load_fractions"
            return [Problem("fuel_kw_per_rated_kw", what, f"give {len(loads)}")]
        if any(after <= before for before, after in pairwise(loads)):
            return [Problem("load_fractions", f"value {list(loads)}: not rising", "sort them, each once")]
        slopes = [
            (high - low) / (right - left) for (left, low), (right, high) in pairwise(zip(loads, fuel, strict=True))
        ]
        found = []
        for load, (before, after) in zip(loads[1:], pairwise(slopes), strict=False):
            if after < before - 1e-9:
                what = f"value {list(fuel)}: concave at load {load:g}, its slope falls from {before:.4g} to {after:.4g}"
                found.append(
                    Problem("fuel_kw_per_rated_kw", what, "give a convex curve: no chord follows a concave one")
                )
        if slopes[0] <= 0:
            what = f"value {list(fuel)}: does not rise with load"
            found.append(Problem("fuel_kw_per_rated_kw", what, "give more fuel at a higher load"))
        over = [load for load, burnt in zip(*self.fuel_points, strict=True) if burnt < load]
        if over:
            what = f"value {list(fuel)}: less fuel than power at load {over[0]:g}"
            found.append(Problem("fuel_kw_per_rated_kw", what, "give the fuel's heating value in kW"))
        return found


def _on_pieces(load: float, loads: tuple[float, ...], fuel: tuple[float, ...]) -> float:
    """Fuel at *load* on straight pieces through the points, the outer ones carried on."""
    at = max(1, min(sum(1 for point in loads if point < load), len(loads) - 1))
    slope = (fuel[at] - fuel[at - 1]) / (loads[at] - loads[at - 1])
    return fuel[at] + slope * (load - loads[at])
