"""A whole hall with its air handler: hourly balances of heat, air and water, limits, and what must be monotone."""

from dataclasses import replace

import numpy as np
import pytest

from sites import air
from sites.errors import InputError
from twin.model.thermal.coil import coldest_adp_c
from twin.model.thermal.conditioned_hall import HallUse, operate_hall, zone_drivers
from twin.model.thermal.hall_library import hall_type, hall_types
from twin.model.thermal.outdoor_air import OutdoorAir

HOURS = 24 * 7 * 8
P = 101325.0


def weather(seed=1, warmer_k=0.0, hours=HOURS):
    """Eight weeks from winter to a Florida summer, with sun."""
    random = np.random.default_rng(seed)
    hour = np.arange(hours)
    day = 4 + 24 * hour / hours + 6 * np.sin((hour % 24 - 9) / 24 * 2 * np.pi) + random.normal(0, 1.5, hours)
    ratio = air.humidity_ratio_from_relative_humidity(day, random.uniform(0.35, 1.0, hours), P)
    sun = 900.0 * np.maximum(np.sin((hour % 24 - 6) / 12 * np.pi), 0.0) * (hour % 24 < 18)
    sides = dict.fromkeys(("north", "east", "south", "west"), 0.4 * sun)
    return OutdoorAir.of(day + warmer_k, ratio, np.full(hours, P), {"roof": sun, **sides})


def use(process_kw=0.0, hours=HOURS):
    hour = np.arange(hours)
    open_ = ((hour % 24 >= 7) & (hour % 24 < 18) & (hour // 24 % 7 < 5)).astype(float)
    return HallUse(open_, process_kw * open_, 10.0 * open_)


def changed(hall, **changes):
    return hall.model_copy(update={"air_handler": hall.air_handler.model_copy(update=changes)})


@pytest.mark.parametrize("name", hall_types())
def test_heat_air_and_water_close_in_every_hour(name):
    """Proves: for each type of hall, in every hour and 1e-9 of the largest flow: the zone's heat; the hall's water; the
    enthalpy of mixing, and of the coil with its wrap-around.
    Sensitivity: mixed temperatures in place of enthalpies miss by 1e-3, condensate at another rate than the hall's
    water by per cents."""
    hall, outside, used = hall_type(name), weather(), use(process_kw=50.0)
    year = operate_hall(hall, outside, used, 7.0)
    zone, coil, moisture = year.zone, year.coil, year.moisture
    mass, acting = zone_drivers(hall, outside, used)
    stored = mass.air_kwh_per_k * np.diff(np.r_[zone.start_air_c, zone.air_c])
    stored += mass.structure_kwh_per_k * np.diff(np.r_[zone.start_structure_c, zone.structure_c])
    flows = (zone.outdoor_kw, zone.envelope_kw, acting.air_gain_kw, acting.structure_gain_kw, zone.heating_kw_th,
             -zone.cooling_kw_th)  # fmt: skip
    assert np.abs(stored - sum(flows)).max() <= 1e-9 * np.abs(flows).max()
    people = hall.people * used.occupied_share + used.crew
    gain = hall.latent_kw_per_person * people / (2501 + 1.86 * zone.air_mean_c)
    exchange = year.outdoor_air_kg_per_s + year.infiltration_kg_per_s
    brought = exchange * (outside.humidity_ratio - moisture.mean_humidity_ratio) + gain
    air_kg = 1.2 * hall.area_m2 * hall.height_m * hall.moisture_capacity_multiplier
    kept = np.diff(np.r_[moisture.start_humidity_ratio, moisture.humidity_ratio]) * air_kg / 3600.0
    water = kept - (brought - moisture.removed_kg_per_s + moisture.added_kg_per_s)
    assert np.abs(water).max() <= 1e-9 * (exchange * outside.humidity_ratio).max()
    assert (coil.condensate_kg_per_s == moisture.removed_kg_per_s).all()
    supply = year.supply_kg_per_s
    inside_kj = air.enthalpy_kj_per_kg(zone.air_mean_c, moisture.mean_humidity_ratio)
    outdoor_kj = air.enthalpy_kj_per_kg(outside.dry_bulb_c, outside.humidity_ratio)
    into = (supply - year.outdoor_air_kg_per_s) * inside_kj + year.outdoor_air_kg_per_s * outdoor_kj
    mixed = supply * air.enthalpy_kj_per_kg(coil.mixed_c, coil.mixed_humidity_ratio)
    assert mixed == pytest.approx(into, rel=1e-9, abs=1e-9)
    off_coil = supply * air.enthalpy_kj_per_kg(coil.leaving_c, coil.leaving_humidity_ratio)
    assert mixed - coil.total_kw_th - coil.wrap_around_kw_th == pytest.approx(off_coil, rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("name", hall_types())
def test_the_zone_gets_what_it_asked_for(name):
    """Proves: supply air, after coil, wrap-around, reheat or heating, humidifier and fan, brings to the zone its
    cooling or heating to 1e-9 of the largest, less what the coil could not serve; that is nothing on 7 C water.
    Sensitivity: reheat left out would overcool in every damp hour by up to all of it, fan heat is per cents."""
    year = operate_hall(hall_type(name), weather(), use(process_kw=50.0), 7.0)
    coil, zone = year.coil, year.zone
    kw_per_k = year.supply_kg_per_s * (1.006 + 1.86 * coil.leaving_humidity_ratio)
    mist = year.humidification.sensible_kw_th if year.humidification else 0.0
    lifted = coil.wrap_around_kw_th + coil.reheat_kw_th + coil.heating_kw_th + mist + year.fan_kw
    brought = kw_per_k * (zone.air_mean_c - coil.leaving_c) - lifted
    error = brought + coil.unserved_kw_th - (zone.cooling_kw_th - zone.heating_kw_th)
    assert np.abs(error).max() <= 1e-9 * zone.cooling_kw_th.max()
    assert coil.unserved_kw_th.max() == 0.0


@pytest.mark.parametrize("name", ["assembly_hall", "test_laboratory"])
def test_firm_limits_of_humidity(name):
    """Proves: mean relative humidity lies within the firm limits in every hour that is not limited; damp hours overcool
    and reheat, dry ones humidify.
    Sensitivity: the limit held at the end of the hour only lets the mean of a cooling hall pass it by two points."""
    hall = hall_type(name)
    year = operate_hall(hall, weather(), use(), 7.0)
    kept = ~year.moisture.limited
    assert kept.mean() > 0.9
    assert (year.relative_humidity[kept] <= hall.relative_humidity_high + 1e-6).all()
    assert (year.relative_humidity[kept] >= hall.relative_humidity_low - 1e-6).all()
    assert (year.coil.reheat_kw_th[year.moisture.overcooled] > 0).any()
    assert (year.moisture.added_kg_per_s > 0).any()


def test_the_coil_is_no_colder_than_its_water_and_approach():
    """Proves: no air leaves the coil colder than the mixing line from water + 2 K; with 14 C water the hall's damp
    hours are limited and the hall passes 60 %.
    Sensitivity: an ideal coil would hold 60 % with any water."""
    hall = hall_type("assembly_hall")
    bypass = hall.air_handler.bypass_factor
    for water_c in (7.0, 14.0):
        year = operate_hall(hall, weather(), use(), water_c)
        coldest = np.minimum(coldest_adp_c(water_c, 2.0), year.coil.mixed_c)
        assert (year.coil.leaving_c >= coldest + bypass * (year.coil.mixed_c - coldest) - 1e-9).all()
    assert year.moisture.limited.any()
    assert year.relative_humidity.max() > 0.6


def test_wrap_around_and_economiser_save():
    """Proves: a run-around coil saves as much chilled water as reheat, hour by hour, and changes nothing else; an
    economiser never raises an hour's chilled water in dry winter weather and lowers the sum.
    Sensitivity: heat given after the coil and not taken before it would be free."""
    hall = hall_type("test_laboratory")
    with_it = operate_hall(hall, weather(), use(), 7.0).coil
    without = operate_hall(changed(hall, wrap_around_effectiveness=0.0), weather(), use(), 7.0).coil
    assert with_it.wrap_around_kw_th.max() > 0
    assert without.total_kw_th - with_it.total_kw_th == pytest.approx(with_it.wrap_around_kw_th, abs=1e-9)
    assert without.reheat_kw_th - with_it.reheat_kw_th == pytest.approx(with_it.wrap_around_kw_th, abs=1e-9)
    big = hall_type("assembly_hall")
    free = operate_hall(big, weather(), use(300.0), 7.0).coil
    closed = operate_hall(changed(big, economiser=False), weather(), use(300.0), 7.0).coil
    assert free.total_kw_th.sum() < 0.98 * closed.total_kw_th.sum()


def test_hotter_weather_and_more_machines_never_need_less():
    """Proves: 2 K warmer outdoor air of the same moisture, or 100 kW more of machines, lower the zone's cooling in no
    hour and raise the coils' sum; heating is never raised.
    Sensitivity: gains put outside the envelope's node, or a set-back that forgets them, break it."""
    hall = changed(hall_type("assembly_hall"), economiser=False)
    base = operate_hall(hall, weather(), use(100.0), 7.0)
    for more in (
        operate_hall(hall, weather(warmer_k=2.0), use(100.0), 7.0),
        operate_hall(hall, weather(), use(200.0), 7.0),
    ):
        assert (more.zone.cooling_kw_th >= base.zone.cooling_kw_th - 1e-6).all()
        assert (more.zone.heating_kw_th <= base.zone.heating_kw_th + 1e-6).all()
        assert more.coil.total_kw_th.sum() > base.coil.total_kw_th.sum()


def test_steady_heat_by_hand():
    """Proves: under constant weather and use the zone's cooling is U A (T_sol-air - T) + infiltration + gains, less the
    radiant half of the gains times U A over the inner surfaces' conductance, which leaves through the envelope: by
    hand.
    Sensitivity: the inner film in series twice loses 5 % of the envelope, radiant gains to nowhere half of the rest."""
    hall = hall_type("warehouse").model_copy(update={"glazing": ()})
    hours = 24 * 60
    sun_w_per_m2 = {"roof": np.full(hours, 500.0), "north": np.full(hours, 100.0), "west": np.full(hours, 200.0)}
    still = OutdoorAir.of(*(np.full(hours, value) for value in (35.0, 0.012, P)), sun_w_per_m2)
    year = operate_hall(hall, still, HallUse(np.ones(hours), np.full(hours, 40.0), np.zeros(hours)), 7.0)
    inside = hall.cooling_c
    assert year.zone.air_mean_c[-1] == pytest.approx(inside, abs=1e-6)
    sun = {"roof": 0.45 * 500 / 17 - 3.9, "north": 0.6 * 100 / 17, "west": 0.6 * 200 / 17}
    envelope = sum(
        part.area_m2 * part.u_w_per_m2_k / 1000 * (35.0 + sun[part.orientation] - inside) for part in hall.opaque
    )
    dry_kg_m3 = float(air.density_kg_m3(35.0, 0.012, P)) / 1.012
    leak = 0.3 * 27000 / 3600 * dry_kg_m3 * (1.006 + 1.86 * 0.012) * (35.0 - inside)
    gains = 5.5 * 3000 / 1000 + 12 * 0.11 + 40.0
    lost = 0.5 * gains * hall.opaque_kw_per_k / hall.structure_coupling_kw_per_k  # of radiant gains, through the roof
    assert year.zone.cooling_kw_th[-1] == pytest.approx(envelope + leak + gains - lost, rel=1e-6)


def test_an_orientation_without_sun_is_named():
    """Proves: weather without irradiance on the west wall is refused by name; 'shade' asks for none.
    Sensitivity: read as 0 it would silently lose the afternoon's peak."""
    outside = weather()
    bare = replace(outside, incident_w_per_m2={"roof": outside.dry_bulb_c})
    with pytest.raises(InputError, match="no irradiance for orientation 'north'"):
        operate_hall(hall_type("assembly_hall"), bare, use(), 7.0)
    operate_hall(hall_type("test_laboratory"), bare, use(), 7.0)


def test_the_air_of_some_hours_keeps_their_sun():
    """Proves: outdoor air cut to its warm hours has the same air, and the sun of each orientation, in those hours.
    Sensitivity: the sun of the first hours would shine on the warm ones."""
    outside = weather()
    warm = outside.dry_bulb_c > 20.0
    cut = outside.where(warm)
    np.testing.assert_array_equal(cut.humidity_ratio, outside.humidity_ratio[warm])
    assert set(cut.incident_w_per_m2) == set(outside.incident_w_per_m2)
    for orientation, sun in cut.incident_w_per_m2.items():
        np.testing.assert_array_equal(sun, outside.incident_w_per_m2[orientation][warm])
