"""What a station has done between two moments: its time by state, waits, units, failures, energy by state."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from twin.sim.line.server import BLOCKED, FREE, HELD
from twin.sim.line.slotted import SlottedStation
from twin.sim.line.special import SpecialStation

if TYPE_CHECKING:
    from twin.sim.line.racks import BurnInArea
    from twin.sim.line.station import Station


@dataclass(frozen=True, slots=True)
class Shares:
    """One station over a stretch of time.

    *utilisation* (at work), *set_up*, *blocked* (a finished unit has nowhere to go, or, before service, a unit that
    could be begun), *starved* (staffed, and without a unit), *held* (a job is paused while others work), *down* and
    *off* (nobody there) are shares of all server time and add up to 1; with servers without number utilisation is the
    mean number at work and the others are 0. *wait_h*: mean wait before work begins, of *prob_wait* who wait at all;
    *queue*: mean number of units that wait; *lost_fraction* of those who came found no space; *first_pass*: share of
    finished jobs that passed. *kwh* by state: off, idle, set_up, working, down.
    """

    utilisation: float
    wait_h: float
    queue: float
    blocked: float
    starved: float
    down: float
    set_up: float = 0.0
    held: float = 0.0
    off: float = 0.0
    prob_wait: float = 0.0
    throughput_per_h: float = 0.0
    lost_fraction: float = 0.0
    failures_per_h: float = 0.0
    first_pass: float = 1.0
    kwh: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """Running sums of one station at a moment [server-minutes, unit-minutes, units]."""

    working: float = 0.0
    set_up: float = 0.0
    blocked: float = 0.0
    held: float = 0.0
    down: float = 0.0
    free: float = 0.0
    blocked_staffed: float = 0.0
    held_staffed: float = 0.0
    lit: float = 0.0
    down_lit: float = 0.0
    wait: float = 0.0
    waiting: float = 0.0
    starts: float = 0.0
    came: float = 0.0
    waited: float = 0.0
    finished: float = 0.0
    passed: float = 0.0
    lost: float = 0.0
    failures: float = 0.0

    def since(self, before: Tally) -> Tally:
        """What has been added to *before*."""
        return Tally(*(getattr(self, of.name) - getattr(before, of.name) for of in fields(self)))


def tally(station: Station, now_min: float) -> Tally:
    """Sums of *station* until *now_min*, with what is under way."""
    staffed = station.staffed_until(now_min)
    up = [server for server in station.servers if not server.down]
    down = [server for server in station.servers if server.down]
    blocked = [server for server in up if server.state == BLOCKED]
    held = [server for server in up if server.state == HELD]
    setting_up = sum(now_min - s.started_min for s in station.at_work() if s.setting_up)
    before = station.blocked_before.area_until(now_min) if isinstance(station, SpecialStation) else 0.0
    under_way = sum(len(s.others) + 1 for s in station.servers if s.unit is not None and s.state != BLOCKED)
    finished = station.starts - under_way
    found = Tally(
        working=station.working_until(now_min),
        set_up=station.set_up_min + setting_up,
        blocked=station.blocked_min + sum(now_min - server.since_min for server in blocked),
        held=station.held_min + sum(now_min - server.since_min for server in held),
        down=station.down_min + sum(now_min - server.since_min for server in down),
        free=station.free_min + sum(now_min - server.since_min for server in up if server.state == FREE),
        blocked_staffed=station.blocked_staffed_min + sum(staffed - server.since for server in blocked) + before,
        held_staffed=station.held_staffed_min + sum(staffed - server.since for server in held),
        lit=station.lit.area_until(now_min),
        down_lit=station.down_on_until(now_min),
        wait=station.wait_min,
        waiting=station.wait_min + sum(now_min - unit.since_min for unit in station.waiting()),
        starts=station.starts,
        came=station.came,
        waited=station.waited,
        finished=finished,
        passed=finished - station.router.failed - station.router.scrapped,
        lost=station.lost_units + station.turned_away,
        failures=station.failures,
    )
    return _slotted(station, found, now_min) if isinstance(station, SlottedStation) else found


def _slotted(station: SlottedStation, found: Tally, now_min: float) -> Tally:
    """Sums of a slotted *station*: slots, each of one state; one that is down draws the power of an idle one."""
    minutes = station.minutes_until(now_min)
    return replace(
        found,
        working=minutes["working"],
        blocked=minutes["blocked"],
        blocked_staffed=minutes["blocked"],
        down=minutes["down"],
        free=minutes["starved"],
    )


def energy_kwh(station: Station, spent: Tally) -> dict[str, float]:
    """Energy of *station* by state [kWh] for the time *spent*: power of a state x time in it.

    Machines that are switched on and neither work nor are set up nor down draw the power of an idle one.
    """
    spec = station.spec
    if spec.servers is None:
        minutes_kw = {"set_up": spent.set_up * spec.power_set_up_kw, "working": spent.working * spec.working_kw}
        return {state: value / 60.0 for state, value in minutes_kw.items()}
    everything = spent.working + spent.set_up + spent.blocked + spent.held + spent.down + spent.free
    idle = spent.lit - spent.working - spent.set_up - spent.down_lit
    minutes_kw = {
        "off": (everything - spent.lit) * spec.off_kw,
        "idle": idle * spec.idle_kw,
        "set_up": spent.set_up * spec.power_set_up_kw,
        "working": spent.working * spec.working_kw,
        "down": spent.down_lit * spec.power_down_kw,
    }
    return {state: value / 60.0 for state, value in minutes_kw.items()}


def shares(station: Station, spent: Tally, minutes: float) -> Shares:
    """Shares of *station*'s time from what was *spent* in *minutes*."""
    came, finished = max(spent.came, 1.0), max(spent.finished, 1.0)
    offered = spent.came + spent.lost
    common = {
        "wait_h": spent.wait / came / 60.0,
        "queue": spent.waiting / minutes,
        "prob_wait": spent.waited / came,
        "throughput_per_h": spent.finished / minutes * 60.0,
        "lost_fraction": spent.lost / offered if offered else 0.0,
        "failures_per_h": spent.failures / minutes * 60.0,
        "first_pass": spent.passed / finished if spent.finished else 1.0,
    }
    kwh = energy_kwh(station, spent)
    if station.spec.servers is None:
        return Shares(spent.working / minutes, blocked=0.0, starved=0.0, down=0.0, kwh=kwh, **common)
    whole = station.spec.servers * minutes
    at_rest = max(0.0, whole - spent.working - spent.set_up - spent.down - spent.blocked_staffed - spent.held_staffed)
    off = min(at_rest, max(0.0, whole - spent.lit))
    return Shares(
        utilisation=spent.working / whole,
        blocked=spent.blocked_staffed / whole,
        starved=(at_rest - off) / whole,
        down=spent.down / whole,
        set_up=spent.set_up / whole,
        held=spent.held_staffed / whole,
        off=off / whole,
        kwh=kwh,
        **common,
    )


def burn_in_tally(area: BurnInArea, now_min: float) -> Tally:
    """Sums of the slots: working is burning, blocked is waiting for unloading, free is a slot that stands empty."""
    slots = sum(rack.slots for rack in area.racks)
    finite = slots < float("inf")
    runs_over = area.started - len(area.burning) - (0 if area.pauses is None else len(area.pauses.dark))
    return Tally(
        working=area.lit.area_until(now_min),
        blocked_staffed=area.finished.area_until(now_min),
        down=sum(rack.down_until(now_min) * rack.slots for rack in area.racks) if finite else 0.0,
        free=slots * now_min - area.occupied.area_until(now_min) if finite else 0.0,
        held=area.occupied.area_until(now_min) - area.lit.area_until(now_min) - area.finished.area_until(now_min),
        wait=area.door_wait_min,
        waiting=area.door_wait_min + sum(now_min - unit.since_min for unit in area.door),
        starts=area.loads_begun,
        came=area.loads_begun,
        waited=area.waited,
        finished=runs_over,
        passed=runs_over - area.failed_runs,
        failures=sum(rack.failures for rack in area.racks),
    )


def burn_in_shares(spent: Tally, slots: float, minutes: float, kwh: float) -> Shares:
    """Shares of all slot time, from what was *spent* in *minutes*; held is loaded but dark. Down overlaps the others:
    what burns in a rack that is down burns on."""
    whole = slots * minutes
    return Shares(
        utilisation=spent.working / whole,
        wait_h=spent.wait / spent.starts / 60.0 if spent.starts else 0.0,
        queue=spent.waiting / minutes,
        blocked=spent.blocked_staffed / whole,
        starved=spent.free / whole,
        down=spent.down / whole,
        held=spent.held / whole,
        prob_wait=spent.waited / max(spent.came, 1.0),
        throughput_per_h=spent.finished / minutes * 60.0,
        failures_per_h=spent.failures / minutes * 60.0,
        first_pass=spent.passed / spent.finished if spent.finished else 1.0,
        kwh={"working": kwh},
    )
