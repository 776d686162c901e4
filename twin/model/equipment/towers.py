"""Cooling towers as a plant file describes them: design conditions, fan, cells, and which model computes them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults
from twin.model.equipment.spares import spare_problems

# York International, YORKcalc Software, form 160.00-SG2 (2002), as the EnergyPlus Engineering Reference prints it
# (CoolingTower:VariableSpeed, approach temperature correlation coefficients); read 2026-11, confidence high.
# [power of L/G][power of range][power of wet bulb], approach in K.
YORKCALC_APPROACH = (
    (
        (-0.359741205, -0.055053608, 0.0023850432),
        (0.173926877, -0.0248473764, 0.00048430224),
        (-0.005589849456, 0.0005770079712, -0.00001342427256),
    ),
    (
        (2.84765801111111, -0.121765149, 0.0014599242),
        (1.680428651, -0.0166920786, -0.0007190532),
        (-0.025485194448, 0.0000487491696, 0.00002719234152),
    ),
    (
        (-0.0653766255555556, -0.002278167, 0.0002500254),
        (-0.0910565458, 0.00318176316, 0.000038621772),
        (-0.0034285382352, 0.00000856589904, -0.000001516821552),
    ),
)
WET_BULB_RANGE_C = (-34.4, 29.4444)  # EnergyPlus 25.2; its documents still print 26.7
WATER_RANGE_K = (1.1111, 22.2222)
APPROACH_RANGE_K = (1.1111, 40.0)
LARGEST_LIQUID_TO_GAS = 8.0
CALIBRATION_RANGE = (0.5, 5.0)  # water-flow ratios between which EnergyPlus looks for the design approach
SOUND_CALIBRATION = (0.75, 1.25)
FULL_SPEED_TOLERANCE = 0.02
CUBIC_FAN = (0.0, 0.0, 0.0, 1.0)


def _rising_fan(curve: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse a fan curve that does not rise from nil or more to 1 at full speed."""
    full = sum(curve)
    shares = [sum(c * (step / 20) ** power for power, c in enumerate(curve)) for step in range(21)]
    falls = any(after < before - 1e-9 for before, after in pairwise(shares))
    rules = (
        (abs(full - 1.0) > FULL_SPEED_TOLERANCE, f"{full:.4g} of the fan's power at full speed", "make the sum 1"),
        (min(shares) < -1e-9, f"{min(shares):.3g} of the fan's power at some speed", "give no negative power"),
        (falls, "power falls somewhere while speed rises", "give a rising curve, such as [0, 0, 0, 1]"),
    )
    raise_faults(Problem("", f"value {list(curve)}: {what}", cure) for wrong, what, cure in rules if wrong)
    return curve


FanCurve = Annotated[tuple[float, ...], Field(min_length=2, max_length=5), AfterValidator(_rising_fan)]


def design_liquid_to_gas(wet_bulb_c: float, range_k: float, approach_k: float) -> float:
    """Liquid-to-gas ratio, relative to the correlation's own, at which YorkCalc gives *approach_k* at full fan speed.

    The correlation is a parabola in that ratio, so that its rising root is exact; nan where there is none. EnergyPlus
    divides the design water flow by it (its "calibrated water flow rate").
    """
    constant, slope, curvature = (
        sum(c * range_k**j * wet_bulb_c**k for j, row in enumerate(plane) for k, c in enumerate(row))
        for plane in YORKCALC_APPROACH
    )
    missing = constant - approach_k
    inside = slope * slope - 4.0 * curvature * missing
    if inside < 0:
        return math.nan
    return -2.0 * missing / (slope + math.sqrt(inside)) if slope + math.sqrt(inside) > 0 else math.nan


class CoolingTower(Strict):
    """An open cooling tower of one or more equal cells, its fans of variable speed, given by its design conditions.

    Flows and fan power are of the whole tower, all cells at full speed. *model* is "yorkcalc" (an empirical fit of many
    towers) or "merkel" (heat and mass transfer; the air flow counts). *fan_curve* c0, c1, ...: power share as a
    polynomial of the speed ratio. Below *least_fan_ratio* the fan cycles; with it off, *free_convection_fraction* of
    the full heat goes. Cells take between *cell_least_water_fraction* and *cell_most_water_fraction* of their design
    water; "most" cells run as wide as that allows (fans slow: least power), "fewest" as narrow.
    """

    name: str
    model: Literal["yorkcalc", "merkel"] = "yorkcalc"
    design_wet_bulb_c: float = Field(default=25.56, ge=-10, le=WET_BULB_RANGE_C[1])
    design_dry_bulb_c: float = Field(default=35.0, ge=-10, le=60)
    design_approach_k: float = Field(ge=APPROACH_RANGE_K[0], le=APPROACH_RANGE_K[1])
    design_range_k: float = Field(ge=WATER_RANGE_K[0], le=WATER_RANGE_K[1])
    design_water_kg_per_s: float = Field(gt=0)
    design_air_m3_per_s: float = Field(gt=0)
    fan_kw: float = Field(gt=0)
    fan_curve: FanCurve = CUBIC_FAN
    least_fan_ratio: float = Field(default=0.2, ge=0.05, lt=1)
    free_convection_fraction: float = Field(default=0.125, gt=0, lt=1)
    setpoint_c: float = Field(ge=0, le=60)
    cells: int = Field(default=1, ge=1, le=64)
    cell_least_water_fraction: float = Field(default=0.33, gt=0, le=1)
    cell_most_water_fraction: float = Field(default=2.5, ge=1)
    cell_control: Literal["most", "fewest"] = "most"
    basin_heater_kw_per_k: float = Field(default=0.0, ge=0)
    basin_heater_setpoint_c: float = Field(default=2.0, ge=0, le=20)
    ua_wet_bulb_curve: tuple[float, float, float] = (1.0, 0.0081, 0.0)
    ua_air_curve: tuple[float, float, float] = (0.0, 1.3, -0.3)
    ua_water_curve: tuple[float, float, float] = (0.1082, 1.667, -0.7713)
    usd_each: float = Field(gt=0)
    most: int = Field(ge=1)
    spare: int = Field(default=0, ge=0)
    life_years: int = Field(ge=1)

    @property
    def design_water_ratio(self) -> float:
        """YorkCalc's liquid-to-gas ratio at this tower's design conditions (EnergyPlus's calibration)."""
        return design_liquid_to_gas(self.design_wet_bulb_c, self.design_range_k, self.design_approach_k)

    def bank(self, units: float) -> Self:
        """This tower *units* times as large, in whole cells of the same size, rounded up.

        Flows, fans and heater go with the cells. Cells of another size would wet otherwise: with larger ones fewer run
        at the same water, and the larger tower may leave it warmer. Raises `ValueError` for *units* not above 0.
        """
        if not units > 0:
            raise ValueError(f"a bank of {units:g} towers: give more than 0")
        cells = max(1, math.ceil(units * self.cells - 1e-9))
        share = cells / self.cells
        larger = {
            "design_water_kg_per_s": share * self.design_water_kg_per_s,
            "design_air_m3_per_s": share * self.design_air_m3_per_s,
            "fan_kw": share * self.fan_kw,
            "basin_heater_kw_per_k": share * self.basin_heater_kw_per_k,
            "cells": cells,
        }
        return self.model_copy(update=larger)

    @model_validator(mode="after")
    def _can_be_built(self) -> Self:
        wrong = spare_problems(self.spare, self.most, "towers")
        if self.design_dry_bulb_c < self.design_wet_bulb_c:
            what = f"value {self.design_dry_bulb_c:g}: below design_wet_bulb_c {self.design_wet_bulb_c:g}"
            wrong.append(Problem("design_dry_bulb_c", what, f"give {self.design_wet_bulb_c:g} or more"))
        for key in ("ua_air_curve", "ua_water_curve"):
            if abs(sum(getattr(self, key)) - 1.0) > FULL_SPEED_TOLERANCE:
                what = f"value {list(getattr(self, key))}: {sum(getattr(self, key)):.4g} of the UA at design flow"
                wrong.append(Problem(key, what, "give coefficients of sum 1"))
        ratio, (low, high) = self.design_water_ratio, CALIBRATION_RANGE
        if self.model == "yorkcalc" and not low <= ratio <= high:
            found = "no flow" if math.isnan(ratio) else f"only at {ratio:.2g} of the correlation's flow"
            what = (
                f"value {self.design_approach_k:g}: YorkCalc has this approach {found}, at {self.design_wet_bulb_c:g} "
                f"C wet bulb and {self.design_range_k:g} K range"
            )
            wrong.append(Problem("design_approach_k", what, 'give an approach of about 3 to 8 K, or model "merkel"'))
        raise_faults(wrong)
        return self
