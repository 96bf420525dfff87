"""Many strings as two arrays: their bytes, end to end, and where each begins."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.hashing import hashed

_ENCODING = ("utf-8", "surrogatepass")


class Strings(NamedTuple):
    """n strings, end to end.

    Attributes:
        data: uint8, their bytes.
        offsets: int64[n + 1], where each begins and the last ends.
    """

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Strings":
        """Put texts end to end.

        Args:
            texts: anything.

        Returns:
            The texts, copied.
        """
        data = "".join(texts).encode(*_ENCODING)
        is_ascii = data.isascii()  # a byte a character, then, and nothing to encode apart
        pieces = texts if is_ascii else [text.encode(*_ENCODING) for text in texts]
        ends = accumulate(map(len, pieces), initial=0)
        return cls(np.frombuffer(data, np.uint8), np.fromiter(ends, np.int64, len(texts) + 1))

    @classmethod
    def cut(
        cls, data: NDArray[np.uint8], firsts: NDArray[np.int64], lengths: NDArray[np.int32]
    ) -> "Strings":
        """Put pieces of texts end to end.

        Args:
            data: uint8, the texts.
            firsts: int64[n], where each piece begins.
            lengths: int32[n], bytes of each.

        Returns:
            The pieces, copied.
        """
        return cls(*_gather(data, firsts, lengths))

    @classmethod
    def join(cls, parts: "Sequence[Strings]") -> "Strings":
        """Return strings of several as one.

        Args:
            parts: any number.

        Returns:
            All of them, copied.
        """
        ends = list(accumulate((part.data.size for part in parts), initial=0))
        offsets = [part.offsets[1:] + end for part, end in zip(parts, ends, strict=False)]
        return cls(
            np.concatenate([np.empty(0, np.uint8), *(part.data for part in parts)]),
            np.concatenate([np.zeros(1, np.int64), *offsets]),
        )

    def chosen(self, numbers: NDArray[np.int32]) -> "Strings":
        """Return some of them.

        Args:
            numbers: int32[m], which.
        """
        data, firsts, lengths = self.places()
        return Strings.cut(data, firsts[numbers], lengths[numbers])

    def places(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int32]]:
        """Return the bytes, where each string begins, and the bytes of each, int32."""
        firsts = self.offsets[:-1]
        return self.data, firsts, (self.offsets[1:] - firsts).astype(np.int32)

    def of_letters(self, most: int) -> "tuple[NDArray[np.bool_], Strings]":
        """Return which strings are letters from A to Z alone, and all of them with small ones.

        Args:
            most: letters that one may have.

        Returns:
            bool[n], and the strings: those that are something else come to nothing of use.
        """
        return _of_letters(*self, most), Strings(self.data | np.uint8(0x20), self.offsets)

    def order(self) -> NDArray[np.int32]:
        """Return int32[n]: the numbers of the strings, ascending by code point.

        Sorted by their first eight bytes as one number first; the few that share those are sorted
        as Python strings.
        """
        _, heads = hashed(*self.places())
        beginnings = heads.byteswap()  # the first byte counts most
        order = beginnings.argsort(kind="stable").astype(np.int32)
        same = beginnings[order[1:]] == beginnings[order[:-1]]
        tied = np.flatnonzero(np.append(same, np.False_) | np.append(np.False_, same))
        texts = dict(zip(order[tied].tolist(), self.chosen(order[tied]).texts(), strict=True))
        order[tied] = sorted(texts, key=texts.__getitem__)
        return order

    def texts(self) -> list[str]:
        """Return them as Python strings."""
        data, offsets = self.data.tobytes(), self.offsets.tolist()
        if data.isascii():
            text = data.decode("ascii")
            return [text[first:end] for first, end in pairwise(offsets)]
        return [str(data[first:end], *_ENCODING) for first, end in pairwise(offsets)]


@compiled
def _gather(
    data: NDArray[np.uint8], firsts: NDArray[np.int64], lengths: NDArray[np.int32]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bytes of some strings end to end, and where each begins."""
    offsets = np.zeros(firsts.size + 1, np.int64)
    for i in range(firsts.size):
        offsets[i + 1] = offsets[i] + lengths[i]
    gathered = np.empty(offsets[-1], np.uint8)
    for i in range(firsts.size):
        for place in range(lengths[i]):
            gathered[offsets[i] + place] = data[firsts[i] + place]
    return gathered, offsets


@compiled
def _of_letters(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], most: int
) -> NDArray[np.bool_]:
    """Return which strings are one to so many letters from A to Z or a to z, bool[n]."""
    found = np.empty(offsets.size - 1, np.bool_)
    for number in range(found.size):
        first, end = offsets[number], offsets[number + 1]
        is_of_letters = first < end <= first + most
        for place in range(first, end):
            small = data[place] | 0x20
            is_of_letters &= (small >= ord("a")) & (small <= ord("z"))
        found[number] = is_of_letters
    return found
