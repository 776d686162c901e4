"""The cost of the next alternative: what one step more, one step less or doing without each size would cost a year.

Each change is tried on the linear programme of the representative weeks, with the plan's staff and its whole counts
held, continuous sizes free, and no unit more left unmade than the plan leaves. Where doing without an item breaks a
limit, all other sizes are free again, so that what stands in its place is bought (coils for pads, say). What cannot be
done names the limit that it breaks, from the solver's own proof.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from optimiser.compiling import compile_model
from optimiser.facility import Facility, build
from optimiser.inputs import Inputs
from optimiser.limit_words import broken_limit
from optimiser.matrices import Matrices
from optimiser.power import services
from optimiser.resolve import INFEASIBLE, OPTIMAL, Answer, Resolver
from optimiser.running_units import any_units
from optimiser.search import LEAST_SIZE, RACKS, ROUNDING, SHORTAGE, SIZES, STOCK, WHOLE_COUNTS, Design
from optimiser.solver import Settings, solve
from sites.errors import InfeasibleError, StoppedError
from twin.model.thermal.burn_in_hall import HallCooling, sealed

Array = NDArray[np.float64]
Progress = Callable[[str], None]
MORE, LESS, WITHOUT, WAY = "more", "less", "without", "way"
STEP = 0.25  # of a continuous size
LEAST_STEP = {"power_battery_mw": 0.25, "chilled_water_store_mwh": 0.5}  # MW, MWh; others LEAST_STEP_MW
LEAST_STEP_MW = 0.1
BATTERY_H = 2.0  # hours at full power of a battery that is tried where the plan has none
SERVICE, FIRM, PADS = "power_service", "power_firm_mw", "hall_pads_mw"
FOLLOWS = {"power_battery_mw": "power_battery_mwh"}  # stepped together, at the plan's own ratio
NOT_BOUGHT = ("hall_heat_peak_mw", FIRM, *FOLLOWS.values())  # what follows from other sizes
SIZE_NAMES = {
    RACKS: "racks_count",
    "hall_modules": "ventilation_kw_th",
    PADS: "pads_kw_th",
    "hall_coils_mw": "coils_kw_th",
    "chilled_water_chillers": "chillers_count",
    "chilled_water_store_mwh": "cold_store_kwh_th",
    "power_battery_mw": "battery_kw",
    SERVICE: "service_firm_kw",
}
SEALED = "sealed hall on coils alone"
LOOSE_METHODS = ("hipo-augmented", "hipo", "ipx", "simplex")
SOME_UNITS = 0.01  # of a month: what two solves of the same weeks may differ by


@dataclass(frozen=True)
class Change:
    """One alternative to the plan.

    *size*, the name of the item's size (or the *way*, a hall of another kind); *change*: more, less, without, way;
    *amount* of it then, in the unit of the size's name, and *planned* now; *usd_per_year* it costs more than the plan
    (less than nil: it saves), None where it cannot be; then *breaks* says which limit it breaks. *others* are the sizes
    that stand in its place, where they were free, in the units of their names.
    """

    size: str
    change: str
    planned: float
    amount: float
    usd_per_year: float | None
    breaks: str | None = None
    others: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Alternatives:
    """All changes that were tried, and in words those left out: *by_time*, or because the solver gave no answer."""

    changes: tuple[Change, ...] = ()
    left_out: tuple[str, ...] = ()
    by_time: bool = False


@dataclass(frozen=True, eq=False)
class _Weeks:
    """The representative weeks of a case with the plan's staff, and the values that the plan gives its sizes."""

    facility: Facility
    matrices: Matrices
    sizes: dict[str, Array]

    @property
    def whole(self) -> dict[str, Array]:
        """What is held at the plan's number whatever else is tried."""
        return {name: value for name, value in self.sizes.items() if name in (*WHOLE_COUNTS, SERVICE, FIRM)}


def alternatives(
    inputs: Inputs, design: Design, sizes: Mapping[str, float], settings: Settings, progress: Progress
) -> Alternatives:
    """Return what the next alternative to each size of a plan costs.

    Parameters: *inputs* and *design* of the plan; its *sizes* by their names; *settings*, whose deadline ends the work
    (what is left then stands in `left_out`).
    """
    progress("what one step more, one step less and doing without would cost")
    weeks = _weeks(inputs, design)
    items = [name for name in SIZES if name in weeks.sizes and name not in NOT_BOUGHT]
    try:
        plan = Resolver(weeks.matrices.fixed(weeks.whole), settings)
    except (StoppedError, InfeasibleError) as error:
        return Alternatives((), (f"all of them ({error})",), _is_up(settings))
    work = _Work(inputs, design, weeks, plan, sizes, settings)
    found: list[Change] = []
    left_out: list[str] = []
    for name in items:
        try:
            found += work.steps_of(name)
        except StoppedError:
            left_out.append(size_name(name, sizes))
    if "hall_coils_mw" in weeks.sizes and bool(inputs.hall.air_allowed.any()):
        try:
            found += work.sealed_hall()
        except StoppedError:
            left_out.append(SEALED)
    return Alternatives(tuple(found), tuple(left_out), _is_up(settings) and bool(left_out))


def _is_up(settings: Settings) -> bool:
    return time.perf_counter() > settings.deadline


def size_name(variable: str, sizes: Mapping[str, float]) -> str:
    """Name among *sizes* of what the model calls *variable*: from a table, else by the same words."""
    if variable in SIZE_NAMES:
        return SIZE_NAMES[variable]
    bare = variable.removesuffix("_mw").removesuffix("_mwh")
    for size in sizes:
        stem = next((size.removesuffix(f"_{unit}") for unit in _UNITS if size.endswith(f"_{unit}")), size)
        if bare == stem or bare.endswith(f"_{stem}"):
            return size
    return variable


_UNITS = ("kwh_th", "kw_th", "kwh", "kw", "count", "kva", "m3")


def _weeks(inputs: Inputs, design: Design) -> _Weeks:
    inputs = replace(any_units(inputs), running={})  # a count that runs at the plan's loads is no limit of other sizes
    facility = build(inputs, inputs.weeks_grid())
    matrices = compile_model(facility.model)
    known = {name: value for name, value in design.values.items() if name in matrices.columns}
    held = {name: value for name, value in known.items() if name not in SIZES and name != STOCK}
    sizes = {name: known[name] for name in SIZES if name in known}
    return _Weeks(facility, matrices.fixed(held), sizes)


@dataclass(eq=False)
class _Work:
    """What all changes of one plan share."""

    inputs: Inputs
    design: Design
    weeks: _Weeks
    plan: Resolver
    names: Mapping[str, float]
    settings: Settings

    def __post_init__(self) -> None:
        self.short: dict[str, Array] = {}
        columns = self.weeks.matrices.columns
        if SHORTAGE in columns and self.plan.first.x is not None:
            self.short = {SHORTAGE: self.plan.first.x[columns[SHORTAGE]] + SOME_UNITS}

    # -- one item

    def steps_of(self, name: str) -> list[Change]:
        """More, less and without of one item."""
        if name == SERVICE:
            return self._service()
        planned = float(self.weeks.sizes[name][0])
        column = self.weeks.matrices.columns[name][0]
        low, high = float(self.weeks.matrices.low[column]), float(self.weeks.matrices.high[column])
        whole = name in WHOLE_COUNTS
        step = 1.0 if whole else max(STEP * planned, LEAST_STEP.get(name, LEAST_STEP_MW))
        reference = self._reference(name, planned, whole)
        found = []
        if planned + step <= high + 1e-9:
            found.append(self._change(name, MORE, planned + step, reference))
        if planned - step > low + 1e-9:
            found.append(self._change(name, LESS, planned - step, reference))
        if planned > 0.0 and low <= 0.0:
            found.append(self._without(name, reference))
        return found

    def _reference(self, name: str, planned: float, whole: bool) -> float:
        """Cost of the weeks with the plan's own amount of *name*, of which it may have bought more than they ask."""
        if whole or planned < LEAST_SIZE.get(name, 0.0):
            return self.plan.first.objective
        answer = self.plan.at(self._held(name, planned), self.short)
        return answer.objective if answer.status == OPTIMAL else self.plan.first.objective

    def _held(self, name: str, amount: float) -> dict[str, Array]:
        """Values that hold an item at *amount*, with what goes by it."""
        held = {name: np.array([amount])}
        follower = FOLLOWS.get(name)
        if follower in self.weeks.sizes and follower is not None:
            planned = float(self.weeks.sizes[name][0])
            ratio = float(self.weeks.sizes[follower][0]) / planned if planned > 0 else BATTERY_H
            held[follower] = np.array([ratio * amount])
        return held

    def _change(self, name: str, change: str, amount: float, reference: float) -> Change:
        answer = self.plan.at(self._held(name, amount), self.short)
        return self._told(name, change, amount, answer, reference, (name,))

    def _without(self, name: str, reference: float) -> Change:
        """Doing without: the others held where that keeps the design conditions, else all of them free."""
        held = self._held(name, 0.0)
        at_design = design_row_without(self.weeks.matrices, self.plan.first, name)
        if at_design is None:
            answer = self.plan.at(held, self.short)
            change = self._told(name, WITHOUT, 0.0, answer, reference, (name,))
            if answer.status != INFEASIBLE:
                return change
        else:
            change = self._told(name, WITHOUT, 0.0, Answer(INFEASIBLE, proof=at_design), reference, (name,))
        matrices = self.weeks.matrices
        if name == PADS:  # the model asks for pads where they suffice: a hall without them is another hall
            matrices = _weeks(_in_hall(self.inputs, without_pads), self.design).matrices
        free = {other: value for other, value in self.weeks.sizes.items() if other == RACKS and other != name}
        try:
            usd, others = self._bought_anew(matrices, {**free, **held})
        except InfeasibleError:
            return change
        return replace(change, usd_per_year=_usd(usd - reference), breaks=None, others=others)

    def _service(self) -> list[Change]:
        """The next larger and the next smaller service of the ladder."""
        ladder = services(self.inputs.plant, self.inputs.site.construction.cost_index)
        place = int(np.argmax(self.weeks.sizes[SERVICE]))
        found = []
        for change, other in ((MORE, place + 1), (LESS, place - 1)):
            if 0 <= other < len(ladder):
                held = {
                    SERVICE: np.array([float(o == other) for o in range(len(ladder))]),
                    FIRM: np.array([ladder[other].firm_kw / 1000.0]),
                }
                answer = self.plan.at(held, self.short)
                told = self._told(
                    SERVICE, change, ladder[other].firm_kw, answer, self.plan.first.objective, (FIRM, SERVICE)
                )
                number, kva = float(ladder[other].number), ladder[other].size_kva
                found.append(replace(told, others={"transformers_count": number, "transformer_kva": kva}))
        return found

    def _told(
        self, name: str, change: str, amount: float, answer: Answer, reference: float, columns: tuple[str, ...]
    ) -> Change:
        size = size_name(name, self.names)
        factor = 1.0 if name == SERVICE else self._factor(name)
        planned = self.names.get(size, factor * float(self.weeks.sizes[name][0]))
        usd = breaks = None
        if answer.status == OPTIMAL:
            usd = _usd(answer.objective - reference)
        elif answer.status == INFEASIBLE:
            breaks = broken_limit(self.weeks.facility, self.weeks.matrices, answer.proof, columns)
        else:
            breaks = "not known: the solver gave up on it"
        return Change(size, change, planned, round(factor * amount, 3), usd, breaks)

    def _factor(self, name: str) -> float:
        """From the model's unit of an item to that of its size's name."""
        if name == "hall_modules":
            return self.inputs.plant.equipment.ventilation.module_kw_th
        return 1000.0 if name.endswith(("_mw", "_mwh")) else 1.0

    # -- all others free

    def _bought_anew(self, matrices: Matrices, held: Mapping[str, Array]) -> tuple[float, dict[str, float]]:
        """Cost of the cheapest sizes beside those *held*, whole ones rounded up, and the sizes that differ.

        What rounding up adds is counted at its price; that it would save a little in operation is left out.
        """
        kept = matrices.fixed({name: value for name, value in held.items() if name in matrices.columns}).relaxed()
        high = kept.high.copy()
        for name, value in self.short.items():
            high[kept.columns[name]] = value
        relaxed = solve(replace(kept, high=high), replace(self.settings, tolerance=1e-5, methods=LOOSE_METHODS))
        usd, others = relaxed.objective, {}
        for name in SIZES:
            if name not in kept.columns or name in held or name in NOT_BOUGHT:
                continue
            places, values = kept.columns[name], relaxed.value(name)
            if name == SERVICE:
                amount, rounded = self._firm_enough(1000.0 * relaxed.scalar(FIRM))
            else:
                amount = float(values[0]) if values[0] >= LEAST_SIZE.get(name, ROUNDING) else 0.0
                if name in WHOLE_COUNTS:
                    amount = float(np.ceil(amount - 1e-3))
                rounded = np.array([max(amount, float(values[0]))])
                amount *= self._factor(name)
            usd += max(float(kept.cost[places] @ (rounded - values)), 0.0)
            size = size_name(name, self.names)
            planned = self.names.get(size, 0.0)
            if abs(amount - planned) > max(0.5, 0.02 * abs(planned)):
                others[size] = round(amount, 1) + 0.0
        return usd, others

    def _firm_enough(self, need_kw: float) -> tuple[float, Array]:
        """Firm power [kW] of the cheapest service that carries a need, and its place on the ladder as 0 and 1."""
        ladder = services(self.inputs.plant, self.inputs.site.construction.cost_index)
        place = min((o for o, one in enumerate(ladder) if one.firm_kw >= need_kw - 0.5), default=len(ladder) - 1)
        return ladder[place].firm_kw, np.array([float(o == place) for o in range(len(ladder))])

    def sealed_hall(self) -> list[Change]:
        """The burn-in hall sealed, all of its heat on coils and chilled water, everything else free."""
        weeks = _weeks(_in_hall(self.inputs, sealed), self.design)
        held = {name: value for name, value in self.weeks.sizes.items() if name == RACKS}
        change = Change(SEALED, WAY, 0.0, 1.0, None, "no chillers and coils of the catalogue carry the heat")
        try:
            usd, others = self._bought_anew(weeks.matrices, held)
        except InfeasibleError:
            return [change]
        return [replace(change, usd_per_year=_usd(usd - self.plan.first.objective), breaks=None, others=others)]


def _in_hall(inputs: Inputs, other: Callable[[HallCooling], HallCooling]) -> Inputs:
    """The same case with another burn-in hall, in the hours of the year and at the design conditions."""
    points = tuple(replace(point, cooling=other(point.cooling)) for point in inputs.design)
    return replace(inputs, hall=other(inputs.hall), design=points)


def without_pads(cooling: HallCooling) -> HallCooling:
    """Return the *cooling* of the hall without pads: where only wetted air keeps the limits, coils carry the heat."""
    return replace(
        cooling,
        air_allowed=cooling.air_allowed & ~cooling.pad_needed,
        pad_needed=np.zeros_like(cooling.pad_needed),
        water_m3_per_kwh_th=np.zeros_like(cooling.water_m3_per_kwh_th),
    )


def design_row_without(matrices: Matrices, plan: Answer, name: str) -> Array | None:
    """A mark on the design row that the plan's own operation breaks most when it has nothing of *name*; None: none.

    Design rows ask for capacity at the station's design conditions; no operation can do anything about them.
    """
    assert plan.x is not None
    without = plan.x.copy()
    without[matrices.columns[name]] = 0.0
    held = matrices.matrix @ without
    over = np.maximum(held - matrices.row_high, matrices.row_low - held)
    rows = [row for rows in matrices.rows.items() if rows[0].endswith("_cover_design") for row in rows[1].tolist()]
    worst = max(rows, key=lambda row: over[row], default=None)
    if worst is None or over[worst] <= 1e-6:
        return None
    mark = np.zeros(len(held))
    mark[worst] = 1.0
    return mark


def _usd(value: float) -> float:
    """Whole dollars: what two solves of the same weeks agree on."""
    return float(round(value)) + 0.0
