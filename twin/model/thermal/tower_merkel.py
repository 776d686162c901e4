"""Merkel's tower: heat and mass transfer with one driving force, as a counter-flow exchanger of effective air.

Equations: EnergyPlus Engineering Reference, CoolingTower:SingleSpeed and VariableSpeed:Merkel; Braun, Klein and
Mitchell, ASHRAE Transactions 95(2), 1989. Air is taken as a fluid of wet-bulb temperature and heat capacity
cp_e = (h_sat(out) - h_sat(in)) / (wb_out - wb_in); UA_e = UA cp_e / cp; effectiveness and NTU in counter-flow.

UA is sized so that the design conditions are met, and moves with wet bulb, air and water flow by three polynomials.
Their default coefficients are EnergyPlus's example curves (Scheier's), as LBNL's Modelica Buildings library gives them
in CoolingTowers.Data.UAMerkel; read 2026-11, confidence medium: another fill has other ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sites.arrays import Flags, Floats
from sites.errors import InputError, Problem
from twin.model.equipment.towers import CoolingTower
from twin.model.thermal.numeric import bracketed_root, polynomial
from twin.model.thermal.outdoor_air import OutdoorAir, saturated_enthalpy_kj_per_kg, saturated_temperature_c
from twin.model.thermal.water import heat_capacity_kj_per_kg_k

LEAST_WATER_SHARE = 0.3  # below it the correction of the water flow is held
LARGEST_RANGE_K = 40.0
_TINY = 1e-9


def counter_flow_effectiveness(transfer_units: Floats, capacity_ratio: Floats) -> Floats:
    """Effectiveness in counter-flow: (1 - e^-z) / (1 - Cr e^-z) with z = NTU (1 - Cr); NTU / (1 + NTU) at Cr = 1."""
    apart = np.maximum(1.0 - capacity_ratio, _TINY)
    gained = -np.expm1(-transfer_units * apart)
    return np.asarray(gained / (apart + (1.0 - apart) * gained))


def _effective_air(
    wet_bulb_c: Floats, out_c: Floats, pressure_pa: Floats, entering_kj_per_kg: Floats
) -> tuple[Floats, Floats]:
    """Enthalpy that a kg of dry air takes up [kJ/kg] and its effective heat capacity [kJ/(kg K)]."""
    taken = saturated_enthalpy_kj_per_kg(out_c, pressure_pa) - entering_kj_per_kg
    return taken, taken / np.maximum(out_c - wet_bulb_c, _TINY)


def _design_water_kw_per_k(tower: CoolingTower) -> float:
    """Heat capacity of the design water flow [kW/K], at its entering temperature."""
    entering_c = tower.design_wet_bulb_c + tower.design_approach_k + tower.design_range_k
    return float(tower.design_water_kg_per_s * heat_capacity_kj_per_kg_k(entering_c))


def sized_ua_kw_per_k(tower: CoolingTower) -> float:
    """UA [kW/K] with which *tower* meets its design approach and range at its design air; inverse of the equations.

    Raises `InputError` where no UA would do, as the air cannot carry the heat.
    """
    outdoor = OutdoorAir.of_wet_bulb(tower.design_dry_bulb_c, tower.design_wet_bulb_c)
    wet_bulb, pressure = outdoor.wet_bulb_c, outdoor.pressure_pa
    entering_c = tower.design_wet_bulb_c + tower.design_approach_k + tower.design_range_k
    water = _design_water_kw_per_k(tower)
    heat = water * tower.design_range_k
    dry_air = tower.design_air_m3_per_s * outdoor.dry_air_kg_m3
    entering_air = saturated_enthalpy_kj_per_kg(wet_bulb, pressure)
    out_c = saturated_temperature_c(entering_air + heat / dry_air, pressure)
    _, capacity = _effective_air(wet_bulb, out_c, pressure, entering_air)
    streams = (dry_air * capacity, np.full_like(dry_air, water))
    least, ratio = np.minimum(*streams), np.minimum(*streams) / np.maximum(*streams)
    reached = heat / (least * (entering_c - wet_bulb))
    if (reached >= 1.0).any():
        what = (
            f"value {tower.design_air_m3_per_s:g}: this air would have to leave at {float(out_c[0]):.1f} C wet bulb to "
            f"carry {float(heat):.0f} kW_th, the water enters at {entering_c:.1f} C"
        )
        raise InputError(Problem("design_air_m3_per_s", what, "give more air, or a larger design_approach_k"))
    apart = np.maximum(1.0 - ratio, _TINY)
    transfer_units = np.log1p(reached * apart / (1.0 - reached)) / apart
    return float((transfer_units * least * outdoor.heat_capacity_kj_per_kg_k / capacity)[0])


@dataclass(frozen=True)
class _Hours:
    """What does not change while a balance is searched: air at the wet bulb, flows, and UA but for the air's share."""

    wet_bulb_c: Floats
    pressure_pa: Floats
    entering_kj_per_kg: Floats
    air_kj_per_kg_k: Floats
    design_air_kg_per_s: Floats
    water_kw_per_k: Floats
    ua_kw_per_k: Floats
    ua_air_curve: tuple[float, ...]

    def taken_kj_per_kg(self, out_c: Floats) -> Floats:
        """Enthalpy that a kg of dry air takes up until it leaves at a wet bulb of *out_c*."""
        return np.asarray(saturated_enthalpy_kj_per_kg(out_c, self.pressure_pa) - self.entering_kj_per_kg)

    def entering_c(self, out_c: Floats, taken: Floats, dry_air: Floats) -> Floats:
        """Entering water [C] whose heat is what *dry_air* [kg/s] takes up: wet bulb + Q / (effectiveness C_min)."""
        capacity = taken / np.maximum(out_c - self.wet_bulb_c, _TINY)
        ua = self.ua_kw_per_k * polynomial(self.ua_air_curve, dry_air / self.design_air_kg_per_s)
        air_stream = dry_air * capacity
        least = np.minimum(air_stream, self.water_kw_per_k)
        ratio = least / np.maximum(air_stream, self.water_kw_per_k)
        units = np.maximum(ua, _TINY) * capacity / (self.air_kj_per_kg_k * least)
        return np.asarray(self.wet_bulb_c + dry_air * taken / (counter_flow_effectiveness(units, ratio) * least))


@dataclass(frozen=True)
class MerkelTower:
    """A tower by Merkel's theory: its specification and its UA [kW/K] at design conditions."""

    tower: CoolingTower
    ua_kw_per_k: float
    largest_range_k: float = LARGEST_RANGE_K

    @classmethod
    def of(cls, tower: CoolingTower) -> MerkelTower:
        """Return the model of *tower*, its UA sized on the design conditions."""
        return cls(tower, sized_ua_kw_per_k(tower))

    def _hours(self, water_share: Floats, outdoor: OutdoorAir) -> _Hours:
        kit = self.tower
        *_, slope, curvature = kit.ua_water_curve
        best = -slope / (2.0 * curvature) if curvature < 0 else np.inf
        held_share = np.clip(water_share, LEAST_WATER_SHARE, max(best, LEAST_WATER_SHARE))
        at_design = sum(kit.ua_air_curve) * sum(kit.ua_water_curve) * kit.ua_wet_bulb_curve[0]
        corrected = polynomial(kit.ua_wet_bulb_curve, kit.design_wet_bulb_c - outdoor.wet_bulb_c) * polynomial(
            kit.ua_water_curve, held_share
        )
        return _Hours(
            wet_bulb_c=outdoor.wet_bulb_c,
            pressure_pa=outdoor.pressure_pa,
            entering_kj_per_kg=saturated_enthalpy_kj_per_kg(outdoor.wet_bulb_c, outdoor.pressure_pa),
            air_kj_per_kg_k=outdoor.heat_capacity_kj_per_kg_k,
            design_air_kg_per_s=np.asarray(kit.design_air_m3_per_s * outdoor.dry_air_kg_m3),
            # The heat capacity at design serves at all temperatures (within 4e-4): both directions agree exactly.
            water_kw_per_k=np.asarray(_design_water_kw_per_k(kit) * water_share),
            ua_kw_per_k=np.asarray(self.ua_kw_per_k * corrected / at_design),
            ua_air_curve=kit.ua_air_curve,
        )

    def leaving_c(self, range_k: Floats, water_share: Floats, air_ratio: Floats, outdoor: OutdoorAir) -> Floats:
        """Leaving water [C] when the water must cool by *range_k* [K]."""
        hours = self._hours(water_share, outdoor)
        dry_air = air_ratio * hours.design_air_kg_per_s
        out_enthalpy = hours.entering_kj_per_kg + hours.water_kw_per_k * range_k / dry_air
        out_c = saturated_temperature_c(out_enthalpy, outdoor.pressure_pa, outdoor.wet_bulb_c + 6.0)
        out_c = np.maximum(out_c, outdoor.wet_bulb_c + 1e-6)  # a range of nil keeps the effective air finite
        return hours.entering_c(out_c, hours.taken_kj_per_kg(out_c), dry_air) - range_k

    def range_k(self, entering_c: Floats, water_share: Floats, air_ratio: Floats, outdoor: OutdoorAir) -> Floats:
        """By how much [K] water of *entering_c* [C] cools; nil where it is no warmer than the wet bulb."""
        hours = self._hours(water_share, outdoor)
        dry_air = air_ratio * hours.design_air_kg_per_s
        warmer = np.maximum(entering_c, outdoor.wet_bulb_c + 1e-3)

        def too_warm(out_c: Floats) -> Floats:
            return hours.entering_c(out_c, hours.taken_kj_per_kg(out_c), dry_air) - warmer

        out_c = bracketed_root(too_warm, outdoor.wet_bulb_c + 1e-6, warmer)
        cooled = np.minimum(dry_air * hours.taken_kj_per_kg(out_c) / hours.water_kw_per_k, LARGEST_RANGE_K)
        return np.where(entering_c > outdoor.wet_bulb_c, cooled, 0.0)

    def range_to_k(self, leaving_c: float, water_share: Floats, outdoor: OutdoorAir) -> Floats:
        """Largest range [K] at full air with which water leaves at *leaving_c* [C]; nil where none does.

        As in `air_ratio` the unknown is the air's leaving wet bulb: it gives range and water without a search within.
        """
        hours = self._hours(water_share, outdoor)
        dry_air = hours.design_air_kg_per_s

        def too_warm(out_c: Floats) -> Floats:
            taken = hours.taken_kj_per_kg(out_c)
            return hours.entering_c(out_c, taken, dry_air) - dry_air * taken / hours.water_kw_per_k - leaving_c

        coldest = outdoor.wet_bulb_c + 1e-6
        most = hours.entering_kj_per_kg + LARGEST_RANGE_K * hours.water_kw_per_k / dry_air
        warmest = saturated_temperature_c(most, outdoor.pressure_pa, outdoor.wet_bulb_c + 6.0)
        out_c = bracketed_root(too_warm, coldest, np.maximum(warmest, coldest))
        cooled = np.minimum(dry_air * hours.taken_kj_per_kg(out_c) / hours.water_kw_per_k, LARGEST_RANGE_K)
        return np.where(out_c > coldest, cooled, 0.0)

    def carries(
        self, entering_c: Floats, range_k: Floats, water_share: Floats, air_ratio: Floats, outdoor: OutdoorAir
    ) -> Flags:
        """Whether water of *entering_c* [C] would cool by *range_k* [K] or more: whether it may enter colder than that.

        A heat with which the air would leave warmer than the water enters is out of the question.
        """
        hours = self._hours(water_share, outdoor)
        dry_air = air_ratio * hours.design_air_kg_per_s
        taken = hours.water_kw_per_k * range_k / dry_air
        found = (range_k <= LARGEST_RANGE_K) & (taken < hours.taken_kj_per_kg(entering_c))
        held = np.where(found, taken, 0.0)
        out_c = saturated_temperature_c(hours.entering_kj_per_kg + held, outdoor.pressure_pa, outdoor.wet_bulb_c + 6.0)
        out_c = np.maximum(out_c, outdoor.wet_bulb_c + 1e-6)
        return (range_k <= 0) | found & (hours.entering_c(out_c, hours.taken_kj_per_kg(out_c), dry_air) <= entering_c)

    def air_ratio(
        self, entering_c: Floats, range_k: Floats, water_share: Floats, least: float, outdoor: OutdoorAir
    ) -> Floats:
        """Share of design air, *least* to 1, at which water of *entering_c* [C] cools by *range_k* [K].

        The unknown is the air's leaving wet bulb: with the heat it gives the air flow, without a search within.
        """
        hours = self._hours(water_share, outdoor)
        heat = hours.water_kw_per_k * range_k

        def too_little_air(out_c: Floats) -> Floats:
            taken = hours.taken_kj_per_kg(out_c)
            return hours.entering_c(out_c, taken, heat / taken) - entering_c

        def out_at(ratio: float, start_k: float) -> Floats:
            enthalpy = hours.entering_kj_per_kg + heat / (ratio * hours.design_air_kg_per_s)
            return saturated_temperature_c(enthalpy, outdoor.pressure_pa, outdoor.wet_bulb_c + start_k)

        coldest, warmest = out_at(1.0, 6.0), out_at(least, 15.0)
        out_c = bracketed_root(too_little_air, coldest, np.maximum(warmest, coldest), tolerance=1e-8)
        return np.clip(heat / (hours.taken_kj_per_kg(out_c) * hours.design_air_kg_per_s), least, 1.0)
