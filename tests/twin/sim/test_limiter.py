"""The demand limiter: what late units may draw."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from sites.tariff_rows import TariffRows
from twin.model.contracts import Plan
from twin.model.plant import read_plant
from twin.model.thermal.burn_in_hall import HallCooling
from twin.model.thermal.chiller import full_load_ratio
from twin.sim.limiter import burn_in_limit_kw, cooling_kw_per_kw_th, dear_hours, highest_score, metered_peak_kw

MONTH = np.repeat(np.arange(12), 730)
PLANT, _ = read_plant()
SIZES = {
    "transformers_count": 2.0, "transformer_kva": 1000.0, "ventilation_kw_th": 1200.0, "coils_kw_th": 0.0,
    "racks_count": 10.0, "pads_kw_th": 0.0,
}  # fmt: skip


@dataclass
class FakePlan:
    """Series by name, nil unless given."""

    series: dict[str, Any]

    def values(self, name: str) -> Any:
        return self.series.get(name, np.zeros(8760))


def rows(peaks: dict[tuple[int, int], Any], price: Any) -> TariffRows:
    return cast(TariffRows, SimpleNamespace(peaks=peaks, energy_usd_per_kwh=price))


def hall(air_allowed: bool = True, air_kw_per_kw_th: float = 0.0) -> HallCooling:
    flags, nil = np.full(8760, air_allowed), np.zeros(8760)
    fans = np.full(8760, air_kw_per_kw_th)
    return HallCooling(flags, np.zeros(8760, dtype=bool), fans, nil, nil, nil, nil, nil, nil, np.ones(8760))


def limit(
    peaks: dict[tuple[int, int], Any],
    price: Any,
    candidates: Any,
    *,
    cooled_by: HallCooling | None = None,
    sizes: dict[str, float] = SIZES,
    more_room_kw: float = 0.0,
    **series: Any,
) -> Any:
    plan = cast(Plan, FakePlan(series))
    where, outdoor_c = cooled_by or hall(), np.full(8760, 30.0)
    return burn_in_limit_kw(plan, PLANT, rows(peaks, price), MONTH, candidates, sizes, where, outdoor_c, more_room_kw)


def test_an_hour_has_the_room_that_the_planned_peak_leaves() -> None:
    """Proves: a peak of 1000 kW in 280 hours of each month, others 100 + 20 kW, line 50 kW: 1000 x 0.992 - 2 - 170
    - 0.2 x 50 = 810 kW for burn-in, to the 0.02 kW that a share of 20 % is rounded by.

    What a play-back left under the highest peak is room in the hours that it meters, not in those of on-peak demand.
    Two 1000 kVA transformers lose 0.1 % each without load and 0.8 % of what they carry. A limiter that forgot the
    scatter would allow 820 kW, one that forgot the losses 820.
    """
    grid = np.where(np.arange(8760) % 730 < 280, 1000.0, 500.0)
    series = {"cooling_kw": np.full(8760, 100.0), "building_kw": np.full(8760, 20.0), "line_kw": np.full(8760, 50.0)}
    found = limit({}, np.full(8760, 0.05), {}, grid_kw=grid, **series)
    assert found == pytest.approx(np.full(8760, 810.0), abs=0.02)
    more = limit({}, np.full(8760, 0.05), {}, grid_kw=grid, more_room_kw=12.0, **series)
    assert more - found == pytest.approx(np.full(8760, 12.0))
    on_peak = {(0, 0): np.arange(400, 410)}
    lower, higher = (
        limit(on_peak, np.full(8760, 0.05), {}, grid_kw=grid, more_room_kw=kw, **series) for kw in (0.0, 12.0)
    )
    assert (higher - lower)[395:415] == pytest.approx([12.0] * 5 + [0.0] * 10 + [12.0] * 5)


def test_few_hours_at_the_peak_need_less_room_than_many() -> None:
    """Proves: the expected highest of 1, 2 and 15 normal draws is nil, 0.56 and 1.74 (tables of order statistics)."""
    grid = np.full(8760, 100.0)
    for month, hours in enumerate((1, 2, 15)):
        grid[730 * month : 730 * month + hours] = 1000.0
    found = highest_score(grid, MONTH)
    assert found[[0, 730, 1460]] == pytest.approx([0.0, 0.564, 1.736], abs=0.03)


def test_late_burn_in_takes_its_cooling_with_it_and_no_more_than_the_hours_way_carries() -> None:
    """Proves: 1000 kW of room above 400 kW planned, where each kW more takes 0.25 kW of fans: 400 + (990 - 400) / 1.25
    = 872 kW; without leave for outdoor air, 500 kW of coils are the limit though the fans would carry 1200 kW.

    A limiter that took the plan's cooling for granted would allow 990 kW; one that added fans and coils, 1200 kW."""
    own = np.full(8760, 400.0)
    series = {"grid_kw": np.full(8760, 1000.0), "burn_in_kw": own}
    found = limit({}, np.full(8760, 0.05), {}, cooled_by=hall(air_kw_per_kw_th=0.25), **series)
    assert found == pytest.approx(np.full(8760, 872.0))
    sizes = {**SIZES, "coils_kw_th": 500.0}
    found = limit({}, np.full(8760, 0.05), {}, cooled_by=hall(air_allowed=False), sizes=sizes, **series)
    assert found == pytest.approx(np.full(8760, 500.0))
    outdoor_c = np.full(8760, 35.0)
    kit = PLANT.equipment.chiller
    coils = PLANT.burn_in_hall.coil_fan_kw_per_kw_th + kit.pump_kw_per_kw_th + full_load_ratio(kit, outdoor_c)[0]
    assert cooling_kw_per_kw_th(PLANT, hall(air_allowed=False), outdoor_c)[0] == pytest.approx(coils)


def test_late_units_make_no_new_peak_in_metered_hours_nor_much_load_in_dear_ones() -> None:
    """Proves: hours of a 300 kW on-peak demand hold 300 kW although the month's peak is 1000 kW; dear hours the plan's
    own burn-in and 1.8 % of 360 slots; a candidate hour of the grid's peak one unit of 3.5 kW."""
    grid, own, price = np.full(8760, 200.0), np.full(8760, 150.0), np.full(8760, 0.05)
    grid[0], grid[5] = 1000.0, 300.0
    price[20:40] = 0.3
    found = limit(
        {(0, 0): np.arange(4, 10)}, price, {0: [(100, 0.5)]}, grid_kw=grid, burn_in_kw=own
    )  # fmt: skip
    assert found[4:10] == pytest.approx(np.full(6, 0.992 * 300 - 2))
    assert found[20:40] == pytest.approx(np.full(20, 150 + 0.018 * 360 * 3.5))
    assert found[100] == pytest.approx(153.5)
    assert found[200] == pytest.approx(0.992 * 1000 - 2)


def test_the_limit_never_starves_the_racks_of_what_the_plan_burns() -> None:
    """Proves: where the plan stands at its peak all month, the limit is its burn-in less the line's scatter, not less:
    0.0703 x 3.135 (the highest of 730) x 50 = 11.02 kW."""
    own, line = np.full(8760, 900.0), np.full(8760, 50.0)
    found = limit({}, np.full(8760, 0.05), {}, grid_kw=np.full(8760, 900.0), burn_in_kw=own, line_kw=line)
    assert found == pytest.approx(own - 11.02, abs=0.01)


def test_the_lowest_metered_peak_counts_and_dear_needs_a_difference_in_price() -> None:
    """Proves: overlapping demands give the lower planned peak; a flat price makes no hour dear, a two-step price makes
    exactly its upper step dear when that fills less than a third or more than a third of the month."""
    grid = np.full(8760, 100.0)
    grid[3], grid[6] = 400.0, 250.0
    found = metered_peak_kw(grid, rows({(0, 0): np.arange(0, 10), (1, 0): np.arange(5, 10)}, grid), MONTH)
    assert found[:12].tolist() == [400.0] * 5 + [250.0] * 5 + [400.0] * 2
    assert not dear_hours(np.full(8760, 0.1), MONTH).any()
    for share in (0.2, 0.5):
        upper = np.tile(np.arange(730) < share * 730, 12)
        assert (dear_hours(np.where(upper, 0.2, 0.1), MONTH) == upper).all()
