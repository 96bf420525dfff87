"""The engine against every pair scored one by one, and against scikit-learn's brute force."""

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import parallel_config
from numpy.typing import NDArray
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

from recommender.ranking import budgeted, exact, finish, lookup, postings
from recommender.ranking.engine import Engine, Neighbours, warm
from recommender.ranking.questions import Wanted, frozen
from recommender.ranking.rows import MILLION, SparseRows, shares, similarity


def unit_rows(values: NDArray[np.float64]) -> SparseRows:
    norms = np.sqrt((values**2).sum(axis=1, keepdims=True))
    return compressed(sparse.csr_matrix(values / np.where(norms, norms, 1)))


def compressed(matrix: sparse.csr_matrix) -> SparseRows:
    return SparseRows(
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float32),
        matrix.shape[1],
    )


def random_rows(n_rows: int = 400, n_columns: int = 60, seed: int = 7) -> SparseRows:
    """Return rows with ties, exact duplicates, empty rows and columns that nobody has."""
    rng = np.random.default_rng(seed)
    values = rng.integers(1, 4, (n_rows, n_columns)) * (rng.random((n_rows, n_columns)) < 0.08)
    values[n_rows // 2 :: 7] = values[3]
    values[5::11] = 0
    values[:, 10:13] = 0
    return unit_rows(values.astype(np.float64))


def every_pair(
    rows: SparseRows,
    k: int,
    *,
    exclude_self: bool = True,
    first_rows: Sequence[int] | None = None,
    groups: Sequence[int] | None = None,
    end_row: int | None = None,
) -> Neighbours:
    """Return the same as the engine, by scoring every pair with the readable score."""
    firsts = first_rows or [0] * rows.n_rows
    of_rows = groups or [0] * rows.n_rows
    found = Neighbours(
        np.full((rows.n_rows, k), -1, np.int32), np.zeros((rows.n_rows, k), np.int32)
    )
    for query in range(rows.n_rows):
        scored = [
            (-similarity(rows, query, row), row)
            for row in range(firsts[query], rows.n_rows if end_row is None else end_row)
            if not (exclude_self and row == query) and of_rows[row] == of_rows[query]
        ]
        best = [(row, -negative) for negative, row in sorted(scored) if negative < 0][:k]
        for rank, (row, millionths) in enumerate(best):
            found.rows[query, rank], found.similarity[query, rank] = row, millionths
    return found


def same(one: Neighbours, other: Neighbours) -> bool:
    return np.array_equal(one.rows, other.rows) and np.array_equal(one.similarity, other.similarity)


@st.composite
def matrices(draw: st.DrawFn) -> SparseRows:
    n_rows = draw(st.integers(1, 12))
    n_columns = draw(st.integers(1, 6))
    a_row = st.lists(st.sampled_from([0, 0, 0, 1, 2, 5]), min_size=n_columns, max_size=n_columns)
    drawn = draw(st.lists(a_row, min_size=n_rows, max_size=n_rows))
    return unit_rows(np.array(drawn, np.float64))


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
    firsts, older = data.draw(some_firsts), data.draw(some_firsts)
    groups = data.draw(st.none() | st.lists(st.integers(0, 2), min_size=n, max_size=n))
    engine = Engine(rows)
    expected = every_pair(rows, k, first_rows=firsts, groups=groups)

    assert same(engine.neighbours(range(n), k, first_rows=firsts, groups=groups), expected)
    end = data.draw(st.integers(0, n))
    lists = [Wanted(k, firsts), Wanted(3, older, end), Wanted(1)]
    found = engine.all_lists(lists, block_rows=5, groups=groups)
    assert same(found[0], expected)
    assert same(found[1], every_pair(rows, 3, first_rows=older, groups=groups, end_row=end))
    assert same(found[2], every_pair(rows, 1, groups=groups))
    some = data.draw(st.lists(st.integers(0, n - 1)))
    wanted = [Wanted(k, None if firsts is None else [firsts[row] for row in some])]
    (alone,) = engine.all_lists(wanted, query_rows=some, groups=groups)
    assert same(alone, Neighbours(expected.rows[some], expected.similarity[some]))
    assert same(engine.all_neighbours(k, first_rows=firsts, groups=groups), expected)
    included = every_pair(rows, k, exclude_self=False, first_rows=firsts, groups=groups)
    searched = engine.search_all(rows, k, first_rows=firsts, groups=groups, query_groups=groups)
    assert same(searched, included)
    for row in range(n):
        first, group = (firsts or [0] * n)[row], (groups or [0] * n)[row]
        one = engine.search(*rows.row(row), k, first_row=first, groups=groups, group=group)
        assert same(one, Neighbours(included.rows[row], included.similarity[row]))


def test_larger_corpus_agrees_with_all_pairs_of_a_suffix_and_a_group() -> None:
    rows = random_rows()
    rng = np.random.default_rng(5)
    firsts, groups = rng.integers(0, 401, 400).tolist(), rng.integers(0, 3, 400).tolist()

    found = Engine(rows).all_neighbours(20, n_jobs=2, first_rows=firsts, groups=groups)

    assert same(found, every_pair(rows, 20, first_rows=firsts, groups=groups))


@given(matrices(), st.integers(1, 15))
def test_searching_for_a_row_finds_its_neighbours(rows: SparseRows, k: int) -> None:
    engine = Engine(rows)
    together = engine.all_neighbours(k)

    for row in range(rows.n_rows):
        alone = engine.search(*rows.row(row), k, exclude_row=row)
        assert same(alone, Neighbours(together.rows[row], together.similarity[row]))


def test_larger_corpus_agrees_with_all_pairs() -> None:
    rows = random_rows()
    engine, expected = Engine(rows), every_pair(rows, 500)

    for k in (1, 10, 399, 500):
        found = engine.all_neighbours(k)
        assert same(found, Neighbours(expected.rows[:, :k], expected.similarity[:, :k]))


def test_scikit_learn_finds_the_same() -> None:
    rng = np.random.default_rng(3)
    matrix = sparse.random(900, 300, 0.05, format="csr", random_state=rng, dtype=np.float64)
    values = matrix.toarray()
    rows = unit_rows(values)
    oracle = NearestNeighbors(n_neighbors=10, metric="cosine", algorithm="brute").fit(values)

    distances, nearest = oracle.kneighbors()
    found = Engine(rows).all_neighbours(10)

    np.testing.assert_allclose(found.similarity / MILLION, 1 - distances, atol=1e-6)
    differs = found.rows != nearest
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


@settings(max_examples=30)
@given(st.integers(1, 500), st.integers(1, 3))
def test_neither_blocks_nor_jobs_change_anything(block_rows: int, n_jobs: int) -> None:
    engine = Engine(random_rows(120))
    expected = engine.neighbours(range(120), 9)

    assert same(engine.all_neighbours(9, n_jobs=n_jobs, block_rows=block_rows), expected)


def test_processes_find_what_threads_find() -> None:
    engine = Engine(random_rows(120))

    with parallel_config(backend="loky", inner_max_num_threads=1):
        apart = engine.all_neighbours(9, n_jobs=2, block_rows=50)

    assert same(apart, engine.all_neighbours(9))


def test_progress_counts_every_row_once() -> None:
    finished: list[int] = []

    Engine(random_rows(120)).all_neighbours(5, n_jobs=2, progress=finished.append, block_rows=50)

    assert finished == [50, 50, 20]


def test_query_is_left_out_by_row_and_its_duplicates_stay() -> None:
    engine = Engine(unit_rows(np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [3.0, 0.0]])))

    found = engine.neighbours([1], 4)

    assert found.rows.tolist() == [[0, 2, 3, -1]]
    assert found.similarity.tolist() == [[MILLION, MILLION, 447214, 0]]


def test_nothing_shared_is_no_neighbour() -> None:
    engine = Engine(unit_rows(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])))

    found = engine.all_neighbours(2)

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

    found = engine.all_neighbours(4, n_jobs=2)

    assert found.rows.shape == found.similarity.shape == (n_rows, 4)
    assert (found.rows == -1).all()


def test_no_columns_at_all() -> None:
    engine = Engine(unit_rows(np.empty((3, 0))))

    assert (engine.all_neighbours(2).rows == -1).all()
    assert (engine.search([], [], 2).rows == -1).all()


def test_mapped_files_and_pickles_answer_alike_without_another_compilation(tmp_path: Path) -> None:
    rows = random_rows(100)
    expected = Engine(rows).all_neighbours(5)
    compiled = len(exact.nearest.signatures)
    for name in ("indptr", "columns", "weights"):
        np.save(tmp_path / f"{name}.npy", getattr(rows, name))
    mapped = SparseRows(
        *(
            np.load(tmp_path / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ("indptr", "columns", "weights")
        ),
        rows.n_columns,
    )

    assert same(Engine(mapped).all_neighbours(5), expected)
    assert same(pickle.loads(pickle.dumps(Engine(rows))).all_neighbours(5), expected)
    assert len(exact.nearest.signatures) == compiled == 1


def test_warming_compiles_what_is_used() -> None:
    warm()
    Engine(random_rows(30)).search([1, 2], [0.6, 0.8], 3)

    assert len(exact.nearest.signatures) == 1
    assert len(budgeted.shortlists.signatures) == len(budgeted.ranked.signatures) == 1
    assert len(postings.invert.signatures) == 1


@pytest.mark.parametrize(
    ("columns", "weights"),
    [([2, 1], [0.6, 0.8]), ([1, 1], [0.6, 0.8]), ([60], [1.0]), ([-1], [1.0]), ([1], [np.nan])],
)
def test_unsound_query_is_refused(columns: list[int], weights: list[float]) -> None:
    with pytest.raises(ValueError, match=r"column|weight"):
        Engine(random_rows(30)).search(columns, weights, 3)


def test_queries_over_other_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="queries have 61 columns, expected 60"):
        Engine(random_rows(30)).search_all(random_rows(30, 61), 3)


@pytest.mark.parametrize("row", [-1, 30])
def test_rows_that_are_not_there_are_refused(row: int) -> None:
    with pytest.raises(IndexError, match=rf"row {row} is not in \[0, 30\)"):
        Engine(random_rows(30)).neighbours([3, row], 3)


def test_no_neighbours_cannot_be_asked_for() -> None:
    engine = Engine(random_rows(30))

    for ask in (lambda: engine.neighbours([1], 0), lambda: engine.all_neighbours(0)):
        with pytest.raises(ValueError, match="k is 0, expected at least 1"):
            ask()


@pytest.mark.parametrize("first_row", [-1, 31])
def test_suffixes_that_are_not_there_are_refused(first_row: int) -> None:
    engine = Engine(random_rows(30))

    with pytest.raises(IndexError, match=rf"row {first_row} is not in \[0, 31\)"):
        engine.neighbours([3], 3, first_rows=[first_row])
    with pytest.raises(IndexError, match=rf"row {first_row} is not in \[0, 31\)"):
        engine.search([1], [1.0], 3, first_row=first_row)
    with pytest.raises(IndexError, match=rf"row {first_row} is not in \[0, 31\)"):
        engine.all_lists([Wanted(3, end_row=first_row)])


def test_limits_of_another_size_are_refused() -> None:
    engine = Engine(random_rows(30))

    with pytest.raises(ValueError, match=r"\[2\] first rows, expected \[1\]"):
        engine.neighbours([3], 3, first_rows=[0, 0])
    with pytest.raises(ValueError, match=r"\[29\] groups, expected \[30\]"):
        engine.all_neighbours(3, groups=[0] * 29)
    with pytest.raises(ValueError, match=r"\[29\] groups, expected \[30\]"):
        engine.search_all(random_rows(30), 3, query_groups=[0] * 29)
