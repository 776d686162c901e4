"""Writes findings into a plant file: comments, order and all other numbers stay as they are."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AbstractTable, InlineTable

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
    *way, key = change.path
    for part in way:
        if not isinstance(part, int) and part not in table:
            if change.value is None:
                return
            table[part] = tomlkit.inline_table()
        table = table[part]
    if change.value is None:
        if key in table:
            table.remove(key)
    elif change.value == change.default and key not in table:
        return
    elif change.note is None:
        _set(table, key, change.value)
    else:
        _set(table, key, _inline({"value": change.value, **origin, "note": change.note}))


def _inline(members: dict[str, Any]) -> Any:
    """An inline table, with the spaces that plant files have."""
    text = ", ".join(f"{key} = {tomlkit.item(value).as_string()}" for key, value in members.items())
    return tomlkit.parse(f"made = {{ {text} }}")["made"]


def _set(table: AbstractTable, key: str | int, value: Any) -> None:
    """Put *value* at *key*, with the comment that stood behind the old one."""
    name = str(key)
    comment = ""
    if name in table and not isinstance(table, InlineTable):
        old = table[name]
        comment = old.trivia.comment if hasattr(old, "trivia") else ""
    made = tomlkit.item(value)
    if comment:
        made.comment(comment)
    table[name] = made


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
