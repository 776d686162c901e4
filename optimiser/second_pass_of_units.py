"""The second pass with whole generators: the numbers that run are held, then the chillers are fitted as ever."""

from __future__ import annotations

from dataclasses import replace

from optimiser.inputs import Inputs
from optimiser.running_units import running_choices
from optimiser.search import Found, Progress, full_year, operate
from optimiser.second_pass import second_pass
from optimiser.solver import Settings
from sites.errors import InfeasibleError


def second_pass_of_units(
    inputs: Inputs, first: Found, settings: Settings, progress: Progress, correction: float = 1.0
) -> tuple[Inputs, Found]:
    """Operate the year of the *first* plan once more, with whole numbers of running generators; return both.

    Of the numbers that fit its loads (`running_choices`) the cheapest that closes the year; where none does the
    generators stay as the first pass has them. *correction* as in `second_pass`, which is all there is to do for a
    plant without generators.
    """
    best: tuple[Inputs, Found] | None = None
    for running in running_choices(inputs, first.solution):
        held = replace(inputs, generators_running=running)
        fit, found = second_pass(held, first, settings, progress, correction)
        if found is first:  # there was nothing to fit, or it could not be closed on the fitted curves
            again = _operated(held, first, settings)
            if again is None:
                continue
            fit, found = held, again
        if best is None or found.solution.objective < best[1].solution.objective:
            best = fit, found
    if best is not None:
        return best
    if first.facility.generators is not None and first.facility.generators.power is not None:
        progress("the year cannot be closed with whole generators: the first pass is kept for them")
    return second_pass(inputs, first, settings, progress, correction)


def _operated(inputs: Inputs, first: Found, settings: Settings) -> Found | None:
    """The year of the *first* plan's design on *inputs*; None where it cannot be closed."""
    year = full_year(inputs)
    try:
        solution = operate(inputs, year, first.design, settings, lambda _: None)
    except InfeasibleError:
        return None
    return replace(first, facility=year.facility, solution=solution)
