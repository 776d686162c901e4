"""What a plant file says of a chilled-water tank whose cold water lies below its warm water."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.figures import Figure
from sites.validation import Strict, raise_faults

# Marked defaults of a stratified tank
STRATIFIED_FIGURES = {
    figure.key: figure
    for figure in (
        Figure("mixing_fraction", 0.2, 0.0, 1.0, "assumption: diffusers, Froude number below 1", "2026-11", "low"),
        Figure("conductivity_w_per_m_k", 0.58, 0.57, 0.60, "CRC Handbook: water of 10 C", "2016", "high"),
        Figure("loss_w_per_m2_k", 0.4, 0.2, 1.0, "assumption: steel with 75 mm of foam", "2026-11", "low"),
    )
}


def _default(key: str) -> float:
    return float(STRATIFIED_FIGURES[key].base)


class Stratified(Strict):
    """A standing cylinder of water: cold below, warm above, a diffuser at either end.

    The size of the store in kWh_th is what its whole volume would hold between *return_c*, at which the halls' water
    comes back to the top, and the chillers' supply. Water is used up to *usable_outlet_c*. *nodes* are layers of equal
    volume; *mixing_fraction* is 1 where each is stirred by what flows through it, 0 where water is pushed through
    without mixing. *loss_w_per_m2_k* is that of walls and both lids. *added_conductivity_w_per_m_k* stands for the
    walls' conduction and for eddies. *reference_kwh_th* is the size at which the optimiser takes the coefficients of
    its linear store (the largest on offer where it is left out).
    """

    height_m: float = Field(gt=0, le=60)
    return_c: float = Field(gt=0, le=40)
    usable_outlet_c: float = Field(gt=0, le=40)
    nodes: int = Field(default=20, ge=2, le=60)
    mixing_fraction: float = Field(default=_default("mixing_fraction"), ge=0, le=1)
    loss_w_per_m2_k: float = Field(default=_default("loss_w_per_m2_k"), ge=0, le=20)
    conductivity_w_per_m_k: float = Field(default=_default("conductivity_w_per_m_k"), ge=0, le=5)
    added_conductivity_w_per_m_k: float = Field(default=0.0, ge=0, le=50)
    reference_kwh_th: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _some_water_is_usable(self) -> Self:
        if self.usable_outlet_c >= self.return_c:
            what = f"value {self.usable_outlet_c:g}: water returns to the tank at {self.return_c:g} C"
            raise_faults([Problem("usable_outlet_c", what, f"give less than {self.return_c:g}")])
        return self
