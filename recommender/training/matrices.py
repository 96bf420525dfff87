"""From scipy's matrices to the rows that the engine takes."""

import numpy as np
import scipy.sparse as sp

from recommender.ranking.rows import SparseRows


def unit_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Return rows of Euclidean length 1 as float32, columns ascending; zero rows stay zero.

    Args:
        matrix: float64[n, m]; overwritten.
    """
    matrix.sort_indices()
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    matrix.data /= np.repeat(lengths, np.diff(matrix.indptr))
    return matrix.astype(np.float32)


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
