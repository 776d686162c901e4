"""summary.json of a study made by hand: its sums, its gap, and that nothing of clock or host is in it."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from optimiser.bounds import Bound
from twin.model.equipment.generators import Generators
from twin.model.money import present_value_factor
from twin.model.plant import read_plant
from twin.study.baseline import Baseline, Option
from twin.study.carbon import carbon_of, fuel_of
from twin.study.plan import Correction, Effort, Round, Study
from twin.study.promise import promise_of, verdict
from twin.study.summary import LIMITS, summary_of

PAYROLL = {
    "labour_line_employed": np.full(12, 3.0), "labour_line_hired": np.eye(12)[0], "labour_line_released": np.eye(12)[5],
    "labour_racks_employed": np.full(12, 2.0), "labour_racks_hired": np.eye(12)[0],
    "labour_racks_released": np.zeros(12),
}  # fmt: skip


def baseline_of(usd):
    """A baseline of *usd* in all, 520,000 of it energy and 30,000 demand, the rest labour."""
    costs = {"energy": 520_000.0, "demand": 30_000.0, "coincident": 0.0, "labour": usd - 550_000.0}
    best = Option(
        "two8", "two shifts", True, teams_by_quarter=(2, 1, 2, 1), crews=1, sizes={"racks_count": 3.0}, costs=costs,
        total_usd=usd, bill_usd=550_000.0, grid_kw=np.array([5.0, 7.0]),
    )  # fmt: skip
    return Baseline(best, (best, Option("day8", "one shift", False, "too little")))


@pytest.fixture
def study(blank, classes):
    """600 kW flat on a class of 0.10 usd/kWh: 525,600 usd; 1,000,000 in all, of which 400,000 no decision changes."""

    def make(*, bound_usd=940_000.0, replications=0, quick=False, units=100.0, baseline=None, fields=None, **beside):
        first = classes.flat("small", 0.10, **(fields or {}))
        case = classes.case(first, classes.flat("large", 0.05, minimum_kw=900.0))
        january = np.eye(12)[0]
        plan = blank.plan(
            grid_kw=600.0, building_kw=200.0, line_kw=100.0, shipped_units=units * january, demand_units=units * january
        )
        facility = SimpleNamespace(constant_usd=400_000.0, constant_lines={"labour": 400_000.0}, cost={"energy": 0.0})
        solution = SimpleNamespace(objective=1_000_000.0, value=PAYROLL.get)
        found = SimpleNamespace(solution=solution, facility=facility)
        costs = {"energy": 500_000.0, "demand": 25_600.0, "coincident": 0.0, "labour": 474_400.0, **beside}
        promise = promise_of(plan, 525_600.0)
        played, judged = None, {"promise": promise}
        if replications:
            played = blank.outcome(
                replications, shipped_units=units * january, grid_kw=600.0, bill_usd=43_800.0, bill_kwh=5_256_000.0,
                energy_kwh_hourly=876_000.0, energy_kwh_state_changes=876_000.0,
            )  # fmt: skip
            judged = verdict(promise, played, plan)
        last = Round(Correction(), SimpleNamespace(line=None), found, plan, {"racks_count": 3.0}, costs, played, judged)
        return Study(
            case, Effort(quick=quick), None, [last], Bound(bound_usd, "by hand", 1.5), baseline, None,
            {"racks_count": 30.0}, {"racks_count": "because"}, "feasible", True, {"response": 12.0},
        )  # fmt: skip

    return make


def test_the_gap_is_a_share_of_what_can_be_decided(study):
    """Proves: 1,000,000 above a bound of 940,000 is a gap of 60,000, a tenth of the 600,000 that decisions change; a
    bound above the plan is told as a negative gap and not hidden.
    Sensitivity: as a share of the whole objective it would be 6 %; clipped at nil a wrong bound would look proven."""
    found = summary_of(study())
    assert (found["gap_usd_per_year"], found["decidable_usd_per_year"]) == (60_000.0, 600_000.0)
    assert found["gap"] == pytest.approx(0.1)
    assert summary_of(study(bound_usd=1_060_000.0))["gap"] == pytest.approx(-0.1)


def test_bills_units_and_classes_by_hand(study):
    """Proves: the objective's bill is energy, demand and coincident peaks: 525,600, and so is the calculator's of
    600 kW; 10,000 usd a unit at 100 units; the class from 900 kW on tells why it is not chosen; life-cycle cost is
    the objective over the horizon.
    Sensitivity: a bill with labour in it would be 1,000,000."""
    made = study()
    found = summary_of(made)
    assert found["bill_usd"] == found["bills"]["objective_usd"] == pytest.approx(525_600.0)
    assert found["bills"]["calculator_usd"] == pytest.approx(525_600.0)
    assert found["usd_per_good_unit"] == pytest.approx(10_000.0)
    assert found["rate_class"] == "small"
    assert found["rate_classes"][1] == {
        "name": "large", "usd": None, "reason": 'peak 600 kW is outside "large" (900 to inf kW)',
    }  # fmt: skip
    money = made.case.plant.money
    factor = present_value_factor(money.discount_rate, money.horizon_years)
    assert found["life_cycle_cost_usd"] == pytest.approx(1_000_000.0 * factor)
    assert sum(month["kwh"] for month in found["monthly"]) == pytest.approx(600.0 * 8760)


def test_the_saving_by_cause_and_over_the_years(study):
    """Proves: a baseline of 1,200,000 is 200,000 above the plan: 20,000 of energy, 4,400 of demand, 175,600 of labour;
    a gap of 60,000 is 0.3 of it; over 10 years at 9 % it is worth (1 - 1.09^-10) / 0.09 = 6.41766 times as much.
    Sensitivity: the gap as a share of the baseline would be 0.05; ten times the saving 2,000,000."""
    made = study(baseline=baseline_of(1_200_000.0))
    found = summary_of(made)
    nil = dict.fromkeys(("capital", "holding", "other"), 0.0)
    assert found["baseline"]["savings"] == pytest.approx(
        {"labour": 175_600.0, "energy": 20_000.0, "demand_and_coincident": 4_400.0, **nil}
    )
    assert (found["baseline"]["pattern"], found["baseline"]["objective_usd_per_year"]) == ("two8", 1_200_000.0)
    assert [row["feasible"] for row in found["baseline"]["patterns"]] == [True, False]
    assert found["gap_of_saving"] == pytest.approx(0.3)
    assert (made.case.plant.money.horizon_years, made.case.plant.money.discount_rate) == (10, 0.09)
    assert found["net_present_value_usd"] == pytest.approx(200_000.0 * (1.0 - 1.09**-10) / 0.09)
    json.dumps(found, allow_nan=False)


def test_a_plan_dearer_than_its_baseline_says_so(study):
    """Proves: a baseline of 900,000 is saved -100,000, which no gap can be a share of, and the present value is
    negative.
    Sensitivity: a saving clipped at nil would hide it; the gap over it would be told as -0.6."""
    found = summary_of(study(baseline=baseline_of(900_000.0)))
    assert sum(found["baseline"]["savings"].values()) == pytest.approx(-100_000.0)
    assert found["gap_of_saving"] is None
    assert found["net_present_value_usd"] == pytest.approx(-100_000.0 * (1.0 - 1.09**-10) / 0.09)


@pytest.mark.parametrize(
    ("baseline", "beside"),
    [
        (None, {}),
        (Baseline(None, (Option("day8", "one shift", False, "too little"),)), {}),
        (baseline_of(1_200_000.0), {"shortage": 7.0}),
    ],
    ids=["no baseline", "no pattern can do it", "the plan is short of units"],
)
def test_nothing_is_saved_where_nothing_can_be_compared(study, baseline, beside):
    """Proves: without a baseline, without a single pattern that makes the demand, and where the plan makes less than
    the baseline, there is no saving, no share of it and no present value; what baseline there is stays.
    Sensitivity: a plan short of units would be praised for what it does not make; no pattern would cost infinity."""
    found = summary_of(study(baseline=baseline, **beside))
    assert (found["gap_of_saving"], found["net_present_value_usd"]) == (None, None)
    assert (found["baseline"] is None) == (baseline is None)
    assert "savings" not in (found["baseline"] or {})
    json.dumps(found, allow_nan=False)


def test_the_coincident_charge_with_and_without_foresight(study):
    """Proves: 600 kW flat at 5 usd/kW and month are 12 x 3,000 = 36,000, expected and at the official hours of each
    past year; with foresight line, burn-in and cooling are off in them and 200 kW of building are left: 12,000.
    Without such a charge there is nothing to tell.
    Sensitivity: a floor that keeps the line running would be 18,000; a floor of nil a foresight worth all of it."""
    charge = {"name": "transmission", "rate_usd_per_kw_month": 5.0, "months": [6, 7, 8, 9], "number": 4}
    found = summary_of(study(fields={"coincident": [charge]}))["coincident"]
    assert found["expected_usd"] == pytest.approx(36_000.0)
    assert len(found["official_usd"]) >= 3
    assert list(found["official_usd"].values()) == pytest.approx([36_000.0] * len(found["official_usd"]))
    whole = summary_of(study(fields={"coincident": [charge]}))["bills"]["calculator_usd"]
    assert list(found["official_bill_usd"].values()) == pytest.approx([whole] * len(found["official_usd"]))
    assert found["perfect_foresight_usd"] == pytest.approx(12_000.0)
    assert found["worth_of_foresight_at_most_usd"] == pytest.approx(24_000.0)
    assert summary_of(study())["coincident"] is None


def test_heads_on_the_payroll(study):
    """Proves: three crews of 6 at the line and two of 2 at the racks are 22 heads in every month; one of each hired in
    January are 8, one of the line released in June 6. A given load employs nobody.
    Sensitivity: crews told as heads would be 5; the racks left out 18."""
    made = study()
    assert summary_of(made)["labour"] is None
    made.response = SimpleNamespace()
    assert (made.case.plant.line.crew.size, made.case.plant.burn_in.people_per_crew) == (6, 2)
    found = summary_of(made)["labour"]["employed_by_month"]
    assert found["employed"] == [22.0] * 12
    assert found["hired"] == [8.0] + [0.0] * 11
    assert found["released"] == [0.0] * 5 + [6.0] + [0.0] * 6


def test_a_plan_that_was_not_played_says_so(study):
    """Proves: without a play-back there is no outcome, no verdict, no check of energy and no bill of replications, and
    the document is still written as JSON; no units, no price a unit.
    Sensitivity: an empty mean would be NaN, which is not JSON."""
    found = summary_of(study(units=0.0))
    assert (found["outcome"], found["kept"], found["bills"]["replications"]) == (None, None, None)
    assert found["energy_check"] == []
    assert found["usd_per_good_unit"] is None
    json.dumps(found, allow_nan=False)


def test_a_played_plan_tells_three_sums_of_energy(study):
    """Proves: six uses of 876,000 kWh are 5,256,000 kWh at state changes, by the hour and on the bill, in each of two
    replications, whose bill is 12 x 43,800 without a half-width; the promise is kept.
    Sensitivity: summed over replications there would be one row of twice as much."""
    found = summary_of(study(replications=2))
    same = {"state_changes_kwh": 5_256_000.0, "hourly_kwh": 5_256_000.0, "billed_kwh": 5_256_000.0}
    assert found["energy_check"] == [same, same]
    assert found["bills"]["replications"] == {"mean": 525_600.0, "half_width": 0.0}
    assert found["kept"]["all"] is True
    assert found["rounds"][0]["kept"] == found["kept"]


def test_equal_studies_give_equal_bytes_without_clock_or_path(study):
    """Proves: two equal studies are written alike though they took other seconds; the plant's file is not named.
    Sensitivity: the bound's or the phases' seconds would make every run another document."""
    first, second = study(), study()
    second.phases_s = {"response": 99.0}
    second.bound = Bound(second.bound.usd_per_year, second.bound.method, 77.0)
    texts = [json.dumps(summary_of(made), sort_keys=True) for made in (first, second)]
    assert texts[0] == texts[1]
    assert str(first.case.plant_file.parent) not in texts[0]


@pytest.mark.parametrize("quick", [False, True])
def test_limits_are_told_and_a_quick_run_says_it_is_one(study, quick):
    """Proves: every limit of the model is among the notes, and a quick run adds that its gap is wide.
    Sensitivity: a quick run without the note would pass for a full one."""
    notes = summary_of(study(quick=quick))["notes"]
    assert set(LIMITS) <= set(notes)
    assert any(note.startswith("Quick run") for note in notes) is quick


@pytest.mark.parametrize("by_time", [False, True])
def test_a_bound_that_a_clock_cut_short_is_told(study, by_time):
    """Proves: a bound whose search a clock ended is told with its method; any other is not.
    Sensitivity: the easy bound's gap would be taken for the plan's own."""
    made = study()
    made.bound = Bound(940_000.0, "labour that covers demand", 600.0, by_time=by_time)
    told = [note for note in summary_of(made)["notes"] if "A clock ended" in note]
    assert bool(told) is by_time
    assert all("labour that covers demand" in note for note in told)


def test_carbon_of_the_plan_by_hand(study):
    """Proves: 600 kW flat in Texas are 5,256 MWh: 1,838 t at 0.34976 kg/kWh, and 3,080 t at the margin's 0.586.
    Sensitivity: kilograms for tonnes would be a thousand times as much."""
    found = summary_of(study())["carbon"]
    assert found["average_t_per_year"] == pytest.approx(5256.0 * 0.34976)
    assert found["marginal_t_per_year"] == pytest.approx(5256.0 * 0.586, rel=0.005)
    assert "eGRID2022" in found["average_source"]


def test_fuel_of_generators_is_carbon_of_the_plan(study, blank):
    """Proves: 100 kWh of fuel an hour at 0.2524 kg are 221 t beside what the grid gives off, in both sums and on its
    own line; two emergency sets of 100 kW burn 2 x 100 x (7.5 h x 1.1 + 12 x 0.05) = 1,770 kWh in tests; a plant
    without generators tells nothing of fuel.
    Sensitivity: left out, a plan that makes its own power from oil would look clean."""
    plant = read_plant()[0]
    case = study().case
    assert "fuel_t_per_year" not in summary_of(study())["carbon"]
    sets = Generators(
        rated_kw=100.0, most=3, emergency=False, usd_per_kw=500.0, life_years=20, fuel_slope=2.0, fuel_intercept=0.5
    )
    with_sets = plant.model_copy(update={"equipment": plant.equipment.model_copy(update={"generators": sets})})
    fuel = fuel_of(with_sets, blank.plan(generators_fuel_kwh=100.0), {"generators_count": 1.0})
    assert fuel_of(plant, blank.plan(), {}) is None
    site, calendar = case.site_file.site, case.calendar
    without = carbon_of(site, calendar, np.full(8760, 600.0))
    found = carbon_of(site, calendar, np.full(8760, 600.0), fuel)
    for line in ("average_t_per_year", "marginal_t_per_year"):
        assert found[line] - without[line] == pytest.approx(876.0 * 0.2524)
    assert found["fuel_t_per_year"] == pytest.approx(876.0 * 0.2524)
    idle = sets.model_copy(update={"emergency": True})
    standing = plant.model_copy(update={"equipment": plant.equipment.model_copy(update={"generators": idle})})
    assert fuel_of(standing, blank.plan(), {"generators_count": 2.0}).kwh == pytest.approx(1770.0)
