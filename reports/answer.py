"""The top of the page: the answer in one sentence, the tiles, and what a reader must be warned of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reports.contents import RunContents
from reports.figures.panel import Cell
from reports.words import MONTHS, NONE, energy, listed, number, percent, plural, quantity, usd, usd_short


@dataclass(frozen=True)
class Tile:
    """One number at a glance.

    Parameters: *name*; *value* in words; *detail*, what stands below it; *section* that explains it; *raw*, the
    number as it is in the summary; *mood*, "good" or "bad" where the number judges the plan.
    """

    name: str
    value: str
    detail: str
    section: str
    raw: Cell | bool
    mood: str = ""


def answer(contents: RunContents) -> str:
    """What to buy, which shifts, what it costs, how many units, and whether the promise was kept: one sentence."""
    summary = contents.summary
    units = summary["good_units_per_year"]
    made = f" and makes {number(units)} good units ({usd(summary['usd_per_good_unit'], 2)} each)" if units else ""
    return (
        f"Build {_to_buy(contents)}{_shifts(contents)}; the plan costs "
        f"{usd_short(summary['objective_usd_per_year'])} a year, {usd_short(summary['bill_usd'])} of it electricity,"
        f"{made}; {_verdict(contents)}."
    )


def warnings(contents: RunContents) -> list[str]:
    """Sentences that limit what the page may be used for."""
    summary = contents.summary
    found = []
    if summary["quick"]:
        found.append(
            "This is a quick run: a coarser search, few replications. Plan again without --quick before you decide."
        )
    if summary["status"] == "stopped":
        found.append(
            "A limit stopped the search. This is the best plan found until then, and the run is not repeatable."
        )
    if summary["bound_usd_per_year"] is None:
        found.append("No lower bound was proven, so nothing is known of how much better another plan could be.")
    if summary["kept"] is None:
        found.append("The plan has not been played in the twin: what follows is a promise only.")
    elif not summary["kept"]["all"]:
        broken = [
            name
            for key, name in (("units", "units"), ("usd", "cost"), ("peak_kw", "peak power"), ("kwh", "energy"))
            if not summary["kept"].get(key, True)
        ]
        what = f" ({listed(broken)})" if broken else ""
        found.append(f"The promise was not kept when the plan was played{what}; see promise against outcome.")
    shortage = float(contents.plan.values("shortage_units").sum())
    if shortage >= 0.5:
        found.append(f"The plan leaves {plural(shortage, 'unit')} of demand unmet in the year and prices the shortage.")
    return found


def tiles(contents: RunContents) -> list[Tile]:
    """The numbers at a glance."""
    summary, sizes = contents.summary, contents.summary["sizes"]
    firm = sizes.get("service_firm_kw")
    return [
        Tile(
            "Firm grid service",
            quantity(firm, "kW"),
            f"planned peak {quantity(contents.plan.values('grid_kw').max(), 'kW')}",
            "kit",
            firm,
        ),
        *_line_tiles(contents),
        Tile(
            "Electricity",
            f"{usd_short(summary['bill_usd'])} a year",
            _electricity(contents),
            "bill",
            summary["bill_usd"],
        ),
        *_unit_tile(contents),
        Tile(
            "Gap to the best possible",
            percent(summary["gap"], 2),
            f"of the cost that is decided, {usd_short(summary['gap_usd_per_year'])} a year"
            if summary["gap"] is not None
            else "no bound was proven",
            "cost",
            summary["gap"],
        ),
        Tile(
            "Life-cycle cost",
            usd_short(summary["life_cycle_cost_usd"]),
            "present value over the horizon"
            if summary["net_present_value_usd"] is None
            else f"net present value against business as usual {usd_short(summary['net_present_value_usd'])}",
            "cost",
            summary["life_cycle_cost_usd"],
        ),
        _promise_tile(contents),
    ]


def _line_tiles(contents: RunContents) -> list[Tile]:
    summary = contents.summary
    racks = summary["sizes"].get("racks_count")
    if not contents.has_line or racks is None:
        return []
    slots = contents.assumed("burn_in.slots_per_rack")
    labour = summary["labour"]
    heads = np.add(labour["line_heads_by_month"], labour["burn_in_heads_by_month"])
    low, high = int(np.argmin(heads)), int(np.argmax(heads))
    when = (
        f"at most, in {MONTHS[high]}; {number(heads[low])} in {MONTHS[low]}" if heads[high] > heads[low] else "all year"
    )
    return [
        Tile("Burn-in racks", plural(racks, "rack"), f"{number(racks * slots)} slots" if slots else "", "kit", racks),
        Tile(
            "People in crews",
            f"{number(heads[high])} people",
            when,
            "shifts",
            float(heads[high]),
        ),
    ]


def _unit_tile(contents: RunContents) -> list[Tile]:
    summary = contents.summary
    cost = summary["usd_per_good_unit"]
    if cost is None:
        return []
    detail = f"all cost lines, {number(summary['good_units_per_year'])} good units a year"
    return [Tile("Cost of a good unit", usd(cost, 2), detail, "cost", cost)]


def _electricity(contents: RunContents) -> str:
    used = energy(float(contents.plan.values("grid_kw").sum()))
    units = contents.summary["good_units_per_year"]
    return f"{usd(contents.summary['bill_usd'] / units, 2)} a good unit, {used}" if units else used


def _promise_tile(contents: RunContents) -> Tile:
    summary = contents.summary
    kept, outcome = summary["kept"], summary["outcome"]
    if kept is None or outcome is None:
        return Tile("Promise", "not played", "no play-back in this run", "proof", None)
    key, unit = ("units", "units") if summary["promise"].get("units") else ("kwh", "kWh")
    detail = (
        f"played {number(outcome[key]['mean'])} ± {number(outcome[key]['half_width'])} {unit}, "
        f"promised {number(summary['promise'][key])}"
    )
    good = bool(kept["all"])
    return Tile("Promise", "Kept" if good else "Not kept", detail, "proof", good, "good" if good else "bad")


def _to_buy(contents: RunContents) -> str:
    summary = contents.summary
    sizes = summary["sizes"]
    parts = [f"{quantity(sizes.get('service_firm_kw'), 'kW')} of firm grid service"]
    if contents.has_line and "racks_count" in sizes:
        parts.insert(0, plural(sizes["racks_count"], "burn-in rack"))
    if sizes.get("chillers_count"):
        parts.append(plural(sizes["chillers_count"], "chiller"))
    if sizes.get("water_cooled_chillers_count"):
        parts.append(plural(sizes["water_cooled_chillers_count"], "water-cooled chiller"))
    if sizes.get("towers_count"):
        parts.append(plural(sizes["towers_count"], "cooling tower"))
    if sizes.get("pads_kw_th"):
        parts.append(f"evaporative pads for {quantity(sizes['pads_kw_th'], 'kW')} of heat")
    if sizes.get("cold_store_kwh_th"):
        parts.append(f"a cold store of {quantity(sizes['cold_store_kwh_th'], 'kWh')}")
    if sizes.get("battery_kwh"):
        parts.append(f"a battery of {quantity(sizes['battery_kw'], 'kW')} and {quantity(sizes['battery_kwh'], 'kWh')}")
    elif "battery_kwh" in sizes:
        parts.append("no battery")
    if sizes.get("solar_kw"):
        parts.append(f"{quantity(sizes['solar_kw'], 'kW')} of solar modules")
    if sizes.get("generators_count"):
        parts.append(f"{plural(sizes['generators_count'], 'generator')} of {quantity(sizes['generator_kw'], 'kW')}")
    return listed(parts)


def _shifts(contents: RunContents) -> str:
    if not contents.has_line:
        return " for the load that was given"
    teams = contents.plan.values("teams")
    by_month = teams.sum(axis=1)
    low, high = number(by_month.min()), number(by_month.max())
    count = plural(by_month.max(), "line team") if low == high else f"{low} to {plural(by_month.max(), 'line team')}"
    totals = teams.sum(axis=0)
    main = int(np.argmax(totals))
    label = contents.pattern_labels[contents.patterns[main]]
    share = totals[main] / totals.sum()
    return f", and staff {count}{'' if share > 0.999 else ' mostly' if share > 0.5 else ' most often'} on {label}"


def _verdict(contents: RunContents) -> str:
    summary = contents.summary
    if summary["kept"] is None:
        return "it has not yet been played in the twin"
    times = plural(contents.replications, "time") if contents.replications else NONE
    return f"played {times} in the twin, it {'kept' if summary['kept']['all'] else 'did not keep'} its promise"
