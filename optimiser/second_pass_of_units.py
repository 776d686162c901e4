"""The second pass with whole generators: the numbers that run are held, then the chillers are fitted as ever."""

from __future__ import annotations

from dataclasses import replace

from optimiser.commitment import committed_units
from optimiser.inputs import Counts, Inputs
from optimiser.running_units import running_choices
from optimiser.search import Found, Progress, full_year, operate
from optimiser.second_pass import second_pass
from optimiser.solver import Settings
from sites.errors import InfeasibleError, StoppedError


def second_pass_of_units(
    inputs: Inputs, first: Found, settings: Settings, progress: Progress, correction: float = 1.0
) -> tuple[Inputs, Found]:
    """Operate the year of the *first* plan once more, with whole numbers of running generators; return both.

    The numbers are those that cost least for its loads (`optimiser.commitment`); where the year cannot be closed with
    them, the cheaper of those that fit its loads hour by hour (`running_choices`), and where none can, the generators
    stay as the first pass has them. *correction* as in `second_pass`, which is all there is to do for a plant without
    generators.
    """
    by_time = False
    chosen: list[Counts] = []
    try:
        committed = committed_units(inputs, first.solution, settings)
        if committed is not None:
            progress("chose the generators that run, as whole units")
            by_time = committed[1].by_time
            chosen = [committed[0]]
    except (InfeasibleError, StoppedError) as error:
        by_time = isinstance(error, StoppedError)
        progress(f"the choice of running generators gave none: {error}")
    for choices in ([*chosen], running_choices(inputs, first.solution)):
        operated = [_operated(inputs, first, running, settings, progress, correction) for running in choices]
        closed = [one for one in operated if one is not None]
        if closed:
            fit, found = min(closed, key=lambda one: one[1].solution.objective)
            return fit, replace(found, solution=replace(found.solution, by_time=by_time))
    if first.facility.generators is not None and first.facility.generators.power is not None:
        progress("the year cannot be closed with whole generators: the first pass is kept for them")
    return second_pass(inputs, first, settings, progress, correction)


def _operated(
    inputs: Inputs, first: Found, running: Counts, settings: Settings, progress: Progress, correction: float
) -> tuple[Inputs, Found] | None:
    """The year of the *first* plan's design with so many units *running*; None where it cannot be closed."""
    held = replace(inputs, generators_running=running)
    fit, found = second_pass(held, first, settings, progress, correction)
    if found is not first:
        return fit, found
    # there was nothing to fit, or it could not be closed on the fitted curves
    year = full_year(held)
    try:
        solution = operate(held, year, first.design, settings, lambda _: None)
    except InfeasibleError:
        return None
    return held, replace(first, facility=year.facility, solution=solution)
