"""Heat and water on the page: limits of the air, hours of highest cooling power, PUE and WUE, and the plan's error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reports.contents import RunContents, Times
from reports.figures.cooling_modes import mode_words
from reports.figures.panel import Column, Table
from reports.halls import halls_table, halls_verdict
from reports.hydro import hydro_table, hydro_verdict
from reports.words import energy, humanised, listed, moment, number, percent, plural, quantity

# What the plan's linear form of cooling may err by (issue 6): shares of the year's cooling energy and of its peak.
MOST_ENERGY_ERROR, MOST_PEAK_ERROR = 0.003, 0.005
LIMITS = {
    "inlet": "Highest temperature at the inlet",
    "least inlet": "Lowest temperature at the inlet",
    "relative humidity": "Highest relative humidity",
    "least relative humidity": "Lowest relative humidity",
    "dew point": "Highest dew point",
    "wbgt": "Highest wet-bulb globe temperature (WBGT), for those who load",
}


@dataclass(frozen=True, eq=False)
class HeatSection:
    """What the section on heat and water shows beside its figures: four tables, and what they come to in sentences.

    *hydro* is a fifth, where water cools the miners, *halls* another where the plant has conditioned halls.
    """

    limits: Table
    limits_verdict: str
    worst_hours: Table
    effectiveness: Table
    linear_form: Table
    linear_verdict: str
    hydro: Table | None = None
    hydro_verdict: str = ""
    halls: Table | None = None
    halls_verdict: str = ""


def heat_section(contents: RunContents) -> HeatSection | None:
    """Return the section on heat and water, None when the summary has none (older runs, a given load)."""
    heat = contents.summary.get("heat")
    if not heat:
        return None
    return HeatSection(
        limits_table(heat["limits"], contents.time),
        limits_verdict(heat["limits"]),
        worst_hours_table(heat["worst_hours"], contents.time),
        effectiveness_table(heat),
        linear_form_table(heat["linear_form"]),
        linear_verdict(heat["linear_form"]),
        hydro_table(heat["hydro"]) if "hydro" in heat else None,
        hydro_verdict(heat["hydro"]) if "hydro" in heat else "",
        halls_table(heat["halls"]) if "halls" in heat else None,
        halls_verdict(heat["halls"]) if "halls" in heat else "",
    )


def limits_table(limits: Sequence[Mapping[str, Any]], time: Times) -> Table:
    """Return a row a limit: where it stands, hours at it and beyond it, and the hour that comes worst off."""
    heads = (
        Column("Limit"),
        Column("stands at", kind="short"),
        Column("hours at the limit or beyond", 0),
        Column("of them beyond it", 0),
        Column("worst hour", kind="short"),
        Column("when"),
    )
    return Table(
        heads,
        tuple(
            (
                limit_words(each["name"]),
                _in_unit(each["limit"], each["unit"]),
                each["hours_binding"],
                each["hours_broken"],
                _in_unit(each["worst_value"], each["unit"]),
                moment(time[each["worst_hour"]]),
            )
            for each in limits
        ),
    )


def limit_words(name: str) -> str:
    """Return what a reader calls the limit *name* of summary.json."""
    supply = name.removeprefix("condensation on ")
    if supply != name:
        return f"Lowest temperature of {supply}, against condensation"
    return LIMITS.get(name, humanised(name))


def limits_verdict(limits: Sequence[Mapping[str, Any]]) -> str:
    """Say which limits are broken and for how long, and which of those kept binds in most hours."""
    if not limits:
        return "In no hour does outdoor air alone cool the hall, so that no limit of it comes to bear."
    broken = [each for each in limits if each["hours_broken"]]
    if broken:
        which = listed(f"{_inner(each['name'])} in {plural(each['hours_broken'], 'hour')}" for each in broken)
        return f"Broken: {which}."
    most = max(limits, key=lambda each: each["hours_binding"])
    if not most["hours_binding"]:
        return "All limits are kept in every hour, and none is reached."
    return (
        "All limits are kept in every hour. The one that the air is held at most often is the "
        f"{_inner(most['name'])}, in {plural(most['hours_binding'], 'hour')}."
    )


def worst_hours_table(hours: Sequence[Mapping[str, Any]], time: Times) -> Table:
    """Return a row an hour, in the summary's order: when, why it is listed, its air, its cooling power and way."""
    heads = (
        Column("When"),
        Column("why it is listed"),
        Column("outdoor dry bulb, °C", 1),
        Column("outdoor wet bulb, °C", 1),
        Column("inlet, °C", 1),
        Column("cooling, kW", 0),
        Column("burn-in hall cooled by"),
    )
    return Table(
        heads,
        tuple(
            (
                moment(time[each["hour"]]),
                each["why"],
                *(each[key] for key in ("dry_bulb_c", "wet_bulb_c", "inlet_c", "cooling_kw")),
                mode_words(each["mode"]),
            )
            for each in hours
        ),
    )


def effectiveness_table(heat: Mapping[str, Any]) -> Table:
    """Return PUE, WUE and the energy of a unit, each with its definition in words."""
    return Table(
        (Column("Measure"), Column("of the plan", kind="short"), Column("what it is")),
        (
            (
                "Power usage effectiveness (PUE)",
                number(heat["pue"], 3),
                "all electricity (burn-in, line, cooling, buildings and losses) over that of burn-in and line; 1 would "
                "mean that nothing else draws power",
            ),
            (
                "Water usage effectiveness (WUE)",
                quantity(_finite(heat["wue_l_per_kwh"]), "L/kWh", 3),
                "water that cooling takes, what is drained of it included, over the electricity of burn-in and line",
            ),
            (
                "Electricity of a unit",
                quantity(_finite(heat["kwh_per_unit"]), "kWh", 1),
                "what the whole plant draws from the grid over the units that it ships",
            ),
        ),
    )


def linear_form_table(form: Mapping[str, Any]) -> Table:
    """Return energy and peak of cooling as planned and on the machines' own curves, with error, limit and verdict."""
    heads = (
        Column("Cooling"),
        Column("as planned", 0),
        Column("on the machines' own curves", 0),
        Column("error", kind="short"),
        Column("may be", kind="short"),
        Column("verdict", kind="short"),
    )
    found = (
        ("Electricity of the year, kWh", "modelled_kwh", "true_kwh", "energy_error", MOST_ENERGY_ERROR),
        ("Highest power, kW", "modelled_peak_kw", "true_peak_kw", "peak_error", MOST_PEAK_ERROR),
    )
    return Table(
        heads,
        tuple(
            (
                name,
                form[modelled],
                form[true],
                percent(form[error], 3),
                f"± {percent(most, 1)}",
                "held" if held(form[error], most) else "not held",
            )
            for name, modelled, true, error, most in found
        ),
    )


def held(error: float | None, most: float) -> bool:
    """Return whether an *error*, a share of either sign, is known and at most *most*."""
    return error is not None and bool(np.isfinite(error)) and abs(error) <= most


def linear_verdict(form: Mapping[str, Any]) -> str:
    """Say whether the plan's linear form of cooling is exact enough, and what heat it would leave unserved."""
    missed = [
        f"the {what} by {percent(abs(form[error]), 2) if form[error] is not None else 'an unknown share'}"
        for what, error, most in (
            ("energy", "energy_error", MOST_ENERGY_ERROR),
            ("peak", "peak_error", MOST_PEAK_ERROR),
        )
        if not held(form[error], most)
    ]
    verdict = (
        f"Both errors are small enough: at most {percent(MOST_ENERGY_ERROR, 1)} of the energy and "
        f"{percent(MOST_PEAK_ERROR, 1)} of the peak."
        if not missed
        else f"The plan errs by more than it may: it misses {listed(missed)}. Read its power with that in mind."
    )
    unserved = form["unserved_kwh_th"]
    if unserved is not None and unserved >= 0.5:
        return f"{verdict} On their own curves the machines leave {energy(unserved)} of the plan's heat uncarried."
    return f"{verdict} On their own curves the machines carry all of the plan's heat."


def _inner(name: str) -> str:
    """The words for a limit within a sentence."""
    words = limit_words(name)
    return words[:1].lower() + words[1:]


def _in_unit(value: float | None, unit: str) -> str:
    """A value of a limit in words: "38.0 °C", or a share as "90.0 %"."""
    return percent(value) if unit == "1" else quantity(value, "°C" if unit == "C" else unit, 1)


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else value
