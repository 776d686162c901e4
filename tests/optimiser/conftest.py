"""Small plants and grids whose best plan can be found by hand.

The plant is the starter plant made plain: money has no interest and everything lasts the horizon of one year, so that a
price is a yearly cost; the grid service costs nothing and loses nothing; nothing is spare and nothing breaks down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from pydantic import BaseModel

from optimiser import burnin
from optimiser.compiling import compile_model
from optimiser.facility import Facility, build
from optimiser.inputs import DesignPoint, Inputs, LineInputs
from optimiser.labour import Staff
from optimiser.line import Production
from optimiser.matrices import Matrices
from optimiser.model import Flows, Model, total
from optimiser.search import Design, Found
from optimiser.solver import Settings, Solution, solve
from optimiser.timegrid import TimeGrid
from sites.clock import Calendar
from sites.economics import Levies
from sites.schema import read_site
from sites.tariff import tariff_from
from sites.tariff_rows import TariffRows, tariff_rows
from twin.model.plant import Plant, read_plant
from twin.model.shifts import Shift, ShiftPattern
from twin.model.thermal.assembly_hall import HallLoad
from twin.model.thermal.burn_in_hall import HallCooling

GOLDEN = Path(__file__).parent / "golden"
HOURS = 8760
CALENDAR = Calendar(2026, -6.0)
MONTH_STARTS = CALENDAR.month_starts[:12]
STARTER, _ = read_plant()
TEXAS = read_site("texas").site
EXACT = Settings(gap=0.0, methods=("simplex",))

PLAIN = {
    "money.horizon_years": 1,
    "money.discount_rate": 0.0,
    "money.holding_cost_fraction_per_year": 0.0,
    "labour.keep_pattern_months": 1,
    "labour.hiring.usd_per_person": 0.0,
    "labour.hiring.training_weeks": 0.0,
    "labour.hiring.release_weeks_of_pay": 0.0,
    "labour.hiring.turnover_fraction_per_year": 0.0,
    "equipment.maintenance_fraction_per_year": 0.0,
    "equipment.transformers.sizes_kva": (1000.0,),
    "equipment.transformers.usd_each": (0.0,),
    "equipment.transformers.most_of_one_size": 1,
    "equipment.transformers.spare": 0,
    "equipment.transformers.power_factor": 1.0,
    "equipment.transformers.switchgear_usd_per_kva": 0.0,
    "equipment.transformers.load_loss_fraction": 0.0,
    "equipment.transformers.no_load_loss_fraction": 0.0,
    "equipment.transformers.life_years": 1,
    "equipment.battery.usd_per_kw": 0.0,
    "equipment.battery.usd_per_kwh": 0.0,
    "equipment.battery.charge_efficiency": 1.0,
    "equipment.battery.discharge_efficiency": 1.0,
    "equipment.battery.standing_loss_fraction_per_h": 0.0,
    "equipment.battery.least_charge_fraction": 0.0,
    "equipment.battery.most_kw": 0.0,
    "equipment.battery.most_kwh": 0.0,
    "equipment.battery.life_years": 1,
    "equipment.racks.usd_each": 0.0,
    "equipment.racks.life_years": 1,
    "equipment.chiller.capacity_kw_th": 100.0,
    "equipment.chiller.usd_each": 0.0,
    "equipment.chiller.spare": 0,
    "equipment.chiller.pump_kw_per_kw_th": 0.0,
    "equipment.chiller.power_part_load_curve": (0.0, 1.0, 0.0),
    "equipment.chiller.life_years": 1,
    "equipment.cold_store.usd_per_kwh_th": 0.0,
    "equipment.cold_store.loss_fraction_per_h": 0.0,
    "equipment.cold_store.rate_per_h": 1.0,
    "equipment.cold_store.most_kwh_th": 0.0,
    "equipment.cold_store.life_years": 1,
    "equipment.ventilation.life_years": 1,
    "equipment.ventilation.fan_static_share": 1.0,
    "equipment.ventilation.fan_drive_efficiency_curve": None,
    "burn_in.hours": 1.0,
    "burn_in.slots_per_rack": 10,
    "burn_in.least_racks": 0,
    "burn_in.most_racks": 10,
    "burn_in.infant_weibull_shape": 1.0,
    "burn_in.infant_weibull_scale_h": 1e15,
    "burn_in.rack_breakdowns": None,
    "products.0.power_kw": 1.0,
    "products.0.value_usd": 1000.0,
    "assembly_hall.supply_fan_kw_per_kw_th": 0.0,
    "assembly_hall.sensible_kw_per_person": 0.0,
    "assembly_hall.latent_kw_per_person": 0.0,
    "patterns": (
        ShiftPattern(
            name="day",
            label="one 8 h shift, every day",
            crews=1,
            shifts=(Shift(days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), start_h=0, length_h=8),),
        ),
    ),
}


def changed(item: Any, changes: dict[str, Any]) -> Any:
    """A copy of a description with dotted keys changed; unlike a file, it may hold a price of nil."""
    for key, value in changes.items():
        first, _, rest = key.partition(".")
        if isinstance(item, tuple):
            place = int(first)
            item = (*item[:place], changed(item[place], {rest: value}), *item[place + 1 :])
        else:
            assert isinstance(item, BaseModel)
            assert first in type(item).model_fields, key
            item = item.model_copy(update={first: changed(getattr(item, first), {rest: value}) if rest else value})
    return item


def plant(**changes: Any) -> Plant:
    """The plain plant; a dot in a key is written as two underscores."""
    return changed(STARTER, PLAIN | {key.replace("__", "."): value for key, value in changes.items()})


def grid(hours: int, *, start: int = 0, weight: float = 1.0) -> TimeGrid:
    """*hours* hours of January from hour *start* on, closed over themselves."""
    places = np.arange(hours)
    hour = start + places
    month = CALENDAR.month[hour]
    return TimeGrid(hour, np.full(hours, weight), np.roll(places, 1), month, month, CALENDAR.hour_of_week[hour])


def monthly_grid(hours_each: int = 1) -> TimeGrid:
    """The first hours of every month; the hours of a month close over themselves."""
    hour = (MONTH_STARTS[:, None] + np.arange(hours_each)).ravel()
    previous = (np.arange(12)[:, None] * hours_each + np.roll(np.arange(hours_each), 1)).ravel()
    month = np.repeat(np.arange(12), hours_each)
    return TimeGrid(hour, np.ones(len(hour)), previous, month, month, CALENDAR.hour_of_week[hour])


def laid(time: TimeGrid, values: Any) -> np.ndarray:
    """A year (8760) with *values* at the grid's hours and zero elsewhere."""
    year = np.zeros(HOURS)
    year[time.hour] = values
    return year


def tariff(**fields: Any) -> TariffRows:
    """The rows of a tariff that is written as in a file."""
    coincident = fields.pop("peaks", None)
    described = tariff_from({"name": "test", "fixed_usd_per_month": 0.0, **fields}, "test.toml")
    return tariff_rows(described, CALENDAR, coincident=coincident)


def prices(time: TimeGrid, usd_per_kwh: Any) -> TariffRows:
    """A tariff of nothing but hourly energy prices."""
    return TariffRows(
        month=CALENDAR.month,
        energy_usd_per_kwh=laid(time, usd_per_kwh),
        energy_tiers=(),
        peaks={},
        demand=(),
        coincident_usd_per_kw_month=np.zeros(HOURS),
        fixed_usd=np.zeros(12),
        minimum_usd=0.0,
        notes=(),
    )


def hall(
    *, allowed: Any = True, pad: Any = False, fan: float = 0.0, water: float = 0.0, hours: int = HOURS
) -> HallCooling:
    """What the burn-in hall may do: open air in every hour unless said otherwise."""
    pads = np.broadcast_to(np.asarray(pad), (hours,))
    return HallCooling(
        np.broadcast_to(np.asarray(allowed), (hours,)),
        pads,
        np.full(hours, fan),
        np.zeros(hours),
        np.where(pads, water, 0.0),
        np.full(hours, 25.0),
        np.full(hours, 0.5),
        np.full(hours, 0.01),
        np.full(hours, 101_325.0),
        np.ones(hours),
    )


def assembly(sensible: Any = 0.0, latent: Any = 0.0, *, mechanical: bool = False, hours: int = HOURS) -> HallLoad:
    """The load of the assembly hall; without mechanical cooling unless said otherwise."""
    full = [np.broadcast_to(np.asarray(part, dtype=float), (hours,)) for part in (sensible, latent)]
    return HallLoad(full[0], full[1], np.full(hours, mechanical), np.zeros(hours))


def design_point(
    cooling: HallCooling | None = None, load: HallLoad | None = None, chiller: float = 100.0
) -> DesignPoint:
    """A design condition; open air is enough unless said otherwise."""
    return DesignPoint("design", 35.0, 25.0, cooling or hall(hours=1), load or assembly(hours=1), chiller)


def line(time: TimeGrid, **fields: Any) -> LineInputs:
    """A line of one pattern that is staffed in every hour and makes one unit an hour with a team."""
    hourly = {
        name: laid(time, fields.pop(name, default))[None, :]
        for name, default in (("capacity_units_per_h", 1.0), ("staffed_share", 1.0), ("fixed_kw_per_team", 0.0))
    }
    demand = np.zeros(12)
    for month, units in fields.pop("demand", {}).items():
        demand[month] = units
    plain = {"kwh_per_unit": 0.0, "return_share": 0.0, "shipped_share": 1.0, "weeks": np.ones(12)}
    return LineInputs(**hourly, demand_units=demand, open_share=np.ones(HOURS), **(plain | fields))


def inputs(time: TimeGrid, plan: Plant | None = None, **fields: Any) -> Inputs:
    """A case: a fixed load of nothing unless a `line` or a load is given; energy costs nothing unless it has prices."""
    load = fields.pop("load_kw", None)
    cooling = fields.pop("cooling_kw_th", None)
    levies = dict.fromkeys(Levies.model_fields, 0.0)
    levies |= fields.pop("levies", {})
    site = changed(TEXAS, {f"levies.{name}": share for name, share in levies.items()})
    plain = {
        "line": None,
        "fixed_load_kw": None if "line" in fields else laid(time, 0.0 if load is None else load),
        "fixed_cooling_kw_th": None if cooling is None else laid(time, cooling),
        "tariff": prices(time, 0.0),
        "market_usd_per_kwh": np.zeros(HOURS),
        "hall": hall(),
        "assembly": assembly(),
        "building_kw": np.zeros(HOURS),
        "chiller_kw_th": np.full(HOURS, 100.0),
        "chiller_ratio": np.full(HOURS, 0.25),
        "outdoor_c": np.full(HOURS, 20.0),
        "design": (design_point(),),
    }
    return Inputs(plant=plan or plant(), site=site, calendar=CALENDAR, **(plain | fields))


def staff(time: TimeGrid, *, teams: float = 0.0, crews: float = 1.0) -> Staff:
    """Staff that is given, not decided: so many teams and crews on the only pattern in every month."""
    months = {(int(month), 0) for month in time.labour_month}
    return Staff(dict.fromkeys(months, teams), dict.fromkeys(months, crews), range(1))


def production(units_per_h: Any) -> Production:
    """Production that is given, or a variable of the test's model; it needs no electricity."""
    return Production(units_per_h, lambda _: 0.0)


@dataclass
class Solved:
    """An optimal plan of a tiny system: its cost, and its values by name."""

    model: Model
    matrices: Matrices
    solution: Solution

    @property
    def usd(self) -> float:
        """The optimal cost [usd]."""
        return self.solution.objective

    def __getitem__(self, name: str) -> Any:
        """Values of the variable *name*: an array by its index, or one number; nil where it stands in no row."""
        variable = self.model.pyomo.component(name)
        found = dict(zip(self.matrices.keys[name], self.solution.value(name).tolist(), strict=True))
        values = [found.get(key, 0.0) for key in variable]
        return np.array(values) if variable.is_indexed() else values[0]

    def cost(self, expression: Any) -> float:
        """The value of an expression of the model in this plan."""
        for variable in self.model.pyomo.component_objects(pyo.Var):
            values = dict(zip(self.matrices.keys[variable.name], self.solution.value(variable.name), strict=True))
            for key, datum in variable.items():
                datum.set_value(float(values.get(key, datum.lb)), skip_validation=True)
        return float(pyo.value(expression))


def best(model: Model, settings: Settings = EXACT) -> Solved:
    """Solve a model whose objective is set."""
    matrices = compile_model(model)
    return Solved(model, matrices, solve(matrices, settings))


def closed(model: Model, flows: list[Flows], usd_per_kwh: Any = 0.0) -> Solved:
    """Buy the electricity of *flows* at hourly prices, add their costs, and solve."""
    time = model.grid
    price = np.broadcast_to(np.asarray(usd_per_kwh, dtype=float), (len(time),))
    energy = total(
        1000.0 * float(price[t] * time.weight[t]) * flow.electricity_mw(t)
        for flow in flows
        if flow.electricity_mw is not None
        for t in range(len(time))
    )
    model.minimise(energy + total(usd for flow in flows for usd in flow.cost.values()))
    return best(model)


def run(case: Inputs, time: TimeGrid) -> tuple[Facility, Solved]:
    """Build the whole facility of a case and solve it."""
    facility = build(case, time)
    return facility, best(facility.model)


def fed(load_kw: list[float], plan: Plant | None = None, usd_per_kwh: Any = 0.0, **fields: Any) -> Solved:
    """The best plan that feeds a given load, an hour each, at hourly prices unless *fields* name a tariff."""
    time = grid(len(load_kw))
    return run(inputs(time, plan, load_kw=load_kw, **({"tariff": prices(time, usd_per_kwh)} | fields)), time)[1]


def found_of(case: Inputs, time: TimeGrid) -> Found:
    """The best plan of a case as the search hands it on."""
    facility, solved = run(case, time)
    return Found(facility, solved.solution, Design({}, {}, None, solved.solution))


def batch(capacity_units_per_h: float = 2.0, **changes: Any) -> tuple[Inputs, TimeGrid]:
    """Two units, made in hour 0 of 1 January, loaded in hour 1 and unloaded in hour 4, the only hours with a crew.

    Hour 4 has the dear price. Labour of that night counts to December. Every subsystem has a price and a use.
    """
    time = replace(grid(6), labour_month=CALENDAR.labour_month[:6])
    base = {
        "labour__indirect_people": {"maintenance": 1}, "products__0__power_kw": 2.0, "products__0__value_usd": 1e5,
        "money__holding_cost_fraction_per_year": 0.876, "burn_in__least_racks": 1,
        "equipment__racks__usd_each": 100.0, "equipment__chiller__usd_each": 10.0,
        "equipment__chiller__pump_kw_per_kw_th": 0.02,
        "equipment__ventilation__module_kw_th": 3.0, "equipment__ventilation__usd_per_kw_th": 1.0,
        "equipment__ventilation__pad_usd_per_kw_th": 2.0, "equipment__transformers__usd_each": (500.0,),
        "equipment__transformers__load_loss_fraction": 0.02, "equipment__transformers__no_load_loss_fraction": 0.001,
        "equipment__maintenance_fraction_per_year": 0.02, "assembly_hall__supply_fan_kw_per_kw_th": 0.08,
        "assembly_hall__sensible_kw_per_person": 0.1, "assembly_hall__latent_kw_per_person": 0.05,
    }  # fmt: skip
    made = line(
        time, capacity_units_per_h=[capacity_units_per_h, 0, 0, 0, 0, 0], staffed_share=[1, 1, 0, 0, 1, 0],
        fixed_kw_per_team=0.5, kwh_per_unit=3.0, demand={0: 2.0},
    )  # fmt: skip
    hot = replace(design_point(load=assembly(60.0, mechanical=True, hours=1)), label="hot")
    humid = replace(design_point(load=assembly(40.0, 10.0, mechanical=True, hours=1), chiller=90.0), label="humid")
    case = inputs(
        time, plant(**(base | changes)), line=made, tariff=prices(time, [0.1, 0.1, 0.1, 0.1, 0.2, 0.1]),
        building_kw=np.full(HOURS, 10.0), assembly=assembly(30.0, 5.0, mechanical=True),
        hall=hall(pad=laid(time, [0, 0, 0, 1, 0, 0]) > 0, fan=0.05, water=0.001), design=(hot, humid),
    )  # fmt: skip
    return case, time


@pytest.fixture(autouse=True)
def round_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the shares that play-backs calibrate, so that a new calibration moves no hand-solved number."""
    monkeypatch.setattr(burnin, "CREW_UTILISATION", 0.85)
    monkeypatch.setattr(burnin, "SLOT_UTILISATION", 1.0)


@pytest.fixture
def tiny() -> SimpleNamespace:
    """The helpers of this file."""
    return SimpleNamespace(
        CALENDAR=CALENDAR, STARTER=STARTER, EXACT=EXACT, GOLDEN=GOLDEN, assembly=assembly, batch=batch, best=best,
        build=build, changed=changed, closed=closed, design_point=design_point, fed=fed, found_of=found_of, grid=grid,
        hall=hall, inputs=inputs, laid=laid, line=line, monthly_grid=monthly_grid, plant=plant, prices=prices,
        production=production, run=run, staff=staff, tariff=tariff,
    )  # fmt: skip
