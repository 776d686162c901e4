"""All counters of a line at one moment, and samples of its state: two readings make a measurement."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from twin.sim.line.operators import Operators
from twin.sim.line.special import SpecialStation
from twin.sim.line.statistics import Tally, burn_in_tally, energy_kwh, tally
from twin.sim.line.streams import Streams
from twin.sim.line.timer import MINUTES_PER_HOUR, late

if TYPE_CHECKING:
    from twin.sim.line.network import Network

SAMPLES_PER_H = 10
QUANTILES = {"p5": 0.05, "p50": 0.5, "p95": 0.95, "p99": 0.99, "p99_9": 0.999}
Sums = dict[str, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """Running sums at a moment: *stations* and burn-in *door*; *totals* of the line; units by *products*; minutes of
    *people* there and *busy*, by group; carrier-minutes; kW-minutes and slot-minutes of *racks* and *zones*, whose
    peaks are since the beginning."""

    stations: dict[str, Tally]
    door: Tally | None
    totals: Sums
    products: Sums
    people: Sums
    busy: Sums
    carriers: Sums
    racks: dict[str, Sums]
    zones: dict[str, Sums]
    rack_peaks: dict[str, Sums]
    zone_peaks: dict[str, Sums]


def added(before: Mapping[str, float], after: Mapping[str, float]) -> Sums:
    """What has been added to *before*, key by key."""
    return {key: after[key] - before[key] for key in after}


def read(network: Network, now_min: float) -> Reading:
    """Read *network* at *now_min*."""
    stations = {station.name: tally(station, now_min) for station in network.stations}
    pools = network.all_pools()
    area = network.area
    racks, zones = (area.racks, area.zones) if area is not None else ([], [])
    return Reading(
        stations=stations,
        door=None if area is None else burn_in_tally(area, now_min),
        totals=_totals(network, stations, now_min),
        products={name: float(made) for name, made in zip(network.products, network.shipped.by_product, strict=True)},
        people={pool.name: pool.there.area_until(now_min) for pool in pools},
        busy={pool.name: _busy_min(pool, now_min) for pool in pools},
        carriers={loop.name: loop.in_use.area_until(now_min) for loop in network.loops},
        racks={f"rack {rack.number}": _sums(rack, now_min) for rack in racks},
        zones={f"zone {zone.number}": _sums(zone, now_min) for zone in zones},
        rack_peaks={f"rack {rack.number}": _peaks(rack) for rack in racks},
        zone_peaks={f"zone {zone.number}": _peaks(zone) for zone in zones},
    )


def _sums(place: Any, now_min: float) -> Sums:
    return {"power_kw": place.kw.area_until(now_min), "occupied": place.occupancy.area_until(now_min)}


def _peaks(place: Any) -> Sums:
    return {"peak_kw": place.kw.most, "most_occupied": place.occupancy.most}


def _totals(network: Network, stations: Mapping[str, Tally], now_min: float) -> Sums:
    burn_in_kwh = network.burn_meter.kwh_until(now_min)
    heat_kwh = sum(
        station.spec.heat_fraction * sum(energy_kwh(station, stations[station.name]).values())
        for station in network.stations
    )
    return {
        "shipped": float(network.shipped.count),
        "cycle": network.shipped.cycle_min,
        "scrapped": float(network.scrapped.count),
        "lost": float(network.lost.count),
        "arrived": float(sum(source.arrived for source in network.sources)),
        "turned_away": float(sum(source.turned_away for source in network.sources)),
        "wip": network.wip.area_until(now_min),
        "kwh": network.meter.kwh_until(now_min) + burn_in_kwh,
        "burn_in_kwh": burn_in_kwh,
        "heat_kwh": heat_kwh + burn_in_kwh,
    }


def _busy_min(pool: Operators, now_min: float) -> float:
    """Person-minutes at work: of stations that only this group serves from their work, of the others as booked."""
    units = pool.other_busy.area_until(now_min)
    for station in pool.stations:
        if not isinstance(station, SpecialStation):
            units += station.working_until(now_min) * station.seats
    return units / pool.units_per_person


class Samples:
    """Work in process and power at random moments, ten an hour, one in each tenth: what distributions are read from.

    A moment is drawn within its tenth, so that a line with a beat of its own is not always met at the same beat.
    """

    __slots__ = ("_draws", "_from_min", "_network", "kw", "wip")

    def __init__(self, network: Network, from_min: float, streams: Streams) -> None:
        self._network, self._from_min = network, from_min
        self._draws = streams.uniform("samples", "moment")
        self.wip: list[float] = []
        self.kw: list[float] = []
        network.env.process(self._take())

    def _take(self) -> Generator[Any, Any, None]:
        network, env = self._network, self._network.env
        step = MINUTES_PER_HOUR / SAMPLES_PER_H
        number = int(self._from_min / step)
        while True:
            moment = (number + self._draws.at(number)) * step
            number += 1
            if moment < max(env.now, self._from_min):
                continue
            yield late(env, moment - env.now)
            self.wip.append(network.wip.value)
            kw = network.meter.kw + network.burn_meter.kw
            self.kw.append(round(kw, 9) + 0.0)  # without the dust of sums that end at nil

    def summary(self) -> Sums:
        """Standard deviation and quantiles of work in process and of power [kW]."""
        found: Sums = {}
        for name, values in (("wip", self.wip), ("power", self.kw)):
            unit = "_kw" if name == "power" else ""
            seen = values or [nan]  # a run of minutes may have no sample
            found[f"{name}_sd{unit}"] = float(np.std(seen))
            found |= {
                f"{name}_{key}{unit}": float(np.quantile(seen, share, method="inverted_cdf"))
                for key, share in QUANTILES.items()
            }
        return found
