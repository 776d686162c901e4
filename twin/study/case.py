"""One case: a plant at a site in one weather and price year, ready to be planned, played and billed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from optimiser.inputs import Inputs, LineInputs, facility_inputs, line_inputs
from sites.bill import bill
from sites.clock import Calendar
from sites.coincident_peaks import coincident_candidates
from sites.errors import Attempts, InputError, Problem, nearest
from sites.figures import Figure
from sites.holidays import federal_holidays
from sites.load import read_load_csv
from sites.price_files import read_price_file
from sites.prices import price_series, price_year
from sites.schema import SiteFile, read_site
from sites.stations import design_conditions, far_station_warning
from sites.tariff_rows import TariffRows, tariff_rows
from sites.tariff_year import Candidate, tariff_year
from sites.text_rows import numbered_rows
from sites.weather import weather_year
from sites.weather_files import read_weather_file
from twin.model.conditioned import library_figures
from twin.model.contracts import LineResponse, Prices, Weather
from twin.model.plant import Plant, read_plant, starter_file

Array = NDArray[np.float64]
Candidates = dict[int, list[Candidate]]


@dataclass(frozen=True, eq=False)
class Case:
    """Everything about one case that no decision changes."""

    plant: Plant
    site_file: SiteFile
    plant_file: Path
    figures: list[Figure]
    calendar: Calendar
    holidays: NDArray[np.bool_]
    weather: Weather
    prices: Prices
    candidates: Candidates
    rows: TariffRows
    load_kw: Array | None
    cooling_kw_th: Array | None
    notes: tuple[str, ...]

    def inputs(self, response: LineResponse | None, capacity_correction: float = 1.0) -> Inputs:
        """Return the optimiser's inputs, with the line as *response* says (corrected), or the fixed load."""
        line = None
        if response is not None:
            line = line_inputs(self.plant, self.calendar, response, self.holidays, capacity_correction)
        return self.inputs_of(line)

    def inputs_of(self, line: LineInputs | None) -> Inputs:
        """Return the optimiser's inputs with a *line* as given, or the fixed load."""
        return facility_inputs(
            self.plant,
            self.site_file.site,
            self.calendar,
            self.weather,
            self.prices.values("energy_usd_per_kwh"),
            self.rows,
            design_conditions(self.site_file.site.place.station),
            line,
            fixed_load_kw=self.load_kw,
            fixed_cooling_kw_th=self.cooling_kw_th,
        )

    def bill_of(self, load_kw: Array, *, candidates: Candidates | None = None, history: bool = True) -> xr.Dataset:
        """Bill a year's hourly *load_kw* (8760) with the bill calculator.

        Coincident peaks at the *candidates* (default: the case's own); *history* False for a customer's first year:
        no ratchet reaches back, and lagged coincident charges follow the tariff's rule for those without history.
        """
        return bill(
            self.site_file.site.tariff,
            load_kw,
            self.calendar,
            price_usd_per_kwh=self.prices.values("energy_usd_per_kwh"),
            coincident=self.candidates if candidates is None else candidates,
            power_factor=self.plant.equipment.transformers.power_factor,
            history=history,
        )

    def with_rate_class(self, name: str) -> Case:
        """Return the same case billed on the rate class *name* of its site; raises `KeyError` for an unknown one."""
        if name == self.site_file.site.default_tariff:
            return self
        site_file = replace(self.site_file, site=self.site_file.site.with_rate_class(name))
        candidates = _candidates(site_file, self.calendar, self.weather)
        return replace(
            self,
            site_file=site_file,
            candidates=candidates,
            rows=_rows(site_file, self.plant, self.calendar, self.prices, candidates),
        )

    def with_plant(self, plant: Plant) -> Case:
        """Return the same case with another *plant*."""
        return replace(self, plant=plant)


def read_case(
    site: str,
    *,
    plant_file: Path | None = None,
    weather_file: Path | None = None,
    prices_file: Path | None = None,
    load_file: Path | None = None,
    weather: Weather | None = None,
    prices: Prices | None = None,
) -> Case:
    """Read a case; *weather* and *prices* of a finished run take the place of files.

    Raises `InputError` with the problems of every file that could not be used, all at once.
    """
    attempt = Attempts()
    site_file = attempt(lambda: read_site(site))
    plant_read = attempt(lambda: read_plant(plant_file))
    load = None if load_file is None else attempt(lambda: read_load_csv(load_file))
    calendar = None
    if site_file is not None and plant_read is not None:
        study_year = plant_read[0].study_year
        calendar = attempt(lambda: site_file.site.calendar(study_year))
    if site_file is None or plant_read is None or calendar is None:
        if weather_file is not None:
            attempt(lambda: read_weather_file(weather_file))
        if prices_file is not None:
            attempt(lambda: _read_prices_alone(site_file, prices_file))
        raise InputError(attempt.problems)
    plant, plant_figures = plant_read
    if weather is None:
        station = site_file.site.place.station
        weather = attempt(
            lambda: Weather(
                weather_year(station, calendar=calendar)
                if weather_file is None
                else weather_year(file=weather_file, calendar=calendar)
            )
        )
    if prices is None:
        prices = attempt(lambda: _prices(site_file, calendar, weather, prices_file))
    for tariff in site_file.site.tariffs:
        attempt(lambda tariff=tariff: tariff_year(tariff, calendar))  # type: ignore[misc]
    # a given load has no line, and nobody to pay
    attempt.problems += [
        *(_payroll_problems(site_file, plant) if load is None else []),
        *_peaks_without_candidates(site_file),
    ]
    if attempt.problems or weather is None or prices is None:
        raise InputError(attempt.problems)
    candidates = _candidates(site_file, calendar, weather)
    days = federal_holidays(plant.study_year)
    return Case(
        plant=plant,
        site_file=site_file,
        plant_file=plant_file or starter_file(),
        figures=[*site_file.figures, *plant_figures, *library_figures(plant.halls)],
        calendar=calendar,
        holidays=_closed_days(calendar, list(days)),
        weather=weather,
        prices=prices,
        candidates=candidates,
        rows=_rows(site_file, plant, calendar, prices, candidates),
        load_kw=None if load is None else _hourly(load.load_kw),
        cooling_kw_th=None if load is None else _hourly(load.cooling_kw_th),
        notes=_notes(weather, prices, site_file, prices_file),
    )


def _read_prices_alone(site_file: SiteFile | None, file: Path) -> None:
    """Look through a price *file* as far as that can be done without a case: all of it when the site is known."""
    if site_file is None or site_file.site.market is None:
        if not file.is_dir() and file.suffix.lower() != ".zip":
            numbered_rows(file)
        return
    market = site_file.site.market
    read_price_file(file, series=f"{market.node}_{market.market}", year_without_times=market.statistics_year)


def _payroll_problems(site_file: SiteFile, plant: Plant) -> list[Problem]:
    """What is wrong between a plant's crews and a site's labour: wages, the minimum wage, overtime not declared."""
    return [
        *_missing_wages(site_file, plant),
        *site_file.wage_problems(plant.study_year),
        *_unpaid_overtime(site_file, plant),
    ]


def _unpaid_overtime(site_file: SiteFile, plant: Plant) -> list[Problem]:
    """Patterns whose crews work, on the average week, more above the site's limit than they are paid as overtime."""
    limit_h = site_file.site.labour.overtime.after_h_per_week
    found = []
    for place, pattern in enumerate(plant.patterns):
        above_h = pattern.paid_h_per_week / pattern.crews - limit_h
        if above_h > pattern.overtime_h_per_crew_week + 1e-9:
            what = (
                f"value {pattern.overtime_h_per_crew_week:g}: a crew of {pattern.name!r} works {above_h:g} h a week "
                f"above the {limit_h:g} h of labour.overtime.after_h_per_week of {site_file.file.name}"
            )
            cure = f"give {np.ceil(100 * above_h) / 100:g} or more"
            found.append(Problem(f"{plant.name}: patterns[{place}].overtime_h_per_crew_week", what, cure))
    return found


def _missing_wages(site_file: SiteFile, plant: Plant) -> list[Problem]:
    """Skills that the plant employs and whose wage the site does not state, with near misses."""
    wages = site_file.site.labour.wage_usd_per_h
    skills = {*plant.line.crew.people, plant.burn_in.skill, *plant.labour.indirect_people}
    unused = set(wages) - skills
    return [
        Problem(
            f"{site_file.file.name}: labour.wage_usd_per_h.{skill}",
            "missing: the plant employs this skill",
            "add it" + (f"; {nearest(skill, unused)}" if unused else ""),
        )
        for skill in sorted(skills - set(wages))
    ]


def _peaks_without_candidates(site_file: SiteFile) -> list[Problem]:
    """Coincident charges whose number of peaks is not one a month: the candidate hours hold one peak in each month."""
    return [
        Problem(
            f"{site_file.file.name}: tariffs[{place}].coincident[{number}].number",
            f"value {charge.number}: candidate hours are known for one peak in each of its {len(charge.months)} months",
            f"give {len(charge.months)}, or name {charge.number} months",
        )
        for place, tariff in enumerate(site_file.site.tariffs)
        for number, charge in enumerate(tariff.coincident)
        if charge.number != len(charge.months)
    ]


def _hourly(values: Array | None) -> Array | None:
    """Means over each hour of a load in hours or quarter hours (8760)."""
    return None if values is None else values.reshape(8760, -1).mean(axis=1)


def _prices(site_file: SiteFile, calendar: Calendar, weather: Weather | None, file: Path | None) -> Prices | None:
    """Prices of the study year; none when they would be made of statistics and the weather is not known."""
    market = site_file.site.market
    if market is None:
        flat = xr.Dataset(
            {"energy_usd_per_kwh": ("time", np.zeros(8760), {"units": "usd/kWh"})},
            coords={"time": calendar.time},
            attrs={"source": "no market price: the tariff has its own"},
        )
        return Prices(flat)
    if file is None and market.series not in price_series():
        where = f"{site_file.file.name}: market"
        cure = f"{nearest(market.series, price_series())} or give a file with --prices"
        raise InputError(Problem(where, f"no statistics of node_market_year {market.series!r}", cure))
    if file is None and weather is None:
        return None
    return Prices(
        price_year(
            calendar,
            node=market.node,
            market=market.market,
            source_year=None if file else market.statistics_year,
            file=file,
            dry_bulb_c=None if weather is None else weather.values("dry_bulb_c"),
        )
    )


def _rows(site_file: SiteFile, plant: Plant, calendar: Calendar, prices: Prices, candidates: Candidates) -> TariffRows:
    return tariff_rows(
        site_file.site.tariff,
        calendar,
        price_usd_per_kwh=prices.values("energy_usd_per_kwh"),
        coincident=candidates,
        power_factor=plant.equipment.transformers.power_factor,
    )


def _candidates(site_file: SiteFile, calendar: Calendar, weather: Weather) -> Candidates:
    """Hours in which each coincident month may see the grid's peak, with their probabilities."""
    months = sorted({month - 1 for charge in site_file.site.tariff.coincident for month in charge.months})
    if not months:
        return {}
    found = coincident_candidates(calendar, weather.values("dry_bulb_c"), months)
    return {month: list(hours) for month, hours in found.items()}


def _closed_days(calendar: Calendar, days: list[date]) -> NDArray[np.bool_]:
    return np.isin(calendar.day_dates, np.array(days, dtype="datetime64[D]"))


def _notes(weather: Weather, prices: Prices, site_file: SiteFile, prices_file: Path | None) -> tuple[str, ...]:
    """What a reader must know of the years that were put together."""
    notes = []
    if "synthetic" in str(weather.data.attrs.get("source", "")):
        notes.append("Weather is a synthetic year made from a station's statistics; no day of it happened.")
    if prices.data.attrs.get("synthetic"):
        notes.append("Energy prices are a synthetic year made from a price node's statistics.")
    if site_file.site.market is None:
        notes.append("The weather's year is not the study year; energy has the rate class's own prices.")
        if prices_file is not None:
            notes.append(f"The prices of {prices_file.name} are not used: no rate class of the site follows a market.")
    else:
        notes.append("Weather and prices are not from one year, and neither is the study year.")
    place = site_file.site.place
    far = far_station_warning(place.station, place.latitude, place.longitude)
    if far is not None and "synthetic" in str(weather.data.attrs.get("source", "")):
        notes.append(far)
    if weather.data.attrs.get("notes"):
        notes += str(weather.data.attrs["notes"]).split("; ")
    return tuple(notes)
