"""The way of one unit, from logs written by hand."""

import pytest

from sites.errors import InputError
from twin.sim.trace import trace, trace_text

COLUMNS = ("time_min", "event", "station", "server", "unit", "detail")


def log(*rows):
    filled = [(*row, "") if len(row) == 5 else row for row in rows]
    columns = dict(zip(COLUMNS, (list(column) for column in zip(*filled, strict=True)), strict=True))
    return {**columns, "product": ["miner" if row[4] >= 0 else "" for row in filled]}


# Unit 7 is cut, waits for its blocked way into the bore, is stopped there, breaks down with it, and leaves.
WAY = log(
    (60, "release", "cut", -1, 7),
    (62, "arrive", "cut", -1, 7),
    (62, "arrive", "cut", -1, 8),
    (65, "start", "cut", 0, 7, "set_up"),
    (69, "start", "cut", 0, 7),
    (75, "finish", "cut", 0, 7, "pass"),
    (75, "arrive", "bore", -1, 7),
    (80, "arrive", "bore", -1, 7),
    (80, "leave", "cut", 0, 7),
    (90, "start", "bore", 1, 7),
    (92, "stop", "bore", 1, 7),
    (97, "resume", "bore", 1, 7),
    (99, "fail", "bore", 1, 7),
    (101, "repair", "bore", 0, -1),
    (102, "repair", "bore", 1, -1),
    (110, "repaired", "bore", 1, 7),
    (111, "resume", "bore", 1, 7),
    (120, "finish", "bore", 1, 7, "fail"),
    (120, "leave", "bore", 1, 7),
    (120, "scrap", "", -1, 7),
    (200, "release", "", -1, 9),
)


def test_every_minute_is_accounted_for():
    """Proves: waits, set-up, work, stops, failures and blocking are those of the log, and add up to the 60 min in the
    plant. Sensitivity: a wait counted from the refused arrival at 75 would be 15 min and count 5 of them twice."""
    found = trace(WAY, 7)
    cut, bore = found["visits"]
    assert (cut["waiting_min"], cut["set_up_min"], cut["working_min"]) == (3, 4, 6)
    assert (cut["blocked_min"], cut["result"], cut["left_h"]) == (5, "pass", pytest.approx(80 / 60))
    assert (bore["waiting_min"], bore["working_min"], bore["stopped_min"], bore["down_min"]) == (
        10,
        2 + 2 + 9,
        5 + 1,
        11,
    )
    assert (bore["server"], bore["result"], bore["blocked_min"]) == (1, "fail", 0)
    assert found["totals_min"]["outside"] == 2
    assert sum(found["totals_min"].values()) == pytest.approx(60)
    assert (found["outcome"], found["product"], found["left_h"]) == ("scrap", "miner", 2)


def test_a_place_given_later_without_a_second_arrival_counts_from_then():
    """Proves: when the way into the bore is asked for once and given at 80, the wait still begins at 80."""
    columns = {name: [v for place, v in enumerate(values) if place != 7] for name, values in WAY.items()}
    assert trace(columns, 7)["visits"][1]["waiting_min"] == 10


def test_events_show_what_came_after_how_long_and_who_repaired():
    """Proves: the repair of its own machine is among the events of the unit, that of another machine is not."""
    events = trace(WAY, 7)["events"]
    assert [each["time_h"] * 60 for each in events if each["event"] == "repair"] == [pytest.approx(102)]
    assert sum(each["since_min"] for each in events) == pytest.approx(60)
    assert (events[0]["station"], events[-1]["station"]) == ("cut", None)


def test_a_unit_that_is_still_inside_is_followed_to_the_end_of_the_log():
    """Proves: without an end the last state lasts until the log's last moment.
    Sensitivity: leaving it out would lose the time in which it is stuck."""
    columns = {name: values[:13] + values[-1:] for name, values in WAY.items()}
    found = trace(columns, 7)
    assert (found["outcome"], found["left_h"]) == ("inside", None)
    assert found["visits"][1]["down_min"] == pytest.approx(200 - 99)


def test_back_to_the_same_station_is_a_second_visit():
    """Proves: a unit that fails and queues again at once has two visits, the second from the end of the first."""
    rows = (
        (0, "release", "", -1, 1), (0, "arrive", "test", -1, 1), (0, "start", "test", 0, 1),
        (5, "finish", "test", 0, 1, "fail"), (5, "leave", "test", 0, 1), (8, "start", "test", 0, 1),
        (11, "finish", "test", 0, 1, "pass"), (11, "leave", "test", 0, 1), (11, "exit", "", -1, 1),
    )  # fmt: skip
    visits = trace(log(*rows), 1)["visits"]
    assert [(visit["waiting_min"], visit["working_min"], visit["result"]) for visit in visits] == [
        (0, 5, "fail"),
        (3, 3, "pass"),
    ]


def test_burn_in_is_a_visit_with_loading():
    """Proves: at the racks the door, loading, waiting for power, burning and waiting for unloading are told apart."""
    rows = (
        (0, "release", "", -1, 1), (0, "arrive", "burn_in", -1, 1), (4, "load", "burn_in", 2, 1),
        (6, "ready", "burn_in", 2, 1), (9, "start", "burn_in", 2, 1), (129, "finish", "burn_in", 2, 1, "pass"),
        (131, "leave", "burn_in", 2, 1), (131, "exit", "", -1, 1),
    )  # fmt: skip
    (visit,) = trace(log(*rows), 1)["visits"]
    assert [visit[f"{state}_min"] for state in ("waiting", "loading", "working", "blocked")] == [7, 2, 120, 2]


def test_an_unknown_unit_is_told_with_those_that_are_known():
    """Proves: the cure names the range of the units in the log."""
    with pytest.raises(InputError, match="from 7 to 9"):
        trace(WAY, 3)


def test_the_text_has_the_events_and_the_sums():
    """Proves: what is printed holds each event once and the minutes of each visit."""
    text = trace_text(trace(WAY, 7))
    assert text.startswith("unit 7 (miner): released at 1.000 h, scrap at 2.000 h")
    assert sum(line.split()[2:3] == ["resume"] for line in text.splitlines()) == 2
    assert text.splitlines()[-1].split()[0] == "all"
