"""What the line can make in a week on each shift pattern, as simulated."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from reports.contents import RunContents
from reports.figures.panel import BLUE, GREY, VERMILION, Panel, Table, columns, compact, hatched, rows, styled
from reports.words import MONTHS, number, percent, plural, quantity


def panel(contents: RunContents) -> Panel | None:
    """Draw weekly units by pattern with every cell staffed; None without a line."""
    if contents.response is None:
        return None
    response = contents.response
    units, spread = (response.values(name)[0, -1, :, 0] for name in ("weekly_units", "weekly_units_half_width"))
    names = [str(name) for name in response.data.coords["pattern"].values]
    used = dict(zip(contents.patterns, contents.plan.values("teams").sum(axis=0) > 0, strict=True))
    order = np.argsort(-units, kind="stable")
    labels = [contents.pattern_labels.get(names[place], names[place]) for place in order]
    figure = go.Figure()
    for in_plan, name, colour, shape in ((True, "used in the plan", BLUE, ""), (False, "not used", GREY, "/")):
        shown = [spot for spot, place in enumerate(order) if bool(used.get(names[place], False)) is in_plan]
        if not shown:
            continue
        figure.add_bar(
            y=[labels[spot] for spot in shown],
            x=compact(units[order[shown]]),
            orientation="h",
            name=name,
            error_x={
                "type": "data",
                "array": compact(spread[order[shown]]),
                "color": VERMILION,
                "thickness": 2,
                "width": 5,
            },
            marker=hatched(colour, shape),
            hovertemplate="%{y}: %{x:,.0f} ± %{error_x.array:,.0f} units a week<extra></extra>",
        )
    month, need = busiest_week(contents)
    figure.add_vline(x=need, line={"color": VERMILION, "dash": "dot", "width": 2})
    figure.add_scatter(
        x=[None],
        y=[labels[0]],
        mode="lines",
        name=f"needed a week in {MONTHS[month]}",
        line={"color": VERMILION, "dash": "dot"},
    )
    styled(figure, 110 + 34 * len(labels))
    figure.update_layout(bargap=0.35)
    figure.update_xaxes(title="good units a week that reach the burn-in door for the first time", tickformat=",")
    figure.update_yaxes(categoryorder="array", categoryarray=labels[::-1], showgrid=False)
    return Panel(
        "line-response",
        "Units a week on each shift pattern",
        figure,
        _caption(contents, labels, units[order], month, need),
        Table(
            columns(
                ("Shift pattern, every cell staffed", None),
                ("units a week", 0),
                ("± half-width, 95 %", 1),
                ("busiest hour, units", 1),
                ("in the plan", None),
            ),
            rows(
                labels,
                units[order],
                spread[order],
                response.values("capacity_units_per_h")[0, -1, :, :, 0].max(axis=1)[order],
                ["yes" if used.get(names[place], False) else "no" for place in order],
            ),
        ),
    )


def busiest_week(contents: RunContents) -> tuple[int, float]:
    """Return the month (0 to 11) that asks most units a week of seven days, and that number."""
    days = np.bincount(contents.month, minlength=12) / 24
    weekly = contents.plan.values("demand_units") / days * 7
    month = int(np.argmax(weekly))
    return month, float(weekly[month])


def _caption(contents: RunContents, labels: list[str], units: np.ndarray, month: int, need: float) -> str:
    assert contents.response is not None
    response = contents.response
    cells = (
        int(response.data.coords["teams"].values[-1])
        if "teams" in response.data.coords
        else response.data.sizes["teams"] - 1
    )
    able = int((units >= need).sum())
    returned, shipped, kwh = (
        float(response.values(name)[0]) for name in ("return_share", "shipped_share", "kwh_per_unit")
    )
    return (
        f"With {plural(cells, 'cell')} staffed the line makes from {number(units[-1])} units a week ({labels[-1]}) to "
        f"{number(units[0])} ({labels[0]}). {MONTHS[month]}, the busiest month, needs {number(need)} a week: "
        f"{number(able)} of {plural(len(labels), 'pattern')} can give that alone. {percent(returned)} of the units "
        f"burn in again after a repair, {percent(shipped)} are shipped in the end, and the line uses "
        f"{quantity(kwh, 'kWh', 2)} a unit beside its idle power. Found by simulation in "
        f"{plural(response.data.attrs['replications'], 'replication')}."
    )
