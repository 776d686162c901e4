"""summary.json: what a run found, without clock, duration, path or host, so that equal runs give equal bytes."""

from __future__ import annotations

from typing import Any

import numpy as np

from twin.model.money import present_value_factor
from twin.model.runs import SCHEMA_VERSION, rounded
from twin.sim.playback import uses_of
from twin.study.baseline import baseline_document, savings_by_cause
from twin.study.carbon import carbon_of, fuel_of
from twin.study.foresight import coincident_document
from twin.study.heat import hall_notes, heat_document
from twin.study.margins import margins
from twin.study.plan import Round, Study
from twin.study.promise import mean_and_half_width, monthly
from twin.study.ramp_document import ramp_document
from twin.study.rate_class import rate_classes
from twin.study.thermal_notes import thermal_notes

LIMITS = (
    "Land, building shell, permits and the utility's own works are not priced: they do not depend on the plan.",
    "Shifts follow standard time all year, and the bill's demand is hourly, not by quarter hours.",
    "Heating of the assembly hall is left to the exhaust air of burn-in and is not priced.",
)


def _labour(study: Study) -> dict[str, Any] | None:
    if study.response is None:
        return None
    plant, plan = study.case.plant, study.last.plan
    crews = np.array([pattern.crews for pattern in plant.patterns])
    line_heads = plan.values("teams") @ crews * plant.line.crew.size
    rack_heads = plan.values("burn_in_crews") @ crews * plant.burn_in.people_per_crew
    return {
        "patterns": [{"name": p.name, "label": p.label, "crews": p.crews} for p in plant.patterns],
        "line_heads_by_month": line_heads.tolist(),
        "burn_in_heads_by_month": rack_heads.tolist(),
        "employed_by_month": _employed(study),
        "indirect_heads": dict(plant.labour.indirect_people),
    }


def _employed(study: Study) -> dict[str, list[float]]:
    """Heads on the payroll, hired and released by month, those at the line and at the racks together."""
    plant, solution = study.case.plant, study.last.found.solution
    sizes = {"line": plant.line.crew.size, "racks": plant.burn_in.people_per_crew}
    return {
        what: sum(size * solution.value(f"labour_{kind}_{what}") for kind, size in sizes.items()).tolist()  # type: ignore[union-attr]
        for what in ("employed", "hired", "released")
    }


def _energy_check(last: Round) -> list[dict[str, float]]:
    """kWh integrated at state changes, hourly kWh by use and kWh on the bill, in each replication."""
    if last.outcome is None:
        return []
    changes = last.outcome.values("energy_kwh_state_changes").sum(axis=1)
    hourly = last.outcome.values("energy_kwh_hourly").sum(axis=1)
    billed = last.outcome.values("bill_kwh")
    return [
        {"state_changes_kwh": a, "hourly_kwh": b, "billed_kwh": c}
        for a, b, c in zip(changes.tolist(), hourly.tolist(), billed.tolist(), strict=True)
    ]


def _saving_usd(study: Study) -> float | None:
    """What the plan saves over the baseline [usd/year]; none without a baseline or when the plan is short of units."""
    if study.baseline is None or study.baseline.best is None or "shortage" in study.last.costs:
        return None
    return study.baseline.best.total_usd - study.last.found.solution.objective


def _baseline(study: Study) -> dict[str, Any] | None:
    """Business as usual, its table of patterns and the saving by cause; none for a given load."""
    if study.baseline is None:
        return None
    document = baseline_document(study.baseline)
    if _saving_usd(study) is not None:
        document["savings"] = savings_by_cause(document["costs"], study.last.costs)
    return document


def summary_of(study: Study) -> dict[str, Any]:
    """Return the document of design section 8, every number in the unit of its name."""
    case, last = study.case, study.last
    plant, site = case.plant, case.site_file.site
    objective = last.found.solution.objective
    constant = last.found.facility.constant_usd
    decidable = objective - constant
    gap_usd = objective - study.bound.usd_per_year  # never clipped: a bound above the plan would be a bug to see
    units = float(last.plan.values("shipped_units").sum())
    saving_usd = _saving_usd(study)
    present_value = present_value_factor(plant.money.discount_rate, plant.money.horizon_years)
    calculator = float(case.bill_of(last.plan.values("grid_kw"))["usd"].sum())
    outcome = last.verdict.get("outcome")
    document = {
        "schema_version": SCHEMA_VERSION,
        "site": site.name,
        "site_label": site.label,
        "plant": plant.name,
        "study_year": plant.study_year,
        "status": study.status,
        "repeatable": study.repeatable,
        "quick": study.effort.quick,
        "objective_usd_per_year": objective,
        "bound_usd_per_year": study.bound.usd_per_year,
        "bound_method": study.bound.method,
        "decidable_usd_per_year": decidable,
        "constant_usd_per_year": last.found.facility.constant_lines,
        "decidable_terms": sorted(last.found.facility.cost),
        "gap_usd_per_year": gap_usd,
        "gap": gap_usd / decidable if decidable > 0 else None,
        "gap_of_saving": gap_usd / saving_usd if saving_usd is not None and saving_usd > 0 else None,
        "sizes": last.sizes,
        "bindings": study.bindings,
        "alternatives": [vars(change) for change in study.alternatives.changes],
        "margins": margins(case, last.inputs, last.plan, last.sizes),
        "installed_usd": study.installed_usd,
        "bill_usd": last.bill_usd,
        "costs": last.costs,
        "rate_class": site.default_tariff,
        "rate_classes": [vars(one) for one in rate_classes(case, last.plan.values("grid_kw"))],
        "baseline": _baseline(study),
        "coincident": coincident_document(case, last.plan, last.sizes),
        "ramp": None if study.ramp is None else ramp_document(study.ramp, plant, objective),
        "life_cycle_cost_usd": objective * present_value,
        "net_present_value_usd": None if saving_usd is None else saving_usd * present_value,
        "promise": last.verdict["promise"],
        "outcome": outcome,
        "kept": last.verdict.get("kept"),
        "monthly": monthly(last.plan, case),
        "labour": _labour(study),
        "heat": heat_document(case, last.inputs, last.plan, last.sizes, last.correction.cooling_energy),
        "bills": {
            "objective_usd": last.bill_usd,
            "calculator_usd": calculator,
            "replications": None
            if last.outcome is None
            else mean_and_half_width(last.outcome.values("bill_usd").sum(axis=(1, 2))),
        },
        "energy_uses": list(uses_of(plant)),
        "energy_check": _energy_check(last),
        "rounds": [
            {
                "correction": vars(one.correction),
                "promise": one.verdict["promise"],
                "outcome": one.verdict.get("outcome"),
                "kept": one.verdict.get("kept"),
            }
            for one in study.rounds
        ],
        "good_units_per_year": units,
        "usd_per_good_unit": objective / units if units > 0 else None,
        "candidate_hours": [
            {"hour": int(candidate[0]), "month": month + 1, "probability": float(candidate[1])}
            for month, hours in sorted(case.candidates.items())
            for candidate in hours
        ],
        "carbon": carbon_of(site, case.calendar, last.plan.values("grid_kw"), fuel_of(plant, last.plan, last.sizes)),
        "notes": [
            *case.notes,
            *case.rows.notes,
            *hall_notes(case),
            *thermal_notes(case, last.inputs, last.plan),
            *_alternatives_notes(study),
            *_quick_notes(study),
            *_bound_notes(study),
            *LIMITS,
        ],
    }
    cleaned: dict[str, Any] = rounded(document)
    return cleaned


def _bound_notes(study: Study) -> list[str]:
    if not study.bound.by_time:
        return []
    return [
        f"A clock ended part of the search for the bound, which is from: {study.bound.method}. The gap may be far "
        "smaller than it says; run again on a quieter machine."
    ]


def _alternatives_notes(study: Study) -> list[str]:
    found = study.alternatives
    if not found.left_out:
        return []
    why = "Time ended the work on" if found.by_time else "The solver gave no answer to some of"
    return [f"{why} the next alternatives to the sizes; left out: {', '.join(found.left_out)}."]


def _quick_notes(study: Study) -> list[str]:
    if not study.effort.quick:
        return []
    return [
        f"Quick run: sizes from twelve representative weeks, {study.effort.replications} replications, a coarse line "
        f"response. Bound: {study.bound.method}."
    ]
