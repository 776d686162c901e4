"""Fits a law to durations: chosen by AIC, tested, with intervals.

Every law of the plant file that applies is fitted by maximum likelihood and ranked by AIC = 2 p - 2 ln L. The first of
them that a Kolmogorov-Smirnov test does not reject is taken; when all are rejected, the measured values themselves are
(the empirical law). As parameters are estimated from the values that are tested, the p-value comes from a parametric
bootstrap: samples of the fitted law, each fitted anew (Stute, Gonzalez Manteiga and Presedo Quindimil 1993). Of more
than `MOST_TESTED` values a random sample of so many is tested: a departure too small to show in it does not matter to a
line, while the test would reject any law once there are enough values.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.model.laws import LawName, RandomTime
from twin.sim.calibration.intervals import Interval, of_law, of_values
from twin.sim.calibration.likelihoods import PARAMETERS, Sample, chance_below, log_likelihood, most_likely
from twin.sim.line.streams import drawer

Floats = NDArray[np.float64]
REJECTED_BELOW = 0.01
MOST_TESTED = 2000
BOOTSTRAPS = 199
MOST_VALUES = 200
MOST_CENSORED_SHARE = 0.05
MOST_ZEROS_SHARE = 0.01
FINE_MIN = 1e-4  # time stamps finer than this [min] need no thought of rounding
_EXACT = 1e-9
_DECIMALS = 6  # of a minute: differences of clock times are no more exact


@dataclass(frozen=True, slots=True)
class Candidate:
    """One law that was tried. *ks* is the largest distance between it and the values; null where it was not tested."""

    law: LawName
    mean_min: float
    cv: float
    aic: float
    ks: float | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """The law of *samples* durations, *censored* more of which were under way when the log ended.

    *law*, its mean [min] and cv with 95 % intervals; *values_min* and *weights* of the empirical law. *ks* and
    *p_value* are of *tested* values (null: not tested). *rejected* says that no law passed and no other was to be had.
    """

    law: LawName
    mean_min: float
    cv: float
    mean_interval: Interval
    cv_interval: Interval
    samples: int
    censored: int
    candidates: tuple[Candidate, ...] = ()
    ks: float | None = None
    p_value: float | None = None
    tested: int = 0
    rejected: bool = False
    values_min: tuple[float, ...] = field(default=(), repr=False)
    weights: tuple[float, ...] = field(default=(), repr=False)

    @property
    def time(self) -> RandomTime:
        """The law as a plant file gives it."""
        if self.law == "empirical":
            return RandomTime.model_validate(
                {"law": "empirical", "values_min": self.values_min, "weights": self.weights}
            )
        return RandomTime(law=self.law, mean_min=self.mean_min, cv=self.cv)


def fit_times(
    values: list[float],
    censored: list[float],
    *,
    resolution_min: float = 0.0,
    seed: int = 0,
    laws: tuple[LawName, ...] = tuple(PARAMETERS),
    empirical: bool = True,
) -> Fit:
    """Fit a law to durations.

    Parameters: *values* [min], at least one, and *censored* ones; *resolution_min* [min] of the time stamps; *seed* of
    the bootstrap; *laws* that may be chosen; *empirical*, whether the values themselves may be.
    """
    raw = np.asarray(values, dtype=float)
    rounding = resolution_min + _EXACT * max(float(raw.max()), 1.0)
    if float(raw.max() - raw.min()) <= rounding:
        mean = float(raw.mean())
        return Fit("deterministic", mean, 0.0, (mean, mean), (0.0, 0.0), raw.size, len(censored))
    # A time of 0 is one too short for the stamps. Where many are, only laws with a density at 0 can be right.
    zeros = raw <= 0
    shortest = max(resolution_min, float(raw[~zeros].min()) if (~zeros).any() else _EXACT) / 2
    sample = Sample(np.where(zeros, shortest, raw), np.asarray([c for c in censored if c > 0], dtype=float))
    tried = [law for law in laws if law == "exponential" or zeros.mean() <= MOST_ZEROS_SHARE]
    ranked = sorted(_candidates(tried, sample), key=lambda candidate: candidate.aic)
    tester = _Tester(sample, resolution_min, seed)
    shown: list[Candidate] = []
    for candidate in ranked:
        tested = tester.test(candidate)
        shown.append(tested)
        if tested.p_value is None or tested.p_value >= REJECTED_BELOW:
            rest = ranked[len(shown) :]
            return _fit(tested, sample, (*shown, *rest), tester.tested)
    if empirical or not shown:
        return _empirical(raw, len(censored), tuple(shown))
    return _fit(shown[0], sample, tuple(shown), tester.tested, rejected=True)


def _candidates(laws: list[LawName], sample: Sample) -> list[Candidate]:
    found = []
    for law in laws:
        moments = most_likely(law, sample)
        if moments is None:
            continue
        height = log_likelihood(law, *moments, sample)
        if np.isfinite(height):
            found.append(Candidate(law, *moments, aic=2 * PARAMETERS[law] - 2 * height))
    return found


def _fit(chosen: Candidate, sample: Sample, tried: tuple[Candidate, ...], tested: int, rejected: bool = False) -> Fit:
    mean_interval, cv_interval = of_law(chosen.law, chosen.mean_min, chosen.cv, sample)
    return Fit(
        chosen.law, chosen.mean_min, chosen.cv, mean_interval, cv_interval, sample.n, int(sample.censored.size), tried,
        chosen.ks, chosen.p_value, tested if chosen.p_value is not None else 0, rejected,
    )  # fmt: skip


class _Tester:
    """Kolmogorov-Smirnov tests of one sample.

    Censored durations take no part; where they are more than a few, the rest is no fair sample and nothing is tested.
    """

    def __init__(self, sample: Sample, resolution_min: float, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._resolution_min = resolution_min if resolution_min > FINE_MIN else 0.0
        values = sample.values
        if values.size > MOST_TESTED:
            values = self._random.choice(values, MOST_TESTED, replace=False)
        self._values = values
        self._is_fair = sample.censored.size <= MOST_CENSORED_SHARE * sample.n
        self.tested = int(values.size) if self._is_fair else 0

    def test(self, candidate: Candidate) -> Candidate:
        """Return *candidate* with its distance and p-value."""
        if not self._is_fair:
            return candidate
        law = candidate.law
        # The values tested are fitted by themselves, as each sample of the bootstrap is.
        ours = self._distance(law, self._values)
        if ours is None:
            return candidate
        draw = drawer(RandomTime(law=law, mean_min=candidate.mean_min, cv=candidate.cv))
        further = 0
        for made in range(1, BOOTSTRAPS + 1):
            distance = self._distance(law, self._stamped(draw(self._random, self._values.size)))
            further += distance is None or distance >= ours
            if further >= 20 and made >= 40:  # plain enough: p is near a half or above a tenth
                break
        p_value = (further + 1) / (made + 1)
        return Candidate(law, candidate.mean_min, candidate.cv, candidate.aic, ours, p_value)

    def _distance(self, law: LawName, values: Floats) -> float | None:
        """Largest distance between *values* and the *law* fitted to them."""
        moments = most_likely(law, Sample(values, np.empty(0)))
        if moments is None:
            return None
        below = np.sort(chance_below(law, *moments, values))
        steps = np.arange(values.size + 1) / values.size
        return float(max((steps[1:] - below).max(), (below - steps[:-1]).max()))

    def _stamped(self, values: Floats) -> Floats:
        """*values* as time stamps of the log's resolution would show them."""
        step = self._resolution_min
        if step == 0.0:
            return values
        shown = np.floor(values / step + self._random.random(values.size)) * step
        return np.where(shown <= 0, step / 2, shown)


def _empirical(values: Floats, censored: int, tried: tuple[Candidate, ...]) -> Fit:
    """The values themselves; of many different ones, the means of `MOST_VALUES` groups of neighbours."""
    different, counts = np.unique(np.round(values, _DECIMALS), return_counts=True)
    if different.size > MOST_VALUES:
        groups = np.array_split(np.sort(values), MOST_VALUES)
        different = np.array([group.mean() for group in groups])
        counts = np.array([group.size for group in groups])
    weights = counts / values.size
    mean = float(different @ weights)
    cv = float(np.sqrt(weights @ (different - mean) ** 2)) / mean if mean > 0 else 0.0
    mean_interval, cv_interval = of_values(values)
    return Fit(
        "empirical", mean, cv, mean_interval, cv_interval, values.size, censored, tried,
        values_min=tuple(different.tolist()), weights=tuple(weights.tolist()) if np.ptp(counts) else (),
    )  # fmt: skip
