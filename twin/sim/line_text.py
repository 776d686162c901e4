"""The document of `twin line` as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NONE = "-"
STATION_COLUMNS = (
    ("utilisation", "working"), ("set_up", "set-up"), ("down", "down"), ("blocked", "blocked"), ("starved", "starved"),
    ("held", "held"), ("off", "off"),
)  # fmt: skip
WIDTH = 28


def line_text(document: Mapping[str, Any]) -> str:
    """Return what people want of the *document* first: the whole line, its stations, what limits it, and its doubts."""
    lines = [*_whole(document), "", *_stations(document["stations"])]
    if document["operators"]:
        lines += ["", f"{'operators':{WIDTH}} {'working':>9}"]
        lines += [f"{name:{WIDTH}} {_share(of['utilisation'])}" for name, of in document["operators"].items()]
    lines += ["", *_bottleneck(document["bottleneck"])]
    lines += [f"warning: {warning}" for warning in document["warnings"]]
    return "\n".join(lines)


def _whole(document: Mapping[str, Any]) -> list[str]:
    head = (
        f"{document['hours']:g} h after {document['warmup_h']:g} h of warm-up ({document['warmup_method']}), "
        f"{document['replications']} replications, 95 % half-widths"
    )
    rows = (
        ("throughput", "throughput_per_h", "units/h"),
        ("work in process", "wip", "units"),
        ("time in the plant", "cycle_time_h", "h"),
        ("power", "power_kw", "kW"),
    )
    return [head, *(f"{name:{WIDTH}} {plus_minus(document[key])} {unit}" for name, key, unit in rows)]


def plus_minus(of: Mapping[str, Any], digits: int = 3) -> str:
    """A mean and its half-width; a dash where nothing was measured."""
    if of["mean"] is None:
        return f"{NONE:>12}"
    return f"{of['mean']:12.{digits}f} +- {of['half_width']:.{digits}f}"


def _stations(stations: Mapping[str, Any]) -> list[str]:
    """Shares of server time in %, waits and queues; of servers without number the mean number at work."""
    heads = "".join(f" {head:>9}" for _, head in STATION_COLUMNS)
    lines = [f"{'% of server time':{WIDTH}}{heads} {'wait min':>10} {'queue':>9} {'units/h':>9}"]
    for name, of in stations.items():
        shares = "".join(f" {_share(of[key])}" for key, _ in STATION_COLUMNS)
        rest = f" {_number(of['wait_h'], 60):>10} {_number(of['queue']):>9} {_number(of['throughput_per_h']):>9}"
        lines.append(f"{name:{WIDTH}}{shares}{rest}")
    return lines


def _share(of: Mapping[str, Any]) -> str:
    return f"{NONE:>9}" if of["mean"] is None else f"{100 * of['mean']:9.1f}"


def _number(of: Mapping[str, Any], factor: float = 1.0) -> str:
    return NONE if of["mean"] is None else f"{factor * of['mean']:.2f}"


def _bottleneck(found: Mapping[str, Any]) -> list[str]:
    if found["name"] is None:
        return ["bottleneck: none, nothing in the line has a limit"]
    first = found["ranking"][0]
    second = {
        None: "blocked and starved shares point nowhere",
        "material": "blocked and starved shares say that the line waits for material",
    }.get(found["turning_point"], f"blocked and starved shares point to {found['turning_point']}")
    verdict = {True: " as well", False: ": they disagree", None: ""}[found["agree"]]
    return [f"bottleneck: {first['name']}, active {100 * first['active_share']:.1f} % of its time; {second}{verdict}"]
