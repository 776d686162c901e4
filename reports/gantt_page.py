"""The page of a Gantt chart: one HTML file that needs no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup
from plotly.offline import get_plotlyjs

from reports.figures import gantt
from reports.figures.panel import CONFIG
from reports.page import environment, write_whole

__all__ = ["render_gantt", "write_gantt"]


def render_gantt(log: Mapping[str, Sequence[Any]], begin_h: float, end_h: float, title: str) -> str:
    """Return the page of what machines and racks did from *begin_h* to *end_h*, hours of the run, as HTML.

    Parameters: *log*, the columns of an event log; *title*, the line's name. Raises `InputError` as `gantt.panel`.
    """
    context = {
        "title": title,
        "panel": gantt.panel(log, begin_h, end_h),
        "config": CONFIG,
        "plotlyjs": Markup(get_plotlyjs()),
    }
    return environment().get_template("gantt.html.j2").render(context)


def write_gantt(log: Mapping[str, Sequence[Any]], begin_h: float, end_h: float, title: str, file: Path) -> None:
    """Write the page of `render_gantt` to *file*, whole or not at all."""
    write_whole(render_gantt(log, begin_h, end_h, title), file)
