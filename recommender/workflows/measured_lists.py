"""Lists as arrays of rows, for an evaluation: plain ones, or as a placement serves them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.pick import Origin
from recommender.ranking.bundle import Bundle
from recommender.ranking.refs import Ref
from recommender.ranking.rerank import Selection
from recommender.ranking.rows import MILLION, SparseRows
from recommender.ranking.snapshot import Snapshot
from recommender.workflows.plain import PlainLists

_BLOCK_QUERIES = 1_000
_BLOCK_PAIRS = 20_000

Progress = Callable[[int, int], object]


class MeasuredLists(NamedTuple):
    """The lists of q articles.

    Attributes:
        rows: int32[q, k], best first, -1 where there is no pick, or one that the model never saw.
        score: float64[q, k], what the lists are ordered by, NaN where no model scored.
        is_fallback: bool[q, k], which the ladder filled in; None for plain lists, which have none.
    """

    rows: NDArray[np.int32]
    score: NDArray[np.float64]
    is_fallback: NDArray[np.bool_] | None = None


def plain(
    lists: PlainLists, query_rows: NDArray[np.int64], k: int, progress: Progress
) -> MeasuredLists:
    """Return plain lists.

    Args:
        lists: finds them.
        query_rows: int64[q].
        k: picks an article at most, as `lists` was told.
        progress: called with the articles done and the articles in all.
    """
    shape = (len(query_rows), k)
    rows, score = np.full(shape, -1, np.int32), np.full(shape, np.nan)
    for start in range(0, len(query_rows), _BLOCK_QUERIES):
        block = query_rows[start : start + _BLOCK_QUERIES]
        found = lists.of(block)
        part = slice(start, start + len(block)), slice(found.rows.shape[1])
        rows[part] = found.rows
        score[part] = np.where(found.rows < 0, np.nan, found.score / MILLION)
        progress(min(start + _BLOCK_QUERIES, len(query_rows)), len(query_rows))
    return MeasuredLists(rows, score)


def served(
    snapshot: Snapshot,
    query_rows: NDArray[np.int64],
    k: int,
    answer: Callable[[Ref], Selection],
    progress: Progress,
) -> MeasuredLists:
    """Return lists as they are served.

    Args:
        snapshot: what is served.
        query_rows: int64[q], rows of its bundle. One that may not be shown has an empty list.
        k: picks an article at most.
        answer: chooses the picks for an article, at most k.
        progress: called with the articles done and the articles in all.
    """
    articles = snapshot.bundle.articles
    shape = (len(query_rows), k)
    rows, score = np.full(shape, -1, np.int32), np.full(shape, np.nan)
    is_fallback = np.zeros(shape, np.bool_)
    for place, query_row in enumerate(query_rows.tolist()):
        query = snapshot.find(article_id=articles.id_of(query_row))
        picks = () if query is None else answer(query).picks
        for rank, selected in enumerate(picks):
            row = articles.row_of_id(selected.pick.article_id)
            rows[place, rank] = -1 if row is None else row
            is_fallback[place, rank] = selected.pick.origin is Origin.FALLBACK
            if selected.pick.score is not None:
                score[place, rank] = selected.pick.score
        progress(place + 1, len(query_rows))
    return MeasuredLists(rows, score, is_fallback)


def similarities(
    vectors: SparseRows, one: NDArray[np.int64], other: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the cosine of each pair of rows, as sparse products have it: within 1e-6 of the score.

    Args:
        vectors: unit rows.
        one: int64[m].
        other: int64[m].

    Returns:
        float64[m] in [0, 1].
    """
    shape = (vectors.n_rows, vectors.n_columns)
    matrix = sp.csr_matrix((vectors.weights, vectors.columns, vectors.indptr), shape)
    found = np.zeros(len(one))
    for start in range(0, len(one), _BLOCK_PAIRS):
        block = slice(start, start + _BLOCK_PAIRS)
        products = matrix[one[block]].multiply(matrix[other[block]])
        found[block] = np.asarray(products.sum(axis=1, dtype=np.float64)).ravel()
    return np.clip(found, 0.0, 1.0)


def pair_similarities(bundle: Bundle, rows: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the similarity of each two picks of each list.

    Args:
        bundle: whose vectors.
        rows: int32[q, k], -1 where there is no pick.

    Returns:
        float64[q, k * (k - 1) / 2], NaN where there are not two.
    """
    first, second = np.triu_indices(rows.shape[1], 1)
    one, other = rows[:, first].astype(np.int64), rows[:, second].astype(np.int64)
    found = np.full(one.shape, np.nan)
    both = (one >= 0) & (other >= 0)
    found[both] = similarities(bundle.vectors, one[both], other[both])
    return found
