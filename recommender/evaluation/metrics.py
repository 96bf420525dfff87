"""The standard measures of ranked lists, one value a query.

As `trec_eval` defines them (and `ir-measures`, against which they are tested): the gain of a pick
is its grade and its discount log2(rank + 1) (Järvelin and Kekäläinen, "Cumulated gain-based
evaluation of IR techniques", ACM TOIS 20(4), 2002); average precision, reciprocal rank, recall and
precision count picks as relevant or not (Manning, Raghavan and Schütze, "Introduction to
Information Retrieval", 2008, chapter 8). A pick that nobody judged is not relevant.
"""

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.judges import Totals
from recommender.evaluation.results import N_RANKS

Values = dict[str, NDArray[np.float64]]
"""For each name in `results.METRICS` float64[q]."""


def measure(grades: NDArray[np.float64], totals: Totals, relevant_from: float) -> Values:
    """Return all measures of some lists.

    Args:
        grades: float64[q, k], of the picks, best first; what a short list lacks has the grade 0.
        totals: what there was to find for each query; at least one relevant candidate.
        relevant_from: the grade from which a pick is relevant, greater than 0.

    Returns:
        Each measure in [0, 1]; average precision and reciprocal rank look at all k ranks.
    """
    is_relevant = grades >= relevant_from
    return {
        "ndcg@4": ndcg(grades, totals.best, 4),
        "ndcg@10": ndcg(grades, totals.best, 10),
        "recall@10": is_relevant[:, :10].sum(axis=1) / totals.n_relevant,
        "mrr": reciprocal_rank(is_relevant),
        "map": average_precision(is_relevant, totals.n_relevant),
        "precision@4": is_relevant[:, :4].sum(axis=1) / 4,
    }


def ndcg(grades: NDArray[np.float64], best: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return the discounted gain of the first k picks as a share of the ideal list's.

    Args:
        grades: float64[q, m], of the picks, best first.
        best: float64[q, at least k], the grades of the ideal list, descending, the first above 0.
        k: the cut-off.

    Returns:
        float64[q] in [0, 1].
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gained: NDArray[np.float64] = grades[:, :k] @ discounts[: grades.shape[1]]
    ideal: NDArray[np.float64] = best[:, :k] @ discounts
    return gained / ideal


def reciprocal_rank(is_relevant: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return one over the rank of the first relevant pick, 0 where there is none.

    Args:
        is_relevant: bool[q, k], best first.
    """
    if not is_relevant.shape[1]:
        return np.zeros(len(is_relevant))
    first = is_relevant.argmax(axis=1)
    return np.where(is_relevant.any(axis=1), 1 / (first + 1), 0.0)


def average_precision(
    is_relevant: NDArray[np.bool_], n_relevant: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the mean precision at the ranks of all relevant articles, 0 for those not found.

    Args:
        is_relevant: bool[q, k], best first.
        n_relevant: int64[q], relevant candidates, in the list or not; at least 1.
    """
    found = is_relevant.cumsum(axis=1)
    precision = found / np.arange(1, is_relevant.shape[1] + 1)
    total: NDArray[np.float64] = (precision * is_relevant).sum(axis=1)
    return total / n_relevant


def precision_by_rank(grades: NDArray[np.float64], relevant_from: float) -> NDArray[np.float64]:
    """Return at each of the first `N_RANKS` ranks the share of queries with a relevant pick.

    Args:
        grades: float64[q, k], of the picks, best first.
        relevant_from: the grade from which a pick is relevant.
    """
    shares = np.zeros(N_RANKS)
    looked_at = grades[:, :N_RANKS]
    shares[: looked_at.shape[1]] = (looked_at >= relevant_from).mean(axis=0)
    return shares
