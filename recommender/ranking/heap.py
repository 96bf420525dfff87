"""The best k of many, in order: a bounded heap whose worst is on top.

What is kept is one int64 an entry: a value above, below it the row, counted backwards. So a greater
number is a better entry, and of two with the same value the lower row is greater.
"""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled

LAST_ROW = 2**31 - 1
"""The greatest number of a row."""

ROW_BITS = 32


@compiled
def entry(value: int, row: int) -> int:
    """Return a value, from 0 to 2**31 - 1, and a row as one number."""
    return (value << ROW_BITS) | (LAST_ROW - row)


@compiled
def value_of(held: int) -> int:
    """Return the value of an entry."""
    return held >> ROW_BITS


@compiled
def row_of(held: int) -> int:
    """Return the row of an entry."""
    return LAST_ROW - (held & LAST_ROW)


@compiled
def offer(heap: NDArray[np.int64], size: int, held: int) -> int:
    """Take an entry into a heap if there is room, or if it is better than the worst.

    Args:
        heap: int64[k], of which the first `size` places are filled.
        size: from 0 to k.
        held: an entry, none that is there already.

    Returns:
        How many places are filled now.
    """
    if size < heap.size:
        heap[size] = held
        _sift_up(heap, size)
        return size + 1
    if held > heap[0]:
        heap[0] = held
        _sift_down(heap, size)
    return size


@compiled
def sort_best_first(heap: NDArray[np.int64], size: int) -> None:
    """Sort the first `size` places of a heap: the worst goes to the end, again and again."""
    for last in range(size - 1, 0, -1):
        heap[0], heap[last] = heap[last], heap[0]
        _sift_down(heap, last)


@compiled
def _sift_up(heap: NDArray[np.int64], child: int) -> None:
    """Restore a heap, least first, after an append at `child`."""
    while child > 0:
        parent = (child - 1) >> 1
        if heap[parent] <= heap[child]:
            return
        heap[parent], heap[child] = heap[child], heap[parent]
        child = parent


@compiled
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
