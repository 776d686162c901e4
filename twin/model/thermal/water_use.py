"""Water of towers by the hour: evaporation, drift, blowdown, make-up, the sewer's share, and what PUE and WUE say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sites import air
from sites.arrays import Floats
from twin.model.equipment.towers import CoolingTower
from twin.model.equipment.water_treatment import WaterTreatment
from twin.model.thermal.cooling_tower import TowerOperation
from twin.model.thermal.outdoor_air import OutdoorAir, saturated_enthalpy_kj_per_kg, saturated_temperature_c
from twin.model.thermal.water import basin_water, density_kg_m3

SECONDS_PER_HOUR = 3600.0
MONTHS = 12


class SaturatedExit(NamedTuple):
    """Saturated air that leaves a tower: temperature [C], humidity ratio [kg/kg], evaporation [kg/s]."""

    air_c: Floats
    humidity_ratio: Floats
    evaporation_kg_per_s: Floats


@dataclass(frozen=True)
class WaterUse:
    """Water by the hour [m3]: evaporated, drifted, blown down, made up, and billed by the sewer."""

    evaporation_m3: Floats
    drift_m3: Floats
    blowdown_m3: Floats
    make_up_m3: Floats
    sewer_billed_m3: Floats


def saturated_exit(operation: TowerOperation, outdoor: OutdoorAir, make_up_c: float = 20.0) -> SaturatedExit:
    """Return the air that leaves a tower, saturated, by the balances of energy and moisture of its dry air.

    m (h_out - h_in) = Q + E h_w(make-up) and E = m (w_out - w_in), so that h_sat(t) - h_w w_sat(t) is given; m is dry
    air. Make-up enters at *make_up_c* [C]; the heat is what the circulating water loses.
    """
    make_up_kj_per_kg = air.LIQUID_KJ_PER_KG_K * make_up_c
    dry_air = operation.air_kg_per_s
    moves = dry_air > 0
    heat_each = np.where(moves, operation.heat_kw_th / np.where(moves, dry_air, 1.0), 0.0)
    outdoor_enthalpy = air.enthalpy_kj_per_kg(outdoor.dry_bulb_c, outdoor.humidity_ratio)
    given = outdoor_enthalpy - make_up_kj_per_kg * outdoor.humidity_ratio + heat_each
    air_c = saturated_temperature_c(given, outdoor.pressure_pa, outdoor.wet_bulb_c + 5.0, make_up_kj_per_kg)
    ratio = air.humidity_ratio_from_dew_point(air_c, outdoor.pressure_pa)
    return SaturatedExit(air_c, ratio, np.maximum(dry_air * (ratio - outdoor.humidity_ratio), 0.0))


def evaporation_as_energyplus_kg_per_s(operation: TowerOperation, outdoor: OutdoorAir) -> Floats:
    """Evaporation [kg/s] as EnergyPlus reports it for "saturated exit" (CondenserLoopTowers, calculateWaterUsage).

    It neglects the heat that make-up water takes up, and multiplies a mass of dry air by the change of the specific
    humidity w / (1 + w): some 6 % less in Florida than the balance of moisture. To compare with its results.
    """
    dry_air = operation.air_kg_per_s
    moves = dry_air > 0
    heat_each = np.where(moves, operation.heat_kw_th / np.where(moves, dry_air, 1.0), 0.0)
    entering = saturated_enthalpy_kj_per_kg(outdoor.wet_bulb_c, outdoor.pressure_pa)
    out_c = saturated_temperature_c(entering + heat_each, outdoor.pressure_pa, outdoor.wet_bulb_c + 5.0)
    before, after = outdoor.humidity_ratio, air.humidity_ratio_from_dew_point(out_c, outdoor.pressure_pa)
    return np.maximum(dry_air * (after / (1.0 + after) - before / (1.0 + before)), 0.0)


def water_use(treatment: WaterTreatment, evaporation_kg_per_s: ArrayLike, drift_kg_per_s: ArrayLike = 0.0) -> WaterUse:
    """Return the hourly volumes that follow from evaporation and drift [kg/s], both means of the hour.

    Blowdown and make-up as in `basin_water`. The sewer bills the make-up less the credited share of what never reaches
    it.
    """
    basin = basin_water(evaporation_kg_per_s, drift_kg_per_s, treatment.cycles_of_concentration)
    to_m3 = SECONDS_PER_HOUR / float(density_kg_m3(treatment.make_up_c))
    lost = basin.evaporation_kg_per_s + basin.drift_kg_per_s
    return WaterUse(
        evaporation_m3=np.asarray(to_m3 * basin.evaporation_kg_per_s),
        drift_m3=np.asarray(to_m3 * basin.drift_kg_per_s),
        blowdown_m3=np.asarray(to_m3 * basin.blowdown_kg_per_s),
        make_up_m3=np.asarray(to_m3 * basin.make_up_kg_per_s),
        sewer_billed_m3=np.asarray(to_m3 * (basin.make_up_kg_per_s - treatment.sewer_credit_fraction * lost)),
    )


def tower_water_use(
    tower: CoolingTower, treatment: WaterTreatment, operation: TowerOperation, outdoor: OutdoorAir
) -> WaterUse:
    """Return a tower's hourly water; drift is a share of the wetted cells' design water and of their air."""
    wetted = tower.design_water_kg_per_s * operation.cells_running / tower.cells
    drift = treatment.drift_fraction * wetted * operation.air_ratio
    if treatment.evaporation == "energyplus":
        return water_use(treatment, evaporation_as_energyplus_kg_per_s(operation, outdoor), drift)
    return water_use(treatment, saturated_exit(operation, outdoor, treatment.make_up_c).evaporation_kg_per_s, drift)


def by_month(hourly: Floats, month: NDArray[np.integer]) -> Floats:
    """Sum *hourly* by *month* (1 to 12, of each hour): twelve values in the unit of *hourly*."""
    return np.bincount(np.asarray(month) - 1, weights=hourly, minlength=MONTHS).astype(float)


def pue(it_kwh: ArrayLike, cooling_kwh: ArrayLike, auxiliary_kwh: ArrayLike) -> Floats:
    """Power usage effectiveness: (IT + cooling + auxiliary) / IT, IT being miners under test and test benches.

    Of a year's energies, or hour by hour; nan where there is no IT energy. Definition: The Green Grid, white paper 49.
    """
    it = np.asarray(it_kwh, dtype=float)
    total = it + np.asarray(cooling_kwh, dtype=float) + np.asarray(auxiliary_kwh, dtype=float)
    return np.where(it > 0, total / np.where(it > 0, it, 1.0), np.nan)


def wue_l_per_kwh(water_m3: ArrayLike, it_kwh: ArrayLike) -> Floats:
    """Water usage effectiveness [L/kWh]: make-up water over IT energy; nan where there is none (Green Grid, 35)."""
    it = np.asarray(it_kwh, dtype=float)
    return np.where(it > 0, 1000.0 * np.asarray(water_m3, dtype=float) / np.where(it > 0, it, 1.0), np.nan)


def kwh_per_unit(plant_kwh: float, units: float) -> float:
    """Energy of the whole plant for each miner burned in [kWh]; nan for no miner."""
    return plant_kwh / units if units > 0 else float("nan")
