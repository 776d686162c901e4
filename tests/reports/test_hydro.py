"""The loop of hydro miners on the page: its table by month, and its sentences."""

from reports.hydro import hydro_table, hydro_verdict
from reports.words import SPACE

HYDRO = {
    "hours": {"dry": 8000, "assisted": 300, "floating": 60, "idle": 400},
    "hours_by_month": {
        way: [number] * 12 for way, number in (("dry", 600), ("assisted", 25), ("floating", 5), ("idle", 33))
    },
    "throttled_hours": 0,
    "least_power_share": 1.0,
    "highest_supply_c": 44.2,
    "supply_limit_c": 50.0,
    "mean_return_c": 59.1,
    "fan_kwh": {"dry_coolers": 30_000.0, "assisted_dry_coolers": 10_000.0},
    "water_m3": {"dry_coolers": 0.0, "assisted_dry_coolers": 120.0},
    "pump_kwh": 11_000.0,
}


def test_hours_stand_by_month_and_for_the_year():
    """Proves: a row a month in the order of its columns, and the year's below. Sensitivity: twelve times the last way
    under another's head."""
    table = hydro_table(HYDRO)
    assert len(table.rows) == 13
    assert table.rows[0] == ("Jan", 600, 25, 5, 33)
    assert table.rows[-1] == ("Year", 8000, 300, 60, 400)


def test_the_sentences_name_the_supply_and_what_is_throttled():
    """Proves: the highest supply stands beside its limit; throttled hours are told with their share; a loop without
    heat says so. Sensitivity: silence about throttled hours would read as none."""
    said = hydro_verdict(HYDRO)
    for words in ("44.2", "50.0", "no miner is throttled", "120"):
        assert words in said
    hot = hydro_verdict({**HYDRO, "throttled_hours": 3, "least_power_share": 0.9})
    assert f"throttled in 3{SPACE}hours" in hot
    assert "90" in hot
    assert hydro_verdict({**HYDRO, "highest_supply_c": None}) == "The loop carries no heat."
