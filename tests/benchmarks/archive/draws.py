"""Numbers by chance and by rule: hashes that stand for draws, and ranks by the law of Zipf.

What must be the same wherever it is asked for (the tenth word of a topic, the topic of a week) is
not drawn but hashed, so that blocks made apart agree without having met.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Zipf:
    """Ranks from 0, of which rank r is drawn in proportion to (r + offset) ** -exponent.

    Zipf, *Human Behavior and the Principle of Least Effort*, 1949; the offset is Mandelbrot's, who
    flattened the head ("An informational theory of the statistical structure of language", 1953).
    Where more is drawn, more ranks are met, by a power of how much: that is Heaps' law
    (*Information Retrieval*, 1978), and nothing else makes the vocabulary grow.

    Attributes:
        exponent: how steep the tail is, not 1.
        offset: above 0; up to about this rank all are alike.
        size: how many ranks there are.
    """

    exponent: float
    offset: float
    size: int

    def ranks(self, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the ranks at some quantiles.

        Args:
            uniform: float64, in [0, 1).

        Returns:
            int64 of that shape, in [0, size): the distribution function of the density over a
            continuous rank, inverted and rounded down.
        """
        power = 1.0 - self.exponent
        first, last = self.offset**power, (self.offset + self.size) ** power
        continuous = (first + uniform * (last - first)) ** (1.0 / power) - self.offset
        return np.clip(continuous, 0, self.size - 1).astype(np.int64)


def hashed(*parts: ArrayLike) -> NDArray[np.uint64]:
    """Return a number for each combination of integers, as good as drawn by chance.

    Each part is stirred in by the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable
    pseudorandom number generators", OOPSLA 2014).

    Args:
        parts: integers, alone or in arrays that broadcast; which part is which tells.

    Returns:
        uint64 of the shape to which they broadcast, of one dimension at least.
    """
    state = np.zeros(1, np.uint64)
    for part in parts:
        state = state + np.atleast_1d(part).astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    return state


def uniform(*parts: ArrayLike) -> NDArray[np.float64]:
    """Return a float64 in [0, 1) for each combination of integers, as `hashed` does."""
    return (hashed(*parts) >> np.uint64(11)) * 2.0**-53
