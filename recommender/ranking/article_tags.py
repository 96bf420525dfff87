"""The tags of articles, as numbers in compressed rows."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_NUMBER_BITS = 32


class Tags(NamedTuple):
    """The tags of n articles.

    Attributes:
        starts: int64[n + 1], where each article's begin and those of the last one end.
        numbers: int32, ascending within an article.
        weights: float32, what each counts: 1 for one that an editor set.
    """

    starts: NDArray[np.int64]
    numbers: NDArray[np.int32]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, n: int, articles: NDArray[np.int64], numbers: NDArray[np.int32]) -> "Tags":
        """Put tags in order.

        Args:
            n: how many articles there are.
            articles: int64[m], of each tag.
            numbers: int32[m]; negative for what is no tag.

        Returns:
            Each once an article, weighing 1.
        """
        keys = (articles << _NUMBER_BITS | numbers)[numbers >= 0]
        return cls._of_keys(n, keys, np.ones(keys.size, np.float32))

    def of_rows(self, first: int, end: int) -> "Tags":
        """Return the tags of some successive articles, as views where that can be."""
        held = slice(int(self.starts[first]), int(self.starts[end]))
        starts = self.starts[first : end + 1] - self.starts[first]
        return Tags(starts, self.numbers[held], self.weights[held])

    def with_more(
        self, articles: NDArray[np.int64], numbers: NDArray[np.int32], weight: float
    ) -> "Tags":
        """Return these tags and more; those that an article has already stay as they are.

        Args:
            articles: int64[m], of each further tag.
            numbers: int32[m], some perhaps more than once.
            weight: what a further one counts.
        """
        n = self.starts.size - 1
        has = np.arange(n).repeat(self.starts[1:] - self.starts[:-1])
        has = has << _NUMBER_BITS | self.numbers
        keys = np.concatenate([has, articles << _NUMBER_BITS | numbers])
        more = np.full(numbers.size, weight, np.float32)
        return Tags._of_keys(n, keys, np.concatenate([self.weights, more]))

    @classmethod
    def _of_keys(cls, n: int, keys: NDArray[np.int64], weights: NDArray[np.float32]) -> "Tags":
        """Return tags by article and number, each with the first of its weights."""
        order = keys.argsort(kind="stable")
        keys = keys[order]
        is_first = np.ones(keys.size, np.bool_)
        is_first[1:] = keys[1:] != keys[:-1]
        keys, order = keys[is_first], order[is_first]
        numbers = (keys & ((1 << _NUMBER_BITS) - 1)).astype(np.int32)
        return cls(keys.searchsorted(np.arange(n + 1) << _NUMBER_BITS), numbers, weights[order])

    @staticmethod
    def join(parts: "list[Tags]") -> "Tags":
        """Return the tags of successive articles as one."""
        ends = np.cumsum([0, *(part.numbers.size for part in parts)])
        starts = [part.starts[1:] + end for part, end in zip(parts, ends[:-1], strict=True)]
        return Tags(
            np.concatenate([np.zeros(1, np.int64), *starts]),
            np.concatenate([np.empty(0, np.int32), *(part.numbers for part in parts)]),
            np.concatenate([np.empty(0, np.float32), *(part.weights for part in parts)]),
        )
