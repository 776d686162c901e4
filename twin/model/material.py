"""How material comes to the line: at random intervals, by plan, by a rate that changes over the week, or always."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults
from twin.model.laws import RandomTime

HOURS_OF_A_DAY_OR_WEEK = (24, 168)


class Arrivals(Strict):
    """Material for the station *at* (default: the line's first): *units_each* of *product* at a time.

    One of: an *interval* of random length; *times_h* of the run; *units_per_h*, a rate for each hour of the day or
    of the week, kept exactly, or *at_random* as a Poisson stream. With none of them material is always there. *mix*
    gives the shares of several products in place of one. The first arrival of an *interval* comes after *first_min*.
    An arrival that finds the buffer full is turned away, or waits outside (*when_full*).
    """

    at: str | None = None
    product: str | None = None
    mix: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    interval: RandomTime | None = None
    times_h: tuple[Annotated[float, Field(ge=0)], ...] = ()
    units_per_h: tuple[Annotated[float, Field(ge=0)], ...] = ()
    at_random: bool = False
    units_each: int = Field(default=1, ge=1)
    first_min: float = Field(default=0.0, ge=0)
    when_full: Literal["lose", "wait"] = "lose"

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        wrong = []
        given = [key for key in ("interval", "times_h", "units_per_h") if getattr(self, key)]
        if len(given) > 1:
            wrong.append(Problem(given[1], f"{' and '.join(given)} are given", "give one of them"))
        if self.interval is not None and self.interval.mean_min <= 0:
            what = f"value {self.interval.mean_min:g}: no interval"
            wrong.append(Problem("interval.mean_min", what, "give more"))
        if list(self.times_h) != sorted(self.times_h):
            wrong.append(Problem("times_h", "times that go back", "sort them"))
        if self.units_per_h and (len(self.units_per_h) not in HOURS_OF_A_DAY_OR_WEEK or sum(self.units_per_h) <= 0):
            what = f"{len(self.units_per_h)} rates, {sum(self.units_per_h):g} units in all"
            wrong.append(Problem("units_per_h", what, "give 24 or 168, not all of them 0"))
        if self.at_random and not self.units_per_h:
            wrong.append(Problem("at_random", "is for units_per_h", "give units_per_h, or an exponential interval"))
        if self.mix and (self.product is not None or sum(self.mix.values()) <= 0):
            what = "product is given too" if self.product is not None else "no share above 0"
            wrong.append(Problem("mix", what, "give shares of products, and no product"))
        raise_faults(wrong)
        return self

    @property
    def always(self) -> bool:
        """Material is always there."""
        return self.interval is None and not self.times_h and not self.units_per_h

    @property
    def ends(self) -> bool:
        """No more than a fixed number of units ever comes."""
        return bool(self.times_h)
