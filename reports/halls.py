"""The conditioned halls on the page: what cools, dries and warms each, and the hours outside its bands of humidity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.figures.panel import Column, Table
from reports.words import energy, number, percent, plural, usd

MWH = 1000.0


def halls_table(halls: Mapping[str, Any]) -> Table:
    """Return a row a hall: its heat of the year in MWh, hours outside its bands, and its extremes.

    *halls* is the summary's part on conditioned halls.
    """
    heads = (
        Column("Hall"),
        Column("chilled water, MWh", 0),
        Column("of it to dry the air, MWh", 0),
        Column("reheat, MWh", 0),
        Column("heating, MWh", 0),
        Column("hours outside the firm band of humidity", 0),
        Column("hours outside the house’s band", kind="short"),
        Column("warmest, °C", 1),
        Column("relative humidity, least to most", kind="short"),
    )
    rows = tuple(
        (
            str(one["name"]),
            one["cooling_kwh_th"] / MWH,
            one["latent_kwh_th"] / MWH,
            one["reheat_kwh_th"] / MWH,
            one["heating_kwh_th"] / MWH,
            one["hours_below_firm"] + one["hours_above_firm"],
            _house_hours(one),
            one["warmest_c"],
            f"{percent(one['lowest_relative_humidity'], 0)} to {percent(one['highest_relative_humidity'], 0)}",
        )
        for one in halls["halls"]
    )
    return Table(heads, rows)


def _house_hours(one: Mapping[str, Any]) -> str:
    below, above = one["hours_below_house"], one["hours_above_house"]
    return "no rule" if below is None else number(below + above)


def halls_verdict(halls: Mapping[str, Any]) -> str:
    """Return where the heat for reheat and heating comes from, and what the house's rule of humidity costs."""
    needed = halls["reheat_kwh_th"] + halls["heating_kwh_th"]
    if needed <= 0:
        said = "The halls need no reheat and no heating."
    else:
        share = halls["recovered_share"] or 0.0
        said = (
            f"Reheat and heating take {energy(needed)} of heat; {percent(share, 0)} of it comes from the miners’ "
            f"exhaust and the chillers’ condensers, the rest is electric ({energy(halls['electric_heat_kwh'])})."
        )
    if halls["unserved_kwh_th"] > 0:
        said += f" {energy(halls['unserved_kwh_th'])} of heat could not be given or taken."
    if halls["house_rule_usd"] > 0:
        outside = sum((one["hours_below_house"] or 0) + (one["hours_above_house"] or 0) for one in halls["halls"])
        price = usd(halls["house_rule_usd"])
        said += f" The house’s band of humidity is left in {plural(outside, 'hour')}: {price} a year."
    return said
