"""The assembly line as a plant file describes it: stations, what they need, and where units go next."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sites.validation import Strict

EXIT = "exit"
SCRAP = "scrap"
BURN_IN = "burn_in"
Law = Literal["deterministic", "exponential", "gamma", "lognormal", "weibull"]


class RandomTime(Strict):
    """A random time: its *law*, its mean [min] and its coefficient of variation (0 for a fixed time)."""

    law: Law = "gamma"
    mean_min: float = Field(ge=0)
    cv: float = Field(default=0.0, ge=0)


class Breakdowns(Strict):
    """Failures of one server: exponential times between failures (on a *clock*) and of repair."""

    mtbf_h: float = Field(gt=0)
    mttr_min: float = Field(gt=0)
    clock: Literal["operation", "calendar"] = "operation"


class Station(Strict):
    """One step of the line.

    *servers* work in parallel (none: unlimited) and are spread over the line's cells; *buffer* spaces stand before
    it (none: unlimited); a share *first_pass_yield* goes on to *next*, the rest to *on_failure*. A job needs a
    server and one seat of *skill*, of which one person offers *attends_at_once*. Power in kW for each server.
    """

    name: str
    servers: int | None = Field(default=1, ge=1)
    process_time: RandomTime
    first_pass_yield: float = Field(default=1.0, gt=0, le=1)
    next: str = EXIT
    on_failure: str = SCRAP
    buffer: int | None = Field(default=None, ge=0)
    skill: str | None = None
    attends_at_once: int = Field(default=1, ge=1)
    working_kw: float = Field(default=0.0, ge=0)
    idle_kw: float = Field(default=0.0, ge=0)
    breakdowns: Breakdowns | None = None


class Arrivals(Strict):
    """Material from outside at random intervals; without it the first station is always fed."""

    interval: RandomTime


class BurnIn(Strict):
    """Racks of slots in which finished units run under load.

    A unit holds a slot from loading to unloading and draws power only while it burns. Infant mortality follows
    a Weibull law (shape below 1); a failed unit frees its slot at the failure and goes to *on_failure*.
    *zone_kw* is the continuous rating of a rack's electrical zone.
    """

    hours: float = Field(gt=0)
    slots_per_rack: int = Field(ge=1)
    racks: int = Field(ge=1)
    least_racks: int = Field(ge=1)
    most_racks: int = Field(ge=1)
    zone_kw: float = Field(gt=0)
    load_min: float = Field(ge=0)
    unload_min: float = Field(ge=0)
    people_per_crew: int = Field(ge=1)
    skill: str
    infant_weibull_shape: float = Field(gt=0, le=1)
    infant_weibull_scale_h: float = Field(gt=0)
    rack_breakdowns: Breakdowns | None = None
    next: str
    on_failure: str

    @model_validator(mode="after")
    def _racks_in_range(self) -> Self:
        if not self.least_racks <= self.racks <= self.most_racks:
            raise ValueError(f"racks {self.racks} outside {self.least_racks} to {self.most_racks}")
        return self

    def failure_share(self, hours: float) -> float:
        """Share of units that fail within *hours* [h] of burn-in: 1 - exp(-(t/scale)^shape)."""
        from math import exp

        return 1.0 - exp(-((hours / self.infant_weibull_scale_h) ** self.infant_weibull_shape))


class Crew(Strict):
    """The people of one crew for one cell, by skill."""

    people: dict[str, int]

    @property
    def size(self) -> int:
        """Number of people in the crew."""
        return sum(self.people.values())


class Line(Strict):
    """A directed network of stations, staffed by cells.

    *first* is the station that material enters. With n of *cells* staffed, n/cells of every station's servers and
    of every skill's people are there. *wip_limit_per_cell* caps the units between the first station and the
    burn-in door (none: no cap).
    """

    cells: int = Field(default=1, ge=1)
    first: str
    wip_limit_per_cell: int | None = Field(default=None, ge=1)
    crew: Crew = Crew(people={})
    arrivals: Arrivals | None = None
    stations: tuple[Station, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _network_closes(self) -> Self:
        names = [station.name for station in self.stations]
        known = {*names, EXIT, SCRAP, BURN_IN}
        wrong = [f"{n} stands twice" for n in sorted({n for n in names if names.count(n) > 1})]
        if self.first not in names:
            wrong.append(f"first = {self.first!r} is no station")
        for station in self.stations:
            wrong += [
                f"{station.name}: {way} = {goal!r} is no station"
                for way, goal in (("next", station.next), ("on_failure", station.on_failure))
                if goal not in known
            ]
            if station.skill and self.crew.people and station.skill not in self.crew.people:
                wrong.append(f"{station.name}: skill {station.skill!r} is in no crew")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def station(self, name: str) -> Station:
        """Return the station of that name; raises `KeyError` when there is none."""
        for station in self.stations:
            if station.name == name:
                return station
        raise KeyError(name)
