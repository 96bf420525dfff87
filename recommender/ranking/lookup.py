"""A query's weights, found by column: what scoring a row needs.

The frequent columns, which nearly every row has, are looked up in a dense table that stays in the
processor's nearest cache. The others hardly ever meet, and go through a hash table with open
addressing (Knuth, The Art of Computer Programming 3, section 6.4, algorithm L), an eighth full at
most, so that the first look nearly always says no.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.ahead import N_AHEAD, fetch
from recommender.ranking.compiled import compiled
from recommender.ranking.questions import Compressed

_SLOTS_PER_COLUMN = 8
_MIN_SLOTS = 64


class Lookup(NamedTuple):
    """Tables for one query after the other.

    Attributes:
        frequent: float32[m], the weight of each column below m; 0 for those that it has not.
        columns: int32[2**b], the column in each slot; -1 where there is none.
        weights: float32[2**b], the weight of that column.
    """

    frequent: NDArray[np.float32]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]


@compiled
def lookup_for(n_frequent: int, longest: int) -> Lookup:
    """Return empty tables.

    Args:
        n_frequent: the columns below it have places of their own.
        longest: how many columns a query has at most.
    """
    n_slots = _MIN_SLOTS
    while n_slots < _SLOTS_PER_COLUMN * longest:
        n_slots *= 2
    return Lookup(
        np.zeros(n_frequent, np.float32),
        np.full(n_slots, -1, np.int32),
        np.zeros(n_slots, np.float32),
    )


@compiled
def load(lookup: Lookup, queries: Compressed, query: int) -> None:
    """Put a query into empty tables."""
    indptr, columns, weights = queries
    for i in range(indptr[query], indptr[query + 1]):
        column = columns[i]
        if column < lookup.frequent.size:
            lookup.frequent[column] = weights[i]
        else:
            slot = slot_of(lookup, column)
            lookup.columns[slot] = column
            lookup.weights[slot] = weights[i]


@compiled
def unload(lookup: Lookup, queries: Compressed, query: int) -> None:
    """Empty the tables of the query that was put there."""
    indptr, columns, _ = queries
    for i in range(indptr[query], indptr[query + 1]):
        if columns[i] < lookup.frequent.size:
            lookup.frequent[columns[i]] = 0.0
    lookup.columns[:] = -1


@compiled
def slot_of(lookup: Lookup, column: int) -> int:
    """Return where a column is, or the free slot where it would be."""
    last = lookup.columns.size - 1
    slot = column & last
    while lookup.columns[slot] >= 0 and lookup.columns[slot] != column:
        slot = (slot + 1) & last
    return slot


@compiled
def cosine(lookup: Lookup, forward: Compressed, row: int) -> float:
    """Return the one score before it is rounded: the additions of `rows.similarity`, in its order.

    Each product of two float32 is exact in float64 (48 bits of 53), so it makes no difference
    whether a compiler joins multiplication and addition into one instruction; and what is added for
    a column that the query has not is 0.0, which changes nothing.

    Args:
        lookup: holds the query.
        forward: rows.
        row: one of them.
    """
    indptr, columns, weights = forward
    total, end = 0.0, indptr[row + 1]
    i = indptr[row]
    while i < end and columns[i] < lookup.frequent.size:
        total += np.float64(weights[i]) * np.float64(lookup.frequent[columns[i]])
        i += 1
    while i < end:
        slot = slot_of(lookup, columns[i])
        if lookup.columns[slot] >= 0:
            total += np.float64(weights[i]) * np.float64(lookup.weights[slot])
        i += 1
    return total


@compiled
def products_below(
    lookup: Lookup, forward: Compressed, rows: NDArray[np.int32], stop: int
) -> NDArray[np.float32]:
    """Return what a query and rows have in common in the columns below a stop, about, float32[m].

    Args:
        lookup: holds the query; its frequent columns reach to the stop at least.
        forward: rows.
        rows: int32[m], some of them.
        stop: a column.
    """
    products = np.empty(rows.size, np.float32)
    for begin in range(0, rows.size, N_AHEAD):
        end = min(begin + N_AHEAD, rows.size)
        fetch(forward, rows[begin:end])
        for place in range(begin, end):
            products[place] = _product_below(lookup, forward, rows[place], stop)
    return products


@compiled
def _product_below(lookup: Lookup, forward: Compressed, row: int, stop: int) -> np.float32:
    indptr, columns, weights = forward
    total = np.float32(0)
    for i in range(indptr[row], indptr[row + 1]):
        if columns[i] >= stop:
            break
        total += weights[i] * lookup.frequent[columns[i]]
    return total
