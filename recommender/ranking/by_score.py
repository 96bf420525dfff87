"""Many lists at once from the order of similarity into that of scores."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
    score = scores(similarity, factors.named(query_rows[:, None], rows))
    worst_last = (-score << _ROW_BITS) + np.where(rows < 0, _LAST_ROW, rows)
    order = np.argsort(worst_last, axis=1)
    return Lists(
        np.take_along_axis(rows, order, axis=1),
        np.take_along_axis(score, order, axis=1).astype(np.int32),
        np.take_along_axis(similarity, order, axis=1),
    )
