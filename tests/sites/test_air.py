import numpy as np
import pytest

from sites import air


def random_states(count, seed=1):
    stream = np.random.default_rng(seed)
    dry = stream.uniform(-15.0, 45.0, count)
    humidity = stream.uniform(0.03, 1.0, count)
    pressure = stream.uniform(85_000.0, 103_000.0, count)
    return dry, humidity, pressure


def test_saturated_air_has_one_temperature():
    """Proves: at 100 % relative humidity dry bulb, wet bulb and dew point are the same.
    Sensitivity: a wrong branch or a lost solver step would part them by more than a millikelvin."""
    dry = np.linspace(-20.0, 45.0, 131)
    ratio = air.humidity_ratio_from_relative_humidity(dry, 1.0, 101_325.0)
    np.testing.assert_allclose(air.dew_point_from_humidity_ratio(ratio, 101_325.0), dry, atol=1e-4)
    np.testing.assert_allclose(air.wet_bulb_c(dry, ratio, 101_325.0), dry, atol=2e-3)


def test_ways_between_the_humidities_are_inverse():
    """Proves: dew point, wet bulb and relative humidity each lead back to the humidity ratio they came from.
    Sensitivity: a different formula for ice or water on one of the two ways would show as a relative error
    above 1e-6."""
    dry, humidity, pressure = random_states(5000)
    ratio = air.humidity_ratio_from_relative_humidity(dry, humidity, pressure)
    np.testing.assert_allclose(air.relative_humidity(dry, ratio, pressure), humidity, rtol=1e-12)
    dew = air.dew_point_from_humidity_ratio(ratio, pressure)
    np.testing.assert_allclose(air.humidity_ratio_from_dew_point(dew, pressure), ratio, rtol=1e-6)
    wet = air.wet_bulb_c(dry, ratio, pressure)
    assert (dew <= wet + 1e-3).all()
    assert (wet <= dry).all()
    away = np.abs(wet) > 0.05
    back = air.humidity_ratio_from_wet_bulb(dry, wet, pressure)
    np.testing.assert_allclose(back[away], ratio[away], rtol=1e-5, atol=1e-8)


def test_handbook_example():
    """Proves: air of 30 C dry and 15 C wet bulb at 101.325 kPa has W 4.5 g/kg, enthalpy 41.6 kJ/kg and volume
    0.865 m3/kg dry air (to the digits of the chart).
    Sensitivity: pressure in hPa or latent heat at 25 C instead of 0 C would miss each by more than a digit."""
    ratio = air.humidity_ratio_from_wet_bulb(30.0, 15.0, 101_325.0)
    assert ratio == pytest.approx(0.0045, abs=5e-5)
    assert air.enthalpy_kj_per_kg(30.0, ratio) == pytest.approx(41.6, abs=0.15)
    volume = (1 + ratio) / air.density_kg_m3(30.0, ratio, 101_325.0)
    assert volume == pytest.approx(0.865, abs=1e-3)


def test_the_wick_is_wet_where_it_can_be():
    """Proves: through freezing the wet bulb never falls when air gets moister, although two balances overlap there.
    Sensitivity: choosing the ice balance in the overlap would make the curve run backwards by half a kelvin."""
    ratio = np.linspace(1e-4, 5.7e-3, 4000)
    wet = air.wet_bulb_c(np.full(4000, 6.0), ratio, 101_325.0)
    assert (np.diff(wet) > 0).all()
    assert wet[0] < 0 < wet[-1]


def test_arrays_broadcast_and_dry_air_is_finite():
    """Proves: scalars and arrays mix, and perfectly dry air gives finite values.
    Sensitivity: the logarithm of a zero vapour pressure would give minus infinity and a warning, which is an
    error here."""
    assert air.wet_bulb_c(20.0, np.zeros((2, 3)), 101_325.0).shape == (2, 3)
    assert np.isfinite(air.dew_point_from_humidity_ratio(0.0, 101_325.0))
    assert np.isnan(air.wet_bulb_c(np.array([np.nan, 20.0]), 0.01, 101_325.0)).tolist() == [True, False]


def test_a_year_of_wet_bulbs_takes_no_time():
    """Proves: 8760 wet bulbs in at most 50 ms.
    Sensitivity: a loop over hours in Python takes 400 ms."""
    from time import perf_counter

    dry, humidity, pressure = random_states(8760)
    ratio = air.humidity_ratio_from_relative_humidity(dry, humidity, pressure)
    durations = []
    for _ in range(3):
        start = perf_counter()
        air.wet_bulb_c(dry, ratio, pressure)
        durations.append(perf_counter() - start)
    assert min(durations) < 0.05


@pytest.mark.outside
def test_a_year_agrees_with_psychrolib():
    """Proves: at 8760 random states the humidity ratio is within 1e-6 (relative) of psychrolib's, from relative
    humidity and from dew point alike, and the wet bulb within 0.005 K away from the overlap of water and ice at 0 C.
    Sensitivity: a ratio of masses of 0.622 in place of 0.621945 is 9e-5; one Newton step is up to kelvins."""
    import psychrolib

    psychrolib.SetUnitSystem(psychrolib.SI)
    dry, humidity, pressure = random_states(8760, seed=2026)
    ratio = air.humidity_ratio_from_relative_humidity(dry, humidity, pressure)
    wet = air.wet_bulb_c(dry, ratio, pressure)
    dew = air.dew_point_from_humidity_ratio(ratio, pressure)
    states = zip(dry.tolist(), humidity.tolist(), pressure.tolist(), dew.tolist(), strict=True)
    theirs = np.array(
        [
            (
                psychrolib.GetHumRatioFromRelHum(t_c, share, p_pa),
                psychrolib.GetHumRatioFromTDewPoint(dew_c, p_pa),
                psychrolib.GetTWetBulbFromRelHum(t_c, share, p_pa),
            )
            for t_c, share, p_pa, dew_c in states
        ]
    )
    np.testing.assert_allclose(ratio, theirs[:, 0], rtol=1e-6)
    np.testing.assert_allclose(air.humidity_ratio_from_dew_point(dew, pressure), theirs[:, 1], rtol=1e-6)
    away = np.abs(wet) > 0.7
    assert away.sum() > 8000
    assert np.abs(wet - theirs[:, 2])[away].max() <= 0.005


@pytest.mark.outside
def test_agrees_with_psychrolib():
    """Proves: all functions agree with psychrolib, point by point, over -15 to 45 C.
    Sensitivity: ice and water saturation swapped between 0 and 0.01 C is 1e-4 of the humidity ratio, against
    1e-6 allowed."""
    import psychrolib

    psychrolib.SetUnitSystem(psychrolib.SI)
    dry, humidity, pressure = random_states(3000, seed=7)
    dry[:5] = (-0.01, 0.0, 0.005, 0.01, 0.02)
    ratio = air.humidity_ratio_from_relative_humidity(dry, humidity, pressure)
    wet = air.wet_bulb_c(dry, ratio, pressure)

    def oracle(function, *columns):
        return np.array([function(*map(float, row)) for row in zip(*columns, strict=True)])

    expected = oracle(psychrolib.GetHumRatioFromRelHum, dry, humidity, pressure)
    np.testing.assert_allclose(ratio, expected, rtol=1e-6)
    np.testing.assert_allclose(air.saturation_pressure_pa(dry), oracle(psychrolib.GetSatVapPres, dry), rtol=1e-9)
    dew = np.minimum(dry, np.round(dry - 3.0))
    np.testing.assert_allclose(
        air.humidity_ratio_from_dew_point(dew, pressure),
        oracle(psychrolib.GetHumRatioFromTDewPoint, dew, pressure),
        rtol=1e-6,
    )
    np.testing.assert_allclose(
        air.dew_point_from_humidity_ratio(ratio, pressure),
        oracle(psychrolib.GetTDewPointFromHumRatio, dry, ratio, pressure),
        atol=2e-3,
    )
    np.testing.assert_allclose(
        air.humidity_ratio_from_wet_bulb(dry, dry - 0.3, pressure),
        np.where((found := oracle(psychrolib.GetHumRatioFromTWetBulb, dry, dry - 0.3, pressure)) > 1e-7, found, 0),
        rtol=1e-6,
    )
    np.testing.assert_allclose(
        air.enthalpy_kj_per_kg(dry, ratio), oracle(psychrolib.GetMoistAirEnthalpy, dry, ratio) / 1000, rtol=1e-9
    )
    np.testing.assert_allclose(
        air.density_kg_m3(dry, ratio, pressure),
        oracle(psychrolib.GetMoistAirDensity, dry, ratio, pressure),
        rtol=1e-9,
    )
    assert air.pressure_at_elevation_pa(872.0) == pytest.approx(psychrolib.GetStandardAtmPressure(872.0), rel=1e-9)
    away = np.abs(wet) > 0.7
    theirs = oracle(psychrolib.GetTWetBulbFromHumRatio, dry, ratio, pressure)
    np.testing.assert_allclose(wet[away], theirs[away], atol=0.005)


def test_two_streams_mix_to_what_they_carry():
    """Proves: 0.3 of air at 35 C and 20 g/kg with air at 14 C and 9 g/kg has 12.3 g/kg and the enthalpy of both, to
    1e-12 of it in 2000 random pairs; a share of 0 or 1 gives one of them back.
    Sensitivity: temperatures mixed in place of enthalpies are off by 0.09 K here."""
    mixed_c, ratio = air.mixed_air((14.0, 0.009), (35.0, 0.020), 0.3)
    assert float(ratio) == pytest.approx(0.0123, rel=1e-12)
    assert float(mixed_c) == pytest.approx(20.38770, abs=1e-5)
    dry, humidity, pressure = random_states(2000)
    first = dry, air.humidity_ratio_from_relative_humidity(dry, humidity, pressure)
    second, share = (first[0][::-1], first[1][::-1]), np.linspace(0.0, 1.0, 2000)
    mixed = air.mixed_air(first, second, share)
    carried = (1 - share) * air.enthalpy_kj_per_kg(*first) + share * air.enthalpy_kj_per_kg(*second)
    np.testing.assert_allclose(air.enthalpy_kj_per_kg(*mixed), carried, rtol=1e-11, atol=1e-11)
    assert mixed[0][[0, -1]] == pytest.approx([dry[0], second[0][-1]], abs=1e-11)


def test_enthalpy_heat_capacity_and_dry_air_fit_together():
    """Proves: dry bulb follows from enthalpy and back, its slope is 1.006 + 1.86 w, vapour at T carries 2501 + 1.86 T,
    and dry air and its vapour together weigh what moist air does.
    Sensitivity: dry air by its own gas law at the whole pressure is up to 10 % too heavy."""
    dry, humidity, pressure = random_states(2000)
    ratio = air.humidity_ratio_from_relative_humidity(dry, humidity, pressure)
    enthalpy = air.enthalpy_kj_per_kg(dry, ratio)
    np.testing.assert_allclose(air.dry_bulb_from_enthalpy_c(enthalpy, ratio), dry, rtol=1e-12, atol=1e-12)
    slope = air.enthalpy_kj_per_kg(dry + 1.0, ratio) - enthalpy
    np.testing.assert_allclose(slope, air.heat_capacity_kj_per_kg_k(ratio), rtol=1e-10)
    np.testing.assert_allclose(enthalpy - 1.006 * dry, ratio * air.vapour_enthalpy_kj_per_kg(dry), rtol=1e-9, atol=1e-9)
    alone = air.dry_air_density_kg_m3(dry, ratio, pressure)
    np.testing.assert_allclose(alone * (1 + ratio), air.density_kg_m3(dry, ratio, pressure), rtol=1e-12)


def test_growth_of_the_saturation_pressure_is_its_slope():
    """Proves: over ice, over water and beside the triple point the growth is the pressure's own difference quotient, to
    1e-7; at 20 C it is 6.19 % a kelvin.
    Sensitivity: Clausius and Clapeyron with the latent heat at 0 C are off by 2 % at 20 C."""
    t_c = np.concatenate([np.linspace(-40.0, -0.1, 50), np.linspace(0.1, 80.0, 50)])
    found = air.saturation_pressure_growth_per_k(t_c)
    below, above = (np.log(air.saturation_pressure_pa(t_c + step)) for step in (-1e-4, 1e-4))
    np.testing.assert_allclose(found, (above - below) / 2e-4, rtol=1e-7)
    assert float(air.saturation_pressure_growth_per_k(20.0)) == pytest.approx(0.0619, abs=1e-4)
