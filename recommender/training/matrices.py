"""Between scipy's matrices and the rows that the engine takes."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.ranking.rows import SparseRows


def as_matrix(rows: SparseRows) -> sp.csr_matrix:
    """Return rows as scipy takes them; columns and weights are shared."""
    shape = (rows.n_rows, rows.n_columns)
    return sp.csr_matrix((rows.weights, rows.columns, rows.indptr), shape=shape, copy=False)


def as_rows(matrix: sp.spmatrix) -> SparseRows:
    """Return a matrix as the engine takes it.

    Args:
        matrix: [n, m], no entry twice; its columns are sorted in place.
    """
    rows = matrix.tocsr()
    rows.sort_indices()
    return SparseRows(
        rows.indptr.astype(np.int64),
        rows.indices.astype(np.int32),
        rows.data.astype(np.float32),
        rows.shape[1],
    )


def by_frequency(n_with: NDArray[np.integer]) -> NDArray[np.int32]:
    """Return the number that each column has when they are numbered as the engine wants them.

    Args:
        n_with: int[n_columns], how many rows have each column.

    Returns:
        int32[n_columns]: the column that most rows have is 0; of equal ones the former comes first.
    """
    numbers = np.empty(n_with.size, np.int32)
    numbers[np.argsort(-n_with.astype(np.int64), kind="stable")] = np.arange(n_with.size)
    return numbers
