"""What the weather lets solar modules and generators of a plant deliver in each hour of the year."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sites.clock import Calendar
from sites.schema import Site
from sites.sun import sun_position
from twin.model.contracts import Weather
from twin.model.money import levelised_share
from twin.model.plant import Plant
from twin.model.power.generators import available_kw
from twin.model.power.solar import production_factor

Array = NDArray[np.float64]
LEAST_FACTOR = 1e-4  # of a kW for each kW: less, at dawn, would only be small numbers in the solver


def solar_kw_per_kw(plant: Plant, site: Site, calendar: Calendar, weather: Weather) -> Array | None:
    """Power behind the inverter of one kW of the plant's modules [kW/kW] (8760); None for a plant without solar.

    By the sun over the site in the study year and the irradiance, temperature and wind of the *weather*. Modules are
    as worn as they are on the average of the plant's horizon (or of their own life, where that ends before it), years
    weighed by their present value: one number a year stands for all of them.
    """
    solar, place = plant.equipment.solar, site.place
    if solar is None:
        return None
    sun = sun_position(place.latitude, place.longitude, site.clock.utc_offset_h, year=calendar.study_year)
    dni, dhi, dry, wind = (weather.values(name) for name in ("dni_w_m2", "dhi_w_m2", "dry_bulb_c", "wind_m_s"))
    new = production_factor(solar, sun, dni, dhi, dry, wind, place.elevation_m)
    years = min(plant.money.horizon_years, solar.life_years)
    worn = new * levelised_share(solar.degradation_fraction_per_year, plant.money.discount_rate, years)
    return np.where(worn < LEAST_FACTOR, 0.0, worn)


def generator_each_kw(plant: Plant, site: Site, dry_bulb_c: Array) -> Array | None:
    """What one of the plant's generators can deliver [kW] (8760) at *dry_bulb_c*; None for a plant without any."""
    spec = plant.equipment.generators
    return None if spec is None else available_kw(spec, dry_bulb_c, site.place.elevation_m)


def most_own_kw(plant: Plant) -> float:
    """Most that the plant could make itself at any time [kW]: every module and every generator for everyday use."""
    solar, spec = plant.equipment.solar, plant.equipment.generators
    generators_kw = 0.0 if spec is None or spec.emergency else spec.most * spec.rated_kw
    return generators_kw + (0.0 if solar is None else solar.most_kw)
