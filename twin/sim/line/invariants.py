"""What must hold at the end of every run, whatever the line: nothing appears, nothing is lost, nothing leaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.sim.line.server import BLOCKED, FREE, HELD
from twin.sim.line.slotted import SlottedStation
from twin.sim.line.statistics import energy_kwh, tally

if TYPE_CHECKING:
    from twin.sim.line.network import Network
    from twin.sim.line.operators import Operators
    from twin.sim.line.racks import BurnInArea
    from twin.sim.line.station import Station
    from twin.sim.line.unit import Unit

_RELATIVE = 1e-9


def check(network: Network, end_min: float) -> None:
    """Raise `RuntimeError` with everything that does not add up in *network* at *end_min*.

    Units: released = exits + scrap + lost + parts that went into others + inside. Little's law: the integral of work
    in process = the times that units have spent in the plant. Energy: integrated at changes of power = sum over states
    of power x time. Time: every minute of every machine is booked once. Slots, power and attention: taken by those who
    are there, and by nobody else.
    """
    wrong = [message for station in network.stations for message in _station(station, end_min)]
    inside = _inside(network)
    if network.area is not None:
        wrong += _area(network.area, end_min)
    gone = sum(sink.count for sink in (network.shipped, network.scrapped, network.lost))
    released = sum(source.released for source in network.sources)
    if released != gone + network.absorbed + len(inside):
        wrong.append(
            f"{released} units released, but {gone} left, {network.absorbed} went into others, {len(inside)} are inside"
        )
    if round(network.wip.value) != len(inside):
        wrong.append(f"the level of work in process is {network.wip.value}, but {len(inside)} units are inside")
    wrong += _little(network, inside, end_min)
    for pool in network.all_pools():
        wrong += _seats(pool)
    wrong += _loops(network, inside)
    wrong += _promises(network)
    wrong += _line_energy(network, end_min)
    if wrong:
        raise RuntimeError("the simulation does not add up: " + "; ".join(wrong))


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > _RELATIVE * max(abs(one), abs(other), 1.0)


def _inside(network: Network) -> list[Unit]:
    """Every unit in the plant, found where it is."""
    found = [unit for station in network.stations for unit in _units_at(station)]
    return found if network.area is None else found + _units_in(network.area)


def _units_at(station: Station) -> list[Unit]:
    units = list(station.waiting())
    for server in station.servers:
        leaving = [unit for unit, _ in server.leaving]
        if leaving:
            units += leaving
        elif server.unit is not None:
            units += [server.unit, *server.others]
    return units


def _units_in(area: BurnInArea) -> list[Unit]:
    return [*area.door, *area.ready, *area.burning, *_dark(area), *area.done, *area.hands.holding()]


def _dark(area: BurnInArea) -> list[Unit]:
    """Units that are paused in their run."""
    return [] if area.pauses is None else list(area.pauses.dark)


def _little(network: Network, inside: list[Unit], end_min: float) -> list[str]:
    """Little's law, exactly: L x T = sum of times in the plant, of those who left, were built in, and are inside."""
    spent = sum(sink.cycle_min for sink in (network.shipped, network.scrapped, network.lost)) + network.absorbed_min
    spent += sum(end_min - unit.entered_min for unit in inside)
    level = network.wip.area_until(end_min)
    if _differ(level, spent):
        return [f"work in process adds up to {level} unit-minutes, the times in the plant to {spent}"]
    return []


def _station(station: Station, end_min: float) -> list[str]:
    states = [server.state for server in station.servers]
    wrong = []
    if any((server.unit is None) != (server.state == FREE) for server in station.servers):
        wrong.append(f"{station.name}: a free server holds a unit, or a busy one none")
    idle = sum(server.state == FREE and not server.down for server in station.servers)
    if idle != len(station.free):
        wrong.append(f"{station.name}: {idle} servers are idle, but {len(station.free)} are listed")
    down = sum(server.down and server.state != BLOCKED for server in station.servers)
    active = len(station.at_work()) + states.count(BLOCKED) + down
    if active != station.active:
        wrong.append(f"{station.name}: {active} servers are active, but {station.active} are counted")
    if states.count(HELD) != sum(server.down for server in station.servers if server.state == HELD) + len(station.held):
        wrong.append(f"{station.name}: suspended jobs are lost")
    return wrong + _time(station, end_min)


def _time(station: Station, end_min: float) -> list[str]:
    """Every minute of every server is booked to one state."""
    if station.spec.servers is None:
        return []
    spent = tally(station, end_min)
    booked = spent.working + spent.set_up + spent.blocked + spent.held + spent.down + spent.free
    whole = station.spec.servers * end_min
    if _differ(booked, whole):
        return [f"{station.name}: {booked} server-minutes are booked, but {whole} have passed"]
    return []


def _seats(pool: Operators) -> list[str]:
    taken = sum(
        pool.seats(station.spec.attends_at_once, station.spec.people_per_job)
        for station in pool.stations
        for server in station.at_work()
        if server.pool is pool
    )
    taken += pool.units_per_person * len(pool.repairs)
    if pool.capacity - pool.free != taken:
        return [f"{pool.name}: {taken} units of attention are in use, but {pool.capacity - pool.free} are taken"]
    return []


def _loops(network: Network, inside: list[Unit]) -> list[str]:
    wrong = []
    for loop in network.loops:
        held = sum(unit.carriers is not None and loop in unit.carriers for unit in inside)
        if held + loop.free != loop.count:
            wrong.append(f"{loop.name}: {held} carriers are with units and {loop.free} are free, of {loop.count}")
    return wrong


def _promises(network: Network) -> list[str]:
    """Every place that is promised is promised to a unit that is under way."""
    promised: dict[str, int] = {}
    for station in network.stations:
        for server in station.servers:
            if server.reserved is not None and server.reserved is not station:
                promised[server.reserved.name] = promised.get(server.reserved.name, 0) + 1
        if isinstance(station, SlottedStation):
            for name in station.promised():
                promised[name] = promised.get(name, 0) + 1
    return [
        f"{station.name}: {station.reserved} places are promised, to {promised.get(station.name, 0)} units"
        for station in network.stations
        if station.reserved != promised.get(station.name, 0)
    ]


def _area(area: BurnInArea, end_min: float) -> list[str]:
    in_run = [*area.burning, *_dark(area)]
    holding = [*area.ready, *in_run, *area.done, *area.hands.holding()]
    wrong = []
    for rack in area.racks:
        taken = sum(unit.slot is not None and unit.slot.rack is rack for unit in holding)
        if taken != rack.occupied or rack.occupied > rack.slots:
            wrong.append(
                f"rack {rack.number}: {taken} units hold a slot, but {rack.occupied} of {rack.slots} are taken"
            )
        if rack.burning != sum(unit.slot is not None and unit.slot.rack is rack for unit in in_run):
            wrong.append(f"rack {rack.number}: {rack.burning} burning units are counted wrongly")
    for zone in area.zones:
        wanted = sum(
            area.power_kw[unit.product] for unit in in_run if unit.slot is not None and unit.slot.rack.zone is zone
        )
        if _differ(zone.reserved_kw, wanted) or zone.reserved_kw > zone.rated_kw * (1 + _RELATIVE):
            wrong.append(f"zone {zone.number}: {zone.reserved_kw} kW are reserved, {wanted} kW by those who run")
    of_zones, of_meter = sum(zone.kw.area_until(end_min) for zone in area.zones) / 60.0, area.meter.kwh_until(end_min)
    if _differ(of_zones, of_meter):
        wrong.append(f"burn-in: {of_meter} kWh on the meter, but {of_zones} kWh in the zones")
    return wrong


def _line_energy(network: Network, end_min: float) -> list[str]:
    at_changes = network.meter.kwh_until(end_min)
    by_state = sum(sum(energy_kwh(station, tally(station, end_min)).values()) for station in network.stations)
    if _differ(at_changes, by_state):
        return [f"line: {at_changes} kWh at the changes of power, but {by_state} kWh in the states of the machines"]
    return []
