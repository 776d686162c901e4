import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from sites.air import wet_bulb_c
from sites.clock import Calendar
from sites.errors import InputError
from sites.stations import Place, design_conditions, station, stations
from sites.weather import UNITS, weather_year
from sites.weather_statistics import weather_statistics

SHARED = Path("../shared/data/weather")
COMPACT_HEADER = "month,day,hour_ending,dry_bulb_C,dew_point_C,rh_pct,pressure_hPa,ghi,dni,dhi,wind_m_s"
DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def dated_hours():
    return [
        (month, day, hour)
        for month, days in enumerate(DAYS_IN_MONTH, 1)
        for day in range(1, days + 1)
        for hour in range(1, 25)
    ]


def write_compact(path, change=lambda lines: lines):
    """A year whose dry bulb is 10 C plus the hour of its label, so that an hour out of place shows."""
    lines = [f"{month},{day},{hour},{10 + hour},{5 + hour / 2},50,1000,0,0,0,2.5" for month, day, hour in dated_hours()]
    text = "\n".join([COMPACT_HEADER, *change(lines)]) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def write_epw(path, change=lambda rows: rows):
    head = [
        "LOCATION,Here,TX,USA,TEST,000000,30.0,-97.0,-6.0,100.0",
        *(f"{name}," for name in ("DESIGN CONDITIONS", "TYPICAL/EXTREME PERIODS", "GROUND TEMPERATURES")),
        *(f"{name}," for name in ("HOLIDAYS/DAYLIGHT SAVINGS", "COMMENTS 1", "COMMENTS 2")),
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
    ]
    rows = [
        f"{1990 + month},{month},{day},{hour},0,A,{10 + hour},{5 + hour / 2},50,100000,0,0,300,0,0,0,0,0,0,0,180,2.5,0"
        for month, day, hour in dated_hours()
    ]
    path.write_text("\n".join([*head, *change(rows)]) + "\n")
    return path


def write_tmy3(path, change=lambda rows: rows):
    columns = (
        "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),DNI (W/m^2),DHI (W/m^2),"
        "Dry-bulb (C),Dew-point (C),Pressure (mbar),Wspd (m/s)"
    )
    rows = [
        f"{month:02}/{day:02}/{1990 + month},{hour:02}:00,0,0,0,{10 + hour},{5 + hour / 2},1000,2.5"
        for month, day, hour in dated_hours()
    ]
    path.write_text("\n".join(['722590,"HERE, TX",TX,-6.0,32.9,-97.0,171', columns, *change(rows)]) + "\n")
    return path


WRITERS = {
    "compact.csv": write_compact,
    "compact.csv.gz": write_compact,
    "year.epw": write_epw,
    "year.tmy3": write_tmy3,
    "raw.csv": write_tmy3,
}


def test_weather_keeps_the_contract():
    """Proves: the statistical year has exactly the variables, units, times and attributes that its readers rely
    on, and says synthetic.
    Sensitivity: a variable more or less, or a missing unit, breaks the contract that all later rooms share."""
    weather = weather_year("FL_Tampa", calendar=Calendar(2027, -5.0, "America/New_York"))
    assert list(weather.data_vars) == list(UNITS)
    assert {name: weather[name].attrs["units"] for name in UNITS} == UNITS
    assert weather.sizes == {"time": 8760}
    assert str(weather.time.values[0]) == "2027-01-01T00:00:00.000000000"
    assert weather.attrs["source"].startswith("synthetic")
    assert (weather.attrs["latitude"], weather.attrs["utc_offset_h"]) == (27.967, -5.0)
    assert {"station", "longitude", "elevation_m", "source_years"} <= set(weather.attrs)
    assert not any(weather[name].isnull().any() for name in UNITS)
    assert (weather.dew_point_c <= weather.wet_bulb_c + 1e-3).all()
    assert (weather.wet_bulb_c <= weather.dry_bulb_c).all()


@pytest.mark.parametrize("name", WRITERS)
def test_hour_ending_labels_become_hours_beginning(tmp_path, name):
    """Proves: the row labelled 1 is the hour from 00:00, the row labelled 24 the hour from 23:00 of the same day;
    pressures are pascal.
    Sensitivity: taking labels as beginnings gives 34 C at 00:00 instead of 11 C; mbar taken for Pa is out of
    range."""
    weather = weather_year(file=WRITERS[name](tmp_path / name))
    by_day = weather.dry_bulb_c.to_numpy().reshape(365, 24)
    assert (by_day == 11 + np.arange(24)).all()
    assert (weather.pressure_pa == 100_000).all()
    assert weather.attrs["source"] == name
    assert weather.attrs["source_years"].startswith("not stated" if "compact" in name else "1991, 1992, 1993")


@pytest.mark.parametrize("name", ["year.epw", "year.tmy3"])
def test_leap_days_are_dropped_and_rows_are_placed_by_date(tmp_path, name):
    """Proves: 24 rows of 29 February change nothing, wherever the rows stand in the file.
    Sensitivity: placing rows by position would shift March to December by a day, or give 8784 hours."""

    def with_leap_day(rows):
        day = [row.replace("02/28/", "02/29/").replace(",2,28,", ",2,29,") for row in rows[58 * 24 : 59 * 24]]
        assert "29" in day[0]
        return [*rows[:1416], *day, *rows[1416:]][::-1]

    plain = weather_year(file=WRITERS[name](tmp_path / name))
    leap = weather_year(file=WRITERS[name](tmp_path / name, with_leap_day))
    assert leap.equals(plain)


def test_dew_point_above_dry_bulb_is_clipped(tmp_path):
    """Proves: a dew point read above the dry bulb becomes saturation, with wet bulb and dry bulb equal.
    Sensitivity: unclipped it would give a relative humidity above 100 % and a wet bulb above the dry bulb."""

    def foggy(lines):
        return [lines[0].replace(",11,5.5,", ",11,11.4,"), *lines[1:]]

    weather = weather_year(file=write_compact(tmp_path / "fog.csv", foggy))
    assert float(weather.dew_point_c[0]) == 11.0
    assert float(weather.wet_bulb_c[0]) == pytest.approx(11.0, abs=1e-3)


def test_all_problems_are_named_at_once(tmp_path):
    """Proves: a missing code, a word, an empty field, an impossible date, a repeated hour and a gap are each
    reported with line and column.
    Sensitivity: stopping at the first would make the user mend six times; taking 99.9 for a temperature would
    raise the maximum to 99.9 C."""

    def spoilt(rows):
        rows = list(rows)
        rows[0] = rows[0].replace(",A,11,", ",A,99.9,")
        rows[1] = rows[1].replace(",100000,", ",low,")
        rows[2] = rows[2].replace(",180,2.5,", ",180,,")
        rows[3] = rows[3].replace("1991,1,1,4,", "1991,1,32,4,")
        rows[5] = rows[4]
        return rows

    with pytest.raises(InputError) as caught:
        weather_year(file=write_epw(tmp_path / "bad.epw", spoilt))
    message = str(caught.value)
    assert "bad.epw: line 9, column 'N6 dry bulb': 99.9 lies outside" in message
    assert "line 10, column 'N9 atmospheric station pressure': 'low' is no number" in message
    assert "line 11, column 'N21 wind speed': '' is no number" in message
    assert "line 12, N1 to N4 date: '1991,1,32,4' is no date" in message
    assert "line 14, N1 to N4 date: repeats the hour of line 13" in message
    assert "no row for 1/1 hour 4" in message
    assert "no row for 1/1 hour 6" in message
    assert len(caught.value.problems) == 7


def test_problems_are_capped_at_twenty(tmp_path):
    """Proves: a file whose every pressure is in the wrong unit gives 20 problems and the number left out.
    Sensitivity: without the cap the screen fills with 8760 lines."""

    def kilopascal(lines):
        return [line.replace(",1000,", ",100,") for line in lines]

    with pytest.raises(InputError, match="and 8740 more") as caught:
        weather_year(file=write_compact(tmp_path / "kpa.csv", kilopascal))
    assert len(caught.value.problems) == 21


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("a,b\n1,2\n", "no weather file"),
        ("", "no weather file"),
        ("month,day,hour_ending,dry_bulb_C\n1,1,1,20\n", "'pressure_hPa'"),
        ("LOCATION,Here,TX,USA,TEST,0,thirty,-97,-6,100\n", "latitude"),
        ("LOCATION,Here,TX,USA,TEST,0,30,-97,-6,100\nDATA PERIODS,1,4,Data\n", "record"),
        ("LOCATION,Here,TX,USA,TEST,0,30,-97,-6,100\n", "DATA PERIODS"),
    ],
)
def test_files_that_are_no_weather_say_so(tmp_path, content, word):
    """Proves: a foreign or broken file is refused with what is missing.
    Sensitivity: a Python error in place of the message would be reported as our bug."""
    file = tmp_path / "file.csv"
    file.write_text(content)
    with pytest.raises(InputError, match=word):
        weather_year(file=file)


def test_a_missing_or_broken_file_is_an_input_error(tmp_path):
    """Proves: a wrong path and a damaged gzip file are the user's to mend.
    Sensitivity: a traceback with exit code 1."""
    with pytest.raises(InputError, match="no such file"):
        weather_year(file=tmp_path / "none.epw")
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(b"month,day")[:-6])
    with pytest.raises(InputError, match="cannot be read"):
        weather_year(file=broken)


def test_place_and_time_zone(tmp_path):
    """Proves: an unknown station gets the nearest names; a compact file takes its place from station, place or its
    own name; another time zone than the calendar's is refused.
    Sensitivity: Miami's hours on a Texan clock would be an hour off in silence."""
    with pytest.raises(InputError, match="FL_Tampa"):
        weather_year("FL_Tamper")
    with pytest.raises(InputError, match="neither"):
        weather_year()
    with pytest.raises(InputError, match="UTC-5"):
        weather_year("FL_Miami", calendar=Calendar(2026, -6.0))
    file = write_compact(tmp_path / "mine.csv")
    assert np.isnan(weather_year(file=file).attrs["latitude"])
    assert weather_year("TX_Midland_Intl", file=file).attrs["latitude"] == 31.95
    assert weather_year(file=file, place=Place("yard", 30.5, -97.5, 200.0, -6.0)).attrs["station"] == "yard"
    named = write_compact(tmp_path / "TX_Midland_Intl_TMY3.csv")
    assert weather_year(file=named).attrs["station"] == "TX_Midland_Intl"
    with pytest.raises(InputError, match="stochastic"):
        weather_year(file=file, stochastic=True)


def test_warming_applies_to_files_too(tmp_path):
    """Proves: the climate offset adds its kelvin to a file's dry bulb and is named in the source.
    Sensitivity: silently ignored it would make two runs of a scenario equal."""
    file = write_compact(tmp_path / "mine.csv")
    warm = weather_year(file=file, warming_k=1.0)
    np.testing.assert_allclose(warm.dry_bulb_c - weather_year(file=file).dry_bulb_c, 1.0)
    assert "+1 K" in warm.attrs["source"]


def test_statistics_by_hand(tmp_path):
    """Proves: for a year of 365 equal days from 11 to 34 C the statistics are those counted by hand.
    Sensitivity: degree hours counted per day instead of per hour would be 24 times smaller."""
    weather = weather_year(file=write_compact(tmp_path / "mine.csv"))
    statistics = weather_statistics(weather)
    assert set(statistics) == {
        "dry_bulb_c",
        "wet_bulb_c",
        "cooling_degree_hours",
        "wet_bulb_degree_hours_18",
        "hours_wet_bulb_above_24",
        "ghi_kwh_m2",
    }
    assert set(statistics["dry_bulb_c"]) == {"p0_4", "p1", "p50", "p99", "p99_6", "max", "mean"}
    assert statistics["dry_bulb_c"]["max"] == 34
    assert statistics["dry_bulb_c"]["mean"] == pytest.approx(22.5)
    assert statistics["dry_bulb_c"]["p0_4"] == 11
    assert statistics["cooling_degree_hours"] == pytest.approx(
        {"18.3": 365 * sum(c - 18.3 for c in range(19, 35)), "24": 365 * 55, "27": 365 * 28, "32": 365 * 3}
    )
    wet = wet_bulb_c(weather.dry_bulb_c, weather.humidity_ratio, weather.pressure_pa)
    assert statistics["hours_wet_bulb_above_24"] == (wet > 24).sum()
    assert statistics["ghi_kwh_m2"] == 0


def test_stations_and_design_conditions():
    """Proves: ten stations with coordinates; each has design conditions, seen ones before remembered ones; Austin
    takes Camp Mabry's.
    Sensitivity: the row computed from a typical year is up to 1.3 K milder (Austin 36.1 C instead of 37.4 C)."""
    known = stations()
    assert len(known) == 10
    assert all(24 < each.latitude < 33 and -107 < each.longitude < -80 for each in known)
    assert station("TX_El_Paso_Intl").utc_offset_h == -7
    assert all(design_conditions(each.station).status in ("SEEN", "RECALLED") for each in known)
    assert design_conditions("TX_Austin_Mueller").cooling_0_4_dry_bulb_c == 37.4
    miami = design_conditions("FL_Miami")
    assert (miami.evaporation_0_4_wet_bulb_c, miami.heating_99_6_dry_bulb_c) == (26.8, 8.7)
    assert design_conditions("722599").cooling_0_4_coincident_wet_bulb_c == 23.8
    with pytest.raises(InputError, match="design"):
        design_conditions("Boston")


PVLIB_NAMES = {
    "dry_bulb_c": "temp_air",
    "dew_point_c": "temp_dew",
    "pressure_pa": "pressure",
    "ghi_w_m2": "ghi",
    "dni_w_m2": "dni",
    "dhi_w_m2": "dhi",
    "wind_m_s": "wind_speed",
}


def assert_same_hours(weather, frame, pressure_factor=1.0):
    """Hour by hour; pvlib keeps the file's order, which for these files is that of the year."""
    for name, theirs in PVLIB_NAMES.items():
        theirs = theirs if theirs in frame else "atmospheric_pressure"  # as pvlib calls it in an EPW
        expected = frame[theirs].to_numpy(dtype=float) * (pressure_factor if name == "pressure_pa" else 1.0)
        if name == "dew_point_c":
            expected = np.minimum(expected, frame["temp_air"].to_numpy(dtype=float))
        np.testing.assert_allclose(weather[name].to_numpy(), expected, atol=1e-9, err_msg=name)


@pytest.mark.outside
@pytest.mark.parametrize("suffix", [".tmy3", ".csv"])
def test_tmy3_agrees_with_pvlib(tmp_path, suffix):
    """Proves: every hour of the raw TMY3 file is what pvlib reads, under either ending.
    Sensitivity: an hour's shift, or the illuminance column for GHI, would differ in thousands of hours."""
    from pvlib.iotools import read_tmy3

    raw = SHARED / "TX-Dallasfort_Worth_Intl_Ap.tmy3"
    file = tmp_path / f"copy{suffix}"
    file.write_bytes(raw.read_bytes())
    frame, meta = read_tmy3(raw, map_variables=True)
    weather = weather_year(file=file)
    assert_same_hours(weather, frame, pressure_factor=100.0)
    assert weather.attrs["latitude"] == meta["latitude"]
    assert weather.attrs["elevation_m"] == meta["altitude"]
    labels = frame.index.hour.to_numpy()
    assert (labels == (Calendar(2026).hour + 1) % 24).all()


@pytest.mark.outside
@pytest.mark.parametrize(
    "name",
    [
        "USA_FL_Miami.Intl.AP.722020_TMY3.epw",
        "USA_FL_Tampa.Intl.AP.722110_TMY3.epw",
        "CityLearn_Travis_County_TX_AMY2018.epw",
    ],
)
def test_epw_agrees_with_pvlib(name):
    """Proves: every hour of the EPW files is what pvlib reads.
    Sensitivity: the data flags counted as a number shift all columns by one."""
    from pvlib.iotools import read_epw

    frame, meta = read_epw(SHARED / name)
    weather = weather_year(file=SHARED / name)
    assert_same_hours(weather, frame)
    assert weather.attrs["longitude"] == meta["longitude"]


@pytest.mark.outside
@pytest.mark.parametrize(
    ("compact", "original"),
    [
        ("TX_Dallas_Fort_Worth_Intl_TMY3.csv.gz", "TX-Dallasfort_Worth_Intl_Ap.tmy3"),
        ("FL_Miami_TMY3.csv.gz", "USA_FL_Miami.Intl.AP.722020_TMY3.epw"),
        ("FL_Tampa_TMY3.csv.gz", "USA_FL_Tampa.Intl.AP.722110_TMY3.epw"),
    ],
)
def test_compact_file_agrees_with_pvlib_on_its_original(compact, original):
    """Proves: the compact CSV holds the hours of the raw file that pvlib reads.
    Sensitivity: its labels taken as beginnings would shift the year by an hour."""
    from pvlib.iotools import read_epw, read_tmy3

    raw = original.endswith(".tmy3")
    frame = (read_tmy3(SHARED / original, map_variables=True) if raw else read_epw(SHARED / original))[0]
    assert_same_hours(weather_year(file=SHARED / compact), frame, pressure_factor=100.0 if raw else 1.0)


@pytest.mark.outside
@pytest.mark.parametrize("name", ["TX_Austin_Mueller", "TX_Midland_Intl", "TX_San_Antonio_Intl", "FL_Miami"])
def test_statistics_agree_with_the_fidelity_table(name):
    """Proves: percentiles, degree hours and wet-bulb hours of the TMY3 year are those that the statistical year
    was measured against.
    Sensitivity: a wet bulb from rounded relative humidity gives 2195 hours above 24 C in Miami instead of 2175."""
    with Path("../shared/data/climate/fidelity.csv").open(newline="") as stream:
        reference = {
            row["statistic"]: float(row["reference"] or "nan") for row in csv.DictReader(stream) if row["key"] == name
        }
    found = weather_statistics(weather_year(file=SHARED / f"{name}_TMY3.csv.gz"))
    for ours, theirs in {"p0_4": "0.4", "p1": "1", "p99": "99", "p99_6": "99.6"}.items():
        assert found["dry_bulb_c"][ours] == pytest.approx(reference[f"DB{theirs}"], abs=0.05)
        assert found["wet_bulb_c"][ours] == pytest.approx(reference[f"WB{theirs}"], abs=0.01)
    assert found["wet_bulb_c"]["max"] == pytest.approx(reference["WBmax"], abs=0.01)
    for base, degree_hours in found["cooling_degree_hours"].items():
        assert degree_hours == pytest.approx(reference[f"CDH{base}"], abs=0.1)
    assert found["wet_bulb_degree_hours_18"] == pytest.approx(reference["WBDH18"], rel=1e-4)
    assert found["hours_wet_bulb_above_24"] == reference["WB24h"]
    assert found["ghi_kwh_m2"] == pytest.approx(reference["GHI"], abs=0.01)
