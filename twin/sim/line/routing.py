"""Where a unit goes when its job is done: passed, failed or scrapped, and which of several ways on."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from twin.model.stations import Station as Description
from twin.model.stations import Ways
from twin.sim.line.streams import BITS, LAST, Streams
from twin.sim.line.unit import Target, Unit


class Router:
    """The ways on from one station.

    Parameters: *spec*; *targets* by name; *scrapped*; *products*, names by index; *streams*; *back*, the goals that lie
    behind this station. A unit's luck is its own: it depends on its number and its round, not on who was tested before
    it; a failure begins a new round, and so does a way back, for it leads to where the unit may have been.
    """

    __slots__ = ("_back", "_choose", "_chosen", "_failure", "_first_pass", "_limit", "_name", "_passes", "_scrap",
                 "_scrapped", "_sure", "_ways", "failed", "scrapped")  # fmt: skip

    def __init__(
        self,
        spec: Description,
        targets: dict[str, Target],
        scrapped: Target,
        products: list[str],
        streams: Streams,
        back: frozenset[str],
    ) -> None:
        self._name = spec.name
        self._first_pass = spec.first_pass_yield
        self._scrap = 1.0 - spec.scrap_fraction
        self._limit = spec.rework_limit
        self._failure = targets[spec.on_failure]
        self._scrapped = scrapped
        self._passes = streams.uniform(spec.name, "yield")
        self._chosen = streams.uniform(spec.name, "way")
        self._choose = spec.choose
        self._back = back
        self._ways = [_Ways(spec.next_by_product.get(product, spec.next), targets) for product in products]
        # The answer for a unit that passes, by product, where there is one way and it leads onward.
        self._sure: list[tuple[Target, str] | None] = [
            (ways.goals[0], "pass") if len(ways.goals) == 1 and ways.goals[0].name not in back else None
            for ways in self._ways
        ]
        self.failed = self.scrapped = 0

    @property
    def only(self) -> Target | None:
        """The one way on, where every unit passes and takes it; None where there is a choice."""
        first = self._ways[0].goals[0]
        sure = (
            self._first_pass >= 1.0
            and first.name not in self._back
            and all(ways.goals == [first] for ways in self._ways)
        )
        return first if sure else None

    def goal(self, unit: Unit) -> tuple[Target, str]:
        """Where *unit* goes whose job ends now, and why."""
        found = self.decide(unit)
        if found[1] != "pass":
            self.count(found[1])
        return found

    def count(self, outcome: str) -> None:
        """A job has ended with that *outcome*; who has not failed has passed."""
        if outcome == "fail":
            self.failed += 1
        elif outcome == "scrap":
            self.scrapped += 1

    def decide(self, unit: Unit) -> tuple[Target, str]:
        """Where *unit* will go, and why: `pass`, `fail` or `scrap`; asked once for each of its visits."""
        luck = 0.0
        if self._first_pass < 1.0:
            block = self._passes.blocks.get(unit.number >> BITS) if not unit.round else None  # Draws.at, inlined
            luck = self._passes.at(unit.number, unit.round) if block is None else block[unit.number & LAST]
        if luck < self._first_pass:
            sure = self._sure[unit.product]
            if sure is not None:
                return sure
            goal = self._way_on(unit)
            if goal.name in self._back:
                unit.round += 1
            return goal, "pass"
        if luck >= self._scrap:
            return self._scrapped, "scrap"
        unit.round += 1
        if self._limit is not None:
            if unit.failed_at is None:
                unit.failed_at = {}
            times = unit.failed_at[self._name] = unit.failed_at.get(self._name, 0) + 1
            if times > self._limit:
                return self._scrapped, "scrap"
        return self._failure, "fail"

    def _way_on(self, unit: Unit) -> Target:
        ways = self._ways[unit.product]
        if len(ways.goals) == 1:
            return ways.goals[0]
        if self._choose == "in_turn":
            return ways.next_in_turn()
        if self._choose == "shortest_queue":
            return min(ways.goals, key=_crowding)
        return ways.by_share(self._chosen.at(unit.number, unit.round))


class _Ways:
    """Goals with the running sum of their shares."""

    __slots__ = ("_turn", "_until", "goals")

    def __init__(self, ways: Ways, targets: dict[str, Target]) -> None:
        shares = {ways: 1.0} if isinstance(ways, str) else {goal: share for goal, share in ways.items() if share > 0}
        if not shares and not isinstance(ways, str):
            shares = dict.fromkeys(ways, 1.0)  # in turn or to the shortest queue: shares do not matter
        self.goals = [targets[goal] for goal in shares]
        self._until = list(accumulate(shares.values()))
        self._turn = -1

    def by_share(self, luck: float) -> Target:
        return self.goals[min(bisect_right(self._until, luck), len(self.goals) - 1)]

    def next_in_turn(self) -> Target:
        self._turn = (self._turn + 1) % len(self.goals)
        return self.goals[self._turn]


def _crowding(target: Target) -> float:
    return target.crowding()
