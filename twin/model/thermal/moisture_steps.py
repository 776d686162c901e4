"""The moisture of a hall in one hour: its laws with a dry, wet or fogged coil, which of them holds, and the recursion.

Each law is linear, so that which one holds follows from the humidity at the hour's start: the state alone goes hour by
hour on Python's floats (`follow`), and all else is said for the year at once (`moisture.simulate_moisture`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sites.arrays import Floats
from twin.model.thermal.coil import NEVER_WET
from twin.model.thermal.numeric import hour_by_hour
from twin.model.thermal.zone import exponential_integrals


@dataclass(frozen=True)
class MoistureDrivers:
    """What acts on a hall's moisture, arrays of hours; flows in kg of dry air a second.

    *outdoor_air_kg_per_s* through the air handler, *infiltration_kg_per_s* past it, both of *outdoor_humidity_ratio*;
    *gain_kg_per_s* of people and processes; *supply_kg_per_s* through the coil. The coil's leaving air at its passing
    duty is the mixing line to *coil_humidity_ratio* (saturated at its surface, `coil.NEVER_WET` when it is off) with
    *contact_factor* 1 - B, but no wetter than *coil_fog_humidity_ratio*; *coldest_humidity_ratio* and
    *coldest_fog_humidity_ratio* are those of its coldest surface. *most_added_kg_per_s* is the humidifier's most.
    """

    outdoor_air_kg_per_s: Floats
    infiltration_kg_per_s: Floats
    outdoor_humidity_ratio: Floats
    gain_kg_per_s: Floats
    supply_kg_per_s: Floats
    contact_factor: Floats
    coil_humidity_ratio: Floats
    coil_fog_humidity_ratio: Floats
    coldest_humidity_ratio: Floats
    coldest_fog_humidity_ratio: Floats
    most_added_kg_per_s: Floats


class Law(NamedTuple):
    """The hours' law under one removal, supply k (w_mix - target): k is nil of a dry coil, 1 - B of one on its mixing
    line to its surface, 1 of a fogged one (arrays of hours).

    With z = -(exchange + takes mix_share) / M an hour ends at exact w + first inflow, its mean is first w + second
    inflow (`exponential_integrals`); *inflow* [kg/kg] is what it brings to air without moisture. *takes* is supply k
    [kg/s].
    """

    exact: Floats
    first: Floats
    second: Floats
    inflow: Floats
    takes: Floats
    target: Floats

    def end(self, w: Floats) -> Floats:
        """Humidity ratio at the end of an hour that begins at *w* [kg/kg]."""
        return np.asarray(self.exact * w + self.first * self.inflow)

    def mean(self, w: Floats) -> Floats:
        """Mean humidity ratio of an hour that begins at *w* [kg/kg]."""
        return np.asarray(self.first * w + self.second * self.inflow)

    def starts_at(self, mean: Floats) -> Floats:
        """Humidity ratio with which an hour of this *mean* begins [kg/kg]."""
        return np.asarray((mean - self.second * self.inflow) / self.first)


class Coil(NamedTuple):
    """A coil at one surface: its laws, and the humidity ratios at an hour's start above which each holds [kg/kg]."""

    wet: Law
    fogged: Law
    wet_above: Floats
    fogged_above: Floats

    def end(self, number: int, dry_end: float, w: float) -> float:
        """`Law.end` of the law that holds in the hour *number*."""
        if w <= self.wet_above[number]:
            return dry_end
        law = self.fogged if w > self.fogged_above[number] else self.wet
        return float(law.exact[number] * w + law.first[number] * law.inflow[number])


class LawYear(NamedTuple):
    """The laws of all hours, and what decides between them (arrays of hours).

    An hour has the *passing* coil's law unless that would end it above *high*. The coil then holds the limit where the
    removal that this needs, (dry end - high) / *per_removal*, is not above what its coldest surface takes: where
    w *spare_slope* + *spare* is not below nil, w being the hour's start; or, likewise, where the air need not leave
    drier than that surface's fog. Else it has the *coldest* coil's law. *lift* is what the humidifier can add to the
    hour's end [kg/kg], where that would be below *low*.
    """

    dry: Law
    passing: Coil
    coldest: Coil
    low: Floats
    high: Floats
    per_removal: Floats
    lift: Floats
    spare_slope: Floats
    spare: Floats
    fog_slope: Floats
    fog_spare: Floats
    mix_fixed: Floats
    mix_share: Floats


def moisture_laws(per_hour: float, drivers: MoistureDrivers, low: Floats, high: Floats) -> LawYear:
    """The year's laws; *per_hour* is the seconds of an hour over the hall's air [s/kg]."""
    supply, outdoor_air, contact = drivers.supply_kg_per_s, drivers.outdoor_air_kg_per_s, drivers.contact_factor
    flows = supply > 0
    fresh = np.divide(outdoor_air, supply, out=np.ones_like(supply), where=flows)
    mix_fixed, mix_share = fresh * drivers.outdoor_humidity_ratio, 1.0 - fresh
    exchange = outdoor_air + drivers.infiltration_kg_per_s
    brought = exchange * drivers.outdoor_humidity_ratio + drivers.gain_kg_per_s

    def law(takes: Floats) -> Law:
        steps = exponential_integrals(-(exchange + takes * mix_share) * per_hour)
        return Law(*steps, (brought - takes * mix_fixed) * per_hour, takes, np.zeros_like(takes))

    def to(without: Law, target: Floats) -> Law:
        return without._replace(inflow=without.inflow + without.takes * target * per_hour, target=target)

    dry, on_line, on_fog = law(np.zeros_like(supply)), law(supply * contact), law(supply)

    def coil(surface: Floats, fog: Floats) -> Coil:
        wet = to(on_line, surface)

        def starts_above(mix: Floats) -> Floats:
            always_or_never = np.where(mix_fixed > mix, -np.inf, np.inf)
            mean = np.divide(mix - mix_fixed, mix_share, out=always_or_never, where=mix_share > 0)
            return wet.starts_at(mean)

        wets = flows & (on_line.takes > 0) & (surface < NEVER_WET)
        # on the mixing line air leaves with (1 - k) w_mix + k w_surface
        never = np.full_like(fog, np.inf)
        foggy = np.divide(fog - contact * surface, 1.0 - contact, out=never, where=contact < 1.0)
        wet_above = np.where(wets, starts_above(surface), np.inf)
        fogged_above = np.where(wets, np.maximum(starts_above(foggy), wet_above), np.inf)
        return Coil(wet, to(on_fog, fog), wet_above, fogged_above)

    per_removal = dry.first * per_hour
    needed_slope = dry.exact / per_removal
    needed = (dry.first * dry.inflow - high) / per_removal
    mix_slope = mix_share * (dry.first - dry.second * per_hour * needed_slope)
    mix = mix_fixed + mix_share * dry.second * (dry.inflow - needed * per_hour)
    return LawYear(
        dry=dry,
        passing=coil(drivers.coil_humidity_ratio, drivers.coil_fog_humidity_ratio),
        coldest=coil(drivers.coldest_humidity_ratio, drivers.coldest_fog_humidity_ratio),
        low=low,
        high=high,
        per_removal=per_removal,
        lift=drivers.most_added_kg_per_s * per_removal,
        spare_slope=on_line.takes * mix_slope - needed_slope,
        # without a supply nothing is held
        spare=np.where(flows, on_line.takes * (mix - drivers.coldest_humidity_ratio) - needed, -np.inf),
        fog_slope=supply * mix_slope - needed_slope,
        fog_spare=np.where(flows, supply * (mix - drivers.coldest_fog_humidity_ratio) - needed, -np.inf),
        mix_fixed=mix_fixed,
        mix_share=mix_share,
    )


def follow(year: LawYear, begin: int, start: float) -> list[float]:
    """Humidity ratios [kg/kg] before the hour *begin* and after each from there on: the state's recursion, no more.

    What an hour does follows from its start, for all hours at once: `moisture.simulate_moisture`.
    """
    dry, passing = year.dry, year.passing
    columns = (
        passing.wet_above, passing.fogged_above, passing.wet.exact, passing.wet.first * passing.wet.inflow,
        dry.exact, dry.first * dry.inflow, year.low, year.high, year.lift, year.spare_slope, year.spare,
    )  # fmt: skip
    w, ends = start, [start]
    for number, (
        wet_above, fogged_above, wet_exact, wet_inflow, exact, inflow, low, high, lift, spare_slope, spare,
    ) in enumerate(hour_by_hour(columns, begin), begin):  # fmt: skip
        if w <= wet_above:
            end = exact * w + inflow
        elif w <= fogged_above:
            end = wet_exact * w + wet_inflow
        else:
            end = passing.end(number, 0.0, w)
        if end > high:
            if spare_slope * w + spare >= 0.0 or year.fog_slope[number] * w + year.fog_spare[number] >= 0.0:
                end = high
            else:
                end = year.coldest.end(number, exact * w + inflow, w)
        elif end < low:
            # what is added is not taken again: the coil keeps its duty, so the added moisture follows the dry law
            end = min(end + lift, low)
        w = end
        ends.append(w)
    return ends
