"""The inverted index: for each column the rows that have it, and how far a row can still go.

Columns should be numbered by falling frequency, as the vectoriser does: so the frequent columns of
a row come first, and lie together. A search takes a query's columns from the rarest on, that is
backwards, and may stop before the frequent ones, whose postings are long and whose weights are
small. What they could still add to a row is at most the product of the two vectors' lengths there
(Cauchy and Schwarz), so that length is kept for each row at a few places where a search may stop:
`rest`. Any other numbering makes a search slower, not wrong.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.questions import Compressed, frozen, read_only
from recommender.ranking.rows import SparseRows

STOPS = (0.05, 0.1, 0.2, 0.4)
"""Shares of the rows: a search may stop before the columns that more rows than this have."""


class Index(NamedTuple):
    """What the compiled loops search: n rows, forward and inverted. All arrays are read-only.

    Attributes:
        forward: the rows.
        postings: the rows that have each column, ascending.
        stops: int64[s], columns, descending to 0: a search may stop before it takes those below.
        rest: float32[s, n], length of the part of each row that lies below each stop, rounded up.
    """

    forward: Compressed
    postings: Compressed
    stops: NDArray[np.int64]
    rest: NDArray[np.float32]

    @property
    def has_postings(self) -> bool:
        """Whether it can be searched, and not only read."""
        return self.postings[0].size > 0

    def frozen(self) -> "Index":
        """Return the same index in read-only views."""
        parts = (frozen(self.forward), frozen(self.postings))
        return Index(*parts, read_only(self.stops), read_only(self.rest))


def index_of(rows: SparseRows, stops: NDArray[np.int64] | None = None) -> Index:
    """Invert rows.

    Args:
        rows: unit vectors that `SparseRows.check` finds sound; held, not copied.
        stops: where a search may stop; by how many rows have each column, if not given.

    Returns:
        The index over them.
    """
    forward = frozen((rows.indptr, rows.columns, rows.weights))
    postings = invert(forward, rows.n_columns)
    if stops is None:
        stops = stops_of(np.diff(postings[0]), rows.n_rows)
    return Index(forward, postings, stops, lengths_below(forward, stops)).frozen()


def unsearchable(rows: SparseRows, stops: NDArray[np.int64]) -> Index:
    """Return an index without postings, of rows too few to be worth any.

    Args:
        rows: unit vectors that `SparseRows.check` finds sound; held, not copied.
        stops: the columns below the first are frequent.
    """
    none = np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.float32)
    rest = np.empty((stops.size, 0), np.float32)
    return Index((rows.indptr, rows.columns, rows.weights), none, stops, rest).frozen()


def stops_of(n_with: NDArray[np.int64], n_rows: int) -> NDArray[np.int64]:
    """Return where the columns at the front end that more than some share of the rows have.

    Args:
        n_with: int64[n_columns], how many rows have each column.
        n_rows: how many rows there are.

    Returns:
        int64[s], descending, none twice; the last is 0.
    """
    is_rare = (np.append(n_with, 0) <= share * n_rows for share in STOPS)
    return np.array([*dict.fromkeys(int(rare.argmax()) for rare in is_rare if not rare[0]), 0])


@compiled
def invert(forward: Compressed, n_columns: int) -> Compressed:
    """Return the postings of each column: a counting sort, linear in their number.

    Args:
        forward: rows, all of whose columns lie in [0, n_columns).
        n_columns: how many columns there are.

    Returns:
        starts int64[n_columns + 1], rows int32[nnz] ascending within each column, and their weights
        float32[nnz].
    """
    indptr, columns, weights = forward
    starts = np.zeros(n_columns + 1, np.int64)
    for column in columns:
        starts[column + 1] += 1
    for column in range(n_columns):
        starts[column + 1] += starts[column]

    rows = np.empty(columns.size, np.int32)
    sorted_weights = np.empty(columns.size, np.float32)
    free = starts[:-1].copy()
    for row in range(indptr.size - 1):
        for i in range(indptr[row], indptr[row + 1]):
            place = free[columns[i]]
            free[columns[i]] += 1
            rows[place] = row
            sorted_weights[place] = weights[i]
    return starts, rows, sorted_weights


ROUNDED_UP = 1.000001
"""Makes up for rounding to float32."""


@compiled
def lengths_below(forward: Compressed, stops: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the length of the part of each row that lies in columns below each stop.

    Args:
        forward: n rows.
        stops: int64[s], columns, descending.

    Returns:
        float32[s, n], never less than the true length.
    """
    indptr, columns, weights = forward
    lengths = np.empty((stops.size, indptr.size - 1), np.float32)
    for row in range(indptr.size - 1):
        i, squares = indptr[row], 0.0
        for which in range(stops.size - 1, -1, -1):  # the lowest stop first, as the columns lie
            while i < indptr[row + 1] and columns[i] < stops[which]:
                squares += np.float64(weights[i]) * np.float64(weights[i])
                i += 1
            lengths[which, row] = np.float32(np.sqrt(squares) * ROUNDED_UP)
    return lengths
