"""The measures against `ir-measures`, which calls `trec_eval`, and against their definitions."""

import importlib.util
import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation.judges import Totals
from recommender.evaluation.metrics import Values, measure, precision_by_rank
from recommender.evaluation.results import METRICS, N_RANKS

DEPTH = 20

queries = st.lists(
    st.tuples(
        st.lists(st.sampled_from([0, 0, 1, 2, 3]), max_size=DEPTH),  # grades of the list
        st.lists(st.integers(0, 3), max_size=12),  # grades of what the list lacks
    ).filter(lambda query: any(grade >= 1 for grade in (*query[0], *query[1]))),
    min_size=1,
    max_size=5,
)
Queries = list[tuple[list[int], list[int]]]


def measured(found: Queries, relevant_from: float = 1) -> Values:
    grades = np.zeros((len(found), DEPTH))
    best = np.zeros((len(found), 10))
    n_relevant = np.zeros(len(found), np.int64)
    for place, (listed, missing) in enumerate(found):
        grades[place, : len(listed)] = listed
        ideal = sorted((*listed, *missing), reverse=True)
        best[place, : len(ideal[:10])] = ideal[:10]
        n_relevant[place] = sum(grade >= relevant_from for grade in ideal)
    return measure(grades, Totals(n_relevant, best), relevant_from)


@pytest.mark.skipif(
    importlib.util.find_spec("ir_measures") is None,
    reason="there is no ir-measures for this system",
)
@given(queries)
def test_measures_are_those_of_trec_eval(found: Queries) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ir_measures
        from ir_measures import AP, RR, P, R, nDCG

    qrels, run = [], []
    for number, (listed, missing) in enumerate(found):
        for place, grade in enumerate((*listed, *missing)):
            qrels.append(ir_measures.Qrel(str(number), str(place), grade))
        run.extend(
            ir_measures.ScoredDoc(str(number), str(place), float(DEPTH - place))
            for place in range(len(listed))
        )
        run.append(ir_measures.ScoredDoc(str(number), "none", -1.0))  # an empty list is a list too
    names = dict(
        zip(METRICS, (nDCG @ 4, nDCG @ 10, R @ 10, RR, AP @ (DEPTH + 1), P @ 4), strict=True)
    )
    theirs = {
        (str(one.measure), int(one.query_id)): one.value
        for one in ir_measures.iter_calc(names.values(), qrels, run)
    }

    ours = measured(found)

    for name, measure_ in names.items():
        expected = [theirs[str(measure_), number] for number in range(len(found))]
        assert ours[name] == pytest.approx(expected, abs=1e-9), name


@given(queries, st.sampled_from([1, 2]))
def test_measures_are_their_definitions(found: Queries, least: int) -> None:
    kept = [query for query in found if max((*query[0], *query[1])) >= least]
    if not kept:
        return
    ours = measured(kept, least)

    for place, (listed, missing) in enumerate(kept):
        hits = [rank for rank, grade in enumerate(listed, 1) if grade >= least]
        n_relevant = sum(grade >= least for grade in (*listed, *missing))
        expected = {
            "ndcg@4": slow_ndcg(listed, missing, 4),
            "ndcg@10": slow_ndcg(listed, missing, 10),
            "recall@10": sum(rank <= 10 for rank in hits) / n_relevant,
            "mrr": 1 / hits[0] if hits else 0,
            "map": sum(count / rank for count, rank in enumerate(hits, 1)) / n_relevant,
            "precision@4": sum(rank <= 4 for rank in hits) / 4,
        }
        assert {name: ours[name][place] for name in METRICS} == pytest.approx(expected)


def slow_ndcg(listed: list[int], missing: list[int], k: int) -> float:
    def gain(grades: list[int]) -> float:
        return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades[:k], 1))

    return gain(listed) / gain(sorted((*listed, *missing), reverse=True))


def test_a_perfect_list_has_one_in_everything_and_an_empty_one_nothing() -> None:
    perfect, empty = measured([([3, 2, 1, 1], [])]), measured([([], [1, 1])])

    assert [perfect[name].tolist() for name in METRICS] == [[1.0]] * len(METRICS)
    assert [empty[name].tolist() for name in METRICS] == [[0.0]] * len(METRICS)


def test_precision_by_rank_counts_what_is_missing_as_not_relevant() -> None:
    grades = np.array([[1, 0, 2], [1, 1, 0]], float)

    assert precision_by_rank(grades, 1).tolist() == [1, 0.5, 0.5, *[0] * (N_RANKS - 3)]
    assert precision_by_rank(grades, 2).tolist() == [0, 0, 0.5, *[0] * (N_RANKS - 3)]
