"""What was learnt from older queries, measured on newer ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import UNDATED_US
from recommender.evaluation.intervals import estimates
from recommender.evaluation.metrics import Values
from recommender.evaluation.results import Estimate, Paired
from recommender.evaluation.systems import paired_by_metric

_SEED = 1_729


@dataclass(frozen=True)
class Half:
    """How good lists were before and after, on some of the queries.

    Attributes:
        n_queries: how many there are.
        before: each measure with the configuration begun with.
        after: each measure with what was learnt.
        gained: the difference, tested in pairs.
    """

    n_queries: int
    before: dict[str, Estimate]
    after: dict[str, Estimate]
    gained: dict[str, Paired]


def older(published_us: NDArray[np.int64], share: float) -> NDArray[np.bool_]:
    """Return which queries to learn from: those published first.

    Args:
        published_us: int64[q], microseconds since 1970, or `UNDATED_US`.
        share: of the queries, between 0 and 1. Where most are undated, so many of those are drawn
            at random: then dates tell nothing.

    Returns:
        bool[q].
    """
    order = np.lexsort((np.arange(len(published_us)), published_us))
    is_older = np.zeros(len(published_us), np.bool_)
    is_older[order[: round(share * len(order))]] = True
    undated = np.flatnonzero(published_us == UNDATED_US)
    if len(undated) > len(order) / 2:
        is_older[undated] = np.random.default_rng(_SEED).random(len(undated)) < share
    return is_older


def half(before: Values, after: Values, chosen: NDArray[np.bool_]) -> Half:
    """Return how good the lists of some queries were before and after.

    Args:
        before: each measure by name, float64[q].
        after: likewise.
        chosen: bool[q], which queries.
    """
    first = {name: values[chosen] for name, values in before.items()}
    then = {name: values[chosen] for name, values in after.items()}
    return Half(
        n_queries=int(chosen.sum()),
        before=_estimates(first),
        after=_estimates(then),
        gained=paired_by_metric(then, first),
    )


def _estimates(values: Values) -> dict[str, Estimate]:
    found = estimates(np.stack(list(values.values()), axis=1))
    return dict(zip(values, found, strict=True))
