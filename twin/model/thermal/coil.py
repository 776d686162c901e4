"""The cooling coil of an air handler: what leaves it, what it condenses, and how cold it must be for what is asked.

The bypass-factor model: a share B of the air passes untouched, the rest leaves saturated at the apparatus dew point::

    T_out = T_adp + B (T_in - T_adp)
    w_out = w_adp + B (w_in - w_adp)   where w_in > w_adp, else w_in (a dry coil)

never above saturation at T_out: the fog that the mixing line would make of nearly saturated air is condensed too.
The surface is never colder than its water plus an approach, so that there is a driest and a coldest air it can give.

References: ASHRAE Handbook HVAC Systems and Equipment, Air-Cooling and Dehumidifying Coils; EnergyPlus Engineering
Reference, "Coil Model: DX Cooling, apparatus dew point and bypass factor" (energy as m (h_in - h_out), split at T_out).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sites import air
from sites.arrays import Flags, Floats
from twin.model.thermal.numeric import refuse_not_finite

NEVER_WET = 1.0  # a humidity ratio [kg/kg] that no air of a hall reaches: a coil at it stays dry


@dataclass(frozen=True)
class CoilResult:
    """What a coil does to its air, hour by hour.

    *leaving_c* [C] and *leaving_humidity_ratio* [kg/kg]; *adp_c* [C] of its surface; *total_kw_th*, *sensible_kw_th*,
    *latent_kw_th* [kW_th]; *condensate_kg_per_s*; *wet* where it condenses; *limited* where its water is not cold
    enough for what was asked; *reheat_kw_th* that brings overcooled air back to the temperature asked for.
    """

    leaving_c: Floats
    leaving_humidity_ratio: Floats
    adp_c: Floats
    total_kw_th: Floats
    sensible_kw_th: Floats
    latent_kw_th: Floats
    condensate_kg_per_s: Floats
    wet: Flags
    limited: Flags
    reheat_kw_th: Floats


def coldest_adp_c(water_c: ArrayLike, approach_k: float) -> Floats:
    """Coldest apparatus dew point [C] of a coil fed with *water_c* [C]: the water plus *approach_k* [K].

    Raises `ValueError` for water that is not finite, as all functions here do for what is given to them.
    """
    refuse_not_finite(water_c=water_c)
    return np.asarray(np.asarray(water_c, dtype=float) + approach_k)


def bypass_factor_at_flow(rated: float, flow_fraction: ArrayLike) -> Floats:
    """Bypass factor at a *flow_fraction* of the rated air flow: B = B_rated^(1 / fraction), the area being the same.

    From B = exp(-A / m) with A fixed (EnergyPlus Engineering Reference, DX coil). Without flow it is 0.
    """
    refuse_not_finite(flow_fraction=flow_fraction)
    fraction = np.asarray(flow_fraction, dtype=float)
    exponent = 1.0 / np.where(fraction > 0, fraction, 1.0)
    return np.asarray(np.where(fraction > 0, rated**exponent, 0.0))


def _saturated(t_c: ArrayLike, pressure_pa: ArrayLike) -> Floats:
    return air.humidity_ratio_from_dew_point(t_c, pressure_pa)


def leaving_air(
    entering_c: ArrayLike,
    entering_humidity_ratio: ArrayLike,
    adp_c: ArrayLike,
    bypass_factor: ArrayLike,
    pressure_pa: ArrayLike,
) -> tuple[Floats, Floats]:
    """Return temperature [C] and humidity ratio [kg/kg] of the air that leaves a coil at *adp_c* [C].

    Parameters: entering temperature [C] and humidity ratio [kg/kg]; *bypass_factor* [fraction]; *pressure_pa* [Pa]
    (arrays of hours that broadcast). A coil no colder than its air leaves it as it was.
    """
    refuse_not_finite(
        entering_c=entering_c, entering_humidity_ratio=entering_humidity_ratio, adp_c=adp_c,
        bypass_factor=bypass_factor, pressure_pa=pressure_pa,
    )  # fmt: skip
    warm, ratio = np.asarray(entering_c, dtype=float), np.asarray(entering_humidity_ratio, dtype=float)
    surface, bypass = np.minimum(np.asarray(adp_c, dtype=float), warm), np.asarray(bypass_factor, dtype=float)
    leaving = surface + bypass * (warm - surface)
    on_surface = np.minimum(ratio, _saturated(surface, pressure_pa))
    line = on_surface + bypass * (ratio - on_surface)
    return leaving, np.minimum(line, _saturated(leaving, pressure_pa))


def adp_for_temperature_c(entering_c: ArrayLike, wanted_c: ArrayLike, bypass_factor: ArrayLike) -> Floats:
    """Apparatus dew point [C] that cools air from *entering_c* to *wanted_c* [C]; never warmer than the air."""
    refuse_not_finite(entering_c=entering_c, wanted_c=wanted_c, bypass_factor=bypass_factor)
    entering, bypass = np.asarray(entering_c, dtype=float), np.asarray(bypass_factor, dtype=float)
    wanted = np.minimum(np.asarray(wanted_c, dtype=float), entering)
    return np.asarray((wanted - bypass * entering) / (1.0 - bypass))


def adp_for_humidity_ratio_c(
    entering_c: ArrayLike,
    entering_humidity_ratio: ArrayLike,
    wanted_humidity_ratio: ArrayLike,
    bypass_factor: ArrayLike,
    pressure_pa: ArrayLike,
) -> Floats:
    """Apparatus dew point [C] that dries air to *wanted_humidity_ratio* [kg/kg]; the entering temperature if it is dry.

    Either the mixing line gives it, w_adp = (w - B w_in) / (1 - B), or fog does, T_out = dew point of w: the warmer.
    Where even a surface without moisture would not do (w <= B w_in), the result is far below any water.
    """
    refuse_not_finite(
        entering_c=entering_c, entering_humidity_ratio=entering_humidity_ratio,
        wanted_humidity_ratio=wanted_humidity_ratio, bypass_factor=bypass_factor, pressure_pa=pressure_pa,
    )  # fmt: skip
    entering, bypass = np.asarray(entering_c, dtype=float), np.asarray(bypass_factor, dtype=float)
    ratio, wanted = np.asarray(entering_humidity_ratio, dtype=float), np.asarray(wanted_humidity_ratio, dtype=float)
    on_surface = (wanted - bypass * ratio) / (1.0 - bypass)
    by_line = air.dew_point_from_humidity_ratio(on_surface, pressure_pa)
    by_fog = (air.dew_point_from_humidity_ratio(wanted, pressure_pa) - bypass * entering) / (1.0 - bypass)
    needed = np.where(wanted >= ratio, entering, np.maximum(by_line, by_fog))
    return np.asarray(np.minimum(needed, entering))


def coil_at(
    flow_kg_per_s: ArrayLike,
    entering_c: ArrayLike,
    entering_humidity_ratio: ArrayLike,
    adp_c: ArrayLike,
    bypass_factor: ArrayLike,
    pressure_pa: ArrayLike,
    *,
    reheated_to_c: ArrayLike | None = None,
    limited: Flags | None = None,
) -> CoilResult:
    """Return what a coil at a given *adp_c* [C] does to *flow_kg_per_s* of dry air [kg/s].

    Parameters as in `leaving_air`; *reheated_to_c* [C] the temperature to which colder leaving air is reheated;
    *limited* hours in which the surface could not be as cold as asked. Arrays of hours that broadcast.
    Total m (h_in - h_out); latent m (w_in - w_out) (2501 + 1.86 T_in), sensible m cp(w_out) (T_in - T_out): their sum.
    """
    refuse_not_finite(flow_kg_per_s=flow_kg_per_s)  # the rest by `leaving_air`
    if reheated_to_c is not None:
        refuse_not_finite(reheated_to_c=reheated_to_c)
    flow = np.asarray(flow_kg_per_s, dtype=float)
    warm, ratio = np.asarray(entering_c, dtype=float), np.asarray(entering_humidity_ratio, dtype=float)
    leaving, leaving_ratio = leaving_air(warm, ratio, adp_c, bypass_factor, pressure_pa)
    condensate = flow * (ratio - leaving_ratio)
    heat_kw_per_k = flow * air.heat_capacity_kj_per_kg_k(leaving_ratio)
    target = leaving if reheated_to_c is None else np.maximum(np.asarray(reheated_to_c, dtype=float), leaving)
    total = flow * (air.enthalpy_kj_per_kg(warm, ratio) - air.enthalpy_kj_per_kg(leaving, leaving_ratio))
    sensible = heat_kw_per_k * (warm - leaving)
    return CoilResult(
        leaving_c=leaving,
        leaving_humidity_ratio=leaving_ratio,
        adp_c=np.asarray(np.broadcast_to(np.asarray(adp_c, dtype=float), leaving.shape)),
        total_kw_th=np.asarray(total),
        sensible_kw_th=np.asarray(sensible),
        latent_kw_th=np.asarray(condensate * air.vapour_enthalpy_kj_per_kg(warm)),
        condensate_kg_per_s=np.asarray(condensate),
        wet=np.asarray(condensate > 0),
        limited=np.zeros(leaving.shape, dtype=bool) if limited is None else limited,
        reheat_kw_th=np.asarray(heat_kw_per_k * (target - leaving)),
    )


def coil_for(
    flow_kg_per_s: ArrayLike,
    entering_c: ArrayLike,
    entering_humidity_ratio: ArrayLike,
    wanted_c: ArrayLike,
    wanted_humidity_ratio: ArrayLike,
    bypass_factor: ArrayLike,
    coldest_c: ArrayLike,
    pressure_pa: ArrayLike,
) -> CoilResult:
    """Return the coil that brings air to *wanted_c* [C] and at most *wanted_humidity_ratio* [kg/kg].

    The colder of both needs decides; where moisture does, the air is overcooled and reheated to *wanted_c*. The surface
    is held at or above *coldest_c* [C] (`coldest_adp_c`), and such hours are *limited*. Arrays of hours.
    """
    refuse_not_finite(coldest_c=coldest_c)  # the rest by the functions that it calls
    for_heat = adp_for_temperature_c(entering_c, wanted_c, bypass_factor)
    for_moisture = adp_for_humidity_ratio_c(
        entering_c, entering_humidity_ratio, wanted_humidity_ratio, bypass_factor, pressure_pa
    )
    needed = np.minimum(for_heat, for_moisture)
    entering = np.asarray(entering_c, dtype=float)
    held = np.minimum(np.maximum(needed, coldest_c), entering)
    short = np.asarray(needed < held - 1e-9)
    return coil_at(
        flow_kg_per_s,
        entering,
        entering_humidity_ratio,
        held,
        bypass_factor,
        pressure_pa,
        reheated_to_c=np.minimum(np.asarray(wanted_c, dtype=float), entering),
        limited=short,
    )


def air_handler_fan_kw(
    flow_fraction: ArrayLike, rated_kg_per_s: float, density_kg_m3: ArrayLike, pressure_pa: float, efficiency: float,
    static_fraction: float = 0.0,
) -> Floats:  # fmt: skip
    """Power [kW] of an air handler's fan: dp V / efficiency at the rated flow, a static share s, the rest by the cube.

    P / P_rated = s + (1 - s) x^3 for a *flow_fraction* x of *rated_kg_per_s* [kg/s]; nothing when it stands still.
    *density_kg_m3* dry air in a cubic metre [kg/m3]; *pressure_pa* the fan's total pressure [Pa]. All of it heats the
    air where the motor stands in the stream.
    """
    refuse_not_finite(flow_fraction=flow_fraction, density_kg_m3=density_kg_m3)
    fraction = np.asarray(flow_fraction, dtype=float)
    rated_kw = pressure_pa * rated_kg_per_s / np.asarray(density_kg_m3, dtype=float) / efficiency / 1000.0
    share = static_fraction + (1.0 - static_fraction) * fraction**3
    return np.asarray(np.where(fraction > 0, rated_kw * share, 0.0))
