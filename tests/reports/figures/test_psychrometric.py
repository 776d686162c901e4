"""Outdoor air, inlets and limits on the psychrometric chart."""

import numpy as np
import pytest

from reports.figures import psychrometric
from reports.figures.cooling_modes import LOOKS
from reports.figures.psychrometric import MOST_POINTS, modes_by_hour, thinned
from sites import air
from twin.model.contracts import Outcome
from twin.model.thermal.hall_modes import Mode

PARTS = {"y": "outdoors", "y2": "at the inlet"}


@pytest.fixture(scope="module")
def drawn(contents):
    return psychrometric.panel(contents)


def points(panel, axis):
    """States of all drawn hours of one part of the figure: dry bulb [C] and humidity ratio [g/kg] by words."""
    words = {look[0] for look in LOOKS.values()}
    return {
        trace.name: np.column_stack([np.asarray(trace.x, dtype=float), np.asarray(trace.y, dtype=float)])
        for trace in panel.figure.data
        if trace.mode == "markers" and (trace.yaxis or "y") == axis and trace.name in words
    }


def line(panel, start, axis="y"):
    return next(
        trace
        for trace in panel.figure.data
        if trace.mode == "lines" and (trace.yaxis or "y") == axis and trace.name.startswith(start)
    )


@pytest.mark.parametrize("missing", [{"summary": {"heat": None}}, {"without": ("heat",)}])
def test_no_figure_without_an_account_of_heat(altered, missing):
    """Proves: a run with a given load and one of before heat was accounted for have no figure and raise nothing."""
    assert psychrometric.panel(altered(**missing)) is None


def test_modes_of_the_plan_are_those_that_the_summary_counts(contents):
    """Proves: colours come from the same rule as the account of hours, hour by hour and month by month.
    Sensitivity: pads taken for open air would move 208 hours."""
    modes = modes_by_hour(contents)
    for mode in Mode:
        counts = np.bincount(contents.month[modes == mode], minlength=12)
        assert counts.tolist() == contents.summary["heat"]["hours_by_mode_and_month"][mode.label]


def test_points_are_hours_of_the_weather_in_their_own_colour(contents, drawn):
    """Proves: each outdoor point is an hour that the plan cools in the way of its colour, and 2,000 are drawn.
    Sensitivity: kg/kg on the axis would stand at 0.01, a shifted mode would put points under a wrong name."""
    modes = modes_by_hour(contents)
    state = np.column_stack([contents.weather.values("dry_bulb_c"), 1000.0 * contents.weather.values("humidity_ratio")])
    shown = points(drawn, "y")
    assert sum(len(those) for those in shown.values()) == MOST_POINTS
    for mode, (words, *_) in LOOKS.items():
        own = state[modes == mode]
        for there in shown[words][::20]:
            assert np.abs(own - there).max(axis=1).min() < 0.051, words


def test_inlets_are_means_over_replications_in_which_units_burn(contents, drawn):
    """Proves: the lower part holds only hours of open air or pads in which units burn, at the mean temperature and
    mean humidity ratio of the replications.
    Sensitivity: hours with coils, in which the outcome holds what open air would give, would add some 1,300."""
    outcome, modes = contents.outcome, modes_by_hour(contents)
    burning = (outcome.values("burning_units") > 0).any(axis=0)
    hours = np.flatnonzero(burning & ((modes == Mode.OPEN_AIR) | (modes == Mode.PADS)))
    inlet_c = outcome.values("inlet_c")
    ratio = air.humidity_ratio_from_relative_humidity(
        inlet_c, outcome.values("inlet_relative_humidity"), contents.weather.values("pressure_pa")
    )
    own = np.column_stack([inlet_c.mean(axis=0), 1000.0 * ratio.mean(axis=0)])[hours]
    row = next(row for row in drawn.table.rows if row[0] == "at the inlet, in outdoor air")
    assert row[1:3] == (hours.size, MOST_POINTS)
    assert row[3:6] == pytest.approx(np.quantile(own[:, 0], (0, 0.5, 1)))
    assert row[6:] == pytest.approx(np.quantile(own[:, 1], (0, 0.5, 1)))
    shown = points(drawn, "y2")
    assert set(shown) == {"open air", "air through wet pads"}
    assert sum(len(those) for those in shown.values()) == MOST_POINTS


def test_a_replication_without_burning_units_has_no_inlet(contents, altered):
    """Proves: an hour's mean is over the replications that burn in it, and an hour in which none does is left out.
    Sensitivity: averaging over all six would draw the hour at 20 C, half of the way to the 40 C that nobody met."""
    hour = int(np.flatnonzero(modes_by_hour(contents) == Mode.OPEN_AIR)[5])
    data = contents.outcome.data.copy(deep=True)
    units, inlet = data["burning_units"], data["inlet_c"]
    units.values[:], inlet.values[:] = 0.0, 40.0
    units.values[2, hour], inlet.values[2, hour] = 7.0, 10.0
    data["inlet_relative_humidity"].values[:] = 0.5
    panel = psychrometric.panel(altered(outcome=Outcome(data)))
    (those,) = points(panel, "y2").values()
    pressure = contents.weather.values("pressure_pa")[hour]
    assert those[0] == pytest.approx(
        [10.0, 1000.0 * air.humidity_ratio_from_relative_humidity(10.0, 0.5, pressure)], abs=0.006
    )
    assert len(those) == 1


def test_limits_and_saturation_are_drawn_in_both_parts(contents, drawn):
    """Proves: lines are the summary's in g/kg with the limit's value in the legend, an empty one is left out, and the
    saturation line is that of the mean pressure. Sensitivity: at sea level it would lie 2 % lower."""
    for axis in PARTS:
        for name, label in (("inlet", "highest inlet, 38 °C"), ("dew point", "highest dew point, 20 °C"),
                            ("relative humidity", "highest relative humidity, 90 %")):  # fmt: skip
            given, shown = contents.summary["heat"]["chart"]["lines"][name], line(drawn, label, axis)
            np.testing.assert_allclose(np.asarray(shown.x, dtype=float), given["dry_bulb_c"], atol=0.006)
            np.testing.assert_allclose(
                np.asarray(shown.y, dtype=float), np.multiply(1000, given["humidity_ratio"]), atol=0.006
            )
        saturated = line(drawn, "saturated air", axis)
        at_20 = np.interp(20.0, np.asarray(saturated.x, dtype=float), np.asarray(saturated.y, dtype=float))
        assert at_20 == pytest.approx(1000.0 * float(air.humidity_ratio_from_dew_point(20.0, 99_300.0)), abs=0.02)
    assert not any("WBGT" in (trace.name or "") for trace in drawn.figure.data)


def test_every_point_lies_within_the_axes(contents, drawn):
    """Proves: both axes hold the whole year and the upright limits, although a line begins at -44 C.
    Sensitivity: axes that follow that line would press the cloud into a corner."""
    low, high = drawn.figure.layout.xaxis.range
    bottom, top = drawn.figure.layout.yaxis.range
    dry = contents.weather.values("dry_bulb_c")
    assert -10 < low < dry.min()
    assert max(dry.max(), 38.0) < high < 50
    assert bottom == 0.0
    assert 1000.0 * contents.weather.values("humidity_ratio").max() < top < 40


def test_worst_hours_are_circled_where_they_are(contents, drawn):
    """Proves: the five hours of the table are circled at their own outdoor state, whether drawn by lot or not."""
    circles = next(trace for trace in drawn.figure.data if trace.name == "hours of highest cooling power")
    hours = [each["hour"] for each in contents.summary["heat"]["worst_hours"]]
    np.testing.assert_allclose(
        np.asarray(circles.x, dtype=float), contents.weather.values("dry_bulb_c")[hours], atol=0.051
    )


def test_the_lot_is_fair_and_the_same_each_time():
    """Proves: no more than asked, no hour twice, each time the same, and every hour of the day and month of the year
    has its share. Sensitivity: every fourth hour would leave 18 hours of the day out."""
    hours = np.arange(8760)
    lot = thinned(hours)
    assert lot.size == MOST_POINTS == np.unique(lot).size
    np.testing.assert_array_equal(lot, thinned(hours))
    for count, expected in ((np.bincount(lot % 24), 2000 / 24), (np.bincount(lot // 730), 2000 / 12)):
        assert (np.abs(count - expected) < 4.0 * np.sqrt(expected)).all()
    np.testing.assert_array_equal(thinned(np.arange(100)), np.arange(100))


def test_caption_counts_what_the_limits_rule_out(contents, drawn):
    """Proves: hours hotter than the highest inlet and moister than the highest dew point are counted over all hours of
    the year, and those with heat to carry apart. Sensitivity: counted in the drawn points they would be a quarter."""
    weather, modes = contents.weather, modes_by_hour(contents)
    hot = int((weather.values("dry_bulb_c") > 38.0).sum())
    damp = weather.values("humidity_ratio") > 0.015
    caption = drawn.caption.replace("\u00a0", " ")
    assert f"hotter than the highest inlet in {hot} hours" in caption
    assert f"moister than the highest dew point allows in {int(damp.sum())} hours" in caption
    assert f"heat to carry in {int((damp & (modes != Mode.IDLE)).sum())} hours" in caption
    assert "2,000 of 8,760 hours outdoors" in caption
    assert "99.3 kPa" in caption


def test_a_run_that_was_not_played_has_outdoor_air_only(altered, contents):
    """Proves: without an outcome the figure has one part, the table's inlet row is empty, and the caption has no lower
    part; limits that no hour passes read "no hour"."""
    heat = contents.summary["heat"]
    lines = {**heat["chart"]["lines"], "inlet": {"dry_bulb_c": [60.0, 60.0], "humidity_ratio": [0.0, 0.1]},
             "dew point": {"dry_bulb_c": [5.0, 60.0], "humidity_ratio": [0.1, 0.1]}}  # fmt: skip
    changed = {"heat": {**heat, "chart": {**heat["chart"], "lines": lines}}}
    panel = psychrometric.panel(altered(changed, outcome=None))
    assert points(panel, "y2") == {}
    assert panel.table.rows[-1][1:] == (0, 0, None, None, None, None, None, None)
    assert "Below is" not in panel.caption
    assert "hotter than the highest inlet in no hour and moister than the highest dew point allows in no hour." in (
        panel.caption
    )
