"""Ageing of a battery: rainflow by the standard's example, stresses and years by hand."""

import numpy as np
import pytest
from pydantic import ValidationError

from twin.model.equipment.stores import BatteryAgeing
from twin.model.plant import read_plant
from twin.model.power.battery_ageing import age_of_year, calendar_stress, cycle_stress, rainflow

LFP = BatteryAgeing()
STARTER = read_plant()[0].equipment.battery
YEAR_S = 8760 * 3600.0


def cycles(depth, every_h=24, top=0.9):
    """A year that empties the battery by *depth* within half of *every_h* and fills it again."""
    phase = np.arange(8760) % every_h / every_h
    return top - depth * (1 - np.abs(2 * phase - 1))


def test_rainflow_of_the_standard():
    """Proves: the example of ASTM E1049-85, figure 6: ranges 3, 4, 6, 8, 9 count 0.5, 1.5, 0.5, 1.0, 0.5.
    Sensitivity: simple ranges count eight halves, with 3 twice and 5 once."""
    ranges, counts = rainflow(np.array([-2.0, 1.0, -3.0, 5.0, -1.0, 3.0, -4.0, 4.0, -2.0]))
    found = {float(size): float(counts[ranges == size].sum()) for size in np.unique(ranges)}
    assert found == {3.0: 0.5, 4.0: 1.5, 6.0: 0.5, 8.0: 1.0, 9.0: 0.5}


def test_rainflow_looks_past_standstill():
    """Proves: steps on the way and rests at the top count nothing; a flat series has no cycle.
    Sensitivity: every step of a charge counted as a cycle doubles the number."""
    ranges, counts = rainflow(np.array([0.0, 0.2, 0.5, 0.5, 0.9, 0.9, 0.4, 0.0]))
    assert ranges == pytest.approx([0.9, 0.9])
    assert counts == pytest.approx([0.5, 0.5])
    assert rainflow(np.full(100, 0.7))[0].size == 0


@pytest.mark.parametrize("seed", range(4))
def test_rainflow_keeps_the_way(seed):
    """Proves: of a random series the ranges times twice their counts sum to the whole way up and down.
    Sensitivity: a cycle lost or counted twice changes the sum."""
    series = np.random.default_rng(seed).uniform(0.0, 1.0, 2000)
    ranges, counts = rainflow(series)
    assert 2 * (ranges * counts).sum() == pytest.approx(np.abs(np.diff(series)).sum(), rel=1e-12)


def test_calendar_by_hand():
    """Proves: at rest, half charged and at 25 C a year costs 1.2571e-5 x 0.60225 x sqrt(31 536 000) = 4.25 %, and the
    battery has 80 % after (0.2 / 0.0425)^2 = 22.1 years; 40 C costs exp(17126 / 8.3145 x (1/298.15 - 1/313.15)) =
    1.392 times as much.
    Sensitivity: linear in time the first year would give 4.7 years of life."""
    age = age_of_year(LFP, np.full(8760, 0.5))
    assert age.calendar_loss == pytest.approx(1.2571e-5 * 0.60225 * np.sqrt(YEAR_S), rel=1e-9)
    assert age.calendar_loss == pytest.approx(0.0425, abs=5e-5)
    assert (age.cycle_loss, age.full_cycles_per_year, age.deepest_cycle) == (0.0, 0.0, 0.0)
    assert age.end_of_life_years == pytest.approx(22.1, abs=0.1)
    assert age.remaining_fraction(np.array([0.0, age.end_of_life_years])) == pytest.approx([1.0, 0.8])
    warm = age_of_year(LFP, np.full(8760, 0.5), np.full(8760, 40.0))
    assert warm.calendar_loss / age.calendar_loss == pytest.approx(1.392, abs=0.001)


def test_cycles_by_hand():
    """Proves: one cycle of 0.6 a day is 365 x 0.6 = 219 full ones; at 0.6 / 12 an hour they cost
    (0.063 x 0.05 + 0.0971) x 1.0923 / 100 x sqrt(219) = 1.62 %.
    Sensitivity: 365 cycles taken for full ones cost 2.09 %, half cycles 1.15 %."""
    age = age_of_year(LFP, cycles(0.6))
    assert age.full_cycles_per_year == pytest.approx(219.0, rel=1e-9)
    assert age.deepest_cycle == pytest.approx(0.6)
    assert age.cycle_loss == pytest.approx((0.063 * 0.05 + 0.0971) * 1.0923 / 100 * np.sqrt(219), rel=1e-9)
    assert age.cycle_loss == pytest.approx(0.0162, abs=1e-4)


def test_more_use_ages_more():
    """Proves: deeper, more, warmer and fuller each cost more; k sqrt(x) with changing k adds in squares: half a year at
    40 C and half at 25 lies between both.
    Sensitivity: a stress factor of the wrong sign."""
    losses = [age_of_year(LFP, cycles(depth)).cycle_loss for depth in (0.1, 0.3, 0.5, 0.8)]
    assert losses == sorted(losses)
    assert age_of_year(LFP, cycles(0.5, 12)).cycle_loss > age_of_year(LFP, cycles(0.5)).cycle_loss
    assert (np.diff(calendar_stress(LFP, np.linspace(0.0, 1.0, 21), 25.0)) > 0).all()
    assert (np.diff(cycle_stress(LFP, np.linspace(0.0, 1.0, 21), 0.5)) > 0).all()
    half = age_of_year(LFP, np.full(8760, 0.5), np.where(np.arange(8760) < 4380, 40.0, 25.0)).calendar_loss
    ends = [age_of_year(LFP, np.full(8760, 0.5), at).calendar_loss for at in (25.0, 40.0)]
    assert half == pytest.approx(np.sqrt((ends[0] ** 2 + ends[1] ** 2) / 2))


def test_a_day_stands_for_a_year():
    """Proves: one day of hours, repeated, ages as the year of those days.
    Sensitivity: sums that forget the length of the year give 1 / sqrt(365)."""
    day, year = age_of_year(LFP, cycles(0.6)[:24]), age_of_year(LFP, cycles(0.6))
    assert (day.calendar_loss, day.full_cycles_per_year) == pytest.approx(
        (year.calendar_loss, year.full_cycles_per_year), rel=1e-9
    )


def test_replacement_by_hand():
    """Proves: a battery that lasts 22.1 years with electronics of 12 is replaced after 12 years of 20; at a loss of 6 %
    in the first year it lasts (0.2 / 0.06)^2 = 11.1, and is replaced after 11; a worn-out one every year.
    Sensitivity: rounding up would run the last year below the end of life."""
    gentle = age_of_year(LFP, np.full(8760, 0.5))
    assert gentle.replacement_years(STARTER.model_copy(update={"life_years": 12}), 20) == (12,)
    hard = LFP.model_copy(update={"calendar_loss_per_sqrt_s": 1.2571e-5 * 0.06 / gentle.calendar_loss})
    long_lived = STARTER.model_copy(update={"life_years": 20})
    assert age_of_year(hard, np.full(8760, 0.5)).replacement_years(long_lived, 30) == (11, 22)
    bad = LFP.model_copy(update={"calendar_loss_per_sqrt_s": 1e-3})
    assert age_of_year(bad, np.full(8760, 0.5)).replacement_years(STARTER, 4) == (1, 2, 3)


def test_a_battery_that_heals_is_refused():
    """Proves: constants that make the loss negative at a charge or depth of nil are refused, both at once.
    Sensitivity: squares of a negative stress would pass for ageing."""
    with pytest.raises(ValidationError) as error:
        BatteryAgeing(calendar_charge_constant=0.1, cycle_depth_constant=0.1)
    assert "charge of nil" in str(error.value)
    assert "depth of nil" in str(error.value)
