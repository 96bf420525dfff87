"""The steps of a search: begin, add postings up, look the sums over.

Sums are float32, one a row, and only choose which rows to score: `error_of` says how far they may
be off. A row that may not be an answer begins at minus infinity and so is never looked at again.

Rows are looked over in spans: "is any of these great enough?" is a loop without branches, which the
compiler turns into vector instructions, and most spans end there.
"""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.ahead import N_AHEAD, fetch
from recommender.ranking.compiled import compiled
from recommender.ranking.questions import Compressed

_BARRED = np.float32(-np.inf)
_SPAN = 64

_FRACTION_BITS = 30

NEXT_TO_NOTHING = np.float32(0.49e-6)
"""What rounds to less than a millionth is nothing."""

_ROUNDING = 2.0**-24

MILLIONTH = np.float32(1e-6)


@compiled
def error_of(n_entries: int) -> np.float32:
    """Return the greatest difference between a sum for a query and the score, for unit vectors.

    Each of the additions and products is off by 2**-24 of a sum that is 1 at most (Higham, Accuracy
    and Stability of Numerical Algorithms, section 4.2); and scores are rounded to millionths.

    Args:
        n_entries: how many columns the query has.
    """
    return np.float32(2 * (n_entries + 4) * _ROUNDING + 1e-6)


@compiled
def begin(
    sums: NDArray[np.float32],
    barred: NDArray[np.bool_],
    groups: NDArray[np.int32],
    group: int,
    excluded: int,
) -> None:
    """Set each row's sum to 0, or out of reach.

    Args:
        sums: float32[n], overwritten.
        barred: bool[n], which rows may be no answer to anything; empty where all may.
        groups: int32[n], the group of each row; empty where all are one.
        group: rows of other groups may be no answer.
        excluded: a row that may be no answer; -1 for none.
    """
    sums[:] = 0.0
    for row in range(groups.size):
        sums[row] = np.float32(0) if groups[row] == group else _BARRED
    for row in range(barred.size):
        sums[row] = _BARRED if barred[row] else sums[row]
    if excluded >= 0:
        sums[excluded] = _BARRED


@compiled
def add_postings(
    sums: NDArray[np.float32], vectors: Compressed, first: int, end: int, postings: Compressed
) -> None:
    """Add what rows share with some entries of a query, from the last column to the first.

    Args:
        sums: float32[n], added to.
        vectors: the forward index that the query is a row of.
        first: the first of its entries to take.
        end: the entry that ends them.
        postings: the inverted index.
    """
    _, columns, weights = vectors
    starts, rows, row_weights = postings
    for ends in range(end, first, -N_AHEAD):
        begins = max(first, ends - N_AHEAD)
        fetch(postings, columns[begins:ends])
        for i in range(ends - 1, begins - 1, -1):
            weight = weights[i]
            one, last = starts[columns[i]], starts[columns[i] + 1]
            sharing, their_weights = rows[one:last], row_weights[one:last]
            for j in range(sharing.size):
                sums[sharing[j]] += weight * their_weights[j]


@compiled
def in_units(total: np.float32) -> int:
    """Return a sum in units of 2**-30, clipped to what 31 bits hold."""
    return min(int(np.float64(total) * (1 << _FRACTION_BITS)), 2**31 - 1)


@compiled
def from_units(units: int) -> np.float32:
    """Return the sum that `in_units` made a whole number of."""
    return np.float32(units / (1 << _FRACTION_BITS))


@compiled
def n_within_reach(
    sums: NDArray[np.float32], rest: NDArray[np.float32], query_rest: np.float32, least: np.float32
) -> int:
    """Return how many rows have a sum that, with all that their rest may add, comes to something.

    Args:
        sums: float32[m].
        rest: float32[m], the length of what is left of each row.
        query_rest: the length of what is left of the query.
        least: what to come to.
    """
    n = 0
    for row in range(sums.size):
        n += sums[row] + query_rest * rest[row] >= least
    return n


@compiled
def within_reach(
    sums: NDArray[np.float32],
    rest: NDArray[np.float32],
    query_rest: np.float32,
    least: np.float32,
    first_row: int,
    reached: NDArray[np.int32],
) -> int:
    """Write down the rows that `n_within_reach` counts, ascending.

    Args:
        sums: as there, and so on.
        rest: as there.
        query_rest: as there.
        least: as there.
        first_row: the row of the first sum.
        reached: int32[m], overwritten from the beginning.

    Returns:
        How many there are.
    """
    n = 0
    for first in range(0, sums.size, _SPAN):
        span, rest_of_span = sums[first : first + _SPAN], rest[first : first + _SPAN]
        any_reached = False
        for place in range(span.size):
            any_reached |= span[place] + query_rest * rest_of_span[place] >= least
        if not any_reached:
            continue
        for place in range(span.size):
            if span[place] + query_rest * rest_of_span[place] >= least:
                reached[n] = first_row + first + place
                n += 1
    return n


@compiled
def n_entering(
    sums: NDArray[np.float32],
    rest: NDArray[np.float32],
    query_rest: np.float32,
    entry: NDArray[np.int32],
    error: np.float32,
) -> int:
    """Return how many rows have a sum that, with all that their rest may add, opens their list.

    Args:
        sums: float32[n], of all rows.
        rest: float32[n], the length of what is left of each row.
        query_rest: the length of what is left of the query.
        entry: int32[n], what each row asks for, in millionths; empty where none asks.
        error: how far sums may be off.
    """
    n = 0
    for row in range(entry.size):
        asked = np.float32(entry[row]) * MILLIONTH - error
        n += sums[row] + query_rest * rest[row] >= asked
    return n


@compiled
def entering(
    sums: NDArray[np.float32],
    rest: NDArray[np.float32],
    query_rest: np.float32,
    entry: NDArray[np.int32],
    error: np.float32,
    reached: NDArray[np.int32],
) -> int:
    """Write down the rows that `n_entering` counts, ascending.

    Args:
        sums: as there, and so on.
        rest: as there.
        query_rest: as there.
        entry: as there.
        error: as there.
        reached: int32[n], overwritten from the beginning.

    Returns:
        How many there are.
    """
    n = 0
    for row in range(entry.size):
        asked = np.float32(entry[row]) * MILLIONTH - error
        if sums[row] + query_rest * rest[row] >= asked:
            reached[n] = row
            n += 1
    return n
