"""Cooling by mode and the points of a psychrometric chart."""

import numpy as np
import pytest

from sites import air
from twin.model.plant import read_plant
from twin.model.thermal.hall_limits import limits_by_hour, wbgt_indoors_c
from twin.model.thermal.hall_modes import Mode, chart_limits, chart_points, cooling_modes, hours_by_mode

HALL = read_plant()[0].burn_in_hall
SEA_LEVEL_PA = 101325.0


def test_each_mode_by_hand():
    """Proves: air alone is open air or pads as it is wetted, coils alone coils, both together mixed, nothing idle; the
    hours add up to all hours and every mode has its label.
    Sensitivity: pads told by the hour's permission alone would count idle hours."""
    air_kw = np.array([10.0, 10.0, 0.0, 5.0, 0.0, 1e-9])
    wetted = np.array([False, True, True, True, True, False])
    coil_kw = np.array([0.0, 0.0, 10.0, 5.0, 0.0, 3.0])
    modes = cooling_modes(air_kw, wetted, coil_kw)
    np.testing.assert_array_equal(modes, [Mode.OPEN_AIR, Mode.PADS, Mode.COILS, Mode.MIXED, Mode.IDLE, Mode.COILS])
    assert hours_by_mode(modes) == {"idle": 1, "open air": 1, "pads": 1, "coils": 2, "mixed": 1}


def test_points_of_the_chart():
    """Proves: 30 C and 20 C wet bulb lie at 0.7 x 20 + 0.3 x 30 = 23 C WBGT; the other coordinates are those of moist
    air; saturated air is not above 100 %.
    Sensitivity: a cloud whose axes disagree would mislead a reader silently."""
    ratio = air.humidity_ratio_from_wet_bulb([30.0], [20.0], SEA_LEVEL_PA)
    point = chart_points(np.array([30.0]), ratio, np.array([SEA_LEVEL_PA]))
    assert point.wbgt_c[0] == pytest.approx(23.0, abs=1e-5)
    assert air.humidity_ratio_from_dew_point(point.dew_point_c, SEA_LEVEL_PA)[0] == pytest.approx(ratio[0], rel=1e-6)
    assert point.enthalpy_kj_per_kg[0] == pytest.approx(1.006 * 30 + ratio[0] * (2501 + 1.86 * 30), rel=1e-12)
    fog = chart_points(np.array([10.0]), np.array([0.02]), np.array([SEA_LEVEL_PA]))
    assert fog.relative_humidity[0] == 1.0


def test_lines_are_where_the_limits_bind():
    """Proves: along each line its own limit binds, to 1e-4; the line of WBGT lies inside the inlet's range.
    Sensitivity: a line drawn at another pressure, or at the wet bulb, would part from the cloud it bounds."""
    hall = HALL.model_copy(update={"least_relative_humidity": 0.1})
    lines = chart_limits(hall, SEA_LEVEL_PA)
    assert set(lines) == {
        "inlet",
        "least inlet",
        "dew point",
        "relative humidity",
        "wbgt",
        "least relative humidity",
    }
    for name, (dry_c, ratio) in lines.items():
        assert dry_c.size == ratio.size > 0
        found = limits_by_hour(hall, dry_c, ratio, np.full(dry_c.shape, SEA_LEVEL_PA))
        np.testing.assert_allclose(found.margins[name], 0.0, atol=1e-4)
    dry_c, ratio = lines["wbgt"]
    assert ((dry_c >= hall.least_inlet_c) & (dry_c <= hall.inlet_limit_c)).all()
    wbgt_c = wbgt_indoors_c(dry_c, ratio, np.full(dry_c.shape, SEA_LEVEL_PA))
    np.testing.assert_allclose(wbgt_c, hall.wbgt_limit_c, atol=1e-4)
    with pytest.raises(ValueError, match="2 or more"):
        chart_limits(hall, SEA_LEVEL_PA, 1)
