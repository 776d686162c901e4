"""Random numbers by owner, purpose and entity: what a unit draws at a station depends on nothing else.

The k-th unit of material has the same process time at a station, the same luck at a test and the same life in burn-in
whatever the line around it looks like, so that two designs are compared under common random numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from math import gamma, log, log1p, sqrt
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from twin.model.laws import RandomTime

BITS = 11
BLOCK = 1 << BITS
LAST = BLOCK - 1
MOST_BLOCKS = 16  # what is thrown away can be drawn again
Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]


class Streams:
    """The streams of one replication, keyed by *seed*, *replication*, owner's name and purpose."""

    __slots__ = ("_replication", "_seed")

    def __init__(self, seed: int, replication: int) -> None:
        self._seed = seed
        self._replication = replication

    def draws(self, name: str, purpose: str, draw: Draw) -> Draws:
        """Numbers of any law: *draw* returns so many of them from a generator."""
        return Draws((self._replication, crc32(name.encode()), crc32(purpose.encode())), self._seed, draw)

    def times(self, name: str, purpose: str, law: RandomTime) -> Draws:
        """Random times [min] of *law*."""
        return self.draws(name, purpose, drawer(law))

    def uniform(self, name: str, purpose: str) -> Draws:
        """Numbers in [0, 1)."""
        return self.draws(name, purpose, lambda generator, size: generator.random(size))

    def weibull(self, name: str, purpose: str, shape: float, scale: float) -> Draws:
        """Weibull numbers of *shape* and *scale*."""
        return self.draws(name, purpose, lambda generator, size: scale * generator.weibull(shape, size))


class Draws:
    """Numbers of one owner and purpose, found by the number of the entity that they belong to.

    They are drawn a block at a time, each block from a generator of its own key; old blocks are forgotten, and drawn
    again should a late unit ask. A *round_number* says which time round it is for the unit: each has other luck.
    """

    __slots__ = ("_draw", "_key", "_seed", "blocks")

    def __init__(self, key: tuple[int, ...], seed: int, draw: Draw) -> None:
        self._key, self._seed, self._draw = key, seed, draw
        self.blocks: dict[int | tuple[int, int], list[float] | array[float]] = {}

    def at(self, number: int, round_number: int = 0) -> float:
        """Return the number of entity *number* in that round."""
        place = (round_number, number >> BITS) if round_number else number >> BITS
        block = self.blocks.get(place)
        if block is None:
            block = self._fetch(place, round_number, number >> BITS)
        return block[number & LAST]

    def _fetch(self, place: int | tuple[int, int], round_number: int, block: int) -> list[float] | array[float]:
        while len(self.blocks) >= MOST_BLOCKS:
            del self.blocks[next(iter(self.blocks))]
        sequence = np.random.SeedSequence(self._seed, spawn_key=(*self._key, round_number, block))
        drawn = self._draw(np.random.Generator(np.random.PCG64(sequence)), BLOCK)
        # Nearly every number of a first round is used, and a list of floats is read fastest; of a later round few are,
        # and to make a float of each would take longer than to draw them.
        found = array("d", drawn.tobytes()) if round_number else drawn.tolist()
        self.blocks[place] = found
        return found


class Sequence:
    """Numbers taken one after the other, for an owner that is its own entity: the failures of one machine."""

    __slots__ = ("_draws", "taken")

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self.taken = 0

    def next(self) -> float:
        """Return the next number."""
        self.taken += 1
        return self._draws.at(self.taken - 1)


def drawer(law: RandomTime) -> Draw:
    """Function that draws times [min] of *law* from a generator."""
    mean, cv = law.mean_min, law.cv
    if law.law == "empirical":
        values = np.array(law.values_min, dtype=float)
        weights = np.array(law.weights or np.ones(values.size), dtype=float)
        return lambda generator, size: generator.choice(values, size, p=weights / weights.sum())
    if mean == 0 or law.law == "deterministic" or (cv == 0 and law.law != "exponential"):
        return lambda _, size: np.full(size, mean)
    if law.law == "exponential":
        return lambda generator, size: generator.exponential(mean, size)
    if law.law == "gamma":
        return lambda generator, size: generator.gamma(1 / cv**2, mean * cv**2, size)
    if law.law == "lognormal":
        sigma = sqrt(log1p(cv**2))
        return lambda generator, size: generator.lognormal(log(mean) - sigma**2 / 2, sigma, size)
    shape = weibull_shape(cv)
    scale = mean / gamma(1 + 1 / shape)
    return lambda generator, size: scale * generator.weibull(shape, size)


def weibull_shape(cv: float) -> float:
    """Shape k of the Weibull law with coefficient of variation *cv*: Gamma(1+2/k) / Gamma(1+1/k)^2 = 1 + cv^2."""

    def miss(shape: float) -> float:
        return gamma(1 + 2 / shape) / gamma(1 + 1 / shape) ** 2 - 1 - cv**2

    return float(brentq(miss, 0.1, 200.0))
