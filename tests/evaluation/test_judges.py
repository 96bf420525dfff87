"""Judges against the obvious slow way: asking the truth about each pair."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation.judges import IDEAL_DEPTH, Judge, judge_of
from recommender.evaluation.truth import Truth, TruthKind

IDS = tuple("abcdefgh")
N = len(IDS)
ROWS = np.arange(N)


def slow_grade(truth: Truth, query: str, article: str) -> float:
    if query == article:
        return 0.0
    if truth.labels:
        none = (frozenset[str](),)
        pairs = zip(truth.labels.get(query, none), truth.labels.get(article, none), strict=False)
        return float(all(one & other for one, other in pairs))
    return truth.grades.get((query, article), 0.0)


def check(truth: Truth, first_rows: np.ndarray) -> None:
    judge: Judge = judge_of(truth, IDS)
    table = np.array([[slow_grade(truth, q, a) for a in IDS] for q in IDS])
    lists = np.tile(np.r_[ROWS, -1], (N, 1)).astype(np.int32)

    assert judge.grades(ROWS, lists).tolist() == np.c_[table, np.zeros(N)].tolist()
    assert judge.query_rows.tolist() == np.flatnonzero(table.any(axis=1)).tolist() or truth.labels
    assert set(np.flatnonzero(table.any(axis=1))) <= set(judge.query_rows.tolist())
    totals = judge.totals(ROWS, first_rows)
    for row, first in enumerate(first_rows.tolist()):
        held = [(article, table[row, article]) for article in range(first, N)]
        relevant = [pair for pair in held if pair[1] >= judge.relevant_from]
        assert totals.n_relevant[row] == len(relevant)
        best = sorted((grade for _, grade in held), reverse=True) + [0.0] * IDEAL_DEPTH
        assert totals.best[row].tolist() == best[:IDEAL_DEPTH]
        assert judge.relevant(row, first) == sorted(relevant, key=lambda one: (-one[1], one[0]))


firsts = st.lists(st.integers(0, N), min_size=N, max_size=N).map(np.array)
ids = st.sampled_from((*IDS, "unknown"))
graded = st.dictionaries(
    st.tuples(ids, ids).filter(lambda pair: pair[0] != pair[1]),
    st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0]),
)
sets = st.frozensets(st.sampled_from("xyz"))


@given(graded, firsts, st.sampled_from([0.5, 1.0, 2.0]))
def test_pairs(grades: dict[tuple[str, str], float], first: np.ndarray, least: float) -> None:
    check(Truth(TruthKind.JUDGEMENTS, "", grades, relevant_from=least), first)


@given(st.dictionaries(ids, st.tuples(sets, sets), min_size=1), firsts)
def test_labels(labels: dict[str, tuple[frozenset[str], ...]], first: np.ndarray) -> None:
    check(Truth(TruthKind.LABELS, "", labels=labels), first)


def test_counting_in_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {one: (frozenset("xy"[: 1 + place % 2]),) for place, one in enumerate(IDS)}
    judge = judge_of(Truth(TruthKind.CLUSTERS, "", labels=labels), IDS)
    whole = judge.totals(ROWS, np.zeros(N, np.int64))
    monkeypatch.setattr("recommender.evaluation.judges._BLOCK", 3)

    parts = judge.totals(ROWS, np.zeros(N, np.int64))

    assert parts.n_relevant.tolist() == whole.n_relevant.tolist() == [N - 1] * N


def test_truth_that_calls_nothing_relevant_has_nothing_to_find() -> None:
    judge = judge_of(Truth(TruthKind.JUDGEMENTS, "", {("a", "b"): 0.0}), IDS)

    totals = judge.totals(judge.query_rows, np.zeros(0, np.int64))

    assert judge.query_rows.tolist() == totals.n_relevant.tolist() == []
    assert totals.best.shape == (0, 10)


def test_nobody_is_asked_whom_the_truth_says_nothing_of() -> None:
    grades = {("a", "b"): 1.0, ("c", "d"): 0.0, ("e", "unknown"): 1.0}
    truth = Truth(TruthKind.LINKS, "", grades)

    assert judge_of(truth, IDS).query_rows.tolist() == [0]
    assert len(list(combinations(truth.ids, 2))) == 15
