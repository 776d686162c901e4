"""Lines that lock up are told by name and time."""

import pickle

import pytest

from sites.errors import TwinError
from twin.sim.line.deadlock import DeadlockError


def _rework_circle(plain, buffer):
    """Every unit fails once at the test, and goes back to the work before it, until its second failure scraps it."""
    return plain.line(
        plain.station("work", 5, next="test", buffer=buffer),
        plain.station("test", 2, buffer=buffer, first_pass_yield=0.0, rework_limit=1, on_failure="work"),
    )


def test_a_circle_of_rework_locks_up(plain):
    """Proves: without buffers, the unit that fails at 7 finds work busy and waits, and the one finished at 10 finds
    the test held: locked at 10 min. Sensitivity: noticed at the end of the run only, or never, the run would show
    nothing."""
    with pytest.raises(DeadlockError, match=r"deadlock at 0\.17 h: work -> test -> work") as caught:
        plain.run(_rework_circle(plain, 0), 10)
    assert caught.value.minute == 10
    assert caught.value.stations == ["work", "test"]


def test_its_exit_code_and_its_way_between_processes():
    """Proves: exit code 4, and stations and time survive pickling. Sensitivity: rebuilt from its message, both are
    lost."""
    error = DeadlockError(["a", "b"], 90.0)
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, TwinError)
    assert (again.exit_code, again.stations, again.minute, str(again)) == (4, ["a", "b"], 90.0, str(error))


def test_a_blocked_line_that_can_go_on_is_no_deadlock(plain):
    """Proves: machines blocked in a row behind a slow one, in a circle with a way out, are none.
    Sensitivity: two blocked machines in a circle are not enough: the third still works."""
    spec = plain.line(
        plain.station("work", 1, next="test", buffer=0),
        plain.station("test", 1, next={"slow": 0.9, "work": 0.1}, buffer=0),
        plain.station("slow", 30, buffer=0, servers=2),
        arrivals={"interval": {"mean_min": 40}},
    )
    assert plain.run(spec, 50).shipped.count > 40


def test_a_machine_that_is_down_within_the_circle_does_not_hide_it(plain):
    """Proves: a blocked machine that fails can hand over no sooner: the lock is still one. Sensitivity: taken for a
    machine that will work again, the line would stand for the rest of the run."""
    spec = plain.line(
        plain.station("work", 5, next="test", buffer=0, servers=1),
        plain.station(
            "test", 2, buffer=0, first_pass_yield=0.0, rework_limit=1, on_failure="work",
            breakdowns={"mtbf_h": 8 / 60, "mttr_min": 60, "clock": "calendar", "mtbf_law": "deterministic"},
        ),
    )  # fmt: skip
    with pytest.raises(DeadlockError) as caught:
        plain.run(spec, 10)
    assert caught.value.minute == 10
