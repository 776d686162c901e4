"""What an event log says of the plant as a whole: material that came, units inside, units that left."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from twin.model.line import Line
from twin.sim.calibration.reading import Entry, Log

_OUT = ("exit", "scrap", "lost")


@dataclass(slots=True)
class Flow:
    """Units through the plant.

    *releases_min* [min of the run] by (station, product); *throughput_per_h*, *wip* (mean over the log) and
    *cycle_time_h* (mean; None when no unit left). *inside_before* counts units that were in the plant when the log
    began.
    """

    releases_min: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    exits: int = 0
    throughput_per_h: float = 0.0
    wip: float = 0.0
    cycle_time_h: float | None = None
    inside_before: int = 0


class _Assembly:
    """Parts before one assembly station: which of them go into which unit."""

    def __init__(self, parts: dict[str, int]) -> None:
        self._needs = parts
        self._lines: dict[str, deque[int]] = {product: deque() for product in parts}

    def arrive(self, entry: Entry) -> None:
        """A part stands before the station."""
        if entry.product in self._lines:
            self._lines[entry.product].append(entry.unit)

    def start(self, entry: Entry) -> list[int]:
        """Units that go into the one whose work begins: of each part those that have waited longest."""
        taken = [line.popleft() for product, line in self._lines.items() for _ in range(self._needs[product]) if line]
        return [unit for unit in taken if unit != entry.unit]


def flow_of(log: Log, line: Line) -> Flow:
    """Follow every unit of *log* through *line*.

    A part that goes into an assembly leaves with it: the unit made of it counts from the release of its first part.
    """
    found = Flow()
    assemblies = {spec.name: _Assembly(spec.parts) for spec in line.stations if spec.parts}
    entered: dict[int, float] = {}
    gone: set[int] = set()
    inferred: set[int] = set()  # seen without a release
    wip_min = cycle_min = 0.0
    timed = 0
    for entry in log.entries:
        unit, now_min = entry.unit, entry.time_min
        if entry.event == "release":
            inferred.discard(unit)
            entered[unit] = now_min
            found.releases_min.setdefault((entry.station, entry.product), []).append(now_min)
            continue
        if unit >= 0 and unit not in entered and unit not in gone:
            entered[unit] = log.begin_min
            inferred.add(unit)
        assembly = assemblies.get(entry.station)
        if assembly is not None and entry.event == "arrive":
            assembly.arrive(entry)
        elif assembly is not None and entry.event == "start":
            for part in assembly.start(entry):
                since_min = entered.pop(part, now_min)
                gone.add(part)
                wip_min += now_min - since_min
                # The unit lives on from its first part's release; what it was not there itself is not counted twice.
                if since_min < entered.get(unit, now_min):
                    wip_min -= entered.get(unit, now_min) - since_min
                    entered[unit] = since_min
        elif entry.event in _OUT and unit in entered:
            since_min = entered.pop(unit)
            gone.add(unit)
            wip_min += now_min - since_min
            if entry.event == "exit":
                found.exits += 1
                cycle_min += now_min - since_min
                timed += 1
    wip_min += sum(log.end_min - since_min for since_min in entered.values())
    found.inside_before = len(inferred)
    _mean(found, log, wip_min, cycle_min, timed)
    return found


def _mean(found: Flow, log: Log, wip_min: float, cycle_min: float, timed: int) -> None:
    minutes = log.end_min - log.begin_min
    if minutes > 0:
        found.throughput_per_h = found.exits / minutes * 60
        found.wip = wip_min / minutes
    found.cycle_time_h = cycle_min / timed / 60 if timed else None
