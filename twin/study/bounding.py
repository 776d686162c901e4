"""The proven bound beside a plan: solved in a process of its own while the plan is made, and waited for at the end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace

from optimiser.bounds import Bound, bound, labour_bound
from optimiser.inputs import Inputs
from optimiser.solver import Settings
from sites.errors import StoppedError
from twin.sim.executor import end_pool, hand_in, worker_pool

Progress = Callable[[str], None]
PROVE_S = 600.0  # most seconds of the bound's solve
FLOOR_S, FLOOR_GAP = 120.0, 1e-4  # --prove: search for the least cost of whole teams, which adds little as a rule


@dataclass(eq=False)
class Bounding:
    """The bound of one study: *wanted* at all, with the *prove* option, *seed*, and worker processes to solve it in."""

    wanted: bool
    prove: bool
    seed: int
    threads: int
    deadline: float
    _pool: ProcessPoolExecutor | None = field(default=None, init=False)
    _pending: Future[Bound] | None = field(default=None, init=False)

    def begin(self, below: Inputs) -> None:
        """Solve the bound of the inputs *below* in a process of its own; one that was begun before is given up.

        Not where the coefficients of towers or dry coolers follow the plan's own loads: their bound is of the model
        with those, and can only be found when the plan is there.
        """
        self.end()
        if self.wanted and self.threads > 1 and not follows_the_plan(below):
            self._pool = worker_pool(1)
            self._pending = hand_in(self._pool, bound, below, *self._terms())

    def forget(self) -> None:
        """Leave what was begun: it belongs to a plan that is not kept."""
        self.end()

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._pool is not None:
            end_pool(self._pool)
        self._pool = self._pending = None

    def result(
        self, planned: Inputs, constant_usd: float, below: Inputs, left_s: Callable[[], float], progress: Progress
    ) -> tuple[Bound, bool]:
        """Return the full-year bound, or the labour bound where that is not wanted or time runs out (then True).

        *planned* are the inputs of the plan, *below* those that a bound was or may be begun on.
        """
        easy = labour_bound(planned, constant_usd)
        if not self.wanted:
            return easy, False
        progress("proving a bound on the full year")
        try:
            if self._pending is not None:
                left = left_s()
                full = self._pending.result(timeout=None if left == float("inf") else max(left, 0.1))
            else:
                settings, *terms = self._terms()
                inputs = planned if follows_the_plan(planned) else below
                full = bound(inputs, replace(settings, deadline=self.deadline), *terms)
                if follows_the_plan(planned):
                    full = replace(
                        full,
                        method=f"{full.method}, heat as fitted to the plan",
                    )
        except (TimeoutError, StoppedError, BrokenExecutor):
            return replace(easy, by_time=True), left_s() <= 0
        return (full if full.usd_per_year > easy.usd_per_year else easy), False

    def _terms(self) -> tuple[Settings, float, float]:
        """Settings, and seconds (none: no search) and gap of the search for the least cost of whole teams."""
        settings = Settings(seed=self.seed, time_limit_s=PROVE_S)
        return (settings, FLOOR_S, FLOOR_GAP) if self.prove else (settings, 0.0, FLOOR_GAP)


def follows_the_plan(inputs: Inputs) -> bool:
    """Whether coefficients of these inputs are fitted to a plan's loads: of towers, dry coolers, conditioned halls."""
    return inputs.hydro is not None or inputs.water_cooled is not None or inputs.assembly.conditioned is not None
