"""The page of a run: one HTML file that needs no network, the same bytes for the same contents."""

from __future__ import annotations

import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from plotly.offline import get_plotlyjs

from reports import proof, sources
from reports.answer import answer, tiles, warnings
from reports.contents import RunContents, check_summary
from reports.figures import (
    cooling_modes,
    hottest_week,
    inlet,
    line_designs,
    line_response,
    load_duration,
    load_heat_map,
    monthly_bill,
    psychrometric,
    shipped,
    teams,
    yearly_cost,
)
from reports.figures.panel import CONFIG, Panel
from reports.heat import heat_section
from reports.kit import kit_list
from reports.ramp import ramp_section
from reports.sizes import sizes_section
from reports.words import number, percent, plural, quantity, usd, usd_short

__all__ = ["RunContents", "render", "write_report", "write_whole"]


def write_report(contents: RunContents, file: Path) -> None:
    """Write the page of *contents* to *file*, whole or not at all; raises `InputError` for an incomplete summary."""
    write_whole(render(contents), file)


def write_whole(text: str, file: Path) -> None:
    """Write *text* to *file*, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        part.chmod(0o644)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def render(contents: RunContents) -> str:
    """Return the page of *contents* as HTML; raises `InputError` for an incomplete summary."""
    check_summary(contents.summary)
    return environment().get_template("page.html.j2").render(_context(contents))


def panels(contents: RunContents) -> dict[str, Panel]:
    """Every figure that the contents have numbers for, by its place on the page."""
    made = {
        "cost": yearly_cost.panel(contents),
        "bill": monthly_bill.panel(contents),
        "load": load_heat_map.panel(contents),
        "duration": load_duration.panel(contents),
        "hottest": hottest_week.panel(contents),
        "teams": teams.panel(contents),
        "staffing": teams.staffing_panel(contents),
        "line": line_response.panel(contents),
        "designs": line_designs.panel(contents),
        "shipped": shipped.panel(contents),
        "inlet": inlet.panel(contents),
        "modes": cooling_modes.panel(contents),
        "psychrometric": psychrometric.panel(contents),
    }
    return {place: panel for place, panel in made.items() if panel is not None}


@cache
def environment() -> Environment:
    """Return the templates: values are escaped, and a name that nothing defines is an error."""
    found = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        number=number,
        percent=percent,
        plural=plural,
        quantity=quantity,
        usd=usd,
        usd_short=usd_short,
        in_script=in_script,
        breakable=breakable,
    )
    return found


def in_script(value: Any) -> Markup:
    """JSON that no value can break out of a script element."""
    return Markup(json.dumps(value, sort_keys=True).replace("<", "\\u003c").replace(">", "\\u003e"))


def breakable(key: str) -> Markup:
    """Return a dotted *key*, escaped, that a line may break after its points and underscores."""
    return Markup(str(escape(key)).replace(".", ".<wbr>").replace("_", "_<wbr>"))


def _context(contents: RunContents) -> dict[str, Any]:
    summary = contents.summary
    items = kit_list(summary)
    prices = [item.installed_usd for item in items if item.installed_usd is not None]
    return {
        "summary": summary,
        "answer": answer(contents),
        "warnings": warnings(contents),
        "tiles": tiles(contents),
        "kit": items,
        "kit_table": proof.kit_table(items),
        "kit_total_usd": sum(prices),
        "kit_has_usual": any(item.usual is not None for item in items),
        "panels": panels(contents),
        "gap": proof.gap_table(summary),
        "baseline": proof.baseline_table(summary),
        "savings": proof.savings_table(summary),
        "baseline_patterns": proof.baseline_patterns_table(summary, contents.pattern_labels),
        "bills": proof.bills_table(summary),
        "ramp": ramp_section(summary),
        "coincident": proof.coincident_table(summary),
        "promise": proof.promise_table(summary),
        "rounds": proof.rounds_table(summary),
        "replications": contents.replications,
        "unserved": inlet.unserved_heat(contents),
        "heat": heat_section(contents),
        "sizes": sizes_section(contents),
        "weather": contents.weather.data.attrs,
        "price_source": contents.prices.data.attrs["source"],
        "study_year": str(contents.time[0].astype("datetime64[Y]")),
        "assumption_groups": sources.assumption_groups(contents),
        "assumption_count": sources.assumption_count(contents),
        "limits": proof.limits(contents),
        "command": sources.command(contents.manifest),
        "provenance": sources.provenance(contents.manifest),
        "config": CONFIG,
        "plotlyjs": Markup(get_plotlyjs()),
    }
