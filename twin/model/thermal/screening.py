"""What a hall cannot be, told before anything is sized: refusals and warnings by name, with their numbers.

Pure functions that return what they found; a caller raises `InputError` with the problems and prints the warnings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites import air
from sites.errors import Problem
from twin.model.equipment.air_side import PAD_VELOCITY_RANGE_M_PER_S
from twin.model.halls import BurnInHall
from twin.model.plant import Product
from twin.model.thermal.air_side import wetted_air
from twin.model.thermal.burn_in_hall import inlet_temperature_c
from twin.model.thermal.hall_limits import LimitsByHour, limits_by_hour
from twin.model.thermal.numeric import refuse_nan
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.pads import PadAir

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_PADS_CURE = "cool these hours by coils, or give a higher limit if the miners bear it"


@dataclass(frozen=True)
class Findings:
    """What a screening found: *problems* that refuse a hall, *warnings* that do not."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def __add__(self, other: Findings) -> Findings:
        """Both together."""
        return Findings(self.problems + other.problems, self.warnings + other.warnings)


def _hours(count: int) -> str:
    return f"{count:,} h"


def salt_air(hall: BurnInHall, distance_to_sea_km: float, where: str = "place.distance_to_sea_km") -> Findings:
    """Refuse open air and pads nearer to salt water than the maker's site guide allows: *distance_to_sea_km* [km].

    Raises `ValueError` for a distance that is below 0 or no number.
    """
    if not distance_to_sea_km >= 0:
        raise ValueError(f"{distance_to_sea_km} km is no distance")
    least = hall.least_distance_to_sea_km
    if distance_to_sea_km >= least:
        return Findings()
    what = f"value {distance_to_sea_km:g} km: a hall on outdoor air must stand {least:g} km or more from salt water"
    cure = f"take a place {least - distance_to_sea_km:.3g} km further inland, or a sealed hall on coils"
    return Findings(problems=(Problem(where, what, cure),))


def pads_against_humidity(
    hall: BurnInHall,
    product: Product,
    outdoors: OutdoorAir,
    loading: Flags | None = None,
    where: str = "burn_in_hall",
) -> Findings:
    """Say in which hours the hall's limits of humidity forbid pads that would cool it, where open air is too hot.

    Pads are wetted no more than inlet and WBGT ask, and the exhaust that returns by itself dries their air; hours that
    they could not cool without these limits are none of theirs. Refused where humidity forbids them in every hour that
    they would cool, a warning where it does in some. Parameters: *outdoors* (arrays of hours), *loading* hours in which
    people load (default: all); *where* is the hall's key.
    """
    loads = np.ones(outdoors.dry_bulb_c.shape, dtype=bool) if loading is None else loading
    inlet_c = inlet_temperature_c(hall, product, outdoors.dry_bulb_c, outdoors.humidity_ratio, outdoors.pressure_pa)
    limits = limits_by_hour(hall, inlet_c, outdoors.humidity_ratio, outdoors.pressure_pa, loading=loads)
    hot = limits.broken["inlet"] | limits.broken["wbgt"]
    if not hot.any():
        return Findings()
    there, loads = outdoors.where(hot), loads[hot]
    supply_c, ratio, _ = wetted_air(hall, product, there, loads)

    def at_inlet(judged: BurnInHall) -> LimitsByHour:
        inlet_c = inlet_temperature_c(judged, product, supply_c, ratio, there.pressure_pa)
        return limits_by_hour(judged, inlet_c, ratio, there.pressure_pa, loading=loads)

    limits = at_inlet(hall)
    unlimited = at_inlet(hall.model_copy(update={"relative_humidity_limit": 1.0, "dew_point_limit_c": np.inf}))
    forbidden = unlimited.kept & ~limits.kept
    relative, dew_c = unlimited.values["relative humidity"], limits.values["dew point"]
    damp = forbidden & (relative > hall.relative_humidity_limit)
    moist = forbidden & limits.broken["dew point"]
    hours = f"of the {_hours(int(hot.sum()))} in which open air is too hot"
    found = []
    if damp.any():
        what = (
            f"value {hall.relative_humidity_limit:g}: pads, wetted as little as will do, bring the inlet to as much as "
            f"{100 * float(relative[damp].max()):.1f} % relative humidity, and dried by more exhaust it is too hot "
            f"again, in {_hours(int(damp.sum()))} {hours}"
        )
        found.append(Problem(f"{where}.relative_humidity_limit", what, _PADS_CURE))
    if moist.any():
        what = (
            f"value {hall.dew_point_limit_c:g}: pads, wetted as little as will do, bring the dew point to as much as "
            f"{float(dew_c[moist].max()):.1f} C, in {_hours(int(moist.sum()))} {hours}"
        )
        found.append(Problem(f"{where}.dew_point_limit_c", what, _PADS_CURE))
    return Findings(warnings=tuple(found)) if (unlimited.kept & limits.kept).any() else Findings(problems=tuple(found))


def supply_above_dew_point(
    hall: BurnInHall,
    where: str,
    supply_c: Array | float,
    humidity_ratio: Array,
    pressure_pa: Array,
) -> Findings:
    """Refuse a supply of air or water (key *where*, [C]) that is not the hall's margin above its dew point in any hour.

    *humidity_ratio* [kg/kg] and *pressure_pa* [Pa] are of the hall's air (arrays of hours). Not for coils whose
    condensate is drained: there the dew point is passed on purpose. Raises `ValueError` for inputs that are not
    numbers.
    """
    refuse_nan(supply_c=supply_c, humidity_ratio=humidity_ratio, pressure_pa=pressure_pa)
    supply = np.broadcast_to(np.asarray(supply_c, dtype=float), np.shape(humidity_ratio)).ravel()
    dew_c = np.ravel(air.dew_point_from_humidity_ratio(humidity_ratio, pressure_pa))
    margin_k = supply - dew_c
    wet = margin_k < hall.condensation_margin_k - 1e-6
    if not wet.any():
        return Findings()
    worst = int(np.argmin(margin_k))
    least_c = np.ceil(10.0 * (dew_c.max() + hall.condensation_margin_k)) / 10.0
    side = "below" if margin_k[worst] < 0 else "above"
    what = (
        f"value {supply[worst]:g}: {abs(margin_k[worst]):.1f} K {side} the hall's dew point of {dew_c[worst]:.1f} C at "
        f"worst, where {hall.condensation_margin_k:g} K above it is the least, in {_hours(int(wet.sum()))}"
    )
    return Findings(problems=(Problem(where, what, f"give {least_c:g} or more, or dry the hall's air"),))


def pads_outside_curve(pad_air: PadAir, face_velocity_m_per_s: Array, where: str = "burn_in_hall.pad") -> Findings:
    """Warn of hours in which wet pads met face velocities [m/s] outside the range of their efficiency curve."""
    outside = pad_air.is_outside_curve
    if not outside.any():
        return Findings()
    low, high = PAD_VELOCITY_RANGE_M_PER_S
    velocity = np.broadcast_to(face_velocity_m_per_s, outside.shape)[outside]
    beyond = np.maximum(low - velocity, velocity - high)
    what = (
        f"face velocity {velocity[np.argmax(beyond)]:.3g} m/s at worst, outside {low:g} to {high:g} m/s of the "
        f"efficiency curve in {_hours(int(outside.sum()))}, where its end is taken"
    )
    return Findings(warnings=(Problem(where, what, "give more or less pad area"),))


def limits_broken(limits: LimitsByHour, where: str = "burn_in_hall") -> Findings:
    """Warn of each limit that is broken in some hour: how often, by how much at worst, and when."""
    found = []
    for name, hours in limits.hours_broken.items():
        if hours:
            worst = limits.worst_hours(name, 1)[0]
            unit = "" if "relative humidity" in name else " C"
            what = f"{name}: {worst.value:.4g}{unit} in hour {worst.hour} against a limit of {worst.limit:.4g}{unit}"
            found.append(
                Problem(where, f"{what}; broken in {_hours(hours)}", "cool, dry or warm these hours otherwise")
            )
    return Findings(warnings=tuple(found))
