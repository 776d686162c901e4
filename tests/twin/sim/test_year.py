"""A plan's year on a plant small enough to be quick."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from twin.model.plant import read_plant
from twin.sim.staffing import weekly_staffing
from twin.sim.year import YearTask, play_year


@pytest.fixture(scope="module")
def task():
    """One of eight cells on continental shifts, which is asked for 1.5 units in each staffed hour."""
    plant = read_plant()[0]
    pattern = plant.pattern("continental")
    staffing = weekly_staffing(pattern, 1, 53)
    keep = staffing.minute < 8760 * 60
    staffing = replace(staffing, minute=staffing.minute[keep], cells=staffing.cells[keep], crews=staffing.cells[keep])
    production = 1.5 * staffing.hourly_cells(8760)
    starts = np.full(8760, 1.04 * production.sum() / 8760)
    return YearTask(plant, staffing, 2, production, starts)


@pytest.fixture(scope="module")
def result(task):
    return play_year(task)


def test_the_line_delivers_what_was_planned(task, result):
    """Proves: material is released to the plan, and arrears are made up: at no month's end more than a day is missing.
    Sensitivity: releasing one unit a planned unit would lose the scrap, some 50 units a year."""
    missing = np.cumsum(task.production_units_per_h - result.door_arrivals)[730::730]
    assert np.abs(missing).max() < 24 * 1.5
    assert result.door_arrivals.sum() == pytest.approx(task.production_units_per_h.sum(), abs=20)


def test_burn_in_starts_follow_the_schedule_around_the_clock(task, result):
    """Proves: starts are spread over the night although loading is not, within the arrears that random times bring.
    Sensitivity: started on arrival, the six hours after midnight would have next to none of the breaks' share."""
    late = np.cumsum(task.burn_in_starts_per_h - result.starts)
    assert np.abs(late - late.mean()).max() < 60
    assert result.starts.sum() / result.door_arrivals.sum() == pytest.approx(1.036, abs=0.01)


def test_energy_at_changes_is_energy_by_the_hour(result):
    """Proves: kWh integrated at every change equal the sum of the hours, year without prelude (1e-9 relative)."""
    hourly = [result.line_kw.sum(), result.burn_in_kw.sum()]
    assert result.energy_kwh == pytest.approx(hourly, rel=1e-9)


def test_the_hours_agree_with_one_another(result):
    """Proves: slots hold what was loaded less what was unloaded, and burning units draw the product's power."""
    change = result.occupied_slots[-1] - result.occupied_slots[0]
    assert result.loads.sum() - result.unloads.sum() == pytest.approx(change, abs=8)
    assert result.burn_in_kw == pytest.approx(3.5 * result.burning_units)
    assert result.occupied_slots.max() <= 72
    assert (result.occupied_slots - result.burning_units).min() > -1e-6
    assert result.waiting_unit_h == pytest.approx(result.waiting_units.sum())


def test_the_year_begins_as_it_ends(result):
    """Proves: the prelude has filled line and racks before hour 0. Sensitivity: begun empty, none would burn."""
    assert result.burning_units[:24].mean() == pytest.approx(result.burning_units.mean(), rel=0.2)
    assert result.shipped[:48].sum() > 0


def test_replications_differ_and_repeat(task, result):
    """Proves: the same replication gives the same year to the last bit, the next one another; both can be pickled."""
    short = replace(task, prelude_days=1)
    again = pickle.loads(pickle.dumps(play_year(pickle.loads(pickle.dumps(task)))))
    assert (again.line_kw == result.line_kw).all()
    assert (play_year(replace(short, replication=1)).line_kw != result.line_kw).any()


def test_the_limiter_caps_burn_in(task):
    """Proves: with a ceiling of 60 kW no hour's burn-in passes it, and what is overdue waits too.
    Sensitivity: overdue units started against the limiter would bring burn-in above 60 kW."""
    capped = play_year(replace(task, burn_in_limit_kw=np.full(8760, 60.0), prelude_days=1))
    free = play_year(replace(task, prelude_days=1))
    assert free.burn_in_kw.max() > 65
    assert capped.burn_in_kw.max() <= 60 + 1e-6
    assert capped.waiting_unit_h > free.waiting_unit_h


def test_overdue_units_do_not_wait_for_a_plan_that_forgot_them(task):
    """Proves: with no planned start at all, every unit starts 24 h after it is ready. Sensitivity: 0 starts."""
    forgotten = play_year(replace(task, burn_in_starts_per_h=np.zeros(8760), racks=8, prelude_days=3))
    assert forgotten.starts.sum() == pytest.approx(1.036 * forgotten.door_arrivals.sum(), rel=0.02)
    assert forgotten.waiting_unit_h / forgotten.starts.sum() > 24


def test_a_hot_summer_makes_runs_longer(task):
    """Proves: at 41 C in every hour of July the racks draw 0.9 of 3.5 kW for each unit that burns, and hold it 12 / 0.9
    = 13.3 h; at the end of the month, a ninth more units burn on average; all other hours are as without.
    Sensitivity: throttled power without the longer run would leave as many units burning; laid on without the prelude's
    shift, the heat would come two weeks late."""
    july = np.zeros(8760, dtype=bool)
    july[181 * 24 : 212 * 24] = True
    cool = play_year(replace(task, prelude_days=1))
    warm = play_year(replace(task, prelude_days=1, inlet_c=np.where(july, 41.0, 30.0)))
    kw = warm.burn_in_kw / np.maximum(warm.burning_units, 1e-9)
    assert kw[july] == pytest.approx(0.9 * 3.5)
    assert kw[~july & (warm.burning_units > 0)] == pytest.approx(3.5)
    late_july = slice(190 * 24, 212 * 24)
    assert warm.burning_units[late_july].mean() == pytest.approx(cool.burning_units[late_july].mean() / 0.9, rel=0.01)
    assert (warm.burn_in_kw[: 181 * 24] == cool.burn_in_kw[: 181 * 24]).all()
    assert warm.shipped.sum() == pytest.approx(cool.shipped.sum(), rel=0.01)
