"""Outdoor air as halls and heat rejection see it, hour by hour, and the saturated air that leaves a wet surface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from sites import air
from sites.arrays import Flags, Floats

_MOST_STEPS = 12
_SMALL_STEP_K = 1e-5
_SAME_BULB_K = 0.01  # of two temperatures read from different sources


@dataclass(frozen=True)
class OutdoorAir:
    """Air outside, hourly: dry and wet bulb [C], humidity ratio [kg/kg dry], pressure [Pa]; arrays of one shape.

    *incident_w_per_m2*, where it is known, is the sun by orientation of a surface [W/m2]; a roof's is global horizontal
    irradiance. Only halls with an envelope ask for it.

    Raises `ValueError` for air that is not a finite number in some hour, and for a wet bulb above the dry bulb: what
    follows would compare with it and find nothing amiss.
    """

    dry_bulb_c: Floats
    wet_bulb_c: Floats
    humidity_ratio: Floats
    pressure_pa: Floats
    incident_w_per_m2: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = (self.dry_bulb_c, self.wet_bulb_c, self.humidity_ratio, self.pressure_pa)
        for name, part in zip(("dry_bulb_c", "wet_bulb_c", "humidity_ratio", "pressure_pa"), parts, strict=True):
            sound = np.isfinite(part)
            if not sound.all():
                raise ValueError(f"outdoor air: {name} is not a finite number in {np.count_nonzero(~sound)} hours, "
                                 f"first in hour {int(np.argmin(sound))}")  # fmt: skip
        above = np.asarray(self.wet_bulb_c) > self.dry_bulb_c + _SAME_BULB_K
        if above.any():
            hour = int(np.argmax(above))
            dry_c, wet_c = (np.broadcast_to(part, above.shape).flat[hour] for part in parts[:2])
            raise ValueError(f"outdoor air: wet bulb {wet_c:.2f} C above the dry bulb {dry_c:.2f} C in "
                             f"{np.count_nonzero(above)} hours, first in hour {hour}")  # fmt: skip

    @classmethod
    def of(
        cls,
        dry_bulb_c: ArrayLike,
        humidity_ratio: ArrayLike,
        pressure_pa: ArrayLike,
        incident_w_per_m2: Mapping[str, Floats] | None = None,
    ) -> Self:
        """Return the air of *dry_bulb_c* [C], *humidity_ratio* [kg/kg] and *pressure_pa* [Pa], broadcast to one shape.

        Its wet bulb is computed. *incident_w_per_m2* is the sun by orientation [W/m2], each of that shape.
        """
        dry, ratio, pressure = np.broadcast_arrays(
            np.atleast_1d(np.asarray(dry_bulb_c, dtype=float)),
            np.asarray(humidity_ratio, dtype=float),
            np.asarray(pressure_pa, dtype=float),
        )
        return cls(dry, air.wet_bulb_c(dry, ratio, pressure), ratio, pressure, incident_w_per_m2 or {})

    @classmethod
    def of_wet_bulb(cls, dry_bulb_c: ArrayLike, wet_bulb_c: ArrayLike, pressure_pa: ArrayLike = 101325.0) -> Self:
        """Return the air of *dry_bulb_c* and *wet_bulb_c* [C] at *pressure_pa* [Pa], broadcast to one shape."""
        dry, wet, pressure = np.broadcast_arrays(
            np.atleast_1d(np.asarray(dry_bulb_c, dtype=float)),
            np.asarray(wet_bulb_c, dtype=float),
            np.asarray(pressure_pa, dtype=float),
        )
        return cls(dry, wet, air.humidity_ratio_from_wet_bulb(dry, wet, pressure), pressure)

    @property
    def dry_air_kg_m3(self) -> Floats:
        """Dry air in a cubic metre of this air [kg/m3]: a fan moves volume, heat and moisture go with dry air."""
        return air.dry_air_density_kg_m3(self.dry_bulb_c, self.humidity_ratio, self.pressure_pa)

    @property
    def heat_capacity_kj_per_kg_k(self) -> Floats:
        """Heat capacity of this air [kJ per kg dry air and K]: 1.006 + 1.86 w."""
        return air.heat_capacity_kj_per_kg_k(self.humidity_ratio)

    def where(self, hours: Flags) -> OutdoorAir:
        """Return the air of the marked *hours* only."""
        return OutdoorAir(
            self.dry_bulb_c[hours], self.wet_bulb_c[hours], self.humidity_ratio[hours], self.pressure_pa[hours],
            {orientation: sun[hours] for orientation, sun in self.incident_w_per_m2.items()},
        )  # fmt: skip


def saturated_enthalpy_kj_per_kg(t_c: ArrayLike, pressure_pa: ArrayLike) -> Floats:
    """Enthalpy of saturated air [kJ per kg dry air] at *t_c* [C] and *pressure_pa* [Pa]."""
    return air.enthalpy_kj_per_kg(t_c, air.humidity_ratio_from_dew_point(t_c, pressure_pa))


def saturated_temperature_c(
    enthalpy_kj_per_kg: ArrayLike,
    pressure_pa: ArrayLike,
    start_c: ArrayLike = 30.0,
    vapour_worth_kj_per_kg: float = 0.0,
) -> Floats:
    """Temperature [C] of saturated air of *enthalpy_kj_per_kg* [kJ per kg dry air] at *pressure_pa* [Pa].

    Halley's method on h_sat(t) - *vapour_worth_kj_per_kg* w_sat(t) from *start_c* [C]: its slope is exact, its bend
    that of a vapour pressure which grows exponentially. The second term is the enthalpy that evaporating water brought
    along (0: none).
    """
    enthalpy, pressure, start = np.broadcast_arrays(
        np.asarray(enthalpy_kj_per_kg, dtype=float), np.asarray(pressure_pa, dtype=float), np.asarray(start_c, float)
    )
    t_c = np.array(start, dtype=float)
    worth = vapour_worth_kj_per_kg
    for _ in range(_MOST_STEPS):
        vapour_pa = air.saturation_pressure_pa(t_c)
        dry_pa = pressure - vapour_pa
        ratio = air.MASS_RATIO * vapour_pa / dry_pa
        growth = air.saturation_pressure_growth_per_k(t_c) * pressure / dry_pa
        capacity = air.heat_capacity_kj_per_kg_k(ratio)
        evaporated = (air.vapour_enthalpy_kj_per_kg(t_c) - worth) * ratio
        error = air.DRY_AIR_KJ_PER_KG_K * t_c + evaporated - enthalpy
        slope = capacity + evaporated * growth
        step = np.clip(error / (slope - 0.5 * error * evaporated * growth**2 / slope), -15.0, 15.0)
        t_c -= step
        # The next step would be a hundredth of this one's square, in kelvins.
        if not (np.abs(step) > _SMALL_STEP_K).any():
            break
    return t_c
