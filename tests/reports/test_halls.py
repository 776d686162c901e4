"""The conditioned halls on the page: numbers in their units, and sentences that say where the heat comes from."""

import pytest

from reports.halls import halls_table, halls_verdict

HALL = {
    "name": "assembly hall", "cooling_kwh_th": 2_500_000.0, "latent_kwh_th": 800_000.0, "reheat_kwh_th": 217_000.0,
    "heating_kwh_th": 152_000.0, "hours_overcooled": 3, "hours_humidified": 40, "hours_below_firm": 2,
    "hours_above_firm": 5, "hours_below_house": 3232, "hours_above_house": 8, "lowest_relative_humidity": 0.295,
    "highest_relative_humidity": 0.6, "warmest_c": 24.3, "coldest_c": 19.9,
}  # fmt: skip
HALLS = {
    "reheat_kwh_th": 217_000.0, "heating_kwh_th": 152_000.0, "recovered_share": 0.73, "electric_heat_kwh": 99_630.0,
    "unserved_kwh_th": 0.0, "house_rule_usd": 3240.0, "halls": [HALL, HALL | {"name": "offices",
    "hours_below_house": None, "hours_above_house": None}],
}  # fmt: skip


def test_rows_are_in_the_units_of_their_heads():
    """Proves: energies are MWh, hours of both sides of a band are added, a hall without a rule says so.
    Sensitivity: kWh under a head of MWh would be a thousand times off."""
    first, second = halls_table(HALLS).rows
    assert first[:7] == ("assembly hall", 2500.0, 800.0, 217.0, 152.0, 7, "3,240")
    assert first[8].replace("\\u00a0", " ").startswith("30")
    assert second[6] == "no rule"


def test_sentences_say_where_heat_comes_from():
    """Proves: 369 MWh, 73 % of it recovered, and the rule's hours and price; heat that was not met is told; a hall
    without reheat or heating is told as such.
    Sensitivity: a share of the electric part would read 27 %."""
    said = " ".join(halls_verdict(HALLS).split())
    assert "369 MWh" in said
    assert "73 %" in said
    assert "3,240 hours" in said
    assert "$3,240" in said
    assert "could not be given" not in said
    assert "could not be given" in halls_verdict(HALLS | {"unserved_kwh_th": 5.0})
    none = HALLS | {"reheat_kwh_th": 0.0, "heating_kwh_th": 0.0, "house_rule_usd": 0.0}
    assert halls_verdict(none) == "The halls need no reheat and no heating."


@pytest.mark.parametrize("share", [None, 0.0])
def test_nothing_recovered_is_nil(share):
    """Proves: without recovery the share is 0 %. Sensitivity: None would be told as "not known"."""
    assert "0 %" in " ".join(halls_verdict(HALLS | {"recovered_share": share}).split())
