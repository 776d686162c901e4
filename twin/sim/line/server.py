"""One machine of a station: what it holds, how much work is left, and when it fails next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from twin.sim.line.timer import Call, Clock, Timer

if TYPE_CHECKING:
    from twin.sim.line.bench import Bench
    from twin.sim.line.operators import Operators
    from twin.sim.line.streams import Sequence
    from twin.sim.line.unit import Target, Unit

FREE, WORKING, BLOCKED, HELD = range(4)


class Server:
    """A machine. HELD means that it keeps a part whose work was suspended; `down` comes on top of any state.

    `since_min` is when its state began, `since` the same on the clock of staffed time. `life_min` is the working time
    left before it fails (operation clock only). `setting_up` says that the work under way is a set-up, and `work_min`
    is the process time that follows it. `others` are the units of a batch besides `unit`; `leaving` those that are
    finished and have somewhere to go.
    """

    __slots__ = (
        "began_min", "down", "goal", "handed_over", "leaving", "life_min", "life_timer", "lives", "number", "on_finish",
        "on_life", "on_wear", "others", "outcome", "pool", "product", "remaining_min", "repairs", "reserved",
        "setting_up", "since", "since_min", "started_min", "state", "station", "timer", "unit", "work_min",
    )  # fmt: skip

    def __init__(self, env: Clock, station: Bench, number: int) -> None:
        self.station = station
        self.number = number
        self.pool: Operators = station.pool
        self.unit: Unit | None = None
        self.others: list[Unit] = []
        self.leaving: deque[tuple[Unit, Target]] = deque()
        self.reserved: Target | None = None
        self.outcome = ""
        self.product = -1
        self.state = FREE
        self.down = False
        self.setting_up = False
        self.remaining_min = 0.0
        self.work_min = 0.0
        self.started_min = 0.0
        self.began_min = 0.0
        self.since_min = env.now
        self.since = 0.0
        self.life_min = inf
        self.goal: Target | None = None
        self.timer = Timer(env)
        self.on_finish: Call = partial(station.finish, self)
        self.on_wear: Call = partial(station.wear_out, self)
        self.on_life: Call = partial(station.life_over, self)
        self.handed_over: Callable[[float], None] = partial(station.unblock, self)
        self.life_timer: Timer | None = None
        self.lives: Sequence | None = None
        self.repairs: Sequence | None = None

    def stop(self, now_min: float) -> None:
        """Suspend the job."""
        self.station.suspend(self, now_min)

    def new_timer(self) -> None:
        """Drop the timer that runs, and take another."""
        self.timer.cancel()
        self.timer = Timer(self.timer.clock)
