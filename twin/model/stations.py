"""A station of the line as a plant file describes it: machines, times, quality, space, people, power."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults
from twin.model.laws import LawName, RandomTime, fixed

EXIT = "exit"
SCRAP = "scrap"
BURN_IN = "burn_in"
ENDS = (EXIT, SCRAP, BURN_IN)
UNLIMITED = "unlimited"
SHARES_TOLERANCE = 1e-6


def _unlimited(value: Any) -> Any:
    """TOML has no word for nothing: "unlimited" stands for it."""
    return None if value == UNLIMITED else value


Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1)]
Ways = str | dict[str, Share]


class Breakdowns(Strict):
    """Failures of one server: times between failures (of work, or by the calendar: *clock*) and of repair.

    The laws are exponential unless said otherwise, with *mtbf_cv* and *mttr_cv*. With a *skill*, a repair waits for
    one of its people, first come first served and before any other work of theirs; without, it begins at once.
    """

    mtbf_h: float = Field(gt=0)
    mttr_min: float = Field(gt=0)
    clock: Literal["operation", "calendar"] = "operation"
    mtbf_law: LawName = "exponential"
    mtbf_cv: float = Field(default=1.0, ge=0)
    mttr_law: LawName = "exponential"
    mttr_cv: float = Field(default=1.0, ge=0)
    skill: str | None = None

    @model_validator(mode="after")
    def _laws_have_no_values(self) -> Self:
        raise_faults(
            Problem(key, "value 'empirical': breakdowns have a mean and a cv", "name another law")
            for key in ("mtbf_law", "mttr_law")
            if getattr(self, key) == "empirical"
        )
        return self

    @property
    def life(self) -> RandomTime:
        """Law of the time from repair to failure [min]."""
        return RandomTime(law=self.mtbf_law, mean_min=self.mtbf_h * 60, cv=self.mtbf_cv)

    @property
    def repair(self) -> RandomTime:
        """Law of the work of a repair [min]."""
        return RandomTime(law=self.mttr_law, mean_min=self.mttr_min, cv=self.mttr_cv)


class SetUp(Strict):
    """A change of product on a server: *time* it takes, *to* a product (none: any) *coming from* another (none: any).

    The most precise entry holds. The first job of a server needs none.
    """

    time: RandomTime
    to: str | None = None
    coming_from: str | None = None


class Batch(Strict):
    """*units* that start together on one server; after *most_wait_min* of the first (none: never) fewer will do."""

    units: int = Field(ge=1)
    most_wait_min: float | None = Field(default=None, ge=0)


class Slotted(Strict):
    """A Bernoulli machine: in each slot of *slot_min* it is up with *up_probability*, and then makes one unit.

    It takes the unit that stood in its buffer at the slot's beginning, and hands it over at the slot's end; it is
    blocked before service, when the next buffer is full and nothing is taken from it in that slot.
    """

    slot_min: float = Field(gt=0)
    up_probability: float = Field(gt=0, le=1)


class Station(Strict):
    """One step of the line.

    *servers* work in parallel ("unlimited": as many as are asked for) and are spread over the line's cells. A job
    takes a *process_time* (by product where that is given), a server, and seats of *skill*: *people_per_job*, or one
    person for *attends_at_once* jobs. *buffer* spaces stand before the station ("unlimited": no end); one that finds
    them full blocks the server it comes from, or is lost (*when_full*).

    A share *first_pass_yield* of the jobs goes on to *next*, *scrap_fraction* is scrapped, the rest goes to
    *on_failure*; a unit that fails here more than *rework_limit* times is scrapped. *next* is a station or an end, or
    a table of them with shares; *choose* says how one is taken.

    *at_shift_end*: a job stops and is resumed, is finished first, or is not started when it could not be finished.
    Power in kW for each server by its state: off (nobody there), idle, setting up, working, down; a machine that is
    set up or down draws the power of an idle one unless said otherwise.
    """

    name: str = Field(min_length=1)
    servers: Annotated[Positive | None, BeforeValidator(_unlimited)] = 1
    process_time: RandomTime = Field(default_factory=lambda: fixed(0.0))
    process_time_by_product: dict[str, RandomTime] = Field(default_factory=dict)
    set_ups: tuple[SetUp, ...] = ()
    queue_rule: Literal["first_come", "same_product_first"] = "first_come"
    first_pass_yield: float = Field(default=1.0, ge=0, le=1)
    scrap_fraction: float = Field(default=0.0, ge=0, le=1)
    rework_limit: int | None = Field(default=None, ge=0)
    next: Ways = EXIT
    next_by_product: dict[str, Ways] = Field(default_factory=dict)
    choose: Literal["by_share", "in_turn", "shortest_queue"] = "by_share"
    on_failure: str = SCRAP
    buffer: Annotated[Annotated[int, Field(ge=0)] | None, BeforeValidator(_unlimited)] = None
    when_full: Literal["block", "lose"] = "block"
    blocking: Literal["after_service", "before_service"] = "after_service"
    slotted: Slotted | None = None
    batch: Batch | None = None
    parts: dict[str, Positive] = Field(default_factory=dict)
    makes: str | None = None
    skill: str | None = None
    attends_at_once: int = Field(default=1, ge=1)
    people_per_job: int = Field(default=1, ge=1)
    calendar: str | None = None
    at_shift_end: Literal["stop", "finish", "do_not_start"] = "stop"
    working_kw: float = Field(default=0.0, ge=0)
    idle_kw: float = Field(default=0.0, ge=0)
    off_kw: float = Field(default=0.0, ge=0)
    set_up_kw: float | None = Field(default=None, ge=0)
    down_kw: float | None = Field(default=None, ge=0)
    heat_fraction: float = Field(default=1.0, ge=0, le=1)
    breakdowns: Breakdowns | None = None

    @model_validator(mode="after")
    def _parts_of_a_station_fit(self) -> Self:
        raise_faults([*self._quality_problems(), *self._work_problems(), *self._people_problems()])
        return self

    def _quality_problems(self) -> list[Problem]:
        found = []
        if self.first_pass_yield + self.scrap_fraction > 1 + SHARES_TOLERANCE:
            what = f"value {self.scrap_fraction:g}: with first_pass_yield {self.first_pass_yield:g} above 1"
            found.append(Problem("scrap_fraction", what, f"give {1 - self.first_pass_yield:g} or less"))
        for key, way in self.ways_passed:
            if isinstance(way, dict) and not way:
                found.append(Problem(key, "an empty table: no way on", "name a station or an end"))
            elif isinstance(way, dict) and self.choose == "by_share" and abs(sum(way.values()) - 1) > SHARES_TOLERANCE:
                found.append(Problem(key, f"shares of {sum(way.values()):g} in all", "let them add up to 1"))
        return found

    def _work_problems(self) -> list[Problem]:
        found = []
        if self.servers is None and self.breakdowns is not None:
            found.append(Problem("breakdowns", "servers without number cannot fail", "give servers a number"))
        if self.batch is not None and self.buffer is not None and self.buffer < self.batch.units:
            what = f"value {self.buffer}: a batch of {self.batch.units} could never gather"
            found.append(Problem("buffer", what, f"give {self.batch.units} or more"))
        if self.batch is not None and self.parts:
            found.append(Problem("batch", "units that are assembled do not start in batches", "use two stations"))
        if self.makes is not None and not self.parts:
            found.append(Problem("makes", f"value {self.makes!r}: of no parts", "add parts, or leave it out"))
        if self.buffer is not None and self.parts and self.buffer < max(self.parts.values()):
            what = f"value {self.buffer}: spaces for each part, {max(self.parts.values())} of one are needed"
            found.append(Problem("buffer", what, f"give {max(self.parts.values())} or more"))
        if self.blocking == "before_service" and self.batch is not None:
            found.append(Problem("blocking", "value 'before_service': not with a batch", "use two stations"))
        found += self._slotted_problems()
        return found

    def _slotted_problems(self) -> list[Problem]:
        if self.slotted is None:
            return []
        plain = Station.model_fields
        asked = (
            "batch", "parts", "set_ups", "breakdowns", "skill", "calendar", "process_time_by_product", "down_kw",
            "set_up_kw", "queue_rule", "at_shift_end", "people_per_job", "attends_at_once",
        )  # fmt: skip
        found = [
            Problem(key, "a slotted machine has none", "leave it out, or leave out slotted")
            for key in asked
            if getattr(self, key) != plain[key].get_default(call_default_factory=True)
        ]
        if self.servers is None:
            found.append(Problem("servers", "value 'unlimited': a slotted machine is counted", "give a number"))
        if self.process_time.mean_min > 0:
            what = f"value {self.process_time.mean_min:g}: a slotted machine takes one slot"
            found.append(Problem("process_time.mean_min", what, "leave out process_time"))
        return found

    def _people_problems(self) -> list[Problem]:
        if self.attends_at_once > 1 and self.people_per_job > 1:
            what = f"value {self.people_per_job}: and one person attends {self.attends_at_once} jobs"
            return [Problem("people_per_job", what, "give one of the two")]
        return []

    @property
    def power_down_kw(self) -> float:
        """Power of a server that is down while people are there."""
        return self.idle_kw if self.down_kw is None else self.down_kw

    @property
    def power_set_up_kw(self) -> float:
        """Power of a server that is set up."""
        return self.idle_kw if self.set_up_kw is None else self.set_up_kw

    @property
    def ways_passed(self) -> list[tuple[str, Ways]]:
        """Ways on of units that pass, with their keys."""
        return [("next", self.next), *((f"next_by_product.{name}", way) for name, way in self.next_by_product.items())]

    @property
    def ways_on(self) -> set[str]:
        """Every station or end that a unit may go to from here with a chance above 0."""
        return self.ways_of(None)

    def ways_of(self, product: str | None) -> set[str]:
        """Every station or end that a unit of *product* (none: of any) may go to from here with a chance above 0."""
        found: set[str] = set()
        if product is None:
            ways = [way for _, way in self.ways_passed]
        else:
            ways = [self.next_by_product.get(product, self.next)]
        for way in ways if self.first_pass_yield > 0 else ():
            found |= {way} if isinstance(way, str) else {goal for goal, share in way.items() if share > 0} or set(way)
        if self.first_pass_yield + self.scrap_fraction < 1 - SHARES_TOLERANCE:
            if self.rework_limit != 0:
                found.add(self.on_failure)
            if self.rework_limit is not None:
                found.add(SCRAP)
        if self.scrap_fraction > 0:
            found.add(SCRAP)
        return found

    @property
    def main_way(self) -> str:
        """Where most units go that pass."""
        if isinstance(self.next, str):
            return self.next
        return max(self.next, key=lambda goal: self.next[goal] if isinstance(self.next, dict) else 0.0)
