"""The electricity bill, month by month and by what it is charged for."""

from __future__ import annotations

import plotly.graph_objects as go

from reports.contents import RunContents
from reports.figures.panel import BLUE, GREEN, GREY, ORANGE, Panel, Table, columns, compact, hatched, rows, styled
from reports.words import MONTHS, SHORT_MONTHS, percent, usd, usd_short

PARTS = (
    ("energy_usd", "energy", BLUE, ""),
    ("demand_usd", "demand", ORANGE, "/"),
    ("coincident_usd", "coincident peak", GREEN, "."),
    ("fixed_usd", "fixed, riders and taxes", GREY, "x"),
)


def panel(contents: RunContents) -> Panel:
    """Draw the bill of each month as a stack of its parts."""
    months = contents.summary["monthly"]
    figure = go.Figure()
    for key, name, colour, shape in PARTS:
        figure.add_bar(
            x=SHORT_MONTHS,
            y=compact([month[key] for month in months], 0),
            name=name,
            marker=hatched(colour, shape),
            hovertemplate="%{x}, " + name + ": $%{y:,.0f}<extra></extra>",
        )
    styled(figure, 360)
    figure.update_layout(barmode="relative", bargap=0.25)
    figure.update_yaxes(title="usd a month", tickprefix="$", tickformat="~s")
    totals = [sum(month[key] for key, *_ in PARTS) for month in months]
    year = sum(totals)
    dearest = max(range(12), key=lambda place: totals[place])
    power = months[dearest]["demand_usd"] + months[dearest]["coincident_usd"]
    caption = (
        f"The electricity bill of the year is {usd(year)}. {MONTHS[dearest]} is the dearest month at "
        f"{usd(totals[dearest])}, {percent(power / totals[dearest], 0) if totals[dearest] else 'none'} of it for "
        f"power (demand and coincident peak); over the year that share is "
        f"{percent(sum(m['demand_usd'] + m['coincident_usd'] for m in months) / year, 0) if year else 'none'}. "
        f"The lowest month costs {usd_short(min(totals))}."
    )
    table = Table(
        columns(
            ("Month", None),
            ("energy, usd", 0),
            ("demand, usd", 0),
            ("coincident peak, usd", 0),
            ("fixed, riders and taxes, usd", 0),
            ("total, usd", 0),
            ("energy, kWh", 0),
            ("peak, kW", 0),
            ("billed demand, kW", 0),
        ),
        (
            *rows(
                MONTHS,
                *([float(month[key]) for month in months] for key, *_ in PARTS),
                totals,
                *([float(month[key]) for month in months] for key in ("kwh", "peak_kw", "billing_kw")),
            ),
            (
                "Year",
                *(float(sum(month[key] for month in months)) for key, *_ in PARTS),
                year,
                float(sum(month["kwh"] for month in months)),
                max(float(month["peak_kw"]) for month in months),
                max(float(month["billing_kw"]) for month in months),
            ),
        ),
    )
    return Panel("monthly-bill", "Bill by month and charge", figure, caption, table)
