"""Who is employed, month by month: crews hired, trained, kept idle and released at a cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimiser.compiling import compile_model
from optimiser.model import MONTHS, Expression, Model, total
from optimiser.solver import Settings, solve
from optimiser.timegrid import without_hours
from sites.schema import Site
from twin.model.plant import Plant

Array = NDArray[np.float64]
WEEK_H = 40.0  # a full week of pay, as the federal law on overtime has it (29 U.S.C. 207)
WEEKS_PER_YEAR = 8760.0 / 168.0


@dataclass(frozen=True)
class Terms:
    """What employing one crew costs beside its pattern's pay.

    *idle_usd_per_week* of a crew without work, *turnover_usd_per_week* of replacing those who leave, *hire_usd* to
    recruit and train a crew, *release_usd* to let one go.
    """

    idle_usd_per_week: float
    turnover_usd_per_week: float
    hire_usd: float
    release_usd: float


@dataclass(frozen=True)
class Beginning:
    """How a year begins that does not close on itself.

    *crews* employed before January and kept for *committed_months*; nobody new starts before *first_hire_month*.
    """

    crews: float
    committed_months: int
    first_hire_month: int


@dataclass(frozen=True, eq=False)
class Employment:
    """Crews *employed*, *hired* and *released* by month (12 each), and what they cost beside pattern pay [usd/year]."""

    employed: Array
    hired: Array
    released: Array
    usd_per_year: float


def employment_terms(plant: Plant, site: Site, people: Mapping[str, int]) -> Terms:
    """Return the terms for a crew of *people* by skill.

    Idle: 40 h a week without premium. Hire: recruiting a head + training weeks of pay. Release: weeks of pay.
    Turnover: share that leaves a year x hire / weeks of the year.
    """
    rules = plant.labour.hiring
    week_usd = WEEK_H * sum(number * site.labour.cost_usd_per_h(skill) for skill, number in people.items())
    hire_usd = rules.usd_per_person * sum(people.values()) + rules.training_weeks * week_usd
    return Terms(
        idle_usd_per_week=week_usd,
        turnover_usd_per_week=rules.turnover_fraction_per_year * hire_usd / WEEKS_PER_YEAR,
        hire_usd=hire_usd,
        release_usd=rules.release_weeks_of_pay * week_usd,
    )


def add_employment(
    model: Model,
    needed: Callable[[int], Expression],
    terms: Terms,
    weeks: Sequence[float] | Array,
    most: float,
    beginning: Beginning | None = None,
) -> Expression:
    """Add the crews on the payroll, which cover the crews *needed*(m), and return their cost beside pattern pay [usd].

    *weeks* (12) of pay in each month; *most* crews. Without a *beginning* December goes over into January.
    """
    employed = model.monthly("employed", at_most=most)
    hired = model.monthly("hired", at_most=most)
    released = model.monthly("released", at_most=most)

    @model.each_month
    def crews_are_employed(month: int) -> Expression:
        """employed[m] >= sum_p crews of the pattern x number[m, p]"""
        return employed[month] >= needed(month)

    @model.each_month
    def payroll_follows(month: int) -> Expression:
        """employed[m] = employed[m-1] + hired[m] - released[m]"""
        before = beginning.crews if beginning is not None and month == 0 else employed[(month - 1) % MONTHS]
        return employed[month] == before + hired[month] - released[month]

    if beginning is not None:

        @model.each_of(range(beginning.committed_months))
        def commitment_is_kept(month: int) -> Expression:
            """employed[m] >= crews at the beginning, as long as the commitment lasts"""
            return employed[month] >= beginning.crews

        @model.each_of(range(beginning.first_hire_month))
        def hiring_takes_time(month: int) -> Expression:
            """hired[m] <= 0 before the hiring lead has passed"""
            return hired[month] <= 0.0

    standing = total(
        float(weeks[month])
        * (terms.idle_usd_per_week * (employed[month] - needed(month)) + terms.turnover_usd_per_week * employed[month])
        for month in range(MONTHS)
    )
    changes = total(terms.hire_usd * hired[month] + terms.release_usd * released[month] for month in range(MONTHS))
    return standing + changes


def cheapest_employment(
    needed: ArrayLike, terms: Terms, weeks: Sequence[float] | Array, beginning: Beginning | None = None
) -> Employment:
    """Return the cheapest payroll for the crews *needed* by month (12)."""
    wanted = np.asarray(needed, dtype=float)
    most = float(max(wanted.max(), beginning.crews if beginning else 0.0)) + 1.0
    model = Model(without_hours())
    model.minimise(add_employment(model, lambda month: float(wanted[month]), terms, weeks, most, beginning))
    found = solve(compile_model(model), Settings(methods=("simplex",)))
    employed, hired, released = (np.round(found.value(name), 9) for name in ("employed", "hired", "released"))
    return Employment(employed, hired, released, found.objective)


def first_hire_month(lead_weeks: float) -> int:
    """Month (0 = January) in which people sought at the year's beginning can start: lead / weeks of a month, up."""
    return int(min(MONTHS, np.ceil(lead_weeks / (WEEKS_PER_YEAR / MONTHS) - 1e-9)))
