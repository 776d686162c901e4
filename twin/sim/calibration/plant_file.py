"""Writes findings into a plant file: comments, order and all other numbers stay as they are."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable, Table

from sites.errors import InputError, Problem
from twin.model.line_file import read_line
from twin.model.stations import BURN_IN
from twin.sim.calibration.findings import Change, Finding


def calibrated_text(text: str, findings: Iterable[Finding], log_name: str, date: str) -> str:
    """Return the plant file *text* with the changes of *findings*.

    A fitted number is written with its origin: value, source ("fitted: 512 samples of events.csv, gamma by AIC"),
    *date* of the log, confidence, and its interval as a note. Raises `InputError` for text that is no TOML.
    """
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise InputError(Problem("plant", f"not valid TOML: {error}", "mend the line named")) from error
    stations = {str(table["name"]): table for table in document["line"]["stations"]}
    for finding in findings:
        for change in finding.changes:
            table = document if change.path[0] == BURN_IN else stations[finding.station]
            _apply(table, change, _origin(finding, log_name, date))
    return tomlkit.dumps(document)


def _origin(finding: Finding, log_name: str, date: str) -> dict[str, str]:
    return {
        "source": f"fitted: {finding.how.replace(',', f' of {log_name},', 1)}",
        "date": date,
        "confidence": finding.confidence,
    }


def _apply(table: Any, change: Change, origin: dict[str, str]) -> None:
    """Set or remove one key below *table*; tables on the way are made where they are missing."""
    inline: tuple[Any, str] | None = None  # the outermost table on one line, and where it stands
    *way, last = change.path
    for part in way:
        if not isinstance(part, int) and part not in table:
            if change.value is None:
                return
            _put(table, part, tomlkit.inline_table())
        if inline is None and isinstance(table[part], InlineTable):
            inline = table, str(part)
        table = table[part]
    key = str(last)
    if change.value is None:
        if key in table:
            table.remove(key)
    elif change.value == change.default and key not in table:
        return
    elif change.note is None:
        _put(table, key, tomlkit.item(change.value))
    else:
        _put(table, key, _inline({"value": change.value, **origin, "note": change.note}))
    if inline is not None and not isinstance(inline[0], list):
        around, name = inline
        _put(around, name, _inline(around[name]))  # with the spaces that plant files have


def _inline(members: Mapping[str, Any]) -> Any:
    """An inline table of *members*, written as plant files write it."""
    return tomlkit.parse(f"made = {_shown(members)}")["made"]


def _shown(value: Any) -> str:
    """A value as TOML on one line."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{tomlkit.key(str(key)).as_string()} = {_shown(member)}" for key, member in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_shown(member) for member in value)}]"
    return str(tomlkit.item(value).as_string()).strip()


def _put(table: Any, key: str, made: Any) -> None:
    """Put *made* at *key*: in place of the old value and before its comment, or behind the table's last value.

    Appended as tomlkit does, it would stand behind the blank lines and comments that belong to the next table.
    """
    if key in table:
        old = table[key]
        if hasattr(old, "trivia") and not isinstance(table, InlineTable):
            made.trivia.comment_ws, made.trivia.comment = old.trivia.comment_ws, old.trivia.comment
            made.trivia.trail = old.trivia.trail
        table[key] = made
        return
    values = [name for name, item in _body(table) if name is not None and not isinstance(item, Table | AoT)]
    if isinstance(table, InlineTable) or not values:
        table[key] = made
    else:
        made.trivia.trail = "\n"
        table.value._insert_after(values[-1], key, made)
        dict.__setitem__(table, key, made)


def _body(table: Any) -> list[tuple[Any, Any]]:
    return list(getattr(getattr(table, "value", table), "body", []))


def write_plant(text: str, out: Path, sources: Iterable[Path]) -> None:
    """Write a plant file's *text* to *out*, whole or not at all.

    It is read as a plant file first. Raises `InputError` when *out* is one of the *sources*, or cannot be written.
    """
    refuse_sources(out, sources)
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
    except OSError as error:
        raise _unwritable(out, error) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        read_line(part)
        part.chmod(0o644)
        part.replace(out)
    except OSError as error:
        raise _unwritable(out, error) from error
    finally:
        part.unlink(missing_ok=True)


def refuse_sources(out: Path, sources: Iterable[Path]) -> None:
    """Raise `InputError` when *out* is one of the files that were read, by whatever name, or a folder."""
    if out.is_dir():
        raise InputError(Problem(str(out), "a folder", "name a file"))
    for source in sources:
        if out.exists() and source.exists() and out.samefile(source):
            what = f"{source} was read: it is not written over"
            raise InputError(Problem(str(out), what, "give another name with --out"))


def _unwritable(out: Path, error: OSError) -> InputError:
    return InputError(Problem(str(out), f"cannot be written: {error.strerror}", "choose another place"))
