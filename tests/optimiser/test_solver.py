"""Compiling, solving and proving: what a status means, and bounds that hold for any prices."""

import numpy as np
import pytest

from optimiser.compiling import compile_model
from optimiser.matrices import INFINITY, safe_bound
from optimiser.model import Model, total
from optimiser.solver import Settings, _configure, hand_over, solve
from sites.errors import InfeasibleError, StoppedError

SIMPLEX = Settings(methods=("simplex",))


def diet(tiny, *, whole=False, need=7.0):
    """minimise 3 a + 2 b + 5 subject to a + b >= need, a - b = 1, a <= 10, b <= 10: a = 4, b = 3, cost 23."""
    model = Model(tiny.grid(1))
    a, b = (model.count(name, 10) if whole else model.size(name, 10.0) for name in "ab")

    @model.once
    def enough():
        """a + b >= need"""
        return a + b >= need

    @model.once
    def apart():
        """a - b = 1"""
        return a - b == 1

    model.minimise(3 * a + 2 * b + 5)
    return model


def knapsack(tiny):
    """maximise 5 a + 4 b, 6 a + 5 b <= 10, whole: b = 2, value 8; the relaxation reaches 8.33."""
    model = Model(tiny.grid(1))
    a, b = model.count("a", 2), model.count("b", 2)

    @model.once
    def fits():
        """6 a + 5 b <= 10"""
        return 6 * a + 5 * b <= 10

    model.minimise(-5 * a - 4 * b)
    return model


def test_a_compiled_model_is_solved_by_name(tiny):
    """Proves: values, prices and the constant come back under the names given: a = 4, b = 3, 12 + 6 + 5 = 23; one more
    unit of need costs 2.5 and one more of distance 0.5.
    Sensitivity: a constant that is lost gives 18; sides swapped by the compiler make it infeasible or 5."""
    found = solve(compile_model(diet(tiny)), SIMPLEX)
    assert (found.status, found.method) == ("optimal", "simplex")
    assert (found.scalar("a"), found.scalar("b"), found.objective) == pytest.approx((4.0, 3.0, 23.0), abs=1e-9)
    assert found.price("enough") == pytest.approx([2.5])
    assert found.price("apart") == pytest.approx([0.5])
    assert found.matrices.shape == (2, 2, 4)


@pytest.mark.parametrize("method", ["hipo", "hipo-augmented", "ipx", "simplex"])
def test_every_method_finds_the_same(tiny, method):
    """Proves: each of the solver's methods ends optimal at 23, and its name has reached the solver.
    Sensitivity: an option that the solver does not know is ignored without a word, and "hipo" would run as simplex."""
    solver = hand_over(compile_model(diet(tiny)))
    _configure(solver, Settings(threads=1, seed=5, tolerance=1e-9, time_limit_s=9.0), method, whole=False)
    wanted = {"solver": method.partition("-")[0], "ipm_optimality_tolerance": 1e-9, "kkt_tolerance": 1e-9,
              "random_seed": 5, "threads": 1, "time_limit": 9.0, "run_crossover": "off"}  # fmt: skip
    if method == "hipo-augmented":
        wanted |= {"hipo_system": "augmented", "hipo_ordering": "amd"}
    assert {name: solver.getOptionValue(name)[1] for name in wanted} == wanted
    found = solve(compile_model(diet(tiny)), Settings(methods=(method,), tolerance=1e-9))
    assert found.objective == pytest.approx(23.0, abs=1e-6)
    assert found.tries == (f"{method}: Optimal",)


def test_whole_numbers_are_whole(tiny):
    """Proves: the knapsack of 10 holds two of 5 (value 8), its relaxation 10 / 6 of the first (8.33).
    Sensitivity: integrality lost on the way gives -8.33."""
    matrices = compile_model(knapsack(tiny))
    found = solve(matrices, Settings())
    assert (found.objective, found.bound) == pytest.approx((-8.0, -8.0), abs=1e-6)
    assert found.method == "mip"
    assert solve(matrices.relaxed(), SIMPLEX).objective == pytest.approx(-25.0 / 3.0, abs=1e-9)


def test_values_are_held_and_raised_without_touching_the_rest(tiny):
    """Proves: with a held at 1 the knapsack is 5 (b does not fit: 5 a + 4 b, 6 + 5 > 10); with b at least 1 and
    fractions 4 + 25 / 6 = 8.17; the matrices themselves stay as they were.
    Sensitivity: bounds changed in place would leak from stage to stage."""
    matrices = compile_model(knapsack(tiny))
    assert solve(matrices.fixed({"a": np.array([1.0])}), Settings()).objective == pytest.approx(-5.0, abs=1e-6)
    raised = matrices.at_least({"b": np.array([1.0]), "a": np.array([-5.0])}).relaxed()
    assert solve(raised, SIMPLEX).objective == pytest.approx(-4.0 - 25.0 / 6.0, abs=1e-9)
    assert matrices.low.tolist() == [0.0, 0.0]
    assert matrices.high.tolist() == [2.0, 2.0]
    assert matrices.whole.all()


@pytest.mark.parametrize("whole", [False, True])
def test_no_plan_is_an_error_and_never_a_value(tiny, whole):
    """Proves: a need of 21 with at most 10 + 10 raises `InfeasibleError`, with and without whole numbers.
    Sensitivity: values read without a look at the status would be a plan that breaks its limits."""
    with pytest.raises(InfeasibleError, match="no plan satisfies all limits"):
        solve(compile_model(diet(tiny, whole=whole, need=21.0)), SIMPLEX)


def test_an_answer_without_a_meaning_is_refused(tiny):
    """Proves: an unbounded problem is no plan: `StoppedError` names every method tried and what it said.
    Sensitivity: a status that is compared with "infeasible" only would return the ray's values."""
    matrices = compile_model(diet(tiny))
    matrices.cost[:] = -1.0
    matrices.high[:] = INFINITY
    with pytest.raises(StoppedError, match="simplex: Unbounded"):
        solve(matrices, SIMPLEX)


def test_time_that_runs_out_is_said(tiny):
    """Proves: a hard whole-number problem with a tenth of a second raises `StoppedError` or is kept as "stopped".
    Sensitivity: a plan cut short that calls itself optimal would be believed."""
    random = np.random.default_rng(3)
    weights, values = random.integers(20, 100, (2, 40, 60))
    model = Model(tiny.grid(1))
    take = model.counts("take", range(60), 3)

    @model.each_of(range(40))
    def fits(row):
        """sum of weights <= a third of all"""
        return total(int(weights[row, n]) * take[n] for n in range(60)) <= int(weights[row].sum()) // 3 + row

    model.minimise(total(-int(values[0, n]) * take[n] for n in range(60)))
    try:
        found = solve(compile_model(model), Settings(gap=0.0, time_limit_s=0.1))
    except StoppedError as error:
        assert "time limit" in str(error)  # noqa: PT017 - either answer is right
    else:
        assert (found.status, found.by_time) == ("stopped", True)
        assert found.bound < found.objective


def tiny_systems(tiny):
    """Small systems of every kind, each with its optimum."""
    yield compile_model(diet(tiny))
    yield compile_model(knapsack(tiny))
    time = tiny.grid(4)
    battery = tiny.plant(
        equipment__battery__most_kw=500.0, equipment__battery__most_kwh=2000.0, equipment__battery__usd_per_kw=1.0
    )
    rows = tiny.tariff(
        demand=[{"name": "demand", "rate_usd_per_kw_month": 10.0, "ratchet": {"share": 0.8}}],
        energy=[{"name": "energy", "rate_usd_per_kwh": 0.1}],
    )
    case = tiny.inputs(time, battery, load_kw=[100.0, 50.0, 100.0, 300.0], tariff=rows)
    yield tiny.run(case, time)[1].matrices


def test_any_prices_bound_the_optimum(tiny):
    """Proves: whatever the prices of the rows, right or random, of either sign, the bound is at most the optimum, and
    at the optimal prices it is the optimum of the relaxation.
    Sensitivity: a price of the wrong sign that is not set to nil multiplies an infinite side: inf or nan, or a
    "bound" above the optimum; columns taken at the wrong end do the same."""
    random = np.random.default_rng(7)
    for matrices in tiny_systems(tiny):
        best = solve(matrices, tiny.EXACT).objective
        relaxed = matrices.relaxed()
        found = solve(relaxed, SIMPLEX)
        assert safe_bound(relaxed, found.prices) == pytest.approx(found.objective, rel=1e-9, abs=1e-6)
        assert safe_bound(relaxed, np.zeros(matrices.shape[0])) <= best + 1e-6
        scale = np.abs(found.prices).max() + 1.0
        for _ in range(200):
            near = safe_bound(relaxed, found.prices * random.uniform(0.5, 1.5, matrices.shape[0]))
            far = safe_bound(relaxed, random.normal(0.0, scale, matrices.shape[0]))
            assert np.isfinite([near, far]).all()
            assert max(near, far) <= found.objective + 1e-6
            assert max(near, far) <= best + 1e-6


def test_a_column_without_an_end_has_no_bound(tiny):
    """Proves: where a price asks for the missing end of a column, the bound is minus infinity, not a number.
    Sensitivity: nil times infinity would be nan, and nan compares as neither above nor below."""
    matrices = compile_model(diet(tiny))
    matrices.high[:] = INFINITY
    assert safe_bound(matrices, np.array([100.0, 0.0])) == -INFINITY
    # a is paid in full by its price, b is not: only ends that exist are asked for
    assert safe_bound(matrices, np.array([2.0, 0.0])) == pytest.approx(2.0 * 7.0 + 5.0)


def test_nothing_is_lost_on_the_way_to_the_solver(tiny):
    """Proves: HiGHS holds the same rows, columns, nonzeros and offset as the matrices.
    Sensitivity: a wrong index type or order would show as another count or another optimum."""
    matrices = compile_model(diet(tiny, whole=True))
    solver = hand_over(matrices)
    problem = solver.getLp()
    assert (solver.getNumRow(), solver.getNumCol(), solver.getNumNz()) == matrices.shape
    assert problem.offset_ == 5.0
    assert len(problem.integrality_) == 2


def test_whole_numbers_are_rounded_up_to_what_a_row_of_their_own_asks(tiny):
    """Proves: 0.4 machines >= 0.9 alone asks for 2.25, so 3 whole ones; a row of two columns, a row that caps and a
    column that may be divided move no bound. The relaxation then costs 3, not 2.25.
    Sensitivity: a proven bound that is lower than need be by most of a machine; one that is too high by another's."""
    model = Model(tiny.grid(1))
    machines, others, size = model.count("machines", 10), model.count("others", 10), model.size("size", 10.0)

    @model.once
    def design():
        """0.4 machines >= 0.9"""
        return 0.4 * machines >= 0.9

    @model.once
    def together():
        """others + size >= 1.5"""
        return others + size >= 1.5

    @model.once
    def at_most():
        """others <= 7.5"""
        return others <= 7.5

    @model.once
    def divided():
        """size >= 0.5"""
        return size >= 0.5

    model.minimise(machines + others + size)
    matrices = compile_model(model).rounded_up()
    least = {name: float(matrices.low[places[0]]) for name, places in matrices.columns.items()}
    assert least == {"machines": 3.0, "others": 0.0, "size": 0.0}
    assert solve(matrices.relaxed(), SIMPLEX).objective == pytest.approx(4.5)
