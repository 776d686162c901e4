"""The main job as its user runs it: one quick run from a clean folder, with nothing but what is in the package."""

import json

import pytest

from twin.model.contracts import Plan
from twin.model.runs import read_run

pytestmark = pytest.mark.slow

KEYS = {
    "status", "objective_usd_per_year", "bound_usd_per_year", "decidable_usd_per_year", "gap_usd_per_year", "gap",
    "gap_of_saving", "sizes", "bill_usd", "costs", "baseline", "life_cycle_cost_usd", "net_present_value_usd", "run",
}  # fmt: skip


def test_the_document_has_the_keys_of_the_design(quick_runs):
    """Proves: outside checks find every key of design section 8. Sensitivity: a renamed key breaks its readers."""
    document, folder = quick_runs[0]
    assert set(document) >= KEYS
    assert document["schema_version"] == 1
    assert {path.name for path in folder.iterdir()} == {
        "inputs", "log.jsonl", "manifest.json", "report.html", "results.nc", "summary.json",
    }  # fmt: skip


def test_equal_runs_give_equal_bytes(quick_runs):
    """Proves: a run ended by gap on one thread repeats byte for byte, and holds no clock, path or host.
    Sensitivity: one random draw out of its stream, one time in the summary, and the bytes differ."""
    (_, first), (_, second) = quick_runs
    assert (first / "summary.json").read_bytes() == (second / "summary.json").read_bytes()


def test_the_calculator_gives_the_objectives_bill(quick_runs):
    """Proves: rows and bill come from one description of the tariff. Sensitivity: a demand row that missed one hour, or
    a coincident weight laid on the wrong hour, moves the two apart by hundreds of usd."""
    bills = quick_runs[0][0]["bills"]
    assert bills["calculator_usd"] == pytest.approx(bills["objective_usd"], abs=1.0)


def test_the_costs_are_the_objective(quick_runs):
    """Proves: the cost sheet leaves nothing out. Sensitivity: a cost line forgotten leaves a remainder."""
    document = quick_runs[0][0]
    assert sum(document["costs"].values()) == pytest.approx(document["objective_usd_per_year"], abs=0.01)
    assert document["bound_usd_per_year"] <= document["objective_usd_per_year"]


def test_energy_is_counted_once(quick_runs):
    """Proves: kWh at state changes = hourly kWh by use = kWh on the bill, to 0.01 %, in every replication.
    Sensitivity: an interval that is not split at the full hour, or a use left off the bill, shows here."""
    checks = quick_runs[0][0]["energy_check"]
    assert len(checks) == 3
    for found in checks:
        assert found["hourly_kwh"] == pytest.approx(found["billed_kwh"], rel=1e-4)
        assert found["state_changes_kwh"] == pytest.approx(found["billed_kwh"], rel=1e-4)


def test_demand_is_met_and_played(quick_runs):
    """Proves: the promise meets each month's demand and the twin makes it within 1 %.
    Sensitivity: a response that ignored returns or scrap would promise 3 % more than the twin makes."""
    document = quick_runs[0][0]
    for month in document["monthly"]:
        assert month["shipped_units"] == pytest.approx(month["demand_units"], abs=1e-3)
    assert document["outcome"]["units"]["mean"] == pytest.approx(document["promise"]["units"], rel=0.01)


def test_the_run_reads_back(quick_runs):
    """Proves: results.nc holds every contract and passes its checks again. Sensitivity: a group missing fails here."""
    run = read_run(quick_runs[0][1])
    assert isinstance(run.contracts["plan"], Plan)
    assert {"weather", "prices", "response", "plan", "outcome"} <= set(run.contracts)
    assert run.manifest["phases_s"]["optimise"] > 0


def test_verify_plays_other_years(quick_runs, run_twin, tmp_path):
    """Proves: `twin verify` plays the stored plan with new random numbers and finds the units again.
    Sensitivity: a plan not stored whole could not be played."""
    done = run_twin("verify", str(quick_runs[0][1]), "--replications", "2", "--seed", "9", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found["promise"]) == {"units", "usd", "peak_kw", "kwh"}
    assert found["outcome"]["units"]["mean"] == pytest.approx(found["promise"]["units"], rel=0.01)


def test_report_is_made_again(quick_runs, run_twin, tmp_path):
    """Proves: `twin report` gives the same page from the folder alone. Sensitivity: a page of the run in memory."""
    page = tmp_path / "again.html"
    done = run_twin("report", str(quick_runs[0][1]), "--out", str(page), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "<main" in page.read_text()


@pytest.mark.outside
def test_pysam_bills_the_plans_load(quick_runs):
    """Proves: SAM's calculator agrees on the plan's own load for what it can express: hourly energy prices and demand.
    Sensitivity: an hour's shift between load and price, or a month's edge, moves the energy line."""
    import numpy as np
    from PySAM import Utilityrate5

    from sites.bill import bill
    from sites.clock import Calendar
    from sites.tariff import tariff_from

    run = read_run(quick_runs[0][1], rounds=1)
    load_kw, price = run.contracts["plan"].values("grid_kw"), run.contracts["prices"].values("energy_usd_per_kwh")
    rate = 5.25
    tariff = tariff_from(
        {"name": "sam", "market": {"name": "energy"}, "demand": [{"name": "demand", "rate_usd_per_kw_month": rate}]},
        "t",
    )
    ours = bill(tariff, load_kw, Calendar(2018, -6.0), price_usd_per_kwh=price)
    sam = Utilityrate5.new()
    inputs = {
        "analysis_period": 1, "system_use_lifetime_output": 0, "inflation_rate": 0, "degradation": [0.0],
        "gen": [0.0] * 8760, "load": load_kw.tolist(), "load_escalation": [0], "rate_escalation": [0],
        "TOU_demand_single_peak": 0, "en_electricity_rates": 1, "ur_metering_option": 2, "ur_monthly_fixed_charge": 0,
        "ur_monthly_min_charge": 0, "ur_annual_min_charge": 0, "ur_nm_yearend_sell_rate": 0,
        "ur_nm_credit_month": 11, "ur_nm_credit_rollover": 0, "ur_sell_eq_buy": 0,
        "ur_en_ts_buy_rate": 1, "ur_ts_buy_rate": price.tolist(), "ur_en_ts_sell_rate": 0, "ur_ts_sell_rate": [0],
        "ur_ec_sched_weekday": [[1] * 24] * 12, "ur_ec_sched_weekend": [[1] * 24] * 12,
        "ur_ec_tou_mat": [[1, 1, 1e38, 0, 0, 0]],
        "ur_dc_enable": 1, "ur_dc_sched_weekday": [[1] * 24] * 12, "ur_dc_sched_weekend": [[1] * 24] * 12,
        "ur_dc_tou_mat": [[1, 1, 1e38, 0]], "ur_dc_flat_mat": [[month, 1, 1e38, rate] for month in range(12)],
        "ur_enable_billing_demand": 0,
    }  # fmt: skip
    for name, value in inputs.items():
        sam.value(name, value)
    sam.execute()
    annual = sam.Outputs.utility_bill_wo_sys[1]
    assert float(np.sum(ours["usd"].values)) == pytest.approx(annual, abs=1.0)
