"""The halls as a plant file describes them: their limits, their envelope, what moves their air."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults
from twin.model.equipment.air_side import EvaporativePad, Fan

# The maker's site guide (read through d-central, 2026-11, confidence medium): nearer to the sea or to a salt lake, a
# hall must be sealed and air-conditioned.
LEAST_DISTANCE_TO_SEA_KM = 3.7


class HallEnvelope(Strict):
    """Walls, roof and slab of a ventilated hall.

    *conductance_kw_per_k* to outdoors (films included), *solar_gain_m2*: kW that enter for each kW/m2 of sun on the
    horizontal; a slab of *mass_kwh_per_k* that exchanges *mass_kw_per_k* with the air of the hall.
    """

    conductance_kw_per_k: float = Field(ge=0)
    solar_gain_m2: float = Field(default=0.0, ge=0)
    mass_kwh_per_k: float = Field(default=0.0, ge=0)
    mass_kw_per_k: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _mass_touches_the_air(self) -> Self:
        if (self.mass_kwh_per_k > 0) != (self.mass_kw_per_k > 0):
            what = f"value {self.mass_kwh_per_k:g} with mass_kw_per_k {self.mass_kw_per_k:g}: one without the other"
            raise_faults([Problem("mass_kwh_per_k", what, "give both, or neither")])
        return self


class BurnInHall(Strict):
    """Limits of the air at the miners' inlet, and what moves it.

    Recirculation is the share of exhaust that returns to the inlet. WBGT [C] binds because people load there. Every
    supply, of air or of water, stays *condensation_margin_k* above the hall's dew point. Open air is for halls at least
    *least_distance_to_sea_km* from salt water. Coils must stay above the dew point, too, unless they are
    *coil_condensate_drained*. A *fan*, a *pad* and an *envelope* say more of the hall than the plain keys do, where
    physics is asked in full.
    """

    inlet_limit_c: float = Field(gt=0, le=100)
    least_inlet_c: float = Field(ge=-40, le=60)
    relative_humidity_limit: float = Field(gt=0, le=1)
    dew_point_limit_c: float = Field(ge=-60, le=60)
    wbgt_limit_c: float = Field(ge=-20, le=60)
    recirculation_fraction: float = Field(ge=0, lt=0.5)
    fan_pressure_pa: float = Field(gt=0)
    fan_efficiency: float = Field(gt=0, le=1)
    pad_efficiency: float = Field(gt=0, lt=1)
    pad_pressure_pa: float = Field(ge=0)
    pad_cycles_of_concentration: float = Field(gt=1)
    coil_fan_kw_per_kw_th: float = Field(ge=0)
    least_relative_humidity: float = Field(default=0.0, ge=0, lt=1)
    condensation_margin_k: float = Field(default=2.0, ge=0, le=20)
    least_distance_to_sea_km: float = Field(default=LEAST_DISTANCE_TO_SEA_KM, ge=0)
    coil_condensate_drained: bool = True
    fan: Fan | None = None
    pad: EvaporativePad | None = None
    envelope: HallEnvelope | None = None

    @property
    def pads(self) -> EvaporativePad:
        """The hall's pads: *pad*, or one of the constant efficiency, pressure and cycles that the hall states."""
        return self.pad or EvaporativePad(
            pressure_pa=self.pad_pressure_pa,
            saturation_efficiency=self.pad_efficiency,
            cycles_of_concentration=self.pad_cycles_of_concentration,
        )

    @property
    def pad_evaporated_fraction(self) -> float:
        """Share of the pads' water that evaporates, the rest is blown down: (c - 1) / c at c cycles."""
        return 1.0 - 1.0 / self.pads.cycles_of_concentration

    @model_validator(mode="after")
    def _inlet_has_room(self) -> Self:
        low, high = self.least_inlet_c, self.inlet_limit_c
        wrong = []
        if low >= high:
            what = f"value {low:g}: not below inlet_limit_c {high:g}, so that no air suits the miners"
            wrong.append(Problem("least_inlet_c", what, f"give less than {high:g}, or a higher inlet_limit_c"))
        wrong += _order_problems(self, "least_relative_humidity", "relative_humidity_limit")
        raise_faults(wrong)
        return self


Orientation = Literal["roof", "north", "east", "south", "west", "shade"]


class HumidityHouseRule(Strict):
    """A band of relative humidity that the house would rather keep, and the price of an hour outside it."""

    relative_humidity_low: float = Field(gt=0, lt=1)
    relative_humidity_high: float = Field(gt=0, lt=1)
    usd_per_h: float = Field(ge=0)

    @model_validator(mode="after")
    def _band_has_room(self) -> Self:
        raise_faults(_order_problems(self, "relative_humidity_low", "relative_humidity_high"))
        return self


def _order_problems(table: Strict, low_key: str, high_key: str) -> list[Problem]:
    """What is wrong when the value at *low_key* is not below the one at *high_key*."""
    low, high = getattr(table, low_key), getattr(table, high_key)
    if low < high:
        return []
    return [Problem(low_key, f"value {low:g}: not below {high_key} {high:g}", f"give less than {high:g}")]


def _house_rule_problems(rule: HumidityHouseRule | None, low: float, high: float) -> list[Problem]:
    """What is wrong when the house's band reaches beyond the firm one, *low* to *high*."""
    if rule is None or (low <= rule.relative_humidity_low and rule.relative_humidity_high <= high):
        return []
    band = f"{rule.relative_humidity_low:g} to {rule.relative_humidity_high:g}"
    what = f"value {band}: reaches beyond the firm limits {low:g} to {high:g}, so that it could never be kept"
    return [Problem("house_rule", what, f"give a band within {low:g} to {high:g}")]


class AssemblyHall(Strict):
    """The conditioned hall: setpoint, humidity band, envelope, outdoor air and loads outside the plan."""

    temperature_c: float = Field(ge=5, le=40)
    relative_humidity_low: float = Field(gt=0, lt=1)
    relative_humidity_high: float = Field(gt=0, lt=1)
    area_m2: float = Field(gt=0)
    envelope_kw_per_k: float = Field(ge=0)
    roof_solar_gain_fraction: float = Field(ge=0, le=1)
    outdoor_air_kg_per_s: float = Field(ge=0)
    sensible_kw_per_person: float = Field(ge=0)
    latent_kw_per_person: float = Field(ge=0)
    people_base: float = Field(ge=0)
    people_base_pattern: str
    lighting_kw: float = Field(ge=0)
    base_kw: float = Field(ge=0)
    supply_fan_kw_per_kw_th: float = Field(ge=0)
    humidifier_kw_per_kg_per_s: float = Field(ge=0)
    house_rule: HumidityHouseRule | None = None

    @model_validator(mode="after")
    def _humidity_has_room(self) -> Self:
        low, high = self.relative_humidity_low, self.relative_humidity_high
        wrong = _order_problems(self, "relative_humidity_low", "relative_humidity_high")
        raise_faults(wrong or _house_rule_problems(self.house_rule, low, high))
        return self


class OpaqueSurface(Strict):
    """Roof or walls of one orientation: overall U air to air, absorptance for sun, film outside, cold of the sky.

    *sky_k* is how far long-wave loss to a clear sky holds the sol-air temperature down: 3.9 K for a roof, 0 for walls
    (ASHRAE Fundamentals, Nonresidential Cooling and Heating Load Calculations).
    """

    orientation: Orientation
    area_m2: float = Field(gt=0)
    u_w_per_m2_k: float = Field(gt=0)
    solar_absorptance: float = Field(ge=0, le=1)
    outside_film_w_per_m2_k: float = Field(default=17.0, gt=0)
    sky_k: float = Field(default=0.0, ge=0, le=20)


class Glazing(Strict):
    """Windows or skylights of one orientation: U and solar heat gain coefficient (shading included)."""

    orientation: Orientation
    area_m2: float = Field(gt=0)
    u_w_per_m2_k: float = Field(gt=0)
    solar_heat_gain_coefficient: float = Field(ge=0, le=1)


class Humidifier(Strict):
    """What adds moisture: electric steam, or a mist that takes its heat from the air.

    *efficiency* of the steam generator; *mist_kw_per_kg_per_s* pump and drying of a mist; *drain_fraction* of the water
    drawn that is drained and not taken up by the air.
    """

    kind: Literal["steam", "mist"]
    efficiency: float = Field(default=0.95, gt=0, le=1)
    mist_kw_per_kg_per_s: float = Field(default=60.0, ge=0)
    drain_fraction: float = Field(default=0.1, ge=0, lt=1)
    most_kg_per_s: float = Field(gt=0)


class AirHandler(Strict):
    """What supplies a hall with air: its flow, fan, coil, economiser, recovery and humidifier.

    The coil's surface is never colder than its water + *coil_approach_k*; *bypass_factor* is the share of air that
    leaves it untouched. *fan_static_fraction* of the fan's rated power stays at no flow; *wrap_around_effectiveness*
    of a run-around coil that cools the air before the coil and reheats it after (0: none).
    """

    supply_kg_per_s: float = Field(gt=0)
    least_flow_fraction: float = Field(gt=0, le=1)
    supply_c: float = Field(ge=5, le=30)
    bypass_factor: float = Field(ge=0, lt=0.5)
    coil_approach_k: float = Field(gt=0, le=10)
    fan_pressure_pa: float = Field(ge=0)
    fan_efficiency: float = Field(gt=0, le=1)
    fan_static_fraction: float = Field(default=0.0, ge=0, lt=1)
    economiser: bool
    wrap_around_effectiveness: float = Field(default=0.0, ge=0, lt=1)
    humidifier: Humidifier | None = None


class ConditionedHall(Strict):
    """A hall or office as a zone of two masses, air and structure, with its people, loads, envelope and air handler.

    Setpoints hold while occupied, set-backs otherwise. *idle_fraction* of lights and equipment stays on when nobody is
    there; *radiant_fraction* of all gains, and all sun through windows, heats the structure first.
    *air_capacity_multiplier* and *moisture_capacity_multiplier* count furniture and goods as so many times the air.
    """

    area_m2: float = Field(gt=0)
    height_m: float = Field(gt=0)
    cooling_c: float = Field(ge=5, le=45)
    heating_c: float = Field(ge=0, le=40)
    cooling_setback_c: float = Field(ge=5, le=60)
    heating_setback_c: float = Field(ge=0, le=40)
    relative_humidity_low: float = Field(gt=0, lt=1)
    relative_humidity_high: float = Field(gt=0, lt=1)
    house_rule: HumidityHouseRule | None = None
    opaque: tuple[OpaqueSurface, ...] = Field(min_length=1)
    glazing: tuple[Glazing, ...] = ()
    structure_kj_per_m2_k: float = Field(gt=0)
    inner_film_w_per_m2_k: float = Field(gt=0)
    inner_surface_m2_per_m2: float = Field(gt=0)
    air_capacity_multiplier: float = Field(ge=1)
    moisture_capacity_multiplier: float = Field(ge=1)
    infiltration_per_h: float = Field(ge=0)
    outdoor_air_l_per_s_per_person: float = Field(ge=0)
    outdoor_air_l_per_s_per_m2: float = Field(ge=0)
    people: float = Field(ge=0)
    sensible_kw_per_person: float = Field(ge=0)
    latent_kw_per_person: float = Field(ge=0)
    lighting_w_per_m2: float = Field(ge=0)
    equipment_w_per_m2: float = Field(ge=0)
    idle_fraction: float = Field(ge=0, le=1)
    radiant_fraction: float = Field(ge=0, le=1)
    air_handler: AirHandler

    @property
    def opaque_kw_per_k(self) -> float:
        """Conduction of roof and walls, air to air [kW/K]."""
        return sum(part.area_m2 * part.u_w_per_m2_k for part in self.opaque) / 1000.0

    @property
    def structure_coupling_kw_per_k(self) -> float:
        """Heat between the air and the inner surfaces [kW/K]."""
        return self.inner_film_w_per_m2_k * self.inner_surface_m2_per_m2 * self.area_m2 / 1000.0

    @model_validator(mode="after")
    def _zone_holds_together(self) -> Self:
        wrong = [
            *_order_problems(self, "heating_c", "cooling_c"),
            *_order_problems(self, "heating_setback_c", "cooling_setback_c"),
            *_order_problems(self, "relative_humidity_low", "relative_humidity_high"),
        ]
        if self.air_handler.supply_c >= self.cooling_c:
            what = (
                f"value {self.air_handler.supply_c:g}: not below cooling_c {self.cooling_c:g}, so that it cools nothing"
            )
            wrong.append(Problem("air_handler.supply_c", what, f"give less than {self.cooling_c:g}"))
        through, inside = self.opaque_kw_per_k, self.structure_coupling_kw_per_k
        if through >= inside:
            what = (
                f"value {self.inner_film_w_per_m2_k:g}: inner surfaces pass {inside:g} kW/K, the envelope {through:g}"
            )
            cure = "give a larger inner_film_w_per_m2_k or inner_surface_m2_per_m2, or less opaque area or U"
            wrong.append(Problem("inner_film_w_per_m2_k", what, cure))
        low, high = self.relative_humidity_low, self.relative_humidity_high
        raise_faults(wrong or _house_rule_problems(self.house_rule, low, high))
        return self
