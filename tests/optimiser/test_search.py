"""What the search does when the year asks more than the representative weeks did."""

from types import SimpleNamespace

import numpy as np
import pytest

from optimiser import search
from optimiser.search import Design, _within_limits
from optimiser.solver import Settings
from optimiser.staffing import Staffing
from sites.errors import InfeasibleError, StoppedError

NO_TEAMS, TEAMS = SimpleNamespace(line=None), SimpleNamespace(line="a line")
FEW, MANY = (Staffing(np.zeros((12, 1)), np.full((12, 1), float(crews)), np.zeros(12)) for crews in (1, 2))


class Year:
    """A year that is short of 100 units with few crews, and of 80 units less 30 for each size up with many."""

    def __init__(self, monkeypatch, *, racks_help):
        self.others, self.racks_help, self.steps, self.margins = 0, racks_help, 0, []
        monkeypatch.setattr(search, "full_year", lambda _: SimpleNamespace(facility=None, matrices=None))
        monkeypatch.setattr(search, "design", self.design)
        monkeypatch.setattr(search, "operate", self.operate)
        monkeypatch.setattr(search, "_stepped_up", self.step)

    def design(self, _inputs, _settings, _thorough, _progress, meanwhile=lambda: None, ranked=(), margin=None):
        meanwhile()
        self.margins.append(margin)
        self.others, self.steps = self.others + bool(ranked), 0
        return Design({}, {}, MANY, None) if ranked else Design({}, {}, FEW, None, (MANY,))

    def step(self, _inputs, _matrices, chosen):
        self.steps += 1
        return chosen

    def operate(self, _inputs, _year, chosen, _settings, _progress):
        few = chosen.staffing is FEW
        helped = self.racks_help or not few
        short = max((100.0 if few else 80.0) - (60.0 * self.steps if helped else 0.0), 0.0)
        matrices = SimpleNamespace(columns={search.SHORTAGE: np.arange(12)})
        return SimpleNamespace(
            matrices=matrices, value=lambda _: np.full(12, short / 12), short=short, objective=1000.0 * self.steps
        )


@pytest.mark.parametrize(("racks_help", "crews", "others"), [(True, FEW, 0), (False, MANY, 1)])
def test_crews_are_changed_when_sizes_do_not_help(monkeypatch, racks_help, crews, others):
    """Proves: 100 units short, and 40 after one size up, are cured by a second; 100 short both times are a matter of
    crews: others are sought, and their 80 units cured by two sizes up.
    Sensitivity: sizes alone would be raised until the search gives up, 100 units short."""
    year = Year(monkeypatch, racks_help=racks_help)
    found = search.find_plan(NO_TEAMS, Settings(), False, lambda _: None)
    assert found.solution.short == 0.0
    assert found.design.staffing is crews
    assert year.others == others


def test_of_plans_that_all_fall_short_the_cheapest_is_kept(monkeypatch):
    """Proves: where neither sizes nor crews help, the cheapest of all plans tried is kept, not the last one: sizes that
    cost 1,000 usd more at each step and cure nothing are not shipped.
    Sensitivity: the plan of the last step would hold five sizes up for nothing."""
    year = Year(monkeypatch, racks_help=False)
    monkeypatch.setattr(search, "design", lambda *args, **_: (args[4](), Design({}, {}, FEW, None))[1])
    found = search.find_plan(NO_TEAMS, Settings(), False, lambda _: None)
    assert year.steps == search.MOST_STEPS
    assert found.solution.objective == 0.0
    assert found.solution.short == 100.0


def test_teams_with_a_wider_margin_come_before_larger_sizes(monkeypatch):
    """Proves: a plant with teams begins with the narrowest margin of capacity over demand; a year that falls short with
    it is designed again with the next one, and only then do sizes step up, here by two: 100 units short, 40, none.
    Sensitivity: sizes stepped up for want of teams buy racks that stand empty; margins never widened end 100 short."""
    year = Year(monkeypatch, racks_help=True)
    found = search.find_plan(TEAMS, Settings(), False, lambda _: None)
    assert year.margins == list(search.COVER_MARGINS)
    assert (found.solution.short, year.steps) == (0.0, 2)


def test_a_year_that_cannot_be_closed_twice_is_given_more_teams(monkeypatch):
    """Proves: a year that cannot be closed is tried one size up, then with teams of a wider margin, then closes.
    Sensitivity: the last size is bought, and then no plan is found."""
    year = Year(monkeypatch, racks_help=True)
    closing = year.operate

    def operate(*args):
        if len(year.margins) < 2:
            raise InfeasibleError("December")
        year.steps = 2
        return closing(*args)

    monkeypatch.setattr(search, "operate", operate)
    assert search.find_plan(TEAMS, Settings(), False, lambda _: None).solution.short == 0.0
    assert year.margins == list(search.COVER_MARGINS)


def test_sizes_that_are_the_largest_end_the_search(monkeypatch):
    """Proves: when nothing larger is for sale the plan that falls short is the answer, after one year of operation.
    Sensitivity: the same year would be solved five times more, to the same shortage."""
    year = Year(monkeypatch, racks_help=True)
    monkeypatch.setattr(search, "_stepped_up", lambda *_: None)
    monkeypatch.setattr(search, "design", lambda *args, **_: (args[4](), Design({}, {}, FEW, None))[1])
    found = search.find_plan(NO_TEAMS, Settings(), False, lambda _: None)
    assert (found.solution.short, year.steps) == (100.0, 0)


def test_rounding_up_stays_within_the_catalogue():
    """Proves: 24 racks at most, and 1.2 times 22 asked for: 24, not 27. Sensitivity: a plan with three racks more than
    the hall takes."""
    matrices = SimpleNamespace(high=np.array([24.0, 8.0]), columns={search.RACKS: np.array([0]), "x": np.array([1])})
    held = _within_limits(matrices, {search.RACKS: np.array([27.0]), "x": np.array([3.0])})
    assert (held[search.RACKS][0], held["x"][0]) == (24.0, 3.0)


@pytest.mark.parametrize("error", [StoppedError("time"), InfeasibleError("none")])
def test_a_plan_that_falls_short_is_more_than_none(monkeypatch, error):
    """Proves: where time runs out, or no other crews are to be had, after a year was operated 100 units short, that
    plan is the answer; where nothing was operated before, the error is told.
    Sensitivity: the whole search would end without a plan though there is one."""
    year = Year(monkeypatch, racks_help=False)
    few = Design({}, {}, FEW, None, (MANY,))
    plans = iter([few, error])

    def design(*args, **_):
        if len(args) > 4:
            args[4]()
        plan = next(plans)
        if isinstance(plan, Exception):
            raise plan
        return plan

    monkeypatch.setattr(search, "design", design)
    assert search.find_plan(NO_TEAMS, Settings(), False, lambda _: None).solution.short == 100.0
    monkeypatch.setattr(search, "operate", lambda *_: (_ for _ in ()).throw(error))
    monkeypatch.setattr(search, "_stepped_up", lambda *_: None)
    plans = iter([few])
    with pytest.raises(type(error)):
        search.find_plan(NO_TEAMS, Settings(), False, lambda _: None)
    assert year.steps <= search.MOST_STEPS


LADDER = [SimpleNamespace(firm_kw=firm_kw) for firm_kw in (950.0, 1425.0, 1900.0)]
TOP = {"power_service": np.array([0.0, 0.0, 1.0]), "power_firm_mw": np.array([1.9]), search.RACKS: np.array([15.0])}


@pytest.mark.parametrize(("need_kw", "firm_mw"), [(1430.0, [1.425]), (1583.0, [1.425]), (1584.0, [])])
def test_a_service_just_below_the_need_is_tried(monkeypatch, need_kw, firm_mw):
    """Proves: a relaxation that asks for a little more than a step of the ladder carries (1,425 kW, nine tenths of
    1,583) has that step tried beside the next one, everything else as it is; below nine tenths it is not.
    Sensitivity: 5 kW too many would buy 475 kW of transformers without a question."""
    monkeypatch.setattr(search, "services", lambda *_: LADDER)
    site = SimpleNamespace(construction=SimpleNamespace(cost_index=1.0))
    found = search._with_smaller_service(SimpleNamespace(plant=None, site=site), TOP, need_kw)
    assert [float(sizes["power_firm_mw"][0]) for sizes in found] == firm_mw
    for sizes in found:
        assert sizes["power_service"].tolist() == [0.0, 1.0, 0.0]
        assert sizes[search.RACKS] is TOP[search.RACKS]


def test_the_cheapest_sizes_that_can_be_operated_are_chosen(monkeypatch):
    """Proves: of sizes that cost 5, 3 and cannot be operated, the second are chosen with their solution; where the
    others have no solution the first stay.
    Sensitivity: the last one tried; or an end of the search because a smaller service does not suffice."""
    costs = {1.0: 5.0, 2.0: 3.0, 3.0: None}

    def solved(sizes, _settings):
        cost = costs[float(sizes["x"][0])]
        if cost is None:
            raise InfeasibleError("none")
        return SimpleNamespace(objective=cost)

    monkeypatch.setattr(search, "solve", solved)
    matrices = SimpleNamespace(fixed=lambda values: SimpleNamespace(relaxed=lambda: values))
    one, two, three = ({"x": np.array([number])} for number in (1.0, 2.0, 3.0))
    assert search._cheapest(matrices, {}, [one, three, two], Settings())[1] is two
    assert search._cheapest(matrices, {}, [one, three], Settings())[0].objective == 5.0
