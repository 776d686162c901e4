"""`twin line` with its files: event log, Gantt chart and trace."""

import csv
import json

import pytest
from click.testing import CliRunner

from reports.figures.gantt import MOST_BARS
from sites.errors import InputError
from twin.cli import cli
from twin.sim.line_report import LineRequest
from twin.study.line import LineFiles, first_window, line_study

PLANT = """
name = "bench"
[line]
arrivals = { interval = { law = "exponential", mean_min = 10 } }
[[line.stations]]
name = "cut"
process_time = { mean_min = 8, law = "exponential" }
breakdowns = { mtbf_h = 20, mttr_min = 30 }
next = "pack"
[[line.stations]]
name = "pack"
buffer = 2
process_time = { mean_min = 4 }
"""
ASKED = LineRequest(60, warmup_h=10, replications=2)


@pytest.fixture
def plant(tmp_path):
    file = tmp_path / "plant.toml"
    file.write_text(PLANT)
    return file


def test_log_chart_and_trace_are_of_one_run(plant, tmp_path):
    """Proves: the CSV has the events of the first run, the chart its machines, the trace a unit of it whose way takes
    as long as the log says. Sensitivity: files of another run would have other times."""
    files = LineFiles(tmp_path / "out" / "log.csv", tmp_path / "out" / "gantt.html", None, 30)
    document = line_study(plant, ASKED, files)
    with files.log.open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["time_min", "event", "station", "server", "unit", "product", "detail"]
    of_unit = [row for row in rows if row["unit"] == "30"]
    minutes = float(of_unit[-1]["time_min"]) - float(of_unit[0]["time_min"])
    assert sum(document["trace"]["totals_min"].values()) == pytest.approx(minutes)
    assert [visit["station"] for visit in document["trace"]["visits"]] == ["cut", "pack"]
    assert document["gantt_window_h"] == [10, 34]
    page = files.gantt.read_text()
    assert "bench: machines and racks" in page
    assert all(word in page for word in ("cut", "pack", "working"))
    assert document["files"] == {"log": str(files.log), "gantt": str(files.gantt)}
    assert sorted(file.name for file in files.log.parent.iterdir()) == ["gantt.html", "log.csv"]


def test_nothing_is_written_when_something_is_wrong(plant, tmp_path):
    """Proves: an unknown unit leaves neither log nor chart.
    Sensitivity: writing the log first leaves half an answer."""
    files = LineFiles(tmp_path / "out" / "log.csv", tmp_path / "out" / "gantt.html", None, 10**6)
    with pytest.raises(InputError, match="no such unit"):
        line_study(plant, ASKED, files)
    assert not (tmp_path / "out").exists()


def test_files_that_cannot_be_written_are_refused_before_the_run(plant, tmp_path):
    """Proves: a folder, a file for a folder, one file for two, a window of no chart, past the end, and one that ends
    before it begins are told, those that need no run all at once."""
    with pytest.raises(InputError) as told:
        line_study(plant, ASKED, LineFiles(tmp_path, plant / "x.html", (5, 2)))
    assert [problem.where for problem in told.value.problems] == ["--log", "--gantt", "--window"]
    both = tmp_path / "both"
    with pytest.raises(InputError, match="the log is written there"):
        line_study(plant, ASKED, LineFiles(both, both))
    with pytest.raises(InputError, match="the run ends at 70 h"):
        line_study(plant, ASKED, LineFiles(gantt=both, window_h=(60, 71)))
    with pytest.raises(InputError, match="give --gantt"):
        line_study(plant, ASKED, LineFiles(log=both, window_h=(1, 2)))


def test_the_first_window_is_a_day_or_what_a_browser_can_draw():
    """Proves: 24 h from the end of the warm-up, the hours measured when they are fewer, and half a bar an event."""
    assert first_window([0.0, 60.0], 10, 60) == (10, 34)
    assert first_window([0.0, 60.0], 0, 5) == (0, 5)
    busy = [minute / 100 for minute in range(100 * 60 * 24)]
    begin, end = first_window(busy, 2, 100)
    assert begin == 2
    assert end == pytest.approx(2 + MOST_BARS / 2 / 100 / 60)


def test_the_command_prints_one_document(plant, tmp_path):
    """Proves: options reach the simulation, hours may be a fraction, and the document has a schema version."""
    options = ["--hours", "30.5", "--warmup", "2.5", "--replications", "2", "--threads", "1", "--json"]
    log = tmp_path / "log.csv"
    ran = CliRunner().invoke(cli, ["line", "--plant", str(plant), *options, "--log", str(log), "--trace", "3"])
    assert ran.exit_code == 0, ran.output
    document = json.loads(ran.output)
    assert (document["hours"], document["warmup_h"], document["replications"]) == (30.5, 2.5, 2)
    assert document["schema_version"]
    assert document["trace"]["unit"] == 3
    assert log.exists()


def test_the_command_finds_warm_up_and_replications_by_itself(plant):
    """Proves: with nothing but a plant and hours, the text has the line, its stations and the bottleneck."""
    asked = ["line", "--plant", str(plant), "--hours", "200", "--precision", "0.2", "--threads", "1"]
    ran = CliRunner().invoke(cli, asked)
    assert ran.exit_code == 0, ran.output
    assert "of warm-up (MSER-5" in ran.output
    assert "bottleneck: " in ran.output


@pytest.mark.parametrize("options", [["--hours", "0"], ["--hours", "nan"], ["--hours", "5", "--precision", "0"], []])
def test_usage_is_told_as_usage(plant, options):
    """Proves: hours of no length, no number and no precision are refused before anything runs."""
    assert CliRunner().invoke(cli, ["line", "--plant", str(plant), *options]).exit_code == 2
