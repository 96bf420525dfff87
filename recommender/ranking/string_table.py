"""Distinct strings, numbered as they are met: a hash table that compiled loops and files can share.

The strings lie end to end in UTF-8, found by an open-addressing table with linear probing (Knuth,
"The Art of Computer Programming" 3, section 6.4, algorithm L) that is kept at most half full. A
slot holds the length of its string and a part of its hash, and beside each string stand its first
eight bytes: where those agree a word of eight letters or less is found, and longer ones are
compared to the end, so no two strings are ever taken for one. All of it is a handful of arrays: a
million words take some 50 MB, where a Python dictionary takes 150.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.hashing import hashed
from recommender.ranking.strings import Strings

_FEWEST = 1 << 10
_EMPTY = -1
_NUMBER = (1 << 32) - 1
"""The part of a slot that is a string's number."""


class _Table(NamedTuple):
    """The arrays of a table, with room for more strings.

    Attributes:
        slots: int64, a string's number, and above it its length and what else fits of its hash;
            or `_EMPTY`.
        heads: uint64[room], the first eight bytes of each string.
        offsets: int64[room + 1], where each string begins and the last one ends.
        data: uint8, the strings.
    """

    slots: NDArray[np.int64]
    heads: NDArray[np.uint64]
    offsets: NDArray[np.int64]
    data: NDArray[np.uint8]


class StringTable:
    """Numbers distinct strings from 0 on."""

    def __init__(self) -> None:
        self._n = 0
        self._table = _Table(
            np.full(2 * _FEWEST, _EMPTY, np.int64),
            np.empty(_FEWEST, np.uint64),
            np.zeros(_FEWEST + 1, np.int64),
            np.empty(16 * _FEWEST, np.uint8),
        )

    def __len__(self) -> int:
        return self._n

    def numbers(
        self, data: NDArray[np.uint8], firsts: NDArray[np.int64], lengths: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        """Return the number of each string, new ones at the end.

        Args:
            data: uint8, where the strings stand.
            firsts: int64[m], where each begins.
            lengths: int32[m], bytes of each.
        """
        asked = (data, firsts, lengths, *hashed(data, firsts, lengths))
        numbers, done = np.empty(firsts.size, np.int32), 0
        while True:
            done, self._n = _intern(self._table, self._n, *asked, numbers, done)
            if done == firsts.size:
                return numbers
            self._grow(int(lengths[done]))

    def add(self, strings: Strings) -> NDArray[np.int32]:
        """Return the number of each string, new ones at the end."""
        return self.numbers(*strings.places())

    def find(
        self, data: NDArray[np.uint8], firsts: NDArray[np.int64], lengths: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        """Return the number of each string, -1 for those that are not there.

        Args:
            data: uint8, where the strings stand.
            firsts: int64[m], where each begins.
            lengths: int32[m], bytes of each.
        """
        return _find(self._table, data, firsts, lengths, *hashed(data, firsts, lengths))

    def strings(self, first: int = 0) -> Strings:
        """Return the strings from a number on, as they are now."""
        offsets = self._table.offsets[first : self._n + 1]
        held = self._table.data[offsets[0] : offsets[-1]]
        return Strings(held, offsets - offsets[0] if first else offsets)

    def __reduce__(self) -> tuple[object, ...]:
        """Return what to pickle: the strings, for the room behind holds what memory held before."""
        return _table_of, (self.strings(),)

    def _grow(self, n_bytes: int) -> None:
        """Make room for at least one more string of so many bytes."""
        slots, heads, offsets, data = self._table
        used = int(offsets[self._n])
        if used + n_bytes > data.size:
            data = np.resize(data, 2 * (used + n_bytes))
        if self._n == heads.size:
            values, _ = hashed(*self.strings().places())
            slots = np.full(2 * slots.size, _EMPTY, np.int64)
            _place(slots, values, np.diff(offsets).astype(np.int32))
            heads, offsets = np.resize(heads, 2 * self._n), np.resize(offsets, 2 * self._n + 1)
        self._table = _Table(slots, heads, offsets, data)


def _table_of(strings: Strings) -> StringTable:
    table = StringTable()
    table.add(strings)
    return table


@compiled
def _entry(number: int, value: np.uint64, length: int) -> np.int64:
    """Return what stands in the slot of a string: never negative."""
    return np.int64(value >> np.uint64(41)) << 40 | min(length, 0xFF) << 32 | number


@compiled
def _slot(
    table: _Table,
    value: np.uint64,
    head: np.uint64,
    data: NDArray[np.uint8],
    first: int,
    length: int,
) -> int:
    """Return the slot of a string: where it is, or the empty one where it belongs."""
    last = table.slots.size - 1
    slot = int(np.int64(value & np.uint64(last)))
    while table.slots[slot] != _EMPTY:
        number = table.slots[slot] & _NUMBER
        is_alike = table.slots[slot] == _entry(number, value, length)
        is_alike = is_alike and table.heads[number] == head
        if is_alike and (length <= 8 or _is_same(table, number, data, first, length)):
            return slot
        slot = (slot + 1) & last
    return slot


@compiled
def _is_same(table: _Table, number: int, data: NDArray[np.uint8], first: int, length: int) -> bool:
    """Return whether a string of the table is this one, byte for byte."""
    start, same = table.offsets[number], 0
    if table.offsets[number + 1] - start == length:
        while same < length and table.data[start + same] == data[first + same]:
            same += 1
    return same == length


@compiled
def _find(
    table: _Table,
    data: NDArray[np.uint8],
    firsts: NDArray[np.int64],
    lengths: NDArray[np.int32],
    hashes: NDArray[np.uint64],
    heads: NDArray[np.uint64],
) -> NDArray[np.int32]:
    """Return the number of each string, -1 for those that are not there."""
    numbers = np.empty(firsts.size, np.int32)
    for i in range(firsts.size):
        held = table.slots[_slot(table, hashes[i], heads[i], data, firsts[i], lengths[i])]
        numbers[i] = -1 if held == _EMPTY else held & _NUMBER
    return numbers


@compiled
def _intern(  # noqa: PLR0913 - what is known, what is asked, and how far it got
    table: _Table,
    n: int,
    data: NDArray[np.uint8],
    firsts: NDArray[np.int64],
    lengths: NDArray[np.int32],
    hashes: NDArray[np.uint64],
    heads: NDArray[np.uint64],
    numbers: NDArray[np.int32],
    done: int,
) -> tuple[int, int]:
    """Number strings until there is no room.

    Args:
        table: overwritten.
        n: strings that it has.
        data: uint8, where the strings stand.
        firsts: int64[m], where each begins.
        lengths: int32[m], bytes of each.
        hashes: uint64[m], of each.
        heads: uint64[m], the first eight bytes of each.
        numbers: int32[m], overwritten.
        done: the first string to number.

    Returns:
        How many are done, and how many strings the table has now.
    """
    for i in range(done, firsts.size):
        first, length, value = firsts[i], lengths[i], hashes[i]
        slot = _slot(table, value, heads[i], data, first, length)
        if table.slots[slot] == _EMPTY:
            start = table.offsets[n]
            if n == table.heads.size or start + length > table.data.size:
                return i, n
            table.data[start : start + length] = data[first : first + length]
            table.heads[n], table.offsets[n + 1] = heads[i], start + length
            table.slots[slot] = _entry(n, value, length)
            n += 1
        numbers[i] = table.slots[slot] & _NUMBER
    return firsts.size, n


@compiled
def _place(
    slots: NDArray[np.int64], hashes: NDArray[np.uint64], lengths: NDArray[np.int32]
) -> None:
    """Put the numbers of distinct strings into empty slots."""
    last = slots.size - 1
    for number in range(hashes.size):
        slot = int(np.int64(hashes[number] & np.uint64(last)))
        while slots[slot] != _EMPTY:
            slot = (slot + 1) & last
        slots[slot] = _entry(number, hashes[number], lengths[number])
