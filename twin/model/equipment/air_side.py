"""What moves, wets and cools the air of the burn-in hall."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults

# Range of the curve of saturation efficiency: EnergyPlus 23.1 Engineering Reference, "Curve Fitting Evaporative Media",
# draws it for face velocities to 4.575 m/s; depths of 50 to 300 mm are those in which such media are sold (assumption).
PAD_VELOCITY_RANGE_M_PER_S = (0.25, 4.575)
PAD_DEPTH_RANGE_M = (0.05, 0.3)

# Efficiency of a variable-frequency drive by its load, eta = c1 y / (c2 + y) + c3 y: the curve of EnergyPlus's example
# for Fan:SystemModel and Fan:ComponentModel (as it stands in OpenStudio's tests, read 2026-11; confidence high that it
# is that curve, medium that a fan of ours has it).
DRIVE_EFFICIENCY_CURVE = (0.987405, 0.0155361, -0.0059365)


class Fan(Strict):
    """One fan of a bank of equal ones: design point, and how its power falls with the flow.

    *flow_m3_per_s* and *pressure_pa* at the design point, in air of *density_kg_m3*; *efficiency* of impeller, belt and
    motor there. Of the pressure a *static_share* stays as it is at any flow (a plenum held at a setpoint), the rest
    falls with the flow; *standby_fraction* of the power stays even at no flow. *least_flow_fraction* is the lowest
    speed: below it a fan goes on and off. *drive_efficiency_curve* (c1, c2, c3) of the frequency drive; none without
    one. *heat_to_air_fraction* of the power ends in the air (1 with the motor in the stream).
    """

    name: str = "fan"
    flow_m3_per_s: float = Field(gt=0)
    pressure_pa: float = Field(gt=0)
    efficiency: float = Field(gt=0, le=1)
    density_kg_m3: float = Field(default=1.2, gt=0.3, lt=2)
    static_share: float = Field(default=0.0, ge=0, le=1)
    exponent: float = Field(default=3.0, ge=1, le=4)
    standby_fraction: float = Field(default=0.0, ge=0, lt=1)
    least_flow_fraction: float = Field(default=0.2, gt=0, le=1)
    drive_efficiency_curve: tuple[float, float, float] | None = DRIVE_EFFICIENCY_CURVE
    heat_to_air_fraction: float = Field(default=1.0, ge=0, le=1)

    @model_validator(mode="after")
    def _drive_loses_more_at_low_load(self) -> Self:
        """Refuse a drive whose loss is not convex in its load: chords of the power would not follow it."""
        if self.drive_efficiency_curve is None:
            return self
        c1, c2, c3 = self.drive_efficiency_curve
        full = c1 / (c2 + 1.0) + c3 if c2 > -1.0 else 0.0
        rules = (
            (
                c1 <= 0 or c2 < 0,
                f"c1 = {c1:g}, c2 = {c2:g} is no efficiency that rises with load",
                "give c1 > 0, c2 >= 0",
            ),
            (c3 > 0, f"c3 = {c3:g} bends the power curve down", "give c3 of 0 or less"),
            (not 0 < full <= 1, f"efficiency {full:.3g} at full load", "give coefficients of 0 to 1 at full load"),
        )
        shown = f"value {list(self.drive_efficiency_curve)} of c1 y / (c2 + y) + c3 y"
        raise_faults(
            Problem("drive_efficiency_curve", f"{shown}: {what}", cure) for is_broken, what, cure in rules if is_broken
        )
        return self

    @property
    def power_kw(self) -> float:
        """Electricity of one fan at its design point [kW]: p V / (efficiency x drive's efficiency at full load)."""
        drive = 1.0
        if self.drive_efficiency_curve is not None:
            c1, c2, c3 = self.drive_efficiency_curve
            drive = c1 / (c2 + 1.0) + c3
        return self.pressure_pa * self.flow_m3_per_s / (self.efficiency * drive) / 1000.0


class EvaporativePad(Strict):
    """A wall of rigid media wetted from above, in sections that are wetted one by one.

    *depth_m* of the media; *face_velocity_m_per_s* and *pressure_pa* at the design flow, the pressure following the
    velocity to *pressure_exponent*. *saturation_efficiency* holds at any velocity; without it the curve of EnergyPlus
    for corrugated cellulose gives it. *drift_fraction* of what evaporates is carried off as drops; the basin is drained
    to *cycles_of_concentration*. *pump_kw_per_m3_per_s* of air while all sections are wetted. Water is off where the
    wet bulb is below *least_wet_bulb_c*, lest it freeze.
    """

    depth_m: float = 0.15
    face_velocity_m_per_s: float = 1.5
    pressure_pa: float = Field(ge=0)
    pressure_exponent: float = Field(default=2.0, ge=1, le=2)
    saturation_efficiency: float | None = Field(default=None, gt=0, lt=1)
    cycles_of_concentration: float = Field(gt=1)
    drift_fraction: float = Field(default=0.0, ge=0, lt=1)
    pump_kw_per_m3_per_s: float = Field(default=0.0, ge=0)
    least_wet_bulb_c: float = Field(default=1.0, ge=0, le=20)

    @model_validator(mode="after")
    def _inside_the_curve(self) -> Self:
        wrong = []
        for key, unit, (low, high) in (
            ("depth_m", "m", PAD_DEPTH_RANGE_M),
            ("face_velocity_m_per_s", "m/s", PAD_VELOCITY_RANGE_M_PER_S),
        ):
            value = getattr(self, key)
            if not low <= value <= high:
                what = f"value {value:g}: outside {low:g} to {high:g} {unit}, for which the curve of such media holds"
                wrong.append(Problem(key, what, f"give {low:g} to {high:g}"))
        if self.drift_fraction > 1.0 / (self.cycles_of_concentration - 1.0):
            most = 1.0 / (self.cycles_of_concentration - 1.0)
            what = f"value {self.drift_fraction:g}: more is carried off than may be drained at"
            what += f" {self.cycles_of_concentration:g} cycles of concentration, so that they are never reached"
            wrong.append(Problem("drift_fraction", what, f"give {most:g} or less, or fewer cycles_of_concentration"))
        raise_faults(wrong)
        return self


class Ventilation(Strict):
    """Free-air fans and pads of the burn-in hall, priced by the heat they carry at the product's temperature rise.

    Fans come in modules of *module_kw_th* in standard air, each with its drive. How a module's power falls with its
    flow: *fan_static_share*, *fan_exponent*, *fan_least_flow_fraction*, *fan_drive_efficiency_curve* as in `Fan`; the
    pressure and efficiency at full flow are the hall's. Without them a fan holds its pressure at any flow.
    """

    usd_per_kw_th: float = Field(gt=0)
    pad_usd_per_kw_th: float = Field(gt=0)
    coil_usd_per_kw_th: float = Field(gt=0)
    module_kw_th: float = Field(gt=0)
    most_modules: int = Field(ge=1)
    life_years: int = Field(ge=1)
    fan_static_share: float = Field(default=1.0, ge=0, le=1)
    fan_exponent: float = Field(default=3.0, ge=1, le=4)
    fan_least_flow_fraction: float = Field(default=0.2, gt=0, le=1)
    fan_drive_efficiency_curve: tuple[float, float, float] | None = None

    def fan(self, pressure_pa: float, efficiency: float, flow_m3_per_s: float) -> Fan:
        """The fan of one module: *pressure_pa* and *efficiency* at its full flow of *flow_m3_per_s*."""
        return Fan(
            name="burn-in hall fan",
            flow_m3_per_s=flow_m3_per_s,
            pressure_pa=pressure_pa,
            efficiency=efficiency,
            static_share=self.fan_static_share,
            exponent=self.fan_exponent,
            least_flow_fraction=self.fan_least_flow_fraction,
            drive_efficiency_curve=self.fan_drive_efficiency_curve,
        )

    @model_validator(mode="after")
    def _fan_can_run(self) -> Self:
        self.fan(1.0, 0.5, 1.0)  # whose own checks speak of the curve
        return self
