"""The event log of a run, as columns: what happened to which unit, where and when."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sites.errors import InputError, Problem

if TYPE_CHECKING:
    from twin.sim.line.unit import Unit

COLUMNS = ("time_min", "event", "station", "server", "unit", "product", "detail")
NOBODY = -1


class EventLog:
    """Columns of equal length, one entry for each event; *products* are names by index.

    A station notes `arrive`, `start` (detail `set_up` before a set-up), `finish` (detail `pass`, `fail` or `scrap`),
    `leave`, `stop` and `resume` of a job, and `fail`, `repair`, `repaired` of a machine; the plant notes `release`,
    `lost`, `exit` and `scrap`. *server* and *unit* are -1 where there is none.
    """

    __slots__ = ("_products", "detail", "event", "product", "server", "station", "time_min", "unit")

    def __init__(self, products: list[str]) -> None:
        self._products = products
        self.time_min: list[float] = []
        self.event: list[str] = []
        self.station: list[str] = []
        self.server: list[int] = []
        self.unit: list[int] = []
        self.product: list[str] = []
        self.detail: list[str] = []

    def add(
        self, now_min: float, event: str, station: str, unit: Unit | None = None, server: int = NOBODY, detail: str = ""
    ) -> None:
        """Note one *event* at *station* (empty: the plant's own)."""
        self.time_min.append(now_min)
        self.event.append(event)
        self.station.append(station)
        self.server.append(server)
        self.unit.append(NOBODY if unit is None else unit.number)
        self.product.append("" if unit is None else self._products[unit.product])
        self.detail.append(detail)

    def columns(self) -> dict[str, list[Any]]:
        """Return the columns by name."""
        return {name: getattr(self, name) for name in COLUMNS}


def write_log(columns: dict[str, list[Any]], path: Path) -> None:
    """Write *columns* to a CSV file, whole or not at all; raises `InputError` where nothing can be written."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(zip(*(columns[name] for name in COLUMNS), strict=True))
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(Problem(str(path), f"cannot be written: {error.strerror}", "name another file")) from error
