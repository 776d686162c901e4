"""Hydro miners on warm water: flow, pump, dry coolers, throttling at the supply limit, heat for reheat.

Steady hourly balance: what miners and pump put into the water leaves through heat recovery and the dry coolers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Flags, Floats
from twin.model.equipment.dry_coolers import DryCooler
from twin.model.equipment.hydro_loop import HydroLoop
from twin.model.thermal.dry_cooler import DryCoolerOperation, most_heat_kw_th, reject_heat
from twin.model.thermal.numeric import refuse_nan
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water import density_kg_m3, heat_capacity_kj_per_kg_k, warmed_c


@dataclass(frozen=True)
class HydroOperation:
    """What the loop does, hourly.

    *supply_c* to the miners, *return_c* from them [C]; *flow_kg_per_s*; *pump_kw*; *power_share* of the wish that the
    miners may draw, below 1 in *throttled* hours; *miner_heat_kw_th* and *pump_heat_kw_th* into the water;
    *recoverable_kw_th* at the recovery's temperature, *recovered_kw_th* taken; *cooler* the dry coolers' own hours.
    """

    supply_c: Floats
    return_c: Floats
    flow_kg_per_s: Floats
    pump_kw: Floats
    power_share: Floats
    throttled: Flags
    miner_heat_kw_th: Floats
    pump_heat_kw_th: Floats
    recoverable_kw_th: Floats
    recovered_kw_th: Floats
    cooler: DryCoolerOperation


def loop_flow_kg_per_s(loop: HydroLoop, miner_kw: ArrayLike, design_kw: float) -> Floats:
    """Flow [kg/s] that carries the miners' heat at the loop's rise, not below its least share of design.

    m = Q / (c (return - supply)); *miner_kw* [kW] drawn, *design_kw* [kW] of all places at full power. Raises
    `ValueError` for inputs that are not numbers.
    """
    refuse_nan(miner_kw=miner_kw, design_kw=design_kw)
    heat_capacity = float(heat_capacity_kj_per_kg_k(loop.return_c))
    each = loop.heat_to_water_fraction / (heat_capacity * (loop.return_c - loop.supply_c))
    drawn = np.asarray(miner_kw, dtype=float)
    return np.where(drawn > 0, each * np.maximum(drawn, loop.least_flow_fraction * design_kw), 0.0)


def loop_pump_kw(loop: HydroLoop, flow_kg_per_s: ArrayLike, design_kg_per_s: float) -> Floats:
    """Pump power [kW]: flow x head / (density efficiency), head = design (s + (1 - s) (flow / design)2)."""
    flow = np.asarray(flow_kg_per_s, dtype=float)
    share = flow / design_kg_per_s
    head_kpa = loop.pump_head_kpa * (loop.static_head_fraction + (1.0 - loop.static_head_fraction) * share**2)
    return np.asarray(flow / float(density_kg_m3(loop.supply_c)) * head_kpa / loop.pump_efficiency)


def recoverable_kw_th(loop: HydroLoop, return_c: ArrayLike, flow_kg_per_s: ArrayLike) -> Floats:
    """Heat [kW_th] that water at *return_c* [C] gives to the recovery loop; nil where it is too cold for its supply.

    m c (return - (recovery return + approach)), where return is at least the recovery's supply + approach.
    """
    water = np.asarray(return_c, dtype=float)
    left = loop.recovery_return_c + loop.recovery_approach_k
    heat = np.asarray(flow_kg_per_s, dtype=float) * heat_capacity_kj_per_kg_k(water) * (water - left)
    # A supply that is held at 40 C gives a return of exactly 60 C but for rounding.
    warm = water >= loop.recovery_supply_c + loop.recovery_approach_k - 1e-6
    return np.where(warm, np.maximum(heat, 0.0), 0.0)


def operate_hydro_loop(
    loop: HydroLoop,
    coolers: DryCooler,
    miner_kw: ArrayLike,
    design_kw: float,
    outdoor: OutdoorAir,
    wanted_recovery_kw_th: ArrayLike = 0.0,
) -> HydroOperation:
    """Return how the loop carries *miner_kw* [kW] of miners, of *design_kw* in all, through *coolers* (a whole bank).

    Where full fans and pads leave the supply above its limit, the miners are throttled until it is at the limit, the
    flow unchanged. *wanted_recovery_kw_th* [kW_th] is taken as far as the return water has it. Raises `ValueError` for
    inputs that are not numbers.
    """
    refuse_nan(wanted_recovery_kw_th=wanted_recovery_kw_th)
    shape = outdoor.dry_bulb_c.shape
    drawn, wanted = (
        np.broadcast_to(np.asarray(value, dtype=float), shape) for value in (miner_kw, wanted_recovery_kw_th)
    )
    flow = loop_flow_kg_per_s(loop, drawn, design_kw)
    design_flow = float(loop_flow_kg_per_s(loop, design_kw, design_kw))
    pump_kw = loop_pump_kw(loop, flow, design_flow)
    pump_heat = loop.pump_heat_to_water_fraction * pump_kw
    asked = loop.heat_to_water_fraction * drawn
    most = most_heat_kw_th(coolers, loop.supply_limit_c, flow, outdoor)

    def balanced(recovered: Floats) -> tuple[Floats, Flags, DryCoolerOperation]:
        wish = asked + pump_heat - recovered
        throttled = (drawn > 0) & (wish > most * (1.0 + 1e-12))
        taken = np.where(throttled, np.maximum(most + recovered - pump_heat, 0.0), asked)
        rejected = np.maximum(taken + pump_heat - recovered, 0.0)
        return taken, throttled, reject_heat(coolers, rejected, flow, outdoor, loop.supply_c)

    nothing = np.zeros(shape)
    taken, throttled, cooling = balanced(nothing)
    available = np.minimum(recoverable_kw_th(loop, cooling.entering_c, flow), taken + pump_heat)
    recovered = np.minimum(wanted, available)
    if (recovered > 0).any():
        taken, throttled, cooling = balanced(recovered)
    return HydroOperation(
        supply_c=cooling.leaving_c,
        return_c=warmed_c(cooling.leaving_c, taken + pump_heat, flow),
        flow_kg_per_s=flow,
        pump_kw=pump_kw,
        power_share=np.where(asked > 0, taken / np.where(asked > 0, asked, 1.0), 1.0),
        throttled=throttled,
        miner_heat_kw_th=taken,
        pump_heat_kw_th=np.asarray(pump_heat),
        recoverable_kw_th=available,
        recovered_kw_th=recovered,
        cooler=cooling,
    )
