import base64
import csv
import io
import json

import numpy as np
import pytest
import xarray as xr

from reports.figures import (
    hottest_week,
    inlet,
    line_designs,
    line_response,
    load_duration,
    load_heat_map,
    monthly_bill,
    shipped,
    teams,
)
from reports.figures.panel import CONFIG, Column, Table, columns
from reports.figures.yearly_cost import cost_rows
from reports.figures.yearly_cost import panel as yearly_cost
from reports.page import panels
from twin.model.contracts import LineResponse


def read_csv(uri):
    head, _, body = uri.partition(",")
    assert head == "data:text/csv;charset=utf-8;base64"
    return list(csv.reader(io.StringIO(base64.b64decode(body).decode())))


def test_every_figure_has_a_caption_a_table_and_numbers_to_download(contents):
    """Proves: no figure stands alone: a sentence says what it shows and a table holds its numbers."""
    for panel in panels(contents).values():
        assert panel.caption.endswith("."), panel.name
        assert panel.table.rows, panel.name
        assert all(len(row) == len(panel.table.columns) for row in panel.table.rows), panel.name
        assert len(read_csv(panel.csv_uri)) > len(panel.table.rows) * 0.5, panel.name
        json.loads(panel.json)


def test_heat_map_shows_the_plan(contents):
    """Proves: the cell of day d and hour h is the plan's grid load of hour 24 d + h, to half a kW.
    Sensitivity: a transposed or shifted map would differ by hundreds of kW."""
    panel = load_heat_map.panel(contents)
    shown = np.asarray(panel.figure.data[0].z, dtype=float)
    load = contents.plan.values("grid_kw")
    np.testing.assert_allclose(shown.T.ravel(), load, atol=0.51)
    hourly = read_csv(panel.csv_uri)
    assert hourly[1][0] == "2026-01-01T00"
    assert len(hourly) == 8761
    assert float(hourly[5001][1]) == pytest.approx(load[5000], abs=0.051)


def test_load_duration_falls_and_keeps_its_ends(contents):
    """Proves: the curve is the load in falling order, thinned without losing the highest and the lowest hour."""
    panel = load_duration.panel(contents)
    curve = np.asarray(panel.figure.data[0].y, dtype=float)
    load = contents.plan.values("grid_kw")
    assert (np.diff(curve) <= 0).all()
    assert curve[0] == pytest.approx(load.max(), abs=0.51)
    assert curve[-1] == pytest.approx(load.min(), abs=0.51)
    assert set(np.asarray(panel.figure.data[2].y)) == {contents.summary["sizes"]["service_firm_kw"]}


def test_cost_lines_add_up_to_the_objective(altered, contents):
    """Proves: the bars end where the total ends; a part in no line of its own is shown, not lost.
    Sensitivity: without the remainder, lines of 12.9 M under an objective of 13.0 M would look complete."""
    panel = yearly_cost(contents)
    lines = panel.figure.data[0]
    assert float(lines.base[-1] + lines.x[-1]) == pytest.approx(contents.summary["objective_usd_per_year"], abs=2)
    assert list(lines.x) == sorted(lines.x, reverse=True)
    objective = contents.summary["objective_usd_per_year"] + 100_000.0
    assert cost_rows(altered({"objective_usd_per_year": objective}).summary)[-1] == (
        "In no line of its own",
        pytest.approx(100_000.0),
    )


def test_monthly_bill_shows_the_summary(contents):
    """Proves: each stack is the summary's part of that month, and the table's year is their sum."""
    panel = monthly_bill.panel(contents)
    months = contents.summary["monthly"]
    for trace, (key, *_) in zip(panel.figure.data, monthly_bill.PARTS, strict=True):
        np.testing.assert_allclose(np.asarray(trace.y, dtype=float), [month[key] for month in months], atol=0.51)
    assert panel.table.rows[-1][5] == pytest.approx(contents.summary["bill_usd"])


def test_hottest_week_is_the_one_of_the_highest_mean(contents):
    """Proves: the week starts on a Monday and no other Monday starts a hotter one; its uses stack up to the grid.
    Sensitivity: a week of the single hottest hour would be another one."""
    week = hottest_week.hottest_week(contents)
    assert week.stop - week.start == 168
    assert contents.weekday[week.start] == 0
    dry = contents.weather.values("dry_bulb_c")
    mondays = range(int(np.flatnonzero(contents.weekday == 0)[0]), 8760 - 167, 168)
    assert dry[week].mean() == max(dry[start : start + 168].mean() for start in mondays)
    traces = hottest_week.panel(contents).figure.data
    stacked = np.sum([np.asarray(trace.y, dtype=float) for trace in traces if trace.stackgroup], axis=0)
    grid = next(np.asarray(trace.y, dtype=float) for trace in traces if trace.name == "grid")
    np.testing.assert_allclose(stacked, grid, atol=0.5)


def test_candidate_hours_are_shaded_where_they_are(contents):
    """Proves: shaded spans cover the candidate hours of the week and nothing else."""
    week = hottest_week.hottest_week(contents)
    shapes = hottest_week.panel(contents).figure.layout.shapes
    shaded = {
        hour
        for shape in shapes
        for hour, start in enumerate(contents.time[week])
        if np.datetime64(shape.x0, "h") <= start < np.datetime64(shape.x1, "h")
    }
    assert shaded == set(hottest_week.candidates_in(contents, week).tolist())
    assert shaded


def test_teams_and_people_come_from_the_plan(contents):
    """Proves: the stacks of teams are the plan's, and people at work are teams times people a team."""
    figure = teams.panel(contents).figure
    drawn = sum(np.asarray(trace.y, dtype=float) for trace in figure.data if trace.yaxis == "y")
    np.testing.assert_allclose(drawn, contents.plan.values("teams").sum(axis=1))
    month, at_work = teams.people_at_work(contents)
    assert month == 10
    assert at_work.max() == pytest.approx(6 * contents.plan.values("teams")[10].sum())


def test_line_response_shows_all_cells_staffed(contents):
    """Proves: the bars are weekly units at the full number of teams, with their half-widths as whiskers.
    Sensitivity: reading the first instead of the last number of teams would draw nothing but zeros."""
    bars = [trace for trace in line_response.panel(contents).figure.data if trace.type == "bar"]
    drawn = {label: float(x) for trace in bars for label, x in zip(trace.y, trace.x, strict=True)}
    spread = {label: float(x) for trace in bars for label, x in zip(trace.y, trace.error_x.array, strict=True)}
    for place, name in enumerate(contents.patterns):
        units = contents.response.values("weekly_units")[0, -1, place, 0]
        label = contents.pattern_labels[name]
        assert drawn[label] == pytest.approx(units, abs=0.06)
        assert spread[label] == pytest.approx(0.02 * units, abs=0.06)


def test_designs_are_shown_where_they_were_simulated(contents, altered):
    """Proves: no panel without factors; with them a bar for each design but the line itself, at its gain with every
    cell staffed and the half-width as whisker, and a row for each design.
    Sensitivity: the factor at the first number of teams would draw 0 %; bars for the line itself, one more."""
    assert line_designs.panel(contents) is None
    names = ["base", "test +1 server +2 hand", "+1 rack"]
    teams_count = contents.response.data.sizes["teams"]
    factor = np.ones((3, teams_count))
    factor[1, -1] = 1.125
    racks = np.array([16.0, 16.0, 17.0])
    data = contents.response.data.isel(design=[0, 0, 0]).assign_coords(design=names)
    data = data.assign(
        weekly_units=data["weekly_units"] * xr.DataArray([1, 1.125, 1], dims="design").assign_coords(design=names),
        capacity_factor=(("design", "teams"), factor, {"units": "1"}),
        capacity_factor_half_width=(("design", "teams"), 0.02 * factor, {"units": "1"}),
        racks_count=("design", racks, {"units": "racks"}),
        added_people=("design", np.array([0.0, 2.0, 0.0]), {"units": "people"}),
        racks_units_per_h=("design", 3.0 * racks, {"units": "units/h"}),
        racks_units_per_h_half_width=("design", 0.1 * racks, {"units": "units/h"}),
    )
    data["weekly_units"].attrs["units"] = "units"
    panel = line_designs.panel(altered(response=LineResponse(data)))
    (bars,) = panel.figure.data
    assert list(bars.y) == ["test +1 server +2 hand", "+1 rack"]
    assert list(bars.x) == pytest.approx([12.5, 0.0])
    assert list(bars.error_x.array) == pytest.approx([2.25, 2.0], abs=0.051)  # drawn to a tenth
    shown = [list(row) for row in panel.table.rows]
    assert [row[0] for row in shown] == ["as in the plant file", "test +1 server +2 hand", "+1 rack"]
    best = contents.response.values("weekly_units")[0, -1, :, 0].max()
    expected = zip([1, 1.125, 1], [0, 12.5, 0], [2, 2.25, 2], [0, 2, 0], racks, 168 * 3 * racks, strict=True)
    for row, (times, more, spread, people, count, burnt) in zip(shown, expected, strict=True):
        assert row[1:] == pytest.approx([times * best, more, spread, people, count, burnt])
    assert "Most is added by test +1 server +2 hand" in panel.caption


def test_shipments_are_set_beside_the_replications(contents):
    """Proves: means and ranges by month are those of the outcome, and a short month is named in the caption."""
    panel = shipped.panel(contents)
    played = contents.outcome.values("shipped_units")
    np.testing.assert_allclose(np.asarray(panel.figure.data[1].y, dtype=float), played.mean(axis=0), atol=0.06)
    whisker = np.asarray(panel.figure.data[1].error_y.array, dtype=float)
    np.testing.assert_allclose(whisker, played.max(axis=0) - played.mean(axis=0), atol=0.06)
    assert "meets demand in every month" in panel.caption


def test_inlet_counts_only_hours_in_which_units_burn(contents):
    """Proves: percentiles leave out hours without burning units and name the hall's limit from the plant file."""
    panel = inlet.panel(contents)
    burning = contents.outcome.values("burning_units") > 0
    july = contents.outcome.values("inlet_c")[burning & (contents.month == 6)]
    assert panel.table.rows[6][2] == pytest.approx(np.median(july))
    assert "limit of 38 °C in none" in panel.caption
    assert inlet.unserved_heat(contents) == (0.0, 0.0, 0.0, 0.0)


def test_figures_send_nothing_anywhere():
    """Proves: the buttons that would upload a figure are off."""
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["plotlyServerURL"] == ""
    assert CONFIG["displaylogo"] is False


def test_a_table_keeps_plain_numbers_in_its_csv_file():
    """Proves: separators and dashes are for readers; the CSV file has what a program can read."""
    table = Table(columns(("What", None), ("usd", 0)), (("a, b", 1234.5), ("none", None)))
    assert table.text() == [["a, b", "1,234"], ["none", "–"]]
    assert table.csv() == 'What,usd\n"a, b",1234.5\nnone,\n'
    assert [Column("x", 0).style, Column("x").style, Column("x", kind="key").style] == ["number", "", "key"]
