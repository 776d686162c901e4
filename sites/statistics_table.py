"""Reads the compact tables of statistics from which synthetic years are made.

One row a quantity: `site,name,scale,shape,values`; a number is integer / scale, and shape `4x12x12` is row-major.
The site `*` holds what all sites share.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import numpy as np

from sites.arrays import Floats

Statistics = dict[str, Floats]


def packaged_text(name: str) -> str:
    """Text of the table *name* in sites/tables, which is installed with the package."""
    return (files("sites") / "tables" / name).read_text(encoding="utf-8")


@cache
def _read(name: str) -> dict[str, Statistics]:
    table: dict[str, Statistics] = {}
    for row in csv.DictReader(packaged_text(name).splitlines()):
        values = np.array(row["values"].split(), dtype=float) / float(row["scale"])
        shaped = values.reshape([int(length) for length in row["shape"].split("x")])
        shaped.flags.writeable = False  # the table is shared by every caller
        table.setdefault(row["site"], {})[row["name"]] = shaped
    return table


def weather_table() -> dict[str, Statistics]:
    """Statistics of the TMY3 years of ten stations, by station; read once."""
    return _read("weather_stats.csv")


def price_table() -> dict[str, Statistics]:
    """Statistics of ERCOT prices, by node_market_year (LZ_NORTH_dam_2025); read once."""
    return _read("price_stats.csv")
