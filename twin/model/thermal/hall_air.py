"""Air in a ventilated hall: mixing of exhaust into the inlet, the rise over the machines, walls and slab.

Flows are of dry air [kg/s], for that is what stays when moisture is added. Heat is sensible [kW], moisture [kg/s] is
vapour at the temperature of the hall, as people give it off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites import air
from twin.model.halls import HallEnvelope

Array = NDArray[np.float64]


@dataclass(frozen=True)
class HallAir:
    """Air of a hall, hour by hour: at the miners' *inlet*, at their *exhaust*, and *discharged* behind the fans.

    Temperatures [C], humidity ratios [kg/kg]; *fresh_kg_per_s* of dry air from outdoors, *circulated_kg_per_s* through
    the miners, *recirculation_share* of the latter comes back.
    """

    inlet_c: Array
    inlet_humidity_ratio: Array
    exhaust_c: Array
    exhaust_humidity_ratio: Array
    discharged_c: Array
    fresh_kg_per_s: Array
    circulated_kg_per_s: Array
    recirculation_share: Array


def air_rise_k(heat_kw: Array, dry_air_kg_per_s: Array, humidity_ratio: Array) -> Array:
    """Rise [K] of air that takes up *heat_kw* [kW]: Q / (m (1.006 + 1.86 w)), m of dry air [kg/s]."""
    return np.asarray(heat_kw / (dry_air_kg_per_s * air.heat_capacity_kj_per_kg_k(humidity_ratio)))


def recirculation_for_inlet(supply_c: Array, wanted_inlet_c: Array, rise_k: Array, least_share: Array | float) -> Array:
    """Share of exhaust (0 to 1) that brings the inlet to *wanted_inlet_c* [C] from *supply_c* [C], at least the least.

    From T_in = T_s + r / (1 - r) x rise, *rise_k* [K] over the machines: r = d / (d + rise), d what is missing. With
    nothing missing the least, whatever the rise; with a rise of nil all of it, which does not bring the inlet there.
    """
    missing_k = np.maximum(wanted_inlet_c - supply_c, 0.0)
    return np.maximum(missing_k / np.where(missing_k > 0.0, missing_k + rise_k, 1.0), least_share)


def ventilated_hall(
    supply_c: Array,
    supply_humidity_ratio: Array,
    fresh_kg_per_s: Array,
    heat_kw: Array,
    *,
    recirculation_share: Array | float = 0.0,
    moisture_kg_per_s: Array | float = 0.0,
    supply_fan_kw: Array | float = 0.0,
    exhaust_fan_kw: Array | float = 0.0,
) -> HallAir:
    """Return the steady state of a hall with a given flow of fresh air (arrays of hours).

    Parameters: air that enters at *supply_c* [C] and *supply_humidity_ratio* [kg/kg], *fresh_kg_per_s* of dry air;
    *heat_kw* [kW] of the machines; *recirculation_share* of what passes the machines comes from their exhaust;
    *moisture_kg_per_s* given off in the hall; heat of fans [kW] in the supply (it warms the inlet) or in the exhaust
    (it leaves with the air). Balances, with x = r / (1 - r) and m the flow through the machines, fresh / (1 - r):
    w_in = w + x G / m; m cp (T_out - T_in) = Q; h_in = h + x (h_out - h_in). Raises `ValueError` for a share of 1 or
    more, or below 0, and without fresh air: then there is no steady state.
    """
    share = np.asarray(recirculation_share, dtype=float)
    if (share < 0).any() or (share >= 1).any():
        raise ValueError("give a recirculation share of 0 or more and less than 1")
    fresh = np.asarray(fresh_kg_per_s, dtype=float)
    if not (fresh > 0).all():
        raise ValueError(f"{fresh.min():g} kg/s of fresh air: give more than 0 in every hour")
    ratio = np.asarray(supply_humidity_ratio, dtype=float)
    entering_cp = air.heat_capacity_kj_per_kg_k(ratio)
    entering_c = supply_c + supply_fan_kw / (fresh * entering_cp)
    circulated = fresh / (1.0 - share)
    returned = share / (1.0 - share)
    added_ratio = moisture_kg_per_s / circulated
    inlet_ratio = ratio + returned * added_ratio
    rise_k = air_rise_k(np.asarray(heat_kw, dtype=float), circulated, inlet_ratio)
    # vapour enters at the temperature of the exhaust, and what comes back of it carries its rise to the inlet
    inlet_c = (
        entering_c + returned * (heat_kw / circulated + air.VAPOUR_KJ_PER_KG_K * rise_k * added_ratio) / entering_cp
    )
    exhaust_c, exhaust_ratio = inlet_c + rise_k, inlet_ratio + added_ratio
    discharged_c = exhaust_c + exhaust_fan_kw / (fresh * air.heat_capacity_kj_per_kg_k(exhaust_ratio))
    shape = np.shape(discharged_c)
    return HallAir(
        inlet_c=np.asarray(inlet_c),
        inlet_humidity_ratio=np.broadcast_to(inlet_ratio, shape),
        exhaust_c=np.asarray(exhaust_c),
        exhaust_humidity_ratio=np.broadcast_to(exhaust_ratio, shape),
        discharged_c=np.asarray(discharged_c),
        fresh_kg_per_s=np.broadcast_to(fresh, shape),
        circulated_kg_per_s=np.broadcast_to(circulated, shape),
        recirculation_share=np.broadcast_to(share, shape),
    )


@dataclass(frozen=True)
class HallWithMass:
    """A mixed hall with walls and slab: mean of each hour, and the slab at its beginning (one more than hours).

    *hall_c* air of the hall and its exhaust [C]; *envelope_kw* in through walls and roof; *mass_kw* into the slab;
    *carried_kw* away by the air.
    """

    hall_c: Array
    slab_c: Array
    envelope_kw: Array
    mass_kw: Array
    carried_kw: Array


def hall_with_mass(
    envelope: HallEnvelope,
    supply_c: Array,
    humidity_ratio: Array,
    dry_air_kg_per_s: Array,
    heat_kw: Array,
    outdoor_c: Array,
    ghi_w_m2: Array | float = 0.0,
    first_slab_c: float | None = None,
) -> HallWithMass:
    """Return hourly means of a mixed hall with an envelope and a slab, at a given flow (arrays of one length, 1 h).

    The air turns over in about a minute, so that it is steady with the slab: m cp (T - Ts) = Q + UA (To - T) + sun +
    H (S - T). The slab follows exactly within each hour of constant input: C dS/dt = H (T - S), so S nears its free
    temperature with rate H (1 - H / K) / C, K = m cp + UA + H. Without *first_slab_c* [C] the slab ends as it began.
    Raises `ValueError` for hours in which neither air nor envelope carries heat.
    """
    capacity = dry_air_kg_per_s * air.heat_capacity_kj_per_kg_k(humidity_ratio)
    conductance, slab = envelope.conductance_kw_per_k, envelope.mass_kw_per_k
    if not np.all(capacity + conductance > 0):
        raise ValueError("a hall without air flow or conductance settles nowhere")
    sun_kw = envelope.solar_gain_m2 * np.asarray(ghi_w_m2, dtype=float) / 1000.0
    pulled = capacity * supply_c + heat_kw + conductance * outdoor_c + sun_kw
    total = capacity + conductance + slab
    free_c = pulled / (capacity + conductance)  # of air and slab when nothing flows between them
    if slab == 0.0:
        mean_slab_c, starts_c = free_c, np.append(free_c, free_c[-1:])
        mass_kw = np.zeros_like(free_c)
    else:
        rate_per_h = slab * (1.0 - slab / total) / envelope.mass_kwh_per_k
        kept = np.exp(-rate_per_h)
        starts_c = _slab_starts(kept, free_c, first_slab_c)
        mass_kw = envelope.mass_kwh_per_k * np.diff(starts_c)
        mean_slab_c = free_c - mass_kw / (envelope.mass_kwh_per_k * rate_per_h)
    hall_c = (pulled + slab * mean_slab_c) / total
    return HallWithMass(
        hall_c=np.asarray(hall_c),
        slab_c=starts_c,
        envelope_kw=np.asarray(conductance * (outdoor_c - hall_c) + sun_kw),
        mass_kw=mass_kw,
        carried_kw=np.asarray(capacity * (hall_c - supply_c)),
    )


def _slab_starts(kept: Array, free_c: Array, first_c: float | None) -> Array:
    """Slab temperature at the beginning of each hour and at the end: S+ = free + kept (S - free)."""
    shares = kept.tolist()
    gains = ((1.0 - kept) * free_c).tolist()

    def run(start: float) -> list[float]:
        level, levels = start, [start]
        for share, gain in zip(shares, gains, strict=True):
            level = share * level + gain
            levels.append(level)
        return levels

    if first_c is None:
        # the last level is linear in the first one, so that a run from nil tells where a cycle closes
        first_c = run(0.0)[-1] / -np.expm1(np.log(kept).sum())
    return np.array(run(float(first_c)))
