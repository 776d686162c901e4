"""Chillers on EnergyPlus/DOE-2 curves."""

from __future__ import annotations

from typing import Self

from pydantic import Field, field_validator, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults

FULL_LOAD_TOLERANCE = 0.1  # fitted curves miss 1 at full load by a few per cent


class Chiller(Strict):
    """An air-cooled chiller on EnergyPlus/DOE-2 curves: capacity [kW_th], COP, curves and their ranges."""

    name: str
    capacity_kw_th: float = Field(gt=0)
    cop: float = Field(gt=0)
    capacity_curve: tuple[float, ...] = Field(min_length=6, max_length=6)
    power_temperature_curve: tuple[float, ...] = Field(min_length=6, max_length=6)
    power_part_load_curve: tuple[float, ...] = Field(min_length=3, max_length=3)
    outdoor_low_c: float = Field(ge=-60, le=60)
    outdoor_high_c: float = Field(ge=-60, le=80)
    supply_c: float = Field(ge=-10, le=30)
    pump_kw_per_kw_th: float = Field(ge=0)
    usd_each: float = Field(gt=0)
    most: int = Field(ge=1)
    spare: int = Field(ge=0)
    life_years: int = Field(ge=1)

    @field_validator("power_part_load_curve")
    @classmethod
    def _convex_and_rising(cls, curve: tuple[float, ...]) -> tuple[float, ...]:
        """Refuse a part-load curve that chords cannot follow: it must be convex, above nil and rising to 1."""
        a, b, c = curve
        full = a + b + c
        rules = (
            (c < 0, f"c = {c:g} bends the curve down", "give c of 0 or more"),
            (a < 0 or (a == 0 and c > 0), f"a = {a:g} is no power of an idling chiller", "give a above 0"),
            (b < 0 or b + c <= 0, f"b = {b:g} does not rise with load", "give b of 0 or more, and b + c above 0"),
            (abs(full - 1.0) > FULL_LOAD_TOLERANCE, f"a + b + c = {full:g} at full load", "give coefficients of sum 1"),
        )
        shown = f"value {list(curve)} of a + b u + c u2"
        raise_faults(Problem("", f"{shown}: {what}", cure) for is_broken, what, cure in rules if is_broken)
        return curve

    @model_validator(mode="after")
    def _works_in_its_range(self) -> Self:
        wrong = []
        if self.spare >= self.most:
            what = f"value {self.spare}: of at most {self.most} chillers none is left to work"
            wrong.append(Problem("spare", what, f"give less than {self.most}, or a larger most"))
        if self.outdoor_low_c >= self.outdoor_high_c:
            what = f"value {self.outdoor_low_c:g}: not below outdoor_high_c {self.outdoor_high_c:g}"
            wrong.append(Problem("outdoor_low_c", what, f"give less than {self.outdoor_high_c:g}"))
            raise_faults(wrong)
        for key in ("capacity_curve", "power_temperature_curve"):
            a, b, c, d, e, f = getattr(self, key)
            steps = (self.outdoor_low_c + (self.outdoor_high_c - self.outdoor_low_c) * step / 20 for step in range(21))
            x = self.supply_c
            least, at = min((a + b * x + c * x * x + d * y + e * y * y + f * x * y, y) for y in steps)
            if least <= 0:
                what = f"value {list(getattr(self, key))}: {least:.3g} of the rating at {at:.1f} C outdoors"
                cure = "mend the curve, or narrow outdoor_low_c and outdoor_high_c"
                wrong.append(Problem(key, what, cure))
        raise_faults(wrong)
        return self
