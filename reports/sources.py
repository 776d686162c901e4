"""Where the numbers come from: assumptions grouped by confidence, and how to repeat the run."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from reports.contents import RunContents
from reports.figures.panel import Column, Table
from reports.words import MINUS, humanised

CONFIDENCES = (
    ("low", "Low confidence: assumptions to check first"),
    ("medium", "Medium confidence"),
    ("high", "High confidence"),
)


def assumption_groups(contents: RunContents) -> list[tuple[str, Table]]:
    """Tables of the numbers that have an origin, low confidence first; within a group the swept ones come first."""
    groups = []
    for confidence, title in CONFIDENCES:
        found = [figure for figure in contents.assumptions if figure["confidence"] == confidence]
        found.sort(key=lambda figure: figure["low"] is None)
        if found:
            groups.append((f"{title} ({len(found)})", _table(found)))
    return groups


def assumption_count(contents: RunContents) -> tuple[int, int, int]:
    """Return how many numbers have an origin, how many of them are assumptions, and how many carry a range."""
    figures = contents.assumptions
    return (
        len(figures),
        sum(bool(each["assumption"]) for each in figures),
        sum(each["low"] is not None for each in figures),
    )


def _table(figures: Iterable[Mapping[str, Any]]) -> Table:
    return Table(
        (
            Column("Key in the site or plant file", kind="key"),
            Column("kind"),
            Column("low", kind="number"),
            Column("base", kind="number"),
            Column("high", kind="number"),
            Column("source"),
            Column("dated", kind="short"),
        ),
        tuple(
            (
                str(figure["key"]),
                "assumption" if figure["assumption"] else "sourced",
                *(value(figure[side]) for side in ("low", "base", "high")),
                f"{figure['source']}{'; ' + figure['note'] if figure['note'] else ''}",
                str(figure["date"]),
            )
            for figure in figures
        ),
    )


def value(item: Any) -> str:
    """A number, list or word as the file has it."""
    if item is None:
        return "\u2013"
    if isinstance(item, bool):
        return "yes" if item else "no"
    if isinstance(item, list | tuple):
        return ", ".join(value(each) for each in item)
    if isinstance(item, int | float):
        return f"{item:,.10g}".replace("-", MINUS)
    return str(item)


def provenance(manifest: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what the manifest says of a run, part by part; parts that it lacks are left out."""
    parts: list[tuple[str, list[tuple[str, str]]]] = []
    for key, title in (
        ("versions", "Versions"),
        ("inputs", "Inputs and their SHA-256"),
        ("seeds", "Seeds"),
        ("phases_s", "Seconds by phase"),
        ("host", "Machine"),
    ):
        found = _pairs(manifest.get(key), digits=1 if key == "phases_s" else None)
        if found:
            parts.append((title, found))
    return parts


def command(manifest: Mapping[str, Any]) -> str:
    """Return the command that made the run, as one would type it."""
    found = manifest.get("command", "")
    return shlex.join(str(word) for word in found) if isinstance(found, list | tuple) else str(found)


def _pairs(found: Any, digits: int | None) -> list[tuple[str, str]]:
    """Flatten a mapping, a list or a plain value to (name, value) pairs."""
    if isinstance(found, Mapping):
        return [(str(name), _leaf(item, digits)) for name, item in found.items()]
    if isinstance(found, list | tuple):
        return [(f"{place}", _leaf(item, digits)) for place, item in enumerate(found, start=1)]
    return [] if found in (None, "") else [("", _leaf(found, digits))]


def _leaf(item: Any, digits: int | None) -> str:
    if isinstance(item, Mapping):
        return ", ".join(f"{humanised(str(name)).lower()} {_leaf(part, digits)}" for name, part in item.items())
    if isinstance(item, float) and digits is not None:
        return f"{item:,.{digits}f}"
    return value(item) if isinstance(item, list | tuple | float) else str(item)
