"""Many lists at once from the order of similarity into that of scores."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.companies import companies
from recommender.ranking.company import N_COMPANY, Company, cosines
from recommender.ranking.factors import Factors
from recommender.ranking.scoring import scores

_ROW_BITS = 31
_LAST_ROW = 2**_ROW_BITS - 1


class Lists(NamedTuple):
    """The lists of q queries, best first.

    Attributes:
        rows: int32[q, k], padded with -1.
        score: int32[q, k], millionths, descending, padded with 0.
        similarity: int32[q, k], millionths, padded with 0.
    """

    rows: NDArray[np.int32]
    score: NDArray[np.int32]
    similarity: NDArray[np.int32]


def by_score(
    factors: Factors,
    query_rows: NDArray[np.int64],
    rows: NDArray[np.int32],
    similarity: NDArray[np.int32],
) -> Lists:
    """Return lists by score: similarity times the model's factors; ties by ascending row.

    Args:
        factors: the model's.
        query_rows: int64[q].
        rows: int32[q, k], padded with -1.
        similarity: int32[q, k], millionths, descending, padded with 0.
    """
    if factors.are_off:
        return Lists(rows, similarity, similarity)
    score = scores(similarity, factors.named(query_rows[:, None], rows, all_alike))
    worst_last = (-score << _ROW_BITS) + np.where(rows < 0, _LAST_ROW, rows)
    order = np.argsort(worst_last, axis=1)
    return Lists(
        np.take_along_axis(rows, order, axis=1),
        np.take_along_axis(score, order, axis=1).astype(np.int32),
        np.take_along_axis(similarity, order, axis=1),
    )


def all_alike(
    company: Company, query_rows: NDArray[np.int64], rows: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return what `Company.alike` does for many queries, to the last bit.

    Args:
        company: the companies.
        query_rows: int64[q, 1].
        rows: int32[q, m], padded with -1.

    Returns:
        float64[q, m] in [0, 1], anything where there is padding.
    """
    nearest, similarity = company.rows.view(), company.similarity.view()
    nearest.flags.writeable = similarity.flags.writeable = False  # mapped or not, one compiled loop
    n_members = min(N_COMPANY, nearest.shape[1])
    others = np.ascontiguousarray(rows)
    common, squares = companies(nearest, similarity, n_members, query_rows[:, 0], others)
    return cosines(common, squares[query_rows], squares[rows])
