"""Unit rows that come one by one, and how similar a vector is to each: numpy alone.

Most of them lie inverted, column by column, so that nothing is read but what they have in common
with the vector; the last few, which came since, are looked at one by one.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.rows import MILLION, SparseRows, similarities

_TAIL = 128
"""So many rows may wait until they are inverted with the others."""


class _Inverted(NamedTuple):
    """The first rows, by column.

    Attributes:
        n: how many rows.
        columns: int32[nnz], ascending.
        rows: int32[nnz], with each column, ascending.
        weights: float32[nnz].
    """

    n: int
    columns: NDArray[np.int32]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]


_NONE = _Inverted(0, np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32))


class LaterRows:
    """Rows over the columns of a bundle; each has a number, that of its place."""

    def __init__(self, n_columns: int) -> None:
        """Begin with none.

        Args:
            n_columns: of the bundle.
        """
        self._n_columns = n_columns
        self._rows: list[tuple[NDArray[np.int32], NDArray[np.float32]]] = []
        self._inverted = _NONE

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, columns: NDArray[np.int32], weights: NDArray[np.float32]) -> None:
        """Put a row behind the others.

        Args:
            columns: int32[m], ascending.
            weights: float32[m].
        """
        self._rows.append((columns, weights))

    def remove(self, place: int) -> None:
        """Take a row out; those behind it move up.

        Args:
            place: its number.
        """
        del self._rows[place]
        if place < self._inverted.n:
            self._inverted = _NONE

    def similarities(
        self, columns: NDArray[np.int32], weights: NDArray[np.float32]
    ) -> NDArray[np.int32]:
        """Return the similarity of a vector with each row, int32[n] in millionths.

        Args:
            columns: int32[m], ascending.
            weights: float32[m].
        """
        if len(self._rows) > self._inverted.n + _TAIL:
            self._inverted = _inverted(self._matrix(0))
        tail = similarities(self._matrix(self._inverted.n), columns, weights)
        return np.concatenate([_found(self._inverted, columns, weights), tail])

    def _matrix(self, first: int) -> SparseRows:
        return joined_rows(self._rows[first:], self._n_columns)


def joined_rows(
    rows: list[tuple[NDArray[np.int32], NDArray[np.float32]]], n_columns: int
) -> SparseRows:
    """Return single rows as a matrix.

    Args:
        rows: columns and weights of each.
        n_columns: how many columns there are.
    """
    ends = np.cumsum([0, *(columns.size for columns, _ in rows)], dtype=np.int64)
    columns = [np.empty(0, np.int32), *(one for one, _ in rows)]
    weights = [np.empty(0, np.float32), *(one for _, one in rows)]
    return SparseRows(ends, np.concatenate(columns), np.concatenate(weights), n_columns)


def _inverted(rows: SparseRows) -> _Inverted:
    order = rows.columns.argsort(kind="stable")
    of_entries = np.arange(rows.n_rows, dtype=np.int32).repeat(np.diff(rows.indptr))
    return _Inverted(rows.n_rows, rows.columns[order], of_entries[order], rows.weights[order])


def _found(
    held: _Inverted, columns: NDArray[np.int32], weights: NDArray[np.float32]
) -> NDArray[np.int32]:
    """Return the similarity with each row; the products are added in the order of the columns."""
    starts = held.columns.searchsorted(columns, "left")
    lengths = held.columns.searchsorted(columns, "right") - starts
    ends = lengths.cumsum()
    entries = np.arange(ends[-1] if ends.size else 0) + (starts - ends + lengths).repeat(lengths)
    products = weights.repeat(lengths).astype(np.float64) * held.weights[entries]
    cosines = np.bincount(held.rows[entries], products, held.n)
    return np.clip(np.rint(cosines * MILLION), 0, MILLION).astype(np.int32)
