"""Stores of cold and of electricity."""

from __future__ import annotations

from pydantic import Field

from sites.validation import Strict


class ColdStore(Strict):
    """A chilled-water store: price by size, loss an hour, and how fast it fills or empties [1/h]."""

    usd_per_kwh_th: float = Field(gt=0)
    loss_fraction_per_h: float = Field(ge=0, lt=1)
    rate_per_h: float = Field(gt=0)
    most_kwh_th: float = Field(gt=0)
    life_years: int = Field(ge=1)


class Battery(Strict):
    """A lithium battery: price by power and energy, one-way efficiencies, standing loss, and most of each."""

    usd_per_kw: float = Field(gt=0)
    usd_per_kwh: float = Field(gt=0)
    charge_efficiency: float = Field(gt=0, le=1)
    discharge_efficiency: float = Field(gt=0, le=1)
    standing_loss_fraction_per_h: float = Field(ge=0, lt=1)
    least_charge_fraction: float = Field(ge=0, lt=1)
    most_kw: float = Field(ge=0)
    most_kwh: float = Field(ge=0)
    life_years: int = Field(ge=1)
