"""The Gantt chart, from logs written by hand."""

import csv
import io
import json

import numpy as np
import pytest

from reports.figures.gantt import BLOCKED, BURNING, DOWN, OCCUPIED, REPAIR, SET_UP, STOPPED, WORKING, panel, stretches
from reports.gantt_page import write_gantt
from sites.errors import InputError

COLUMNS = ("time_min", "event", "station", "server", "unit", "detail")


def log(*rows):
    """Columns of a log; each row is a time, an event, a station, a server, a unit and perhaps a detail."""
    filled = [(*row, "") if len(row) == 5 else row for row in rows]
    columns = dict(zip(COLUMNS, (list(column) for column in zip(*filled, strict=True)), strict=True))
    return {**columns, "product": ["unit"] * len(rows)}


ONE_MACHINE = log(
    (0, "release", "", -1, 1),
    (0, "arrive", "cut", -1, 1),
    (0, "start", "cut", 0, 1, "set_up"),
    (10, "start", "cut", 0, 1),
    (15, "stop", "cut", 0, 1),
    (20, "resume", "cut", 0, 1),
    (24, "fail", "cut", 0, 1),
    (30, "repair", "cut", 0, -1),
    (36, "repaired", "cut", 0, 1),
    (36, "resume", "cut", 0, 1),
    (40, "finish", "cut", 0, 1, "pass"),
    (45, "leave", "cut", 0, 1),
    (45, "exit", "", -1, 1),
    (60, "release", "", -1, 2),
)


def states(found):
    return [(each.row, each.state, each.begin_min, each.end_min, each.units) for each in found]


def test_every_state_of_a_machine_is_one_bar():
    """Proves: set-up, work, stop, failure, repair and blocking follow the log to the minute, with their unit.
    Sensitivity: a failure that left the work running would show work from 20 to 40; a machine that nothing is on
    would be a bar of nothing from 45 to 60."""
    assert states(stretches(ONE_MACHINE, 0, 60)) == [
        ("cut", SET_UP, 0, 10, (1,)),
        ("cut", WORKING, 10, 15, (1,)),
        ("cut", STOPPED, 15, 20, (1,)),
        ("cut", WORKING, 20, 24, (1,)),
        ("cut", DOWN, 24, 30, (1,)),
        ("cut", REPAIR, 30, 36, (1,)),
        ("cut", WORKING, 36, 40, (1,)),
        ("cut", BLOCKED, 40, 45, (1,)),
    ]


def test_a_window_cuts_bars_at_its_edges():
    """Proves: what began before the window and what goes on after it is shown as far as it lies within.
    Sensitivity: reading only the events inside would miss the work that began at 10."""
    found = stretches(ONE_MACHINE, 12, 42)
    assert states(found)[0] == ("cut", WORKING, 12, 15, (1,))
    assert states(found)[-1] == ("cut", BLOCKED, 40, 42, (1,))
    assert sum(each.end_min - each.begin_min for each in found) == 30


def test_a_blocked_machine_that_fails_goes_on_blocking():
    """Proves: down comes on top of blocked, and what is under way at the end lasts until the end.
    Sensitivity: a failure taken for an interrupted job would show the machine stopped after its repair."""
    rows = (
        (0, "start", "cut", 0, 1),
        (5, "finish", "cut", 0, 1, "pass"),
        (6, "fail", "cut", 0, 1),
        (8, "repaired", "cut", 0, 1),
    )
    assert [state[1:4] for state in states(stretches(log(*rows), 0, 20))] == [
        (WORKING, 0, 5), (BLOCKED, 5, 6), (DOWN, 6, 8), (BLOCKED, 8, 20),
    ]  # fmt: skip


def test_servers_have_rows_of_their_own_and_a_batch_is_one_bar():
    """Proves: two servers are two rows by number though the second began first, and units that start together share
    a bar. Sensitivity: rows by station alone would lay two jobs over each other."""
    rows = (
        (0, "start", "oven", 1, 1), (0, "start", "oven", 1, 2), (1, "start", "oven", 0, 3),
        (9, "finish", "oven", 1, 1, "pass"), (9, "finish", "oven", 1, 2, "pass"),
        (9, "leave", "oven", 1, 1), (9, "leave", "oven", 1, 2),
    )  # fmt: skip
    assert states(stretches(log(*rows), 0, 10)) == [
        ("oven 1", WORKING, 1, 10, (3,)),
        ("oven 2", WORKING, 0, 9, (1, 2)),
    ]


RACKS = log(
    (0, "arrive", "burn_in", -1, 1),
    (0, "load", "burn_in", 0, 1),
    (2, "ready", "burn_in", 0, 1),
    (2, "start", "burn_in", 0, 1),
    (4, "load", "burn_in", 0, 2),
    (6, "start", "burn_in", 0, 2),
    (8, "fail", "burn_in", 0, -1),
    (8, "stop", "burn_in", 0, 1),
    (8, "stop", "burn_in", 0, 2),
    (9, "repaired", "burn_in", 0, -1),
    (9, "resume", "burn_in", 0, 1),
    (9, "resume", "burn_in", 0, 2),
    (12, "finish", "burn_in", 0, 1, "pass"),
    (14, "leave", "burn_in", 0, 1),
)


def test_a_rack_shows_how_many_of_its_slots_are_taken_and_burn():
    """Proves: unit 1 holds its slot for 14 min and burns for 9, unit 2 for 12 and 9.
    Sensitivity: a unit that waits for unloading still holds its slot, but must not count as burning."""
    found = stretches(RACKS, 0, 16)
    sums = {
        state: sum((e.end_min - e.begin_min) * e.share * 2 for e in found if e.state == state)
        for state in (OCCUPIED, BURNING)
    }
    assert sums == {OCCUPIED: pytest.approx(14 + 12), BURNING: pytest.approx((6 + 3) + (2 + 7))}
    assert [(e.begin_min, e.end_min) for e in found if e.state == DOWN] == [(8, 9)]
    assert {e.row for e in found} == {"rack 1"}


def test_the_figure_shows_the_bars_with_units_on_hover():
    """Proves: bars lie at the hours of the run, each state in its trace, and hovering names the unit; its table and
    CSV hold the shares and the bars. Sensitivity: minutes taken for hours would be 60 times as long."""
    made = panel(ONE_MACHINE, 0, 1)
    working = next(trace for trace in made.figure.data if trace.name == WORKING)
    np.testing.assert_allclose(np.asarray(working.base, dtype=float), [10 / 60, 20 / 60, 36 / 60], atol=1e-5)
    np.testing.assert_allclose(np.asarray(working.x, dtype=float), [5 / 60, 4 / 60, 4 / 60], atol=1e-5)
    assert all(data[0] == ", unit 1" for data in working.customdata)
    json.loads(made.json)
    assert made.caption.startswith("From hour 0.00 to hour 1.00 of the run cut works most, 21.7")
    shares = dict(zip([column.head for column in made.table.columns], made.table.rows[0], strict=True))
    assert shares["working, %"] == pytest.approx(100 * 13 / 60)
    assert len(list(csv.reader(io.StringIO(made.download.csv())))) == 1 + 8


@pytest.mark.parametrize(
    ("begin_h", "end_h", "words"), [(2, 1, "let it end"), (1, 1, "let it end"), (5, 6, "another window")]
)
def test_windows_of_no_use_are_refused_with_a_cure(begin_h, end_h, words):
    """Proves: an empty window, and one in which nothing happens, are told as such."""
    with pytest.raises(InputError, match=words):
        panel(ONE_MACHINE, begin_h, end_h)


def test_more_bars_than_a_browser_draws_are_refused_with_the_window_that_fits():
    """Proves: the cure names a window in proportion: 45,000 bars in 45,000 min want 667 h or less.
    Sensitivity: without the limit the browser would hang on the page."""
    rows = [row for t in range(45_000) for row in ((t, "start", "cut", 0, t), (t + 1, "leave", "cut", 0, t))]
    with pytest.raises(InputError, match=r"45,000 bars .* 6\.7e\+02 h or less"):
        panel(log(*rows), 0, 750)


def test_the_page_is_whole_and_needs_no_network(tmp_path):
    """Proves: a name with a tag in it stays text, and the page loads nothing from elsewhere."""
    rows = ((0, "start", "</script><b>cut", 0, 1), (5, "finish", "</script><b>cut", 0, 1, "pass"))
    file = tmp_path / "deep" / "gantt.html"
    write_gantt(log(*rows), 0, 1, "<i>line", file)
    page = file.read_text()
    assert "&lt;i&gt;line" in page
    assert "<b>cut" not in page
    assert "src=" not in page.split("<body>")[1]
    assert list(file.parent.iterdir()) == [file]
