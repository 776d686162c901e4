"""The sun over a place: its position by hour, clear sky, the split of global into direct and diffuse, tilted planes.

References: Spencer 1971 (equation of time, declination); Haurwitz 1945 (clear sky);
Erbs, Klein and Duffie 1982, Solar Energy 28, 293 (diffuse fraction);
Michalsky 1988, Solar Energy 40, 227 (position and refraction, 0.01 degree from 1950 to 2050);
Kasten and Young 1989, Applied Optics 28, 4735 (air mass);
Perez, Ineichen, Seals, Michalsky and Stewart 1990, Solar Energy 44, 271 (sky diffuse on a tilted plane).
Azimuths are in degrees from north over east: 180 is south.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date

import numpy as np

from sites.arrays import Flags, Floats

SOLAR_CONSTANT_W_M2 = 1361.0
_LARGEST_DNI_W_M2 = 0.82 * SOLAR_CONSTANT_W_M2
_LOWEST_COS_ZENITH = 0.03  # below it the direct beam is not resolved by an hour's mean
_MOMENTS_PER_HOUR = 6
_SUNRISE_ELEVATION_DEG = -0.833  # of the centre: half the disc and the refraction at the horizon
_JULIAN_DAY_OF_ORDINAL_0 = 1721424.5
_JULIAN_DAY_2000 = 2451545.0

# Perez 1990, table 6: upper edges of the clearness bins, then F11 F12 F13 F21 F22 F23 of each bin
_PEREZ_EDGES = np.array([1.065, 1.23, 1.5, 1.95, 2.8, 4.5, 6.2])
_PEREZ = np.array(
    [
        [-0.008, 0.588, -0.062, -0.060, 0.072, -0.022],
        [0.130, 0.683, -0.151, -0.019, 0.066, -0.029],
        [0.330, 0.487, -0.221, 0.055, -0.064, -0.026],
        [0.568, 0.187, -0.295, 0.109, -0.152, -0.014],
        [0.873, -0.392, -0.362, 0.226, -0.462, 0.001],
        [1.132, -1.237, -0.412, 0.288, -0.823, 0.056],
        [1.060, -1.600, -0.359, 0.264, -1.127, 0.131],
        [0.678, -0.327, -0.250, 0.156, -1.377, 0.251],
    ]
)


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


@dataclass(frozen=True)
class SunPosition:
    """Where the sun stands in each hour (8760 each).

    *cos_zenith* of the refracted sun (0 while it is down) and *azimuth_deg*, both in the middle of the sunlit part of
    the hour; *sunlit_share* of the hour (0 to 1); *extraterrestrial_normal_w_m2* outside the atmosphere.
    """

    cos_zenith: Floats
    azimuth_deg: Floats
    sunlit_share: Floats
    extraterrestrial_normal_w_m2: Floats

    @property
    def is_up(self) -> Flags:
        """Hours in which the sun shines at least for a while."""
        return np.asarray(self.sunlit_share > 0)

    @property
    def zenith_deg(self) -> Floats:
        """Angle from the vertical [degrees]; 90 while the sun is down."""
        return np.asarray(np.degrees(np.arccos(self.cos_zenith)))


@dataclass(frozen=True)
class PlaneIrradiance:
    """What falls on a plane [W/m2] by hour: *beam_w_m2*, *sky_w_m2* (diffuse), *ground_w_m2* (reflected)."""

    beam_w_m2: Floats
    sky_w_m2: Floats
    ground_w_m2: Floats

    @property
    def total_w_m2(self) -> Floats:
        """Sum of the three [W/m2]."""
        return self.beam_w_m2 + self.sky_w_m2 + self.ground_w_m2


def sun_position(latitude: float, longitude: float, utc_offset_h: float, *, year: int = 2026) -> SunPosition:
    """Return the sun of the 8760 hours of *year*, in local standard time, hour beginning, without 29 February.

    Parameters: *latitude*, *longitude* [degrees, north and east positive]; *utc_offset_h* of the standard time [h].
    The moment is the middle of the hour, and in the hours of sunrise and sunset the middle of their sunlit part, as
    in PVWatts: hour means of irradiance belong to it. Source: Michalsky 1988, with its formula of refraction.
    """
    hours = np.arange(8760) + 0.5
    days = hours / 24 + (isleap(year) & (hours > 24 * 59))
    since_2000 = date(year, 1, 1).toordinal() + _JULIAN_DAY_OF_ORDINAL_0 - _JULIAN_DAY_2000 + days - utc_offset_h / 24
    anomaly = np.radians(357.528 + 0.9856003 * since_2000)
    ecliptic = np.radians(280.460 + 0.9856474 * since_2000 + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    tilt_of_earth = np.radians(23.439 - 4e-7 * since_2000)
    ascension_deg = np.degrees(np.arctan2(np.cos(tilt_of_earth) * np.sin(ecliptic), np.cos(ecliptic)))
    sin_declination = np.sin(tilt_of_earth) * np.sin(ecliptic)
    cos_declination = np.sqrt(1 - sin_declination**2)
    sidereal_deg = 15 * (6.697375 + 0.0657098242 * since_2000 + (hours - utc_offset_h)) + longitude
    hour_angle_deg = (sidereal_deg - ascension_deg + 180) % 360 - 180
    sin_latitude, cos_latitude = np.sin(np.radians(latitude)), np.cos(np.radians(latitude))
    cos_sunset = (np.sin(np.radians(_SUNRISE_ELEVATION_DEG)) - sin_latitude * sin_declination) / np.maximum(
        cos_latitude * cos_declination, 1e-9
    )
    sunset_deg = np.degrees(np.arccos(np.clip(cos_sunset, -1, 1)))
    begin = np.maximum(hour_angle_deg - 7.5, -sunset_deg)
    end = np.minimum(hour_angle_deg + 7.5, sunset_deg)
    share = np.where(cos_sunset <= -1, 1.0, np.maximum(end - begin, 0) / 15)
    angle = np.radians(np.where((share > 0) & (share < 1), (begin + end) / 2, hour_angle_deg))
    sin_elevation = sin_latitude * sin_declination + cos_latitude * cos_declination * np.cos(angle)
    azimuth = np.arctan2(
        -cos_declination * np.sin(angle),
        cos_latitude * sin_declination - sin_latitude * cos_declination * np.cos(angle),
    )
    up = share > 0
    seen = np.sin(np.radians(_refracted_deg(np.degrees(np.arcsin(np.clip(sin_elevation, -1, 1))))))
    distance = 1.00014 - 0.01671 * np.cos(anomaly) - 0.00014 * np.cos(2 * anomaly)
    return SunPosition(
        cos_zenith=np.where(up, np.maximum(seen, 0), 0),
        azimuth_deg=np.degrees(azimuth) % 360,
        sunlit_share=share,
        extraterrestrial_normal_w_m2=SOLAR_CONSTANT_W_M2 / distance**2,
    )


def _refracted_deg(elevation_deg: Floats) -> Floats:
    """Elevation [degrees] at which the sun is seen through the standard atmosphere (Michalsky 1988)."""
    held = np.maximum(elevation_deg, -0.56)
    lift = 3.51561 * (0.1594 + held * (0.0196 + 0.00002 * held)) / (1 + held * (0.505 + 0.0845 * held))
    return elevation_deg + np.where(elevation_deg > -0.56, lift, 0.56)


def air_mass(cos_zenith: Floats) -> Floats:
    """Relative optical air mass of the sun at *cos_zenith*, 1 overhead (Kasten and Young 1989)."""
    zenith_deg = np.degrees(np.arccos(np.clip(cos_zenith, 0, 1)))
    return np.asarray(1 / (cos_zenith + 0.50572 * (96.07995 - zenith_deg) ** -1.6364))


def cos_incidence(sun: SunPosition, tilt_deg: Floats | float, azimuth_deg: Floats | float) -> Floats:
    """Cosine of the angle between the sun and the normal of a plane; below 0 the sun stands behind it.

    Parameters: *tilt_deg* from the horizontal and *azimuth_deg* [degrees], scalars or arrays of hours.
    Formula: cos Z cos T + sin Z sin T cos(sun's azimuth - plane's azimuth).
    """
    tilt = np.radians(tilt_deg)
    sin_zenith = np.sqrt(1 - sun.cos_zenith**2)
    turned = np.radians(sun.azimuth_deg - azimuth_deg)
    return np.asarray(sun.cos_zenith * np.cos(tilt) + sin_zenith * np.sin(tilt) * np.cos(turned))


def plane_irradiance(
    sun: SunPosition,
    dni_w_m2: Floats,
    dhi_w_m2: Floats,
    tilt_deg: Floats | float,
    cos_incidence: Floats,
    albedo: Floats | float = 0.2,
) -> PlaneIrradiance:
    """Carry direct and diffuse irradiance over to a tilted plane, by hour.

    Parameters: *dni_w_m2*, *dhi_w_m2* [W/m2]; *tilt_deg* [degrees] and *cos_incidence* of the plane; *albedo* of the
    ground (0 to 1). Beam: DNI max(0, cos incidence). Sky (Perez 1990, all sites):
    DHI [(1 - F1)(1 + cos T)/2 + F1 a/b + F2 sin T], a = max(0, cos incidence), b = max(cos 85, cos Z), isotropic with
    the sun below 2.5 degrees. Ground: albedo (DNI cos Z + DHI)(1 - cos T)/2. Nothing falls while the sun is down.
    """
    up = sun.is_up
    dni, dhi = np.where(up, dni_w_m2, 0.0), np.where(up, dhi_w_m2, 0.0)
    tilt = np.radians(tilt_deg)
    isotropic = (1 + np.cos(tilt)) / 2
    facing = np.maximum(cos_incidence, 0.0)
    zenith = np.arccos(sun.cos_zenith)
    cubed = 1.041 * zenith**3
    clearness = ((dhi + dni) / np.maximum(dhi, 1e-9) + cubed) / (1 + cubed)
    brightness = dhi * air_mass(sun.cos_zenith) / sun.extraterrestrial_normal_w_m2
    f11, f12, f13, f21, f22, f23 = _PEREZ[np.searchsorted(_PEREZ_EDGES, clearness, side="right")].T
    circumsolar = np.maximum(f11 + f12 * brightness + f13 * zenith, 0)
    horizon = f21 + f22 * brightness + f23 * zenith
    beside_sun = facing / np.maximum(sun.cos_zenith, np.cos(np.radians(85)))
    perez = (1 - circumsolar) * isotropic + circumsolar * beside_sun + horizon * np.sin(tilt)
    low = sun.cos_zenith < np.cos(np.radians(87.5))
    return PlaneIrradiance(
        beam_w_m2=np.asarray(dni * facing),
        sky_w_m2=np.asarray(dhi * np.where(low, isotropic, np.maximum(perez, 0))),
        ground_w_m2=np.asarray(albedo * (dni * sun.cos_zenith + dhi) * (1 - np.cos(tilt)) / 2),
    )
