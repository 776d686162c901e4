"""The yearly cost, line by line, to its total: what the plan decides and what no plan changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reports.contents import RunContents
from reports.figures.panel import BLUE, GREEN, GREY, Panel, Table, columns, compact, hatched, styled
from reports.words import humanised, listed, percent, usd, usd_short

LABELS = {
    "temporary": "Temporary measures",
    "energy": "Energy",
    "demand": "Demand charges",
    "coincident": "Coincident-peak charges",
    "fuel": "Fuel of generators",
    "labour": "Labour",
    "capital": "Capital (as a yearly payment)",
    "maintenance": "Maintenance",
    "water": "Water",
    "tax": "Property tax",
    "insurance": "Insurance",
    "duty_freight": "Duty and freight",
    "holding": "Capital tied up in waiting units",
    "house_rule": "Hours outside the house’s band of humidity",
}


def cost_label(line: str) -> str:
    """What a reader calls a cost *line*."""
    return LABELS.get(line, humanised(line))


def cost_rows(summary: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Cost lines by label [usd/year], the largest first; what is in no line of its own stands last."""
    found = [(cost_label(line), float(usd)) for line, usd in summary["costs"].items()]
    found.sort(key=lambda row: -row[1])
    rest = summary["objective_usd_per_year"] - sum(usd for _, usd in found)
    return [*found, ("In no line of its own", rest)] if abs(rest) > 1.0 else found


def panel(contents: RunContents) -> Panel:
    """Draw the cost lines as steps to the total, and the total in its two parts."""
    summary = contents.summary
    lines = cost_rows(summary)
    total, decidable = summary["objective_usd_per_year"], summary["decidable_usd_per_year"]
    drawn = [(label, usd) for label, usd in lines if abs(usd) >= 0.5]
    base = np.concatenate([[0.0], np.cumsum([usd for _, usd in drawn])[:-1]])
    figure = go.Figure()
    figure.add_bar(
        y=[label for label, _ in drawn],
        x=compact([usd for _, usd in drawn], 0),
        base=compact(base, 0),
        orientation="h",
        name="cost line",
        marker={"color": BLUE},
        text=[usd_short(usd) for _, usd in drawn],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: $%{x:,.0f} a year<extra></extra>",
    )
    parts = (("decided by the plan", decidable, GREEN, ""), ("the same in every plan", total - decidable, GREY, "/"))
    begin = 0.0
    for name, usd_part, colour, shape in parts:
        figure.add_bar(
            y=["Total"],
            x=compact([usd_part], 0),
            base=compact([begin], 0),
            orientation="h",
            name=f"total: {name}",
            marker=hatched(colour, shape),
            text=[usd_short(usd_part)],
            textposition="inside",
            insidetextanchor="middle",
            constraintext="inside",
            hovertemplate="%{text} a year " + name + "<extra></extra>",
        )
        begin += usd_part
    styled(figure, 104 + 34 * (len(drawn) + 1))
    figure.update_layout(barmode="overlay", bargap=0.28)
    span = max(total, float(np.max(base, initial=0.0)))
    figure.update_xaxes(title="usd a year", tickprefix="$", tickformat="~s", range=[0, 1.18 * span])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    first = [f"{label[0].lower()}{label[1:]} ({usd_short(usd)}, {percent(usd / total, 0)})" for label, usd in lines[:3]]
    caption = (
        f"The plan costs {usd(total)} a year; the three largest lines are {listed(first)}. "
        f"{usd_short(decidable)} of it is decided by the plan; {usd_short(total - decidable)} would be paid under "
        "every plan, such as the people outside the crews."
    )
    shares = [(label, round(usd, 2), 100 * usd / total) for label, usd in lines]
    table = Table(
        columns(("Cost line", None), ("usd a year", 0), ("share of the total, %", 1)),
        (
            *shares,
            ("Total", total, 100.0),
            ("of it decided by the plan", decidable, 100 * decidable / total),
            ("of it the same in every plan", total - decidable, 100 * (total - decidable) / total),
        ),
    )
    return Panel("yearly-cost", "Cost by line", figure, caption, table)
