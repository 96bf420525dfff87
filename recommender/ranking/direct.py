"""Scoring rows one by one: what is quickest where only few may be answers.

A search adds up postings of all rows, whoever may be an answer. Where only so few may that to fetch
their vectors takes less time, they are scored at once. So a filter that few rows pass makes a
search quicker, not slower; and a handful of rows needs no inverted index.
"""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.exact import POSTINGS_PER_ROW
from recommender.ranking.finish import in_millionths
from recommender.ranking.heap import LAST_ROW, ROW_BITS
from recommender.ranking.lookup import cosine, load, lookup_for
from recommender.ranking.postings import Index
from recommender.ranking.questions import Compressed, Questions, read_only


def few_allowed(
    questions: Questions, index: Index, row_groups: NDArray[np.int32], barred: NDArray[np.bool_]
) -> NDArray[np.int32] | None:
    """Return the rows that may be answers to a query, if it is quicker to score them all.

    The least that a search does is to add up the postings of the query's columns above the first
    stop, and to look at each row's sum. An index without postings cannot be searched.

    Args:
        questions: one query.
        index: what is asked, n rows.
        row_groups: int32[n], the group of each of its rows; empty where all are one.
        barred: bool[n], which rows may be no answer; empty where all may.

    Returns:
        int32[m], ascending; None where there are too many.
    """
    n_rows = index.forward[0].size - 1
    refused = barred
    if row_groups.size:
        refused = row_groups != questions.groups[0]
        if barred.size:
            refused |= barred
    if index.has_postings:
        n_allowed = n_rows - np.count_nonzero(refused)
        if n_allowed * POSTINGS_PER_ROW > _n_postings(questions, index) + n_rows:
            return None
    allowed = np.flatnonzero(~refused) if refused.size else np.arange(n_rows)
    return read_only(allowed[allowed != questions.excluded[0]].astype(np.int32))


def scores_of(questions: Questions, index: Index, rows: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the similarity of some rows with a query, int32[m] in millionths.

    Args:
        questions: one query.
        index: where the rows are.
        rows: int32[m], read-only.
    """
    query, n_frequent = questions.rows[0], index.stops[0]
    return _scores(questions.vectors, query, index.forward, rows, n_frequent)


def lists(
    questions: Questions, rows: NDArray[np.int32], similarity: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the lists of a query, made of rows whose similarity is known.

    Args:
        questions: one query, and the lists to make for it.
        rows: int32[m], ascending: those that may be answers.
        similarity: int32[m], of each, in millionths.

    Returns:
        int32[1, sum of the lengths] rows and similarities, as `exact.nearest` has them.
    """
    n_listed = int(questions.lengths.sum())
    found, near = np.full((1, n_listed), -1, np.int32), np.zeros((1, n_listed), np.int32)
    start = 0
    for which, k in enumerate(questions.lengths.tolist()):
        limits = (questions.first_rows[0, which], questions.end_rows[which])
        part = slice(*np.searchsorted(rows, limits))
        best = _best(rows[part], similarity[part], k)
        found[0, start : start + best.size] = LAST_ROW - (best & LAST_ROW)
        near[0, start : start + best.size] = best >> ROW_BITS
        start += k
    return found, near


def _n_postings(questions: Questions, index: Index) -> int:
    """Return how many postings a query's columns above the first stop have."""
    starts, (indptr, columns, _) = index.postings[0], questions.vectors
    query = questions.rows[0]
    held = columns[indptr[query] : indptr[query + 1]]
    rare = held[held.searchsorted(index.stops[0]) :]
    return int((starts[rare + 1] - starts[rare]).sum())


@compiled
def _scores(
    vectors: Compressed, query: int, forward: Compressed, rows: NDArray[np.int32], n_frequent: int
) -> NDArray[np.int32]:
    """Return the similarity of some rows with a query, whose columns below one are frequent."""
    indptr = vectors[0]
    lookup = lookup_for(n_frequent, indptr[query + 1] - indptr[query])
    load(lookup, vectors, query)
    similarity = np.empty(rows.size, np.int32)
    for place in range(rows.size):
        similarity[place] = in_millionths(cosine(lookup, forward, rows[place]))
    return similarity


def _best(rows: NDArray[np.int32], similarity: NDArray[np.int32], k: int) -> NDArray[np.int64]:
    """Return the k most similar rows that are similar at all, best first, as entries of `heap`."""
    entries = (similarity.astype(np.int64) << ROW_BITS) | (LAST_ROW - rows)
    entries = entries[similarity > 0]
    if k < entries.size:
        entries = np.partition(entries, entries.size - k)[entries.size - k :]
    return np.sort(entries)[::-1]
