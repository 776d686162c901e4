"""The hours of the year sorted by load, against the firm power of the service."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from reports.contents import Array, RunContents
from reports.figures.panel import BLUE, ORANGE, VERMILION, Panel, Table, columns, compact, rows, styled
from reports.words import percent, plural, quantity

# Every hour of the first hundred, where the curve bends, then every twentieth.
HOURS_SHOWN = np.unique(np.concatenate([np.arange(100), np.arange(100, 8760, 20), [8759]]))
HOURS_TABLED = np.array([0, 9, 87, 437, 875, 2189, 4379, 6569, 8759])


def panel(contents: RunContents) -> Panel:
    """Draw the plan's load-duration curve, the mean curve of the replications, and the firm service."""
    plan = _sorted(contents.plan.values("grid_kw"))
    firm = float(contents.summary["sizes"].get("service_firm_kw", 0.0))
    figure = go.Figure()
    figure.add_scatter(
        x=HOURS_SHOWN + 1,
        y=compact(plan[HOURS_SHOWN], 0),
        name="plan",
        mode="lines",
        line={"color": BLUE, "width": 2.5},
        hovertemplate="%{x:,} hours at or above %{y:,.0f} kW<extra>plan</extra>",
    )
    columns_shown = [("hours of the year at or above", 0), ("plan, kW", 0)]
    series = [plan]
    if contents.outcome is not None:
        played = _sorted(contents.outcome.values("grid_kw")).mean(axis=0)
        series.append(played)
        columns_shown.append(("played, mean of the replications, kW", 0))
        figure.add_scatter(
            x=HOURS_SHOWN + 1,
            y=compact(played[HOURS_SHOWN], 0),
            name="played, mean of the replications",
            mode="lines",
            line={"color": ORANGE, "width": 2, "dash": "dash"},
            hovertemplate="%{x:,} hours at or above %{y:,.0f} kW<extra>played</extra>",
        )
    figure.add_scatter(
        x=[1, 8760],
        y=[firm, firm],
        name="firm service, one transformer out",
        mode="lines",
        line={"color": VERMILION, "width": 2, "dash": "dot"},
        hovertemplate="firm service: %{y:,.0f} kW<extra></extra>",
    )
    styled(figure, 360)
    figure.update_xaxes(title="hours of the year", tickformat=",", range=[0, 8760])
    figure.update_yaxes(title="grid, kW", tickformat=",")
    above = int((plan > 0.9 * plan[0]).sum())
    spare = firm - plan[0]
    caption = (
        f"The load is above 90 % of its peak in {plural(above, 'hour')}, and above {quantity(plan[4379], 'kW')} in "
        f"half of the year. The firm service of {quantity(firm, 'kW')} leaves {quantity(spare, 'kW')} "
        f"({percent(spare / firm, 0)}) above the planned peak of {quantity(plan[0], 'kW')}."
        if firm
        else f"The load is above 90 % of its peak in {plural(above, 'hour')}."
    )
    table = Table(columns(*columns_shown), rows(HOURS_TABLED + 1, *(values[HOURS_TABLED] for values in series)))
    download = Table(columns(*columns_shown), rows(HOURS_SHOWN + 1, *(np.round(s[HOURS_SHOWN], 1) for s in series)))
    return Panel("load-duration", "Load-duration curve", figure, caption, table, download)


def _sorted(load: Array) -> Array:
    """Hours in falling order of load, along the last axis."""
    return np.asarray(-np.sort(-load, axis=-1))
