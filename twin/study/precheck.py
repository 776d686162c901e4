"""Refuses a case that no plan can meet, before anything is simulated or solved."""

from __future__ import annotations

from optimiser.feasible import best_line, check_feasible
from twin.model.contracts import LineResponse
from twin.study.case import Case
from twin.study.thermal_notes import refuse_thermal


def precheck(case: Case, response: LineResponse | None = None) -> None:
    """Raise `InfeasibleError` with all that no plan for *case* can do, `InputError` with what its halls cannot be.

    Without a *response* the line is taken at its very best, from the plant file alone: what fails then needs no
    simulation. With one the same limits are held against what the line really makes and draws.
    """
    if response is None and case.load_kw is None:
        inputs = case.inputs_of(best_line(case.plant, case.calendar, case.holidays))
    else:
        inputs = case.inputs(response)
    refuse_thermal(inputs, case.plant_file.name)
    check_feasible(inputs, case.plant_file.name)
