"""The sun on roof and walls: which side has it when."""

import numpy as np
import pytest

from sites.sun import clear_sky, direct_and_diffuse
from twin.model.thermal.hall_sun import incident_w_per_m2


def test_each_side_has_its_hour():
    """Proves: over Houston on a clear 21 December the roof has the global horizontal irradiance, the south wall more
    than that at noon, the north wall only what sky and ground give, and east and west change places over noon.
    Sensitivity: azimuths counted from the south would swap south and north; standard time an hour off would not keep
    morning and evening within 15 %."""
    sky = clear_sky(29.8, -95.4, -6.0)
    dni, dhi = direct_and_diffuse(sky.clear_ghi_w_m2, sky)
    found = incident_w_per_m2(29.8, -95.4, -6.0, 2026, sky.clear_ghi_w_m2, dni, dhi)
    noon = 24 * 354 + 12
    assert found["roof"] is sky.clear_ghi_w_m2
    assert found["south"][noon] > found["roof"][noon] > found["north"][noon]
    assert found["north"][noon] < 0.35 * found["roof"][noon]
    day = slice(24 * 354, 24 * 355)
    east, west = found["east"][day], found["west"][day]
    assert np.argmax(east) < 12 <= np.argmax(west)
    assert east.sum() == pytest.approx(west.sum(), rel=0.15)
