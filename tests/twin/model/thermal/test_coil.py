"""The cooling coil: leaving air by hand, the inverse of it, its limits, and its fan."""

import numpy as np
import pytest

from sites import air
from twin.model.thermal.coil import (
    adp_for_humidity_ratio_c,
    adp_for_temperature_c,
    air_handler_fan_kw,
    bypass_factor_at_flow,
    coil_at,
    coil_for,
    coldest_adp_c,
    leaving_air,
)

P = 101325.0


def random_air(seed, hours=2000):
    random = np.random.default_rng(seed)
    dry = random.uniform(15, 40, hours)
    ratio = air.humidity_ratio_from_relative_humidity(dry, random.uniform(0.1, 1.0, hours), P)
    return dry, ratio, random


def test_leaving_air_by_hand():
    """Proves: air of 30 C and 0.014 kg/kg over a surface of 10 C (0.007630 kg/kg saturated) with a bypass of 0.1 leaves
    at 12 C and 0.1 x 0.014 + 0.9 x 0.007630 = 0.008267 kg/kg; over 22 C (drier than its saturation) only heat is taken.
    Sensitivity: a coil that always leaves saturated air would dry in the second case, too."""
    on_surface = float(air.humidity_ratio_from_dew_point(10.0, P))
    assert on_surface == pytest.approx(0.007630, abs=2e-6)
    leaving, ratio = leaving_air(30.0, 0.014, 10.0, 0.1, P)
    assert leaving == pytest.approx(12.0)
    assert ratio == pytest.approx(0.1 * 0.014 + 0.9 * on_surface, rel=1e-12)
    leaving, ratio = leaving_air(30.0, 0.014, 22.0, 0.1, P)
    assert (float(leaving), float(ratio)) == (pytest.approx(22.8), pytest.approx(0.014, rel=1e-15))
    assert [float(part) for part in leaving_air(18.0, 0.005, 25.0, 0.1, P)] == [18.0, 0.005]


def test_split_of_heat_by_hand_and_in_balance():
    """Proves: 2 kg/s of the wet case: condensate 2 x 0.005733 kg/s, latent that times 2501 + 1.86 x 30, sensible 2 x
    (1.006 + 1.86 w_out) x 18; and for 2000 random airs sensible + latent = total, 1e-12 relative.
    Sensitivity: latent at 0 C instead of the entering temperature misses 2 %."""
    found = coil_at(2.0, 30.0, 0.014, 10.0, 0.1, P)
    dried = 0.014 - float(found.leaving_humidity_ratio)
    assert float(found.condensate_kg_per_s) == pytest.approx(2 * dried)
    assert float(found.latent_kw_th) == pytest.approx(2 * dried * (2501 + 1.86 * 30))
    assert float(found.sensible_kw_th) == pytest.approx(2 * (1.006 + 1.86 * (0.014 - dried)) * 18.0)
    dry, ratio, random = random_air(1)
    many = coil_at(random.uniform(0, 50, dry.size), dry, ratio, random.uniform(4, 30, dry.size), 0.1, P)
    assert many.sensible_kw_th + many.latent_kw_th == pytest.approx(many.total_kw_th, rel=1e-12, abs=1e-9)
    assert (many.condensate_kg_per_s >= 0).all()
    assert (many.wet == (many.latent_kw_th > 0)).all()


def test_no_fog_leaves_the_coil():
    """Proves: air of 34 C at 100 % mixed on a straight line would leave at 129 % over a surface of 8 C with a bypass of
    0.2; the coil condenses the fog, and 2000 random airs leave at 100 % at most.
    Sensitivity: the plain mixing line leaves 29 % more water than the air can hold."""
    ratio = float(air.humidity_ratio_from_dew_point(34.0, P))
    line = 0.2 * ratio + 0.8 * float(air.humidity_ratio_from_dew_point(8.0, P))
    assert float(air.relative_humidity(13.2, line, P)) == pytest.approx(1.287, abs=1e-3)
    leaving, found = leaving_air(34.0, ratio, 8.0, 0.2, P)
    assert float(air.relative_humidity(leaving, found, P)) == pytest.approx(1.0, rel=1e-12)
    dry, ratio, random = random_air(2)
    leaving, found = leaving_air(dry, ratio, random.uniform(4, 30, dry.size), 0.2, P)
    assert (air.relative_humidity(leaving, found, P) <= 1 + 1e-12).all()


@pytest.mark.parametrize("bypass", [0.0, 0.1, 0.3])
def test_needed_surface_is_the_inverse(bypass):
    """Proves: the surface that a temperature or a humidity asks for, put back in, gives them: 1e-9 K, and 1e-7 relative
    of humidity (the dew point is read from a table of 0.01 K), on the line and in fog.
    Sensitivity: the line's inverse alone is out by several per cent for nearly saturated air."""
    dry, ratio, random = random_air(3)
    wanted_c = dry - random.uniform(0, 20, dry.size)
    leaving, _ = leaving_air(dry, ratio, adp_for_temperature_c(dry, wanted_c, bypass), bypass, P)
    assert leaving == pytest.approx(wanted_c, abs=1e-9)
    wanted = np.maximum(ratio * random.uniform(0.6, 1.2, dry.size), ratio * (bypass + 0.1))
    surface = adp_for_humidity_ratio_c(dry, ratio, wanted, bypass, P)
    assert (surface[wanted >= ratio] == dry[wanted >= ratio]).all()
    _, found = leaving_air(dry, ratio, surface, bypass, P)
    assert found == pytest.approx(np.minimum(wanted, ratio), rel=1e-6)
    both = adp_for_humidity_ratio_c(34.0, air.humidity_ratio_from_dew_point(34.0, P), 0.0095, 0.2, P)
    assert float(leaving_air(34.0, air.humidity_ratio_from_dew_point(34.0, P), both, 0.2, P)[1]) == pytest.approx(
        0.0095, rel=1e-6
    )


def test_moisture_overcools_and_reheats_by_hand():
    """Proves: 3 kg/s of 26 C and 0.012 kg/kg to 20 C and 0.008 kg/kg with a bypass of 0.1: the surface must hold (0.008
    - 0.0012) / 0.9 = 0.0075556 kg/kg, 9.86 C; the air leaves at 11.47 C and takes 3 x (1.006 + 1.86 x 0.008) x 8.53 =
    26.1 kW of reheat. Where humidity is no matter, nothing is reheated.
    Sensitivity: drying at the temperature's own surface (19.3 C) would dry nothing."""
    found = coil_for(3.0, 26.0, 0.012, 20.0, 0.008, 0.1, 7.0, P)
    surface = float(air.dew_point_from_humidity_ratio(0.0068 / 0.9, P))
    assert float(found.adp_c) == pytest.approx(surface)
    leaving = surface + 0.1 * (26.0 - surface)
    assert float(found.leaving_c) == pytest.approx(leaving)
    assert float(found.reheat_kw_th) == pytest.approx(3 * (1.006 + 1.86 * 0.008) * (20.0 - leaving), rel=1e-6)
    assert 26.0 < float(found.reheat_kw_th) < 26.6
    assert not found.limited
    assert float(coil_for(3.0, 26.0, 0.012, 20.0, 1.0, 0.1, 7.0, P).reheat_kw_th) == 0.0


def test_no_surface_is_colder_than_its_water_and_approach():
    """Proves: water of 7 C and 2 K give 9 C at the coldest; 0.0065 kg/kg (a surface below 7 C) is then missed, the hour
    is limited, and the leaving air is that of 9 C; no random wish gets a colder surface.
    Sensitivity: a coil without the limit dries to any wish, as EnergyPlus' ideal loads do."""
    coldest = coldest_adp_c(7.0, 2.0)
    found = coil_for(1.0, 26.0, 0.012, 20.0, 0.0065, 0.1, coldest, P)
    assert bool(found.limited)
    assert float(found.adp_c) == 9.0
    assert float(found.leaving_humidity_ratio) > 0.0065
    dry, ratio, random = random_air(5)
    many = coil_for(
        1.0, dry, ratio, random.uniform(5, 30, dry.size), random.uniform(0.004, 0.02, dry.size), 0.1, 9.0, P
    )
    assert many.adp_c.min() == 9.0
    assert many.limited.any()
    assert not many.limited.all()


def test_drier_or_colder_wishes_never_cost_less():
    """Proves: a lower humidity or temperature asked of 2000 random airs never lowers the chilled-water need; a damper
    or warmer entering air never does, either.
    Sensitivity: reheat subtracted from the coil, or energy from the dry line only, breaks it."""
    dry, ratio, random = random_air(6)
    wanted_c, wanted = random.uniform(10, 24, dry.size), random.uniform(0.006, 0.012, dry.size)

    def need(t=dry, w=ratio, c=wanted_c, x=wanted):
        return coil_for(1.0, t, w, c, x, 0.1, 6.0, P).total_kw_th

    base = need()
    assert (need(c=wanted_c - 1.0) >= base - 1e-9).all()
    assert (need(x=wanted - 0.0005) >= base - 1e-9).all()
    assert (need(t=dry + 1.0) >= base - 1e-9).all()
    assert (need(w=np.minimum(ratio * 1.01, air.humidity_ratio_from_dew_point(dry, P))) >= base - 1e-9).all()


def test_bypass_and_fan_by_hand():
    """Proves: half the flow squares a bypass of 0.2 to 0.04; a fan of 750 Pa and 60 % moves 12 kg/s of 1.2 kg/m3 with
    12.5 kW, half of it with 0.1 + 0.9 / 8 of that, nothing with nothing; never more for less.
    Sensitivity: the cube without the static share would promise half of that at half flow."""
    assert bypass_factor_at_flow(0.2, np.array([1.0, 0.5, 0.0])) == pytest.approx([0.2, 0.04, 0.0])
    found = air_handler_fan_kw(np.array([1.0, 0.5, 0.0]), 12.0, 1.2, 750.0, 0.6, 0.1)
    assert found == pytest.approx([12.5, 12.5 * (0.1 + 0.9 / 8), 0.0])
    assert (np.diff(air_handler_fan_kw(np.linspace(0, 1, 50), 12.0, 1.2, 750.0, 0.6, 0.1)) > 0).all()


def test_what_is_not_finite_is_refused():
    """Proves: each of the coil's functions refuses a missing or infinite value of what it is given, by name and hour.
    Sensitivity: nan is no colder than its water: the coil would count as dry, or as not limited."""
    for wrong in (np.nan, np.inf):
        odd = np.array([20.0, wrong])
        calls = {
            "water_c": lambda odd=odd: coldest_adp_c(odd, 2.0),
            "flow_fraction": lambda odd=odd: bypass_factor_at_flow(0.1, odd),
            "adp_c": lambda odd=odd: leaving_air(30.0, 0.015, odd, 0.1, P),
            "wanted_c": lambda odd=odd: adp_for_temperature_c(30.0, odd, 0.1),
            "wanted_humidity_ratio": lambda odd=odd: adp_for_humidity_ratio_c(30.0, 0.015, odd, 0.1, P),
            "flow_kg_per_s": lambda odd=odd: coil_at(odd, 30.0, 0.015, 10.0, 0.1, P),
            "reheated_to_c": lambda odd=odd: coil_at(5.0, 30.0, 0.015, 10.0, 0.1, P, reheated_to_c=odd),
            "coldest_c": lambda odd=odd: coil_for(5.0, 30.0, 0.015, 14.0, 0.009, 0.1, odd, P),
            "density_kg_m3": lambda odd=odd: air_handler_fan_kw(0.5, 10.0, odd, 600.0, 0.6),
        }
        for name, call in calls.items():
            with pytest.raises(ValueError, match=f"^{name} is not a finite number in 1 hours, first in hour 1"):
                call()
