"""Water of towers and pads: what it becomes before it is drained, and what the sewer bill takes off."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sites.validation import Strict


class WaterTreatment(Strict):
    """How cooling water is kept: cycles of concentration, drift, and the sewer credit.

    *cycles_of_concentration*: dissolved solids of the blowdown over those of the make-up. *drift_fraction*: droplets
    carried off, of the circulating water at full air flow (0.00005 to 0.0002 behind good eliminators; 0.00008 is
    EnergyPlus's figure of 0.008 %). *sewer_credit_fraction*: share of the water that never reaches the sewer which
    the utility takes off the sewer bill (1 with a blowdown meter, 0 without). *make_up_c*: its temperature.
    *evaporation*: "energyplus", the form of that program, with which all results here are compared; or
    "moisture_balance", which closes energy and moisture of the air and evaporates more: 6 % of a year of a YorkCalc
    tower in Florida and in Texas (EnergyPlus takes the specific humidity of moist air for the humidity ratio, and
    leaves out the heat that make-up takes up).
    """

    cycles_of_concentration: float = Field(gt=1, le=20)
    drift_fraction: float = Field(default=0.00008, ge=0, le=0.02)
    sewer_credit_fraction: float = Field(default=1.0, ge=0, le=1)
    evaporation: Literal["energyplus", "moisture_balance"] = "energyplus"
    make_up_c: float = Field(default=20.0, ge=0, le=40)
    treatment_usd_per_m3: float = Field(default=0.0, ge=0)
