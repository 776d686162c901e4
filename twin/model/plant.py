"""The plant: what would be built and made anywhere, read from a plant file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sites.errors import Problem, nearest
from sites.figures import Figure
from sites.validation import Strict, raise_faults
from twin.model.burn_in import BurnIn
from twin.model.conditioned import HallEntry, hall_problems
from twin.model.equipment.catalogue import Equipment
from twin.model.equipment.hydro import hydro_problems
from twin.model.fit import burn_in_problems, line_problems, pattern_problems
from twin.model.halls import AssemblyHall, BurnInHall
from twin.model.line import Line
from twin.model.plant_file import plant_path, read_extended, shipped_plants
from twin.model.ramp_rules import RampRules
from twin.model.shifts import ShiftPattern
from twin.model.trade import Trade

Positive = Annotated[float, Field(gt=0)]


class Product(Strict):
    """A miner: rated power [kW], hash rate [TH/s], value [usd], airflow temperature rise [K] and inlet limit [C]."""

    name: str = Field(min_length=1)
    power_kw: float = Field(gt=0)
    hash_rate_th_per_s: float = Field(gt=0)
    value_usd: float = Field(gt=0)
    air_temperature_rise_k: float = Field(gt=0)
    inlet_limit_c: float = Field(gt=0, le=100)


class Demand(Strict):
    """Good units wanted: *units_per_working_day* in a mature year; the year is met month by month."""

    units_per_working_day: float = Field(gt=0)
    working_days: tuple[Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], ...] = Field(min_length=1)
    ramp_percent_by_month: tuple[Annotated[float, Field(ge=0, le=200)], ...] = Field(min_length=12, max_length=12)


class Money(Strict):
    """Terms on which the plant is judged.

    Horizon [years], nominal discount rate, holding cost as a share of value, federal tax as a share of profit.
    """

    horizon_years: int = Field(ge=1)
    discount_rate: float = Field(ge=0, lt=1)
    holding_cost_fraction_per_year: float = Field(ge=0)
    federal_income_tax_fraction: float = Field(ge=0, lt=1)


class Hiring(Strict):
    """What it takes to hire and to release one head.

    *lead_weeks* from the decision to the first day; *usd_per_person* of recruiting; *training_weeks* paid without
    output; *release_weeks_of_pay*; *turnover_fraction_per_year* who leave on their own and are replaced.
    """

    lead_weeks: float = Field(ge=0, le=52)
    usd_per_person: float = Field(ge=0)
    training_weeks: float = Field(ge=0, le=52)
    release_weeks_of_pay: float = Field(ge=0, le=104)
    turnover_fraction_per_year: float = Field(ge=0, le=2)


class Labour(Strict):
    """Rules of employment: months a team keeps its pattern, people outside the crews, the first payroll, hiring.

    *direct_people_first_month* of the first payroll stand at the line and the racks; until *commitment_until* nobody
    of the first payroll is released. *most_direct_people* (none: no limit) is what the place or the company allows.
    """

    keep_pattern_months: int = Field(ge=1, le=12)
    indirect_people: dict[str, Annotated[int, Field(ge=0)]]
    payroll_first_month: int = Field(ge=0)
    direct_people_first_month: int = Field(ge=0)
    commitment_until: date
    most_burn_in_crews: int = Field(ge=1)
    most_direct_people: int | None = Field(default=None, ge=1)
    hiring: Hiring

    @model_validator(mode="after")
    def _payroll_adds_up(self) -> Self:
        indirect = sum(self.indirect_people.values())
        if self.direct_people_first_month + indirect != self.payroll_first_month:
            what = f"value {self.payroll_first_month}: {self.direct_people_first_month} direct and {indirect} indirect"
            cure = f"give {self.direct_people_first_month + indirect}, or other people"
            raise_faults([Problem("payroll_first_month", what, cure)])
        return self


class Plant(Strict):
    """Everything that is the same in both states; without *ramp* there is no first year to plan.

    Conditioned *halls*, where there are any, take the place of `assembly_hall` in heat and power.
    """

    name: str = Field(min_length=1)
    study_year: int = Field(ge=2020, le=2100)
    products: tuple[Product, ...] = Field(min_length=1)
    demand: Demand
    money: Money
    trade: Trade
    labour: Labour
    line: Line
    burn_in: BurnIn
    patterns: tuple[ShiftPattern, ...] = Field(min_length=1)
    burn_in_hall: BurnInHall
    assembly_hall: AssemblyHall
    equipment: Equipment
    ramp: RampRules | None = None
    halls: tuple[HallEntry, ...] = ()

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        names = [pattern.name for pattern in self.patterns]
        wrong = [
            *line_problems(self.line, self.burn_in, [product.name for product in self.products]),
            *burn_in_problems(self.burn_in, max(product.power_kw for product in self.products)),
            *pattern_problems(self.patterns),
        ]
        base = self.assembly_hall.people_base_pattern
        if base not in names:
            where = "assembly_hall.people_base_pattern"
            wrong.append(Problem(where, f"value {base!r}: no pattern", nearest(base, names)))
        if self.equipment.hydro is not None:
            wrong += hydro_problems(self.equipment.hydro, self.product.power_kw, self.burn_in.throttle_above_c)
            if self.ramp is not None:
                wrong += [
                    Problem(f"ramp.{key}", "missing: the plant has equipment.hydro", "add it")
                    for key in ("hydro_loop", "dry_coolers")
                    if getattr(self.ramp, key) is None
                ]
        recovers = self.equipment.heat_recovery is not None
        wrong += hall_problems(self.halls, names, self.equipment.chiller.supply_c, recovers=recovers)
        raise_faults(wrong)
        return self

    @property
    def product(self) -> Product:
        """The plant's first product."""
        return self.products[0]

    @property
    def heat_to_air_fraction(self) -> float:
        """Share of burn-in heat that warms the hall's air: all of it, unless water cools the miners."""
        hydro = self.equipment.hydro
        return 1.0 if hydro is None else 1.0 - hydro.loop.heat_to_water_fraction

    @property
    def holding_usd_per_unit_h(self) -> float:
        """Cost of a unit that waits for an hour [usd/h]: its value x holding cost a year / 8760."""
        return self.product.value_usd * self.money.holding_cost_fraction_per_year / 8760.0

    @property
    def pattern_families(self) -> tuple[int, ...]:
        """Place of the pattern that each one belongs to (patterns): its own, or that of which it is the overtime."""
        places = {pattern.name: place for place, pattern in enumerate(self.patterns)}
        return tuple(places[pattern.overtime_of or pattern.name] for pattern in self.patterns)

    def pattern(self, name: str) -> ShiftPattern:
        """Return the shift pattern of that *name*; raises `KeyError` when there is none."""
        for pattern in self.patterns:
            if pattern.name == name:
                return pattern
        raise KeyError(name)


def starter_file() -> Path:
    """Path of the plant file that is shipped with the package."""
    return shipped_plants()["starter"]


def read_plant(file: Path | None = None) -> tuple[Plant, list[Figure]]:
    """Read a plant *file*, or the shipped one of that name (default: the starter plant), and its numbers' origins.

    Raises `InputError` with every problem found.
    """
    return read_extended(Plant, starter_file() if file is None else plant_path(file))
