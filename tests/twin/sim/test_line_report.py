"""The document of `twin line`: what is in it, how long the runs are, and how many."""

import json
from dataclasses import replace

import numpy as np
import pytest

from sites.errors import InputError
from twin.model.line_file import LineFile, read_line
from twin.model.plant import starter_file
from twin.sim import precision
from twin.sim.line_report import LineRequest, ends, period_h, simulate_line
from twin.sim.line_text import line_text

CUT = {"name": "cut", "process_time": {"mean_min": 6, "law": "deterministic"}, "working_kw": 2.0, "next": "bore"}
BORE = {"name": "bore", "servers": 2, "buffer": 1, "process_time": {"mean_min": 10, "law": "exponential"}}
# M/M/1 at 80 %: its work in process takes some 9 h to come to rest, at 4 units.
QUEUE = {
    "arrivals": {"interval": {"law": "exponential", "mean_min": 10}},
    "stations": [{"name": "desk", "process_time": {"mean_min": 8, "law": "exponential"}}],
}
WEEK = {"name": "week", "shifts": [{"days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "start_h": 6, "length_h": 8}]}


def line_file(*stations, **line):
    return LineFile.model_validate({"line": {"stations": list(stations), **line}})


def simulated(file, hours, **asked):
    return simulate_line(file, LineRequest(hours, **asked)).document


def mean(document, *keys):
    for key in keys:
        document = document[key]
    return document["mean"]


def test_every_quantity_has_a_mean_and_a_half_width():
    """Proves: the keys of the interface are there, the document is JSON, states of a station add up to 1, and power is
    2 kW while the saw works. Sensitivity: a share of something other than server time would not add up."""
    document = simulated(line_file(CUT, BORE), 50, warmup_h=5, replications=3)
    assert {"utilisation", "wait_h", "queue", "blocked", "starved", "down"} < set(document["stations"]["bore"])
    assert {"throughput_per_h", "wip", "cycle_time_h", "power_kw"} < set(document)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    states = ("utilisation", "set_up", "blocked", "starved", "held", "down", "off")
    for name in ("cut", "bore"):
        assert sum(mean(document, "stations", name, state) for state in states) == pytest.approx(1)
    assert mean(document, "power_kw") == pytest.approx(2 * mean(document, "stations", "cut", "utilisation"))
    assert mean(document, "stations", "cut", "kwh", "working") == pytest.approx(50 * mean(document, "power_kw"))
    assert document["throughput_per_h"]["half_width"] > 0
    assert (document["warmup_h"], document["warmup_method"], document["replications"]) == (5, "given", 3)


def test_heat_of_a_station_by_state_is_its_share_of_the_power():
    """Proves: of a saw whose dust is blown out with a quarter of its power, three quarters stay as heat, state by
    state, and all stations' heat is the line's. Sensitivity: heat taken as power would be a third more."""
    saw = CUT | {"idle_kw": 0.4, "heat_fraction": 0.75}
    document = simulated(line_file(saw, BORE | {"working_kw": 1.0}), 50, warmup_h=5, replications=3)
    of_saw = document["stations"]["cut"]
    for state in ("working", "idle"):
        assert of_saw["heat_kwh_th"][state]["mean"] == pytest.approx(0.75 * of_saw["kwh"][state]["mean"])
    assert of_saw["heat_kwh_th"]["working"]["mean"] > 10
    by_station = sum(
        one["mean"] for station in document["stations"].values() for one in station["heat_kwh_th"].values()
    )
    assert by_station == pytest.approx(50 * mean(document, "heat_kw"))


def test_by_default_the_runs_are_long_enough_and_often_enough():
    """Proves: M/M/1 at 80 % has 4 units in process within the half-width that is asked for, after a warm-up that MSER-5
    found. Sensitivity: 5 replications of 600 h know the mean to some 15 %; the queue alone, without the unit in
    service, is 3.2."""
    document = simulated(line_file(**QUEUE), 600, precision=0.08)
    assert document["precision"]["met"]
    assert all(found <= 0.08 for found in document["precision"]["relative"].values())
    assert document["replications"] > 5
    assert document["warmup_method"] == "MSER-5"
    assert mean(document, "wip") == pytest.approx(4, abs=2 * document["wip"]["half_width"])
    assert mean(document, "cycle_time_h") == pytest.approx(40 / 60, abs=2 * document["cycle_time_h"]["half_width"])
    assert document["warnings"] == []


def test_a_line_that_takes_in_more_than_it_can_make_is_told_as_such():
    """Proves: at 125 % the work in process grows for ever; the answer says so, and ends.
    Sensitivity: MSER-5 alone would lengthen the run for ever, or call half of it a steady state."""
    more = QUEUE | {"arrivals": {"interval": {"law": "exponential", "mean_min": 6.4}}}
    document = simulated(line_file(**more), 200, replications=3)
    assert "no steady state" in document["warnings"][0]
    assert document["warmup_h"] == 100
    assert document["bottleneck"]["name"] == "desk"


def test_precision_that_a_hundred_replications_do_not_reach_is_told():
    """Proves: 2 h of a queue are too short for a thousandth; all 100 are made, and the warning names what is wide."""
    document = simulated(line_file(**QUEUE), 2, warmup_h=0, precision=0.001)
    assert (document["replications"], document["precision"]["met"]) == (100, False)
    assert "wip" in document["warnings"][0]
    assert "measure more hours" in document["warnings"][0]


def test_the_same_seed_gives_the_same_document_with_any_number_of_workers(monkeypatch):
    """Proves: two processes find what one finds, to the last bit, and another seed finds something else."""
    monkeypatch.setattr(precision, "WORTH_A_POOL_S", 0.0)
    file = line_file(**QUEUE)
    one, two, other = (
        simulated(file, 50, warmup_h=5, precision=0.9, seed=seed, workers=workers)
        for seed, workers in ((3, 1), (3, 2), (4, 1))
    )
    assert one == two
    assert one["wip"] != other["wip"]


def test_no_unit_out_is_no_cycle_time():
    """Proves: a mean of nothing is null, and told. Sensitivity: 0 would be a wonderful cycle time, NaN is no JSON."""
    slow = BORE | {"process_time": {"mean_min": 1e9, "law": "exponential"}}
    document = simulated(line_file(CUT, slow), 1, warmup_h=0, replications=2)
    assert document["cycle_time_h"] == {"mean": None, "half_width": None}
    assert mean(document, "throughput_per_h") == 0
    assert document["precision"]["unmeasured"] == ["cycle_time_h"]
    assert "cycle_time_h" in document["warnings"][-1]
    assert "time in the plant" in line_text(document)


def test_a_whole_plant_file_has_a_burn_in_too():
    """Proves: the starter plant runs from its file, saturated: 43 units an hour hold 518 of 576 slots, and its racks
    and people stand beside its stations."""
    document = simulated(read_line(starter_file()), 30, warmup_h=24, replications=2)
    assert 0.8 < mean(document, "stations", "burn_in", "utilisation") < 1
    assert len(document["racks"]) == 16
    assert "tester" in document["operators"]
    assert "burn_in" not in document["oee"]["stations"]
    assert document["by_hour_of_week"] == {}
    names = [ranked["name"] for ranked in document["bottleneck"]["ranking"]]
    assert {"burn_in", "tester", "pack"} < set(names)


def test_the_bottleneck_and_where_its_time_goes():
    """Proves: a slow saw before a fast drill is found by both witnesses, and OEE and losses of each make up its planned
    time. Sensitivity: the station with the longest queue would be the drill, which has the only buffer."""
    document = simulated(line_file(CUT | {"process_time": {"mean_min": 9}}, BORE), 500, warmup_h=10, replications=3)
    found = document["bottleneck"]
    assert (found["name"], found["turning_point"], found["agree"]) == ("cut", "cut", True)
    assert "Roser" in found["method"]
    for oee in document["oee"]["stations"].values():
        losses = sum(loss["mean"] for loss in oee["losses"].values())
        assert oee["oee"]["mean"] + losses == pytest.approx(1)


def test_a_week_or_longer_is_shown_by_hour_of_the_week():
    """Proves: a station that works Monday to Friday from 6 to 14 draws power in those hours only, after whole
    weeks of warm-up. Sensitivity: a warm-up that is no whole number of weeks would shift them."""
    file = line_file(CUT | {"next": "exit", "calendar": "week"}, calendars=[WEEK])
    assert period_h(file) == 168
    document = simulated(file, 336, replications=2)
    assert document["warmup_h"] % 168 == 0
    kw = np.array(document["by_hour_of_week"]["kw"]["mean"])
    at_work = np.zeros(168, dtype=bool)
    for day in range(5):
        at_work[24 * day + 6 : 24 * day + 14] = True
    np.testing.assert_allclose(kw, np.where(at_work, 2.0, 0.0), atol=1e-9)
    assert document["oee"]["stations"]["cut"]["oee"]["mean"] == pytest.approx(1)


def test_a_plan_that_ends_is_measured_from_its_beginning():
    """Proves: three planned units have no steady state to wait for: no warm-up, all three counted.
    Sensitivity: MSER-5 on a line that runs empty would throw away the work."""
    file = line_file(CUT | {"next": "exit"}, arrivals={"times_h": [0, 1, 2]})
    assert ends(file)
    document = simulated(file, 10)
    assert (document["warmup_h"], document["replications"]) == (0, 5)
    assert mean(document, "throughput_per_h") == pytest.approx(0.3)
    assert document["warmup_method"].startswith("none")


def test_windows_that_come_once_end_and_those_that_come_again_are_a_period():
    """Proves: only a calendar that somebody keeps counts, by its repetition."""
    once = {"name": "week", "windows_h": [[0, 8]]}
    kept = CUT | {"next": "exit", "calendar": "week"}
    assert ends(line_file(kept, calendars=[once]))
    again = line_file(kept, calendars=[once | {"repeat_h": 24}])
    assert not ends(again)
    assert period_h(again) == 24
    assert period_h(line_file(CUT | {"next": "exit"}, calendars=[WEEK])) is None


def test_the_log_is_that_of_the_first_replication():
    """Proves: what leaves the plant in the log after the warm-up is what the first replication counted, and the log
    changes no number. Sensitivity: a log of another replication would count other units."""
    file = line_file(**QUEUE)
    asked = LineRequest(100, warmup_h=10, replications=2)
    plain, logged = simulate_line(file, asked), simulate_line(file, replace(asked, log=True))
    assert plain.log is None
    assert plain.document == logged.document
    out = [
        time for time, event in zip(logged.log["time_min"], logged.log["event"], strict=True)
        if event == "exit" and time > 600
    ]  # fmt: skip
    first, both = len(out) / 100, mean(plain.document, "throughput_per_h")
    second = 2 * both - first
    half = plain.document["throughput_per_h"]["half_width"]
    assert half == pytest.approx(12.7062 * abs(first - second) / 2, rel=1e-4)


def test_the_text_shows_what_the_document_holds():
    """Proves: throughput, each station, the bottleneck and the warnings are in what is printed."""
    document = simulated(line_file(CUT, BORE), 50, warmup_h=5, replications=3)
    document["warnings"].append("mind the gap")
    text = line_text(document)
    assert f"{mean(document, 'throughput_per_h'):.3f} +- " in text
    assert [line.split()[0] for line in text.splitlines() if line.startswith(("cut", "bore"))] == ["cut", "bore"]
    assert f"bottleneck: {document['bottleneck']['name']}, active" in text
    assert text.endswith("warning: mind the gap")


@pytest.mark.parametrize(
    ("hours", "asked", "option"),
    [
        (0, {}, "--hours"),
        (float("inf"), {}, "--hours"),
        (5, {"warmup_h": -1}, "--warmup"),
        (5, {"replications": 0}, "--re"),
    ],
)
def test_lengths_of_no_use_are_refused_with_a_cure(hours, asked, option):
    """Proves: a run of no length, a warm-up below 0 and no replication are named by their option."""
    with pytest.raises(InputError, match=option):
        simulated(line_file(CUT, BORE), hours, **asked)
