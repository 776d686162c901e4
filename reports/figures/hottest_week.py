"""The hottest week, hour by hour: who uses the power, what it costs, and how hot it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from reports.contents import Array, RunContents, Times
from reports.figures.panel import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SHADE,
    SKY,
    VERMILION,
    Panel,
    Table,
    columns,
    compact,
    rows,
    styled,
)
from reports.words import day, moment, percent, plural, quantity, usd

WEEK = 168
USES = (
    ("burn_in_kw", "burn-in", BLUE),
    ("line_kw", "line", SKY),
    ("cooling_kw", "cooling", GREEN),
    ("building_kw", "building", GREY),
    ("losses_kw", "losses", PURPLE),
    ("battery_charge_kw", "battery charging", ORANGE),
)


# What meets the uses beside the grid
SUPPLIES = (
    ("battery_discharge_kw", "battery discharging", ORANGE),
    ("solar_kw", "solar", GREEN),
    ("generators_kw", "generators", BLUE),
)


def hottest_week(contents: RunContents) -> slice:
    """Hours of the week, Monday to Sunday, with the highest mean dry bulb."""
    starts = np.flatnonzero((contents.weekday == 0) & (contents.hour == 0))
    starts = starts[starts + WEEK <= len(contents.time)]
    means = contents.weather.values("dry_bulb_c")[starts[:, None] + np.arange(WEEK)].mean(axis=1)
    first = int(starts[np.argmax(means)])
    return slice(first, first + WEEK)


def candidates_in(contents: RunContents, week: slice) -> NDArray[np.int64]:
    """Candidate hours of the coincident peak that lie in *week*, from its first hour."""
    hours = sorted({int(each["hour"]) for each in contents.summary["candidate_hours"]})
    return np.array([hour - week.start for hour in hours if week.start <= hour < week.stop], dtype=np.int64)


def panel(contents: RunContents) -> Panel:
    """Draw power by use, outdoor temperature and price over the hottest week."""
    week = hottest_week(contents)
    time, grid = contents.time[week], contents.plan.values("grid_kw")[week]
    uses = [(name, colour, contents.plan.values(key)[week]) for key, name, colour in USES]
    uses = [use for use in uses if use[2].any()]
    discharge = contents.plan.values("battery_discharge_kw")[week]
    supplies = [(name, colour, contents.plan.values(key)[week]) for key, name, colour in SUPPLIES]
    supplies = [supply for supply in supplies if supply[2].any()]
    dry, wet = (contents.weather.values(name)[week] for name in ("dry_bulb_c", "wet_bulb_c"))
    price_name, price = _price(contents, week)
    stamps = time.astype("datetime64[m]").astype(str)
    figure = make_subplots(rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.05, row_heights=[0.56, 0.22, 0.22])
    for name, colour, power in uses:
        figure.add_scatter(
            x=stamps,
            y=compact(power),
            name=name,
            mode="lines",
            stackgroup="uses",
            line={"width": 0.6, "color": colour, "shape": "hv"},
            fillcolor=colour,
            hovertemplate="%{y:,.0f} kW",
            row=1,
            col=1,
        )
    figure.add_scatter(
        x=stamps,
        y=compact(grid),
        name="grid",
        mode="lines",
        line={"color": VERMILION, "width": 2.5, "shape": "hv"},
        hovertemplate="%{y:,.0f} kW",
        row=1,
        col=1,
    )
    for name, colour, power in supplies:
        figure.add_scatter(
            x=stamps,
            y=compact(power),
            name=name,
            mode="lines",
            line={"color": colour, "width": 2.5, "dash": "dot", "shape": "hv"},
            hovertemplate="%{y:,.0f} kW",
            row=1,
            col=1,
        )
    for name, values, colour, dash in (("dry bulb", dry, VERMILION, "solid"), ("wet bulb", wet, BLUE, "dash")):
        figure.add_scatter(
            x=stamps,
            y=compact(values),
            name=f"outdoor {name}",
            mode="lines",
            line={"color": colour, "dash": dash},
            hovertemplate="%{y:.1f} °C",
            row=2,
            col=1,
        )
    figure.add_scatter(
        x=stamps,
        y=compact(1000 * price, 2),
        name=price_name,
        mode="lines",
        line={"color": GREEN, "shape": "hv"},
        hovertemplate="$%{y:,.2f} a MWh",
        row=3,
        col=1,
    )
    candidates = candidates_in(contents, week)
    _shade(figure, time, candidates)
    styled(figure, 640)
    figure.update_layout(hovermode="x unified")
    figure.update_xaxes(
        tickformat="%a %e %b", dtick=86_400_000, ticklabelmode="period", range=[stamps[0], str(time[-1] + 1)]
    )
    figure.update_yaxes(title="kW", tickformat=",", row=1, col=1)
    figure.update_yaxes(title="outdoor, °C", rangemode="normal", row=2, col=1)
    figure.update_yaxes(title="usd a MWh", tickprefix="$", rangemode="normal", row=3, col=1)
    table, download = _tables(time, uses, grid, discharge, dry, wet, price, candidates, supplies)
    caption = _caption(time, dry, grid, uses, price, candidates)
    return Panel("hottest-week", "Hour by hour", figure, caption, table, download)


def _price(contents: RunContents, week: slice) -> tuple[str, Array]:
    """Market price, or the tariff's energy price where no market bills the site [usd/kWh]."""
    market = contents.prices.values("energy_usd_per_kwh")
    if market.any():
        return "market price", market[week]
    return "tariff price", contents.plan.values("energy_usd_per_kwh")[week]


def _shade(figure: go.Figure, time: Times, candidates: NDArray[np.int64]) -> None:
    """Shade runs of candidate hours over all panels, with one entry in the legend."""
    if not candidates.size:
        return
    for run in np.split(candidates, np.flatnonzero(np.diff(candidates) > 1) + 1):
        figure.add_shape(
            type="rect",
            xref="x",
            yref="paper",
            x0=str(time[run[0]]),
            x1=str(time[run[-1]] + 1),
            y0=0,
            y1=1,
            fillcolor=SHADE,
            line={"width": 0},
            layer="below",
        )
    figure.add_scatter(
        x=[str(time[0])],
        y=[None],
        mode="markers",
        name="candidate coincident hours",
        hoverinfo="skip",
        marker={"symbol": "square", "size": 12, "color": SHADE},
        row=1,
        col=1,
    )


def _caption(
    time: Times,
    dry: Array,
    grid: Array,
    uses: Sequence[tuple[str, str, Array]],
    price: Array,
    candidates: NDArray[np.int64],
) -> str:
    peak = int(np.argmax(grid))
    name, _, power = max(uses, key=lambda use: float(use[2][peak]))
    total = sum(float(use[2][peak]) for use in uses)
    text = (
        f"In the hottest week ({day(time[0])} to {day(time[-1])}) it is {quantity(dry.mean(), '°C', 1)} on average "
        f"outside and {quantity(dry.max(), '°C', 1)} at most. The grid peaks at {quantity(grid[peak], 'kW')} on "
        f"{moment(time[peak])}, {percent(power[peak] / total if total else 0.0, 0)} of the use being {name}; "
        f"the price goes up to {usd(1000 * price.max())} a MWh."
    )
    if not candidates.size:
        return text + " No hour of this week is a candidate for the coincident peak."
    there = float(grid[candidates].mean())
    return text + (
        f" In the {plural(candidates.size, 'hour')} that may hold the coincident peak (shaded) the plan draws "
        f"{quantity(there, 'kW')} on average, {percent(there / grid[peak] if grid[peak] else 0.0, 0)} of the "
        "week's peak."
    )


def _tables(
    time: Times,
    uses: Sequence[tuple[str, str, Array]],
    grid: Array,
    discharge: Array,
    dry: Array,
    wet: Array,
    price: Array,
    candidates: NDArray[np.int64],
    supplies: Sequence[tuple[str, str, Array]] = (),
) -> tuple[Table, Table]:
    """Days of the week for the page, and every hour for the CSV file."""
    flag = np.isin(np.arange(WEEK), candidates)
    own = [(name, values) for name, _, values in supplies if not name.startswith("battery")]
    heads = [(f"{name}, kW", 0) for name, *_ in uses]
    daily = [values.reshape(7, 24) for _, _, values in uses]
    table = Table(
        columns(
            ("Day", None),
            *[(f"mean {head}", digits) for head, digits in heads],
            ("mean grid, kW", 0),
            ("peak grid, kW", 0),
            ("peak at", None),
            ("mean dry bulb, °C", 1),
            ("highest dry bulb, °C", 1),
            ("mean price, usd a MWh", 2),
            ("candidate hours", 0),
        ),
        rows(
            [moment(start).split(",")[0] for start in time[::24]],
            *[values.mean(axis=1) for values in daily],
            grid.reshape(7, 24).mean(axis=1),
            grid.reshape(7, 24).max(axis=1),
            [f"{hour:02d}:00" for hour in grid.reshape(7, 24).argmax(axis=1)],
            dry.reshape(7, 24).mean(axis=1),
            dry.reshape(7, 24).max(axis=1),
            1000 * price.reshape(7, 24).mean(axis=1),
            flag.reshape(7, 24).sum(axis=1),
        ),
    )
    download = Table(
        columns(
            ("hour beginning, standard time", None),
            *heads,
            ("battery discharging, kW", 0),
            *[(f"{name}, kW", 0) for name, _ in own],
            ("grid, kW", 0),
            ("dry bulb, °C", 1),
            ("wet bulb, °C", 1),
            ("price, usd a MWh", 2),
            ("candidate coincident hour", 0),
        ),
        rows(
            time.astype(str),
            *[np.round(values, 1) for _, _, values in uses],
            np.round(discharge, 1),
            *[np.round(values, 1) for _, values in own],
            np.round(grid, 1),
            np.round(dry, 1),
            np.round(wet, 1),
            np.round(1000 * price, 2),
            flag.astype(int),
        ),
    )
    return table, download
