"""Several rankings side by side."""

import numpy as np
import pytest

from recommender.evaluation.judges import judge_of
from recommender.evaluation.results import METRICS
from recommender.evaluation.systems import Lists, measure_systems, paired_by_metric
from recommender.evaluation.truth import Truth, TruthKind


def test_ours_is_measured_beside_the_others() -> None:
    ids = [f"a{number}" for number in range(40)]
    truth = Truth(TruthKind.LINKS, "", {(ids[i], ids[i + 20]): 1.0 for i in range(20)})
    judge = judge_of(truth, ids)
    queries = np.arange(20)
    right = np.c_[queries + 20, (queries + 21) % 20 + 20].astype(np.int32)
    totals = judge.totals(queries, np.zeros(20, np.int64))

    ours, swapped, empty = measure_systems(
        [
            Lists("ours", "ours", right),
            Lists("swapped", "second place", right[:, ::-1]),
            Lists("empty", "nothing", np.full((20, 2), -1, np.int32)),
        ],
        judge,
        queries,
        totals,
    )

    assert [one.is_ours for one in (ours, swapped, empty)] == [True, False, False]
    assert {name: one.mean for name, one in ours.by_metric.items()} == {
        **dict.fromkeys(METRICS, 1.0),
        "precision@4": 0.25,
    }
    assert swapped.by_metric["mrr"].mean == 0.5
    assert swapped.precision_by_rank[:3].tolist() == [0, 1, 0]
    assert ours.against_ours is None
    assert swapped.against_ours is not None
    assert empty.against_ours is not None
    assert swapped.against_ours["mrr"].difference.mean == 0.5
    assert empty.against_ours["ndcg@10"].difference.mean == 1.0
    assert empty.against_ours["ndcg@10"].p_value < 0.001
    assert paired_by_metric(ours.per_query, swapped.per_query) == swapped.against_ours
    assert swapped.per_query["map"].tolist() == pytest.approx([0.5] * 20)
