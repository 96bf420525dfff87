"""The exact engine behind scikit-learn's neighbours interface, for notebooks and pipelines."""

from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted, check_non_negative, validate_data

from recommender.ranking.engine import Engine, Neighbours
from recommender.ranking.questions import Wanted
from recommender.ranking.rows import MILLION, SparseRows
from recommender.ranking.tiles import Archive
from recommender.training.all_lists import Work, all_lists, nearest_to
from recommender.training.matrices import as_rows, by_frequency


class CosineNeighbors(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Exact nearest neighbours by cosine, as `sklearn.neighbors.NearestNeighbors` gives them.

    Stands in for `NearestNeighbors(metric="cosine", algorithm="brute")`, and differs in three ways:

    - Values must not be negative, as weights of terms are not.
    - Rows are made unit vectors of float32, and similarities are whole millionths, so a distance is
      within one millionth of the true one, and rows that differ by less may change places. Equal
      distances come in ascending order of row.
    - A row that is all zeros is at distance 1 from everything, itself included. Rows at distance 1
      share nothing; where a list is too short without them, the lowest rows fill it.

    Args:
        n_neighbors: how many neighbours `kneighbors` finds where it is not told.
        n_jobs: threads as joblib has it: None for one, -1 for all cores; never changes a result.

    Attributes:
        n_samples_fit_: how many rows were fitted.
        n_features_in_: how many columns they had.
    """

    def __init__(self, n_neighbors: int = 5, n_jobs: int | None = None) -> None:
        self.n_neighbors = n_neighbors
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: N803, ARG002 scikit-learn's signature
        """Index rows; they are copied, never changed.

        Args:
            X: array or sparse matrix of n rows, not negative; need not be unit vectors.
            y: ignored.

        Returns:
            The estimator itself.
        """
        matrix = self._unit_matrix(X, reset=True)
        self._columns = by_frequency(np.bincount(matrix.indices, minlength=matrix.shape[1]))
        return self._fit(self._renumbered(matrix))

    def fit_rows(self, rows: SparseRows) -> Self:
        """Index unit rows as they are.

        Args:
            rows: held, not copied; they may be mapped. Searches are fast if their columns are
                numbered by falling frequency.

        Returns:
            The estimator itself.
        """
        self._columns = np.arange(rows.n_columns, dtype=np.int32)
        return self._fit(rows)

    def _fit(self, rows: SparseRows) -> Self:
        rows.check()
        self._rows = rows
        self.__dict__.pop("engine_", None)  # that of rows fitted before
        self.n_samples_fit_, self.n_features_in_ = rows.n_rows, rows.n_columns
        return self

    @cached_property
    def engine_(self) -> Engine:
        """The index over the fitted rows, made when it is first asked for: it takes memory."""
        return Engine(self._rows)

    def kneighbors(
        self,
        X: Any = None,  # noqa: N803 scikit-learn's name
        n_neighbors: int | None = None,
        return_distance: bool = True,
    ) -> Any:
        """Return the nearest fitted rows of each query, nearest first.

        Args:
            X: queries, array or sparse matrix; None asks for the neighbours of each fitted row,
                without itself.
            n_neighbors: how many, at most as many as there are to choose from.
            return_distance: whether distances are wanted too.

        Returns:
            Distances float64[q, n_neighbors] in [0, 1], ascending, that is 1 - cosine; and rows
            int64[q, n_neighbors]; or the rows alone.
        """
        check_is_fitted(self)
        k = self._checked(self.n_neighbors if n_neighbors is None else n_neighbors, X is None)
        archive, wanted, work = Archive.over(self.engine_.index), Wanted(k), Work(self.n_jobs)
        if X is None:
            (found,) = all_lists(archive, (wanted,), work)
        else:
            found = nearest_to(self._queries(X), archive, wanted, work)
        rows = _filled(found, self.n_samples_fit_, exclude_self=X is None)
        return (1 - found.similarity / MILLION, rows) if return_distance else rows

    def kneighbors_graph(
        self,
        X: Any = None,  # noqa: N803 scikit-learn's name
        n_neighbors: int | None = None,
        mode: str = "connectivity",
    ) -> sparse.csr_matrix:
        """Return the neighbours as a graph.

        Args:
            X: queries as for `kneighbors`.
            n_neighbors: how many, as for `kneighbors`.
            mode: "connectivity" for ones or "distance" for distances as values.

        Returns:
            float64[q, n_samples_fit_] in compressed rows, n_neighbors values a row.

        Raises:
            ValueError: there is no such mode.
        """
        if mode not in {"connectivity", "distance"}:
            message = f"mode is {mode!r}, expected 'connectivity' or 'distance'"
            raise ValueError(message)
        distances, rows = self.kneighbors(X, n_neighbors)
        values = distances if mode == "distance" else np.ones_like(distances)
        indptr = np.arange(len(rows) + 1) * rows.shape[1]
        shape = (len(rows), self.n_samples_fit_)
        return sparse.csr_matrix((values.ravel(), rows.ravel(), indptr), shape)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    def _checked(self, k: int, exclude_self: bool) -> int:
        """Return a number of neighbours that there are.

        Args:
            k: the number asked for.
            exclude_self: whether each row is left out of its own list.

        Raises:
            ValueError: it is not from 1 to what there is.
        """
        most = self.n_samples_fit_ - exclude_self
        if not 1 <= k <= most:
            message = f"n_neighbors is {k}, expected from 1 to the {most} rows to choose from"
            raise ValueError(message)
        return int(k)

    def _queries(self, X: Any) -> SparseRows:  # noqa: N803 scikit-learn's name
        return self._renumbered(self._unit_matrix(X, reset=False))

    def _unit_matrix(self, X: Any, *, reset: bool) -> sparse.csr_matrix:  # noqa: N803 as above
        """Return a matrix of unit rows: a copy, without zeros and repeated entries."""
        valid = validate_data(
            self, X, accept_sparse="csr", dtype=[np.float64, np.float32], reset=reset
        )
        check_non_negative(valid, "CosineNeighbors")
        matrix = sparse.csr_matrix(valid, copy=True)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        normalize(matrix, copy=False)
        return matrix

    def _renumbered(self, matrix: sparse.csr_matrix) -> SparseRows:
        """Return rows whose columns have the numbers of the index; the matrix is overwritten."""
        parts = (matrix.data, self._columns[matrix.indices], matrix.indptr)
        return as_rows(sparse.csr_matrix(parts, matrix.shape))


def _filled(found: Neighbours, n_rows: int, *, exclude_self: bool) -> NDArray[np.int64]:
    """Return neighbours with the lowest rows that are not among them in place of the padding."""
    rows = found.rows.astype(np.int64)
    k = rows.shape[1]
    for query in np.flatnonzero(rows[:, -1] < 0):
        held = rows[query] >= 0
        taken = [*rows[query, held], query] if exclude_self else rows[query, held]
        lowest = np.setdiff1d(np.arange(min(n_rows, k + 1)), taken, assume_unique=True)
        rows[query, ~held] = lowest[: k - held.sum()]
    return rows
