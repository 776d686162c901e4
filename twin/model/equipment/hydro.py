"""What cools hydro miners: their loop and the types of dry coolers that a plan may buy for it."""

from __future__ import annotations

from collections import Counter
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from sites.errors import Problem
from sites.validation import Strict, raise_faults
from twin.model.equipment.dry_coolers import DryCooler
from twin.model.equipment.hydro_loop import HydroLoop

SAME = 1e-9
TAKEN = ("racks", "chillers", "transformers", "towers", "generators")  # other sizes are named by them


class LoopDryCooler(DryCooler):
    """A type of dry cooler for the loop; *key* names its size, "dry_coolers" the size `dry_coolers_count`."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")

    @property
    def size(self) -> str:
        """Name of the size that counts its units."""
        return f"{self.key}_count"


class Hydro(Strict):
    """Miners cooled by water: the *loop*, its price, and up to three types of *dry_coolers* to choose from.

    *loop_usd_per_kw_th* buys pumps, pipes and manifolds for each kW of heat that all bought places give off into water.
    The loop's share of burn-in heat leaves over the dry coolers; only the rest warms the hall.
    """

    loop: HydroLoop
    loop_usd_per_kw_th: float = Field(ge=0)
    loop_life_years: int = Field(ge=1)
    dry_coolers: tuple[LoopDryCooler, ...] = Field(min_length=1, max_length=3)

    @model_validator(mode="after")
    def _coolers_fit_the_loop(self) -> Self:
        raise_faults(
            problem for place, cooler in enumerate(self.dry_coolers) for problem in self._problems(place, cooler)
        )
        return self

    def _problems(self, place: int, cooler: LoopDryCooler) -> list[Problem]:
        spot, wrong = f"dry_coolers[{place}]", []
        held_c = self.loop.supply_c
        if Counter(other.key for other in self.dry_coolers[: place + 1])[cooler.key] > 1 or cooler.key in TAKEN:
            wrong.append(Problem(f"{spot}.key", f"value {cooler.key!r}: names another size", "give another key"))
        if abs(cooler.setpoint_c - held_c) > SAME:
            what = f"value {cooler.setpoint_c:g}: the loop's supply is held at loop.supply_c {held_c:g}"
            wrong.append(Problem(f"{spot}.setpoint_c", what, f"give {held_c:g}"))
        speeds = np.linspace(cooler.least_fan_ratio, 1.0, 201)
        power = np.polynomial.polynomial.polyval(speeds, np.array(cooler.fan_curve))
        if (np.diff(power, 2) < -SAME).any() or (np.diff(power) < -SAME).any():
            what = f"value {list(cooler.fan_curve)}: falls or bends down between {cooler.least_fan_ratio:g} and 1"
            wrong.append(Problem(f"{spot}.fan_curve", what, "give a curve whose slope never falls with speed"))
        return wrong


def hydro_problems(hydro: Hydro, product_kw: float, throttle_above_c: float) -> list[Problem]:
    """What is wrong between a loop and its miner: of *product_kw* [kW], throttled by water *throttle_above_c* [C]."""
    loop, wrong = hydro.loop, []
    if abs(loop.unit_kw - product_kw) > SAME:
        what = f"value {loop.unit_kw:g}: the product draws {product_kw:g} kW"
        wrong.append(Problem("equipment.hydro.loop.unit_kw", what, f"give {product_kw:g}"))
    if loop.supply_limit_c > throttle_above_c + SAME:
        what = f"value {loop.supply_limit_c:g}: the miners throttle above burn_in.throttle_above_c {throttle_above_c:g}"
        wrong.append(Problem("equipment.hydro.loop.supply_limit_c", what, f"give {throttle_above_c:g} or less"))
    return wrong
