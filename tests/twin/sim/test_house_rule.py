"""The cost sheet of a play-back: what hours outside the house's band of humidity cost in what occurred."""

from types import SimpleNamespace

import numpy as np
import pytest

from twin.model.plant import read_plant
from twin.model.thermal.operation import CoolingOperation
from twin.sim import playback
from twin.sim.own_power import OwnPower


def costs(monkeypatch, planned, hourly_usd):
    """The cost sheet of a year in which the halls' house rule cost *hourly_usd* in each of 10 hours."""
    monkeypatch.setattr(playback, "bill_by_cost_line", lambda *_: {"energy": 5.0})
    nil, some = np.zeros(8760), np.zeros(8760)
    some[:10] = hourly_usd
    cooling = CoolingOperation(nil, nil, nil, nil, nil, house_rule_usd=some)
    setting = SimpleNamespace(
        plant=SimpleNamespace(holding_usd_per_unit_h=2.0, equipment=read_plant()[0].equipment), tariff=None,
        calendar=None, water_usd_per_m3=1.0, towers=None,
    )  # fmt: skip
    task = SimpleNamespace(setting=setting, costs=planned, plan={})
    own = OwnPower()
    return playback._costs(task, SimpleNamespace(waiting_unit_h=3.0), None, cooling, own)


def test_the_rule_is_paid_for_what_occurred(monkeypatch):
    """Proves: a plan that promised 100 usd outside the band and was outside it for 10 h at 20 usd has paid 200.
    Sensitivity: the promise would be its own outcome."""
    found = costs(monkeypatch, {"house_rule": 100.0, "labour": 7.0}, 20.0)
    assert found == pytest.approx({"house_rule": 200.0, "labour": 7.0, "energy": 5.0, "water": 0.0, "holding": 6.0})


def test_without_a_rule_there_is_no_line(monkeypatch):
    """Proves: a plan without the line gets none. Sensitivity: every cost sheet would grow a line of nil."""
    assert "house_rule" not in costs(monkeypatch, {"labour": 7.0}, 0.0)
