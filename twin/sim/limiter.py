"""The demand limiter of the played year: how much burn-in power units that run late may draw.

Sites with demand charges have one. It knows the plan, the tariff and the hour, and nothing of what chance will bring.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sites.tariff_rows import TariffRows
from sites.tariff_year import Candidate
from twin.model.contracts import HOURS, Plan
from twin.model.grid_service import no_load_loss_kw
from twin.model.plant import Plant
from twin.model.thermal.burn_in_hall import HallCooling
from twin.model.thermal.chiller import full_load_ratio
from twin.model.thermal.hydro_reach import carried_by_air_kw, carried_by_water_kw, loop_kw_per_kw

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
# Room for chance: the hourly load of the line and its cooling scatters around the plan (measured in play-back, while
# the line runs). The more hours of a month stand at its peak, the higher the highest of them lies: 20 % of the line's
# power for 280 hours, 12 % for fifteen.
SCATTER_SHARE = 0.0703
NEAR_PEAK = 0.99
DEAR_SHARE = 0.33  # of a month's hours; chosen: the third that a plan keeps burn-in out of
CATCH_UP_SHARE = 0.018  # of the slots, above the plan in dear hours: chosen in play-back: with less, a backlog grows


def burn_in_limit_kw(
    plan: Plan,
    plant: Plant,
    rows: TariffRows,
    month: NDArray[np.int64],
    candidates: Mapping[int, list[Candidate]],
    sizes: Mapping[str, float],
    hall: HallCooling,
    outdoor_c: Array,
    more_room_kw: float = 0.0,
) -> Array:
    """Ceiling on burn-in power (8760) by which late units catch up without a new peak or in dear hours.

    In every hour: the planned peak of each demand that the hour is metered for (the month's at least), less losses,
    all that is not burn-in, and room for the line's scatter, where each kW of late burn-in takes its own cooling with
    it; and no more heat than the hour's way of cooling was built for. In a month's dearest third of hours, not much
    more than the plan's own burn-in; in hours that may be the grid's coincident peak, one unit more. Never less than
    the plan's burn-in but for the scatter: racks must not starve.

    *month* (8760) 0 to 11; *candidates* by month; *hall* what outdoor air can do in each hour; *outdoor_c* (8760);
    *more_room_kw* what an earlier play-back left under the highest planned peak (below nil: by how much it passed it).
    """
    kit = plant.equipment.transformers
    no_load = no_load_loss_kw(kit, sizes["transformers_count"], sizes["transformer_kva"])
    battery = plan.values("battery_discharge_kw") - plan.values("battery_charge_kw")
    own_made = plan.values("solar_kw") + plan.values("generators_kw")
    grid_kw = plan.values("grid_kw")
    metered_kw = metered_peak_kw(grid_kw, rows, month)
    top_kw = np.array([grid_kw[month == number].max() for number in range(12)])[month]
    # what was learned of the highest peak says nothing of hours that a lower one, such as on-peak demand, meters
    more_kw = np.where(metered_kw >= top_kw, more_room_kw, 0.0)
    room = (1.0 - kit.load_loss_fraction) * metered_kw
    own = plan.values("burn_in_kw")
    others = plan.values("cooling_kw") + plan.values("building_kw") + plan.values("line_kw")
    scatter = SCATTER_SHARE * highest_score(plan.values("grid_kw"), month) * plan.values("line_kw")
    late = (room + more_kw - no_load + battery + own_made - others - scatter - own) / (
        1.0 + cooling_kw_per_kw_th(plant, hall, outdoor_c)
    )
    reach = carried_by_air_kw(plant, reach_kw_th(sizes, hall))
    limit = np.clip(own + late, 0.0, np.minimum(reach, carried_by_water_kw(plant, sizes, hall, outdoor_c)))
    unit_kw = plant.product.power_kw
    slots = sizes["racks_count"] * plant.burn_in.slots_per_rack
    dear = dear_hours(rows.energy_usd_per_kwh, month)
    limit = np.where(dear, np.minimum(limit, own + CATCH_UP_SHARE * slots * unit_kw), limit)
    watched = np.zeros(HOURS, dtype=bool)
    for hours in candidates.values():
        watched[[candidate[0] for candidate in hours]] = True
    limit = np.where(watched, np.minimum(limit, own + unit_kw), limit)
    return np.asarray(np.maximum(limit, own - scatter))


def highest_score(grid_kw: Array, month: NDArray[np.int64]) -> Array:
    """Expected highest of as many standard normal draws as hours of the month stand near its peak (8760).

    Blom's approximation: the quantile of (n - 0.375) / (n + 0.25).
    """
    hours = np.array([(grid_kw[month == m] >= NEAR_PEAK * grid_kw[month == m].max()).sum() for m in range(12)])
    return np.asarray(ndtri((hours - 0.375) / (hours + 0.25)))[month]


def cooling_kw_per_kw_th(plant: Plant, hall: HallCooling, outdoor_c: Array) -> Array:
    """Electricity (8760) that cooling one kW of burn-in heat more takes: fans where outdoor air may cool, else coils
    with their fans and pumps and the chillers at full load."""
    chiller = plant.equipment.chiller
    coils = plant.burn_in_hall.coil_fan_kw_per_kw_th + chiller.pump_kw_per_kw_th + full_load_ratio(chiller, outdoor_c)
    of_air = plant.heat_to_air_fraction * np.where(hall.air_allowed, hall.air_kw_per_kw_th, coils)
    return np.asarray(of_air + loop_kw_per_kw(plant, hall, outdoor_c))


def reach_kw_th(sizes: Mapping[str, float], hall: HallCooling) -> Array:
    """Most heat [kW_th] (8760) that each hour's own way of cooling carries: fans, wetted air, or coils."""
    fans = sizes["ventilation_kw_th"] * hall.fan_capacity_share
    fans = np.where(hall.pad_needed, np.minimum(fans, sizes["pads_kw_th"]), fans)
    return np.asarray(np.where(hall.air_allowed, fans, sizes["coils_kw_th"]))


def metered_peak_kw(grid_kw: Array, rows: TariffRows, month: NDArray[np.int64]) -> Array:
    """Lowest planned peak [kW] (8760) among the demands that meter each hour, the calendar month's at least."""
    lowest = np.array([grid_kw[month == number].max() for number in range(12)])[month]
    for hours in rows.peaks.values():
        if len(hours):
            lowest[hours] = np.minimum(lowest[hours], grid_kw[hours].max())
    return np.asarray(lowest)


def dear_hours(energy_usd_per_kwh: Array, month: NDArray[np.int64]) -> Flags:
    """Flags (8760) of each month's dearest third of hours; none in a month of one price."""
    dear = np.zeros(HOURS, dtype=bool)
    for number in range(12):
        of_month = month == number
        price = energy_usd_per_kwh[of_month]
        bar = np.quantile(price, 1.0 - DEAR_SHARE)
        dear[of_month] = (price >= bar) & (price > price.min()) & (price > 0)
    return dear
