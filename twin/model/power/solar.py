"""What a solar field delivers by hour, in the form of PVWatts.

References: Dobos 2014, PVWatts Version 5 Manual, NREL/TP-6A20-62641 (cells, losses, inverter); De Soto, Klein and
Beckman 2006, Solar Energy 80, 78 (cover and air mass), as PVWatts version 8 has them; Duffie and Beckman (diffuse).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites.sun import SunPosition, air_mass, plane_irradiance
from twin.model.equipment.solar import Solar
from twin.model.power.cell_temperature import cell_temperature_c
from twin.model.power.solar_rows import rows

Array = NDArray[np.float64]
_GLASS, _ANTI_REFLECTIVE = 1.526, 1.3  # refractive indices
_EXTINCTION = 4.0 * 0.002  # 4 1/m through 2 mm of glass
_AIR_MASS_POLYNOMIAL = (0.918093, 0.086257, -0.024459, 0.002816, -0.000126)  # silicon, De Soto 2006
_LARGEST_ZENITH_OF_AIR_MASS_DEG = 86.0


@dataclass(frozen=True)
class SolarYear:
    """One kW of modules by hour: irradiance on them, cells, and power of the modules and behind the inverter.

    *plane_w_m2* after the rows' shade, *transmitted_w_m2* behind the cover, *cell_c*, *dc_kw_per_kw*, *ac_kw_per_kw*.
    """

    plane_w_m2: Array
    transmitted_w_m2: Array
    cell_c: Array
    dc_kw_per_kw: Array
    ac_kw_per_kw: Array


def solar_year(
    solar: Solar,
    sun: SunPosition,
    dni_w_m2: Array,
    dhi_w_m2: Array,
    dry_bulb_c: Array,
    wind_m_s: Array,
    elevation_m: float = 0.0,
) -> SolarYear:
    """Return what one kW of modules delivers by hour (arrays of the hours of *sun*).

    Parameters: direct normal and diffuse horizontal irradiance [W/m2], *dry_bulb_c* [C], *wind_m_s* [m/s],
    *elevation_m* above the sea [m]. DC = transmitted / 1000 x air mass x (1 + g (Tc - 25)) x (1 - losses).
    """
    stand = rows(solar, sun)
    single = plane_irradiance(sun, dni_w_m2, dhi_w_m2, stand.tilt_deg, stand.cos_incidence, solar.albedo)
    beam = single.beam_w_m2 * stand.beam_share
    sky = single.sky_w_m2 * stand.sky_share
    ground = single.ground_w_m2 * stand.ground_share
    plane = beam + sky + ground
    behind = through_cover(solar, stand.cos_incidence, stand.tilt_deg, beam, sky, ground)
    cells = cell_temperature_c(plane, dry_bulb_c, wind_m_s, solar.installed_cell_temperature_c)
    warm = 1.0 + solar.temperature_coefficient_per_k * (cells - 25.0)
    made = behind / 1000.0 * _air_mass_factor(sun, elevation_m) * warm * (1.0 - solar.losses_fraction)
    dc = np.maximum(made, 0.0)
    return SolarYear(plane, behind, cells, dc, inverter_kw(dc, 1.0 / solar.dc_ac_ratio, solar.inverter_efficiency))


def production_factor(
    solar: Solar,
    sun: SunPosition,
    dni_w_m2: Array,
    dhi_w_m2: Array,
    dry_bulb_c: Array,
    wind_m_s: Array,
    elevation_m: float = 0.0,
    age_years: float = 0.0,
) -> Array:
    """Power behind the inverter for each kW of modules [kW/kW] by hour, after *age_years* of degradation.

    Other parameters as in `solar_year`. Degradation: (1 - d)^age on the power, which is on the safe side of clipping.
    """
    year = solar_year(solar, sun, dni_w_m2, dhi_w_m2, dry_bulb_c, wind_m_s, elevation_m)
    return np.asarray(year.ac_kw_per_kw * (1.0 - solar.degradation_fraction_per_year) ** age_years)


def inverter_kw(dc_kw: Array, rated_ac_kw: float, efficiency: float) -> Array:
    """Power behind an inverter [kW] of *rated_ac_kw* and nominal *efficiency*, clipped at its rating.

    eta = efficiency / 0.9637 (-0.0162 z - 0.0059 / z + 0.9858), z = DC / (rating / efficiency); never below nil.
    Source: Dobos 2014, eq. 11 to 13.
    """
    loading = dc_kw * (efficiency / rated_ac_kw)
    # z eta, so that nothing is divided by a load of nil
    relative = (-0.0162 * loading + 0.9858) * loading - 0.0059
    delivered = rated_ac_kw / 0.9637 * relative
    return np.clip(np.where(loading > 0, delivered, 0.0), 0.0, rated_ac_kw)


def _air_mass_factor(sun: SunPosition, elevation_m: float) -> Array:
    """Effect of the sun's spectrum on silicon: a polynomial of the air mass at the site's pressure (De Soto 2006)."""
    low = np.cos(np.radians(_LARGEST_ZENITH_OF_AIR_MASS_DEG))
    mass = air_mass(np.maximum(sun.cos_zenith, low)) * np.exp(-0.0001184 * elevation_m)
    return np.asarray(np.maximum(np.polynomial.polynomial.polyval(mass, _AIR_MASS_POLYNOMIAL), 0.0))


def through_cover(solar: Solar, cos_incidence: Array, tilt_deg: Array, beam: Array, sky: Array, ground: Array) -> Array:
    """Irradiance behind the glass [W/m2]: each part by its angle, over that at right angles (arrays of hours).

    Parameters: *cos_incidence* of the beam, *tilt_deg* of the modules; *beam*, *sky* and *ground* in front of the glass
    [W/m2]. Diffuse light comes as if at 59.7 - 0.1388 T + 0.001497 T2 degrees from the sky, at
    90 - 0.5788 T + 0.002693 T2 from the ground. Source: De Soto 2006; Duffie and Beckman, section 5.4.
    """
    tilt = np.clip(tilt_deg, 0.0, 90.0)
    sky_deg = 59.7 - 0.1388 * tilt + 0.001497 * tilt**2
    ground_deg = 90.0 - 0.5788 * tilt + 0.002693 * tilt**2
    index = _ANTI_REFLECTIVE if solar.anti_reflective_glass else None
    upright = _transmittance(np.array(1.0), index)
    parts = ((beam, np.clip(cos_incidence, 0.0, 1.0)), (sky, np.cos(np.radians(sky_deg))),
             (ground, np.cos(np.radians(ground_deg))))  # fmt: skip
    return np.asarray(sum(part * (_transmittance(cosine, index) / upright) for part, cosine in parts))


def _transmittance(cosine: Array, coating: float | None) -> Array:
    """Share of light at an angle of *cosine* that passes (a coating and) the glass: Snell, Fresnel and Bouguer.

    Each polarisation apart, and between the coating's surfaces to and fro: (1 - r1)(1 - r2) / (1 - r1 r2).
    """
    passed, before = [np.ones_like(cosine)] * 2, [np.zeros_like(cosine)] * 2
    outer = 1.0
    for inner in (_GLASS,) if coating is None else (coating, _GLASS):
        within = np.sqrt(1.0 - (outer / inner) ** 2 * (1.0 - cosine**2))
        across = ((outer * cosine - inner * within) / (outer * cosine + inner * within)) ** 2
        along = ((outer * within - inner * cosine) / (outer * within + inner * cosine)) ** 2
        thrown_back = [across, along]
        passed = [p * (1.0 - r) / (1.0 - r * r1) for p, r, r1 in zip(passed, thrown_back, before, strict=True)]
        cosine, outer, before = within, inner, thrown_back
    return np.asarray((passed[0] + passed[1]) / 2.0 * np.exp(-_EXTINCTION / np.maximum(cosine, 1e-6)))
