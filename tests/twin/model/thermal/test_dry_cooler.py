"""Dry coolers: cross-flow by hand, EnergyPlus case C, fan control, wetted pads, balances."""

import gzip
import json
import math
from pathlib import Path

import numpy as np
import pytest

from sites import air
from sites.errors import InputError
from sites.validation import validated
from twin.model.equipment.dry_coolers import DryCooler
from twin.model.thermal.dry_cooler import (
    after_pads,
    conductance_kw_per_k,
    cool_water,
    cross_flow_effectiveness,
    most_heat_kw_th,
    reject_heat,
    sized_ua_kw_per_k,
)
from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water import heat_capacity_kj_per_kg_k

CASES = Path(__file__).parents[3] / "cases" / "thermal"
PLAIN = {
    "name": "cooler",
    "ua_kw_per_k": 450.0,
    "air_m3_per_s": 600.0,
    "fan_kw": 120.0,
    "setpoint_c": 40.0,
    "usd_each": 1.0,
    "most": 3,
    "life_years": 15,
}


def cooler(**changes):
    return validated(DryCooler, PLAIN | changes, "coolers.toml")


def year(seed=5, hours=3000):
    random = np.random.default_rng(seed)
    dry_c = random.uniform(-5, 43, hours)
    ratio = air.humidity_ratio_from_relative_humidity(dry_c, random.uniform(0.15, 0.6, hours), 100800.0)
    outdoor = OutdoorAir.of(dry_c, ratio, 100800.0)
    return outdoor, random.uniform(500.0, 8000.0, hours)


def test_effectiveness_by_hand():
    """Proves: at Cr nil cross-flow is 1 - exp(-NTU); NTU 2, Cr 1 gives 1 - exp(2^0.22 (exp(-2^0.78) - 1)) = 0.6154.
    Sensitivity: counter-flow would give 0.667 there."""
    found = cross_flow_effectiveness(np.array([2.0, 2.0]), np.array([0.0, 1.0]))
    assert found[0] == pytest.approx(1.0 - math.exp(-2.0), abs=1e-6)
    assert found[1] == pytest.approx(1.0 - math.exp(2.0**0.22 * (math.exp(-(2.0**0.78)) - 1.0)), rel=1e-12)
    assert found[1] == pytest.approx(0.6154, abs=5e-5)


@pytest.mark.outside
def test_energyplus_case_c():
    """Proves: 8760 hours of a two-speed dry cooler in EnergyPlus 25.2 (Tampa, 3.0 to 5.4 MW, UA 450 and 280 kW/K, 45 C
    setpoint): leaving water is ours within 0.02 K in every hour (found: 0.003), the same hours miss the setpoint, and
    the fan's year is 288.2 MWh within 0.1 %.
    Sensitivity: counter-flow errs by 0.5 K, air of standard density by 0.15 K."""
    columns = json.loads(gzip.decompress((CASES / "ep_C_drycooler50.json.gz").read_bytes()))["columns"]
    of = {name.partition(":")[2].rpartition(" [")[0]: np.array(values) for name, values in columns.items()}
    outdoor = OutdoorAir(
        *(of[f"Site Outdoor Air {name}"] for name in ("Drybulb Temperature", "Wetbulb Temperature", "Humidity Ratio")),
        of["Site Outdoor Air Barometric Pressure"],
    )
    made = cooler(
        fan_control="two_speed",
        least_fan_ratio=0.5,
        ua_air_exponent=math.log(280 / 450) / math.log(0.5),
        fan_curve=[0.0, 0.28 / 3.0, 0.0, 1.0 - 0.28 / 3.0],
        setpoint_c=45.0,
    )  # fmt: skip  (19.2 of 120 kW at half speed)
    found = cool_water(made, of["Cooling Tower Inlet Temperature"], of["Cooling Tower Mass Flow Rate"], outdoor)
    error = found.leaving_c - of["Cooling Tower Outlet Temperature"]
    assert np.abs(error).max() <= 0.02
    assert ((of["Cooling Tower Outlet Temperature"] > 45.001) == (found.leaving_c > 45.001)).all()
    fan_kw = of["Cooling Tower Fan Electricity Rate"] / 1000.0
    assert found.fan_kw.sum() == pytest.approx(fan_kw.sum(), rel=1e-3)
    assert np.abs(found.fan_kw - fan_kw).max() <= 0.2
    steady = reject_heat(
        made, of["Cooling Tower Heat Transfer Rate"] / 1000.0, of["Cooling Tower Mass Flow Rate"], outdoor
    )
    assert np.abs(steady.leaving_c - of["Cooling Tower Outlet Temperature"]).max() <= 0.02


@pytest.mark.parametrize("pads", [0.0, 0.8])
def test_energy_and_moisture_close(pads):
    """Proves: in every hour the water loses what the air gains, within 1e-9: m_w c (T_in - T_out) = m_a c_a (T_out -
    T_in) behind the pads, and pads evaporate what the air takes up.
    Sensitivity: moist air's mass in place of dry air's breaks it by 1 to 2 %."""
    outdoor, heat = year()
    found = reject_heat(cooler(pad_effectiveness=pads), heat, 110.0, outdoor)
    water = 110.0 * heat_capacity_kj_per_kg_k(found.entering_c) * (found.entering_c - found.leaving_c)
    np.testing.assert_allclose(water, heat, rtol=1e-9)
    moist = outdoor.humidity_ratio + found.evaporation_kg_per_s / found.air_kg_per_s
    gained = found.air_kg_per_s * (1.006 + 1.86 * moist) * (found.air_out_c - found.air_in_c)
    np.testing.assert_allclose(gained, heat, rtol=1e-9)
    if pads:
        wet = found.wetted > 0
        assert wet.any()
        assert (found.evaporation_kg_per_s[~wet] == 0).all()
        all_wet = air.humidity_ratio_from_wet_bulb(
            outdoor.dry_bulb_c - 0.8 * (outdoor.dry_bulb_c - outdoor.wet_bulb_c), outdoor.wet_bulb_c, 100800.0
        )
        gain = found.wetted * (all_wet - outdoor.humidity_ratio)
        np.testing.assert_allclose(found.evaporation_kg_per_s, found.air_kg_per_s * gain, rtol=1e-9, atol=1e-12)


def test_the_setpoint_is_held_where_it_can_be():
    """Proves: where nothing misses, water leaves at 40 C; where it misses, fans are full and the water is warmer; with
    entering water given instead of heat the same hours come out.
    Sensitivity: fans that overshoot would cool below the setpoint."""
    outdoor, heat = year()
    found = reject_heat(cooler(), heat, 110.0, outdoor)
    holds = ~found.misses_setpoint
    assert 50 < holds.sum() < 2950
    assert found.leaving_c[holds] == pytest.approx(40.0, abs=1e-8)
    assert (found.leaving_c[~holds] > 40.0).all()
    assert found.fan_kw[~holds] == pytest.approx(120.0)
    again = cool_water(cooler(), found.entering_c, 110.0, outdoor)
    assert again.leaving_c == pytest.approx(found.leaving_c, abs=1e-6)
    assert again.fan_kw == pytest.approx(found.fan_kw, abs=1e-6)


def test_fan_speed_by_hand():
    """Proves: where the fan follows, its ratio r gives the conductance asked for, Q / (T_in - T_air), and draws
    120 r3 kW; below the least ratio it runs a part of the time.
    Sensitivity: UA that does not fall with the air would need less fan than the hand check."""
    outdoor, heat = year()
    kit = cooler(least_fan_ratio=0.3)
    found = reject_heat(kit, heat, 110.0, outdoor)
    follows = ~found.misses_setpoint & (found.air_ratio > 0.3)
    asked = heat / (found.entering_c - outdoor.dry_bulb_c)
    water = 110.0 * heat_capacity_kj_per_kg_k(found.entering_c)
    given = conductance_kw_per_k(kit, found.air_ratio, water, outdoor)
    assert given[follows] == pytest.approx(asked[follows], rel=1e-6)
    assert found.fan_kw[follows] == pytest.approx(120.0 * found.air_ratio[follows] ** 3, rel=1e-9)
    cycles = found.air_ratio < 0.3
    assert found.fan_kw[cycles] == pytest.approx(120.0 * 0.027 * found.air_ratio[cycles] / 0.3, rel=1e-9)


def test_pads_are_wetted_only_as_far_as_asked():
    """Proves: pads stay dry where full fans hold the setpoint; where they do not, just enough is wetted to hold it, or
    all of it; the water is never warmer than without pads; in frost they stay dry.
    Sensitivity: pads on all day would evaporate several times as much (checked)."""
    outdoor, heat = year()
    dry = reject_heat(cooler(), heat, 110.0, outdoor)
    wet = reject_heat(cooler(pad_effectiveness=0.8), heat, 110.0, outdoor)
    assert (wet.wetted[~dry.misses_setpoint] == 0).all()
    partly = (wet.wetted > 0) & (wet.wetted < 1)
    assert partly.any()
    assert wet.leaving_c[partly] == pytest.approx(40.0, abs=1e-6)
    assert (wet.leaving_c <= dry.leaving_c + 1e-9).all()
    always = after_pads(cooler(pad_effectiveness=0.8), outdoor, np.ones(3000))
    everywhere = (dry.air_kg_per_s * (always.humidity_ratio - outdoor.humidity_ratio)).sum()
    assert wet.evaporation_kg_per_s.sum() < 0.6 * everywhere
    frost = OutdoorAir.of_wet_bulb([3.0], [-1.0])
    assert reject_heat(cooler(pad_effectiveness=0.8), 60000.0, 110.0, frost).wetted[0] == 0.0


def test_monotone():
    """Proves: hotter air, and more heat, never need less fan power nor leave cooler water; a larger cooler never leaves
    warmer water, nor needs more fan power for the same heat where its fans follow it (cycling at least speed, more fan
    power is switched).
    Sensitivity: a density taken at a fixed temperature would hide the first where it matters."""
    kit = cooler()
    rising = OutdoorAir.of(np.linspace(0, 45, 200), 0.006, 101325.0)
    hotter = reject_heat(kit, np.full(200, 5000.0), 110.0, rising)
    busier = reject_heat(kit, np.linspace(100, 9000, 200), 110.0, OutdoorAir.of(np.full(200, 25.0), 0.006, 101325.0))
    for found in (hotter, busier):
        assert (np.diff(found.fan_kw) >= -1e-7).all()
        assert (np.diff(found.leaving_c) >= -1e-7).all()
    outdoor, heat = year()
    small, large = (reject_heat(kit.bank(units), heat, 110.0, outdoor) for units in (1.0, 1.5))
    assert (large.leaving_c <= small.leaving_c + 1e-7).all()
    both = ~small.misses_setpoint & (large.air_ratio > kit.least_fan_ratio)
    assert (large.fan_kw <= small.fan_kw + 1e-7)[both].all()


def test_most_heat_is_the_heat_at_the_limit():
    """Proves: rejecting the most heat for a limit of 50 C leaves water at 50 C within 1e-6 K, with pads and without.
    Sensitivity: the water's own rise forgotten would promise 30 % too much."""
    outdoor, _ = year(hours=500)
    for kit in (cooler(), cooler(pad_effectiveness=0.8)):
        most = most_heat_kw_th(kit, 50.0, 110.0, outdoor)
        found = reject_heat(kit, most, 110.0, outdoor, setpoint_c=49.9)
        assert found.leaving_c == pytest.approx(50.0, abs=1e-6)


def test_ua_is_sized_on_a_design_day():
    """Proves: the UA sized for 4 MW at 60 C entering, 40 C air rejects 4 MW there at full fans; heat beyond what the
    streams carry has no UA (nan).
    Sensitivity: standard density would size it 7 % too small at 40 C."""
    hot = OutdoorAir.of([40.0], [0.012], 101325.0)
    ua = sized_ua_kw_per_k(4000.0, 60.0, 60.0, 400.0, hot)
    water = 60.0 * heat_capacity_kj_per_kg_k(60.0)
    given = conductance_kw_per_k(cooler(ua_kw_per_k=ua, air_m3_per_s=400.0), 1.0, water, hot) * 20.0
    assert given[0] == pytest.approx(4000.0, rel=1e-6)
    assert math.isnan(sized_ua_kw_per_k(5100.0, 60.0, 60.0, 400.0, hot))


def test_wrong_coolers_are_refused():
    """Proves: resistance of pads without pads, and no cooler left to work, are told at once, each at its key.
    Sensitivity: fan power for pads that are not there would be charged all year."""
    with pytest.raises(InputError) as caught:
        cooler(pad_fan_fraction=0.1, spare=3)
    assert {problem.where.rpartition(" ")[2] for problem in caught.value.problems} == {"spare", "pad_fan_fraction"}


@pytest.mark.parametrize("pads", [0.0, 0.8])
def test_heat_without_water_stays(pads):
    """Proves: heat without water is not rejected: water stands at its 40 C, fans stand, the setpoint is missed; nil and
    negative heat miss nothing; the hour beside it is what it is alone; and no water carries no heat.
    Sensitivity: a flow held at a billionth in place of none gives water of 1e11 C and 10 MW at the limit."""
    kit, outdoor = cooler(pad_effectiveness=pads), OutdoorAir.of(np.full(4, 35.0), 0.01, 101325.0)
    found = reject_heat(kit, [3000.0, 0.0, -10.0, 3000.0], [0.0, 0.0, 110.0, 110.0], outdoor)
    alone = reject_heat(kit, 3000.0, 110.0, OutdoorAir.of(35.0, 0.01, 101325.0))
    assert found.misses_setpoint.tolist() == [True, False, False, bool(alone.misses_setpoint[0])]
    assert found.fan_kw.tolist() == [0.0, 0.0, 0.0, alone.fan_kw[0]]
    assert found.heat_kw_th.tolist() == [0.0, 0.0, 0.0, 3000.0]
    assert found.leaving_c == pytest.approx([40.0, 40.0, 40.0, alone.leaving_c[0]], abs=1e-9)
    assert found.entering_c[:3] == pytest.approx([40.0, 40.0, 40.0], abs=1e-9)
    most = most_heat_kw_th(kit, 50.0, [0.0, 110.0, 0.0, 110.0], outdoor)
    assert most[[0, 2]].tolist() == [0.0, 0.0]
    assert (most[[1, 3]] > 1000.0).all()


def test_no_ua_where_nothing_can_go():
    """Proves: water no warmer than the air, no water, and no air have no UA (nan), as heat beyond the streams has none.
    Sensitivity: a division by the difference of nil ends the search for a size."""
    hot = OutdoorAir.of([40.0], [0.012], 101325.0)
    for entering_c, water, flow in ((40.0, 60.0, 400.0), (35.0, 60.0, 400.0), (60.0, 0.0, 400.0), (60.0, 60.0, 0.0)):
        assert math.isnan(sized_ua_kw_per_k(4000.0, entering_c, water, flow, hot))


def test_what_is_no_number_is_refused():
    """Proves: a missing heat, entering temperature or flow is refused with its name and hour.
    Sensitivity: a missing heat would pass for none."""
    outdoor, missing = OutdoorAir.of([20.0, 20.0], 0.006, 101325.0), [50.0, np.nan]
    with pytest.raises(ValueError, match="heat_kw_th is not a number in 1 hours, first in hour 1"):
        reject_heat(cooler(), missing, 110.0, outdoor)
    with pytest.raises(ValueError, match="entering_c is not a number"):
        cool_water(cooler(), missing, 110.0, outdoor)
    with pytest.raises(ValueError, match="water_kg_per_s is not a number"):
        most_heat_kw_th(cooler(), 50.0, missing, outdoor)
