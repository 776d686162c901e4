"""What `twin bill` prints: the bill of a load file, with what a bill must be told beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import xarray as xr

from sites.bill import bill, bill_document
from sites.clock import DEFAULT_STUDY_YEAR, Calendar
from sites.ercot_files import is_ercot
from sites.errors import Attempts, InputError, Problem, nearest
from sites.figures import read_toml
from sites.load import read_load_csv
from sites.prices import price_year
from sites.tariff import Tariff, read_tariff

Read = TypeVar("Read")


@dataclass(frozen=True)
class Told:
    """What the command line says of a bill beside tariff and load, as it was written.

    *previous_peaks* "kW,kW,..." of the year before; *prices_file*, of ERCOT's with its *node*, and the *price_year*
    that is wanted of several; *power_factor*; *coincident* and *curtailable*, each "NAME=KW": the demand that an
    earlier year has fixed, and the kW nominated; *new_customer*: no history.
    """

    previous_peaks: str | None = None
    prices_file: Path | None = None
    node: str | None = None
    price_year: int | None = None
    power_factor: float | None = None
    coincident: Sequence[str] = ()
    curtailable: Sequence[str] = ()
    new_customer: bool = False


def bill_of_file(tariff_file: Path, load_file: Path, year: int | None, told: Told | None = None) -> dict[str, Any]:
    """Return the bill of a load file.

    Raises `InputError` with the problems of all inputs at once, and when the class does not take a load of this peak.
    """
    told = told or Told()
    attempt = Attempts()
    problems = attempt.problems
    tariff = attempt(lambda: read_tariff(tariff_file))
    load = attempt(lambda: read_load_csv(load_file))
    peaks_kw = attempt(lambda: _peaks(told.previous_peaks))
    fixed_kw = attempt(lambda: _named_kw("--coincident", told.coincident))
    nominated_kw = attempt(lambda: _named_kw("--curtailable", told.curtailable))
    if problems or tariff is None or load is None:
        raise InputError(problems)
    if year is not None and load.year is not None and load.year != year:
        raise InputError(Problem("--year", f"{year}, but the load's times are of {load.year}", "leave out one of them"))
    calendar = Calendar(
        year or load.year or DEFAULT_STUDY_YEAR, -6.0, "America/Chicago" if tariff.clock == "civil" else None
    )
    problems += [*_unknown_peaks(tariff, tariff_file, fixed_kw or {}, told), *_unheard(tariff, told)]
    prices = attempt(lambda: _prices(tariff, tariff_file, calendar, told))
    if problems:
        raise InputError(problems)
    billed = bill(
        tariff,
        load.load_kw,
        calendar,
        price_usd_per_kwh=None if prices is None else np.asarray(prices["energy_usd_per_kwh"].values, dtype=float),
        coincident=dict(fixed_kw) if fixed_kw else None,
        previous_peaks_kw=peaks_kw,
        interval_minutes=load.interval_minutes,
        power_factor=told.power_factor,
        curtailable_kw=nominated_kw,
        history=not told.new_customer,
    )
    _check_size(tariff, tariff_file, float(billed["peak_kw"].max()), load_file)
    document = {"tariff": tariff.name, "year": calendar.study_year, **bill_document(billed)}
    if told.previous_peaks is not None and not any(charge.ratchet for charge in tariff.demand):
        document["notes"].append("previous peaks change nothing: no charge of the tariff has a ratchet")
    if prices is not None:
        document["notes"].append(f"prices: {prices.attrs['source']}, year {prices.attrs['source_year']}")
    return document


def _prices(tariff: Tariff, tariff_file: Path, calendar: Calendar, told: Told) -> xr.Dataset | None:
    """Hourly prices for a tariff that follows them; raises `InputError` when there are none, or many to choose from."""
    if tariff.market is None:
        return None
    file = told.prices_file
    if file is None:
        what = f"{tariff.market.name} follows an hourly price"
        raise InputError(Problem(tariff_file.name, what, "give it with --prices FILE"))
    if told.node is None and is_ercot(file):
        what = f"{file.name} holds prices of many settlement points"
        raise InputError(Problem("--node", what, "name one, such as LZ_NORTH or LZ_HOUSTON"))
    return price_year(calendar, file=file, column=told.node, source_year=told.price_year)


def _unheard(tariff: Tariff, told: Told) -> list[Problem]:
    """Peaks that were told and change nothing, because a new customer has none."""
    lagged = {charge.name for charge in tariff.coincident if charge.lag_years and charge.without_history != "own peaks"}
    given = sorted({text.rpartition("=")[0].strip() for text in told.coincident} & lagged)
    if not told.new_customer or not given:
        return []
    what = f"{', '.join(given)}: a customer without history has no peaks of the year before"
    return [Problem("--coincident", what, "leave it out, or leave out --new-customer")]


def _unknown_peaks(tariff: Tariff, tariff_file: Path, fixed_kw: dict[str, float], told: Told) -> list[Problem]:
    """Demand of charges that the tariff has not, and charges whose demand nobody gave: peaks are not known here."""
    names = [charge.name for charge in tariff.coincident]
    strange = sorted(set(fixed_kw) - set(names))
    return [Problem("--coincident", f"{name!r} is no coincident charge", nearest(name, names)) for name in strange] + [
        Problem(
            f"{tariff_file.name}: {charge.name}",
            "coincident peaks are not known for a load alone",
            f'give --coincident "{charge.name}=KW" of the year before, or plan the site instead',
        )
        for charge in tariff.coincident
        if charge.name not in fixed_kw
        and not (told.new_customer and charge.lag_years == 1 and charge.without_history != "own peaks")
    ]


def _named_kw(option: str, texts: Sequence[str]) -> dict[str, float]:
    """The kW by name of *texts* NAME=KW; raises `InputError` with every one that is none."""
    found: dict[str, float] = {}
    problems = []
    for text in texts:
        name, _, number = text.rpartition("=")
        try:
            kw = float(number)
        except ValueError:
            kw = float("nan")
        if name.strip() in found:
            problems.append(Problem(option, f"{name.strip()!r} is named twice", "give it once"))
        if not name.strip() or not np.isfinite(kw) or kw < 0:
            problems.append(Problem(option, f"{text!r} is no name with its kW", 'write it like "4CP=900"'))
        found[name.strip()] = kw
    if problems:
        raise InputError(problems)
    return found


def _check_size(tariff: Tariff, tariff_file: Path, peak_kw: float, load_file: Path) -> None:
    """Raise `InputError` when the rate class takes no load of *peak_kw*: its bill would be of another customer."""
    if not tariff.size_problem(peak_kw):
        return
    is_low = peak_kw < tariff.minimum_kw
    limit_kw = tariff.minimum_kw if is_low else tariff.maximum_kw
    raise InputError(
        Problem(
            f"{tariff_file.name}: {_size_key(tariff_file, is_low)}",
            f"value {limit_kw:,g} kW: the load of {load_file.name} peaks at {peak_kw:,.1f} kW, "
            f'{"below" if is_low else "above"} what "{tariff.name}" takes',
            "name the rate class for this peak, or mend the limit",
        )
    )


def _size_key(tariff_file: Path, is_low: bool) -> str:
    """The key of the limit as the tariff's own format names it."""
    if tariff_file.suffix.lower() == ".json":
        return "peakkwcapacitymin" if is_low else "peakkwcapacitymax"
    table = "tariff." if "tariff" in read_toml(tariff_file)[0] else ""
    return f"{table}{'minimum' if is_low else 'maximum'}_kw"


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


def bill_text(document: Mapping[str, Any]) -> str:
    """Return the *document* of a bill in lines: the year, each line of the bill, each month."""
    lines = [f"{document['annual_usd']:14,.2f} usd a year"]
    lines += [f"{line['annual_usd']:14,.2f} {line['name']}" for line in document["lines"]]
    lines += [
        f"month {of['month']:2}  {of['usd']:12,.2f} usd  {of['kwh']:12,.0f} kWh  peak {of['peak_kw']:9,.1f} kW"
        for of in document["months"]
    ]
    return "\n".join(lines)
