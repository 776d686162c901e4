"""Outdoor air as heat rejection sees it: its state hour by hour, and the saturated air that leaves a wet surface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from sites import air
from sites.arrays import Flags, Floats

VAPOUR_GAS_CONSTANT_KJ_PER_KG_K = 0.461495
_NEWTON_STEPS = 12
_ENOUGH_K = 1e-10


@dataclass(frozen=True)
class OutdoorAir:
    """Air outside, hourly: dry and wet bulb [C], humidity ratio [kg/kg dry], pressure [Pa]; arrays of one shape."""

    dry_bulb_c: Floats
    wet_bulb_c: Floats
    humidity_ratio: Floats
    pressure_pa: Floats

    @classmethod
    def of(cls, dry_bulb_c: ArrayLike, humidity_ratio: ArrayLike, pressure_pa: ArrayLike) -> Self:
        """Return the air of *dry_bulb_c* [C], *humidity_ratio* [kg/kg] and *pressure_pa* [Pa], broadcast to one shape.

        Its wet bulb is computed.
        """
        dry, ratio, pressure = np.broadcast_arrays(
            np.atleast_1d(np.asarray(dry_bulb_c, dtype=float)),
            np.asarray(humidity_ratio, dtype=float),
            np.asarray(pressure_pa, dtype=float),
        )
        return cls(dry, air.wet_bulb_c(dry, ratio, pressure), ratio, pressure)

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
        moist = air.density_kg_m3(self.dry_bulb_c, self.humidity_ratio, self.pressure_pa)
        return np.asarray(moist / (1.0 + self.humidity_ratio))

    @property
    def heat_capacity_kj_per_kg_k(self) -> Floats:
        """Heat capacity of this air [kJ per kg dry air and K]: 1.006 + 1.86 w."""
        return np.asarray(1.006 + 1.86 * self.humidity_ratio)

    def where(self, hours: Flags) -> OutdoorAir:
        """Return the air of the marked *hours* only."""
        return OutdoorAir(
            self.dry_bulb_c[hours], self.wet_bulb_c[hours], self.humidity_ratio[hours], self.pressure_pa[hours]
        )


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

    Newton's method on h_sat(t) - *vapour_worth_kj_per_kg* w_sat(t) from *start_c* [C], its slope by Clausius and
    Clapeyron; the second term is the enthalpy that evaporating water brought along (0: none).
    """
    enthalpy, pressure, start = np.broadcast_arrays(
        np.asarray(enthalpy_kj_per_kg, dtype=float), np.asarray(pressure_pa, dtype=float), np.asarray(start_c, float)
    )
    t_c = np.array(start, dtype=float)
    for _ in range(_NEWTON_STEPS):
        vapour_pa = air.saturation_pressure_pa(t_c)
        ratio = air.MASS_RATIO * vapour_pa / (pressure - vapour_pa)
        latent = 2501.0 - 2.36 * t_c
        growth = (
            latent / (VAPOUR_GAS_CONSTANT_KJ_PER_KG_K * (t_c + air.KELVIN) ** 2) * pressure / (pressure - vapour_pa)
        )
        worth = vapour_worth_kj_per_kg
        error = air.enthalpy_kj_per_kg(t_c, ratio) - worth * ratio - enthalpy
        slope = 1.006 + 1.86 * ratio + (2501.0 + 1.86 * t_c - worth) * ratio * growth
        step = np.clip(error / slope, -15.0, 15.0)
        t_c -= step
        # The next step would be at most 3 % of this one: the slope is that good.
        if not (np.abs(step) > 30.0 * _ENOUGH_K).any():
            break
    return t_c
