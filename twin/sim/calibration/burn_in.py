"""Findings of burn-in: infant mortality, and the breakdowns of racks."""

from __future__ import annotations

from statistics import median
from typing import Any

from twin.model.burn_in import BurnIn
from twin.model.stations import BURN_IN
from twin.sim.calibration.findings import (
    LEAST_DEATHS,
    Change,
    Finding,
    confidence_of,
    finite,
    interval_note,
    rounded,
)
from twin.sim.calibration.infant import fit_infant_mortality
from twin.sim.calibration.observations import BurnInObservations
from twin.sim.calibration.stations import breakdown_findings

_LONGER = 1.01
_THROTTLED = "burnt time is counted by the clock: with throttled hours in the log, lives come out too long"


def burn_in_findings(spec: BurnIn, seen: BurnInObservations, resolution_min: float) -> list[Finding]:
    """Everything that a log tells of burn-in; empty where it shows no unit there."""
    if not seen.died and not seen.survived:
        return []
    found = [_infant_finding(spec, seen)]
    if spec.rack_breakdowns is not None:
        where = (BURN_IN, "rack_breakdowns")
        found += breakdown_findings(BURN_IN, where, spec.rack_breakdowns, seen.racks, resolution_min)
    return found


def _infant_finding(spec: BurnIn, seen: BurnInObservations) -> Finding:
    count = len(seen.died) + len(seen.survived)
    plant = {
        "shape": spec.infant_weibull_shape,
        "scale_h": spec.infant_weibull_scale_h,
        "died_share": rounded(spec.failure_share(spec.hours)),
    }
    document: dict[str, Any] = {"plant": plant, "died": len(seen.died)}
    remarks = []
    if seen.passed and median(seen.passed) > spec.hours * 60 * _LONGER:
        remarks.append(f"runs of {median(seen.passed) / 60:.4g} h, the plant file says {spec.hours:g} h")
        remarks.append(_THROTTLED)
    if len(seen.died) < LEAST_DEATHS:
        kept = f"{len(seen.died)} failures, fewer than {LEAST_DEATHS}"
        return Finding(BURN_IN, "infant_weibull", count, document, kept=kept, remarks=tuple(remarks))
    fit = fit_infant_mortality(seen.died, seen.survived)
    if fit is None:
        kept = "no Weibull law fits the times of failure"
        return Finding(BURN_IN, "infant_weibull", count, document, kept=kept, remarks=tuple(remarks))
    if fit.at_bound:
        remarks.append("the likeliest shape is above 1: 1 is taken")
    document |= {
        "shape": rounded(fit.shape),
        "shape_interval": finite(fit.shape_interval),
        "scale_h": rounded(fit.scale_h),
        "scale_h_interval": finite(fit.scale_interval),
        "died_share": rounded(fit.share),
        "died_share_interval": finite(fit.share_interval),
    }
    changes = (
        Change((BURN_IN, "infant_weibull_shape"), rounded(fit.shape), interval_note(fit.shape_interval)),
        Change((BURN_IN, "infant_weibull_scale_h"), rounded(fit.scale_h), interval_note(fit.scale_interval, "h")),
    )
    how = f"{fit.died} failures and {fit.survived} survivors, Weibull by censored likelihood"
    confidence = confidence_of(fit.share, fit.share_interval)
    return Finding(BURN_IN, "infant_weibull", count, document, changes, how=how, confidence=confidence,
                   remarks=tuple(remarks))  # fmt: skip
