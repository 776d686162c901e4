"""What a plant file may say of a pump, and what is refused."""

import pytest

from sites.errors import InputError
from sites.validation import validated
from twin.model.equipment.pumps import Pump

DESIGN = {
    "name": "pump", "design_flow_m3_per_s": 0.1, "design_head_pa": 200e3, "pump_efficiency": 0.8,
    "motor_efficiency": 0.95, "speed": "variable",
}  # fmt: skip


def refused(**keys):
    with pytest.raises(InputError) as raised:
        validated(Pump, DESIGN | keys, "plant.toml")
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"static_head_pa": 200e3}, ["static_head_pa: value 200000: not below design_head_pa 200000"]),
        ({"part_load_curve": [0, 0, 0, 1], "power_law": [0.1, 0.9, 2.5]}, ["power_law: stands beside part_load_curve"]),
        ({"part_load_curve": [0, 0, 0, 1], "static_head_pa": 50e3}, ["part_load_curve says already what the pump"]),
        ({"part_load_curve": [0, 0, 0, 1], "speed": "constant"}, ["a pump of constant speed takes its design power"]),
        ({"part_load_curve": [0, 0, 0, 0.8]}, ["0.8 at full flow"]),
        ({"part_load_curve": [-0.1, 0, 0, 1.1]}, ["-0.1 at flow 0.00"]),
        ({"part_load_curve": [0.5, -1.0, 1.5, 0]}, ["more flow takes less power somewhere"]),
        ({"power_law": [-0.1, 1.5, 4.0]}, ["a = -0.1", "c = 4", "a + b = 1.4"]),
        ({"power_law": [1.0, 0.0, 2.0]}, ["b = 0 does not rise with flow"]),
    ],
)
def test_what_contradicts_itself_is_refused(keys, said):
    """Proves: two descriptions of the power at part flow, a description that a constant speed cannot follow, and
    curves that are no power of a pump are refused by key and number, all at once.
    Sensitivity: one of two descriptions would win unseen."""
    found = refused(**keys)
    assert len(found) == len(said)
    for problem, words in zip(found, said, strict=True):
        assert words in problem


def test_a_curve_that_falls_below_its_least_flow_is_allowed():
    """Proves: fitted coefficients that turn below the least flow of the pump are as good as any: it never runs there.
    Sensitivity: checked from nil flow the curve would be refused."""
    curve = [0.5, -1.0, 1.5, 0.0]
    assert (
        validated(Pump, DESIGN | {"part_load_curve": curve, "least_flow_fraction": 0.4}, "plant.toml").power_law is None
    )
