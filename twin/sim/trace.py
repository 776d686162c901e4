"""The way of one unit through the plant, from the event log: what happened to it when, and what it waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sites.errors import InputError, Problem

WAITING, SET_UP, WORKING, STOPPED, DOWN, LOADING, BLOCKED = (
    "waiting", "set_up", "working", "stopped", "down", "loading", "blocked",
)  # fmt: skip
OUTSIDE = "outside"
STATES = (WAITING, LOADING, SET_UP, WORKING, STOPPED, DOWN, BLOCKED)
ENDS = ("exit", "scrap", "lost")
INSIDE = "inside"
# The state of a unit after an event; "start" and "resume" depend on what is under way.
_AFTER = {
    "arrive": WAITING, "load": LOADING, "ready": WAITING, "stop": STOPPED, "fail": DOWN, "repaired": STOPPED,
    "finish": BLOCKED,
}  # fmt: skip


@dataclass(slots=True)
class Visit:
    """A unit at one station: when it came and left [h], its time in each state [min], and the *result* of its job."""

    station: str
    arrived_h: float
    state: str = WAITING
    since_min: float = 0.0
    server: int | None = None
    left_h: float | None = None
    result: str = ""
    minutes: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STATES, 0.0))
    setting_up: bool = False

    def turn(self, now_min: float, state: str) -> None:
        """Book the state that ends, and begin another."""
        self.minutes[self.state] += now_min - self.since_min
        self.state, self.since_min = state, now_min

    def document(self) -> dict[str, Any]:
        """Return the visit as plain values."""
        head = {"station": self.station, "server": self.server, "arrived_h": self.arrived_h, "left_h": self.left_h}
        return head | {f"{state}_min": spent for state, spent in self.minutes.items()} | {"result": self.result or None}


def trace(log: Mapping[str, Sequence[Any]], unit: int) -> dict[str, Any]:
    """Follow *unit* through the event *log* (columns by name, as `EventLog` has them).

    The document has `unit`, `product`, `released_h`, `left_h` (None: still inside), `outcome` (exit, scrap, lost or
    inside), `events` (each with `time_h`, `station`, `server`, `detail` and `since_min`, the time since the one
    before), `visits` with the minutes in each state, and `totals_min` over all visits; time between the release and
    the first station is `outside`. The totals add up to the time in the plant. Raises `InputError` for an unknown unit.
    """
    places = _places(log, unit)
    times, kinds, stations = log["time_min"], log["event"], log["station"]
    visits: list[Visit] = []
    here: dict[str, Visit] = {}
    outcome, left_min = INSIDE, None
    for place in places:
        now, kind, name = times[place], kinds[place], stations[place]
        if kind in ENDS:
            outcome, left_min = kind, now
        elif name and kind != "release":  # which names the station that the unit is meant for
            visit = here.get(name)
            if visit is None and kind != "leave":
                before = visits[-1].left_h if visits else None
                came = now if kind == "arrive" or before is None else before * 60
                visit = here[name] = Visit(name, came / 60, since_min=came)
                visits.append(visit)
            if visit is not None:
                _happens(visit, kind, now, int(log["server"][place]), str(log["detail"][place]))
            if kind == "leave":
                here.pop(name, None)
                for other in here.values():  # it asked for space there while it was still held here
                    other.arrived_h, other.since_min = max(other.arrived_h, now / 60), max(other.since_min, now)
    end = float(times[-1]) if left_min is None else left_min
    for visit in here.values():
        visit.turn(end, visit.state)
        if left_min is not None:
            visit.left_h = left_min / 60
    released = float(times[places[0]])
    totals = {state: sum(visit.minutes[state] for visit in visits) for state in STATES}
    totals[OUTSIDE] = end - released - sum(totals.values())
    return {
        "unit": unit,
        "product": next((str(log["product"][p]) for p in reversed(places) if log["product"][p]), ""),
        "released_h": released / 60,
        "left_h": None if left_min is None else left_min / 60,
        "outcome": outcome,
        "events": _events(log, places),
        "visits": [visit.document() for visit in visits],
        "totals_min": totals,
    }


def _places(log: Mapping[str, Sequence[Any]], unit: int) -> list[int]:
    """Rows of *unit*, and of the beginning of repairs on the machine that holds it."""
    found: list[int] = []
    broken: tuple[str, int] | None = None
    rows = zip(log["unit"], log["event"], log["station"], log["server"], strict=True)
    for place, (number, event, station, server) in enumerate(rows):
        if number == unit:
            found.append(place)
            if event in ("fail", "repaired"):
                broken = (station, server) if event == "fail" else None
        elif event == "repair" and broken == (station, server):
            found.append(place)
    if not found:
        known = {number for number in log["unit"] if number >= 0}
        cure = f"name one from {min(known)} to {max(known)}" if known else "no unit ever came: run longer"
        raise InputError(Problem("--trace", f"value {unit}: no such unit in this run", cure))
    return found


def _happens(visit: Visit, kind: str, now_min: float, server: int, detail: str) -> None:
    if server >= 0:
        visit.server = server
    if kind == "start":
        visit.setting_up = detail == "set_up"
    if kind in ("start", "resume"):
        visit.turn(now_min, SET_UP if visit.setting_up else WORKING)
    elif kind == "leave":
        visit.turn(now_min, visit.state)
        visit.left_h = now_min / 60
    elif kind == "arrive":
        # Asked again for a place that it did not get: it was held elsewhere until now.
        visit.arrived_h, visit.since_min = now_min / 60, now_min
    elif kind in ("fail", "repaired") and visit.state == BLOCKED:
        pass  # a machine that fails with a finished part blocks it all the same
    elif kind in _AFTER:
        visit.turn(now_min, _AFTER[kind])
    if kind == "finish":
        visit.result = detail


def _events(log: Mapping[str, Sequence[Any]], places: Sequence[int]) -> list[dict[str, Any]]:
    times = [float(log["time_min"][place]) for place in places]
    return [
        {
            "time_h": now / 60,
            "event": log["event"][place],
            "station": log["station"][place] or None,
            "server": log["server"][place] if log["server"][place] >= 0 else None,
            "detail": log["detail"][place] or None,
            "since_min": now - before,
        }
        for place, now, before in zip(places, times, [times[0], *times], strict=False)
    ]


def trace_text(found: dict[str, Any]) -> str:
    """Return a *found* trace as a table of its events and one of its visits."""
    left = "still inside" if found["left_h"] is None else f"{found['outcome']} at {found['left_h']:.3f} h"
    lines = [f"unit {found['unit']} ({found['product']}): released at {found['released_h']:.3f} h, {left}", ""]
    lines.append(f"{'time h':>12} {'after min':>10}  {'event':9} {'station':28} {'server':>6}  detail")
    lines += [
        f"{each['time_h']:12.4f} {each['since_min']:10.3f}  {each['event']:9} {each['station'] or '':28} "
        f"{'' if each['server'] is None else each['server']:>6}  {each['detail'] or ''}".rstrip()
        for each in found["events"]
    ]
    shown = [state for state in STATES if found["totals_min"][state] > 0]
    lines += ["", f"{'minutes at':28}" + "".join(f" {state:>10}" for state in shown) + "  result"]
    lines += [
        f"{visit['station']:28}" + "".join(f" {visit[f'{state}_min']:10.3f}" for state in shown)
        + f"  {visit['result'] or ''}".rstrip()
        for visit in found["visits"]
    ]  # fmt: skip
    lines.append(f"{'all':28}" + "".join(f" {found['totals_min'][state]:10.3f}" for state in shown))
    return "\n".join(lines)
