"""Solar and generators in the play-back: the same sun, real units, and a load that chance has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.model.equipment.catalogue import Equipment
from twin.model.power.generators import bank, yearly_test_fuel_kwh

Array = NDArray[np.float64]
SOME_LOAD_KW = 1.0  # less is the plan's rounding: no unit is started for it
PLANNED = ("solar_kw", "solar_curtailed_kw", "generators_kw", "generators_fuel_kwh")


@dataclass(frozen=True)
class OwnPower:
    """What the site made itself in each hour, by the outcome's names, and the *supplies_kw* that count as uses below
    nil; *fuel_kwh* of the year, tests included. All of it empty for a plant without."""

    series: dict[str, Array] = field(default_factory=dict)
    supplies_kw: dict[str, Array] = field(default_factory=dict)
    fuel_kwh: float = 0.0

    @property
    def made_kw(self) -> Array | float:
        """Power of all supplies [kW]: hours, or nil without any."""
        return sum(self.supplies_kw.values(), 0.0)


def supplies_of(kit: Equipment) -> tuple[str, ...]:
    """Return the names of the supplies that the catalogue *kit* offers, in the order of the uses of electricity."""
    return tuple(
        name for name, offered in (("solar", kit.solar), ("generators", kit.generators)) if offered is not None
    )


def operate_own_power(
    kit: Equipment,
    sizes: Mapping[str, float],
    plan: Mapping[str, Array],
    each_kw: Array | None,
    room_kw: Array,
) -> OwnPower:
    """Return what solar and generators do when the site can take up *room_kw* (hours).

    Parameters: the *plan*'s series by name; *each_kw* what one generator can deliver. Generators follow the plan's kW
    with as many whole units as burn least, on their true fuel curve and not below their minimum load; what the site
    cannot take up of it is lost. The sun is the plan's own: what it could make is what the plan used and curtailed,
    and it gives way where the room is less than was planned.
    """
    room = np.maximum(room_kw, 0.0)
    series: dict[str, Array] = {}
    supplies: dict[str, Array] = {}
    fuel_kwh = 0.0
    if kit.generators is not None:
        spec, units = kit.generators, round(sizes.get("generators_count", 0.0))
        planned = plan["generators_kw"]
        asked = np.where(planned < SOME_LOAD_KW, 0.0, planned)
        year = bank(spec, units, asked, each_kw)
        made = np.minimum(year.output_kw, room)
        room = room - made
        tests_kwh = yearly_test_fuel_kwh(spec, units) if spec.emergency else 0.0
        fuel_kwh = float(year.fuel_kw.sum()) + tests_kwh
        series |= {"generators_kw": made, "generators_fuel_kwh": year.fuel_kw}
        supplies["generators"] = made
    if kit.solar is not None:
        could = plan["solar_kw"] + plan["solar_curtailed_kw"]
        used = np.minimum(could, room)
        series |= {"solar_kw": used, "solar_curtailed_kw": could - used}
        supplies = {"solar": used, **supplies}
    return OwnPower(series, supplies, fuel_kwh)


def costs_of_own_power(
    kit: Equipment, own: OwnPower, plan: Mapping[str, Array], costs: Mapping[str, float]
) -> dict[str, float]:
    """Return the lines [usd/year] that own power changed against the plan's *costs*: fuel, and wear by kWh made."""
    spec = kit.generators
    if spec is None:
        return {}
    more_kwh = float(own.series["generators_kw"].sum() - plan["generators_kw"].sum())
    return {
        "fuel": spec.fuel_usd_per_kwh * own.fuel_kwh,
        "maintenance": costs["maintenance"] + spec.om_usd_per_kwh * more_kwh,
    }
