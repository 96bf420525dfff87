"""Exact search where it may stop early: frequent columns first, as real vectors have them."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from recommender.ranking import budgeted, exact, quickest
from recommender.ranking.budgeted import Budget
from recommender.ranking.engine import Engine
from recommender.ranking.postings import STOPS
from recommender.ranking.questions import Wanted
from recommender.ranking.rows import MILLION, SparseRows


def news(n_rows: int, seed: int, n_columns: int = 4_000) -> SparseRows:
    """Return unit rows whose columns fall off by Zipf's law, as words do, and weigh more then."""
    rng = np.random.default_rng(seed)
    shares = np.minimum(0.6, 3.0 / np.arange(1, n_columns + 1))
    topics = rng.integers(0, max(1, n_rows // 20), n_rows)
    held = rng.random((n_rows, n_columns)) < shares
    for row, topic in enumerate(topics):  # what articles of one topic share
        held[row, 200 + (topic * 37 + np.arange(25)) % (n_columns - 200)] |= rng.random(25) < 0.5
    held = held[:, np.argsort(-held.sum(axis=0), kind="stable")]
    values = held * np.log((1 + n_rows) / (1 + held.sum(axis=0))) * rng.integers(1, 4, held.shape)
    values[n_rows // 2 :: 9] = values[1]
    values[3::40] = 0
    norms = np.sqrt((values**2).sum(axis=1, keepdims=True))
    matrix = sparse.csr_matrix((values / np.where(norms, norms, 1)).astype(np.float32))
    return SparseRows(
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data, n_columns
    )


def true_list(
    rows: SparseRows, query: int, k: int, may_answer: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Return rows and similarities of the k nearest: every row in full, columns ascending."""
    matrix = sparse.csr_matrix(
        (rows.weights.astype(np.float64), rows.columns, rows.indptr), (rows.n_rows, rows.n_columns)
    )
    cosines = (matrix @ matrix[[query]].T).toarray().ravel()
    scores = np.minimum(np.rint(cosines * MILLION), MILLION).astype(int)
    scores[~may_answer] = 0
    scores[query] = 0
    best = sorted(range(rows.n_rows), key=lambda row: (-scores[row], row))[:k]
    return [(row, scores[row]) for row in best if scores[row] > 0]


def listed(rows: NDArray[np.int32], similarity: NDArray[np.int32]) -> list[tuple[int, int]]:
    return [(row, one) for row, one in zip(rows.tolist(), similarity.tolist(), strict=True) if one]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(news(1_500, 1))


def test_rows_of_this_kind_have_places_to_stop_at(engine: Engine) -> None:
    assert engine.index.stops.size == len(STOPS) + 1
    assert (np.diff(engine.index.stops) < 0).all()
    assert engine.index.stops[-1] == 0
    assert (engine.index.rest[-1] == 0).all()


def test_rest_is_the_length_below_each_stop(engine: Engine) -> None:
    for stop, rest in zip(engine.index.stops, engine.index.rest, strict=True):
        for row in range(0, 1_500, 50):
            columns, weights = engine.rows.row(row)
            length = np.sqrt((weights[columns < stop].astype(np.float64) ** 2).sum())
            assert length <= rest[row] <= length * 1.00001


@settings(max_examples=60)
@given(
    query=st.integers(0, 1_499),
    k=st.sampled_from([1, 2, 10, 100, 400]),
    first_row=st.sampled_from([0, 0, 7, 900, 1_499, 1_500]),
    n_groups=st.integers(1, 3),
    barred_share=st.sampled_from([0.0, 0.0, 0.3, 0.99]),
    rows_a_neighbour=st.sampled_from([0, 0, 10**6]),
)
def test_no_neighbour_is_missed(
    engine: Engine,
    query: int,
    k: int,
    first_row: int,
    n_groups: int,
    barred_share: float,
    rows_a_neighbour: int,
) -> None:
    rng = np.random.default_rng(query)
    groups = rng.integers(0, n_groups, 1_500)
    barred = rng.random(1_500) < barred_share
    may_answer = (groups == groups[query]) & ~barred & (np.arange(1_500) >= first_row)

    with mock.patch.object(quickest, "ROWS_A_NEIGHBOUR", rows_a_neighbour):
        found = engine.search(
            *engine.rows.row(query), k, query, first_row=first_row, groups=groups,
            group=int(groups[query]), barred=barred,
        )  # fmt: skip

    assert listed(*found) == true_list(engine.rows, query, k, may_answer)


def test_searches_do_stop_before_the_frequent_columns(engine: Engine) -> None:
    """Else there would be nothing to test here: most sums are short of some columns."""
    limits = (np.empty(0, np.int32), np.empty(0, np.bool_))
    stopped = 0
    for query in range(0, 1_500, 30):
        asked = engine._ask(
            engine.index.forward, np.array([query]), np.array([query]), limits[0],
            (Wanted(5),),
        ).frozen()  # fmt: skip
        room = exact.room_for(asked, engine.index)
        exact.load(room.lookup, asked.vectors, query)
        exact.scan.begin(room.sums, limits[1], limits[0], 0, query)
        stopped += exact.add_up(asked, 0, engine.index, room, limits[0]).length > 0
    assert stopped > 25


def test_a_budget_for_everything_finds_everything(engine: Engine) -> None:
    everything = Budget(10**9, 1_500.0)
    true = engine.neighbours(range(0, 1_500, 11), 30)

    found = engine.neighbours(range(0, 1_500, 11), 30, budget=everything)

    assert (found.rows == true.rows).all()
    assert (found.similarity == true.similarity).all()


def test_a_budget_misses_few_and_what_it_finds_has_its_true_score(engine: Engine) -> None:
    queries = np.arange(0, 1_500, 11)
    true, found = (engine.neighbours(queries, 10, budget=one) for one in (None, Budget(6_000, 4.0)))
    scores = engine.neighbours(queries, 1_499)

    shared = [len(set(a) & set(b)) / 10 for a, b in zip(true.rows, found.rows, strict=True)]
    assert np.mean(shared) > 0.9
    for line in range(queries.size):
        score_of = dict(
            zip(scores.rows[line].tolist(), scores.similarity[line].tolist(), strict=True)
        )
        for row, similarity in listed(found.rows[line], found.similarity[line]):
            assert score_of[row] == similarity


def test_which_columns_fit_a_budget(engine: Engine) -> None:
    n_with = np.diff(engine.index.postings[0])
    indptr, columns, _ = engine.index.forward
    rows = np.arange(1, 1_500, 100)
    for n_postings in (0, 1, 500, 10**6):
        firsts = budgeted.first_entries(engine.index.forward, rows, n_with, n_postings)
        for row, first in zip(rows, firsts, strict=True):
            taken = n_with[columns[first : indptr[row + 1]]]
            if taken.size > 1:
                assert taken.sum() <= max(n_postings, taken[-1])
            if first > indptr[row] and taken.size:
                assert taken.sum() + n_with[columns[first - 1]] > n_postings
