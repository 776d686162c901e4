"""The main job: response, optimise, play back, correct; then the proven bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from optimiser.alternatives import Alternatives
from optimiser.bounds import Bound
from optimiser.explain import bindings
from optimiser.inputs import Inputs
from optimiser.plan import costs_of, installed_usd_of, plan_of, sizes_of
from optimiser.same_hours import same_hours
from optimiser.search import LEAST_SHORT_UNITS, Found, find_plan
from optimiser.second_pass_of_units import second_pass_of_units
from optimiser.solver import Settings
from optimiser.water_cooled import tower_setting, with_chillers_scaled
from sites.errors import InfeasibleError, StoppedError
from twin.model.contracts import LineResponse, Outcome, Plan
from twin.sim.executor import until
from twin.sim.playback import Setting, play
from twin.sim.response import line_response
from twin.study.baseline import BILL_LINES, Baseline, baseline_of
from twin.study.bounding import Bounding, follows_the_plan
from twin.study.case import Case
from twin.study.next_best import next_best
from twin.study.precheck import precheck
from twin.study.promise import promise_of, verdict
from twin.study.ramp import TEAM_GAP as RAMP_TEAM_GAP
from twin.study.ramp import Ramp, ramp_year
from twin.study.rate_class import better_class, next_larger

Progress = Callable[[str], None]
MOST_ROUNDS = 2
QUICK_REPLICATIONS = 3
WHOLE_CHILLERS = 1.02  # they switch, the first pass shares them out: 2 % more was measured; the second is exact


@dataclass(frozen=True)
class Effort:
    """How much work a run may take.

    *replications* of the play-back, *seed*, *threads* (worker processes), *gap* of the choice of teams, *time_limit_s*,
    *quick* (a coarse response, one mix of crews, a bound from labour alone), *prove* (the full bound, quick or not).
    """

    replications: int = 5
    seed: int = 1
    threads: int = 2
    gap: float | None = None
    time_limit_s: float = float("inf")
    quick: bool = False
    prove: bool = False

    @classmethod
    def asked(
        cls,
        *,
        replications: int | None,
        seed: int,
        threads: int,
        gap: float | None,
        time_limit: float | None,
        quick: bool,
        prove: bool,
    ) -> Effort:
        """Return the effort that a command's options ask for; what they leave open is set by *quick*."""
        played = replications or (QUICK_REPLICATIONS if quick else cls.replications)
        return cls(played, seed, threads, gap, time_limit or float("inf"), quick, prove)


@dataclass(frozen=True)
class Correction:
    """What the play-back taught: factors on the line's capacity, the line's energy a unit and the chillers' power, and
    the room that the demand limiter left under the planned peak [kW] (below nil: that it lacked)."""

    capacity: float = 1.0
    line_energy: float = 1.0
    cooling_energy: float = 1.0
    limiter_room_kw: float = 0.0


@dataclass(frozen=True, eq=False)
class Round:
    """One plan with what became of it: the *correction* it was made with, plan, sizes, costs, outcome and verdict."""

    correction: Correction
    inputs: Inputs
    found: Found
    plan: Plan
    sizes: dict[str, float]
    costs: dict[str, float]
    outcome: Outcome | None
    verdict: dict[str, Any]

    @property
    def bill_usd(self) -> float:
        """The electricity bill in the objective [usd/year]."""
        return sum(self.costs[line] for line in BILL_LINES)

    @property
    def teams_by_time(self) -> bool:
        """Whether a clock ended the choice of teams, or that of running generators."""
        staffing = self.found.design.staffing
        return self.found.solution.by_time or (staffing is not None and staffing.by_time)


@dataclass(eq=False)
class Study:
    """A finished main job."""

    case: Case
    effort: Effort
    response: LineResponse | None
    rounds: list[Round]
    bound: Bound
    baseline: Baseline | None
    ramp: Ramp | None
    installed_usd: dict[str, float]
    bindings: dict[str, str]
    status: str
    repeatable: bool
    phases_s: dict[str, float] = field(default_factory=dict)
    alternatives: Alternatives = field(default_factory=Alternatives)

    @property
    def last(self) -> Round:
        """The round whose plan is shipped."""
        return self.rounds[-1]


class _Clock:
    """Seconds by phase, and what is left of the time limit."""

    def __init__(self, limit_s: float) -> None:
        self.deadline = time.perf_counter() + limit_s
        self.phases_s: dict[str, float] = {}

    def left_s(self) -> float:
        return self.deadline - time.perf_counter()

    def measure(self, phase: str, begun: float) -> None:
        self.phases_s[phase] = self.phases_s.get(phase, 0.0) + time.perf_counter() - begun


def setting_of(case: Case, inputs: Inputs, correction: Correction) -> Setting:
    """Return what the play-back needs of a case."""
    return Setting(
        plant=case.plant,
        calendar=case.calendar,
        holidays=case.holidays,
        hall=inputs.hall,
        assembly=inputs.assembly,
        outdoor_c=inputs.outdoor_c,
        building_kw=inputs.building_kw,
        tariff=case.site_file.site.tariff,
        rows=case.rows,
        market_usd_per_kwh=inputs.market_usd_per_kwh,
        candidates=case.candidates,
        water_usd_per_m3=case.site_file.site.water.drawn_usd_per_m3(case.plant.burn_in_hall.pad_evaporated_fraction),
        limiter_room_kw=correction.limiter_room_kw,
        generator_each_kw=inputs.generator_each_kw,
        towers=tower_setting(inputs),
    )


def corrected(
    case: Case, response: LineResponse | None, correction: Correction, whole_chillers: float = WHOLE_CHILLERS
) -> Inputs:
    """Return the optimiser's inputs with a *correction* laid on; *whole_chillers* is 1 for those of a bound."""
    inputs = case.inputs(response, correction.capacity)
    line = inputs.line
    if line is not None:
        line = replace(line, kwh_per_unit=line.kwh_per_unit * correction.line_energy)
    hydro = None if inputs.hydro is None else inputs.hydro.scaled(correction.cooling_energy)
    return with_chillers_scaled(replace(inputs, line=line, hydro=hydro), whole_chillers * correction.cooling_energy)


def learn(previous: Round) -> Correction:
    """Return the correction that a round's play-back asks for: outcome over promise, on top of the last one."""
    plan, outcome, old = previous.plan, previous.outcome, previous.correction
    assert outcome is not None
    units = float(outcome.values("shipped_units").sum(axis=1).mean()) / max(previous.verdict["promise"]["units"], 1e-9)

    def ratio(name: str) -> float:
        planned = float(plan.values(name).sum())
        return float(outcome.values(name).sum(axis=1).mean()) / planned if planned > 0 else 1.0

    # more units than promised is no reason to promise more, and a shortfall that was kept no reason for more teams
    peak_kw = float(outcome.values("grid_kw").max(axis=1).mean())
    left_kw = 0.0 if previous.verdict["kept"]["peak_kw"] else previous.verdict["promise"]["peak_kw"] - peak_kw
    slower = 1.0 if previous.verdict["kept"]["units"] else min(units, 1.0)
    return Correction(
        capacity=old.capacity * slower,
        line_energy=old.line_energy * ratio("line_kw") / units,
        cooling_energy=old.cooling_energy * ratio("cooling_kw"),
        limiter_room_kw=old.limiter_room_kw + left_kw,
    )


def _missed(last: Round) -> str:
    """The quantities that were not kept, with promise and outcome."""
    promise, outcome, kept = (last.verdict[key] for key in ("promise", "outcome", "kept"))
    return ", ".join(
        f"{name} {said:,.0f} promised, {outcome[name]['mean']:,.0f} +- {outcome[name]['half_width']:,.0f} found"
        for name, said in promise.items()
        if not kept[name]
    )


def _read(found: Found) -> tuple[dict[str, float], dict[str, float], Plan]:
    """Costs, sizes and the plan that the solver found."""
    costs, sizes = costs_of(found.facility, found.solution), sizes_of(found)
    return costs, sizes, plan_of(found, costs, sizes)


def _one_round(
    case: Case,
    response: LineResponse | None,
    correction: Correction,
    effort: Effort,
    clock: _Clock,
    progress: Progress,
    tried: set[str],
) -> Round | str:
    """Plan and play back; or the name of a rate class, not *tried* before, on which to plan instead."""
    begun = time.perf_counter()
    tried.add(case.site_file.site.default_tariff)
    inputs = corrected(case, response, correction)
    settings = Settings(seed=effort.seed, gap=effort.gap, deadline=clock.deadline)
    try:
        found = find_plan(inputs, settings, not effort.quick, progress)
    except InfeasibleError:
        larger = next_larger(case)
        if larger is None or larger in tried:
            raise
        return larger
    clock.measure("optimise", begun)
    begun = time.perf_counter()
    costs, sizes, plan = _read(found)
    better = better_class(case, plan.values("grid_kw"))
    if better is not None and better not in tried:
        return better
    # coefficients of dry coolers, towers and conditioned halls begin with a guess of the load: they are operated again
    # in a quick run, too
    refined = same_hours if effort.quick and not follows_the_plan(inputs) else second_pass_of_units
    inputs, found = refined(inputs, found, settings, progress, correction.cooling_energy)
    clock.measure("second pass", begun)
    begun = time.perf_counter()
    costs, sizes, plan = _read(found)
    promise = promise_of(plan, sum(costs[line] for line in BILL_LINES))
    clock.measure("read the plan", begun)
    if inputs.line is None:
        return Round(correction, inputs, found, plan, sizes, costs, None, {"promise": promise})
    begun = time.perf_counter()
    progress(f"playing the plan back in {effort.replications} random years")
    try:
        outcome = play(
            plan,
            setting_of(case, inputs, correction),
            sizes,
            costs,
            replications=effort.replications,
            seed=effort.seed,
            workers=effort.threads,
        )
    except StoppedError:
        progress("the time limit ended the play-back: the plan is kept, unplayed")
        return Round(correction, inputs, found, plan, sizes, costs, None, {"promise": promise})
    clock.measure("play back", begun)
    return Round(correction, inputs, found, plan, sizes, costs, outcome, verdict(promise, outcome, plan))


def run_study(case: Case, effort: Effort, progress: Progress) -> Study:
    """Plan a case, play the plan back, correct once when the promise was not kept, and bound it.

    Raises `InfeasibleError` when no plan meets demand and limits, `StoppedError` when time ran out without one.
    """
    clock = _Clock(effort.time_limit_s)
    precheck(case)
    try:
        with until(clock.deadline):
            return _run_in_time(case, effort, clock, progress)
    except StoppedError as error:
        if clock.left_s() > 0:
            raise
        raise StoppedError(
            f"--time-limit: {effort.time_limit_s:g} s ended the run before there was a plan, and nothing is written "
            f"({error}) -> give more time; --quick needs least"
        ) from error


def _run_in_time(case: Case, effort: Effort, clock: _Clock, progress: Progress) -> Study:
    response = None
    if case.load_kw is None:
        begun = time.perf_counter()
        progress("simulating the line on every shift pattern")
        replications, weeks = (3, 1) if effort.quick else (4, 2)
        cells = case.plant.line.cells
        response = line_response(
            case.plant,
            replications=replications,
            weeks=weeks,
            seed=effort.seed,
            workers=effort.threads,
            teams=(max(1, cells // 2), cells) if effort.quick else None,
            designs=not effort.quick,
        )
        clock.measure("line response", begun)
        precheck(case, response)
    rounds: list[Round] = []
    tried: set[str] = set()
    correction = Correction()
    cut, planned = False, case
    wanted = effort.prove or not effort.quick
    bounding = Bounding(wanted, effort.prove, effort.seed, effort.threads, clock.deadline)
    try:
        while True:
            bounding.begin(corrected(case, response, correction, 1.0))
            try:
                one = _one_round(case, response, correction, effort, clock, progress, tried)
            except (StoppedError, InfeasibleError) as error:
                if not rounds:
                    raise
                cut = isinstance(error, StoppedError)
                progress(f"the correction found no plan, the one before it is kept: {error}")
                bounding.forget()  # it is of the correction, as is the case
                case = planned
                break
            if isinstance(one, str):
                progress(f"planned again on the rate class {one}, which suits this load better")
                case = case.with_rate_class(one)
                continue
            rounds.append(one)
            planned, last = case, rounds[-1]
            if last.outcome is None or last.verdict["kept"]["all"] or len(rounds) == MOST_ROUNDS:
                break
            correction = learn(last)
            progress(f"the promise was not kept: {_missed(last)}; corrected by {correction}")
        others = next_best(rounds[-1], effort, clock, progress)
        begun = time.perf_counter()
        held = rounds[-1]
        below = corrected(case, response, held.correction, 1.0)
        constant_usd = held.found.facility.constant_usd
        found, stopped = bounding.result(held.inputs, constant_usd, below, clock.left_s, progress)
        clock.measure("bound", begun)
    finally:
        bounding.end()
    last = rounds[-1]
    begun = time.perf_counter()
    baseline = None if last.inputs.line is None else baseline_of(case, last.inputs)
    clock.measure("baseline", begun)
    begun = time.perf_counter()
    ramp = None
    if last.inputs.line is not None and case.plant.ramp is not None:
        settings = Settings(seed=effort.seed, gap=RAMP_TEAM_GAP)
        ramp = ramp_year(case, last.inputs, last.plan.values("burn_in_crews"), last.sizes, settings)
    ramp_by_time = ramp is not None and ramp.work.by_time
    clock.measure("ramp year", begun)
    stopped = stopped or cut or others.by_time or (response is not None and last.outcome is None)
    short = float(last.plan.values("shortage_units").sum()) > LEAST_SHORT_UNITS
    return Study(
        case=case,
        effort=effort,
        response=response,
        rounds=rounds,
        bound=found,
        baseline=baseline,
        ramp=ramp,
        installed_usd=installed_usd_of(last.found, last.sizes),
        bindings=bindings(last.plan, last.inputs, last.sizes),
        status="stopped" if stopped else "infeasible" if short else "feasible",
        repeatable=not (stopped or found.by_time or ramp_by_time or any(one.teams_by_time for one in rounds)),
        phases_s={name: round(seconds, 2) for name, seconds in clock.phases_s.items()},
        alternatives=others,
    )
