"""The vocabulary in which subsystems are written: hourly quantities, sizes, counts, named constraints, buses.

Inside, a Pyomo model in MW, MWh and usd (measured: the solver does best so). A constraint is a named function whose
docstring is its formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.common.gc_manager import PauseGC

from optimiser.timegrid import TimeGrid

MONTHS = 12
Expression = Any  # Pyomo's expressions carry no types
Hourly = Callable[[int], Expression]
Rule = Callable[..., Expression]


@dataclass
class Flows:
    """What a subsystem puts on the shared buses, and on the cost sheet.

    Parameters: *electricity_mw* function of the hour's position, positive when drawn from the bus; *water_m3* a year;
    *installed_usd* price of what is built (maintenance, tax and insurance follow it), *own_upkeep_usd* the part of it
    whose maintenance stands in *cost* at a rate of its own; *cost* usd a year by line of the
    cost sheet; *constant_cost* what no decision changes.
    """

    electricity_mw: Hourly | None = None
    water_m3: Expression = 0.0
    installed_usd: Expression = 0.0
    own_upkeep_usd: Expression = 0.0
    cost: dict[str, Expression] = field(default_factory=dict)
    constant_cost: dict[str, float] = field(default_factory=dict)


class Model:
    """A model over a *grid* of hours; subsystems add variables and constraints under a *prefix* of their own."""

    def __init__(self, grid: TimeGrid) -> None:
        self.grid = grid
        self.pyomo = pyo.ConcreteModel()
        self.pyomo.hours = pyo.RangeSet(0, len(grid) - 1)
        self.pyomo.months = pyo.RangeSet(0, MONTHS - 1)
        self.formulas: dict[str, str] = {}
        self.hourly_names: dict[str, int] = {}
        self._prefix = ""

    def within(self, prefix: str) -> Model:
        """Return a view of the model whose names start with *prefix*, after the prefix of this one."""
        view = object.__new__(Model)
        view.__dict__ = {**self.__dict__, "_prefix": f"{self._prefix}{prefix}_"}
        return view

    # -- variables

    def hourly(self, name: str, at_most: float | NDArray[np.float64], at_least: float = 0.0) -> Any:
        """Add one variable an hour, bounded (every column is, so that a bound can be proven from any prices)."""
        self.hourly_names[self._prefix + name] = 0
        top = np.broadcast_to(np.asarray(at_most, dtype=float), (len(self.grid),)).tolist()
        return self._add(name, pyo.Var(self.pyomo.hours, bounds=lambda _, t: (at_least, top[t])))

    def monthly(self, name: str, at_most: float, *, whole: bool = False) -> Any:
        """Add one variable a month, from 0 to *at_most*, in *whole* numbers where that is asked."""
        domain = pyo.Integers if whole else pyo.Reals
        return self._add(name, pyo.Var(self.pyomo.months, bounds=(0.0, at_most), domain=domain))

    def size(self, name: str, at_most: float) -> Any:
        """Add one size, from 0 to *at_most*."""
        return self._add(name, pyo.Var(bounds=(0.0, at_most)))

    def count(self, name: str, at_most: int, at_least: int = 0) -> Any:
        """Add one whole number."""
        return self._add(name, pyo.Var(bounds=(at_least, at_most), domain=pyo.Integers))

    def counts(self, name: str, keys: Iterable[Any], at_most: int) -> Any:
        """Add one whole number for each of *keys*."""
        return self._add(name, pyo.Var(pyo.Set(initialize=list(keys)), bounds=(0, at_most), domain=pyo.Integers))

    def counts_within(self, name: str, at_most: Mapping[int, int]) -> Any:
        """Add one whole number for each hour's position in *at_most*, up to the number that stands there."""
        self.hourly_names[self._prefix + name] = 0
        hours = pyo.Set(initialize=list(at_most))
        return self._add(name, pyo.Var(hours, bounds=lambda _, t: (0, at_most[t]), domain=pyo.Integers))

    # -- constraints

    def each_hour(self, rule: Rule) -> Rule:
        """Add *rule*(t) for every hour; the function's name and docstring name and explain the rows."""
        self.hourly_names[self._prefix + rule.__name__] = 0
        return self._constrain(rule, self.pyomo.hours)

    def each_of_hours(self, keys: Iterable[Any], place: int = 0) -> Callable[[Rule], Rule]:
        """Add the rule for each of *keys*, whose part number *place* (or which itself) is the hour's position."""

        def add(rule: Rule) -> Rule:
            self.hourly_names[self._prefix + rule.__name__] = place
            return self._constrain(rule, pyo.Set(initialize=list(keys)))

        return add

    def hour_of(self, name: str, key: Any) -> int:
        """Return the hour's position in the *key* of a row of the hourly constraint *name*."""
        return int(key[self.hourly_names[name]]) if isinstance(key, tuple) else int(key)

    def each_month(self, rule: Rule) -> Rule:
        """Add *rule*(m) for every month."""
        return self._constrain(rule, self.pyomo.months)

    def each_of(self, keys: Iterable[Any]) -> Callable[[Rule], Rule]:
        """Add the rule for each of *keys*."""
        return lambda rule: self._constrain(rule, pyo.Set(initialize=list(keys)))

    def once(self, rule: Rule) -> Rule:
        """Add *rule*() as one row."""
        return self._constrain(rule, None)

    def minimise(self, cost: Expression) -> None:
        """Set the objective, in usd a year."""
        self.pyomo.objective = pyo.Objective(expr=cost)

    def _constrain(self, rule: Rule, index: Any) -> Rule:
        if not rule.__doc__:
            raise ValueError(f"constraint {rule.__name__} has no formula in its docstring")
        name = self._prefix + rule.__name__
        self.formulas[name] = rule.__doc__.strip()
        with PauseGC():
            if index is None:
                self._put(name, pyo.Constraint(expr=rule()))
            else:
                self._put(name, pyo.Constraint(index, rule=lambda _, *key: rule(*key)))
        return rule

    def _add(self, name: str, variable: Any) -> Any:
        self._put(self._prefix + name, variable)
        return variable

    def _put(self, name: str, component: Any) -> None:
        if self.pyomo.component(name) is not None:
            raise ValueError(f"{name} stands twice in the model")
        self.pyomo.add_component(name, component)


SKIP = pyo.Constraint.Skip


def total(terms: Iterable[Expression]) -> Expression:
    """Sum *terms* into one linear expression."""
    return pyo.quicksum(terms)


def weighted(coefficients: NDArray[np.float64], variable: Any) -> Expression:
    """Return sum_t coefficients[t] * variable[t] over the hours with a non-zero coefficient."""
    return pyo.quicksum(float(coefficients[t]) * variable[int(t)] for t in np.flatnonzero(coefficients))
