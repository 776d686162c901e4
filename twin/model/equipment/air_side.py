"""What moves, wets and cools the air of the burn-in hall."""

from __future__ import annotations

from pydantic import Field

from sites.validation import Strict


class Ventilation(Strict):
    """Free-air fans and pads of the burn-in hall, priced by the heat they carry at the product's temperature rise."""

    usd_per_kw_th: float = Field(gt=0)
    pad_usd_per_kw_th: float = Field(gt=0)
    coil_usd_per_kw_th: float = Field(gt=0)
    module_kw_th: float = Field(gt=0)
    most_modules: int = Field(ge=1)
    life_years: int = Field(ge=1)
