"""The exact nearest-neighbour engine: all neighbours, none missed, in the one order.

Similarity is the cosine of unit rows in millionths. Among equals the lower row comes first: that is
the newer article, for rows lie in row order (`domain.corpus`). Only rows that share something with
the query (a similarity of at least one millionth) are neighbours; where there are fewer than k, the
list ends early and is padded.

Every row is scored in full, by the loops of `kernels`: in an archive of tens of thousands of
articles the postings of one query pass through a processor's cache in a fraction of a millisecond.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike, NDArray

from recommender.ranking import kernels
from recommender.ranking.kernels import Compressed
from recommender.ranking.rows import SparseRows

BLOCK_ROWS = 256
"""Queries in one task: long enough to hide what a task costs, short enough to share out evenly."""

Number = TypeVar("Number", bound=np.generic)


class Neighbours(NamedTuple):
    """Neighbours of q queries, best first; or of one query, then without the first dimension.

    Attributes:
        rows: int32[q, k], padded with -1.
        similarity: int32[q, k] in millionths, from 1 to 1_000_000, descending, padded with 0.
    """

    rows: NDArray[np.int32]
    similarity: NDArray[np.int32]


class Engine:
    """An inverted index over unit rows, never changed once made, so threads may share it.

    Args:
        rows: unit vectors, weights not negative; held, not copied. A row may be empty: it has no
            neighbours and is nobody's. A ValueError says what is wrong with them, if anything.
    """

    def __init__(self, rows: SparseRows) -> None:
        rows.check()
        self.rows = rows
        self._forward: Compressed = (rows.indptr, rows.columns, rows.weights)
        self._postings = kernels.invert(_frozen(self._forward), rows.n_columns)

    def neighbours(self, query_rows: ArrayLike, k: int, *, exclude_self: bool = True) -> Neighbours:
        """Return the k nearest rows of some rows of this index.

        Args:
            query_rows: q rows, a range or an array of integers; an IndexError refuses others.
            k: how many neighbours to find, at least 1.
            exclude_self: leave each query out of its own list: by its row, so that an exact
                duplicate of it stays.
        """
        asked = np.asarray(query_rows, np.int64)
        _check_rows(asked, 0, self.rows.n_rows)
        excluded = asked if exclude_self else np.full_like(asked, -1)
        return self._nearest(self._forward, asked, excluded, k)

    def search(
        self, columns: ArrayLike, weights: ArrayLike, k: int, exclude_row: int = -1
    ) -> Neighbours:
        """Return the k nearest rows of one unit vector that need not be in the index.

        Args:
            columns: its columns, ascending, in [0, n_columns).
            weights: its weights, rounded to float32 as all weights are.
            k: how many neighbours to find, at least 1.
            exclude_row: a row that may not be an answer, -1 for none.

        Returns:
            rows int32[k] and similarity int32[k].
        """
        excluded = np.array([exclude_row], np.int64)
        _check_rows(excluded, -1, self.rows.n_rows)
        held = np.asarray(columns, np.int32)
        indptr = np.array([0, held.size], np.int64)
        query = SparseRows(indptr, held, np.asarray(weights, np.float32), self.rows.n_columns)
        query.check()
        arrays = (query.indptr, query.columns, query.weights)
        found = self._nearest(arrays, np.zeros(1, np.int64), excluded, k)
        return Neighbours(found.rows[0], found.similarity[0])

    def search_all(self, queries: SparseRows, k: int, n_jobs: int | None = None) -> Neighbours:
        """Return the k nearest rows of each of many unit vectors that need not be in the index.

        Args:
            queries: unit vectors over the columns of this index.
            k: how many neighbours to find, at least 1.
            n_jobs: as joblib has it; it never changes the result.

        Raises:
            ValueError: the queries are not sound, or are over other columns.
        """
        queries.check()
        if queries.n_columns != self.rows.n_columns:
            message = f"queries have {queries.n_columns} columns, expected {self.rows.n_columns}"
            raise ValueError(message)
        arrays = (queries.indptr, queries.columns, queries.weights)
        return self._in_blocks(arrays, np.full(queries.n_rows, -1, np.int64), k, n_jobs)

    def all_neighbours(
        self,
        k: int,
        n_jobs: int | None = None,
        progress: Callable[[int], None] | None = None,
        block_rows: int = BLOCK_ROWS,
    ) -> Neighbours:
        """Return the k nearest other rows of every row of this index.

        Args:
            k: how many neighbours to find, at least 1.
            n_jobs: as joblib has it, whose current backend does the work; threads by default.
            progress: called after each block with how many rows it had.
            block_rows: queries in one block. Neither this nor `n_jobs` changes the result.
        """
        own = np.arange(self.rows.n_rows, dtype=np.int64)
        return self._in_blocks(self._forward, own, k, n_jobs, progress, block_rows)

    def _in_blocks(
        self,
        queries: Compressed,
        excluded: NDArray[np.int64],
        k: int,
        n_jobs: int | None,
        progress: Callable[[int], None] | None = None,
        block_rows: int = BLOCK_ROWS,
    ) -> Neighbours:
        """Return the neighbours of all the queries, found block by block by joblib's workers."""
        _check_k(k)
        shape = (excluded.size, k)
        found = Neighbours(np.empty(shape, np.int32), np.empty(shape, np.int32))
        query_rows = np.arange(excluded.size, dtype=np.int64)
        blocks = [slice(first, first + block_rows) for first in range(0, excluded.size, block_rows)]
        answers = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator")(
            delayed(self._nearest)(queries, query_rows[block], excluded[block], k)
            for block in blocks
        )
        for block, answer in zip(blocks, answers, strict=True):
            found.rows[block], found.similarity[block] = answer
            if progress is not None:
                progress(len(answer.rows))
        return found

    def _nearest(
        self,
        queries: Compressed,
        query_rows: NDArray[np.int64],
        excluded: NDArray[np.int64],
        k: int,
    ) -> Neighbours:
        """Return what the compiled loop finds (`kernels.nearest`)."""
        _check_k(k)
        rows, similarity = kernels.nearest(
            _frozen(queries),
            _read_only(query_rows),
            _read_only(excluded),
            _frozen(self._postings),
            self.rows.n_rows,
            k,
        )
        return Neighbours(rows, similarity)


def warm() -> None:
    """Compile the loops, or load them from numba's cache, so that nobody waits for it later."""
    indptr = np.array([0, 1], np.int64)
    one = SparseRows(indptr, np.zeros(1, np.int32), np.ones(1, np.float32), n_columns=1)
    Engine(one).neighbours([0], 1)


def _check_k(k: int) -> None:
    """Refuse a number of neighbours that is not positive.

    Raises:
        ValueError: it is not.
    """
    if k < 1:
        message = f"k is {k}, expected at least 1"
        raise ValueError(message)


def _check_rows(rows: NDArray[np.int64], lowest: int, n_rows: int) -> None:
    """Refuse rows outside [lowest, n_rows): compiled loops would read beyond their arrays.

    Raises:
        IndexError: there is one.
    """
    outside = rows[(rows < lowest) | (rows >= n_rows)]
    if outside.size:
        message = f"row {outside[0]} is not in [{lowest}, {n_rows})"
        raise IndexError(message)


def _frozen(arrays: Compressed) -> Compressed:
    """Return read-only views of the three arrays of an index."""
    starts, indices, weights = arrays
    return _read_only(starts), _read_only(indices), _read_only(weights)


def _read_only(array: NDArray[Number]) -> NDArray[Number]:
    """Return a view that cannot be written to.

    To numba a read-only array, such as a mapped file, is of another type than a writable one. Here
    all are made the same, so that each loop is compiled once.
    """
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view
