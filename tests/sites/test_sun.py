"""The sun's position and tilted planes: by hand, as properties, and against pvlib."""

from pathlib import Path

import numpy as np
import pytest

from sites.sun import PlaneIrradiance, air_mass, cos_incidence, plane_irradiance, sun_position

TAMPA = (27.97, -82.53, -5.0)
SHARED = Path("../shared/data/weather")


@pytest.fixture(scope="module")
def tampa():
    return sun_position(*TAMPA)


def random_sky(seed=3):
    random = np.random.default_rng(seed)
    return random.uniform(0, 900, 8760), random.uniform(1, 400, 8760)


def test_noon_on_the_solstice_by_hand():
    """Proves: at noon of 21 June at 23.44 N the sun is overhead, and on 21 December 90 - 46.88 degrees high.
    Sensitivity: a declination of the wrong sign exchanges the two; a clock an hour off leaves 13.7 degrees in June."""
    sun = sun_position(23.44, -90.0, -5.5)  # the hour beginning at 12:00 of this clock has its middle at noon
    june, december = 24 * 171 + 12, 24 * 354 + 12
    assert sun.zenith_deg[june] < 0.6
    assert sun.zenith_deg[december] == pytest.approx(46.88, abs=0.1)
    assert sun.azimuth_deg[december] == pytest.approx(180, abs=1.0)


def test_day_length_and_season():
    """Proves: the equator has 12.11 h of sun every day (12 h, the disc and the refraction: 2 x 0.833 / 15 h more), and
    the earth is nearest on about 3 January: 1361 / 0.9833^2 = 1407 W/m2.
    Sensitivity: sunrise at the geometric horizon gives 12.00 h, the distance turned round 1316 W/m2."""
    sun = sun_position(0.0, 0.0, 0.0)
    hours = sun.sunlit_share.reshape(365, 24).sum(axis=1)
    assert hours.min() > 12.10
    assert hours.max() < 12.13
    assert sun.extraterrestrial_normal_w_m2.max() == pytest.approx(1407.5, abs=1)
    assert sun.extraterrestrial_normal_w_m2.argmax() // 24 in range(5)


def test_the_moment_of_sunrise_is_within_the_sunlit_part(tampa):
    """Proves: hours of sunrise and sunset have a sun above the horizon, and it is lower there than in the next hour;
    the sun is up neither at midnight nor below the horizon in its hour.
    Sensitivity: the sun of the hour's middle is below the horizon in half of those hours, and their beam is lost."""
    edge = (tampa.sunlit_share > 0) & (tampa.sunlit_share < 1)
    assert edge.sum() in range(700, 731)
    assert (tampa.cos_zenith[edge & (tampa.sunlit_share > 0.15)] > 0).all()
    assert (tampa.cos_zenith[edge] < np.sin(np.radians(8.0))).all()
    assert (tampa.cos_zenith[~tampa.is_up] == 0).all()
    assert not tampa.is_up[::24].any()


def test_a_leap_year_drops_29_february():
    """Proves: from noon of 28 February to noon of 1 March the sun climbs two days' worth in 2028, 0.76 degrees, and one
    day's in 2026.
    Sensitivity: counted on through 29 February every later day of a leap year is a day behind, here 0.38."""
    before, after = 24 * 58 + 12, 24 * 59 + 12
    climbed = [
        sun_position(*TAMPA, year=year).zenith_deg[before] - sun_position(*TAMPA, year=year).zenith_deg[after]
        for year in (2026, 2028)
    ]
    assert climbed == pytest.approx([0.38, 0.76], abs=0.02)


def test_planes_by_hand(tampa):
    """Proves: a horizontal plane gets DNI cos Z + DHI and nothing from the ground; an upright one half of the ground's
    reflection, albedo x (DNI cos Z + DHI) / 2.
    Sensitivity: the cosine of the plane's tilt of the wrong sign gives the horizontal plane all the ground."""
    dni, dhi = random_sky()
    flat = plane_irradiance(tampa, dni, dhi, 0.0, cos_incidence(tampa, 0.0, 180.0), albedo=0.3)
    up = tampa.is_up
    level = dni * tampa.cos_zenith + dhi
    high = up & (tampa.cos_zenith > np.cos(np.radians(85)))
    assert flat.total_w_m2[high] == pytest.approx(level[high], rel=1e-12)
    assert (flat.ground_w_m2 == 0).all()
    assert (flat.total_w_m2[~up] == 0).all()
    wall = plane_irradiance(tampa, dni, dhi, 90.0, cos_incidence(tampa, 90.0, 180.0), albedo=0.3)
    assert wall.ground_w_m2[up] == pytest.approx(0.15 * level[up], rel=1e-12)
    assert isinstance(wall, PlaneIrradiance)


def test_walls_share_the_sun(tampa):
    """Proves: on walls to the four sides the cosines of opposite ones are each other's negative, and with the roof the
    squares of three at right angles sum to 1.
    Sensitivity: an azimuth counted from the south or the wrong way round breaks the morning side."""
    roof, north, east = (cos_incidence(tampa, t, a) for t, a in ((0.0, 0.0), (90.0, 0.0), (90.0, 90.0)))
    assert roof**2 + north**2 + east**2 == pytest.approx(np.ones(8760), abs=1e-12)
    assert cos_incidence(tampa, 90.0, 270.0) == pytest.approx(-east, abs=1e-12)
    morning = tampa.is_up & (np.arange(8760) % 24 < 11)
    assert (east[morning] > 0).all()


def test_air_mass_by_hand():
    """Proves: 1 overhead, 2 (1.994 by Kasten and Young) at 60 degrees, about 38 at the horizon.
    Sensitivity: 1 / cos Z has no end at the horizon."""
    assert air_mass(np.array([1.0, 0.5, 0.0])) == pytest.approx([1.0, 1.994, 37.92], rel=1e-3)


@pytest.mark.outside
def test_position_against_pvlib(tampa):
    """Proves: the sun of every full hour of a year is where NREL's algorithm in pvlib has it, within 0.02 degrees, the
    distance within 2e-4 and the length of each day within 2 minutes.
    Sensitivity: the equation of time left out errs by up to 4 degrees, refraction left out by 0.3 at 1 degree."""
    import pandas as pd
    import pvlib

    moments = pd.date_range("2026-01-01 00:30", periods=8760, freq="h", tz="Etc/GMT+5")
    theirs = pvlib.solarposition.get_solarposition(moments, *TAMPA[:2], method="nrel_numpy", temperature=10)
    full = tampa.sunlit_share == 1
    assert tampa.zenith_deg[full] == pytest.approx(theirs.apparent_zenith.to_numpy()[full], abs=0.02)
    turn = (tampa.azimuth_deg - theirs.azimuth.to_numpy() + 180) % 360 - 180
    assert np.abs(turn * np.sin(np.radians(tampa.zenith_deg)))[full].max() < 0.02
    outside = pvlib.irradiance.get_extra_radiation(moments, solar_constant=1361.0, method="nrel").to_numpy()
    assert tampa.extraterrestrial_normal_w_m2 == pytest.approx(outside, rel=2e-4)
    days = pvlib.solarposition.sun_rise_set_transit_spa(moments[12::24], *TAMPA[:2])
    length_h = (days.sunset - days.sunrise).dt.total_seconds().to_numpy() / 3600
    assert tampa.sunlit_share.reshape(365, 24).sum(axis=1) == pytest.approx(length_h, abs=2 / 60)


@pytest.mark.outside
@pytest.mark.parametrize(("tilt", "azimuth"), [(20.0, 180.0), (60.0, 250.0), (90.0, 0.0)])
def test_perez_against_pvlib(tampa, tilt, azimuth):
    """Proves: the sky's diffuse on three planes and the angle of incidence are pvlib's to rounding.
    Sensitivity: one coefficient of the table off by 0.01 moves hours by watts."""
    import pvlib

    dni, dhi = random_sky()
    facing = cos_incidence(tampa, tilt, azimuth)
    theirs = pvlib.irradiance.aoi_projection(tilt, azimuth, tampa.zenith_deg, tampa.azimuth_deg)
    assert facing == pytest.approx(theirs, abs=1e-12)
    sky = pvlib.irradiance.perez(
        tilt,
        azimuth,
        dhi,
        dni,
        tampa.extraterrestrial_normal_w_m2,
        tampa.zenith_deg,
        tampa.azimuth_deg,
        pvlib.atmosphere.get_relative_airmass(tampa.zenith_deg),
    )
    high = tampa.is_up & (tampa.zenith_deg < 87.5)
    ours = plane_irradiance(tampa, dni, dhi, tilt, facing)
    assert ours.sky_w_m2[high] == pytest.approx(sky[high], abs=1e-9)
