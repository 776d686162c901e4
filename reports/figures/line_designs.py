"""What one more server or one more rack would add to the line, as simulated on the same random numbers."""

from __future__ import annotations

import plotly.graph_objects as go

from reports.contents import RunContents
from reports.figures.panel import BLUE, VERMILION, Panel, Table, columns, hatched, rows, styled
from reports.words import number, percent, plural
from twin.model.contracts import BASE_DESIGN
from twin.model.shifts import HOURS_PER_WEEK


def panel(contents: RunContents) -> Panel | None:
    """Draw the capacity that each design adds with every cell staffed; None where no designs were tried."""
    response = contents.response
    if response is None or "capacity_factor" not in response.data:
        return None
    names = [str(name) for name in response.data.coords["design"].values]
    more = 100.0 * (response.values("capacity_factor")[:, -1] - 1.0)
    spread = 100.0 * response.values("capacity_factor_half_width")[:, -1]
    weekly = response.values("weekly_units")[:, -1, :, 0].max(axis=1)
    racks, burnt = response.values("racks_count"), HOURS_PER_WEEK * response.values("racks_units_per_h")
    labels = [_label(name) for name in names]
    tried = [place for place, name in enumerate(names) if name != BASE_DESIGN]
    figure = go.Figure()
    figure.add_bar(
        y=[labels[place] for place in tried],
        x=more[tried].round(3).tolist(),
        orientation="h",
        name="the line makes more",
        error_x={
            "type": "data",
            "array": spread[tried].round(3).tolist(),
            "color": VERMILION,
            "thickness": 2,
            "width": 5,
        },
        marker=hatched(BLUE, ""),
        hovertemplate="%{y}: %{x:.2f} ± %{error_x.array:.2f} %<extra></extra>",
    )
    styled(figure, 130 + 44 * len(tried))
    figure.update_layout(bargap=0.4, showlegend=False)
    figure.update_xaxes(title="more good units at the burn-in door, % (every cell staffed)", rangemode="tozero")
    figure.update_yaxes(categoryorder="array", categoryarray=[labels[place] for place in tried][::-1], showgrid=False)
    return Panel(
        "line-designs",
        "What one more server or rack would add",
        figure,
        _caption(labels, more.tolist(), racks.tolist(), burnt.tolist(), weekly.tolist()),
        Table(
            columns(
                ("Design", None),
                ("line, units a week on the best pattern", 0),
                ("more, %", 2),
                ("± half-width, 95 %", 2),
                ("people more", 0),
                ("racks", 0),
                ("racks can burn in, units a week", 0),
            ),
            rows(labels, weekly, more, spread, response.values("added_people"), racks, burnt),
        ),
    )


def _label(name: str) -> str:
    return "as in the plant file" if name == BASE_DESIGN else name.replace("_", " ").replace(", ", ",<br>")


def _caption(labels: list[str], more: list[float], racks: list[float], burnt: list[float], weekly: list[float]) -> str:
    best = max(range(len(labels)), key=lambda place: more[place])
    words = (
        f"The {plural(len(labels) - 1, 'design')} were compared with the line as it is on the same random numbers. "
        if len(labels) > 1
        else ""
    )
    if more[best] > 0:
        words += f"Most is added by {labels[best].replace('<br>', ' ')}: {percent(more[best] / 100.0)}. "
    return (
        f"{words}A server comes with the people for one more job: without, it would stand still. Here every "
        f"cell is staffed. "
        f"The {plural(int(racks[0]), 'rack')} of the plant file can burn in {number(burnt[0])} units a week around the "
        f"clock, the line makes at most {number(weekly[0])}. The plan uses the line as it is."
    )
