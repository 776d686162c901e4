"""OEE of a station, by hand."""

from dataclasses import dataclass

import pytest

from twin.sim.oee import oee_of


@dataclass
class Day:
    """Shares of a day of 24 h, 8 of them off: 16 h planned."""

    utilisation: float = 8 / 24
    set_up: float = 1 / 24
    blocked: float = 2 / 24
    starved: float = 3 / 24
    held: float = 0.5 / 24
    down: float = 1.5 / 24
    off: float = 8 / 24
    first_pass: float = 0.9


def test_factors_and_losses_by_hand():
    """Proves: of 16 h planned, 13.5 are available (84.4 %), 8 of them worked (59.3 %), 90 % good: OEE 45 %, and the
    losses make up the rest. Sensitivity: shares of the day in place of planned time give 30 %."""
    found = oee_of(Day())
    assert found.availability == pytest.approx(13.5 / 16)
    assert found.performance == pytest.approx(8 / 13.5)
    assert found.quality == 0.9
    assert found.oee == pytest.approx(0.45)
    assert found.oee == pytest.approx(found.availability * found.performance * found.quality)
    assert found.losses == {
        "breakdowns": pytest.approx(1.5 / 16), "set_ups": pytest.approx(1 / 16), "blocked": pytest.approx(2 / 16),
        "starved": pytest.approx(3 / 16), "held": pytest.approx(0.5 / 16), "quality": pytest.approx(0.8 / 16),
    }  # fmt: skip
    assert found.oee + sum(found.losses.values()) == pytest.approx(1)


def test_no_time_is_no_number():
    """Proves: without planned time there is no OEE, and with a machine that was always down no performance.
    Sensitivity: each would be a division by 0."""
    idle = Day(utilisation=0, set_up=0, blocked=0, starved=0, held=0, down=0, off=1)
    assert (oee_of(idle).oee, oee_of(idle).losses) == (None, {})
    broken = oee_of(Day(utilisation=0, set_up=0, blocked=0, starved=0, held=0, down=1, off=0))
    assert (broken.oee, broken.availability, broken.performance) == (0, 0, None)
