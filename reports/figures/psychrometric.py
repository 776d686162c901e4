"""Outdoor air and the air at the miners' inlet on a psychrometric chart, with the hall's limits as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from reports.contents import Array, RunContents
from reports.figures.cooling_modes import LOOKS
from reports.figures.panel import GREY, VERMILION, Cell, Panel, Table, columns, compact, rows, styled
from reports.words import humanised, listed, number, plural, quantity
from sites import air
from twin.model.thermal.hall_modes import SOME_HEAT_KW_TH, Mode, cooling_modes

MOST_POINTS = 2000  # of each cloud: more would make the page slow and show nothing new
SEED = 20260101  # which hours are drawn is the same for the same run
GRAM = 1000.0  # per kilogram
# Limits by their names in summary.json: words and dash.
LIMITS = {
    "inlet": ("highest inlet", "solid"),
    "least inlet": ("lowest inlet", "dash"),
    "relative humidity": ("highest relative humidity", "dot"),
    "least relative humidity": ("lowest relative humidity", "longdashdot"),
    "dew point": ("highest dew point", "dashdot"),
    "wbgt": ("highest WBGT", "longdash"),
}
Hours = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Cloud:
    """States of air: dry bulb [C] and humidity ratio [kg/kg] by hour (8760), and the *hours* that belong to it."""

    dry_bulb_c: Array
    humidity_ratio: Array
    hours: Hours

    def row(self, name: str, drawn: int) -> tuple[Cell, ...]:
        """Return the cloud's row of the table: lowest, median and highest of both axes."""
        spans: list[Cell] = []
        for values in (self.dry_bulb_c[self.hours], GRAM * self.humidity_ratio[self.hours]):
            spans += [float(each) for each in np.quantile(values, (0.0, 0.5, 1.0))] if values.size else [None] * 3
        return name, int(self.hours.size), drawn, *spans


def panel(contents: RunContents) -> Panel | None:
    """Draw outdoor air by the hour's way of cooling, inlets and limits; None for a run without an account of heat."""
    heat = contents.summary.get("heat")
    if not heat:
        return None
    modes = modes_by_hour(contents)
    dry_c, ratio = contents.weather.values("dry_bulb_c"), contents.weather.values("humidity_ratio")
    outdoors, inlet = _Cloud(dry_c, ratio, np.arange(dry_c.size)), _inlet(contents, modes)
    drawn, drawn_inlets = thinned(outdoors.hours), thinned(inlet.hours)
    clouds = [(outdoors, drawn), (inlet, drawn_inlets)] if inlet.hours.size else [(outdoors, drawn)]
    figure = make_subplots(rows=len(clouds), cols=1, shared_xaxes=True, vertical_spacing=0.04)
    for row, (cloud, hours) in enumerate(clouds, start=1):
        _add_cloud(figure, row, cloud, hours, modes)
    worst = np.array([each["hour"] for each in heat["worst_hours"]], dtype=np.int64)
    if worst.size:
        _add_worst(figure, dry_c[worst], ratio[worst])
    _frame(figure, [cloud for cloud, _ in clouds], heat)
    table = Table(
        columns(
            ("Air, by the way of cooling", None),
            ("hours", 0),
            ("points drawn", 0),
            *[(f"{which} dry bulb, °C", 1) for which in ("lowest", "median", "highest")],
            *[(f"{which} humidity ratio, g/kg", 1) for which in ("lowest", "median", "highest")],
        ),
        (
            *(
                _Cloud(dry_c, ratio, np.flatnonzero(modes == mode)).row(
                    f"outdoors: {words}", int((modes[drawn] == mode).sum())
                )
                for mode, (words, *_) in LOOKS.items()
            ),
            outdoors.row("outdoors: all hours", drawn.size),
            inlet.row("at the inlet, in outdoor air", drawn_inlets.size),
        ),
    )
    caption = _caption(heat, outdoors, inlet, modes)
    return Panel("psychrometric", "Outdoor air and the hall's limits", figure, caption, table, _hourly(contents, modes))


def modes_by_hour(contents: RunContents) -> Hours:
    """Return the `Mode` of each hour (8760) in which the plan cools the burn-in hall."""
    free, pad, coil = (contents.plan.values(f"{way}_kw_th") for way in ("free_air", "pad", "coil"))
    return cooling_modes(free + pad, pad > SOME_HEAT_KW_TH, coil)


def thinned(hours: Hours, most: int = MOST_POINTS) -> Hours:
    """Return at most *most* of *hours*, in order: drawn by lot, each with the same chance, the same for the same hours.

    To take every fourth hour would favour some hours of the day.
    """
    if hours.size <= most:
        return hours
    return np.sort(np.random.default_rng(SEED).choice(hours, most, replace=False))


def _inlet(contents: RunContents, modes: Hours) -> _Cloud:
    """Air at the inlet, on average over the replications in which units burn, where outdoor air alone carries the heat.

    In hours with coils the outcome holds what open air would have given, not what the miners met: they are left out.
    """
    pressure_pa = contents.weather.values("pressure_pa")
    if contents.outcome is None:
        return _Cloud(pressure_pa, pressure_pa, np.arange(0))
    inlet_c, relative = (contents.outcome.values(name) for name in ("inlet_c", "inlet_relative_humidity"))
    burning = contents.outcome.values("burning_units") > 0
    ratio = air.humidity_ratio_from_relative_humidity(inlet_c, relative, pressure_pa)
    runs = np.maximum(burning.sum(axis=0), 1)
    mean_c, mean_ratio = ((burning * each).sum(axis=0) / runs for each in (inlet_c, ratio))
    in_outdoor_air = np.isin(modes, (Mode.OPEN_AIR, Mode.PADS))
    return _Cloud(mean_c, mean_ratio, np.flatnonzero(burning.any(axis=0) & in_outdoor_air))


def _add_cloud(figure: go.Figure, row: int, cloud: _Cloud, drawn: Hours, modes: Hours) -> None:
    """Draw the *drawn* hours of a cloud in a row of the figure, a trace for each way of cooling that the cloud has."""
    for mode, (words, colour, _, symbol) in LOOKS.items():
        if not (modes[cloud.hours] == mode).any():
            continue
        those = drawn[modes[drawn] == mode]
        figure.add_scatter(
            x=compact(cloud.dry_bulb_c[those]),
            y=compact(GRAM * cloud.humidity_ratio[those], 2),
            name=words,
            legendgroup=words,
            showlegend=row == 1,
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 5, "opacity": 0.75},
            hovertemplate="%{x:.1f} °C, %{y:.1f} g/kg<extra>" + words + "</extra>",
            row=row,
            col=1,
        )


def _add_worst(figure: go.Figure, dry_c: Array, ratio: Array) -> None:
    name = "hours of highest cooling power"
    figure.add_scatter(
        x=compact(dry_c),
        y=compact(GRAM * ratio, 2),
        name=name,
        mode="markers",
        marker={"color": VERMILION, "symbol": "circle-open", "size": 12, "line": {"width": 2}},
        hovertemplate="%{x:.1f} °C, %{y:.1f} g/kg<extra>" + name + "</extra>",
        row=1,
        col=1,
    )


def _frame(figure: go.Figure, clouds: Sequence[_Cloud], heat: Mapping[str, Any]) -> None:
    """Add limits and saturation, and axes that hold all points and the upright limits.

    The line of relative humidity begins far to the left of them.
    """
    chart = heat["chart"]
    shown_c = [cloud.dry_bulb_c[cloud.hours] for cloud in clouds]
    shown_ratio = [cloud.humidity_ratio[cloud.hours] for cloud in clouds]
    for name in ("inlet", "least inlet", "dew point"):
        line = chart["lines"].get(name, {"dry_bulb_c": [], "humidity_ratio": []})
        shown_c.append(np.asarray(line["dry_bulb_c"], dtype=float))
        shown_ratio.append(np.asarray(line["humidity_ratio"], dtype=float))
    all_c = np.concatenate(shown_c)
    low, high = float(np.floor(all_c.min() - 1.0)), float(np.ceil(all_c.max() + 1.0))
    top = float(np.ceil(GRAM * np.concatenate(shown_ratio).max() + 1.0))
    celsius = np.linspace(low, high, 81)
    saturated = air.humidity_ratio_from_dew_point(celsius, chart["pressure_pa"])
    inside = GRAM * saturated <= 1.2 * top
    for row in range(1, len(clouds) + 1):
        _add_line(figure, row, "saturated air", celsius[inside], saturated[inside], {"color": GREY, "width": 2.5})
        for name, line in chart["lines"].items():
            if line["dry_bulb_c"]:  # a limit that no air between the other limits reaches has no line
                words, dash = LIMITS.get(name, (humanised(name).lower(), "dot"))
                look = {"color": VERMILION, "dash": dash, "width": 2}
                states = np.asarray(line["dry_bulb_c"], dtype=float), np.asarray(line["humidity_ratio"], dtype=float)
                _add_line(figure, row, f"{words}{_value(heat, name)}", *states, look)
        figure.update_xaxes(range=[low, high], zeroline=False, row=row, col=1)
        title = f"{('outdoors', 'at the inlet')[row - 1]}, g of water per kg of dry air"
        figure.update_yaxes(title=title, range=[0.0, top], row=row, col=1)
    styled(figure, 460 if len(clouds) == 1 else 820)
    figure.update_layout(legend={"itemsizing": "constant", "itemwidth": 46})
    figure.update_xaxes(title="dry bulb, °C", row=len(clouds), col=1)


def _add_line(figure: go.Figure, row: int, name: str, dry_c: Array, ratio: Array, look: Mapping[str, Any]) -> None:
    figure.add_scatter(
        x=compact(dry_c, 2),
        y=compact(GRAM * ratio, 2),
        name=name,
        legendgroup=name,
        showlegend=row == 1,
        mode="lines",
        line=dict(look),
        hovertemplate=name + ": %{x:.1f} °C, %{y:.1f} g/kg<extra></extra>",
        row=row,
        col=1,
    )


def _value(heat: Mapping[str, Any], name: str) -> str:
    """The value of a limit as the legend shows it; empty where the run does not state it."""
    for each in heat["limits"]:
        if each["name"] == name:
            is_share = each["unit"] == "1"
            return f", {100 * each['limit'] if is_share else each['limit']:g} {'%' if is_share else '°C'}"
    return ""


def _caption(heat: Mapping[str, Any], outdoors: _Cloud, inlet: _Cloud, modes: Hours) -> str:
    below = (
        " Below is the air at the miners' inlet in hours in which units burn and outdoor air alone carries their heat, "
        "on average over the replications."
        if inlet.hours.size
        else ""
    )
    lots = [
        f"{number(MOST_POINTS)} of {number(cloud.hours.size)} hours {where}"
        for cloud, where in ((outdoors, "outdoors"), (inlet, "at the inlet"))
        if cloud.hours.size > MOST_POINTS
    ]
    thinning = (
        f" Points are thinned by lot, each hour with the same chance: {listed(lots)} are drawn, besides the hours of "
        "highest cooling power; the table counts all."
        if lots
        else ""
    )
    pressure = quantity(heat["chart"]["pressure_pa"] / 1000.0, "kPa", 1)
    return (
        f"{_out_of_reach(heat, outdoors, modes)}Each point is one hour outdoors; colour and shape tell how the plan "
        f"cools the burn-in hall then.{below} The limits hold at the inlet: the way from outdoors into them is what "
        "cooling has to do. Exhaust that is mixed back in moves air to the right, wet pads move it up to the left, "
        f"coils to the left and down. Saturated air is drawn at the year's mean pressure, {pressure}.{thinning}"
    )


def _out_of_reach(heat: Mapping[str, Any], outdoors: _Cloud, modes: Hours) -> str:
    """In how many hours outdoor air is too hot or too moist for the inlet as it comes; empty without those limits."""
    lines, found, advice = heat["chart"]["lines"], [], ""
    if "inlet" in lines:
        hot = outdoors.dry_bulb_c > max(lines["inlet"]["dry_bulb_c"])
        found.append(f"hotter than the highest inlet in {_hours(hot)}")
    if "dew point" in lines:
        damp = outdoors.humidity_ratio > max(lines["dew point"]["humidity_ratio"])
        found.append(f"moister than the highest dew point allows in {_hours(damp)}")
        if damp.any():
            advice = (
                f"; neither open air nor pads can dry it, only coils can, and there is heat to carry in "
                f"{_hours(damp & (modes != Mode.IDLE))} of this kind"
            )
    return f"Outdoor air is {listed(found)}{advice}. " if found else ""


def _hours(those: NDArray[np.bool_]) -> str:
    """ "no hour", "1 hour", "615 hours"."""
    return plural(int(those.sum()), "hour") if those.any() else "no hour"


def _hourly(contents: RunContents, modes: Hours) -> Table:
    """All hours of the year, for the file."""
    words = {mode: LOOKS[mode][0] for mode in Mode}
    return Table(
        columns(
            ("hour beginning, standard time", None),
            ("outdoor dry bulb, °C", 1),
            ("outdoor humidity ratio, g/kg", 2),
            ("cooled by", None),
        ),
        rows(
            [str(time) for time in contents.time],
            np.round(contents.weather.values("dry_bulb_c"), 1),
            np.round(GRAM * contents.weather.values("humidity_ratio"), 2),
            [words[Mode(mode)] for mode in modes.tolist()],
        ),
    )
