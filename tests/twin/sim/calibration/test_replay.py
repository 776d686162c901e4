"""Playing a log's material through a line."""

import pytest

from twin.model.line_file import LineFile
from twin.sim.calibration.flow import Flow, flow_of
from twin.sim.calibration.replay import compare, replay, with_releases


def test_releases_become_the_material(plain):
    """Proves: each product comes when the log says, at its station, in place of the file's own arrivals."""
    spec = plain.line(
        plain.station("x", 5, next="y"), plain.station("y", 5), arrivals=plain.arrivals(10, "exponential")
    )
    flow = Flow(releases_min={("x", "a"): [30.0, 90.0], ("", "b"): [60.0], ("y", ""): [0.0]})
    line, always = with_releases(spec, flow)
    found = {(a.at, a.product): a.times_h for a in line.arrivals}
    assert found == {("x", "a"): (0.5, 1.5), ("x", "b"): (1.0,), ("y", None): (0.0,)}
    assert always == ()


def test_material_that_is_always_there_stays(plain):
    """Proves: at a station that is always fed the releases of the log are not its material: they follow the line.
    Sensitivity: played as a plan, a line that is faster than the log could never show it."""
    spec = plain.line(plain.station("x", 5))
    line, always = with_releases(spec, Flow(releases_min={("x", "a"): [0.0, 5.0]}))
    assert always == ("x",)
    assert [a.always for a in line.arrivals] == [True]


def test_a_deterministic_log_is_replayed_exactly(plain, log):
    """Proves: units of 5 minutes released at 0, 2 and 20 leave at 5, 10 and 25 in the replay as in the log: no error in
    throughput, WIP and cycle time. Sensitivity: released at the file's own intervals, none of the three would agree."""
    spec = plain.line(plain.station("x", 5), arrivals=plain.arrivals(7))
    events = [
        (0, "release", "x", -1, 1), (2, "release", "x", -1, 2), (5, "exit", "", -1, 1), (10, "exit", "", -1, 2),
        (20, "release", "x", -1, 3), (25, "exit", "", -1, 3),
    ]  # fmt: skip
    seen = log(*events)
    played = replay(LineFile(line=spec), seen, flow_of(seen, spec), replications=2, seed=1, workers=1)
    document = played.report(seen.hours)
    assert document["throughput_per_h"]["mean"] == pytest.approx(3 / 25 * 60, rel=1e-5)
    assert document["cycle_time_h"]["log"] == pytest.approx((5 + 8 + 5) / 3 / 60, rel=1e-5)
    for quantity in ("throughput_per_h", "wip", "cycle_time_h"):
        assert document[quantity]["error"] == pytest.approx(0.0, abs=1e-5)
        assert document[quantity]["within"]


def test_a_log_that_begins_later(plain, log):
    """Proves: a log of minutes 600 to 625 is played at its own times, and measured over its own 25 minutes.
    Sensitivity: measured from 0, the throughput would be 25 times too small."""
    spec = plain.line(plain.station("x", 5), arrivals=plain.arrivals(7))
    seen = log(
        (600, "release", "x", -1, 1), (605, "exit", "", -1, 1), (620, "release", "x", -1, 2), (625, "exit", "", -1, 2)
    )
    played = replay(LineFile(line=spec), seen, flow_of(seen, spec), replications=2, seed=1, workers=1)
    assert played.quantities["throughput_per_h"]["mean"] == pytest.approx(4.8, rel=1e-5)
    assert played.quantities["wip"]["error"] == pytest.approx(0.0, abs=1e-5)


def test_comparison_by_hand():
    """Proves: of 9, 10 and 11 the mean is 10, its half-width 2.48, and one more run is expected within
    4.303 x 1 x sqrt(4/3) = 4.97 of it. Sensitivity: held to the half-width, a right line would often fail."""
    found = compare(14.5, [9.0, 10.0, 11.0])
    assert (found["mean"], found["half_width"]) == (10.0, pytest.approx(2.484, abs=1e-3))
    assert found["error"] == pytest.approx(-4.5 / 14.5, rel=1e-5)
    assert found["expected"] == pytest.approx([5.03, 14.97], abs=0.01)
    assert found["within"]
    assert not compare(15.1, [9.0, 10.0, 11.0])["within"]
    assert compare(None, [1.0])["mean"] is None
    assert compare(1.0, [float("nan"), 2.0])["mean"] is None


def test_nothing_to_replay(plain, log):
    """Proves: a log without releases, or of a single moment, is not played."""
    spec = plain.line(plain.station("x", 5))
    for seen in (log((0, "start", "x", 0, 1), (9, "finish", "x", 0, 1, "a", "pass")), log((0, "release", "x", -1, 1))):
        assert replay(LineFile(line=spec), seen, flow_of(seen, spec), replications=2, seed=1, workers=1) is None
