"""The hydro loop over several banks of dry coolers, with the supply free to float: what the plan's year really does.

Units of one type share their bank's heat and all run: a fan's power is convex in the heat of its unit (air flow to the
third power; heat no faster than in proportion to it), so that by Jensen's inequality equal shares need least power.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Flags, Floats
from twin.model.equipment.dry_coolers import DryCooler
from twin.model.equipment.hydro import Hydro
from twin.model.equipment.hydro_loop import HydroLoop
from twin.model.thermal.dry_cooler import (
    DryCoolerOperation,
    after_pads,
    conductance_of_kw_per_k,
    full_air_kw_per_k,
    most_heat_kw_th,
    reject_heat,
)
from twin.model.thermal.hydro_loop import loop_flow_kg_per_s, loop_pump_kw
from twin.model.thermal.numeric import bracketed_root, refuse_nan
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water import KG_PER_M3, basin_water, heat_capacity_kj_per_kg_k, warmed_c

SECONDS_PER_HOUR = 3600.0
LEAST_SHARE = 1e-3  # of the heat: a bank that is to carry less stands still, its valves shut
FLOATS_K = 1e-3  # above the setpoint; less is rounding


@dataclass(frozen=True)
class BanksOperation:
    """What the loop and its banks do, hourly (8760); by type where it says so (types, 8760).

    *supply_c* to the miners and *return_c* from them [C]; *flow_kg_per_s*; *pump_kw*; *heat_kw_th* rejected, *fan_kw*,
    *water_m3* and share of pads *wetted* by type; *unserved_kw_th* for which there is no cooler; *power_share* of their
    wish at which the miners' supply would be at its limit, below 1 in *throttled* hours.
    """

    supply_c: Floats
    return_c: Floats
    flow_kg_per_s: Floats
    pump_kw: Floats
    heat_kw_th: Floats
    fan_kw: Floats
    water_m3: Floats
    wetted: Floats
    unserved_kw_th: Floats
    power_share: Floats
    throttled: Flags

    @property
    def electricity_kw(self) -> Floats:
        """Power of all fans and the pump [kW]."""
        return np.asarray(self.fan_kw.sum(axis=0) + self.pump_kw)


def unit_capacity_kw_th(
    loop: HydroLoop, cooler: DryCooler, supply_c: float, outdoor: OutdoorAir, *, wet: bool
) -> Floats:
    """Heat [kW_th] of one unit at full fans whose water leaves at *supply_c* [C] and came the loop's rise warmer.

    The q for which conductance(q / rise) x (supply + rise - air) = q, pads all *wet* where they may be: with the flow
    in proportion to the heat, a unit holds the supply as long as its heat is not above it. Nil in air too warm.
    """
    rise_k = loop.return_c - loop.supply_c
    may_wet = wet and cooler.pad_effectiveness > 0
    pads = np.where(outdoor.dry_bulb_c > cooler.pad_least_air_c, 1.0, 0.0)
    air_in = after_pads(cooler, outdoor, pads) if may_wet else outdoor
    gap = supply_c + rise_k - air_in.dry_bulb_c
    wanted = rise_k / np.maximum(gap, rise_k)  # of the effectiveness on the water's side, which falls with the flow
    full_air = full_air_kw_per_k(cooler, air_in)

    def surplus(stream: Floats) -> Floats:
        return np.asarray(wanted - conductance_of_kw_per_k(cooler, 1.0, stream, full_air) / stream)

    # no exchanger gives more for each kelvin than its UA, or than its air takes up
    most = np.minimum(full_air, cooler.ua_kw_per_k) / wanted
    stream = bracketed_root(surplus, np.full_like(gap, 1e-6 * cooler.ua_kw_per_k), most)
    return np.where(gap > rise_k, stream * rise_k, 0.0)


def flow_of_heat_kg_per_s(loop: HydroLoop, heat_kw_th: ArrayLike) -> Floats:
    """Flow [kg/s] that carries *heat_kw_th* [kW_th] at the loop's rise."""
    each = float(heat_capacity_kj_per_kg_k(loop.return_c)) * (loop.return_c - loop.supply_c)
    return np.asarray(np.asarray(heat_kw_th, dtype=float) / each)


def shared_heat_kw_th(wish_kw_th: Floats, shares: Floats, most_kw_th: Floats) -> Floats:
    """Return the heat of each bank (types, 8760): by *shares* of the wish, but no more than it can while others can.

    Beyond what all can, in proportion to *most_kw_th* (types, 8760). *shares* that add up to nil count as those.
    """
    room = most_kw_th.sum(axis=0)
    by_room = np.divide(most_kw_th, room, out=np.zeros_like(most_kw_th), where=room > 0)
    shares = np.where(shares > LEAST_SHARE * shares.sum(axis=0), shares, 0.0)
    told = shares.sum(axis=0)
    asked = wish_kw_th * np.where(told > 0, shares / np.where(told > 0, told, 1.0), by_room)
    kept = np.minimum(asked, most_kw_th)
    left = np.maximum(most_kw_th - kept, 0.0)
    over = wish_kw_th - kept.sum(axis=0)
    whole = left.sum(axis=0)
    filled = kept + left * np.minimum(np.divide(over, whole, out=np.zeros_like(over), where=whole > 0), 1.0)
    return np.asarray(np.where((wish_kw_th > room) & (room > 0), wish_kw_th * by_room, filled))


def operate_banks(
    hydro: Hydro,
    counts: Sequence[float],
    shares: Floats,
    miner_kw: ArrayLike,
    design_kw: float,
    outdoor: OutdoorAir,
) -> BanksOperation:
    """Return how *counts* of each type of dry cooler carry the heat of miners that draw *miner_kw* [kW] (8760).

    *shares* (types, 8760) of the heat by type, any scale, as the plan has them; *design_kw* [kW] of all places at full
    power. Where full fans and pads miss the setpoint the supply floats, above its limit, too: how far the miners would
    have to be throttled for it is said by *power_share*. Raises `ValueError` for inputs that are not numbers.
    """
    refuse_nan(miner_kw=miner_kw, shares=shares)
    loop, types = hydro.loop, hydro.dry_coolers
    shape = outdoor.dry_bulb_c.shape
    drawn = np.broadcast_to(np.asarray(miner_kw, dtype=float), shape)
    design = max(design_kw, float(drawn.max()), 1e-9)
    flow = loop_flow_kg_per_s(loop, drawn, design)
    pump_kw = loop_pump_kw(loop, flow, float(loop_flow_kg_per_s(loop, design, design)))
    asked = loop.heat_to_water_fraction * drawn
    pump_heat = loop.pump_heat_to_water_fraction * pump_kw
    wish = asked + pump_heat
    there = [round(count) for count in counts]
    at_limit = [
        count * unit_capacity_kw_th(loop, cooler, loop.supply_limit_c, outdoor, wet=True) if count else np.zeros(shape)
        for count, cooler in zip(there, types, strict=True)
    ]
    parts = shared_heat_kw_th(wish, shares, np.stack(at_limit))
    unserved = np.maximum(wish - parts.sum(axis=0), 0.0)
    unserved = np.where(unserved > 1e-9 * np.maximum(wish, 1.0), unserved, 0.0)
    flows = flow * np.divide(parts, wish, out=np.zeros_like(parts), where=wish > 0)
    banks = [cooler.bank(max(count, 1)) for count, cooler in zip(there, types, strict=True)]
    runs: list[DryCoolerOperation] = []
    for count, bank, heat, stream in zip(there, banks, parts, flows, strict=True):
        runs.append(reject_heat(bank, heat if count else np.zeros(shape), stream, outdoor, loop.supply_c))
    carried = flows.sum(axis=0)
    mixed = sum(stream * run.leaving_c for stream, run in zip(flows, runs, strict=True))
    supply = np.where(carried > 0, mixed / np.where(carried > 0, carried, 1.0), loop.supply_c)
    throttled = (drawn > 0) & (supply > loop.supply_limit_c)
    able = np.ones(shape)
    if throttled.any():
        hot, air = np.flatnonzero(throttled), outdoor.where(throttled)
        most = np.zeros(hot.shape)
        for count, bank, heat, stream in zip(there, banks, parts[:, hot], flows[:, hot], strict=True):
            if count:
                most += np.minimum(most_heat_kw_th(bank, loop.supply_limit_c, stream, air), np.maximum(heat, 0.0))
        throttled[hot] = most < (wish - unserved)[hot] * (1.0 - 1e-9)
        able[hot] = np.maximum(most - pump_heat[hot], 0.0) / asked[hot]
    return BanksOperation(
        supply_c=supply,
        return_c=warmed_c(supply, wish, flow),
        flow_kg_per_s=flow,
        pump_kw=pump_kw,
        heat_kw_th=np.stack([run.heat_kw_th for run in runs]),
        fan_kw=np.stack([run.fan_kw for run in runs]),
        water_m3=np.stack([_make_up_m3(cooler, run) for cooler, run in zip(types, runs, strict=True)]),
        wetted=np.stack([run.wetted for run in runs]),
        unserved_kw_th=unserved,
        power_share=np.where(throttled, np.minimum(able, 1.0), 1.0),
        throttled=throttled,
    )


def _make_up_m3(cooler: DryCooler, run: DryCoolerOperation) -> Floats:
    """Water of the pads in an hour [m3]: what evaporates, and what is drained to keep the cycles."""
    basin = basin_water(run.evaporation_kg_per_s, 0.0, cooler.pad_cycles_of_concentration)
    return np.asarray(basin.make_up_kg_per_s * SECONDS_PER_HOUR / KG_PER_M3)
