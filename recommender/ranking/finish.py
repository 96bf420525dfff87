"""The end of every search: rows whose sums are complete are scored, and the best put in order."""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking import scan
from recommender.ranking.compiled import compiled
from recommender.ranking.heap import entry, offer, sort_best_first
from recommender.ranking.lookup import Lookup, cosine
from recommender.ranking.questions import Compressed
from recommender.ranking.rows import MILLION


@compiled
def least_of(completed: NDArray[np.float32], k: int, error: np.float32) -> np.float32:
    """Return a sum that the k best of all rows reach, from those of some rows.

    Rows longer than 1 by rounding are all clipped to a similarity of 1, and then the lowest row is
    first, so no more than 1 is asked.

    Args:
        completed: float32[m], sums of distinct rows over all columns.
        k: how many rows.
        error: how far sums may be off (`scan.error_of`).
    """
    if completed.size < k:
        return scan.NEXT_TO_NOTHING
    place = completed.size - k
    k_th_best = min(np.partition(completed, place)[place], np.float32(1))
    return max(k_th_best - error, scan.NEXT_TO_NOTHING)


@compiled
def rank(
    rows: NDArray[np.int32],
    completed: NDArray[np.float32],
    least: np.float32,
    lookup: Lookup,
    forward: Compressed,
    best: NDArray[np.int64],
) -> int:
    """Score rows and leave the best in a heap, best first, ties by ascending row.

    Args:
        rows: int32[m], distinct.
        completed: float32[m], their sums over all columns.
        least: rows with less are not among the best.
        lookup: holds the query.
        forward: where the rows are.
        best: int64[k], overwritten with entries whose values are similarities in millionths.

    Returns:
        How many there are: rows that share next to nothing are not.
    """
    n_found = 0
    for place in range(rows.size):
        if completed[place] >= least:
            score = in_millionths(cosine(lookup, forward, rows[place]))
            if score > 0:
                n_found = offer(best, n_found, entry(score, rows[place]))
    sort_best_first(best, n_found)
    return n_found


@compiled
def in_millionths(score: float) -> int:
    """Return a score as `rows.in_millionths` does."""
    return int(min(np.rint(score * MILLION), MILLION))
