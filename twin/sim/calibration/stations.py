"""Findings of one station: its times, set-ups, yield, failures and repairs."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from twin.model.laws import LawName, RandomTime
from twin.model.stations import Breakdowns, Station
from twin.sim.calibration.findings import (
    LEAST_FAILURES,
    LEAST_FINISHED,
    LEAST_LIVES_OF_A_LAW,
    LEAST_TIMES,
    Change,
    Finding,
    KeyPath,
    confidence_of,
    confidence_of_share,
    finite,
    fit_report,
    how_chosen,
    interval_note,
    law_report,
    rounded,
)
from twin.sim.calibration.fits import Fit, fit_times
from twin.sim.calibration.intervals import exponential_mean, wilson
from twin.sim.calibration.observations import Observed, Outcomes, StationObservations

_FEW = "under way at the log's end, more than one in twenty"


def station_findings(spec: Station, seen: StationObservations, resolution_min: float) -> list[Finding]:
    """Everything that a log tells of one station.

    Parameters: *spec*, the station of the plant file; *seen*, what the log shows of it; *resolution_min* [min] of its
    time stamps.
    """
    found = [*_work_findings(spec, seen, resolution_min), *_set_up_findings(spec, seen, resolution_min)]
    found += _yield_findings(spec, seen.outcomes)
    if spec.breakdowns is not None:
        found += breakdown_findings(spec.name, ("breakdowns",), spec.breakdowns, seen, resolution_min)
    elif seen.lives.values:
        kept = f"{len(seen.lives.values)} failures in the log, but no breakdowns in the plant file: add the table"
        found.append(Finding(spec.name, "mtbf_h", len(seen.lives.values), {}, kept=kept))
    return found


def pooled(parts: Iterable[Observed]) -> Observed:
    """All durations of *parts* together."""
    whole = Observed()
    for part in parts:
        whole.values += part.values
        whole.censored += part.censored
    return whole


# ---------------------------------------------------------------------- times


def _work_findings(spec: Station, seen: StationObservations, resolution_min: float) -> list[Finding]:
    if spec.slotted is not None:
        kept = "a slotted machine: what it could have made cannot be read from a log"
        return [Finding(spec.name, "slotted", sum(len(o.values) for o in seen.work.values()), {}, kept=kept)]
    found = []
    own = spec.process_time_by_product
    for product, law in own.items():
        observed = seen.work.get(product, Observed())
        path = ("process_time_by_product", product)
        found.append(_time_finding(spec.name, path, law, observed, resolution_min))
    rest = pooled(observed for product, observed in seen.work.items() if product not in own)
    if not own or rest.values:
        found.append(_time_finding(spec.name, ("process_time",), spec.process_time, rest, resolution_min, seen.unseen))
    return found


def _set_up_findings(spec: Station, seen: StationObservations, resolution_min: float) -> list[Finding]:
    """Set-ups by the entry of the plant file that holds for each pair of products."""
    entries: dict[int, list[Observed]] = {place: [] for place in range(len(spec.set_ups))}
    for (before, after), observed in seen.set_ups.items():
        place = _entry_of(spec, before, after)
        if place is not None:
            entries[place].append(observed)
    return [
        _time_finding(spec.name, ("set_ups", place, "time"), spec.set_ups[place].time, pooled(parts), resolution_min)
        for place, parts in entries.items()
    ]


def _entry_of(spec: Station, before: str, after: str) -> int | None:
    """Place of the set-up for a change from one product to another: both named, the new one, the old one, any."""
    for wanted in ((before, after), (None, after), (before, None), (None, None)):
        for place, entry in enumerate(spec.set_ups):
            if (entry.coming_from, entry.to) == wanted:
                return place
    return None


def _time_finding(
    station: str, path: KeyPath, plant: RandomTime, seen: Observed, resolution_min: float, unseen: int = 0
) -> Finding:
    quantity = ".".join(str(part) for part in path)
    count = len(seen.values)
    before = {"plant": law_report(plant)}
    remarks = [f"{unseen} jobs without a beginning or an end in the log were left out"] if unseen else []
    if count < LEAST_TIMES:
        kept = f"{count} samples, fewer than {LEAST_TIMES}"
        return Finding(station, quantity, count, before, kept=kept, remarks=tuple(remarks))
    fit = fit_times(seen.values, seen.censored, resolution_min=resolution_min, seed=_seed(station, quantity))
    remarks += _remarks(fit)
    confidence = confidence_of(fit.mean_min, fit.mean_interval)
    return Finding(
        station, quantity, count, {**fit_report(fit), **before}, time_changes(path, fit), how=how_chosen(fit),
        confidence=confidence, remarks=tuple(remarks),
    )  # fmt: skip


def time_changes(path: KeyPath, fit: Fit) -> tuple[Change, ...]:
    """Changes of a table of law, mean_min and cv at *path*."""
    law = Change((*path, "law"), fit.law)
    mean = Change((*path, "mean_min"), rounded(fit.mean_min), interval_note(fit.mean_interval, "min"))
    no_values = (Change((*path, "values_min"), None), Change((*path, "weights"), None))
    no_cv = Change((*path, "cv"), None)
    if fit.law == "empirical":
        values = Change((*path, "values_min"), [rounded(value) for value in fit.values_min], "measured")
        weights = Change((*path, "weights"), [rounded(weight) for weight in fit.weights] or None)
        return law, Change((*path, "mean_min"), None), no_cv, values, weights
    if fit.law in ("deterministic", "exponential"):
        return law, mean, no_cv, *no_values
    return law, mean, Change((*path, "cv"), rounded(fit.cv), interval_note(fit.cv_interval)), *no_values


def _remarks(fit: Fit) -> list[str]:
    remarks = []
    if fit.tested and fit.samples > fit.tested:
        remarks.append(f"tested on {fit.tested} of the samples, taken at random")
    if fit.law not in ("deterministic", "empirical") and fit.p_value is None:
        remarks.append(f"no test of the law: {fit.censored} durations {_FEW}")
    if fit.rejected:
        remarks.append("no law passes the test; the likeliest is taken")
    return remarks


def _seed(station: str, quantity: str) -> int:
    return crc32(f"{station} {quantity}".encode())


# ---------------------------------------------------------------------- quality


def _yield_findings(spec: Station, seen: Outcomes) -> list[Finding]:
    """First-pass yield by Wilson; scrap only where it is known or was seen."""
    if seen.finished == 0 and spec.first_pass_yield >= 1:
        return []
    interval = wilson(seen.passed, seen.finished)
    share = seen.passed / seen.finished if seen.finished else 0.0
    document = {"plant": spec.first_pass_yield, "value": rounded(share), "interval": finite(interval)}
    few = f"{seen.finished} finished, fewer than {LEAST_FINISHED}" if seen.finished < LEAST_FINISHED else ""
    if few:
        return [Finding(spec.name, "first_pass_yield", seen.finished, document, kept=few)]
    certain = share >= 1 and spec.first_pass_yield >= 1  # nothing to write: a test that never fails
    changes = () if certain else (Change(("first_pass_yield",), rounded(share), interval_note(interval)),)
    how = f"{seen.finished} finished, {seen.passed} passed (Wilson)"
    confidence = confidence_of_share(share, interval)
    found = [Finding(spec.name, "first_pass_yield", seen.finished, document, changes, how=how, confidence=confidence)]
    if spec.scrap_fraction > 0 or seen.fresh_scrapped:
        found.append(_scrap_finding(spec, seen, share))
    return found


def _scrap_finding(spec: Station, seen: Outcomes, passed: float) -> Finding:
    interval = wilson(seen.fresh_scrapped, seen.fresh)
    share = min(seen.fresh_scrapped / seen.fresh if seen.fresh else 0.0, rounded(1 - rounded(passed)))
    document = {"plant": spec.scrap_fraction, "value": rounded(share), "interval": finite(interval)}
    if seen.fresh < LEAST_FINISHED:
        kept = f"{seen.fresh} finished below the rework limit, fewer than {LEAST_FINISHED}"
        return Finding(spec.name, "scrap_fraction", seen.fresh, document, kept=kept)
    change = Change(("scrap_fraction",), rounded(share), interval_note(interval))
    how = f"{seen.fresh} finished, {seen.fresh_scrapped} scrapped (Wilson)"
    confidence = confidence_of_share(share, interval)
    return Finding(spec.name, "scrap_fraction", seen.fresh, document, (change,), how=how, confidence=confidence)


# ---------------------------------------------------------------------- breakdowns


def breakdown_findings(
    station: str, path: KeyPath, spec: Breakdowns, seen: StationObservations, resolution_min: float
) -> list[Finding]:
    """Times between failures and of repair; *path* of the breakdowns' table."""
    return [
        _life_finding(station, path, spec, seen.lives, resolution_min),
        _repair_finding(station, path, spec, seen.repairs, resolution_min),
    ]


def _life_finding(station: str, path: KeyPath, spec: Breakdowns, seen: Observed, resolution_min: float) -> Finding:
    count = len(seen.values)
    at_risk_min = sum(seen.values) + sum(seen.censored)
    plant = {"plant": law_report(spec.life), "clock": spec.clock, "at_risk_h": rounded(at_risk_min / 60)}
    if count < LEAST_FAILURES:
        low, high = exponential_mean(count, at_risk_min, True)
        document = {**plant, "mtbf_h_interval": finite((low / 60, high / 60))} if at_risk_min > 0 else plant
        kept = f"{count} failures, fewer than {LEAST_FAILURES}"
        return Finding(station, "mtbf_h", count, document, kept=kept)
    fit = _lasting(seen, resolution_min, _seed(station, "mtbf_h"))
    interval_h = (fit.mean_interval[0] / 60, fit.mean_interval[1] / 60)
    note = interval_note(interval_h, "h")
    changes = (Change((*path, "mtbf_h"), rounded(fit.mean_min / 60), note), *_law_changes(path, "mtbf", fit))
    document = {**fit_report(fit), "mtbf_h": rounded(fit.mean_min / 60), "mtbf_h_interval": finite(interval_h), **plant}
    how = f"{how_chosen(fit, 'failures')}, {at_risk_min / 60:.4g} h by the {spec.clock}'s clock"
    return Finding(
        station, "mtbf_h", count, document, changes, how=how,
        confidence=confidence_of(fit.mean_min, fit.mean_interval), remarks=tuple(_remarks(fit)),
    )  # fmt: skip


def _repair_finding(station: str, path: KeyPath, spec: Breakdowns, seen: Observed, resolution_min: float) -> Finding:
    count = len(seen.values)
    plant = {"plant": law_report(spec.repair)}
    if count < LEAST_FAILURES:
        return Finding(station, "mttr_min", count, plant, kept=f"{count} repairs, fewer than {LEAST_FAILURES}")
    fit = _lasting(seen, resolution_min, _seed(station, "mttr_min"))
    note = interval_note(fit.mean_interval, "min")
    changes = (Change((*path, "mttr_min"), rounded(fit.mean_min), note), *_law_changes(path, "mttr", fit))
    return Finding(
        station, "mttr_min", count, {**fit_report(fit), **plant}, changes, how=how_chosen(fit, "repairs"),
        confidence=confidence_of(fit.mean_min, fit.mean_interval), remarks=tuple(_remarks(fit)),
    )  # fmt: skip


def _lasting(seen: Observed, resolution_min: float, seed: int) -> Fit:
    """Law of lives or repairs: exponential where there are few; never the values themselves, which have no table."""
    laws: tuple[LawName, ...] = ("exponential", "gamma", "lognormal", "weibull")
    if len(seen.values) < LEAST_LIVES_OF_A_LAW:
        laws = ("exponential",)
    return fit_times(seen.values, seen.censored, resolution_min=resolution_min, seed=seed, laws=laws, empirical=False)


def _law_changes(path: KeyPath, key: str, fit: Fit) -> tuple[Change, ...]:
    """Law and spread beside a mean; a cv that the law fixes is taken away."""
    cv = None if fit.law in ("deterministic", "exponential") else rounded(fit.cv)
    note = interval_note(fit.cv_interval) if cv is not None else None
    spread = Change((*path, f"{key}_cv"), cv, note)
    if fit.law == "deterministic":
        spread = Change((*path, f"{key}_cv"), 0.0)
    return Change((*path, f"{key}_law"), fit.law, default="exponential"), spread
