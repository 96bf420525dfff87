"""Rows that come one by one, against the one score of each pair."""

import numpy as np
import pytest

from recommender.ranking.later_rows import LaterRows
from recommender.ranking.rows import SparseRows, similarity


@pytest.mark.parametrize("n", [0, 1, 128, 129, 300])
def test_similarities_are_the_one_score(n: int) -> None:
    rng = np.random.default_rng(n)
    rows = [np.sort(rng.choice(40, rng.integers(0, 12), replace=False)) for _ in range(n + 1)]
    unit = [np.full(one.size, max(one.size, 1) ** -0.5, np.float32) for one in rows]
    later = LaterRows(40)
    for columns, weights in zip(rows[:-1], unit[:-1], strict=True):
        later.add(columns.astype(np.int32), weights)
    indptr = np.cumsum([0, *(one.size for one in rows)], dtype=np.int64)
    matrix = SparseRows(
        indptr, np.concatenate(rows).astype(np.int32), np.concatenate(unit).astype(np.float32), 40
    )
    asked = matrix.row(n)
    expected = [similarity(matrix, n, row) for row in range(n)]

    assert later.similarities(*asked).tolist() == expected
    for place in (n // 2, n - 1):
        if len(later) > place >= 0:
            later.remove(place)
            del expected[place]
            assert later.similarities(*asked).tolist() == expected
