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
