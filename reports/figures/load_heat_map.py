"""The grid's load in every hour of the year, a day a column."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from reports.contents import RunContents
from reports.figures.panel import Panel, Table, columns, compact, rows, styled
from reports.words import MONTHS, energy, moment, number, percent, quantity

DAY_MS = 86_400_000


def panel(contents: RunContents) -> Panel:
    """Draw hours of the day against days of the year."""
    load = contents.plan.values("grid_kw")
    figure = go.Figure()
    figure.add_heatmap(
        z=compact(load.reshape(365, 24).T, 0),
        x0=str(contents.time[0].astype("datetime64[D]")),
        dx=DAY_MS,
        y0=0,
        dy=1,
        colorscale="Cividis",
        zmin=0,
        colorbar={"title": {"text": "kW", "side": "top"}, "thickness": 14, "tickformat": ","},
        hovertemplate="%{x|%a %e %B}, %{y}:00: %{z:,.0f} kW<extra></extra>",
    )
    styled(figure, 340, legend=False)
    figure.update_xaxes(showgrid=False, tickformat="%b", dtick="M1", ticklabelmode="period")
    figure.update_yaxes(
        title="hour of the day, standard time",
        showgrid=False,
        autorange="reversed",
        tickvals=[0, 4, 8, 12, 16, 20],
        ticktext=["00:00", "04:00", "08:00", "12:00", "16:00", "20:00"],
        zeroline=False,
    )
    by_hour = load.reshape(365, 24).mean(axis=0)
    high, low = int(np.argmax(by_hour)), int(np.argmin(by_hour))
    peak = int(np.argmax(load))
    caption = (
        f"The site draws {energy(load.sum())} from the grid in the year, {quantity(load.mean(), 'kW')} on average "
        f"({percent(load.mean() / load.max() if load.max() else 0.0, 0)} of its peak). The peak is "
        f"{quantity(load[peak], 'kW')} on {moment(contents.time[peak])}. On the average day the load is highest at "
        f"{high:02d}:00 ({number(by_hour[high])} kW) and lowest at {low:02d}:00 ({number(by_hour[low])} kW)."
    )
    picks = [np.flatnonzero(contents.month == month) for month in range(12)]
    peaks = [int(pick[np.argmax(load[pick])]) for pick in picks]
    table = Table(
        columns(("Month", None), ("mean, kW", 0), ("peak, kW", 0), ("when it peaks", None), ("energy, kWh", 0)),
        rows(
            MONTHS,
            [float(load[pick].mean()) for pick in picks],
            [float(load[place]) for place in peaks],
            [moment(contents.time[place]) for place in peaks],
            [float(load[pick].sum()) for pick in picks],
        ),
    )
    hours = [str(time) for time in contents.time]
    download = Table(columns(("hour beginning, standard time", None), ("grid, kW", 1)), rows(hours, np.round(load, 1)))
    return Panel("load-year", "Grid load in every hour of the year", figure, caption, table, download)
