"""Dry coolers, with or without wetted pads, as a plant file describes them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults
from twin.model.equipment.spares import spare_problems
from twin.model.equipment.towers import CUBIC_FAN, FanCurve


class DryCooler(Strict):
    """A finned-tube cooler: water inside, outdoor air across, both unmixed; given by its UA at full air flow.

    *ua_air_exponent* scales the UA with the air flow (0.6 to 0.8 for finned tubes). *fan_control* "variable" follows
    the setpoint and cycles below *least_fan_ratio*; "two_speed" mixes off, *least_fan_ratio* and full speed in time.
    *pad_effectiveness* above 0 gives it wetted pads, used in hours when dry air misses the setpoint: *pad_least_air_c*
    keeps them dry below, *pad_cycles_of_concentration* sets their blowdown, *pad_fan_fraction* is the power that the
    pads' resistance adds to the fans, wet or dry.
    """

    name: str
    ua_kw_per_k: float = Field(gt=0)
    air_m3_per_s: float = Field(gt=0)
    fan_kw: float = Field(gt=0)
    fan_curve: FanCurve = CUBIC_FAN
    fan_control: Literal["variable", "two_speed"] = "variable"
    least_fan_ratio: float = Field(default=0.2, ge=0.05, lt=1)
    ua_air_exponent: float = Field(default=0.68, ge=0.3, le=1)
    setpoint_c: float = Field(ge=0, le=90)
    pad_effectiveness: float = Field(default=0.0, ge=0, lt=1)
    pad_least_air_c: float = Field(default=5.0, ge=0, le=60)
    pad_cycles_of_concentration: float = Field(default=3.0, gt=1)
    pad_fan_fraction: float = Field(default=0.0, ge=0, lt=1)
    usd_each: float = Field(gt=0)
    most: int = Field(ge=1)
    spare: int = Field(default=0, ge=0)
    life_years: int = Field(ge=1)

    def bank(self, units: float) -> Self:
        """This cooler *units* times as large: UA, air and fans in proportion."""
        larger = {key: units * getattr(self, key) for key in ("ua_kw_per_k", "air_m3_per_s", "fan_kw")}
        return self.model_copy(update=larger)

    @model_validator(mode="after")
    def _can_be_built(self) -> Self:
        wrong = spare_problems(self.spare, self.most, "dry coolers")
        if self.pad_fan_fraction > 0 and self.pad_effectiveness == 0:
            what = f"value {self.pad_fan_fraction:g}: this cooler has no pads"
            wrong.append(Problem("pad_fan_fraction", what, "give a pad_effectiveness such as 0.8, or leave it out"))
        raise_faults(wrong)
        return self
