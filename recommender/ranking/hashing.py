"""Hashes of many strings, read eight bytes at a time."""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled


def hashed(
    data: NDArray[np.uint8], firsts: NDArray[np.int64], lengths: NDArray[np.int32]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return uint64[m] twice: the hash of each string, and its first eight bytes as a number.

    Of the number the first byte counts least. They are made for all strings before the first is
    looked up, so that a processor, which knows then where all look-ups go, can have several under
    way at once.

    Args:
        data: uint8, where the strings stand.
        firsts: int64[m], where each begins.
        lengths: int32[m], bytes of each.
    """
    eights = np.zeros(data.size // 8 + 2, np.uint64)
    eights.view(np.uint8)[: data.size] = data
    return _hashed(eights, firsts, lengths)


@compiled
def _hashed(
    eights: NDArray[np.uint64], firsts: NDArray[np.int64], lengths: NDArray[np.int32]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return hashes and first bytes, of bytes that are read eight at a time."""
    hashes, heads = np.empty(firsts.size, np.uint64), np.empty(firsts.size, np.uint64)
    for i in range(firsts.size):
        heads[i] = _eight(eights, firsts[i], lengths[i])
        value = _mixed(np.uint64(lengths[i]), heads[i])
        read = 8
        while read < lengths[i]:
            value = _mixed(value, _eight(eights, firsts[i] + read, lengths[i] - read))
            read += 8
        hashes[i] = value
    return hashes, heads


@compiled
def _eight(eights: NDArray[np.uint64], place: int, length: int) -> np.uint64:
    """Return the eight bytes from a place on as one number, the first counting least.

    Args:
        eights: bytes, eight in each; one more than is needed.
        place: of the first byte.
        length: how many bytes there are; beyond them are zeros.
    """
    if length == 0:
        return np.uint64(0)
    shift = np.uint64(8 * (place & 7))
    low, high = eights[place >> 3] >> shift, eights[(place >> 3) + 1]
    number = low | (high << np.uint64(1)) << (np.uint64(63) - shift)
    beyond = np.uint64(8 * (8 - min(length, 8)))
    return np.uint64((number << beyond) >> beyond)


@compiled
def _mixed(value: np.uint64, more: np.uint64) -> np.uint64:
    """Return a hash with eight more bytes (after the finish of MurmurHash3, A. Appleby)."""
    value = (value ^ more) * np.uint64(0xFF51AFD7ED558CCD)
    value = (value ^ (value >> np.uint64(32))) * np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(29))
