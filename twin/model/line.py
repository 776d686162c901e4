"""The line as a plant file describes it: a network of stations, its people, its material, its carriers."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from sites.validation import Strict, raise_faults
from twin.model.line_checks import network_problems
from twin.model.material import Arrivals
from twin.model.stations import Station
from twin.model.working_time import Calendar


class Crew(Strict):
    """The people of one crew for one cell, by skill; *absence_fraction* of them do not come on a day."""

    people: dict[str, Annotated[int, Field(ge=0)]]
    absence_fraction: float = Field(default=0.0, ge=0, lt=1)

    @property
    def size(self) -> int:
        """Number of people in the crew."""
        return sum(self.people.values())


class Operators(Strict):
    """A group of *people* of whom each has all of its *skills*, and works wherever one of them is wanted.

    They keep a *calendar* (none: always there); *absence_fraction* of them do not come on a day. Free people go to
    the repair of machines first, then to the station that is furthest down the line.
    """

    name: str = Field(min_length=1)
    people: int = Field(ge=0)
    skills: tuple[str, ...] = Field(min_length=1)
    calendar: str | None = None
    absence_fraction: float = Field(default=0.0, ge=0, lt=1)


class Carriers(Strict):
    """A closed loop: *count* carriers (pallets) go round from the start of work at *first* to the end of it at *last*.

    A unit that holds one keeps it until it has left *last*, or the line.
    """

    name: str = Field(min_length=1)
    count: int = Field(ge=1)
    first: str
    last: str


class Line(Strict):
    """A directed network of stations.

    *first* (default: the first in the file) is the station that material enters. With n of *cells* staffed, n/cells
    of every station's servers and of every crew's people are there; *operators* come in groups of their own.
    *wip_limit_per_cell* caps the units between the first station and the burn-in door (none: no cap). Without
    *arrivals* the first station is always fed.
    """

    cells: int = Field(default=1, ge=1)
    first: str
    wip_limit_per_cell: int | None = Field(default=None, ge=1)
    crew: Crew = Crew(people={})
    operators: tuple[Operators, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    carriers: tuple[Carriers, ...] = ()
    arrivals: tuple[Arrivals, ...] = ()
    stations: tuple[Station, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        """One table of arrivals stands for a list of one; the first station in the file is where material enters."""
        if not isinstance(data, dict):
            return data
        filled = dict(data)
        if isinstance(filled.get("arrivals"), dict):
            filled["arrivals"] = [filled["arrivals"]]
        stations = filled.get("stations")
        if "first" not in filled and isinstance(stations, list | tuple) and stations:
            first = stations[0]
            name = first.get("name") if isinstance(first, dict) else getattr(first, "name", None)
            if isinstance(name, str):
                filled["first"] = name
        return filled

    @model_validator(mode="after")
    def _network_closes(self) -> Self:
        raise_faults(network_problems(self))
        return self

    @property
    def material(self) -> tuple[Arrivals, ...]:
        """Everything that comes from outside: the arrivals, or material that is always at the first station."""
        return self.arrivals or (Arrivals(at=self.first),)

    def reached(self) -> set[str]:
        """Stations and ends that a unit which passes every test comes to, from the first station on."""
        onward = {station.name: station.main_way for station in self.stations}
        here, found = self.first, set[str]()
        while here not in found:
            found.add(here)
            here = onward.get(here, here)
        return found

    def station(self, name: str) -> Station:
        """Return the station of that name; raises `KeyError` when there is none."""
        for station in self.stations:
            if station.name == name:
                return station
        raise KeyError(name)

    def calendar(self, name: str) -> Calendar:
        """Return the calendar of that name; raises `KeyError` when there is none."""
        for calendar in self.calendars:
            if calendar.name == name:
                return calendar
        raise KeyError(name)
