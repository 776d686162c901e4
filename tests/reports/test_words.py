import numpy as np
import pytest

from reports import words

SPACE = words.SPACE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_240_000, f"$1.24{SPACE}M"), (12_915_800, f"$12.9{SPACE}M"), (127_000_000, f"$127{SPACE}M"),
        (92_340, f"$92.3{SPACE}k"), (999_600, f"$1.00{SPACE}M"), (9_994, "$9,994"), (-61_500, f"−$61.5{SPACE}k"),
        (0, "$0"), (None, "not known"),
    ],
)  # fmt: skip
def test_headline_money_has_three_figures(value, text):
    """Proves: money in headlines keeps three figures and its sign, across the change of unit.
    Sensitivity: a limit at exactly one million would write 999,600 as "$1000 k"."""
    assert words.usd_short(value) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1234.5, 1, "1,234.5"), (-1234.4, 0, "−1,234"), (-0.2, 0, "0"), (np.nan, 0, "not known")],
)
def test_numbers_have_separators_and_no_negative_zero(value, digits, text):
    """Proves: thousands are parted, the minus is a true minus, and what rounds to nothing has no sign.
    Sensitivity: plain formatting would print "-0"."""
    assert words.number(value, digits) == text


def test_moments_are_dates_of_the_right_weekday():
    """Proves: 14 July 2026 is called a Tuesday, whatever the machine's language.
    Sensitivity: counting weekdays from Thursday (1 January 1970) without the shift would say Saturday."""
    assert words.moment(np.datetime64("2026-07-14T15")) == "Tuesday 14 July, 15:00"
    assert words.day(np.datetime64("2026-12-31")) == "31 December"


def test_energy_takes_the_unit_that_keeps_it_short():
    """Proves: kWh, MWh and GWh change over at ten thousand and a million."""
    assert [words.energy(value) for value in (9_999, 12_345, 4_615_049)] == [
        f"9,999{SPACE}kWh", f"12{SPACE}MWh", f"4.62{SPACE}GWh",
    ]  # fmt: skip


def test_the_course_of_a_year_is_told_by_its_ends():
    """Proves: a number that does not change is not told as a range."""
    assert words.course([7] * 12) == "stay at 7 all year"
    assert words.course([2, *[5] * 10, 8]) == "go from 2 (January) to 8 (December)"


def test_lists_end_with_and():
    assert words.listed(["racks"]) == "racks"
    assert words.listed(["racks", "chillers", "a battery"]) == "racks, chillers and a battery"
    assert words.listed([]) == "nothing"
