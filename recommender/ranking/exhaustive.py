"""Exact search by scoring every row: the quickest where many of a few rows are wanted (`quickest`).

Term-at-a-time accumulation over an inverted index (Zobel and Moffat, "Inverted files for text
search engines", ACM Computing Surveys 38(2), 2006, section 3), then a bounded heap.

**The sums are the one score, not an estimate of it.** A query's columns are taken in ascending
order, so each row's sum is built by the very additions of `rows.similarity`, in the same order:
from 0.0 on, one product for each common column, ascending. Nothing need be scored twice.
"""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.finish import in_millionths
from recommender.ranking.heap import entry, offer, row_of, sort_best_first, value_of
from recommender.ranking.postings import Index
from recommender.ranking.questions import Compressed, Questions
from recommender.ranking.rows import MILLION

# "Does any of these round to more?" is a loop without branches, and most spans end there.
_SPAN = 64


@compiled
def nearest(
    questions: Questions, index: Index, row_groups: NDArray[np.int32], barred: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the rows most similar to each of some queries: arguments and results as in `exact`.

    Args:
        questions: what is asked.
        index: what is searched, n rows.
        row_groups: int32[n], the group of each of its rows; empty where all are one.
        barred: bool[n], which rows may be no answer to anything; empty where all may.

    Returns:
        Rows and similarities, as `exact.nearest` does.
    """
    n_queries, lengths = questions.rows.size, questions.lengths
    rows = np.full((n_queries, lengths.sum()), -1, np.int32)
    similarity = np.zeros((n_queries, lengths.sum()), np.int32)
    sums = np.empty(index.forward[0].size - 1, np.float64)
    heap = np.empty(lengths.max(), np.int64)
    for q in range(n_queries):
        _add_all_up(sums, questions.vectors, questions.rows[q], index.postings)
        _leave_out(sums, row_groups, questions.groups[q], barred, questions.excluded[q])
        start = 0
        for which in range(lengths.size):
            best, first_row = heap[: lengths[which]], questions.first_rows[q, which]
            n_found = _best(sums[first_row : questions.end_rows[which]], first_row, best)
            for rank in range(n_found):
                rows[q, start + rank] = row_of(best[rank])
                similarity[q, start + rank] = value_of(best[rank])
            start += lengths[which]
    return rows, similarity


@compiled
def _add_all_up(
    sums: NDArray[np.float64], vectors: Compressed, query: int, postings: Compressed
) -> None:
    """Set each row's sum to what it shares with the query, column by column, ascending."""
    indptr, columns, weights = vectors
    starts, rows, row_weights = postings
    sums[:] = 0.0
    for i in range(indptr[query], indptr[query + 1]):
        weight = np.float64(weights[i])
        first, last = starts[columns[i]], starts[columns[i] + 1]
        sharing, their_weights = rows[first:last], row_weights[first:last]
        for j in range(sharing.size):
            sums[sharing[j]] += weight * np.float64(their_weights[j])


@compiled
def _leave_out(
    sums: NDArray[np.float64],
    groups: NDArray[np.int32],
    group: int,
    barred: NDArray[np.bool_],
    excluded: int,
) -> None:
    """Set the sums of rows that may be no answer to 0 (`scan.begin` says which)."""
    for row in range(groups.size):
        sums[row] = sums[row] if groups[row] == group else 0.0
    for row in range(barred.size):
        sums[row] = 0.0 if barred[row] else sums[row]
    if excluded >= 0:
        sums[excluded] = 0.0


@compiled
def _best(sums: NDArray[np.float64], first_row: int, best: NDArray[np.int64]) -> int:
    """Return how many neighbours there are, and leave the best in a heap, best first.

    Args:
        sums: float64[m], of successive rows.
        first_row: the first of them.
        best: int64[k], overwritten with entries whose values are similarities in millionths.
    """
    found, worst = 0, 0  # worst is to beat: of rows that are equal the later ones come too late
    for first in range(0, sums.size, _SPAN):
        span = sums[first : first + _SPAN]
        any_better = False
        for place in range(span.size):
            any_better |= span[place] * MILLION >= worst + 0.5
        if not any_better:
            continue
        for place in range(span.size):
            score = in_millionths(span[place])
            if score > worst:
                found = offer(best, found, entry(score, first_row + first + place))
                worst = value_of(best[0]) if found == best.size else 0
    sort_best_first(best, found)
    return found
