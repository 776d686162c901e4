"""The six documents that pass between rooms: typed, with units, checked on construction.

Each contract wraps an xarray Dataset whose variables, dimensions and units are fixed here. Whoever receives one may
rely on it: nothing is missing, infinite, out of range or in another unit. All round-trip to netCDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import xarray as xr

from sites.errors import InputError, Problem
from twin.model.shifts import HOURS_PER_WEEK

HOURS = 8760
MONTHS = 12
BASE_DESIGN = "base"  # the line as it is, among the designs of a response


@dataclass(frozen=True)
class Variable:
    """What a contract demands of one variable: dimensions, unit, admissible range, and whether it may be absent.

    Where an absent one has a meaning, *default* says its value everywhere.
    """

    dims: tuple[str, ...]
    units: str
    low: float = -np.inf
    high: float = np.inf
    optional: bool = False
    default: float | None = None


def _hourly(units: str, low: float = 0.0, high: float = np.inf, *, optional: bool = False) -> Variable:
    return Variable(("time",), units, low, high, optional)


class Contract:
    """A checked Dataset; construct one from a Dataset and read it through `data` or by variable name."""

    variables: ClassVar[dict[str, Variable]] = {}
    sizes: ClassVar[dict[str, int]] = {}
    attributes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: xr.Dataset) -> None:
        self.data = data
        problems = self._problems()
        if problems:
            raise InputError(problems)

    def __getitem__(self, name: str) -> xr.DataArray:
        return self.data[name]

    def values(self, name: str) -> np.ndarray:
        """Return the variable *name* as a float array in its contract's unit and dimension order."""
        wanted = self.variables[name]
        if name not in self.data and wanted.default is not None:
            return np.full([self.data.sizes[dim] for dim in wanted.dims], wanted.default)
        return np.asarray(self.data[name].transpose(*self.variables[name].dims).values, dtype=float)

    def to_netcdf(self, file: Path, group: str | None = None) -> None:
        """Write to *file* (netCDF 4, compressed), into *group* when one is named; other groups are kept."""
        coding = {name: {"zlib": True, "complevel": 4} for name in self.data.data_vars if self.data[name].ndim}
        mode = "a" if file.exists() else "w"
        self.data.to_netcdf(file, mode=mode, group=group, engine="h5netcdf", encoding=coding)  # type: ignore[call-overload]

    @classmethod
    def from_netcdf(cls, file: Path, group: str | None = None) -> Self:
        """Read from *file* and check; raises `InputError` when the file breaks the contract."""
        with xr.open_dataset(file, group=group, engine="h5netcdf") as stored:
            return cls(stored.load())

    def _problems(self) -> list[Problem]:
        kind = type(self).__name__
        found = [
            Problem(f"{kind}.{dim}", f"{self.data.sizes.get(dim, 0)} values", f"needs {size}")
            for dim, size in self.sizes.items()
            if self.data.sizes.get(dim, 0) != size
        ]
        found += [
            Problem(f"{kind}.attrs", f"{name} is missing", "set it")
            for name in self.attributes
            if name not in self.data.attrs
        ]
        for name, wanted in self.variables.items():
            if name not in self.data:
                if not wanted.optional:
                    found.append(Problem(f"{kind}.{name}", "missing", f"add it [{wanted.units}]"))
                continue
            found += self._variable_problems(f"{kind}.{name}", self.data[name], wanted)
        known = set(self.variables)
        found += [
            Problem(f"{kind}.{name}", "not part of the contract", "drop it") for name in self.data if name not in known
        ]
        return found

    @staticmethod
    def _variable_problems(where: str, actual: xr.DataArray, wanted: Variable) -> list[Problem]:
        found = []
        if set(actual.dims) != set(wanted.dims):
            found.append(Problem(where, f"dimensions {tuple(actual.dims)}", f"needs {wanted.dims}"))
        if actual.attrs.get("units") != wanted.units:
            found.append(Problem(where, f"units {actual.attrs.get('units')!r}", f"needs {wanted.units!r}"))
        numbers = np.asarray(actual.values, dtype=float)
        if not np.isfinite(numbers).all():
            found.append(Problem(where, f"{int((~np.isfinite(numbers)).sum())} values are not finite", "fill them"))
        elif numbers.size and (numbers.min() < wanted.low or numbers.max() > wanted.high):
            span = f"{numbers.min():g} to {numbers.max():g}"
            found.append(Problem(where, f"spans {span}", f"must lie in {wanted.low:g} to {wanted.high:g}"))
        return found


class Weather(Contract):
    """A weather year, hour by hour in local standard time."""

    sizes: ClassVar = {"time": HOURS}
    attributes: ClassVar = ("station", "source")
    variables: ClassVar = {
        "dry_bulb_c": _hourly("degC", -60, 60),
        "dew_point_c": _hourly("degC", -80, 45),
        "wet_bulb_c": _hourly("degC", -60, 45),
        "humidity_ratio": _hourly("kg/kg", 0, 0.08),
        "pressure_pa": _hourly("Pa", 50_000, 110_000),
        "ghi_w_m2": _hourly("W/m2", 0, 1500),
        "dni_w_m2": _hourly("W/m2", 0, 1500),
        "dhi_w_m2": _hourly("W/m2", 0, 1000),
        "wind_m_s": _hourly("m/s", 0, 100),
    }


class Prices(Contract):
    """Hourly energy prices of the load zone."""

    sizes: ClassVar = {"time": HOURS}
    attributes: ClassVar = ("source",)
    variables: ClassVar = {"energy_usd_per_kwh": _hourly("usd/kWh", -10, 100)}


class Bill(Contract):
    """What the utility charges, by month and line, with the quantities behind it."""

    sizes: ClassVar = {"month": MONTHS}
    variables: ClassVar = {
        "usd": Variable(("month", "line"), "usd"),
        "kwh": Variable(("month",), "kWh"),
        "peak_kw": Variable(("month",), "kW"),
        "billing_kw": Variable(("month",), "kW"),
        "quantity": Variable(("month", "line"), "1", optional=True),
    }


_LINE_DIMS = ("design", "teams", "pattern", "hour_of_week", "product")


class LineResponse(Contract):
    """What the line can do, found by simulation: for the optimiser it is the line.

    Capacity is that of *teams* cells all on one pattern, saturated: good units reaching the burn-in door for the first
    time. Each mean has a 95 % half-width beside it. Power has a part for each staffed cell and a part for each unit.
    """

    sizes: ClassVar = {"hour_of_week": HOURS_PER_WEEK}
    attributes: ClassVar = ("replications", "seed")
    variables: ClassVar = {
        "capacity_units_per_h": Variable(_LINE_DIMS, "units/h", 0),
        "capacity_units_per_h_half_width": Variable(_LINE_DIMS, "units/h", 0),
        "weekly_units": Variable(("design", "teams", "pattern", "product"), "units", 0),
        "weekly_units_half_width": Variable(("design", "teams", "pattern", "product"), "units", 0),
        "return_share": Variable(("product",), "1", 0, 1),
        "return_share_half_width": Variable(("product",), "1", 0, 1),
        "shipped_share": Variable(("product",), "1", 0, 1),
        "shipped_share_half_width": Variable(("product",), "1", 0, 1),
        "fixed_kw": Variable(("hour_of_week", "pattern"), "kW", 0),
        "base_kw": Variable((), "kW", 0),
        "kwh_per_unit": Variable(("product",), "kWh/unit", 0),
        "kwh_per_unit_half_width": Variable(("product",), "kWh/unit", 0),
        "people": Variable(("pattern", "hour_of_week", "skill"), "people", 0),
        "heat_share_to_hall": Variable(("product",), "1", 0, 1),
        "wip_units": Variable(("design", "teams", "pattern"), "units", 0),
        "wip_units_half_width": Variable(("design", "teams", "pattern"), "units", 0),
        # what a design is made of; a response from before there were designs has none
        "capacity_factor": Variable(("design", "teams"), "1", 0, optional=True),
        "capacity_factor_half_width": Variable(("design", "teams"), "1", 0, optional=True),
        "servers": Variable(("design", "station"), "servers", 0, optional=True),
        "racks_count": Variable(("design",), "racks", 0, optional=True),
        "added_people": Variable(("design",), "people", 0, optional=True),
        "racks_units_per_h": Variable(("design",), "units/h", 0, optional=True),
        "racks_units_per_h_half_width": Variable(("design",), "units/h", 0, optional=True),
    }


class Plan(Contract):
    """What to buy, which teams work when, and what happens in every hour: the optimiser's promise."""

    sizes: ClassVar = {"time": HOURS, "month": MONTHS}
    attributes: ClassVar = ("site", "plant")
    variables: ClassVar = {
        # the line and burn-in
        "production_units_per_h": _hourly("units/h"),
        "loads_per_h": _hourly("units/h"),
        "burn_in_starts_per_h": _hourly("units/h"),
        "unloads_per_h": _hourly("units/h"),
        "waiting_units": _hourly("units"),
        "ready_units": _hourly("units"),
        "burning_units": _hourly("units"),
        # mean over the hour of the units that are dark in their run; a plan from before runs could pause has none
        "paused_units": Variable(("time",), "units", 0, optional=True, default=0.0),
        "done_units": _hourly("units"),
        # electricity by use
        "line_kw": _hourly("kW"),
        "burn_in_kw": _hourly("kW"),
        "cooling_kw": _hourly("kW"),
        "building_kw": _hourly("kW"),
        "losses_kw": _hourly("kW"),
        "battery_charge_kw": _hourly("kW"),
        "battery_discharge_kw": _hourly("kW"),
        "battery_level_kwh": _hourly("kWh"),
        # on the site's side of the meter; a plan whose plant has none of it has none of these
        "solar_kw": Variable(("time",), "kW", 0, optional=True, default=0.0),
        "solar_curtailed_kw": Variable(("time",), "kW", 0, optional=True, default=0.0),
        "generators_kw": Variable(("time",), "kW", 0, optional=True, default=0.0),
        "generators_fuel_kwh": Variable(("time",), "kWh", 0, optional=True, default=0.0),
        "grid_kw": _hourly("kW"),
        "energy_usd_per_kwh": _hourly("usd/kWh", -10, 100),
        # heat
        "free_air_kw_th": _hourly("kW_th"),
        "pad_kw_th": _hourly("kW_th"),
        "coil_kw_th": _hourly("kW_th"),
        "assembly_kw_th": _hourly("kW_th"),
        "chiller_kw_th": _hourly("kW_th"),
        "chiller_kw": _hourly("kW"),
        # of water-cooled chillers, where the plant file offers them: *chiller* above means the air-cooled ones
        "water_cooled_kw_th": Variable(("time",), "kW_th", 0, optional=True, default=0.0),
        "water_cooled_kw": Variable(("time",), "kW", 0, optional=True, default=0.0),
        "tower_fan_kw": Variable(("time",), "kW", 0, optional=True, default=0.0),
        "store_fill_kw_th": _hourly("kW_th"),
        "store_empty_kw_th": _hourly("kW_th"),
        "store_level_kwh_th": _hourly("kWh_th"),
        # heat of the conditioned halls, where the plant has some: need (reheat and heating), recovered, electric
        "reheat_kw_th": Variable(("time",), "kW_th", 0, optional=True, default=0.0),
        "recovered_kw_th": Variable(("time",), "kW_th", 0, optional=True, default=0.0),
        "reheat_kw": Variable(("time",), "kW", 0, optional=True, default=0.0),
        "water_m3": _hourly("m3"),
        # the loop of hydro miners, by type of dry cooler; other plants have none
        "dry_cooler_kw_th": Variable(("time", "dry_cooler"), "kW_th", 0, optional=True),
        "dry_cooler_fan_kw": Variable(("time", "dry_cooler"), "kW", 0, optional=True),
        "dry_cooler_water_m3": Variable(("time", "dry_cooler"), "m3", 0, optional=True),
        "hydro_pump_kw": Variable(("time",), "kW", 0, optional=True, default=0.0),
        # people
        "teams": Variable(("month", "pattern"), "teams", 0),
        "burn_in_crews": Variable(("month", "pattern"), "crews", 0),
        "stock_units": Variable(("month",), "units", 0),
        "shipped_units": Variable(("month",), "units", 0),
        "demand_units": Variable(("month",), "units", 0),
        "shortage_units": Variable(("month",), "units", 0),
        # sizes and money
        "size": Variable(("item",), "as named"),
        "cost_usd_per_year": Variable(("cost_line",), "usd/year"),
    }


class Outcome(Contract):
    """What happened when the plan was played, replication by replication."""

    sizes: ClassVar = {"time": HOURS, "month": MONTHS}
    attributes: ClassVar = ("seed",)
    _by_hour: ClassVar = ("replication", "time")
    variables: ClassVar = {
        "shipped_units": Variable(("replication", "month"), "units", 0),
        "scrapped_units": Variable(("replication",), "units", 0),
        "wip_units": Variable(_by_hour, "units", 0),
        "occupied_slots": Variable(_by_hour, "slots", 0),
        "burning_units": Variable(_by_hour, "units", 0),
        "line_kw": Variable(_by_hour, "kW", 0),
        "burn_in_kw": Variable(_by_hour, "kW", 0),
        "cooling_kw": Variable(_by_hour, "kW", 0),
        "building_kw": Variable(_by_hour, "kW", 0),
        "losses_kw": Variable(_by_hour, "kW", 0),
        "battery_kw": Variable(_by_hour, "kW"),
        "grid_kw": Variable(_by_hour, "kW", 0),
        "solar_kw": Variable(_by_hour, "kW", 0, optional=True, default=0.0),
        "solar_curtailed_kw": Variable(_by_hour, "kW", 0, optional=True, default=0.0),
        "generators_kw": Variable(_by_hour, "kW", 0, optional=True, default=0.0),
        "generators_fuel_kwh": Variable(_by_hour, "kWh", 0, optional=True, default=0.0),
        "inlet_c": Variable(_by_hour, "degC", -40, 90),
        "inlet_relative_humidity": Variable(_by_hour, "1", 0, 1.0001),
        "unserved_heat_kw_th": Variable(_by_hour, "kW_th", 0),
        "hydro_supply_c": Variable(_by_hour, "degC", -40, 150, optional=True),
        # of a stratified cold store: water that flows out of it (the bottom at rest), and cold that it could not give
        "cold_store_outlet_c": Variable(_by_hour, "degC", -40, 90, optional=True),
        "cold_store_short_kw_th": Variable(_by_hour, "kW_th", 0, optional=True, default=0.0),
        # what is made on the site is a use below nil
        "energy_kwh_state_changes": Variable(("replication", "use"), "kWh"),
        "energy_kwh_hourly": Variable(("replication", "use"), "kWh"),
        "bill_usd": Variable(("replication", "month", "line"), "usd"),
        "bill_kwh": Variable(("replication",), "kWh", 0),
        "cost_usd_per_year": Variable(("replication", "cost_line"), "usd/year"),
    }
