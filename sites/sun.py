"""The sun over a place: hour means of position and clear sky, and the split of global into direct and diffuse.

References: Spencer 1971 (equation of time, declination); Haurwitz 1945 (clear sky);
Erbs, Klein and Duffie 1982, Solar Energy 28, 293 (diffuse fraction).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sites.arrays import Floats

SOLAR_CONSTANT_W_M2 = 1361.0
_LARGEST_DNI_W_M2 = 0.82 * SOLAR_CONSTANT_W_M2
_LOWEST_COS_ZENITH = 0.03  # below it the direct beam is not resolved by an hour's mean
_MOMENTS_PER_HOUR = 6


@dataclass(frozen=True)
class Sky:
    """Hour means (8760 each): cosine of the zenith angle (0 at night), clear-sky and extraterrestrial horizontal
    irradiance.
    """

    cos_zenith: Floats
    clear_ghi_w_m2: Floats
    extraterrestrial_w_m2: Floats


def clear_sky(latitude: float, longitude: float, utc_offset_h: float) -> Sky:
    """The sky of a 365-day year over *latitude*, *longitude* [degrees, east positive], in standard time at
    *utc_offset_h*.
    """
    hours = np.arange(8760)[:, None] + (np.arange(_MOMENTS_PER_HOUR) + 0.5) / _MOMENTS_PER_HOUR
    year_angle = 2 * np.pi * np.floor(hours / 24) / 365
    equation_of_time_min = 229.18 * (
        0.000075
        + 0.001868 * np.cos(year_angle)
        - 0.032077 * np.sin(year_angle)
        - 0.014615 * np.cos(2 * year_angle)
        - 0.040849 * np.sin(2 * year_angle)
    )
    declination = (
        0.006918
        - 0.399912 * np.cos(year_angle)
        + 0.070257 * np.sin(year_angle)
        - 0.006758 * np.cos(2 * year_angle)
        + 0.000907 * np.sin(2 * year_angle)
        - 0.002697 * np.cos(3 * year_angle)
        + 0.00148 * np.sin(3 * year_angle)
    )
    sun_time_h = hours % 24 - 12 + (equation_of_time_min + 4 * longitude - 60 * utc_offset_h) / 60
    hour_angle, latitude_rad = np.radians(15 * sun_time_h), np.radians(latitude)
    cos_zenith = np.maximum(
        np.sin(latitude_rad) * np.sin(declination) + np.cos(latitude_rad) * np.cos(declination) * np.cos(hour_angle),
        0,
    )
    haurwitz = 1098 * cos_zenith * np.exp(-0.059 / np.maximum(cos_zenith, 1e-3))
    outside = SOLAR_CONSTANT_W_M2 * (1 + 0.033 * np.cos(year_angle)) * cos_zenith
    return Sky(cos_zenith.mean(1), haurwitz.mean(1), outside.mean(1))


def direct_and_diffuse(ghi_w_m2: Floats, sky: Sky, diffuse_factor: Floats | float = 1.0) -> tuple[Floats, Floats]:
    """Direct normal and diffuse horizontal irradiance [W/m2] of *ghi_w_m2* by Erbs' fraction times a local
    *diffuse_factor*.
    """
    clearness = np.clip(ghi_w_m2 / np.maximum(sky.extraterrestrial_w_m2, 1), 0, 1)
    quartic = 0.9511 - 0.1604 * clearness + 4.388 * clearness**2 - 16.638 * clearness**3 + 12.336 * clearness**4
    fraction = np.where(clearness <= 0.22, 1 - 0.09 * clearness, np.where(clearness <= 0.8, quartic, 0.165))
    diffuse = ghi_w_m2 * np.minimum(fraction * diffuse_factor, 1)
    resolved = sky.cos_zenith > _LOWEST_COS_ZENITH
    beam = (ghi_w_m2 - diffuse) / np.maximum(sky.cos_zenith, _LOWEST_COS_ZENITH)
    dni = np.minimum(np.where(resolved, beam, 0), _LARGEST_DNI_W_M2)
    return dni, np.maximum(ghi_w_m2 - dni * sky.cos_zenith, 0)
