"""The sun on a hall's roof and walls, hour by hour."""

from __future__ import annotations

from sites.arrays import Floats
from sites.sun import cos_incidence, plane_irradiance, sun_position

AZIMUTH_DEG = {"north": 0.0, "east": 90.0, "south": 180.0, "west": 270.0}  # of a wall's normal, from north over east
UPRIGHT_DEG = 90.0


def incident_w_per_m2(
    latitude: float,
    longitude: float,
    utc_offset_h: float,
    study_year: int,
    ghi_w_m2: Floats,
    dni_w_m2: Floats,
    dhi_w_m2: Floats,
) -> dict[str, Floats]:
    """Return what falls on a roof and on walls to the four sides [W/m2], by the orientation's name (8760 each).

    Parameters: the place [degrees, north and east positive], its standard time [h] and year; global horizontal, direct
    normal and diffuse horizontal irradiance [W/m2] (8760). A roof has the global horizontal, flat or nearly so; walls
    have Perez' sky, the beam and what the ground reflects (`sites.sun.plane_irradiance`).
    """
    sun = sun_position(latitude, longitude, utc_offset_h, year=study_year)
    walls = {
        side: plane_irradiance(
            sun, dni_w_m2, dhi_w_m2, UPRIGHT_DEG, cos_incidence(sun, UPRIGHT_DEG, azimuth)
        ).total_w_m2
        for side, azimuth in AZIMUTH_DEG.items()
    }
    return {"roof": ghi_w_m2, **walls}
