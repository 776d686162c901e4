"""Chillers of EnergyPlus's data sets: curves, ranges and part-load limits that a plant file may take by name.

Twelve machines of makers and one generic one, air- and water-cooled, 100 kW to 5.5 MW of cooling, of the 273 in
EnergyPlus; only sets whose part-load curve is convex, for a linear model can follow no other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from sites.errors import InputError, Problem, nearest
from sites.validation import Strict, raise_faults, validated

FULL_LOAD_TOLERANCE = 0.1  # fitted curves miss 1 at full load by a few per cent
Condenser = Literal["air", "water"]


def part_load_problems(curve: tuple[float, ...]) -> Iterator[Problem]:
    """Why chords cannot follow a part-load *curve* a + b u + c u2: it must be convex, above nil and rising to 1."""
    a, b, c = curve
    full = a + b + c
    rules = (
        (c < 0, f"c = {c:g} bends the curve down", "give c of 0 or more"),
        (a < 0 or (a == 0 and c > 0), f"a = {a:g} is no power of an idling chiller", "give a above 0"),
        (b < 0 or b + c <= 0, f"b = {b:g} does not rise with load", "give b of 0 or more, and b + c above 0"),
        (abs(full - 1.0) > FULL_LOAD_TOLERANCE, f"a + b + c = {full:g} at full load", "give coefficients of sum 1"),
    )
    shown = f"value {list(curve)} of a + b u + c u2"
    return (Problem("", f"{shown}: {what}", cure) for is_broken, what, cure in rules if is_broken)


class ChillerSet(Strict):
    """What EnergyPlus knows of one chiller: reference point, curves, their ranges, part-load limits and the source.

    Temperatures of the curves are those of leaving chilled water (supply) and of the fluid that enters the condenser:
    outdoor air or condenser water [C]; limits are the least and the most that a temperature curve may give. A set
    without *capacity_kw_th* [kW_th] is of any size. *data_set* is its name in EnergyPlus.
    """

    name: str
    data_set: str
    compressor: Literal["scroll", "screw", "centrifugal"]
    capacity_control: Literal["steps", "slide valve", "inlet vanes", "variable speed"]
    condenser: Condenser
    capacity_kw_th: float | None = Field(default=None, gt=0)
    cop: float = Field(gt=0)
    reference_supply_c: float
    reference_condenser_c: float
    capacity_curve: tuple[float, ...] = Field(min_length=6, max_length=6)
    power_temperature_curve: tuple[float, ...] = Field(min_length=6, max_length=6)
    power_part_load_curve: tuple[float, ...] = Field(min_length=3, max_length=3)
    capacity_curve_limits: tuple[float, ...] | None = Field(default=None, min_length=2, max_length=2)
    power_temperature_curve_limits: tuple[float, ...] | None = Field(default=None, min_length=2, max_length=2)
    supply_low_c: float
    supply_high_c: float
    condenser_low_c: float
    condenser_high_c: float
    minimum_part_load_ratio: float = Field(ge=0, lt=1)
    minimum_unloading_ratio: float = Field(ge=0, lt=1)
    maximum_part_load_ratio: float = Field(ge=1)
    source: str
    date: str
    confidence: Literal["high", "medium", "low"]

    @field_validator("power_part_load_curve")
    @classmethod
    def _convex_and_rising(cls, curve: tuple[float, ...]) -> tuple[float, ...]:
        raise_faults(part_load_problems(curve))
        return curve

    @model_validator(mode="after")
    def _was_measured_within_its_ranges(self) -> Self:
        ranges = (
            ("reference_supply_c", self.supply_low_c, self.supply_high_c),
            ("reference_condenser_c", self.condenser_low_c, self.condenser_high_c),
        )
        raise_faults(
            Problem(key, f"value {getattr(self, key):g}: outside {low:g} to {high:g} C", "correct one of the three")
            for key, low, high in ranges
            if not low <= getattr(self, key) <= high
        )
        return self

    def plant_keys(self) -> dict[str, object]:
        """What a plant file would write of this chiller: the keys of `Chiller` that the set knows."""
        low, high = ("outdoor_low_c", "outdoor_high_c") if self.condenser == "air" else WATER_RANGE
        same = (
            "name", "condenser", "cop", "capacity_curve", "power_temperature_curve", "power_part_load_curve",
            "capacity_curve_limits", "power_temperature_curve_limits",
            "supply_low_c", "supply_high_c", "minimum_part_load_ratio", "minimum_unloading_ratio",
            "maximum_part_load_ratio",
        )  # fmt: skip
        known = {key: getattr(self, key) for key in same} | {low: self.condenser_low_c, high: self.condenser_high_c}
        return known if self.capacity_kw_th is None else known | {"capacity_kw_th": self.capacity_kw_th}


WATER_RANGE = ("condenser_water_low_c", "condenser_water_high_c")


class _File(Strict):
    sets: tuple[ChillerSet, ...]


@cache
def sets() -> Mapping[str, ChillerSet]:
    """Return the shipped chillers by name, smallest first within each kind."""
    name = "chiller_sets.toml"
    text = (files("twin.model.equipment") / name).read_text(encoding="utf-8")
    return MappingProxyType({one.name: one for one in validated(_File, tomllib.loads(text), name).sets})


def chiller_set(name: str) -> ChillerSet:
    """Return the shipped chiller of that *name*.

    Raises `InputError` for an unknown name, with the nearest.
    """
    known = sets()
    if name not in known:
        raise InputError(Problem("chiller set", *unknown_set(name)))
    return known[name]


def unknown_set(name: str) -> tuple[str, str]:
    """What is wrong with a *name* that is no shipped set, and the nearest that is."""
    return f"value {name!r}: no such set of chiller curves", nearest(name, sets())
