"""What an approximate search misses, measured on a sample of its articles against an exact one."""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.engine import Neighbours
from recommender.ranking.questions import Wanted
from recommender.training.comparing import Comparison

N_SAMPLED = 1_000
"""Articles in the sample: a mean recall of 0.99 is known within 0.003."""

CUT_OFFS = (10, 100)
_SEED = 2020
_LOW_PERCENTILE = 5


def recall_of(candidates: Neighbours, comparison: Comparison) -> dict[str, dict[str, float]]:
    """Measure how many of the true neighbours are among the candidates.

    Args:
        candidates: the lists of all n articles that the comparison found.
        comparison: how they were found.

    Returns:
        For each cut-off `at_10` and `at_100`, or as long as lists are, the `mean` over the sample
        of the share found of the true neighbours, and the `percentile_5`: one article in twenty has
        no more.
    """
    n, n_candidates = candidates.rows.shape
    rng = np.random.default_rng(_SEED)
    rows = np.sort(rng.choice(n, min(n, N_SAMPLED), replace=False))
    (true,) = comparison._replace(budget=None).some([Wanted(n_candidates)], rows)
    found = candidates.rows[rows]
    measured = {}
    for k in (min(k, n_candidates) for k in CUT_OFFS):
        recalls = _recalls(found[:, :k], true.rows[:, :k])
        measured[f"at_{k}"] = {
            "mean": round(float(recalls.mean()), 4),
            "percentile_5": round(float(np.percentile(recalls, _LOW_PERCENTILE)), 4),
        }
    return measured


def _recalls(found: NDArray[np.int32], true: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return float64[q]: the share found of each list's true neighbours; 1 where there are none."""
    held = [np.isin(one[one >= 0], other) for one, other in zip(true, found, strict=True)]
    return np.array([one.mean() if one.size else 1.0 for one in held])
