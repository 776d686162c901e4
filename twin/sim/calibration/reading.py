"""Reads an event log: the CSV that `twin line --log` writes, or one like it from a plant's own records."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import isfinite
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from sites.errors import InputError, Problem, nearest
from twin.sim.line.log import NOBODY

EVENTS = frozenset(
    (
        "release", "arrive", "start", "finish", "leave", "stop", "resume", "fail", "repair", "repaired", "lost",
        "exit", "scrap", "load", "ready",
    )
)  # fmt: skip
OF_THE_PLANT = frozenset(("release", "exit", "scrap", "lost"))
NEEDED = ("event", "station", "unit")
OUTCOMES = ("pass", "fail", "scrap")
SET_UP = "set_up"
_OF_A_UNIT = frozenset(("release", "exit", "scrap", "finish"))
_REPEATED = ("event", "station", "server", "product", "detail")
_EXACT_DECIMALS = 12
MOST_TOLD = 10  # places of one kind of mistake that are named; more of them would hide the other kinds


class Entry(NamedTuple):
    """One event: *time_min* [min] of the run; *server* and *unit* -1 where there is none.

    Units are numbered in the order of the file, whatever their serial numbers look like.
    """

    time_min: float
    event: str
    station: str
    server: int
    unit: int
    product: str
    detail: str


@dataclass(frozen=True, slots=True)
class Log:
    """An event log in order of time.

    *begin_min* and *end_min* [min] are its first and last moments; *resolution_min* [min] is the step of its time
    stamps; *date* is the day of its last event, empty where the log counts minutes instead of naming days.
    """

    name: str
    entries: list[Entry]
    resolution_min: float
    date: str = ""

    @property
    def begin_min(self) -> float:
        """Time of the first event [min]."""
        return self.entries[0].time_min

    @property
    def end_min(self) -> float:
        """Time of the last event [min]."""
        return self.entries[-1].time_min

    @property
    def hours(self) -> float:
        """Length of the log [h]."""
        return (self.end_min - self.begin_min) / 60


def read_event_log(file: Path, servers: Mapping[str, int | None]) -> Log:
    """Read the event log in a CSV *file*.

    Parameters: *servers* of each station of the plant by name (None: without number; the racks for `burn_in`).
    Columns: `time_min` [min] of the run, or `time` (ISO; minute 0 is then the Monday 00:00 before the first event, as
    calendars count), `event`, `station`, `unit`; `server`, `product` and `detail` may be left out. Lines need no order.
    Raises `InputError` with every problem, each with its line.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            return _Reader(file.name, servers).read(csv.reader(stream))
    except FileNotFoundError as error:
        raise InputError(Problem(str(file), "no such file", "check the path")) from error
    except UnicodeDecodeError as error:
        raise InputError(Problem(str(file), "no UTF-8 text", "save the log as a CSV file in UTF-8")) from error
    except OSError as error:
        raise InputError(Problem(str(file), f"cannot be read: {error.strerror}", "name a CSV file")) from error


@dataclass(slots=True)
class _Mistakes:
    """What is wrong, by kind: the first places are named, the others counted."""

    name: str
    count: int = 0
    problems: list[Problem] = field(default_factory=list)
    _found: dict[tuple[str, str], tuple[int, str, int]] = field(default_factory=dict)
    _kinds: dict[str, int] = field(default_factory=dict)

    def add(self, line: int, column: str, what: str, cure: str) -> None:
        """Note a mistake; the same in the same column is told once, with the number of its lines."""
        self.count += 1
        key = (column, what)
        if key in self._found:
            first, known, count = self._found[key]
            self._found[key] = (first, known, count + 1)
            return
        self._kinds[column] = self._kinds.get(column, 0) + 1
        if self._kinds[column] <= MOST_TOLD:
            self._found[key] = (line, cure, 1)

    def told(self) -> list[Problem]:
        """Every mistake, in the order of lines."""
        found = list(self.problems)
        for (column, what), (line, cure, count) in sorted(self._found.items(), key=lambda item: item[1][0]):
            more = f" (and on {count - 1} more lines)" if count > 1 else ""
            found.append(Problem(f"{self.name}: line {line}, {column}", what + more, cure))
        for column, kinds in self._kinds.items():
            if kinds > MOST_TOLD:
                found.append(
                    Problem(f"{self.name}: {column}", f"{kinds - MOST_TOLD} more mistakes", "mend these first")
                )
        return found


class _Reader:
    """Reads the rows of one file and gathers what is wrong with them."""

    def __init__(self, name: str, servers: Mapping[str, int | None]) -> None:
        self._name, self._servers = name, servers
        self._wrong = _Mistakes(name)
        self._units: dict[str, int] = {}
        self._known: dict[tuple[str, ...], tuple[str, str, int, str, str]] = {}
        self._decimals = 0
        self._first: datetime | None = None
        self._last: datetime | None = None

    def read(self, rows: Iterator[list[str]]) -> Log:
        """Return the log of *rows*, the header first."""
        entries: list[Entry] = []
        try:
            places = self._columns([name.strip() for name in next(rows, [])])
            by_date = "time_min" not in places
            at = places["time" if by_date else "time_min"]
            time = self._moment if by_date else self._minute
            width = max(places.values()) + 1
            for line, row in enumerate(rows, start=2):
                if row and (len(row) > 1 or row[0].strip()):
                    row += [""] * (width - len(row))
                    entries.append(Entry(time(line, row[at]), *self._entry(line, row, places)))
        except csv.Error as error:
            raise InputError(Problem(self._name, f"no CSV: {error}", "save the log as a CSV file")) from error
        if not entries:
            self._wrong.problems.append(Problem(self._name, "no events", "give a log with a line for each event"))
        if problems := self._wrong.told():
            raise InputError(problems)
        if self._first is not None:
            monday_min = _minutes(_monday(self._first))
            entries = [entry._replace(time_min=entry.time_min - monday_min) for entry in entries]
        entries.sort(key=_TIME)
        resolution = (1 / 60 if by_date else 1.0) * 10.0**-self._decimals
        return Log(self._name, entries, resolution, str(self._last.date()) if self._last is not None else "")

    def _columns(self, header: list[str]) -> dict[str, int]:
        """Place of each column; raises `InputError` when one is missing."""
        places = {name: place for place, name in enumerate(header)}
        missing = [name for name in NEEDED if name not in places]
        if "time_min" not in places and "time" not in places:
            missing.insert(0, "time_min (or time)")
        if missing:
            known = ", ".join(header) or "nothing"
            cure = "give time_min or time, event, station, server, unit, product, detail"
            raise InputError(Problem(f"{self._name}: line 1", f"no column {', '.join(missing)} in {known}", cure))
        return places

    def _minute(self, line: int, text: str) -> float:
        try:
            minute = float(text)
        except ValueError:
            minute = float("nan")
        if not isfinite(minute) or minute < 0:
            self._wrong.add(line, "time_min", f"value {text!r}: no minute of the run", "give a number, 0 or more")
            return 0.0
        if self._decimals < _EXACT_DECIMALS:
            self._decimals = max(self._decimals, _decimals(text))
        return minute

    def _moment(self, line: int, text: str) -> float:
        """Minutes since 1970 of an ISO time."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self._wrong.add(line, "time", f"value {text!r}: no ISO time", "write 2026-03-02T06:30:00")
            return 0.0
        if self._first is None or self._last is None:
            self._first = self._last = moment
        if (self._first.tzinfo is None) != (moment.tzinfo is None):
            self._wrong.add(line, "time", "some times have an offset from UTC, some have none", "use one form")
            return 0.0
        self._first, self._last = min(self._first, moment), max(self._last, moment)
        if moment.microsecond:
            self._decimals = max(self._decimals, len(f"{moment.microsecond:06d}".rstrip("0")))
        return _minutes(moment)

    def _entry(self, line: int, row: list[str], places: dict[str, int]) -> tuple[str, str, int, int, str, str]:
        serial = row[places["unit"]].strip()
        unit = NOBODY if serial in ("", str(NOBODY)) else self._units.setdefault(serial, len(self._units))
        cells = tuple(row[places[name]] if name in places else "" for name in _REPEATED)
        known = self._known.get(cells)
        if known is None:
            known, mistakes = self._checked(line, *(cell.strip() for cell in cells))
            if not mistakes:  # what is wrong is counted on every line
                self._known[cells] = known
        event, station, server, product, detail = known
        if unit == NOBODY and event in _OF_A_UNIT:
            self._wrong.add(line, "unit", f"a {event} of no unit", "give the unit's number")
        return event, station, server, unit, product, detail

    def _checked(
        self, line: int, event: str, station: str, server_text: str, product: str, detail: str
    ) -> tuple[tuple[str, str, int, str, str], bool]:
        """The cells of a line that stand on many lines, and whether any is wrong."""
        before = self._wrong.count
        if event not in EVENTS:
            self._wrong.add(line, "event", f"value {event!r}: no event", nearest(event, EVENTS))
        if station not in self._servers and not (event in OF_THE_PLANT and station == ""):
            self._wrong.add(line, "station", f"value {station!r}: no station", nearest(station, self._servers))
        if event == "finish" and detail not in OUTCOMES:
            what = f"value {detail!r}: no outcome of a finish"
            self._wrong.add(line, "detail", what, f"write {', '.join(OUTCOMES)}")
        if event == "start" and detail not in ("", SET_UP):
            what = f"value {detail!r}: no kind of work"
            self._wrong.add(line, "detail", what, "write set_up, or nothing")
        server = self._whole(line, "server", server_text)
        most = self._servers.get(station)
        if most is not None and server >= most:
            what = f"value {server}: {station} has servers 0 to {most - 1}"
            self._wrong.add(line, "server", what, "count servers from 0, or give the station more in the plant file")
        if event in ("fail", "repair", "repaired") and server == NOBODY:
            self._wrong.add(line, "server", f"a {event} of no server", "say which machine, counted from 0")
        return (event, station, server, product, detail), self._wrong.count > before

    def _whole(self, line: int, column: str, text: str) -> int:
        if text == "":
            return NOBODY
        try:
            number = int(text)
        except ValueError:
            number = NOBODY - 1
        if number < NOBODY:
            cure = "give a whole number, 0 or more, or nothing"
            self._wrong.add(line, column, f"value {text!r}: no {column}", cure)
            return NOBODY
        return number


def _monday(moment: datetime) -> datetime:
    """The Monday 00:00 before *moment*."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=midnight.weekday())


def _minutes(moment: datetime) -> float:
    """Minutes since 1970, of UTC where the *moment* has an offset from it."""
    return (moment - datetime(1970, 1, 1, tzinfo=moment.tzinfo and UTC)).total_seconds() / 60


_TIME = attrgetter("time_min")


def _decimals(text: str) -> int:
    """Digits after the point of a number as it is written; a number with an exponent is taken as exact."""
    if "e" in text or "E" in text:
        return _EXACT_DECIMALS
    return len(text.partition(".")[2])
