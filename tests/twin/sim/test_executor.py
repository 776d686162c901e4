"""Tasks over processes."""

import math

import pytest

from twin.sim.executor import run_tasks


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_tasks(workers):
    """Proves: the order is the tasks', not that of finishing."""
    assert run_tasks(abs, [-3, -1, -2], workers) == [3, 1, 2]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_reaches_the_caller(workers):
    """Proves: a task that fails fails the whole, with its own error."""
    with pytest.raises(ValueError, match="math"):
        run_tasks(math.sqrt, [1.0, -1.0, 2.0], workers)


def test_an_interrupt_leaves_no_process_behind(monkeypatch):
    """Proves: Ctrl-C while waiting cancels what has not begun and ends the workers."""
    import multiprocessing
    from concurrent.futures import Future

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Future, "result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_tasks(abs, [-1] * 50, 2)
    assert multiprocessing.active_children() == []
