"""Promise against outcome: what the plan says, what the twin found, and whether the promise was kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sites.bill import bill_document
from twin.model.contracts import Outcome, Plan
from twin.sim.replicate import half_width
from twin.study.case import Case

Array = NDArray[np.float64]
BILL_KINDS = {"energy": ("energy", "market"), "demand": ("demand",), "coincident": ("coincident",)}
HALF_WIDTH_LIMIT = 0.02
MEAN_LIMIT = 0.01


def promise_of(plan: Plan, bill_usd: float) -> dict[str, float]:
    """What the plan promises for a year: good units, electricity bill [usd], highest hourly load [kW], energy [kWh]."""
    grid = plan.values("grid_kw")
    return {
        "units": float(plan.values("shipped_units").sum()),
        "usd": bill_usd,
        "peak_kw": float(grid.max()),
        "kwh": float(grid.sum()),
    }


def outcomes_of(outcome: Outcome) -> dict[str, Array]:
    """The same four quantities in each replication."""
    grid = outcome.values("grid_kw")
    return {
        "units": outcome.values("shipped_units").sum(axis=1),
        "usd": outcome.values("bill_usd").sum(axis=(1, 2)),
        "peak_kw": grid.max(axis=1),
        "kwh": grid.sum(axis=1),
    }


def mean_and_half_width(values: Array) -> dict[str, float]:
    """Mean over replications with its 95 % half-width."""
    width = float(half_width(values)) if len(values) > 1 else 0.0
    return {"mean": float(np.mean(values)), "half_width": width}


def verdict(promise: dict[str, float], outcome: Outcome, plan: Plan) -> dict[str, Any]:
    """Compare *promise* and *outcome*.

    Kept: a half-width of at most 2 % of the mean, a mean within 1 % of the promise, and a promise that meets each
    month's demand or prices the shortage. Two replications at least are needed for an interval.
    """
    found = {name: mean_and_half_width(values) for name, values in outcomes_of(outcome).items()}
    enough = outcome.data.sizes["replication"] > 1
    kept: dict[str, bool] = {}
    for name, said in promise.items():
        mean, width = found[name]["mean"], found[name]["half_width"]
        narrow = enough and width <= HALF_WIDTH_LIMIT * abs(mean)
        kept[name] = bool(narrow and abs(mean - said) <= MEAN_LIMIT * abs(said))
    shipped, short = plan.values("shipped_units"), plan.values("shortage_units")
    demand_met = bool(np.all(shipped + short >= plan.values("demand_units") - 1e-3))
    kept["all"] = bool(all(kept.values()) and demand_met)
    return {"promise": promise, "outcome": found, "kept": kept}


def monthly(plan: Plan, case: Case) -> list[dict[str, Any]]:
    """Demand, shipments, load and the lines of the bill in each month."""
    billed = case.bill_of(plan.values("grid_kw"))
    document = bill_document(billed)
    kinds = [str(kind) for kind in billed["kind"].values]
    usd = billed["usd"].transpose("month", "line").values
    rows = []
    for number in range(12):
        by_kind = {
            name: float(sum(usd[number, place] for place, kind in enumerate(kinds) if kind in members))
            for name, members in BILL_KINDS.items()
        }
        month = document["months"][number]
        rows.append(
            {
                "month": number + 1,
                "demand_units": float(plan.values("demand_units")[number]),
                "shipped_units": float(plan.values("shipped_units")[number]),
                **{f"{name}_usd": value for name, value in by_kind.items()},
                "fixed_usd": float(usd[number].sum()) - sum(by_kind.values()),
                "kwh": month["kwh"],
                "peak_kw": month["peak_kw"],
                "billing_kw": month["billing_kw"],
            }
        )
    return rows
