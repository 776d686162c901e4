"""Writing findings into a plant file: what changes, what stays, and what is never written."""

import tomllib
from pathlib import Path

import pytest

from sites.errors import InputError
from sites.figures import take_figures
from twin.sim.calibration.findings import Change, Finding
from twin.sim.calibration.plant_file import calibrated_text, write_plant

PLANT = """\
# what stands above stays
name = "small"
[line]
[[line.stations]]
name = "cut"   # the saw
process_time = { mean_min = { value = 8, source = "me", date = "2026", confidence = "low" }, cv = 0.4 } # mine
next = "test"
[[line.stations]]
name = "test"
first_pass_yield = 0.9 # so they say
[line.stations.process_time]
mean_min = 4
cv = 0.2
"""


def _finding(station, *changes):
    return Finding(station, "x", 60, {}, changes, how="60 samples, gamma by AIC", confidence="medium")


def _written(*findings):
    return calibrated_text(PLANT, findings, "events.csv", "2026-11-23")


def test_a_number_is_written_with_its_origin():
    """Proves: the new mean has source, date, confidence and interval where it stands, and reads as the plain number.
    Sensitivity: written beside the old origin, it would be called a guess of 2026."""
    text = _written(_finding("cut", Change(("process_time", "mean_min"), 9.5, "95 % interval 9 to 10 min")))
    plain, figures = take_figures(tomllib.loads(text))
    assert plain["line"]["stations"][0]["process_time"] == {"mean_min": 9.5, "cv": 0.4}
    (figure,) = figures
    assert figure.source == "fitted: 60 samples of events.csv, gamma by AIC"
    assert (figure.date, figure.confidence, figure.note) == ("2026-11-23", "medium", "95 % interval 9 to 10 min")


def test_all_else_stays():
    """Proves: lines that nothing was found for stay byte for byte, and a comment stays behind its number.
    Sensitivity: written anew from what was read, every comment and every other origin would be gone."""
    text = _written(_finding("test", Change(("first_pass_yield",), 0.88, "measured")))
    old, new = PLANT.splitlines(), text.splitlines()
    assert [place for place, line in enumerate(old) if new[place] != line] == [9]
    assert new[9].startswith("first_pass_yield = { value = 0.88, source = ")
    assert new[9].endswith("# so they say")


def test_keys_come_and_go():
    """Proves: a law that fixes its spread takes the cv away, a missing table is made, a default that is not there is
    not written."""
    text = _written(
        _finding("test", Change(("process_time", "law"), "exponential"), Change(("process_time", "cv"), None)),
        _finding("cut", Change(("breakdowns", "mtbf_h"), 50.0, "m"), Change(("breakdowns", "mttr_cv"), None)),
        _finding("cut", Change(("breakdowns", "mtbf_law"), "exponential", default="exponential")),
    )
    cut, test = take_figures(tomllib.loads(text))[0]["line"]["stations"]
    assert test["process_time"] == {"mean_min": 4, "law": "exponential"}
    assert cut["breakdowns"] == {"mtbf_h": 50.0}


def test_a_new_key_stays_with_its_table():
    """Proves: keys that are new stand behind the table's last one, before the blank line and the comment of the next.
    Sensitivity: appended, they would stand below the comment, or run into the next table's header."""
    plant = PLANT.replace("cv = 0.2\n", 'cv = 0.2\n\n# about packing\n[[line.stations]]\nname = "pack"\n')
    text = calibrated_text(
        plant,
        [_finding("test", Change(("process_time", "law"), "weibull"), Change(("scrap_fraction",), 0.02, "m"))],
        "l",
        "d",
    )
    assert 'cv = 0.2\nlaw = "weibull"\n\n# about packing\n[[line.stations]]\nname = "pack"\n' in text
    assert text.index("scrap_fraction") < text.index("[line.stations.process_time]")
    assert take_figures(tomllib.loads(text))[0]["line"]["stations"][1]["scrap_fraction"] == 0.02


def test_a_list_inside_a_station():
    """Proves: the second set-up is changed, the first stays. Sensitivity: a path by name only would find neither."""
    plant = PLANT + 'set_ups = [ { time = { mean_min = 1 } }, { time = { mean_min = 2 }, to = "b" } ]\n'
    plant = plant.replace("[line.stations.process_time]\nmean_min = 4\ncv = 0.2\n", "")
    finding = _finding("test", Change(("set_ups", 1, "time", "mean_min"), 6.0, "m"))
    station = take_figures(tomllib.loads(calibrated_text(plant, [finding], "l", "2026")))[0]["line"]["stations"][1]
    assert [entry["time"]["mean_min"] for entry in station["set_ups"]] == [1, 6.0]


def test_whole_or_not_at_all(tmp_path):
    """Proves: text that is no plant leaves neither a new file nor the half of one, and the old one as it was.
    Sensitivity: written in place, a yield of 1.2 would stand in the file that is used from then on."""
    out = tmp_path / "new.toml"
    out.write_text("old")
    with pytest.raises(InputError, match="first_pass_yield"):
        write_plant(PLANT.replace("0.9 ", "1.2 "), out, [])
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]
    write_plant(PLANT, out, [])
    assert out.read_text() == PLANT
    assert list(tmp_path.iterdir()) == [out]


def test_what_was_read_is_not_written_over(tmp_path):
    """Proves: the plant file is refused as output by its name, by another way to it and through a link."""
    plant = tmp_path / "plant.toml"
    plant.write_text(PLANT)
    link = tmp_path / "link.toml"
    link.symlink_to(plant)
    (tmp_path / "sub").mkdir()
    for out in (plant, tmp_path / "sub" / ".." / "plant.toml", link):
        with pytest.raises(InputError, match="not written over"):
            write_plant(PLANT + "# new\n", out, [plant])
    assert plant.read_text() == PLANT
    for out, what in ((tmp_path, "a folder"), (tmp_path / "none" / "x.toml", "cannot be written")):
        with pytest.raises(InputError, match=what):
            write_plant(PLANT, out, [plant])


def test_the_starter_plant_keeps_its_comments():
    """Proves: a number of the starter plant is changed and one line differs."""
    text = (Path(__file__).parents[4] / "twin" / "model" / "starter.toml").read_text()
    finding = _finding("pack", Change(("process_time", "mean_min"), 5.5, "m"))
    new = calibrated_text(text, [finding], "l.csv", "2026")
    changed = [(a, b) for a, b in zip(text.splitlines(), new.splitlines(), strict=True) if a != b]
    assert len(changed) == 1
    assert "value = 5.5" in changed[0][1]
