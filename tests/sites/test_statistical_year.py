import sys
from pathlib import Path

import numpy as np
import pytest

from sites.clock import Calendar
from sites.statistical_prices import day_heat, synthetic_prices_usd_per_mwh
from sites.statistical_year import default_seed, synthetic_weather
from sites.statistics_table import price_table, weather_table
from sites.sun import clear_sky, direct_and_diffuse

# Section 6 of the notes on synthetic years: seed; mean, maximum and minimum dry bulb; mean dew point;
# GHI and DNI of the year; mean wind; dry bulb of hour 4000.
CHECK_VALUES = """
FL_Miami | 240 | 24.505 | 35.61 | 5.01 | 18.936 | 1753.2 | 1476 | 4.12 | 23.742
FL_Orlando | 303 | 21.867 | 35.60 | 0.00 | 17.133 | 1645.0 | 1432 | 3.65 | 28.042
FL_Tampa | 161 | 22.287 | 34.41 | -2.19 | 17.248 | 1811.0 | 1771 | 3.25 | 28.932
TX_Austin_Mueller | 188 | 20.500 | 38.88 | -3.90 | 14.345 | 1663.8 | 1598 | 3.47 | 33.133
TX_Corpus_Christi_Intl | 301 | 21.709 | 36.70 | -3.30 | 16.881 | 1657.2 | 1433 | 5.33 | 31.328
TX_Dallas_Fort_Worth_Intl | 160 | 18.732 | 39.98 | -11.70 | 10.900 | 1784.2 | 1781 | 4.56 | 35.700
TX_El_Paso_Intl | 340 | 17.977 | 38.90 | -5.59 | 2.665 | 2064.8 | 2399 | 3.71 | 33.629
TX_Houston_Bush_IAH | 165 | 20.359 | 39.40 | -6.10 | 14.639 | 1627.2 | 1412 | 3.44 | 32.137
TX_Midland_Intl | 98 | 17.417 | 39.38 | -11.69 | 6.328 | 1934.1 | 2167 | 5.28 | 35.542
TX_San_Antonio_Intl | 112 | 20.389 | 38.31 | -6.69 | 13.140 | 1797.9 | 1638 | 3.82 | 36.386
""".strip().splitlines()


@pytest.mark.parametrize("line", CHECK_VALUES, ids=lambda line: line.split(" ")[0])
def test_check_values_to_the_printed_digit(line):
    """Proves: the typical year of each station is the one that the notes describe, to every printed digit.
    Sensitivity: one random number drawn out of turn changes all of them; the finer wet bulb of `sites.air`
    changes Midland's dew point."""
    station, *expected = (part.strip() for part in line.split("|"))
    year = synthetic_weather(station)
    dry = year.dry_bulb_c
    found = [
        f"{default_seed(station)}", f"{dry.mean():.3f}", f"{dry.max():.2f}", f"{dry.min():.2f}",
        f"{year.dew_point_c.mean():.3f}", f"{year.ghi_w_m2.sum() / 1000:.1f}", f"{year.dni_w_m2.sum() / 1000:.0f}",
        f"{year.wind_m_s.mean():.2f}", f"{dry[4000]:.3f}",
    ]  # fmt: skip
    assert found == expected


def test_seeds_differ_and_repeat():
    """Proves: a seed gives the same year each time, another seed another year with the same dry-bulb distribution.
    Sensitivity: a stream shared between calls would change the second call; a typical year without rank mapping
    would change the percentiles."""
    first, again, other = (synthetic_weather("FL_Tampa", seed) for seed in (5, 5, 6))
    assert (first.dry_bulb_c == again.dry_bulb_c).all()
    assert (first.dry_bulb_c != other.dry_bulb_c).any()
    np.testing.assert_allclose(np.sort(first.dry_bulb_c), np.sort(other.dry_bulb_c), atol=1e-9)


def test_stochastic_and_warmer_years():
    """Proves: warming adds its kelvin to every hour's dry bulb; a stochastic year has other monthly means; dew
    point stays below dry bulb.
    Sensitivity: warming before the rank map would be mapped away."""
    typical = synthetic_weather("TX_Austin_Mueller")
    warm = synthetic_weather("TX_Austin_Mueller", warming_k=1.5)
    np.testing.assert_allclose(warm.dry_bulb_c, typical.dry_bulb_c + 1.5, atol=1e-12)
    assert warm.dew_point_c.mean() == pytest.approx(typical.dew_point_c.mean() + 0.95 * 1.5, abs=0.01)
    stochastic = synthetic_weather("TX_Austin_Mueller", 3, stochastic=True)
    assert abs(stochastic.dry_bulb_c[:744].mean() - typical.dry_bulb_c[:744].mean()) > 0.1
    assert (stochastic.dew_point_c <= stochastic.dry_bulb_c).all()


def test_sky_closes_and_night_is_dark():
    """Proves: global irradiance is direct on the horizontal plus diffuse in every hour, none is negative, and
    there is none at night.
    Sensitivity: the beam divided by the cosine of the zenith without its floor would exceed the sun at sunrise."""
    year = synthetic_weather("TX_Midland_Intl")
    sky = clear_sky(31.95, -102.183, -6.0)
    closed = year.dni_w_m2 * sky.cos_zenith + year.dhi_w_m2
    np.testing.assert_allclose(closed, year.ghi_w_m2, atol=1e-9)
    assert year.dhi_w_m2.min() >= 0
    assert 0 <= year.dni_w_m2.min() <= year.dni_w_m2.max() <= 0.82 * 1361
    assert year.ghi_w_m2[sky.cos_zenith == 0].max() == 0
    dni, dhi = direct_and_diffuse(sky.clear_ghi_w_m2, sky)
    assert dni[12] > dhi[12]


def test_sun_stands_highest_at_solar_noon():
    """Proves: over 90 W at UTC-6 the sun of the June solstice culminates around noon, at 90 - 30 + 23.4 degrees
    for latitude 30.
    Sensitivity: longitude counted west-positive would move noon by twelve hours."""
    sky = clear_sky(30.0, -90.0, -6.0)
    solstice = sky.cos_zenith[24 * 171 : 24 * 172]
    assert int(solstice.argmax()) in (11, 12)
    assert solstice.max() == pytest.approx(np.cos(np.radians(30 - 23.44)), abs=0.012)


def test_tables_cannot_be_changed_by_a_caller():
    """Proves: the statistics read once are shared read-only.
    Sensitivity: a caller's in-place change would silently alter every later year."""
    with pytest.raises(ValueError, match="read-only"):
        weather_table()["FL_Miami"]["p"][0] = 0.0


def test_months_of_statistical_prices_are_exact():
    """Proves: whatever the seed, the sorted prices of a month are the month's quantile function.
    Sensitivity: mapping the year as a whole would move dear hours between months."""
    weather = synthetic_weather("TX_Dallas_Fort_Worth_Intl").dry_bulb_c
    weekdays = Calendar(2026).day_weekday
    one, two = (synthetic_prices_usd_per_mwh("LZ_NORTH_dam_2025", weather, weekdays, seed) for seed in (0, 1))
    assert (one != two).any()
    july = slice(181 * 24, 212 * 24)
    np.testing.assert_allclose(np.sort(one[july]), np.sort(two[july]), rtol=1e-12)
    table = price_table()["LZ_NORTH_dam_2025"]["Q"]
    assert table[6, 0] <= one[july].min() <= one[july].max() <= table[6, -1]


def test_heat_link_moves_dear_hours_to_hot_days():
    """Proves: the stress knob raises the mean price of the hottest summer days and leaves the distribution alone.
    Sensitivity: a knob on the price instead of on its rank would change the monthly sum."""
    weather = synthetic_weather("TX_Dallas_Fort_Worth_Intl").dry_bulb_c
    weekdays = Calendar(2026).day_weekday
    plain, linked = (
        synthetic_prices_usd_per_mwh("LZ_NORTH_rtm_2024", weather, weekdays, heat_link=link) for link in (0.0, 2.0)
    )
    hot = np.repeat((day_heat(weather) > 1) & (np.arange(365) // 30 >= 5) & (np.arange(365) // 30 < 9), 24)
    assert linked[hot].mean() > plain[hot].mean()
    assert linked.sum() == pytest.approx(plain.sum(), rel=1e-9)


@pytest.fixture
def original(monkeypatch):
    monkeypatch.syspath_prepend(str(Path("../shared/examples").resolve()))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    import statistical_year

    return statistical_year


@pytest.mark.outside
@pytest.mark.parametrize(
    ("station", "options"),
    [
        ("TX_Dallas_Fort_Worth_Intl", {}),
        ("FL_Miami", {"seed": 11}),
        ("FL_Tampa", {"seed": 7, "stochastic": True, "warming": 1.0}),
    ],
)
def test_same_year_as_the_original_generator(original, station, options):
    """Proves: hour by hour the same year as the generator that the tables were made for. Only dew points may differ, by
    hundredths of a kelvin in single hours, where two hours of nearly equal wet bulb change places.
    Sensitivity: a random number drawn out of turn makes every hour differ."""
    table = original.read_table("../shared/data/climate/weather_stats.csv")
    theirs = original.weather(table, station, **options)
    mine = synthetic_weather(
        station,
        options.get("seed"),
        stochastic=options.get("stochastic", False),
        warming_k=options.get("warming", 0.0),
    )
    pairs = {
        "db": "dry_bulb_c",
        "p": "pressure_pa",
        "ghi": "ghi_w_m2",
        "dni": "dni_w_m2",
        "dhi": "dhi_w_m2",
        "ws": "wind_m_s",
    }
    for short, name in pairs.items():
        np.testing.assert_allclose(getattr(mine, name), theirs[short], rtol=1e-9, atol=1e-9, err_msg=name)
    difference = np.abs(mine.dew_point_c - theirs["dp"])
    assert difference.max() < 0.3
    assert (difference > 0.002).sum() < 20


@pytest.mark.outside
@pytest.mark.parametrize(("series", "year"), [("LZ_NORTH_rtm_2024", 2024), ("LZ_WEST_dam_2025", 2025)])
def test_same_prices_as_the_original_generator(original, series, year):
    """Proves: the prices of a seed are those of the original generator, including the stress knob.
    Sensitivity: letting the answer to the weather persist from day to day changes every price by up to hundreds
    of usd/MWh."""
    dry = synthetic_weather("TX_Dallas_Fort_Worth_Intl").dry_bulb_c
    first_weekday = {2024: 0, 2025: 2}[year]
    table = original.read_table("../shared/data/climate/price_stats.csv")
    theirs = original.price(table, series, dry, 3, jan1=first_weekday, heat_link=0.5)
    weekdays = (np.arange(365) + first_weekday) % 7
    mine = synthetic_prices_usd_per_mwh(series, dry, weekdays, 3, heat_link=0.5)
    np.testing.assert_allclose(mine, theirs, rtol=1e-12)
