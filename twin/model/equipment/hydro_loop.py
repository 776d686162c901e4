"""The loop of warm water that cools hydro miners under test, as a plant file describes it."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults


class HydroLoop(Strict):
    """Water to hydro miners at *supply_c*, back at *return_c*; above *supply_limit_c* the miners are throttled.

    *heat_to_water_fraction*: the rest warms the hall. The pump follows the flow, not below *least_flow_fraction* of
    design; its head is *static_head_fraction* fixed and the rest with the square of the flow. Heat is recovered into a
    loop that wants *recovery_supply_c* and comes back at *recovery_return_c*, over an exchanger of an approach.

    The defaults 40, 60 and 50 C and 5.4 kW are those of a hydro miner's hall (assumption, 2026, confidence low: take
    the maker's specification sheet).
    """

    unit_kw: float = Field(default=5.4, gt=0)
    supply_c: float = Field(default=40.0, ge=10, le=70)
    return_c: float = Field(default=60.0, ge=15, le=90)
    supply_limit_c: float = Field(default=50.0, ge=10, le=80)
    heat_to_water_fraction: float = Field(default=0.97, gt=0, le=1)
    pump_head_kpa: float = Field(gt=0)
    pump_efficiency: float = Field(gt=0, le=1)
    pump_heat_to_water_fraction: float = Field(default=0.9, ge=0, le=1)
    static_head_fraction: float = Field(default=0.0, ge=0, le=1)
    least_flow_fraction: float = Field(default=0.2, gt=0, le=1)
    recovery_supply_c: float = Field(default=55.0, ge=20, le=85)
    recovery_return_c: float = Field(default=45.0, ge=10, le=80)
    recovery_approach_k: float = Field(default=3.0, gt=0, le=20)

    def power_kw(self, units: float) -> float:
        """Power [kW] that *units* miners draw: what a loop for them is designed on."""
        return self.unit_kw * units

    @model_validator(mode="after")
    def _temperatures_rise(self) -> Self:
        pairs = (
            ("return_c", self.return_c, "supply_c", self.supply_c),
            ("supply_limit_c", self.supply_limit_c, "supply_c", self.supply_c),
            ("recovery_supply_c", self.recovery_supply_c, "recovery_return_c", self.recovery_return_c),
        )
        raise_faults(
            Problem(key, f"value {value:g}: not above {other} {least:g}", f"give more than {least:g}")
            for key, value, other, least in pairs
            if value <= least
        )
        return self
