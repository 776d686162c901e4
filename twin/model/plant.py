"""The plant: what would be built and made anywhere, read from a plant file."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from sites.errors import Problem, nearest
from sites.figures import Figure
from sites.validation import Strict, raise_faults, read_described
from twin.model.burn_in import BurnIn
from twin.model.fit import burn_in_problems, line_problems, pattern_problems
from twin.model.line import Line
from twin.model.ramp_rules import RampRules
from twin.model.shifts import ShiftPattern
from twin.model.trade import Trade

Positive = Annotated[float, Field(gt=0)]
FULL_LOAD_TOLERANCE = 0.1  # fitted curves miss 1 at full load by a few per cent


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


class BurnInHall(Strict):
    """Limits of the air at the miners' inlet, and what moves it.

    Recirculation is the share of exhaust that returns to the inlet. WBGT [C] binds because people load there.
    """

    inlet_limit_c: float = Field(gt=0, le=100)
    least_inlet_c: float = Field(ge=-40, le=60)
    relative_humidity_limit: float = Field(gt=0, le=1)
    dew_point_limit_c: float = Field(ge=-60, le=60)
    wbgt_limit_c: float = Field(ge=-20, le=60)
    recirculation_fraction: float = Field(ge=0, lt=0.5)
    fan_pressure_pa: float = Field(gt=0)
    fan_efficiency: float = Field(gt=0, le=1)
    pad_efficiency: float = Field(gt=0, lt=1)
    pad_pressure_pa: float = Field(ge=0)
    pad_cycles_of_concentration: float = Field(gt=1)
    coil_fan_kw_per_kw_th: float = Field(ge=0)

    @property
    def pad_evaporated_fraction(self) -> float:
        """Share of the pads' water that evaporates, the rest is blown down: (c - 1) / c at c cycles."""
        return 1.0 - 1.0 / self.pad_cycles_of_concentration

    @model_validator(mode="after")
    def _inlet_has_room(self) -> Self:
        low, high = self.least_inlet_c, self.inlet_limit_c
        if low >= high:
            what = f"value {low:g}: not below inlet_limit_c {high:g}, so that no air suits the miners"
            raise_faults([Problem("least_inlet_c", what, f"give less than {high:g}, or a higher inlet_limit_c")])
        return self


class AssemblyHall(Strict):
    """The conditioned hall: setpoint, humidity band, envelope, outdoor air and loads outside the plan."""

    temperature_c: float = Field(ge=5, le=40)
    relative_humidity_low: float = Field(gt=0, lt=1)
    relative_humidity_high: float = Field(gt=0, lt=1)
    area_m2: float = Field(gt=0)
    envelope_kw_per_k: float = Field(ge=0)
    roof_solar_gain_fraction: float = Field(ge=0, le=1)
    outdoor_air_kg_per_s: float = Field(ge=0)
    sensible_kw_per_person: float = Field(ge=0)
    latent_kw_per_person: float = Field(ge=0)
    people_base: float = Field(ge=0)
    people_base_pattern: str
    lighting_kw: float = Field(ge=0)
    base_kw: float = Field(ge=0)
    supply_fan_kw_per_kw_th: float = Field(ge=0)
    humidifier_kw_per_kg_per_s: float = Field(ge=0)

    @model_validator(mode="after")
    def _humidity_has_room(self) -> Self:
        low, high = self.relative_humidity_low, self.relative_humidity_high
        if low >= high:
            what = f"value {low:g}: not below relative_humidity_high {high:g}"
            raise_faults([Problem("relative_humidity_low", what, f"give less than {high:g}")])
        return self


class Chiller(Strict):
    """An air-cooled chiller on EnergyPlus/DOE-2 curves: capacity [kW_th], COP, curves and their ranges."""

    name: str
    capacity_kw_th: float = Field(gt=0)
    cop: float = Field(gt=0)
    capacity_curve: tuple[float, ...] = Field(min_length=6, max_length=6)
    power_temperature_curve: tuple[float, ...] = Field(min_length=6, max_length=6)
    power_part_load_curve: tuple[float, ...] = Field(min_length=3, max_length=3)
    outdoor_low_c: float = Field(ge=-60, le=60)
    outdoor_high_c: float = Field(ge=-60, le=80)
    supply_c: float = Field(ge=-10, le=30)
    pump_kw_per_kw_th: float = Field(ge=0)
    usd_each: float = Field(gt=0)
    most: int = Field(ge=1)
    spare: int = Field(ge=0)
    life_years: int = Field(ge=1)

    @field_validator("power_part_load_curve")
    @classmethod
    def _convex_and_rising(cls, curve: tuple[float, ...]) -> tuple[float, ...]:
        """Refuse a part-load curve that chords cannot follow: it must be convex, above nil and rising to 1."""
        a, b, c = curve
        full = a + b + c
        rules = (
            (c < 0, f"c = {c:g} bends the curve down", "give c of 0 or more"),
            (a < 0 or (a == 0 and c > 0), f"a = {a:g} is no power of an idling chiller", "give a above 0"),
            (b < 0 or b + c <= 0, f"b = {b:g} does not rise with load", "give b of 0 or more, and b + c above 0"),
            (abs(full - 1.0) > FULL_LOAD_TOLERANCE, f"a + b + c = {full:g} at full load", "give coefficients of sum 1"),
        )
        shown = f"value {list(curve)} of a + b u + c u2"
        raise_faults(Problem("", f"{shown}: {what}", cure) for is_broken, what, cure in rules if is_broken)
        return curve

    @model_validator(mode="after")
    def _works_in_its_range(self) -> Self:
        wrong = []
        if self.spare >= self.most:
            what = f"value {self.spare}: of at most {self.most} chillers none is left to work"
            wrong.append(Problem("spare", what, f"give less than {self.most}, or a larger most"))
        if self.outdoor_low_c >= self.outdoor_high_c:
            what = f"value {self.outdoor_low_c:g}: not below outdoor_high_c {self.outdoor_high_c:g}"
            wrong.append(Problem("outdoor_low_c", what, f"give less than {self.outdoor_high_c:g}"))
            raise_faults(wrong)
        for key in ("capacity_curve", "power_temperature_curve"):
            a, b, c, d, e, f = getattr(self, key)
            steps = (self.outdoor_low_c + (self.outdoor_high_c - self.outdoor_low_c) * step / 20 for step in range(21))
            x = self.supply_c
            least, at = min((a + b * x + c * x * x + d * y + e * y * y + f * x * y, y) for y in steps)
            if least <= 0:
                what = f"value {list(getattr(self, key))}: {least:.3g} of the rating at {at:.1f} C outdoors"
                cure = "mend the curve, or narrow outdoor_low_c and outdoor_high_c"
                wrong.append(Problem(key, what, cure))
        raise_faults(wrong)
        return self


class ColdStore(Strict):
    """A chilled-water store: price by size, loss an hour, and how fast it fills or empties [1/h]."""

    usd_per_kwh_th: float = Field(gt=0)
    loss_fraction_per_h: float = Field(ge=0, lt=1)
    rate_per_h: float = Field(gt=0)
    most_kwh_th: float = Field(gt=0)
    life_years: int = Field(ge=1)


class Ventilation(Strict):
    """Free-air fans and pads of the burn-in hall, priced by the heat they carry at the product's temperature rise."""

    usd_per_kw_th: float = Field(gt=0)
    pad_usd_per_kw_th: float = Field(gt=0)
    coil_usd_per_kw_th: float = Field(gt=0)
    module_kw_th: float = Field(gt=0)
    most_modules: int = Field(ge=1)
    life_years: int = Field(ge=1)


class Battery(Strict):
    """A lithium battery: price by power and energy, one-way efficiencies, standing loss, and most of each."""

    usd_per_kw: float = Field(gt=0)
    usd_per_kwh: float = Field(gt=0)
    charge_efficiency: float = Field(gt=0, le=1)
    discharge_efficiency: float = Field(gt=0, le=1)
    standing_loss_fraction_per_h: float = Field(ge=0, lt=1)
    least_charge_fraction: float = Field(ge=0, lt=1)
    most_kw: float = Field(ge=0)
    most_kwh: float = Field(ge=0)
    life_years: int = Field(ge=1)


class Transformers(Strict):
    """The grid service: a ladder of sizes [kVA] with prices, spare units (N+1), power factor and losses."""

    sizes_kva: tuple[Positive, ...] = Field(min_length=1)
    usd_each: tuple[Positive, ...] = Field(min_length=1)
    most_of_one_size: int = Field(ge=1)
    spare: int = Field(ge=0)
    power_factor: float = Field(gt=0.5, le=1)
    loading_limit: float = Field(gt=0, le=1)
    switchgear_usd_per_kva: float = Field(ge=0)
    load_loss_fraction: float = Field(ge=0, lt=0.1)
    no_load_loss_fraction: float = Field(ge=0, lt=0.05)
    life_years: int = Field(ge=1)

    @model_validator(mode="after")
    def _one_price_a_size(self) -> Self:
        wrong = []
        if len(self.sizes_kva) != len(self.usd_each):
            what = f"{len(self.sizes_kva)} sizes but {len(self.usd_each)} prices"
            wrong.append(Problem("usd_each", what, f"give {len(self.sizes_kva)}, one for each of sizes_kva"))
        if self.spare >= self.most_of_one_size:
            what = f"value {self.spare}: of at most {self.most_of_one_size} transformers none is left to carry load"
            cure = f"give less than {self.most_of_one_size}, or a larger most_of_one_size"
            wrong.append(Problem("spare", what, cure))
        raise_faults(wrong)
        return self


class Racks(Strict):
    """What a burn-in rack costs, installed, with its feed."""

    usd_each: float = Field(gt=0)
    life_years: int = Field(ge=1)


class Equipment(Strict):
    """The catalogue with base prices; a site scales them by its construction index."""

    maintenance_fraction_per_year: float = Field(ge=0)
    racks: Racks
    transformers: Transformers
    battery: Battery
    chiller: Chiller
    cold_store: ColdStore
    ventilation: Ventilation


class Plant(Strict):
    """Everything that is the same in both states; without *ramp* there is no first year to plan."""

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
        raise_faults(wrong)
        return self

    @property
    def product(self) -> Product:
        """The plant's first product."""
        return self.products[0]

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
    return Path(str(files("twin.model") / "starter.toml"))


def read_plant(file: Path | None = None) -> tuple[Plant, list[Figure]]:
    """Read a plant *file* (default: the starter plant) and the origins of its numbers.

    Raises `InputError` with every problem found.
    """
    file = file or starter_file()
    return read_described(Plant, file)
