"""The documents that pass between rooms: what is refused, and that files keep what they were given."""

import numpy as np
import pytest
import xarray as xr

from sites.errors import InputError
from twin.model.contracts import Bill, Contract, LineResponse, Outcome, Plan, Prices, Weather

KINDS = [Weather, Prices, Bill, LineResponse, Plan, Outcome]
SIZES = {
    "time": 8760, "month": 12, "hour_of_week": 168, "line": 2, "design": 1, "station": 2, "teams": 3, "pattern": 2,
    "product": 1, "skill": 2, "item": 2, "cost_line": 3, "replication": 2, "use": 3, "dry_cooler": 2,
}  # fmt: skip


def valid(kind: type[Contract]) -> xr.Dataset:
    """Random numbers that keep the contract, with names along the dimensions that have them."""
    random = np.random.default_rng(11)
    data = {}
    for name, wanted in kind.variables.items():
        low = wanted.low if np.isfinite(wanted.low) else -50.0
        high = wanted.high if np.isfinite(wanted.high) else 50.0
        shape = tuple(SIZES[dim] for dim in wanted.dims)
        data[name] = (wanted.dims, random.uniform(low, high, shape), {"units": wanted.units})
    used = {dim for wanted in kind.variables.values() for dim in wanted.dims}
    coords = {
        dim: [f"{dim} {n}" for n in range(SIZES[dim])] for dim in sorted(used & {"line", "pattern", "skill", "use"})
    }
    if "time" in used:
        coords["time"] = np.arange("2026-01-01", "2027-01-01", dtype="datetime64[h]").astype("datetime64[ns]")
    return xr.Dataset(data, coords, dict.fromkeys(kind.attributes, "here"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_contract_survives_its_file(kind, tmp_path):
    """Proves: what is written to netCDF is read back equal: values, names, times, units and attributes; a second group
    in the same file leaves the first as it was.
    Sensitivity: packing to 32 bits, or a time axis that loses its unit, would not be identical."""
    kept = kind(valid(kind))
    file = tmp_path / "kept.nc"
    kept.to_netcdf(file, group="first")
    Prices(valid(Prices)).to_netcdf(file, group="second")
    again = kind.from_netcdf(file, group="first")
    xr.testing.assert_equal(again.data, kept.data)
    assert dict(again.data.attrs) == dict(kept.data.attrs)
    for name in kept.data.data_vars:
        assert again[name].attrs["units"] == kind.variables[name].units


@pytest.mark.parametrize("kind", KINDS)
def test_every_problem_is_told_at_once(kind):
    """Proves: a missing variable, a stranger, a wrong unit, a gap, a missing attribute and a number out of range are
    problems of one error, each under the contract's and the variable's name.
    Sensitivity: an error that ends at the first would cost the reader six runs."""
    data = valid(kind)
    names = [name for name, wanted in kind.variables.items() if not wanted.optional and wanted.dims]
    expected = [f"{kind.__name__}.stranger: not part of the contract -> drop it"]
    data["stranger"] = 1.0
    for attribute in kind.attributes:
        del data.attrs[attribute]
        expected.append(f"{kind.__name__}.attrs: {attribute} is missing -> set it")
    first, last = names[0], names[-1]
    data[first].attrs["units"] = "furlong"
    unit = kind.variables[first].units
    expected.append(f"{kind.__name__}.{first}: units 'furlong' -> needs {unit!r}")
    if len(names) > 1:
        data = data.drop_vars(last)
        expected.append(f"{kind.__name__}.{last}: missing -> add it [{kind.variables[last].units}]")
    if len(names) > 2:
        data[names[1]][dict.fromkeys(data[names[1]].dims, 0)] = np.nan
        expected.append(f"{kind.__name__}.{names[1]}: 1 values are not finite -> fill them")
    bounded = next((n for n in names[2:-1] if kind.variables[n].low > -np.inf), None)
    if bounded:
        data[bounded] = data[bounded] - 1e6
    with pytest.raises(InputError) as caught:
        kind(data)
    told = str(caught.value).splitlines()
    assert set(expected) <= set(told)
    assert len(told) == len(expected) + bool(bounded)
    if bounded:
        assert any(line.startswith(f"{kind.__name__}.{bounded}: spans") for line in told)


def test_a_short_year_is_refused():
    """Proves: 8,759 hours are named with what is needed; so is a dimension that is not there at all.
    Sensitivity: a short year would shift every hour after the gap."""
    with pytest.raises(InputError, match=r"Prices.time: 8759 values -> needs 8760"):
        Prices(valid(Prices).isel(time=slice(0, 8759)))
    with pytest.raises(InputError, match=r"Prices.time: 0 values -> needs 8760"):
        Prices(valid(Prices).isel(time=0))


def test_dimensions_may_come_in_any_order():
    """Proves: a bill given as (line, month) is accepted and read as (month, line); a missing dimension is not.
    Sensitivity: values read in the file's own order would mix months and lines."""
    data = valid(Bill)
    turned = Bill(data.transpose("line", "month"))
    assert turned.values("usd").shape == (12, 2)
    np.testing.assert_array_equal(turned.values("usd"), data["usd"].values)
    data["kwh"] = data["usd"].assign_attrs(units="kWh")
    with pytest.raises(InputError, match=r"Bill.kwh: dimensions \('month', 'line'\) -> needs \('month',\)"):
        Bill(data)


def test_an_optional_variable_may_be_left_out():
    """Proves: a bill without its quantities is a bill; one with a gap in them is not.
    Sensitivity: an optional variable that is not checked when it is there would pass nan to the report."""
    data = valid(Bill)
    Bill(data.drop_vars("quantity"))
    data["quantity"][0, 0] = np.inf
    with pytest.raises(InputError, match=r"Bill.quantity: 1 values are not finite"):
        Bill(data)


def test_a_file_that_breaks_the_contract_is_refused(tmp_path):
    """Proves: a file is checked when it is read, not only when it is made.
    Sensitivity: a price in usd/MWh would be believed a thousandfold."""
    data = valid(Prices)
    data["energy_usd_per_kwh"] = data["energy_usd_per_kwh"] * 1000.0
    data["energy_usd_per_kwh"].attrs["units"] = "usd/MWh"
    file = tmp_path / "prices.nc"
    data.to_netcdf(file, engine="h5netcdf")
    with pytest.raises(InputError, match="usd/MWh"):
        Prices.from_netcdf(file)


def test_a_plan_from_before_runs_could_pause_paused_none():
    """Proves: a plan without paused units reads as 8,760 hours of none; what else is absent stays an error.
    Sensitivity: without the default every run folder written earlier would end in a KeyError."""
    data = valid(Plan).drop_vars("paused_units", errors="ignore")
    assert Plan(data).values("paused_units").tolist() == [0.0] * 8760
    with pytest.raises(InputError, match=r"Plan.burning_units: missing"):
        Plan(data.drop_vars("burning_units"))
