"""Pumps of chilled and condenser water."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults

FULL_FLOW_TOLERANCE = 0.05


class Pump(Strict):
    """A pump of constant or variable speed: design point, efficiencies, and its power at part flow.

    Flow [m3/s] and head [Pa] at the design point; the static part of the head [Pa] (open tower basins, valves held
    at a pressure) stays at any flow. Power at part flow x of a variable-speed pump, over design power, is one of:
    what the static head asks (nothing given); *part_load_curve* c1 + c2 x + c3 x2 + c4 x3, the four coefficients of
    EnergyPlus; *power_law* (a, b, c) for a + b x^c. *least_flow_fraction* is the least flow of a running pump.
    *motor_heat_to_fluid_fraction* of what motor and drive lose warms the water too. The price is in the chiller's.
    """

    name: str
    design_flow_m3_per_s: float = Field(gt=0)
    design_head_pa: float = Field(gt=0)
    static_head_pa: float = Field(default=0.0, ge=0)
    pump_efficiency: float = Field(gt=0, le=1)
    motor_efficiency: float = Field(gt=0, le=1)
    drive_efficiency: float = Field(default=1.0, gt=0, le=1)
    speed: Literal["constant", "variable"]
    part_load_curve: tuple[float, ...] | None = Field(default=None, min_length=4, max_length=4)
    power_law: tuple[float, ...] | None = Field(default=None, min_length=3, max_length=3)
    least_flow_fraction: float = Field(default=0.0, ge=0, lt=1)
    motor_heat_to_fluid_fraction: float = Field(default=0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _power_at_part_flow_is_one_thing(self) -> Self:
        raise_faults([*self._contradictions(), *self._curve_problems(), *self._law_problems()])
        return self

    def _contradictions(self) -> list[Problem]:
        given = [key for key in ("part_load_curve", "power_law") if getattr(self, key) is not None]
        wrong = []
        if self.static_head_pa >= self.design_head_pa:
            what = f"value {self.static_head_pa:g}: not below design_head_pa {self.design_head_pa:g}"
            wrong.append(Problem("static_head_pa", what, f"give less than {self.design_head_pa:g}"))
        if len(given) > 1:
            wrong.append(Problem("power_law", "stands beside part_load_curve", "give one of them"))
        if given and self.speed == "constant":
            what = "a pump of constant speed takes its design power whenever it runs"
            wrong += [Problem(key, what, "leave it out, or make the speed variable") for key in given]
        elif given and self.static_head_pa > 0:
            what = f"value {self.static_head_pa:g}: {given[0]} says already what the pump takes at part flow"
            wrong.append(Problem("static_head_pa", what, f"leave out one of static_head_pa and {given[0]}"))
        return wrong

    def _curve_problems(self) -> list[Problem]:
        if self.part_load_curve is None:
            return []
        c1, c2, c3, c4 = self.part_load_curve
        low = self.least_flow_fraction
        flows = [low + (1.0 - low) * step / 50 for step in range(51)]
        powers = [c1 + x * (c2 + x * (c3 + x * c4)) for x in flows]
        shown = f"value {list(self.part_load_curve)} of c1 + c2 x + c3 x2 + c4 x3"
        wrong = []
        if abs(powers[-1] - 1.0) > FULL_FLOW_TOLERANCE:
            wrong.append(Problem("part_load_curve", f"{shown}: {powers[-1]:g} at full flow", "give a sum of 1"))
        least, at = min(zip(powers, flows, strict=True))
        if least < -1e-9:
            cure = "mend the curve, or raise least_flow_fraction"
            wrong.append(Problem("part_load_curve", f"{shown}: {least:.3g} at flow {at:.2f}", cure))
        if any(right < left - 1e-9 for left, right in pairwise(powers)):
            what = f"{shown}: more flow takes less power somewhere"
            wrong.append(Problem("part_load_curve", what, "mend the curve, or raise least_flow_fraction"))
        return wrong

    def _law_problems(self) -> list[Problem]:
        if self.power_law is None:
            return []
        a, b, c = self.power_law
        shown = f"value {list(self.power_law)} of a + b x^c"
        rules = (
            (a < 0, f"a = {a:g} is no power of an idling pump", "give a of 0 or more"),
            (b <= 0, f"b = {b:g} does not rise with flow", "give b above 0"),
            (not 1.0 <= c <= 3.0, f"c = {c:g}", "give c between 1 and 3"),
            (abs(a + b - 1.0) > FULL_FLOW_TOLERANCE, f"a + b = {a + b:g} at full flow", "give a and b of sum 1"),
        )
        return [Problem("power_law", f"{shown}: {what}", cure) for is_broken, what, cure in rules if is_broken]
