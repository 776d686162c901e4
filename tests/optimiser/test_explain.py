"""Why these sizes: each sentence names the limit that binds, its number and its hour, on a tiny plan solved by hand."""

import dataclasses

import numpy as np
import pytest

from optimiser.explain import bindings
from optimiser.plan import costs_of, plan_of, sizes_of


def told(found, **sizes):
    """What is said of a found plan; *sizes* take the place of its own."""
    own = sizes_of(found)
    plan = plan_of(found, costs_of(found.facility, found.solution), own)
    return bindings(plan, found.facility.inputs, own | sizes)


@pytest.fixture
def batch(tiny):
    """What is said of the batch of two units."""
    return tiny.found_of(*tiny.batch())


def test_a_fixed_load_is_explained_by_its_peak(tiny):
    """Proves: of a load of 50, 300 and 120 kW the peak is told with its hour and the spare; there is no sentence about
    racks or chillers that do not stand.
    Sensitivity: the hour after the peak would be 02:00."""
    plant = tiny.plant(equipment__transformers__spare=1, equipment__transformers__most_of_one_size=2)
    time = tiny.grid(3)
    said = told(tiny.found_of(tiny.inputs(time, plant, load_kw=[50.0, 300.0, 120.0]), time))
    assert set(said) == {"transformers_count", "battery_kw"}
    assert said["transformers_count"].startswith(
        "The peak of 300 kW on 2026-01-01 01:00 must be carried with 1 transformer out"
    )
    assert said["battery_kw"].startswith("At these prices a battery costs more")


def test_a_battery_is_explained_where_there_is_one(batch):
    """Proves: a battery of 150 kW cuts peaks; one of 1 kW, which is rounding, is none.
    Sensitivity: a test for any size above nil would praise what the solver's tolerance left."""
    assert told(batch, battery_kw=150.0)["battery_kw"].startswith("Cuts the billed peak")
    assert told(batch, battery_kw=1.0)["battery_kw"].startswith("At these prices")


def test_racks_and_fans_are_explained_by_their_fullest_hour(batch):
    """Proves: two units hold slots from 01:00 on, ten to a rack; the highest heat is 2 kW, first at 02:00; open air is
    the way of both design points.
    Sensitivity: burning units alone would name 02:00 for the racks; the starts' hour 01:00 for the heat."""
    said = told(batch)
    assert said["racks_count"].startswith("2 units hold slots on 2026-01-01 01:00, 10 to a rack; 5% more")
    assert said["ventilation_kw_th"] == (
        "Burn-in gives the air at most 2 kW on 2026-01-01 02:00, in whole modules. "
        "hot (35.0 C, wet bulb 25.0 C): open air, humid (35.0 C, wet bulb 25.0 C): open air."
    )


def test_the_way_of_each_design_point_is_named(tiny):
    """Proves: a point that needs pads says pads, one that allows no outdoor air says coils.
    Sensitivity: asked in the other order, air that is allowed over pads only would be told as open air."""
    case, time = tiny.batch()
    pads, coils = tiny.hall(pad=True, hours=1), tiny.hall(allowed=False, hours=1)
    design = tuple(
        dataclasses.replace(point, cooling=way) for point, way in zip(case.design, (pads, coils), strict=True)
    )
    found = tiny.found_of(dataclasses.replace(case, design=design), time)
    said = told(found)
    assert said["ventilation_kw_th"].endswith(
        "hot (35.0 C, wet bulb 25.0 C): pads, humid (35.0 C, wet bulb 25.0 C): coils."
    )
    assert said["coils_kw_th"].startswith("Needed at design conditions")


def test_hours_of_each_way_add_up_to_the_year(tiny):
    """Proves: with one hour of pads and two without outdoor air 8,757 hours are of open air.
    Sensitivity: pads counted in the open-air hours, too, would be 8,758."""
    case, time = tiny.batch()
    hours = np.arange(8760)
    hall = tiny.hall(allowed=~np.isin(hours, [100, 200]), pad=hours == 3, fan=0.05, water=0.001)
    said = told(tiny.found_of(dataclasses.replace(case, hall=hall), time))
    assert said["pads_kw_th"].endswith("open air 8,757 h of the year, pads 1 h, neither 2 h.")
    assert said["coils_kw_th"].startswith("Not needed")


def test_chillers_are_explained_by_the_point_that_asks_for_most_units(batch):
    """Proves: hot asks 60 + 8 x 6.5 + 48 x 0.1 = 116.8 kW_th of units of 100, humid 40 + 52 + 4.8 + 10 + 48 x 0.05 =
    109.2 of units of 90: 1.213 units against 1.168, so humid binds.
    Sensitivity: the highest need in kW_th would name the hot point."""
    assert told(batch)["chillers_count"] == (
        "The assembly hall needs 109 kW_th at the humid, where one chiller delivers 90 kW_th; 0 is spare."
    )


def test_coils_of_the_burn_in_hall_count_among_what_chillers_need(tiny):
    """Proves: where the hot point allows no outdoor air, the burn-in heat comes to the assembly hall's 116.8 kW_th.
    Sensitivity: a plant whose burn-in hall needs coils would be told by its assembly hall alone."""
    case, time = tiny.batch()
    hot = dataclasses.replace(case.design[0], cooling=tiny.hall(allowed=False, hours=1), chiller_kw_th=90.0)
    found = tiny.found_of(dataclasses.replace(case, design=(hot, case.design[1])), time)
    heat_kw = 1000.0 * found.solution.value("burn_in_power_mw").max()
    said = told(found)["chillers_count"]
    assert said.startswith(
        f"The halls need {116.8 + heat_kw:,.0f} kW_th at the hot, where one chiller delivers 90 kW_th"
    )


def test_a_cold_store_is_explained_by_its_size(batch):
    """Proves: no tank stands here, and prices are named as the reason; a tank of 500 kWh_th is explained by its use.
    Sensitivity: one sentence for both would explain a tank that was not bought."""
    assert told(batch)["cold_store_kwh_th"].startswith("Price differences within a day do not pay")
    assert told(batch, cold_store_kwh_th=500.0)["cold_store_kwh_th"].startswith("Chilled at night")
