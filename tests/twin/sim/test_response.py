"""The response of the line: its contract, and what must be true of any response."""

import numpy as np
import pytest

from twin.model.contracts import LineResponse
from twin.model.plant import read_plant
from twin.sim.response import line_response, run_weeks


@pytest.fixture(scope="module")
def plant():
    return read_plant()[0]


@pytest.fixture(scope="module")
def response(plant):
    return line_response(plant, replications=3, weeks=1, patterns=["day8", "two8"], teams=[2, 6])


def test_capacity_is_below_the_slowest_station_and_near_it(response):
    """Proves: a team on day8 makes at most 60 / 11 units in each of its 37.5 h, and at least nine tenths of that.
    Sensitivity: capacity by calendar hours, or with returns counted twice, would leave this band."""
    weekly = float(response["weekly_units"].sel(design="base", teams=2, pattern="day8")[0])
    most = 2 * 37.5 * 60 / 11
    assert 0.9 * most < weekly < most


def test_nothing_is_made_when_nobody_is_there_or_no_team_works(response):
    """Proves: no capacity on Sunday, in the night, or with 0 teams. Sensitivity: weeks counted from Sunday."""
    capacity = response["capacity_units_per_h"].sel(design="base")
    assert float(capacity.sel(teams=0).sum()) == 0
    assert float(capacity.isel(hour_of_week=slice(120, 168)).sum()) == 0
    assert float(capacity.sel(pattern="day8", hour_of_week=3).sum()) == 0
    assert float(capacity.sel(pattern="two8", hour_of_week=20, teams=6)[0]) > 25


def test_teams_between_are_interpolated(response):
    """Proves: 4 teams lie midway between 2 and 6; 1 lies between 0 and 2. The dataset says so."""
    weekly = response["weekly_units"].sel(design="base", pattern="two8").isel(product=0)
    assert float(weekly.sel(teams=4)) == pytest.approx(float(weekly.sel(teams=[2, 6]).mean()))
    assert float(weekly.sel(teams=1)) == pytest.approx(float(weekly.sel(teams=2)) / 2)
    assert response.data.attrs["simulated_teams"] == [2, 6]


def test_returns_are_what_failures_and_final_quality_send_back(plant, response):
    """Proves: burn-in runs per unit are 1 / (1 - p) with p = 2.5 % dead + 1 % failed at final quality, less scrap.
    Sensitivity: returns from the functional test counted as well would give 0.08."""
    died = plant.burn_in.failure_share(plant.burn_in.hours)
    expected = 1 / (1 - (died + (1 - died) * 0.01) * 0.95) - 1
    assert float(response["return_share"][0]) == pytest.approx(expected, abs=0.006)
    assert 0.99 < float(response["shipped_share"][0]) <= 1


def test_power_and_people_follow_the_staffed_share(response):
    """Proves: in an hour with half an hour of break, idle power and people are half; six skills of one person each."""
    fixed = response["fixed_kw"].sel(pattern="day8")
    assert float(fixed[10]) == pytest.approx(float(fixed[9]) / 2)
    assert float(fixed[9]) == pytest.approx((16 * 0.2 + 8 * 0.1 + 16 * 0.3 + 8 * 0.1) / 8)
    assert float(response["people"].sel(pattern="day8", hour_of_week=9).sum()) == 6


def test_the_response_survives_a_file(response, tmp_path):
    """Proves: units, ranges and attributes are those of the contract, before and after netCDF."""
    response.to_netcdf(tmp_path / "response.nc")
    again = LineResponse.from_netcdf(tmp_path / "response.nc")
    assert (again.values("capacity_units_per_h") == response.values("capacity_units_per_h")).all()


def test_workers_change_nothing(plant):
    """Proves: two processes give the same numbers as one, in the same places."""
    wanted = {"replications": 2, "weeks": 1, "patterns": ["day8"], "teams": [1]}
    one, two = (line_response(plant, workers=workers, **wanted) for workers in (1, 2))
    assert np.array_equal(one.values("capacity_units_per_h"), two.values("capacity_units_per_h"))
    assert run_weeks.__module__ == "twin.sim.response"  # importable by a spawned process
