"""The section on heat and water: its tables and sentences, and that older runs do without it."""

import numpy as np
import pytest

from reports.heat import (
    effectiveness_table,
    heat_section,
    held,
    limit_words,
    limits_table,
    limits_verdict,
    linear_form_table,
    linear_verdict,
    worst_hours_table,
)
from reports.page import render
from sites.clock import Calendar

TIME = Calendar(2026, -6.0, "America/Chicago").time.astype("datetime64[h]")


def limit(name="inlet", **changes):
    return {
        "name": name, "limit": 38.0, "unit": "C", "hours_broken": 0, "hours_binding": 0, "worst_value": 37.26,
        "worst_hour": 4671, **changes,
    }  # fmt: skip


def form(**changes):
    return {
        "modelled_kwh": 501_000.0, "true_kwh": 500_000.0, "energy_error": 0.002, "modelled_peak_kw": 199.2,
        "true_peak_kw": 200.0, "peak_error": -0.004, "unserved_kwh_th": 0.0, **changes,
    }  # fmt: skip


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("missing", [{"summary": {"heat": None}}, {"without": ("heat",)}])
def test_older_runs_and_given_loads_have_no_section(altered, missing):
    """Proves: without the key, or with None, the page is made without the section and without its place in the
    contents. Sensitivity: a page that asks for the key would refuse every older run."""
    contents = altered(**missing)
    assert heat_section(contents) is None
    page = render(contents)
    assert 'id="cooling"' not in page
    assert 'href="#cooling"' not in page
    assert 'id="heat"' in page


def test_the_section_follows_the_inlet_with_both_figures(page):
    """Proves: the section stands after the inlet figure with its own place in the contents and both figures in it."""
    inlet, section, after = (page.index(f'id="{each}"') for each in ("figure-inlet", "cooling", "assumptions"))
    assert inlet < section < page.index('id="figure-cooling-modes"') < page.index('id="figure-psychrometric"') < after
    assert '<a href="#cooling">Heat and water</a>' in page
    for head in ("Limits of the air at the inlet", "Hours of highest cooling power", "How exact the plan’s cooling is"):
        assert f"<h3>{head}</h3>" in page


def test_names_of_a_run_are_no_markup(altered, contents):
    """Proves: a limit's name and a reason from summary.json are escaped in the tables and in the figure's data."""
    heat, evil = contents.summary["heat"], "<img src=x>"
    lines = {**heat["chart"]["lines"], evil: heat["chart"]["lines"]["inlet"]}
    hours = [{**each, "why": evil} for each in heat["worst_hours"]]
    changed = {
        **heat, "limits": [limit(evil)], "worst_hours": hours, "chart": {**heat["chart"], "lines": lines}
    }  # fmt: skip
    page = render(altered({"heat": changed}))
    assert evil not in page
    assert "&lt;img src=x&gt;" in page


def test_limits_show_value_hours_and_date():
    """Proves: shares read as per cent and temperatures as °C, hours at and beyond the limit stand in their columns, and
    the worst hour is a date with its time: hour 4671 of 2026 is 14 July at 15:00.
    Sensitivity: an hour counted from 1 would read 14:00."""
    humid = limit("relative humidity", limit=0.9, unit="1", worst_value=0.912, hours_broken=3, hours_binding=40)
    rows = [[plain(cell) for cell in row] for row in limits_table([limit(), humid], TIME).text()]
    assert rows == [
        ["Highest temperature at the inlet", "38.0 °C", "0", "0", "37.3 °C", "Tuesday 14 July, 15:00"],
        ["Highest relative humidity", "90.0 %", "40", "3", "91.2 %", "Tuesday 14 July, 15:00"],
    ]


def test_limits_have_words():
    """Proves: every name of the limits by hour reads as words, condensation with its supply, an unknown one as is."""
    assert limit_words("least relative humidity") == "Lowest relative humidity"
    assert limit_words("condensation on coil water") == "Lowest temperature of coil water, against condensation"
    assert limit_words("salt_spray") == "Salt spray"


def test_the_verdict_names_what_is_broken_or_binds_most():
    """Proves: broken limits are named with their hours before anything else; else the one that binds most; else none.
    Sensitivity: the first row instead of the most binding would name the inlet."""
    binds = [limit(hours_binding=2), limit("dew point", hours_binding=70), limit("wbgt", hours_binding=1)]
    assert plain(limits_verdict(binds)).endswith("is the highest dew point, in 70 hours.")
    broken = [*binds, limit("least inlet", hours_broken=1, hours_binding=1)]
    assert plain(limits_verdict(broken)) == "Broken: lowest temperature at the inlet in 1 hour."
    assert limits_verdict([limit()]) == "All limits are kept in every hour, and none is reached."
    assert "In no hour does outdoor air alone cool the hall" in limits_verdict([])


def test_worst_hours_keep_their_order(contents):
    """Proves: five rows in the summary's order with date, air, power and the way of cooling in words."""
    given = contents.summary["heat"]["worst_hours"]
    rows = worst_hours_table(given, contents.time).rows
    assert (
        [row[5] for row in rows] == [each["cooling_kw"] for each in given] == sorted((r[5] for r in rows), reverse=True)
    )
    assert [row[2:5] for row in rows] == [(e["dry_bulb_c"], e["wet_bulb_c"], e["inlet_c"]) for e in given]
    mixed = worst_hours_table([{**given[0], "hour": 8759, "mode": "mixed"}], contents.time).rows[0]
    assert mixed[0] == "Thursday 31 December, 23:00"
    assert mixed[-1] == "outdoor air with coils"


def test_measures_carry_their_definition(contents):
    """Proves: PUE, WUE and energy of a unit stand with unit and definition; what is not known says so."""
    rows = [[plain(cell) for cell in row] for row in effectiveness_table(contents.summary["heat"]).text()]
    assert [row[1] for row in rows] == ["1.137", "0.214 L/kWh", "74.2 kWh"]
    assert "over that of burn-in and line" in rows[0][2]
    nothing = {"pue": np.nan, "wue_l_per_kwh": np.nan, "kwh_per_unit": None}
    assert [row[1] for row in effectiveness_table(nothing).rows] == ["not known"] * 3


def test_errors_of_the_linear_form_are_judged_by_their_size():
    """Proves: 0.3 % of energy and 0.5 % of peak are held, of either sign; a hair more is not; an unknown error is not.
    Sensitivity: judged without its sign taken off, a peak 4 % too low would be held; in per cent, nothing would be."""
    assert held(0.003, 0.003)
    assert held(-0.005, 0.005)
    assert not held(0.0030001, 0.003)
    assert not held(-0.04, 0.005)
    assert not held(None, 0.005)
    assert not held(float("nan"), 0.005)
    rows = [[plain(cell) for cell in row] for row in linear_form_table(form(peak_error=-0.0051)).text()]
    assert rows[0] == ["Electricity of the year, kWh", "501,000", "500,000", "0.200 %", "± 0.3 %", "held"]
    assert rows[1][3:] == ["−0.510 %", "± 0.5 %", "not held"]


def test_the_plans_error_is_said_in_words():
    """Proves: both held, one missed with its number, and heat that the true machines leave uncarried."""
    assert plain(linear_verdict(form())).startswith("Both errors are small enough: at most 0.3 % of the energy")
    assert "carry all of the plan's heat" in linear_verdict(form(unserved_kwh_th=0.2))
    missed = plain(linear_verdict(form(energy_error=-0.0123, unserved_kwh_th=52_000.0)))
    assert "it misses the energy by 1.23 %." in missed
    assert "leave 52 MWh of the plan's heat uncarried" in missed
    assert "the peak by an unknown share" in plain(linear_verdict(form(peak_error=None)))
