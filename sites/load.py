"""Reads a year's electrical load (and cooling load, where asked for) from a CSV file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from sites.arrays import Floats
from sites.clock import HOURS, drop_leap_day
from sites.errors import InputError, Problem, nearest
from sites.text_rows import numbered_rows, raise_if_any

_MINUTES = {8760: 60, 8784: 60, 35040: 15}
_COLUMNS = ("load_kw", "cooling_kw_th")
_LEAP_YEAR = 2024  # any: it stands for where 29 February is in 8784 rows


@dataclass(frozen=True)
class Load:
    """A year's load in local standard time without 29 February.

    *load_kw* mean power of each interval (8760, or 35040 quarter hours); *cooling_kw_th* likewise or None;
    *interval_minutes* 60 or 15; *year* of the time column, None without one.
    """

    load_kw: Floats
    cooling_kw_th: Floats | None
    interval_minutes: int
    year: int | None


def read_load_csv(file: Path) -> Load:
    """Read a load from a CSV *file* (.csv or .csv.gz) with a header.

    Columns: load_kw; optionally cooling_kw_th, and time (ISO, beginning of the interval, local standard time),
    which is checked. Rows: 8760, 8784 (29 February is dropped) or 35040. Other columns are left out.
    Raises `InputError` naming line, column and cure for all that is wrong.
    """
    rows = numbered_rows(file)
    if not rows:
        raise InputError(Problem(file.name, "is empty", "give a header and a column load_kw"))
    header = [name.lower() for name in rows[0][1]]
    if "load_kw" not in header:
        raise InputError(Problem(f"{file.name}, line 1", "no column load_kw", nearest("load_kw", header)))
    twice = sorted({name for name in header if header.count(name) > 1 and name in (*_COLUMNS, "time")})
    if twice:
        raise InputError(Problem(f"{file.name}, line 1", f"two columns {', '.join(twice)}", "keep one"))

    problems: list[Problem] = []
    values = {
        name: _numbers(rows[1:], header.index(name), name, file.name, problems) for name in _COLUMNS if name in header
    }
    count = len(rows) - 1
    if count not in _MINUTES:
        wanted = "8760 or 8784 hours, or 35040 quarter hours"
        problems.append(Problem(file.name, f"{count} rows under the header", f"give {wanted}"))
    year = None
    if "time" in header:
        minutes = _MINUTES.get(count, 60 if count < 2 * HOURS else 15)
        year = _year_of(rows[1:], header.index("time"), file.name, minutes, problems)
    raise_if_any(problems, file.name)

    if count == 8784:
        values = {name: drop_leap_day(column, _LEAP_YEAR) for name, column in values.items()}
    return Load(values["load_kw"], values.get("cooling_kw_th"), _MINUTES[count], year)


def _numbers(rows: list[tuple[int, list[str]]], place: int, name: str, where: str, problems: list[Problem]) -> Floats:
    """The column at *place*; adds a problem for each value that is no finite number of zero or more."""
    column = np.zeros(len(rows))
    for row, (line, fields) in enumerate(rows):
        spot = f"{where}, line {line}, column {name}"
        text = fields[place] if place < len(fields) else ""
        try:
            value = float(text)
        except ValueError:
            problems.append(Problem(spot, f"{text!r} is not a number", "write kW with a decimal point"))
            continue
        if not math.isfinite(value):
            problems.append(Problem(spot, f"{text} is missing or not finite", "fill the gap"))
        elif value < 0:
            problems.append(Problem(spot, f"{text} is negative", "give what is used, without export"))
        else:
            column[row] = value
    return column


def _year_of(
    rows: list[tuple[int, list[str]]], place: int, where: str, minutes: int, problems: list[Problem]
) -> int | None:
    """The year of the time column; adds a problem where times do not follow each other without a gap."""
    step = timedelta(minutes=minutes)
    before: datetime | None = None
    year: int | None = None
    for line, fields in rows:
        spot = f"{where}, line {line}, column time"
        text = fields[place] if place < len(fields) else ""
        try:
            now = datetime.fromisoformat(text)
        except ValueError:
            problems.append(Problem(spot, f"{text!r} is not a time", "write 2026-01-01T00:00"))
            before = None
            continue
        if year is None:
            year = now.year
            if (now.month, now.day, now.hour, now.minute) != (1, 1, 0, 0) and line == rows[0][0]:
                problems.append(Problem(spot, f"the year begins at {text}", "begin on 1 January at 00:00"))
        if before is not None:
            problems += _gap(before, now, step, spot)
        before = now
    if len(rows) == 8784 and year is not None and not _is_leap(year):
        problems.append(Problem(where, f"8784 hours, but {year} has 8760", "check the time column"))
    return year


def _gap(before: datetime, now: datetime, step: timedelta, spot: str) -> list[Problem]:
    if now.utcoffset() != before.utcoffset():
        return [Problem(spot, "the offset from UTC changes", "give local standard time all year")]
    skips_leap_day = (now.month, now.day) == (3, 1) and now - before == step + timedelta(days=1)
    if now - before == step or (skips_leap_day and _is_leap(now.year)):
        return []
    wanted = (before + step).isoformat(timespec="minutes")
    return [
        Problem(
            spot,
            f"{now.isoformat(timespec='minutes')} follows {before.isoformat(timespec='minutes')}",
            f"expected {wanted}; use local standard time without daylight saving, and fill gaps",
        )
    ]


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
