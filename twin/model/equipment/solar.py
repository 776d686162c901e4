"""Solar modules with their inverters, fixed or turned by a tracker."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.figures import Figure
from sites.validation import Strict, raise_faults

STEEPEST_AXIS_DEG = 45.0
_PVWATTS_5 = "PVWatts Version 5 Manual (Dobos 2014, NREL/TP-6A20-62641)"
_PVWATTS_8 = "PVWatts version 8, defaults of SAM (NREL SSC 2025)"
# Marked defaults: what the file of a plant leaves out
SOLAR_FIGURES = {
    figure.key: figure
    for figure in (
        Figure("ground_coverage", 0.4, 0.3, 0.5, _PVWATTS_8, "2025", "medium", "module length over row spacing"),
        Figure("rotation_limit_deg", 45.0, 45.0, 60.0, _PVWATTS_5, "2014", "medium", "today's reach 52 to 60"),
        Figure("dc_ac_ratio", 1.2, 1.1, 1.4, _PVWATTS_8, "2025", "medium"),
        Figure("losses_fraction", 0.14, 0.09, 0.20, _PVWATTS_5, "2014", "medium", "soiling, wiring, mismatch"),
        Figure("inverter_efficiency", 0.96, 0.95, 0.985, _PVWATTS_5, "2014", "high"),
        Figure("temperature_coefficient_per_k", -0.0037, -0.0047, -0.0029, _PVWATTS_8, "2025", "high", "silicon"),
        Figure("installed_cell_temperature_c", 45.0, 45.0, 49.0, _PVWATTS_5, "2014", "high", "49 on a roof"),
        Figure("albedo", 0.2, 0.15, 0.3, _PVWATTS_5, "2014", "medium"),
        Figure("degradation_fraction_per_year", 0.005, 0.003, 0.008, "Jordan and Kurtz 2013, median", "2013", "medium"),
    )
}  # fmt: skip


def _default(key: str) -> float:
    return float(SOLAR_FIGURES[key].base)


class Solar(Strict):
    """A solar field in the form of PVWatts: mounting, ratio of modules to inverters, losses, price by kW of modules.

    *tilt_deg* from the horizontal and *azimuth_deg* (180: south) are those of the modules, or of the tracker's axis
    with mounting one_axis. *ground_coverage* is module length over row spacing; 0 for a single row or a flush roof.
    *om_usd_per_kw_year* is paid for upkeep (none: the catalogue's maintenance share of the installed price).
    """

    mounting: Literal["fixed", "one_axis"] = "fixed"
    tilt_deg: float = Field(ge=0, le=90)
    azimuth_deg: float = Field(default=180.0, ge=0, lt=360)
    ground_coverage: float = Field(default=_default("ground_coverage"), ge=0, le=0.95)
    rotation_limit_deg: float = Field(default=_default("rotation_limit_deg"), gt=0, le=90)
    backtracking: bool = True
    dc_ac_ratio: float = Field(default=_default("dc_ac_ratio"), gt=0, le=3)
    losses_fraction: float = Field(default=_default("losses_fraction"), ge=0, lt=1)
    inverter_efficiency: float = Field(default=_default("inverter_efficiency"), gt=0.5, le=1)
    temperature_coefficient_per_k: float = Field(default=_default("temperature_coefficient_per_k"), gt=-0.02, le=0)
    installed_cell_temperature_c: float = Field(default=_default("installed_cell_temperature_c"), ge=30, le=80)
    anti_reflective_glass: bool = True
    albedo: float = Field(default=_default("albedo"), ge=0, le=1)
    degradation_fraction_per_year: float = Field(default=_default("degradation_fraction_per_year"), ge=0, lt=0.1)
    usd_per_kw: float = Field(gt=0)
    om_usd_per_kw_year: float | None = Field(default=None, ge=0)
    most_kw: float = Field(ge=0)
    life_years: int = Field(ge=1)

    @model_validator(mode="after")
    def _axis_can_turn(self) -> Self:
        if self.mounting == "one_axis" and self.tilt_deg > STEEPEST_AXIS_DEG:
            what = f"value {self.tilt_deg:g}: with mounting one_axis it is the tilt of the axis, not of the modules"
            cure = f"give 0 for a horizontal axis, at most {STEEPEST_AXIS_DEG:g}, or mounting fixed"
            raise_faults([Problem("tilt_deg", what, cure)])
        return self
