"""Reading an event log: forms, and mistakes with their lines."""

import pytest

from sites.errors import InputError
from twin.sim.calibration.reading import read_event_log

HEADER = "time_min,event,station,server,unit,product,detail\n"
SERVERS = {"cut": 2, "wash": None}


def _write(folder, text):
    file = folder / "events.csv"
    file.write_text(text)
    return file


def test_lines_in_any_order(tmp_path):
    """Proves: entries come in the order of time, empty cells mean nobody, serial numbers of any kind are units.
    Sensitivity: read in the file's order, the job would finish before it starts."""
    text = HEADER + "12.5,finish,cut,1,SN-7,air,pass\n0,release,cut,,SN-7,air,\n2.25,start,cut,1,SN-7,air,\n\n"
    log = read_event_log(_write(tmp_path, text), SERVERS)
    assert [(e.time_min, e.event, e.server, e.unit) for e in log.entries] == [
        (0.0, "release", -1, 0),
        (2.25, "start", 1, 0),
        (12.5, "finish", 1, 0),
    ]
    assert (log.begin_min, log.end_min, log.date) == (0.0, 12.5, "")
    assert log.resolution_min == pytest.approx(0.01)


def test_iso_times_count_from_monday(tmp_path):
    """Proves: 2026-03-04 is a Wednesday, so 06:30 of it is minute 2 x 1440 + 390; the log's day is its last one.
    Sensitivity: counted from the first event, every shift of the week would fall elsewhere."""
    text = "time,event,station,unit\n2026-03-04T06:30:00,release,cut,1\n2026-03-05T00:00:30,exit,,1\n"
    log = read_event_log(_write(tmp_path, text), SERVERS)
    assert [entry.time_min for entry in log.entries] == pytest.approx([3270.0, 4320.5])
    assert log.date == "2026-03-05"
    assert log.resolution_min == pytest.approx(1 / 60)


def test_iso_times_with_offsets(tmp_path):
    """Proves: an hour that is left out in spring is not counted as an hour of work.
    Sensitivity: by the wall's clock the unit would have been inside for two hours."""
    text = "time,event,station,unit\n2026-03-08T01:30:00-06:00,release,cut,1\n2026-03-08T03:30:00-05:00,exit,,1\n"
    log = read_event_log(_write(tmp_path, text), SERVERS)
    assert log.end_min - log.begin_min == pytest.approx(60.0)


def test_all_mistakes_at_once_with_their_lines(tmp_path):
    """Proves: every mistake is named with line and column, a known word is offered, and one that comes again is told
    once. Sensitivity: stopping at the first, a user would mend a log of a million lines one by one."""
    rows = [
        "x,start,cut,0,1,a,",
        "1,begin,cut,0,1,a,",
        "2,start,cutt,0,1,a,",
        "3,start,cutt,0,1,a,",
        "4,finish,cut,0,1,a,good",
        "5,fail,cut,,,a,",
        "6,start,cut,2,1,a,",
        "7,start,cut,one,1,a,",
        "nan,start,wash,99,1,a,",
    ]
    with pytest.raises(InputError) as caught:
        read_event_log(_write(tmp_path, HEADER + "\n".join(rows)), SERVERS)
    told = [str(problem) for problem in caught.value.problems]
    assert [line.split(":")[1].strip() for line in told] == [
        "line 2, time_min", "line 3, event", "line 4, station", "line 6, detail", "line 7, server", "line 8, server",
        "line 9, server", "line 10, time_min",
    ]  # fmt: skip
    assert "did you mean cut?" in told[2]
    assert "and on 1 more lines" in told[2]
    assert "servers 0 to 1" in told[5]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no column"),
        ("time_min,event,unit\n", "no column station"),
        (HEADER, "no events"),
        ("time,event,station,unit\nyesterday,start,cut,1\n", "no ISO time"),
        ("time,event,station,unit\n2026-03-02T00:00,start,cut,1\n2026-03-02T00:00Z,start,cut,1\n", "have none"),
    ],
)
def test_logs_of_no_use(tmp_path, text, what):
    """Proves: a log without columns, without events or with times that cannot be compared is refused by name."""
    with pytest.raises(InputError, match=what):
        read_event_log(_write(tmp_path, text), SERVERS)


def test_a_file_that_is_not_there(tmp_path):
    """Proves: a missing file, a folder and a file of another kind are input errors, not tracebacks."""
    with pytest.raises(InputError, match="no such file"):
        read_event_log(tmp_path / "none.csv", SERVERS)
    with pytest.raises(InputError, match="cannot be read"):
        read_event_log(tmp_path, SERVERS)
    (tmp_path / "events.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_event_log(tmp_path / "events.csv", SERVERS)
