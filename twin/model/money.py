"""Money over time: pure functions."""

from __future__ import annotations


def capital_recovery_factor(rate: float, years: int) -> float:
    """Yearly payment that repays one usd over *years* at *rate*: r (1+r)^n / ((1+r)^n - 1); 1/n at rate nil."""
    if rate == 0:
        return 1.0 / years
    growth = (1.0 + rate) ** years
    return rate * growth / (growth - 1.0)


def present_value_factor(rate: float, years: int) -> float:
    """Present value of one usd a year over *years* at *rate*: the inverse of the capital recovery factor."""
    return 1.0 / capital_recovery_factor(rate, years)


def yearly_cost(capital_usd: float, rate: float, horizon_years: int, life_years: int) -> float:
    """Yearly cost [usd/year] over the horizon of something that lasts *life_years*.

    Replacements at the end of each life; what is left of the last one at the horizon is credited in proportion.
    """
    value = 0.0
    year = 0
    while year < horizon_years:
        value += capital_usd / (1.0 + rate) ** year
        year += life_years
    unused = (year - horizon_years) / life_years
    value -= capital_usd * unused / (1.0 + rate) ** horizon_years
    return value * capital_recovery_factor(rate, horizon_years)


def escalating_present_value_factor(escalation: float, rate: float, years: int) -> float:
    """Present value of one usd a year that grows from the first year on, in REopt's five decimals.

    Parameters: *escalation* and *rate* as fractions a year; *years* of payments at the ends of the years.
    Formula: sum over y = 1..n of ((1 + e) / (1 + r))^y, rounded to 1e-5. Source: REopt.jl, `annuity`.
    """
    growth = (1.0 + escalation) / (1.0 + rate)
    return round(sum(growth**year for year in range(1, years + 1)), 5)


def after_tax_present_value(usd_per_year: float, present_value_factor: float, tax_rate: float) -> float:
    """Present value [usd] of a yearly cost that is deducted from taxable income.

    Parameters: *usd_per_year* of the first year's prices; *present_value_factor* in years; *tax_rate* a fraction.
    Formula: cost x factor x (1 - tax). Source: REopt.jl, objective (life-cycle cost).
    """
    return usd_per_year * present_value_factor * (1.0 - tax_rate)


def levelised_share(degradation: float, rate: float, years: int, escalation: float = 0.0) -> float:
    """Share of its first year's output that something which wears delivers on the average, years weighed by worth.

    Parameters: *degradation*, *rate* and *escalation* as fractions a year; *years* of use, the first one as new.
    Formula: sum over y = 1..n of g^y (1 - d)^(y-1) / sum of g^y, g = (1 + e) / (1 + r). Source: REopt.jl,
    `levelization_factor`.
    """
    growth = (1.0 + escalation) / (1.0 + rate)
    worth = [growth**year for year in range(1, years + 1)]
    return sum(one * (1.0 - degradation) ** age for age, one in enumerate(worth)) / sum(worth)
