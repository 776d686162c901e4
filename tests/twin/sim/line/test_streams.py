"""Random streams: reproducible, independent of the network around them, and of the right law."""

import numpy as np
import pytest

from twin.model.laws import RandomTime
from twin.sim.line.streams import Streams, weibull_shape


def _first(streams, name, count=5):
    times = streams.times(name, "process time", RandomTime(law="exponential", mean_min=1))
    return [times.at(number) for number in range(count)]


def test_a_stream_depends_on_its_key_only():
    """Proves: the same seed, replication and station give the same numbers; any other key gives others.
    Sensitivity: one shared stream would shift every number as soon as a station is added."""
    one = _first(Streams(1, 0), "a")
    assert one == _first(Streams(1, 0), "a")
    others = [_first(Streams(1, 0), "b"), _first(Streams(2, 0), "a"), _first(Streams(1, 1), "a")]
    assert all(one != other for other in others)


def test_adding_a_station_changes_no_other_draw(plain):
    """Proves: with a station more at the end, the first one still does the same work to the last minute.
    Sensitivity: with streams numbered in file order, the work of every station would change."""
    short = plain.line(plain.station("x", 5, "gamma", 0.5, next="y"), plain.station("y", 3, "gamma", 0.5))
    long = plain.line(
        plain.station("x", 5, "gamma", 0.5, next="y"),
        plain.station("y", 3, "gamma", 0.5, next="z"),
        plain.station("z", 1, "gamma", 0.5),
    )
    assert plain.run(short, 50).by_name["x"].working_min == plain.run(long, 50).by_name["x"].working_min


def test_the_same_seed_gives_the_same_run(plain):
    """Proves: a run can be repeated to the last bit, and another seed gives another."""
    spec = plain.line(plain.station("x", 5, "lognormal", 1.0, first_pass_yield=0.9))
    one, same, other = (plain.run(spec, 50, seed=seed).shipped.cycle_min for seed in (1, 1, 2))
    assert one == same
    assert one != other


@pytest.mark.parametrize(
    ("law", "cv"), [("exponential", 1.0), ("gamma", 0.4), ("lognormal", 0.7), ("weibull", 0.5), ("weibull", 1.6)]
)
def test_laws_have_the_mean_and_the_variation_asked_for(law, cv):
    """Proves: each law is parametrised by its mean and its coefficient of variation (gates: 4 standard errors or 2 %).
    Sensitivity: a lognormal with mean log instead of mean would be too long by exp(sigma^2 / 2) = 1.22."""
    times = Streams(1, 0).times("any", "process time", RandomTime(law=law, mean_min=7, cv=cv))
    draws = np.array([times.at(number) for number in range(60_000)])
    assert draws.mean() == pytest.approx(7, abs=4 * 7 * cv / 60_000**0.5)
    assert draws.std() / draws.mean() == pytest.approx(cv, rel=0.03)


def test_fixed_times_and_times_of_zero_are_exact():
    """Proves: cv = 0 is no randomness, whatever the law but the exponential. Sensitivity: 1 / cv^2 is infinite."""
    for law in (
        RandomTime(mean_min=3),
        RandomTime(law="deterministic", mean_min=3, cv=1),
        RandomTime(mean_min=0, cv=1),
    ):
        assert Streams(1, 0).times("any", "process time", law).at(0) == law.mean_min


def test_weibull_shape_of_cv_one_is_the_exponential():
    """Proves: cv = 1 belongs to shape 1. Sensitivity: the shape of the scale would be 0.89 or 1.13."""
    assert weibull_shape(1.0) == pytest.approx(1.0)
