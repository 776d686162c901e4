"""Hours of each way of cooling and water, month by month."""

import numpy as np
import pytest

from reports.figures import cooling_modes
from reports.figures.cooling_modes import LOOKS, mode_words
from twin.model.thermal.hall_modes import Mode

HOURS_OF_MONTHS = 24 * np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@pytest.fixture
def heat(contents):
    return contents.summary["heat"]


def with_heat(altered, heat, **changes):
    return cooling_modes.panel(altered({"heat": {**heat, **changes}}))


def only(mode, hours):
    """An account in which one way of cooling has *hours* in every month and nothing else happens."""
    by_month = {each.label: [0] * 12 for each in Mode}
    by_month[mode.label] = [hours] * 12
    return {
        "hours_by_mode": {label: sum(counts) for label, counts in by_month.items()},
        "hours_by_mode_and_month": by_month,
    }


@pytest.mark.parametrize("missing", [{"summary": {"heat": None}}, {"without": ("heat",)}])
def test_no_figure_without_an_account_of_heat(altered, missing):
    """Proves: a run with a given load and one of before heat was accounted for have no figure and raise nothing."""
    assert cooling_modes.panel(altered(**missing)) is None


def test_stacks_reach_the_hours_of_each_month(contents, heat):
    """Proves: the bars of the upper panel are the summary's hours and stack up to the hours of the month, each way of
    cooling that occurs drawn once; the lower panel is the water.
    Sensitivity: without the idle hours January would stand at 543 of its 744."""
    panel = cooling_modes.panel(contents)
    hours = {bar.name: np.asarray(bar.y, dtype=float) for bar in panel.figure.data if bar.yaxis == "y"}
    for mode, (words, *_) in LOOKS.items():
        np.testing.assert_array_equal(hours[words], heat["hours_by_mode_and_month"][mode.label])
    np.testing.assert_array_equal(sum(hours.values()), HOURS_OF_MONTHS)
    (water,) = (bar for bar in panel.figure.data if bar.yaxis == "y2")
    np.testing.assert_allclose(np.asarray(water.y, dtype=float), heat["water_m3_by_month"], atol=0.051)


def test_looks_tell_ways_apart_without_colour():
    """Proves: every mode has words, a colour, a hatch and a symbol of its own, so that print and eyes that see colours
    differently tell them apart."""
    assert set(LOOKS) == set(Mode)
    for codes in zip(*LOOKS.values(), strict=True):
        assert len(set(codes)) == len(Mode)
    assert mode_words("pads") == "air through wet pads"
    assert mode_words("magic") == "magic"


def test_table_holds_the_year(contents, heat):
    """Proves: a row a month with all five ways and the water, and their sums in the last row.
    Sensitivity: a column out of the order of its head would put coils' 1,168 hours under another way."""
    table = cooling_modes.panel(contents).table
    assert [row[0] for row in table.rows] == [*cooling_modes.MONTHS, "Year"]
    year = dict(zip([column.head for column in table.columns], table.rows[-1], strict=True))
    for mode, (words, *_) in LOOKS.items():
        assert year[f"{words}, hours"] == heat["hours_by_mode"][mode.label]
    assert year["water, m³"] == pytest.approx(contents.plan.values("water_m3").sum())
    assert sum(table.rows[6][1:6]) == 744


def test_caption_counts_hours_and_water(altered, heat):
    """Proves: the caption names shares of the year, the month in which coils work most (mixed hours counted) and the
    water with what evaporates of it.
    Sensitivity: without mixed hours the coils' count would be 10 instead of 30, most in March instead of May."""
    by_month = only(Mode.OPEN_AIR, 0)["hours_by_mode_and_month"]
    by_month["coils"][2], by_month["mixed"][4], by_month["open air"][0] = 10, 20, 8000
    by_month["idle"][0] = 730
    hours = {label: sum(counts) for label, counts in by_month.items()}
    water = [0.0] * 11 + [400.0]
    caption = with_heat(
        altered, heat, hours_by_mode=hours, hours_by_mode_and_month=by_month, water_m3_by_month=water,
        evaporated_m3=300.0,
    ).caption.replace("\u00a0", " ")  # fmt: skip
    assert "open air in 8,000 (91.3 %), outdoor air with coils in 20 (0.2 %) and coils in 10 (0.1 %)" in caption
    assert "in the other 730 it has no heat to carry" in caption
    assert "Chilled water is needed for it in 30 hours, most of all in May (20 hours)." in caption
    assert "takes 400 m³ of water in the year: 300 m³ evaporate, the rest is drained" in caption
    assert "December takes most, 400 m³." in caption


def test_caption_of_a_year_without_coils_water_or_heat(altered, heat):
    """Proves: a year of open air says that no chiller works and no water is taken, and an idle year says so instead of
    dividing by nothing; ways that never occur have no bar."""
    dry = {"water_m3_by_month": [0.0] * 12, "evaporated_m3": 0.0}
    open_air = with_heat(altered, heat, **only(Mode.OPEN_AIR, 730), **dry)
    assert "no chiller works for this hall" in open_air.caption
    assert "Cooling takes no water." in open_air.caption
    assert "there is heat to carry in all of them" in open_air.caption
    assert [bar.name for bar in open_air.figure.data] == ["open air", "water"]
    idle = with_heat(altered, heat, **only(Mode.IDLE, 730), **dry).caption
    assert idle.startswith("The burn-in hall has no heat to carry in 8,760 of the year's 8,760 hours.")
    assert "chiller" not in idle
