"""The noise floor: how close to an article chance alone comes.

`noise_quantile` 0.999 asks: which similarity do 999 of 1,000 random pairs of unrelated articles of
this language and length stay below? It cannot be read off random pairs, for in a small archive one
pair in a hundred *is* related, and the last thousandth consists of those. What chance does shows in
the bulk of the pairs, where the related ones hardly count. There, of pairs that share anything, the
share that is more similar than x falls exponentially with x, above the median. So the fall is taken
from their median and their 90th percentile, and followed up to the quantile,

    floor = q90 + (q90 - median) / ln(0.5 / 0.1) × ln(0.1 × shared / (1 - noise_quantile))

with `shared` the share of pairs that share anything; and where random pairs of all kinds stay lower
than that, their quantile is taken. It is a quantile of noise, and no probability that a pair is
related. (Estimating far quantiles by the fall before them: Breiman, Stone and Kooperberg, "Robust
confidence bounds for extreme upper quantiles", J. Stat. Comput. Simul. 37, 1990.)

A thousandth of a small archive is less than one article, and nothing would be close enough. So of n
articles of a language the quantile is 1 - 1/n at most: one article may be as close by chance.

Long articles share more by chance than short ones, so this is done for bins of length, and what
lies between the bins' middles is interpolated.
"""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.ranking.rows import MILLION, SparseRows

MIN_ARTICLES = 30
"""Of a language with fewer, nothing is known: it has the floor of the commonest one."""

_N_QUERIES = 512
_N_OTHERS = 2_048
"""Articles of a language that are compared, each of the former with each of the latter: a million
pairs, so that a quantile comes out within a few per cent, whatever the seed."""

_N_BINS = 8
_MIN_BIN_QUERIES = 30
_SEED = 2015
_MIDDLE, _UPPER = 0.5, 0.9


def noise_floor(
    rows: SparseRows, groups: NDArray[np.int32], noise_quantile: float
) -> NDArray[np.int32]:
    """Return the similarity below which an article's candidates are no closer than chance.

    Args:
        rows: unit vectors, n rows.
        groups: int32[n], the language of each; only pairs of one language are looked at.
        noise_quantile: share of unrelated pairs that stay below, in (0, 1).

    Returns:
        int32[n], millionths; 0 for all where no language has `MIN_ARTICLES`.
    """
    n_columns = np.diff(rows.indptr)
    floor = np.zeros(rows.n_rows, np.int32)
    numbers, n_articles = np.unique(groups[n_columns > 0], return_counts=True)
    by_size = numbers[np.argsort(-n_articles, kind="stable")]
    commonest = None
    for number in by_size:
        members = np.flatnonzero((groups == number) & (n_columns > 0))
        if members.size >= MIN_ARTICLES:
            curve = _by_length(rows, members, min(noise_quantile, 1 - 1 / members.size))
            commonest = commonest or curve
        elif commonest:
            curve = commonest
        else:
            break
        of_members = np.interp(np.log(n_columns[members]), *curve)
        floor[members] = np.rint(np.minimum(of_members, 1.0) * MILLION)
    return floor


def _by_length(
    rows: SparseRows, members: NDArray[np.int64], noise_quantile: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middle of each bin of length, as its logarithm, and the floor there."""
    drawn = np.random.default_rng(_SEED).permutation(members)
    queries, others = drawn[:_N_QUERIES], drawn[-_N_OTHERS:]
    lengths = np.diff(rows.indptr)[queries]
    order = np.argsort(lengths, kind="stable")
    n_bins = max(1, min(_N_BINS, queries.size // _MIN_BIN_QUERIES))
    similarity = _similarities(rows, queries[order], others)
    bins = np.array_split(np.arange(queries.size), n_bins)
    middles = [np.log(lengths[order[held]]).mean() for held in bins]
    floors = [_quantile(similarity[held], noise_quantile) for held in bins]
    return np.array(middles), np.array(floors)


def _similarities(
    rows: SparseRows, queries: NDArray[np.int64], others: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return float32[q, m]: the cosine of each pair; NaN for an article with itself."""
    shape = (rows.n_rows, rows.n_columns)
    matrix = sp.csr_matrix((rows.weights, rows.columns, rows.indptr), shape=shape)
    similarity: NDArray[np.float32] = (matrix[queries] @ matrix[others].T).toarray()
    similarity[queries[:, None] == others[None, :]] = np.nan
    return similarity


def _quantile(similarity: NDArray[np.float32], noise_quantile: float) -> float:
    """Return the quantile of the noise in pairs some of which are related (module docstring)."""
    pairs = similarity[~np.isnan(similarity)]
    sharing = pairs[pairs > 0]
    beyond = (1 - noise_quantile) * pairs.size
    if sharing.size <= beyond:  # to share anything at all is rarer than that
        return 0.0
    middle, upper = np.quantile(sharing, [_MIDDLE, _UPPER])
    fall = (upper - middle) / np.log((1 - _MIDDLE) / (1 - _UPPER))
    estimate = upper + fall * np.log((1 - _UPPER) * sharing.size / beyond)
    return float(min(estimate, np.quantile(pairs, noise_quantile)))
