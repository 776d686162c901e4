"""The section on sizes: money and margins of each item, what cannot be done, and that older runs do without it."""

import pytest

from reports.page import render
from reports.sizes import (
    cheaper_words,
    impossible_table,
    instead_table,
    item_name,
    item_rows,
    margins_table,
    margins_verdict,
    signed,
    sizes_section,
    sizes_table,
    verdict,
)


def change(size, step, planned, amount, usd, breaks=None, others=None):
    return {
        "size": size, "change": step, "planned": planned, "amount": amount, "usd_per_year": usd, "breaks": breaks,
        "others": others or {},
    }  # fmt: skip


def margin(size, condition, kind="design", **changes):
    return {
        "size": size, "unit": "kW of heat", "kind": kind, "condition": condition, "dry_bulb_c": 38.0,
        "wet_bulb_c": 23.6, "asks": 1000.0, "spare": 1, "stands_spare_out": 1100.0, "stands": 1500.0,
        "margin_spare_out": 0.1, "margin": 0.5, "source": "the station's design conditions", **changes,
    }  # fmt: skip


CHANGES = [
    change("racks_count", "more", 14.0, 15.0, 3161.0),
    change("racks_count", "less", 14.0, 13.0, -2924.0),
    change("chillers_count", "more", 5.0, 6.0, 23605.0),
    change("chillers_count", "less", 5.0, 4.0, None, "the need at the 0.4 % dry bulb with 1 chiller out"),
    change("chillers_count", "without", 5.0, 0.0, None, "the need at the 0.4 % dry bulb with 1 chiller out"),
    change("cold_store_kwh_th", "without", 2600.0, 0.0, 5039.0),
    change("battery_kw", "more", 0.0, 250.0, 44441.0),
    change("pads_kw_th", "without", 1420.0, 0.0, 60000.0, None, {"coils_kw_th": 1420.0, "chillers_count": 7.0}),
    change("sealed hall on coils alone", "way", 0.0, 1.0, 110725.0, None, {"pads_kw_th": 0.0}),
]
MARGINS = [
    margin("chillers_count", "0.4 % dry bulb"),
    margin("chillers_count", "0.4 % wet bulb", margin_spare_out=0.031),
    margin("chillers_count", "hottest in 20 years", "extreme", margin_spare_out=-0.02, margin=0.3),
    margin("coils_kw_th", "highest wet bulb on record", "extreme", margin_spare_out=-1.0, margin=-1.0),
    margin("service_firm_kw", "highest load of the plan", "plan", dry_bulb_c=None, wet_bulb_c=None),
]


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.fixture
def sized(altered):
    return altered({"alternatives": CHANGES, "margins": MARGINS})


@pytest.mark.parametrize("missing", [{"without": ("alternatives", "margins")}, {"summary": {"alternatives": []}}])
def test_older_runs_have_no_section(altered, missing):
    """Proves: without the keys the page is made without the section and without its place in the contents."""
    contents = altered(**missing)
    assert sizes_section(contents) is None
    page = render(contents)
    assert 'id="sizes"' not in page
    assert 'href="#sizes"' not in page


def test_the_section_follows_what_to_buy(sized):
    """Proves: the section stands after the kit list, with all its tables and its place in the contents."""
    page = render(sized)
    kit, sizes, cost = (page.index(f'id="{each}"') for each in ("kit", "sizes", "cost"))
    assert kit < sizes < cost
    assert '<a href="#sizes">Why these sizes</a>' in page
    for head in ("Steps that no plan could take", "Built otherwise", "Margins"):
        assert f"<h3>{head}</h3>" in page


def test_names_of_a_run_are_no_markup(altered):
    """Proves: a limit's words, a condition and a way from summary.json are escaped."""
    evil = "<img src=x>"
    changes = [change("chillers_count", "less", 5.0, 4.0, None, evil), change(evil, "way", 0.0, 1.0, 1.0)]
    page = render(altered({"alternatives": changes, "margins": [margin("coils_kw_th", evil, source=evil)]}))
    assert evil not in page
    assert "&lt;img src=x&gt;" in page


def test_most_money_comes_first_with_limit_margin_and_steps(sized):
    """Proves: items stand by the largest sum at stake; the least margin with the spare out is told for design and
    extremes; steps carry their sign and size; what is impossible says so; what nobody asked is left open.
    Sensitivity: sorted by name, the battery would follow the racks; the margin of all chillers would read 50 %."""
    summary = sized.summary
    items = item_rows(summary, CHANGES, MARGINS)
    assert [item.name for item in items] == [
        "Evaporative pads", "Battery", "Chillers", "Cold store", "Burn-in racks", "Cooling coils", "Grid service",
    ]  # fmt: skip
    chillers = items[2]
    assert chillers.limit == summary["bindings"]["chillers_count"]
    assert plain(chillers.size).startswith("5 × 434 kW")
    assert [plain(str(note)) for note in chillers.notes] == [
        "3 % (0.4 % wet bulb)", "−2 % (hottest in 20 years)", "+23,605 (6)", "not possible (4)", "not possible",
    ]  # fmt: skip
    racks = [None if note is None else plain(str(note)) for note in items[4].notes]
    assert racks == [None, None, "+3,161 (15)", "−2,924 (13)", None]
    table = sizes_table(items)
    assert len(table.columns) == len(table.rows[0]) == 8
    assert table.rows[2][-1] == chillers.limit


def test_money_has_its_sign():
    """Proves: more is plus, less is minus, nothing is nothing."""
    assert [signed(value) for value in (1234.4, -5.0, 0.0, -0.2)] == ["+1,234", "−5", "0", "0"]


def test_the_verdict_names_the_nearest_and_the_dearest(sized):
    """Proves: of those that cost more, racks at 3,161 come nearest and the sealed hall is the dearest; nothing stands
    in for chillers; a run without alternatives says that a quick run looks at none.
    Sensitivity: a saving taken for the nearest would name the racks' -2,924."""
    said = plain(verdict(CHANGES, sized.summary["sizes"]))
    assert "burn-in racks: 15 instead of 14, $3,161 a year more" in said
    assert "a sealed hall on coils alone, $110,725 more" in said
    assert said.endswith("Nothing stands in for chillers.")
    assert "quick run" in verdict([], {})


def test_what_would_save_money_is_told():
    """Proves: one rack less saves 2,924 by the weeks, and it is told with its reason; sums below 500 are not."""
    assert "burn-in racks: 13 instead of 14 ($2,924)" in plain(cheaper_words(CHANGES))
    assert cheaper_words([change("racks_count", "less", 14.0, 13.0, -499.0)]) == ""


def test_what_cannot_be_done_names_its_limit():
    """Proves: both impossible steps stand with the limit they break; possible ones do not."""
    rows = [[plain(cell) for cell in row] for row in impossible_table(CHANGES).text()]
    limit = "the need at the 0.4 % dry bulb with 1 chiller out"
    assert rows == [["chillers: 4 instead of 5", limit], ["no chillers", limit]]


def test_what_stands_in_its_place_is_named():
    """Proves: doing without pads brings coils and chillers; ways stand by their price; nothing changed says so."""
    rows = [[plain(cell) for cell in row] for row in instead_table(CHANGES).text()]
    assert rows == [
        ["a sealed hall on coils alone", "110,725", "evaporative pads: none"],
        ["no evaporative pads", "60,000", "cooling coils: 1,420 kW of heat; chillers: 7"],
        ["no cold store", "5,039", "nothing else changes"],
    ]


def test_margins_stand_in_per_cent_with_their_source():
    """Proves: a row a margin, by item; shares in per cent; a condition that is no weather has no air."""
    table = margins_table(MARGINS)
    rows = [[plain(cell) for cell in row] for row in table.text()]
    assert rows[1][:2] + rows[1][5:10] == ["Chillers", "0.4 % wet bulb", "1,000", "1,100", "1,500", "3", "50"]
    assert rows[-1][2:4] == ["–", "–"]


def test_the_margins_verdict_judges_design_and_extremes():
    """Proves: chillers suffice at design with the spare out; at the extremes, every machine running, coils lack all.
    Sensitivity: judged with the spare out, chillers would be said to fall short in 20 years, too."""
    said = plain(margins_verdict(MARGINS))
    assert "At the design conditions all that carries heat suffices with the spare out." in said
    assert "these fall short: cooling coils by 100 % at the highest wet bulb on record." in said
    assert "chillers by" not in said
    short = [margin("chillers_count", "0.4 % dry bulb", margin_spare_out=-0.2, margin=-0.1)]
    assert "chillers by 20 % at the 0.4 % dry bulb" in plain(margins_verdict(short))


def test_a_service_short_in_the_worst_condition_is_explained():
    """Proves: 24 % short is said of the service with why the plan still holds; enough is said, too."""
    tight = [margin("service_firm_kw", "0.4 % wet bulb", margin_spare_out=-0.24)]
    assert "24 % short" in plain(margins_verdict(tight))
    assert "carries the plan's busiest hour" in margins_verdict([margin("service_firm_kw", "0.4 % dry bulb")])


def test_an_item_that_the_kit_does_not_know_has_its_own_words():
    """Proves: a new machine's size reads as words."""
    assert item_name("towers_count") == "Cooling towers"
    assert item_name("wind_wheels_count") == "Wind wheels"
    assert item_name("solar_kw") == "Solar field"
