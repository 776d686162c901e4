"""Any line, run to its steady state: the document that `twin line` prints."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, nan
from pathlib import Path
from typing import Any

import numpy as np

from sites.errors import InputError, Problem
from sites.figures import read_toml
from sites.validation import Strict, validated
from twin.model.line import BurnIn, Line
from twin.model.plant import Plant
from twin.sim.executor import run_tasks
from twin.sim.line.network import Controls, Network
from twin.sim.line.racks import DOOR
from twin.sim.line.shifts import Staffing
from twin.sim.line.statistics import Shares, burn_in_shares, burn_in_tally, shares, tally, totals
from twin.sim.line.streams import Streams
from twin.sim.replicate import half_width


class BurningProduct(Strict):
    """A product as far as a line needs it: *power_kw* while it burns. What else a plant file says is read over."""

    name: str = "unit"
    power_kw: float
    hash_rate_th_per_s: float | None = None
    value_usd: float | None = None
    air_temperature_rise_k: float | None = None
    inlet_limit_c: float | None = None


class LineFile(Strict):
    """A plant file with a line, and perhaps its burn-in, but without the rest of the plant."""

    name: str = "line"
    line: Line
    burn_in: BurnIn | None = None
    products: tuple[BurningProduct, ...] = ()

    @property
    def power_kw(self) -> float:
        """Power [kW] of the first product."""
        return self.products[0].power_kw if self.products else 0.0


@dataclass(frozen=True, slots=True)
class LineTask:
    """One run of a line: *hours* after *warmup_h*; without *staffing* everybody is always there."""

    file: LineFile
    hours: float
    warmup_h: float
    seed: int
    replication: int
    staffing: Staffing | None = None


@dataclass(frozen=True, slots=True)
class LineRun:
    """What one run showed: *stations* by name, and the whole line *by_name*."""

    stations: dict[str, Shares]
    whole: dict[str, float]


def read_line(file: Path) -> LineFile:
    """Read the line of a whole plant *file*, or of one that has only a line; raises `InputError` with every problem."""
    data, _ = read_toml(file)
    if set(data) <= set(LineFile.model_fields):
        read = validated(LineFile, data, file.name)
        if read.burn_in is not None and not read.products:
            raise InputError(Problem(f"{file.name}: products", "burn-in of no product", "add one with its power_kw"))
        return read
    plant = validated(Plant, data, file.name)
    products = tuple(BurningProduct(name=p.name, power_kw=p.power_kw) for p in plant.products)
    return LineFile(name=plant.name, line=plant.line, burn_in=plant.burn_in, products=products)


def run_line(task: LineTask) -> LineRun:
    """Run one *task*."""
    spec = task.file
    begin, end = task.warmup_h * 60, (task.warmup_h + task.hours) * 60
    racks = spec.burn_in.racks if spec.burn_in is not None else None
    controls = Controls(staffing=task.staffing, racks=racks, loaders=True)
    streams = Streams(task.seed, task.replication)
    network = Network(spec.line, spec.burn_in, spec.power_kw, ceil(end / 60), controls, streams)
    network.start()
    if begin > 0:
        network.run_until(begin)
    area = network.area
    stations_before = [tally(station, begin) for station in network.stations]
    area_before = None if area is None else burn_in_tally(area, begin)
    before = totals(network, begin)
    network.run_until(end)
    minutes = end - begin
    found = {
        station.name: shares(tally(station, end).since(earlier), station.spec.servers, minutes)
        for station, earlier in zip(network.stations, stations_before, strict=True)
    }
    if area is not None and area_before is not None:
        slots = sum(rack.slots for rack in area.racks)
        found[DOOR] = burn_in_shares(burn_in_tally(area, end).since(area_before), slots, minutes)
    spent = totals(network, end).since(before)
    network.close(end)
    whole = {
        "throughput_per_h": spent.shipped / task.hours,
        "wip": spent.wip / minutes,
        "cycle_time_h": spent.cycle / spent.shipped / 60 if spent.shipped else nan,
        "power_kw": spent.kwh / task.hours,
        "scrapped_per_h": spent.scrapped / task.hours,
        "turned_away_share": spent.turned_away / spent.arrived if spent.arrived else 0.0,
    }
    return LineRun(found, whole)


def line_document(
    file: Path, hours: float, warmup_h: float, replications: int, seed: int, workers: int
) -> dict[str, Any]:
    """Document of `twin line`: every quantity with its mean over replications and its 95 % half-width.

    Parameters: plant *file*; measured *hours* after *warmup_h* in each of *replications*; *seed*; *workers*, processes.
    Everybody is always there, burn-in operators included. Raises `InputError` for a file or length of no use.
    """
    if hours <= 0 or warmup_h < 0 or replications < 1:
        raise InputError(Problem("line", f"{hours} h after {warmup_h} h, {replications} times", "ask for a longer run"))
    line = read_line(file)
    tasks = [LineTask(line, hours, warmup_h, seed, replication) for replication in range(replications)]
    runs = run_tasks(run_line, tasks, workers)
    stations = {
        name: {
            quantity: _estimate([getattr(run.stations[name], quantity) for run in runs])
            for quantity in Shares.__dataclass_fields__
        }
        for name in runs[0].stations
    }
    whole = {name: _estimate([run.whole[name] for run in runs]) for name in runs[0].whole}
    return {"stations": stations, **whole}


def _estimate(values: list[float]) -> dict[str, float | None]:
    """Mean and half-width; null where a run had nothing to measure (a cycle time when no unit came out)."""
    if not np.isfinite(values).all():
        return {"mean": None, "half_width": None}
    return {"mean": float(np.mean(values)), "half_width": float(half_width(values))}
