"""Where the halls' heat comes from: exhaust, condensers, electricity, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from twin.model.equipment.heat_recovery import HeatRecovery
from twin.model.plant import read_plant
from twin.model.thermal.burn_in_hall import HallCooling
from twin.model.thermal.heat_use import HeatSources, either, exhaust_c, heat_sources, operate_heat

PLANT, _ = read_plant()
KIT = HeatRecovery(
    usd_per_kw_th=100.0, effectiveness=0.5, pump_kw_per_kw_th=0.02, condenser_fraction=0.2, most_kw_th=500.0,
    life_years=20,
)  # fmt: skip


def hall(inlet_c, allowed):
    inlet, may = np.array(inlet_c, dtype=float), np.array(allowed)
    nil = np.zeros(inlet.shape)
    return HallCooling(may, ~may & False, nil, nil, nil, inlet, nil + 0.5, nil + 0.01, nil + 101325.0, nil + 1.0)


def sources(exhaust, exhaust_share, condenser_share):
    return HeatSources(*(np.array([float(v)]) for v in (exhaust, exhaust_share, condenser_share)))


def test_exhaust_is_the_inlet_and_the_rise():
    """Proves: 20 C of open air leave the miners by the product's rise warmer; on coils the inlet is held at its limit.
    Sensitivity: on coils 50 C of open air would be taken for the inlet."""
    rise, limit = PLANT.product.air_temperature_rise_k, PLANT.burn_in_hall.inlet_limit_c
    assert exhaust_c(PLANT, hall([20.0, 50.0], [True, False])) == pytest.approx([20.0 + rise, limit + rise])


def test_a_kilowatt_of_miners_gives_by_its_rise():
    """Proves: exhaust of 20 C + rise against air of 12 C at an effectiveness of 0.5 gives 0.5 (8 + rise) / rise kW_th
    for each kW; nothing where the halls want none. Sensitivity: flow taken without its rise gives 0.5 kW_th."""
    year = SimpleNamespace(
        cold_c=np.array([12.0, np.nan]),
        reached_share=lambda hot_c, effectiveness: np.where(np.array([True, False]), effectiveness, 0.0) + 0.0 * hot_c,
    )
    found = heat_sources(PLANT, KIT, hall([20.0, 20.0], [True, True]), year)
    rise = PLANT.product.air_temperature_rise_k
    assert found.exhaust_kw_th_per_kw == pytest.approx([0.5 * (8.0 + rise) / rise, 0.0])
    other = HeatSources(np.array([9.0, 3.0]), np.array([1.0, 0.25]), np.array([1.0, 0.75]))
    mixed = either(found, other)
    assert mixed.exhaust_kw_th_per_kw[1] == 3.0
    assert (mixed.exhaust_share[1], mixed.condenser_share[1]) == (0.25, 0.75)
    assert mixed.exhaust_kw_th_per_kw[0] == found.exhaust_kw_th_per_kw[0]


@pytest.mark.parametrize(
    ("size", "source", "burn_in_kw", "expected"),
    [
        (100.0, sources(0.8, 1.0, 1.0), 25.0, (20.0, 10.0, 0.0)),  # exhaust 20, the rest from a bundle of 20
        (100.0, sources(0.8, 1.0, 0.5), 10.0, (8.0, 15.0, 7.0)),  # condenser water reaches half
        (25.0, sources(0.8, 1.0, 1.0), 25.0, (20.0, 5.0, 5.0)),  # the exchangers' size
        (100.0, sources(5.0, 0.5, 0.7), 25.0, (15.0, 6.0, 9.0)),  # together as far as the hotter
        (0.0, sources(5.0, 1.0, 1.0), 25.0, (0.0, 0.0, 30.0)),
    ],
)
def test_a_need_is_met_from_its_sources_in_turn(size, source, burn_in_kw, expected):
    """Proves: of 30 kW_th each source gives what is on the line, electricity the rest, pumps 2 % of what is recovered.
    Sensitivity: without the size 0 electric in the third case; shares that were added leave none in the fourth."""
    need, burning, chilled, power = (np.array([v]) for v in (30.0, burn_in_kw, 80.0, 20.0))
    found = operate_heat(KIT, source, size, need, burning, chilled, power)
    parts = (found.exhaust_kw_th[0], found.condenser_kw_th[0], found.electric_kw[0])
    assert parts == pytest.approx(expected)
    assert found.pump_kw[0] == pytest.approx(0.02 * (parts[0] + parts[1]))
