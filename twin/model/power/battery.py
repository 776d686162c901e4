"""A battery follows a schedule as far as its power and level allow; every kWh is accounted for.

The level counts from the least charge, as in the optimiser:
level[t] = (1 - standing loss) level[t-1] + efficiency x charge[t] - discharge[t] / efficiency.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sites.errors import InputError, Problem
from twin.model.equipment.stores import Battery

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BatteryYear:
    """What a battery did, by hour: flows at its terminals [kW], level at the end of each hour above the least [kWh].

    *start_kwh* the level before the first hour; *standing_loss_kw* and *conversion_loss_kw* inside; *standby_kw* drawn
    beside the terminals; *missed_charge_kw* and *missed_discharge_kw*, what the schedule asked beyond it.
    """

    charge_kw: Array
    discharge_kw: Array
    level_kwh: Array
    start_kwh: float
    standing_loss_kw: Array
    conversion_loss_kw: Array
    standby_kw: Array
    missed_charge_kw: Array
    missed_discharge_kw: Array

    def charge_fraction(self, battery: Battery, energy_kwh: float) -> Array:
        """State of charge (0 to 1) at the end of each hour: least charge + level / energy; the least without cells."""
        level = self.level_kwh / energy_kwh if energy_kwh > 0 else np.zeros_like(self.level_kwh)
        return np.asarray(battery.least_charge_fraction + level)


def follow_schedule(
    battery: Battery, power_kw: float, energy_kwh: float, charge_kw: Array, discharge_kw: Array, start_kwh: float = 0.0
) -> BatteryYear:
    """Follow a schedule of *charge_kw* and *discharge_kw* [kW, arrays of hours, 0 or more] as far as possible.

    Parameters: *power_kw* that both together may have, *energy_kwh* of the cells, *start_kwh* above the least charge.
    What the level cannot give is not discharged, what it cannot hold not charged; of a schedule beyond the power the
    charging gives way. Raises `InputError` for flows below nil, of unlike length, or a start that the battery
    cannot hold.
    """
    asked_in, asked_out = np.asarray(charge_kw, dtype=float), np.asarray(discharge_kw, dtype=float)
    room_kwh = (1.0 - battery.least_charge_fraction) * energy_kwh
    _check(asked_in, asked_out, power_kw, room_kwh, start_kwh)
    # An hour depends on the one before: plain floats are ten times as fast here as arrays of one element.
    kept = 1.0 - battery.standing_loss_fraction_per_h
    into, out_of = battery.charge_efficiency, battery.discharge_efficiency
    level = start_kwh
    charged, discharged, levels = [], [], []
    for wanted_in, wanted_out in zip(asked_in.tolist(), asked_out.tolist(), strict=True):
        rested = kept * level
        give = min(wanted_out, power_kw)
        take = min(wanted_in, power_kw - give)
        level = rested + into * take - give / out_of
        if level > room_kwh:
            take = max(0.0, take - (level - room_kwh) / into)
            level = min(rested + into * take - give / out_of, room_kwh)
        elif level < 0.0:
            give = max(0.0, give + level * out_of)
            level = max(rested + into * take - give / out_of, 0.0)
        charged.append(take)
        discharged.append(give)
        levels.append(level)
    done_in, done_out, after = np.array(charged), np.array(discharged), np.array(levels)
    before = np.concatenate([[start_kwh], after])[:-1]
    return BatteryYear(
        charge_kw=done_in,
        discharge_kw=done_out,
        level_kwh=after,
        start_kwh=start_kwh,
        standing_loss_kw=battery.standing_loss_fraction_per_h * before,
        conversion_loss_kw=(1.0 - into) * done_in + (1.0 / out_of - 1.0) * done_out,
        standby_kw=np.full(after.shape, battery.standby_kw_per_kwh * energy_kwh),
        missed_charge_kw=asked_in - done_in,
        missed_discharge_kw=asked_out - done_out,
    )


def _check(charge_kw: Array, discharge_kw: Array, power_kw: float, room_kwh: float, start_kwh: float) -> None:
    wrong = []
    if charge_kw.ndim != 1 or charge_kw.shape != discharge_kw.shape:
        what = f"shapes {charge_kw.shape} and {discharge_kw.shape}"
        wrong.append(Problem("charge_kw, discharge_kw", what, "give both for the same hours"))
    for name, flow in (("charge_kw", charge_kw), ("discharge_kw", discharge_kw)):
        if not (flow >= 0).all():
            wrong.append(Problem(name, f"lowest value {flow.min():g}", "give 0 or more; charge and discharge apart"))
    if not (power_kw >= 0 and room_kwh >= 0):
        wrong.append(Problem("power_kw, energy_kwh", f"{power_kw:g} kW, {room_kwh:g} kWh usable", "give 0 or more"))
    elif not 0 <= start_kwh <= room_kwh * (1 + 1e-12):
        what = f"value {start_kwh:g}: the battery holds 0 to {room_kwh:g} kWh above its least charge"
        wrong.append(Problem("start_kwh", what, "give a level that it can hold"))
    if wrong:
        raise InputError(wrong)
