"""Whether a higher similarity means a better pick, and whether a probability keeps its word."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.intervals import ratios
from recommender.evaluation.results import Reliability, ScoreBin

N_BINS = 10
N_CURVE = 51
MIN_PAIRS = 200
"""Graded pairs below which no probability is fitted: it would say more than they know."""

_SEED = 1_951

Probability = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Turns similarities into the probability that a pick is relevant."""

Fit = Callable[[NDArray[np.float64], NDArray[np.bool_]], Probability]
"""Learns such a function from the similarity of pairs and whether they are relevant."""


def score_bins(
    similarity: NDArray[np.float64],
    is_relevant: NDArray[np.bool_],
    queries: NDArray[np.int64],
    predicted: NDArray[np.float64] | None = None,
) -> tuple[ScoreBin, ...]:
    """Return pairs by similarity, about equally many in each bin, and how many are relevant.

    Args:
        similarity: float64[m].
        is_relevant: bool[m].
        queries: int64[m], the number of each pair's query from 0 on: intervals are over queries.
        predicted: float64[m], the probability that each was given, if it was.

    Returns:
        At most `N_BINS`, by ascending similarity; fewer where many are equally similar.
    """
    if not similarity.size:
        return ()
    edges = np.unique(np.quantile(similarity, np.linspace(0, 1, N_BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, similarity, side="left")
    shape = (int(queries.max()) + 1, len(edges) + 1)
    cells = queries * shape[1] + bins
    size = shape[0] * shape[1]
    n_pairs = np.bincount(cells, minlength=size).reshape(shape)
    n_relevant = np.bincount(cells[is_relevant], minlength=size).reshape(shape)
    found = []
    for number, share in enumerate(ratios(n_relevant, n_pairs)):
        held = bins == number
        if share is None:
            continue
        low, high = float(similarity[held].min()), float(similarity[held].max())
        mean = None if predicted is None else float(predicted[held].mean())
        found.append(ScoreBin(low, high, int(held.sum()), share, mean))
    return tuple(found)


def reliability(
    similarity: NDArray[np.float64],
    is_relevant: NDArray[np.bool_],
    queries: NDArray[np.int64],
    fit: Fit,
    relevant_from: float,
) -> Reliability | None:
    """Fit a probability on one half of the queries and hold it against the other.

    Args:
        similarity: float64[m], of pairs that somebody graded.
        is_relevant: bool[m].
        queries: int64[m], the row of each pair's query.
        fit: learns the probability.
        relevant_from: the grade from which they were called relevant.

    Returns:
        What became of it; None with fewer than `MIN_PAIRS` pairs, or where one half of the queries
        has only relevant pairs, or none.
    """
    known, of_query = np.unique(queries, return_inverse=True)
    is_fitted = np.random.default_rng(_SEED).permutation(len(known)) % 2 == 0
    fitted = is_fitted[of_query]
    halves = (is_relevant[fitted], is_relevant[~fitted])
    if len(similarity) < MIN_PAIRS or any(half.all() or not half.any() for half in halves):
        return None
    probability = fit(similarity[fitted], is_relevant[fitted])
    held_out, outcome = similarity[~fitted], is_relevant[~fitted]
    predicted = probability(held_out)
    _, numbers = np.unique(of_query[~fitted], return_inverse=True)
    places = np.linspace(0, similarity.max(), N_CURVE)
    return Reliability(
        bins=score_bins(held_out, outcome, numbers, predicted),
        curve=tuple(zip(places.tolist(), probability(places).tolist(), strict=True)),
        relevant_from=relevant_from,
        n_fitted=int(fitted.sum()),
        n_held_out=len(held_out),
        brier=float(np.mean((predicted - outcome) ** 2)),
        brier_of_mean=float(np.mean((halves[0].mean() - outcome) ** 2)),
    )
