"""Burn-in as a plant file describes it: racks of slots in electrical zones, and how units run and fail in them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults
from twin.model.material import HOURS_OF_A_DAY_OR_WEEK
from twin.model.stations import Breakdowns

# A rule of operation, not of the product: after it a unit is as cold as a new one, and its slot is wanted.
# The four hours are an assumption.
LONGEST_PAUSE_H = 4


class RackBreakdowns(Breakdowns):
    """Failures of a rack, which ages by the calendar whether its units burn or not."""

    clock: Literal["calendar"] = "calendar"


class BurnIn(Strict):
    """Racks of slots in which finished units run under load.

    A unit holds a slot from loading to unloading and draws power only while it burns. Infant mortality follows
    a Weibull law (shape below 1); a failed unit frees its slot at the failure and goes to *on_failure*.
    *zone_kw* is the continuous rating of an electrical zone, which *racks_per_zone* racks share: a unit for which it
    has no power left waits in its slot.

    Above *throttle_above_c* at its inlet a unit burns slower, at *throttled_rate* of its progress and
    *throttled_power_fraction* of its power, so that its run lasts longer; above *shut_down_above_c* it is dark.
    *inlet_c* is the temperature at the inlet in each hour of the day or of the week, for `twin line` (none: never hot).

    `twin line` has hands enough unless it is given *crews*, who keep *crew_calendar* (none: always there); runs begin
    at once, or in hours of the day or week that *power_on_h* names; *ceiling_kw*, by hour of the day or week, is the
    most that burn-in may draw: no run begins that would pass it, and interruptible ones pause for it. A plan decides
    all of this by itself, and does not read these four.

    An *interruptible* run may be paused on the hour: its own hours are then cut into blocks of at least
    *minimum_block_h*, and each restart burns *restart_penalty_h* more. A pause lasts `LONGEST_PAUSE_H` at most.
    """

    hours: float = Field(gt=0)
    slots_per_rack: int = Field(ge=1)
    racks: int = Field(ge=1)
    least_racks: int = Field(ge=1)
    most_racks: int = Field(ge=1)
    zone_kw: float = Field(gt=0)
    racks_per_zone: int = Field(default=1, ge=1)
    load_min: float = Field(ge=0)
    unload_min: float = Field(ge=0)
    people_per_crew: int = Field(ge=1)
    skill: str
    infant_weibull_shape: float = Field(gt=0, le=1)
    infant_weibull_scale_h: float = Field(gt=0)
    rack_breakdowns: RackBreakdowns | None = None
    interruptible: bool = False
    minimum_block_h: float = Field(default=1.0, gt=0)
    restart_penalty_h: float = Field(default=0.0, ge=0)
    throttle_above_c: float = Field(default=40.0, gt=0, le=100)
    shut_down_above_c: float = Field(default=47.0, gt=0, le=100)
    throttled_rate: float = Field(default=0.9, gt=0, le=1)
    throttled_power_fraction: float = Field(default=0.9, gt=0, le=1)
    inlet_c: tuple[float, ...] = ()
    crews: int | None = Field(default=None, ge=1)
    crew_calendar: str | None = None
    power_on_h: tuple[Annotated[int, Field(ge=0, lt=168)], ...] = ()
    ceiling_kw: tuple[Annotated[float, Field(ge=0)], ...] = ()
    next: str
    on_failure: str

    @model_validator(mode="after")
    def _racks_in_range(self) -> Self:
        least, most = self.least_racks, self.most_racks
        if least > most:
            cure = "give a smaller least_racks or a larger most_racks"
            raise_faults([Problem("least_racks", f"value {least}: above most_racks {most}", cure)])
        if not least <= self.racks <= most:
            cure = f"give {least} to {most}, or change least_racks or most_racks"
            raise_faults([Problem("racks", f"value {self.racks}: outside {least} to {most}", cure)])
        return self

    @model_validator(mode="after")
    def _block_in_run(self) -> Self:
        is_asked = self.interruptible or "minimum_block_h" in self.model_fields_set
        if is_asked and self.minimum_block_h > self.hours:
            what = f"value {self.minimum_block_h:g}: longer than the run of {self.hours:g} h"
            raise_faults([Problem("minimum_block_h", what, "give at most hours")])
        return self

    @model_validator(mode="after")
    def _heat_is_in_order(self) -> Self:
        wrong = []
        if self.rack_breakdowns is not None and self.rack_breakdowns.skill is not None:
            what = f"value {self.rack_breakdowns.skill!r}: the repair of racks is not done by the line's people"
            wrong.append(Problem("rack_breakdowns.skill", what, "leave it out"))
        if self.shut_down_above_c < self.throttle_above_c:
            what = f"value {self.shut_down_above_c:g}: below throttle_above_c {self.throttle_above_c:g}"
            wrong.append(Problem("shut_down_above_c", what, f"give {self.throttle_above_c:g} or more"))
        if self.inlet_c and len(self.inlet_c) not in HOURS_OF_A_DAY_OR_WEEK:
            wrong.append(Problem("inlet_c", f"{len(self.inlet_c)} temperatures", "give 24, or 168"))
        if self.ceiling_kw and len(self.ceiling_kw) not in HOURS_OF_A_DAY_OR_WEEK:
            wrong.append(Problem("ceiling_kw", f"{len(self.ceiling_kw)} ceilings", "give 24, or 168"))
        if self.crew_calendar is not None and self.crews is None:
            wrong.append(Problem("crew_calendar", "nobody keeps it", "give crews, or leave it out"))
        raise_faults(wrong)
        return self

    @property
    def crew_people(self) -> dict[str, int]:
        """The people of one burn-in crew, by skill."""
        return {self.skill: self.people_per_crew}

    @property
    def most_interruptions(self) -> int:
        """How often one run may be paused: one less than the whole blocks in it; 0 when it may not."""
        return max(int(self.hours / self.minimum_block_h + 1e-9) - 1, 0) if self.interruptible else 0

    def failure_share(self, hours: float) -> float:
        """Share of units that fail within *hours* [h] of burn-in: 1 - exp(-(t/scale)^shape)."""
        from math import exp

        return 1.0 - exp(-((hours / self.infant_weibull_scale_h) ** self.infant_weibull_shape))
