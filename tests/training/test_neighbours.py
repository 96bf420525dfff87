"""The estimator keeps scikit-learn's contract and finds what scikit-learn's brute force finds."""

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse
from sklearn.base import clone
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.estimator_checks import parametrize_with_checks

from recommender.training.neighbours import CosineNeighbors


@parametrize_with_checks([CosineNeighbors()])
def test_scikit_learn_accepts_it(estimator: CosineNeighbors, check: Any) -> None:
    check(estimator)


def random_matrix(n_rows: int = 300, dtype: type = np.float64, seed: int = 5) -> sparse.csr_matrix:
    rng = np.random.default_rng(seed)
    return sparse.random(n_rows, 80, 0.1, format="csr", random_state=rng, dtype=dtype)


def oracle(values: Any, k: int) -> NearestNeighbors:
    return NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute").fit(values)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [1, 7, 299])
def test_distances_are_scikit_learns(k: int, dtype: type) -> None:
    fitted, queries = random_matrix(dtype=dtype), random_matrix(40, dtype, seed=6)
    ours = CosineNeighbors(k, n_jobs=2).fit(fitted)
    theirs = oracle(fitted.astype(np.float64), k)

    for asked in (None, queries):
        exact = None if asked is None else asked.astype(np.float64)
        distances, rows = ours.kneighbors(asked)
        np.testing.assert_allclose(distances, theirs.kneighbors(exact)[0], atol=1.1e-6)
        assert rows.dtype == np.int64
        assert all(len(set(row)) == k for row in rows.tolist())


@given(
    arrays(np.float64, st.tuples(st.integers(2, 9), st.integers(1, 5)), elements=st.integers(0, 2)),
    st.data(),
)
def test_small_matrices_agree_whatever_is_in_them(values: Any, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(values) - 1))
    distances, rows = CosineNeighbors(k).fit(values).kneighbors()

    np.testing.assert_allclose(distances, oracle(values, k).kneighbors()[0], atol=1.1e-6)
    for query, listed in enumerate(rows.tolist()):
        assert query not in listed
        assert len(set(listed)) == k
        assert all(0 <= row < len(values) for row in listed)
        assert list(zip(distances[query], listed, strict=True)) == sorted(
            zip(distances[query], listed, strict=True)
        )


def test_dense_and_sparse_unsorted_and_unscaled_input_are_one() -> None:
    matrix = random_matrix()
    backwards = sparse.csr_matrix(matrix)
    for first, last in zip(matrix.indptr, matrix.indptr[1:], strict=False):
        backwards.indices[first:last] = matrix.indices[first:last][::-1].copy()
        backwards.data[first:last] = matrix.data[first:last][::-1].copy()
    backwards.has_sorted_indices = False
    expected = CosineNeighbors().fit(matrix).kneighbors()

    for other in (matrix.toarray(), matrix * 1000, backwards, sparse.csc_array(matrix)):
        found = CosineNeighbors().fit(other).kneighbors()
        np.testing.assert_array_equal(found[1], expected[1])
        np.testing.assert_allclose(found[0], expected[0], atol=1.1e-6)


def test_repeated_entries_add_up_and_the_input_stays_as_it_was() -> None:
    indptr, columns = np.array([0, 3, 4]), np.array([1, 0, 1, 1])
    repeated = sparse.csr_matrix((np.array([1.0, 3.0, 3.0, 2.0]), columns, indptr), (2, 2))

    distances, _ = CosineNeighbors(1).fit(repeated).kneighbors()

    assert distances.tolist() == [[pytest.approx(0.2)]] * 2
    assert repeated.data.tolist() == [1.0, 3.0, 3.0, 2.0]
    assert repeated.indices.tolist() == [1, 0, 1, 1]


def test_rows_that_share_nothing_fill_the_list_in_row_order() -> None:
    values = np.array([[1, 0], [0, 1], [0, 0], [0, 1], [1, 0]])

    distances, rows = CosineNeighbors(3).fit(values).kneighbors()

    assert rows.tolist() == [[4, 1, 2], [3, 0, 2], [0, 1, 3], [1, 0, 2], [0, 1, 2]]
    assert distances.tolist() == [[0, 1, 1], [0, 1, 1], [1, 1, 1], [0, 1, 1], [0, 1, 1]]


def test_graph_is_scikit_learns() -> None:
    matrix = random_matrix()
    ours, theirs = CosineNeighbors(4).fit(matrix), oracle(matrix, 4)

    for mode in ("connectivity", "distance"):
        graph = ours.kneighbors_graph(mode=mode)
        np.testing.assert_allclose(
            graph.toarray(), theirs.kneighbors_graph(mode=mode).toarray(), atol=1.1e-6
        )
    with pytest.raises(ValueError, match="mode is 'nearest'"):
        ours.kneighbors_graph(mode="nearest")


def test_jobs_clones_and_pickles_change_nothing() -> None:
    matrix = random_matrix()
    estimator = CosineNeighbors(6).fit(matrix)
    expected = estimator.kneighbors(return_distance=False)

    for other in (
        clone(estimator).set_params(n_jobs=2).fit(matrix),
        pickle.loads(pickle.dumps(estimator)),
    ):
        np.testing.assert_array_equal(other.kneighbors(return_distance=False), expected)


@pytest.mark.parametrize(("k", "queries", "most"), [(0, None, 2), (3, None, 2), (4, [[1.0]], 3)])
def test_more_neighbours_than_there_are_cannot_be_asked_for(
    k: int, queries: Any, most: int
) -> None:
    estimator = CosineNeighbors(k).fit([[1.0], [2.0], [3.0]])

    with pytest.raises(ValueError, match=f"n_neighbors is {k}, expected from 1 to the {most}"):
        estimator.kneighbors(queries)


def test_negative_values_are_refused() -> None:
    with pytest.raises(ValueError, match="Negative values in data passed to CosineNeighbors"):
        CosineNeighbors().fit([[1.0], [-1.0]])
