"""What is known of the grid's coincident peak: expected, as past years had it, and with perfect foresight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sites.bill_lines import bill_by_cost_line
from sites.coincident_peaks import official_hours, official_intervals
from sites.grid_facts import coincident_peak_facts
from sites.tariff_year import Candidate
from twin.model.contracts import Plan
from twin.study.case import Case

Array = NDArray[np.float64]
Candidates = dict[int, list[Candidate]]


def coincident_document(case: Case, plan: Plan, sizes: Mapping[str, float]) -> dict[str, Any] | None:
    """Return the coincident demand charge [usd/year] of a *plan*: expected, at official hours of the past, at least.

    *expected_usd* over the candidate hours, which is what the plan minimises; *official_usd* by past year, the same
    load billed at that year's official hours, laid on by weekday, and *official_bill_usd* the whole bill;
    *foreseen* how well the candidates would have met past peaks;
    *perfect_foresight_usd* a charge that nobody with these *sizes* can pay less than: in every candidate hour line,
    burn-in and cooling off, and the battery, sun and generators at full power. None where no charge is coincident.
    """
    if not case.candidates:
        return None
    grid_kw = plan.values("grid_kw")
    own_kw = plan.values("solar_kw") + plan.values("solar_curtailed_kw")
    own_kw = own_kw + sizes.get("generators_count", 0.0) * sizes.get("generator_kw", 0.0)
    floor_kw = np.maximum(plan.values("building_kw") - sizes.get("battery_kw", 0.0) - own_kw, 0.0)
    expected, _ = _billed(case, grid_kw, case.candidates)
    at_least = min(_billed(case, np.minimum(floor_kw, grid_kw), case.candidates)[0], expected)
    official = {
        str(year): _billed(case, grid_kw, official_candidates(case, year))
        for year, intervals in sorted(official_intervals().items())
        if {interval.month - 1 for interval in intervals} >= set(case.candidates)
    }
    return {
        "expected_usd": expected,
        "official_usd": {year: coincident for year, (coincident, _) in official.items()},
        "official_bill_usd": {year: whole for year, (_, whole) in official.items()},
        "perfect_foresight_usd": at_least,
        "worth_of_foresight_at_most_usd": expected - at_least,
        "foreseen": coincident_peak_facts(case.site_file.site),
    }


def official_candidates(case: Case, year: int) -> Candidates:
    """The official hours of a past *year*, laid on the nearest same weekday of the study year, each certain.

    By month, 0 to 11. By weekday, because the plant and the grid both keep the working week.
    """
    hours = official_hours(case.calendar, year)
    return {month: [(hours[month], 1.0)] for month in sorted(case.candidates)}


def _billed(case: Case, load_kw: Array, candidates: Candidates) -> tuple[float, float]:
    """The coincident demand charge and the whole bill of a load at the *candidates* [usd/year]."""
    billed = case.bill_of(load_kw, candidates=candidates)
    by_line = bill_by_cost_line(case.site_file.site.tariff, billed, case.calendar)
    return by_line["coincident"], float(billed["usd"].sum())
