"""The next alternatives to the sizes of a plan, worked out while another process proves the bound."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from optimiser.alternatives import Alternatives, alternatives
from optimiser.search import Progress
from optimiser.solver import Settings

if TYPE_CHECKING:
    from twin.study.plan import Effort, Round, _Clock


def next_best(last: Round, effort: Effort, clock: _Clock, progress: Progress) -> Alternatives:
    """Return what the next alternatives to the sizes of the *last* round cost; a quick run looks at none."""
    if effort.quick:
        return Alternatives()
    begun = time.perf_counter()
    settings = Settings(seed=effort.seed, deadline=clock.deadline)
    found = alternatives(last.inputs, last.found.design, last.sizes, settings, progress)
    clock.measure("alternatives", begun)
    return found
