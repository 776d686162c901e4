"""What `twin weather` and `twin bill` print."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

import numpy as np

from sites.bill import bill, bill_document
from sites.clock import DEFAULT_STUDY_YEAR, Calendar
from sites.errors import InputError, Problem
from sites.load import read_load_csv
from sites.prices import price_year
from sites.schema import read_site
from sites.tariff import read_tariff
from sites.weather import weather_year
from sites.weather_statistics import weather_statistics
from twin.model.contracts import Weather

COMPACT = (
    "month",
    "day",
    "hour_ending",
    "dry_bulb_C",
    "dew_point_C",
    "rh_pct",
    "pressure_hPa",
    "ghi",
    "dni",
    "dhi",
    "wind_m_s",
)


def weather_document(site: str | None, file: Path | None, csv_out: Path | None) -> dict[str, Any]:
    """Return station, source, hours and statistics of a weather year; write it to *csv_out* when that is given."""
    if file is not None:
        data = weather_year(file=file)
    else:
        assert site is not None
        place = read_site(site).site.place
        data = weather_year(place.station)
    year = Weather(data)
    if csv_out is not None:
        _write_compact(year, csv_out)
    return {
        "station": str(data.attrs["station"]),
        "source": str(data.attrs["source"]),
        "hours": int(data.sizes["time"]),
        "statistics": weather_statistics(data),
    }


def _write_compact(year: Weather, file: Path) -> None:
    """Write the compact CSV that our reader takes, whole or not at all."""
    from sites.air import relative_humidity

    values = {name: year.values(name) for name in Weather.variables}
    humidity = 100.0 * relative_humidity(values["dry_bulb_c"], values["humidity_ratio"], values["pressure_pa"])
    stamps = year.data["time"].values.astype("datetime64[h]").astype(object)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COMPACT)
    for t, stamp in enumerate(stamps):
        numbers = (
            values["dry_bulb_c"][t], values["dew_point_c"][t], humidity[t], values["pressure_pa"][t] / 100.0,
            values["ghi_w_m2"][t], values["dni_w_m2"][t], values["dhi_w_m2"][t], values["wind_m_s"][t],
        )  # fmt: skip
        writer.writerow([stamp.month, stamp.day, stamp.hour + 1, *(f"{number:.4f}" for number in numbers)])
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        fresh.write_text(text.getvalue())
        os.replace(fresh, file)
    except OSError as error:
        raise InputError(
            Problem("--csv", f"{file} cannot be written: {error.strerror}", "choose another place")
        ) from error


def bill_of_file(
    tariff_file: Path, load_file: Path, year: int | None, previous_peaks: str | None, prices_file: Path | None
) -> dict[str, Any]:
    """Return the bill of a load file; raises `InputError` with the problems of all inputs at once."""
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    for name, read in (
        ("tariff", lambda: read_tariff(tariff_file)),
        ("load", lambda: read_load_csv(load_file)),
        ("peaks", lambda: _peaks(previous_peaks)),
    ):
        try:
            found[name] = read()
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    tariff, load = found["tariff"], found["load"]
    if year is not None and load.year is not None and load.year != year:
        raise InputError(Problem("--year", f"{year}, but the load's times are of {load.year}", "leave out one of them"))
    calendar = Calendar(
        year or load.year or DEFAULT_STUDY_YEAR, -6.0, "America/Chicago" if tariff.clock == "civil" else None
    )
    prices = None
    if tariff.market is not None:
        if prices_file is None:
            raise InputError(
                Problem(tariff_file.name, f"{tariff.market.name} follows an hourly price", "give it with --prices FILE")
            )
        prices = np.asarray(price_year(calendar, file=prices_file)["energy_usd_per_kwh"].values, dtype=float)
    if tariff.coincident:
        names = ", ".join(charge.name for charge in tariff.coincident)
        raise InputError(
            Problem(
                tariff_file.name, f"{names}: coincident peaks are not known for a load alone", "plan the site instead"
            )
        )
    billed = bill(
        tariff,
        load.load_kw,
        calendar,
        price_usd_per_kwh=prices,
        previous_peaks_kw=found["peaks"],
        interval_minutes=load.interval_minutes,
    )
    return {"tariff": tariff.name, "year": calendar.study_year, **bill_document(billed)}


def _peaks(text: str | None) -> list[float] | None:
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    try:
        values = [float(part) for part in parts]
    except ValueError as error:
        raise InputError(
            Problem("--previous-peaks", f"{text!r} is not a list of numbers", "give 12 kW values")
        ) from error
    if len(values) != 12 or any(value < 0 or not np.isfinite(value) for value in values):
        raise InputError(Problem("--previous-peaks", f"{len(values)} values", "give 12 kW values, January to December"))
    return values
