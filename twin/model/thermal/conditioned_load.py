"""The conditioned halls as a plan meets them: their physics, their straight lines and their sources of heat."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sites.arrays import Floats
from twin.model.thermal.conditioned_halls import ConditionedHalls
from twin.model.thermal.hall_lines import LinearHalls
from twin.model.thermal.heat_use import HeatSources


@dataclass(frozen=True, eq=False)
class ConditionedLoad:
    """*halls* as they are, and *linear* as the optimiser sees them with *sources* of heat; neither at a design point.

    At a design condition the weather stands still until the halls do, and what counts is the last hour.
    """

    halls: ConditionedHalls
    linear: LinearHalls | None = None
    sources: HeatSources | None = None

    def cooling_kw_th(self, line_kw: Floats, people: Floats) -> Floats:
        """Chilled-water need of all halls [kW_th], as simulated: overcooling for their humidity is in it.

        *line_kw* [kW] and *people*: arrays of hours, or of one value for a load that stands still.
        """
        hours = np.ones_like(self.halls.weather.dry_bulb_c)
        need = self.halls.operate(line_kw * hours, people * hours).cooling_kw_th
        return need[-1:] if self.linear is None else need

    def fitted(self, line_kw: Floats, people: Floats) -> ConditionedLoad:
        """Return the load whose lines give the halls' true needs at *line_kw* [kW] and *people* (hours)."""
        assert self.linear is not None
        return replace(self, linear=self.linear.fitted(self.halls, line_kw, people))
