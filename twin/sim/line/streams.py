"""Random numbers: one stream for each station and purpose, so that adding a station changes no other draw."""

from __future__ import annotations

from collections.abc import Callable
from math import gamma, log, log1p, sqrt
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from twin.model.line import RandomTime

BLOCK = 512
Draw = Callable[[int], NDArray[np.float64]]


class Streams:
    """The streams of one replication, keyed by *seed*, *replication*, owner's name and purpose."""

    __slots__ = ("_replication", "_seed")

    def __init__(self, seed: int, replication: int) -> None:
        self._seed = seed
        self._replication = replication

    def generator(self, name: str, purpose: str) -> np.random.Generator:
        """Generator that depends on nothing but the key: the same in every process and every network."""
        key = (self._replication, crc32(name.encode()), crc32(purpose.encode()))
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self._seed, spawn_key=key)))

    def times(self, name: str, purpose: str, law: RandomTime) -> Blocks:
        """Random times [min] of *law*."""
        return Blocks(_drawer(law, self.generator(name, purpose)))

    def uniform(self, name: str, purpose: str) -> Blocks:
        """Numbers in [0, 1)."""
        return Blocks(self.generator(name, purpose).random)

    def exponential(self, name: str, purpose: str, mean: float) -> Blocks:
        """Exponential numbers of that *mean*."""
        generator = self.generator(name, purpose)
        return Blocks(lambda size: generator.exponential(mean, size))

    def weibull(self, name: str, purpose: str, shape: float, scale: float) -> Blocks:
        """Weibull numbers of *shape* and *scale*."""
        generator = self.generator(name, purpose)
        return Blocks(lambda size: scale * generator.weibull(shape, size))


class Blocks:
    """Numbers drawn a block at a time; `ready` is a plain list to pop from, `refill` fills it again."""

    __slots__ = ("_draw", "ready")

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.ready: list[float] = []

    @classmethod
    def none(cls) -> Blocks:
        """Nothing to draw, for a purpose that an owner does not have."""
        return cls(lambda _: np.empty(0))

    def refill(self) -> None:
        """Put the next block into `ready`, the first number last: `pop` then follows the order of drawing."""
        self.ready.extend(self._draw(BLOCK)[::-1].tolist())

    def next(self) -> float:
        """Return the next number; hot paths pop from `ready` themselves."""
        if not self.ready:
            self.refill()
        return self.ready.pop()


def _drawer(law: RandomTime, generator: np.random.Generator) -> Draw:
    """Function that draws a block of times [min] of *law*."""
    mean, cv = law.mean_min, law.cv
    if mean == 0 or law.law == "deterministic" or (cv == 0 and law.law != "exponential"):
        return lambda size: np.full(size, mean)
    if law.law == "exponential":
        return lambda size: generator.exponential(mean, size)
    if law.law == "gamma":
        return lambda size: generator.gamma(1 / cv**2, mean * cv**2, size)
    if law.law == "lognormal":
        sigma = sqrt(log1p(cv**2))
        return lambda size: generator.lognormal(log(mean) - sigma**2 / 2, sigma, size)
    shape = weibull_shape(cv)
    scale = mean / gamma(1 + 1 / shape)
    return lambda size: scale * generator.weibull(shape, size)


def weibull_shape(cv: float) -> float:
    """Shape k of the Weibull law with coefficient of variation *cv*: Gamma(1+2/k) / Gamma(1+1/k)^2 = 1 + cv^2."""

    def miss(shape: float) -> float:
        return gamma(1 + 2 / shape) / gamma(1 + 1 / shape) ** 2 - 1 - cv**2

    return float(brentq(miss, 0.1, 200.0))
