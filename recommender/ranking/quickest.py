"""Exact search by whichever loop is the quickest at this size: they answer alike."""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking import exact, exhaustive
from recommender.ranking.postings import Index
from recommender.ranking.questions import Questions

ROWS_A_NEIGHBOUR = 300
"""To score so many rows by sums alone takes as long as to complete and score one by itself."""


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
    n_rows = index.forward[0].size - 1
    are_few = n_rows <= ROWS_A_NEIGHBOUR * questions.lengths.sum()
    loop = exhaustive.nearest if are_few else exact.nearest
    return loop(questions, index, row_groups, barred)
