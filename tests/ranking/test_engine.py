"""The engine against every pair scored one by one, and against scikit-learn's brute force."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

from recommender.ranking import budgeted, exact, exhaustive, finish, lookup, postings
from recommender.ranking.engine import Engine, Neighbours, warm
from recommender.ranking.questions import frozen
from recommender.ranking.rows import MILLION, SparseRows, shares, similarity
from tests.ranking.pairs import every_pair, matrices, random_rows, same, unit_rows


def nearest(engine: Engine, k: int) -> Neighbours:
    return engine.neighbours(range(engine.rows.n_rows), k)


@given(matrices(), st.integers(1, 15), st.booleans())
def test_all_pairs_scored_one_by_one_agree(rows: SparseRows, k: int, exclude_self: bool) -> None:
    found = Engine(rows).neighbours(range(rows.n_rows), k, exclude_self=exclude_self)

    assert same(found, every_pair(rows, k, exclude_self=exclude_self))


@given(st.data(), matrices(), st.integers(1, 15))
def test_only_rows_of_the_suffix_and_the_group_are_answers(
    data: st.DataObject, rows: SparseRows, k: int
) -> None:
    n = rows.n_rows
    some_firsts = st.none() | st.lists(st.integers(0, n), min_size=n, max_size=n)
    firsts = data.draw(some_firsts)
    groups = data.draw(st.none() | st.lists(st.integers(0, 2), min_size=n, max_size=n))
    engine = Engine(rows)
    expected = every_pair(rows, k, first_rows=firsts, groups=groups)

    assert same(engine.neighbours(range(n), k, first_rows=firsts, groups=groups), expected)
    included = every_pair(rows, k, exclude_self=False, first_rows=firsts, groups=groups)
    for row in range(n):
        first, group = (firsts or [0] * n)[row], (groups or [0] * n)[row]
        one = engine.search(*rows.row(row), k, first_row=first, groups=groups, group=group)
        assert same(one, Neighbours(included.rows[row], included.similarity[row]))


@given(matrices(), st.integers(1, 15))
def test_searching_for_a_row_finds_its_neighbours(rows: SparseRows, k: int) -> None:
    engine = Engine(rows)
    together = nearest(engine, k)

    for row in range(rows.n_rows):
        alone = engine.search(*rows.row(row), k, exclude_row=row)
        assert same(alone, Neighbours(together.rows[row], together.similarity[row]))


def test_larger_corpus_agrees_with_all_pairs() -> None:
    rows = random_rows()
    engine, expected = Engine(rows), every_pair(rows, 500)

    for k in (1, 10, 399, 500):
        found = nearest(engine, k)
        assert same(found, Neighbours(expected.rows[:, :k], expected.similarity[:, :k]))


def test_scikit_learn_finds_the_same() -> None:
    rng = np.random.default_rng(3)
    matrix = sparse.random(900, 300, 0.05, format="csr", random_state=rng, dtype=np.float64)
    values = matrix.toarray()
    rows = unit_rows(values)
    oracle = NearestNeighbors(n_neighbors=10, metric="cosine", algorithm="brute").fit(values)

    distances, theirs = oracle.kneighbors()
    found = nearest(Engine(rows), 10)

    np.testing.assert_allclose(found.similarity / MILLION, 1 - distances, atol=1e-6)
    differs = found.rows != theirs
    gaps = np.abs(np.diff(distances, axis=1, append=2.0))[differs]
    assert (gaps < 2e-6).all(), "rows may only change places where distances hardly differ"


def test_scores_have_the_bits_of_the_readable_score() -> None:
    rng = np.random.default_rng(11)
    rows = unit_rows(rng.random((60, 200)) * (rng.random((60, 200)) < 0.5))
    forward = frozen((rows.indptr, rows.columns, rows.weights))

    for n_frequent in (0, 40, 200):
        tables = lookup.lookup_for(n_frequent, 200)
        for query in range(0, rows.n_rows, 3):
            lookup.load(tables, forward, query)
            for row in range(rows.n_rows):
                score = lookup.cosine(tables, forward, row)
                assert score == shares(rows, query, row)[1].cumsum()[-1]
                assert finish.in_millionths(score) == similarity(rows, query, row)
            lookup.unload(tables, forward, query)


def test_order_of_additions_matters_to_the_bits() -> None:
    """Why the sum is defined by its order: the same shares, added in another, differ."""
    rng = np.random.default_rng(11)
    rows = unit_rows(rng.random((60, 200)))

    forwards = [shares(rows, 0, row)[1].cumsum()[-1] for row in range(60)]
    backwards = [shares(rows, 0, row)[1][::-1].cumsum()[-1] for row in range(60)]

    assert forwards != backwards


def test_query_is_left_out_by_row_and_its_duplicates_stay() -> None:
    engine = Engine(unit_rows(np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [3.0, 0.0]])))

    found = engine.neighbours([1], 4)

    assert found.rows.tolist() == [[0, 2, 3, -1]]
    assert found.similarity.tolist() == [[MILLION, MILLION, 447214, 0]]


def test_nothing_shared_is_no_neighbour() -> None:
    engine = Engine(unit_rows(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])))

    found = nearest(engine, 2)

    assert (found.rows == -1).all()
    assert (found.similarity == 0).all()


def test_half_a_millionth_is_rounded_to_nothing_and_a_little_more_is_not() -> None:
    half, more = np.float32(0.5e-6), np.float32(0.51e-6)
    indptr = np.array([0, 1, 2, 3])
    rows = SparseRows(indptr, np.zeros(3, np.int32), np.array([1, half, more], np.float32), 1)

    found = Engine(rows).neighbours([0], 2)

    assert float(half) * MILLION <= 0.5
    assert found.rows.tolist() == [[2, -1]]
    assert found.similarity.tolist() == [[1, 0]]


def test_rows_slightly_longer_than_one_are_clipped_and_keep_row_order() -> None:
    weights = np.array([1.0, 1.0, 1.001, 1.002], np.float32)
    engine = Engine(SparseRows(np.arange(5), np.zeros(4, np.int32), weights, 1))

    assert engine.neighbours([3], 2).rows.tolist() == [[0, 1]]
    assert engine.neighbours([3], 2).similarity.tolist() == [[MILLION, MILLION]]


@pytest.mark.parametrize("n_rows", [0, 1])
def test_corpus_too_small_for_neighbours(n_rows: int) -> None:
    engine = Engine(unit_rows(np.ones((n_rows, 3))))

    found = nearest(engine, 4)

    assert found.rows.shape == found.similarity.shape == (n_rows, 4)
    assert (found.rows == -1).all()


def test_no_columns_at_all() -> None:
    engine = Engine(unit_rows(np.empty((3, 0))))

    assert (nearest(engine, 2).rows == -1).all()
    assert (engine.search([], [], 2).rows == -1).all()


def test_mapped_files_and_pickles_answer_alike_without_another_compilation(tmp_path: Path) -> None:
    rows = random_rows(100)
    expected = nearest(Engine(rows), 5)
    compiled = len(exhaustive.nearest.signatures)
    for name in ("indptr", "columns", "weights"):
        np.save(tmp_path / f"{name}.npy", getattr(rows, name))
    mapped = SparseRows(
        *(
            np.load(tmp_path / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ("indptr", "columns", "weights")
        ),
        rows.n_columns,
    )

    assert same(nearest(Engine(mapped), 5), expected)
    assert same(nearest(pickle.loads(pickle.dumps(Engine(rows))), 5), expected)
    assert len(exhaustive.nearest.signatures) == compiled == 1


def test_warming_compiles_what_is_used() -> None:
    warm()
    Engine(random_rows(30)).search([1, 2], [0.6, 0.8], 3)

    assert len(exact.nearest.signatures) == len(exhaustive.nearest.signatures) == 1
    assert len(budgeted.shortlists.signatures) == len(budgeted.ranked.signatures) == 1
    assert len(postings.invert.signatures) == 1


@pytest.mark.parametrize(
    ("columns", "weights"),
    [([2, 1], [0.6, 0.8]), ([1, 1], [0.6, 0.8]), ([60], [1.0]), ([-1], [1.0]), ([1], [np.nan])],
)
def test_unsound_query_is_refused(columns: list[int], weights: list[float]) -> None:
    with pytest.raises(ValueError, match=r"column|weight"):
        Engine(random_rows(30)).search(columns, weights, 3)


@pytest.mark.parametrize("row", [-1, 30])
def test_rows_that_are_not_there_are_refused(row: int) -> None:
    with pytest.raises(IndexError, match=rf"row {row} is not in \[0, 30\)"):
        Engine(random_rows(30)).neighbours([3, row], 3)


def test_no_neighbours_cannot_be_asked_for() -> None:
    engine = Engine(random_rows(30))

    for ask in (lambda: engine.neighbours([1], 0), lambda: nearest(engine, 0)):
        with pytest.raises(ValueError, match="k is 0, expected at least 1"):
            ask()


@pytest.mark.parametrize("first_row", [-1, 31])
def test_suffixes_that_are_not_there_are_refused(first_row: int) -> None:
    engine = Engine(random_rows(30))

    with pytest.raises(IndexError, match=rf"row {first_row} is not in \[0, 31\)"):
        engine.neighbours([3], 3, first_rows=[first_row])
    with pytest.raises(IndexError, match=rf"row {first_row} is not in \[0, 31\)"):
        engine.search([1], [1.0], 3, first_row=first_row)


def test_limits_of_another_size_are_refused() -> None:
    engine = Engine(random_rows(30))

    with pytest.raises(ValueError, match=r"\[2\] first rows, expected \[1\]"):
        engine.neighbours([3], 3, first_rows=[0, 0])
    with pytest.raises(ValueError, match=r"\[29\] groups, expected \[30\]"):
        engine.neighbours([3], 3, groups=[0] * 29)
