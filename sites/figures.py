"""Numbers from outside, each with its source, date and confidence where it stands.

A TOML file may write any number either plainly or as a table that says where the number comes from::

    metering_usd_per_month = { value = 321.63, source = "...", date = "2026-06-01", confidence = "high" }
    loss_fraction = { low = 0.02, base = 0.03, high = 0.04, source = "...", date = "...", confidence = "low" }

`take_figures` replaces each such table by its base number and keeps the origin beside it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sites.errors import InputError, Problem

CONFIDENCES = ("high", "medium", "low")
_ORIGIN_KEYS = {"value", "low", "base", "high", "source", "date", "confidence", "note"}


@dataclass(frozen=True)
class Figure:
    """One number with its origin: dotted *key* (unit in the name), *base* value, and *low* and *high* of a range."""

    key: str
    base: Any
    low: float | None
    high: float | None
    source: str
    date: str
    confidence: str
    note: str = ""

    @property
    def is_assumption(self) -> bool:
        """True when the number is a guess that a reader must be told of."""
        return self.confidence == "low" or self.source.lower().startswith("assumption")


def _is_origin_table(node: Any) -> bool:
    return isinstance(node, dict) and "source" in node and ("value" in node or "base" in node)


def take_figures(node: Any, where: str = "", path: str = "") -> tuple[Any, list[Figure]]:
    """Replace origin tables in a parsed TOML document by their numbers.

    Parameters: *node* parsed TOML; *where* the file's name for messages; *path* dotted key of the node.
    Returns the plain document and the figures in file order; raises `InputError` for every incomplete origin.
    """
    problems: list[Problem] = []
    figures: list[Figure] = []

    def walk(item: Any, key: str) -> Any:
        if _is_origin_table(item):
            return one(item, key)
        if isinstance(item, dict):
            return {name: walk(child, f"{key}.{name}" if key else name) for name, child in item.items()}
        if isinstance(item, list):
            return [walk(child, f"{key}[{place}]") for place, child in enumerate(item)]
        return item

    def one(table: dict[str, Any], key: str) -> Any:
        spot = f"{where}: {key}" if where else key
        extra = sorted(set(table) - _ORIGIN_KEYS)
        if extra:
            problems.append(Problem(spot, f"unknown {', '.join(extra)}", f"use {', '.join(sorted(_ORIGIN_KEYS))}"))
        if table.get("confidence") not in CONFIDENCES:
            problems.append(
                Problem(spot, f"confidence is {table.get('confidence')!r}", f"say {', '.join(CONFIDENCES)}")
            )
        if not table.get("date"):
            problems.append(Problem(spot, "has a source but no date", "say when the number was valid"))
        base = table.get("value", table.get("base"))
        low, high = table.get("low"), table.get("high")
        if low is not None and high is not None and not low <= base <= high:
            problems.append(Problem(spot, f"low {low}, base {base}, high {high} are not in order", "sort them"))
        figures.append(
            Figure(
                key, base, low, high, str(table["source"]), str(table.get("date", "")),
                str(table.get("confidence", "")), str(table.get("note", "")),
            )
        )  # fmt: skip
        return base

    plain = walk(node, path)
    if problems:
        raise InputError(problems)
    return plain, figures


def read_toml(file: Path) -> tuple[dict[str, Any], list[Figure]]:
    """Read a TOML *file* and return its plain numbers and the origins of them.

    Raises `InputError` when the file is missing, is no TOML, or an origin is incomplete.
    """
    try:
        with file.open("rb") as stream:
            raw = tomllib.load(stream)
    except FileNotFoundError as error:
        raise InputError(Problem(str(file), "no such file", "check the path")) from error
    except OSError as error:
        raise InputError(Problem(str(file), f"cannot be read: {error.strerror}", "name a TOML file")) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(Problem(str(file), f"not valid TOML: {error}", "mend the line named")) from error
    return take_figures(raw, file.name)
