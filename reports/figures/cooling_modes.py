"""How the burn-in hall is cooled through the year: hours of each way by month, and the water it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from plotly.subplots import make_subplots

from reports.contents import RunContents
from reports.figures.panel import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    Panel,
    Table,
    columns,
    compact,
    hatched,
    rows,
    styled,
)
from reports.words import MONTHS, SHORT_MONTHS, listed, number, percent, quantity
from twin.model.thermal.hall_modes import Mode

# In the order of the stack, from below: words, colour, hatch of a bar and symbol of a point as a second code.
LOOKS: dict[Mode, tuple[str, str, str, str]] = {
    Mode.OPEN_AIR: ("open air", BLUE, "", "circle"),
    Mode.PADS: ("air through wet pads", SKY, "/", "square"),
    Mode.MIXED: ("outdoor air with coils", PURPLE, ".", "diamond"),
    Mode.COILS: ("coils", ORANGE, "x", "triangle-up"),
    Mode.IDLE: ("no heat to carry", GREY, "-", "cross"),
}


def mode_words(label: str) -> str:
    """Return what a reader calls the mode that summary.json calls *label*; the label itself where it is unknown."""
    return next((words for mode, (words, *_) in LOOKS.items() if mode.label == label), label)


def panel(contents: RunContents) -> Panel | None:
    """Draw hours of each way of cooling by month, and water below them; None for a run without an account of heat."""
    heat = contents.summary.get("heat")
    if not heat:
        return None
    by_month, water_m3 = heat["hours_by_mode_and_month"], heat["water_m3_by_month"]
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.06, row_heights=[0.68, 0.32])
    for mode, (words, colour, hatch, _) in LOOKS.items():
        if any(by_month[mode.label]):
            figure.add_bar(
                x=SHORT_MONTHS,
                y=compact(by_month[mode.label], 0),
                name=words,
                marker=hatched(colour, hatch),
                hovertemplate="%{x}, " + words + ": %{y:,.0f} h<extra></extra>",
                row=1,
                col=1,
            )
    figure.add_bar(
        x=SHORT_MONTHS,
        y=compact(water_m3),
        name="water",
        marker=hatched(GREEN, "\\"),
        hovertemplate="%{x}: %{y:,.1f} m³ of water<extra></extra>",
        row=2,
        col=1,
    )
    styled(figure, 480)
    figure.update_layout(barmode="stack", bargap=0.25)
    figure.update_yaxes(title="hours", tickformat=",d", row=1, col=1)
    figure.update_yaxes(title="water, m³", tickformat="~s", row=2, col=1)
    return Panel("cooling-modes", "Ways of cooling by month", figure, _caption(heat), _table(by_month, water_m3))


def _table(by_month: Mapping[str, Sequence[int]], water_m3: Sequence[float]) -> Table:
    hours = [list(by_month[mode.label]) for mode in LOOKS]
    return Table(
        columns(("Month", None), *[(f"{words}, hours", 0) for words, *_ in LOOKS.values()], ("water, m³", 1)),
        (
            *rows(MONTHS, *hours, [float(each) for each in water_m3]),
            ("Year", *(sum(each) for each in hours), float(sum(water_m3))),
        ),
    )


def _caption(heat: Mapping[str, Any]) -> str:
    hours = heat["hours_by_mode"]
    year = sum(hours.values())
    at_work = sorted((mode for mode in LOOKS if mode != Mode.IDLE and hours[mode.label]), key=lambda m: -hours[m.label])
    shares = [
        f"{LOOKS[mode][0]} in {number(hours[mode.label])} ({percent(hours[mode.label] / year)})" for mode in at_work
    ]
    text = (
        f"The burn-in hall has no heat to carry in {number(hours[Mode.IDLE.label])} of the year's {number(year)} hours."
    )
    if shares:
        text = f"Of the year's {number(year)} hours the burn-in hall is cooled by {listed(shares)}; " + (
            f"in the other {number(hours[Mode.IDLE.label])} it has no heat to carry."
            if hours[Mode.IDLE.label]
            else "there is heat to carry in all of them."
        )
    return f"{text}{_coil_words(heat)}{_water_words(heat)}"


def _coil_words(heat: Mapping[str, Any]) -> str:
    """When the coils, and so the chillers, work for this hall; empty where it has no heat."""
    by_month = heat["hours_by_mode_and_month"]
    coils = np.add(by_month[Mode.COILS.label], by_month[Mode.MIXED.label])
    if sum(heat["hours_by_mode"].values()) == heat["hours_by_mode"][Mode.IDLE.label]:
        return ""
    if not coils.any():
        return " Outdoor air is enough all year, so that no chiller works for this hall."
    most = int(np.argmax(coils))
    hours = quantity(coils[most], "hours")
    return f" Chilled water is needed for it in {number(coils.sum())} hours, most of all in {MONTHS[most]} ({hours})."


def _water_words(heat: Mapping[str, Any]) -> str:
    water_m3 = heat["water_m3_by_month"]
    if sum(water_m3) <= 0:
        return " Cooling takes no water."
    most = int(np.argmax(water_m3))
    return (
        f" Cooling takes {quantity(sum(water_m3), 'm³')} of water in the year: {quantity(heat['evaporated_m3'], 'm³')} "
        f"evaporate, the rest is drained so that salts do not build up. {MONTHS[most]} takes most, "
        f"{quantity(water_m3[most], 'm³')}."
    )
