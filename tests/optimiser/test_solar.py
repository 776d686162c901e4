"""A solar field, solved by hand: when it is bought, what is curtailed, what upkeep it pays."""

import numpy as np
import pytest

from optimiser.own_power import LEAST_FACTOR, solar_kw_per_kw
from optimiser.solar import factor_on_grid
from optimiser.timegrid import representative_weeks
from sites.clock import Calendar
from sites.sun import sun_position
from twin.model.equipment.solar import Solar
from twin.model.money import levelised_share
from twin.model.plant import read_plant
from twin.model.power.solar import solar_year
from twin.study.case import read_case


def field(**changes):
    """Modules for 1 usd/kW that last the year of the plain plant, at most a megawatt of them."""
    return Solar(**({"tilt_deg": 20.0, "usd_per_kw": 1.0, "most_kw": 1000.0, "life_years": 1} | changes))


def lit(tiny, load_kw, factor, usd_per_kwh, solar, **fields):
    """The best plan of a given load with a *solar* field whose kW makes *factor* kW in each hour."""
    time = tiny.grid(len(load_kw))
    case = tiny.inputs(
        time, tiny.plant(equipment__solar=solar, **fields), load_kw=load_kw, tariff=tiny.prices(time, usd_per_kwh),
        solar_kw_per_kw=tiny.laid(time, factor),
    )  # fmt: skip
    return tiny.run(case, time)


@pytest.mark.parametrize(("usd_per_kw", "bought_kw"), [(0.079, 200.0), (0.081, 0.0)])
def test_solar_is_bought_exactly_when_it_costs_less_than_it_saves(tiny, usd_per_kw, bought_kw):
    """Proves: a kW makes 0.5 + 0.3 kWh at 0.10 usd/kWh and saves 0.08 usd; at 0.079 usd it is bought until the first
    of the two hours takes no more of it (100 kW / 0.5), at 0.081 usd none is.
    Sensitivity: with a weight or a unit lost between kW and MW the turn would lie elsewhere by 1000."""
    _, found = lit(tiny, [100.0, 100.0], [0.5, 0.3], 0.10, field(usd_per_kw=usd_per_kw))
    assert 1000.0 * found["solar_mw"] == pytest.approx(bought_kw, abs=1e-6)
    bought = bought_kw * (usd_per_kw - 0.08)
    assert found.usd == pytest.approx(20.0 + bought, abs=1e-6)


def test_what_the_site_cannot_take_is_curtailed_and_not_exported(tiny):
    """Proves: modules at a hundredth of what they save are built until the duller hour of equal price is met (100 / 0.2
    = 500 kW); of 450 kW in the bright hour 100 are used, the grid is at nil, never below.
    Sensitivity: with export 1,000 kW (the most) would be built and the cost fall below nil."""
    _, found = lit(tiny, [100.0, 100.0], [0.9, 0.2], 0.10, field(usd_per_kw=0.001))
    assert 1000.0 * found["solar_mw"] == pytest.approx(500.0)
    assert 1000.0 * found["solar_used_mw"] == pytest.approx([100.0, 100.0])
    assert found["power_grid_mw"] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert found.usd == pytest.approx(0.5)


def test_the_balance_closes_with_transformer_losses(tiny):
    """Proves: 100 kW less 40 kW of the sun behind a service that loses 10 kW always and 2 % of its load are
    (60 + 10) / 0.98 kW from the grid: the sun is on the site's side of the transformers.
    Sensitivity: on the grid's side 100 + 10 = 110 / 0.98 - 40 = 72.2 kW instead of 71.4."""
    losses = {
        "equipment__transformers__load_loss_fraction": 0.02, "equipment__transformers__no_load_loss_fraction": 0.01,
    }  # fmt: skip
    _, found = lit(tiny, [100.0, 0.0], [0.4, 0.0], 0.10, field(usd_per_kw=1e-6, most_kw=100.0), **losses)
    assert 1000.0 * found["power_grid_mw"] == pytest.approx([70.0 / 0.98, 10.0 / 0.98])


@pytest.mark.parametrize(("om", "maintenance"), [(None, 0.03 * 100.0 * 0.02), (0.005, 0.5)])
def test_upkeep_is_the_catalogues_share_or_an_own_rate(tiny, om, maintenance):
    """Proves: 100 kW at 0.03 usd pay 2 % of 3 usd a year for upkeep, or 0.005 usd a kW at a rate of their own, not
    both; tax and insurance of 1 and 0.5 % hold either way.
    Sensitivity: both would be 0.56 usd; tax lost with the share 0.00 instead of 0.03."""
    time = tiny.grid(1)
    plant = tiny.plant(
        equipment__solar=field(usd_per_kw=0.03, most_kw=100.0, om_usd_per_kw_year=om),
        equipment__maintenance_fraction_per_year=0.02,
    )
    levies = {"property_tax_fraction_per_year": 0.01, "property_insurance_fraction_per_year": 0.005}
    case = tiny.inputs(
        time, plant, load_kw=[100.0], levies=levies, tariff=tiny.prices(time, 0.10),
        solar_kw_per_kw=tiny.laid(time, 1.0),
    )  # fmt: skip
    facility, found = tiny.run(case, time)
    sheet = {name: found.cost(usd) for name, usd in facility.cost.items() if abs(found.cost(usd)) > 1e-9}
    assert sheet == pytest.approx({"capital": 3.0, "maintenance": maintenance, "tax": 0.03, "insurance": 0.015})


def test_solar_shaves_a_metered_peak(tiny):
    """Proves: at 10 usd/kW and month and no price of energy, modules of 1 usd/kW in the hour of the peak of 300 kW are
    built until it is down to the dark hour's 200 kW: 100 / 0.5 = 200 kW; 2,000 + 200 usd.
    Sensitivity: sun that does not count for demand would leave 3,000 usd."""
    time = tiny.grid(2)
    case = tiny.inputs(
        time, tiny.plant(equipment__solar=field()), load_kw=[300.0, 200.0], solar_kw_per_kw=tiny.laid(time, [0.5, 0.0]),
        tariff=tiny.tariff(demand=[{"name": "demand", "rate_usd_per_kw_month": 10.0}]),
    )  # fmt: skip
    _, found = tiny.run(case, time)
    assert found.usd == pytest.approx(2200.0)
    assert 1000.0 * found["solar_mw"] == pytest.approx(200.0)


def test_without_solar_the_model_is_what_it_was(tiny):
    """Proves: a plant without an entry for solar has no variable and no row of that name.
    Sensitivity: idle columns would change the counters of every run."""
    found = tiny.fed([100.0, 100.0], usd_per_kwh=0.1)
    assert not [name for name in (*found.matrices.columns, *found.matrices.rows) if name.startswith("solar")]


def test_a_week_delivers_what_its_month_does():
    """Proves: on twelve representative weeks the weighted production is the year's, month by month, whatever week was
    chosen; hours keep their order within a month.
    Sensitivity: unscaled, a bright week in a dull month would size the field by luck."""
    calendar = Calendar()
    rng = np.random.default_rng(4)
    factor = np.clip(np.sin(np.pi * (calendar.hour - 6) / 12), 0, None) * rng.uniform(0.2, 1.0, 8760)
    weeks = representative_weeks(
        calendar.month, calendar.labour_month, calendar.hour_of_week, rng.uniform(size=(1, 8760)), np.ones(8760)
    )
    scaled = factor_on_grid(factor, weeks)
    by_month = np.bincount(weeks.month, weeks.weight * scaled, minlength=12)
    assert by_month == pytest.approx(np.bincount(calendar.month, factor, minlength=12))
    assert (np.argsort(scaled[:168]) == np.argsort(factor[weeks.hour[:168]])).all()


def test_a_level_price_of_wear_is_reopts():
    """Proves: 0.5 % a year over 20 years at a discount of 8.1 % and an escalation of 2.6 % is REopt's published
    levelisation factor 0.96206223627055 (test of "Solar and Storage"); no wear is 1.
    Sensitivity: worn in its first year 0.9573, the plain mean of the years 0.9539."""
    assert levelised_share(0.005, 0.081, 20, 0.026) == pytest.approx(0.96206223627055, rel=1e-12)
    assert levelised_share(0.0, 0.08, 10) == 1.0


def test_the_years_production_is_that_of_the_site_and_its_weather():
    """Proves: the factor is PVWatts' form for the site's place, clock and weather, worn by the levelised share over the
    plant's horizon; dawn's dust is nil; a plant without solar has none.
    Sensitivity: another clock would shift the noon of it by an hour; wear forgotten 1 to 4 % more."""
    case = read_case("texas")
    plant = case.plant.model_copy(
        update={"equipment": case.plant.equipment.model_copy(update={"solar": field(life_years=25)})}
    )
    site, weather = case.site_file.site, case.weather
    factor = solar_kw_per_kw(plant, site, case.calendar, weather)
    place, money = site.place, plant.money
    sun = sun_position(place.latitude, place.longitude, -6.0, year=plant.study_year)
    series = (weather.values(name) for name in ("dni_w_m2", "dhi_w_m2", "dry_bulb_c", "wind_m_s"))
    new = solar_year(field(), sun, *series, elevation_m=place.elevation_m).ac_kw_per_kw
    worn = new * levelised_share(0.005, money.discount_rate, money.horizon_years)
    assert factor == pytest.approx(np.where(worn < LEAST_FACTOR, 0.0, worn), abs=1e-12)
    assert 1200.0 < factor.sum() < 1800.0  # kWh a kW of modules and year in Texas, fixed at 20 degrees
    assert solar_kw_per_kw(read_plant()[0], site, case.calendar, weather) is None
