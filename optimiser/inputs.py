"""Everything the optimiser is told, as arrays over the year: nothing in here is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from optimiser.banks import Running
from optimiser.hall_inputs import conditioned_design_load, conditioned_load, sun_on_halls
from optimiser.hydro_inputs import HydroInputs, hydro_inputs
from optimiser.own_power import generator_each_kw, solar_kw_per_kw
from optimiser.timegrid import TimeGrid, full_year, representative_weeks
from sites import air
from sites.clock import Calendar
from sites.schema import Site
from sites.stations import DesignConditions
from sites.tariff_rows import TariffRows
from twin.model.contracts import BASE_DESIGN, LineResponse, Weather
from twin.model.plant import Plant
from twin.model.shifts import DAYS
from twin.model.thermal.air_side import air_side
from twin.model.thermal.assembly_hall import HallLoad, hall_load
from twin.model.thermal.burn_in_hall import HallCooling, sealed
from twin.model.thermal.chiller import available_kw_th, full_load_ratio
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.screening import salt_air
from twin.model.thermal.water_cooled_lines import WaterCooledCoefficients, water_cooled_lines

Array = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class DesignPoint:
    """One design condition: the air outside, what the halls may do in it and how much a chiller delivers."""

    label: str
    dry_bulb_c: float
    wet_bulb_c: float
    cooling: HallCooling
    assembly: HallLoad
    chiller_kw_th: float


@dataclass(frozen=True, eq=False)
class LineInputs:
    """What the line can do, hour by hour (8760) and pattern: from the response, for one team.

    *capacity_units_per_h*, *staffed_share*, *people_per_team* (patterns, 8760); *fixed_kw_per_team* likewise;
    *working_days* by month; *weeks* of pay in each labour month.
    """

    capacity_units_per_h: Array
    staffed_share: Array
    fixed_kw_per_team: Array
    kwh_per_unit: float
    return_share: float
    shipped_share: float
    demand_units: Array
    weeks: Array
    open_share: Array


@dataclass(frozen=True, eq=False)
class Inputs:
    """The whole case over the year's 8760 hours.

    *running* holds, in a second pass, how many machines of a bank run in each hour; *below_curves* asks for lines below
    the machines' curves in place of chords above them, for a bound.
    *solar_kw_per_kw*: what one kW of modules delivers; *generator_each_kw*: what one generator can (both None where
    the plant has no entry for them); *generators_running*: how many units run, once a second pass has chosen.
    """

    plant: Plant
    site: Site
    calendar: Calendar
    line: LineInputs | None
    fixed_load_kw: Array | None
    fixed_cooling_kw_th: Array | None
    tariff: TariffRows
    market_usd_per_kwh: Array
    hall: HallCooling
    assembly: HallLoad
    building_kw: Array
    chiller_kw_th: Array
    chiller_ratio: Array
    outdoor_c: Array
    design: tuple[DesignPoint, ...]
    hydro: HydroInputs | None = None
    water_cooled: WaterCooledCoefficients | None = None
    solar_kw_per_kw: Array | None = None
    generator_each_kw: Array | None = None
    generators_running: Counts | None = None
    running: Mapping[str, Running] = field(default_factory=dict)
    below_curves: bool = False

    def running_at(self, bank: str, hours: NDArray[np.int64]) -> Running | None:
        """Whole machines of a *bank* that run in these *hours* of the year; None where their number is free."""
        held = self.running.get(bank)
        if held is None:
            return None
        return Running(held.count[hours], held.constants[:, hours], held.slopes[:, hours])

    def grid(self) -> TimeGrid:
        """Return the grid of the whole year."""
        calendar = self.calendar
        return full_year(calendar.month, calendar.labour_month, calendar.hour_of_week)

    def weeks_grid(self) -> TimeGrid:
        """Return twelve representative weeks, chosen by price, outdoor temperature and hall cooling."""
        calendar = self.calendar
        signals = np.stack([self.tariff.energy_usd_per_kwh, self.outdoor_c, self.hall.air_allowed.astype(float)])
        signals[0] = np.minimum(signals[0], np.quantile(signals[0], 0.99))
        if self.solar_kw_per_kw is not None:
            signals = np.vstack([signals, self.solar_kw_per_kw])
        work = np.ones_like(self.outdoor_c) if self.line is None else self.line.open_share
        return representative_weeks(calendar.month, calendar.labour_month, calendar.hour_of_week, signals, work)


def worked_share(plant: Plant, calendar: Calendar, holidays: NDArray[np.bool_]) -> Array:
    """Share of each hour (patterns, 8760) in which each pattern works, holidays from 06:00 to 06:00 left out."""
    closed = np.repeat(holidays, 24)
    closed = np.roll(closed, 6)
    weekly = np.stack([pattern.staffed_share for pattern in plant.patterns])
    share = weekly[:, calendar.hour_of_week]
    for place, pattern in enumerate(plant.patterns):
        if not pattern.works_holidays:
            share[place, closed] = 0.0
    return np.asarray(share)


def demanded_units(plant: Plant, calendar: Calendar, holidays: NDArray[np.bool_]) -> Array:
    """Good units wanted in each month (12): units a day x working days of the plant that are no *holidays* (365)."""
    working = np.isin(calendar.day_weekday, [DAYS.index(day) for day in plant.demand.working_days]) & ~holidays
    days = np.bincount(calendar.day_month[working], minlength=12).astype(np.float64)
    return np.asarray(plant.demand.units_per_working_day * days)


def line_inputs(
    plant: Plant,
    calendar: Calendar,
    response: LineResponse,
    holidays: NDArray[np.bool_],
    capacity_correction: float = 1.0,
) -> LineInputs:
    """Lay a *response* on the year; *capacity_correction* multiplies its capacity (from an earlier play-back).

    Capacity of one team is that of the whole line shared by its cells: the response is near linear in teams, and
    the play-back corrects the rest. *holidays* are days (365).
    """
    order = [pattern.name for pattern in plant.patterns]
    data = response.data.sel(design=BASE_DESIGN).isel(product=0)
    cells = plant.line.cells
    weekly = data["capacity_units_per_h"].sel(teams=cells, pattern=order).transpose("pattern", "hour_of_week").values
    fixed = data["fixed_kw"].sel(pattern=order).transpose("pattern", "hour_of_week").values
    share = worked_share(plant, calendar, holidays)
    nominal = np.stack([pattern.staffed_share for pattern in plant.patterns])[:, calendar.hour_of_week]
    opened = np.divide(share, nominal, out=np.ones_like(share), where=nominal > 0)
    # units trickle through the door for a while after a shift ends: they follow the pattern's closing, too
    closed = np.repeat(holidays, 24)
    for place, pattern in enumerate(plant.patterns):
        if not pattern.works_holidays:
            opened[place, np.roll(closed, 6)] = 0.0
    starts = calendar.labour_month
    return LineInputs(
        capacity_units_per_h=weekly[:, calendar.hour_of_week] * opened * capacity_correction / cells,
        staffed_share=share,
        fixed_kw_per_team=fixed[:, calendar.hour_of_week] * opened,
        kwh_per_unit=float(data["kwh_per_unit"]),
        return_share=float(data["return_share"]),
        shipped_share=float(data["shipped_share"]),
        demand_units=demanded_units(plant, calendar, holidays),
        weeks=np.array([(starts == month).sum() / 168.0 for month in range(12)]),
        open_share=np.where(np.roll(closed, 6), 0.0, 1.0),
    )


def facility_inputs(
    plant: Plant,
    site: Site,
    calendar: Calendar,
    weather: Weather,
    market_usd_per_kwh: Array,
    tariff: TariffRows,
    design: DesignConditions,
    line: LineInputs | None,
    *,
    fixed_load_kw: Array | None = None,
    fixed_cooling_kw_th: Array | None = None,
) -> Inputs:
    """Compute every hourly coefficient of a case from its *weather*, prices, *tariff* rows and *line*."""
    dry, ratio, pressure = (weather.values(name) for name in ("dry_bulb_c", "humidity_ratio", "pressure_pa"))
    base = plant.assembly_hall
    lit, base_people = _occupied(plant, calendar, line)
    hall = _hall_air(plant, site, dry, weather.values("wet_bulb_c"), ratio, pressure)
    assembly = hall_load(base, dry, ratio, pressure, weather.values("ghi_w_m2"), lit, base_people)
    chiller = plant.equipment.chiller
    points = _design_points(plant, site, design, float(np.mean(pressure)), float(weather.values("ghi_w_m2").max()))
    outdoor = OutdoorAir(dry, weather.values("wet_bulb_c"), ratio, pressure)
    at_design = [OutdoorAir.of_wet_bulb([p.dry_bulb_c], [p.wet_bulb_c], float(np.mean(pressure))) for p in points]
    inputs = Inputs(
        plant=plant,
        site=site,
        calendar=calendar,
        line=line,
        fixed_load_kw=fixed_load_kw,
        fixed_cooling_kw_th=fixed_cooling_kw_th,
        tariff=tariff,
        market_usd_per_kwh=market_usd_per_kwh,
        hall=hall,
        assembly=assembly,
        building_kw=base.lighting_kw * lit + base.base_kw + assembly.humidifier_kw,
        chiller_kw_th=available_kw_th(chiller, dry),
        chiller_ratio=full_load_ratio(chiller, dry),
        outdoor_c=dry,
        design=points,
        solar_kw_per_kw=solar_kw_per_kw(plant, site, calendar, weather),
        generator_each_kw=generator_each_kw(plant, site, dry),
        water_cooled=_water_cooled(
            plant,
            weather,
            points,
            _guessed_load_kw_th(plant, line, hall, assembly, lit, base_people)
            if fixed_cooling_kw_th is None
            else fixed_cooling_kw_th,
        ),
        hydro=hydro_inputs(plant, outdoor, at_design),
    )
    return inputs if line is None or not plant.halls else _with_halls(inputs, line, weather, lit)


def most_of_line(plant: Plant, line: LineInputs) -> tuple[float, float]:
    """Power [kW] and people of the *line* with every cell staffed and busy."""
    busiest = line.capacity_units_per_h.max() * line.kwh_per_unit + line.fixed_kw_per_team.max()
    return plant.line.cells * float(busiest), float(plant.line.cells * plant.line.crew.size)


def _with_halls(inputs: Inputs, line: LineInputs, weather: Weather, lit: Array) -> Inputs:
    """The same case with the plant's conditioned halls in place of the assembly hall: heat, lights, design points."""
    plant = inputs.plant
    sun = sun_on_halls(inputs.site, inputs.calendar, weather)
    most = most_of_line(plant, line)
    load = conditioned_load(plant, sun, weather, inputs.hall, line.staffed_share, lit, *most)
    assert load.conditioned is not None
    pressure_pa = float(weather.values("pressure_pa").mean())
    design = tuple(
        replace(
            point,
            assembly=conditioned_design_load(plant, sun, point.dry_bulb_c, point.wet_bulb_c, pressure_pa),
        )
        for point in inputs.design
    )
    return replace(inputs, assembly=load, building_kw=load.conditioned.halls.building_kw, design=design)


def _guessed_load_kw_th(
    plant: Plant, line: LineInputs | None, hall: HallCooling, assembly: HallLoad, lit: Array, base_people: Array
) -> Array:
    """Chilled water [kW_th] (8760) that a plan without a store would ask for: the line works while lights burn."""
    if line is None:
        return np.zeros_like(lit)
    units = float(line.demand_units.sum()) / line.shipped_share
    line_kw = lit * (units * line.kwh_per_unit / lit.sum() + plant.line.cells * line.fixed_kw_per_team.max())
    people = base_people + lit * plant.line.cells * plant.line.crew.size
    burning_kw = units * (1.0 + line.return_share) * plant.product.power_kw * plant.burn_in.hours / lit.size
    coils = np.where(hall.air_allowed, 0.0, burning_kw)
    return np.asarray(assembly.cooling_kw_th(plant.assembly_hall, line_kw, people) + coils)


def _water_cooled(
    plant: Plant, weather: Weather, points: tuple[DesignPoint, ...], load_kw_th: Array
) -> WaterCooledCoefficients | None:
    """What water-cooled chillers with towers do about such a load in this weather, where the catalogue has them."""
    kit = plant.equipment.water_cooled
    if kit is None:
        return None
    dry, wet, ratio, pressure = (
        weather.values(name) for name in ("dry_bulb_c", "wet_bulb_c", "humidity_ratio", "pressure_pa")
    )
    outdoor = OutdoorAir(dry, wet, ratio, pressure)
    pressure_pa = float(outdoor.pressure_pa.mean())
    at_design = [OutdoorAir.of_wet_bulb(point.dry_bulb_c, point.wet_bulb_c, pressure_pa) for point in points]
    return water_cooled_lines(kit, outdoor, at_design, load_kw_th)


def _hall_air(
    plant: Plant, site: Site, dry_bulb_c: Array, wet_bulb_c: Array, humidity_ratio: Array, pressure_pa: Array
) -> HallCooling:
    """What open air and pads can do in the burn-in hall; nothing in salt air, where the hall is sealed."""
    outdoors = OutdoorAir(dry_bulb_c, wet_bulb_c, humidity_ratio, pressure_pa)
    cooling = air_side(plant.burn_in_hall, plant.product, outdoors).hall_cooling()
    if salt_air(plant.burn_in_hall, site.place.distance_to_sea_km).problems:
        return sealed(cooling)
    return cooling


def _occupied(plant: Plant, calendar: Calendar, line: LineInputs | None) -> tuple[Array, Array]:
    """Lights and indirect people (8760): lights whenever any day-shift pattern or the base pattern is open."""
    names = [pattern.name for pattern in plant.patterns]
    place = names.index(plant.assembly_hall.people_base_pattern)
    if line is None:
        share = plant.patterns[place].staffed_share[calendar.hour_of_week]
        return share, plant.assembly_hall.people_base * share
    # lights burn on working days from the first shift to the end of the second; a fixed rule, outside the plan
    share = np.maximum(line.staffed_share[place], line.open_share * ((calendar.hour >= 6) & (calendar.hour < 22)))
    weekday = np.where(calendar.weekday < 5, 1.0, 0.0)
    return share * weekday, plant.assembly_hall.people_base * line.staffed_share[place]


def _design_points(
    plant: Plant, site: Site, design: DesignConditions, pressure_pa: float, ghi_w_m2: float
) -> tuple[DesignPoint, ...]:
    """The 0.4 % dry bulb, wet bulb and dew point with their coincident values: what equipment is sized for."""
    hottest = design.cooling_0_4_dry_bulb_c
    air_points = [
        ("0.4 % dry bulb", hottest, design.cooling_0_4_coincident_wet_bulb_c),
        ("0.4 % wet bulb", design.evaporation_0_4_coincident_dry_bulb_c, design.evaporation_0_4_wet_bulb_c),
    ]
    points = []
    for label, dry_c, wet_c in air_points:
        if dry_c is None or wet_c is None:
            continue
        points.append(_design_point(plant, site, label, dry_c, wet_c, pressure_pa, ghi_w_m2))
    dew_c, with_c = design.dehumidification_0_4_dew_point_c, design.dehumidification_0_4_coincident_dry_bulb_c
    if with_c is not None:
        ratio = air.humidity_ratio_from_dew_point(np.array([dew_c]), np.array([pressure_pa]))
        wet = air.wet_bulb_c(np.array([with_c]), ratio, np.array([pressure_pa]))
        points.append(_design_point(plant, site, "0.4 % dew point", with_c, float(wet[0]), pressure_pa, ghi_w_m2))
    return tuple(points)


def _design_point(
    plant: Plant, site: Site, label: str, dry_c: float, wet_c: float, pressure_pa: float, ghi_w_m2: float
) -> DesignPoint:
    dry, wet, pressure = np.array([dry_c]), np.array([wet_c]), np.array([pressure_pa])
    ratio = air.humidity_ratio_from_wet_bulb(dry, wet, pressure)
    people = np.array([plant.assembly_hall.people_base])
    return DesignPoint(
        label,
        dry_c,
        wet_c,
        _hall_air(plant, site, dry, wet, ratio, pressure),
        hall_load(plant.assembly_hall, dry, ratio, pressure, np.array([ghi_w_m2]), np.ones(1), people),
        float(available_kw_th(plant.equipment.chiller, dry)[0]),
    )


def condition(plant: Plant, site: Site, label: str, dry_c: float, wet_c: float, weather: Weather) -> DesignPoint:
    """What the halls may do and a chiller delivers in outdoor air of *dry_c* and *wet_c* [C], in full sun."""
    pressure_pa, ghi_w_m2 = float(weather.values("pressure_pa").mean()), float(weather.values("ghi_w_m2").max())
    return _design_point(plant, site, label, dry_c, wet_c, pressure_pa, ghi_w_m2)
