"""Material for a station: always there, at random, or by plan, and never more than the cards allow."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate, count
from math import inf
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from simpy import Event

from twin.model.material import Arrivals
from twin.sim.line.cards import Cards
from twin.sim.line.energy import Level
from twin.sim.line.streams import Draws, Streams
from twin.sim.line.timer import MINUTES_PER_HOUR, Call, Clock, Timer
from twin.sim.line.unit import Unit

if TYPE_CHECKING:
    from twin.sim.line.log import EventLog
    from twin.sim.line.station import Station

MATERIAL = "material"


class Source:
    """Releases units into the line.

    Parameters: *spec*, how material comes; *owner*, the name of its streams (that of the first source numbers its units
    from 0); *products*, names by index; *wip*, all units inside; *cards*, which cap the units between here and the
    burn-in door (none: no cap); *release_at_min*, when the k-th good unit may be released at the earliest (k from 0; a
    unit that is scrapped on the line is released again), in place of *spec*.

    Material that is always there, or that waits outside, is taken by the station when it can start it. An arrival
    that finds no space is turned away, unless it may wait outside; one that finds no card waits outside.
    """

    __slots__ = (
        "_arrival", "_base", "_ended", "_luck", "_mix", "_next_times", "_offered", "_only", "_release_at_min",
        "_spec", "_timer", "_wake", "_wake_at_min", "always", "arrived", "cards", "env", "log", "outside",
        "released", "station", "turned_away", "wip",
    )  # fmt: skip

    def __init__(
        self,
        env: Clock,
        spec: Arrivals,
        owner: str,
        products: list[str],
        streams: Streams,
        wip: Level,
        cards: Cards | None = None,
        release_at_min: Sequence[float] | None = None,
    ) -> None:
        self.env, self.wip, self.cards, self._spec = env, wip, cards, spec
        self.log: EventLog | None = None
        self.station: Station
        self.released = self.arrived = self.turned_away = 0
        self.outside: deque[Unit] = deque()
        # Units of different sources must not share their luck: each source counts from a number of its own.
        self._base = 0 if owner == MATERIAL else (crc32(owner.encode()) + 1) << 32
        self._mix = _shares(spec, products)
        self._only = self._mix[0][1] if len(self._mix) == 1 else None
        self._luck: Draws = streams.uniform(owner, "product")
        self._release_at_min = release_at_min
        # The station takes material when it can start it; nothing arrives by itself.
        self.always = release_at_min is not None or spec.always
        self._next_times = _arrival_times(spec, streams, owner) if release_at_min is None else iter(())
        self._ended = False
        self._offered: Unit | None = None
        self._timer = Timer(env)
        self._wake_at_min = -inf
        self._arrival: Call = self._arrive
        self._wake: Call = self._woken

    @property
    def _capped(self) -> bool:
        return self.cards is not None and self.cards.caps

    def start(self, station: Station) -> None:
        """Feed *station* from now on."""
        self.station = station
        if self.always or self._capped or self._spec.when_full == "wait":
            station.sources.append(self)
            station.looks_ahead = True
        if self.cards is not None:
            self.cards.sources.append(self)
        self._wait_for_next()

    def offer(self, now_min: float) -> Unit | None:
        """Return the unit that the station may take now, if there is one; it is released when it is accepted."""
        if self.cards is not None and not self.cards.is_free():
            return None
        if not self.always:
            return self.outside[0] if self.outside else None
        if self._release_at_min is not None:
            due = self._due_min(self._release_at_min)
            if due > now_min:
                self._wake_up(due, now_min)
                return None
        if self._offered is None:
            self._offered = self._make(self.released, now_min)
        return self._offered

    def accept(self, now_min: float) -> None:
        """The station takes the unit that was offered."""
        unit = self._offered if self.always else self.outside.popleft()
        assert unit is not None
        self._offered = None
        unit.entered_min = unit.since_min = now_min
        self._release(unit, now_min)

    def _make(self, place: int, now_min: float) -> Unit:
        number = self._base + place
        if self._only is not None:
            return Unit(number, self._only, now_min)
        index = bisect_right([until for until, _ in self._mix], self._luck.at(number))
        return Unit(number, self._mix[min(index, len(self._mix) - 1)][1], now_min)

    def _release(self, unit: Unit, now_min: float) -> None:
        self.released += 1
        self.wip.change(now_min, 1.0)
        if self.cards is not None:
            self.cards.take(unit, now_min)
        if self.log is not None:
            self.log.add(now_min, "release", self.station.name, unit)

    # ------------------------------------------------------------------ arrivals

    def may_come(self) -> bool:
        """Tell whether a unit is to come for which its station has space now."""
        return not self.always and not self._ended and self.station.can_take(self._make(self.arrived, self.env.now))

    def _wait_for_next(self) -> None:
        at_min = next(self._next_times, None)
        self._ended = at_min is None
        if at_min is not None:
            self._timer.start(max(0.0, at_min - self.env.now), self._arrival)

    def _arrive(self, _: Event) -> None:
        now = self.env.now
        self._wait_for_next()
        for _unit in range(self._spec.units_each):
            unit = self._make(self.arrived, now)
            self.arrived += 1
            if self._capped or self.outside:
                self.outside.append(unit)
                self.station.pull(now)
            elif self.station.can_take(unit):
                self._release(unit, now)
                self.station.receive(unit, now)
            elif self._spec.when_full == "wait":
                self.outside.append(unit)
            else:
                self.turned_away += 1
                self.station.turned_away += 1
                self.station.forget(unit)

    # ------------------------------------------------------------------ a plan

    def _due_min(self, release_at_min: Sequence[float]) -> float:
        lost = self.cards.lost_on_line if self.cards is not None else 0
        good = self.released - lost
        return release_at_min[good] if good < len(release_at_min) else inf

    def _wake_up(self, at_min: float, now_min: float) -> None:
        """Look again at *at_min*, instead of any other time set before."""
        if at_min == inf or at_min == self._wake_at_min:
            return
        if self._wake_at_min > now_min:
            self._timer.cancel()
            self._timer = Timer(self.env)
        self._timer.start(at_min - now_min, self._wake)
        self._wake_at_min = at_min

    def _woken(self, _: Event) -> None:
        self._wake_at_min = -inf
        self.station.pull(self.env.now)


def _shares(spec: Arrivals, products: list[str]) -> list[tuple[float, int]]:
    """Running sum of the shares of products, and the index of each."""
    mix = spec.mix or {spec.product or products[0]: 1.0}
    whole = sum(mix.values())
    return list(zip(accumulate(share / whole for share in mix.values()), map(products.index, mix), strict=True))


def _arrival_times(spec: Arrivals, streams: Streams, owner: str) -> Iterator[float]:
    """Minutes at which material arrives, in order; none where it is always there."""
    if spec.times_h:
        yield from (hour * MINUTES_PER_HOUR for hour in spec.times_h)
    elif spec.interval is not None:
        intervals = streams.times(owner, "interval", spec.interval)
        now = spec.first_min
        for number in count():
            yield now
            now += intervals.at(number)
    elif spec.units_per_h:
        yield from _at_rate(spec, streams, owner)


def _at_rate(spec: Arrivals, streams: Streams, owner: str) -> Iterator[float]:
    """Minutes at which the sum of the rate reaches 1, 2, 3, ... or, at random, the sum of exponential numbers.

    The second is a Poisson stream of that rate (time rescaling: Cinlar 1975).
    """
    draws = streams.draws(owner, "interval", lambda generator, size: generator.exponential(1.0, size))
    steps = (draws.at(number) if spec.at_random else 1.0 for number in count())
    period_min = len(spec.units_per_h) * MINUTES_PER_HOUR
    reached = np.concatenate([[0.0], np.cumsum(spec.units_per_h)])
    marks = np.arange(len(spec.units_per_h) + 1) * MINUTES_PER_HOUR
    whole = float(reached[-1])
    for wanted in accumulate(steps):
        periods, rest = divmod(wanted * spec.units_each, whole)
        if rest == 0.0 and periods > 0:
            periods, rest = periods - 1, whole
        place = int(np.searchsorted(reached, rest, side="left"))
        low, high = float(reached[place - 1]), float(reached[place])
        yield periods * period_min + float(marks[place - 1]) + MINUTES_PER_HOUR * (rest - low) / (high - low)
