"""The limits of the burn-in hall's air, hour by hour: which of them bind, which are broken, and the worst hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites import air
from twin.model.halls import BurnInHall

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
BINDING = 1e-4  # K or share of humidity: nearer to a limit than this the air is at it
BROKEN = 1e-6  # beyond a limit by more than this it is broken: rounding is not


@dataclass(frozen=True)
class WorstHour:
    """One hour and how a limit stands in it: the *value*, the *limit*, and the *margin* left (below 0: broken)."""

    hour: int
    value: float
    limit: float
    margin: float


@dataclass(frozen=True)
class LimitsByHour:
    """How the hall's air stands to each limit, by the limit's name, in every hour.

    *values* and *limits* in the limit's own unit (C, or share for humidity); *margins* what is left, below 0 where it
    is broken, infinite where the limit does not hold (nobody loads).
    """

    values: dict[str, Array]
    limits: dict[str, Array]
    margins: dict[str, Array]

    @property
    def broken(self) -> dict[str, Flags]:
        """Hours in which each limit is broken."""
        return {name: margin < -BROKEN for name, margin in self.margins.items()}

    @property
    def binds(self) -> dict[str, Flags]:
        """Hours in which each limit binds: the air is at it, or beyond it."""
        return {name: margin <= BINDING for name, margin in self.margins.items()}

    @property
    def kept(self) -> Flags:
        """Hours in which every limit is kept; where an air is not a number none is known to be."""
        return np.asarray(np.logical_and.reduce([margin >= -BROKEN for margin in self.margins.values()]))

    @property
    def hours_broken(self) -> dict[str, int]:
        """Number of hours in which each limit is broken."""
        return {name: int(broken.sum()) for name, broken in self.broken.items()}

    def worst_hours(self, name: str, count: int = 10) -> list[WorstHour]:
        """The *count* hours that come nearest to the limit *name* or pass it furthest, worst first.

        Raises `KeyError` for a limit that was not looked at.
        """
        margin = self.margins[name]
        order = np.argsort(margin, kind="stable")[:count]
        return [
            WorstHour(int(hour), *(float(table[name][hour]) for table in (self.values, self.limits, self.margins)))
            for hour in order
            if np.isfinite(margin[hour])
        ]


def wbgt_indoors_c(dry_bulb_c: Array, humidity_ratio: Array, pressure_pa: Array) -> Array:
    """Wet-bulb globe temperature [C] without sun: 0.7 wet bulb + 0.3 globe, the globe taken at the air (ISO 7243)."""
    return np.asarray(0.7 * air.wet_bulb_c(dry_bulb_c, humidity_ratio, pressure_pa) + 0.3 * dry_bulb_c)


def limits_by_hour(
    hall: BurnInHall,
    inlet_c: Array,
    humidity_ratio: Array,
    pressure_pa: Array,
    *,
    loading: Flags | None = None,
    supplies_c: Mapping[str, Array | float] | None = None,
) -> LimitsByHour:
    """Return how air at the inlet (arrays of hours) stands to the hall's limits.

    Parameters: *inlet_c* [C], *humidity_ratio* [kg/kg] and *pressure_pa* [Pa] there; *loading*, the hours in which
    people load, in which WBGT has a limit (default: all); *supplies_c* [C], cold supplies of air or water in the hall
    by name, each of which must stay the hall's margin above the dew point. The limits are called inlet, least inlet,
    relative humidity, least relative humidity, dew point, wbgt, and condensation on NAME for each supply.
    """
    relative = np.minimum(air.relative_humidity(inlet_c, humidity_ratio, pressure_pa), 1.0)
    dew_c = air.dew_point_from_humidity_ratio(humidity_ratio, pressure_pa)
    wbgt_c = wbgt_indoors_c(inlet_c, humidity_ratio, pressure_pa)
    shape = np.shape(wbgt_c)
    at_most = {
        "inlet": (inlet_c, hall.inlet_limit_c),
        "relative humidity": (relative, hall.relative_humidity_limit),
        "dew point": (dew_c, hall.dew_point_limit_c),
        "wbgt": (wbgt_c, hall.wbgt_limit_c),
    }
    at_least: dict[str, tuple[Array, Array | float]] = {
        "least inlet": (inlet_c, hall.least_inlet_c),
        "least relative humidity": (relative, hall.least_relative_humidity),
    }
    for name, supply_c in (supplies_c or {}).items():
        at_least[f"condensation on {name}"] = (np.asarray(supply_c, dtype=float), dew_c + hall.condensation_margin_k)
    values, limits, margins = {}, {}, {}
    for sign, rules in ((1.0, at_most), (-1.0, at_least)):
        for name, (value, limit) in rules.items():
            values[name] = np.broadcast_to(value, shape)
            limits[name] = np.broadcast_to(np.asarray(limit, dtype=float), shape)
            margins[name] = sign * (limits[name] - values[name])
    if loading is not None:
        margins["wbgt"] = np.where(loading, margins["wbgt"], np.inf)
    return LimitsByHour(values, limits, margins)
