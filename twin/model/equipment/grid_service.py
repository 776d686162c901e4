"""Transformers and switchgear."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.figures import Figure
from sites.validation import Strict, raise_faults
from twin.model.equipment.spares import spare_problems

_C57_91 = "IEEE C57.91, table of loading by ambient temperature: self-cooled, average of 24 h"
# What a plant file may say of the derating that it leaves out (0: none, as on a nameplate)
DERATING_FIGURES = {
    figure.key: figure
    for figure in (
        Figure("derating_ambient_c", 30.0, None, None, _C57_91, "2011", "high"),
        Figure("derating_fraction_per_k", 0.015, 0.01, 0.015, _C57_91, "2011", "high", "low: forced air"),
        Figure("uprating_fraction_per_k", 0.01, 0.0, 0.01, _C57_91, "2011", "high", "below the ambient"),
    )
}

Positive = Annotated[float, Field(gt=0)]


class Transformers(Strict):
    """The grid service: a ladder of sizes [kVA] with prices, spare units (N+1), power factor and losses.

    Losses are shares of the rating: *no_load_loss_fraction* always, *load_loss_fraction* at rated load. Above
    *derating_ambient_c*, the mean of 24 h, the rating falls by *derating_fraction_per_k*; below it rises by
    *uprating_fraction_per_k* (`DERATING_FIGURES` has IEEE's).
    """

    sizes_kva: tuple[Positive, ...] = Field(min_length=1)
    usd_each: tuple[Positive, ...] = Field(min_length=1)
    most_of_one_size: int = Field(ge=1)
    spare: int = Field(ge=0)
    power_factor: float = Field(gt=0.5, le=1)
    loading_limit: float = Field(gt=0, le=1)
    switchgear_usd_per_kva: float = Field(ge=0)
    load_loss_fraction: float = Field(ge=0, lt=0.1)
    no_load_loss_fraction: float = Field(ge=0, lt=0.05)
    life_years: int = Field(ge=1)
    derating_ambient_c: float = Field(default=float(DERATING_FIGURES["derating_ambient_c"].base), ge=0, le=50)
    derating_fraction_per_k: float = Field(default=0.0, ge=0, le=0.03)
    uprating_fraction_per_k: float = Field(default=0.0, ge=0, le=0.02)

    @model_validator(mode="after")
    def _one_price_a_size(self) -> Self:
        wrong = []
        if len(self.sizes_kva) != len(self.usd_each):
            what = f"{len(self.sizes_kva)} sizes but {len(self.usd_each)} prices"
            wrong.append(Problem("usd_each", what, f"give {len(self.sizes_kva)}, one for each of sizes_kva"))
        wrong += spare_problems(self.spare, self.most_of_one_size, "transformers", "most_of_one_size")
        raise_faults(wrong)
        return self
