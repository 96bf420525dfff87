"""Rows to search, and the obvious slow way: every pair scored one by one."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from recommender.ranking.bundle import Bundle
from recommender.ranking.deeper import Vector
from recommender.ranking.engine import Neighbours
from recommender.ranking.rows import SparseRows, similarities, similarity


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


class SlowSearcher:
    """Finds the nearest articles of a bundle by looking at all."""

    def nearest(
        self, bundle: Bundle, vector: Vector, k: int, barred: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        near = similarities(bundle.vectors, *vector).tolist()
        scored = sorted((-near[row], row) for row in range(len(bundle)) if not barred[row])
        best = [pair for pair in scored if pair[0]][:k]
        rows, near = [other for _, other in best], [-score for score, _ in best]
        return np.array(rows, np.int32), np.array(near, np.int32)
