import dataclasses
import re
from html.parser import HTMLParser
from itertools import pairwise

import jinja2
import pytest

from reports.answer import tiles
from reports.page import environment, in_script, render, write_report
from sites.errors import InputError

MOST_BYTES = 8_000_000
VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}


class Page(HTMLParser):
    """Elements of a page in order, each with its attributes and the text directly within it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, **dict(attrs), "text": "", "within": [parent["tag"] for parent in self.open]}
        for parent in self.open:
            parent.setdefault("children", []).append(element)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1]["tag"] == tag, f"</{tag}> closes <{self.open[-1]['tag']}>"
        self.open.pop()

    def handle_data(self, data):
        if self.open:
            self.open[-1]["text"] += data

    def all(self, tag):
        return [element for element in self.elements if element["tag"] == tag]


@pytest.fixture(scope="session")
def parsed(page):
    return Page(page)


def test_same_contents_give_the_same_bytes(contents, page):
    """Proves: nothing random and no clock gets into a page.
    Sensitivity: a figure without a fixed identity would carry a new uuid each time."""
    assert render(dataclasses.replace(contents)) == page


def test_page_stands_alone(page, parsed):
    """Proves: nothing is loaded from anywhere, and the policy forbids it.
    Sensitivity: a script from a content network would show as an http source."""
    for element in parsed.elements:
        for name in ("src", "href", "action", "poster", "data"):
            target = element.get(name)
            assert target is None or target.startswith(("#", "data:text/csv")), target
    policy = next(meta["content"] for meta in parsed.all("meta") if meta.get("http-equiv"))
    assert policy == ("default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:")
    assert page.count("* plotly.js v") == 1
    assert len(page.encode()) < MOST_BYTES


def test_structure_helps_those_who_do_not_see_it(parsed):
    """Proves: one h1, one main, a language, unique identities, links that lead somewhere, headings without gaps."""
    assert parsed.all("html")[0]["lang"] == "en-GB"
    assert len(parsed.all("h1")) == len(parsed.all("main")) == 1
    identities = [element["id"] for element in parsed.elements if "id" in element]
    assert len(identities) == len(set(identities))
    targets = [link["href"][1:] for link in parsed.all("a") if link["href"].startswith("#")]
    assert set(targets) <= set(identities)
    levels = [int(element["tag"][1]) for element in parsed.elements if re.fullmatch(r"h[1-6]", element["tag"])]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_each_figure_is_captioned_tabled_and_downloadable(parsed):
    """Proves: every figure is labelled by its caption and has a table, a download and its data beside it."""
    figures = parsed.all("figure")
    assert len(figures) == 12
    for figure in figures:
        inside = {child.get("id"): child for child in figure["children"]}
        assert inside[figure["aria-labelledby"]]["tag"] == "figcaption"
        assert len(inside[figure["aria-labelledby"]]["text"]) > 60
        assert {"table", "details"} <= {child["tag"] for child in figure["children"]}
        assert any(child.get("download", "").endswith(".csv") for child in figure["children"])
        plot = next(child for child in figure["children"] if child.get("class") == "plot")
        assert inside[plot["data-numbers"]]["type"] == "application/json"


def test_tiles_repeat_the_summary(contents, parsed):
    """Proves: the raw value of each tile is the number of summary.json, not a rounded or recomputed one."""
    summary = contents.summary
    shown = {tile.name: tile.raw for tile in tiles(contents)}
    assert shown == {
        "Firm grid service": summary["sizes"]["service_firm_kw"],
        "Burn-in racks": summary["sizes"]["racks_count"],
        "People in crews": 112.0,
        "Electricity": summary["bill_usd"],
        "Cost of a good unit": summary["usd_per_good_unit"],
        "Gap to the best possible": summary["gap"],
        "Life-cycle cost": summary["life_cycle_cost_usd"],
        "Promise": True,
    }
    assert [element["value"] for element in parsed.all("data")] == [str(raw) for raw in shown.values()]


def test_answer_is_one_sentence_with_the_numbers(parsed):
    """Proves: the answer says what to buy, which shifts, what it costs, how many units and whether it held."""
    text = next(element["text"] for element in parsed.all("p") if element.get("class") == "answer")
    text = text.replace("\u00a0", " ")
    for part in (
        "14 burn-in racks", "2,850 kW of firm grid service", "no battery", "two 8 h shifts, Monday to Friday",
        "$12.9 M a year", "72,396 good units", "it kept its promise",
    ):  # fmt: skip
        assert part in text
    assert text.endswith(".")
    assert not re.search(r"\. [A-Z]", text)


def test_labels_cannot_run_as_script(altered):
    """Proves: a label from a site file is text wherever it appears, in HTML and in the figures' data.
    Sensitivity: without escaping the page would run it."""
    evil = "<script>alert(1)</script>"
    labour = altered().summary["labour"]
    patterns = [{**pattern, "label": evil} for pattern in labour["patterns"]]
    text = render(altered({"site_label": evil, "notes": [evil], "labour": {**labour, "patterns": patterns}}))
    assert evil not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "\\u003cscript\\u003ealert(1)" in text
    assert "<" not in in_script({"a": "</script>"})


def test_a_missing_key_is_named(altered):
    """Proves: every key that the summary lacks is in the message; a template cannot pass over a missing name.
    Sensitivity: Jinja's default would print nothing in its place."""
    with pytest.raises(InputError) as caught:
        render(altered(without=("gap", "sizes")))
    assert [problem.where for problem in caught.value.problems] == ["summary.json: gap", "summary.json: sizes"]
    with pytest.raises(jinja2.UndefinedError):
        environment().from_string("{{ summary.nothing }}").render(summary={})


def test_a_given_load_has_a_page_too(altered, contents):
    """Proves: a run without line, play-back, bound or baseline gives a page that says so, instead of failing."""
    plan = type(contents.plan)(contents.plan.data.isel(pattern=slice(0)).drop_vars("pattern"))
    bare = dict.fromkeys(
        ("baseline", "bound_usd_per_year", "gap_usd_per_year", "gap", "gap_of_saving", "net_present_value_usd", "kept",
         "outcome", "usd_per_good_unit")
    )  # fmt: skip
    bills = {**contents.summary["bills"], "replications": None}
    changes = {**bare, "bills": bills, "labour": None, "rounds": [], "candidate_hours": [], "good_units_per_year": 0.0}
    text = render(altered(changes, plan=plan, outcome=None, response=None, manifest={}, assumptions=[]))
    for sentence in (
        "The load was given, so no line is staffed", "The plan was not played in this run", "No lower bound was proven",
        "no business-as-usual plan", "The run folder has no manifest",
    ):  # fmt: skip
        assert sentence in text


def test_a_broken_promise_is_said_at_the_top(altered, contents):
    """Proves: what was not kept, a quick run and a stop at a limit stand before the tiles."""
    kept = {**contents.summary["kept"], "units": False, "all": False}
    text = render(altered({"kept": kept, "quick": True, "status": "stopped"}))
    top = text[text.index('class="answer"') : text.index('class="tiles"')]
    assert "The promise was not kept when the plan was played (units)" in top
    assert "This is a quick run" in top
    assert "A limit stopped the search" in top


def test_assumptions_start_with_the_least_sure(parsed, contents):
    """Proves: the low-confidence group comes first and open, and every listed number is on the page once."""
    groups = [element for element in parsed.all("details") if element.get("class") == "assumptions"]
    titles = [next(child["text"] for child in group["children"] if child["tag"] == "summary") for group in groups]
    assert [title.split()[0] for title in titles] == ["Low", "Medium", "High"]
    assert ["open" in group for group in groups] == [True, False, False]
    rows = [child for group in groups for child in group["children"] if child["tag"] == "tr"]
    assert len(rows) == len(contents.assumptions) + len(groups)


def test_file_is_written_whole_or_not_at_all(tmp_path, contents, altered, page):
    """Proves: a page that cannot be made leaves the old file as it was, and no part of a new one."""
    file = tmp_path / "run" / "report.html"
    write_report(contents, file)
    assert file.read_text(encoding="utf-8") == page
    with pytest.raises(InputError):
        write_report(altered(without=("costs",)), file)
    assert file.read_text(encoding="utf-8") == page
    assert [path.name for path in file.parent.iterdir()] == ["report.html"]


def test_carbon_is_told_beside_the_load(page, contents):
    """Proves: the page tells both tonnages with their sources; a run of before, without them, has a page all the same.
    Sensitivity: a page that asks for the key would refuse every older run."""
    assert "2,400\u00a0t a year at the grid\u2019s average rate (the state&#39;s average)" in page
    assert "4,025\u00a0t at the margin" in page
    older = dataclasses.replace(contents, summary={k: v for k, v in contents.summary.items() if k != "carbon"})
    assert "Carbon dioxide" not in render(older)
