"""Heat recovery: exchangers that warm the halls' supply air with miners' exhaust or with the chillers' condensers."""

from __future__ import annotations

from pydantic import Field

from sites.validation import Strict


class HeatRecovery(Strict):
    """Exchangers and pipes from miners' exhaust and condensers to the halls' reheat coils, priced by the heat carried.

    *effectiveness* of the exchange on the side of the smaller heat capacity flow; *pump_kw_per_kw_th* of pumps and of
    the fans' extra pressure. *condenser_fraction* of the condensers' heat that a recovery bundle offers (0: none), in
    water of *condenser_water_c*.
    """

    usd_per_kw_th: float = Field(gt=0)
    effectiveness: float = Field(gt=0, lt=1)
    pump_kw_per_kw_th: float = Field(ge=0, lt=1)
    condenser_fraction: float = Field(default=0.0, ge=0, le=1)
    condenser_water_c: float = Field(default=40.0, ge=20, le=70)
    most_kw_th: float = Field(gt=0)
    life_years: int = Field(ge=1)
