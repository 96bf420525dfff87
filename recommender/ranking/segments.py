"""Articles that came after the base: in small segments, each searched for itself.

A segment is never changed: to add an article makes a new small one, and small ones are merged into
larger ones, as in a log-structured merge tree (O'Neil, Cheng, Gawlick and O'Neil, Acta Informatica
33, 1996). Within a segment articles lie in row order, as in the base: newer first, undated last,
then by id. So the best of a segment are its best in the order of the whole, and when a question is
answered nothing but lists has to be merged.

A handful of vectors is scored one by one (`direct`). A segment that is worth an inverted index has
it over the columns that occur in it: those of the whole archive are millions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.ranking.postings import Index, index_of, unsearchable
from recommender.ranking.rows import SparseRows

INDEXED_ROWS = 256
"""From so many rows on a segment has an inverted index: scoring them all takes 0.3 ms."""


class Order(NamedTuple):
    """Where an article stands in row order, among the base and what came later: compared as it is.

    Attributes:
        base_row: of an article of the base its row; of a later one the first row that it precedes.
        negative_us: the negative of the microseconds since 1970 when it was published; of an
            article of the base the greatest number, for it stands behind what precedes it.
        id: its id.
    """

    base_row: int
    negative_us: int
    id: str


class Vector(NamedTuple):
    """A unit vector over the columns of the base.

    Attributes:
        columns: int32[m], ascending.
        weights: float32[m].
    """

    columns: NDArray[np.int32]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, columns: ArrayLike, weights: ArrayLike, n_columns: int) -> Self:
        """Return a vector that compiled loops can be trusted with; a ValueError refuses others.

        Args:
            columns: ascending, in [0, n_columns).
            weights: rounded to float32 as all weights are.
            n_columns: of the base.
        """
        one = cls(np.asarray(columns, np.int32), np.asarray(weights, np.float32))
        _rows_of(one, n_columns).check()
        return one


@dataclass(frozen=True, eq=False)
class Segment:
    """Some later articles, m of them, in row order.

    Attributes:
        vectors: their vectors, unit rows over the columns of the base, or over `columns`.
        columns: int32[c], ascending, the columns of the base that occur; None where those of
            `vectors` are the base's own.
        index: over the vectors; without postings while there are few.
        rows: int32[m], the number of each among all articles.
        orders: where each stands in row order, ascending.
        published_us: int64[m], when each was published, descending.
        groups: int32[m], the group of each.
        barred: bool[m], those that were removed.
    """

    vectors: SparseRows
    columns: NDArray[np.int32] | None
    index: Index
    rows: NDArray[np.int32]
    orders: tuple[Order, ...]
    published_us: NDArray[np.int64]
    groups: NDArray[np.int32]
    barred: NDArray[np.bool_]

    @property
    def n_rows(self) -> int:
        """How many articles it has, those that were removed included."""
        return self.rows.size

    def without(self, rows: ArrayLike) -> "Segment":
        """Return the segment in which some articles count no more.

        Args:
            rows: their numbers; those of others change nothing.
        """
        gone = np.isin(self.rows, rows)
        return replace(self, barred=self.barred | gone) if gone.any() else self

    def seen(self, vector: Vector) -> Vector:
        """Return a vector over the segment's own columns: what of it can be found here."""
        if self.columns is None:
            return vector
        places = self.columns.searchsorted(vector.columns)
        places[places == self.columns.size] = 0
        known = self.columns[places] == vector.columns
        return Vector(places[known].astype(np.int32), vector.weights[known])


def segment_of(
    row: int, vector: Vector, order: Order, group: int, n_columns: int, stops: NDArray[np.int64]
) -> Segment:
    """Return a segment of one article.

    Args:
        row: its number among all articles.
        vector: its vector.
        order: where it stands in row order.
        group: its group.
        n_columns: of the base.
        stops: of the base's index.
    """
    vectors = _rows_of(vector, n_columns)
    return Segment(
        vectors,
        None,
        unsearchable(vectors, stops),
        np.array([row], np.int32),
        (order,),
        np.array([-order.negative_us], np.int64),
        np.array([group], np.int32),
        np.zeros(1, np.bool_),
    )


def merged(segments: Sequence[Segment], n_columns: int, stops: NDArray[np.int64]) -> Segment:
    """Return one segment of all articles of some, without those that were removed.

    Args:
        segments: at least one.
        n_columns: of the base.
        stops: of the base's index.
    """
    kept = np.concatenate([~segment.barred for segment in segments])
    orders = [order for segment in segments for order in segment.orders]
    in_order = np.array(sorted(np.flatnonzero(kept).tolist(), key=orders.__getitem__), np.int64)
    vectors = _gathered(segments, in_order, n_columns)
    columns = None
    if in_order.size >= INDEXED_ROWS:
        columns, narrow = np.unique(vectors.columns, return_inverse=True)
        vectors = SparseRows(vectors.indptr, narrow.astype(np.int32), vectors.weights, columns.size)
        index = index_of(vectors, columns.searchsorted(stops))
    else:
        index = unsearchable(vectors, stops)
    return Segment(
        vectors,
        columns,
        index,
        np.concatenate([segment.rows for segment in segments])[in_order],
        tuple(orders[place] for place in in_order),
        np.concatenate([segment.published_us for segment in segments])[in_order],
        np.concatenate([segment.groups for segment in segments])[in_order],
        np.zeros(in_order.size, np.bool_),
    )


def _gathered(
    segments: Sequence[Segment], in_order: NDArray[np.int64], n_columns: int
) -> SparseRows:
    """Return some of the rows of segments, laid end to end, over the columns of the base."""
    lengths = np.concatenate([np.diff(segment.vectors.indptr) for segment in segments])
    starts = lengths.cumsum() - lengths
    columns = [
        segment.vectors.columns
        if segment.columns is None
        else segment.columns[segment.vectors.columns]
        for segment in segments
    ]
    weights = np.concatenate([segment.vectors.weights for segment in segments])
    indptr = np.zeros(in_order.size + 1, np.int64)
    np.cumsum(lengths[in_order], out=indptr[1:])
    entries = np.arange(indptr[-1]) + np.repeat(starts[in_order] - indptr[:-1], lengths[in_order])
    return SparseRows(indptr, np.concatenate(columns)[entries], weights[entries], n_columns)


def _rows_of(vector: Vector, n_columns: int) -> SparseRows:
    """Return one vector as a matrix of one row."""
    indptr = np.array([0, vector.columns.size], np.int64)
    return SparseRows(indptr, vector.columns, vector.weights, n_columns)
