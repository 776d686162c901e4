"""The conditioned assembly hall: chilled water for heat and moisture, hour by hour, linear in what the plan decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites import air
from twin.model.halls import AssemblyHall
from twin.model.thermal.conditioned_load import ConditionedLoad

Array = NDArray[np.float64]
SUPPLY_C = 15.0


@dataclass(frozen=True)
class HallLoad:
    """Cooling need of the hall [kW_th]: max(0, fixed + line_kw + sensible people) + moisture, nil when air suffices.

    *sensible_fixed_kw_th* weather, lights and base; *latent_fixed_kw_th* outdoor air and base people; *mechanical* is
    False in hours when cool, suitably dry outdoor air alone holds the setpoint; *humidifier_kw* power of the mist.
    *conditioned* halls, where the plant describes some, take the place of all of these.
    """

    sensible_fixed_kw_th: Array
    latent_fixed_kw_th: Array
    mechanical: NDArray[np.bool_]
    humidifier_kw: Array
    conditioned: ConditionedLoad | None = None

    def cooling_kw_th(self, hall: AssemblyHall, line_kw: Array, people: Array) -> Array:
        """Chilled-water need [kW_th] for *line_kw* [kW] of machines and *people* of the crews in the hall."""
        if self.conditioned is not None:
            return self.conditioned.cooling_kw_th(line_kw, people)
        sensible = self.sensible_fixed_kw_th + line_kw + hall.sensible_kw_per_person * people
        latent = self.latent_fixed_kw_th + hall.latent_kw_per_person * people * self.moisture_binds
        return np.asarray(np.where(self.mechanical, np.maximum(sensible, 0.0) + latent, 0.0))

    @property
    def moisture_binds(self) -> NDArray[np.bool_]:
        """Hours in which the moisture that people give off must be taken out by the coil."""
        return self.latent_fixed_kw_th > 0


def hall_load(
    hall: AssemblyHall,
    dry_bulb_c: Array,
    humidity_ratio: Array,
    pressure_pa: Array,
    ghi_w_m2: Array,
    staffed_share: Array,
    base_people: Array,
) -> HallLoad:
    """Return the hall's load for outdoor air and sun (arrays of hours), lights on for *staffed_share* of each hour.

    Sensible: UA (To - Ti) + sun on the roof + lights + base + people + outdoor air cp (To - Ti).
    Latent: 2501 [m (wo - w_high)] + people, where it is positive. Heating is left to the miners' exhaust air.
    """
    inside = np.full_like(dry_bulb_c, hall.temperature_c)
    wettest = air.humidity_ratio_from_relative_humidity(inside, hall.relative_humidity_high, pressure_pa)
    driest = air.humidity_ratio_from_relative_humidity(inside, hall.relative_humidity_low, pressure_pa)
    rise = dry_bulb_c - hall.temperature_c
    sensible = (
        hall.envelope_kw_per_k * rise
        + hall.outdoor_air_kg_per_s * air.DRY_AIR_KJ_PER_KG_K * rise
        + hall.roof_solar_gain_fraction * hall.area_m2 * ghi_w_m2 / 1000.0
        + hall.lighting_kw * staffed_share
        + hall.base_kw
        + hall.sensible_kw_per_person * base_people
    )
    latent = (
        hall.outdoor_air_kg_per_s * air.LATENT_KJ_PER_KG * (humidity_ratio - wettest)
        + hall.latent_kw_per_person * base_people
    )
    suitable = (dry_bulb_c <= SUPPLY_C) & (humidity_ratio <= wettest) & (humidity_ratio >= driest)
    dry_air_kg_per_s = hall.outdoor_air_kg_per_s * np.maximum(driest - humidity_ratio, 0.0)
    return HallLoad(
        sensible_fixed_kw_th=np.asarray(sensible),
        latent_fixed_kw_th=np.maximum(latent, 0.0),
        mechanical=~suitable,
        humidifier_kw=np.asarray(hall.humidifier_kw_per_kg_per_s * dry_air_kg_per_s),
    )
