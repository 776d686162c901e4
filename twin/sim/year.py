"""A plan's year played on the line and the racks, once: random times, yields and breakdowns, real staff and slots.

The year is a circle. Its last days run first, under the same controls, so that hour 0 finds the line and the racks as
31 December left them; only the 8760 hours are reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.model.contracts import HOURS
from twin.model.plant import Plant
from twin.sim.line.network import Controls, Network
from twin.sim.line.power_on import PowerOn
from twin.sim.line.shifts import Staffing
from twin.sim.line.statistics import energy_kwh, tally
from twin.sim.line.streams import Streams
from twin.sim.plan_times import opening_times_min, release_times_min, start_times_min
from twin.sim.staffing import with_prelude

USES = ("line", "burn_in")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class YearTask:
    """What is played, and how.

    *staffing* of the year in minutes from its beginning; number of *racks*; *production_units_per_h* (8760), the plan's
    first arrivals at the burn-in door; *burn_in_starts_per_h* (8760); *burn_in_limit_kw* (8760), a ceiling on burn-in
    power that no start may pass in any hour of its run (none: no ceiling); *burning_ceiling_units* (8760), the most
    units that burn in each hour, for which runs pause (none, infinite: no ceiling). *inlet_c* (8760), the temperature
    at the miners' inlet, above whose limits runs are throttled and last longer (none: never hot). Late units are
    started when the plan starts units, too; a unit that has been ready for *overdue_h* is started whatever the plan
    says. Material is released *lead_h* before its unit is due at the door. *prelude_days* run before hour 0.
    """

    plant: Plant
    staffing: Staffing
    racks: int
    production_units_per_h: Floats
    burn_in_starts_per_h: Floats
    burn_in_limit_kw: Floats | None = None
    burning_ceiling_units: Floats | None = None
    inlet_c: Floats | None = None
    overdue_h: float = 96.0
    lead_h: float = 2.0
    seed: int = 1
    replication: int = 0
    prelude_days: int = 14


@dataclass(frozen=True, slots=True)
class YearResult:
    """What happened, hour by hour (8760 each).

    Mean power *line_kw* and *burn_in_kw*; means over the hour of *wip_units* (all units in the plant), *line_units*
    (between the first station and the burn-in door), *occupied_slots*, *burning_units* (throttled or not) and
    *waiting_units* (at the door, in loading, ready but dark, or paused); counts of *door_arrivals* (first-time),
    *loads*, *starts*, *unloads*, *shipped* and *scrapped* units; mean *staffed_cells* and *staffed_crews*. Totals of
    the year: *waiting_unit_h*, hours that units waited for burn-in; *energy_kwh*, by use (line, burn_in), summed over
    the states of machines and over the zones, not read from the meters that give the hours.
    """

    line_kw: Floats
    burn_in_kw: Floats
    wip_units: Floats
    line_units: Floats
    occupied_slots: Floats
    burning_units: Floats
    waiting_units: Floats
    door_arrivals: Floats
    loads: Floats
    starts: Floats
    unloads: Floats
    shipped: Floats
    scrapped: Floats
    staffed_cells: Floats
    staffed_crews: Floats
    waiting_unit_h: float
    energy_kwh: Floats


def play_year(task: YearTask) -> YearResult:
    """Play one replication of *task*."""
    prelude_h = task.prelude_days * 24
    hours = prelude_h + HOURS

    def around(by_hour: Floats) -> Floats:
        return np.concatenate([by_hour[HOURS - prelude_h :], by_hour])

    def some(by_hour: Floats | None) -> list[float] | None:
        return None if by_hour is None else around(by_hour).tolist()

    staffing = with_prelude(task.staffing, HOURS, prelude_h)
    controls = Controls(
        staffing=staffing,
        racks=task.racks,
        release_at_min=release_times_min(around(task.production_units_per_h), task.lead_h),
        power_on=PowerOn(
            start_times_min(around(task.burn_in_starts_per_h)),
            task.overdue_h * 60,
            opening_times_min(around(task.burn_in_starts_per_h)),
        ),
        limit_kw=some(task.burn_in_limit_kw),
        ceiling_units=some(task.burning_ceiling_units),
        inlet_c=some(task.inlet_c),
        by_hour=True,
    )
    plant = task.plant
    streams = Streams(task.seed, task.replication)
    network = Network(plant.line, plant.burn_in, plant.product.power_kw, hours, controls, streams)
    network.start()
    before_kwh = np.zeros(len(USES))
    if prelude_h:
        network.run_until(prelude_h * 60.0)
        before_kwh = _energy_kwh(network, prelude_h * 60.0)
    network.run_until(hours * 60.0)
    network.close(hours * 60.0)
    return _result(network, staffing, prelude_h, _energy_kwh(network, hours * 60.0) - before_kwh)


def _energy_kwh(network: Network, now_min: float) -> Floats:
    """Energy by use, from the states of machines and from the zones: another book than the meters read by the hour."""
    assert network.area is not None
    of_line = sum(sum(energy_kwh(station, tally(station, now_min)).values()) for station in network.stations)
    of_zones = sum(zone.kw.area_until(now_min) for zone in network.area.zones) / 60.0
    return np.array([of_line, of_zones])


def _result(network: Network, staffing: Staffing, prelude_h: int, energy_kwh: Floats) -> YearResult:
    area = network.area
    assert area is not None
    year = slice(prelude_h, prelude_h + HOURS)
    read = {name: np.diff(readings)[year] for name, readings in network.records.items()}
    level = {name: read[name] / 60.0 for name in network.levels()}

    def counted(by_hour: list[int]) -> Floats:
        return np.array(by_hour[year], dtype=float)

    return YearResult(
        line_kw=read["line_kwh"],
        burn_in_kw=read["burn_in_kwh"],
        wip_units=level["wip"],
        line_units=level["on_line"],
        occupied_slots=level["occupied"],
        burning_units=level["burning"],
        waiting_units=level["waiting"],
        door_arrivals=counted(area.first_arrivals),
        loads=counted(area.loads),
        starts=counted(area.starts),
        unloads=counted(area.unloads),
        shipped=counted(network.shipped.by_hour),
        scrapped=counted(network.scrapped.by_hour),
        staffed_cells=staffing.hourly_cells(prelude_h + HOURS)[year],
        staffed_crews=staffing.hourly_crews(prelude_h + HOURS)[year],
        waiting_unit_h=float(level["waiting"].sum()),
        energy_kwh=energy_kwh,
    )
