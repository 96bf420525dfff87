"""The compiled loop behind `company`, for many lists at once."""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.rows import MILLION


@compiled
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
