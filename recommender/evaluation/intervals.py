"""How sure a mean over queries is, and whether a difference is more than chance.

Intervals are percentile bootstraps over queries (Efron and Tibshirani, "An Introduction to the
Bootstrap", 1993, chapter 13). Differences are tested by flipping the sign of each query's
difference at random (Fisher's paired randomisation test; Smucker, Allan and Carterette, "A
comparison of statistical significance tests for information retrieval evaluation", CIKM 2007).
Both draw the same queries for all columns of a table, and the same on every run.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.results import Estimate, Paired

N_RESAMPLES = 2_000
N_FLIPS = 10_000
"""The smallest p-value that can be told is one in so many and one."""

CONFIDENCE = 0.95

_BLOCK_CELLS = 4_000_000
"""Weights or signs drawn at a time."""

SEED = 20_070


def estimates(values: NDArray[np.float64]) -> list[Estimate]:
    """Return the mean of each column with its interval.

    Args:
        values: float64[q, m], at least one query.

    Returns:
        m estimates.
    """
    means = np.concatenate([weight @ values for weight in weights(len(values))])
    return _from_means(values.mean(axis=0), means)


def ratios(
    numerators: NDArray[np.floating | np.integer], denominators: NDArray[np.floating | np.integer]
) -> list[Estimate | None]:
    """Return the ratio of two sums in each column with its interval.

    Args:
        numerators: float64[q, m]; its sum over the queries is divided by that of
        denominators: float64[q, m], not negative.

    Returns:
        m estimates; None where there is nothing to divide by.
    """
    blocks = [
        _divided(weight @ numerators, weight @ denominators) for weight in weights(len(numerators))
    ]
    drawn = np.concatenate(blocks)
    whole = _divided(numerators.sum(axis=0), denominators.sum(axis=0))
    found: list[Estimate | None] = []
    for ratio, resampled in zip(whole.tolist(), drawn.T, strict=True):
        usable = resampled[np.isfinite(resampled)]  # a resample may have nothing of a rare column
        found.append(None if np.isnan(ratio) else _from_means(ratio, usable[:, None])[0])
    return found


def paired(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> list[Paired]:
    """Return how much better ours is in each column, on the same queries.

    Args:
        ours: float64[q, m], at least one query.
        theirs: float64[q, m].

    Returns:
        m differences with interval and p-value.
    """
    differences = ours - theirs
    observed = np.abs(differences.mean(axis=0))
    n_beyond = np.zeros(differences.shape[1], np.int64)
    for signs in _signs(len(differences)):
        flipped = np.abs(signs @ differences) / len(differences)
        n_beyond += (flipped >= observed - 1e-12).sum(axis=0)
    p_values = (n_beyond + 1) / (N_FLIPS + 1)
    return [
        Paired(difference, float(p))
        for difference, p in zip(estimates(differences), p_values, strict=True)
    ]


def weights(n: int) -> Iterator[NDArray[np.floating]]:
    """Draw n queries of n, with replacement, again and again.

    Args:
        n: how many there are, at least one.

    Yields:
        float64[some resamples, n]: how much each weighs in the mean of each resample.
    """
    rng = np.random.default_rng(SEED)
    for n_rows in _blocks(N_RESAMPLES, n):
        drawn = rng.integers(0, n, (n_rows, n)) + np.arange(n_rows)[:, None] * n
        counts = np.bincount(drawn.ravel(), minlength=n_rows * n)
        yield counts.reshape(n_rows, n) * (1 / n)


def _signs(n: int) -> Iterator[NDArray[np.floating]]:
    """Yield +1 or -1 for each of n queries, float64[some flips, n]."""
    rng = np.random.default_rng(SEED)
    for n_rows in _blocks(N_FLIPS, n):
        bits = np.unpackbits(rng.integers(0, 256, (n_rows, (n + 7) // 8), np.uint8), axis=1)
        yield bits[:, :n] * 2.0 - 1.0


def _blocks(total: int, n: int) -> list[int]:
    most = max(1, _BLOCK_CELLS // n)
    return [min(most, total - start) for start in range(0, total, most)]


def _divided(
    numerators: NDArray[np.float64], denominators: NDArray[np.float64]
) -> NDArray[np.float64]:
    quotients = np.full(numerators.shape, np.nan)
    np.divide(numerators, denominators, out=quotients, where=denominators > 0)
    return quotients


def _from_means(
    means: NDArray[np.float64] | float, resampled: NDArray[np.float64]
) -> list[Estimate]:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(resampled, (tail, 1 - tail), axis=0)
    columns = zip(np.atleast_1d(means).tolist(), low.tolist(), high.tolist(), strict=True)
    return [Estimate(*column) for column in columns]
