"""A plant of water-cooled chillers, towers and pumps, all hours of a year at once: the temperature on which they agree.

Chillers reject by their power, the tower's water comes back by what it must reject, and the chillers' power goes by
that water: a fixed point in each hour. One kelvin at the condenser changes the heat by some 0.4 %, which moves the
tower's water by some 0.03 K, so that secants agree in four passes; in the many hours in which the tower holds its
setpoint the first guess is right. Machines: `chiller`, `cooling_tower`, `pumps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Flags, Floats
from sites.errors import InputError, Problem
from twin.model.equipment.chillers import Chiller
from twin.model.equipment.pumps import Pump
from twin.model.equipment.towers import CoolingTower
from twin.model.thermal.chiller import ChillerOperation, Counts, chiller_power
from twin.model.thermal.chiller_bank import bank_operation
from twin.model.thermal.cooling_tower import TowerOperation, reject_heat
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.pumps import PumpOperation, design_power_kw, flow_for_heat_m3_per_s, pump_operation
from twin.model.thermal.water import KG_PER_M3

AGREED_K = 1e-4  # before the last step of a secant, which gains three digits more
MOST_PASSES = 60
FREE_PASSES = 2  # in which the number of chillers may follow the temperature; later it stands, or it might alternate


@dataclass(frozen=True)
class PlantPumps:
    """Pumps of a water-cooled plant.

    *chilled_water*: *chilled_water_units* of them side by side, as few running as carry the flow, which takes up the
    load at *chilled_water_rise_k* [K]; a load beyond their flow rises further. *condenser*: one for each chiller, at
    its design flow while the chiller runs.
    """

    chilled_water: Pump
    condenser: Pump
    chilled_water_rise_k: float
    chilled_water_units: int = 1


@dataclass(frozen=True)
class WaterCooledPlant:
    """What a water-cooled plant does, hour by hour (arrays of one shape).

    *running* chillers and *chillers*, what all of them do; *tower*; *chilled_water_pumps* and *condenser_pumps*;
    *condenser_c* water that enters the condensers [C], the tower's leaving water to 1e-6 K. The chillers' load is that
    of the plant and the heat of the chilled-water pumps; what they leave unserved is of both.
    """

    running: Counts
    chillers: ChillerOperation
    tower: TowerOperation
    chilled_water_pumps: PumpOperation
    condenser_pumps: PumpOperation
    condenser_c: Floats

    @property
    def pump_kw(self) -> Floats:
        """Electricity [kW] of all pumps."""
        return np.asarray(self.chilled_water_pumps.power_kw + self.condenser_pumps.power_kw)

    @property
    def electricity_kw(self) -> Floats:
        """Electricity [kW] of chillers, pumps and tower fans."""
        return np.asarray(self.chillers.electricity_kw + self.pump_kw + self.tower.fan_kw)

    @property
    def room_heat_kw_th(self) -> Floats:
        """Heat [kW_th] that compressors and motors of pumps give to the plant room."""
        pumps = self.chilled_water_pumps.room_heat_kw_th + self.condenser_pumps.room_heat_kw_th
        return np.asarray(self.chillers.room_heat_kw_th + pumps)


_Machines = tuple[ChillerOperation, PumpOperation, TowerOperation]
_Operation = TypeVar("_Operation", ChillerOperation, PumpOperation, TowerOperation)


def _put(whole: _Operation, part: _Operation, hours: Flags) -> _Operation:
    """*whole* with *part* in the marked *hours*."""
    arrays = {field.name: np.array(getattr(whole, field.name)) for field in fields(whole)}
    for name, array in arrays.items():
        array[hours] = getattr(part, name)
    return replace(whole, **arrays)


@dataclass(frozen=True)
class _Hours:
    """The hours that are solved together: what is known of them before the condenser's temperature is."""

    chiller: Chiller
    with_pump: Chiller
    units: int
    tower: CoolingTower
    pump: Pump
    load_kw_th: Floats
    supply_c: Floats
    outdoor: OutdoorAir

    def running(self, condenser_c: Floats) -> Counts:
        """Chillers whose electricity and condenser pumps' is least."""
        return bank_operation(self.with_pump, self.units, self.load_kw_th, self.supply_c, condenser_c).running

    def at(self, condenser_c: Floats, running: Counts) -> _Machines:
        """Chillers, condenser pumps and tower when that water enters the condensers."""
        chillers = chiller_power(self.chiller, self.load_kw_th, self.supply_c, condenser_c, running)
        pumps = pump_operation(self.pump, np.asarray(self.pump.design_flow_m3_per_s * running, dtype=float), running)
        heat = chillers.condenser_heat_kw_th + pumps.fluid_heat_kw_th
        return chillers, pumps, reject_heat(self.tower, heat, KG_PER_M3 * pumps.flow_m3_per_s, self.outdoor)

    def where(self, hours: Flags) -> _Hours:
        """The marked *hours* only."""
        return _Hours(
            self.chiller, self.with_pump, self.units, self.tower, self.pump,
            self.load_kw_th[hours], self.supply_c[hours], self.outdoor.where(hours),
        )  # fmt: skip


def _agreed(hours: _Hours, guess_c: Floats, running: Counts | None) -> tuple[Floats, Counts, _Machines]:
    """Condenser water [C] that the tower returns when it enters the condensers, chillers that run then, and what the
    machines do.

    From *guess_c*, by secants; hours that agree are left out of the next pass.
    """
    agreed = np.array(guess_c)
    counts: Counts = hours.running(agreed) if running is None else running
    found = hours.at(agreed, counts)
    off = np.where(counts > 0, found[2].leaving_c - agreed, 0.0)
    moved = off != 0.0  # in the others the tower holds the guess, its setpoint: they are done
    open_, part = np.flatnonzero(moved), hours.where(moved)
    before, before_off = agreed[moved], off[moved]
    agreed[moved] += before_off
    for number in range(1, MOST_PASSES):
        if not open_.size:
            break
        guess = agreed[open_]
        if running is None and number < FREE_PASSES:
            counts[open_] = part.running(guess)
        _, _, tower = part.at(guess, counts[open_])
        off = tower.leaving_c - guess
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = (off - before_off) / (guess - before)
        # Near -1: warmer water comes back almost as cold. Anything else is a step of cells or chillers between.
        agreed[open_] = guess - off / np.where((slope > -2.0) & (slope < -0.5), slope, -1.0)
        still = np.abs(off) > AGREED_K
        open_, before, before_off, part = open_[still], guess[still], off[still], part.where(still)
    if moved.any():
        last = hours.where(moved).at(agreed[moved], counts[moved])
        found = (_put(found[0], last[0], moved), _put(found[1], last[1], moved), _put(found[2], last[2], moved))
    return agreed, counts, found


def _contradictions(chiller: Chiller, units: int, pumps: PlantPumps) -> Iterator[Problem]:
    """Why these machines make no water-cooled plant."""
    if chiller.condenser != "water":
        what = f"its condenser is cooled by {chiller.condenser}, a plant with a tower needs one cooled by water"
        yield Problem(chiller.name, what, "name a chiller cooled by water, or leave out the tower")
    for what, count in ((chiller.name, units), (pumps.chilled_water.name, pumps.chilled_water_units)):
        if count < 1:
            yield Problem(what, f"{count} of them: none can run", "give 1 or more")
    if pumps.chilled_water_rise_k <= 0.0:
        what = f"chilled_water_rise_k {pumps.chilled_water_rise_k:g}: no flow carries a load at that rise"
        yield Problem(pumps.chilled_water.name, what, "give more than 0 K, usually 5 to 8")


def operate_water_cooled_plant(
    chiller: Chiller,
    units: int,
    tower: CoolingTower,
    pumps: PlantPumps,
    load_kw_th: ArrayLike,
    supply_c: ArrayLike,
    outdoor: OutdoorAir,
    running: ArrayLike | None = None,
) -> WaterCooledPlant:
    """Return what *units* water-cooled chillers with their *pumps* and *tower* (all its cells) do with a load.

    Parameters, of the shape of *outdoor* or broadcast to it: *load_kw_th* [kW_th], *supply_c* leaving chilled water
    [C], *running* chillers (whole numbers, at most *units*). Where *running* is not given, as many run as need least
    electricity with their condenser pumps. What runs shares the load equally. In hours without load all stands. How
    far *condenser_c* leaves the curves tells `chiller.range_warnings`.

    Balance: load + electricity of chillers and pumps = heat of the tower + heat to the plant room + unserved load.
    Sources: those of `chiller_power`, `reject_heat` and `pump_operation`; EnergyPlus solves the same two loops by
    alternation (Engineering Reference, "Plant Manager"); three chillers, their pumps and a tower of three cells take
    its electricity of a Florida and of a Texas year within 0.1 %, and its peak within 0.2 %.

    Raises `InputError` for an air-cooled chiller, no chiller, no chilled-water pump, or a rise of nil.
    """
    wrong = list(_contradictions(chiller, units, pumps))
    if wrong:
        raise InputError(wrong)
    shape = outdoor.wet_bulb_c.shape
    load = np.broadcast_to(np.maximum(np.asarray(load_kw_th, dtype=float), 0.0), shape)
    supply = np.broadcast_to(np.asarray(supply_c, dtype=float), shape)
    flow = flow_for_heat_m3_per_s(load, pumps.chilled_water_rise_k)
    needed = np.ceil(flow / pumps.chilled_water.design_flow_m3_per_s * (1.0 - 1e-12))
    chilled = pump_operation(pumps.chilled_water, flow, np.minimum(needed, pumps.chilled_water_units))
    pump_kw_per_kw_th = design_power_kw(pumps.condenser) / chiller.capacity_kw_th
    # A condenser pump runs with its chiller as a condenser fan does: so it counts when chillers are chosen.
    with_pump = chiller.model_copy(
        update={"condenser_fan_kw_per_kw_th": chiller.condenser_fan_kw_per_kw_th + pump_kw_per_kw_th}
    )
    asked = np.where(load > 0.0, load + chilled.fluid_heat_kw_th, 0.0)
    hours = _Hours(chiller, with_pump, units, tower, pumps.condenser, asked, supply, outdoor)
    given: Counts | None = None
    if running is not None:
        given = np.where(asked > 0.0, np.broadcast_to(np.asarray(running), shape), 0).astype(np.int64)
    condenser_c, counts, found = _agreed(hours, np.full(shape, tower.setpoint_c), given)
    chillers, condenser_pumps, cooled = found
    return WaterCooledPlant(counts, chillers, cooled, chilled, condenser_pumps, condenser_c)
