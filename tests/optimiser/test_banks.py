"""Banks of equal machines: the relaxed form, whole running machines, and a mixed-integer model beside them."""

import numpy as np
import pyomo.environ as pyo
import pytest

from optimiser.banks import add_bank_power, running_at
from optimiser.model import Model, total
from twin.model.chords import bank_chords, bank_tangents, heights

HOURS = 24
LOAD = 0.2 + 2.3 * np.sin(np.arange(HOURS) / HOURS * np.pi) ** 2  # over the capacity of one machine
BEST = float(np.sqrt(0.05 / 0.33))


def curve(u):
    return 0.05 + 0.62 * u + 0.33 * u**2


def power_of(tiny, lines, running=None):
    """Least power of three machines of 1 MW each that carry LOAD."""
    model = Model(tiny.grid(HOURS))
    count = model.count("machines", 3, 3)
    load = model.hourly("carried", at_most=LOAD, at_least=0.0)
    for t in range(HOURS):
        load[t].setlb(float(LOAD[t]))
    power = model.hourly("power", at_most=10.0)
    ones = np.ones(HOURS)
    add_bank_power(model, lines, running, ones, ones, count, load, power, list(range(HOURS)))
    model.minimise(total(power[t] for t in range(HOURS)))
    return tiny.best(model)["power"]


def with_whole_numbers(tiny, points=41):
    """The same as a mixed-integer model that holds the count of running machines, on fine chords."""
    model = Model(tiny.grid(HOURS))
    power = model.hourly("power", at_most=10.0)
    model.pyomo.running = pyo.Var(model.pyomo.hours, bounds=(0, 3), domain=pyo.Integers)
    at = np.linspace(0.0, 1.0, points)
    slopes = np.diff(curve(at)) / np.diff(at)
    constants = curve(at[:-1]) - slopes * at[:-1]

    @model.each_hour
    def carries(t):
        """running[t] >= load[t]"""
        return model.pyomo.running[t] >= float(LOAD[t])

    @model.each_of_hours([(t, k) for t in range(HOURS) for k in range(len(slopes))])
    def power_above(t, k):
        """power[t] >= constant running[t] + slope load[t]"""
        return power[t] >= float(constants[k]) * model.pyomo.running[t] + float(slopes[k] * LOAD[t])

    model.minimise(total(power[t] for t in range(HOURS)))
    best = tiny.best(model)
    return best["power"], best["running"]


def enumerated():
    """Count and power that enumeration finds on the true curve."""
    counts = np.arange(1, 4)[:, None]
    power = np.where(counts >= LOAD, counts * curve(np.minimum(LOAD / counts, 1.0)), np.inf)
    return power.argmin(axis=0) + 1, power.min(axis=0)


def test_the_relaxed_form_is_the_mixed_integer_model_without_its_steps(tiny):
    """Proves: lines for installed machines never ask more than the model of whole running machines does beyond a
    chord's own error, and less by no more than switching costs: below the best load, where a fraction of one would run.
    Sensitivity: chords for all installed machines, none of which switches off, would be 30 % above at low load."""
    relaxed = power_of(tiny, bank_chords(curve, BEST, 4, "machine"))
    whole, _ = with_whole_numbers(tiny)
    u = np.linspace(BEST, 1.0, 2001)
    own = (heights(bank_chords(curve, BEST, 4, "machine"), u) / curve(u)).max()
    assert own < 1.004
    assert (relaxed <= whole * own + 1e-9).all()
    assert relaxed.sum() >= 0.97 * whole.sum()
    always_on = 3.0 * curve(LOAD / 3.0)
    assert (always_on / whole).max() > 1.3


def test_the_second_pass_is_the_mixed_integer_model(tiny):
    """Proves: with the whole number of running machines that enumeration finds, and chords that touch the curve at the
    load, power is the true one to 1e-9, and that of the mixed-integer model to its own 0.1 %; both run as many.
    Sensitivity: a count rounded from the relaxed form would run one too few or too many in half of the hours."""
    count, true = enumerated()
    power = power_of(tiny, (), running_at(curve, count, LOAD))
    whole, running = with_whole_numbers(tiny)
    np.testing.assert_allclose(power, true, rtol=1e-9)
    np.testing.assert_allclose(power, whole, rtol=1e-3)
    np.testing.assert_array_equal(np.round(running), count)


def test_tangents_are_below_every_whole_number_of_machines(tiny):
    """Proves: lines from tangents ask no more than the true power of the best whole number of machines in any hour, and
    no more than 4 % less over the day. Sensitivity: chords would be above it at loads between their points."""
    _, true = enumerated()
    below = power_of(tiny, bank_tangents(curve, BEST, 4))
    assert (below <= true + 1e-12).all()
    assert below.sum() >= 0.96 * true.sum()
    chords = power_of(tiny, bank_chords(curve, BEST, 1, "machine"))
    assert (chords > true).any()


def test_a_load_where_none_runs_takes_full_power_in_proportion(tiny):
    """Proves: an hour in which the first pass had no load may take one: half a machine's load at half its full power;
    and a load beyond the count follows the last chord, above what one machine more would take.
    Sensitivity: without rows in those hours the power of such a load would be nil."""
    count, _ = enumerated()
    running = running_at(curve, np.zeros(HOURS, dtype=int), np.zeros(HOURS))
    np.testing.assert_allclose(power_of(tiny, (), running), LOAD * curve(1.0), rtol=1e-9)
    one = running_at(curve, np.ones(HOURS, dtype=int), np.minimum(LOAD, 1.0))
    power = power_of(tiny, (), one)
    _, true = enumerated()
    assert (power >= true - 1e-9).all()
    assert count.max() == 3


@pytest.mark.parametrize("best", [0.2, 1.0])
def test_lines_of_a_bank_by_hand(best):
    """Proves: for f = u^2 the line to the best load 0.2 has slope 0.2, the chords touch 0.04 and 1, and tangents lie
    below; a machine that is best at full load has the one line of slope 1.
    Sensitivity: a first line through the curve's value at nil would charge machines that stand."""
    lines = bank_chords(lambda u: u**2, best, 2, "fan")
    assert lines[0] == pytest.approx((0.0, best))
    tangents = bank_tangents(lambda u: u**2, best, 2)
    assert len(lines) == len(tangents) == (1 if best == 1.0 else 3)
    u = np.linspace(best, 1.0, 101)
    highest = np.max([c + s * u for c, s in lines], axis=0)
    lowest = np.max([c + s * u for c, s in tangents], axis=0)
    assert (highest >= u**2 - 1e-9).all()
    assert (lowest <= u**2 + 1e-9).all()
    assert highest[-1] == pytest.approx(1.0)
