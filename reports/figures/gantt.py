"""Gantt chart of a stretch of a run: what each machine and rack did when, from the columns of an event log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reports.figures.panel import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    Panel,
    Table,
    columns,
    compact,
    hatched,
    styled,
)
from reports.words import number, percent, plural
from sites.errors import InputError, Problem
from twin.model.stations import BURN_IN

Log = Mapping[str, Sequence[Any]]
WORKING, SET_UP, STOPPED, BLOCKED, DOWN, REPAIR = "working", "set-up", "stopped", "blocked", "down", "under repair"
OCCUPIED, BURNING = "slots occupied", "burning"
# Colour and hatch of each state, in the order of the legend.
LOOKS = {
    WORKING: (BLUE, ""), SET_UP: (ORANGE, "/"), STOPPED: (GREY, "-"), BLOCKED: (PURPLE, "x"), DOWN: (VERMILION, "\\"),
    REPAIR: (VERMILION, ""), OCCUPIED: (SKY, ""), BURNING: (GREEN, ""),
}  # fmt: skip
RACKS = BURN_IN
ROW_PX = 22
BAR = 0.8
MOST_BARS = 40_000  # more than a browser draws with ease
MOST_UNITS = 12  # named on one bar


@dataclass(frozen=True, slots=True)
class Stretch:
    """A *state* of one *row* from *begin_min* to *end_min*, with the *units* in it; *share* of the row's height."""

    row: str
    state: str
    begin_min: float
    end_min: float
    units: tuple[int, ...] = ()
    share: float = 1.0


@dataclass(slots=True)
class _Machine:
    """What a server holds while the log is read."""

    units: list[int] = field(default_factory=list)
    state: str | None = None
    at_work: str = WORKING
    down: str | None = None
    since_min: float = 0.0

    @property
    def shown(self) -> str | None:
        return self.down or self.state


def stretches(log: Log, begin_min: float, end_min: float) -> list[Stretch]:
    """States of every machine and rack between two minutes of the run, row by row in the order of the log.

    Parameters: *log*, columns of equal length named time_min, event, station, server, unit, product and detail, in
    order of time. A machine with nothing on it and not down has no stretch. A rack has stretches of equal occupation:
    its slots in use and, of them, those that burn, as shares of the most that any rack ever had in use.
    """
    return _inside(_by_row(log, end_min), begin_min, end_min)


def _inside(rows: Mapping[str, Sequence[Stretch]], begin_min: float, end_min: float) -> list[Stretch]:
    """What *rows* show between two minutes: states with a length."""
    cut = (
        replace(each, begin_min=max(each.begin_min, begin_min), end_min=min(each.end_min, end_min))
        for row in rows.values()
        for each in row
        if each.state
    )
    return [each for each in cut if each.end_min > each.begin_min]


def _by_row(log: Log, end_min: float) -> dict[str, list[Stretch]]:
    """Stretches until *end_min* of every machine and rack that is ever named, in the order of the log."""
    rows: dict[tuple[str, int], list[Stretch]] = {}
    machines: dict[tuple[str, int], _Machine] = {}
    several = _servers(log)
    racks: list[int] = []
    events = zip(log["time_min"], log["event"], log["station"], log["server"], log["unit"], log["detail"], strict=True)
    for place, (now, event, station, server, unit, detail) in enumerate(events):
        if server < 0 or not station:
            continue
        key = (station, server)
        rows.setdefault(key, [])
        if station == RACKS:
            racks.append(place)
            continue
        machine = machines.setdefault(key, _Machine())
        before = (machine.shown, tuple(machine.units), machine.since_min)
        _follow(machine, event, unit, detail)
        if (machine.shown, tuple(machine.units)) != before[:2]:
            rows[key].append(Stretch(_row(key, several), before[0] or "", before[2], now, before[1]))
            machine.since_min = now
    for key, machine in machines.items():
        rows[key].append(
            Stretch(_row(key, several), machine.shown or "", machine.since_min, end_min, tuple(machine.units))
        )
    for key, found in _rack_stretches(log, racks, end_min, several).items():
        rows[key] = found
    return {_row(key, several): rows[key] for key in _in_order(rows)}


def _follow(machine: _Machine, event: str, unit: int, detail: str) -> None:
    """Change *machine* as *event* says."""
    if event == "start":
        # The units of a batch start one after the other at the same moment; a job after its set-up keeps its unit.
        if unit not in machine.units:
            machine.units.append(unit)
        machine.at_work = machine.state = SET_UP if detail == "set_up" else WORKING
    elif event == "resume":
        machine.state = machine.at_work
    elif event == "stop":
        machine.state = STOPPED
    elif event == "finish":
        machine.state = BLOCKED
    elif event == "leave":
        if unit in machine.units:
            machine.units.remove(unit)
        if not machine.units:
            machine.state = None
    elif event == "fail":
        machine.down = DOWN
        if machine.state in (WORKING, SET_UP):  # taken up again by an event of its own
            machine.state = STOPPED
    elif event == "repair":
        machine.down = REPAIR
    elif event == "repaired":
        machine.down = None


def _rack_stretches(
    log: Log, places: Sequence[int], end_min: float, several: Mapping[str, int]
) -> dict[tuple[str, int], list[Stretch]]:
    """Occupation of each rack between its changes."""
    held: dict[int, dict[int, bool]] = {}  # by rack: units in its slots, and whether they burn
    since: dict[int, float] = {}
    found: dict[tuple[str, int], list[Stretch]] = {}
    broken: dict[int, float] = {}
    most = 1

    def down(rack: int, now: float) -> Stretch:
        return Stretch(_row((RACKS, rack), several), DOWN, broken.pop(rack), now)

    def book(rack: int, now: float) -> None:
        key = (RACKS, rack)
        units = tuple(held[rack])
        lit = tuple(unit for unit, burns in held[rack].items() if burns)
        for state, of in ((OCCUPIED, units), (BURNING, lit)):
            if of:
                found.setdefault(key, []).append(Stretch(_row(key, several), state, since[rack], now, of, len(of)))
        since[rack] = now

    for place in places:
        now, event, rack, unit = (log[name][place] for name in ("time_min", "event", "server", "unit"))
        units = held.setdefault(rack, {})
        since.setdefault(rack, now)
        if event == "fail" and unit < 0:
            broken[rack] = now
        elif event == "repaired" and rack in broken:
            found.setdefault((RACKS, rack), []).append(down(rack, now))
        if unit < 0 or event not in ("load", "ready", "start", "stop", "resume", "finish", "leave"):
            continue
        if now > since[rack]:
            book(rack, now)
        if event == "leave":
            units.pop(unit, None)
        else:
            units[unit] = event in ("start", "resume")
        most = max(most, len(units))
    for rack in held:
        book(rack, end_min)
    for rack in list(broken):
        found.setdefault((RACKS, rack), []).append(down(rack, end_min))
    # A rack that is down is so in its full height.
    return {
        key: [each if each.state == DOWN else replace(each, share=each.share / most) for each in of]
        for key, of in found.items()
    }


def _servers(log: Log) -> dict[str, int]:
    """The highest number of a server at each station, in the order in which stations appear."""
    found: dict[str, int] = {}
    for station, server in zip(log["station"], log["server"], strict=True):
        if station:
            found[station] = max(found.get(station, 0), server)
    return found


def _row(key: tuple[str, int], several: Mapping[str, int]) -> str:
    station, server = key
    if station == RACKS:
        return f"rack {server + 1}"
    return f"{station} {server + 1}" if several[station] else station


def _in_order(rows: Mapping[tuple[str, int], object]) -> list[tuple[str, int]]:
    """Keys of *rows*: stations as they first appear, their servers by number."""
    order = {station: place for place, station in enumerate(dict.fromkeys(station for station, _ in rows))}
    return sorted(rows, key=lambda key: (order[key[0]], key[1]))


def panel(log: Log, begin_h: float, end_h: float) -> Panel:
    """Draw what every machine and rack did from *begin_h* to *end_h*, hours of the run.

    Parameters: *log* as for `stretches`. Raises `InputError` for a window without a length or in which nothing
    happens, and for one with more than 40,000 bars.
    """
    if end_h <= begin_h:
        raise InputError(Problem("gantt", f"window from {begin_h:g} h to {end_h:g} h", "let it end after it begins"))
    by_row = _by_row(log, end_h * 60)
    found, rows = _inside(by_row, begin_h * 60, end_h * 60), list(by_row)
    if not found:
        what = f"nothing happens from {begin_h:g} h to {end_h:g} h"
        raise InputError(Problem("gantt", what, "choose another window"))
    if len(found) > MOST_BARS:
        fits = (end_h - begin_h) * MOST_BARS / len(found)
        what = f"{len(found):,} bars from {begin_h:g} h to {end_h:g} h"
        raise InputError(Problem("gantt", what, f"choose a window of {fits:.2g} h or less"))
    figure = go.Figure()
    for state, (colour, hatch) in LOOKS.items():
        bars = [each for each in found if each.state == state]
        if bars:
            figure.add_bar(**_bars(bars, state), marker=hatched(colour, hatch))
    styled(figure, 120 + ROW_PX * len(rows))
    figure.update_layout(barmode="overlay", hovermode="closest")
    figure.update_xaxes(title="hour of the run", range=[begin_h, end_h], rangemode="normal")
    figure.update_yaxes(
        categoryorder="array", categoryarray=rows, range=[len(rows) - 0.5, -0.5], showgrid=False, dtick=1
    )
    table, download = _tables(found, rows, begin_h, end_h)
    return Panel("gantt", "Machines and racks", figure, _caption(found, rows, begin_h, end_h), table, download)


def _bars(bars: Sequence[Stretch], state: str) -> dict[str, Any]:
    """A trace of *bars* that are all in one *state*."""
    return {
        "name": state,
        "orientation": "h",
        "y": [each.row for each in bars],
        # Not compact: single precision would blur the seconds late in a year.
        "base": np.round([each.begin_min / 60 for each in bars], 5),
        "x": np.round([(each.end_min - each.begin_min) / 60 for each in bars], 5),
        "width": compact([BAR * each.share for each in bars], 3),
        # The axis runs down: bars that are not full stand on the row's lower edge.
        "offset": compact([BAR * (0.5 - each.share) for each in bars], 3),
        "customdata": [[_named(each), f"{each.end_min - each.begin_min:,.2f}"] for each in bars],
        "hovertemplate": "%{y}: "
        + state
        + "%{customdata[0]}<br>from %{base:.4f} h, %{customdata[1]} min<extra></extra>",
    }


def _named(each: Stretch) -> str:
    """The units of a bar."""
    if not each.units:
        return ""
    if each.state in (OCCUPIED, BURNING):
        head = f", {plural(len(each.units), 'unit')}: "
    else:
        head = ", unit " if len(each.units) == 1 else ", units "
    more = f" and {len(each.units) - MOST_UNITS} more" if len(each.units) > MOST_UNITS else ""
    return head + ", ".join(str(unit) for unit in each.units[:MOST_UNITS]) + more


def _minutes(found: Sequence[Stretch], rows: Sequence[str]) -> dict[str, dict[str, float]]:
    """Minutes of each row in each state; of a rack, slots are weighed by their share of a full one."""
    spent = {row: dict.fromkeys(LOOKS, 0.0) for row in rows}
    for each in found:
        spent[each.row][each.state] += (each.end_min - each.begin_min) * each.share
    return spent


def _caption(found: Sequence[Stretch], rows: Sequence[str], begin_h: float, end_h: float) -> str:
    spent = _minutes(found, rows)
    window = (end_h - begin_h) * 60
    at_work = {row: of[WORKING] + of[BURNING] for row, of in spent.items()}
    busiest = max(at_work, key=lambda row: at_work[row])
    text = (
        f"From hour {number(begin_h, 2)} to hour {number(end_h, 2)} of the run {busiest} works most, "
        f"{percent(at_work[busiest] / window)} of the time"
    )
    blocked = {row: of[BLOCKED] for row, of in spent.items()}
    held_up = max(blocked, key=lambda row: blocked[row])
    if blocked[held_up] > 0:
        text += f"; {held_up} is blocked most, {percent(blocked[held_up] / window)}"
    down = sum(of[DOWN] + of[REPAIR] for of in spent.values())
    if down > 0:
        text += f"; machines are down for {number(down / 60, 1)} h in all"
    return text + "."


def _tables(found: Sequence[Stretch], rows: Sequence[str], begin_h: float, end_h: float) -> tuple[Table, Table]:
    """Share of the window that each row spends in each state, and every bar for the CSV file."""
    spent = _minutes(found, rows)
    window = (end_h - begin_h) * 60
    shown = [state for state in LOOKS if any(spent[row][state] > 0 for row in rows)]
    table = Table(
        columns(("Machine or rack", None), *[(f"{state}, %", 1) for state in shown]),
        tuple((row, *(100 * spent[row][state] / window for state in shown)) for row in rows),
    )
    download = Table(
        columns(("machine or rack", None), ("state", None), ("from, h", 4), ("to, h", 4), ("units", None)),
        tuple(
            (each.row, each.state, each.begin_min / 60, each.end_min / 60, " ".join(str(unit) for unit in each.units))
            for each in found
        ),
    )
    return table, download
