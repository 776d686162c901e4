import gzip
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from sites.errors import InputError
from sites.load import read_load_csv


def times(year=2026, minutes=60, count=8760):
    start = datetime(year, 1, 1)
    return [(start + k * timedelta(minutes=minutes)).isoformat(timespec="minutes") for k in range(count)]


def written(folder: Path, columns: dict[str, list], name="load.csv") -> Path:
    rows = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    text = "\n".join(rows) + "\n"
    file = folder / name
    if name.endswith(".gz"):
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text)
    return file


def problems(file: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_load_csv(file)
    return str(caught.value)


def test_hours_quarter_hours_and_gzip(tmp_path: Path):
    """Proves: 8760 rows are hours and 35040 quarter hours, packed or not, with a cooling column beside.
    Sensitivity: quarter hours read as hours would be four years."""
    hourly = read_load_csv(
        written(
            tmp_path,
            {"time": times(), "load_kw": list(range(8760)), "cooling_kw_th": [2.5] * 8760, "note": ["x"] * 8760},
        )
    )
    assert (hourly.interval_minutes, hourly.year, len(hourly.load_kw)) == (60, 2026, 8760)
    assert hourly.load_kw[-1] == 8759
    assert hourly.cooling_kw_th is not None
    assert hourly.cooling_kw_th.sum() == 2.5 * 8760
    quarters = read_load_csv(written(tmp_path, {"load_kw": [1.5] * 35040}, "q.csv.gz"))
    assert (quarters.interval_minutes, quarters.year, quarters.cooling_kw_th) == (15, None, None)


def test_29_february_is_dropped(tmp_path: Path):
    """Proves: of 8784 hours those of 29 February go, with a time column or without; a file may also skip the day.
    Sensitivity: dropping the last day instead would shift ten months by a day."""
    values = list(range(8784))
    kept = [v for v in values if not 59 * 24 <= v < 60 * 24]
    for columns in ({"load_kw": values}, {"time": times(2024, 60, 8784), "load_kw": values}):
        assert read_load_csv(written(tmp_path, columns)).load_kw.tolist() == kept
    skipped = [t for k, t in enumerate(times(2024, 60, 8784)) if not 1416 <= k < 1440]
    assert read_load_csv(written(tmp_path, {"time": skipped, "load_kw": [1] * 8760})).year == 2024
    assert "2026 has 8760" in problems(written(tmp_path, {"time": times(2026, 60, 8784), "load_kw": values}))


@pytest.mark.parametrize(
    ("cell", "message"),
    [("", "is not a number"), ("nan", "not finite"), ("-3", "is negative"), ("inf", "not finite")],
)
def test_a_bad_value_is_named_with_its_line(tmp_path: Path, cell, message):
    """Proves: line (from 1, the header is line 1), column and value are in the message, and all of them.
    Sensitivity: a gap read as 0 kW would lower the bill in silence."""
    values = ["1.0"] * 8760
    values[10] = values[20] = cell
    text = problems(written(tmp_path, {"time": times(), "load_kw": values}))
    assert "line 12, column load_kw" in text
    assert "line 22, column load_kw" in text
    assert message in text


def test_wrong_counts_and_columns(tmp_path: Path):
    """Proves: the number of rows and a missing, doubled or misspelt column are refused with a cure.
    Sensitivity: load_mw taken as load_kw would be a thousandth of the bill."""
    assert "8759 rows" in problems(written(tmp_path, {"load_kw": [1] * 8759}))
    assert "did you mean load_mw" in problems(written(tmp_path, {"load_mw": [1] * 8760}))
    doubled = tmp_path / "d.csv"
    doubled.write_text("load_kw,load_kw\n" + "1,1\n" * 8760)
    assert "two columns load_kw" in problems(doubled)
    (tmp_path / "empty.csv").write_text("")
    assert "is empty" in problems(tmp_path / "empty.csv")
    assert "no such file" in problems(tmp_path / "none.csv")


def test_time_must_run_without_gap_in_standard_time(tmp_path: Path):
    """Proves: a gap, a repeated hour (daylight saving), a late start, a changing offset and no time are refused.
    Sensitivity: a year in civil time would have its summer an hour late for every charge."""
    civil = [*times()[:1610], *times()[1611:], "2027-01-01T00:00"]
    assert "line 1612, column time: 2026-03-09T03:00 follows 2026-03-09T01:00" in problems(
        written(tmp_path, {"time": civil, "load_kw": [1] * 8760})
    )
    repeated = [*times()[:100], times()[99], *times()[100:-1]]
    assert "line 102" in problems(written(tmp_path, {"time": repeated, "load_kw": [1] * 8760}))
    late = times(2026, 60, 8761)[1:]
    assert "begin on 1 January" in problems(written(tmp_path, {"time": late, "load_kw": [1] * 8760}))
    offsets = [t + ("-05:00" if 2000 < k < 6000 else "-06:00") for k, t in enumerate(times())]
    assert "offset from UTC changes" in problems(written(tmp_path, {"time": offsets, "load_kw": [1] * 8760}))
    no_time = times()
    no_time[5] = "six o'clock"
    assert "line 7, column time" in problems(written(tmp_path, {"time": no_time, "load_kw": [1] * 8760}))


def test_quarter_hours_with_time(tmp_path: Path):
    """Proves: the step of the time column follows the number of rows.
    Sensitivity: an hourly step would refuse every quarter hour."""
    load = read_load_csv(written(tmp_path, {"time": times(2026, 15, 35040), "load_kw": [2] * 35040}))
    assert load.interval_minutes == 15
    assert np.all(load.load_kw == 2)
