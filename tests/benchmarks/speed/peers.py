"""Who else finds the exact nearest rows of a sparse matrix, as their own documentation has it."""

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import scipy.sparse as sp
from sklearn.neighbors import NearestNeighbors

from tests.benchmarks.speed.table import named

Search = Callable[[sp.csr_matrix, int], object]
"""Finds the k nearest rows of each of some unit vectors."""

SPARSE_DOT_TOPN = named("sparse-dot-topn")
SCIPY = named("scipy")
SCIKIT_LEARN = named("scikit-learn")


def has_sparse_dot_topn() -> bool:
    """Return whether it is there: it has no wheel for Linux on ARM."""
    return find_spec("sparse_dot_topn") is not None


def columns_first(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Return the transpose in compressed rows, as sparse_dot_topn and scipy want it."""
    return matrix.T.tocsr()


def sparse_dot_topn(transposed: sp.csr_matrix, threads: int = 1) -> Search:
    """Return sparse_dot_topn's search.

    Args:
        transposed: from `columns_first`.
        threads: how many it may use.
    """
    from sparse_dot_topn import sp_matmul_topn

    def search(queries: sp.csr_matrix, k: int) -> sp.csr_matrix:
        return sp_matmul_topn(queries, transposed, k, sort=True, n_threads=threads)

    return search


def scipy_product(transposed: sp.csr_matrix) -> Search:
    """Return a search by scipy's product of the query with all rows, and a partial sort.

    The product of two sparse matrices walks the query's postings alone; that with a dense query
    reads the whole index and takes ten times as long.

    Args:
        transposed: from `columns_first`.
    """

    def search(query: sp.csr_matrix, k: int) -> tuple[np.ndarray, np.ndarray]:
        product = query @ transposed
        best = np.argpartition(product.data, -k)[-k:] if product.nnz > k else np.arange(product.nnz)
        best = best[np.argsort(-product.data[best], kind="stable")]
        return product.indices[best], product.data[best]

    return search


def brute_force(matrix: sp.csr_matrix) -> Search:
    """Return scikit-learn's search.

    Args:
        matrix: the rows.
    """
    brute = NearestNeighbors(metric="cosine", algorithm="brute", n_jobs=1).fit(matrix)

    def search(query: sp.csr_matrix, k: int) -> object:
        return brute.kneighbors(query, k)

    return search


def true_cosines(queries: sp.csr_matrix, transposed: sp.csr_matrix, k: int) -> np.ndarray:
    """Return the cosines of the true neighbours, by scipy.

    Args:
        queries: unit rows.
        transposed: from `columns_first`.
        k: how many.

    Returns:
        float32[len(queries), k], descending, 0 where there are no more.
    """
    search = scipy_product(transposed)
    true = np.zeros((queries.shape[0], k), np.float32)
    for row, query in enumerate(queries):
        _, cosines = search(query, k)
        true[row, : len(cosines)] = cosines
    return true
