"""YorkCalc: a tower's approach as a polynomial of wet bulb, range and liquid-to-gas ratio, solved without iteration.

Source: York International, YORKcalc Software (2002); EnergyPlus Engineering Reference, CoolingTower:VariableSpeed. The
polynomial is a parabola in the range and a parabola in the liquid-to-gas ratio, so that the balances for which
EnergyPlus searches (its accuracy is 1e-4) have closed forms.

Two liberties, both outside the correlation's range only. Beyond the top of the parabola in the liquid-to-gas ratio
(ratios above 4 to 8 at ranges above 8 K) the approach is held, as less air never cools better. A wet bulb outside the
range is held for the approach, not for the water temperature (EnergyPlus holds it for both: up to 1 K cooler water).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sites.arrays import Flags, Floats
from twin.model.equipment.towers import WATER_RANGE_K, WET_BULB_RANGE_C, YORKCALC_APPROACH, CoolingTower
from twin.model.thermal.numeric import polynomial
from twin.model.thermal.outdoor_air import OutdoorAir

_TINY = 1e-12


def _rising_root(constant: Floats, slope: Floats, curvature: Floats) -> Floats:
    """Root of constant + slope x + curvature x2 where it rises; its top where it never reaches nil."""
    inside = np.sqrt(np.maximum(slope * slope - 4.0 * curvature * constant, 0.0))
    return np.asarray(-2.0 * constant / np.maximum(slope + inside, _TINY))


def _by_wet_bulb(wet_bulb_c: Floats) -> list[list[Floats]]:
    """The nine factors [power of L/G][power of range] at a wet bulb, which is held in the correlation's range."""
    held = np.clip(wet_bulb_c, *WET_BULB_RANGE_C)
    return [[polynomial(row, held) for row in plane] for plane in YORKCALC_APPROACH]


def _by_range(factors: list[list[Floats]], range_k: Floats) -> list[Floats]:
    """The three factors [power of L/G] at a range, which is held at the correlation's largest."""
    held = np.clip(range_k, 0.0, WATER_RANGE_K[1])
    return [row[0] + held * (row[1] + held * row[2]) for row in factors]


def _held_ratio(factors: list[Floats], liquid_to_gas: Floats) -> Floats:
    """The ratio, but not beyond the top of its parabola."""
    _, slope, curvature = factors
    with np.errstate(divide="ignore", invalid="ignore"):
        top = np.where(curvature < 0, -slope / (2.0 * curvature), np.inf)
    return np.asarray(np.minimum(liquid_to_gas, np.where(top > 0, top, np.inf)))


def approach_k(wet_bulb_c: Floats, range_k: Floats, liquid_to_gas: Floats) -> Floats:
    """Approach [K] at *wet_bulb_c* [C], *range_k* [K] and *liquid_to_gas* (water over air, each over its design flow).

    Sum of 27 terms c[i, j, k] (L/G)^i range^j wet_bulb^k.
    """
    factors = _by_range(_by_wet_bulb(wet_bulb_c), range_k)
    ratio = _held_ratio(factors, liquid_to_gas)
    return np.asarray(factors[0] + ratio * (factors[1] + ratio * factors[2]))


@dataclass(frozen=True)
class YorkCalcTower:
    """A tower by YorkCalc; *design_water_ratio* shifts its water flow so that the design approach is met."""

    design_water_ratio: float
    largest_range_k: float = WATER_RANGE_K[1]

    @classmethod
    def of(cls, tower: CoolingTower) -> YorkCalcTower:
        """Return the model of *tower*."""
        return cls(tower.design_water_ratio)

    def liquid_to_gas(self, water_share: Floats, air_ratio: Floats) -> Floats:
        """The correlation's liquid-to-gas ratio for shares of design water and air."""
        return np.asarray(self.design_water_ratio * water_share / np.maximum(air_ratio, _TINY))

    def leaving_c(self, range_k: Floats, water_share: Floats, air_ratio: Floats, outdoor: OutdoorAir) -> Floats:
        """Leaving water [C] when the water must cool by *range_k* [K]: wet bulb + approach."""
        ratio = self.liquid_to_gas(water_share, air_ratio)
        return np.asarray(outdoor.wet_bulb_c + approach_k(outdoor.wet_bulb_c, range_k, ratio))

    def range_k(self, entering_c: Floats, water_share: Floats, air_ratio: Floats, outdoor: OutdoorAir) -> Floats:
        """By how much [K] water of *entering_c* [C] cools: wet bulb + approach(range) + range = entering."""
        return self._range_k(entering_c - outdoor.wet_bulb_c, 1.0, water_share, air_ratio, outdoor)

    def range_to_k(self, leaving_c: float, water_share: Floats, outdoor: OutdoorAir) -> Floats:
        """Largest range [K] at full air with which water leaves at *leaving_c* [C]: wet bulb + approach(range)."""
        return self._range_k(leaving_c - outdoor.wet_bulb_c, 0.0, water_share, np.ones_like(water_share), outdoor)

    def _range_k(
        self, above_k: Floats, ranges: float, water_share: Floats, air_ratio: Floats, outdoor: OutdoorAir
    ) -> Floats:
        """Range [K] at which approach(range) + *ranges* x range = *above_k*."""
        at_wet_bulb = _by_wet_bulb(outdoor.wet_bulb_c)
        ratio = self.liquid_to_gas(water_share, air_ratio)

        def balanced(held: Floats) -> Floats:
            constant, slope, curvature = (
                at_wet_bulb[0][power] + held * (at_wet_bulb[1][power] + held * at_wet_bulb[2][power])
                for power in range(3)
            )
            return np.clip(_rising_root(constant - above_k, slope + ranges, curvature), 0.0, WATER_RANGE_K[1])

        found = balanced(ratio)
        # Where the ratio lies beyond the top of its parabola at this range, the top moves with the range: a few rounds.
        held = _held_ratio(_by_range(at_wet_bulb, found), ratio)
        for _ in range(30):
            if not (held < ratio).any():
                break
            better = np.where(held < ratio, balanced(held), found)
            settled = np.abs(better - found).max() < 1e-9
            found = better
            if settled:
                break
            held = _held_ratio(_by_range(at_wet_bulb, found), ratio)
        return np.asarray(found)

    def carries(
        self, entering_c: Floats, range_k: Floats, water_share: Floats, air_ratio: Floats, outdoor: OutdoorAir
    ) -> Flags:
        """Whether water of *entering_c* [C] would cool by *range_k* [K] or more."""
        return np.asarray(self.range_k(entering_c, water_share, air_ratio, outdoor) >= range_k)

    def air_ratio(
        self, entering_c: Floats, range_k: Floats, water_share: Floats, least: float, outdoor: OutdoorAir
    ) -> Floats:
        """Share of design air, *least* to 1, at which water of *entering_c* [C] cools by *range_k* [K]."""
        constant, slope, curvature = _by_range(_by_wet_bulb(outdoor.wet_bulb_c), range_k)
        wanted = entering_c - range_k - outdoor.wet_bulb_c
        ratio = _rising_root(constant - wanted, slope, curvature)
        return np.clip(self.design_water_ratio * water_share / np.maximum(ratio, _TINY), least, 1.0)
