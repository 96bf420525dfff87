"""Lists of older articles, stored or searched for later: no story takes all of their places."""

import numpy as np
from numpy.typing import NDArray

MAX_OF_ONE_STORY = 2
"""Two, for one of them may be retracted."""

N_DRAWN = 48
"""Drawn at first: enough for nearly all articles to be left with thirty."""


def first_of_each(rows: NDArray[np.int32], stories: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which places of lists hold one of the first `MAX_OF_ONE_STORY` of their story.

    Args:
        rows: int32[q, k], padded with -1.
        stories: int32[n], the same number for articles that tell the same story.

    Returns:
        bool[q, k].
    """
    of_places = np.where(rows >= 0, stories[rows], -1)
    order = np.argsort(of_places, axis=1, kind="stable")
    by_story = np.take_along_axis(of_places, order, axis=1)
    is_one_more = np.zeros(rows.shape, np.bool_)
    is_one_more[:, MAX_OF_ONE_STORY:] = (
        by_story[:, MAX_OF_ONE_STORY:] == by_story[:, :-MAX_OF_ONE_STORY]
    )
    kept = np.empty(rows.shape, np.bool_)
    np.put_along_axis(kept, order, ~is_one_more, axis=1)
    return kept & (rows >= 0)
