"""Air in the ventilated hall: balances of energy, air and moisture, recirculation, walls and slab, and EnergyPlus."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from sites import air
from sites.errors import InputError
from sites.validation import validated
from twin.model.halls import HallEnvelope
from twin.model.thermal.hall_air import (
    hall_with_mass,
    recirculation_for_inlet,
    ventilated_hall,
)

CASES = Path(__file__).parents[3] / "cases" / "thermal"
SHARED = Path(__file__).parents[5] / "shared"
SEA_LEVEL_PA = 101325.0


def random_hall(count=600, seed=11):
    """Supply, flow, heat, recirculation and moisture of random hours."""
    rng = np.random.default_rng(seed)
    supply_c = rng.uniform(-15.0, 42.0, count)
    ratio = air.humidity_ratio_from_relative_humidity(supply_c, rng.uniform(0.1, 1.0, count), SEA_LEVEL_PA)
    flow, heat = rng.uniform(20.0, 300.0, count), rng.uniform(0.0, 4000.0, count)
    return supply_c, ratio, flow, heat, rng.uniform(0.0, 0.8, count), rng.uniform(0.0, 0.05, count)


def test_balances_close_in_every_hour():
    """Proves: in 600 random hours with recirculation, moisture and fans, dry air, vapour and energy that enter the hall
    are those that leave it, and the inlet is fresh air and exhaust mixed, to 1e-9.
    Sensitivity: moisture's own heat forgotten in what returns misses up to 0.5 %, the supply fan's heat much more."""
    supply_c, ratio, flow, heat, share, moisture = random_hall()
    fan_in, fan_out = 0.01 * heat, 0.02 * heat
    found = ventilated_hall(
        supply_c,
        ratio,
        flow,
        heat,
        recirculation_share=share,
        moisture_kg_per_s=moisture,
        supply_fan_kw=fan_in,
        exhaust_fan_kw=fan_out,
    )
    np.testing.assert_allclose(found.circulated_kg_per_s * (1 - share), flow, rtol=1e-12)
    np.testing.assert_allclose(flow * (found.exhaust_humidity_ratio - ratio), moisture, rtol=1e-9, atol=1e-15)
    entering = flow * air.enthalpy_kj_per_kg(supply_c, ratio) + fan_in + heat + fan_out
    vapour = moisture * (2501.0 + 1.86 * found.exhaust_c)
    leaving = flow * air.enthalpy_kj_per_kg(found.discharged_c, found.exhaust_humidity_ratio)
    np.testing.assert_allclose(leaving, entering + vapour, rtol=1e-9)
    warmed_c = supply_c + fan_in / (flow * (1.006 + 1.86 * ratio))
    mixed_c, mixed = air.mixed_air((warmed_c, ratio), (found.exhaust_c, found.exhaust_humidity_ratio), share)
    np.testing.assert_allclose(found.inlet_c, mixed_c, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.inlet_humidity_ratio, mixed, rtol=1e-9)


def test_the_rise_by_hand():
    """Proves: 3500 kW in 340 kg/s of air of 14 g/kg rise 3500 / (340 x 1.03204) = 9.9745 K; with a third recirculated
    the inlet is warmed by half the rise over 510 kg/s, 3.3248 K, and the exhaust leaves as warm as without.
    Sensitivity: r x rise in place of r / (1 - r) would warm the inlet by 2.2166 K and lose heat."""
    given = np.array([30.0]), np.array([0.014]), np.array([340.0]), np.array([3500.0])
    once = ventilated_hall(*given)
    assert once.exhaust_c[0] == pytest.approx(30.0 + 9.9745, abs=1e-4)
    third = ventilated_hall(*given, recirculation_share=1.0 / 3.0)
    assert third.inlet_c[0] == pytest.approx(30.0 + 3.3248, abs=1e-4)
    assert third.exhaust_c[0] == pytest.approx(once.exhaust_c[0], abs=1e-9)


def test_more_recirculation_is_never_a_cooler_inlet():
    """Proves: in random hours, moist and dry, the inlet's temperature and moisture never fall as the share rises.
    Sensitivity: heat spread over the larger flow only, without what returns, would cool the inlet."""
    supply_c, ratio, flow, heat, _, moisture = random_hall(200)
    states = [
        ventilated_hall(supply_c, ratio, flow, heat, recirculation_share=share, moisture_kg_per_s=moisture)
        for share in np.linspace(0.0, 0.9, 19)
    ]
    assert (np.diff([state.inlet_c for state in states], axis=0) >= -1e-9).all()
    assert (np.diff([state.inlet_humidity_ratio for state in states], axis=0) >= 0).all()


@pytest.mark.parametrize("share", [1.0, -0.1])
def test_impossible_shares_are_refused(share):
    """Proves: a hall that gives back all its exhaust has no steady state, and less than none does not exist.
    Sensitivity: a division by nil would warn and go on with infinity."""
    with pytest.raises(ValueError, match="share"):
        ventilated_hall(np.array([20.0]), np.array([0.01]), np.array([1.0]), np.array([1.0]), recirculation_share=share)


def test_the_share_that_holds_an_inlet():
    """Proves: from -10 C and a rise of 15 K an inlet of 5 C takes half of the exhaust; no less than the hall's own
    share where none is needed; and the hall with that share has that inlet.
    Sensitivity: d / rise would ask for all of it."""
    supply, wanted, rise = np.array([-10.0, 20.0]), np.full(2, 5.0), np.full(2, 15.0)
    share = recirculation_for_inlet(supply, wanted, rise, 0.1)
    np.testing.assert_allclose(share, [0.5, 0.1], rtol=1e-12)
    ratio = np.full(2, 0.001)
    heat = 100.0 / (1 - share) * (1.006 + 1.86 * ratio) * rise
    found = ventilated_hall(supply, ratio, np.full(2, 100.0), heat, recirculation_share=share)
    assert found.inlet_c[0] == pytest.approx(5.0, abs=1e-9)


def envelope(**changes):
    data = {"conductance_kw_per_k": 1.2, "solar_gain_m2": 20.0, "mass_kwh_per_k": 200.0, "mass_kw_per_k": 5.0}
    return HallEnvelope.model_validate(data | changes)


def weather(count=8760, seed=4):
    rng = np.random.default_rng(seed)
    outdoor = 20 + 8 * np.sin(np.arange(count) * 2 * np.pi / 24) + rng.normal(0, 1, count)
    return outdoor, np.full(count, 0.01), rng.uniform(50, 300, count), rng.uniform(0, 3500, count)


def test_hall_with_mass_closes_its_balance():
    """Proves: in each of 8760 hours heat + envelope = what the air carries + what the slab stores, to 1e-9; the slab's
    change of temperature is what it stored, and the year ends as it began.
    Sensitivity: the slab's temperature at the beginning of the hour instead of its mean misses kilowatts."""
    outdoor, ratio, flow, heat = weather()
    sun = np.maximum(np.sin(np.arange(8760) * 2 * np.pi / 24), 0) * 900
    found = hall_with_mass(envelope(), outdoor, ratio, flow, heat, outdoor, sun)
    np.testing.assert_allclose(heat + found.envelope_kw, found.carried_kw + found.mass_kw, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(200.0 * np.diff(found.slab_c), found.mass_kw, atol=1e-9)
    assert found.slab_c[-1] == pytest.approx(found.slab_c[0], abs=1e-9)
    assert np.abs(found.mass_kw).max() > 10.0


def test_slab_step_is_exact():
    """Proves: at constant input the slab nears its free temperature as exp(-k t) of an hour's rate k = 5 (1 - 5 / K) /
    200, K = 100 x 1.0246 + 1.2 + 5: after 24 h as one step of 24 h would have it; without a slab the hall is the plain
    ventilated one.
    Sensitivity: an explicit step is off in the fourth digit."""
    hours = 24
    given = [np.full(hours, value) for value in (20.0, 0.01, 100.0, 1000.0, 20.0)]
    found = hall_with_mass(envelope(solar_gain_m2=0.0), *given, first_slab_c=20.0)
    capacity = 100 * (1.006 + 0.0186)
    free = 20.0 + 1000.0 / (capacity + 1.2)
    rate = 5.0 * (1 - 5.0 / (capacity + 6.2)) / 200.0
    assert found.slab_c[-1] == pytest.approx(free + (20.0 - free) * np.exp(-rate * hours), abs=1e-9)
    bare = hall_with_mass(envelope(conductance_kw_per_k=0.0, mass_kwh_per_k=0.0, mass_kw_per_k=0.0), *given)
    np.testing.assert_allclose(bare.hall_c, ventilated_hall(*given[:4]).exhaust_c, rtol=1e-12)


def test_half_a_slab_is_refused():
    """Proves: a mass without a film, or a film without a mass, is refused by name.
    Sensitivity: a division by nil in a rate."""
    with pytest.raises(InputError, match="mass_kwh_per_k"):
        validated(HallEnvelope, {"conductance_kw_per_k": 1.0, "mass_kwh_per_k": 10.0}, "my.toml")


@pytest.mark.outside
def test_energyplus_case_d_from_its_own_data():
    """Proves: 290 m3/s through a hall of 60 x 30 x 8 m in Tampa (EnergyPlus 25.2): from the volume, not the mass flow,
    the exhaust is within 0.3 K in every hour; with walls (R = 0.1 / 0.04 and films), sun and the slab of 0.2 m concrete
    within 0.2 K and 0.05 K rms.
    Sensitivity: moist air's density in place of dry air's misses by 0.35 K and 0.13 K on average; without the slab
    the worst hour is 0.26 K off and the rms 0.07 K."""
    columns = json.loads(gzip.decompress((CASES / "ep_D_vent_hall.json.gz").read_bytes()))["columns"]
    of = {name.partition(":")[2].partition(" [")[0]: np.array(values) for name, values in columns.items()}
    with (SHARED / "data/weather/USA_FL_Tampa.Intl.AP.722110_TMY3.epw").open() as file:
        ghi = np.array([float(row[13]) for row in list(csv.reader(file))[8:]])
    heat_kw = of["Zone Electric Equipment Total Heating Rate"] / 1000.0
    outdoor_c, ratio = of["Zone Outdoor Air Drybulb Temperature"], of["Site Outdoor Air Humidity Ratio"]
    flow = 290.0 * air.dry_air_density_kg_m3(outdoor_c, ratio, of["Site Outdoor Air Barometric Pressure"])
    plain = ventilated_hall(outdoor_c, ratio, flow, heat_kw).exhaust_c - of["Zone Mean Air Temperature"]
    assert np.abs(plain).max() <= 0.3
    assert abs(plain.mean()) <= 0.02
    walls_m2 = 2 * (60 + 30) * 8 + 60 * 30
    made = HallEnvelope(
        conductance_kw_per_k=walls_m2 / (0.1 / 0.04 + 0.16) / 1000.0,
        solar_gain_m2=20.0,  # absorptance 0.6, U 0.376 and an outer film of 20 W/m2K over 1800 m2 of roof
        mass_kwh_per_k=60 * 30 * 0.2 * 2300 * 0.88 / 3600.0,
        mass_kw_per_k=60 * 30 * 2.5 / 1000.0,
    )
    found = hall_with_mass(made, outdoor_c, ratio, flow, heat_kw, outdoor_c, ghi)
    error = found.hall_c - of["Zone Mean Air Temperature"]
    assert np.abs(error).max() <= 0.2
    assert np.sqrt((error**2).mean()) <= 0.05


def test_recirculation_at_its_ends():
    """Proves: nothing missing asks for the least share, with a rise or without; 5 K missing and no rise for all of it.
    Sensitivity: nil over nil is no number, and a warning."""
    found = recirculation_for_inlet(np.array([20.0, 20.0, 10.0]), 15.0, np.array([0.0, 10.0, 0.0]), 0.05)
    assert found.tolist() == [0.05, 0.05, 1.0]


def test_air_that_cannot_settle_is_refused():
    """Proves: a hall without fresh air, and one without air flow behind walls that let nothing through, are refused
    with what is missing; walls alone do settle it: 100 kW through 10 kW/K are 10 K.
    Sensitivity: a division by nil gives infinite temperatures and a warning."""
    with pytest.raises(ValueError, match="0 kg/s of fresh air"):
        ventilated_hall(np.array([20.0, 20.0]), 0.008, np.array([5.0, 0.0]), np.array([100.0, 100.0]))
    still = np.array([0.0])
    shut, plain = (HallEnvelope(conductance_kw_per_k=value) for value in (0.0, 10.0))
    with pytest.raises(ValueError, match="without air flow or conductance"):
        hall_with_mass(shut, still, 0.008, still, np.array([100.0]), still)
    assert hall_with_mass(plain, still, 0.008, still, np.array([100.0]), still).hall_c == pytest.approx([10.0])
