"""Several ways to rank, measured on the same queries: means, intervals, differences from ours."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.intervals import estimates, paired
from recommender.evaluation.judges import Judge, Totals
from recommender.evaluation.metrics import Values, measure, precision_by_rank
from recommender.evaluation.results import METRICS, Paired, SystemResult


@dataclass(frozen=True, eq=False)
class Lists:
    """What one way to rank answers to some queries.

    Attributes:
        name: a stable name for machines.
        label: for people.
        rows: int32[q, k], the picks of each query, best first, -1 where there is none.
    """

    name: str
    label: str
    rows: NDArray[np.int32]


def measure_systems(
    lists: Sequence[Lists], judge: Judge, query_rows: NDArray[np.int64], totals: Totals
) -> tuple[SystemResult, ...]:
    """Measure several ways to rank.

    Args:
        lists: ours first; all of the same queries and the same length.
        judge: what knows the grades.
        query_rows: int64[q], the queries, at least one.
        totals: what there is to find for each, at least one relevant candidate.

    Returns:
        One result for each, in the same order.
    """
    graded = [judge.grades(query_rows, one.rows) for one in lists]
    values = [measure(grades, totals, judge.relevant_from) for grades in graded]
    table = np.concatenate([_columns(one) for one in values], axis=1)
    means = estimates(table)
    n_metrics = len(METRICS)
    ours, others = table[:, :n_metrics], table[:, n_metrics:]
    differences = paired(np.tile(ours, len(lists) - 1), others)
    results = []
    for place, (one, grades) in enumerate(zip(lists, graded, strict=True)):
        start = place * n_metrics
        compared = differences[start - n_metrics : start] if place else None
        results.append(
            SystemResult(
                name=one.name,
                label=one.label,
                is_ours=place == 0,
                by_metric=dict(zip(METRICS, means[start : start + n_metrics], strict=True)),
                per_query=values[place],
                precision_by_rank=precision_by_rank(grades, judge.relevant_from),
                against_ours=None
                if compared is None
                else dict(zip(METRICS, compared, strict=True)),
            )
        )
    return tuple(results)


def paired_by_metric(ours: Values, theirs: Values) -> dict[str, Paired]:
    """Return how much better ours is by each measure, on the same queries.

    Args:
        ours: by name of measure, float64[q].
        theirs: likewise.
    """
    return dict(zip(METRICS, paired(_columns(ours), _columns(theirs)), strict=True))


def _columns(values: Values) -> NDArray[np.float64]:
    return np.stack([values[name] for name in METRICS], axis=1)
