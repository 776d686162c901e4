"""The burn-in hall: limits decide the way of cooling; flows and water by hand and against EnergyPlus."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from sites import air
from sites.errors import InputError
from sites.validation import validated
from twin.model.halls import BurnInHall
from twin.model.plant import read_plant
from twin.model.thermal.air_side import air_side
from twin.model.thermal.burn_in_hall import (
    air_flow_kg_per_s_per_kw,
    fan_kw_per_kw_th,
    inlet_state,
    wbgt_indoors_c,
)
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water import KG_PER_M3

CASES = Path(__file__).parents[3] / "cases" / "thermal"
PLANT, _ = read_plant()
HALL, MINER = PLANT.burn_in_hall, PLANT.product
SEA_LEVEL_PA = 101325.0


def outdoors(dry_c, wet_c, hall=HALL):
    """What the hall may do in outdoor air of these temperatures."""
    dry, wet, pressure = (np.atleast_1d(np.asarray(value, dtype=float)) for value in (dry_c, wet_c, SEA_LEVEL_PA))
    ratio = air.humidity_ratio_from_wet_bulb(dry, wet, pressure)
    return air_side(hall, MINER, OutdoorAir(dry, wet, ratio, pressure)).hall_cooling()


def way(found):
    return "pads" if found.pad_needed[0] else "open" if found.air_allowed[0] else "neither"


def test_hot_dry_air_is_wetted():
    """Proves: at 40 C and 20 C wet bulb open air passes the 38 C limit with recirculation, and people's WBGT of 28 C is
    passed until pads wet a part of the air: pads it is, with the inlet at or below both limits and one of them met.
    Sensitivity: limits tested on outdoor air instead of the inlet would allow nothing or the wrong way."""
    found = outdoors(40.0, 20.0)
    assert way(found) == "pads"
    ratio = air.humidity_ratio_from_relative_humidity(found.inlet_c, found.inlet_relative_humidity, SEA_LEVEL_PA)
    wbgt = wbgt_indoors_c(found.inlet_c, ratio, np.array([SEA_LEVEL_PA]))[0]
    assert found.inlet_c[0] <= 38.0
    assert wbgt <= 28.0
    assert min(38.0 - found.inlet_c[0], 28.0 - wbgt) < 1e-4
    assert found.inlet_relative_humidity[0] < 0.9


def test_hot_damp_air_is_not():
    """Proves: at 35 C and 28 C wet bulb (a Florida afternoon) people's WBGT is above 28 C in open air, and pads, which
    follow the wet bulb, do not bring it down: neither may be used.
    Sensitivity: with a temperature limit alone open air (36.7 C at the inlet) would be allowed."""
    assert way(outdoors(35.0, 28.0)) == "neither"
    lenient = HALL.model_copy(update={"wbgt_limit_c": 40.0, "dew_point_limit_c": 40.0})
    assert way(outdoors(35.0, 28.0, lenient)) == "open"


def test_mild_air_needs_no_pads():
    """Proves: at 25 C and 18 C wet bulb open air keeps every limit; the inlet is 1.74 K above it; no water is used.
    Sensitivity: pads wherever they would be allowed would use water all year."""
    found = outdoors(25.0, 18.0)
    assert way(found) == "open"
    assert found.inlet_c[0] == pytest.approx(25.0 + 0.1 * 15.7 / 0.9, abs=1e-9)
    assert found.water_m3_per_kwh_th[0] == 0.0


@pytest.mark.parametrize(
    ("limit", "value", "dry_c", "wet_c"),
    [
        ("inlet_limit_c", 26.0, 25.0, 18.0),
        ("dew_point_limit_c", 10.0, 25.0, 18.0),
        ("wbgt_limit_c", 20.0, 25.0, 18.0),
    ],
)
def test_each_limit_closes_the_air(limit, value, dry_c, wet_c):
    """Proves: each limit on its own ends open air that all the others allow.
    Sensitivity: a limit that is read but not tested would pass unseen."""
    assert way(outdoors(dry_c, wet_c)) == "open"
    assert way(outdoors(dry_c, wet_c, HALL.model_copy(update={limit: value}))) != "open"


def test_recirculation_mixes_exhaust_into_the_inlet():
    """Proves: with a share r of exhaust at the inlet, (1 - r) x supply + r x (inlet + dT) is the inlet: 20 C, a quarter
    and 15.7 K make 25.23 C.
    Sensitivity: r dT without the return of what was already warmed would be 23.93 C."""
    hall = HALL.model_copy(update={"recirculation_fraction": 0.25})
    found = inlet_state(hall, MINER, np.array([20.0]), np.array([0.005]), np.array([SEA_LEVEL_PA]))
    inlet = found.temperature_c[0]
    assert inlet == pytest.approx(0.75 * 20.0 + 0.25 * (inlet + 15.7), abs=1e-9)
    assert inlet == pytest.approx(20.0 + 0.25 * 15.7 / 0.75, abs=1e-9)


def test_cold_and_damp_hours_recirculate_more():
    """Proves: at -10 C the inlet is held at 5 C; in fog at 20 C it is warmed until 90 % relative humidity.
    Sensitivity: the natural inlet would be -8.3 C, and the fog 99 % less what 1.7 K dry: above 90 %."""
    cold, fog = (
        inlet_state(
            HALL, MINER, np.array([c]), air.humidity_ratio_from_dew_point([c], SEA_LEVEL_PA), np.array([SEA_LEVEL_PA])
        )
        for c in (-10.0, 20.0)
    )
    assert cold.temperature_c[0] == 5.0
    assert fog.relative_humidity[0] <= 0.9 + 1e-6
    damp = HALL.model_copy(update={"recirculation_fraction": 0.0})
    held = inlet_state(
        damp, MINER, np.array([20.0]), air.humidity_ratio_from_dew_point([20.0], SEA_LEVEL_PA), np.array([SEA_LEVEL_PA])
    )
    assert held.relative_humidity[0] == pytest.approx(0.9, abs=1e-6)
    assert held.allowed[0]


def test_flow_fans_and_water_by_hand():
    """Proves: dry air carries a kW at 15.7 K with 1 / (1.006 x 15.7) = 0.06332 kg/s; at 1.2 kg/m3, 60 Pa and 55 % that
    is 5.756 W of fans for each kW; air of 0.015 kg/kg carries 2.8 % more. Of the fresh air, nine tenths of what passes
    the miners, pads evaporate what it takes up, and at three cycles half as much again is drained; a fan's full flow
    carries less of it in thin air.
    Sensitivity: vapour that carries no heat is off by 0.5 K against EnergyPlus in a humid hour; without the drain a
    third of the water would be missing."""
    assert air_flow_kg_per_s_per_kw(MINER, np.array([0.0]))[0] == pytest.approx(1.0 / (1.006 * 15.7), rel=1e-12)
    assert air_flow_kg_per_s_per_kw(MINER, np.array([0.015]))[0] == pytest.approx(1.0 / (1.0339 * 15.7), rel=1e-12)
    fans = fan_kw_per_kw_th(HALL, np.array([0.06332]), np.array([1.2]))
    assert fans[0] == pytest.approx(60.0 * 0.06332 / 1.2 / 0.55 / 1000.0, rel=1e-12)
    hot = HALL.model_copy(update={"inlet_limit_c": 24.7445, "wbgt_limit_c": 40.0})  # all pads wet just reach it
    dry, wet = np.array([40.0]), np.array([20.0])
    before = air.humidity_ratio_from_wet_bulb(dry, wet, SEA_LEVEL_PA)[0]
    after = air.humidity_ratio_from_wet_bulb(np.array([23.0]), wet, SEA_LEVEL_PA)[0]
    fresh = 0.9 / ((1.006 + 1.86 * after) * 15.7)
    found = outdoors(40.0, 20.0, hot)
    assert found.water_m3_per_kwh_th[0] == pytest.approx(fresh * 3600.0 * (after - before) * 1.5 / KG_PER_M3, rel=1e-3)
    density = air.density_kg_m3(dry, before, SEA_LEVEL_PA)[0] / (1.0 + before)
    assert found.fan_kw_per_kw_th[0] == pytest.approx(60.0 * fresh / density / 0.55 / 1000.0, rel=1e-3)
    assert found.pad_kw_per_kw_th[0] == pytest.approx(30.0 * fresh / density / 0.55 / 1000.0, rel=1e-3)
    standard = 0.9 / (1.006 * 15.7) / 1.2
    assert found.fan_capacity_share[0] == pytest.approx(standard * density / fresh, rel=1e-3)


def test_wbgt_by_hand():
    """Proves: without sun WBGT is 0.7 x wet bulb + 0.3 x air: 30 C at 20 C wet bulb is 23 C.
    Sensitivity: weights exchanged would give 27 C."""
    dry, wet = np.array([30.0]), np.array([20.0])
    ratio = air.humidity_ratio_from_wet_bulb(dry, wet, SEA_LEVEL_PA)
    assert wbgt_indoors_c(dry, ratio, np.array([SEA_LEVEL_PA]))[0] == pytest.approx(23.0, abs=1e-5)


def test_wrong_keys_of_the_hall_are_told_together():
    """Proves: an inlet without room and humidity limits crossed are told at once, each by its key; pad and fan are
    checked below their own keys; without them the hall's plain figures make its pad.
    Sensitivity: the first rule alone would have a user start twice."""
    data = HALL.model_dump() | {"least_inlet_c": 45.0, "least_relative_humidity": 0.95}
    with pytest.raises(InputError) as caught:
        validated(BurnInHall, data, "my.toml")
    told = [problem.where for problem in caught.value.problems]
    assert told == ["my.toml: least_inlet_c", "my.toml: least_relative_humidity"]
    pad = {"pressure_pa": 30.0, "cycles_of_concentration": 3.0, "depth_m": 1.0}
    with pytest.raises(InputError, match=r"my.toml: pad.depth_m: value 1: outside 0.05 to 0.3 m"):
        validated(BurnInHall, HALL.model_dump() | {"pad": pad}, "my.toml")
    assert (HALL.pads.saturation_efficiency, HALL.pads.pressure_pa) == (0.85, 30.0)


@pytest.mark.outside
def test_energyplus_case_d():
    """Proves: 8760 hours of a 3.5 MW hall with 290 m3/s in EnergyPlus 25.2 (Tampa): the rise at which our flow carries
    the heat is the hall's rise over outdoor air within 0.3 K in every hour and 0.02 K on average.
    Sensitivity: without the heat that vapour carries the worst hour is 0.48 K off and the mean 0.22 K."""
    columns = json.loads(gzip.decompress((CASES / "ep_D_vent_hall.json.gz").read_bytes()))["columns"]
    of = {name.partition(":")[2].partition(" [")[0]: np.array(values) for name, values in columns.items()}
    heat_kw = of["Zone Electric Equipment Total Heating Rate"] / 1000.0
    one_kelvin = MINER.model_copy(update={"air_temperature_rise_k": 1.0})
    flow_at_one_kelvin = air_flow_kg_per_s_per_kw(one_kelvin, of["Site Outdoor Air Humidity Ratio"]) * heat_kw
    rise = flow_at_one_kelvin / of["Zone Ventilation Mass Flow Rate"]
    error = of["Zone Outdoor Air Drybulb Temperature"] + rise - of["Zone Mean Air Temperature"]
    assert np.abs(error).max() <= 0.3
    assert abs(error.mean()) <= 0.02
