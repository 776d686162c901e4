"""The loop of hydro miners on the page: months by how dry coolers run, and what the year comes to in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.figures.panel import Column, Table
from reports.words import energy, number, percent, plural, quantity

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WAYS = {
    "dry": "dry",
    "assisted": "with wetted pads",
    "floating": "supply above its setpoint",
    "idle": "without heat",
}


def hydro_table(hydro: Mapping[str, Any]) -> Table:
    """Return a row a month, and one of the year: hours by how the dry coolers carry the miners' heat."""
    heads = (Column("Month"), *(Column(f"hours {words}", 0) for words in WAYS.values()))
    by_month = hydro["hours_by_month"]
    rows = [(month, *(by_month[way][place] for way in WAYS)) for place, month in enumerate(MONTHS)]
    return Table(heads, (*rows, ("Year", *(hydro["hours"][way] for way in WAYS))))


def hydro_verdict(hydro: Mapping[str, Any]) -> str:
    """Say how warm the supply gets against its limit, whether miners are throttled, and what fans and pads take."""
    if hydro["highest_supply_c"] is None:
        return "The loop carries no heat."
    throttled = hydro["throttled_hours"]
    held = "and no miner is throttled for it"
    if throttled:
        least = percent(hydro["least_power_share"])
        held = f"and miners are throttled in {plural(throttled, 'hour')}, to {least} at the least"
    fans_kwh, water_m3 = sum(hydro["fan_kwh"].values()), sum(hydro["water_m3"].values())
    return (
        f"The supply to the miners gets no warmer than {quantity(hydro['highest_supply_c'], '°C', 1)}, of "
        f"{quantity(hydro['supply_limit_c'], '°C', 1)} allowed, {held}. It comes back at "
        f"{quantity(hydro['mean_return_c'], '°C', 1)} on average. Fans take {energy(fans_kwh)} a year, pumps "
        f"{energy(hydro['pump_kwh'])}, pads {number(water_m3, 0)} m³ of water."
    )
