"""The strategy: design on representative weeks, operate on all hours (and bound on all hours: `optimiser.bounds`).

design   whole teams and crews, then sizes on twelve representative weeks and the design conditions
operate  everything whole and every size held, all 8760 hours, month by month with a look ahead, the true objective
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from optimiser import water_cooled, windows
from optimiser.compiling import compile_model
from optimiser.employment import cheapest_employment, employment_terms
from optimiser.facility import Facility, build
from optimiser.hydro_counts import one_more, whole_units
from optimiser.inputs import Inputs
from optimiser.labour import newcomers
from optimiser.matrices import Matrices
from optimiser.power import services
from optimiser.running_units import with_whole_generators
from optimiser.solver import Settings, Solution, solve
from optimiser.staffing import COVER_MARGIN, COVER_MARGINS, QUICK_TEAM_GAP, Staffing, choose_staffing, ready_month
from sites.errors import InfeasibleError, StoppedError
from twin.model.thermal.hall_fans import hall_fans

Array = NDArray[np.float64]
Progress = Callable[[str], None]
ROUNDING = 1e-4
# Nobody buys less than this; the sizing's tolerance leaves such remainders [MW, MWh]
LEAST_SIZE = {"power_battery_mw": 0.01, "power_battery_mwh": 0.02, "chilled_water_store_mwh": 0.05, "solar_mw": 0.01,
              "hall_pads_mw": 0.0003, "hall_coils_mw": 0.0003}  # fmt: skip
# The twin's line works at a steady pace: it is no lever that a plan may pull hour by hour. Shares of the pace at which
# the staffed line makes the month's output; the less steady one is for a December that must end where January began.
PACES = (0.99, 0.9)
SPARE_SLOTS = 1.05  # the busiest week of the year is busier than any representative week
MOST_STEPS = 5
MOST_OF_NEED = 0.9
LEAST_SHORT_UNITS = 0.5  # of a year: half a unit is rounding
STOCK = "burn_in_stock_units"
RACKS = "burn_in_racks"
SHORTAGE = "burn_in_shortage_units"
WHOLE_COUNTS = (RACKS, "hall_modules", "chilled_water_chillers", *water_cooled.COUNTS)
DESIGN_METHODS = ("hipo-augmented", "hipo", "ipx", "simplex")
SIZES = (
    "burn_in_racks",
    "hall_modules",
    "hall_pads_mw",
    "hall_coils_mw",
    "hall_heat_peak_mw",
    "chilled_water_chillers",
    "chilled_water_store_mwh",
    *water_cooled.SIZES,
    "heat_recovery_mw",
    "power_battery_mw",
    "power_battery_mwh",
    "power_service",
    "power_firm_mw",
    "solar_mw",
)


@dataclass(frozen=True, eq=False)
class Design:
    """Everything that the year's operation takes as given: values by variable name, and the weeks' own record.

    *spare* staffings that were not chosen, the most promising first.
    """

    values: dict[str, Array]
    peaks: dict[str, Array]
    staffing: Staffing | None
    weeks: Solution
    spare: tuple[Staffing, ...] = ()


@dataclass(frozen=True, eq=False)
class Found:
    """A plan as the solver left it: the facility, its full-year solution, the design and seconds by stage."""

    facility: Facility
    solution: Solution
    design: Design
    seconds: dict[str, float] = field(default_factory=dict)


def _values(matrices: Matrices, name: str, table: Array) -> Array:
    """Values of *table* (month, place) in the order of the variable *name*."""
    return np.array([table[key] for key in matrices.keys[name]])


def staff_values(inputs: Inputs, matrices: Matrices, staffing: Staffing) -> dict[str, Array]:
    """Values by variable name of everything that the chosen *staffing* fixes: teams, crews, payroll, stock."""
    plant, line = inputs.plant, inputs.line
    assert line is not None
    values: dict[str, Array] = {
        "labour_teams": _values(matrices, "labour_teams", staffing.teams),
        "labour_crews": _values(matrices, "labour_crews", staffing.crews),
        STOCK: staffing.stock,
    }
    crews = np.array([pattern.crews for pattern in plant.patterns], dtype=float)
    for kind, table, people in (
        ("line", staffing.teams, plant.line.crew.people),
        ("racks", staffing.crews, plant.burn_in.crew_people),
    ):
        name = f"labour_{kind}_begun"
        if name in matrices.columns:
            values[name] = _values(matrices, name, newcomers(table, plant.pattern_families))
        payroll = cheapest_employment(table @ crews, employment_terms(plant, inputs.site, people), line.weeks)
        for what in ("employed", "hired", "released"):
            values[f"labour_{kind}_{what}"] = getattr(payroll, what)
    return values


def design(
    inputs: Inputs,
    settings: Settings,
    thorough: bool,
    progress: Progress,
    meanwhile: Callable[[], None] = lambda: None,
    ranked: Sequence[Staffing] = (),
    margin: float = COVER_MARGIN,
) -> Design:
    """Choose staff and sizes on the representative weeks.

    *thorough* compares two mixes of crews and sizes what is continuous again once the counts are whole. *meanwhile*
    is called when all that is left is HiGHS's work, which needs one core and leaves Python free. *ranked*
    staffings, the most promising first, are chosen here when none are given, with teams for *margin* times the demand.
    """
    grid = inputs.weeks_grid()
    facility = build(inputs, grid)
    matrices = compile_model(facility.model)
    loose = replace(settings, tolerance=max(settings.tolerance, 1e-5), methods=DESIGN_METHODS)
    options: list[Staffing | None] = [None]
    if inputs.line is not None:
        near = settings if thorough or settings.gap is not None else replace(settings, gap=QUICK_TEAM_GAP)
        ranked = ranked or choose_staffing(inputs, inputs.line, grid, near, margin)
        options = [*ranked[: 2 if thorough else 1]]
    meanwhile()
    best: tuple[Solution, Staffing | None, dict[str, Array]] | None = None
    for number, staffing in enumerate(options):
        held = {} if staffing is None else staff_values(inputs, matrices, staffing)
        # the weeks count what is made in a month to that month, so their stock differs a little from the year's
        held.pop(STOCK, None)
        found = solve(matrices.fixed(held).relaxed(), loose)
        progress(f"sized with staffing {number + 1} of {len(options)}: {found.objective:,.0f} usd a year")
        if best is None or found.objective < best[0].objective:
            best = (found, staffing, held)
    assert best is not None
    relaxed, staffing, held = best
    relaxed, held = water_cooled.with_cheapest_kind(matrices, held, relaxed, loose, progress)
    relaxed, held = with_whole_generators(matrices, relaxed, held, loose)
    sizes = _rounded(inputs, matrices, relaxed) | whole_units(inputs, grid, relaxed)
    final = relaxed
    if thorough:
        options_of_sizes = [sizes, *_with_smaller_service(inputs, sizes, 1000.0 * relaxed.scalar("power_firm_mw"))]
        final, sizes = _cheapest(matrices, held, options_of_sizes, loose)
    sizes |= {name: final.value(name) for name in SIZES if name in matrices.columns and name not in sizes}
    sizes = {name: np.where(value < LEAST_SIZE.get(name, ROUNDING), 0.0, value) for name, value in sizes.items()}
    peaks = {name: final.value(name) for name in matrices.columns if "peak_" in name and name not in sizes}
    stock = {} if staffing is None else {STOCK: staffing.stock}
    spare = tuple(other for other in ranked if other is not staffing)
    slack = _with_slack(sizes, firm_module_kw_th(inputs))
    return Design({**held, **stock, **slack}, peaks, staffing, final, spare)


def _rounded(inputs: Inputs, matrices: Matrices, relaxed: Solution) -> dict[str, Array]:
    """Whole counts that are at least what the relaxation asks for, and the smallest service that is strong enough."""
    asked = {
        name: np.ceil(relaxed.value(name) * (SPARE_SLOTS if name == RACKS else 1.0) - 1e-3)
        for name in WHOLE_COUNTS
        if name in matrices.columns
    }
    values = _within_limits(matrices, asked)
    ladder = services(inputs.plant, inputs.site.construction.cost_index)
    need_kw = 1000.0 * relaxed.scalar("power_firm_mw")
    chosen = min((o for o, choice in enumerate(ladder) if choice.firm_kw >= need_kw - 0.5), default=len(ladder) - 1)
    # the relaxation may mix two services: of the firm ones the cheapest is the first, since the ladder rises
    values["power_service"] = np.array([float(o == chosen) for o in range(len(ladder))])
    values["power_firm_mw"] = np.array([ladder[chosen].firm_kw / 1000.0])
    return values


def _with_smaller_service(inputs: Inputs, sizes: dict[str, Array], need_kw: float) -> list[dict[str, Array]]:
    """The same *sizes* with the next smaller service, where it carries most of *need_kw*: burn-in may move."""
    ladder = services(inputs.plant, inputs.site.construction.cost_index)
    place = int(np.argmax(sizes["power_service"])) - 1
    if place < 0 or ladder[place].firm_kw < MOST_OF_NEED * need_kw:
        return []
    chosen = np.array([float(o == place) for o in range(len(ladder))])
    return [{**sizes, "power_service": chosen, "power_firm_mw": np.array([ladder[place].firm_kw / 1000.0])}]


def _cheapest(
    matrices: Matrices, held: dict[str, Array], options: Sequence[dict[str, Array]], settings: Settings
) -> tuple[Solution, dict[str, Array]]:
    """The cheapest of *options* of sizes on the weeks, with all else *held*; the first one must have a solution."""
    first = solve(matrices.fixed({**held, **options[0]}).relaxed(), settings)
    found = [(first, options[0])]
    for sizes in options[1:]:
        with suppress(InfeasibleError):
            found.append((solve(matrices.fixed({**held, **sizes}).relaxed(), settings), sizes))
    return min(found, key=lambda one: one[0].objective)


def _within_limits(matrices: Matrices, values: dict[str, Array]) -> dict[str, Array]:
    """The same *values*, no larger than the variables' own upper limits: rounding up must not pass the catalogue."""
    return {name: np.minimum(value, matrices.high[matrices.columns[name]]) for name, value in values.items()}


def firm_module_kw_th(inputs: Inputs) -> float:
    """Heat [kW_th] that a module of fans carries in the thinnest air of the design conditions that let it in."""
    points = [point.cooling for point in inputs.design if bool(point.cooling.air_allowed[0])]
    carried = [float(hall_fans(inputs.plant, cooling).each_kw_th[0]) for cooling in points]
    return min(carried, default=inputs.plant.equipment.ventilation.module_kw_th)


def _with_slack(sizes: dict[str, Array], module_kw_th: float) -> dict[str, Array]:
    """Continuous sizes a little larger than the weeks asked for: the year's hours differ from the weeks'.

    Fans come in whole modules: the heat peak may grow into what was rounded up, and pads and coils with it.
    """
    slack = dict(sizes)
    peak = sizes.get("hall_heat_peak_mw")
    if peak is None or peak[0] <= 0:
        return slack
    grown = max(1.0, float(sizes["hall_modules"][0]) * module_kw_th / 1000.0 / float(peak[0]))
    return slack | {
        name: sizes[name] * grown for name in ("hall_heat_peak_mw", "hall_pads_mw", "hall_coils_mw") if name in sizes
    }


@dataclass(frozen=True, eq=False)
class Year:
    """The full year's facility and its matrices, before anything is chosen."""

    facility: Facility
    matrices: Matrices


def full_year(inputs: Inputs) -> Year:
    """Build the model of all 8760 hours."""
    facility = build(inputs, inputs.grid())
    return Year(facility, compile_model(facility.model))


def operate(inputs: Inputs, year: Year, chosen: Design, settings: Settings, progress: Progress) -> Solution:
    """Operate all 8760 hours of the *year* with the *chosen* design, to the true objective."""
    facility, matrices = year.facility, year.matrices
    held = {name: value for name, value in chosen.values.items() if name in matrices.columns}
    start = np.zeros(matrices.shape[1])
    for name, value in {**held, **chosen.peaks}.items():
        if name in matrices.columns and len(matrices.columns[name]) == len(value):
            start[matrices.columns[name]] = value
    fixed = matrices.fixed({name: value for name, value in held.items() if name != STOCK})
    drive = _drive(inputs, facility, chosen.staffing)
    free = [name for name in held if drive is None or name != drive.carried]
    solution = windows.operate(fixed, inputs.calendar.month, free, start, settings, drive, progress)
    return replace(solution, matrices=matrices)


def _drive(inputs: Inputs, facility: Facility, staffing: Staffing | None) -> windows.Drive | None:
    """What keeps the windows in step: make what the staffing was chosen for, and carry the stock."""
    line, burn_in, production = inputs.line, facility.burn_in, facility.production
    if line is None or burn_in is None or production is None or staffing is None:
        return None
    calendar = inputs.calendar
    open_hours = (calendar.weekday < 5) & (line.open_share > 0)
    per_month = np.array([max(int(open_hours[calendar.month == month].sum()), 1) for month in range(12)])
    wanted = np.where(open_hours, line.demand_units[calendar.month] / per_month[calendar.month], 0.0)
    quota = windows.Quota(burn_in.unloads.name, line.shipped_share / (1.0 + line.return_share), wanted)
    needed = line.demand_units + staffing.stock - np.roll(staffing.stock, 1)
    month_of = ready_month(inputs)
    capacity = np.einsum("pt,tp->t", line.capacity_units_per_h, staffing.teams[calendar.labour_month])
    able = np.array([max(float(capacity[month_of == month].sum()), 1e-9) for month in range(12)])
    share = np.minimum(np.maximum(needed, 0.0) / line.shipped_share / able, 1.0)
    goal = windows.Goal(production.units_per_h.name, month_of, capacity * share[month_of], PACES)
    return windows.Drive(goal, quota, STOCK)


def find_plan(inputs: Inputs, settings: Settings, thorough: bool, progress: Progress) -> Found:
    """Design and operate; one step up in sizes for as long as the year asks more than the weeks did."""
    begun = time.perf_counter()
    beside = ThreadPoolExecutor(1)
    margin, *wider = COVER_MARGINS if inputs.line is not None else (COVER_MARGIN,)
    try:
        # the year is built while HiGHS sizes the weeks: it lets go of the interpreter
        pending: list[Future[Year]] = []

        def build_meanwhile() -> None:
            pending.append(beside.submit(full_year, inputs))

        chosen = design(inputs, settings, thorough, progress, build_meanwhile, margin=margin)
        year = pending[0].result()
    finally:
        beside.shutdown(wait=False, cancel_futures=True)  # when a limit ends the design, nobody waits for the year
    designed = time.perf_counter()
    before = np.inf
    best: tuple[tuple[bool, float], Solution, Design] | None = None
    for step in range(MOST_STEPS + 1):
        try:
            solution = operate(inputs, year, chosen, settings, progress)
        except StoppedError:
            if best is None:
                raise
            break  # a plan that falls short is more than none
        except InfeasibleError:
            larger = None if step == MOST_STEPS else _stepped_up(inputs, year.matrices, chosen)
            if wider and step > 0:  # a size up did not help: it may be the teams
                progress("the year asks more than these teams make: a wider margin")
                chosen = design(inputs, settings, thorough, progress, margin=wider.pop(0))
                continue
            if larger is None and best is None:
                raise
            if larger is None:
                break
            progress("the year asks more than the weeks did: one size up")
            chosen = larger
            continue
        short = _short_units(solution)
        # the objective prices what is short: of plans that all fall short the cheapest is kept
        worth = (short > LEAST_SHORT_UNITS, solution.objective)
        if best is None or worth < best[0]:
            best = worth, solution, chosen
        if short <= LEAST_SHORT_UNITS or step == MOST_STEPS:
            break
        if wider:
            progress(f"the year falls short by {short:,.0f} units with these teams: a wider margin")
            try:
                chosen = design(inputs, settings, thorough, progress, margin=wider.pop(0))
            except (StoppedError, InfeasibleError):
                break
            continue
        # where a size up did not help, what is missing is hands at the right hours
        larger = None if chosen.spare and short > 0.5 * before else _stepped_up(inputs, year.matrices, chosen)
        if larger is not None:
            progress(f"the year falls short by {short:,.0f} units: one size up")
            chosen, before = larger, short
        elif chosen.spare:
            progress(f"the year falls short by {short:,.0f} units with these burn-in crews: other crews")
            try:
                chosen, before = design(inputs, settings, False, progress, ranked=chosen.spare), np.inf
            except (StoppedError, InfeasibleError):
                break
        else:
            break
    assert best is not None
    seconds = {"design": designed - begun, "operate": time.perf_counter() - designed}
    return Found(year.facility, *best[1:], seconds)


def _short_units(solution: Solution) -> float:
    return float(solution.value(SHORTAGE).sum()) if SHORTAGE in solution.matrices.columns else 0.0


def _stepped_up(inputs: Inputs, matrices: Matrices, chosen: Design) -> Design | None:
    """The next larger service, one more chiller and fan module, and two more racks; None where all are the largest."""
    ladder = services(inputs.plant, inputs.site.construction.cost_index)
    place = min(int(np.argmax(chosen.values["power_service"])) + 1, len(ladder) - 1)
    asked = {
        name: chosen.values[name] + (2.0 if name == RACKS else 1.0) for name in WHOLE_COUNTS if name in chosen.values
    }
    changed = {
        "power_service": np.array([float(o == place) for o in range(len(ladder))]),
        "power_firm_mw": np.array([ladder[place].firm_kw / 1000.0]),
        **_within_limits(matrices, water_cooled.unbought_stay(asked, chosen.values)),
        **one_more(inputs, matrices, chosen.values),
    }
    if all(np.array_equal(value, chosen.values[name]) for name, value in changed.items()):
        return None
    return replace(chosen, values=_with_slack({**chosen.values, **changed}, firm_module_kw_th(inputs)))
