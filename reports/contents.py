"""What a page is made from: the contents of one run, and the time axis that its hourly series share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sites.clock import Calendar
from sites.errors import InputError, Problem
from twin.model.contracts import HOURS, LineResponse, Outcome, Plan, Prices, Weather

Array = NDArray[np.float64]
Times = NDArray[np.datetime64]

SUMMARY_KEYS = (
    "schema_version", "site", "plant", "site_label", "status", "quick", "objective_usd_per_year",
    "bound_usd_per_year", "decidable_usd_per_year", "gap_usd_per_year", "gap", "gap_of_saving", "sizes",
    "bindings", "installed_usd", "bill_usd", "costs", "baseline", "life_cycle_cost_usd", "net_present_value_usd",
    "promise", "outcome", "kept", "monthly", "labour", "bills", "rounds", "notes", "good_units_per_year",
    "usd_per_good_unit", "candidate_hours",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class RunContents:
    """The contents of one run folder.

    Parameters: *summary* and *manifest*, the two JSON documents; *plan*, what was promised; *outcome*, what happened
    when it was played (None when it was not); *response*, the line (None when a load was given instead of it);
    *weather* and *prices* of the study year; *assumptions*, one mapping for each number with an origin (key, base,
    low, high, source, date, confidence, note, assumption).
    """

    summary: dict[str, Any]
    manifest: dict[str, Any]
    plan: Plan
    outcome: Outcome | None
    response: LineResponse | None
    weather: Weather
    prices: Prices
    assumptions: list[dict[str, Any]]

    @cached_property
    def time(self) -> Times:
        """Beginning of each hour in local standard time, datetime64[h] (8760)."""
        for contract in (self.plan, self.weather, self.prices):
            if "time" in contract.data.coords:
                return np.asarray(contract.data.coords["time"].values).astype("datetime64[h]")
        return Calendar().time.astype("datetime64[h]")

    @cached_property
    def month(self) -> NDArray[np.int64]:
        """Month of each hour, 0 to 11 (8760)."""
        return self.time.astype("datetime64[M]").astype(np.int64) % 12

    @cached_property
    def weekday(self) -> NDArray[np.int64]:
        """Weekday of each hour, 0 = Monday (8760)."""
        return (self.time.astype("datetime64[D]").astype(np.int64) + 3) % 7

    @cached_property
    def hour(self) -> NDArray[np.int64]:
        """Hour of the day, 0 to 23 (8760)."""
        return np.arange(HOURS) % 24

    @property
    def patterns(self) -> list[str]:
        """Names of the shift patterns, in the plan's order."""
        return [str(name) for name in self.plan.data["pattern"].values]

    @cached_property
    def pattern_labels(self) -> dict[str, str]:
        """What a reader calls each shift pattern; its name where the summary has no label."""
        labour = self.summary["labour"] or {"patterns": []}
        labels = {pattern["name"]: pattern["label"] for pattern in labour["patterns"]}
        return {name: labels.get(name, name) for name in self.patterns}

    @cached_property
    def has_line(self) -> bool:
        """True when the plan staffs a line, false when a given load replaced it."""
        return bool(self.plan.values("teams").any())

    @property
    def replications(self) -> int:
        """How often the plan was played."""
        return 0 if self.outcome is None else int(self.outcome.data.sizes["replication"])

    def assumed(self, key: str) -> float | None:
        """Return the base value of the number whose key ends in *key*, or None when the run does not list it."""
        for figure in self.assumptions:
            if str(figure["key"]).endswith(key) and isinstance(figure["base"], int | float):
                return float(figure["base"])
        return None


def check_summary(summary: Mapping[str, Any]) -> None:
    """Raise `InputError` that names every key that summary.json lacks."""
    missing = [Problem(f"summary.json: {key}", "missing", "plan again") for key in SUMMARY_KEYS if key not in summary]
    if missing:
        raise InputError(missing)
