"""The halls as a plant file describes them: their limits, their envelope, what moves their air."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults


class BurnInHall(Strict):
    """Limits of the air at the miners' inlet, and what moves it.

    Recirculation is the share of exhaust that returns to the inlet. WBGT [C] binds because people load there.
    """

    inlet_limit_c: float = Field(gt=0, le=100)
    least_inlet_c: float = Field(ge=-40, le=60)
    relative_humidity_limit: float = Field(gt=0, le=1)
    dew_point_limit_c: float = Field(ge=-60, le=60)
    wbgt_limit_c: float = Field(ge=-20, le=60)
    recirculation_fraction: float = Field(ge=0, lt=0.5)
    fan_pressure_pa: float = Field(gt=0)
    fan_efficiency: float = Field(gt=0, le=1)
    pad_efficiency: float = Field(gt=0, lt=1)
    pad_pressure_pa: float = Field(ge=0)
    pad_cycles_of_concentration: float = Field(gt=1)
    coil_fan_kw_per_kw_th: float = Field(ge=0)

    @property
    def pad_evaporated_fraction(self) -> float:
        """Share of the pads' water that evaporates, the rest is blown down: (c - 1) / c at c cycles."""
        return 1.0 - 1.0 / self.pad_cycles_of_concentration

    @model_validator(mode="after")
    def _inlet_has_room(self) -> Self:
        low, high = self.least_inlet_c, self.inlet_limit_c
        if low >= high:
            what = f"value {low:g}: not below inlet_limit_c {high:g}, so that no air suits the miners"
            raise_faults([Problem("least_inlet_c", what, f"give less than {high:g}, or a higher inlet_limit_c")])
        return self


class AssemblyHall(Strict):
    """The conditioned hall: setpoint, humidity band, envelope, outdoor air and loads outside the plan."""

    temperature_c: float = Field(ge=5, le=40)
    relative_humidity_low: float = Field(gt=0, lt=1)
    relative_humidity_high: float = Field(gt=0, lt=1)
    area_m2: float = Field(gt=0)
    envelope_kw_per_k: float = Field(ge=0)
    roof_solar_gain_fraction: float = Field(ge=0, le=1)
    outdoor_air_kg_per_s: float = Field(ge=0)
    sensible_kw_per_person: float = Field(ge=0)
    latent_kw_per_person: float = Field(ge=0)
    people_base: float = Field(ge=0)
    people_base_pattern: str
    lighting_kw: float = Field(ge=0)
    base_kw: float = Field(ge=0)
    supply_fan_kw_per_kw_th: float = Field(ge=0)
    humidifier_kw_per_kg_per_s: float = Field(ge=0)

    @model_validator(mode="after")
    def _humidity_has_room(self) -> Self:
        low, high = self.relative_humidity_low, self.relative_humidity_high
        if low >= high:
            what = f"value {low:g}: not below relative_humidity_high {high:g}"
            raise_faults([Problem("relative_humidity_low", what, f"give less than {high:g}")])
        return self
