"""The next alternatives in a study: none in a quick run, and what is left out is said in the notes."""

import time
from dataclasses import replace
from types import SimpleNamespace

from optimiser.alternatives import Alternatives, Change
from twin.study import next_best as module
from twin.study.next_best import next_best
from twin.study.plan import Effort
from twin.study.summary import _alternatives_notes

FOUND = Alternatives((Change("chillers_count", "more", 3.0, 4.0, 23_605.0),))


def clock(left_s=1e6):
    measured = []
    return SimpleNamespace(deadline=time.perf_counter() + left_s, measure=lambda *what: measured.append(what[0]))


def test_a_quick_run_looks_at_none(monkeypatch):
    """Proves: a quick run asks nothing of the solver. Sensitivity: a minute more in a run that takes one."""
    monkeypatch.setattr(module, "alternatives", None)
    assert next_best(None, Effort(quick=True), clock(), print) == Alternatives()


def test_a_full_run_asks_with_its_own_seed_and_deadline(monkeypatch):
    """Proves: the plan's inputs, design and sizes are handed on, with the run's seed and deadline.
    Sensitivity: settings without the deadline would run past --time-limit."""
    asked = []
    monkeypatch.setattr(module, "alternatives", lambda *terms: asked.append(terms) or FOUND)
    last = SimpleNamespace(inputs="inputs", found=SimpleNamespace(design="design"), sizes={"chillers_count": 3.0})
    until = clock()
    assert next_best(last, Effort(seed=7), until, print) is FOUND
    inputs, design, sizes, settings, _ = asked[0]
    assert (inputs, design, sizes) == ("inputs", "design", {"chillers_count": 3.0})
    assert (settings.seed, settings.deadline) == (7, until.deadline)


def test_what_is_left_out_is_said():
    """Proves: left out by time or by the solver reads as such, with the names; nothing left out says nothing."""
    said = [
        _alternatives_notes(SimpleNamespace(alternatives=each))
        for each in (FOUND, replace(FOUND, left_out=("battery_kw",), by_time=True), replace(FOUND, left_out=("x",)))
    ]
    assert said[0] == []
    assert said[1] == ["Time ended the work on the next alternatives to the sizes; left out: battery_kw."]
    assert said[2][0].startswith("The solver gave no answer")
