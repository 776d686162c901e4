"""The bill of a load: what each line of a tariff charges in each month, and the quantity behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from sites.arrays import Floats, Integers
from sites.charges import DemandCharge, Steps
from sites.clock import HOURS, Calendar
from sites.errors import InputError, Problem
from sites.tariff import Tariff
from sites.tariff_year import (
    Candidate,
    Coincident,
    PreviousPeaks,
    TariffYear,
    look_back,
    market_usd_per_kwh,
    peaks_of,
    previous_by_charge,
    tariff_year,
)

INTERVALS = (60, 30, 15)


def bill(
    tariff: Tariff | TariffYear,
    load_kw: npt.ArrayLike,
    calendar: Calendar,
    *,
    price_usd_per_kwh: Floats | None = None,
    coincident: Coincident | None = None,
    previous_peaks_kw: PreviousPeaks | None = None,
    interval_minutes: int = 60,
) -> xr.Dataset:
    """Bill a year's load.

    Parameters: *tariff*, or the tariff already laid on the calendar (faster for many loads); *load_kw* mean power
    of each interval (8760 x 60 / interval_minutes), local standard time; *price_usd_per_kwh* (8760) where energy
    is billed at market prices; *coincident* by name of the charge (or one for all): by month (0 to 11) lists of
    (hour, probability[, minute]), or the kW that an earlier year has fixed; *previous_peaks_kw* 12 monthly peaks
    of the year before, for ratchets (None: a steady year, whose December feeds its January); *interval_minutes*
    of the load, 60, 30 or 15.

    Returns dims month (1 to 12) and line: usd, quantity (month, line); kwh, peak_kw, billing_kw (month). A peak is
    the mean over the shortest interval that the tariff bills. Raises `InputError`.
    """
    year = tariff if isinstance(tariff, TariffYear) else tariff_year(tariff, calendar)
    load = _checked(load_kw, interval_minutes)
    usd = np.zeros((len(year.lines), 12))
    quantity = np.zeros_like(usd)
    hourly_kwh = load.mean(axis=1)

    row = 0
    for fixed_usd in year.tariff.fixed_usd_per_month.values():
        usd[row], quantity[row] = fixed_usd, 1.0
        row += 1
    row = _energy(year, hourly_kwh, usd, quantity, row)
    if year.tariff.market:
        price = market_usd_per_kwh(year, price_usd_per_kwh)
        quantity[row] = _by_month(year.month, hourly_kwh)
        usd[row] = _by_month(year.month, hourly_kwh * price)
        row += 1
    first_demand = row
    previous = previous_by_charge(year.tariff, previous_peaks_kw)
    for place, charge in enumerate(year.tariff.demand):
        peak_kw = _peaks(_highest_in_hour(load, charge.interval_minutes), year.demand[place])
        quantity[row] = billing_kw(charge, peak_kw, None if previous is None else previous[place])
        usd[row] = step_cost(charge.steps, quantity[row])
        row += 1
    demand_kw = quantity[first_demand:row]
    for cp in year.tariff.coincident:
        quantity[row] = _coincident_kw(peaks_of(cp, coincident), load, cp.interval_minutes, cp.number)
        usd[row] = quantity[row] * cp.rate_usd_per_kw_month
        row += 1
    year.derive(usd, minimum_usd=year.tariff.minimum_bill_usd_per_month)
    quantity[row:] = usd[row:]

    shortest = min((charge.interval_minutes for charge in year.tariff.demand), default=60)
    highest = _highest_in_hour(load, shortest)
    peak_kw = np.array([highest[year.month == m].max() for m in range(12)])
    billed_kw = np.where(demand_kw.any(axis=0), demand_kw.max(axis=0, initial=0.0), peak_kw)
    notes = [*year.notes, year.tariff.size_problem(float(peak_kw.max()))]
    if shortest < interval_minutes:
        notes.append(f"demand is billed over {shortest} minutes, the load has {interval_minutes}: peaks may be higher")
    return _dataset(year, usd, quantity, _by_month(year.month, hourly_kwh), peak_kw, billed_kw, notes)


def bill_document(dataset: xr.Dataset) -> dict[str, Any]:
    """What `twin bill --json` prints of a bill: annual_usd, months, lines and notes, plain Python values."""
    by_month = dataset["usd"].sum("line").values
    return {
        "annual_usd": float(by_month.sum()),
        "months": [
            {
                "month": place + 1,
                "usd": float(by_month[place]),
                "kwh": float(dataset["kwh"].values[place]),
                "peak_kw": float(dataset["peak_kw"].values[place]),
                "billing_kw": float(dataset["billing_kw"].values[place]),
            }
            for place in range(12)
        ],
        "lines": [
            {"name": str(name), "annual_usd": float(usd)}
            for name, usd in zip(dataset["line"].values, dataset["usd"].sum("month").values, strict=True)
        ],
        "notes": [note for note in str(dataset.attrs["notes"]).split("\n") if note],
    }


def step_cost(steps: Steps, amount: Floats) -> Floats:
    """Cost [usd] of *amount* priced in *steps* (from, rate): the first amounts at the first rate, and so on."""
    cost = np.zeros_like(amount)
    rate_below = 0.0
    for start, rate in steps:
        cost += (rate - rate_below) * np.maximum(0.0, amount - start)
        rate_below = rate
    return cost


def billing_kw(charge: DemandCharge, peak_kw: Floats, previous_kw: Floats | None) -> Floats:
    """Billing demand of each month [kW] (12), 0 in months not billed.

    Parameters: *peak_kw* (12) in the charge's window; *previous_kw* (12) of the year before, None for a steady year.
    """
    billed = np.maximum(peak_kw, charge.minimum_kw)
    if charge.ratchet is not None:
        two_years = np.concatenate([peak_kw if previous_kw is None else previous_kw, peak_kw])
        level = np.where(look_back(charge.ratchet), two_years, 0.0).max(axis=1)
        billed = np.maximum(billed, charge.ratchet.share * level)
    on_bill = np.isin(np.arange(1, 13), charge.billed_months)
    return np.where(on_bill, billed, 0.0)


def _checked(load_kw: npt.ArrayLike, interval_minutes: int) -> Floats:
    """The load as (8760, intervals in an hour); raises `InputError` when it is not a year of demand."""
    if interval_minutes not in INTERVALS:
        raise InputError(Problem("load", f"interval of {interval_minutes} minutes", "use 60, 30 or 15"))
    load = np.asarray(load_kw, dtype=float)
    expected = HOURS * 60 // interval_minutes
    if load.shape != (expected,):
        raise InputError(Problem("load", f"shape {load.shape}", f"give {expected} values for the interval"))
    if not (load >= 0).all() or not np.isfinite(load).all():
        worst = int(np.flatnonzero(~(load >= 0) | ~np.isfinite(load))[0])
        raise InputError(Problem(f"load, value {worst}", f"{load[worst]} kW", "give finite kW, none negative"))
    return load.reshape(HOURS, -1)


def _by_month(month: Integers, hourly: Floats) -> Floats:
    return np.bincount(month, weights=hourly, minlength=12).astype(float)


def _energy(year: TariffYear, hourly_kwh: Floats, usd: Floats, quantity: Floats, row: int) -> int:
    """Fill the energy lines from *row* on and return the row after them."""
    periods = year.tariff.energy
    for flags, line in zip(year.energy, quantity[row:], strict=False):
        line[:] = _by_month(year.month, hourly_kwh * flags)
    for places in year.groups.values():
        group_kwh = quantity[row:][places].sum(axis=0)
        for place in places:
            steps, kwh = periods[place].steps, quantity[row + place]
            if len(steps) == 1:
                usd[row + place] = kwh * steps[0][1]
            else:
                mean_rate = np.divide(step_cost(steps, group_kwh), group_kwh, out=np.zeros(12), where=group_kwh > 0)
                usd[row + place] = kwh * mean_rate
    return row + len(periods)


def _highest_in_hour(load: Floats, interval_minutes: int) -> Floats:
    """Highest mean over the interval in each hour [kW] (8760), the load's own interval where that is longer."""
    values = max(1, load.shape[1] * interval_minutes // 60)
    highest: Floats = load.reshape(HOURS, -1, values).mean(axis=2).max(axis=1)
    return highest


def _peaks(hourly: Floats, hours: tuple[Integers, ...]) -> Floats:
    return np.array([hourly[h].max(initial=0.0) for h in hours])


def _coincident_kw(peaks: float | Sequence[Candidate], load: Floats, interval_minutes: int, number: int) -> float:
    if isinstance(peaks, float):
        return peaks
    total = 0.0
    for candidate in peaks:
        hour, probability = candidate[0], candidate[1]
        kw = load[hour].mean()
        if len(candidate) == 3:
            step = 60 // load.shape[1]
            first = candidate[2] // step
            kw = load[hour, first : max(first + 1, (candidate[2] + interval_minutes) // step)].mean()
        total += probability * kw
    return float(total / number)


def _dataset(
    year: TariffYear,
    usd: Floats,
    quantity: Floats,
    kwh: Floats,
    peak_kw: Floats,
    billed_kw: Floats,
    notes: list[str],
) -> xr.Dataset:
    def of_month(values: Floats, unit: str) -> tuple[str, Floats, dict[str, str]]:
        return ("month", values, {"units": unit})

    return xr.Dataset(
        {
            "usd": (("month", "line"), usd.T, {"units": "usd"}),
            "quantity": (("month", "line"), quantity.T, {"units": "see unit"}),
            "kwh": of_month(kwh, "kWh"),
            "peak_kw": of_month(peak_kw, "kW"),
            "billing_kw": of_month(billed_kw, "kW"),
        },
        coords={
            "month": np.arange(1, 13),
            "line": [line.name for line in year.lines],
            "kind": ("line", [line.kind for line in year.lines]),
            "unit": ("line", [line.unit for line in year.lines]),
        },
        attrs={"tariff": year.tariff.name, "notes": "\n".join(note for note in notes if note)},
    )
