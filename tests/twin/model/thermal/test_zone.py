"""A zone's exact steps: by hand, against a general matrix exponential and a fine integration, and its balances."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from twin.model.thermal.zone import (
    ZoneControl,
    ZoneDrivers,
    ZoneMass,
    exponential_integrals,
    simulate_zone,
    sol_air_c,
    structure_conductance_kw_per_k,
)

CASES = Path(__file__).parents[3] / "cases" / "thermal"
TWO = ZoneMass(air_kwh_per_k=20.0, structure_kwh_per_k=300.0, coupling_kw_per_k=60.0)
ONE = ZoneMass(air_kwh_per_k=20.0)


def full(value, hours):
    return np.full(hours, float(value))


def drivers(hours, **changes):
    given = {
        "outdoor_c": 30.0,
        "sol_air_c": 36.0,
        "air_kw_per_k": 3.0,
        "structure_kw_per_k": 2.0,
        "air_gain_kw": 50.0,
        "structure_gain_kw": 20.0,
    }
    given.update(changes)
    return ZoneDrivers(**{key: np.broadcast_to(np.asarray(value, float), hours) for key, value in given.items()})


def control(hours, heating_c=-1e3, cooling_c=1e3, heating=np.inf, cooling=np.inf):
    return ZoneControl(*(full(value, hours) for value in (heating_c, cooling_c, heating, cooling)))


def random_year(seed, hours=400):
    random = np.random.default_rng(seed)
    return drivers(
        hours,
        outdoor_c=random.uniform(-10, 40, hours),
        sol_air_c=random.uniform(-10, 60, hours),
        air_kw_per_k=random.uniform(0, 9, hours) * (random.random(hours) > 0.1),
        structure_kw_per_k=random.uniform(0, 5),
        air_gain_kw=random.uniform(0, 300, hours),
        structure_gain_kw=random.uniform(0, 100, hours),
    )


def stored_kw(mass, year):
    air = np.diff(np.r_[year.start_air_c, year.air_c]) * mass.air_kwh_per_k
    if mass.structure_kwh_per_k == 0:
        return air
    return air + np.diff(np.r_[year.start_structure_c, year.structure_c]) * mass.structure_kwh_per_k


def test_one_mass_relaxes_by_hand():
    """Proves: 20 kWh/K that lose 3 + 2 kW/K to 30 and 36 C with 70 kW settle at (90 + 72 + 70) / 5 = 46.4 C; after an
    hour from 20 C they are at 46.4 - 26.4 exp(-0.25) = 25.84 C, after two at 30.39.
    Sensitivity: an explicit step would be at 26.6 C, an implicit one at 25.28."""
    year = simulate_zone(ONE, drivers(2), control(2), start_c=(20.0, 20.0))
    assert year.air_c == pytest.approx(46.4 - 26.4 * np.exp([-0.25, -0.5]), abs=1e-12)
    mean = 46.4 - 26.4 * (1 - np.exp(-0.25)) / 0.25
    assert year.air_mean_c[0] == pytest.approx(mean, abs=1e-12)
    assert np.isnan(year.structure_c).all()


@pytest.mark.parametrize("seed", range(5))
def test_two_masses_follow_the_matrix_exponential(seed):
    """Proves: state and mean after each of 40 random hours are those of scipy's general exponential of the whole system
    (state, inputs and running integral) within 1e-9 K.
    Sensitivity: a wrong sign of the coupling or the mean taken half-way between the ends is off by kelvins."""
    given = random_year(seed, 40)
    year = simulate_zone(TWO, given, control(40), start_c=(18.0, 25.0))
    state = np.array([18.0, 25.0])
    ca, cs, hc = TWO.air_kwh_per_k, TWO.structure_kwh_per_k, TWO.coupling_kw_per_k
    for hour in range(40):
        ha, hs = given.air_kw_per_k[hour], given.structure_kw_per_k[hour]
        system = np.zeros((5, 5))  # state, one, integrals of both
        system[0, :3] = -(hc + ha) / ca, hc / ca, (ha * given.outdoor_c[hour] + given.air_gain_kw[hour]) / ca
        heat = hs * given.sol_air_c[hour] + given.structure_gain_kw[hour]
        system[1, :3] = hc / cs, -(hc + hs) / cs, heat / cs
        system[3, 0] = system[4, 1] = 1.0
        after = expm(system) @ np.r_[state, 1.0, 0.0, 0.0]
        state = after[:2]
        assert year.air_c[hour] == pytest.approx(state[0], abs=1e-9)
        assert year.structure_c[hour] == pytest.approx(state[1], abs=1e-9)
        assert year.air_mean_c[hour] == pytest.approx(after[3], abs=1e-9)
        assert year.structure_mean_c[hour] == pytest.approx(after[4], abs=1e-9)


def test_ideal_cooling_ends_the_hour_at_its_setpoint():
    """Proves: the constant power that the zone reports brings a fine integration of the same two equations to 24.000 C.
    Sensitivity: power from the steady balance (without the masses' answer within the hour) misses by kelvins."""
    given = drivers(1, air_gain_kw=400.0)
    year = simulate_zone(TWO, given, control(1, 20.0, 24.0), start_c=(27.0, 28.0))
    power = year.cooling_kw_th[0]
    assert power > 400.0

    def slope(_, state):
        air, structure = state
        to_air = 60.0 * (structure - air) + 3.0 * (30.0 - air) + 400.0 - power
        to_structure = 60.0 * (air - structure) + 2.0 * (36.0 - structure) + 20.0
        return [to_air / 20.0, to_structure / 300.0]

    fine = solve_ivp(slope, (0.0, 1.0), [27.0, 28.0], rtol=1e-11, atol=1e-11)
    assert fine.y[0, -1] == pytest.approx(24.0, abs=1e-8)
    assert fine.y[1, -1] == pytest.approx(year.structure_c[0], abs=1e-8)


@pytest.mark.parametrize("mass", [ONE, TWO])
@pytest.mark.parametrize("seed", range(3))
def test_energy_closes_in_every_hour(mass, seed):
    """Proves: heat stored = outdoors + envelope + gains + heating - cooling in every hour, relative 1e-9 of the largest
    flow, with limited power, set-backs and hours without any conductance.
    Sensitivity: the mean temperature as the average of the ends misses by per cents."""
    given = random_year(seed)
    hours = given.outdoor_c.size
    night = np.arange(hours) % 24 < 8
    held = ZoneControl(np.where(night, 15.0, 20.0), np.where(night, 28.0, 24.0), full(150.0, hours), full(200.0, hours))
    year = simulate_zone(mass, given, held)
    flows = (year.outdoor_kw, year.envelope_kw, given.air_gain_kw, given.structure_gain_kw, year.heating_kw_th,
             -year.cooling_kw_th)  # fmt: skip
    largest = np.max(np.abs(flows), axis=0)
    assert (np.abs(stored_kw(mass, year) - sum(flows)) <= 1e-9 * largest).all()
    assert year.cooling_kw_th.max() == 200.0
    assert (year.cooling_kw_th * year.heating_kw_th == 0).all()


def test_dead_band_and_limits():
    """Proves: with power to spare the air ends every hour within its setpoints, and where neither binds nothing runs;
    with 50 kW of cooling it passes the setpoint in hours that ask for more, and only in those.
    Sensitivity: heating up to the cooling setpoint would run both in spring."""
    given = random_year(9)
    hours = given.outdoor_c.size
    year = simulate_zone(TWO, given, control(hours, 20.0, 24.0))
    assert (year.air_c >= 20.0 - 1e-9).all()
    assert (year.air_c <= 24.0 + 1e-9).all()
    between = (year.air_c > 20.0 + 1e-6) & (year.air_c < 24.0 - 1e-6)
    assert between.any()
    assert (year.cooling_kw_th[between] + year.heating_kw_th[between] == 0).all()
    weak = simulate_zone(TWO, given, control(hours, 20.0, 24.0, cooling=50.0))
    too_warm = weak.air_c > 24.0 + 1e-9
    assert too_warm.any()
    assert (weak.cooling_kw_th[too_warm] == 50.0).all()


@pytest.mark.parametrize("mass", [ONE, TWO])
@pytest.mark.parametrize("key", ["outdoor_c", "sol_air_c", "air_gain_kw", "structure_gain_kw"])
def test_hotter_never_needs_less_cooling(mass, key):
    """Proves: more of any driver in random hours never lowers cooling or a temperature, nor raises heating, in any
    hour.
    Sensitivity: a coupling of the wrong sign, or power carried over to the next hour, breaks it at once."""
    random = np.random.default_rng(11)
    given = random_year(12)
    hours = given.outdoor_c.size
    more = getattr(given, key) + random.uniform(0, 5, hours) * (random.random(hours) < 0.3)
    hotter = ZoneDrivers(**{**given.__dict__, key: more})
    held = control(hours, 20.0, 24.0)
    before, after = simulate_zone(mass, given, held), simulate_zone(mass, hotter, held)
    assert (after.cooling_kw_th >= before.cooling_kw_th - 1e-9).all()
    assert (after.heating_kw_th <= before.heating_kw_th + 1e-9).all()
    assert (after.air_c >= before.air_c - 1e-9).all()
    assert after.cooling_kw_th.sum() > before.cooling_kw_th.sum()


def test_the_year_begins_as_it_ends():
    """Proves: without a start the first hour's state is that of the year's own last fortnight: run twice over, the
    second round is the first within 1e-4 K.
    Sensitivity: a start at the setpoints would be kelvins away from a structure in winter."""
    given = random_year(21, 800)
    held = control(800, 20.0, 24.0)
    once = simulate_zone(TWO, given, held)
    again = simulate_zone(TWO, given, held, start_c=(once.air_c[-1], once.structure_c[-1]))
    assert once.structure_c == pytest.approx(again.structure_c, abs=1e-4)


def test_integrals_near_zero():
    """Proves: the three integrals are exp(z), expm1(z) / z and (expm1(z) - z) / z2 to 1e-13, on both sides of where the
    series takes over; at 0 they are 1, 1 and 1/2.
    Sensitivity: the closed form at 1e-8 has no digit left of the last."""
    assert [float(part) for part in exponential_integrals(0.0)] == [1.0, 1.0, 0.5]
    z = np.array([-1e-8, -0.0099999, -0.0100001, -3.0])
    exact, first, second = exponential_integrals(z)
    assert exact == pytest.approx(np.exp(z), rel=1e-15)
    assert first == pytest.approx([1 - 5e-9, *(np.expm1(z[1:]) / z[1:])], rel=1e-13)
    by_series = 0.5 + z / 6 + z**2 / 24 + z**3 / 120 + z**4 / 720 + z**5 / 5040
    assert second[:3] == pytest.approx(by_series[:3], rel=1e-12)
    assert second[3] == pytest.approx((np.expm1(-3.0) + 3.0) / 9.0, rel=1e-14)


def test_envelope_by_hand():
    """Proves: 0.45 of 800 W/m2 at 17 W/m2K warms a roof by 21.18 K over 34 C, less 3.9 K of sky: 51.28 C; 3 kW/K
    through an inner film of 60 asks for 180 / 57 = 3.158 kW/K outside it, so that both in series are 3.
    Sensitivity: U itself outside the film would lose 5 % of the envelope."""
    assert sol_air_c(np.array([34.0]), np.array([800.0]), 0.45, 17.0, 3.9)[0] == pytest.approx(51.2764706, abs=1e-6)
    outside = structure_conductance_kw_per_k(3.0, 60.0)
    assert 1.0 / (1.0 / outside + 1.0 / 60.0) == pytest.approx(3.0, rel=1e-12)
    with pytest.raises(ValueError, match="not below the coupling"):
        structure_conductance_kw_per_k(60.0, 60.0)


def test_impossible_zones_are_refused():
    """Proves: no capacity, no coupling of two masses, and crossed setpoints are refused before any hour is stepped.
    Sensitivity: unrefused they end in a division by zero or in heating against cooling."""
    with pytest.raises(ValueError, match="heat capacities"):
        simulate_zone(ZoneMass(0.0), drivers(2), control(2))
    with pytest.raises(ValueError, match="coupling"):
        simulate_zone(ZoneMass(1.0, 1.0, 0.0), drivers(2), control(2))
    with pytest.raises(ValueError, match="above the cooling setpoint"):
        simulate_zone(ONE, drivers(2), control(2, 25.0, 24.0))


@pytest.mark.parametrize("key", list(ZoneDrivers.__dataclass_fields__))
def test_what_is_not_finite_is_refused(key):
    """Proves: a driver that is missing or infinite in hour 2, and a missing setpoint or limit, are refused by name; a
    heating without limit is not.
    Sensitivity: the air would be nan from that hour on, through the warm-up in every hour of the year."""
    for wrong in (np.nan, np.inf):
        with pytest.raises(ValueError, match=f"{key} is not a finite number in 1 hours, first in hour 2"):
            simulate_zone(TWO, drivers(4, **{key: [1.0, 1.0, wrong, 1.0]}), control(4))
    with pytest.raises(ValueError, match="cooling_c is not a finite number in 4 hours"):
        simulate_zone(TWO, drivers(4), control(4, cooling_c=np.nan))
    with pytest.raises(ValueError, match="most_cooling_kw_th is not a number in 4 hours"):
        simulate_zone(TWO, drivers(4), control(4, cooling=np.nan))
    with pytest.raises(ValueError, match="incident_w_per_m2 is not a finite number"):
        sol_air_c(np.array([30.0]), np.array([np.nan]), 0.6, 20.0, 0.0)
    assert np.isfinite(simulate_zone(TWO, drivers(4), control(4)).air_c).all()


@pytest.mark.outside
def test_energyplus_case_e():
    """Proves: 8760 hours of a hall of 1800 m2 in EnergyPlus 25.2 (Tampa; roof and walls of insulated steel, a slab of
    0.2 m, 60 kW of machines by day, outdoor air by day, set-backs): with the defaults of a hall's surfaces (a film of
    17 W/m2K, 3.9 K of sky on the roof) the year's cooling is within 2 %, the peak within 5 %, the hours within 6 kW rms
    of 130. EnergyPlus computes film and sky by the hour, we hold them: films of 15 to 25 move our year by +1 to -8 %.
    Sensitivity: without the sky's cold the year is 6 % too high, without the slab 8 %, and the hours 7.3 kW rms off."""
    given = energyplus_case_e()
    outdoor, ratio = given["Zone Outdoor Air Drybulb Temperature"], given["Site Outdoor Air Humidity Ratio"]
    machines = given["Zone Electric Equipment Total Heating Rate"] - given["Zone Electric Equipment Latent Gain Rate"]
    moved = given["Zone Infiltration Mass Flow Rate"] + given["Zone Ventilation Mass Flow Rate"]
    u_kw_per_m2_k = 1e-3 / (0.1 / 0.04 + 0.13 + 0.04)  # insulation, and the films of ISO 6946
    areas = {"S": 480.0, "N": 480.0, "EA": 240.0, "W": 240.0, "R": 1800.0}
    opaque = u_kw_per_m2_k * sum(areas.values())
    felt = sum(
        area * u_kw_per_m2_k / opaque * sol_air_c(outdoor, given[side], 0.6, 17.0, 3.9 if side == "R" else 0.0)
        for side, area in areas.items()
    )
    coupling = 3.0 * 5040.0 / 1000.0  # roof, slab and walls at 3 W/m2K
    hours = outdoor.size
    acting = ZoneDrivers(
        outdoor_c=outdoor,
        sol_air_c=felt,
        air_kw_per_k=moved / (1 + ratio) * (1.006 + 1.86 * ratio),
        structure_kw_per_k=full(structure_conductance_kw_per_k(opaque, coupling), hours),
        air_gain_kw=machines / 1000.0,
        structure_gain_kw=np.zeros(hours),
    )
    occupied = given["Zone Electric Equipment Latent Gain Rate"] > 0
    held = ZoneControl(
        np.where(occupied, 20.0, 16.0), np.where(occupied, 24.0, 27.0), full(np.inf, hours), full(np.inf, hours)
    )
    slab_kwh_per_k = 0.2 * 2300 * 0.88 * 1800 / 3600
    mass = ZoneMass(14400 * 1.2 * 1.006 / 3600, slab_kwh_per_k, coupling)
    found = simulate_zone(mass, acting, held).cooling_kw_th
    true = given["Zone Ideal Loads Zone Sensible Cooling Rate"] / 1000.0
    assert found.sum() == pytest.approx(true.sum(), rel=0.02)
    assert found.max() == pytest.approx(true.max(), rel=0.05)
    assert np.sqrt(np.mean((found - true) ** 2)) <= 6.0


def energyplus_case_e():
    """Columns of the case by variable, the sun by surface."""
    columns = json.loads(gzip.decompress((CASES / "ep_E_conditioned_hall.json.gz").read_bytes()))["columns"]
    sun = ":Surface Outside Face Incident Solar"
    return {
        key.partition(":")[0] if sun in key else key.partition(":")[2].partition(" [")[0]: np.array(values)
        for key, values in columns.items()
    }
