"""Rows of modules: tracking, backtracking, shade, and views of sky and ground."""

import numpy as np
import pytest

from sites.sun import cos_incidence, sun_position
from twin.model.equipment.solar import Solar
from twin.model.power.solar_rows import rows, shaded_share

SUN = sun_position(27.97, -82.53, -5.0)


def field(**changes):
    return Solar(**{"tilt_deg": 0.0, "usd_per_kw": 1.0, "most_kw": 1.0, "life_years": 25, **changes})


def test_a_fixed_field_stands_still():
    """Proves: fixed modules have their tilt in every hour and the cosine of a plane of that tilt and azimuth.
    Sensitivity: an axis turned the wrong way makes them face north."""
    stand = rows(field(tilt_deg=25.0, azimuth_deg=150.0, ground_coverage=0.0), SUN)
    assert stand.tilt_deg == pytest.approx(np.full(8760, 25.0))
    assert stand.cos_incidence == pytest.approx(cos_incidence(SUN, 25.0, 150.0), abs=1e-12)
    for share in (stand.beam_share, stand.sky_share, stand.ground_share):
        assert (share == 1.0).all()


def test_a_tracker_follows_the_sun():
    """Proves: without neighbours and within its limit a tracker turned to the sun has a better cosine than any other
    rotation; at its limit it stays there; in the morning it looks east, in the evening west.
    Sensitivity: a rotation of the wrong sign turns away from the sun."""
    lonely = field(mounting="one_axis", ground_coverage=0.0, rotation_limit_deg=60.0)
    stand = rows(lonely, SUN)
    assert np.abs(stand.rotation_deg).max() == pytest.approx(60.0)
    hour = np.arange(8760) % 24
    assert (stand.rotation_deg[SUN.is_up & (hour == 9)] < 0).all()  # axis to the south: positive is west
    assert (stand.rotation_deg[SUN.is_up & (hour == 16)] > 0).all()
    free = SUN.is_up & (np.abs(stand.rotation_deg) < 59.9)
    for turn in (-5.0, 5.0):
        tilt = np.abs(stand.rotation_deg + turn)
        azimuth = np.where(stand.rotation_deg + turn > 0, 270.0, 90.0)
        assert (stand.cos_incidence >= cos_incidence(SUN, tilt, azimuth))[free].all()


def test_backtracking_leaves_no_shade():
    """Proves: with backtracking no row ever shades another while the sun is higher than a degree, without it some do
    in the morning; turning back costs cosine.
    Sensitivity: a correction of the wrong sign leaves more shade than none."""
    back = rows(field(mounting="one_axis"), SUN)
    true = rows(field(mounting="one_axis", backtracking=False), SUN)
    high = SUN.cos_zenith > np.sin(np.radians(1.0))
    assert back.beam_share[high].min() >= 1.0 - 1e-9
    assert true.beam_share[high].min() < 0.7
    assert (back.cos_incidence <= true.cos_incidence + 1e-9)[high].all()


def test_shade_by_hand():
    """Proves: rows at 60 degrees half a pitch wide, with the sun at 60 across them, get it at right angles; the
    shadow is 0.5 / cos 60 = 1 pitch long, so it just reaches; at 75 degrees
    1 - cos 75 / (0.5 cos 15) = 46.4 % is shaded.
    Sensitivity: coverage taken for its inverse shades nothing."""
    rotation = np.radians(np.array([60.0, 60.0, 60.0]))
    across = np.radians(np.array([60.0, 75.0, 30.0]))
    assert shaded_share(across, rotation, 0.5) == pytest.approx([0.0, 0.46410, 0.0], abs=1e-5)


def test_views_by_hand():
    """Proves: flat rows see all the sky; upright rows one pitch apart see 1 - sqrt(2)/2 = 0.293 of the sky each way
    instead of 0.5, and as much of the ground.
    Sensitivity: the view of the upper edge alone would be 0.5 of the sky, unobstructed."""
    near = rows(field(tilt_deg=90.0, ground_coverage=0.95), SUN)
    exact = (1 + 1 / 0.95 - np.sqrt(1 + 1 / 0.95**2)) / 1.0
    assert near.sky_share[0] == pytest.approx(exact, rel=1e-12)
    assert near.ground_share[0] == pytest.approx(exact, rel=1e-12)
    flat = rows(field(), SUN)
    assert flat.sky_share == pytest.approx(np.ones(8760))
    shares = [rows(field(tilt_deg=30.0, ground_coverage=c), SUN).sky_share[0] for c in (0.0, 0.2, 0.4, 0.6, 0.8)]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.outside
@pytest.mark.parametrize("backtracking", [True, False])
@pytest.mark.parametrize(("tilt", "azimuth"), [(0.0, 180.0), (15.0, 200.0)])
def test_tracking_against_pvlib(backtracking, tilt, azimuth):
    """Proves: rotation, tilt and angle of incidence of trackers, level and on a tilted axis, are pvlib's to 1e-6
    degrees while the sun is up.
    Sensitivity: the axis' tilt left out of the sun's frame is off by as many degrees."""
    import pvlib

    theirs = pvlib.tracking.singleaxis(
        SUN.zenith_deg, SUN.azimuth_deg, tilt, azimuth, max_angle=45.0, backtrack=backtracking, gcr=0.4
    )
    made = field(mounting="one_axis", tilt_deg=tilt, azimuth_deg=azimuth, backtracking=backtracking)
    ours = rows(made, SUN)
    up = SUN.zenith_deg < 89.0
    assert ours.rotation_deg[up] == pytest.approx(theirs["tracker_theta"][up], abs=1e-6)
    assert ours.tilt_deg[up] == pytest.approx(theirs["surface_tilt"][up], abs=1e-6)
    assert np.degrees(np.arccos(ours.cos_incidence))[up] == pytest.approx(theirs["aoi"][up], abs=1e-5)
