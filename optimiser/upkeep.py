"""Upkeep of equipment that has a rate of its own, in place of the catalogue's share of the installed price."""

from __future__ import annotations

from optimiser.model import Expression


def upkeep_terms(
    om_usd_per_kw_year: float | None, size_kw: Expression, installed_usd: Expression
) -> tuple[Expression, dict[str, Expression]]:
    """Return the installed price whose maintenance is paid at an own rate [usd], and the cost lines of that rate.

    Nothing of either where *om_usd_per_kw_year* is None: then the catalogue's share of *installed_usd* holds.
    """
    if om_usd_per_kw_year is None:
        return 0.0, {}
    return installed_usd, {"maintenance": om_usd_per_kw_year * size_kw}
