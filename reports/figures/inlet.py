"""Air at the miners' inlet while they burn in, as the play-back met it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from reports.contents import Array, RunContents
from reports.figures.panel import BLUE, GREY, ORANGE, VERMILION, Panel, Table, columns, compact, rows, styled
from reports.words import MONTHS, SHORT_MONTHS, percent, quantity

PERCENTILES = (5.0, 50.0, 95.0, 99.0, 100.0)


def panel(contents: RunContents) -> Panel | None:
    """Draw percentiles of the inlet temperature by month, over hours in which units burn; None when none does."""
    if contents.outcome is None:
        return None
    burning = contents.outcome.values("burning_units") > 0
    if not burning.any():
        return None
    inlet, humidity = (contents.outcome.values(name) for name in ("inlet_c", "inlet_relative_humidity"))
    by_month = np.array([_percentiles(inlet, burning, contents.month == month) for month in range(12)])
    figure = go.Figure()
    for place, name, line in (
        (0, "5th percentile", {"color": GREY, "dash": "dot"}),
        (1, "median", {"color": BLUE}),
        (2, "95th percentile", {"color": ORANGE, "dash": "dash"}),
        (4, "highest", {"color": VERMILION}),
    ):
        figure.add_scatter(
            x=SHORT_MONTHS,
            y=compact(np.where(np.isfinite(by_month[:, place]), by_month[:, place], np.nan)),
            name=name,
            mode="lines+markers",
            line=line,
            hovertemplate="%{x}: %{y:.1f} °C<extra>" + name + "</extra>",
        )
    limit = contents.assumed("burn_in_hall.inlet_limit_c")
    if limit is not None:
        figure.add_hline(y=limit, line={"color": VERMILION, "dash": "dot", "width": 2})
        figure.add_annotation(
            x=0,
            xref="paper",
            y=limit,
            text=f"limit of the hall {limit:g} °C",
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
        )
    styled(figure, 360)
    figure.update_yaxes(title="inlet, °C", rangemode="normal")
    table = Table(
        columns(
            ("Month", None),
            *[(f"{_ordinal(rank)}, °C", 1) for rank in PERCENTILES],
            ("95th percentile of relative humidity, %", 0),
        ),
        rows(
            MONTHS,
            *[[None if np.isnan(v) else float(v) for v in by_month[:, place]] for place in range(len(PERCENTILES))],
            [_humidity(humidity, burning & (contents.month == month)) for month in range(12)],
        ),
    )
    return Panel("inlet", "Inlet temperature by month", figure, _caption(contents, inlet, burning, limit), table)


def _percentiles(inlet: Array, burning: np.ndarray, hours: np.ndarray) -> Array:
    values = inlet[burning & hours]
    return np.percentile(values, PERCENTILES) if values.size else np.full(len(PERCENTILES), np.nan)


def _humidity(humidity: Array, hours: np.ndarray) -> float | None:
    return float(100 * np.percentile(humidity[hours], 95)) if hours.any() else None


def _ordinal(rank: float) -> str:
    return {50.0: "median", 100.0: "highest"}.get(rank, f"{rank:g}th percentile")


def _caption(contents: RunContents, inlet: Array, burning: np.ndarray, limit: float | None) -> str:
    assert contents.outcome is not None
    values = inlet[burning]
    text = (
        f"While units burn in, the inlet is at {quantity(float(np.median(values)), '°C', 1)} in the median hour, at "
        f"{quantity(float(np.percentile(values, 99)), '°C', 1)} or below in 99 % of the hours, and at "
        f"{quantity(float(values.max()), '°C', 1)} in the hottest"
    )
    if limit is not None:
        above = float((values > limit + 0.05).mean())
        text += f"; it passes the hall's limit of {limit:g} °C in {percent(above, 2) if above else 'none'} of them"
    return text + "."


def unserved_heat(contents: RunContents) -> tuple[float, float, float, float] | None:
    """Heat a year that no way of cooling could carry, over the replications.

    Returns mean, least and most [kWh_th a year] and the mean number of hours a year with more than 0.1 kW_th.
    """
    if contents.outcome is None:
        return None
    heat = contents.outcome.values("unserved_heat_kw_th")
    yearly = heat.sum(axis=1)
    return float(yearly.mean()), float(yearly.min()), float(yearly.max()), float((heat > 0.1).sum(axis=1).mean())
