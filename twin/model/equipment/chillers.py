"""Chillers on EnergyPlus/DOE-2 curves."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults
from twin.model.equipment.chiller_sets import (
    WATER_RANGE,
    Condenser,
    part_load_problems,
    sets,
    unknown_set,
)
from twin.model.equipment.spares import spare_problems

AIR_RANGE = ("outdoor_low_c", "outdoor_high_c")


class Chiller(Strict):
    """A chiller on EnergyPlus/DOE-2 curves: capacity [kW_th], COP, curves, their ranges, and what it costs.

    *curve_set* names a set of `chiller_sets`: what the file does not write itself is taken from there. An air-cooled
    chiller gives the range of its curves as *outdoor_low_c* and *outdoor_high_c*, a water-cooled one as
    *condenser_water_low_c* and *condenser_water_high_c*; *supply_low_c* and *supply_high_c* are their range of leaving
    chilled water, unlimited where not given; *capacity_curve_limits* and *power_temperature_curve_limits* the least and
    the most that those curves may give. Part-load limits as EnergyPlus has them: below *minimum_part_load_ratio*
    it cycles, below *minimum_unloading_ratio* hot gas makes up the load. *condenser_fan_kw_per_kw_th*, by reference
    capacity, is for fans that the COP does not hold. *compressor_heat_to_condenser_fraction* of its power leaves by
    the condenser, the rest warms the room.
    """

    name: str
    curve_set: str = ""
    condenser: Condenser = Field(default="air", validate_default=True)
    capacity_kw_th: float = Field(gt=0)
    cop: float = Field(gt=0)
    capacity_curve: tuple[float, ...] = Field(min_length=6, max_length=6)
    power_temperature_curve: tuple[float, ...] = Field(min_length=6, max_length=6)
    power_part_load_curve: tuple[float, ...] = Field(min_length=3, max_length=3)
    capacity_curve_limits: tuple[float, ...] | None = Field(default=None, min_length=2, max_length=2)
    power_temperature_curve_limits: tuple[float, ...] | None = Field(default=None, min_length=2, max_length=2)
    outdoor_low_c: float | None = Field(default=None, ge=-60, le=60, validate_default=True)
    outdoor_high_c: float | None = Field(default=None, ge=-60, le=80, validate_default=True)
    condenser_water_low_c: float | None = Field(default=None, ge=-10, le=60, validate_default=True)
    condenser_water_high_c: float | None = Field(default=None, ge=-10, le=80, validate_default=True)
    supply_low_c: float | None = Field(default=None, ge=-20, le=40)
    supply_high_c: float | None = Field(default=None, ge=-20, le=40)
    minimum_part_load_ratio: float = Field(default=0.0, ge=0, lt=1)
    minimum_unloading_ratio: float = Field(default=0.0, ge=0, lt=1)
    maximum_part_load_ratio: float = Field(default=1.0, ge=1, le=1.5)
    compressor_heat_to_condenser_fraction: float = Field(default=1.0, ge=0, le=1)
    condenser_fan_kw_per_kw_th: float = Field(default=0.0, ge=0, lt=1)
    supply_c: float = Field(ge=-10, le=30)
    pump_kw_per_kw_th: float = Field(ge=0)
    usd_each: float = Field(gt=0)
    most: int = Field(ge=1)
    spare: int = Field(ge=0)
    life_years: int = Field(ge=1)

    @model_validator(mode="before")
    @classmethod
    def _filled_from_its_set(cls, data: Any) -> Any:
        """Take from the set it names what the file does not write itself."""
        name = data.get("curve_set") if isinstance(data, dict) else None
        if not isinstance(name, str) or not name:
            return data
        # An unknown name is refused where it stands. Any set fills in for it, so that what else is wrong with the
        # table is told too, and not that the curves are missing.
        known = sets()
        filling = known.get(name, next(iter(known.values()))).plant_keys()
        if name not in known and data.get("condenser") == "water":
            filling = next(one.plant_keys() for one in known.values() if one.condenser == "water")
        return {**filling, **data}

    @field_validator("curve_set")
    @classmethod
    def _is_shipped(cls, name: str) -> str:
        if name and name not in sets():
            raise_faults([Problem("", *unknown_set(name))])
        return name

    @field_validator("condenser")
    @classmethod
    def _is_that_of_its_set(cls, condenser: Condenser, info: ValidationInfo) -> Condenser:
        name = info.data.get("curve_set")
        if name and sets()[name].condenser != condenser:
            what = f"value {condenser!r}: {name} has curves of {sets()[name].condenser} at the condenser"
            raise_faults([Problem("", what, f"leave it out, or name a set cooled by {condenser}")])
        return condenser

    @field_validator(*AIR_RANGE, *WATER_RANGE)
    @classmethod
    def _ranges_fit_the_condenser(cls, value: float | None, info: ValidationInfo) -> float | None:
        condenser = info.data.get("condenser")
        if condenser is None:
            return value  # refused already
        is_due = info.field_name in (AIR_RANGE if condenser == "air" else WATER_RANGE)
        if is_due and value is None:
            raise_faults([Problem("", "missing", "add it")])
        if not is_due and value is not None:
            what = f"value {value:g}: the condenser is cooled by {condenser}"
            raise_faults([Problem("", what, "leave it out, or change condenser")])
        return value

    @field_validator("power_part_load_curve")
    @classmethod
    def _convex_and_rising(cls, curve: tuple[float, ...]) -> tuple[float, ...]:
        """Refuse a part-load curve that chords cannot follow: it must be convex, above nil and rising to 1."""
        raise_faults(part_load_problems(curve))
        return curve

    @field_validator("capacity_curve_limits", "power_temperature_curve_limits")
    @classmethod
    def _limits_stand_in_order(cls, limits: tuple[float, ...] | None) -> tuple[float, ...] | None:
        if limits is not None and not 0.0 < limits[0] < limits[1]:
            raise_faults(
                [Problem("", f"value {list(limits)}: not a least above nil and a most above it", "order them")]
            )
        return limits

    @property
    def condenser_range_c(self) -> tuple[float, float]:
        """Lowest and highest temperature [C] of what enters the condenser, outdoor air or water, in the curves."""
        low, high = (getattr(self, key) for key in (AIR_RANGE if self.condenser == "air" else WATER_RANGE))
        return float(low), float(high)

    @model_validator(mode="after")
    def _works_in_its_range(self) -> Self:
        wrong = [
            *self._part_load_problems(),
            *self._supply_problems(),
            *spare_problems(self.spare, self.most, "chillers"),
        ]
        low, high = self.condenser_range_c
        if low >= high:
            low_key, high_key = AIR_RANGE if self.condenser == "air" else WATER_RANGE
            what = f"value {low:g}: not below {high_key} {high:g}"
            wrong.append(Problem(low_key, what, f"give less than {high:g}"))
            raise_faults(wrong)
        raise_faults([*wrong, *self._curve_problems(low, high)])
        return self

    def _part_load_problems(self) -> list[Problem]:
        if self.minimum_unloading_ratio >= self.minimum_part_load_ratio:
            return []
        least = self.minimum_part_load_ratio
        what = f"value {self.minimum_unloading_ratio:g}: below minimum_part_load_ratio {least:g}, where it cycles"
        return [Problem("minimum_unloading_ratio", what, f"give {least:g} or more")]

    def _supply_problems(self) -> list[Problem]:
        low, high = self.supply_low_c, self.supply_high_c
        if low is not None and high is not None and low >= high:
            return [Problem("supply_low_c", f"value {low:g}: not below supply_high_c {high:g}", "exchange them")]
        if (low is None or low <= self.supply_c) and (high is None or self.supply_c <= high):
            return []
        bounds = " ".join(f"{word} {bound:g} C" for word, bound in (("from", low), ("to", high)) if bound is not None)
        what = f"value {self.supply_c:g}: the curves are known for leaving chilled water {bounds}"
        return [Problem("supply_c", what, "supply within them, or name a chiller made for it")]

    def _curve_problems(self, low: float, high: float) -> list[Problem]:
        """Curves that give no capacity or no power anywhere in their own range at the plant's supply temperature."""
        wrong = []
        where = "outdoors" if self.condenser == "air" else "entering the condenser"
        for key in ("capacity_curve", "power_temperature_curve"):
            a, b, c, d, e, f = getattr(self, key)
            steps = (low + (high - low) * step / 20 for step in range(21))
            x = self.supply_c
            least, at = min((a + b * x + c * x * x + d * y + e * y * y + f * x * y, y) for y in steps)
            if least <= 0:
                what = f"value {list(getattr(self, key))}: {least:.3g} of the rating at {at:.1f} C {where}"
                keys = " and ".join(AIR_RANGE if self.condenser == "air" else WATER_RANGE)
                wrong.append(Problem(key, what, f"mend the curve, or narrow {keys}"))
        return wrong
