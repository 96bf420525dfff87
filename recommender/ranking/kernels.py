"""The compiled loops of the nearest-neighbour engine.

Term-at-a-time accumulation over an inverted index (Zobel and Moffat, "Inverted files for text
search engines", ACM Computing Surveys 38(2), 2006, section 3), then a bounded heap.

**The sums are the one score, not an estimate of it.** A query's columns are taken in ascending
order, so each row's sum is built by the very additions of `rows.similarity`, in the same order:
from 0.0 on, one product for each common column, ascending. Each product of two float32 is exact in
float64 (48 bits of 53), so it makes no difference either whether a compiler joins multiplication
and addition into one instruction. Nothing need be scored twice.

Loops are compiled at their first call and kept on disk; `engine.warm` makes that call at setup.
They run without the interpreter's lock, so threads share one index.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recommender.ranking.questions import Compressed, Questions
from recommender.ranking.rows import MILLION

Function = TypeVar("Function", bound=Callable[..., object])


def _compiled(function: Function) -> Function:
    """Return the function compiled: no `fastmath`, for additions must keep their order."""
    return cast("Function", njit(cache=True, nogil=True)(function))


@_compiled
def invert(forward: Compressed, n_columns: int) -> Compressed:
    """Return the postings of each column: a counting sort, linear in their number.

    Args:
        forward: rows, all of whose columns lie in [0, n_columns).
        n_columns: how many columns there are.

    Returns:
        starts int64[n_columns + 1], rows int32[nnz] ascending within each column, and their weights
        float32[nnz].
    """
    indptr, columns, weights = forward
    starts = np.zeros(n_columns + 1, np.int64)
    for column in columns:
        starts[column + 1] += 1
    for column in range(n_columns):
        starts[column + 1] += starts[column]

    rows = np.empty(columns.size, np.int32)
    sorted_weights = np.empty(columns.size, np.float32)
    free = starts[:-1].copy()
    for row in range(indptr.size - 1):
        for i in range(indptr[row], indptr[row + 1]):
            place = free[columns[i]]
            free[columns[i]] += 1
            rows[place] = row
            sorted_weights[place] = weights[i]
    return starts, rows, sorted_weights


@_compiled
def nearest(
    questions: Questions,
    postings: Compressed,
    row_groups: NDArray[np.int32],
    n_rows: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the rows most similar to each of some queries, best first, ties by ascending row.

    The sums of a query are made once, whatever number of lists is chosen by them.

    Args:
        questions: what is asked.
        postings: the inverted index to search.
        row_groups: int32[n_rows], the group of each of its rows; empty where all are one.
        n_rows: how many rows it has.

    Returns:
        int32[q, sum of the lengths] rows, one list beside the other, each padded with -1, and
        similarities of the same shape in millionths, from 1 to 1_000_000, padded with 0.
    """
    n_queries, lengths = questions.rows.size, questions.lengths
    neighbours = np.full((n_queries, lengths.sum()), -1, np.int32)
    similarities = np.zeros((n_queries, lengths.sum()), np.int32)
    sums = np.zeros(n_rows, np.float64)
    heap = np.empty(lengths.max(), np.int64)
    for q in range(n_queries):
        _accumulate(questions.vectors, questions.rows[q], postings, sums)
        if questions.excluded[q] >= 0:
            sums[questions.excluded[q]] = 0.0
        start = 0
        for which in range(lengths.size):
            best = heap[: lengths[which]]
            first_row = questions.first_rows[q, which]
            in_reach = sums[: questions.end_rows[which]]
            found = _select(in_reach, first_row, row_groups, questions.groups[q], best)
            for rank in range(found):
                similarities[q, start + rank] = best[rank] >> 32
                neighbours[q, start + rank] = _LAST_ROW - (best[rank] & _LAST_ROW)
            start += lengths[which]
        sums[:] = 0.0
    return neighbours, similarities


@_compiled
def _accumulate(
    queries: Compressed, query_row: int, postings: Compressed, sums: NDArray[np.float64]
) -> None:
    """Add to each row's sum what it shares with the query, column by column, ascending."""
    indptr, columns, weights = queries
    starts, rows, row_weights = postings
    for i in range(indptr[query_row], indptr[query_row + 1]):
        weight = np.float64(weights[i])
        first, last = starts[columns[i]], starts[columns[i] + 1]
        sharing, their_weights = rows[first:last], row_weights[first:last]
        for j in range(sharing.size):
            sums[sharing[j]] += weight * np.float64(their_weights[j])


# A neighbour is one int64: its similarity in millionths above, below it the row, counted backwards.
# So a greater number is a better neighbour, and of two equally similar the lower row is greater.
_LAST_ROW = 2**31 - 1

# Rows are looked over in spans of this many: "does any of these round to more?" is a loop without
# branches, which the compiler turns into vector instructions.
_SPAN = 64


@_compiled
def _select(
    sums: NDArray[np.float64],
    first_row: int,
    row_groups: NDArray[np.int32],
    group: int,
    heap: NDArray[np.int64],
) -> int:
    """Return how many neighbours there are, and leave the best of them in the heap, best first.

    Args:
        sums: float64[m], what each of the first m rows shares with the query.
        first_row: the rows before it may not be answers.
        row_groups: the group of each row; empty where all are one.
        group: rows of other groups may not be answers.
        heap: int64[k], overwritten.

    Returns:
        How many places of the heap are filled.
    """
    found = 0
    worst = 0  # to beat: rows come in ascending order, so one that only equals it comes too late
    for first in range(first_row, sums.size, _SPAN):
        last = min(first + _SPAN, sums.size)
        any_better = False
        for row in range(first, last):
            any_better |= sums[row] * MILLION >= worst + 0.5
        if not any_better:
            continue
        for row in range(first, last):
            millionths = int(min(np.rint(sums[row] * MILLION), MILLION))
            if millionths <= worst or (row_groups.size and row_groups[row] != group):
                continue
            neighbour = (millionths << 32) | (_LAST_ROW - row)
            if found < heap.size:
                heap[found] = neighbour
                found += 1
                _sift_up(heap, found - 1)
            else:
                heap[0] = neighbour
                _sift_down(heap, found)
            if found == heap.size:
                worst = heap[0] >> 32
    for size in range(found - 1, 0, -1):  # heapsort: the worst goes to the end, again and again
        heap[0], heap[size] = heap[size], heap[0]
        _sift_down(heap, size)
    return found


@_compiled
def companies(
    nearest: NDArray[np.int32],
    similarity: NDArray[np.int32],
    n_members: int,
    query_rows: NDArray[np.int64],
    rows: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what the companies of queries and others have in common (see `company`).

    Args:
        nearest: int32[n, k], the nearest of each article, padded with -1.
        similarity: int32[n, k], millionths; 0 beside -1.
        n_members: how many of them make a company, at most k.
        query_rows: int64[q].
        rows: int32[q, m], the others, padded with -1.

    Returns:
        int64[q, m], the products of the two companies, and int64[n], the sums of the squares of
        each article's similarities; both in millionths of millionths.
    """
    common = np.zeros(rows.shape, np.int64)
    squares = np.zeros(nearest.shape[0], np.int64)
    for row in range(nearest.shape[0]):
        for i in range(n_members):
            squares[row] += np.int64(similarity[row, i]) * similarity[row, i]

    weights = np.zeros(nearest.shape[0], np.int64)
    for line in range(query_rows.size):
        query = query_rows[line]
        for i in range(n_members):
            if nearest[query, i] >= 0:
                weights[nearest[query, i]] = similarity[query, i]
        weights[query] = MILLION
        for place in range(rows.shape[1]):
            row = rows[line, place]
            if row >= 0:
                total = MILLION * weights[row]
                for i in range(n_members):
                    if nearest[row, i] >= 0:
                        total += weights[nearest[row, i]] * similarity[row, i]
                common[line, place] = total
        for i in range(n_members):
            if nearest[query, i] >= 0:
                weights[nearest[query, i]] = 0
        weights[query] = 0
    return common, squares


@_compiled
def _sift_up(heap: NDArray[np.int64], child: int) -> None:
    """Restore a heap, least first, after an append at `child`."""
    while child > 0:
        parent = (child - 1) >> 1
        if heap[parent] <= heap[child]:
            return
        heap[parent], heap[child] = heap[child], heap[parent]
        child = parent


@_compiled
def _sift_down(heap: NDArray[np.int64], size: int) -> None:
    """Restore the first `size` places of a heap, least first, after a change at the top."""
    parent = 0
    while 2 * parent + 1 < size:
        child = 2 * parent + 1
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[parent] <= heap[child]:
            return
        heap[parent], heap[child] = heap[child], heap[parent]
        parent = child
