"""How alike two ranked lists are: rank-biased overlap, extrapolated.

Webber, Moffat and Zobel, "A similarity measure for indefinite rankings", ACM TOIS 28(4), 2010,
equation 32: the agreement at each depth, weighted by p to the power of the depth, and what lies
deeper taken to agree as the part that was seen. 1 for the same list, 0 for nothing in common; the
order counts, and the top counts most.
"""

import numpy as np
from numpy.typing import NDArray

PERSISTENCE = 0.9
"""The weight of a depth against the one above it: the first ten have 86 % of all weight."""


def rank_biased_overlap(
    one: NDArray[np.int64], other: NDArray[np.int64], persistence: float = PERSISTENCE
) -> NDArray[np.float64]:
    """Return the overlap of each list of one table with the same row's of another.

    Args:
        one: int64[q, k], items of each list, best first, none twice, padded with -1.
        other: int64[q, k] likewise; a list may be shorter than the other table's.
        persistence: p, between 0 and 1.

    Returns:
        float64[q] in [0, 1]; two empty lists are alike, an empty one and another are not.
    """
    short, long = (np.minimum, np.maximum)
    n_one, n_other = (one >= 0).sum(axis=1), (other >= 0).sum(axis=1)
    s, l = short(n_one, n_other), long(n_one, n_other)  # noqa: E741 — the paper's names
    depths = np.arange(1, one.shape[1] + 1)
    common = _common(one, other)
    weights = persistence**depths
    within = depths <= l[:, None]
    agreed = np.where(within, common / depths, 0.0) @ weights
    at_s = np.take_along_axis(common, np.maximum(s - 1, 0)[:, None], axis=1)[:, 0] * (s > 0)
    at_l = np.take_along_axis(common, np.maximum(l - 1, 0)[:, None], axis=1)[:, 0] * (l > 0)
    s_, l_ = np.maximum(s, 1), np.maximum(l, 1)
    beyond_s = within & (depths > s[:, None])
    guessed = np.where(beyond_s, at_s[:, None] * (depths - s[:, None]), 0.0)
    uneven = (guessed / (s_[:, None] * depths)) @ weights
    tail = ((at_l - at_s) / l_ + at_s / s_) * persistence**l
    overlap: NDArray[np.float64] = (1 - persistence) / persistence * (agreed + uneven) + tail
    return np.where(l == 0, 1.0, np.where(s == 0, 0.0, overlap))


def _common(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64[q, k]: how many items the two lists have in common down to each depth."""
    equal = (one[:, :, None] == other[:, None, :]) & (one >= 0)[:, :, None]
    met_at = np.where(equal.any(axis=2), np.maximum(equal.argmax(axis=2), _ranks(one)), -1)
    n, k = one.shape
    held = met_at >= 0
    keys = np.repeat(np.arange(n), k).reshape(n, k)[held] * k + met_at[held]
    return np.bincount(keys, minlength=n * k).reshape(n, k).cumsum(axis=1)


def _ranks(lists: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.broadcast_to(np.arange(lists.shape[1]), lists.shape)
