"""How the burn-in hall was cooled, hour by hour, and where its air stood on a psychrometric chart: for a report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sites import air
from twin.model.halls import BurnInHall
from twin.model.thermal.burn_in_hall import temperature_at_humidity
from twin.model.thermal.hall_limits import wbgt_indoors_c

Array = NDArray[np.float64]
SOME_HEAT_KW_TH = 1e-6  # less than this is rounding, and no way of cooling


class Mode(IntEnum):
    """A way of cooling an hour; MIXED is outdoor air, wetted or not, and coils together."""

    IDLE = 0
    OPEN_AIR = 1
    PADS = 2
    COILS = 3
    MIXED = 4

    @property
    def label(self) -> str:
        """The mode in words."""
        return self.name.lower().replace("_", " ")


def cooling_modes(air_kw_th: Array, wetted: NDArray[np.bool_], coil_kw_th: Array) -> NDArray[np.int64]:
    """Return the `Mode` of each hour from the heat that air and coils carry [kW_th] and where the air was *wetted*."""
    by_air, by_coil = air_kw_th > SOME_HEAT_KW_TH, coil_kw_th > SOME_HEAT_KW_TH
    outdoor_air = np.where(wetted, Mode.PADS, Mode.OPEN_AIR)
    alone = np.where(by_air, outdoor_air, np.where(by_coil, Mode.COILS, Mode.IDLE))
    return np.where(by_air & by_coil, Mode.MIXED, alone).astype(np.int64)


def hours_by_mode(modes: NDArray[np.int64]) -> dict[str, int]:
    """Number of hours in each mode, by its label; every mode is named, and they add up to all hours."""
    counts = np.bincount(modes, minlength=len(Mode))
    return {mode.label: int(counts[mode]) for mode in Mode}


@dataclass(frozen=True)
class ChartPoints:
    """States of air on a psychrometric chart: [C], [kg/kg], share, [C], [C] and [kJ per kg dry air]."""

    dry_bulb_c: Array
    humidity_ratio: Array
    relative_humidity: Array
    dew_point_c: Array
    wbgt_c: Array
    enthalpy_kj_per_kg: Array


def chart_points(dry_bulb_c: Array, humidity_ratio: Array, pressure_pa: Array) -> ChartPoints:
    """Return where air of *dry_bulb_c* [C], *humidity_ratio* [kg/kg] and *pressure_pa* [Pa] stands on the chart."""
    return ChartPoints(
        dry_bulb_c=dry_bulb_c,
        humidity_ratio=humidity_ratio,
        relative_humidity=np.minimum(air.relative_humidity(dry_bulb_c, humidity_ratio, pressure_pa), 1.0),
        dew_point_c=air.dew_point_from_humidity_ratio(humidity_ratio, pressure_pa),
        wbgt_c=wbgt_indoors_c(dry_bulb_c, humidity_ratio, pressure_pa),
        enthalpy_kj_per_kg=air.enthalpy_kj_per_kg(dry_bulb_c, humidity_ratio),
    )


def chart_limits(hall: BurnInHall, pressure_pa: float, points: int = 41) -> dict[str, tuple[Array, Array]]:
    """Return the hall's limits as lines on the chart, by name: dry bulb [C] and humidity ratio [kg/kg] (points).

    Lines run over the humidity ratios below the limit of the dew point, and WBGT where it lies between the least and
    the highest inlet. Raises `ValueError` for less than two points.
    """
    if points < 2:
        raise ValueError(f"{points} points make no line: give 2 or more")
    wettest = float(air.humidity_ratio_from_dew_point(hall.dew_point_limit_c, pressure_pa))
    ratio = np.linspace(1e-5, wettest, points)
    pressure = np.full(points, pressure_pa)
    temperatures = np.linspace(hall.least_inlet_c, hall.inlet_limit_c, points)
    wbgt_c = _temperature_at_wbgt(hall.wbgt_limit_c, ratio, pressure)
    inside = (wbgt_c >= hall.least_inlet_c) & (wbgt_c <= hall.inlet_limit_c)
    lines = {
        "inlet": (np.full(points, hall.inlet_limit_c), ratio),
        "least inlet": (np.full(points, hall.least_inlet_c), ratio),
        "dew point": (temperatures, np.full(points, wettest)),
        "relative humidity": (temperature_at_humidity(ratio, pressure, hall.relative_humidity_limit), ratio),
        "wbgt": (wbgt_c[inside], ratio[inside]),
    }
    if hall.least_relative_humidity > 0:
        driest = air.humidity_ratio_from_relative_humidity(temperatures, hall.least_relative_humidity, pressure)
        lines["least relative humidity"] = (temperatures, driest)
    return lines


def _temperature_at_wbgt(wbgt_c: float, humidity_ratio: Array, pressure_pa: Array) -> Array:
    """Temperature [C] at which air of a humidity ratio [kg/kg] has a WBGT, which rises with it: by bisection."""
    low, high = np.full_like(humidity_ratio, -40.0), np.full_like(humidity_ratio, 100.0)
    for _ in range(40):
        middle = (low + high) / 2.0
        is_above = wbgt_indoors_c(middle, humidity_ratio, pressure_pa) > wbgt_c
        low, high = np.where(is_above, low, middle), np.where(is_above, middle, high)
    return np.asarray(low)
