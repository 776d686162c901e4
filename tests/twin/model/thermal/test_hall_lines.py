"""The conditioned halls in straight lines: through what they are drawn, how they are moved, how far they are off."""

import numpy as np
import pytest

from sites import air
from twin.model.thermal.conditioned_halls import ConditionedHalls, HallPart
from twin.model.thermal.hall_library import hall_type
from twin.model.thermal.hall_lines import linear_halls, lines_through
from twin.model.thermal.outdoor_air import OutdoorAir

HOURS = 24 * 7 * 6
P = 101325.0


def weather(seed=3):
    """Six weeks from a mild spring to a humid summer, with sun."""
    random, hour = np.random.default_rng(seed), np.arange(HOURS)
    dry = 12 + 18 * hour / HOURS + 6 * np.sin((hour % 24 - 9) / 24 * 2 * np.pi) + random.normal(0, 1.0, HOURS)
    ratio = air.humidity_ratio_from_relative_humidity(dry, random.uniform(0.5, 0.95, HOURS), P)
    sun = 900.0 * np.maximum(np.sin((hour % 24 - 6) / 12 * np.pi), 0.0) * (hour % 24 < 18)
    return OutdoorAir.of(dry, ratio, np.full(HOURS, P), {"roof": sun, **dict.fromkeys(
        ("north", "east", "south", "west"), 0.4 * sun)})  # fmt: skip


def open_hours(first=6, last=22):
    hour = np.arange(HOURS)
    return ((hour % 24 >= first) & (hour % 24 < last) & (hour // 24 % 7 < 5)).astype(float)


def halls(held=True):
    """The library's assembly hall with the whole line, held around the clock or not."""
    hall = hall_type("assembly_hall").model_copy(update={"people": 0.0})
    own = open_hours(6, 14)
    return ConditionedHalls(
        (HallPart("assembly", hall, 1.0, open_hours(), 80.0 * own, np.full(HOURS, held)),), weather(), 8.0
    )


def test_two_lines_pass_through_four_years():
    """Proves: 40, 50 (10 people), 50 (50 kW) and 110 (100 kW) are met at each, and at 75 kW and 5 people the need is
    40 + 5 + 25 x 1.2 = 75. Sensitivity: one line through the ends gives 40 + 5 + 45 = 90."""
    lines = lines_through(*(np.array([v]) for v in (40.0, 50.0, 50.0, 110.0)), 100.0, 10.0)
    for need, kw, people in ((40, 0, 0), (50, 0, 10), (50, 50, 10), (110, 100, 10), (75, 75, 5)):
        assert lines.at(np.array([float(kw)]), np.array([float(people)])) == pytest.approx([need])
    assert lines.bent.tolist() == [True]


def test_points_that_bend_down_have_one_line():
    """Proves: 0, 0, 60 and 80 are one line of 0.8 kW a kW; no line of a minimum of two may lie above its points.
    Sensitivity: two lines would give 60 + 0.4 x 50 = 80 and -20 at nil, held to 0, but 1.2 x 100 = 120 at 100 kW."""
    lines = lines_through(*(np.array([v]) for v in (0.0, 0.0, 60.0, 80.0)), 100.0, 10.0)
    assert lines.bent.tolist() == [False]
    assert lines.at(np.array([100.0]), np.array([10.0])) == pytest.approx([80.0])


def test_moved_lines_give_what_is_true():
    """Proves: lines moved through 30, through nil where they say 20, and through nil where they are below it, give 30,
    0 and 0, and keep their slope. Sensitivity: moved up to nil where they were below it, an hour without a need would
    have one from the first kilowatt on."""
    year = np.array([20.0, 20.0, 0.0])
    lines = lines_through(year, year, year + 50.0, year + 100.0, 100.0, 10.0)
    line_kw, people = np.array([0.0, 0.0, -40.0]), np.zeros(3)
    moved = lines.through(np.array([30.0, 0.0, 0.0]), line_kw, people)
    assert moved.at(line_kw, people) == pytest.approx([30.0, 0.0, 0.0])
    assert moved.constant_kw[0] == pytest.approx([30.0, 0.0, 0.0])
    assert moved.per_kw == pytest.approx(lines.per_kw)


def test_a_line_of_nobody_and_nothing_changes_nothing():
    """Proves: without power and people the need is that of the halls alone. Sensitivity: 0 / 0."""
    year = np.array([20.0])
    assert lines_through(year, year, year, year, 0.0, 0.0).at(np.array([7.0]), np.array([3.0])) == pytest.approx([20.0])


@pytest.mark.parametrize(("first", "last", "power"), [(6, 22, 0.7), (6, 18, 0.5)])
def test_lines_follow_the_simulation(first, last, power):
    """Proves: for shifts and powers that the lines were not drawn for, a hall held around the clock needs within 1 % of
    the cold simulated and 2 % of its peak, and 8 % of the heat; fitted to these loads, what is simulated to rounding.
    Sensitivity: lines not moved through a usual year are 1.2 % off in cold and 23 % in heat, for the night keeps the
    day's drying."""
    place = halls()
    linear, _ = linear_halls(place, 160.0, 48.0, open_hours())
    line_kw, people = 160.0 * power * open_hours(first, last), 48.0 * power * open_hours(first, last)
    true = place.operate(line_kw, people)
    drawn = linear.cooling.at(line_kw, people)
    assert drawn.sum() == pytest.approx(true.cooling_kw_th.sum(), rel=0.01)
    assert linear.heat.at(line_kw, people).sum() == pytest.approx(true.heat_kw_th.sum(), rel=0.08)
    assert drawn.max() == pytest.approx(true.cooling_kw_th.max(), rel=0.02)
    fit = linear.fitted(place, line_kw, people)
    for lines, need in ((fit.cooling, true.cooling_kw_th), (fit.heat, true.heat_kw_th)):
        assert lines.at(line_kw, people)[lines.live] == pytest.approx(need[lines.live], abs=1e-6)
        assert need[~lines.live].sum() <= 1e-3 * need.sum()
    assert fit.water_m3 == pytest.approx(true.water_m3)
