"""Every cost of making at one site, by line: the plan's own and what lies beyond it. Pure functions of the terms.

The plan's lines are the run's. Beyond them: duty, carriage and capital on the way, working capital, outages, sales
tax, abatements and the state's tax on profit. No line is counted twice: when the run's cost sheet has duty and freight
in it, that line is shown in its parts and what it holds is not added again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sites.economics import (
    Relief,
    abatement_usd_per_year,
    federal_tax_usd_per_year,
    franchise_margin_usd,
    sales_tax_usd,
    state_tax_usd_per_year,
)
from twin.model.landed import break_even_duty_fraction, domestic_lines, imported_lines, outage_usd_per_year
from twin.model.money import capital_recovery_factor, present_value_factor
from twin.study.site_terms import Terms

HOURS_PER_YEAR = 8760.0
# Taken for production machinery, which both states exempt: what burns units in and carries its heat. Transformers,
# batteries and chilled water serve the building as well and are taken to be taxed.
PRODUCTION_MACHINERY = ("racks_count", "ventilation_kw_th", "pads_kw_th", "coils_kw_th",
                        "hydro_loop_kw_th", "dry_coolers_count", "assisted_dry_coolers_count")  # fmt: skip
INSURANCE = ("property", "windstorm", "hail")
SPLIT = ("insurance", "duty_freight")
TRADE_LINES = {
    "component_duty": "duty",
    "inbound_freight": "inbound_freight",
    "inbound_transit_capital": "inbound_transit_capital",
    "outbound_freight": "outbound_freight",
    "outbound_transit_capital": "outbound_transit_capital",
    "working_capital": "working_capital",
}
# Assumption, of what a maker may deduct as cost of goods sold (Texas Tax Code 171.1012, not checked line by line): what
# goes into making them, property tax among it; not insurance, carriage to the customer, holding or outages.
GOODS_MADE = ("components", "component_duty", "inbound_freight", "energy", "fuel", "demand", "coincident", "labour",
              "capital", "maintenance", "water", "tax")  # fmt: skip


@dataclass(frozen=True)
class Taxes:
    """The taxes of one site: [usd/year], sales tax once [usd] and spread over the horizon [usd/year].

    *profit_usd* before income tax and the franchise tax's *margin_usd* (nil where it is not charged) are their bases.
    """

    property_usd: float
    state_usd: float
    federal_usd: float
    sales_once_usd: float
    sales_usd: float
    profit_usd: float
    margin_usd: float


@dataclass(frozen=True)
class SiteCosts:
    """All compared lines of one site [usd/year], their *total_usd*, and what stands behind some of them."""

    lines: dict[str, float]
    total_usd: float
    taxes: Taxes
    reliefs: tuple[Relief, ...]
    outage_h: float
    interruptions: float
    margin_usd_per_unit: float
    trade_usd_per_unit: dict[str, float]


def trade_lines_usd_per_year(terms: Terms) -> dict[str, float]:
    """Duty, carriage, capital on the way and working capital of what is made here [usd/year], without components."""
    per_unit = trade_usd_per_unit(terms)
    return {name: per_unit[part] * terms.good_units for name, part in TRADE_LINES.items()}


def trade_usd_per_unit(terms: Terms) -> dict[str, float]:
    """Trade lines of a good unit made at the site, components among them [usd/unit]."""
    return domestic_lines(
        terms.plant.trade,
        terms.site.freight,
        unit_value_usd=terms.unit_value_usd,
        cost_of_capital_fraction_per_year=terms.capital_fraction_per_year,
        started_per_good_unit=terms.started_per_good_unit,
    )


def not_yet_counted_usd(terms: Terms, trade: dict[str, float]) -> float:
    """What the trade lines add to the objective [usd/year]: all of them, less what its duty_freight line holds.

    Never below nil: what that line holds beyond the trade lines stays in the total and shows under "other".
    """
    return max(sum(trade.values()) - terms.plan_usd.get("duty_freight", 0.0), 0.0)


def site_costs(terms: Terms) -> SiteCosts:
    """Return every compared line of a site. The lines sum to the total; "other" is what no line of its own holds."""
    site, money = terms.site, terms.plant.money
    lines = {name: usd for name, usd in terms.plan_usd.items() if name not in SPLIT}
    lines |= insurance_lines(terms)
    per_unit = trade_usd_per_unit(terms)
    trade = trade_lines_usd_per_year(terms)
    lines |= trade
    lines["components"] = per_unit["components"] * terms.good_units
    margin = margin_usd_per_unit(terms, per_unit)
    lines["outages"] = outage_usd(terms, margin)
    reliefs = abatement_usd_per_year(site.taxes, site.levies, sum(terms.installed_usd.values()), terms.jobs)
    lines["abatements"] = 0.0 - sum(level_usd(relief, money.discount_rate, money.horizon_years) for relief in reliefs)
    machinery_usd = sum(terms.installed_usd.get(item, 0.0) for item in PRODUCTION_MACHINERY)
    once_usd = sales_tax_usd(site.taxes, machinery_usd, sum(terms.installed_usd.values()) - machinery_usd)
    lines["sales_tax"] = once_usd * capital_recovery_factor(money.discount_rate, money.horizon_years)
    added = [lines[name] for name in ("components", "outages", "abatements", "sales_tax")]
    before_tax_usd = terms.objective_usd + not_yet_counted_usd(terms, trade) + sum(added)
    revenue_usd = terms.good_units * terms.unit_value_usd
    profit_usd = revenue_usd - before_tax_usd
    goods_usd, pay_usd = sum(lines.get(name, 0.0) for name in GOODS_MADE), lines.get("labour", 0.0)
    is_franchised = revenue_usd > site.taxes.franchise_threshold_usd
    lines["state_tax"] = state_tax_usd_per_year(
        site.taxes,
        revenue_usd=revenue_usd,
        cost_of_goods_usd=goods_usd,
        compensation_usd=pay_usd,
        profit_usd=profit_usd,
    )
    total_usd = before_tax_usd + lines["state_tax"]
    lines["other"] = total_usd - sum(lines.values())
    taxes = Taxes(
        property_usd=lines.get("tax", 0.0),
        state_usd=lines["state_tax"],
        federal_usd=federal_tax_usd_per_year(money.federal_income_tax_fraction, profit_usd, lines["state_tax"]),
        sales_once_usd=once_usd,
        sales_usd=lines["sales_tax"],
        profit_usd=profit_usd,
        margin_usd=franchise_margin_usd(revenue_usd, goods_usd, pay_usd) if is_franchised else 0.0,
    )
    hazards = site.hazards
    return SiteCosts(
        lines, total_usd, taxes, reliefs, hazards.outage_h_per_year, hazards.interruptions_per_year, margin, per_unit
    )


def insurance_lines(terms: Terms) -> dict[str, float]:
    """The plan's insurance [usd/year] by what it covers, in proportion to the site's rates."""
    levies, paid = terms.site.levies, terms.plan_usd.get("insurance", 0.0)
    rates = {kind: getattr(levies, f"{kind}_insurance_fraction_per_year") for kind in INSURANCE}
    whole = levies.insurance_fraction_per_year
    return {f"insurance_{kind}": paid * rate / whole if whole > 0 else 0.0 for kind, rate in rates.items()}


def margin_usd_per_unit(terms: Terms, per_unit: dict[str, float]) -> float:
    """What a unit that is not made would have brought [usd]: its value less components, trade lines and energy.

    People and equipment are paid whether it is made or not. Never below nil.
    """
    energy = terms.plan_usd.get("energy", 0.0) / terms.good_units
    return max(terms.unit_value_usd - sum(per_unit.values()) - energy, 0.0)


def outage_usd(terms: Terms, margin: float) -> float:
    """Expected cost of outages [usd/year]: units not made, and burn-in that begins again after each interruption."""
    price = terms.plan_usd.get("energy", 0.0) / terms.bought_kwh if terms.bought_kwh > 0 else 0.0
    hazards = terms.site.hazards
    return outage_usd_per_year(
        hazards.outage_h_per_year,
        hazards.interruptions_per_year,
        units_per_h=terms.good_units / HOURS_PER_YEAR,
        margin_usd_per_unit=margin,
        restart_usd_each=terms.interrupted_kwh * price,
    )


def level_usd(relief: Relief, rate: float, horizon_years: int) -> float:
    """An abatement as the same sum in each year of the horizon [usd/year], though it may end before."""
    years = horizon_years if relief.years is None else min(relief.years, horizon_years)
    return relief.usd_per_year * present_value_factor(rate, years) / present_value_factor(rate, horizon_years)


def landed_usd_per_good_unit(terms: Terms, costs: SiteCosts) -> float:
    """Cost of a good unit made at the site at the customer's door [usd/unit], before the state's tax on profit.

    That tax is left out because a seller of imported units pays it on his profit as well.
    """
    return (costs.total_usd - costs.lines["state_tax"]) / terms.good_units


def imported_usd_per_unit(terms: Terms) -> dict[str, float]:
    """Landed cost of a finished unit bought abroad, by line [usd/unit]."""
    return imported_lines(
        terms.plant.trade,
        unit_value_usd=terms.unit_value_usd,
        cost_of_capital_fraction_per_year=terms.capital_fraction_per_year,
    )


def break_even_duty(terms: Terms, costs: SiteCosts) -> float | None:
    """Duty on the finished unit above which making it at the site is cheaper, as a share of customs value."""
    imported = imported_usd_per_unit(terms)
    return break_even_duty_fraction(imported, terms.plant.trade.ex_works_usd, landed_usd_per_good_unit(terms, costs))
