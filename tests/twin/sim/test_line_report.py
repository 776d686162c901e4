"""The document of `twin line`."""

import json

import pytest

from sites.errors import InputError
from twin.model.plant import starter_file
from twin.sim.line_report import line_document, read_line

LINE = """
[line]
first = "cut"
[[line.stations]]
name = "cut"
process_time = { mean_min = 6, law = "deterministic" }
working_kw = 2.0
next = "bore"
[[line.stations]]
name = "bore"
servers = 2
buffer = 1
process_time = { mean_min = 10, law = "exponential" }
"""


def _file(tmp_path, text):
    file = tmp_path / "line.toml"
    file.write_text(text)
    return file


def test_a_file_with_nothing_but_a_line_is_enough(tmp_path):
    """Proves: every quantity of the interface is there with its mean and half-width, and the document is JSON."""
    document = line_document(_file(tmp_path, LINE), 50, 5, 3, 1, 1)
    assert set(document["stations"]["bore"]) == {"utilisation", "wait_h", "queue", "blocked", "starved", "down"}
    assert {"throughput_per_h", "wip", "cycle_time_h", "power_kw"} < set(document)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    cut = {quantity: found["mean"] for quantity, found in document["stations"]["cut"].items()}
    assert cut["utilisation"] + cut["blocked"] == pytest.approx(1)
    assert document["power_kw"]["mean"] == pytest.approx(2 * cut["utilisation"])
    assert document["throughput_per_h"]["half_width"] > 0


def test_a_whole_plant_file_has_a_burn_in_too():
    """Proves: the starter plant runs from its file, with the shares of its slots beside those of its stations."""
    document = line_document(starter_file(), 30, 24, 1, 1, 1)
    burn_in = {quantity: found["mean"] for quantity, found in document["stations"]["burn_in"].items()}
    assert 0.8 < burn_in["utilisation"] < 1  # saturated: 43 units an hour hold 518 of 576 slots
    assert burn_in["utilisation"] + burn_in["blocked"] + burn_in["starved"] == pytest.approx(1, abs=0.05)


def test_no_unit_out_is_no_cycle_time(tmp_path):
    """Proves: a mean of nothing is null. Sensitivity: 0 would be a wonderful cycle time, and NaN is no JSON."""
    document = line_document(_file(tmp_path, LINE.replace("mean_min = 10", "mean_min = 1e9")), 1, 0, 2, 1, 1)
    assert document["cycle_time_h"] == {"mean": None, "half_width": None}
    assert document["throughput_per_h"]["mean"] == 0


def test_wrong_files_and_lengths_are_refused_with_a_cure(tmp_path):
    """Proves: a misspelt key, a burn-in of nothing and a run of no length are named."""
    with pytest.raises(InputError, match="workin_kw"):
        read_line(_file(tmp_path, LINE.replace("working_kw", "workin_kw")))
    with pytest.raises(InputError, match="longer"):
        line_document(_file(tmp_path, LINE), 0, 0, 1, 1, 1)
    burn_in = "\n".join(
        ["[burn_in]", "hours=1", "slots_per_rack=1", "racks=1", "least_racks=1", "most_racks=1", "zone_kw=5",
         "load_min=0", "unload_min=0", "people_per_crew=1", 'skill="x"', "infant_weibull_shape=1",
         "infant_weibull_scale_h=1e9", 'next="cut"', 'on_failure="cut"']
    )  # fmt: skip
    with pytest.raises(InputError, match="products"):
        read_line(_file(tmp_path, LINE + burn_in))
