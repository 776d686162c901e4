"""Whole generators: how many to buy, and how many of them run in each hour of the second pass."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimiser.inputs import Counts, Inputs
from optimiser.matrices import Matrices
from optimiser.solver import Settings, Solution, solve
from sites.errors import InfeasibleError
from twin.model.power.generators import bank

Array = NDArray[np.float64]
COUNT = "generators_count"
POWER = "generators_power_mw"
ROUNDING = 1e-3
TINY_KW = 1e-9
SOME_LOAD_KW = 1.0  # less is the solver's rounding: no unit is started for it


def any_units(inputs: Inputs) -> Inputs:
    """Return *inputs* in which no number of running units is held: what bounds every choice of them."""
    return inputs if inputs.generators_running is None else replace(inputs, generators_running=None)


def with_whole_generators(
    matrices: Matrices, relaxed: Solution, held: dict[str, Array], settings: Settings
) -> tuple[Solution, dict[str, Array]]:
    """Return the solution with a whole number of generators, and *held* with that number in it.

    The cost is convex in the number as long as all else is continuous: the best whole number stands beside the relaxed
    one, and the cheaper of the two neighbours is it. Nothing changes without generators in the model.
    """
    if COUNT not in matrices.columns:
        return relaxed, held
    asked = relaxed.scalar(COUNT)
    below, above = int(np.floor(asked + ROUNDING)), int(np.ceil(asked - ROUNDING))
    if below == above:
        return relaxed, {**held, COUNT: np.array([float(below)])}
    found: tuple[Solution, dict[str, Array]] | None = None
    for number in (below, above):
        trial = {**held, COUNT: np.array([float(number)])}
        try:
            solution = solve(matrices.fixed(trial).relaxed(), settings)
        except InfeasibleError:
            continue
        if found is None or solution.objective < found[0].objective:
            found = solution, trial
    if found is None:
        raise InfeasibleError("no whole number of generators satisfies all limits at once")
    return found


@dataclass(frozen=True, eq=False)
class WantedUnits:
    """What the first pass wanted of the generators by hour (8760): *load_kw* of all, *units* there, *least_kw* of one,
    *room_kw* that the site could take up of them, and how many units are *fitting* in it at their minimum load."""

    load_kw: Array
    units: int
    least_kw: Array
    room_kw: Array
    fitting: Counts


def loads_of(inputs: Inputs, solution: Solution) -> WantedUnits | None:
    """Return what a *solution* of the full year wants of the generators; None without any that run in a normal year."""
    spec, each_kw = inputs.plant.equipment.generators, inputs.generator_each_kw
    if spec is None or each_kw is None or spec.emergency:
        return None
    units = round(solution.scalar(COUNT)) if COUNT in solution.matrices.columns else 0
    load_kw = np.minimum(_hourly_kw(solution, POWER), units * each_kw)
    kept = 1.0 - inputs.plant.equipment.transformers.load_loss_fraction
    room_kw = kept * _hourly_kw(solution, "power_grid_mw") + load_kw
    least_kw = np.minimum(spec.minimum_load_fraction * spec.rated_kw, each_kw)
    with_sun_kw = room_kw + _hourly_kw(solution, "solar_used_mw")  # which may give way
    most = np.where(least_kw > 0, with_sun_kw / np.maximum(least_kw, TINY_KW), units)
    return WantedUnits(load_kw, units, least_kw, room_kw, np.floor(np.minimum(most, units)).astype(np.int64))


def running_choices(inputs: Inputs, solution: Solution) -> list[Counts]:
    """Return numbers of running units by hour (8760 each) that fit the loads of a *solution* of the full year.

    As many units as burn least at each load (`bank`). A load below one unit's minimum is either taken for a need, and
    a unit runs at its minimum, or for a remainder, and none does: both are returned where they differ. No more units
    run than the hour's own use takes at their minimum load, for nothing is exported. Nothing is returned without
    generators that run in a normal year.
    """
    spec, wanted = inputs.plant.equipment.generators, loads_of(inputs, solution)
    if spec is None or wanted is None:
        return []
    choices: list[Counts] = []
    for share in (0.0, 1.0 - ROUNDING):
        asked = wanted.load_kw >= np.maximum(share * wanted.least_kw, SOME_LOAD_KW)
        running = bank(spec, wanted.units, np.where(asked, wanted.load_kw, 0.0), inputs.generator_each_kw).running
        running = np.minimum(running, wanted.fitting)
        if not any(np.array_equal(running, other) for other in choices):
            choices.append(running)
    return choices


def _hourly_kw(solution: Solution, name: str) -> Array:
    values = np.zeros(8760)
    if name in solution.matrices.columns:
        values[np.array(solution.matrices.keys[name], dtype=np.int64)] = 1000.0 * solution.value(name)
    return np.maximum(values, 0.0)
