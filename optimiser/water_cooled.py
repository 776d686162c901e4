"""Water-cooled chillers with towers: a second source of chilled water that a plan may buy beside air-cooled ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.banks import chiller_lines
from optimiser.inputs import Inputs
from optimiser.matrices import Matrices
from optimiser.model import Expression, Flows, Hourly, Model, total
from optimiser.solver import Settings, Solution, solve
from sites.errors import InfeasibleError
from twin.model.equipment.chillers import Chiller
from twin.model.money import yearly_cost
from twin.model.thermal.chiller_bank import installed_chords
from twin.model.thermal.water_cooled_lines import refitted_lines
from twin.model.thermal.water_cooled_operation import TowerSetting

Array = NDArray[np.float64]
ROUNDING = 1e-3  # a count that is larger than a whole number by less is that number
MOST_RATIO = 5.0  # over the coefficient of an hour: the bound of a column, which no plan reaches
BOUGHT = ("chilled_water_bought", "chilled_water_water_cooled_bought")
COUNTS = ("chilled_water_water_cooled_chillers", "chilled_water_water_cooled_towers")
SIZES = (*BOUGHT, *COUNTS)
COOLING = "chilled_water_water_cooled_cooling_mw"


@dataclass(frozen=True)
class Source:
    """A source of chilled water: *cooling* by the hour [MW_th], its electricity [MW], what it delivers at each design
    condition with the spares out [MW_th], and what it puts on the buses and the cost sheet (electricity is apart)."""

    cooling: Any
    electricity_mw: Hourly
    design_capacity_mw: list[Expression]
    flows: Flows

    def less(self, need_mw: Hourly, design_need_mw: list[Expression]) -> tuple[Hourly, list[Expression]]:
        """Return what is left of a need by the hour, and of one at the design conditions, for another source."""
        left = [
            need if isinstance(need, float) and need == 0.0 else need - able
            for need, able in zip(design_need_mw, self.design_capacity_mw, strict=True)
        ]
        return lambda t: need_mw(t) - self.cooling[t], left

    def beside(self, flows: Flows) -> Flows:
        """Return *flows* of another source with this one's added."""
        other, mine = flows.electricity_mw, self.electricity_mw
        cost = {line: total([flows.cost[line], usd]) for line, usd in self.flows.cost.items() if line in flows.cost}
        return replace(
            flows,
            electricity_mw=mine if other is None else lambda t: other(t) + mine(t),
            water_m3=flows.water_m3 + self.flows.water_m3,
            installed_usd=flows.installed_usd + self.flows.installed_usd,
            cost={**flows.cost, **self.flows.cost, **cost},
        )


def whether_bought(model: Model, chiller: Chiller, count: Any) -> Any:
    """Add whether a plan buys a kind of chillers at all, 0 or 1: spares are due only where it does; return it."""
    bought = model.count("bought", 1)

    @model.once
    def chillers_only_if_bought() -> Expression:
        """chillers <= most x bought"""
        return count <= chiller.most * bought

    return bought


def add_water_cooled(model: Model, inputs: Inputs) -> Source:
    """Water-cooled chillers, one condenser pump each, and towers that carry their heat in every hour.

    Water is priced here, not handed on: of a tower's another part reaches the sewer than of a pad's.
    """
    kit, lines, grid = inputs.plant.equipment.water_cooled, inputs.water_cooled, model.grid
    assert kit is not None
    assert lines is not None
    chiller, tower, hours = kit.chiller, kit.tower, grid.hour
    each, ratio = lines.chiller_kw_th[hours] / 1000.0, lines.chiller_ratio[hours]
    carried = lines.tower_kw_th[hours] / 1000.0
    chillers, towers = model.count("chillers", chiller.most), model.count("towers", tower.most)
    cooling = model.hourly("cooling_mw", at_most=chiller.most * each)
    power = model.hourly("power_mw", at_most=chiller.most * each * ratio * MOST_RATIO)
    bought = whether_bought(model, chiller, chillers)

    @model.each_hour
    def cooling_within_water_cooled(t: int) -> Expression:
        """cooling[t] <= capacity of one[t] x water-cooled chillers"""
        return cooling[t] <= float(each[t]) * chillers

    # in a plan the chords that the hour's ratio is fitted on (`water_cooled_lines.modelled_power_kw`)
    chords = chiller_lines(chiller, below=True) if inputs.below_curves else installed_chords(chiller)

    @model.each_of_hours([(t, k) for t in range(len(grid)) for k in range(len(chords))])
    def water_cooled_power_above_chord(t: int, k: int) -> Expression:
        """power[t] >= full-load ratio[t] (constant_k x capacity of one[t] x chillers + slope_k x cooling[t])"""
        constant, slope = chords[k]
        return power[t] >= float(ratio[t]) * (constant * float(each[t]) * chillers + slope * cooling[t])

    to_condenser = chiller.compressor_heat_to_condenser_fraction
    pump_heat = lines.pump_heat_kw_th_per_kw_th[hours]

    def heat_mw(t: int) -> Expression:
        """Heat to the towers: of cooling, compressors and condenser pumps."""
        return (1.0 + float(pump_heat[t])) * cooling[t] + to_condenser * power[t]

    @model.each_hour
    def heat_within_towers(t: int) -> Expression:
        """heat of cooling[t], power[t] and condenser pumps[t] <= heat that one carries[t] x towers"""
        return heat_mw(t) <= float(carried[t]) * towers

    points = range(len(lines.design))
    duty = [model.size(f"design_{point}_mw", at_most=chiller.most * lines.design[point].chiller_kw_th / 1000.0)
            for point in points]  # fmt: skip

    @model.each_of(points)
    def duty_within_chillers(point: int) -> Expression:
        """at each design condition: duty <= (water-cooled chillers - spare if bought) x capacity of one"""
        return duty[point] <= lines.design[point].chiller_kw_th / 1000.0 * (chillers - chiller.spare * bought)

    @model.each_of(points)
    def duty_within_towers(point: int) -> Expression:
        """at each design condition: duty x heat of its cooling <= (towers - spare if bought) x heat that one carries"""
        design = lines.design[point]
        return design.heat_kw_th_per_kw_th * duty[point] <= design.tower_kw_th / 1000.0 * (
            towers - tower.spare * bought
        )

    fan, pump = lines.fan_kw_per_kw_th[hours], lines.pump_kw_per_kw_th[hours] + chiller.pump_kw_per_kw_th

    def electricity_mw(t: int) -> Expression:
        return power[t] + float(pump[t]) * cooling[t] + float(fan[t]) * heat_mw(t)

    per_mwh = 1000.0 * lines.water_m3_per_kwh_th[hours] * grid.weight
    water = total(float(per_mwh[t]) * heat_mw(t) for t in range(len(grid)))
    money, index = inputs.plant.money, inputs.site.construction.cost_index
    parts = (
        (chiller.usd_each * index, chillers, chiller.life_years),
        (tower.usd_each * index, towers, tower.life_years),
    )
    capital = total(
        yearly_cost(usd, money.discount_rate, money.horizon_years, life) * size for usd, size, life in parts
    )
    cost = {"capital": capital, "water": kit.make_up_usd_per_m3(inputs.site.water) * water}
    flows = Flows(installed_usd=total(usd * size for usd, size, _ in parts), cost=cost)
    return Source(cooling, electricity_mw, list(duty), flows)


def kinds(matrices: Matrices) -> list[dict[str, Array]]:
    """Return the ways to buy chillers where water-cooled ones are offered, else none: one kind, the other, both."""
    if BOUGHT[1] not in matrices.columns:
        return []
    ways = ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
    return [{name: np.array([held]) for name, held in zip(BOUGHT, way, strict=True)} for way in ways]


def with_cheapest_kind(
    matrices: Matrices, held: dict[str, Array], relaxed: Solution, settings: Settings, progress: Callable[[str], None]
) -> tuple[Solution, dict[str, Array]]:
    """Return the relaxed solution and the held values of the cheapest way to buy chillers, one kind or both.

    A share of a spare is no spare, so each way is sized by itself; what its counts cost when they are rounded up is
    added before ways are compared. *relaxed* with *held* is returned where no choice is offered. Raises
    `InfeasibleError` when no way meets the need.
    """
    best: tuple[float, Solution, dict[str, Array]] | None = None
    reason: InfeasibleError | None = None
    for kind in kinds(matrices):
        try:
            found = solve(matrices.fixed({**held, **kind}).relaxed(), settings)
        except InfeasibleError as error:
            reason = error
            continue
        rounded = [matrices.columns[name] for name in ("chilled_water_chillers", *COUNTS)]
        missing = sum(
            float(matrices.cost[places] @ (np.ceil(found.x[places] - ROUNDING) - found.x[places])) for places in rounded
        )
        progress(f"{_told(kind)}: {found.objective + missing:,.0f} usd a year")
        if best is None or found.objective + missing < best[0]:
            best = found.objective + missing, found, {**held, **kind}
    if best is None and reason is not None:
        raise reason
    return (relaxed, held) if best is None else best[1:]


def _told(kind: dict[str, Array]) -> str:
    names = ("air-cooled chillers", "water-cooled chillers")
    return " and ".join(name for name, held in zip(names, kind.values(), strict=True) if held[0] > 0)


def unbought_stay(asked: dict[str, Array], chosen: Mapping[str, Array]) -> dict[str, Array]:
    """Return the counts *asked*, those of a kind that the *chosen* design does not have at nil: no step adds one."""
    names = {BOUGHT[0]: ("chilled_water_chillers",), BOUGHT[1]: COUNTS}
    absent = {count for kind, counts in names.items() if kind in chosen and chosen[kind][0] < 0.5 for count in counts}
    return {name: np.zeros_like(value) if name in absent else value for name, value in asked.items()}


def refitted(inputs: Inputs, solution: Solution, correction: float = 1.0) -> Inputs:
    """Return *inputs* whose water-cooled coefficients give the true power and water of the *solution*'s loads.

    *correction* multiplies the chillers' power (from an earlier play-back). What was given where no such chiller was
    bought or runs.
    """
    kit, lines = inputs.plant.equipment.water_cooled, inputs.water_cooled
    if kit is None or lines is None or COOLING not in solution.matrices.columns:
        return inputs
    chillers, towers = (round(solution.scalar(name)) for name in COUNTS)
    load = np.zeros(lines.chiller_kw_th.shape)
    for hour, value in zip(solution.matrices.keys[COOLING], solution.value(COOLING).tolist(), strict=True):
        load[hour] = 1000.0 * value
    found = refitted_lines(kit, lines, chillers, towers, load)
    return inputs if found is lines else replace(inputs, water_cooled=found.scaled(correction))


def tower_water_usd_per_m3(inputs: Inputs) -> float:
    """Price of a tower's make-up water at the site [usd/m3]; nil where no tower is offered."""
    kit = inputs.plant.equipment.water_cooled
    return 0.0 if kit is None else kit.make_up_usd_per_m3(inputs.site.water)


def tower_setting(inputs: Inputs) -> TowerSetting | None:
    """Return what the play-back needs around the towers; None where none is offered."""
    lines = inputs.water_cooled
    return None if lines is None else TowerSetting(lines.outdoor, tower_water_usd_per_m3(inputs))


def with_chillers_scaled(inputs: Inputs, factor: float) -> Inputs:
    """Return *inputs* with *factor* times the power of chillers of either kind."""
    lines = None if inputs.water_cooled is None else inputs.water_cooled.scaled(factor)
    return replace(inputs, chiller_ratio=inputs.chiller_ratio * factor, water_cooled=lines)


def water_cooled_sizes(inputs: Inputs, solution: Solution) -> dict[str, float]:
    """Water-cooled chillers and towers of a *solution*, by the names of their sizes; nothing where not offered."""
    kit = inputs.plant.equipment.water_cooled
    if kit is None or COUNTS[0] not in solution.matrices.columns:
        return {}
    return {
        "water_cooled_chillers_count": solution.scalar(COUNTS[0]),
        "water_cooled_chiller_kw_th": kit.chiller.capacity_kw_th,
        "towers_count": solution.scalar(COUNTS[1]),
    }


@dataclass(frozen=True)
class HeatSeries:
    """Electricity [kW] of a plan's water-cooled plant, its water [m3], and its hourly series by the plan's names."""

    electricity_kw: Array
    water_m3: Array
    series: dict[str, Array]


def heat_series(inputs: Inputs, cooling_kw_th: Array, power_kw: Array) -> HeatSeries:
    """Return what the model has for *cooling_kw_th* and *power_kw* of water-cooled chillers (8760); nil where none."""
    kit, lines = inputs.plant.equipment.water_cooled, inputs.water_cooled
    if kit is None or lines is None:
        return HeatSeries(np.zeros_like(power_kw), np.zeros_like(power_kw), {})
    to_condenser = kit.chiller.compressor_heat_to_condenser_fraction
    heat_kw_th = (1.0 + lines.pump_heat_kw_th_per_kw_th) * cooling_kw_th + to_condenser * power_kw
    fan_kw = lines.fan_kw_per_kw_th * heat_kw_th
    pump_kw = (lines.pump_kw_per_kw_th + kit.chiller.pump_kw_per_kw_th) * cooling_kw_th
    series = {"water_cooled_kw_th": cooling_kw_th, "water_cooled_kw": power_kw, "tower_fan_kw": fan_kw}
    return HeatSeries(power_kw + pump_kw + fan_kw, lines.water_m3_per_kwh_th * heat_kw_th, series)


def design_capacity_kw_th(inputs: Inputs) -> list[float]:
    """Most that water-cooled chillers may deliver at each design condition, spares out [kW_th]; nil where none."""
    kit, lines = inputs.plant.equipment.water_cooled, inputs.water_cooled
    if kit is None or lines is None:
        return [0.0 for _ in inputs.design]
    chillers, towers = kit.chiller.most - kit.chiller.spare, kit.tower.most - kit.tower.spare
    return [
        min(chillers * point.chiller_kw_th, towers * point.tower_kw_th / point.heat_kw_th_per_kw_th)
        for point in lines.design
    ]


def binding(inputs: Inputs, sizes: Mapping[str, float], need_kw_th: float) -> dict[str, str]:
    """Return the sentence for each size of water-cooled chillers: what made it so large; nothing where not offered.

    *need_kw_th* of the assembly hall at the design condition that asks for most.
    """
    kit, lines = inputs.plant.equipment.water_cooled, inputs.water_cooled
    if kit is None or lines is None or "towers_count" not in sizes:
        return {}
    said = {}
    if sizes["chillers_count"] == 0:
        said["chillers_count"] = "None: water-cooled chillers with towers meet the need at less cost, spares included."
    if sizes["water_cooled_chillers_count"] == 0:
        none = "None: air-cooled chillers meet the need at less cost, spares and water included."
        return {**said, "water_cooled_chillers_count": none, "towers_count": none}
    hottest = min(lines.design, key=lambda point: point.tower_kw_th)
    wettest = inputs.design[lines.design.index(hottest)]
    said["water_cooled_chillers_count"] = (
        f"The assembly hall needs {need_kw_th:,.0f} kW_th at design conditions, with the heat on the coils beside it; "
        f"one chiller delivers {hottest.chiller_kw_th:,.0f} kW_th on water of {kit.warmest_c:g} C; "
        f"{kit.chiller.spare} is spare."
    )
    said["towers_count"] = (
        f"At the {wettest.label} (wet bulb {wettest.wet_bulb_c:.1f} C) one tower carries "
        f"{hottest.tower_kw_th:,.0f} kW of heat with water no warmer than {kit.warmest_c:g} C; a chiller gives "
        f"{hottest.heat_kw_th_per_kw_th * hottest.chiller_kw_th:,.0f} kW at full load; {kit.tower.spare} is spare."
    )
    return said
