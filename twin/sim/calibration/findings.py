"""What a calibration finds, one quantity at a time: the fit, and what it changes in the plant file."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from twin.model.laws import RandomTime
from twin.sim.calibration.fits import Fit
from twin.sim.calibration.intervals import Interval

LEAST_TIMES = 20
LEAST_FINISHED = 50
LEAST_FAILURES = 5
LEAST_LIVES_OF_A_LAW = 20
LEAST_DEATHS = 10
DIGITS = 6

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One key of the plant file: *path* below the station's table (or from the file's root), and its new *value*.

    None takes the key away. With *note* the number is written with its origin, without it plainly. What equals the
    *default* of a key that the file does not have is not written.
    """

    path: KeyPath
    value: Any
    note: str | None = None
    default: Any = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One *quantity* of a *station*: what was found in *samples*, and the *changes* that follow.

    *kept* says why the plant file's value stays; *how* and *confidence* are the origin of the new one; *document* is
    what is reported.
    """

    station: str
    quantity: str
    samples: int
    document: dict[str, Any]
    changes: tuple[Change, ...] = ()
    kept: str = ""
    how: str = ""
    confidence: str = ""
    remarks: tuple[str, ...] = field(default=())

    def report(self) -> dict[str, Any]:
        """The finding as the document has it."""
        told: dict[str, Any] = {"station": self.station, "quantity": self.quantity, "samples": self.samples}
        told["fitted"] = not self.kept
        if self.kept:
            told["kept_because"] = self.kept
        else:
            told |= {"how": self.how, "confidence": self.confidence}
        return {**told, **self.document, "remarks": list(self.remarks)}


def rounded(value: float) -> float:
    """*value* with the digits that a plant file needs."""
    return float(f"{value:.{DIGITS}g}")


def finite(interval: Interval) -> list[float | None]:
    """An interval for a document; no end is null."""
    return [rounded(end) if isfinite(end) else None for end in interval]


def confidence_of(value: float, interval: Interval) -> str:
    """How far a fitted *value* can be trusted: high within 5 % at 95 %, medium within 25 %, low beyond."""
    reach = max(interval[1] - value, value - interval[0])
    relative = reach / abs(value) if value else (0.0 if reach == 0 else float("inf"))
    return "high" if relative <= 0.05 else "medium" if relative <= 0.25 else "low"


def confidence_of_share(share: float, interval: Interval) -> str:
    """How far a share can be trusted: high within half a point at 95 %, medium within two, low beyond."""
    reach = max(interval[1] - share, share - interval[0])
    return "high" if reach <= 0.005 else "medium" if reach <= 0.02 else "low"


def interval_note(interval: Interval, unit: str = "") -> str:
    """The 95 % interval as the note of an origin."""
    low, high = (f"{end:.4g}" if isfinite(end) else "no end" for end in interval)
    return f"95 % interval {low} to {high}{unit and ' ' + unit}"


def law_report(time: RandomTime) -> dict[str, Any]:
    """A law of the plant file, for comparison."""
    return {"law": time.law, "mean_min": rounded(time.mean_min), "cv": 1.0 if time.law == "exponential" else time.cv}


def fit_report(fit: Fit) -> dict[str, Any]:
    """A fitted law for the document."""
    return {
        "law": fit.law,
        "mean_min": rounded(fit.mean_min),
        "mean_min_interval": finite(fit.mean_interval),
        "cv": rounded(fit.cv),
        "cv_interval": finite(fit.cv_interval),
        "censored": fit.censored,
        "ks": None if fit.ks is None else rounded(fit.ks),
        "ks_p_value": None if fit.p_value is None else rounded(fit.p_value),
        "ks_tested": fit.tested,
        "candidates": [
            {
                "law": tried.law,
                "mean_min": rounded(tried.mean_min),
                "cv": rounded(tried.cv),
                "aic": round(tried.aic, 2),
                "ks": None if tried.ks is None else rounded(tried.ks),
                "ks_p_value": None if tried.p_value is None else rounded(tried.p_value),
            }
            for tried in fit.candidates
        ],
    }


def how_chosen(fit: Fit, noun: str = "samples") -> str:
    """In words: from how many samples, which law, chosen how."""
    if fit.law == "deterministic":
        return f"{fit.samples} {noun}, all equal"
    if fit.law == "empirical":
        return f"{fit.samples} {noun}, their own values: every law was rejected"
    if len(fit.candidates) == 1:
        return f"{fit.samples} {noun}, {fit.law} by maximum likelihood"
    return f"{fit.samples} {noun}, {fit.law} by AIC"
