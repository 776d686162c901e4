"""How the plant comes to be in its first year: when equipment is ordered, its lead, and what stands in for it."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from sites.validation import Strict

MONTHS = 12


class Lead(Strict):
    """Time from the order to equipment that stands and works [weeks]; nothing stands in for it until then."""

    lead_weeks: float = Field(ge=0, le=208)


class TransformerSupply(Lead):
    """Transformers of the grid service; rented ones stand in for them [usd/kVA and month]."""

    temporary: str = Field(min_length=1)
    temporary_usd_per_kva_month: float = Field(ge=0)


class RackSupply(Lead):
    """Burn-in racks; benches built by hand stand in for them [usd/rack and month]."""

    temporary: str = Field(min_length=1)
    temporary_usd_per_rack_month: float = Field(ge=0)


class CoolingSupply(Lead):
    """Chillers, fans, pads or coils; rented ones stand in for them [usd/kW of heat and month]."""

    temporary: str = Field(min_length=1)
    temporary_usd_per_kw_th_month: float = Field(ge=0)


class RampRules(Strict):
    """What the first year is built with: the *order_date* of all equipment, and its supply by item.

    Without a lead *solar* and *generators* come after the first year, which is worked without them as without stores.
    *water_cooled* chillers with their towers are supplied as *chillers* are where nothing else is said.
    """

    order_date: date
    transformers: TransformerSupply
    racks: RackSupply
    chillers: CoolingSupply
    ventilation: CoolingSupply
    pads: CoolingSupply
    coils: CoolingSupply
    battery: Lead
    cold_store: Lead
    solar: Lead | None = None
    generators: Lead | None = None
    water_cooled: CoolingSupply | None = None
    hydro_loop: CoolingSupply | None = None
    dry_coolers: CoolingSupply | None = None
    heat_recovery: Lead | None = None

    def arrival(self, lead_weeks: float) -> date:
        """Return the day on which what takes *lead_weeks* can stand and work: order date + lead."""
        return self.order_date + timedelta(weeks=lead_weeks)

    def first_month(self, lead_weeks: float, study_year: int) -> int:
        """Return the first whole month of *study_year* (0 = January) after the arrival; 12 when there is none."""
        arrival = self.arrival(lead_weeks)
        return next((m for m in range(MONTHS) if date(study_year, m + 1, 1) >= arrival), MONTHS)


def committed_months(commitment_until: date, study_year: int) -> int:
    """Return how many months of *study_year* begin while the commitment lasts (0 to 12)."""
    return sum(date(study_year, month + 1, 1) <= commitment_until for month in range(MONTHS))
