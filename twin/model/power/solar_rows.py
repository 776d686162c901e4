"""Rows of solar modules: how a tracker turns, and what rows take from each other.

All rows are parallel and endless, on level ground along their axis. Angles in degrees.
References: Lorenzo, Narvarte and Munoz 2011, Progress in Photovoltaics 19, 747 (tracking and backtracking);
Anderson and Mikofski 2020, NREL/TP-5K00-76626 (slope-aware backtracking, level case);
Hottel's crossed strings (view factors between endless rows).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites.sun import SunPosition
from twin.model.equipment.solar import Solar

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """How the modules stand in each hour: *tilt_deg*, *cos_incidence* of the sun, and what the row in front leaves.

    *rotation_deg* about the rows' axis, positive to the right of the axis' azimuth; *beam_share*, *sky_share* and
    *ground_share* of what a single row would get (0 to 1).
    """

    rotation_deg: Array
    tilt_deg: Array
    cos_incidence: Array
    beam_share: Array
    sky_share: Array
    ground_share: Array


def rows(solar: Solar, sun: SunPosition) -> Rows:
    """Return how the modules of *solar* stand under *sun* (arrays of hours).

    In the frame of the axis the sun is at (x, z): x across the rows, z along their normal at rest. A tracker turns to
    R = atan2(x, z), within its limit. With backtracking it turns back by acos(cos R / coverage) where rows would shade
    each other, without it they do: shaded share 1 - cos P / (coverage cos(P - R)), P the sun's angle across the rows.
    """
    one_axis = solar.mounting == "one_axis"
    axis_deg = solar.azimuth_deg if one_axis else solar.azimuth_deg - 90.0
    axis_tilt = np.radians(solar.tilt_deg if one_axis else 0.0)
    sin_zenith = np.sqrt(1.0 - sun.cos_zenith**2)
    turned = np.radians(sun.azimuth_deg - axis_deg)
    across = sin_zenith * np.sin(turned)
    upright = sin_zenith * np.cos(turned) * np.sin(axis_tilt) + sun.cos_zenith * np.cos(axis_tilt)
    ideal = np.arctan2(across, upright)
    if one_axis:
        rotation = _turned_back(ideal, solar.ground_coverage) if solar.backtracking else ideal
        limit = np.radians(solar.rotation_limit_deg)
        rotation = np.where(sun.is_up, np.clip(rotation, -limit, limit), 0.0)
    else:
        rotation = np.full_like(ideal, np.radians(solar.tilt_deg))
    sky, ground = _views(rotation, solar.ground_coverage)
    return Rows(
        rotation_deg=np.degrees(rotation),
        tilt_deg=np.degrees(np.arccos(np.clip(np.cos(rotation) * np.cos(axis_tilt), -1.0, 1.0))),
        cos_incidence=across * np.sin(rotation) + upright * np.cos(rotation),
        beam_share=1.0 - shaded_share(ideal, rotation, solar.ground_coverage),
        sky_share=sky,
        ground_share=ground,
    )


def _turned_back(ideal: Array, coverage: float) -> Array:
    """Rotation [rad] at which rows just do not shade each other: R - sign(R) acos(cos R / coverage)."""
    if coverage == 0:
        return ideal
    reach = np.abs(np.cos(ideal)) / coverage
    return np.asarray(ideal - np.sign(ideal) * np.arccos(np.minimum(reach, 1.0)))


def shaded_share(sun_across: Array, rotation: Array, coverage: float) -> Array:
    """Share of a row's width in the shade of the next (0 to 1): 1 - cos P / (coverage cos(P - R)).

    Parameters: *sun_across* P and *rotation* R [rad], arrays that broadcast; *coverage* of the ground.
    """
    width = coverage * np.cos(sun_across - rotation)
    shade = 1.0 - np.cos(sun_across) / np.where(width > 1e-9, width, np.inf)
    return np.asarray(np.where(width > 1e-9, np.clip(shade, 0.0, 1.0), 0.0))


def _views(rotation: Array, coverage: float) -> tuple[Array, Array]:
    """Share of the sky and of the ground that a row sees, of what it would see alone (crossed strings).

    With rows p = 1 / coverage apart the sky's view factor is (1 + p - sqrt(1 + p2 - 2 p cos R)) / 2 instead of
    (1 + cos R) / 2, the ground's (1 + p - sqrt(1 + p2 + 2 p cos R)) / 2 instead of (1 - cos R) / 2.
    """
    if coverage == 0:
        return np.ones_like(rotation), np.ones_like(rotation)
    apart, cosine = 1.0 / coverage, np.cos(rotation)
    sky = 1.0 + apart - np.sqrt(1.0 + apart**2 - 2.0 * apart * cosine)
    ground = 1.0 + apart - np.sqrt(1.0 + apart**2 + 2.0 * apart * cosine)
    flat = 1.0 - cosine < 1e-9
    return sky / (1.0 + cosine), np.where(flat, 1.0, ground / np.where(flat, 1.0, 1.0 - cosine))
