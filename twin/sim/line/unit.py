"""A unit on its way through the plant, and the ends of the way."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from twin.sim.line.energy import Level

if TYPE_CHECKING:
    from twin.sim.line.carriers import Loop
    from twin.sim.line.log import EventLog
    from twin.sim.line.slots import Slot


class Unit:
    """One product. Times are minutes of the run.

    `number` is its place among all units of its source, and the key of everything it draws; `round` grows when it fails
    and when it goes back to where it may have been, so that its next visit has other luck. `carded` while it is between
    the first station and its first arrival at the burn-in door; while it burns, it was lit last at `lit_min` and burns
    until `ends_min` unless it is paused.
    """

    __slots__ = (
        "carded", "carriers", "ends_min", "entered_min", "failed", "failed_at", "lit_min", "number", "product", "round",
        "since_min", "slot",
    )  # fmt: skip

    def __init__(self, number: int, product: int, now_min: float) -> None:
        self.number = number
        self.product = product
        self.entered_min = now_min
        self.since_min = now_min
        self.round = 0
        self.carded = False
        self.carriers: list[Loop] | None = None
        self.failed_at: dict[str, int] | None = None
        self.slot: Slot | None = None
        self.lit_min = 0.0
        self.ends_min = 0.0
        self.failed = False


class Holder(Protocol):
    """Who holds a finished unit until there is space for it: a server, or the hands of a burn-in operator."""

    unit: Unit | None
    down: bool

    def handed_over(self, now_min: float) -> None:
        """Go on with other work: the unit has been taken."""


class Target(Protocol):
    """Where a unit can go next."""

    name: str
    pool: Any

    def receive(self, unit: Unit, now_min: float) -> bool:
        """Take *unit*, or refuse it for want of space."""

    def keep_waiting(self, holder: Holder) -> None:
        """Note that *holder* waits with a finished unit."""

    def retry(self, now_min: float) -> None:
        """Take units from holders that are able to hand over again."""

    def has_place(self, unit: Unit) -> bool:
        """Tell whether a place could be promised to *unit* now."""

    def reserve(self) -> None:
        """Promise a place to a unit that will come."""

    def crowding(self) -> float:
        """Units that wait or are worked on, for each server; what the shortest queue is chosen by."""


class Sink:
    """An end of the way (shipped, scrapped or lost): counts units by the hour and their times in the plant."""

    __slots__ = ("_card_back", "_event", "_wip", "by_hour", "by_product", "count", "cycle_min", "cycles_min", "log",
                 "name", "pool")  # fmt: skip

    def __init__(
        self, name: str, event: str, hours: int, products: int, wip: Level, card_back: Callable[[float], None]
    ) -> None:
        self.name, self._event = name, event
        self.pool = None
        self.log: EventLog | None = None
        self.by_hour = [0] * (hours + 2)
        self.by_product = [0] * products
        self.count = 0
        self.cycle_min = 0.0
        self.cycles_min = array("d")
        self._wip = wip
        self._card_back = card_back

    def receive(self, unit: Unit, now_min: float) -> bool:
        """Let *unit* leave the plant."""
        self.count += 1
        spent = now_min - unit.entered_min
        self.cycle_min += spent
        self.cycles_min.append(spent)
        self.by_hour[int(now_min / 60.0)] += 1
        self.by_product[unit.product] += 1
        self._wip.change(now_min, -1.0)
        if self.log is not None:
            self.log.add(now_min, self._event, "", unit)
        if unit.carriers:
            held, unit.carriers = unit.carriers, None
            for loop in held:
                loop.give_back(now_min)
        if unit.carded:
            unit.carded = False
            self._card_back(now_min)
        return True

    def keep_waiting(self, holder: Holder) -> None:
        """Never needed: there is always space outside."""
        raise RuntimeError(f"{holder} waits for a sink, which never refuses")

    def retry(self, now_min: float) -> None:
        """Nothing waits here."""

    def has_place(self, unit: Unit) -> bool:  # noqa: ARG002 - the protocol's signature
        """There is always space outside."""
        return True

    def reserve(self) -> None:
        """Nothing is promised where there is always space."""

    def crowding(self) -> float:
        """Nobody waits outside."""
        return 0.0
