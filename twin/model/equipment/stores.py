"""Stores of cold and of electricity."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.figures import Figure
from sites.validation import Strict, raise_faults
from twin.model.equipment.stratified import Stratified

_CALENDAR = "Naumann et al. 2018, J. Energy Storage 17, 153 (LFP cells at rest)"
_CYCLES = "Naumann et al. 2020, J. Power Sources 451, 227666 (LFP cells in cycles)"
# Marked defaults of the ageing of a lithium iron phosphate battery
AGEING_FIGURES = {
    figure.key: figure
    for figure in (
        Figure("calendar_loss_per_sqrt_s", 1.2571e-5, None, None, _CALENDAR, "2018", "medium"),
        Figure("activation_energy_j_per_mol", 17126.0, None, None, _CALENDAR, "2018", "medium"),
        Figure("reference_c", 25.0, None, None, _CALENDAR, "2018", "high"),
        Figure("calendar_charge_cubic", 2.8575, None, None, _CALENDAR, "2018", "medium"),
        Figure("calendar_charge_constant", 0.60225, None, None, _CALENDAR, "2018", "medium"),
        Figure("cycle_depth_cubic", 4.0253, None, None, _CYCLES, "2020", "medium"),
        Figure("cycle_depth_constant", 1.0923, None, None, _CYCLES, "2020", "medium"),
        Figure("cycle_rate_slope_h", 0.0630, None, None, _CYCLES, "2020", "medium"),
        Figure("cycle_rate_constant", 0.0971, None, None, _CYCLES, "2020", "medium"),
        Figure("end_of_life_fraction", 0.8, 0.6, 0.8, "usual in warranties of stationary batteries", "2024", "medium"),
        Figure("standby_kw_per_kwh", 0.001, 0.0005, 0.003, "assumption: controls and cooling", "2026-11", "low"),
    )
}


def _ageing(key: str) -> float:
    return float(AGEING_FIGURES[key].base)


class ColdStore(Strict):
    """A chilled-water store: price by size, loss an hour, and how fast it fills or empties [1/h].

    With *stratified* it is a tank of layers: what is usable of it and what it loses follow from that, in place of
    *loss_fraction_per_h*.
    """

    usd_per_kwh_th: float = Field(gt=0)
    loss_fraction_per_h: float = Field(ge=0, lt=1)
    rate_per_h: float = Field(gt=0)
    most_kwh_th: float = Field(gt=0)
    life_years: int = Field(ge=1)
    stratified: Stratified | None = None


class BatteryAgeing(Strict):
    """How the capacity of a battery fades with years and with cycles (defaults: lithium iron phosphate).

    Years: k exp(-E/R (1/T - 1/Tref)) (a (charge - 0.5)^3 + b) sqrt(seconds); cycles, as a percentage:
    (c rate + d)(e (depth - 0.6)^3 + f) sqrt(full cycles), the rate in capacities an hour. It is replaced at
    *end_of_life_fraction* of its capacity.
    """

    calendar_loss_per_sqrt_s: float = Field(default=_ageing("calendar_loss_per_sqrt_s"), ge=0, lt=1e-3)
    activation_energy_j_per_mol: float = Field(default=_ageing("activation_energy_j_per_mol"), ge=0, le=2e5)
    reference_c: float = Field(default=_ageing("reference_c"), ge=-20, le=60)
    calendar_charge_cubic: float = Field(default=_ageing("calendar_charge_cubic"), ge=0)
    calendar_charge_constant: float = Field(default=_ageing("calendar_charge_constant"), gt=0)
    cycle_depth_cubic: float = Field(default=_ageing("cycle_depth_cubic"), ge=0)
    cycle_depth_constant: float = Field(default=_ageing("cycle_depth_constant"), gt=0)
    cycle_rate_slope_h: float = Field(default=_ageing("cycle_rate_slope_h"), ge=0)
    cycle_rate_constant: float = Field(default=_ageing("cycle_rate_constant"), ge=0)
    end_of_life_fraction: float = Field(default=_ageing("end_of_life_fraction"), gt=0, lt=1)

    @model_validator(mode="after")
    def _always_fades(self) -> Self:
        least = (
            ("calendar_charge_constant", self.calendar_charge_constant, self.calendar_charge_cubic * 0.5**3, "charge"),
            ("cycle_depth_constant", self.cycle_depth_constant, self.cycle_depth_cubic * 0.6**3, "depth"),
        )
        raise_faults(
            Problem(key, f"value {constant:g}: at a {of} of nil the battery would heal", f"give {needed:g} or more")
            for key, constant, needed, of in least
            if constant < needed
        )
        return self


class Battery(Strict):
    """A lithium battery: price by power and energy, one-way efficiencies, standing loss, and most of each.

    *standby_kw_per_kwh* is what controls and cooling draw all the time for each kWh; *ageing* fades its capacity.
    """

    usd_per_kw: float = Field(gt=0)
    usd_per_kwh: float = Field(gt=0)
    charge_efficiency: float = Field(gt=0, le=1)
    discharge_efficiency: float = Field(gt=0, le=1)
    standing_loss_fraction_per_h: float = Field(ge=0, lt=1)
    least_charge_fraction: float = Field(ge=0, lt=1)
    most_kw: float = Field(ge=0)
    most_kwh: float = Field(ge=0)
    life_years: int = Field(ge=1)
    standby_kw_per_kwh: float = Field(default=0.0, ge=0, lt=0.1)
    ageing: BatteryAgeing | None = None
