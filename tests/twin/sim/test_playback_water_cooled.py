"""A plan's water-cooled chillers in the play-back: how they are used, and what their water costs."""

from types import SimpleNamespace

import numpy as np
import pytest

from twin.model.thermal.outdoor_air import OutdoorAir
from twin.model.thermal.water_cooled_operation import TowerSetting
from twin.sim import playback
from twin.sim.own_power import OwnPower


def task(**setting):
    """A task whose plan chills 30 of 100 kW_th with water-cooled chillers in every hour."""
    plan = {
        "store_fill_kw_th": np.zeros(8760), "store_empty_kw_th": np.zeros(8760),
        "chiller_kw_th": np.full(8760, 70.0), "water_cooled_kw_th": np.full(8760, 30.0),
    }  # fmt: skip
    plant = SimpleNamespace(line=SimpleNamespace(crew=SimpleNamespace(size=6)), holding_usd_per_unit_h=0.0,
                            equipment=SimpleNamespace(generators=None))  # fmt: skip
    plain = {
        "plant": plant, "hall": None, "assembly": None, "outdoor_c": None, "tariff": None, "calendar": None,
        "water_usd_per_m3": 2.0, "towers": None,
    }  # fmt: skip
    return SimpleNamespace(setting=SimpleNamespace(**(plain | setting)), plan=plan, sizes={}, costs={"water": 0.0})


def test_the_plans_share_is_played(monkeypatch):
    """Proves: with air for the towers the play-back hands on the plan's share, 0.3; without it, nothing.
    Sensitivity: a plan with towers would be played on its air-cooled chillers alone, and be short of cold."""
    handed = []
    monkeypatch.setattr(playback, "operate_cooling", lambda *arguments: handed.append(arguments[-2]))
    year = SimpleNamespace(burn_in_kw=None, line_kw=None, staffed_cells=np.zeros(8760))
    air = OutdoorAir.of_wet_bulb(np.full(8760, 30.0), np.full(8760, 24.0))
    playback._cooled(task(towers=TowerSetting(air, 2.5)), year)
    playback._cooled(task(), year)
    assert handed[0].outdoor is air
    assert handed[0].share == pytest.approx(0.3)
    assert handed[1] is None


def test_tower_water_has_its_own_price(monkeypatch):
    """Proves: 10 m3, 4 of them of towers, cost 6 x 2 + 4 x 2.5 = 22 usd.
    Sensitivity: all at the pads' price would be 20, the towers' at both 30."""
    monkeypatch.setattr(playback, "bill_by_cost_line", lambda *_: {})
    cooling = SimpleNamespace(water_m3=np.array([7.0, 3.0]), tower_water_m3=np.array([4.0, 0.0]))
    year = SimpleNamespace(waiting_unit_h=0.0)
    air = OutdoorAir.of_wet_bulb(np.full(8760, 30.0), np.full(8760, 24.0))
    costs = playback._costs(task(towers=TowerSetting(air, 2.5)), year, None, cooling, OwnPower())
    assert costs["water"] == pytest.approx(22.0)
