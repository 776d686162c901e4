"""Plays a plan in the twin: the line with its random times, then the heat, the power and the bill that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sites.bill import bill
from sites.bill_lines import bill_by_cost_line
from sites.clock import Calendar
from sites.tariff import Tariff
from sites.tariff_rows import TariffRows
from sites.tariff_year import Candidate
from twin.model.contracts import Outcome, Plan
from twin.model.grid_service import grid_load_kw, no_load_loss_kw
from twin.model.plant import Plant
from twin.model.thermal.assembly_hall import HallLoad
from twin.model.thermal.burn_in_hall import HallCooling
from twin.model.thermal.operation import CoolingOperation, operate_cooling
from twin.model.thermal.water_cooled_operation import TowerSetting, WaterCooledUse
from twin.sim.executor import run_tasks
from twin.sim.limiter import burn_in_limit_kw
from twin.sim.own_power import PLANNED, OwnPower, costs_of_own_power, operate_own_power, supplies_of
from twin.sim.pausing import burning_ceiling_units, with_paused_kw
from twin.sim.staffing import year_staffing
from twin.sim.year import YearResult, YearTask, play_year

Array = NDArray[np.float64]
SOME_HEAT_KW_TH = 1e-6  # less is rounding
DUST_KW = 1e-7
USES = ("line", "burn_in", "cooling", "building", "losses", "battery")


def uses_of(plant: Plant) -> tuple[str, ...]:
    """Return the uses of electricity of a *plant*, which add up to what the grid delivers; supplies are below nil."""
    return (*USES, *supplies_of(plant.equipment))


@dataclass(frozen=True, eq=False)
class Setting:
    """Everything around the plan that the play-back needs: plant, place, weather's effect, prices and tariff.

    *limiter_room_kw* is what an earlier play-back taught about the demand limiter; *generator_each_kw* what one
    generator can deliver (None: the plant has none); *towers* is known where the plan may have some.
    """

    plant: Plant
    calendar: Calendar
    holidays: NDArray[np.bool_]
    hall: HallCooling
    assembly: HallLoad
    outdoor_c: Array
    building_kw: Array
    tariff: Tariff
    rows: TariffRows
    market_usd_per_kwh: Array
    candidates: Mapping[int, list[Candidate]]
    water_usd_per_m3: float
    limiter_room_kw: float = 0.0
    generator_each_kw: Array | None = None
    towers: TowerSetting | None = None


@dataclass(frozen=True, eq=False)
class _Task:
    setting: Setting
    year: YearTask
    plan: Mapping[str, Array]
    sizes: Mapping[str, float]
    costs: Mapping[str, float]


def play(
    plan: Plan,
    setting: Setting,
    sizes: Mapping[str, float],
    costs: Mapping[str, float],
    *,
    replications: int,
    seed: int,
    workers: int,
) -> Outcome:
    """Play *plan* in *replications* random years and return what happened."""
    staffing = year_staffing(
        setting.plant.patterns,
        plan.values("teams"),
        plan.values("burn_in_crews"),
        setting.calendar.labour_month,
        setting.calendar.hour_of_week,
        np.flatnonzero(setting.holidays).tolist(),
    )
    series = {
        name: plan.values(name)
        for name in (
            "store_fill_kw_th",
            "store_empty_kw_th",
            "battery_charge_kw",
            "battery_discharge_kw",
            "chiller_kw_th",
            "water_cooled_kw_th",
            *PLANNED,
        )
    }
    if "dry_cooler_kw_th" in plan.data:
        series["dry_cooler_kw_th"] = plan.values("dry_cooler_kw_th")
    month = setting.calendar.month
    limit = burn_in_limit_kw(
        plan,
        setting.plant,
        setting.rows,
        month,
        setting.candidates,
        sizes,
        setting.hall,
        setting.outdoor_c,
        setting.limiter_room_kw,
    )
    tasks = [
        _Task(
            setting,
            YearTask(
                setting.plant,
                staffing,
                round(sizes["racks_count"]),
                plan.values("production_units_per_h"),
                plan.values("burn_in_starts_per_h"),
                with_paused_kw(limit, plan, setting.plant),
                burning_ceiling_units(limit, plan, setting.plant),
                seed=seed,
                replication=number,
            ),
            series,
            sizes,
            costs,
        )
        for number in range(replications)
    ]
    years = run_tasks(_play_one, tasks, workers)
    joined = xr.concat(years, dim="replication")
    for name in joined.data_vars:
        joined[name].attrs["units"] = Outcome.variables[str(name)].units
    joined.attrs = {"seed": seed, "replications": replications}
    return Outcome(joined)


def _play_one(task: _Task) -> xr.Dataset:
    setting, plant = task.setting, task.setting.plant
    year, cooling = year_and_cooling(task)
    kit = plant.equipment.transformers
    battery_kw = task.plan["battery_charge_kw"] - task.plan["battery_discharge_kw"]
    used = year.line_kw + year.burn_in_kw + cooling.cooling_kw + setting.building_kw + battery_kw
    no_load_kw = no_load_loss_kw(kit, task.sizes["transformers_count"], task.sizes["transformer_kva"])
    own = operate_own_power(
        plant.equipment, task.sizes, task.plan, setting.generator_each_kw, used + np.asarray(no_load_kw)
    )
    grid_kw = np.maximum(grid_load_kw(kit, used - own.made_kw, no_load_kw), 0.0)
    billed = bill(
        setting.tariff,
        grid_kw,
        setting.calendar,
        price_usd_per_kwh=setting.market_usd_per_kwh,
        coincident=setting.candidates,
        power_factor=kit.power_factor,
    )
    by_use = {
        "line": year.line_kw,
        "burn_in": year.burn_in_kw,
        "cooling": cooling.cooling_kw,
        "building": setting.building_kw,
        "losses": grid_kw + own.made_kw - used,
        "battery": battery_kw,
        **{name: -kw for name, kw in own.supplies_kw.items()},
    }
    return _dataset(task, year, by_use, grid_kw, billed, cooling, own)


def year_and_cooling(task: _Task) -> tuple[YearResult, CoolingOperation]:
    """Play the year and cool it, and once more where the miners get too hot in it.

    Heat throttles the runs whose heat it is. The year is played as if no inlet were hot; when one is, above the
    product's limit, it is played again under the inlet of that first pass, and what comes out of this second one
    counts, with its longer runs. There is no third, although they shift the heat a little.
    """
    setting = task.setting
    year = play_year(task.year)
    cooling = _cooled(task, year)
    inlet_c = throttling_c(setting.plant, setting.hall, cooling, year.burn_in_kw)
    if (inlet_c > setting.plant.burn_in.throttle_above_c).any():
        year = play_year(replace(task.year, inlet_c=inlet_c))
        cooling = _cooled(task, year)
    return year, cooling


def inlet_while_burning_c(plant: Plant, hall: HallCooling, cooling: CoolingOperation, burn_in_kw: Array) -> Array:
    """Temperature at the miners' inlet [C] (8760) as it throttles them, at a load of *burn_in_kw* [kW] (8760).

    Where neither open nor wetted air suits the *hall*, its `inlet_c` is what open air would give; coils hold the limit
    of the hall instead, and the share of the heat that they leave unserved mixes in as much of that open air.
    """
    open_air_c = cooling.inlet_c
    coils_c = np.minimum(open_air_c, plant.burn_in_hall.inlet_limit_c)
    to_air_kw, left_kw = burn_in_kw * plant.heat_to_air_fraction, cooling.unserved_kw_th
    if plant.equipment.hydro is not None and cooling.loop is not None:
        left_kw = left_kw - cooling.loop.unserved_kw_th  # what the water keeps warms no air
    unserved = np.minimum(left_kw / np.maximum(to_air_kw, SOME_HEAT_KW_TH), 1.0)
    return np.where(hall.air_allowed, open_air_c, coils_c + unserved * (open_air_c - coils_c))


def throttling_c(plant: Plant, hall: HallCooling, cooling: CoolingOperation, burn_in_kw: Array) -> Array:
    """Temperature [C] (8760) that throttles the miners: of the air at their inlet, or of hydro miners' supply water."""
    if plant.equipment.hydro is not None and cooling.loop is not None:
        return cooling.loop.supply_c
    return inlet_while_burning_c(plant, hall, cooling, burn_in_kw)


def _cooled(task: _Task, year: YearResult) -> CoolingOperation:
    setting, plan = task.setting, task.plan
    use = None
    if setting.towers is not None:
        use = WaterCooledUse.of_plan(setting.towers.outdoor, plan["chiller_kw_th"], plan["water_cooled_kw_th"])
    return operate_cooling(
        setting.plant,
        task.sizes,
        setting.hall,
        setting.assembly,
        setting.outdoor_c,
        year.burn_in_kw,
        year.line_kw,
        year.staffed_cells * setting.plant.line.crew.size,
        plan["store_fill_kw_th"] - plan["store_empty_kw_th"],
        use,
        plan.get("dry_cooler_kw_th"),
    )


def _dataset(
    task: _Task,
    year: YearResult,
    by_use: Mapping[str, Array],
    grid_kw: Array,
    billed: xr.Dataset,
    cooling: CoolingOperation,
    own: OwnPower,
) -> xr.Dataset:
    setting = task.setting
    month = setting.calendar.month
    uses = uses_of(setting.plant)
    hourly_kwh = np.array([by_use[use].sum() for use in uses])
    floor_kwh = np.where(np.isin(uses, USES), 0.0, -np.inf)
    at_changes = hourly_kwh.copy()
    at_changes[:2] = year.energy_kwh  # line and burn-in are integrated whenever their power changes
    battery = by_use["battery"]
    series = {
        "wip_units": year.wip_units,
        "occupied_slots": year.occupied_slots,
        "burning_units": year.burning_units,
        "line_kw": year.line_kw,
        "burn_in_kw": year.burn_in_kw,
        "cooling_kw": by_use["cooling"],
        "building_kw": by_use["building"],
        "losses_kw": np.maximum(by_use["losses"], 0.0),
        "battery_kw": battery,
        "grid_kw": grid_kw,
        "inlet_c": inlet_while_burning_c(setting.plant, setting.hall, cooling, year.burn_in_kw),
        "inlet_relative_humidity": cooling.inlet_relative_humidity,
        "unserved_heat_kw_th": cooling.unserved_kw_th,
        **own.series,
    }
    if cooling.loop is not None:
        series["hydro_supply_c"] = cooling.loop.supply_c
    if cooling.store is not None and cooling.store.start_c.size:
        series["cold_store_outlet_c"] = cooling.store.outlet_c
        series["cold_store_short_kw_th"] = cooling.store.short_kw_th
    shipped = np.bincount(month, year.shipped, minlength=12)
    costs = _costs(task, year, billed, cooling, own)
    return xr.Dataset(
        {name: ("time", _clean(values)) for name, values in series.items()}
        | {
            "shipped_units": ("month", shipped),
            "scrapped_units": ((), float(year.scrapped.sum())),
            "energy_kwh_state_changes": ("use", np.maximum(at_changes, floor_kwh)),
            "energy_kwh_hourly": ("use", np.maximum(hourly_kwh, floor_kwh)),
            "bill_usd": (("month", "line"), billed["usd"].transpose("month", "line").values),
            "bill_kwh": ((), float(billed["kwh"].sum())),
            "cost_usd_per_year": ("cost_line", np.array(list(costs.values()))),
        },
        coords={
            "time": setting.calendar.time,
            "month": np.arange(1, 13),
            "use": list(uses),
            "line": [str(name) for name in billed["line"].values],
            "cost_line": list(costs),
        },
    )


def _clean(values: Array) -> Array:
    """Drop the rounding dust that sums of power changes leave, so that nil is nil.

    Meters count from the year's beginning, to 1e9 kW min, of which a float keeps 1e-7; a year of changes adds up.
    """
    return np.where(np.abs(values) < DUST_KW, 0.0, values)


def _costs(
    task: _Task, year: YearResult, billed: xr.Dataset, cooling: CoolingOperation, own: OwnPower
) -> dict[str, float]:
    """The cost sheet as it came out: the plan's, with the bill, water, fuel and waiting that really occurred."""
    setting, plant = task.setting, task.setting.plant
    costs = {**task.costs, **bill_by_cost_line(setting.tariff, billed, setting.calendar)}
    of_towers_m3 = float(cooling.tower_water_m3.sum())
    costs["water"] = (float(cooling.water_m3.sum()) - of_towers_m3) * setting.water_usd_per_m3
    if setting.towers is not None:
        costs["water"] += of_towers_m3 * setting.towers.make_up_usd_per_m3
    costs["holding"] = plant.holding_usd_per_unit_h * year.waiting_unit_h
    costs |= costs_of_own_power(plant.equipment, own, task.plan, task.costs)
    if "house_rule" in costs:
        costs["house_rule"] = float(cooling.house_rule_usd.sum())
    return costs
