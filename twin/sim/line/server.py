"""One machine of a station: what it holds, how much work is left, and when it fails next."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any

from simpy import Environment

from twin.sim.line.streams import Blocks
from twin.sim.line.timer import Callbacks, Timer

if TYPE_CHECKING:
    from twin.sim.line.bench import Bench
    from twin.sim.line.unit import Target, Unit

FREE, WORKING, BLOCKED, HELD = range(4)


class Server:
    """A machine. HELD means that it keeps a part whose work was suspended; `down` comes on top of any state.

    `life_min` is the working time left before it fails (operation clock only).
    """

    __slots__ = (
        "began_min", "down", "down_since", "goal", "life_min", "on_failure", "on_finish", "on_repair",
        "remaining_min", "since", "started_min", "state", "station", "timer", "unit",
    )  # fmt: skip

    def __init__(self, env: Environment, station: Bench) -> None:
        self.station = station
        self.unit: Unit | None = None
        self.state = FREE
        self.down = False
        self.remaining_min = 0.0
        self.started_min = 0.0
        self.began_min = 0.0
        self.since = 0.0
        self.down_since = 0.0
        self.life_min = inf
        self.goal: Target | None = None
        self.timer = Timer(env)
        self.on_finish: Callbacks = [partial(station.finish, self)]
        self.on_failure: Callbacks = [partial(station.wear_out, self)]
        self.on_repair: Callbacks = [partial(station.repaired, self)]

    def handed_over(self, now_min: float) -> None:
        """The unit that blocked this machine has found space."""
        self.station.unblock(self, now_min)

    def new_timer(self) -> None:
        """Drop the timer that runs, and take another."""
        self.timer.cancel()
        self.timer = Timer(self.timer.env)


def calendar_breakdowns(
    env: Environment, server: Server, failures: Blocks, repairs: Blocks
) -> Generator[Any, Any, None]:
    """Fail and repair *server* by the calendar, whether or not it works; times [min] from the two streams."""
    while True:
        yield env.timeout(failures.next())
        server.station.fail(server, env.now)
        yield env.timeout(repairs.next())
        server.station.repair(server, env.now)
