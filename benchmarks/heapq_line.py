"""The line on a bare heap, without SimPy: an oracle in one function, and the floor under every time of the benchmarks.

It knows stations of parallel machines with buffers without end, yields, rework and scrap, random material, and burn-in
slots with infant mortality; no people, no breakdowns, no blocking, no zones, no energy. It draws the same numbers as
our engine, so the mean time in the plant is the same but for the rounding of sums.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace

from twin.model.burn_in import BurnIn
from twin.model.line import Line
from twin.sim.line.streams import Streams


@dataclass(frozen=True)
class Outcome:
    """Units shipped and scrapped, the mean time in the plant of those shipped [min], events taken from the heap."""

    shipped: int
    scrapped: int
    mean_min: float
    starts: dict[str, int]
    events: int


def play(line: Line, burn_in: BurnIn, back: set[tuple[str, str]], hours: int, streams: Streams) -> Outcome:
    """Run *line* for *hours* with random arrivals; raises `ValueError` for what it does not know.

    *back* are ways (from, to) on which a unit begins a new round: it draws by its number and its round.
    """
    for spec in line.stations:
        if spec.buffer is not None or spec.skill is not None or spec.breakdowns is not None:
            raise ValueError(f"{spec.name}: buffers, skills and breakdowns are not known here")
    names = [spec.name for spec in line.stations]
    burning, leaving, shipping = len(names), len(names) + 1, len(names) + 2
    index = {name: place for place, name in enumerate(names)} | {"burn_in": burning, "exit": shipping, "scrap": -1}
    times = [streams.times(spec.name, "process time", spec.process_time).at for spec in line.stations]
    luck = [streams.uniform(spec.name, "yield").at for spec in line.stations]
    passing = [spec.first_pass_yield for spec in line.stations]
    onward = [index[str(spec.next)] for spec in line.stations]
    turning = [(spec.name, spec.next) in back for spec in line.stations]
    failing = [index[spec.on_failure] for spec in line.stations]
    free = [spec.servers or 0 for spec in line.stations] + [burn_in.racks * burn_in.slots_per_rack]
    queues: list[deque[tuple[int, int, float]]] = [deque() for _ in free]
    starts = [0] * len(free)
    whole_min, load_min, unload_min = burn_in.hours * 60.0, burn_in.load_min, burn_in.unload_min
    shape, scale_min = burn_in.infant_weibull_shape, burn_in.infant_weibull_scale_h * 60.0
    deaths = streams.weibull("burn_in", "infant mortality", shape, scale_min).at
    after = {False: index[burn_in.next], True: index[burn_in.on_failure]}

    arrivals = line.arrivals[0]
    assert arrivals.interval is not None
    intervals = streams.times("material", "interval", arrivals.interval).at
    end_min, arrived, serial, events = hours * 60.0, 0, 1, 0
    shipped = scrapped = 0
    spent_min = 0.0
    # An entry: time, serial number, where the unit has just finished (-1: it arrives), number, turn, entered.
    heap: list[tuple[float, int, int, int, int, float]] = [(arrivals.first_min, 0, -1, 0, 0, 0.0)]
    while heap[0][0] <= end_min:
        now, _, done, number, turn, entered = heap[0]
        events += 1
        if done == -1:
            heapreplace(heap, (now + intervals(arrived), serial, -1, arrived + 1, 0, 0.0))
            arrived, serial, entered, goal = arrived + 1, serial + 1, now, index[line.first]
        else:
            heappop(heap)
            if done == leaving:
                died = deaths(number, turn) < whole_min
                goal, done, turn = after[died], burning, turn + died
            elif passing[done] < 1.0 and luck[done](number, turn) >= passing[done]:
                goal, turn = failing[done], turn + 1
            else:
                goal, turn = onward[done], turn + turning[done]
        if goal == shipping:
            shipped, spent_min = shipped + 1, spent_min + now - entered
        elif goal == -1:
            scrapped += 1
        else:
            queues[goal].append((number, turn, entered))
        if done >= 0:
            free[done] += 1
        for place in (goal, done):
            if 0 <= place <= burning and free[place] and queues[place]:
                number, turn, entered = queues[place].popleft()
                free[place] -= 1
                starts[place] += 1
                if place == burning:
                    ends = now + load_min + min(deaths(number, turn), whole_min) + unload_min
                    heappush(heap, (ends, serial, leaving, number, turn, entered))
                else:
                    heappush(heap, (now + times[place](number, turn), serial, place, number, turn, entered))
                serial += 1
    begun = dict(zip([*names, "burn_in"], starts, strict=True))
    return Outcome(shipped, scrapped, spent_min / max(shipped, 1), begun, events)
