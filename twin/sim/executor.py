"""One way to run many independent tasks: in this process, or over several; results in the order of the tasks."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def run_tasks(function: Callable[[Task], Result], tasks: Sequence[Task], workers: int) -> list[Result]:
    """Return *function* of each of *tasks*, in their order.

    Parameters: *function*, at module level so that another process can import it; *tasks*, picklable; *workers*,
    processes (1: everything here). The first error cancels what has not begun; an interrupt does too, and leaves no
    process behind.
    """
    if workers <= 1 or len(tasks) <= 1:
        return [function(task) for task in tasks]
    # Spawned, not forked: a fork copies locks that other threads hold, and behaves differently from system to system.
    pool = ProcessPoolExecutor(min(workers, len(tasks)), mp_context=get_context("spawn"), initializer=_die_quietly)
    try:
        futures = [pool.submit(function, task) for task in tasks]
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _die_quietly() -> None:
    """Let Ctrl-C end a worker at once: the parent reports it, and a traceback of each worker would bury that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
