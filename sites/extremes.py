"""Extremes of a station: what is reached once in so many years, beyond the design conditions."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from sites.statistics_table import packaged_text

_STATUS_ORDER = ("SEEN", "NEIGHBOUR")


@dataclass(frozen=True)
class DesignExtremes:
    """Extremes of a station [C], from the annual extremes of ASHRAE's tables.

    *wet_bulb_c* the highest wet bulb on record; *mean_dry_bulb_c* the mean of each year's highest dry bulb, and the
    highest dry bulb within 5, 10, 20 and 50 years. *status*: SEEN in the named source, or NEIGHBOUR, of another station
    (*of*, *away_km*) that stands for it.
    """

    of: str
    away_km: float
    wet_bulb_c: float
    mean_dry_bulb_c: float
    dry_bulb_5_years_c: float
    dry_bulb_10_years_c: float
    dry_bulb_20_years_c: float
    dry_bulb_50_years_c: float
    basis: str
    source: str
    status: str


def design_extremes(wmo: str) -> DesignExtremes | None:
    """Extremes of the station with the number *wmo*, its own before a neighbour's; None where the table has none."""
    rows = [row for row in csv.DictReader(packaged_text("design_extremes.csv").splitlines()) if row["WMO"] == wmo]
    if not rows:
        return None
    row = min(rows, key=lambda candidate: _STATUS_ORDER.index(candidate["status"]))
    return DesignExtremes(
        of=row["of"],
        away_km=float(row["away_km"]),
        wet_bulb_c=float(row["max_WB_C"]),
        mean_dry_bulb_c=float(row["DB_mean_C"]),
        dry_bulb_5_years_c=float(row["DB_5_C"]),
        dry_bulb_10_years_c=float(row["DB_10_C"]),
        dry_bulb_20_years_c=float(row["DB_20_C"]),
        dry_bulb_50_years_c=float(row["DB_50_C"]),
        basis=row["basis"],
        source=row["source"],
        status=row["status"],
    )
