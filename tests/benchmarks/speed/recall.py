"""How many of the true neighbours were found, told by similarity, so that equals are equal."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDING = 2e-6
"""By how much the same cosine may differ between two who add it up in float32 or in millionths."""


def recall(found: ArrayLike, true: ArrayLike) -> NDArray[np.float64]:
    """Return for each query the share of its list that is as near as its true neighbours are.

    Args:
        found: cosines of what was found, [q, k], in any order, 0 where nothing was.
        true: cosines of the true neighbours, [q, k], descending.

    Returns:
        float64[q], in [0, 1].
    """
    worst = np.asarray(true, np.float64)[:, -1:] - ROUNDING
    return (np.asarray(found, np.float64) >= worst).mean(axis=1)
