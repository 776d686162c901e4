"""What no plan can do, by hand on the starter plant in Dallas: numbers, keys and cures, all at once."""

from dataclasses import replace

import numpy as np
import pytest

from optimiser.feasible import best_line, best_rate_per_h, check_feasible, coil_inlet
from optimiser.inputs import demanded_units, facility_inputs
from sites import air
from sites.clock import Calendar
from sites.errors import InfeasibleError
from sites.holidays import federal_holidays
from sites.prices import price_year
from sites.schema import read_site
from sites.stations import design_conditions
from sites.tariff_rows import tariff_rows
from sites.weather import weather_year
from twin.model.contracts import Weather
from twin.model.equipment.generators import Generators
from twin.model.plant import read_plant

STARTER, _ = read_plant()
TEXAS = read_site("texas").site
CALENDAR = Calendar(2026, -6.0, "America/Chicago")
HOLIDAYS = np.isin(CALENDAR.day_dates, np.array(list(federal_holidays(2026)), dtype="datetime64[D]"))
WEATHER = Weather(weather_year(TEXAS.place.station, calendar=CALENDAR))


@pytest.fixture(scope="module")
def energy_rows():
    """Rows of a plain energy price: no check looks at prices."""
    price = price_year(CALENDAR, source_year=2025, dry_bulb_c=WEATHER.values("dry_bulb_c"))
    tariff = TEXAS.tariff.model_copy(update={"coincident": ()})
    return tariff_rows(tariff, CALENDAR, price_usd_per_kwh=price["energy_usd_per_kwh"].values)


@pytest.fixture
def told(energy_rows, tiny):
    """The problems of the starter plant with dotted keys changed, its line at its best or with a fixed load."""

    def of(changes, *, fixed_load_kw=None, line=None, site=TEXAS):
        plant = tiny.changed(STARTER, changes)
        best = best_line(plant, CALENDAR, HOLIDAYS) if fixed_load_kw is None else None
        inputs = facility_inputs(
            plant,
            site,
            CALENDAR,
            WEATHER,
            np.zeros(8760),
            energy_rows,
            design_conditions(site.place.station),
            best,
            fixed_load_kw=fixed_load_kw,
        )
        if line is not None:
            inputs = replace(inputs, line=replace(inputs.line, **line))
        try:
            check_feasible(inputs, "my.toml")
        except InfeasibleError as error:
            return [str(problem) for problem in error.problems]
        return []

    return of


def test_what_is_shipped_is_possible(told):
    """Proves: the starter plant passes every check, with 900 units a day and 32 racks, too.
    Sensitivity: a check that is not a bound would refuse plans that exist."""
    assert told({}) == []
    assert told({"demand.units_per_working_day": 900.0, "burn_in.most_racks": 32}) == []


def test_the_best_line_by_hand(tiny):
    """Proves: chassis assembly sets the pace: 8 servers of 11 min pass 8 x 60 / 11 = 43.6 units/h; functional test has
    16 servers of 18 min but 8 testers at 7 each, so 53.3; 250 working days of 500 units are 125,000 a year.
    Sensitivity: people of a cell counted for the whole line would pass 5.5 units/h, and refuse what can be made."""
    assert best_rate_per_h(STARTER) == pytest.approx(43.636, abs=0.001)
    assert demanded_units(STARTER, CALENDAR, HOLIDAYS).sum() == 125_000
    weekend = tiny.changed(STARTER, {"demand.working_days": ("Sat", "Sun")})
    assert demanded_units(weekend, CALENDAR, HOLIDAYS).sum() == 500 * 104  # 4 July 2026 is kept on Friday, the 3rd


def test_a_demand_out_of_reach_names_every_limit_at_once(told):
    """Proves: 50,000 a day, 12.5 million a year, are beyond line, racks, crews, modules and service: five problems.
    24 racks x 36 slots x 0.998 x 8760 / 12 h = 629,461 burn-ins; 50,000 x that / 12.5 million: at most 2,517 a day.
    Sensitivity: told one by one, five runs would be needed to learn what a larger plant asks for."""
    problems = told({"demand.units_per_working_day": 50_000.0})
    assert [problem.split(": ")[1] for problem in problems] == [
        "demand.units_per_working_day",
        "demand.units_per_working_day",
        "demand.units_per_working_day",
        "equipment.ventilation.most_modules",
        "equipment.transformers.sizes_kva",
    ]
    assert "value 50000: 12,500,000 good units a year are wanted" in problems[0]
    assert "24 of 36 slots hold 629,461 at best -> give at most 2,517, or a burn_in.most_racks of 477" in problems[1]


def test_a_response_tells_more_than_the_best_line(told):
    """Proves: a line of 8 cells that passes 1 unit/h on every pattern in every hour makes 8,760 x 0.5 good units where
    half are scrapped: 125,000 are refused, and 17 a day would do (500 x 4,380 / 125,000 = 17.52).
    Sensitivity: with the scrap left out, 35 a day would be promised."""
    slow = {"capacity_units_per_h": np.full((len(STARTER.patterns), 8760), 1 / 8), "shipped_share": 0.5}
    (problem,) = [each for each in told({}, line=slow) if "cells" in each]
    assert "make 4,380 at best, each month on its most productive pattern" in problem
    assert "give at most 17, or a larger line.cells" in problem


@pytest.mark.parametrize(
    ("changes", "key", "part"),
    [
        ({"equipment.ventilation.most_modules": 2}, "equipment.ventilation.most_modules", "value 2: 200 kW_th"),
        ({"burn_in.most_racks": 4}, "demand.units_per_working_day", "most_racks 4 of 36 slots hold 104,910"),
        ({"labour.most_burn_in_crews": 1, "burn_in.load_min": 60.0}, "demand.units_per_working_day", "of 2 people"),
        ({"equipment.transformers.sizes_kva": (300.0,) * 5}, "equipment.transformers.sizes_kva", "carries 570 kW"),
        ({"burn_in_hall.dew_point_limit_c": -10.0}, "burn_in_hall.dew_point_limit_c", "reach 8 C dew point at best"),
        ({"burn_in_hall.inlet_limit_c": 8.0}, "burn_in_hall.inlet_limit_c", "reach 9.744 C at best"),
        ({"burn_in_hall.wbgt_limit_c": 5.0}, "burn_in_hall.wbgt_limit_c", "give 9.09 or more"),
        ({"burn_in_hall.relative_humidity_limit": 0.1}, "burn_in_hall.relative_humidity_limit", "give a higher limit"),
        ({"equipment.chiller.supply_c": 26.0}, "assembly_hall.temperature_c", "chilled water of 26 C cannot hold it"),
        ({"assembly_hall.relative_humidity_high": 0.35}, "assembly_hall.relative_humidity_high", "7.6 C, to which"),
    ],
)
def test_each_limit_is_told_with_its_key_and_numbers(told, changes, key, part):
    """Proves: each limit by itself is told at its key with the numbers behind it.

    By hand: two modules of 100 kW; 4 racks x 36 slots x 0.998 x 8760 h / 12 h; three transformers of 300 kVA with one
    out are 600 x 0.95 kW; water of 8 C, warmed by 0.1 / 0.9 x 15.7 = 1.744 K of exhaust, gives an inlet of 9.744 C.
    Sensitivity: "infeasible" alone would leave two hundred numbers to try."""
    problems = told(changes)
    assert any(problem.startswith(f"my.toml: {key}: value ") and part in problem for problem in problems), problems


def test_limits_that_coils_hold_are_no_reason_to_refuse(told):
    """Proves: a dew point of 9 C is broken by Dallas's air in half the year but held by coils on water of 8 C.
    Sensitivity: a check of open air and pads alone would refuse every humid place."""
    assert told({"burn_in_hall.dew_point_limit_c": 9.0}) == []
    humid, sea_level = np.array([0.015]), np.array([101_325.0])
    state = coil_inlet(STARTER, STARTER.burn_in_hall, humid, sea_level)
    assert bool(state.allowed[0])
    assert float(state.dew_point_c[0]) == pytest.approx(8.0, abs=0.01)


def test_coils_do_not_moisten_dry_air():
    """Proves: where outdoor air has a dew point of 2 C, coils on water of 8 C give an inlet of that dew point, within a
    limit of 5 C that the same coils could not hold in humid air.
    Sensitivity: coil air taken as saturated at 8 C would refuse a hot desert, where coils do what pads may not."""
    sea_level = np.array([101_325.0])
    dry = air.humidity_ratio_from_dew_point(np.array([2.0]), sea_level)
    hall = STARTER.burn_in_hall.model_copy(update={"dew_point_limit_c": 5.0})
    state = coil_inlet(STARTER, hall, dry, sea_level)
    assert float(state.dew_point_c[0]) == pytest.approx(2.0, abs=0.01)
    assert bool(state.allowed[0])
    assert not coil_inlet(STARTER, hall, np.array([0.015]), sea_level).allowed[0]


def test_a_given_load_beyond_the_largest_service_is_refused(told):
    """Proves: 30,000 kW less a battery of 2,000 ask 28,000 / 0.992 = 28,226 kW of a service of (3 - 1) x 3000 x 0.95 =
    5,700 kW; 5,000 kW pass. Sensitivity: the solver would say "no plan satisfies all limits at once"."""
    (problem,) = told({}, fixed_load_kw=np.full(8760, 30_000.0))
    assert "carries 5,700 kW" in problem
    assert "28,226 kW" in problem
    assert told({}, fixed_load_kw=np.full(8760, 5_000.0)) == []


def test_what_the_site_makes_itself_need_not_come_over_the_grid(told):
    """Proves: 9,000 kW less a battery of 2,000 are too much for 5,700 kW; with four sets of 500 kW for everyday use
    5,000 kW are left, with emergency sets nothing is gained.
    Sensitivity: a plant that only its own sets carry would be refused before anybody looked."""
    sets = {"rated_kw": 500.0, "most": 4, "usd_per_kw": 600.0, "life_years": 20}
    load_kw = np.full(8760, 9_000.0)
    assert len(told({}, fixed_load_kw=load_kw)) == 1
    everyday, standing = (Generators(**sets, emergency=emergency) for emergency in (False, True))
    assert told({"equipment.generators": everyday}, fixed_load_kw=load_kw) == []
    (problem,) = told({"equipment.generators": everyday}, fixed_load_kw=2.0 * load_kw)
    assert "less 2,000 kW that the site can make itself, is 14,113 kW" in problem
    assert len(told({"equipment.generators": standing}, fixed_load_kw=load_kw)) == 1


def test_a_load_that_no_rate_class_takes_is_refused(told, tiny):
    """Proves: where every rate class of the site ends at 900 kW, a load of 5,000 kW is refused with the classes.
    Sensitivity: held at 900 kW, the model would only be infeasible."""
    site = tiny.changed(TEXAS.model_copy(update={"tariffs": TEXAS.tariffs[:1]}), {"tariffs.0.maximum_kw": 900.0})
    problems = told({}, fixed_load_kw=np.full(8760, 5_000.0), site=site)
    assert any("no rate class of the site takes it (Oncor primary, market energy to 900 kW)" in one for one in problems)
