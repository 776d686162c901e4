"""Replications until the means are known well enough."""

import math

from twin.sim import precision
from twin.sim.precision import assessed, run_chunk, until_precise

# Spread of a replication by its number: as if drawn, and the same in every process.
SPREAD = [math.sin(12.9898 * number) for number in range(200)]


def one_quantity(value):
    return {"throughput_per_h": value}


def made(scale, **options):
    return until_precise(abs, lambda number: 10 + scale * SPREAD[number], one_quantity, **options)


def test_a_line_without_chance_takes_the_least():
    """Proves: equal replications have no spread: five are enough, and the target is met."""
    found = made(0.0)
    assert (len(found.runs), found.met, found.relative) == (5, True, {"throughput_per_h": 0.0})


def test_replications_are_added_until_the_half_width_is_within_the_target():
    """Proves: the answer's half-width, recomputed from its runs, is within 2 % of the mean, and that of the first five
    was not. Sensitivity: a standard error in place of t(0.975, n - 1) of it stops at once."""
    found = made(1.0)
    assert found.met
    assert 5 < len(found.runs) <= 100
    first = assessed(found.runs[:5], one_quantity, 0.02)
    assert not first.met
    mean = sum(found.runs) / len(found.runs)
    n = len(found.runs)
    s = math.sqrt(sum((x - mean) ** 2 for x in found.runs) / (n - 1))
    assert found.relative["throughput_per_h"] <= 0.02
    assert 1.9 * s / math.sqrt(n) / mean < found.relative["throughput_per_h"] < 2.3 * s / math.sqrt(n) / mean


def test_the_most_is_the_most_and_told_as_not_met():
    """Proves: with a spread that no 20 replications tame, 20 are made and `met` is false."""
    found = made(9.0, most=20)
    assert (len(found.runs), found.met) == (20, False)


def test_the_number_of_workers_changes_nothing(monkeypatch):
    """Proves: one process and two make the same replications. Sensitivity: chunks as large as the number of workers
    would stop at other numbers."""
    monkeypatch.setattr(precision, "WORTH_A_POOL_S", 0.0)
    one, two = made(1.0, relative=0.05, workers=1), made(1.0, relative=0.05, workers=2)
    assert one == two


def test_chunks_double_at_most():
    """Proves: whatever the first five call for, the next chunk is five; each replication is run once, in order."""
    asked = []

    def task(number):
        asked.append(number)
        return 10 + 5 * SPREAD[number]

    found = until_precise(abs, task, one_quantity, most=40)
    assert asked == list(range(len(found.runs)))
    assert found.runs == [abs(10 + 5 * SPREAD[number]) for number in asked]


def test_all_watched_quantities_count_and_the_unmeasured_are_told():
    """Proves: the worst decides; one that some run could not measure is waited for by nobody, but named; a mean of 0
    with a spread is never known well enough. Sensitivity: nan compares false and would run to the most."""
    runs = [1.0, -1.0, 1.0, -1.0]
    seen = assessed(runs, lambda run: {"flat": 3.0, "zero": run, "none": float("nan")}, 0.02)
    assert seen.relative == {"flat": 0.0, "zero": math.inf}
    assert (seen.unmeasured, seen.met) == (("none",), False)
    assert assessed(runs, lambda run: {"flat": 3.0, "none": run * math.inf}, 0.02).met


def test_one_replication_knows_nothing_of_its_spread():
    """Proves: a single run meets no target. Sensitivity: its half-width is 0 for want of a second."""
    assert not assessed([1.0], one_quantity, 0.02).met


def test_a_finer_target_takes_more():
    """Proves: the target decides how many replications are made: half of it takes some four times as many.
    Sensitivity: a target that is not passed on would make the same number."""
    coarse, fine = (len(made(1.0, relative=target).runs) for target in (0.04, 0.02))
    assert fine >= 2.5 * coarse


def test_processes_are_started_only_for_work_that_is_worth_them(monkeypatch):
    """Proves: short tasks stay in this process, long ones go to two after the first; the order is the tasks'.
    Sensitivity: a pool for every chunk costs more seconds than 5 runs of a small line."""
    used = []

    def noted(function, tasks, workers):
        used.append((len(tasks), workers))
        return [function(task) for task in tasks]

    monkeypatch.setattr(precision, "run_tasks", noted)
    assert run_chunk(abs, [-3, -1, -2], 2) == [3, 1, 2]
    monkeypatch.setattr(precision, "WORTH_A_POOL_S", -1.0)
    run_chunk(abs, [-3, -1, -2], 2)
    assert used == [(1, 1), (2, 1), (1, 1), (2, 2)]
