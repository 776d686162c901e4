"""What one of each size costs, installed, and how long it lasts: the catalogue at a site's construction index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sites.economics import Levies
from twin.model.equipment.catalogue import Equipment
from twin.model.equipment.grid_service import Transformers
from twin.model.money import yearly_cost
from twin.model.plant import Money


@dataclass(frozen=True)
class Price:
    """Installed price of one unit of a size [usd], and its life [years]."""

    usd_each: float
    life_years: int


def transformer_usd(kit: Transformers, size_kva: float) -> float:
    """Base price of one transformer of *size_kva* from the ladder, with its switchgear [usd]."""
    return kit.usd_each[kit.sizes_kva.index(size_kva)] + kit.switchgear_usd_per_kva * size_kva


def prices(kit: Equipment, cost_index: float, transformer_kva: float) -> dict[str, Price]:
    """Return the price of every item by the name of its size, at a site's *cost_index*; transformers of one size."""
    air, battery, grid = kit.ventilation, kit.battery, kit.transformers
    base = {
        "transformers_count": (transformer_usd(grid, transformer_kva), grid.life_years),
        "racks_count": (kit.racks.usd_each, kit.racks.life_years),
        "chillers_count": (kit.chiller.usd_each, kit.chiller.life_years),
        "ventilation_kw_th": (air.usd_per_kw_th, air.life_years),
        "pads_kw_th": (air.pad_usd_per_kw_th, air.life_years),
        "coils_kw_th": (air.coil_usd_per_kw_th, air.life_years),
        "battery_kw": (battery.usd_per_kw, battery.life_years),
        "battery_kwh": (battery.usd_per_kwh, battery.life_years),
        "cold_store_kwh_th": (kit.cold_store.usd_per_kwh_th, kit.cold_store.life_years),
    }
    if kit.solar is not None:
        base["solar_kw"] = (kit.solar.usd_per_kw, kit.solar.life_years)
    if kit.generators is not None:
        base["generators_count"] = (kit.generators.rated_kw * kit.generators.usd_per_kw, kit.generators.life_years)
    if kit.water_cooled is not None:
        chiller, tower = kit.water_cooled.chiller, kit.water_cooled.tower
        base["water_cooled_chillers_count"] = (chiller.usd_each, chiller.life_years)
        base["towers_count"] = (tower.usd_each, tower.life_years)
    if kit.hydro is not None:
        base["hydro_loop_kw_th"] = (kit.hydro.loop_usd_per_kw_th, kit.hydro.loop_life_years)
        base |= {cooler.size: (cooler.usd_each, cooler.life_years) for cooler in kit.hydro.dry_coolers}
    if kit.heat_recovery is not None:
        base["recovery_kw_th"] = (kit.heat_recovery.usd_per_kw_th, kit.heat_recovery.life_years)
    return {size: Price(usd * cost_index, life) for size, (usd, life) in base.items()}


def installed_usd(kit: Equipment, cost_index: float, sizes: Mapping[str, float]) -> dict[str, float]:
    """Return the installed price [usd] of each of *sizes*, by its name; `transformer_kva` is among them."""
    priced = prices(kit, cost_index, sizes["transformer_kva"])
    return {size: sizes[size] * price.usd_each for size, price in priced.items() if size in sizes}


def upkeep_fractions(kit: Equipment, levies: Levies) -> dict[str, float]:
    """Return what is paid each year on what is built, as a share of its installed price, by line of the cost sheet."""
    return {
        "maintenance": kit.maintenance_fraction_per_year,
        "tax": levies.property_tax_fraction_per_year,
        "insurance": levies.insurance_fraction_per_year,
    }


def capital_usd_per_year(price: Price, money: Money) -> float:
    """Yearly cost of one unit of a size [usd/year] over the plant's horizon, replacements included."""
    return yearly_cost(price.usd_each, money.discount_rate, money.horizon_years, price.life_years)
