"""A line put together from its description, and run."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, nextafter
from typing import Any

from twin.model.burn_in import BurnIn
from twin.model.line import Line
from twin.model.material import Arrivals
from twin.model.stations import BURN_IN, EXIT, SCRAP
from twin.sim.line.attendance import Attendance
from twin.sim.line.build import (
    Workshop,
    build_pools,
    build_stations,
    downstream_first,
    in_circles,
    names_of_products,
    ways_back,
)
from twin.sim.line.cards import Cards
from twin.sim.line.carriers import Loop
from twin.sim.line.deadlock import look_for_standstill
from twin.sim.line.energy import Level, Meter
from twin.sim.line.invariants import check
from twin.sim.line.log import EventLog
from twin.sim.line.pauses import Pauses
from twin.sim.line.power_on import DemandLimiter, PowerOn
from twin.sim.line.racks import BurnInArea
from twin.sim.line.routing import Router
from twin.sim.line.shifts import Staffing
from twin.sim.line.slotted import SlotClock, SlottedStation
from twin.sim.line.source import MATERIAL, Source
from twin.sim.line.special import SpecialStation
from twin.sim.line.streams import Streams
from twin.sim.line.timer import LAST, MINUTES_PER_HOUR, Clock, late, occurrence
from twin.sim.line.unit import Sink, Target, Unit

LOST = "lost"


@dataclass(frozen=True, slots=True)
class Controls:
    """How a line is run, apart from its machines.

    *staffing* (none: everybody, always); burn-in *racks* (none: slots without end) and *loaders* who never leave
    (False: the crews of the staffing); *release_at_min* and *power_on* as in `Source` and `PowerOn`; *limit_kw*, a
    ceiling on burn-in power [kW] by hour of the run; *ceiling_units*, a ceiling on the units that burn, for which runs
    are paused where they may be; *inlet_c*, the temperature at the miners' inlet by hour of the run. With *by_hour*
    levels and meters are read at each full hour; with *log* every event is noted.
    """

    staffing: Staffing | None = None
    racks: int | None = None
    loaders: bool = False
    release_at_min: Sequence[float] | None = None
    power_on: PowerOn = field(default_factory=PowerOn)
    limit_kw: Sequence[float] | None = None
    ceiling_units: Sequence[float] | None = None
    inlet_c: Sequence[float] | None = None
    by_hour: bool = False
    log: bool = False


class Network:
    """The line while it runs: stations, people, material, burn-in, meters, and the ways out.

    Parameters: *line*; *burn_in* (none: units leave at the door); *products*, the power [kW] of a unit that burns by
    name (a number: of the only one); *hours* of the run; *controls*; *streams* of random numbers.
    """

    def __init__(
        self,
        line: Line,
        burn_in: BurnIn | None,
        products: Mapping[str, float] | float,
        hours: int,
        controls: Controls,
        streams: Streams,
    ) -> None:
        self.line, self.hours, self.controls = line, hours, controls
        self.env = Clock()
        self.meter, self.burn_meter = Meter(), Meter()
        self.wip = Level()
        power_kw = dict(products) if isinstance(products, Mapping) else {}
        self.products = names_of_products(line, list(power_kw))
        self.log = EventLog(self.products) if controls.log else None
        self.cards = Cards(line.wip_limit_per_cell)
        self.sources = self._build_sources(streams)
        self.source = self.sources[0]
        self.shipped = self._sink("shipped", EXIT, self.cards.card_back)
        self.scrapped = self._sink("scrapped", SCRAP, self.cards.lost)
        self.lost = self._sink(LOST, LOST, self.cards.lost)
        # Units that went into others: how many, and what their times in the plant were.
        self.absorbed = 0
        self.absorbed_min = 0.0
        self.pools, self.groups, self.skills = build_pools(line, streams)
        shop = Workshop(self.env, self.meter, streams, self.products, self.absorb)
        self.stations = build_stations(line, shop, self.skills)
        self.by_name = {station.name: station for station in self.stations}
        self.loops = [Loop(spec) for spec in line.carriers]
        self.area = self._build_area(burn_in, products, streams)
        self.attendance = Attendance(
            controls.staffing or Staffing.always(line.cells),
            {calendar.name: calendar for calendar in line.calendars},
            hours,
            daily=line.crew.absence_fraction > 0 or any(group.absence_fraction for group in line.operators),
        )
        self._connect(streams)
        self.records: dict[str, list[float]] = {}

    # ------------------------------------------------------------------ building

    def _build_sources(self, streams: Streams) -> list[Source]:
        plan = self.controls.release_at_min  # takes the place of chance where the line begins
        found = []
        for number, spec in enumerate(self.line.material):
            at_first = (spec.at or self.line.first) == self.line.first
            cards, release = (self.cards, plan) if at_first else (None, None)
            owner = _owner(self.line.material, number)
            found.append(Source(self.env, spec, owner, self.products, streams, self.wip, cards, release))
        return found

    def _sink(self, name: str, event: str, card_back: Any) -> Sink:
        sink = Sink(name, event, self.hours, len(self.products), self.wip, card_back)
        sink.log = self.log
        return sink

    def _build_area(
        self, burn_in: BurnIn | None, products: Mapping[str, float] | float, streams: Streams
    ) -> BurnInArea | None:
        if burn_in is None:
            return None
        controls = self.controls
        if isinstance(products, Mapping):
            power_kw = [products.get(name, 0.0) for name in self.products]
        else:
            power_kw = [products] * len(self.products)
        area = BurnInArea(
            self.env, burn_in, power_kw, controls.racks, controls.power_on,
            self.cards, self.burn_meter, streams, self.hours, controls.inlet_c,
        )  # fmt: skip
        area.log = self.log
        if controls.limit_kw is not None:
            area.limiter = DemandLimiter(controls.limit_kw)
        if controls.ceiling_units is not None and burn_in.most_interruptions:
            area.pauses = Pauses(self.env, area, burn_in, controls.ceiling_units)
        return area

    def _connect(self, streams: Streams) -> None:
        targets: dict[str, Target] = {EXIT: self.shipped, SCRAP: self.scrapped, **self.by_name}
        targets[BURN_IN] = self.area if self.area is not None else self.shipped
        circles, back = in_circles(self.line), ways_back(self.line, self.area)
        for number, station in enumerate(self.stations):
            station.number = number
            station.log = self.log
            station.connect(
                Router(station.spec, targets, self.scrapped, self.products, streams, back[station.name]), self.lost
            )
            station.in_circle = station.name in circles
            if isinstance(station, SpecialStation):
                station.closes_min = self._closes_min
        if self.area is not None:
            self.area.next = targets[self.area.spec.next]
            self.area.on_failure = targets[self.area.spec.on_failure]
        for loop, spec in zip(self.loops, self.line.carriers, strict=True):
            first = self.by_name[spec.first]
            assert isinstance(first, SpecialStation)
            first.loops_beginning.append(loop)
            loop.first = first
            self.by_name[spec.last].loops_ending.append(loop)
        self._downstream_first = downstream_first(self.line, self.stations, self.area)
        for station in self._downstream_first:
            for pool in {*station.pools_there, station.pool}:
                pool.stations.append(station)

    def absorb(self, main: Unit, others: list[Unit], now_min: float) -> None:
        """*others* go into *main*, which has been in the plant since the first of them came."""
        since_min = min(unit.entered_min for unit in (main, *others))
        self.absorbed += len(others)
        self.absorbed_min += sum(now_min - unit.entered_min for unit in others) - (main.entered_min - since_min)
        main.entered_min = since_min
        self.wip.change(now_min, -float(len(others)))
        for unit in others:
            held, unit.carriers = unit.carriers or (), None
            for loop in held:
                loop.give_back(now_min)
            if unit.carded:
                unit.carded = False
                self.cards.card_back(now_min)

    # ------------------------------------------------------------------ running

    def start(self) -> None:
        """Put staff and material in place at minute 0."""
        if self.area is not None and self.controls.loaders:
            self.area.hands.staff(inf, 0.0)
        self._change_staff()
        for source, spec in zip(self.sources, self.line.material, strict=True):
            source.log = self.log
            source.start(self.by_name[spec.at or self.line.first])
        self._pull_all(0.0)
        for slot_min in sorted({s.spec.slotted.slot_min for s in self.stations if s.spec.slotted is not None}):
            beating = [
                s for s in self._downstream_first
                if isinstance(s, SlottedStation) and s.spec.slotted is not None and s.spec.slotted.slot_min == slot_min
            ]  # fmt: skip
            SlotClock(self.env, slot_min, beating)
        self.env.process(self.attendance.keep(self.env, self._change_staff))
        if self.controls.by_hour:
            self.env.process(self._record_hours())

    def run_until(self, minute: float) -> None:
        """Run until *minute*, all events of that very moment included."""
        # Later than the latest of that moment; a stop by number would come before them once the clock has been there.
        stop = occurrence(self.env, max(0.0, nextafter(minute, inf) - self.env.now), LAST)
        self.env.run_through(stop)

    def _change_staff(self) -> None:
        """Let those come and go who do so now."""
        cells, crews = self.attendance.at(self.env.now)
        is_open = self.attendance.is_open
        for pool, group in self.groups:
            pool.staff(int(group.calendar is None or is_open[group.calendar]), self.env.now)
        for station in self.stations:
            if station.spec.calendar is not None:
                station.opened(is_open[station.spec.calendar])
        self.staff(cells, crews)

    def staff(self, cells: int, crews: int) -> None:
        """Let *cells* cells and *crews* burn-in crews be there from now on."""
        now = self.env.now
        cells = min(cells, self.line.cells)
        for pool in self.pools.values():
            pool.staff(cells, now)
        for station in self.stations:
            station.staff(cells / self.line.cells, now)
        for pool in self.all_pools():
            pool.suspend_excess(now)
        self.cards.staff(cells, now)
        for skill in self.skills.values():
            skill.answer(now)
        self._pull_all(now)
        if self.area is not None and not self.controls.loaders:
            self.area.hands.staff(crews, now)

    def _pull_all(self, now_min: float) -> None:
        for station in self._downstream_first:
            station.oldest_first()
        for station in self._downstream_first:
            station.pull(now_min)

    def all_pools(self) -> list[Any]:
        """Every group of people: the crews' by skill, and the groups of their own."""
        return [*self.pools.values(), *(pool for pool, _ in self.groups)]

    def _closes_min(self, station: SpecialStation, now_min: float) -> float:
        """When the next of *station*'s machines, or the last of the people who may serve it, goes off."""
        attendance, spec = self.attendance, station.spec
        closes = [inf]
        if spec.calendar is not None:
            closes.append(attendance.closes_min(spec.calendar, now_min))
        cells = self.line.cells
        needed = next((n for n in range(1, cells + 1) if station.servers_of(n / cells) > station.active), cells)
        closes.append(attendance.leaves_min(needed, now_min))
        keeping = {pool.name: group.calendar for pool, group in self.groups}
        groups = [pool.name for pool in station.pools_there if pool.capacity > 0]
        if groups and all(keeping.get(name) is not None for name in groups):
            closes.append(max(attendance.closes_min(str(keeping[name]), now_min) for name in groups))
        return min(closes)

    # ------------------------------------------------------------------ readings

    def levels(self) -> dict[str, Level]:
        """The levels that are recorded by the hour."""
        named = {"wip": self.wip, "on_line": self.cards.carded}
        if self.area is not None:
            named |= {"occupied": self.area.occupied, "waiting": self.area.waiting, "burning": self.area.lit}
        return named

    def _record_hours(self) -> Generator[Any, Any, None]:
        """Note the integral of each level and meter at each full hour, from 0 on."""
        levels = self.levels()
        pools = self.all_pools()
        self.records = {name: [0.0] for name in (*levels, "line_kwh", "burn_in_kwh", "people_min")}
        records = self.records
        while True:
            yield late(self.env, MINUTES_PER_HOUR)
            now = self.env.now
            for name, level in levels.items():
                records[name].append(level.area_until(now))
            records["line_kwh"].append(self.meter.kwh_until(now))
            records["burn_in_kwh"].append(self.burn_meter.kwh_until(now))
            records["people_min"].append(sum(pool.there.area_until(now) for pool in pools))

    def close(self, end_min: float) -> None:
        """Check at *end_min* that nothing has been lost, and that the line has not come to a standstill."""
        check(self, end_min)
        if self.area is None or not self.area.occupied.value + len(self.area.door):
            look_for_standstill(self.stations, self.sources)


def _owner(material: Sequence[Arrivals], number: int) -> str:
    """Name of the stream of a source: by where it enters and what it brings, so that one more changes no other."""
    if number == 0:
        return MATERIAL
    spec = material[number]
    twins = sum((other.at, other.product) == (spec.at, spec.product) for other in material[:number])
    return f"{MATERIAL} {spec.at} {spec.product} {twins}"
