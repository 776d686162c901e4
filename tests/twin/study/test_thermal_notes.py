"""Warnings of heat hold name and number; what a hall cannot be is refused before anything is planned."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from optimiser.feasible import best_line
from sites.errors import InputError
from twin.model.equipment.chillers import Chiller
from twin.study.precheck import precheck
from twin.study.thermal_notes import (
    chiller_notes,
    limit_notes,
    pad_notes,
    refuse_thermal,
    thermal_notes,
    warmer_notes,
)


@pytest.fixture(scope="module")
def inputs(cases):
    return {name: case.inputs_of(best_line(case.plant, case.calendar, case.holidays)) for name, case in cases.items()}


def with_hall(inputs, **changes):
    hall = inputs.plant.burn_in_hall.model_copy(update=changes)
    return replace(inputs, plant=inputs.plant.model_copy(update={"burn_in_hall": hall}))


def with_chiller(inputs, **changes):
    equipment = inputs.plant.equipment
    chiller = equipment.chiller.model_copy(update=changes)
    changed = equipment.model_copy(update={"chiller": chiller})
    return replace(inputs, plant=inputs.plant.model_copy(update={"equipment": changed}))


def test_curves_that_the_weather_leaves_are_named(cases, inputs):
    """Proves: with curves that end at 35 C a Texas year is told by the chiller's name, the hours and its hottest, and
    the design dry bulb of 38.0 C besides. Sensitivity: looked at in the year alone, a mild one would hide it."""
    hot = with_chiller(inputs["texas"], outdoor_high_c=35.0)
    notes = chiller_notes(hot)
    warmest = float(cases["texas"].weather.values("dry_bulb_c").max())
    year = next(note for note in notes if "warmest" in note)
    assert "Trane CGAM130" in year
    assert f"warmest {warmest:.1f} C, curves end at 35 C" in year
    assert any("38.0 C at the 0.4 % dry bulb" in note for note in notes)


def test_curves_wide_enough_are_not_told_of(inputs):
    """Proves: curves from -30 to 60 C give no note."""
    assert chiller_notes(with_chiller(inputs["texas"], outdoor_low_c=-30.0, outdoor_high_c=60.0)) == []


def test_curves_that_fall_with_warmth_are_told(inputs):
    """Proves: an offered chiller whose power falls with its condenser's warmth is named with the load and by how much;
    the starter's is not. Sensitivity: a plant on such curves would look better on hotter days, and nobody be told."""
    assert not warmer_notes(inputs["texas"])
    york = Chiller(
        name="big York", curve_set="York YK 5465", condenser="water", supply_c=8.0, pump_kw_per_kw_th=0.02,
        usd_each=1.0, most=2, spare=0, life_years=20,
    )  # fmt: skip
    case = inputs["texas"]
    offered = case.plant.equipment.model_copy(update={"water_cooled": SimpleNamespace(chiller=york)})
    notes = warmer_notes(replace(case, plant=case.plant.model_copy(update={"equipment": offered})))
    assert len(notes) == 1
    assert notes[0].startswith("big York: by its curves a warmer condenser takes less power below 54% of its load")


def test_coils_that_draw_water_are_told_with_the_dew_point(cases, inputs, blank):
    """Proves: where the plan uses coils, 8 C of chilled water against the hall's dew point is a note with key and
    number; a plan without coils says nothing of it. Sensitivity: told of every plan, Texas would have it, too."""
    florida = inputs["florida"]
    told = [n for n in thermal_notes(cases["florida"], florida, blank.plan(coil_kw_th=100.0)) if "drained" in n]
    assert len(told) == 1
    assert "equipment.chiller.supply_c, value 8:" in told[0]
    assert "K below the hall's dew point of 27.6 C at worst, where 2 K above it is the least" in told[0]
    assert not [n for n in thermal_notes(cases["florida"], florida, blank.plan()) if "drained" in n]


def test_coils_that_are_not_drained_are_refused(cases, inputs):
    """Proves: with coil_condensate_drained = false the same plant is refused before planning, exit code 3, with file,
    key, number and cure; warm enough water is not. Sensitivity: the starter's plant, drained, must pass."""
    refuse_thermal(inputs["florida"], "starter.toml")
    dry = with_hall(inputs["florida"], coil_condensate_drained=False)
    with pytest.raises(InputError) as told:
        refuse_thermal(dry, "starter.toml")
    assert told.value.exit_code == 3
    assert "starter.toml: equipment.chiller.supply_c: value 8: 19.6 K below" in str(told.value)
    assert "give 29.6 or more" in str(told.value)
    assert "burn_in_hall.coil_condensate_drained = true" in str(told.value)
    refuse_thermal(with_chiller(dry, supply_c=29.7), "starter.toml")
    case = cases["florida"]
    with pytest.raises(InputError, match="supply_c"):
        precheck(case.with_plant(dry.plant))


def test_pads_beyond_their_curve_are_named(cases, inputs):
    """Proves: a cellulose pad at 9 m/s, where its curve ends below, is told with the velocity and the hours in which
    pads are needed. Sensitivity: a pad of constant efficiency, as the starter's, has no curve to leave."""
    texas = inputs["texas"]
    assert pad_notes(cases["texas"], texas) == []
    pad = texas.plant.burn_in_hall.pads.model_copy(
        update={"saturation_efficiency": None, "depth_m": 0.15, "face_velocity_m_per_s": 9.0}
    )
    told = pad_notes(cases["texas"], with_hall(texas, pad=pad))
    assert len(told) == 1
    assert "burn_in_hall.pad, face velocity 9 m/s at worst" in told[0]
    assert f"{int(texas.hall.pad_needed.sum()):,} h" in told[0]


def test_limits_that_outdoor_air_breaks_are_named_in_hours_on_it(inputs, blank):
    """Proves: a least relative humidity of 40 % is broken in dry hours of outdoor air, told with the worst value; on
    coils alone no hour counts. Sensitivity: judged in all hours, a plan on coils would be warned for nothing."""
    dry = with_hall(inputs["texas"], least_relative_humidity=0.4)
    told = limit_notes(dry, blank.plan(free_air_kw_th=np.where(dry.hall.air_allowed, 500.0, 0.0)))
    assert len(told) == 1
    assert "least relative humidity" in told[0]
    assert "against a limit of 0.4; broken in" in told[0]
    assert limit_notes(dry, blank.plan(coil_kw_th=500.0)) == []
