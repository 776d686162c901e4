"""Dry coolers: cross-flow effectiveness and NTU, fans that hold a setpoint, wetted pads where dry air is too warm.

Equations: EnergyPlus Engineering Reference, FluidCooler (both streams unmixed):
eff = 1 - exp[(NTU^0.22 / Cr) (exp(-Cr NTU^0.78) - 1)], NTU = UA / C_min, Cr = C_min / C_max; the air mass is the fan's
volume at the density of the air that enters it (standard density errs by 0.15 K, counter-flow by 0.5 K). UA goes with
the air flow to a power (Nusselt over finned tubes: 0.6 to 0.8; EnergyPlus gives each speed its own UA).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sites import air
from sites.arrays import Flags, Floats
from twin.model.equipment.dry_coolers import DryCooler
from twin.model.thermal.numeric import bracketed_root, polynomial, refuse_nan
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water import MOST_ROUNDS, SAME_K, heat_capacity_kj_per_kg_k, warmed_c

_TINY = 1e-9


def cross_flow_effectiveness(transfer_units: ArrayLike, capacity_ratio: ArrayLike) -> Floats:
    """Effectiveness of a cross-flow exchanger, both fluids unmixed: 1 - exp[(N^0.22 / Cr)(exp(-Cr N^0.78) - 1)].

    *transfer_units* UA / C_min; *capacity_ratio* C_min / C_max. Goes over into 1 - exp(-NTU) at a ratio of nil.
    """
    units, ratio = np.asarray(transfer_units, dtype=float), np.maximum(np.asarray(capacity_ratio, dtype=float), 1e-12)
    root = units**0.22  # a power takes as long as all else, and N^0.78 is N / N^0.22
    scaled = ratio * units / np.where(root > 0.0, root, 1.0)
    return np.asarray(-np.expm1(root / ratio * np.expm1(-scaled)))


def conductance_kw_per_k(
    cooler: DryCooler, air_ratio: ArrayLike, water_kw_per_k: ArrayLike, air_in: OutdoorAir
) -> Floats:
    """Heat [kW_th] for each kelvin between entering water and *air_in*: effectiveness x C_min.

    *air_ratio* share of full air flow; *water_kw_per_k* heat capacity of the water flow [kW/K].
    """
    return conductance_of_kw_per_k(cooler, air_ratio, water_kw_per_k, full_air_kw_per_k(cooler, air_in))


def full_air_kw_per_k(cooler: DryCooler, air_in: OutdoorAir) -> Floats:
    """Heat capacity [kW/K] of the full air flow of *air_in*."""
    return np.asarray(cooler.air_m3_per_s * air_in.dry_air_kg_m3 * air_in.heat_capacity_kj_per_kg_k)


def conductance_of_kw_per_k(
    cooler: DryCooler, air_ratio: ArrayLike, water_kw_per_k: ArrayLike, full_air: Floats
) -> Floats:
    """`conductance_kw_per_k` in air that carries *full_air* [kW/K] at full flow: what a search need not do again."""
    ratio = np.asarray(air_ratio, dtype=float)
    water = np.maximum(np.asarray(water_kw_per_k, dtype=float), _TINY)
    air_stream = np.maximum(ratio * full_air, _TINY)
    least = np.minimum(air_stream, water)
    full_ua = cooler.ua_kw_per_k * (ratio**cooler.ua_air_exponent if np.any(ratio != 1.0) else ratio)
    return np.asarray(cross_flow_effectiveness(full_ua / least, least / np.maximum(air_stream, water)) * least)


def sized_ua_kw_per_k(
    heat_kw_th: float, entering_c: float, water_kg_per_s: float, air_m3_per_s: float, design_air: OutdoorAir
) -> float:
    """UA [kW/K] that rejects *heat_kw_th* from water at *entering_c* [C] to *design_air*; nan where none does."""
    water = water_kg_per_s * float(heat_capacity_kj_per_kg_k(entering_c))
    air_stream = float((air_m3_per_s * design_air.dry_air_kg_m3 * design_air.heat_capacity_kj_per_kg_k)[0])
    least, most = min(water, air_stream), max(water, air_stream)
    warmer_k = entering_c - float(design_air.dry_bulb_c[0])
    if not (least > 0 and warmer_k > 0):
        return float("nan")
    needed = heat_kw_th / (least * warmer_k)
    units = bracketed_root(
        lambda n: cross_flow_effectiveness(n, least / most) - needed, np.array([1e-6]), np.array([100.0])
    )
    reached = float(cross_flow_effectiveness(units, least / most)[0])
    return float(units[0] * least) if needed > 0 and abs(reached - needed) < 1e-6 else float("nan")


@dataclass(frozen=True)
class DryCoolerOperation:
    """What a dry cooler does, hourly; all of one shape.

    *leaving_c*, *entering_c* water [C]; *heat_kw_th* rejected; *air_ratio* share of full air flow (mean over the hour);
    *fan_kw*; *air_in_c* air at the fins, behind the pads, *air_out_c* after them; *wetted* share of the pads in use;
    *evaporation_kg_per_s* from them; *misses_setpoint* full fans (and pads) did not hold it; *air_kg_per_s* dry air;
    *water_kg_per_s* circulating.
    """

    leaving_c: Floats
    entering_c: Floats
    heat_kw_th: Floats
    air_ratio: Floats
    fan_kw: Floats
    air_in_c: Floats
    air_out_c: Floats
    wetted: Floats
    evaporation_kg_per_s: Floats
    misses_setpoint: Flags
    air_kg_per_s: Floats
    water_kg_per_s: Floats


def _all_wet(cooler: DryCooler, outdoor: OutdoorAir) -> tuple[Floats, Floats]:
    """Fall of temperature [K] and gain of humidity ratio [kg/kg] behind pads that are wet all over."""
    fall = cooler.pad_effectiveness * (outdoor.dry_bulb_c - outdoor.wet_bulb_c)
    wet_c = outdoor.dry_bulb_c - fall
    moist = air.humidity_ratio_from_wet_bulb(wet_c, np.minimum(outdoor.wet_bulb_c, wet_c), outdoor.pressure_pa)
    return fall, np.maximum(moist - outdoor.humidity_ratio, 0.0)


def after_pads(cooler: DryCooler, outdoor: OutdoorAir, wetted: Floats) -> OutdoorAir:
    """Air behind pads of which the share *wetted* (0 to 1) is wet, at constant wet bulb; the parts mix.

    T = Tdb - wetted effectiveness (Tdb - Twb); the humidity ratio is that of the wet part and the dry part mixed.
    """
    fall, gained = _all_wet(cooler, outdoor)
    return OutdoorAir(
        dry_bulb_c=np.asarray(outdoor.dry_bulb_c - wetted * fall),
        wet_bulb_c=outdoor.wet_bulb_c,
        humidity_ratio=np.asarray(outdoor.humidity_ratio + wetted * gained),
        pressure_pa=outdoor.pressure_pa,
    )


def _fan_share(cooler: DryCooler, ratio: Floats) -> Floats:
    return np.maximum(polynomial(cooler.fan_curve, ratio), 0.0)


def _follow(
    cooler: DryCooler, wanted: Floats, most: Floats, water: Floats, air_in: OutdoorAir
) -> tuple[Floats, Floats]:
    """Fan power share and mean air ratio that give the conductance *wanted* [kW/K], at most *most*."""
    least = cooler.least_fan_ratio
    full_air = full_air_kw_per_k(cooler, air_in)
    slow = conductance_of_kw_per_k(cooler, least, water, full_air)
    low_power, full_power = (float(_fan_share(cooler, np.array(ratio))) for ratio in (least, 1.0))
    cycling = np.clip(wanted / slow, 0.0, 1.0)
    power, ratio = cycling * low_power, cycling * least
    faster = wanted > slow
    if not faster.any():
        return power, ratio
    if cooler.fan_control == "two_speed":
        fast = np.clip((wanted - slow) / np.maximum(most - slow, _TINY), 0.0, 1.0)
        power = np.where(faster, fast * full_power + (1.0 - fast) * low_power, power)
        return power, np.where(faster, fast + (1.0 - fast) * least, ratio)
    target, flow, here = wanted[faster], water[faster], full_air[faster]
    speed = bracketed_root(
        lambda at: conductance_of_kw_per_k(cooler, at, flow, here) - target,
        np.full_like(target, least),
        np.ones_like(target),
    )
    power[faster], ratio[faster] = _fan_share(cooler, speed), speed
    return power, ratio


def _wetting(
    cooler: DryCooler, heat: Floats, entering_c: Floats, water: Floats, outdoor: OutdoorAir, short: Flags
) -> Floats:
    """Share of the pads to wet, at full fans, so that *heat* goes from water of *entering_c*; at most 1.

    Full fans first, wet only what is missing: water goes with the air flow whatever the heat, and at usual prices costs
    several times the fans' power that wetting all the pads would save.
    """
    wetted = np.zeros_like(heat)
    usable = short & (outdoor.dry_bulb_c > cooler.pad_least_air_c)
    if cooler.pad_effectiveness == 0 or not usable.any():
        return wetted
    load, warm, flow, here = heat[usable], entering_c[usable], water[usable], outdoor.where(usable)
    fall, gained = _all_wet(cooler, here)

    def surplus(share: Floats) -> Floats:  # `after_pads` written out: what does not go with the share is known
        air_c, ratio = here.dry_bulb_c - share * fall, here.humidity_ratio + share * gained
        dry_air = cooler.air_m3_per_s * air.dry_air_density_kg_m3(air_c, ratio, here.pressure_pa)
        full_air = dry_air * air.heat_capacity_kj_per_kg_k(ratio)
        return conductance_of_kw_per_k(cooler, 1.0, flow, full_air) * (warm - air_c) - load

    wetted[usable] = bracketed_root(surplus, np.zeros_like(load), np.ones_like(load))
    return wetted


def _run(
    cooler: DryCooler,
    entering_c: Floats | None,
    heat_kw_th: Floats,
    target_c: Floats,
    water_kg_per_s: Floats,
    outdoor: OutdoorAir,
) -> DryCoolerOperation:
    """Hold *target_c* where the fans can; *heat_kw_th* is asked of water at *entering_c*, or of whatever it becomes."""
    free = entering_c is None
    flows = water_kg_per_s > 0
    dry = ~flows & (heat_kw_th > 0)  # heat that no water brings: it stays, and the water stands
    heat_kw_th = np.where(flows, heat_kw_th, 0.0)
    runs = heat_kw_th > 0
    flow = np.maximum(water_kg_per_s, _TINY)
    warm = warmed_c(target_c, heat_kw_th, flow) if entering_c is None else entering_c
    water = flow * heat_capacity_kj_per_kg_k(warm)
    dry_most = conductance_kw_per_k(cooler, 1.0, water, outdoor)
    short = runs & (dry_most * (warm - outdoor.dry_bulb_c) < heat_kw_th)
    wetted = _wetting(cooler, heat_kw_th, warm, water, outdoor, short)
    air_in = after_pads(cooler, outdoor, wetted) if wetted.any() else outdoor
    most = conductance_kw_per_k(cooler, 1.0, water, air_in) if wetted.any() else dry_most
    gap = warm - air_in.dry_bulb_c
    misses = short & (most * gap < heat_kw_th * (1.0 - 1e-9))
    full = short
    power, ratio = np.where(full, float(_fan_share(cooler, np.array(1.0))), 0.0), full.astype(float)
    follows = runs & ~full
    if follows.any():
        wanted = heat_kw_th[follows] / np.maximum(gap[follows], _TINY)
        power[follows], ratio[follows] = _follow(cooler, wanted, most[follows], water[follows], outdoor.where(follows))
    entering, heat = warm.copy(), np.where(runs, heat_kw_th, 0.0)
    if free and misses.any():
        here, load = air_in.where(misses), heat_kw_th[misses]
        hotter, full_air = warm[misses], full_air_kw_per_k(cooler, here)
        for _ in range(6):  # warmer water has another heat capacity, by a few in ten thousand
            stream = flow[misses] * heat_capacity_kj_per_kg_k(hotter)
            hotter = here.dry_bulb_c + load / conductance_of_kw_per_k(cooler, 1.0, stream, full_air)
        entering[misses] = hotter
        water = flow * heat_capacity_kj_per_kg_k(entering)
    elif misses.any():
        heat[misses] = np.maximum((most * gap)[misses], 0.0)
    leaving = entering - np.where(runs, heat / water, 0.0)
    dry_air = cooler.air_m3_per_s * ratio * air_in.dry_air_kg_m3
    taken = np.where(ratio > 0, heat / np.maximum(dry_air * air_in.heat_capacity_kj_per_kg_k, _TINY), 0.0)
    return DryCoolerOperation(
        leaving_c=leaving,
        entering_c=entering,
        heat_kw_th=heat,
        air_ratio=ratio,
        fan_kw=np.asarray(cooler.fan_kw * (1.0 + cooler.pad_fan_fraction) * power),
        air_in_c=air_in.dry_bulb_c,
        air_out_c=np.asarray(air_in.dry_bulb_c + taken),
        wetted=wetted,
        evaporation_kg_per_s=np.asarray(dry_air * (air_in.humidity_ratio - outdoor.humidity_ratio)),
        misses_setpoint=misses | dry,
        air_kg_per_s=np.asarray(dry_air),
        water_kg_per_s=water_kg_per_s,
    )


def cool_water(
    cooler: DryCooler,
    entering_c: ArrayLike,
    water_kg_per_s: ArrayLike,
    outdoor: OutdoorAir,
    setpoint_c: ArrayLike | None = None,
) -> DryCoolerOperation:
    """Return how *cooler* cools *water_kg_per_s* [kg/s] that comes at *entering_c* [C]; the setpoint [C] is its own.

    Raises `ValueError` for inputs that are not numbers.
    """
    setpoint = cooler.setpoint_c if setpoint_c is None else setpoint_c
    refuse_nan(entering_c=entering_c, water_kg_per_s=water_kg_per_s, setpoint_c=setpoint)
    shape = outdoor.dry_bulb_c.shape
    entering, water, target = (
        np.broadcast_to(np.asarray(value, dtype=float), shape) for value in (entering_c, water_kg_per_s, setpoint)
    )
    asked = np.maximum(water * heat_capacity_kj_per_kg_k(entering) * (entering - target), 0.0)
    return _run(cooler, entering, asked, target, water, outdoor)


def reject_heat(
    cooler: DryCooler,
    heat_kw_th: ArrayLike,
    water_kg_per_s: ArrayLike,
    outdoor: OutdoorAir,
    setpoint_c: ArrayLike | None = None,
) -> DryCoolerOperation:
    """Return the steady state in which *cooler* rejects *heat_kw_th* [kW_th] from *water_kg_per_s* [kg/s].

    Where full fans and pads miss the setpoint, the water warms until the heat goes; negative heat counts as nil.
    Heat without water stays: nothing is rejected, the setpoint is missed. Raises `ValueError` for inputs that are not
    numbers.
    """
    setpoint = cooler.setpoint_c if setpoint_c is None else setpoint_c
    refuse_nan(heat_kw_th=heat_kw_th, water_kg_per_s=water_kg_per_s, setpoint_c=setpoint)
    shape = outdoor.dry_bulb_c.shape
    heat, water, target = (
        np.broadcast_to(np.asarray(value, dtype=float), shape) for value in (heat_kw_th, water_kg_per_s, setpoint)
    )
    return _run(cooler, None, np.maximum(heat, 0.0), target, water, outdoor)


def most_heat_kw_th(
    cooler: DryCooler, leaving_limit_c: float, water_kg_per_s: ArrayLike, outdoor: OutdoorAir
) -> Floats:
    """Most heat [kW_th] that goes at full fans and pads with water leaving at no more than *leaving_limit_c* [C].

    Q = (limit - T_air) / (1/conductance - 1/C_water): both the air and the water warm with it. Nil without water.
    """
    refuse_nan(leaving_limit_c=leaving_limit_c, water_kg_per_s=water_kg_per_s)
    wet = np.where(outdoor.dry_bulb_c > cooler.pad_least_air_c, 1.0, 0.0) if cooler.pad_effectiveness > 0 else None
    air_in = outdoor if wet is None else after_pads(cooler, outdoor, wet)
    flow = np.maximum(np.broadcast_to(np.asarray(water_kg_per_s, dtype=float), outdoor.dry_bulb_c.shape), _TINY)
    entering, full_air = np.full_like(outdoor.dry_bulb_c, leaving_limit_c), full_air_kw_per_k(cooler, air_in)
    found = np.zeros_like(entering)
    for _ in range(MOST_ROUNDS):  # the heat capacity of the entering water moves by a few in ten thousand
        water = flow * heat_capacity_kj_per_kg_k(entering)
        per_kelvin = 1.0 / conductance_of_kw_per_k(cooler, 1.0, water, full_air) - 1.0 / water
        found = np.maximum(leaving_limit_c - air_in.dry_bulb_c, 0.0) / np.maximum(per_kelvin, _TINY)
        before, entering = entering, np.minimum(leaving_limit_c + found / water, 100.0)
        if not (np.abs(entering - before) > SAME_K).any():
            break
    return np.where(np.asarray(water_kg_per_s) > 0, found, 0.0)
