"""Random times: the laws that a plant file may name, each given by its mean and spread or by measured values."""

from __future__ import annotations

from math import sqrt
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults

LEAST_WEIBULL_CV, MOST_WEIBULL_CV = 0.01, 100.0  # beyond, its shape is found no more
LawName = Literal["deterministic", "exponential", "gamma", "lognormal", "weibull", "empirical"]


class RandomTime(Strict):
    """A random time: its *law*, its mean [min] and its coefficient of variation (0 for a fixed time).

    The empirical law draws from *values_min* with equal probability, or with *weights*; its mean and spread follow
    from them. The exponential law has a coefficient of variation of 1 whatever *cv* says.
    """

    law: LawName = "gamma"
    mean_min: float = Field(ge=0)
    cv: float = Field(default=0.0, ge=0)
    values_min: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _moments_of_values(cls, data: Any) -> Any:
        """Mean and spread of the empirical law, from its values; faulty values are left to the other checks."""
        if not isinstance(data, dict) or data.get("law") != "empirical" or "mean_min" in data:
            return data
        values = data.get("values_min") or ()
        weights = data.get("weights") or [1.0] * len(values)
        numbers = [*values, *weights]
        if not values or len(values) != len(weights) or not all(isinstance(v, int | float) for v in numbers):
            return {**data, "mean_min": 0.0}
        if sum(weights) <= 0:
            return {**data, "mean_min": 0.0}
        mean = sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)
        square = sum((v - mean) ** 2 * w for v, w in zip(values, weights, strict=True)) / sum(weights)
        return {**data, "mean_min": mean, "cv": sqrt(square) / mean if mean > 0 else 0.0}

    @model_validator(mode="after")
    def _values_are_of_use(self) -> Self:
        wrong = []
        if self.law != "empirical":
            if self.values_min or self.weights:
                wrong.append(Problem("law", f"value {self.law!r}: has no use for values_min", 'write "empirical"'))
        elif not self.values_min:
            wrong.append(Problem("values_min", "the empirical law draws from measured values", "give at least one"))
        elif min(self.values_min) < 0:
            wrong.append(Problem("values_min", f"value {min(self.values_min):g}: a time below 0", "give 0 or more"))
        if self.law == "weibull" and self.cv > 0 and not LEAST_WEIBULL_CV <= self.cv <= MOST_WEIBULL_CV:
            what = f"value {self.cv:g}: a Weibull law has {LEAST_WEIBULL_CV:g} to {MOST_WEIBULL_CV:g}"
            wrong.append(Problem("cv", what, "give such a value, 0, or another law"))
        if self.weights:
            if len(self.weights) != len(self.values_min):
                what = f"{len(self.weights)} weights for {len(self.values_min)} values"
                wrong.append(Problem("weights", what, f"give {len(self.values_min)}, or none"))
            elif min(self.weights) < 0 or sum(self.weights) <= 0:
                wrong.append(Problem("weights", "a weight below 0, or all of them 0", "give shares above 0"))
        raise_faults(wrong)
        return self


def fixed(mean_min: float) -> RandomTime:
    """Return a time that is always *mean_min* [min]."""
    return RandomTime(law="deterministic", mean_min=mean_min)
