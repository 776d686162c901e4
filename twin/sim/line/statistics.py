"""What a run has shown between two moments: time-weighted shares of the stations, waits, throughput, power."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from twin.sim.line.server import BLOCKED, HELD

if TYPE_CHECKING:
    from twin.sim.line.network import Network
    from twin.sim.line.racks import BurnInArea
    from twin.sim.line.station import Station


@dataclass(frozen=True, slots=True)
class Shares:
    """One station over a stretch of time.

    *utilisation*, *blocked*, *starved* and *down* are shares of all server time (with servers without number:
    utilisation is the mean number at work, the others 0). Starved: staffed, and without a unit. Blocked counts
    staffed time only. *wait_h*: mean wait before work begins; *queue*: mean number of units that wait.
    """

    utilisation: float
    wait_h: float
    queue: float
    blocked: float
    starved: float
    down: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Running sums of one station at a moment [min, units]."""

    working: float
    blocked: float
    held: float
    down: float
    down_staffed: float
    open: float
    wait: float
    waiting: float
    starts: float

    def since(self, before: Tally) -> Tally:
        """What has been added to *before*."""
        return Tally(*(getattr(self, field.name) - getattr(before, field.name) for field in fields(self)))


def tally(station: Station, now_min: float) -> Tally:
    """Sums of *station* until *now_min*, with what is under way."""
    staffed = station.staffed_until(now_min)
    down = [server for server in station.servers if server.down]
    up = [server for server in station.servers if not server.down]
    return Tally(
        working=station.working_until(now_min),
        blocked=station.blocked_staffed_min + sum(staffed - s.since for s in up if s.state == BLOCKED),
        held=station.held_staffed_min + sum(staffed - s.since for s in up if s.state == HELD),
        down=station.down_min + sum(now_min - s.down_since for s in down),
        down_staffed=station.down_staffed_min + sum(staffed - s.since for s in down),
        open=station.open_until(now_min),
        wait=station.wait_min,
        waiting=station.wait_min + sum(now_min - unit.since_min for unit in station.queue),
        starts=station.starts,
    )


def shares(spent: Tally, servers: int | None, minutes: float) -> Shares:
    """Shares from what was *spent* by a station with *servers* in *minutes*."""
    wait_h = spent.wait / spent.starts / 60 if spent.starts else 0.0
    queue = spent.waiting / minutes
    if servers is None:
        return Shares(spent.working / minutes, wait_h, queue, 0.0, 0.0, 0.0)
    whole = servers * minutes
    starved = spent.open - spent.working - spent.blocked - spent.held - spent.down_staffed
    return Shares(
        spent.working / whole, wait_h, queue, spent.blocked / whole, max(0.0, starved / whole), spent.down / whole
    )


def burn_in_tally(area: BurnInArea, now_min: float) -> Tally:
    """Sums of the slots: working is burning, blocked is waiting for unloading, open is a slot that stands empty."""
    slots = sum(rack.slots for rack in area.racks)
    return Tally(
        working=area.meter.kwh_at_changes(now_min) * 60 / area.power_kw,
        blocked=area.finished.area_until(now_min),
        held=0.0,
        down=sum(rack.down_until(now_min) * rack.slots for rack in area.racks) if slots < float("inf") else 0.0,
        down_staffed=0.0,
        open=slots * now_min - area.occupied.area_until(now_min) if slots < float("inf") else 0.0,
        wait=area.door_wait_min,
        waiting=area.door_wait_min + sum(now_min - unit.since_min for unit in area.door),
        starts=area.loads_begun,
    )


def burn_in_shares(spent: Tally, slots: float, minutes: float) -> Shares:
    """Shares of all slot time, from what was *spent* in *minutes*."""
    whole = slots * minutes
    wait_h = spent.wait / spent.starts / 60 if spent.starts else 0.0
    parts = (spent.blocked / whole, spent.open / whole, spent.down / whole)
    return Shares(spent.working / whole, wait_h, spent.waiting / minutes, *parts)


@dataclass(frozen=True, slots=True)
class Totals:
    """Running sums of the whole line at a moment: units, unit-minutes and kWh."""

    shipped: float
    cycle: float
    scrapped: float
    arrived: float
    turned_away: float
    wip: float
    kwh: float

    def since(self, before: Totals) -> Totals:
        """What has been added to *before*."""
        return Totals(*(getattr(self, field.name) - getattr(before, field.name) for field in fields(self)))


def totals(network: Network, now_min: float) -> Totals:
    """Sums of *network* until *now_min*."""
    return Totals(
        shipped=network.shipped.count,
        cycle=network.shipped.cycle_min,
        scrapped=network.scrapped.count,
        arrived=network.source.arrived,
        turned_away=network.source.turned_away,
        wip=network.wip.area_until(now_min),
        kwh=network.meter.kwh_at_changes(now_min) + network.burn_meter.kwh_at_changes(now_min),
    )
